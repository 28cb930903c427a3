"""Rocks: balls cut by planes along beds and joints, so that they have faces, bevelled edges and worn corners."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from oyster_cli.picture.kinds import ROCK, Mesh, join
from oyster_cli.picture.mesh import icosphere, placed, smooth_normals, unit
from oyster_cli.state import draw

LEVELS = 4
GREY = (0.22, 0.205, 0.185)
_WIDE = {"rock": (1.0, 0.72, 0.85), "boulder": (1.0, 0.85, 0.92), "slab": (1.0, 0.3, 0.75), "pebble": (1.0, 0.55, 0.8)}
_WORN = {"rock": 0.030, "boulder": 0.055, "slab": 0.035, "pebble": 0.22}  # how far edges are rounded, over the radius


def rock(seed: int, level: int = 0, kind: str = "rock", colour: tuple[float, float, float] = GREY) -> Mesh:
    """A stone 1 m high and sunk a little into the ground: 1280, 320, 80 or 20 triangles. kind: rock, boulder, slab, pebble."""
    rng = draw(seed, "rock", kind)
    way, cut = _planes(rng, kind)
    bumps = _noise(rng, 3)
    sphere = icosphere(3 - level)
    ball = sphere.points.astype(float)
    radius, normal = _hewn(ball, way, cut, _WORN[kind])
    if kind != "pebble":
        radius = radius * (1 + 0.022 * bumps(ball * 2.2) + 0.010 * bumps(ball * 6.1 + 5) * (level < 2))
    wide = np.array(_WIDE[kind])
    points = _stood(ball * radius[:, None] * wide, 0.28)
    bed = np.sin(9.0 * (points @ way[0]) + 2.0 * bumps(ball))
    grain = 1 + 0.10 * bumps(ball * 3.7 + 9) + 0.07 * bed
    moss = np.array([1.0, 1.0, 1.0]) + np.array([-0.03, 0.0, -0.03]) * bumps(ball * 1.3)[:, None]
    return replace(
        icosphere(3 - level, np.asarray(colour) * grain[:, None] * moss, ROCK),
        points=points.astype(np.float32),
        normals=unit(0.8 * unit(normal / wide) + 0.2 * smooth_normals(points, sphere.triangles)).astype(np.float32),
        shade=_foot_shade(points),
    )


def _planes(rng: np.random.Generator, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Normals (n, 3) of the faces of a stone and how far each is from its middle: a bed above and below, two sets of joints,
    and chance."""
    up = unit(np.array([0.0, 1.0, 0.0]) + rng.normal(0, 0.22, 3))
    first = unit(np.cross(up, rng.normal(0, 1, 3)))
    sets = np.stack([up, -up, first, -first, np.cross(up, first), -np.cross(up, first)])
    way = unit(np.concatenate([sets + rng.normal(0, 0.16, (6, 3)), rng.normal(0, 1, (11, 3))]))
    out = np.concatenate([rng.uniform(0.52, 0.86, 6), rng.uniform(0.66, 0.98, 11)])
    return way, np.maximum(out, 0.72) if kind == "pebble" else out


def _hewn(ball: np.ndarray, way: np.ndarray, cut: np.ndarray, worn: float) -> tuple[np.ndarray, np.ndarray]:
    """How far a stone reaches along directions (n, 3), its edges rounded over `worn`, and its normal there."""
    facing = ball @ way.T
    reach = np.where(facing > 0.05, cut / np.maximum(facing, 0.05), 9.0)
    reach = np.concatenate([reach, np.full((len(ball), 1), 1.06)], axis=1)
    least = reach.min(axis=1, keepdims=True)
    weight = np.exp((least - reach) / worn)
    total = weight.sum(axis=1, keepdims=True)
    normal = (weight[:, :-1] @ way + weight[:, -1:] * ball) / total
    return (least - worn * np.log(total))[:, 0], unit(normal)


def _stood(points: np.ndarray, sunk: float) -> np.ndarray:
    """Scaled to 1 m above the ground with `sunk` of the height below it."""
    low, high = points[:, 1].min(), points[:, 1].max()
    ground = low + sunk * (high - low)
    return (points - np.array([0.0, ground, 0.0])) / (high - ground)


def _foot_shade(points: np.ndarray) -> np.ndarray:
    """Darker towards the ground, where the ground itself hides half the sky."""
    return np.clip(0.45 + 0.75 * points[:, 1], 0.3, 1.0).astype(np.float32)


def _noise(rng: np.random.Generator, octaves: int):  # type: ignore[no-untyped-def]
    """Smooth noise over (n, 3) points, about -1 to 1: a few plane waves an octave, in random directions."""
    waves = unit(rng.normal(0, 1, (octaves * 5, 3))) * np.repeat(1.9 ** np.arange(octaves), 5)[:, None]
    phase, size = rng.uniform(0, math.tau, octaves * 5), np.repeat(0.55 ** np.arange(octaves), 5) * 0.42
    return lambda points: np.sin(points @ waves.T * math.tau / 3 + phase) @ size


def pebbles(seed: int, level: int = 0, radius_m: float = 0.5, colour: tuple[float, float, float] = GREY) -> Mesh:
    """A patch of 26 pebbles, 2 to 7 cm, for gravel and river banks, in metres; 20 triangles each; 13 or 5 farther off."""
    rng = draw(seed, "pebbles")
    meshes = []
    for k in range((26, 13, 5)[level]):
        at, size = rng.normal(0, radius_m / 2, 2), 0.02 + 0.05 * rng.random() ** 3
        stone = rock(seed + k % 5, 3, "pebble", tuple(np.asarray(colour) * rng.uniform(0.6, 1.5)))
        turned = _turned(rng.uniform(0, math.tau))
        meshes.append(placed(stone, (at[0], 0.0, at[1]), turned, size))
    return join(meshes)


def _turned(angle: float) -> np.ndarray:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
