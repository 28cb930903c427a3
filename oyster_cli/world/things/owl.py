"""An owl in a tree that hoots every dozen seconds, and another, far off and unseen, that answers."""

from __future__ import annotations

import math
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
ANSWER_S = (4.5, 7.5)  # after the first begins
FAR_M = np.array([-38.0, 4.0, 30.0])  # from one to the other


class Owl(Thing):
    """Sits on a perch of the site. Calls at instants that follow from the seed alone."""

    kind: ClassVar[str] = "owl"
    kept: ClassVar[tuple[str, ...]] = ("singer", "other", "next_s", "answer_s", "told", "quiet")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        perches = np.asarray(site.spots.get("perches", np.zeros((0, 3))), float)
        self.at = perches[0] if len(perches) else np.array(site.stand.eye) + [-9.0, 7.0, 14.0]
        self.singer, self.other = Singer(), Singer()
        self.next_s, self.answer_s = FIRST_S, math.inf
        self.told = self.quiet = False
        self._dry = self._far = np.zeros(0, np.float32)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        rng = draw(self.seed, self.name, "call", tick.frame)
        due = self.next_s < tick.time_s + tick.dt_s and not self.quiet and air.weather.rain_mm_h < 4.0
        calls: list[tuple[int, str]] = []
        if due or self.told:
            offset = 0 if self.told else int(np.clip((self.next_s - tick.time_s) * tick.rate_hz, 0, tick.samples - 1))
            calls = [(offset, "owl")]
            self.told = False
            self.next_s = tick.time_s + EVERY_S * float(rng.uniform(0.8, 1.5))
            self.answer_s = tick.time_s + float(rng.uniform(*ANSWER_S))
        answers = []
        if self.answer_s < tick.time_s + tick.dt_s:
            answers, self.answer_s = [(0, "owl")], math.inf
        self._dry = self.singer.step(rng, tick.samples, calls)
        self._far = self.other.step(rng, tick.samples, answers)
        hoots = [(offset, self.at) for offset, _ in calls] + [(offset, self.at + FAR_M) for offset, _ in answers]
        return [Happening(tick.first_sample + offset, "hoot", tuple(at.tolist())) for offset, at in hoots]

    def voices(self) -> list[Voice]:
        return [
            Voice(self.name, "creatures", tuple(self.at), self._dry),
            Voice(f"{self.name} far", "creatures", tuple(self.at + FAR_M), self._far),
        ]

    def act(self, what: str) -> bool:
        if what in ("hoot", "call", "on"):
            self.told, self.quiet = True, False
            return True
        if what in ("off", "stop"):
            self.quiet = True
            return True
        return False
