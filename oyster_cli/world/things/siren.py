"""An emergency car: a van with a bar of blue lights, which flash as long as its siren is on."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import GLOW, METAL, Lamp, Look, Mesh, join
from oyster_cli.picture.mesh import boxes, facets
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.siren import Siren as SirenSound
from oyster_cli.sound.voice import Voice
from oyster_cli.world.air import Air
from oyster_cli.world.paint import PAINT
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Tick
from oyster_cli.world.things.car import Cars

WHITE = (0.62, 0.62, 0.60)
CRUISE_M_S = 15.5
FLASHES_PER_S = 2.2  # of each side, in turn
BLUE, CANDELA, REACH_M = (0.04, 0.16, 1.0), 260.0, 22.0
BAR = np.array([0.0, 2.02, 0.35])  # on the roof; there is another over the rear doors
REAR_M = 2.35  # behind it
OFF = 0.04  # what a blue glass gives back without its light
BY_DAY = 7.0  # so much brighter they flash in the sun than at night, where they would drown their own colour
BAND_M = ((0.962, 0.72), (0.945, 1.0))  # x and y of the lower and the upper edge of the squares along its flanks
BAND = ((0.03, 0.10, 0.42), (0.62, 0.52, 0.03))
MIXED = 0.45  # of nature's pressure, so that the street is heard beside it
YELP_M = 28.0  # so near a crossing it yelps
LAMP_M = 120.0
BEHIND = 0.35  # of its pressure is left behind the horn


class Siren(Cars):
    """It drives through red lights, and comes by again and again. siren: on or off. flash: how far into a pair of flashes."""

    kind: ClassVar[str] = "siren"
    kept: ClassVar[tuple[str, ...]] = (*Cars.kept, "wail", "siren", "flash")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec.model_copy(update={"count": 1, "side": spec.side or "right"}), site, seed)
        self.wail, self.siren, self.flash, self.lights = SirenSound(), True, 0.0, "on"
        self.cruise = np.full(len(self.cars), CRUISE_M_S)
        self.speed_m_s = self.cruise * self.goal
        self._call: np.ndarray | None = None
        self._glow = 1.0

    def _model(self, k: int) -> tuple[str, tuple[float, float, float] | None]:  # noqa: ARG002 there is one
        return "van", PAINT.get(self.spec.colour or "", WHITE)

    def _clear_m_s(self, time_s: float) -> np.ndarray:  # noqa: ARG002 it does not wait
        return np.full(len(self.cars), np.inf)

    def parts(self) -> list[Mesh | tuple[Mesh, ...]]:
        bars = (BAR, BAR - [0.0, 0.0, REAR_M])
        feet = [boxes(at - [0.62, 0.07, 0.12], at + [0.62, -0.01, 0.12], (0.03, 0.03, 0.03), METAL) for at in bars]
        lens = [
            join([boxes(at + [x, 0.0, -0.10], at + [x + 0.52, 0.17, 0.10], (0.9, 4.0, 26.0), GLOW) for at in bars])
            for x in (-0.58, 0.06)
        ]
        return [*super().parts(), join([*feet, *_bands()]), *lens] if self.cars else []

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        happened = super().advance(air, tick)
        if not self.cars:
            return happened
        self.flash = (self.flash + FLASHES_PER_S * tick.dt_s) % 1.0 if self.siren else 0.0
        self._glow = BY_DAY + (1.0 - BY_DAY) * tick.night
        self._call = self.wail.step(tick.samples, self._aimed() if self.siren else 0.0, self._hurries())
        return happened

    def _aimed(self) -> float:
        """Share of its pressure that goes to the ear: a horn throws it ahead."""
        to_ear = self._eye - self._frames[0, :, 3]
        ahead = float(to_ear @ self._frames[0, :, 2]) / max(float(np.linalg.norm(to_ear)), 1.0)
        return BEHIND + (1.0 - BEHIND) * (0.5 + 0.5 * ahead)

    def _hurries(self) -> bool:
        crossing = self.site.spots.get("crossing")
        at = self._frames[0, :, 3]
        return crossing is not None and math.dist(at[[0, 2]], np.asarray(crossing)[[0, 2]]) < YELP_M

    def look(self) -> Look:
        look = super().look()
        if look.poses is None:
            return look
        bar = np.repeat(self._frames[:1], 3, axis=0).astype(np.float32)
        shines = [self.siren and self._shines(side) for side in (0, 1)]
        lamps = tuple(self._lamp(side) for side, on in enumerate(shines) if on)
        near = float(np.linalg.norm(self._frames[0, :, 3] - self._eye)) < LAMP_M
        glow = np.concatenate([np.ones(len(look.poses) + 1), np.where(shines, self._glow, OFF)])
        return Look(np.concatenate([look.poses, bar]), look.splats, look.lamps + (lamps if near else ()), glow=glow)

    def _shines(self, side: int) -> bool:
        """Two quick flashes of one side, then two of the other."""
        part = (2.0 * self.flash - side) % 2.0
        return part < 0.35 or 0.5 <= part < 0.85

    def _lamp(self, side: int) -> Lamp:
        at = self._frames[0, :, :3] @ (BAR + [(-0.32, 0.32)[side], 0.35, 0.0]) + self._frames[0, :, 3]
        return Lamp((float(at[0]), float(at[1]), float(at[2])), BLUE, CANDELA, REACH_M)

    def voices(self) -> list[Voice]:
        if self._call is None:
            return []
        at = self._frames[0, :, :3] @ BAR + self._frames[0, :, 3]
        place = (float(at[0]), float(at[1]), float(at[2]))
        return [*super().voices(), Voice(f"{self.name} call", "vehicles", place, np.float32(MIXED) * self._call, size_m=1.0)]

    def act(self, what: str) -> bool:
        if what in ("on", "start", "off", "stop"):
            self.siren = what in ("on", "start")
            return True
        return super().act(what)


def _bands() -> list[Mesh]:
    """Blue and yellow squares along both flanks."""
    (low_x, low_y), (high_x, high_y) = BAND_M
    z = np.linspace(-1.9, 1.6, 8)
    right = np.array([
        [(low_x, low_y, a), (high_x, high_y, a), (high_x, high_y, b), (low_x, low_y, b)] for a, b in pairwise(z.tolist())
    ])  # fmt: skip
    left = right[:, ::-1] * [-1.0, 1.0, 1.0]
    return [facets(side[k::2], BAND[k], METAL) for side in (right, left) for k in (0, 1)]
