"""Wind as it is heard: at the ears, and whistling over ridges. The same gusts bend the trees."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.wind import Howl
from oyster_cli.sound.synth.wind import Wind as WindSound
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

SHELTER = {
    "forest": 0.35,
    "street": 0.45,
    "meadow": 0.42,
    "canyon": 0.6,
    "river": 0.6,
    "coast": 0.4,
    "desert": 0.8,
    "pass": 1.0,
}  # share of the wind at the ears
SIDES = ((0.96, 0.0, 0.28), (-0.96, 0.0, 0.28))
EDGES_M = (0.005, 0.009, 0.016)  # what whistles: twigs, posts, edges of rock
HOWLS = ("pass", "coast")


class Wind(Thing):
    """Two decorrelated rushes, one at each side of the head, and on open heights a howl ahead."""

    kind: ClassVar[str] = "wind"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("ears", "howl")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.ears = WindSound(len(SIDES))
        self.howl = Howl(EDGES_M)
        self._voices: list[Voice] = []

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        share = SHELTER.get(self.site.place, 0.7)
        mean = air.weather.wind_m_s * share
        gust = air.gust(tick.eye + 0.5 * np.array(SIDES)) * share
        heard = self.ears.step(draw(self.seed, self.name, "ears", tick.frame), tick.samples, gust, mean) * math.sqrt(0.5)
        self._voices = [Voice(f"{self.name} {k}", "weather", side, heard[k], bed=True) for k, side in enumerate(SIDES)]
        if self.site.place in HOWLS:
            dry = self.howl.step(
                draw(self.seed, self.name, "howl", tick.frame), tick.samples, air.gust_at(tuple(tick.eye)) * share
            )
            self._voices.append(Voice(f"{self.name} howl", "weather", (0.0, 0.34, 0.94), dry * 0.7, bed=True))
        return []

    def voices(self) -> list[Voice]:
        return self._voices
