"""Crickets in the grass around the camera. The warmer, the faster (Dolbear); rain and cold silence them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.insects import Crickets as Chorus
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.birds import SILENT, SOUNDING

COUNT = 5
SOFT = 0.8  # of what they can: they are many, and not the subject


class Crickets(Thing):
    """Some crickets, each at its place in the undergrowth. Each chirp that begins is an event."""

    kind: ClassVar[str] = "cricket"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("chorus", "awake", "quiet")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        rng = draw(seed, name, "places")
        angle, far = rng.random(COUNT) * 2 * np.pi, 4.0 + 9.0 * rng.random(COUNT)
        x, z = site.stand.eye[0] + far * np.sin(angle), site.stand.eye[2] + far * np.cos(angle)
        self.places = np.stack([x, site.ground.height_at(x, z) + 0.15, z], 1)
        self.chorus = Chorus(COUNT)
        self.awake = 1.0
        self.quiet = False
        self._dry = np.zeros((COUNT, 0), np.float32)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        before, sings = self.awake, float(not self.quiet and air.weather.rain_mm_h < 1.0 and air.temperature_c > 5.0)
        self.awake += (sings - self.awake) * min(tick.dt_s / 0.4, 1.0)
        heard = self.chorus.step(tick.samples, max(air.temperature_c, 14.0))
        self._dry = (SOFT * heard * np.linspace(before, self.awake, tick.samples)).astype(np.float32)
        if self.awake < 0.1:
            return []
        return [
            Happening(tick.first_sample + offset, "chirp", tuple(float(v) for v in self.places[who]), {"cricket": who})
            for who, offset in self.chorus.begun
        ]

    def voices(self) -> list[Voice]:
        return [Voice(f"{self.name} {k}", "creatures", tuple(self.places[k]), self._dry[k]) for k in range(COUNT)]

    def act(self, what: str) -> bool:
        if what in SILENT + SOUNDING:
            self.quiet = what in SILENT
        return what in SILENT + SOUNDING
