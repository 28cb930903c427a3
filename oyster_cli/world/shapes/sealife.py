"""Fish and a humpback at rest, looking along +z; who swims bends them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from oyster_cli.picture.kinds import PLAIN, Mesh, join
from oyster_cli.picture.mesh import Colour, facets, loft, placed, smooth_normals

FISH = {  # back, belly, fins; height and width for a length of 1
    "chromis": ((0.03, 0.16, 0.20), (0.30, 0.62, 0.60), (0.10, 0.30, 0.34), 0.42, 0.15),
    "anthias": ((0.75, 0.20, 0.05), (0.90, 0.42, 0.22), (0.80, 0.22, 0.20), 0.34, 0.14),
    "fusilier": ((0.02, 0.10, 0.30), (0.66, 0.72, 0.74), (0.55, 0.48, 0.08), 0.26, 0.13),
    "tang": ((0.50, 0.33, 0.01), (0.60, 0.45, 0.03), (0.42, 0.27, 0.01), 0.56, 0.12),
}


def fish(kind: str) -> Mesh:
    """A fish 1 m long: body, forked tail, fins on back, belly and sides. 78 triangles."""
    back, belly, fin, tall, wide = FISH[kind]
    z = np.array([0.5, 0.44, 0.30, 0.08, -0.16, -0.32, -0.37])
    high = np.array([0.02, 0.45, 0.86, 1.0, 0.66, 0.24, 0.17]) * tall / 2
    broad = np.array([0.02, 0.5, 0.95, 1.0, 0.6, 0.18, 0.08]) * wide / 2
    turn = np.arange(6) * (math.tau / 6) + math.pi / 6
    rings = np.stack(
        [np.cos(turn)[None] * broad[:, None], np.sin(turn)[None] * high[:, None], np.broadcast_to(z[:, None], (7, 6))], 2
    )
    up = (0.5 + 0.5 * np.sin(turn))[None, :, None]
    body = loft(rings, np.array(belly) * (1 - up) + np.array(back) * up, PLAIN)
    h = tall / 2
    flat = np.array([
        [[0, 0.03, -0.36], [0, 0.62 * h + 0.08, -0.56], [0, 0.02, -0.45], [0, -0.02, -0.40]],
        [[0, -0.03, -0.36], [0, -0.62 * h - 0.08, -0.56], [0, -0.02, -0.45], [0, 0.02, -0.40]],
        [[0, 0.9 * h, 0.22], [0, 1.35 * h, 0.06], [0, 1.05 * h, -0.22], [0, 0.55 * h, -0.2]],
        [[0, -0.95 * h, 0.02], [0, -1.25 * h, -0.10], [0, -0.9 * h, -0.22], [0, -0.5 * h, -0.2]],
    ])  # fmt: skip
    fins = facets(flat, fin, PLAIN, normals=np.tile([1.0, 0.2, 0.0], (16, 1)))
    side = np.array([[s * wide / 2, -0.12 * h, 0.24] for s in (-1, 1)])
    flaps = facets(np.stack([side, side + [[-0.07, -0.02, -0.12], [0.07, -0.02, -0.12]],
                             side + [[-0.03, -0.09, -0.14], [0.03, -0.09, -0.14]]], 1), fin, PLAIN)  # fmt: skip
    return join([body, fins, flaps])


# of the whale, from the snout back: z, half height above and below, half width, and how high the middle lies; metres
_ROWS = np.array([
    [6.60, 0.06, 0.10, 0.16, -0.20], [6.30, 0.22, 0.30, 0.62, -0.18], [5.60, 0.40, 0.62, 1.00, -0.15],
    [4.70, 0.58, 0.98, 1.28, -0.10], [3.60, 0.82, 1.28, 1.50, -0.05], [2.30, 1.08, 1.42, 1.62, 0.00],
    [0.90, 1.22, 1.36, 1.60, 0.00], [-0.60, 1.20, 1.14, 1.40, 0.02], [-1.70, 1.22, 0.92, 1.12, 0.05],
    [-2.30, 1.30, 0.78, 0.94, 0.05], [-2.70, 1.02, 0.70, 0.84, 0.06], [-3.60, 0.72, 0.52, 0.58, 0.08],
    [-4.60, 0.50, 0.36, 0.36, 0.10], [-5.60, 0.32, 0.24, 0.20, 0.10], [-6.20, 0.18, 0.14, 0.16, 0.10],
    [-6.50, 0.06, 0.05, 0.10, 0.10],
])  # fmt: skip
DARK, PALE = np.array([0.035, 0.042, 0.05]), np.array([0.42, 0.43, 0.42])


def whale() -> Mesh:
    """A humpback of 13 m: throat with pleats, hump on the back, long white-edged flippers, flukes. About 1350 triangles."""
    rows = np.stack([np.interp(np.linspace(0, 15, 31), np.arange(16), column) for column in _ROWS.T], 1)
    sides = 20
    turn = np.arange(sides) * (math.tau / sides)
    up = np.where(np.sin(turn) > 0, rows[:, 1:2], rows[:, 2:3]) * np.sin(turn)
    rings = np.stack([rows[:, 3:4] * np.cos(turn), up + rows[:, 4:5], np.broadcast_to(rows[:, :1], up.shape)], 2)
    below = np.clip(-np.sin(turn) * 1.6 - 0.35, 0, 1)[None] * np.clip((rows[:, :1] + 2.2) / 2.5, 0, 1)
    pleats = 0.72 + 0.28 * np.where(np.arange(sides) % 2 == 0, 1.0, -1.0)[None] * (rows[:, :1] > 0.5)
    body = loft(rings, DARK + (PALE * pleats[..., None] - DARK) * below[..., None], PLAIN)
    parts = [body, _flukes()] + [_flipper(side) for side in (-1.0, 1.0)]
    mesh = join(parts)
    return replace(mesh, normals=smooth_normals(mesh.points, mesh.triangles).astype(np.float32))


def _plate(outline: np.ndarray, thick: float, colour: Colour) -> Mesh:
    """A thin blade over rows of (x, z of leading edge, z of trailing edge, y): upper and lower skin."""
    x, lead, trail, y = outline.T
    middle = np.stack([x, y, (lead + trail) / 2], 1)
    rings = np.stack([np.stack([x, y, lead], 1), middle + [0, thick, 0], np.stack([x, y, trail], 1), middle - [0, thick, 0]], 1)
    return loft(rings, colour, PLAIN)


def _flukes() -> Mesh:
    right = np.array([[0.0, -5.7, -6.9, 0.10], [0.8, -6.0, -7.15, 0.12], [1.5, -6.5, -7.4, 0.16], [2.05, -7.0, -7.5, 0.2],
                      [2.3, -7.42, -7.5, 0.22]])  # fmt: skip
    left = (right * [-1, 1, 1, 1])[::-1]
    return join([_plate(half, 0.07, DARK * 1.1) for half in (right, left)])


def _flipper(side: float) -> Mesh:
    """Four metres long, knobbly in front, pale below and along its edge."""
    rows = np.array([[1.2, 3.3, 2.2, -0.55], [2.2, 3.05, 1.85, -1.0], [3.1, 2.55, 1.45, -1.45], [4.0, 1.95, 1.05, -1.85],
                     [4.6, 1.35, 0.75, -2.05], [4.9, 0.85, 0.7, -2.12]])  # fmt: skip
    rows[:, 1] += 0.05 * np.array([0, 1, -1, 1, -1, 0])
    blade = _plate(rows if side > 0 else (rows * [-1, 1, 1, 1])[::-1], 0.09, np.array(PALE) * 0.75)
    return placed(blade)
