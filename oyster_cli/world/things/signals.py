"""Traffic lights at the four corners of a crossing. What they show goes by the clock, and each change is told."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Lamp, Look, Mesh, Prop, Veil
from oyster_cli.picture.mesh import turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.street import traffic_light
from oyster_cli.world.signals import shown
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

COLOURS = ("red", "amber", "green")
LIGHT = {"red": (1.0, 0.06, 0.02), "amber": (1.0, 0.45, 0.03), "green": (0.06, 1.0, 0.5)}
CANDELA, REACH_M = 60.0, 14.0
OUT_M, LONG_M = 4.45, 8.6  # where the posts stand, off the middle of the crossing
GLOW = 0.16
AWAY_M = -1e5


class Signals(Thing):
    """Two lights for the main street, two for the other; every lens is a part, and those that are off are out of sight."""

    kind: ClassVar[str] = "signal"
    kept: ClassVar[tuple[str, ...]] = ("showing",)

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.fixtures = {colour: traffic_light(colour) for colour in COLOURS}
        x, _, z = np.asarray(site.spots["crossing"], float).tolist()
        # Posts on the near right of who comes along; they face him. First two: the main street.
        corners = (
            (x + OUT_M, z - LONG_M, 0.0),
            (x - OUT_M, z + LONG_M, 180.0),
            (x + OUT_M, z + LONG_M, -90.0),
            (x - OUT_M, z - LONG_M, 90.0),
        )
        self.places = [self._at(*corner) for corner in corners]
        self.showing = list(shown(0.0))
        self._near = False

    def _at(self, x: float, z: float, yaw_deg: float) -> np.ndarray:
        y = float(self.site.ground.height_at(x, z))
        return np.concatenate([turn("y", yaw_deg), [[x], [y], [z]]], axis=1).astype(np.float32)

    def stage(self) -> list[Prop | Veil]:
        dark = traffic_light("").body  # its lenses are put over those that never shine
        return [Prop((dark,), np.stack(self.places))]

    def parts(self) -> list[Mesh]:
        return [self.fixtures[colour].glow for _ in self.places for colour in COLOURS]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002 they go on in any weather
        before, self.showing = self.showing, list(shown(tick.time_s + tick.dt_s))
        self._near = bool(np.linalg.norm(self.places[0][:, 3] - tick.eye) < 120.0)
        pairs = zip(("main street", "side street"), (0, 2), before, self.showing, strict=True)
        return [Happening(tick.first_sample + tick.samples - 1, "signal", self._head(place), {"for": street, "shows": now})
                for street, place, was, now in pairs if was != now]  # fmt: skip

    def _head(self, place: int) -> tuple[float, float, float]:
        x, y, z = (self.places[place] @ np.array([0.0, 3.0, -0.4, 1.0])).tolist()
        return x, y, z

    def look(self) -> Look:
        poses = np.repeat(np.stack(self.places), len(COLOURS), axis=0)
        for k in range(len(poses)):
            if COLOURS[k % len(COLOURS)] != self.showing[k // (2 * len(COLOURS))]:
                poses[k, 1, 3] = AWAY_M
        lamps = tuple(Lamp(self._head(place), LIGHT[self.showing[place // 2]], CANDELA, REACH_M) for place in (0, 1))
        return Look(poses=poses, lamps=lamps if self._near else (), glow=GLOW)

    def where(self) -> np.ndarray:
        return np.array(self._head(0))
