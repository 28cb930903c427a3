"""A campfire. Its heat is one number: flames rise with it, its light flickers with it, its lapping is its change.

Every crack throws embers from the same instant at which it is heard.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Flame, Lamp, Look, Prop, Splats, Veil
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.burning import Burning
from oyster_cli.world.shapes import campfire as shapes
from oyster_cli.world.shapes import deadwood
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Tick

HEAT_KW = 30.0
CLOSE = 1.7  # recorded nearer than the camera stands, as fires in films are
MAX_EMBERS = 260
EMBERS_A_CRACK = 7
FLAMES = 3
CANDELA = 190.0
LIGHT_M = 0.95  # the middle of its light, over the coals
WARM = (1.0, 0.44, 0.12)


class Campfire(Burning):
    """Stones, logs, flames, light, embers, smoke, sound."""

    kind: ClassVar[str] = "campfire"
    cracks_per_s, crack, slow_s, drowned = 5.0, (0.08, 1.1, 1.5), 0.9, (60.0, 0.6)

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.at = np.asarray(site.spots.get("campfire", self._ahead_of(site)), float)

    @staticmethod
    def _ahead_of(site: Site) -> np.ndarray:
        """Where no place is given: seven metres in front of the camera."""
        way = np.array(site.stand.target) - np.array(site.stand.eye)
        way[1] = 0
        at = np.array(site.stand.eye) + way / np.linalg.norm(way) * 7.0
        at[1] = site.ground.height_at(at[0], at[2])
        return at

    def stage(self) -> list[Prop | Veil]:
        here = np.eye(3, 4, dtype=np.float32)[None].copy()
        here[0, :, 3] = self.at
        props: list[Prop | Veil] = [Prop((shapes.hearth(self.seed),), here)]
        if "log" in self.site.spots:
            a, b = np.asarray(self.site.spots["log"], float)
            way = (b - a) / np.linalg.norm(b - a)
            lie = np.zeros((1, 3, 4), np.float32)
            length = float(np.linalg.norm(b - a))
            lie[0, :, 0], lie[0, :, 1] = way, (0, 1, 0)
            lie[0, :, 2] = np.cross(way, (0, 1, 0))
            lie[0, :, 3] = (a + b) / 2
            props.append(Prop((deadwood.log(self.seed, length, 0.17),), lie))
        return props

    def parts(self) -> list:
        return [shapes.embers(self.seed)]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        rng = self._burn(air.weather.rain_mm_h, tick)
        gust = air.gust_at(tuple(self.at)) * (0.3 if self.site.place == "forest" else 0.7)
        self._lean = np.array(air.wind_to) * min(gust * 0.09, 0.7)
        cracks = self._cracks(rng, tick)
        self._spark(rng, tick.dt_s, len(cracks))
        heat_kw = HEAT_KW * max(self.heat, 1e-4) * self.flicker
        self._dry = CLOSE * self.sound.step(rng, tick.samples, heat_kw, cracks)
        return self._pops(cracks, self.at + [0, 0.2, 0], tick)

    def _spark(self, rng: np.random.Generator, dt_s: float, cracks: int) -> None:
        """Embers rise in the hot air, wander, and die; a crack throws some at once."""
        old = self.sparks
        turn_s = 5.0 + 3.0 * np.sin(old[:, 7] * 40.0)  # each in an eddy of its own
        curl = np.stack(
            [
                np.sin(old[:, 6] * turn_s + old[:, 7] * 9) + 0.6 * np.sin(old[:, 1] * 2.1 + self.time_s * 1.7),
                0.5 * np.cos(old[:, 6] * turn_s * 0.8 + old[:, 7] * 23),
                np.cos(old[:, 6] * turn_s + old[:, 7] * 7) + 0.6 * np.cos(old[:, 1] * 1.9 - self.time_s * 1.3),
            ],
            1,
        )
        count = cracks * EMBERS_A_CRACK + int(rng.random() < 0.5 * self.heat)
        new = np.zeros((count, 8))
        new[:, :3] = self.at + np.stack(
            [rng.normal(size=count) * 0.16, 0.25 + 0.3 * rng.random(count), rng.normal(size=count) * 0.16], 1
        )
        new[:, 3:6] = np.stack([rng.normal(size=count) * 0.45, 1.2 + 1.9 * rng.random(count), rng.normal(size=count) * 0.45], 1)
        new[:, 7] = 0.6 + 2.4 * rng.random(count) ** 1.5
        self._fly(curl * 3.6 + [self._lean[0] * 4, 0.9, self._lean[1] * 4], 0.7, dt_s, new, MAX_EMBERS)

    def look(self) -> Look:
        here = np.eye(3, 4, dtype=np.float32)[None].copy()
        here[0, :, 3] = self.at
        power = self.heat * self.flicker
        flames = tuple(self._flame(k) for k in range(FLAMES)) if self.heat > 0.03 else ()
        rest = self.at + [0.0, LIGHT_M, 0.0]
        lamps = (Lamp(tuple(rest + self._dance()), WARM, CANDELA * power, 30.0, tuple(rest)),) if self.heat > 0.02 else ()
        return Look(poses=here, splats=(self._sparks(), self._smoke()), lamps=lamps, flames=flames, glow=0.15 + 0.65 * power)

    def _dance(self) -> np.ndarray:
        """How far the middle of the light is from where it rests: it leans with the wind and wanders with the tongues."""
        t = self.time_s
        wander = np.array([math.sin(7.1 * t + math.sin(2.3 * t)), 0.0, math.cos(5.9 * t + math.sin(3.1 * t))])
        return np.array([self._lean[0], 0.0, self._lean[1]]) + 0.05 * self.flicker * wander

    def _flame(self, k: int) -> Flame:
        angle = 2.4 * k + 0.5
        off = 0.13 * (k > 0)
        tall = (1.25 if k == 0 else 0.8) * (0.55 + 0.45 * self.heat) * (1 + 0.10 * (self.flicker - 1))
        at = self.at + [off * math.cos(angle), 0.06, off * math.sin(angle)]
        return Flame(tuple(at), tall, 0.66 if k == 0 else 0.5, min(self.heat, 1.3), (self._lean[0], self._lean[1]))

    def _sparks(self) -> Splats:
        left = self._left()
        colour = np.stack([np.ones(len(left)), 0.30 + 0.25 * left, 0.05 + 0.10 * left], 1) * (3.4 * left[:, None] ** 0.7 + 0.25)
        n = len(left)
        return Splats("streak", self.sparks[:, :3], self.sparks[:, 3:6], np.full(n, 0.0035), colour, np.full(n, 0.95),
                      lit=False)  # fmt: skip

    def _smoke(self) -> Splats:
        count, life = 46, 7.0
        luck = draw(self.seed, self.name, "smoke").random((count, 4))
        age = (self.time_s / life + luck[:, 0]) % 1.0
        seconds = age * life
        at = self.at + np.stack([(luck[:, 1] - 0.5) * 0.4 * (1 + 2 * age), 1.0 + seconds * 1.25, (luck[:, 2] - 0.5) * 0.4], 1)
        at[:, 0] += self._lean[0] * seconds * 2.2
        at[:, 2] += self._lean[1] * seconds * 2.2
        alpha = 0.045 * np.sin(np.pi * age) * (0.4 + 0.6 * min(self.heat, 1.0)) + 0.05 * max(0.0, 0.7 - self.heat) * np.sin(
            np.pi * age
        )
        return Splats("puff", at, np.zeros_like(at), 0.22 + 0.30 * seconds, np.full((count, 3), 0.45), alpha)

    def voices(self) -> list[Voice]:
        return [Voice(self.name, "fire", tuple(self.at + [0, 0.3, 0]), self._dry, size_m=0.6)]

    def where(self) -> np.ndarray:
        return self.at + [0.0, 0.55, 0.0]
