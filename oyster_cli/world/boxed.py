"""What fills the air about the camera: a box of points that goes with it, and the same again beside it without end."""

from __future__ import annotations

import numpy as np


def boxed(points: np.ndarray, centre: np.ndarray, box_m: np.ndarray) -> np.ndarray:
    """(n, k) float32: of points that repeat every box_m (k,), and lie half a box beside where they are told to, those
    in the box about centre (k,). As a remainder by box_m would give them, but that takes four times as long.
    """
    box, middle = np.asarray(box_m, np.float32), np.asarray(centre, np.float32)
    off = points.astype(np.float32) - middle
    off -= box * np.floor(off / box)
    off += middle - box / 2
    return off
