"""A relaxed hand: palm, four fingers that curl a little, and a thumb. From the wrist down; the palm looks to -x."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import SKIN, Mesh, join
from oyster_cli.picture.mesh import loft, tubes

Rgb = tuple[float, ...]
# Of each finger: where it begins along the palm (z), how long it is, how thick at its root.
FINGERS = ((0.0175, 0.042, 0.0052), (0.0065, 0.047, 0.0054), (-0.0045, 0.044, 0.0052), (-0.0145, 0.034, 0.0046))
CURL = ((0.0, 0.0), (-0.002, -0.36), (-0.009, -0.70), (-0.019, -0.96))  # x off the palm's plane, share of the length down


def hand(skin: Rgb, fine: bool = True) -> Mesh:
    """About 300 triangles, or 40 to be seen from afar. Lengths are shares of body height."""
    rows = [(0.012, 0.0125, 0.0150, 0.0), (-0.008, 0.0120, 0.0165, 0.002), (-0.030, 0.0115, 0.0225, 0.003),
            (-0.050, 0.0085, 0.0225, 0.003)]  # fmt: skip
    if not fine:
        rows = [rows[0], rows[2], (-0.092, 0.006, 0.015, 0.004)]
    sides = 8 if fine else 5
    angle = np.arange(sides) * (-2 * np.pi / sides)
    rings = np.array([[(w * np.cos(a), y, z + d * np.sin(a)) for a in angle] for y, w, d, z in rows])
    palm = loft(rings[::-1], skin, SKIN)
    if not fine:
        return palm
    bend, down = np.array(CURL).T
    paths = np.array([[(x, -0.046 + y * long, z + 0.003) for x, y in zip(bend, down, strict=True)] for z, long, _ in FINGERS])
    radii = np.array([[r, r, 0.9 * r, 0.0035] for *_, r in FINGERS])
    fingers = tubes(paths, radii, 4, skin, SKIN, beside=np.array([0.0, 0.0, 1.0]))
    tips = tubes(paths[:, -1:] + np.array([[0, 0, 0], [-0.0015, -0.0025, 0]]), radii[:, -1:] * [1.0, 0.0], 4, skin, SKIN,
                 beside=np.array([0.0, 0.0, 1.0]))  # fmt: skip
    thumb = np.array([(-0.002, -0.010, 0.014), (-0.006, -0.026, 0.0275), (-0.011, -0.041, 0.0325), (-0.014, -0.053, 0.0335)])
    return join([palm, fingers, tips, tubes(thumb[None], np.array([[0.0085, 0.0075, 0.0060, 0.0]]), 5, skin, SKIN)])
