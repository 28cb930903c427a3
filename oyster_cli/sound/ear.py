"""Where the listener is and which way it faces: the camera."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Ear:
    """The pose of the listener's head. right, up, ahead: unit vectors in the world, at right angles to each other."""

    at: np.ndarray  # (3,) metres
    right: np.ndarray  # (3,)
    up: np.ndarray  # (3,)
    ahead: np.ndarray  # (3,)


def facing(begin: Ear, end: Ear, part: float) -> np.ndarray:
    """Rows right, up, ahead of a head part of the way from begin to end, (3, 3); exact for small turns."""
    rows = [np.asarray(a) + part * (np.asarray(b) - a) for a, b in zip(_axes(begin), _axes(end), strict=True)]
    return np.array([row / max(float(np.sqrt(row @ row)), 1e-9) for row in rows])


def _axes(ear: Ear) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return ear.right, ear.up, ear.ahead
