"""What is seen behind the glass of a lit shop: shelves with goods, dressed figures, or the tables of a café.

It is painted on the pane in patches, so that a window costs some hundred triangles and not a room.
"""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import GLOW, Mesh, join
from oyster_cli.picture.mesh import facets
from oyster_cli.world.shapes.facade import Openings, quads, warm

# Where each kind of interior is cut from the sill up, as shares of the height.
CUTS = {
    "shelves": (0.0, 0.10, 0.13, 0.32, 0.35, 0.54, 0.57, 0.74, 0.77, 0.90, 1.0),
    "clothes": (0.0, 0.06, 0.30, 0.44, 0.62, 0.70, 0.79, 0.90, 1.0),
    "cafe": (0.0, 0.16, 0.27, 0.31, 0.40, 0.50, 0.56, 0.68, 0.76, 0.88, 1.0),
}
COLUMNS = {"shelves": 9, "clothes": 11, "cafe": 11}
SHELF = (0.10, 0.075, 0.05)


def shop_windows(openings: Openings, rng: np.random.Generator, lit: float, luminance: float) -> Mesh:
    """The lit room behind the panes of a shop; nothing for those that are shut, which all but a share `lit` are.

    luminance: of its back wall, in 100 cd/m2.
    """
    if rng.random() > lit:
        return join([])
    kind = str(rng.choice(list(CUTS)))
    light = warm(float(rng.uniform(2700, 4200))) * luminance * float(rng.uniform(0.7, 1.1))
    wall = np.asarray(((0.9, 0.85, 0.75), (0.75, 0.45, 0.32), (0.45, 0.62, 0.60), (0.85, 0.7, 0.45))[int(rng.integers(4))])
    return join([_interior(corner, openings, kind, light, wall, rng) for corner in openings.low()])


def _interior(
    low: np.ndarray, openings: Openings, kind: str, light: np.ndarray, wall: np.ndarray, rng: np.random.Generator
) -> Mesh:  # fmt: skip
    """One pane (its lower left corner is low) in patches of one colour each, brighter towards the lamps above."""
    rows, columns = np.array(CUTS[kind]), COLUMNS[kind]
    cuts = np.linspace(0, 1, columns + 1)
    cuts[1:-1] += rng.uniform(-0.3, 0.3, columns - 1) / columns
    paint = {"shelves": _shelves, "clothes": _clothes, "cafe": _cafe}[kind](len(rows) - 1, columns, wall, rng)
    x0, y0 = np.meshgrid(cuts[:-1], rows[:-1])
    x1, y1 = np.meshgrid(cuts[1:], rows[1:])
    left, right = (low[0] + openings.wide * x.ravel() for x in (x0, x1))
    below, above = (low[1] + openings.high * y.ravel() for y in (y0, y1))
    corners = quads(left, right, below, above, openings.inset)
    high = (corners[..., 1] - low[1]) / openings.high
    across = (corners[..., 0] - low[0]) / openings.wide
    fall = (0.30 + 0.75 * high**1.5) * (1.0 - 0.35 * (2 * across - 1) ** 2)
    return facets(corners, paint.reshape(-1, 1, 3) * fall[..., None] * light, GLOW)


def _shelves(rows: int, columns: int, wall: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(rows, columns, 3): goods in all colours between dark boards, the lamps above."""
    goods = rng.uniform(0.10, 0.75, (rows, columns, 1)) * rng.uniform(0.35, 1.0, (rows, columns, 3))
    goods[rng.random((rows, columns)) < 0.15] = 0.2 * wall
    goods[1::2] = np.asarray(SHELF)
    goods[-1] = wall * rng.choice([0.55, 1.5], (columns, 1))
    return goods


def _clothes(rows: int, columns: int, wall: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A bright wall, and before it figures in coats: legs, skirt, chest, neck and head."""
    paint = np.broadcast_to(wall * 0.6, (rows, columns, 3)).copy()
    paint[0] = 0.12
    for column in range(1, columns - 1, 3):
        if rng.random() < 0.8:
            cloth = rng.uniform(0.05, 0.6, 3) * rng.uniform(0.3, 1.0)
            paint[1, column] = 0.06
            paint[2:4, column] = cloth
            paint[4, column] = 0.8 * cloth
            paint[5, column] = (0.35, 0.3, 0.26)
            paint[3, column + 1] = 0.7 * cloth
    paint[-1] = wall * rng.choice([0.6, 1.4], (columns, 1))
    return paint


def _cafe(rows: int, columns: int, wall: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A dim room: tables, guests as dark shapes, bottles behind the bar, lamps that hang low."""
    paint = np.broadcast_to(wall * 0.42, (rows, columns, 3)).copy()
    paint[0:2] = 0.05
    paint[2] = np.asarray(SHELF) * 0.9
    for column in range(columns):
        if rng.random() < 0.45:
            paint[3:5, column] = rng.uniform(0.03, 0.22, 3)
            paint[5, column] = np.array([0.26, 0.17, 0.12]) * rng.uniform(0.3, 1.0)
        if rng.random() < 0.3:
            paint[8, column] = (1.7, 1.5, 1.1)
    bottles = rng.random(columns) < 0.5
    paint[6, bottles] = rng.uniform(0.1, 0.8, (int(bottles.sum()), 3))
    return paint
