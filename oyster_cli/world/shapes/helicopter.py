"""A utility helicopter by lofted cross-sections. It looks along +z; its origin is its centre of gravity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import GLASS, METAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import box, facets, lathe, loft, placed, surface, tube, turn
from oyster_cli.picture.mesh import lattice as cells

Rgb = tuple[float, float, float]
HUB = np.array([0.0, 2.15, 0.0])  # of the main rotor
TAIL_HUB = np.array([-0.32, 1.95, -8.75])
SKID_M = 1.78  # from the centre of gravity down to the ground it stands on
RADIUS_M, TAIL_RADIUS_M = 7.3, 1.3
CHORD_M, TAIL_CHORD_M = 0.53, 0.21
PAINT: Rgb = (0.46, 0.045, 0.02)
TRIM: Rgb = (0.62, 0.60, 0.55)
DARK: Rgb = (0.03, 0.03, 0.032)
PANE: Rgb = (0.012, 0.016, 0.02)
# z, lowest y, highest y, half width, roundness (1: ellipse, less: a box with round edges)
HULL = np.array([
    (3.98, -0.52, -0.26, 0.12, 1.0), (3.86, -0.72, -0.08, 0.42, 0.95),
    (3.55, -0.92, 0.16, 0.76, 0.85), (3.1, -1.01, 0.46, 1.0, 0.75),
    (2.6, -1.05, 0.78, 1.17, 0.66), (2.1, -1.06, 0.97, 1.27, 0.58),
    (1.4, -1.07, 1.04, 1.31, 0.52), (0.2, -1.07, 1.05, 1.32, 0.5),
    (-0.9, -1.06, 1.04, 1.31, 0.52), (-1.6, -0.96, 1.0, 1.2, 0.6),
    (-2.2, -0.66, 0.93, 0.9, 0.75), (-2.9, -0.24, 0.84, 0.56, 0.9),
    (-4.2, 0.0, 0.76, 0.41, 1.0), (-6.2, 0.17, 0.68, 0.29, 1.0), (-8.0, 0.32, 0.64, 0.18, 1.0), (-8.7, 0.40, 0.60, 0.09, 1.0),
])  # fmt: skip
COWL = np.array([
    (1.25, 0.9, 1.06, 0.25, 0.8), (0.85, 0.9, 1.42, 0.50, 0.7), (0.1, 0.9, 1.62, 0.60, 0.65), (-1.1, 0.9, 1.60, 0.60, 0.65),
    (-2.1, 0.8, 1.46, 0.46, 0.75), (-2.9, 0.75, 1.12, 0.24, 0.9),
])  # fmt: skip
# panes: front z, rear z, and the angles they reach over, from the right side up
PANES = ((3.42, 2.12, 24, 86), (3.42, 2.12, 94, 156), (3.66, 3.02, -68, -22), (3.66, 3.02, 202, 248), (1.92, 1.12, 2, 41),
         (1.92, 1.12, 139, 178), (0.86, -1.0, 3, 40), (0.86, -1.0, 140, 177))  # fmt: skip


@dataclass(frozen=True)
class Helicopter:
    """Its parts: the body, in its own frame; the rest about their hubs, turning about y (main) and x (tail)."""

    body: Mesh
    hub: Mesh
    blades: Mesh
    tail: Mesh

    @property
    def parts(self) -> list[Mesh]:
        """In the order of the poses."""
        return [self.body, self.hub, self.blades, self.tail]


def helicopter(paint: Rgb | None = None) -> Helicopter:
    """About 2400 triangles."""
    colour = np.array(paint or PAINT)
    body = join([_shell(HULL, colour), _shell(COWL, colour), *_windows(), *_doors(), *_tail(colour), *_skids(), *_fittings()])
    blade = placed(box((CHORD_M, 0.06, RADIUS_M - 0.7), 0.0, DARK), (0.0, 0.0, (RADIUS_M + 0.7) / 2))
    tip = placed(box((CHORD_M + 0.01, 0.066, 0.5), 0.0, (0.55, 0.4, 0.05)), (0.0, 0.0, RADIUS_M - 0.35))
    small = placed(box((0.03, TAIL_CHORD_M, TAIL_RADIUS_M), 0.0, DARK), (0.0, 0.0, TAIL_RADIUS_M / 2))
    both = [turn("y", angle) for angle in (0.0, 180.0)]
    return Helicopter(
        body, _hub(), join([placed(mesh, rotation=way) for way in both for mesh in (blade, tip)]),
        join([small, placed(small, rotation=turn("x", 180.0))]),
    )  # fmt: skip


def _skin(table: np.ndarray, z: np.ndarray, angle: np.ndarray, grow_m: float = 0.0) -> np.ndarray:
    """(rows, columns, 3) points of a hull's skin at z (rows,) and angles (columns,) in radians from the right side up."""
    low, high, wide, round_ = (np.interp(z, table[::-1, 0], table[::-1, k])[:, None] for k in (1, 2, 3, 4))
    c, s = np.cos(angle)[None], np.sin(angle)[None]
    x = (wide + grow_m) * np.sign(c) * np.abs(c) ** round_
    y = (low + high) / 2 + ((high - low) / 2 + grow_m) * np.sign(s) * np.abs(s) ** round_
    return np.stack([x, y, np.broadcast_to(z[:, None], x.shape)], -1)


def _shell(table: np.ndarray, colour: np.ndarray, columns: int = 28) -> Mesh:
    """A hull, light below its waist line."""
    z = np.unique(np.concatenate([table[:, 0], (table[1:, 0] + table[:-1, 0]) / 2]))[::-1]
    rings = _skin(table, z, -np.arange(columns) * (2 * np.pi / columns))
    waist = -0.34 + 0.075 * np.clip(2.6 - z, 0.0, 12.0)[:, None]
    light = (rings[..., 1] < waist)[..., None]
    shade = np.clip(0.62 + 0.35 * rings[..., 1], 0.35, 1.0)
    return loft(rings, np.where(light, np.array(TRIM), colour), METAL, shade=np.append(shade.ravel(), [0.7, 0.7]))


def _patch(front: float, rear: float, low: float, high: float, grow_m: float, colour: Rgb, material: int) -> Mesh:
    """A piece of the hull's skin lifted off it."""
    z, angle = np.linspace(front, rear, 5), np.radians(np.linspace(low, high, 6))
    points, out = _skin(HULL, z, angle, grow_m), _skin(HULL, z, angle, grow_m + 0.1)
    normals = out - points
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    return surface(points.reshape(-1, 3), cells(5, 6), colour, material, normals.reshape(-1, 3))


def _windows() -> list[Mesh]:
    frames = [_patch(f + 0.05, r - 0.05, a - 2, b + 2, 0.012, DARK, PLAIN) for f, r, a, b in PANES]
    return frames + [_patch(*pane, 0.022, PANE, GLASS) for pane in PANES]


def _doors() -> list[Mesh]:
    """Gaps of the doors, and the open dark of the cabin's slats under the rotor."""
    lines = ((2.06, 2.02), (1.0, 0.96), (-1.12, -1.16))
    return [_patch(f, r, a, a + 70, 0.014, DARK, PLAIN) for f, r in lines for a in (-30, 140)]


def _tail(colour: np.ndarray) -> list[Mesh]:
    """Fin, stabiliser, the exhaust and the guard that keeps the tail off the ground."""
    fin = np.array([[0.45, -7.75], [0.52, -8.75], [2.35, -9.35], [2.38, -8.85], [1.5, -8.35]])
    plate = np.stack([np.zeros(5), fin[:, 0], fin[:, 1]], 1)
    sides = np.stack([plate - [0.06, 0, 0], plate + [0.06, 0, 0]])
    skin = loft(sides, colour, METAL, caps=False)
    faces = [facets((plate + [x, 0, 0])[None], colour, METAL) for x in (-0.06, 0.06)]
    wing = placed(box((2.9, 0.07, 0.72), 0.02, TRIM, METAL), (0.0, 0.44, -6.5), turn("x", -4.0))
    pipe = placed(lathe(np.array([[0.17, 0.0], [0.21, 0.75]]), 10, DARK, METAL), (0.0, 1.2, -2.45), turn("x", -80.0))
    guard = tube(np.array([[0.0, 0.42, -8.2], [0.0, 0.0, -8.9], [0.0, -0.05, -9.2]]), 0.03, 5, DARK)
    return [skin, *faces, wing, pipe, guard]


def _skids() -> list[Mesh]:
    """Two runners, turned up in front, on two bowed cross tubes."""
    parts = []
    for side in (-1.25, 1.25):
        run = np.array([[side, 0.06, -1.9], [side, 0.0, -1.5], [side, 0.0, 2.0], [side, 0.1, 2.45], [side, 0.34, 2.75]])
        parts.append(tube(run - [0.0, SKID_M - 0.05, 0.0], 0.055, 6, DARK, METAL))
    for z in (1.35, -0.95):
        x = np.linspace(-1.25, 1.25, 9)
        bow = np.stack([x, -SKID_M + 0.08 + 0.72 * (1.0 - (np.abs(x) / 1.25) ** 2.2), np.full(9, z)], 1)
        parts.append(tube(bow, 0.05, 6, DARK, METAL))
    return parts


def _fittings() -> list[Mesh]:
    mast = placed(lathe(np.array([[0.14, 0.0], [0.09, 0.62]]), 8, DARK, METAL), (0.0, 1.5, 0.0))
    gear = placed(box((0.32, 0.26, 0.4), 0.04, DARK, METAL), TAIL_HUB + [0.16, 0.0, 0.0])
    wire = tube(np.array([[0.0, 1.0, 2.2], [0.0, 1.3, 2.3]]), 0.02, 4, DARK)
    return [mast, gear, wire]


def _hub() -> Mesh:
    """The rotor's head with its grips, and the weighted bar across them."""
    head = box((0.36, 0.2, 1.5), 0.03, (0.12, 0.12, 0.12), METAL)
    bar = placed(tube(np.array([[-1.4, 0.22, 0.0], [1.4, 0.22, 0.0]]), 0.025, 5, DARK), (0.0, 0.0, 0.0))
    weights = [placed(box((0.3, 0.09, 0.09), 0.0, DARK), (x, 0.22, 0.0)) for x in (-1.3, 1.3)]
    return join([head, bar, *weights])
