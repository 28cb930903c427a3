"""Daylight that comes into a roofed place from far back: as much as there is outside at this hour, cold beside a flame."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Lamp, Look, Splats
from oyster_cli.picture.sky import sun_direction
from oyster_cli.script.models import ThingSpec
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.lighting import night_share
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

CANDELA, REACH_M = 20.0, 24.0
RETURNED = 0.45  # of it that the lit wall of the bend sends on
COLD = (0.50, 0.76, 1.0)
LEAST = 0.015  # of a night's sky
PUFFS = 14


class Daylight(Thing):
    """A lamp behind the last bend that shines as the hour is, and the haze that it finds in the passage."""

    kind: ClassVar[str] = "daylight"

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.at = np.asarray(site.spots["opening"], float)
        self.power = 0.0
        self._time_s = 0.0
        self._luck = draw(seed, name, "haze").random((PUFFS, 5))

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self._time_s = tick.time_s + tick.dt_s
        height = float(sun_direction(air.hour, self.site.sun_azimuth_deg)[1])
        self.power = max(1.0 - night_share(height), LEAST) * (0.35 + 0.65 * min(max(height * 2.5, 0.0), 1.0))
        return []

    def look(self) -> Look:
        x, y, z = self.at.tolist()
        luck, drift = self._luck, 0.3 * np.sin(0.2 * self._time_s + 30 * self._luck[:, 3])
        at = self.at + np.stack([3.0 * luck[:, 0] - 3.2 + drift, 1.6 * luck[:, 1] - 0.9, 9.0 * luck[:, 2] - 9.0], 1)
        haze = Splats("puff", at, np.zeros_like(at), 1.2 + 1.0 * luck[:, 4], np.full((PUFFS, 3), 0.9), np.full(PUFFS, 0.10))
        lamps = (Lamp((x, y, z), COLD, CANDELA * self.power, REACH_M),
                 Lamp((x - 3.4, y, z - 7.0), COLD, RETURNED * CANDELA * self.power, 1.6 * REACH_M))  # fmt: skip
        return Look(lamps=lamps, splats=(haze,))
