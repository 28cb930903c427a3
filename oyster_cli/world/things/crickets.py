"""Crickets in the grass around the camera. The warmer, the faster (Dolbear); rain and cold silence them."""

from __future__ import annotations

from typing import ClassVar

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.insects import Crickets as Song
from oyster_cli.world.air import Air
from oyster_cli.world.chorus import Chorus
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Tick

SOFT = 0.8  # of what they can: they are many, and not the subject


class Crickets(Chorus):
    """Some crickets, each at its place in the undergrowth. Each chirp that begins is an event."""

    kind: ClassVar[str] = "cricket"
    count, near_m, deep_m, low_m, falls_silent_s = 5, 4.0, 9.0, 0.15, 0.4

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.chorus = Song(self.count)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        song = SOFT * self.chorus.step(tick.samples, max(air.temperature_c, 14.0))
        self._sing(tick, song, air.weather.rain_mm_h < 1.0 and air.temperature_c > 5.0)
        if self.awake < 0.1:
            return []
        return [
            Happening(tick.first_sample + offset, "chirp", tuple(float(v) for v in self.places[who]), {"cricket": who})
            for who, offset in self.chorus.begun
        ]
