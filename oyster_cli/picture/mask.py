"""Bars of black around the frame that is meant."""

from __future__ import annotations

import numpy as np


def masked(picture: np.ndarray, ratio: float) -> np.ndarray:
    """(frames, height, width, 3) with bars of black that leave a frame of width over height `ratio` in the middle, in place."""
    height, width = picture.shape[1:3]
    rows, columns = (round((all_of - max(kept, 2)) / 2) for all_of, kept in
                     ((height, min(height, width / ratio)), (width, min(width, height * ratio))))  # fmt: skip
    for low, high in ((0, rows), (height - rows, height)):
        picture[:, low:high] = 0
    for low, high in ((0, columns), (width - columns, width)):
        picture[:, :, low:high] = 0
    return picture
