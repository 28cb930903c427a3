"""What air takes out of sound on its way: ISO 9613-1."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from oyster_cli.sound.phase import minimum_phase
from oyster_cli.sound.speed import KELVIN

REFERENCE_K = 293.15
TRIPLE_POINT_K = 273.16
_FINER = 8  # the phase is worked out on a finer grid than asked for, so that its cepstrum does not fold over
_NEPERS_PER_DB = np.log(10.0) / 20.0


def absorption_db_m(freq_hz: np.ndarray, temperature_c: float, humidity_pct: float, mist_db_m: float = 0.0) -> np.ndarray:
    """Attenuation in dB per metre at freq_hz, of its shape, at one atmosphere (ISO 9613-1, equations 3 to 5, annex B).

    mist_db_m: what droplets take on top at 1 kHz, in proportion to frequency.
    """
    kelvin = temperature_c + KELVIN
    warmth = kelvin / REFERENCE_K
    water = humidity_pct * 10.0 ** (-6.8346 * (TRIPLE_POINT_K / kelvin) ** 1.261 + 4.6151)  # molar share, per cent
    oxygen_hz = 24.0 + 4.04e4 * water * (0.02 + water) / (0.391 + water)
    nitrogen_hz = warmth**-0.5 * (9.0 + 280.0 * water * np.exp(-4.170 * (warmth ** (-1.0 / 3.0) - 1.0)))
    square = np.asarray(freq_hz, dtype=np.float64) ** 2
    oxygen = 0.01275 * np.exp(-2239.1 / kelvin) / (oxygen_hz + square / oxygen_hz)
    nitrogen = 0.1068 * np.exp(-3352.0 / kelvin) / (nitrogen_hz + square / nitrogen_hz)
    air = 8.686 * square * (1.84e-11 * warmth**0.5 + warmth**-2.5 * (oxygen + nitrogen))
    return np.asarray(air + mist_db_m * 1e-3 * np.asarray(freq_hz))


@lru_cache(maxsize=8)
def per_metre(
    bins: int, rate_hz: int, temperature_c: float, humidity_pct: float, mist_db_m: float = 0.0
) -> tuple[np.ndarray, float]:
    """Log spectrum that a metre of air adds, and how late it makes low frequencies.

    Returns (bins,) complex64, to be multiplied by the distance and put through exp (minimum phase), and samples per metre.
    Whoever applies it hears that much earlier, so that the pulse stays centred on distance / speed of sound.
    """
    fine_hz = np.linspace(0.0, rate_hz / 2, (bins - 1) * _FINER + 1)
    log, lag = minimum_phase(-_NEPERS_PER_DB * absorption_db_m(fine_hz, temperature_c, humidity_pct, mist_db_m))
    return log[::_FINER].astype(np.complex64), float(lag)


@lru_cache(maxsize=2)
def lossless(bins: int) -> np.ndarray:
    """Log spectrum that a metre of water adds, (bins,) complex64: none. It takes 1 dB a km at 10 kHz (Thorp 1967)."""
    return np.zeros(bins, np.complex64)
