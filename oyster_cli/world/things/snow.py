"""Snow that falls: flakes in a box about the camera, carried by the wind. It has no voice of its own; the wind has."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Splats
from oyster_cli.script.models import ThingSpec
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.boxed import boxed
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

BOX_M = np.array([22.0, 13.0, 24.0], np.float32)
MOST = 6500
FALL_M_S = 1.1
NEAREST_M = 1.2
SPINDRIFT = 60
GRAINS = 1500  # that stream just over the ground
CRESTS, PUFFS, PLUME_S = 36, 9, 5.0  # ridges that the wind blows snow from


class Snow(Thing):
    """Flakes, and in a strong wind the snow that it lifts off the ground."""

    kind: ClassVar[str] = "snow"
    kept: ClassVar[tuple[str, ...]] = ("fallen_m", "blown_m", "rate")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.fallen_m, self.rate = 0.0, 0.0
        self.blown_m = np.zeros(2)
        self._luck = draw(seed, name, "flakes").random((MOST, 5)).astype(np.float32)
        self._grains = draw(seed, name, "grains").random((GRAINS, 4)).astype(np.float32)
        self._crests = crests(site, draw(seed, name, "crests"))
        self._puffs = draw(seed, name, "puffs").random((len(self._crests), PUFFS, 4))
        self._drift = draw(seed, name, "spindrift").random((SPINDRIFT, 5)).astype(np.float32)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.rate = air.weather.snow_mm_h
        self._time_s, self._eye, self._ahead = tick.time_s + tick.dt_s, tick.eye, tick.ahead
        gust = air.gust_at(tuple(tick.eye))
        self._wind = np.array(air.wind_to) * gust * 0.6
        self._lifted = max(0.0, (gust - 9.0) / 10.0) * air.snow_cover
        self.fallen_m += FALL_M_S * tick.dt_s
        self.blown_m = self.blown_m + self._wind * tick.dt_s
        return []

    def look(self) -> Look:
        marks = []
        if self.rate > 0.02:
            marks.append(self._flakes())
        if self._lifted > 0.02:
            marks += [self._plumes(), self._spindrift(), self._saltation()]
        return Look(splats=tuple(marks))

    def _flakes(self) -> Splats:
        count = int(MOST * min((self.rate / 7.0) ** 0.6, 1.0))
        luck = self._luck[:count]
        drift = np.array([self.blown_m[0], -self.fallen_m, self.blown_m[1]], np.float32) * (0.8 + 0.4 * luck[:, 3:4])
        swing = np.sin(self._time_s * (2.0 + 2.0 * luck[:, 3:4]) + luck[:, 4:5] * 40.0)
        sway = swing * np.array([0.25, 0.05, 0.25], np.float32)
        centre = self._eye + self._ahead * (BOX_M[2] * 0.40)
        at = boxed(luck[:, :3] * BOX_M + drift + sway, centre, BOX_M)
        away = np.linalg.norm(at - self._eye.astype(np.float32), axis=1)
        seen = away > NEAREST_M
        at, away, size = at[seen], away[seen], luck[seen, 3]
        velocity = np.broadcast_to([self._wind[0], -FALL_M_S, self._wind[1]], at.shape)
        alpha = np.minimum(0.10 + 0.10 * away, 0.95)  # what is near the lens flies past while the shutter is open
        return Splats("streak", at, velocity, 0.006 + 0.010 * size**2, np.full((len(at), 3), 1.25), alpha)

    def _saltation(self) -> Splats:
        """Grains that the wind drives low over the ground before the camera."""
        luck, box = self._grains, np.array([44.0, 40.0])
        centre = self._eye[[0, 2]] + self._ahead[[0, 2]] * 20.0
        place = luck[:, :2] * box + self.blown_m * (1.1 + 0.5 * luck[:, 2:3])
        flat = boxed(place, centre, box)
        high = self.site.ground.height_at(flat[:, 0], flat[:, 1]) + 0.02 + 0.45 * luck[:, 3] ** 3
        at = np.stack([flat[:, 0], high, flat[:, 1]], 1)
        velocity = np.broadcast_to([self._wind[0] * 1.3, 0.0, self._wind[1] * 1.3], at.shape)
        alpha = np.full(GRAINS, 0.34 * min(self._lifted, 1.2))
        return Splats("streak", at, velocity, np.full(GRAINS, 0.012), np.full((GRAINS, 3), 1.2), alpha)

    def _plumes(self) -> Splats:
        """Snow that streams off the ridges down the wind, and catches the light."""
        luck, crest = self._puffs, self._crests[:, None]
        age = (self._time_s / PLUME_S + luck[..., 0] + np.arange(PUFFS) / PUFFS) % 1.0
        far = np.linalg.norm(crest - self._eye, axis=2)
        size = np.clip(far / 600.0, 0.4, 1.7)
        way = np.array([self._wind[0], 0.0, self._wind[1]]) * (PLUME_S * age * (0.6 + 0.5 * luck[..., 1]))[..., None]
        lift = (1.0 + 9.0 * age * luck[..., 2] + 3.0 * np.sin(5.0 * age + 6.0 * luck[..., 3])) * size
        at = (crest + way + lift[..., None] * [0.0, 1.0, 0.0]).reshape(-1, 3)
        radius = (5.0 + 15.0 * age) * size * (0.6 + 0.7 * luck[..., 3])
        alpha = 0.75 * min(self._lifted, 1.3) * (1 - age) ** 1.3 * np.minimum(8.0 * age, 1.0) * (0.5 + luck[..., 1])
        return Splats("puff", at, np.zeros_like(at), radius.ravel(), np.full((len(at), 3), 2.4), alpha.ravel())

    def _spindrift(self) -> Splats:
        """Veils of lifted snow that stream over the ground before the camera."""
        luck = self._drift
        box = np.array([70.0, 1.0, 80.0])
        centre = self._eye + np.array([self._ahead[0], 0, self._ahead[2]]) * 36.0
        place = luck[:, :3] * box + np.array([self.blown_m[0], 0.0, self.blown_m[1]]) * (1.0 + 0.4 * luck[:, 3:4])
        at = boxed(place, centre, box)
        at[:, 1] = self.site.ground.height_at(at[:, 0], at[:, 2]) + 0.3 + 0.9 * luck[:, 1]
        alpha = 0.10 * min(self._lifted, 1.2) * (0.4 + luck[:, 4])
        return Splats("puff", at, np.zeros_like(at), 1.5 + 3.0 * luck[:, 3], np.full((SPINDRIFT, 3), 0.95), alpha)


def crests(site: Site, rng: np.random.Generator) -> np.ndarray:
    """(at most CRESTS, 3) points on the ridges that stand before the camera: where the ground beyond is hidden."""
    eye, target = np.array(site.stand.eye), np.array(site.stand.target)
    heading = np.arctan2(target[0] - eye[0], target[2] - eye[2]) + np.linspace(-0.75, 0.75, 150)
    far = np.geomspace(140.0, 1900.0, 220)
    x, z = (eye[k] + turn(heading)[:, None] * far for k, turn in ((0, np.sin), (2, np.cos)))
    y = site.ground.height_at(x.ravel(), z.ravel()).reshape(x.shape)
    slope = (y - eye[1]) / far
    top = np.maximum.accumulate(slope, axis=1)
    edge = np.zeros(y.shape, bool)
    edge[:, :-4] = (slope[:, :-4] >= top[:, :-4]) & (slope[:, 4:] < top[:, :-4] - 0.012) & (y[:, :-4] > eye[1] + 25.0)
    found = np.argwhere(edge & ~np.roll(edge, -1, axis=1))
    chosen = found[np.sort(rng.permutation(len(found))[:CRESTS])]
    row, column = chosen[:, 0], chosen[:, 1]
    return np.stack([x[row, column], y[row, column], z[row, column]], 1)
