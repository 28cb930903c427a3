"""Cicadas in the crowns by day: the warm shimmer over a jungle. They fall silent in rain, in the cold and at night."""

from __future__ import annotations

from typing import ClassVar

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.insects import Cicadas as Song
from oyster_cli.world.air import Air
from oyster_cli.world.chorus import Chorus
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Tick


class Cicadas(Chorus):
    """Some cicadas, each on its own trunk."""

    kind: ClassVar[str] = "cicada"
    count, near_m, deep_m, low_m, high_m, falls_silent_s = 6, 9.0, 26.0, 2.0, 9.0, 0.8

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.chorus = Song(self.count)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        sings = air.weather.rain_mm_h < 1.0 and air.temperature_c > 12.0 and tick.night < 0.6
        self._sing(tick, self.chorus.step(tick.samples), sings)
        return []
