"""What dripping water builds: stalactites, stalagmites, columns and curtains, each in levels of detail, in world metres."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from oyster_cli.picture.kinds import ROCK, Mesh
from oyster_cli.picture.mesh import lattice, surface
from oyster_cli.state import draw

SIDES, RINGS = (26, 13, 7, 5), (60, 22, 9, 5)  # of the levels of detail
THIN_M = 0.10
CREAM = np.array((0.50, 0.42, 0.315))
RUST = np.array((0.40, 0.255, 0.13))


@dataclass(frozen=True)
class Stone:
    """One of them. foot and head: (3,) its two ends; radius_m: where it is thickest (for a curtain: how long it is)."""

    kind: str  # stalactite, stalagmite, column, curtain
    foot: np.ndarray
    head: np.ndarray
    radius_m: float
    seed: int


def girth(kind: str, t: np.ndarray) -> np.ndarray:
    """Radius over the greatest at t (0 at the foot, 1 at the head)."""
    if kind == "stalactite":
        return 0.05 + 0.62 * t**1.15 + 0.33 * np.exp(-(1 - t) * 9.0)
    if kind == "stalagmite":
        return 0.10 + 0.55 * np.sqrt(np.maximum(1 - t**2.2, 0.0)) + 0.35 * np.exp(-t * 7.0)
    return np.asarray(0.36 + 0.5 * np.exp(-t * 5.0) + 0.64 * np.exp(-(1 - t) * 6.0))


def levels(stone: Stone) -> list[Mesh]:
    """Finest first; a thin one has only the coarser ones."""
    shape = _curtain if stone.kind == "curtain" else _round
    first = 0 if stone.radius_m > THIN_M else 1
    return [shape(stone, rings, sides) for rings, sides in zip(RINGS[first:], SIDES[first:], strict=True)]


def _round(stone: Stone, rings: int, sides: int) -> Mesh:
    """Rings about a slightly bent axis, fluted down its length and terraced across it."""
    rng = draw(stone.seed, "dripstone")
    t = np.linspace(0.0, 1.0, rings)[:, None]
    turn = np.arange(sides)[None] * math.tau / sides
    tall = float(np.linalg.norm(stone.head - stone.foot))
    phase, bend = rng.uniform(0, math.tau, 8), rng.normal(0, 0.05, 2) * stone.radius_m
    flutes = 0.09 * np.sin(3 * turn + phase[0] + 2.2 * t) + 0.07 * np.sin(5 * turn + phase[1] - 1.4 * t)
    flutes = flutes + 0.05 * np.sin(9 * turn + phase[2])
    y = t * tall
    terraces = 0.07 * np.sin(y * 9.0 + phase[3] + np.sin(turn + phase[4])) + 0.10 * np.sin(y * 4.1 + phase[6])
    terraces = terraces + 0.06 * np.sin(y * 23.0 + phase[5] + 1.5 * np.sin(2 * turn))
    keen = 1.0 if stone.kind == "stalactite" else rng.uniform(1.3, 2.1)
    radius = stone.radius_m * girth(stone.kind, t) * (1 + keen * (flutes + terraces))
    axis = stone.foot + t[..., None] * (stone.head - stone.foot)
    lean = np.sin(t * 2.6 + phase[7]) * 1.5
    points = axis + np.stack([radius * np.cos(turn) + bend[0] * lean, 0 * radius, radius * np.sin(turn) + bend[1] * lean], -1)
    points[..., 1] += 0.08 * radius * np.sin(2 * turn + phase[0])
    rust = np.clip(0.45 + 0.45 * np.sin(y * 3.3 + phase[1] + turn) + 1.5 * flutes, 0, 1)[..., None]
    colour = (CREAM * (1 - rust) + RUST * rust) * (0.85 + 1.2 * terraces[..., None]) * rng.uniform(0.75, 1.1)
    triangles = lattice(rings, sides, closed=True)
    mesh = surface(points.reshape(-1, 3), triangles, colour.reshape(-1, 3), ROCK)
    outward = mesh.points - np.repeat(axis.reshape(-1, 3), sides, axis=0)
    flip = np.where((mesh.normals * outward).sum(1, keepdims=True) < 0, -1.0, 1.0)
    return replace(mesh, normals=(mesh.normals * flip).astype(np.float32))


def _curtain(stone: Stone, rings: int, sides: int) -> Mesh:
    """A wavy sheet that hangs from the roof from foot to head, deepest in its middle, its lower edge in folds."""
    rng = draw(stone.seed, "curtain")
    phase = rng.uniform(0, math.tau, 5)
    s, d = np.linspace(0.0, 1.0, 2 * rings)[:, None], np.linspace(0.0, 1.0, sides)[None]
    way = stone.head - stone.foot
    long = float(np.hypot(way[0], way[2]))
    aside = np.array([way[2], 0.0, -way[0]]) / max(long, 1e-6)
    drop = stone.radius_m * np.sin(np.pi * s) ** 0.6 * (1 + 0.18 * np.sin(9 * s + phase[0]) + 0.10 * np.sin(23 * s + phase[1]))
    fold = (0.06 * np.sin(11 * s + phase[2]) + 0.035 * np.sin(27 * s + phase[3])) * (0.25 + 0.75 * d) * long**0.5
    points = stone.foot + s[..., None] * way + fold[..., None] * aside
    points[..., 1] += 0.25 - (drop + 0.25) * d
    bands = np.clip(0.5 + 0.5 * np.sin(d * drop * 26.0 + phase[4] + 1.2 * np.sin(5 * s)), 0, 1)[..., None] * 0.75
    colour = CREAM * (1 - bands) + RUST * bands
    return surface(points.reshape(-1, 3), lattice(2 * rings, sides), np.broadcast_to(colour, points.shape).reshape(-1, 3), ROCK)
