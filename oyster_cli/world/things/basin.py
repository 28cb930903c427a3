"""The water of a harbour: small waves behind a breakwater. What is drawn rises at the walls, and laps there as it rises."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.lap import Lap
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.chop import chop, wave_height_m
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Tick
from oyster_cli.world.things.sea import Sea


class Basin(Sea):
    """Sheltered water: it rides lower and shorter than the sea, never breaks, and laps at walls and piles."""

    kind: ClassVar[str] = "basin"
    kept: ClassVar[tuple[str, ...]] = ("time_s", "wind_m_s", "level", "lap")
    stride: ClassVar[int] = 8  # its waves are too low to show on an edge: shading carries them

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.chop = chop(seed)
        self.wind_m_s = 0.0
        self.lap = Lap(len(self.rocks))

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.time_s, self.wind_m_s = tick.time_s + tick.dt_s, air.weather.wind_m_s
        self.height_m = wave_height_m(self.wind_m_s)
        level = self.chop.level(self.time_s, self.wind_m_s, self.rocks[:, 0], self.rocks[:, 2])
        rise = (level - self.level) / tick.dt_s if self.level.any() else np.zeros(len(level))
        self.level = level
        heard = self.lap.step(draw(self.seed, self.name, "lap", tick.frame), tick.samples, rise)
        self._voices = [
            Voice(f"{self.name} {k}", "water", tuple(spot), dry, size_m=2.5)
            for k, (spot, dry) in enumerate(zip(self.rocks, heard, strict=True))
        ]
        return []

    def look(self) -> Look:
        self._surface, self._moved = self.chop.at(self.time_s, self.wind_m_s)
        return Look(swell=self._surface.numpy())
