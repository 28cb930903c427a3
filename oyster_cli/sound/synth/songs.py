"""Songs of open country: skylark, song thrush, robin, yellowhammer, wood pigeon, swallow. Notes as in birds.py."""

from __future__ import annotations

import numpy as np

from oyster_cli.sound.synth.note import Note


def skylark(rng: np.random.Generator) -> list[Note]:
    """A stretch of a song that never stops: syllables each a few times over, some buzzing, some 15 a second."""
    notes, at, end = [], 0.0, rng.uniform(3.0, 4.5)
    while at < end:
        f, length = rng.uniform(2600, 5600), rng.uniform(0.032, 0.075)
        bend, dip = rng.uniform(0.78, 1.28), rng.uniform(0.85, 1.2)
        buzz = 0.7 if rng.random() < 0.25 else 0.0
        gain, gap = rng.uniform(-7, 0), rng.uniform(0.012, 0.035)
        for _ in range(int(rng.integers(2, 8))):
            notes.append(Note(at, length, (f, f * dip, f * bend), gain, (1.0, 0.05), buzz, 95.0))
            at += length + gap
    return notes


def song_thrush(rng: np.random.Generator) -> list[Note]:
    """Says everything two to four times."""
    notes, at = [], 0.0
    for _ in range(2):
        parts = range(int(rng.integers(2, 5)))
        motif = [(rng.uniform(1900, 4300), rng.uniform(0.06, 0.17), rng.uniform(0.75, 1.35)) for _ in parts]
        for _ in range(int(rng.integers(2, 5))):
            for f, length, bend in motif:
                notes.append(Note(at, length, (f, f * (1 + bend) / 2, f * bend), 0.0, (1.0, 0.10, 0.03)))
                at += length + 0.022
            at += 0.13
        at += 0.35
    return notes


def robin(rng: np.random.Generator) -> list[Note]:
    """Silver drops that fall and hurry, thin at the top, one long note left hanging."""
    notes, at = [], 0.0
    for k in range(int(rng.integers(7, 13))):
        f = rng.uniform(5200, 7400) if k % 3 == 0 else rng.uniform(2700, 4600)
        length = rng.uniform(0.05, 0.16)
        notes.append(Note(at, length, (f * rng.uniform(1.0, 1.25), f, f * rng.uniform(0.72, 0.98)), -6.0 if f > 5000 else -1.0))
        at += length + rng.uniform(0.015, 0.07)
    f = rng.uniform(3000, 3900)
    return [*notes, Note(at + 0.05, 0.34, (f * 1.12, f, f * 0.97), -3.0, (1.0, 0.06), 0.25, 17.0)]


def yellowhammer(rng: np.random.Generator) -> list[Note]:
    """A little bit of bread and no … cheese."""
    f, rate = rng.uniform(4700, 5400), rng.uniform(0.092, 0.108)
    run = [Note(rate * k, 0.062, (f * 0.94, f * 1.06, f * 0.9), -8.0 + 0.8 * k, (1.0, 0.07), 0.5, 60.0) for k in range(9)]
    at = 9 * rate + 0.03
    cheese = Note(at + 0.16, 0.5, (f * 0.83, f * 0.82, f * 0.8), -2.0)
    return [*run, Note(at, 0.12, (f * 1.28, f * 1.27, f * 1.2), -4.0), cheese]


def wood_pigeon(rng: np.random.Generator) -> list[Note]:
    """coo COO coo, coo-coo: low and soft, and again."""
    f, notes = rng.uniform(440, 500), []
    soft = (1.0, 0.10, 0.03)
    coos = ((0.0, 0.32, 0.94, -4), (0.42, 0.62, 1.06, 0), (1.14, 0.5, 0.98, -2), (1.86, 0.24, 1.04, -3), (2.16, 0.36, 0.95, -5))
    for turn in range(int(rng.integers(2, 4))):
        for start, length, pitch, gain in coos:
            p = pitch * f
            notes.append(Note(3.0 * turn + start, length, (p * 0.97, p, p * 0.95), gain, soft, breath=0.12))
    return notes


def swallow(rng: np.random.Generator) -> list[Note]:
    """vit, vit, in flight."""
    notes, at = [], 0.0
    for _ in range(int(rng.integers(2, 5))):
        f = rng.uniform(3600, 4700)
        notes.append(Note(at, 0.05, (f * 0.85, f * 1.2, f * 0.95), rng.uniform(-4, 0), (1.0, 0.2, 0.05)))
        at += rng.uniform(0.09, 0.2)
    return notes
