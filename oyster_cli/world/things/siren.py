"""An emergency car: a van with a bar of blue lights, which flash as long as its siren is on."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import GLOW, METAL, Lamp, Look, Mesh
from oyster_cli.picture.mesh import boxes
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
BAR = np.array([0.0, 2.02, 0.35])  # on the roof
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

    def _model(self, k: int) -> tuple[str, tuple[float, float, float] | None]:  # noqa: ARG002 there is one
        return "van", PAINT.get(self.spec.colour or "", WHITE)

    def _clear_m_s(self, time_s: float) -> np.ndarray:  # noqa: ARG002 it does not wait
        return np.full(len(self.cars), np.inf)

    def parts(self) -> list[Mesh | tuple[Mesh, ...]]:
        foot = boxes(BAR - [0.62, 0.07, 0.12], BAR + [0.62, -0.01, 0.12], (0.03, 0.03, 0.03), METAL)
        lens = [boxes(BAR + [x, 0.0, -0.10], BAR + [x + 0.52, 0.13, 0.10], (0.9, 4.0, 26.0), GLOW) for x in (-0.58, 0.06)]
        return [*super().parts(), foot, *lens] if self.cars else []

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        happened = super().advance(air, tick)
        if not self.cars:
            return happened
        self.flash = (self.flash + FLASHES_PER_S * tick.dt_s) % 1.0 if self.siren else 0.0
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
        for side, on in enumerate(shines):
            bar[1 + side, 1, 3] += 0.0 if on else -1e5
        lamps = tuple(self._lamp(side) for side, on in enumerate(shines) if on)
        near = float(np.linalg.norm(self._frames[0, :, 3] - self._eye)) < LAMP_M
        return Look(np.concatenate([look.poses, bar]), look.splats, look.lamps + (lamps if near else ()), glow=1.0)

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
