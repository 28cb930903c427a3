"""The sea: waves that break on a shore, foam that fizzes out, and the far water under the wind."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter
from oyster_cli.sound.synth.noise import BandNoise, at_level, shots, white
from oyster_cli.sound.synth.water import level_at_1m_dba
from oyster_cli.state import Stateful

CRASH_DB = [-8, -4, -2, 0, -1, -3, -8, -12, -17, -22]
HISS_DB = [-50, -40, -30, -14, -5, -1, 0, -1, -4, -5]
SEA_DB = [-12, -8, -4, -1, 0, -1, -5, -8, -12, -14]
BANDS_DB = np.stack([at_level(CRASH_DB, 0.0), at_level(HISS_DB, 0.0)])
SWELLS = np.array([0.22, 0.08], np.float32)  # how far crash and fizz follow the eddies
FOAM_LIFE_S = 1.8
FIZZ_DBA_PER_M2 = 68.0


def whitecap_share(wind_m_s: float) -> float:
    """Share of the open sea that is white under this wind (Monahan 1971)."""
    return float(min(3.84e-6 * max(wind_m_s, 0.0) ** 3.41, 1.0))


class Surf(Stateful):
    """Stretches of shore: the crash of the break, then the fizz of the foam it made, which lives some two seconds."""

    kept: ClassVar[tuple[str, ...]] = ("water", "boil", "foam_m2")

    def __init__(self, stretches: int = 1, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.water = BandNoise(stretches, 2, rate_hz)
        self.boil = Flutter(4.0, 2 * stretches, rate_hz)
        self.foam_m2 = np.zeros(stretches)

    def step(
        self, rng: np.random.Generator, n: int, breaking_w: np.ndarray | float, foam_m2_s: np.ndarray | float
    ) -> np.ndarray:
        """(stretches, n) float32 pascal at 1 m. breaking_w: power the waves lose here now; foam_m2_s: new foam a second; of
        each stretch or of all."""
        stretches = len(self.foam_m2)
        keep = math.exp(-n / self.rate_hz / FOAM_LIFE_S)
        self.foam_m2 = self.foam_m2 * keep + np.maximum(foam_m2_s, 0.0) * (FOAM_LIFE_S * (1 - keep))
        level_dba = np.empty((stretches, 2))
        level_dba[:, 0] = level_at_1m_dba(breaking_w)
        level_dba[:, 1] = FIZZ_DBA_PER_M2 + 10 * np.log10(np.maximum(self.foam_m2, 1e-6))
        wash = white(rng, 2 * stretches, n).reshape(stretches, 2, n)
        wash[:, 1] = 0.9 * wash[:, 1] + 0.44 * shots(rng, stretches, n, 1500.0, 1.0, self.rate_hz)
        wash *= np.exp(SWELLS[:, None] * self.boil.step(rng, n).reshape(wash.shape))
        return self.water.shape(wash.reshape(-1, n), (BANDS_DB + level_dba[..., None]).reshape(-1, 10))


class Sea(Stateful):
    """The open water all around: whitecaps far out and swell, in decorrelated streams. 50 dB(A) in a wind of 10 m/s."""

    kept: ClassVar[tuple[str, ...]] = ("water", "swell")

    def __init__(self, streams: int = 4, rate_hz: int = RATE_HZ) -> None:
        self.water = BandNoise(streams, 1, rate_hz)
        self.swell = Flutter(0.15, streams, rate_hz)

    def step(self, rng: np.random.Generator, n: int, wind_m_s: float) -> np.ndarray:
        """(streams, n) float32 pascal at the listener."""
        streams = self.water.streams
        level = 50.0 + 10 * np.log10((whitecap_share(wind_m_s) + 1e-5) / whitecap_share(10.0)) - 10 * np.log10(streams)
        far = white(rng, streams, n) * np.exp(0.25 * self.swell.step(rng, n) - 0.03)
        return self.water.shape(far, at_level(SEA_DB, level))
