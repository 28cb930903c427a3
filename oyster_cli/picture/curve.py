"""A smooth curve through points that never swings beyond them: between two it only rises or only falls."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


class Curve:
    """Cubic pieces through (x, y), x growing, y (n,) or (n, k); beyond its ends it goes on as its end pieces do.

    Slopes after Fritsch & Butland 1984: harmonic means of the neighbouring slopes, and flat where these differ in sign.
    """

    def __init__(self, x: ArrayLike, y: ArrayLike) -> None:
        self.x, values = np.asarray(x, float), np.asarray(y, float)
        self._wide = np.diff(self.x).reshape(-1, *[1] * (values.ndim - 1))
        rise = np.diff(values, axis=0) / self._wide
        slope = _slopes(self._wide, rise)
        bent = (slope[:-1] + slope[1:] - 2 * rise) / self._wide
        self._terms = bent / self._wide, (rise - slope[:-1]) / self._wide - bent, slope[:-1], values[:-1]

    def __call__(self, x: ArrayLike) -> np.ndarray:
        """(…,) or (…, k) for x of any shape."""
        at = np.asarray(x, float)
        piece = np.minimum(np.maximum(np.searchsorted(self.x, at, side="right") - 1, 0), len(self.x) - 2)
        beyond = (at - self.x[piece]).reshape(at.shape + (1,) * (self._wide.ndim - 1))
        third, second, first, value = (term[piece] for term in self._terms)
        return np.asarray(value + beyond * (first + beyond * (second + beyond * third)))


def _slopes(wide: np.ndarray, rise: np.ndarray) -> np.ndarray:
    """At every point, from the widths (n - 1, …) and slopes of the pieces."""
    before, after = 2 * wide[1:] + wide[:-1], wide[1:] + 2 * wide[:-1]
    even = rise[:-1] * rise[1:] > 0.0
    low, high = np.where(even, rise[:-1], 1.0), np.where(even, rise[1:], 1.0)
    middle = np.where(even, (before + after) / (before / low + after / high), 0.0)
    ends = _end(wide[0], wide[1], rise[0], rise[1]), _end(wide[-1], wide[-2], rise[-1], rise[-2])
    return np.concatenate([ends[0][None], middle, ends[1][None]])


def _end(wide: np.ndarray, next_wide: np.ndarray, rise: np.ndarray, next_rise: np.ndarray) -> np.ndarray:
    """Slope at an end, of the parabola through three points, held back where that would swing beyond them."""
    slope = ((2 * wide + next_wide) * rise - wide * next_rise) / (wide + next_wide)
    slope = np.where(np.sign(slope) != np.sign(rise), 0.0, slope)
    turns = (np.sign(rise) != np.sign(next_rise)) & (np.abs(slope) > 3.0 * np.abs(rise))
    return np.asarray(np.where(turns, 3.0 * rise, slope))
