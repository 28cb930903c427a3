"""The houses of a place as sound meets them: upright boxes on their lots."""

from __future__ import annotations

import numpy as np

from oyster_cli.world.site import Site

GROUND_FLOOR_M, FLOOR_M = 4.2, 3.3
TOUCH_M = 0.5  # houses so near each other stand in one row


class Houses:
    """Boxes over lots (m, 6): x, z of the middle of the front, width, depth, floors, and the yaw the front looks to."""

    def __init__(self, site: Site) -> None:
        self.x, self.z, self.width, self.depth, floors, yaw = np.asarray(site.spots["lots"], float).T
        self.top = site.ground.height_at(self.x, self.z) + GROUND_FLOOR_M + (floors - 1) * FLOOR_M
        self.sin, self.cos = np.sin(yaw), np.cos(yaw)
        self.ends = self._rows()

    def _rows(self) -> np.ndarray:
        """(2, m) along each front, from its middle: where the row of houses that touch each other ends, left and right."""
        right, back = self.x - self.x[:, None], self.z - self.z[:, None]
        along = right * self.cos[:, None] - back * self.sin[:, None]
        behind = right * self.sin[:, None] + back * self.cos[:, None]
        row = (np.abs(behind) < TOUCH_M) & (self.sin * self.sin[:, None] + self.cos * self.cos[:, None] > 0.99)
        ends = np.stack([-self.width / 2, self.width / 2])
        for _ in range(len(self.x)):
            low, high = along - self.width / 2, along + self.width / 2
            touches = row & (low < ends[1][:, None] + TOUCH_M) & (high > ends[0][:, None] - TOUCH_M)
            grown = np.stack([np.where(touches, low, np.inf).min(axis=1), np.where(touches, high, -np.inf).max(axis=1)])
            if np.allclose(grown, ends):
                break
            ends = grown
        return ends

    def detour_m(self, sources: np.ndarray, ear: np.ndarray) -> np.ndarray:
        """(n,) metres by which sound from sources (n, 3) goes farther over or around the houses before the ear (3,).

        0 in plain sight, and in a house. Of each house the shorter way counts, over its roof or around the ends of its row, by
        the edge that costs most; of all houses the one that costs most.
        """
        way = sources - ear
        far_m = np.maximum(np.linalg.norm(way, axis=1), 1e-6)[:, None]
        enter, leave, _ = self._crossed(ear, way / far_m)
        hit, lot = np.nonzero((leave > enter) & (enter > 0.0) & (leave < far_m))
        out = np.zeros(len(sources))
        if len(hit):
            source, far = sources[hit], far_m[hit, 0]
            level = np.hypot(*(source - ear)[:, [0, 2]].T)
            part = np.stack([enter[hit, lot], leave[hit, lot]]) / far
            top, line = self.top[lot], ear[1] + part * (source[:, 1] - ear[1])
            over = np.hypot(part * level, top - ear[1]) + np.hypot((1.0 - part) * level, top - source[:, 1]) - far
            ways = [np.where(top > line, over, 0.0).max(axis=0)]
            ways += [self._around(source, ear, far, lot, end) for end in (0, 1)]
            np.maximum.at(out, hit, np.minimum.reduce(ways))
        return out

    def _around(self, source: np.ndarray, ear: np.ndarray, far_m: np.ndarray, lot: np.ndarray, end: int) -> np.ndarray:
        """(k,) metres more around the front and back corner at one end of the row, of those corners that are in the way."""
        found = np.zeros(len(lot))
        flat = source[:, [0, 2]] - ear[[0, 2]]
        middle = np.stack([self.x[lot], self.z[lot]], -1)
        along, front = np.stack([self.cos[lot], -self.sin[lot]], -1), np.stack([self.sin[lot], self.cos[lot]], -1)
        side = np.sign(flat[:, 0] * along[:, 1] - flat[:, 1] * along[:, 0]) * (
            2 * end - 1
        )  # of the way, on which this end lies
        for deep in (0.0, 1.0):
            corner = middle + self.ends[end, lot][:, None] * along - (deep * self.depth[lot])[:, None] * front
            to = corner - ear[[0, 2]]
            beside = (flat[:, 0] * to[:, 1] - flat[:, 1] * to[:, 0]) * side
            legs = np.hypot(*to.T) + np.hypot(*(source[:, [0, 2]] - corner).T)
            more = np.hypot(legs, source[:, 1] - ear[1]) - far_m
            found = np.maximum(found, np.where(beside > 0.0, more, 0.0))
        return found

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
