"""A country church and farmhouses, made to be seen from afar; in metres, on y = 0, the long side along x."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import GLASS, PLAIN, Mesh, join
from oyster_cli.picture.mesh import boxes, facets, placed

STONE, LIME, BRICK = (0.30, 0.275, 0.235), (0.48, 0.45, 0.40), (0.26, 0.14, 0.095)
TILE, SLATE = (0.20, 0.105, 0.07), (0.105, 0.105, 0.115)
Rgb = tuple[float, float, float]


def house(long_m: float, deep_m: float, eaves_m: float, wall: Rgb, roof: Rgb) -> Mesh:
    """A house with a gabled roof, rows of windows on its long sides and a chimney at one end."""
    x, z, ridge = long_m / 2, deep_m / 2, eaves_m + 0.48 * deep_m
    body = boxes([-x, -0.6, -z], [x, eaves_m, z], wall, without=("y-", "y+"))
    ends = facets(np.array([[[s * x, eaves_m, -s * z], [s * x, ridge, 0.0], [s * x, eaves_m, s * z]] for s in (-1, 1)]), wall)
    over, low = 0.35, eaves_m - 0.2
    out, top = x + over, ridge + 0.06
    foot = z + over
    slopes = np.array([[[-out, low, s * foot], [out, low, s * foot], [out, top, 0.0], [-out, top, 0.0]] for s in (-1, 1)])
    stack = boxes([x - 1.6, eaves_m, -0.5], [x - 0.6, ridge + 1.3, 0.5], BRICK, without=("y-",))
    bays = np.linspace(-x + 1.4, x - 1.4, max(int(long_m / 2.8), 2))
    sills = np.array([(bay, y) for bay in bays for y in np.arange(0.9, eaves_m - 1.3, 2.6)])
    panes = np.concatenate([
        np.stack([np.stack([sills[:, 0] + dx, sills[:, 1] + dy, np.full(len(sills), s * (z + 0.03))], 1)
                  for dx, dy in ((-0.5, 0), (0.5, 0), (0.5, 1.25), (-0.5, 1.25))], 1) for s in (-1, 1)
    ])  # fmt: skip
    return join([body, ends, facets(slopes, roof), stack, facets(panes, (0.03, 0.035, 0.04), GLASS)])


def church(tower_m: float = 19.0) -> Mesh:
    """A parish church: nave, lower chancel, a square west tower with battlements and a short spire."""
    nave = house(15.0, 8.5, 6.5, STONE, SLATE)
    chancel = placed(house(8.0, 6.5, 4.6, STONE, SLATE), (11.0, 0.0, 0.0))
    x = -10.2
    tower = boxes([x - 2.9, -0.6, -2.9], [x + 2.9, tower_m, 2.9], STONE, without=("y-",))
    corners = np.array([(a, b) for a in (-2.4, 0.0, 2.4) for b in (-2.4, 0.0, 2.4) if a or b])
    merlons = np.stack([x + corners[:, 0], np.full(len(corners), tower_m), corners[:, 1]], 1)
    teeth = boxes(merlons - [0.55, 0.0, 0.55], merlons + [0.55, 0.95, 0.55], STONE, without=("y-",))
    turn = np.arange(9) * np.pi / 4
    ring = np.stack([x + 1.9 * np.cos(turn), np.full(9, tower_m), 1.9 * np.sin(turn)], 1)
    spire = facets(np.stack([ring[1:], ring[:-1], np.broadcast_to([x, tower_m + 8.5, 0.0], (8, 3))], 1), SLATE)
    foot, head = tower_m - 5.0, tower_m - 1.9
    sides = [[[x - 0.7, foot, r], [x + 0.7, foot, r], [x + 0.7, head, r], [x - 0.7, head, r]] for r in (-2.93, 2.93)]
    louvres = facets(np.array(sides), (0.05, 0.05, 0.05), PLAIN)
    return join([nave, chancel, tower, teeth, spire, louvres])
