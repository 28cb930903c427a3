"""Crickets in the grass around the camera. The warmer, the faster (Dolbear); rain and cold silence them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.insects import Crickets as Song
from oyster_cli.sound.synth.insects import Throng
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.chorus import Chorus
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Tick

SOFT = 0.8  # of what they can: they are many, and not the subject
AROUND = ((0.94, 0.05, 0.34), (-0.94, 0.05, 0.34), (0.0, 0.05, -1.0))  # where the far ones are heard from
UNEVEN_C = 0.7  # by which it is warmer or colder for each, now and then


class Crickets(Chorus):
    """Some crickets, each at its place in the undergrowth, before a field full of them. Each chirp that begins is an event."""

    kind: ClassVar[str] = "cricket"
    kept: ClassVar[tuple[str, ...]] = (*Chorus.kept, "throng")
    count, near_m, deep_m, low_m, falls_silent_s = 6, 3.5, 30.0, 0.15, 0.4

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.chorus, self.throng = Song(self.count), Throng(len(AROUND))
        self.luck = draw(seed, name, "moods").random((4, self.count))
        self._field = np.zeros((len(AROUND), 0), np.float32)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        mood, before = self._mood(tick.time_s + tick.dt_s), self.awake
        song = SOFT * self.chorus.step(tick.samples, max(air.temperature_c, 14.0) + UNEVEN_C * mood)
        bout = np.clip(3.0 + 5.0 * np.stack([self._mood(tick.time_s), mood]), 0.0, 1.0)
        song *= np.linspace(*bout, tick.samples, axis=1)
        self._sing(tick, song, air.weather.rain_mm_h < 1.0 and air.temperature_c > 5.0)
        field = self.throng.step(draw(self.seed, self.name, "throng", tick.frame), tick.samples)
        self._field = (field * np.linspace(before, self.awake, tick.samples)).astype(np.float32)
        if self.awake < 0.1:
            return []
        return [
            Happening(tick.first_sample + offset, "chirp", tuple(float(v) for v in self.places[who]), {"cricket": who})
            for who, offset in self.chorus.begun if bout[1, who] > 0.1
        ]  # fmt: skip

    def _mood(self, time_s: float) -> np.ndarray:
        """(count,) from -1 to 1: how eager each is. Two slow sways that never meet again in the same way; in the dumps it
        rests."""
        slow, slower, first, second = self.luck
        sways = np.sin((0.25 + 0.2 * slow) * time_s + 6.28 * first) + np.sin((0.09 + 0.07 * slower) * time_s + 6.28 * second)
        return np.asarray(0.5 * sways)

    def voices(self) -> list[Voice]:
        far = [Voice(f"{self.name} far {k}", "creatures", way, self._field[k], bed=True) for k, way in enumerate(AROUND)]
        return super().voices() + far
