"""Plants and stones put where they would be: scattered apart from each other, denser near, out of the camera's way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from oyster_cli.state import draw
from oyster_cli.world.ground import Ground
from oyster_cli.world.site import Scatter, Stand

SWARD = np.array([0.078, 0.094, 0.033])  # colour of the ground under mats of a tint of 1
Where = Callable[[np.ndarray, np.ndarray], np.ndarray]  # (x, z) -> chance 0 … 1


@dataclass(frozen=True)
class Garden:
    """A ground to plant on, and what must stay open on it."""

    seed: int
    ground: Ground
    stand: Stand
    sights: tuple[tuple[float, float, float], ...] = ()  # what must be seen from the camera
    free: tuple[tuple[np.ndarray, float], ...] = ()  # polylines (n, 3) and the metres to keep free of plants around them

    def sow(self, kind: str, count: int, reach: tuple[float, float], height: tuple[float, float], apart_m: float,
            chance: Where, *, thin: float = 1.0, fan_deg: float = 42.0, sink: float = 0.02, dry: bool = True,
            greens: float = 0.12, few: float = 1.0) -> Scatter:  # fmt: skip
        """Up to `count` of a kind from reach[0] to reach[1] metres around the camera.

        thin: density falls with distance to this power; nine tenths lie within ±fan_deg of the view. few > 1: many small
        and few large. sink: share of its height it stands in the ground. dry: keep out of water.
        """
        rng = draw(self.seed, "planting", kind, str(reach))
        x, z = self._candidates(rng, count * 3, reach, thin, fan_deg)
        tall = height[0] + (height[1] - height[0]) * rng.random(len(x)) ** few
        keep = rng.random(len(x)) < chance(x, z)
        y = self.ground.height_at(x, z)
        if dry:
            keep &= self.ground.water_at(x, z) < y
        keep &= self._out_of_sight(x, y, z, tall) & self._off_ways(x, z)
        at, tall = np.stack([x, y - sink * tall, z], -1)[keep], tall[keep]
        chosen = _apart(at, apart_m, self.stand.eye, reach[0])[:count]
        tint = 1.0 + greens * rng.standard_normal((len(chosen), 1)) + 0.5 * greens * rng.standard_normal((len(chosen), 3))
        yaw = rng.random(len(chosen)) * 2 * np.pi
        return Scatter(kind, at[chosen].astype(np.float32), tall[chosen].astype(np.float32), yaw.astype(np.float32),
                       tint.clip(0.4, 1.7).astype(np.float32))  # fmt: skip

    def lay(self, kind: str, count: int, reach: tuple[float, float], height: tuple[float, float], apart_m: float,
            chance: Where, *, green: bool = False, **how: Any) -> Scatter:  # fmt: skip
        """Mats of a kind, sown, that follow the slope of the ground; green ones have something of its colour."""
        mats = self.sow(kind, count, reach, height, apart_m, chance, **how)
        x, z = mats.at[:, 0], mats.at[:, 2]
        up, tint = self.ground.normal_at(x, z), mats.tint
        if green:
            i, j, _, _ = self.ground.warp.cell(x, z)
            tint = (tint * (self.ground.albedo.numpy()[i, j] / SWARD) ** 0.7).clip(0.4, 2.2).astype(np.float32)
        return replace(mats, tint=tint, rise=(-up[:, ::2] / up[:, 1:2]).astype(np.float32))

    def _candidates(
        self, rng: np.random.Generator, count: int, reach: tuple[float, float], thin: float, fan_deg: float
    ) -> tuple[np.ndarray, np.ndarray]:
        power = max(2.0 - thin, 0.05)  # number within r grows as r^power
        low, high = reach[0] ** power, reach[1] ** power
        r = (low + (high - low) * rng.random(count)) ** (1 / power)
        ahead = np.arctan2(self.stand.target[0] - self.stand.eye[0], self.stand.target[2] - self.stand.eye[2])
        fan = np.where(rng.random(count) < 0.9, np.radians(fan_deg), np.pi)
        angle = ahead + (2 * rng.random(count) - 1) * fan
        return self.stand.eye[0] + r * np.sin(angle), self.stand.eye[2] + r * np.cos(angle)

    def _out_of_sight(self, x: np.ndarray, y: np.ndarray, z: np.ndarray, tall: np.ndarray) -> np.ndarray:
        """Not on the camera (2 m and its own crown) and not between it and what must be seen."""
        eye = np.array(self.stand.eye)
        clear = np.hypot(x - eye[0], z - eye[2]) > np.where(tall > 0.8, 1.6 + 0.3 * tall, 0.5 + tall)
        for sight in self.sights:
            t, away = _along(eye[[0, 2]], np.array(sight)[[0, 2]], x, z)
            line = eye[1] + t * (sight[1] - eye[1])
            clear &= (away > 0.8 + 0.28 * tall) | (t >= 1.0) | (y + tall < line - 0.1)
        return clear

    def _off_ways(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        clear = np.ones(len(x), bool)
        for line, free_m in self.free:
            clear &= distance_to(line, x, z) > free_m
        return clear


def distance_to(line: np.ndarray, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Metres in plan from points to a polyline (n, 3) or a single point (3,)."""
    line = np.atleast_2d(line)
    best = np.hypot(x - line[0, 0], z - line[0, 2])
    for a, b in pairwise(line):
        best = np.minimum(best, _along(a[[0, 2]], b[[0, 2]], x, z)[1])
    return best


def _along(a: np.ndarray, b: np.ndarray, x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of the way along a segment a → b in plan and distance from it."""
    way = b - a
    t = (((x - a[0]) * way[0] + (z - a[1]) * way[1]) / max(way @ way, 1e-9)).clip(0.0, 1.0)
    return t, np.hypot(x - a[0] - t * way[0], z - a[1] - t * way[1])


def _apart(at: np.ndarray, apart_m: float, eye: tuple[float, float, float], near_m: float) -> np.ndarray:
    """Indices of points that have no earlier point within apart_m (Matérn's hard core), wider apart far away."""
    if not len(at):
        return np.zeros(0, np.int64)
    r = np.hypot(at[:, 0] - eye[0], at[:, 2] - eye[2])
    scale = 1.0 / (apart_m * np.maximum(1.0, r / max(60.0, 3 * near_m)) ** 0.5)
    pairs = cKDTree(at[:, [0, 2]] * scale[:, None]).query_pairs(1.0, output_type="ndarray")
    free = np.ones(len(at), bool)
    free[pairs.max(1)] = False
    return np.flatnonzero(free)
