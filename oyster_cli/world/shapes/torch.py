"""A torch stuck between stones: a rough stave, its head wrapped in pitched cloth, embers in the wrapping."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import BARK, COAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import icosphere, placed, tube, turn
from oyster_cli.picture.occlusion import shaded
from oyster_cli.state import draw
from oyster_cli.world.shapes.rock import rock

FOOT, HEAD = np.array([0.0, -0.05, 0.0]), np.array([0.17, 0.98, -0.06])  # of the stave
WRAPPED = 0.80  # of its length, from where it is wrapped


def torch(seed: int) -> Mesh:
    """Stave, cloth and the stones that hold it, on the origin, in metres; about 1500 triangles."""
    rng = draw(seed, "torch")
    t = np.linspace(0.0, 1.0, 9)[:, None]
    path = FOOT + t * (HEAD - FOOT) + rng.normal(0, 0.004, (9, 3))
    stave = tube(path, 0.021 + 0.003 * rng.random(9), 9, (0.10, 0.065, 0.04), BARK)
    cloth = FOOT + np.linspace(WRAPPED, 1.03, 12)[:, None] * (HEAD - FOOT)
    wraps = tube(cloth, 0.048 + 0.008 * np.sin(np.arange(12) * 2.2), 10, (0.030, 0.024, 0.020), PLAIN)
    stones = []
    for k in range(8):
        angle, size = math.tau * k / 8 + rng.uniform(-0.3, 0.3), rng.uniform(0.10, 0.20)
        at = (0.21 * math.cos(angle) * rng.uniform(0.8, 1.5), -0.05, 0.21 * math.sin(angle) * rng.uniform(0.8, 1.4))
        grey = np.array((0.105, 0.088, 0.07)) * rng.uniform(0.75, 1.25)
        stones.append(placed(rock(seed * 13 + k, 1, "boulder", tuple(grey)), at, turn("y", rng.uniform(0, 360)), size))
    return shaded(join([stave, wraps, *stones]), 0.35)


def coals(seed: int) -> Mesh:
    """What glows in the wrapping under the flame: COAL, hottest at its top."""
    rng = draw(seed, "torch coals")
    way, lumps = HEAD - FOOT, []
    for _ in range(34):
        along, angle = rng.uniform(WRAPPED + 0.05, 1.04), rng.uniform(0, math.tau)
        heat = (0.4 + 0.6 * rng.random()) * (0.5 + 0.7 * (along - WRAPPED) / (1.04 - WRAPPED))
        at = FOOT + along * way + 0.050 * np.array([math.cos(angle), 0.0, math.sin(angle)])
        lumps.append(placed(icosphere(0, (heat, 0.2 * rng.random(), 0.0), COAL), at, None, rng.uniform(0.008, 0.018)))
    return join(lumps)
