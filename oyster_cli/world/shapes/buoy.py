"""A bell buoy, in metres: waterline at y = 0, and the bell and the clapper that hang in it."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import METAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import icosphere, lathe, placed, tube, tubes
from oyster_cli.world.shapes.boat import IRON

BELL_AT = (0.0, 2.05, 0.0)
BRASS = (0.32, 0.22, 0.075)


def bell_buoy() -> Mesh:
    """A can buoy with a tower of four legs; the bell hangs at BELL_AT. About 700 triangles."""
    red = (0.36, 0.045, 0.03)
    body = lathe([[0.3, -1.6], [0.5, -0.9], [1.05, -0.45], [1.1, 0.25], [0.95, 0.42], [0.2, 0.46]], 16, np.array(
        [IRON, IRON, (0.10, 0.10, 0.06), red, red, red]), PLAIN)  # fmt: skip
    corners = np.array([[s * 0.62, 0.4, c * 0.62] for s, c in ((-1, -1), (1, -1), (1, 1), (-1, 1))])
    top = corners * [0.42, 0, 0.42] + [0, 3.1, 0]
    legs = tubes(np.stack([corners, top], 1), np.full((4, 2), 0.05), 5, red, METAL)
    rings = []
    for h in (1.1, 2.1, 3.1):
        corner = corners + (top - corners) * ((h - 0.4) / 2.7)
        rings.append(tube(np.concatenate([corner, corner[:1]]), 0.035, 4, red, METAL))
    mark = placed(lathe([[0.02, 0.0], [0.34, 0.0], [0.34, 0.55], [0.02, 0.55]], 10, red), (0, 3.45, 0))
    hanger = tube(np.array([[-0.32, 2.1, 0], [0.32, 2.1, 0]]), 0.03, 4, IRON, METAL)
    eye = tube(np.array([[0, 0.45, 0.9], [0, 0.6, 0.95], [0, 0.45, 1.0]]), 0.03, 4, IRON, METAL)
    return join([body, legs, *rings, mark, hanger, eye])


def bell(radius_m: float = 0.27) -> Mesh:
    """A bronze bell that hangs from the origin: mouth down."""
    r = radius_m
    profile = [[0.02, 0.0], [0.32 * r, -0.02], [0.52 * r, -0.18 * r], [0.60 * r, -0.8 * r], [0.74 * r, -1.35 * r],
               [r, -1.75 * r], [0.97 * r, -1.8 * r], [0.7 * r, -1.4 * r], [0.5 * r, -0.5 * r]]  # fmt: skip
    return lathe(profile, 16, BRASS, METAL, caps=False)


def clapper(length_m: float = 0.42) -> Mesh:
    """A clapper that hangs from the origin."""
    rod = tube(np.array([[0, 0, 0], [0, -length_m, 0]]), 0.014, 4, IRON, METAL)
    return join([rod, placed(icosphere(1, IRON, METAL), (0, -length_m, 0), scale=0.06)])
