"""Street lamps: they come on at dusk and in heavy weather, and light what stands under them."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Lamp, Look, Mesh, Prop, Veil, join
from oyster_cli.picture.mesh import placed, turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.facade import warm
from oyster_cli.world.shapes.street import Fixture, lamp_post, lantern
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import spot_ahead

KELVIN = 3300.0
POST_CANDELA, POST_REACH_M = 1000.0, 28.0
LANTERN_CANDELA, LANTERN_REACH_M = 260.0, 18.0
NEAREST = 8  # that light the scene: signs and cars need lamps too, and there are 16 in all
WARM_UP_S = 0.25
DARK = 0.004  # what is left of the glow of a lamp that is off


def dim_enough(air: Air, tick: Tick) -> bool:
    """Whether lights are on of themselves: at night, in heavy rain, snow or fog."""
    weather = air.weather
    return tick.night > 0.35 or weather.rain_mm_h > 15.0 or weather.snow_mm_h > 5.0 or weather.visibility_m < 400.0


class Lamps(Thing):
    """All lamps of a street; anywhere else a lantern or some. switch: auto, on or off."""

    kind: ClassVar[str] = "lamp"
    kept: ClassVar[tuple[str, ...]] = ("power", "switch")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.power, self.switch = -1.0, "auto"  # power: 0..1, below 0 when not yet known
        if "lamps" in site.spots:
            self.fixture: Fixture = lamp_post(kelvin=KELVIN)
            plain = lamp_post(kelvin=KELVIN, near=False).body
            feet = np.asarray(site.spots["lamps"], float)
            yaws = np.where(feet[:, 0] > 0, -90.0, 90.0)  # the arm reaches over the road
            self.candela, self.reach_m = POST_CANDELA, POST_REACH_M
        else:
            self.fixture = lantern(kelvin=KELVIN)
            plain = self.fixture.body
            right_m = 2.4 if spec.side == "right" else -2.4
            feet = np.array([spot_ahead(site, 7.5 + 6.0 * k, right_m) for k in range(min(spec.count, 6))])
            yaws = np.zeros(len(feet))
            self.candela, self.reach_m = LANTERN_CANDELA, LANTERN_REACH_M
        self._levels = (self.fixture.body, self.fixture.body, plain)
        self.at = np.zeros((len(feet), 3, 4))
        for k, (foot, yaw) in enumerate(zip(feet, yaws, strict=True)):
            self.at[k, :, :3], self.at[k, :, 3] = turn("y", float(yaw)), foot
        self.lights = self.at[:, :, :3] @ np.array(self.fixture.at) + self.at[:, :, 3]
        self._nearest = np.arange(min(NEAREST, len(feet)))

    def stage(self) -> list[Prop | Veil]:
        return [Prop(self._levels, self.at.astype(np.float32))]

    def parts(self) -> list[Mesh]:
        return [join([placed(self.fixture.glow, pose[:, 3], pose[:, :3]) for pose in self.at])]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        on = dim_enough(air, tick) if self.switch == "auto" else self.switch == "on"
        rate = 1.0 if self.power < 0 else 1 - math.exp(-tick.dt_s / WARM_UP_S)
        self.power = max(self.power, 0.0) + (on - max(self.power, 0.0)) * rate
        rel = self.lights - tick.eye
        worth = np.linalg.norm(rel, axis=1) + 8.0 * np.maximum(-(rel @ tick.ahead), 0)
        self._nearest = np.sort(np.argsort(worth, kind="stable")[:NEAREST])
        return []

    def look(self) -> Look:
        poses = np.eye(3, 4, dtype=np.float32)[None]
        lit = self.power > 0.01
        lamps = tuple(self._lamp(self.lights[k]) for k in self._nearest) if lit else ()
        return Look(poses=poses, lamps=lamps, glow=max(self.power, DARK))

    def _lamp(self, at: np.ndarray) -> Lamp:
        r, g, b = warm(KELVIN).tolist()
        x, y, z = at.tolist()
        return Lamp((x, y - 0.1, z), (r, g, b), self.candela * self.power, self.reach_m)

    def where(self) -> np.ndarray:
        return np.asarray(self.lights[int(np.argmin(np.linalg.norm(self.lights - np.array(self.site.stand.target), axis=1)))])

    def act(self, what: str) -> bool:
        switches = {"on": "on", "off": "off", "out": "off", "light": "on"}
        self.switch = switches.get(what, self.switch)
        return what in switches
