"""How a place answers sound, by its drawn geometry: rays from the listener find what stands around, how far, how soft.

From them follow the late field, by Eyring, and the patches that send first echoes back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from oyster_cli.sound.early import ECHO_M, Patch
from oyster_cli.sound.speed import speed_m_s
from oyster_cli.state import Stateful
from oyster_cli.world.air import Air
from oyster_cli.world.houses import Houses
from oyster_cli.world.site import Roof, Room, Site

RAYS, BOUNCES = 64, 4
C_M_S = speed_m_s(20.0)
NEAR_M, FAR_M = 0.3, 180.0  # where rays begin, and where they have left
STEPS = 64
AGAIN_M, AGAIN = 2.0, 0.1  # the place is looked at anew after so far a way, or such a share of the mean ray
AGAIN_SNOW = 0.1
# Share of its energy that a surface swallows at 500 Hz and at 4 kHz (Vorländer 2008; snow: Albert 2001)
ROCK, WATER, FACADE, PAVED, SOIL, LOOSE, SNOW, WOOD = (
    (0.15, 0.22), (0.01, 0.02), (0.08, 0.12), (0.04, 0.08), (0.35, 0.60), (0.45, 0.80), (0.65, 0.92), (0.12, 0.35),
)  # fmt: skip
DRIPSTONE = (0.04, 0.06)  # wet and smooth
OFF_M = 0.05  # of what it has met a ray begins anew
NOTHING, LITTLE = 1e-6, 1e-3  # shares of the energy
STEEP = 0.6  # upward part of the normal below which nothing soft lies
SMOOTH = (0.6, 0.9)  # roughness of the ground's look: paved, soft
TREE_M, STEM, WOOD_M = 4.0, 1 / 40, 60.0  # trees are higher; a stem's diameter by its height; around the listener
PATCHES = 8
EVEN, EVEN_M, EVEN_SHARE = 0.94, 0.25, 0.015  # a mirror: how alike its normals, how near its plane hits lie, by distance
MIRROR_HITS = 3
HALF = math.sqrt(4.0 / RAYS)  # of the angle from one ray to the next, about
MIRROR_M, ROUGH_M = 2.5, 5.0  # nearer ones answer so soon that one hears no echo
LOBE = math.cos(math.radians(35.0))  # hits on rough things so near each other are one
HIDDEN_DB = 4.0  # of the late field is not heard, as what sends it lies behind something
LOUDEST_DB = 6.0  # in a cave a recordist goes nearer: more of the late field would drown what is seen


@dataclass(frozen=True)
class Hits:
    """What (n,) rays have met. What has left met nothing."""

    rays: np.ndarray  # (n, 3) unit vectors
    far_m: np.ndarray
    normal: np.ndarray  # (n, 3) to the listener's side
    swallowed: np.ndarray  # (n, 2) share of the energy, at 500 Hz and 4 kHz
    points: np.ndarray  # (n, 3)


class Acoustics(Stateful):
    """The answer of the place to a listener who moves in it. at: where it was last worked out; snow: with how much of it."""

    kept: ClassVar[tuple[str, ...]] = ("at", "snow", "turn")

    def __init__(self, site: Site) -> None:
        self.site = site
        self.houses = Houses(site) if "lots" in site.spots else None
        self.trees = _trees(site)
        self.at = np.full(3, np.inf)
        self.snow, self.turn = 0.0, 0
        self._known: tuple[int, Room, list[Patch], float] | None = None

    def around(self, eye: np.ndarray, air: Air) -> tuple[Room, list[Patch]]:
        """The late field and the first echoes where the listener is. Under water it is the place's own, without echoes: its
        surface and its bed go on for ever."""
        if self.site.room is not None:
            return self.site.room, []
        if self.turn == 0 or self._stale(eye, air):
            self.at, self.snow, self.turn = np.array(eye, float), air.snow_cover, self.turn + 1
        return self._here()[:2]

    def load(self, state: dict[str, Any]) -> None:
        super().load(state)
        self._known = None

    def _stale(self, eye: np.ndarray, air: Air) -> bool:
        moved_m = float(np.linalg.norm(eye - self.at))
        return moved_m > max(AGAIN_M, AGAIN * self._here()[2]) or abs(air.snow_cover - self.snow) > AGAIN_SNOW

    def _here(self) -> tuple[Room, list[Patch], float]:
        """Room, patches and mean ray where it was last worked out."""
        if self._known is None or self._known[0] != self.turn:
            traced = self.traced(self.at, self.snow)
            room, mean_m = late_field(traced, self.at)
            self._known = self.turn, room, first_echoes(traced[0], self.at, str(self.turn)), mean_m
        return self._known[1:]

    def cast(self, eye: np.ndarray, rays: np.ndarray, snow: float) -> Hits:
        """What rays (n, 3) from one point (3,), or each from its own, meet."""
        far_m = self._marched(eye, rays)
        normal, swallowed = self._surface(eye + np.minimum(far_m, FAR_M)[:, None] * rays, snow)
        if self.houses:
            walls_m, fronts = self.houses.met(eye, rays)
            nearer = walls_m < far_m
            far_m = np.where(nearer, walls_m, far_m)
            normal[nearer], swallowed[nearer] = fronts[nearer], FACADE
        if self.trees:
            stems_m = self._stems_m(eye, rays, self.trees)
            nearer = stems_m < far_m
            far_m = np.where(nearer, stems_m, far_m)
            normal[nearer], swallowed[nearer] = -rays[nearer], WOOD
        normal *= np.where((normal * rays).sum(axis=1, keepdims=True) > 0.0, -1.0, 1.0)
        swallowed[far_m >= FAR_M] = 1.0
        far_m = np.minimum(far_m, FAR_M)
        return Hits(rays, far_m, normal, swallowed, eye + far_m[:, None] * rays)

    def traced(self, eye: np.ndarray, snow: float) -> list[Hits]:
        """What RAYS rays from a point meet, what they meet when thrown back to all sides by Lambert, and so on."""
        rays = _sphere(RAYS)
        found = [self.cast(eye, rays, snow)]
        for bounce in range(1, BOUNCES):
            last = found[-1]
            way = last.normal + 0.999 * rays[(np.arange(RAYS) * 37 + 11 * bounce) % RAYS]
            way /= np.linalg.norm(way, axis=1, keepdims=True)
            found.append(self.cast(last.points + OFF_M * last.normal, way, snow))
        return found

    def _marched(self, eye: np.ndarray, rays: np.ndarray) -> np.ndarray:
        """(n,) metres along rays to ground, water or the rock of a roof; FAR_M and more for those that have left."""
        along_m = np.geomspace(NEAR_M, FAR_M, STEPS)
        points = np.reshape(eye, (-1, 1, 3)) + along_m[:, None] * rays[:, None]
        room_m = self._free_m(points.reshape(-1, 3)).reshape(len(rays), STEPS)
        inside = room_m <= 0.0
        step = np.where(inside.any(axis=1), np.maximum(inside.argmax(axis=1), 1), STEPS - 1)
        row = np.arange(len(rays))
        near, far = along_m[step - 1], along_m[step]
        for _ in range(5):
            middle = (near + far) / 2
            free = self._free_m(eye + middle[:, None] * rays) > 0.0
            near, far = np.where(free, middle, near), np.where(free, far, middle)
        return np.where(inside[row, step], far, np.inf)

    def _free_m(self, points: np.ndarray) -> np.ndarray:
        """(n,) metres by which points (n, 3) are over ground and water, or off the rock of a roof, if that is nearer."""
        x, y, z = points.T
        ground = np.maximum(self.site.ground.height_at(x, z), self._water_m(x, z))
        return y - ground if self.site.roof is None else np.minimum(y - ground, self.site.roof.room_m(points))

    def _water_m(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Height of the water at points, the sea's included."""
        water = self.site.ground.water_at(x, z)
        return water if self.site.sea_level_m is None else np.maximum(water, self.site.sea_level_m)

    def _surface(self, points: np.ndarray, snow: float) -> tuple[np.ndarray, np.ndarray]:
        """Normals (n, 3) of what lies at points (n, 3), and what it swallows (n, 2)."""
        x, y, z = points.T
        ground = self.site.ground
        i, j, v, u = ground.warp.cell(x, z)
        at = np.rint(i + v).astype(int), np.rint(j + u).astype(int)
        rough, banded, normal = ground.rough.numpy()[at], ground.banded.numpy()[at], ground.normal_at(x, z)
        height, water = ground.height_at(x, z), self._water_m(x, z)
        flat = np.clip((normal[:, 1] - STEEP) / (1.0 - STEEP) * 2.0, 0.0, 1.0)[:, None]
        soft = np.clip((rough - SMOOTH[0]) / (SMOOTH[1] - SMOOTH[0]), 0.0, 1.0)[:, None]
        swallowed = np.array(PAVED) + soft * np.subtract(SOIL, PAVED)
        swallowed += np.clip(-banded, 0.0, 1.0)[:, None] * (LOOSE - swallowed)
        swallowed += snow * (SNOW - swallowed)
        swallowed = np.array(ROCK) + flat * (swallowed - ROCK)
        wet = water > height
        normal[wet], swallowed[wet] = (0.0, 1.0, 0.0), WATER
        if self.site.roof is not None:
            rock = y - np.maximum(height, water) > 0.15
            swallowed[:], normal[rock] = DRIPSTONE, _off_rock(self.site.roof, points[rock])
            swallowed[wet & ~rock] = WATER
        return normal, swallowed

    def _stems_m(self, eye: np.ndarray, rays: np.ndarray, trees: tuple[float, float]) -> np.ndarray:
        """(n,) metres along rays to what trees they would meet in a wood as thick as this one; inf over their tops."""
        free_m, tall_m = trees
        way_m = -free_m * np.log1p(-((0.5 + np.arange(len(rays)) * 0.618034) % 1.0))
        level = np.hypot(rays[:, 0], rays[:, 2])
        way_m = way_m / np.maximum(level, 1e-6)
        x, y, z = (eye + way_m[:, None] * rays).T
        return np.where(y < self.site.ground.height_at(x, z) + tall_m, way_m, np.inf)


def late_field(traced: Sequence[Hits], eye: np.ndarray) -> tuple[Room, float]:
    """The late field that traced rays of a source at the listener add up to, and the mean ray in metres.

    How long: Eyring, T = 24 ln 10 V / (-c S ln(1 - a)); with the mean ray l = 4 V / S that is 6 ln 10 l / (-c ln(1 - a)), where
    1 - a is what is left from one echo to the next. How loud: every place that is met, but by the first echo, sends what is
    left to the ear by Lambert: p² = 4 cos θ / distance² for all of 1 Pa at 1 m.
    """
    left = np.cumprod([1.0 - hits.swallowed for hits in traced], axis=0)  # (bounces, rays, 2)
    energy = left.mean(axis=1)
    keeps = np.clip((energy[-1] / (energy[1] + LITTLE)) ** (1.0 / (len(traced) - 2)), 0.02, 0.99)
    mean_m = float(np.average([hits.far_m for hits in traced], weights=left[..., 0] + NOTHING))
    low_s, high_s = 6.0 * math.log(10.0) * mean_m / (-C_M_S * np.log(keeps))
    reaches = [float((got[:, 0] * _seen(hits, eye, mean_m / 2)).mean()) for got, hits in zip(left[1:], traced[1:], strict=True)]
    level_db = 10.0 * math.log10(100.0 * (sum(reaches) + reaches[-1] * keeps[0] / (1.0 - keeps[0])) + NOTHING) - HIDDEN_DB
    dull_db_s = max(60.0 / float(high_s) - 60.0 / float(low_s), 0.0)
    return Room(float(low_s), min(level_db, LOUDEST_DB), mean_m / C_M_S, dull_db_s), mean_m


def _seen(hits: Hits, eye: np.ndarray, least_m: float) -> np.ndarray:
    """(n,) 4 cos θ / distance² of what was met, from the ear; nearer than that is too few to tell, and counts as so far."""
    way = eye - hits.points
    far_m = np.sqrt((way * way).sum(axis=1))
    return np.asarray(4.0 * np.maximum((way * hits.normal).sum(axis=1), 0.0) / far_m / np.maximum(far_m, least_m) ** 2)


def first_echoes(hits: Hits, eye: np.ndarray, key: str) -> list[Patch]:
    """The patches that answer strongest, up to PATCHES, each named after the key.

    Hits that lie in one plane and look the same way are a mirror; others, where they are near each other, one rough patch.
    """
    left = hits.swallowed[:, 0] < 1.0
    plane_m = -((hits.points - eye) * hits.normal).sum(axis=1)  # in front of the plane through each hit
    cosine = plane_m / hits.far_m
    rest = left & (hits.far_m < ECHO_M / 2)
    strength = (1.0 - hits.swallowed[:, 0]) * cosine / hits.far_m**2
    found: list[tuple[float, Patch]] = []
    while rest.any():
        first = int(np.argmax(np.where(rest, strength, -1.0)))
        off_m = np.abs(((hits.points - hits.points[first]) * hits.normal[first]).sum(axis=1))
        alike = rest & (hits.normal @ hits.normal[first] > EVEN) & (off_m < EVEN_M + EVEN_SHARE * hits.far_m)
        mirror = int(alike.sum()) >= MIRROR_HITS
        one = alike if mirror else rest & (hits.rays @ hits.rays[first] > LOBE)
        near_m, least_m = (plane_m[first], MIRROR_M) if mirror else (hits.far_m[first], ROUGH_M)
        if near_m >= least_m:
            found.append(_patch(hits, one, f"{key}.{len(found)}", mirror, eye))
        rest &= ~one
    found.sort(key=lambda pair: -pair[0])
    return [patch for _, patch in found[:PATCHES]]


def _patch(hits: Hits, one: np.ndarray, key: str, mirror: bool, eye: np.ndarray) -> tuple[float, Patch]:
    """Some hits as one patch, and what of a sound made at the ear it gives back."""
    far_m, returns = hits.far_m[one], 1.0 - hits.swallowed[one, 0]
    seen_sr = 4.0 * math.pi * int(one.sum()) / len(one)
    weight = returns / far_m**2
    at, normal = (np.average(rows[one], axis=0, weights=weight) for rows in (hits.points, hits.normal))
    normal /= max(float(np.linalg.norm(normal)), 1e-9)
    reach_m = float(np.linalg.norm(hits.points[one] - at, axis=1).max() + HALF * far_m.min())
    before_m, share = float((eye - at) @ normal), float(np.average(returns, weights=weight))
    strength = share / (2.0 * before_m) ** 2 if mirror else share * max(before_m, 0.0) * seen_sr / np.pi / far_m.mean() ** 3
    x, y, z = at.tolist()
    right, up, ahead = normal.tolist()
    return strength, Patch(key, (x, y, z), (right, up, ahead), share, seen_sr, reach_m, mirror)


def _sphere(count: int) -> np.ndarray:
    """(count, 3) unit vectors, evenly spread (Fibonacci)."""
    up = 1.0 - (2.0 * np.arange(count) + 1.0) / count
    turn = math.pi * (3.0 - math.sqrt(5.0)) * np.arange(count)
    flat = np.sqrt(1.0 - up * up)
    return np.stack([flat * np.cos(turn), up, flat * np.sin(turn)], -1)


def _off_rock(roof: Roof, points: np.ndarray) -> np.ndarray:
    """(n, 3) unit vectors at points (n, 3) away from the nearest rock."""
    slope = np.stack([roof.room_m(points + way) - roof.room_m(points - way) for way in np.eye(3) * roof.step_m], -1)
    return np.asarray(slope / np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-9))


def _trees(site: Site) -> tuple[float, float] | None:
    """Mean free path between trees about the stand, metres: 1 / (trees per m² x width); and how high they are."""
    tall = [scatter.height_m[np.hypot(*(scatter.at[:, [0, 2]] - np.array(site.stand.eye)[[0, 2]]).T) < WOOD_M]
            for scatter in site.scatters]  # fmt: skip
    tall_m = np.concatenate([*tall, np.zeros(0)])
    tall_m = tall_m[tall_m > TREE_M]
    if not len(tall_m):
        return None
    return math.pi * WOOD_M**2 / float((STEM * tall_m).sum()), float(tall_m.mean())
