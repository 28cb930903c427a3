"""A ventilator: blades that beat the air, the air itself, and the hum of the motor that slips behind its mains."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter, Held, part_of, sine
from oyster_cli.sound.synth.noise import P0_PA, BandNoise, at_level, white
from oyster_cli.state import Stateful

BLADES = 5
FULL_REV_S = 14.2  # an induction motor of six poles at 50 Hz, 15 % behind its field
LEVEL_DBA = 62.0  # at 1 m, of the outdoor unit of an air conditioner at full speed
PER_DECADE_DB = 55.0  # flow noise goes with the tip speed to the 5.5
AIR_DB = [-17, -10, -2, 1.5, -2.5, -6, -9, -9, -10, -15]
BEAT_DB, HUM_DB = 46.0, 44.0  # tones of the blades and of the motor, at 1 m
HUM = ((1, 1.0), (2, 0.5), (3, 0.6), (4, 0.3), (6, 0.35))  # multiples of twice the mains


class Fan(Stateful):
    """One ventilator. It has no clock but its mains: what it is told is how far its blades have turned."""

    kept: ClassVar[tuple[str, ...]] = ("air", "rough", "drive", "mains")

    def __init__(self, slip_hz: float, mains_hz: float = 50.0, rate_hz: int = RATE_HZ) -> None:
        self.slip_hz, self.mains_hz, self.rate_hz = slip_hz, mains_hz, rate_hz
        self.air = BandNoise(1, 1, rate_hz)
        self.rough = Flutter(14.0, 1, rate_hz)
        self.drive = Held()
        self.mains = 0.0  # seconds of the mains

    def step(self, rng: np.random.Generator, n: int, turns: tuple[float, float]) -> np.ndarray:
        """(n,) float32 pascal at 1 m. turns: of the blades at the begin and the end of the frame."""
        turn = turns[0] + (turns[1] - turns[0]) * np.arange(1, n + 1) / n
        share = (turns[1] - turns[0]) * self.rate_hz / n / FULL_REV_S
        if share <= 0.0:
            self.drive.value = 0.0
        power = self.drive.step(10 ** (PER_DECADE_DB / 20 * np.log10(max(share, 1e-3))), n)
        passage = BLADES * turn
        uneven = 1.0 + 0.10 * sine(turn) + 0.06 * sine(2 * turn + 0.3)  # no two blades are alike
        chop = 1.0 + 0.16 * sine(passage) * uneven + 0.10 * self.rough.step(rng, n)[0]
        noise = self.air.shape(white(rng, 1, n) * chop, at_level(AIR_DB, LEVEL_DBA))[0]
        beat = (sine(passage) + 0.6 * sine(2 * passage + 0.2) + 0.35 * sine(3 * passage + 0.7)) * uneven
        tone = P0_PA * 10 ** (BEAT_DB / 20) * beat
        return (power * (noise + tone) + min(share, 1.0) * self._hum(n)).astype(np.float32)

    def _hum(self, n: int) -> np.ndarray:
        """The iron of the motor at twice the mains, stronger and weaker as the rotor slips past the field."""
        time_s = self.mains + np.arange(1, n + 1) / self.rate_hz
        self.mains = float(part_of(time_s[-1:] / 100.0)[0] * 100.0)  # whole cycles of mains and slip
        hum = sum(loud * sine(2 * self.mains_hz * order * time_s + 0.31 * order * order) for order, loud in HUM)
        return np.asarray(P0_PA * 10 ** (HUM_DB / 20) * (1.0 + 0.35 * sine(self.slip_hz * time_s)) * hum)
