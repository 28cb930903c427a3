"""Small waves at a wall, a pile or a hull: a slosh as the water comes up, and the gulp of air it shuts in."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter
from oyster_cli.sound.synth.impacts import Impact, Impacts, drip
from oyster_cli.sound.synth.noise import BandNoise, at_level, white
from oyster_cli.state import Stateful

SLOSH_DB = [-30, -18, -9, -3, 0, -4, -8, -12, -17, -23]
LEVEL_DBA = 59.0  # at 1 m, of water that comes up at 0.1 m/s
SLOSH_PER_DECADE = 17.0
BOIL = 0.6  # how unevenly it does
GULPS_PER_M = 85.0  # of height that the water comes up by
GULP_PA, GULP_M = 0.04, (0.003, 0.012)  # and the radii of the bubbles it shuts in
STILL_M_S = 0.008  # the least that water at an edge moves
BOOMS_PER_M = 42.0  # of a hollow hull, struck by waves
BOOM_HZ, BOOM_DECAY, BOOM_PA = (75.0, 380.0), (9.0, 26.0), 0.15


class Lap(Stateful):
    """Several places of one shore, each told how fast the water comes up there."""

    kept: ClassVar[tuple[str, ...]] = ("slosh", "gulps", "boil")

    def __init__(self, places: int, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.slosh = BandNoise(places, 1, rate_hz)
        self.boil = Flutter(6.0, places, rate_hz)
        self.gulps = [Impacts(rate_hz) for _ in range(places)]

    def step(self, rng: np.random.Generator, n: int, rise_m_s: np.ndarray) -> np.ndarray:
        """(places, n) float32 pascal at 1 m. rise_m_s (places,): how fast the water comes up; falling water is quiet."""
        up = np.maximum(np.asarray(rise_m_s, float), STILL_M_S)
        levels = at_level(SLOSH_DB, LEVEL_DBA) + SLOSH_PER_DECADE * np.log10(up / 0.1)[:, None]
        out = self.slosh.shape(white(rng, len(up), n) * np.exp(BOIL * self.boil.step(rng, n) - BOIL**2 / 2), levels)
        for k, speed in enumerate(up.tolist()):
            count = rng.poisson(GULPS_PER_M * speed * n / self.rate_hz)
            loud = GULP_PA * min(speed / 0.05, 4.0)
            drops = [drip(int(at), float(radius), loud * float(luck)) for at, radius, luck in zip(
                rng.integers(0, n, count), rng.uniform(*GULP_M, count), np.exp(0.6 * rng.standard_normal(count)),
                strict=True)]  # fmt: skip
            out[k] += self.gulps[k].step(rng, n, drops)
        return out


class HullLap(Lap):
    """Water at hulls: planks are a drum, and each wave that strikes them booms."""

    kept: ClassVar[tuple[str, ...]] = (*Lap.kept, "planks")

    def __init__(self, places: int, rate_hz: int = RATE_HZ) -> None:
        super().__init__(places, rate_hz)
        self.planks = [Impacts(rate_hz) for _ in range(places)]

    def step(self, rng: np.random.Generator, n: int, rise_m_s: np.ndarray) -> np.ndarray:
        """(places, n) float32 pascal at 1 m."""
        out = super().step(rng, n, rise_m_s)
        for k, speed in enumerate(np.maximum(np.asarray(rise_m_s, float), STILL_M_S).tolist()):
            count = rng.poisson(BOOMS_PER_M * speed * n / self.rate_hz)
            blows = [self._boom(rng, int(at), min(speed / 0.05, 3.0)) for at in rng.integers(0, n, count)]
            out[k] += self.planks[k].step(rng, n, blows)
        return out

    def _boom(self, rng: np.random.Generator, offset: int, hard: float) -> Impact:
        tone_hz = float(np.exp(rng.uniform(*np.log(BOOM_HZ))))
        return Impact(
            offset, tone_hz, float(rng.uniform(*BOOM_DECAY)), BOOM_PA * hard * float(np.exp(0.6 * rng.standard_normal()))
        )
