"""Snow that falls: flakes in a box about the camera, carried by the wind. It has no voice of its own; the wind has."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Splats
from oyster_cli.script.models import ThingSpec
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

BOX_M = np.array([22.0, 13.0, 24.0])
MOST = 6500
FALL_M_S = 1.1
SPINDRIFT = 60


class Snow(Thing):
    """Flakes, and in a strong wind the snow that it lifts off the ground."""

    kind: ClassVar[str] = "snow"
    kept: ClassVar[tuple[str, ...]] = ("fallen_m", "blown_m", "rate")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.fallen_m, self.rate = 0.0, 0.0
        self.blown_m = np.zeros(2)
        self._luck = draw(seed, name, "flakes").random((MOST, 5)).astype(np.float32)
        self._drift = draw(seed, name, "spindrift").random((SPINDRIFT, 5)).astype(np.float32)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.rate = air.weather.snow_mm_h
        self._time_s, self._eye, self._ahead = tick.time_s + tick.dt_s, tick.eye, tick.ahead
        gust = air.gust_at(tuple(tick.eye))
        self._wind = np.array(air.wind_to) * gust * 0.8
        self._lifted = max(0.0, (gust - 9.0) / 10.0) * air.snow_cover
        self.fallen_m += FALL_M_S * tick.dt_s
        self.blown_m = self.blown_m + self._wind * tick.dt_s
        return []

    def look(self) -> Look:
        marks = []
        if self.rate > 0.02:
            marks.append(self._flakes())
        if self._lifted > 0.02:
            marks.append(self._spindrift())
        return Look(splats=tuple(marks))

    def _flakes(self) -> Splats:
        count = int(MOST * min((self.rate / 7.0) ** 0.6, 1.0))
        luck = self._luck[:count]
        drift = np.array([self.blown_m[0], -self.fallen_m, self.blown_m[1]]) * (0.8 + 0.4 * luck[:, 3:4])
        sway = 0.25 * np.sin(self._time_s * (2.0 + 2.0 * luck[:, 3:4]) + luck[:, 4:5] * 40.0) * np.array([1.0, 0.2, 1.0])
        centre = self._eye + self._ahead * (BOX_M[2] * 0.40)
        at = centre + ((luck[:, :3] * BOX_M + drift + sway - centre) % BOX_M) - BOX_M / 2
        velocity = np.broadcast_to([self._wind[0], -FALL_M_S, self._wind[1]], at.shape)
        return Splats("streak", at, velocity, 0.004 + 0.006 * luck[:, 3] ** 2, np.full((count, 3), 1.0), np.full(count, 0.85))

    def _spindrift(self) -> Splats:
        """Veils of lifted snow that stream over the ground before the camera."""
        luck = self._drift
        box = np.array([70.0, 1.0, 80.0])
        centre = self._eye + np.array([self._ahead[0], 0, self._ahead[2]]) * 36.0
        place = luck[:, :3] * box + np.array([self.blown_m[0], 0.0, self.blown_m[1]]) * (1.0 + 0.4 * luck[:, 3:4])
        at = centre + ((place - centre) % box) - box / 2
        at[:, 1] = self.site.ground.height_at(at[:, 0], at[:, 2]) + 0.3 + 0.9 * luck[:, 1]
        alpha = 0.10 * min(self._lifted, 1.2) * (0.4 + luck[:, 4])
        return Splats("puff", at, np.zeros_like(at), 1.5 + 3.0 * luck[:, 3], np.full((SPINDRIFT, 3), 0.95), alpha)
