"""A wolf's howl: a voice that rises, holds and sinks, now and then breaking into another pitch."""

from __future__ import annotations

import numpy as np

from oyster_cli.sound.synth.note import Note

VOICE = (1.0, 0.40, 0.22, 0.05, 0.02)


def howl(rng: np.random.Generator) -> list[Note]:
    """One howl of two to six seconds between 300 and 700 Hz, with few harmonics."""
    f, long_s = rng.uniform(315, 410), rng.uniform(2.4, 4.8)
    first = Note(0.0, long_s, (rng.uniform(0.62, 0.8) * f, 1.08 * f, rng.uniform(0.86, 1.0) * f), 0.0, VOICE, 0.12, 4.3, 0.08)
    if rng.random() < 0.5:
        return [first]
    high = f * rng.uniform(1.15, 1.4)
    return [first, Note(long_s - 0.12, rng.uniform(0.8, 1.8), (high, 1.02 * high, 0.7 * high), -3.0, VOICE, 0.1, 5.1, 0.08)]
