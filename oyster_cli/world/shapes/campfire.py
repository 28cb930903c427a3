"""A campfire without its flames: charred logs, coals, a ring of stones, a bed of ash."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import COAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import icosphere, placed, surface, turn
from oyster_cli.picture.occlusion import shaded
from oyster_cli.state import draw
from oyster_cli.world.shapes.deadwood import log
from oyster_cli.world.shapes.rock import rock


def hearth(seed: int, radius_m: float = 0.42) -> Mesh:
    """Stones and ash on scorched ground, on the origin, in metres; about 1000 triangles. Shade is baked."""
    rng = draw(seed, "hearth")
    return shaded(join([*_ring(rng, seed, radius_m), _ash(rng, radius_m)]), 0.35)


def embers(seed: int, radius_m: float = 0.42) -> Mesh:
    """What burns: charred logs leaning together, COAL that is hot where they meet, and coals between them."""
    rng = draw(seed, "embers")
    lumps = _logs(draw(seed, "hearth logs"), seed, radius_m)
    for _ in range(60):
        away, heat = radius_m * 0.66 * math.sqrt(rng.random()), 0.35 + 0.75 * rng.random() ** 1.3
        colour = (heat * (1.15 - 0.7 * away / radius_m), 0.5 * rng.random(), 0.0)
        angle, size = rng.uniform(0, math.tau), rng.uniform(0.014, 0.042)
        at = (away * math.cos(angle), 0.018 + 0.04 * (1 - away / radius_m), away * math.sin(angle))
        lumps.append(placed(icosphere(0, colour, COAL), at, turn("y", math.degrees(angle)), (size, size * 0.6, size * 0.8)))
    return shaded(join(lumps), 0.35)


def _ring(rng: np.random.Generator, seed: int, radius_m: float) -> list[Mesh]:
    stones = []
    for k in range(11):
        angle, size = math.tau * (k + rng.uniform(-0.18, 0.18)) / 11, rng.uniform(0.1, 0.17)
        at = (radius_m * math.cos(angle), 0.0, radius_m * math.sin(angle))
        soot = (0.15, 0.14, 0.13) if k % 3 else (0.2, 0.19, 0.175)
        stone = rock(seed * 31 + k, 2, "boulder", soot)
        stones.append(placed(stone, at, turn("y", rng.uniform(0, 360)), (size, size, size * 0.8)))
    return stones


def _ash(rng: np.random.Generator, radius_m: float) -> Mesh:
    """A low uneven mound, pale at the rim, black in the middle, on ground that is scorched a little beyond the stones."""
    mound = icosphere(2)
    lumpy = 1 + rng.normal(0, 0.06, (len(mound.points), 1))
    points = mound.points * np.array([radius_m * 1.02, 0.04, radius_m * 1.02]) * lumpy
    away = np.hypot(points[:, 0], points[:, 2]) / radius_m
    grey = np.clip(0.012 + 0.075 * away**3 + rng.normal(0, 0.012, len(points)), 0.01, 0.14)
    return surface(points, mound.triangles, grey[:, None] * np.array([1.0, 0.97, 0.93]), PLAIN)


def _logs(rng: np.random.Generator, seed: int, radius_m: float) -> list[Mesh]:
    """Seven logs leaning together over the embers, charred and hot towards the middle."""
    logs = []
    for k in range(7):
        length, radius = radius_m * rng.uniform(1.25, 1.8), rng.uniform(0.030, 0.055)
        mesh = placed(log(seed * 17 + k, length, radius, 8), (0.0, 0.0, length / 2))
        burnt = np.clip((mesh.points[:, 2] / length - 0.12) / 0.45, 0, 1)
        burnt *= 1 - 0.75 * np.clip((mesh.points[:, 2] / length - 0.6) / 0.3, 0, 1)  # their tips stand out of the heat
        below = np.clip(0.7 - 9.0 * mesh.points[:, 1], 0.15, 1.2)  # flames lick them from below
        heat = np.stack([0.95 * burnt * below, 0.3 * burnt, 0 * burnt], 1).astype(np.float32)
        coal = np.full_like(mesh.material, COAL)
        mesh = Mesh(mesh.points, mesh.normals, heat, mesh.triangles, coal, mesh.sway, mesh.shade)
        angle = 51.4 * k + rng.uniform(-14, 14)
        way = turn("y", angle) @ turn("x", -rng.uniform(20, 32))
        foot = turn("y", angle) @ np.array([0.05 * rng.normal(), 0.04, -radius_m * 0.78])
        logs.append(placed(mesh, foot, way))
    return logs
