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
_FULL, _REEDY, _PURE = (1.0, 0.12, 0.03, 0.01), (0.7, 1.0, 0.6, 0.3, 0.12), (1.0, 0.05, 0.01)


def phrase(rng: np.random.Generator) -> list[Note]:
    """About 15 s: a long moan, an upsweep, cries, a growl and a moan that sinks."""
    f = rng.uniform(1.0, 1.25)
    late = rng.uniform(-0.2, 0.2, 8)
    return [
        Note(0.0, rng.uniform(2.6, 3.4), (300 * f, 450 * f, 350 * f), 0.0, _FULL, 0.15, 5.0, 0.2),
        Note(3.4 + late[0], 1.6, (260 * f, 430 * f, 620 * f), -2.0, _PURE, 0.25, 6.5, 0.15),
        Note(5.1 + late[1], 0.9, (900 * f, 1080 * f, 700 * f), -17.0, _PURE, breath=0.05),
        Note(6.2 + late[2], 1.0, (520 * f, 610 * f, 420 * f), -5.0, _PURE, 0.2, 9.0, 0.15),
        Note(7.5 + late[3], 1.8, (170 * f, 150 * f, 130 * f), -7.0, _REEDY, 0.75, 21.0, 0.5),
        Note(9.6 + late[4], 0.8, (330 * f, 430 * f, 540 * f), -3.0, _PURE, breath=0.15),
        Note(10.6 + late[5], 0.9, (340 * f, 450 * f, 560 * f), -3.0, _PURE, breath=0.15),
        Note(11.8 + late[6], rng.uniform(2.8, 3.6), (480 * f, 380 * f, 250 * f), 0.0, _FULL, 0.2, 4.5, 0.2),
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
