"""Cicadas in the crowns by day: the warm shimmer over a jungle. They fall silent in rain, in the cold and at night."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.insects import Cicadas as Chorus
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.birds import SILENT, SOUNDING

COUNT = 6


class Cicadas(Thing):
    """Some cicadas, each on its own trunk."""

    kind: ClassVar[str] = "cicada"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("chorus", "awake", "quiet")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        rng = draw(seed, name, "places")
        angle, far = rng.random(COUNT) * math.tau, 9.0 + 26.0 * rng.random(COUNT)
        x, z = site.stand.eye[0] + far * np.sin(angle), site.stand.eye[2] + far * np.cos(angle)
        self.places = np.stack([x, site.ground.height_at(x, z) + 2.0 + 9.0 * rng.random(COUNT), z], 1)
        self.chorus = Chorus(COUNT)
        self.awake = 1.0
        self.quiet = False
        self._dry = np.zeros((COUNT, 0), np.float32)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        sings = not self.quiet and air.weather.rain_mm_h < 1.0 and air.temperature_c > 12.0 and tick.night < 0.6
        before = self.awake
        self.awake += (float(sings) - self.awake) * min(tick.dt_s / 0.8, 1.0)
        self._dry = (self.chorus.step(tick.samples) * np.linspace(before, self.awake, tick.samples)).astype(np.float32)
        return []

    def voices(self) -> list[Voice]:
        return [Voice(f"{self.name} {k}", "creatures", tuple(self.places[k]), self._dry[k]) for k in range(COUNT)]

    def act(self, what: str) -> bool:
        if what in SILENT + SOUNDING:
            self.quiet = what in SILENT
        return what in SILENT + SOUNDING
