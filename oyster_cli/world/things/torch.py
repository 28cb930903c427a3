"""A burning torch. Its heat flickers: by that number the flame stands, the rock around is lit, and the fire flutters.

Every crack throws a spark from the same instant at which it is heard.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Flame, Lamp, Look, Mesh, Prop, Splats, Veil
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.burning import Burning
from oyster_cli.world.shapes import torch as shapes
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Tick
from oyster_cli.world.track import spot_ahead

HEAT_KW = 2.5
CLOSE = 0.9  # recorded nearer than the camera stands, as fires in films are
SPARKS_A_CRACK, MOST_SPARKS = 4, 60
CANDELA, REACH_M = 75.0, 40.0
WARM = (1.0, 0.55, 0.23)
RETURNED, RETURNED_M = 0.09, 1.1  # of its light that a roof gives back, and from how far above
MOTES, MOTES_M = 110, np.array([5.0, 3.0, 5.0])  # dust that its light finds, and the box it hangs in


class Torch(Burning):
    """Stave, flame, light, sparks, smoke and the dust about it, and its flutter."""

    kind: ClassVar[str] = "torch"
    cracks_per_s, crack, slow_s, drowned = 1.6, (0.03, 1.0, 0.5), 0.5, (40.0, 0.7)

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        side_m = {"left": -1.6, "right": 1.6}.get(spec.side or "", -0.9)
        self.at = np.asarray(site.spots["torch"] if "torch" in site.spots else spot_ahead(site, 5.5, side_m), float)
        self.tip = self.at + shapes.HEAD
        self._motes = draw(seed, name, "motes").random((MOTES, 4))

    def _here(self) -> np.ndarray:
        here = np.eye(3, 4, dtype=np.float32)[None].copy()
        here[0, :, 3] = self.at
        return here

    def stage(self) -> list[Prop | Veil]:
        return [Prop((shapes.torch(self.seed),), self._here())]

    def parts(self) -> list[Mesh]:
        return [shapes.coals(self.seed)]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        rng = self._burn(air.weather.rain_mm_h, tick)
        gust = air.gust_at(tuple(self.at))
        t = self.time_s
        wander = np.array([math.sin(1.7 * t + math.sin(0.9 * t)), math.cos(1.3 * t + math.sin(1.1 * t))]) * 0.035
        self._lean = np.array(air.wind_to) * min(gust * 0.05, 0.35) + wander * self.flicker
        cracks = self._cracks(rng, tick)
        self._spark(rng, tick.dt_s, len(cracks))
        self._dry = CLOSE * self.sound.step(rng, tick.samples, HEAT_KW * max(self.heat, 1e-4) * self.flicker, cracks)
        return self._pops(cracks, self.tip, tick)

    def _spark(self, rng: np.random.Generator, dt_s: float, cracks: int) -> None:
        """Sparks rise with the hot air at first, slow down and fall."""
        count = cracks * SPARKS_A_CRACK
        new = np.zeros((count, 8))
        new[:, :3] = self.tip + rng.normal(0, 0.03, (count, 3))
        new[:, 3:6] = rng.normal(0, 0.5, (count, 3)) + [0.0, 1.5, 0.0]
        new[:, 7] = rng.uniform(0.4, 1.2, count)
        self._fly(np.array([0.0, -2.5, 0.0]), 1.2, dt_s, new, MOST_SPARKS)

    def look(self) -> Look:
        power = self.heat * self.flicker
        burns = self.heat > 0.02
        return Look(
            poses=self._here(), splats=(self._sparks(), self._dust(), self._smoke()), glow=0.15 + 0.9 * power,
            flames=self._flames() if burns else (), lamps=self._lamps(power) if burns else (),
        )  # fmt: skip

    def _flames(self) -> tuple[Flame, ...]:
        lean = (float(self._lean[0]), float(self._lean[1]))
        tall = 0.72 * (0.5 + 0.5 * self.heat) * (0.85 + 0.15 * self.flicker)
        foot = self.tip - [0.012, 0.10, 0.0]
        return (Flame(tuple(foot), tall, 0.36, min(self.heat, 1.3), lean),
                Flame(tuple(foot + [0.02, 0.01, 0.01]), 0.62 * tall, 0.24, min(self.heat, 1.3), lean))  # fmt: skip

    def _lamps(self, power: float) -> tuple[Lamp, ...]:
        at = self.tip + [self._lean[0], 0.22, self._lean[1]]
        lamp = Lamp(tuple(at), WARM, CANDELA * power, REACH_M, tuple(self.tip + [0.0, 0.22, 0.0]))
        if self.site.roof is None:
            return (lamp,)
        return lamp, Lamp(tuple(at + [0.0, RETURNED_M, 0.0]), (1.0, 0.50, 0.20), RETURNED * CANDELA * power, REACH_M)

    def _sparks(self) -> Splats:
        left = self._left()
        colour = np.stack([np.ones(len(left)), 0.32 + 0.25 * left, 0.06 + 0.1 * left], 1) * (3.0 * left[:, None] ** 0.7 + 0.2)
        n = len(left)
        return Splats("streak", self.sparks[:, :3], self.sparks[:, 3:6], np.full(n, 0.0025), colour, np.full(n, 0.9), lit=False)

    def _dust(self) -> Splats:
        """Motes that hang in the air and show where the light is strong."""
        drift = np.stack([np.sin(self.time_s * 0.13 + 40 * self._motes[:, 3]), 0.12 * self.time_s + 0 * self._motes[:, 3],
                          np.cos(self.time_s * 0.11 + 30 * self._motes[:, 3])], 1) * 0.35  # fmt: skip
        at = self.tip + (self._motes[:, :3] * MOTES_M + drift) % MOTES_M - MOTES_M * [0.5, 0.4, 0.5]
        near = np.exp(-np.linalg.norm(at - self.tip, axis=1) / 1.2)
        return Splats("dot", at, np.zeros_like(at), np.full(MOTES, 0.004), np.full((MOTES, 3), 0.8), 0.5 * near)

    def _smoke(self) -> Splats:
        count, life = 16, 3.2
        luck = draw(self.seed, self.name, "smoke").random((count, 3))
        seconds = (self.time_s / life + luck[:, 0]) % 1.0 * life
        at = self.tip + np.stack([(luck[:, 1] - 0.5) * 0.12 + self._lean[0] * seconds, 0.45 + 0.7 * seconds,
                                  (luck[:, 2] - 0.5) * 0.12 + self._lean[1] * seconds], 1)  # fmt: skip
        alpha = 0.045 * np.sin(np.pi * seconds / life) * min(self.heat, 1.0)
        return Splats("puff", at, np.zeros_like(at), 0.10 + 0.14 * seconds, np.full((count, 3), 0.3), alpha)

    def voices(self) -> list[Voice]:
        return [Voice(self.name, "fire", tuple(self.tip), self._dry, size_m=0.4)]

    def where(self) -> np.ndarray:
        return self.tip + [0.0, 0.15, 0.0]
