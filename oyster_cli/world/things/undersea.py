"""The water itself, from inside: waves overhead, what drifts in it, the surge, and the crackle of the reef."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Splats
from oyster_cli.picture.ripples import Ripples, surge_m
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.impacts import Impact, Impacts
from oyster_cli.sound.synth.noise import BandNoise, at_level
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.boxed import boxed
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

BOX_M = np.array([11.0, 6.0, 11.0])  # of drifting specks, which wraps around and goes with the camera
SPECKS = 900
WAYS = ((0.7, -0.3, 0.65), (-0.7, -0.3, 0.65), (0.1, 0.95, -0.3))  # two sides of the surge, and the waves overhead
SURGE_DB = [1, 0, -2, 1, -3, -18, -36, -54, -70, -85]
ABOVE_DB = [-14, -9, -4, 0, 1, -9, -24, -40, -55, -70]
RAIN_DB = [-40, -34, -28, -20, -12, -6, -2, 0, 1, 2]
CRACKLERS, SNAPS_PER_S = 5, 7.0  # places in the reef where shrimps snap, and how often in each
SNAP_PA = 0.07  # at 1 m
TOLD_PA = 0.2  # snaps louder than this are events


class Undersea(Thing):
    """Waves, specks, surge and snapping shrimps. The waves that are seen overhead gather the light on the ground."""

    kind: ClassVar[str] = "undersea"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("time_s", "wind_m_s", "bed", "above", "rain", "snaps")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.ripples = Ripples(draw(seed, name, "waves"), (0.8, 0.6))
        self.time_s, self.wind_m_s = 0.0, 0.0
        self.bed, self.above, self.rain = BandNoise(2), BandNoise(1), BandNoise(1)
        self.homes = self._homes(site)
        self.snaps = [Impacts() for _ in self.homes]
        self._luck = draw(seed, name, "specks").random((SPECKS, 5))
        self._way = np.array([0.8, 0.6])
        self._voices: list[Voice] = []
        self._eye, self._ahead = np.array(site.stand.eye), np.array([0.0, 0.0, 1.0])

    def _homes(self, site: Site) -> np.ndarray:
        """(n, 3): corals on the reef, apart from each other, where shrimps live."""
        coral = np.concatenate(
            [scatter.at for scatter in site.scatters if scatter.kind in ("brain", "staghorn", "boulder coral")]
        )
        rng = draw(self.seed, self.name, "homes")
        chosen = coral[rng.permutation(len(coral))]
        near = chosen[np.linalg.norm(chosen - np.array(site.stand.eye), axis=1) < 22.0]
        return near[:CRACKLERS].astype(float) + [0.0, 0.2, 0.0]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.time_s, self.wind_m_s = tick.time_s + tick.dt_s, air.weather.wind_m_s
        self._eye, self._ahead, self._way = tick.eye, tick.ahead, np.array(air.wind_to)
        self._voices = self._water(air, tick)
        happened = []
        for k, (home, snap) in enumerate(zip(self.homes, self.snaps, strict=True)):
            rng = draw(self.seed, self.name, "snap", k, tick.frame)
            blows = [self._snap(rng, tick.samples) for _ in range(rng.poisson(SNAPS_PER_S * tick.dt_s))]
            at = (float(home[0]), float(home[1]), float(home[2]))
            happened += [Happening(tick.first_sample + blow.offset, "snap", at, {"peak_pa": round(blow.peak_pa, 2)})
                         for blow in blows if blow.peak_pa > TOLD_PA]  # fmt: skip
            self._voices.append(
                Voice(f"{self.name} snap {k}", "creatures", at, snap.step(rng, tick.samples, blows), size_m=1.0)
            )
        return happened

    def _snap(self, rng: np.random.Generator, samples: int) -> Impact:
        """A claw shuts and a bubble collapses: a click of a fraction of a millisecond."""
        peak = SNAP_PA * math.exp(0.8 * float(rng.standard_normal()) - 0.3)
        return Impact(
            int(rng.integers(samples)), float(rng.uniform(1500, 6000)), float(rng.uniform(2000, 6000)), peak, noise=0.45
        )

    def _water(self, air: Air, tick: Tick) -> list[Voice]:
        """The rumble of the surge as fast as it runs now, the waves overhead, and rain that beats on them."""
        dt = tick.dt_s
        run = abs(surge_m(self.time_s, self.wind_m_s) - surge_m(self.time_s - dt, self.wind_m_s)) / dt
        rng = draw(self.seed, self.name, "water", tick.frame)
        surge = self.bed.step(rng, tick.samples, at_level(SURGE_DB, 49.0 + 4.0 * min(run / 0.35, 1.6)))
        waves = self.above.step(rng, tick.samples, at_level(ABOVE_DB, 38.0 + 0.9 * min(self.wind_m_s, 20.0)))
        heard = [surge[0], surge[1], waves[0]]
        if air.weather.rain_mm_h > 0.02:
            heard[2] = (
                heard[2]
                + self.rain.step(rng, tick.samples, at_level(RAIN_DB, 44.0 + 6.0 * math.log2(1 + air.weather.rain_mm_h / 4)))[0]
            )
        return [Voice(f"{self.name} {k}", "water", tuple(np.array(way) / np.linalg.norm(way)), dry.astype(np.float32), bed=True)
                for k, (way, dry) in enumerate(zip(WAYS, heard, strict=True))]  # fmt: skip

    def look(self) -> Look:
        table = self.ripples.at(self.time_s + 30.0, self.wind_m_s)
        return Look(splats=(self._specks(),), swell=table.numpy())

    def _specks(self) -> Splats:
        """Marine snow: flakes that sink by millimetres and go to and fro with the surge."""
        moved = surge_m(self.time_s, self.wind_m_s) * np.array([self._way[0], 0.0, self._way[1]])
        own = 0.05 * np.sin(self.time_s * (0.4 + self._luck[:, 3:4]) + 6.0 * self._luck[:, :3])
        centre = self._eye + self._ahead * (BOX_M[2] * 0.42)
        at = self._luck[:, :3] * BOX_M + moved + own - [0.0, 0.012 * self.time_s, 0.0]
        at = boxed(at, centre, BOX_M)
        far = np.linalg.norm(at - self._eye, axis=1)
        radius = 0.0012 + 0.0035 * self._luck[:, 4] ** 3
        alpha = np.clip((far - 0.5) / 0.6, 0, 1) * np.clip((6.0 - far) / 2.5, 0, 1) * 0.55
        return Splats("dot", at, np.zeros_like(at), radius, np.full((SPECKS, 3), 0.75), alpha)

    def voices(self) -> list[Voice]:
        return self._voices
