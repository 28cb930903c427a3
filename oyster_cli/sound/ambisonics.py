"""Sound all around a point as 16 channels: third-order ambisonics in ACN order and SN3D, as AmbiX files have it."""

from __future__ import annotations

import numpy as np

ORDER = 3
CHANNELS = (ORDER + 1) ** 2
DEGREES = np.floor(np.sqrt(np.arange(CHANNELS))).astype(np.intp)  # of each channel
# What each channel carries of a field that is alike from everywhere: in SN3D 1 / (2 l + 1) of the power of the first
DIFFUSE = (1.0 / np.sqrt(2 * DEGREES + 1)).astype(np.float32)


def encode(direction: np.ndarray) -> np.ndarray:
    """(n, 16) float32: gains of sound from (n, 3) unit directions (right, up, ahead). Real spherical harmonics, normalised so
    that the squares of each degree sum up to 1 (SN3D; Nachbar et al. 2011): x ahead, y left, z up.
    """
    y, z, x = -direction[:, 0], direction[:, 1], direction[:, 2]
    xx, yy, zz = x * x, y * y, z * z
    out = np.empty((CHANNELS, len(direction)), np.float32)
    out[0], out[1], out[2], out[3] = 1.0, y, z, x
    out[4], out[5], out[6], out[7] = 3**0.5 * x * y, 3**0.5 * y * z, 1.5 * zz - 0.5, 3**0.5 * x * z
    out[8], out[9], out[10] = 0.75**0.5 * (xx - yy), 0.625**0.5 * y * (3.0 * xx - yy), 15**0.5 * x * y * z
    out[11], out[12], out[13] = 0.375**0.5 * y * (5.0 * zz - 1.0), z * (2.5 * zz - 1.5), 0.375**0.5 * x * (5.0 * zz - 1.0)
    out[14], out[15] = 3.75**0.5 * z * (xx - yy), 0.625**0.5 * x * (xx - 3.0 * yy)
    return out.T
