"""How fast sound goes."""

from __future__ import annotations

import math

KELVIN = 273.15


def speed_m_s(temperature_c: float) -> float:
    """Speed of sound in air, m/s, from the temperature (343.2 at 20 °C; ISO 9613-1)."""
    return 343.2 * math.sqrt((temperature_c + KELVIN) / (20.0 + KELVIN))
