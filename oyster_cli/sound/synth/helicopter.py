"""A helicopter: the beat of its main rotor, the tail rotor's rasp, gears and turbine, all out of one turning shaft."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter, Held, part_of, sine
from oyster_cli.sound.synth.noise import BandNoise, white
from oyster_cli.state import Stateful

BLADES = 2
TAIL_RATIO = 6.0  # turns of the tail rotor to one of the main rotor
WASH_DB = np.array([95, 102, 107, 107, 103, 99.5, 95, 89, 83, 75])  # octaves of the noise that the blades make, at 1 m
TURBINE_DB = np.array([60, 66, 72, 78, 84, 88, 92, 95, 97, 92])
LIFT_PA, SLAP_PA, TAIL_PA, GEAR_PA = 10.0, 5.0, 3.4, 0.35
GEARS = ((98.0, 1.0), (211.0, 0.6), (1490.0, 0.5))  # teeth passing a turn, and how loud
TABLE = 4096


def _lift_table() -> np.ndarray:
    """Pressure over one passage of a blade, as lift and thickness push the air: a few smooth harmonics."""
    place = np.arange(TABLE + 1) / TABLE
    return np.asarray(sum(k**-0.75 * np.sin(2 * np.pi * k * place + 0.5 * k * k) for k in range(1, 9)))


def _slap_table() -> np.ndarray:
    """The blade cutting the vortex of the one before it: a sharp down and up, and a weaker one from the other side."""
    place = np.arange(TABLE + 1) / TABLE

    def cut(middle: float, wide: float) -> np.ndarray:
        x = (place - middle) / wide
        return -x * np.exp(0.5 - 0.5 * x * x)

    return cut(0.34, 0.0085) + 0.45 * cut(0.30, 0.006) - 0.35 * cut(0.72, 0.014)


def _tail_table() -> np.ndarray:
    place = np.arange(TABLE + 1) / TABLE
    return np.asarray(sum(k**-0.55 * np.sin(2 * np.pi * k * place + 1.1 * k * k) for k in range(1, 15)))


class Helicopter(Stateful):
    """Sound of one helicopter. It has no clock of its own: what it is told is how far its rotor has turned."""

    kept: ClassVar[tuple[str, ...]] = ("wash", "turbine", "rough", "slap", "power")
    lift, cut, rasp = _lift_table(), _slap_table(), _tail_table()

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.wash, self.turbine = BandNoise(1, 1, rate_hz), BandNoise(1, 1, rate_hz)
        self.rough = Flutter(1.2, 1, rate_hz)
        self.slap, self.power = Held(), Held()

    def step(self, rng: np.random.Generator, n: int, turns: tuple[float, float], power: float, slap: float) -> np.ndarray:
        """(n,) float32 pascal at 1 m. turns: of the main rotor at the begin and end; power 0 … 1.2; slap: how hard the blades
        cut their own wake towards the ear, 0 … 1."""
        turn = turns[0] + (turns[1] - turns[0]) * np.arange(1, n + 1) / n
        power_now, slap_now = self.power.step(power, n), self.slap.step(slap, n)
        passage = turn * BLADES
        blow = np.floor(passage).astype(np.float32)
        uneven = 1.0 + 0.16 * np.sin(blow * 2.4) + 0.09 * np.sin(blow * 7.1 + 1.0)
        gust = np.exp(0.10 * self.rough.step(rng, n)[0])
        beat = LIFT_PA * _read(self.lift, passage) + SLAP_PA * slap_now * uneven * _read(self.cut, passage)
        behind = sine(turn * TAIL_RATIO * BLADES + 0.25)
        chop = 0.8 + 0.6 * slap_now * ((0.5 + 0.5 * sine(passage - 0.11)) ** 2) ** 2
        wash = self.wash.shape(white(rng, 1, n) * chop * (1.0 + 0.45 * behind), WASH_DB)[0]
        tail = TAIL_PA * _read(self.rasp, turn * TAIL_RATIO * BLADES)
        whine = GEAR_PA * sum(loud * sine(teeth * turn) for teeth, loud in GEARS)
        hiss = self.turbine.step(rng, n, TURBINE_DB)[0]
        return (power_now * gust * (beat + wash + tail) + power_now**0.5 * (whine + hiss)).astype(np.float32)


def _read(table: np.ndarray, cycles: np.ndarray) -> np.ndarray:
    """A table of one cycle at so many cycles."""
    place = part_of(cycles) * TABLE
    low = place.astype(np.intp)
    return np.asarray(table[low] + (table[low + 1] - table[low]) * (place - low))
