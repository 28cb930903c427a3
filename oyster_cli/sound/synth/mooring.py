"""What moored boats say: ropes and fenders that creak as they slip, wind in the rigging, halyards that clink on masts."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter
from oyster_cli.sound.synth.impacts import Impact, Impacts
from oyster_cli.sound.synth.noise import OCTAVES_HZ, BandNoise, white
from oyster_cli.sound.synth.resonators import Resonators
from oyster_cli.state import Stateful

WOOD_HZ = np.array([185.0, 340.0, 610.0, 980.0, 1650.0])
WOOD_Q = np.array([9.0, 11.0, 14.0, 12.0, 9.0])
WOOD_GAIN = np.array([0.7, 1.0, 0.9, 0.5, 0.25])
GRAIN_M = 0.0011  # that a rope slips at a time
TAUT_M = 0.022  # of movement, from where on it creaks
CREAK_PA = 0.12
MAST = ((690.0, 9.0, 1.0), (1720.0, 16.0, 0.55), (2930.0, 26.0, 0.4), (4680.0, 45.0, 0.25))  # Hz, decay 1/s, strength
CLINK_PA = 0.7
HALYARD_HZ, HALYARD_LOSS = 1.15, 0.06
SLACK_M = 0.03  # between halyard and mast
BOUNCE = 0.45
STEPS = 16
# Octaves of the wind in shrouds and stays of 4 to 14 mm, each humming at 0.2 U / d, at 5 m/s; it goes with the sixth power.
RIG_DB = np.array([-9, -2, 1, 2, -4, -12, -17, -21, -25, -30.0])
RIG_AT_M_S, RIG_SPL_DB = 5.0, 72.0  # at 1 m


class Creak(Stateful):
    """Stick and slip: a rope under load gives way grain by grain, and wood rings with every grain."""

    kept: ClassVar[tuple[str, ...]] = ("gone_m", "wood")

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.wood = Resonators(WOOD_HZ, np.pi * WOOD_HZ / WOOD_Q, 1, rate_hz)
        self.gone_m = 0.0  # slipped since the last grain gave way

    def step(self, rng: np.random.Generator, n: int, slip_m_s: float, pull_m: float) -> np.ndarray:
        """(n,) float32 pascal at 1 m. slip_m_s: how fast it slips; pull_m: how far it is pulled."""
        load = max(pull_m / TAUT_M - 1.0, 0.0)
        count, at = 0, np.zeros(0, np.intp)
        if load > 0.0 and slip_m_s > 1e-4:
            path = self.gone_m + slip_m_s * np.arange(1, n + 1) / self.rate_hz
            count = int(path[-1] / GRAIN_M)
            give = GRAIN_M * (np.arange(1, count + 1) + 0.12 * rng.uniform(-1, 1, count))
            at = np.minimum(np.searchsorted(path, give), n - 1)
            self.gone_m = float(path[-1] - count * GRAIN_M)
        blows = min(load, 2.5) ** 0.7 * CREAK_PA * np.exp(0.35 * rng.standard_normal(count))
        tones = len(WOOD_HZ)
        strength = (blows[:, None] * WOOD_GAIN).ravel()
        rung = self.wood.ring(np.tile(np.arange(tones), count), np.repeat(at, tones), strength, n)
        return np.asarray(rung[0].astype(np.float32))


class Rigging(Stateful):
    """Wind in the rigging of so many boats."""

    kept: ClassVar[tuple[str, ...]] = ("wires", "eddies")

    def __init__(self, count: int, rate_hz: int = RATE_HZ) -> None:
        self.wires = BandNoise(count, 1, rate_hz)
        self.eddies = Flutter(2.5, count, rate_hz)

    def step(self, rng: np.random.Generator, n: int, wind_m_s: np.ndarray, mean_m_s: float) -> np.ndarray:
        """(count, n) float32 pascal at 1 m. wind_m_s (count,): at each now; mean_m_s sets the pitch."""
        higher = np.log2(max(mean_m_s, 0.5) / RIG_AT_M_S)
        shape = np.interp(np.log2(OCTAVES_HZ) - higher, np.log2(OCTAVES_HZ), RIG_DB)
        levels = RIG_SPL_DB + 60 * np.log10(np.maximum(wind_m_s, 0.2) / RIG_AT_M_S)[:, None] + shape
        swell = np.exp(0.28 * self.eddies.step(rng, n) - 0.04)
        return self.wires.shape(white(rng, len(levels), n) * swell, levels)


class Halyards(Stateful):
    """Ropes along masts: each swings at its own pace, thrown by the mast's sway and the gusts, and beats on the mast.

    off_m (k,): how far a halyard is from where it hangs; the mast stands SLACK_M beside that.
    """

    kept: ClassVar[tuple[str, ...]] = ("off_m", "speed_m_s", "rings")

    def __init__(self, count: int, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.off_m, self.speed_m_s = np.zeros(count), np.zeros(count)
        self.rings = [Impacts(rate_hz) for _ in range(count)]

    def step(self, rng: np.random.Generator, n: int, sway_m_s2: np.ndarray, wind_m_s: np.ndarray) -> np.ndarray:
        """(k, n) float32 pascal at 1 m. sway_m_s2 (k,): acceleration of the mast; wind_m_s (k,): at its halyard."""
        omega, dt = 2 * np.pi * HALYARD_HZ, n / self.rate_hz / STEPS
        blows: list[list[Impact]] = [[] for _ in self.rings]
        gusts = rng.standard_normal((STEPS, len(self.rings))) * 0.16 * np.asarray(wind_m_s) ** 1.5 / np.sqrt(dt / 0.01)
        for step in range(STEPS):
            push = -np.asarray(sway_m_s2) + gusts[step] - omega**2 * self.off_m - 2 * HALYARD_LOSS * omega * self.speed_m_s
            self.speed_m_s = self.speed_m_s + dt * push
            self.off_m = self.off_m + dt * self.speed_m_s
            for k in np.flatnonzero((self.off_m > SLACK_M) & (self.speed_m_s > 0)).tolist():
                late = min((self.off_m[k] - SLACK_M) / self.speed_m_s[k], dt)
                blows[k] += _clink(rng, int((step + 1) * n / STEPS - late * self.rate_hz), float(self.speed_m_s[k]), k)
                self.off_m[k], self.speed_m_s[k] = SLACK_M, -BOUNCE * self.speed_m_s[k]
        return np.stack([ring.step(rng, n, blow) for ring, blow in zip(self.rings, blows, strict=True)])


def _clink(rng: np.random.Generator, offset: int, speed_m_s: float, k: int) -> list[Impact]:
    """A blow on a hollow mast; every mast has its own pitch."""
    pitch = 1.0 + 0.17 * k
    loud = CLINK_PA * min(speed_m_s / 0.2, 3.0) ** 1.3
    luck = rng.uniform(0.6, 1.3, len(MAST))
    return [Impact(max(offset, 0), hz * pitch, decay, loud * gain * float(one)) for (hz, decay, gain), one in
            zip(MAST, luck, strict=True)] + [Impact(max(offset, 0), 5200.0, 400.0, 0.5 * loud, 0.8)]  # fmt: skip
