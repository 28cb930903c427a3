"""A humpback's song: units that slide, rise and growl, strung into a phrase that comes again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.birds import Note, note
from oyster_cli.sound.synth.noise import P0_PA
from oyster_cli.sound.synth.tape import Tape
from oyster_cli.state import Stateful

LEVEL_DB = 102.0  # at 1 m, dB re 20 µPa: as loud as it is in a film
_FULL, _REEDY, _PURE = (1.0, 0.45, 0.28, 0.14, 0.08, 0.05), (0.6, 1.0, 0.7, 0.5, 0.35, 0.2, 0.12), (1.0, 0.18, 0.05)


def phrase(rng: np.random.Generator) -> list[Note]:
    """About 15 s: a long moan, an upsweep, cries, a growl and a moan that sinks."""
    f = rng.uniform(0.9, 1.12)
    late = rng.uniform(-0.15, 0.15, 8)
    return [
        Note(0.0, 2.6, (190 * f, 330 * f, 240 * f), 0.0, _FULL, 0.10, 5.0, 0.02),
        Note(3.2 + late[0], 1.5, (230 * f, 420 * f, 930 * f), -2.0, _PURE, 0.15, 6.5, 0.02),
        Note(5.0 + late[1], 0.9, (900 * f, 1080 * f, 700 * f), -5.0, _PURE),
        Note(6.2 + late[2], 0.8, (860 * f, 1010 * f, 640 * f), -6.0, _PURE),
        Note(7.7 + late[3], 1.7, (120 * f, 105 * f, 90 * f), -1.0, _REEDY, 0.75, 21.0, 0.10),
        Note(9.8 + late[4], 0.7, (300 * f, 480 * f, 700 * f), -4.0, _PURE),
        Note(10.7 + late[5], 0.7, (320 * f, 500 * f, 760 * f), -4.0, _PURE),
        Note(11.9 + late[6], 3.0, (430 * f, 330 * f, 150 * f), 0.0, _FULL, 0.12, 4.5, 0.02),
    ]


class Song(Stateful):
    """One whale's voice."""

    kept: ClassVar[tuple[str, ...]] = ("tape",)

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.tape = Tape()

    def step(self, rng: np.random.Generator, n: int, units: Iterable[tuple[int, Note]] = ()) -> np.ndarray:
        """(n,) float32 pascal at 1 m. units: (sample in this frame, what is sung from there)."""
        for offset, unit in units:
            self.tape.lay(offset, note(rng, unit, self.rate_hz) * (P0_PA * 10 ** (LEVEL_DB / 20)))
        return self.tape.play(n).astype(np.float32)
