"""Bees and butterflies over the flowers near the camera: seen as specks in the light, the bees heard where they are."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Splats
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.insects import Bees
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import spot_ahead

BEES, BUTTERFLIES = 3, 14
SOFT = np.float32(0.2)  # of what they are: they are not the subject
FLOWERS = ("buttercup", "daisy", "knapweed", "flower")
BUTTERFLY_RGB = np.array([[0.85, 0.83, 0.74], [0.80, 0.70, 0.18], [0.66, 0.27, 0.05], [0.36, 0.44, 0.72]])
BLOWN_AWAY_M_S = 9.0  # in more wind than this none flies


class Insects(Thing):
    """Each about a flower of its own. In rain, cold, wind or the dark they are gone."""

    kind: ClassVar[str] = "insect"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("bees",)

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        rng = draw(seed, name, "homes")
        self.homes = self._homes(rng)
        self.luck = rng.random((BEES + BUTTERFLIES, 4))
        self.bees = Bees(BEES)
        self.at, self.out = self._places(0.0), False
        self._time_s = 0.0
        self._dry: np.ndarray = np.zeros((BEES, 0), np.float32)

    def _homes(self, rng: np.random.Generator) -> np.ndarray:
        """(n, 3) over flowers near the stand; where there are none, ahead of it."""
        eye = np.array(self.site.stand.eye)
        blooming = [scatter for scatter in self.site.scatters if scatter.kind in FLOWERS]
        heads = [each.at + np.array([0.0, 1.0, 0.0]) * each.height_m[:, None] for each in blooming]
        if not heads or sum(map(len, heads)) < BEES + BUTTERFLIES:
            return spot_ahead(self.site, 6.0) + [0.0, 0.8, 0.0] + rng.normal(0, 1.5, (BEES + BUTTERFLIES, 3)) * [1, 0.1, 1]
        flowers = np.concatenate(heads)
        near = flowers[np.argsort(np.linalg.norm(flowers - eye, axis=1), kind="stable")]
        bees = near[rng.choice(min(30, len(near)), BEES, replace=False)]
        return np.concatenate([bees, near[rng.choice(min(600, len(near)), BUTTERFLIES, replace=False)]])

    def _places(self, time_s: float) -> np.ndarray:
        """(n, 3) each on its own way about its flower; butterflies dance wider."""
        turn = math.tau * self.luck
        wide = np.where(np.arange(len(self.luck)) < BEES, 0.5, 1.1)[:, None]
        t = time_s * (0.7 + 0.8 * self.luck[:, :1])
        sway = np.sin(t * [1.0, 2.3, 1.3] + turn[:, :3]) + 0.35 * np.sin(t * [4.1, 6.7, 3.7] + turn[:, 1:])
        return np.asarray(self.homes + wide * sway * [1.0, 0.28, 1.0] + [0.0, 0.25, 0.0] * wide)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        dry = air.weather.rain_mm_h < 0.5 and air.weather.wind_m_s < BLOWN_AWAY_M_S
        self.out = dry and tick.night < 0.1 and air.temperature_c > 8.0
        self._time_s = tick.time_s + tick.dt_s
        before, self.at = self._places(tick.time_s), self._places(self._time_s)
        climb = (self.at - before)[:BEES, 1] / tick.dt_s
        self._dry = self.bees.step(tick.samples, (1.0 + 0.4 * climb) * float(self.out))
        return []

    def look(self) -> Look:
        if not self.out:
            return Look()
        n = BEES + BUTTERFLIES
        open_ = np.abs(np.sin(self._time_s * 29.0 * (0.8 + 0.4 * self.luck[:, 0]) + 9.0 * self.luck[:, 1]))
        bee = np.arange(n) < BEES
        colour = np.where(bee[:, None], [0.06, 0.045, 0.02], BUTTERFLY_RGB[np.arange(n) % len(BUTTERFLY_RGB)])
        radius = np.where(bee, 0.009, 0.010 + 0.017 * open_)
        return Look(splats=(Splats("dot", self.at, np.zeros((n, 3)), radius, colour, np.full(n, 0.9)),))

    def voices(self) -> list[Voice]:
        return [Voice(f"{self.name} {k}", "creatures", tuple(self.at[k]), SOFT * self._dry[k], size_m=0.7) for k in range(BEES)]
