"""A snow stake that marks a track, and a pennant at its top. Foot at the origin, in metres."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import BARK, LEAF, Mesh, join
from oyster_cli.picture.mesh import tube

HIGH_M = 2.7
WOOD, BAND, CLOTH = (0.10, 0.075, 0.055), (0.42, 0.085, 0.02), (0.42, 0.07, 0.03)
WIND_TO = (0.80, 0.60)
LENGTH_M, DEEP_M, PIECES = 1.2, 0.42, 13


def stake() -> Mesh:
    """A larch pole with a painted band."""
    pole = tube(np.array([[0, -0.3, 0], [0, 1.2, 0], [0.01, HIGH_M, 0], [0.01, HIGH_M + 0.01, 0]]), np.array(
        [0.046, 0.042, 0.036, 0.0]), 6, WOOD, BARK)  # fmt: skip
    band = tube(np.array([[0.005, HIGH_M - 0.55, 0], [0.01, HIGH_M - 0.2, 0]]), 0.045, 6, BAND, BARK)
    return join([pole, band])


def pennant() -> Mesh:
    """Cloth that stands out along the wind, rippled, frayed and sagging to its end; the end sways."""
    t = np.linspace(0.0, 1.0, PIECES)
    ripple = 0.055 * np.sin(8.0 * t) * t
    along = LENGTH_M * t
    x, z = along * WIND_TO[0] - ripple * WIND_TO[1], along * WIND_TO[1] + ripple * WIND_TO[0]
    top = HIGH_M - 0.08 - 0.20 * t**1.6
    frayed = DEEP_M * (1.0 - 0.45 * t + 0.05 * np.sin(23.0 * t))
    points = np.concatenate([np.stack([x, top, z], 1), np.stack([x, top - frayed, z], 1)])
    k = np.arange(PIECES - 1)
    triangles = np.concatenate([np.stack([k, k + PIECES, k + 1], 1), np.stack([k + 1, k + PIECES, k + PIECES + 1], 1)])
    n = 2 * PIECES
    normal = np.array([-WIND_TO[1], 0.0, WIND_TO[0]])
    return Mesh(
        points.astype(np.float32), np.tile(normal, (n, 1)).astype(np.float32), np.tile(CLOTH, (n, 1)).astype(np.float32),
        triangles.astype(np.int32), np.full(n, LEAF, np.int32), np.tile(0.5 * t, 2).astype(np.float32), np.ones(n, np.float32),
    )  # fmt: skip
