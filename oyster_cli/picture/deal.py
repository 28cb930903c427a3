"""Work dealt fairly to the threads of a parallel loop.

Every thread gets one stretch of it, all as long; but half a picture may be sky, and what is near fills more of it. So rows of
pixels and blocks of triangles are dealt out like cards before the loop is cut.
"""

from __future__ import annotations

import os

import numpy as np
import quadrants as qd

THREADS = os.cpu_count() or 1


def dealt(work: np.ndarray) -> np.ndarray:
    """Rows of work, nearest first, as a hand for every thread, each of them nearest first."""
    return np.concatenate([work[hand::THREADS] for hand in range(THREADS)])


@qd.func
def turns(width, height):
    """How many turns a loop over a picture has, 32 pixels of a row in each."""
    return (width + 31) // 32 * ((height + 15) // 16 * 16)


@qd.func
def row_and_columns(turn, width, height):
    """The pixels of a turn: row, first column, column after the last; none where one of the sixteen hands is a row short."""
    segments = (width + 31) // 32
    cards = (height + 15) // 16
    y = turn // segments % cards * 16 + turn // segments // cards
    x0 = turn % segments * 32
    x1 = qd.min(x0 + 32, width)
    if y >= height:
        x1 = x0
    return y, x0, x1
