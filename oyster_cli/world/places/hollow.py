"""How light and a camera find their way about a cave: what of its lamps reaches a point, and how far off the next rock is."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import distance_transform_edt, map_coordinates

from oyster_cli.world.shapes.cavern import Tube
from oyster_cli.world.shapes.dripstone import Stone, girth

CELL_M = 0.25
LOW, HIGH = np.array([-10.0, -1.5, -9.5]), np.array([18.0, 7.5, 46.5])
STEPS = 16  # along a ray of light
ROCK = 1.22  # depth of the tube that is rock in any case
BURIED = 0.13  # of a lamp's light that rock scatters into its shadow


class Hollow:
    """The room in a tube with stones in it. wall: (n, 3) points of its rough wall. lights: where lamps stand."""

    def __init__(self, tube: Tube, wall: np.ndarray, stones: list[Stone], lights: tuple[np.ndarray, ...]) -> None:
        self.tube, self.lights = tube, lights
        self.stones = [(k, stone) for k, stone in enumerate(stones) if stone.kind in ("stalagmite", "column")]
        axes = [np.arange(low, high, CELL_M) + CELL_M / 2 for low, high in zip(LOW, HIGH, strict=True)]
        at = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
        free = self.tube.depth(at) < ROCK
        inner = wall[(wall[:, 1] > -1.0) & (wall > LOW).all(1) & (wall < HIGH).all(1)]
        free[tuple(((inner - LOW) / CELL_M).astype(int).T)] = False
        for stone in stones:
            self._fill(free, stone)
        self._room_m = distance_transform_edt(free, sampling=CELL_M).astype(np.float32) - np.float32(CELL_M)

    def _fill(self, free: np.ndarray, stone: Stone) -> None:
        t = np.linspace(0.0, 1.0, 24)[:, None]
        axis = stone.foot + t * (stone.head - stone.foot)
        wide = 0.05 if stone.kind == "curtain" else stone.radius_m * girth(stone.kind, t)
        down = np.array([0.0, -stone.radius_m if stone.kind == "curtain" else 0.0, 0.0])
        turn = np.linspace(0.0, 2 * np.pi, 9)[None]
        ring = np.stack([wide * np.cos(turn), 0 * wide * turn, wide * np.sin(turn)], -1)
        for share in (0.0, 0.5, 1.0):
            points = (axis[:, None] + ring + share * down).reshape(-1, 3)
            cell = ((points - LOW) / CELL_M).astype(int)
            cell = cell[(cell >= 0).all(1) & (cell < free.shape).all(1)]
            free[tuple(cell.T)] = False

    def room(self) -> tuple[np.ndarray, tuple[float, float, float], float]:
        """Metres to the nearest rock but the floor in cells of space, the middle of the first cell, and their side."""
        first = LOW + CELL_M / 2
        return self._room_m, (float(first[0]), float(first[1]), float(first[2])), CELL_M

    def lit(self, points: np.ndarray, own: np.ndarray | int = -1) -> np.ndarray:
        """(n,) share of a lamp's light that reaches points (n, 3), from the lamp of which most does. own (n,): number of the
        stone that a point is of."""
        share = np.max([self._through(points, light) * self._past(points, light, own) for light in self.lights], axis=0)
        return np.asarray(BURIED + (1.0 - BURIED) * share)

    def lit_grid(self, points: np.ndarray) -> np.ndarray:
        """(rows, columns) the same for a surface of points (rows, columns, 3), looked at in every second node."""
        coarse = self.lit(points[::2, ::2].reshape(-1, 3)).reshape((points.shape[0] + 1) // 2, (points.shape[1] + 1) // 2)
        row, column = np.meshgrid(np.arange(points.shape[0]) / 2, np.arange(points.shape[1]) / 2, indexing="ij")
        return np.asarray(map_coordinates(coarse, [row, column], order=1, mode="nearest"))

    def _through(self, points: np.ndarray, light: np.ndarray) -> np.ndarray:
        """1 where a straight way to the light lies in the tube."""
        steps = np.linspace(0.1, 0.98, STEPS)[:, None, None]
        depth = self.tube.depth(points + steps * (light - points))
        return np.clip(1.0 - 5.0 * np.maximum(depth - ROCK, 0.0).max(axis=0), 0.0, 1.0)

    def _past(self, points: np.ndarray, light: np.ndarray, own: np.ndarray | int) -> np.ndarray:
        """1 where no stone stands between, with soft edges that grow with distance from the stone."""
        out = np.ones(len(points))
        to = light - points
        flat2 = np.maximum(to[:, 0] ** 2 + to[:, 2] ** 2, 1e-6)
        for number, stone in self.stones:
            dx, dz = stone.foot[0] - points[:, 0], stone.foot[2] - points[:, 2]
            t = np.clip((dx * to[:, 0] + dz * to[:, 2]) / flat2, 0.0, 1.0)
            beside = np.hypot(dx - t * to[:, 0], dz - t * to[:, 2])
            tall = stone.head[1] - stone.foot[1]
            up = (points[:, 1] + t * to[:, 1] - stone.foot[1]) / tall
            wide = stone.radius_m * girth(stone.kind, np.clip(up, 0.0, 1.0)) * np.clip((1.0 - up) * tall / 0.06, 0.0, 1.0)
            soft = 0.02 + 0.10 * t * np.sqrt(flat2) / np.maximum((1 - t) * np.sqrt(flat2), 0.3)
            hidden = np.clip(0.5 + (wide - beside) / np.minimum(soft, 0.4), 0.0, 1.0)
            out *= 1.0 - hidden * ((t > 0.0) & (t < 1.0) & (own != number))
        return out
