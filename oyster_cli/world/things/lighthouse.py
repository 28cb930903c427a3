"""A lighthouse: its lamp turns, its beams stand in the fog, and it flashes as one of them meets the eye."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Lamp, Look, Mesh, Prop, Splats, Veil
from oyster_cli.script.models import ThingSpec
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.harbour import lighthouse
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.lamps import dim_enough

HEIGHT_M = 13.0
LAMP_M = 11.05  # how high the lamp is
TURN_S = 7.0  # for once around; two beams go out from it
BEGIN_RAD = 1.9
BEAM_M, MARKS = 46.0, 44
SHARP_RAD = 0.16
TINT = (1.0, 0.80, 0.50)
CANDELA, REACH_M = 5200.0, 60.0
CLEAR_M, THICK_M = 4000.0, 150.0  # beams show where one sees no farther


def shown(air: Air) -> float:
    """How much of a lamp's light the air itself shows: 0 when it is clear, 1 in thick fog."""
    return float(np.clip(math.log(CLEAR_M / air.weather.visibility_m) / math.log(CLEAR_M / THICK_M), 0.0, 1.0))


class Lighthouse(Thing):
    """angle: where the lamp points, radians. switch: auto, on or off."""

    kind: ClassVar[str] = "lighthouse"
    kept: ClassVar[tuple[str, ...]] = ("angle", "power", "switch", "facing", "fog")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.foot = np.asarray(site.spots["lighthouse"], float)
        self.lamp = self.foot + [0.0, LAMP_M, 0.0]
        self.body, self.light = lighthouse(HEIGHT_M)
        self.angle, self.power, self.switch = BEGIN_RAD, 0.0, "auto"
        self.facing, self.fog = 0.0, 0.0  # how straight a beam looks into the lens, and how much of it the air shows

    def stage(self) -> list[Prop | Veil]:
        return [Prop((self.body,), self._pose()[None])]

    def parts(self) -> list[Mesh]:
        return [self.light]

    def _pose(self) -> np.ndarray:
        return np.concatenate([np.eye(3), self.foot[:, None]], 1).astype(np.float32)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        on = dim_enough(air, tick) or air.weather.visibility_m < 2500.0 if self.switch == "auto" else self.switch == "on"
        self.power = float(on)
        self.angle = (self.angle + math.tau * tick.dt_s / TURN_S) % math.tau
        to_eye = tick.eye - self.lamp
        off = math.remainder(self.angle - math.atan2(to_eye[0], to_eye[2]), math.pi)  # of the nearer of the two beams
        self.facing = math.exp(-((off / SHARP_RAD) ** 2))
        self.fog = max(shown(air), 0.08 * tick.night)
        return []

    def look(self) -> Look:
        poses = self._pose()[None]
        if not self.power:
            return Look(poses=poses, glow=0.01)
        x, y, z = self.lamp.tolist()
        lamp = Lamp((x, y, z), TINT, CANDELA * (0.6 + 0.4 * self.facing), REACH_M)
        return Look(poses=poses, lamps=(lamp,), splats=(self._beams(), self._halo()), glow=1.5 + 2.0 * self.facing)

    def _beams(self) -> Splats:
        """Two shafts of lit air, wider and fainter on their way out."""
        reach = BEAM_M * (np.arange(MARKS) + 0.5) / MARKS
        way = np.array([math.sin(self.angle), 0.0, math.cos(self.angle)])
        at = np.concatenate([self.lamp + reach[:, None] * way, self.lamp - reach[:, None] * way])
        bright = np.tile(np.exp(-reach / (0.42 * BEAM_M)), 2) * (0.5 + 0.5 * self.facing)
        colour = np.array(TINT) * bright[:, None]
        radius = np.tile(0.5 + 0.045 * reach, 2)
        return Splats("dot", at, 0 * at, radius, colour, np.full(2 * MARKS, 1.1 * self.fog), lit=False)

    def _halo(self) -> Splats:
        """The glow of the air around the lamp, wide in fog; the flash of a beam that meets the eye."""
        radius = np.array([0.5, 1.0, 1.9, 3.2, 5.0])
        strength = np.array([5.0, 3.0, 1.8, 1.0, 0.6]) * (0.5 + 1.2 * self.facing)
        at = np.repeat(self.lamp[None], len(radius), axis=0)
        return Splats("dot", at, 0 * at, radius, np.array(TINT) * strength[:, None],
                      np.full(len(radius), 0.25 + 0.75 * self.fog), lit=False)  # fmt: skip

    def where(self) -> np.ndarray:
        return self.lamp

    def act(self, what: str) -> bool:
        switches = {"on": "on", "off": "off", "out": "off", "light": "on"}
        self.switch = switches.get(what, self.switch)
        return what in switches
