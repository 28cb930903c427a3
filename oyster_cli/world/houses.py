"""The houses of a place as sound meets them: upright boxes on their lots."""

from __future__ import annotations

import numpy as np

from oyster_cli.world.site import Site

GROUND_FLOOR_M, FLOOR_M = 4.2, 3.3


class Houses:
    """Boxes over lots (m, 6): x, z of the middle of the front, width, depth, floors, and the yaw the front looks to."""

    def __init__(self, site: Site) -> None:
        self.x, self.z, self.width, self.depth, floors, yaw = np.asarray(site.spots["lots"], float).T
        self.top = site.ground.height_at(self.x, self.z) + GROUND_FLOOR_M + (floors - 1) * FLOOR_M
        self.sin, self.cos = np.sin(yaw), np.cos(yaw)

    def met(self, eye: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Metres along unit rays (n, 3) from eye, (3,) or (n, 3), to the first wall, and its normal (n, 3); inf for none."""
        enter, leave, side = self._crossed(eye, rays)
        first = np.where((leave > enter) & (enter > 0.0), enter, np.inf)
        lot = first.argmin(axis=1)
        row = np.arange(len(rays))
        which = side[row, lot]
        along, front = np.stack([self.cos, 0 * self.cos, -self.sin], -1), np.stack([self.sin, 0 * self.sin, self.cos], -1)
        normal = np.where((which == 0)[:, None], along[lot], np.where((which == 1)[:, None], front[lot], (0.0, 1.0, 0.0)))
        normal *= -np.sign((normal * rays).sum(axis=1, keepdims=True))
        return first[row, lot], normal

    def _crossed(self, eye: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(n, m) metres along rays (n, 3) at which each goes into each box and leaves it, and by which pair of its sides: 0
        along the front, 1 front and back, 2 the roof."""
        eye = np.atleast_2d(eye)
        right, back = eye[:, :1] - self.x, eye[:, 2:] - self.z
        at = np.stack([right * self.cos - back * self.sin, right * self.sin + back * self.cos, eye[:, 1:2] + 0.0 * right])
        flat = [np.outer(rays[:, 0], self.cos) - np.outer(rays[:, 2], self.sin),
                np.outer(rays[:, 0], self.sin) + np.outer(rays[:, 2], self.cos)]  # fmt: skip
        way = np.stack([*flat, np.repeat(rays[:, 1:2], len(self.x), axis=1)])
        way = np.where(np.abs(way) < 1e-9, 1e-9, way)
        low = np.stack([-self.width / 2, -self.depth, np.full(len(self.x), -1e3)])[:, None]
        high = np.stack([self.width / 2, np.zeros(len(self.x)), self.top])[:, None]
        one, other = (low - at) / way, (high - at) / way
        enters, leaves = np.minimum(one, other), np.maximum(one, other)
        return enters.max(axis=0), leaves.min(axis=0), enters.argmax(axis=0)
