"""Lines that things move along, and where a thing stands or goes when its place has no spot for it."""

from __future__ import annotations

import math
from bisect import bisect_right

import numpy as np

from oyster_cli.world.ground import DRY_M
from oyster_cli.world.places.frame import project
from oyster_cli.world.site import Site, Stand

WADE_M = 45.0  # how far from the camera a river is waded
REACH_M = 6.0  # a line across the view goes this far to either side
STEEP = 0.45  # rise over run that nobody walks by choice
ROOM_M = 0.8  # from trunks and stones


class Track:
    """A polyline (n, 3), by metres along its plan; beyond its ends it goes straight on."""

    def __init__(self, points: np.ndarray) -> None:
        self.points = np.asarray(points, float)
        steps = np.linalg.norm(np.diff(self.points[:, [0, 2]], axis=0), axis=1)
        self.metres = np.concatenate([[0.0], np.cumsum(steps)])
        self.length_m = float(self.metres[-1])
        self._ends, self._marks = self.points.tolist(), self.metres.tolist()  # one point is found sooner without arrays
        self._headings = [math.atan2(x, z) for x, _, z in np.diff(self.points, axis=0).tolist()]

    def at(self, metres: float) -> np.ndarray:
        """(3,) the point so many metres along."""
        k, share = self._piece(metres)
        return np.array([a + (b - a) * share for a, b in zip(self._ends[k], self._ends[k + 1], strict=True)])

    def heading(self, metres: float) -> float:
        """Radians it runs to, there: 0 is +z, towards +x. Turns evenly between the middles of its pieces."""
        k, share = self._piece(metres)
        other = min(max(k + (1 if share > 0.5 else -1), 0), len(self._headings) - 1)
        turn = (self._headings[other] - self._headings[k] + math.pi) % math.tau - math.pi
        return self._headings[k] + turn * min(abs(share - 0.5), 0.5)

    def nearest(self, point: np.ndarray) -> float:
        """Metres along of its corner nearest to a point in plan."""
        away = np.linalg.norm(self.points[:, [0, 2]] - np.asarray(point)[[0, 2]], axis=1)
        return float(self.metres[np.argmin(away)])

    def back(self) -> Track:
        """The same line the other way."""
        return Track(self.points[::-1])

    def _piece(self, metres: float) -> tuple[int, float]:
        """Which piece, and how far along it as a share of its length."""
        k = min(max(bisect_right(self._marks, metres) - 1, 0), len(self._marks) - 2)
        return k, (metres - self._marks[k]) / (self._marks[k + 1] - self._marks[k])


def view_axes(stand: Stand) -> tuple[np.ndarray, np.ndarray]:
    """(3,) level unit vectors ahead of a stand and to its right."""
    way = np.array(stand.target) - np.array(stand.eye)
    way[1] = 0.0
    ahead = way / max(float(np.linalg.norm(way)), 1e-6)
    return ahead, np.array([ahead[2], 0.0, -ahead[0]])


def spot_ahead(site: Site, ahead_m: float, right_m: float = 0.0) -> np.ndarray:
    """(3,) on the ground, so far ahead of the camera and to its right."""
    ahead, right = view_axes(site.stand)
    at = np.array(site.stand.eye) + ahead * ahead_m + right * right_m
    at[1] = site.ground.height_at(at[0], at[2])
    return at


def line_across(site: Site) -> np.ndarray:
    """(n, 3) a line over dry and passable ground in the picture: across the view if that can be, from left to right."""
    rows = [
        _row(site, ahead_m, share * ahead_m, turned)
        for ahead_m in np.arange(6.0, 66.0, 3.0) for share in (0.0, -0.15, 0.15, -0.28, 0.28) for turned in (0.0, 1.0)
    ]  # fmt: skip
    return min(rows, key=lambda row: _hardness(site, row))


def line_wading(site: Site) -> np.ndarray | None:
    """(n, 3) the line along the near bank of a river where the water is ankle-deep; None where there is none."""
    if "river" not in site.spots:
        return None
    river = np.asarray(site.spots["river"], float)
    river = river[np.linalg.norm((river - site.stand.eye)[:, [0, 2]], axis=1) < WADE_M]
    way = np.gradient(river[:, [0, 2]], axis=0)
    aside = np.stack([way[:, 1], -way[:, 0]], 1) / np.linalg.norm(way, axis=1, keepdims=True)
    lines = [river[:, [0, 2]] + off_m * aside for off_m in np.arange(-18.0, 18.1, 0.5)]
    depths = [site.ground.water_at(*line.T) - site.ground.height_at(*line.T) for line in lines]
    near = [float(np.linalg.norm(line - np.array(site.stand.eye)[[0, 2]], axis=1).min()) for line in lines]
    fit = [((depth > 0.04) & (depth < 0.3)).mean() - 0.01 * away for depth, away in zip(depths, near, strict=True)]
    line = lines[int(np.argmax(fit))]
    return np.insert(line, 1, site.ground.height_at(*line.T), axis=1)


def _row(site: Site, ahead_m: float, right_m: float, turned: float) -> np.ndarray:
    """A straight line about a point of the view; turned: radians from across the view to along it."""
    ahead, right = view_axes(site.stand)
    way = right * math.cos(turned) + ahead * math.sin(turned)
    middle = np.array(site.stand.eye) + ahead * ahead_m + right * right_m
    at = middle + way * np.linspace(-REACH_M, REACH_M, 25)[:, None]
    at[:, 1] = site.ground.height_at(at[:, 0], at[:, 2])
    return at


def _hardness(site: Site, row: np.ndarray) -> float:
    """How unfit a line is: under water, steep, through trees, out of the picture, far off."""
    sea_m = DRY_M if site.sea_level_m is None else site.sea_level_m + 0.6  # above most waves
    wet = (np.maximum(site.ground.water_at(row[:, 0], row[:, 2]), sea_m) > row[:, 1] - 0.02).sum()
    steep = (np.abs(np.diff(row[:, 1])) > STEEP * 2 * REACH_M / (len(row) - 1)).sum()
    seen = project(site.stand, row)[len(row) // 2]
    out = max(0.0, float(seen[1]) - 0.92) + max(0.0, 0.3 - float(seen[1]))
    blocked = sum(_in_the_way(site, row, at, tall) for at, tall in _standing(site))
    aside = 8.0 * abs(float(seen[0]) - 0.5) + 3.0 * abs(float(row[-1, 2] - row[0, 2])) / REACH_M
    return 3.0 * wet + 2.0 * steep + 2.0 * blocked + 200.0 * out + 0.15 * float(seen[2]) + aside


def _standing(site: Site) -> list[tuple[np.ndarray, np.ndarray]]:
    """What one does not walk through or see through: feet (n, 3) and heights (n,)."""
    soft = ("grass", "reed", "fern", "flower", "heather")
    found = [(scatter.at, scatter.height_m) for scatter in site.scatters if scatter.kind not in soft]
    if "campfire" in site.spots:
        found.append((np.asarray(site.spots["campfire"])[None], np.array([1.0])))
    return [(at[tall > 0.4], tall[tall > 0.4]) for at, tall in found]


def _in_the_way(site: Site, row: np.ndarray, at: np.ndarray, tall: np.ndarray) -> float:
    """How many stand on the line, and as many again for each that hides its middle from the camera."""
    eye, wide = np.array(site.stand.eye), np.maximum(ROOM_M, 0.5 * np.minimum(tall, 3.0))
    away = np.linalg.norm(at[:, None, [0, 2]] - row[None, :, [0, 2]], axis=2).min(1, initial=1e9)
    hidden = 0
    for point in row[len(row) // 4 : -len(row) // 4 : 3]:
        to = point - eye
        share = np.clip((at - eye) @ to / (to @ to), 0.0, 0.97)
        line = eye + share[:, None] * to
        beside = np.linalg.norm((at - line)[:, [0, 2]], axis=1)
        hidden += int(((beside < wide) & (at[:, 1] + tall > line[:, 1] + 0.4) & (share > 0.1) & (share < 0.97)).sum())
    return int((away < wide).sum()) + hidden
