"""Many small singers about the camera that fall silent together, in rain or cold or when they are told to."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Thing, Tick
from oyster_cli.world.things.birds import SILENT, SOUNDING


class Chorus(Thing):
    """Places around the camera and how awake they are. A subclass makes the song and says when it is sung."""

    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("chorus", "awake", "quiet")
    count: ClassVar[int]
    near_m: ClassVar[float]  # from the camera
    deep_m: ClassVar[float]  # and how much farther the farthest is
    low_m: ClassVar[float]  # above the ground
    high_m: ClassVar[float] = 0.0  # and how much higher the highest is
    falls_silent_s: ClassVar[float]

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        rng = draw(seed, name, "places")
        angle, ranks = rng.random(self.count) * math.tau, np.arange(self.count)
        far = self.near_m + self.deep_m * (ranks + rng.random(self.count)) / self.count  # the first is always near
        x, z = site.stand.eye[0] + far * np.sin(angle), site.stand.eye[2] + far * np.cos(angle)
        up = self.low_m + self.high_m * rng.random(self.count)
        self.places = np.stack([x, site.ground.height_at(x, z) + up, z], 1)
        self.awake = 1.0
        self.quiet = False
        self._dry = np.zeros((self.count, 0), np.float32)

    def _sing(self, tick: Tick, song: np.ndarray, sings: bool) -> None:
        """What is heard of a song (count, samples): they fall silent, and begin again, by and by."""
        before = self.awake
        self.awake += (float(sings and not self.quiet) - self.awake) * min(tick.dt_s / self.falls_silent_s, 1.0)
        self._dry = (song * np.linspace(before, self.awake, tick.samples)).astype(np.float32)

    def voices(self) -> list[Voice]:
        return [Voice(f"{self.name} {k}", "creatures", tuple(self.places[k]), self._dry[k]) for k in range(self.count)]

    def act(self, what: str) -> bool:
        if what in SILENT + SOUNDING:
            self.quiet = what in SILENT
        return what in SILENT + SOUNDING
