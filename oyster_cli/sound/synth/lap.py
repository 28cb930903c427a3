"""Small waves at a wall, a pile or a hull: a slosh as the water comes up, and the gulp of air it shuts in."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter
from oyster_cli.sound.synth.impacts import Impacts, drip
from oyster_cli.sound.synth.noise import BandNoise, at_level, white
from oyster_cli.state import Stateful

SLOSH_DB = [-40, -28, -16, -6, 0, -1, -3, -7, -12, -18]
LEVEL_DBA = 67.0  # at 1 m, of water that comes up at 0.1 m/s
GULPS_PER_M = 85.0  # of height that the water comes up by
GULP_PA = 0.055


class Lap(Stateful):
    """Several places of one shore, each told how fast the water comes up there."""

    kept: ClassVar[tuple[str, ...]] = ("slosh", "gulps", "boil")

    def __init__(self, places: int, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.slosh = BandNoise(places, 1, rate_hz)
        self.boil = Flutter(9.0, places, rate_hz)
        self.gulps = [Impacts(rate_hz) for _ in range(places)]

    def step(self, rng: np.random.Generator, n: int, rise_m_s: np.ndarray) -> np.ndarray:
        """(places, n) float32 pascal at 1 m. rise_m_s (places,): how fast the water comes up; falling water is quiet."""
        up = np.maximum(np.asarray(rise_m_s, float), 0.004)
        levels = at_level(SLOSH_DB, LEVEL_DBA) + 26 * np.log10(up / 0.1)[:, None]
        out = self.slosh.shape(white(rng, len(up), n) * np.exp(0.45 * self.boil.step(rng, n) - 0.1), levels)
        for k, speed in enumerate(up.tolist()):
            count = rng.poisson(GULPS_PER_M * speed * n / self.rate_hz)
            loud = GULP_PA * min(speed / 0.05, 4.0)
            drops = [drip(int(at), float(radius), loud * float(luck)) for at, radius, luck in zip(
                rng.integers(0, n, count), rng.uniform(0.0012, 0.0075, count), np.exp(0.6 * rng.standard_normal(count)),
                strict=True)]  # fmt: skip
            out[k] += self.gulps[k].step(rng, n, drops)
        return out
