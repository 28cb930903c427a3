"""A jet far up: the roar of its exhaust after kilometres of air, which take the high and make the rest come and go."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter
from oyster_cli.sound.synth.noise import BandNoise, split, white
from oyster_cli.state import Stateful

# Octaves at 1 m, of an airliner at climbing thrust: 72 dB(A) on the ground under one at 2000 m.
JET_DB = np.array([134, 140, 143, 143, 141, 138, 135, 131, 126, 118])
WAVER = np.array([0.30, 0.42], np.float32)  # how far low and high come and go: eddies on the way are large and slow
WAVER_HZ = (0.35, 0.9)


class Jet(Stateful):
    """The roar of one aeroplane."""

    kept: ClassVar[tuple[str, ...]] = ("roar", "low", "high")

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.roar = BandNoise(1, 2, rate_hz)
        self.low, self.high = (Flutter(hz, 1, rate_hz) for hz in WAVER_HZ)

    def step(self, rng: np.random.Generator, n: int, lost_db: np.ndarray) -> np.ndarray:
        """(n,) float32 pascal where it is heard; lost_db (10,): what distance and air have taken of each octave."""
        waver = np.concatenate([self.low.step(rng, n), self.high.step(rng, n)])
        swell = np.exp(WAVER[:, None] * waver - (WAVER**2)[:, None])
        return self.roar.shape(white(rng, 2, n) * swell, split(JET_DB - lost_db, [250.0]))[0]
