"""Mist that lies in the hollows of a place: dense in the cool of the morning and after rain, torn by wind. Silent."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Splats
from oyster_cli.script.models import ThingSpec
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

DENSE = 0.6  # optical depth of a puff on a fair forenoon
BREATH_S = 40.0  # in which a puff swells and thins out, and forms again
CLEAR_M = 12_000.0
DRIFT = 0.12  # of the wind's speed: it clings to the trees


class Mist(Thing):
    """Puffs at the site's spots "mist" (n, 4): x, y, z, radius. Each wanders off its spot and forms there again."""

    kind: ClassVar[str] = "mist"
    kept: ClassVar[tuple[str, ...]] = ("time_s", "blown_m", "share")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.spots = np.asarray(site.spots["mist"], float)
        self._luck = draw(seed, name, "puffs").random((len(self.spots), 3))
        self.time_s, self.share = 0.0, 1.0
        self.blown_m = np.zeros(2)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.time_s = tick.time_s + tick.dt_s
        self.blown_m = self.blown_m + np.array(air.wind_to) * (DRIFT * air.weather.wind_m_s * tick.dt_s)
        cool = math.exp(-(((air.hour - 6.5) / 3.5) ** 2))
        calm = math.exp(-((air.weather.wind_m_s / 9.0) ** 2))
        clear = min(air.weather.visibility_m / CLEAR_M, 1.0) ** 2  # in thick air it is lost among the rest
        self.share = clear * calm * (0.75 + 0.9 * cool + 0.5 * air.wet)
        return []

    def look(self) -> Look:
        if self.share < 0.02:
            return Look()
        age = (self.time_s / BREATH_S + self._luck[:, 0]) % 1.0
        speed_m = np.linalg.norm(self.blown_m) / max(self.time_s, 1e-6) * BREATH_S
        way = self.blown_m / max(float(np.linalg.norm(self.blown_m)), 1e-6)
        at = self.spots[:, :3].copy()
        at[:, [0, 2]] += ((age - 0.5) * speed_m)[:, None] * way
        radius = self.spots[:, 3] * (0.8 + 0.4 * age)
        at[:, 1] += (age - 0.5) * 0.15 * self.spots[:, 3]
        alpha = DENSE * self.share * np.sin(np.pi * age) ** 0.7 * (0.5 + 0.8 * self._luck[:, 1])
        n = len(at)
        return Look(splats=(Splats("puff", at, np.zeros((n, 3)), radius, np.full((n, 3), 0.95), alpha),))

    def where(self) -> np.ndarray:
        return self.spots[0, :3]
