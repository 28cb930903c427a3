"""Trains: steel wheels that roll and beat on the joints of the rails, a diesel that works, and its horn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter, Held, part_of, sine
from oyster_cli.sound.synth.impacts import Impact, Impacts
from oyster_cli.sound.synth.noise import P0_PA, BandNoise, at_level, white
from oyster_cli.state import Stateful

ROLL_DB = [-9, -5, -3, 1, 2, 0.5, -3, -7.5, -9.5, -14]
# One car at 1 m and 80 km/h: 84 dB(A) beside a long train, 7.5 m off (TSI Noise), is 96 dB of power a metre of it.
ROLL_DBA, AT_M_S, ROLL_PER_DECADE = 101.0, 22.2, 30.0
CLACK = ((72.0, 40.0, 0.2, 1.1), (430.0, 95.0, 0.5, 0.8), (1150.0, 150.0, 0.6, 0.9), (3400.0, 260.0, 0.9, 0.7))
CLACK_PA = 16.0  # at 1 m and AT_M_S; Hz, decay 1/s, noise and strength of what a joint strikes: track, sleeper, rail, wheel
DIESEL_DB = [-8, 0, 1, -1, -2, -4, -8, -13, -19, -26]
DIESEL_DBA = 104.0  # at full load
IDLE_HZ, FULL_HZ = 34.0, 92.0  # cylinders firing
HORN_HZ, HORN_S, HORN_PA = (311.1, 370.0, 466.2), 1.9, 14.0  # a chord in E flat minor; 117 dB at 1 m
FAINT = 1e-3  # share of its loudness below which it is silent
REED = np.array([1.0, 0.8, 0.7, 0.5, 0.35, 0.25, 0.16, 0.1])


class Rolling(Stateful):
    """The wheels of so many cars."""

    kept: ClassVar[tuple[str, ...]] = ("steel", "rough", "joints")

    def __init__(self, cars: int, rate_hz: int = RATE_HZ) -> None:
        self.steel = BandNoise(cars, 1, rate_hz)
        self.rough = Flutter(3.0, cars, rate_hz)
        self.joints = [Impacts(rate_hz) for _ in range(cars)]

    def step(self, rng: np.random.Generator, n: int, speed_m_s: float, clacks: Sequence[Iterable[int]]) -> np.ndarray:
        """(cars, n) float32 pascal at 1 m. clacks: for each car the samples at which an axle of it is over a joint."""
        pace = max(speed_m_s, 0.05) / AT_M_S
        swell = np.exp(0.16 * self.rough.step(rng, n))
        levels = at_level(ROLL_DB, ROLL_DBA + ROLL_PER_DECADE * np.log10(pace))
        out = self.steel.shape(white(rng, len(self.joints), n) * swell, levels)
        for car, (joint, samples) in enumerate(zip(self.joints, clacks, strict=True)):
            blows = [blow for sample in samples for blow in _clack(rng, sample, pace)]
            if blows or not joint.tape.silent:
                out[car] += joint.step(rng, n, blows)
        return out


def _clack(rng: np.random.Generator, sample: int, pace: float) -> list[Impact]:
    loud = CLACK_PA * min(pace, 2.0) * np.exp(0.3 * rng.standard_normal())  # no two joints are alike
    return [Impact(sample, hz, decay, loud * share, noise) for hz, decay, noise, share in CLACK]


class Diesel(Stateful):
    """The engine: it fires faster the more it is asked for."""

    kept: ClassVar[tuple[str, ...]] = ("exhaust", "firing", "turn", "gain")

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.exhaust = BandNoise(1, 1, rate_hz)
        self.firing, self.gain = Held(), Held()
        self.turn = 0.0

    def step(self, rng: np.random.Generator, n: int, load: float) -> np.ndarray:
        """(n,) float32 pascal at 1 m; load 0, idling, to 1."""
        aim = IDLE_HZ + (FULL_HZ - IDLE_HZ) * load
        now = aim if self.firing.value is None else float(self.firing.value)
        firing_hz = self.firing.step(now + (aim - now) * (1 - np.exp(-n / self.rate_hz / 1.5)), n)
        turn = self.turn + np.cumsum(firing_hz, dtype=np.float64) / self.rate_hz
        self.turn = float(turn[-1] % 12.0)  # twelve cylinders, which are not alike
        uneven = 1.0 + 0.25 * sine(turn / 12.0) + 0.2 * sine(turn / 6.0 + 0.2) + 0.15 * sine(turn / 4.0)
        puff = np.exp(-5.0 * part_of(turn)) * uneven
        level = self.gain.step(10 ** (14.0 * (load - 1.0) / 20), n)
        beat = P0_PA * 10 ** (104.0 / 20) * (sine(turn) + 0.6 * sine(2 * turn + 0.2) + 0.4 * sine(turn / 2 + 0.1)) * uneven
        noise = self.exhaust.shape(white(rng, 1, n) * (0.45 + 1.3 * puff), at_level(DIESEL_DB, DIESEL_DBA))[0]
        return np.asarray(level * (noise + beat), np.float32)


class Horn(Stateful):
    """Three reeds in a chord. left: samples that it still blows."""

    kept: ClassVar[tuple[str, ...]] = ("left", "turns", "loud")

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.left = 0
        self.turns = np.zeros((len(HORN_HZ), 1))
        self.loud = Held()

    def blow(self) -> None:
        self.left = int(HORN_S * self.rate_hz)

    def step(self, n: int) -> np.ndarray:
        """(n,) float32 pascal at 1 m."""
        now, aim = float(self.loud.value or 0.0), 1.0 if self.left > 0 else 0.0
        self.left = max(self.left - n, 0)
        if max(now, aim) < FAINT:
            self.loud.value = 0.0
            return np.zeros(n, np.float32)
        self.loud.value = now
        loud = self.loud.step(now + (aim - now) * (1 - np.exp(-n / self.rate_hz / 0.07)), n)
        return np.asarray(self._chord(n) * loud, np.float32)

    def _chord(self, n: int) -> np.ndarray:
        turns = self.turns + np.array(HORN_HZ)[:, None] * np.arange(1, n + 1) / self.rate_hz
        self.turns = part_of(turns[:, -1:])
        tones = sum(loud * sine(order * turns + 0.3 * order) for order, loud in enumerate(REED, 1))
        return np.asarray(HORN_PA * 0.33 * np.sum(tones, axis=0))
