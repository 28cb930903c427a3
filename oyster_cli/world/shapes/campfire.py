"""A campfire without its flames: leaning logs, a ring of stones, a bed of ash and embers."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import GLOW, PLAIN, Mesh, join
from oyster_cli.picture.mesh import icosphere, placed, surface, turn
from oyster_cli.picture.occlusion import shaded
from oyster_cli.state import draw
from oyster_cli.world.shapes.deadwood import log
from oyster_cli.world.shapes.rock import rock


def hearth(seed: int, radius_m: float = 0.42) -> Mesh:
    """Stones, ash and charred logs, on the origin, in metres; about 1100 triangles. Shade is baked."""
    rng = draw(seed, "hearth")
    return shaded(join([*_ring(rng, seed, radius_m), _ash(rng, radius_m), *_logs(rng, seed, radius_m)]), 0.35)


def embers(seed: int, radius_m: float = 0.42) -> Mesh:
    """The glowing coals between the logs: lumps from dull red to orange, GLOW of about 1 to 25 (100 to 2500 cd/m2)."""
    rng = draw(seed, "embers")
    lumps = []
    for _ in range(46):
        away, heat = radius_m * 0.62 * math.sqrt(rng.random()), rng.random() ** 1.5
        colour = np.array([9.0, 1.5, 0.12]) * (0.12 + heat) + np.array([6.0, 3.0, 0.6]) * heat**3
        angle, size = rng.uniform(0, math.tau), rng.uniform(0.012, 0.032)
        at = (away * math.cos(angle), 0.02 + 0.035 * (1 - away / radius_m), away * math.sin(angle))
        lumps.append(placed(icosphere(0, colour, GLOW), at, turn("y", math.degrees(angle)), (size, size * 0.6, size * 0.8)))
    return join(lumps)


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
    """A low uneven mound, grey at the rim, black in the middle."""
    mound = icosphere(2)
    lumpy = 1 + rng.normal(0, 0.06, (len(mound.points), 1))
    points = mound.points * np.array([radius_m * 0.95, 0.045, radius_m * 0.95]) * lumpy
    away = np.hypot(points[:, 0], points[:, 2]) / radius_m
    grey = np.clip(0.02 + 0.2 * away**2 + rng.normal(0, 0.02, len(points)), 0.015, 0.3)
    return surface(points, mound.triangles, grey[:, None] * np.array([1.0, 0.97, 0.93]), PLAIN)


def _logs(rng: np.random.Generator, seed: int, radius_m: float) -> list[Mesh]:
    """Five logs leaning together over the embers, burnt black towards the middle."""
    logs = []
    for k in range(5):
        length, radius = radius_m * rng.uniform(1.35, 1.75), rng.uniform(0.032, 0.05)
        mesh = placed(log(seed * 17 + k, length, radius, 8), (0.0, 0.0, length / 2))
        burnt = np.clip((mesh.points[:, 2:] / length - 0.25) / 0.3, 0, 1)
        charred = mesh.colours * (1 - burnt) + np.array([0.018, 0.016, 0.015]) * burnt
        mesh = Mesh(mesh.points, mesh.normals, charred.astype(np.float32), mesh.triangles, mesh.material, mesh.sway, mesh.shade)
        angle = 72 * k + rng.uniform(-14, 14)
        way = turn("y", angle) @ turn("x", -rng.uniform(20, 32))
        foot = turn("y", angle) @ np.array([0.05 * rng.normal(), 0.04, -radius_m * 0.78])
        logs.append(placed(mesh, foot, way))
    return logs
