"""Meadow flowers of height 1: some heads on thin stems, near enough for petals, far off as dots. Four levels of detail."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import LEAF, Mesh, join
from oyster_cli.picture.mesh import facets, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import UP, around, bending, jittered, unit_height

LEVELS = 4
# kind -> petals, middle, width of a head as a share of the height, petals a head, how much it nods
KINDS = {
    "buttercup": ((0.72, 0.54, 0.015), (0.62, 0.42, 0.02), 0.070, 5, 0.5),
    "daisy": ((0.72, 0.71, 0.67), (0.72, 0.46, 0.02), 0.088, 9, 0.35),
    "knapweed": ((0.42, 0.11, 0.36), (0.20, 0.05, 0.17), 0.075, 8, 0.4),
}
STEM = (0.075, 0.125, 0.036)


def blossom(seed: int, level: int = 0, kind: str = "buttercup") -> Mesh:
    """A patch of flowers: about 130, 50, 24 or 12 triangles."""
    petal, heart, wide, petals, nod = KINDS[kind]
    rng = draw(seed, "blossom", kind)
    n = (11, 10, 8, 6)[level]
    foot = around(rng.uniform(0, math.tau, n)) * (0.62 * np.sqrt(rng.random((n, 1))))
    heading = around(rng.uniform(0, math.tau, n))
    head = foot + heading * rng.uniform(0.02, 0.2, (n, 1)) + UP * rng.uniform(0.62, 1.0, (n, 1))
    face = unit(heading * rng.uniform(0.1, 2 * nod, (n, 1)) + UP)
    size = wide * (1.1, 1.3, 1.7, 2.3)[level] * rng.uniform(0.8, 1.2, (n, 1))
    paint = jittered(petal, n, rng, 0.10)
    flowers = _petals(head, face, size, paint, (petals, 4, 2, 1)[level])
    thin = np.cross(heading, UP) * (0.006, 0.01, 0.016, 0.022)[level]
    stems = facets(np.stack([foot - thin, foot + thin, head], 1), STEM, LEAF, shade=np.tile([0.45, 0.45, 0.9], n))
    parts = [stems, flowers]
    if level == 0:
        parts.append(_petals(head + face * 0.012, face, size * 0.42, jittered(heart, n, rng, 0.1), 3))
    return unit_height(bending(join(parts)))


def _petals(head: np.ndarray, face: np.ndarray, size: np.ndarray, paint: np.ndarray, petals: int) -> Mesh:
    """Rosettes of triangles about heads (n, 3), facing `face`; a single one is a plain triangle."""
    right = unit(np.cross(face, UP + 0.2))
    up = np.cross(face, right)
    count = max(petals, 3) if petals > 2 else petals
    turn = np.arange(count) * math.tau / count
    out = right[:, None] * np.cos(turn)[:, None] + up[:, None] * np.sin(turn)[:, None]
    beside = up[:, None] * np.cos(turn)[:, None] - right[:, None] * np.sin(turn)[:, None]
    reach = size[:, None] * 0.5
    broad = reach * (math.tan(math.pi / count) * 1.05 if count > 2 else 1.0)
    if petals > 2:
        tip = head[:, None] + (out + face[:, None] * 0.22) * reach
        corners = np.stack([np.broadcast_to(head[:, None], tip.shape), tip - beside * broad, tip + beside * broad], 2)
    else:
        corners = np.stack([head[:, None] - out * reach - beside * broad, head[:, None] - out * reach + beside * broad,
                            head[:, None] + out * reach], 2)  # fmt: skip
    soft = np.repeat(unit(face + UP * 0.5), count * 3, axis=0)
    return facets(corners.reshape(-1, 3, 3), np.repeat(paint, count, axis=0), LEAF, normals=soft)
