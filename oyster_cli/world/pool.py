"""A still pool, drawn as a sea without swell whose short waves are the rings of what falls into it."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.stage import Stage, bounds_of
from oyster_cli.picture.swell import SIZE
from oyster_cli.world.drawn import IDENTITY, grid_mesh
from oyster_cli.world.ground import Ground

TILE_M = 37.0  # of the sea's short waves: as many metres of the pool as the tile has are laid on it
SPAN_M = 12.0
TEXEL_M = SPAN_M / SIZE
CELL_M = 0.24
FILM_M = 0.006  # it lies over the ground's own water by so much
LIFE_S = 3.4
SPEED_M_S, WAVE_M = 0.30, 0.15  # of a ring and of its ripples
AHEAD_M = 0.5  # of a ring, where its first ripples run
REACH = int((SPEED_M_S * LIFE_S + AHEAD_M) / TEXEL_M)  # texels about a blow that its ring can come to
PROFILE = 16  # numbers of a ring's profile a texel
SLOPE = 0.85  # of the ripples of a drop of 5 mm when they are new
STILL = -2.0  # broken water, so little that neither foam nor ripples are drawn
DARKENS = 8.0  # by so much the pool is as if deeper: no light comes back from its bed but at its rim


class Pool:
    """The water of a spot (5,): middle x, height, middle z, half lengths along x and z in metres."""

    life_s = LIFE_S

    def __init__(self, spot: np.ndarray, ground: Ground) -> None:
        self.spot, self.ground = np.asarray(spot, float), ground
        self._corner = self.spot[[0, 2]] - SPAN_M / 2
        offset = np.arange(-REACH, REACH + 1) * TEXEL_M
        x, z = np.meshgrid(offset, offset)
        away = np.hypot(x, z)
        self._place = np.minimum((away / TEXEL_M * PROFILE).astype(np.int64), REACH * PROFILE)
        self._way = np.stack([x, z], -1).astype(np.float32) / np.maximum(away, 1e-6)[..., None].astype(np.float32)
        self._radius = np.arange(REACH * PROFILE + 1) * (TEXEL_M / PROFILE)

    def snapped(self, points: np.ndarray) -> np.ndarray:
        """Points (n, 3) moved in plan to the nearest texel, where rings have their middle."""
        out = points.copy()
        for k, corner in ((0, self._corner[0]), (2, self._corner[1])):
            out[:, k] = corner + np.round((points[:, k] - corner) / TEXEL_M) * TEXEL_M
        return out

    def build(self, stage: Stage) -> None:
        """A mesh over the pool and a little under its banks."""
        middle, half = self.spot[[0, 2]], self.spot[3:] * 1.35 + 0.5
        x, z = (np.arange(at - reach, at + reach, CELL_M) for at, reach in zip(middle, half, strict=True))
        scale = TILE_M / SPAN_M
        deep = self.spot[1] - self.ground.height_at(*np.meshgrid(x, z))
        keep = deep > -0.06
        cells = keep[:-1, :-1] | keep[1:, :-1] | keep[:-1, 1:] | keep[1:, 1:]
        level = np.full(deep.shape, self.spot[1] + FILM_M)
        mesh = grid_mesh((z - self._corner[1]) * scale, (x - self._corner[0]) * scale, x, z, level,
                         np.full(deep.shape, STILL), DARKENS * np.maximum(deep, 0.0), cells)  # fmt: skip
        stage.mark(stage.add(stage.prototype([mesh]), IDENTITY, bounds_of(mesh), casts=False), 3.0)

    def rings(self, centres: np.ndarray, age_s: np.ndarray, mm: np.ndarray) -> np.ndarray:
        """(2 * SIZE * SIZE, 4) float32 for the kernels of the sea: slopes of rings (n,) of drops of these sizes, so old."""
        table = np.zeros((2, SIZE, SIZE, 4), np.float32)
        middles = np.round((centres[:, [0, 2]] - self._corner) / TEXEL_M).astype(int)
        for (column, row), age, size in zip(middles.tolist(), age_s.tolist(), mm.tolist(), strict=True):
            reach = min(REACH, int((SPEED_M_S * age + AHEAD_M) / TEXEL_M))
            low, high = np.maximum([row - reach, column - reach], 0), np.minimum([row + reach + 1, column + reach + 1], SIZE)
            if (low < high).all():
                (r0, c0), (r1, c1) = low.tolist(), high.tolist()
                window = np.s_[r0 - row + REACH : r1 - row + REACH, c0 - column + REACH : c1 - column + REACH]
                slope = self._profile(age, size)[self._place[window]]
                table[1, r0:r1, c0:c1, :2] += self._way[window] * slope[..., None]
        return table.reshape(-1, 4)

    def _profile(self, age_s: float, mm: float) -> np.ndarray:
        """Slope of a ring along its radius: a packet of ripples that runs out, grows longer and sinks."""
        behind = self._radius - SPEED_M_S * age_s
        wide = 0.06 + 0.09 * age_s
        sink = (mm / 5.0) ** 2 * SLOPE * math.exp(-age_s / 1.3) * (1 - age_s / LIFE_S) / np.sqrt(1.0 + self._radius / 0.12)
        packet = np.exp(-((behind / wide) ** 2)) * np.cos(math.tau * behind / WAVE_M)
        return np.asarray(packet * sink * (behind < AHEAD_M), np.float32)
