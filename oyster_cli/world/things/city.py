"""The town beyond the corner: traffic too far away to be told apart, busier by day."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.street import City as Traffic
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

STREAMS = 3
BY_NIGHT = 0.5  # of the traffic of the day
FALL_S = 0.4  # how fast it follows a cue


class City(Thing):
    """A bed from three directions. It has no look: what is seen of the town are its buildings."""

    kind: ClassVar[str] = "city"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("traffic", "busy", "share")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.traffic = Traffic(STREAMS)
        self.busy, self.share = -1.0, 1.0  # traffic now (below 0: not yet known); what a cue leaves of it
        self._voices: list[Voice] = []

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002 the far town minds no weather
        goal = max(self.share * (1.0 - (1.0 - BY_NIGHT) * tick.night), 1e-3)
        self.busy = goal if self.busy < 0 else self.busy + (goal - self.busy) * (1 - math.exp(-tick.dt_s / FALL_S))
        heard = self.traffic.step(draw(self.seed, self.name, "traffic", tick.frame), tick.samples, self.busy)
        self._voices = [self._from(k, heard[k]) for k in range(STREAMS)]
        return []

    def _from(self, k: int, dry: np.ndarray) -> Voice:
        angle = math.tau * (k + 0.5) / STREAMS
        return Voice(f"{self.name} {k}", "vehicles", (math.sin(angle) * 0.995, 0.1, math.cos(angle) * 0.995), dry, bed=True)

    def voices(self) -> list[Voice]:
        return self._voices

    def act(self, what: str) -> bool:
        shares = {"off": 0.0, "stop": 0.0, "on": 1.0, "start": 1.0, "more": self.share * 1.8, "less": self.share * 0.4}
        if what in shares:
            self.share = shares[what]
        return what in shares
