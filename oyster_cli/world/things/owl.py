"""An owl in a tree: it hoots every dozen seconds, and turns its head to do so."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.birds import Singer
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

FIRST_S, EVERY_S = 1.2, 9.0


class Owl(Thing):
    """Sits on a perch of the site. Calls at instants that follow from the seed alone."""

    kind: ClassVar[str] = "owl"
    kept: ClassVar[tuple[str, ...]] = ("singer", "next_s", "told", "quiet")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        perches = np.asarray(site.spots.get("perches", np.zeros((0, 3))), float)
        self.at = perches[0] if len(perches) else np.array(site.stand.eye) + [-9.0, 7.0, 14.0]
        self.singer = Singer()
        self.next_s = FIRST_S
        self.told = self.quiet = False
        self._dry = np.zeros(0, np.float32)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        rng = draw(self.seed, self.name, "call", tick.frame)
        due = self.next_s < tick.time_s + tick.dt_s and not self.quiet and air.weather.rain_mm_h < 4.0
        calls: list[tuple[int, str]] = []
        if due or self.told:
            offset = 0 if self.told else int(np.clip((self.next_s - tick.time_s) * tick.rate_hz, 0, tick.samples - 1))
            calls = [(offset, "owl")]
            self.told = False
            self.next_s = tick.time_s + EVERY_S * float(rng.uniform(0.8, 1.5))
        self._dry = self.singer.step(rng, tick.samples, calls)
        return [Happening(tick.first_sample + offset, "hoot", tuple(float(v) for v in self.at)) for offset, _ in calls]

    def voices(self) -> list[Voice]:
        return [Voice(self.name, "creatures", tuple(self.at), self._dry)]

    def act(self, what: str) -> bool:
        if what in ("hoot", "call", "on"):
            self.told, self.quiet = True, False
            return True
        if what in ("off", "stop"):
            self.quiet = True
            return True
        return False
