"""How fast sound goes."""

from __future__ import annotations

import math

KELVIN = 273.15
WATER_M_S = 1500.0  # sea water; warmth and salt move it by some 2 %
AIR_TO_WATER = 0.034  # of a sound's pressure as it is heard: -29.5 dB of its power pass the surface (4 Z1 Z2 / (Z1 + Z2)²)


def speed_m_s(temperature_c: float, under_water: bool = False) -> float:
    """Speed of sound, m/s: in water, or in air from the temperature (343.2 at 20 °C; ISO 9613-1)."""
    return WATER_M_S if under_water else 343.2 * math.sqrt((temperature_c + KELVIN) / (20.0 + KELVIN))
