"""A delay line that remembers only what was not silence, read between its samples."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache
from operator import itemgetter
from typing import ClassVar

import numpy as np

from oyster_cli.compiled import compiled
from oyster_cli.state import Stateful

TAPS = 14
AHEAD = TAPS // 2  # samples beyond the place read that must have been written already
_FIRST = itemgetter(0)
_POWERS = 5
_GOOD_TO = 0.70  # of half the sample rate


class Line(Stateful):
    """Blocks of one voice's dry sound by their first sample, oldest first. Silence between them is not stored."""

    kept: ClassVar[tuple[str, ...]] = ("blocks",)

    def __init__(self) -> None:
        self.blocks: list[tuple[int, np.ndarray]] = []

    def write(self, first: int, dry: np.ndarray) -> None:
        if dry.any():
            self.blocks.append((first, np.array(dry, dtype=np.float32)))

    def read(self, places: np.ndarray) -> np.ndarray | None:
        """The sound at (n,) fractional samples, which grow, float32; None where all of it is silence."""
        first, last = math.floor(places[0]), math.floor(places[-1])
        piece = self.piece(first - AHEAD + 1, last + AHEAD + 1)
        if piece is None:
            return None
        sound = np.empty(len(places), np.float32)
        _read(piece, places, first, _powers(), sound)
        return sound

    def shifted(self, place: float, samples: int) -> np.ndarray | None:
        """The same at places a sample apart, the first of which is given."""
        first = math.floor(place)
        piece = self.piece(first - AHEAD + 1, first + samples + AHEAD)
        if piece is None:
            return None
        sound = np.zeros(samples, np.float32)
        _filter(piece, (place - first) ** np.arange(_POWERS, dtype=np.float32) @ _powers(), sound)
        return sound

    def forget(self, before: float) -> None:
        """Drop blocks that no place from `before` on can touch."""
        while self.blocks and self.blocks[0][0] + len(self.blocks[0][1]) <= before - AHEAD:
            del self.blocks[0]

    def piece(self, low: int, high: int) -> np.ndarray | None:
        """The sound of these samples, float32; None where all of it is silence."""
        piece, at = None, bisect_right(self.blocks, low, key=_FIRST)
        for first, dry in self.blocks[max(at - 1, 0) :]:
            if first >= high:
                break
            begin, end = max(first, low), min(first + len(dry), high)
            if begin < end:
                if piece is None:
                    piece = np.zeros(high - low, np.float32)
                piece[begin - low : end - low] = dry[begin - first : end - first]
        return piece


@compiled
def _filter(piece: np.ndarray, taps: np.ndarray, sound: np.ndarray) -> None:
    """Add the piece, as long as the sound and the taps, through them."""
    n = len(sound)
    for k in range(0, TAPS, AHEAD):  # half of them at a time: the sound is seldom fetched and put away
        a, b, c, d, e, f, g = taps[k : k + AHEAD]
        p, q, r, s = piece[k : k + n], piece[k + 1 : k + 1 + n], piece[k + 2 : k + 2 + n], piece[k + 3 : k + 3 + n]
        t, u, v = piece[k + 4 : k + 4 + n], piece[k + 5 : k + 5 + n], piece[k + 6 : k + 6 + n]
        for i in range(n):
            sound[i] += a * p[i] + b * q[i] + c * r[i] + d * s[i] + e * t[i] + f * u[i] + g * v[i]


@compiled
def _read(piece: np.ndarray, places: np.ndarray, first: int, powers: np.ndarray, sound: np.ndarray) -> None:
    """The piece, which begins at `first`, between its samples: each row of powers is a filter of the line."""
    values = np.zeros((_POWERS, len(piece) - TAPS + 1), np.float32)
    for power in range(_POWERS):
        _filter(piece, powers[power], values[power])
    for i in range(len(sound)):
        beyond = places[i] - first
        whole = int(beyond)
        part, value = np.float32(beyond - whole), values[_POWERS - 1, whole]
        for power in range(_POWERS - 2, -1, -1):
            value = value * part + values[power, whole]
        sound[i] = value


@lru_cache(maxsize=1)
def _powers() -> np.ndarray:
    """(powers, TAPS): filters whose sum, weighted with powers of the fraction, is a delay by that fraction.

    Least squares over frequency and fraction (Farrow 1988), low frequencies weighted up because sound has more there.
    """
    share = (np.arange(96) + 0.5) / 96
    omega = np.pi * _GOOD_TO * share
    part = np.linspace(0.0, 1.0, 65)
    weight = (0.1 + share)[:, None] ** -0.5
    shifts = np.exp(1j * np.outer(omega, np.arange(TAPS) - AHEAD + 1)) * weight
    model = np.einsum("fk,mp->fmpk", shifts, part[:, None] ** np.arange(_POWERS)).reshape(len(omega) * len(part), -1)
    wanted = (np.exp(1j * np.outer(omega, part)) * weight).ravel()
    rows, right = np.vstack([model.real, model.imag]), np.concatenate([wanted.real, wanted.imag])
    return np.linalg.solve(rows.T @ rows, rows.T @ right).reshape(_POWERS, TAPS).astype(np.float32)
