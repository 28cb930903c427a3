"""A door in a front, in metres: made facing -z with its sill on y = 0, its hinges at x = -WIDE_M / 2."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import METAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import boxes, facets

WIDE_M, HIGH_M, THICK_M = 0.92, 2.06, 0.05
DARK = (0.012, 0.010, 0.009)
BRASS = (0.30, 0.20, 0.07)


def doorway(paint: tuple[float, float, float]) -> Mesh:
    """The frame, the step and the dark of the hall behind, before a wall at z = 0."""
    w, h, out = WIDE_M / 2, HIGH_M, 0.07
    light = tuple(min(1.6 * c, 0.7) for c in paint)
    posts = boxes([[-w - 0.11, 0.0, -out], [w, 0.0, -out], [-w - 0.16, h, -out - 0.03]],
                  [[-w, h, 0.02], [w + 0.11, h, 0.02], [w + 0.16, h + 0.13, 0.02]], light, PLAIN)  # fmt: skip
    hall = facets(np.array([[[-w, 0.0, -0.015], [-w, h, -0.015], [w, h, -0.015], [w, 0.0, -0.015]]]), DARK, PLAIN, shade=0.3)
    step = boxes([-w - 0.12, -0.1, -0.34], [w + 0.12, 0.0, 0.0], (0.22, 0.21, 0.19), PLAIN)
    return join([posts, hall, step])


def leaf(paint: tuple[float, float, float]) -> Mesh:
    """The leaf about its hinges at the origin: it runs along +x when it is shut; four panels, a knob on either side."""
    rails = boxes([0.0, 0.01, -THICK_M], [WIDE_M - 0.01, HIGH_M - 0.01, 0.0], paint, PLAIN)
    dark, x, y = tuple(0.62 * c for c in paint), (0.12, 0.50), ((0.18, 0.92), (1.08, 1.90))
    low = [[a, b, z] for a in x for b, _ in y for z in (-THICK_M - 0.008, -0.004)]
    high = [[a + 0.30, c, z + 0.012] for a in x for _, c in y for z in (-THICK_M - 0.008, -0.004)]
    plate = boxes([[WIDE_M - 0.12, 0.95, -THICK_M - 0.02]], [[WIDE_M - 0.06, 1.15, 0.02]], BRASS, METAL)
    knob = boxes([[WIDE_M - 0.13, 1.02, -THICK_M - 0.07]], [[WIDE_M - 0.06, 1.09, 0.07]], BRASS, METAL)
    return join([rails, boxes(low, high, dark, PLAIN), plate, knob])
