"""Bubbles that seep out of the sand and rise in wobbling columns. Each rings as it leaves, at the tone of its own radius."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import PLAIN, Look, Mesh, Splats
from oyster_cli.picture.mesh import surface
from oyster_cli.picture.ripples import surge_m
from oyster_cli.picture.stage import Stage
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.bubbles import damping_per_s, minnaert_hz
from oyster_cli.sound.synth.impacts import Impact, Impacts
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.shoal import Shoal
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

PUFF_S = 0.7  # a vent puffs about so often
MOST, APART_S, LASTS = 40, 0.04, 4  # bubbles of one puff; seconds between them; in so many more puffs the last has left
RISE_M_S = 0.42
RINGS = 190  # the nearest are drawn as rings of light, the others as dots
SIDES = 9
RADIUS_M, SPREAD = 0.0034, 0.35  # of a middling bubble; natural units
GREAT, GREAT_M = 0.12, (0.007, 0.022)  # share of the great ones that one sees from afar, and their radii
FIZZ, FIZZ_M = 0.6, (0.00022, 0.0009)  # share of the tiny ones, torn off with the others, and their radii
PEAK_PA = 0.15  # at 1 m of any: surface tension sets them ringing, and presses the more the smaller they are (2 sigma / r)
LONGEST_S = 40.0


class Bubbles(Thing):
    """The vents of the site. A puff follows from its number, so that all that rises follows from the time."""

    kind: ClassVar[str] = "bubbles"
    kept: ClassVar[tuple[str, ...]] = ("time_s", "wind_m_s", "rings")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.vents = np.asarray(site.spots["vents"], float)
        self.top = float(site.surface_m or 0.0)
        self.time_s, self.wind_m_s = 0.0, 0.0
        self.rings = [Impacts() for _ in self.vents]
        self.shoal = Shoal(_ring(), RINGS, 40.0)
        self._puff = lru_cache(maxsize=256)(self._drawn)
        self._dry: list[np.ndarray] = []
        self._eye, self._at, self._radius = np.zeros(3), np.zeros((0, 3)), np.zeros(0)

    def build(self, stage: Stage) -> None:
        self.shoal.build(stage)

    def _drawn(self, vent: int, number: int) -> np.ndarray:
        """A puff's bubbles (n, 6): second of leaving, radius m, and four random numbers -1 … 1."""
        rng = draw(self.seed, self.name, vent, number)
        n = int(rng.integers(3, MOST + 1))
        left = (number + 0.6 * rng.random()) * PUFF_S + np.cumsum(rng.exponential(APART_S, n))
        luck, within = rng.random((2, n))
        radius = RADIUS_M * np.exp(SPREAD * rng.standard_normal(n))
        radius = np.where(luck < FIZZ, FIZZ_M[0] * (FIZZ_M[1] / FIZZ_M[0]) ** within, radius)
        radius = np.where(luck > 1 - GREAT, GREAT_M[0] + (GREAT_M[1] - GREAT_M[0]) * within**2, radius)
        return np.column_stack([left, radius, rng.uniform(-1, 1, (n, 4))])

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        begun, self.time_s, self.wind_m_s = tick.time_s, tick.time_s + tick.dt_s, air.weather.wind_m_s
        self._eye = tick.eye
        happened, self._dry = [], []
        for vent, ring in enumerate(self.rings):
            last = math.floor(self.time_s / PUFF_S)
            recent = np.concatenate([self._puff(vent, number) for number in range(last - LASTS, last + 1)])
            impacts = []
            for left_s, radius in recent[(recent[:, 0] >= begun) & (recent[:, 0] < self.time_s), :2]:
                offset = min(int((left_s - begun) * tick.rate_hz), tick.samples - 1)
                peak = PEAK_PA * min(2 * RADIUS_M / radius, 1.0) ** 2  # great ones leave out of shape: the less do they ring
                impacts.append(Impact(offset, float(minnaert_hz(radius)), float(damping_per_s(radius)), peak, rise=0.05))
                at = tuple(float(v) for v in self.vents[vent])
                happened.append(Happening(tick.first_sample + offset, "pop", at, {"radius_mm": round(1e3 * float(radius), 2)}))
            rng = draw(self.seed, self.name, "ring", vent, tick.frame)
            self._dry.append(ring.step(rng, tick.samples, impacts))
        self._at, self._radius = self.rising()
        return happened

    def rising(self) -> tuple[np.ndarray, np.ndarray]:
        """Bubbles under way now, nearest to the eye first: (n, 3) and radius (n,)."""
        last = math.floor(self.time_s / PUFF_S)
        puffs = [(vent, self._puff(vent, number)) for vent in range(len(self.vents))
                 for number in range(last - int(LONGEST_S / PUFF_S), last + 1)]  # fmt: skip
        foot = np.concatenate([np.tile(self.vents[vent], (len(puff), 1)) for vent, puff in puffs])
        left, radius, a, b, c, d = np.concatenate([puff for _, puff in puffs]).T
        age = self.time_s - left
        speed = RISE_M_S * (0.75 + 9.0 * radius)  # the larger is the faster
        up = age * speed
        wide = 0.04 + 0.025 * up
        swing = (5.0 + 2.0 * d) * age + 6.0 * a
        at = foot + np.stack([wide * a + 0.03 * np.cos(swing), up, wide * b + 0.03 * np.sin(swing)], 1)
        drifted = surge_m(self.time_s, self.wind_m_s) - surge_m(left, self.wind_m_s)
        at[:, 0] += 0.8 * drifted
        at[:, 2] += 0.6 * drifted
        alive = (age > 0) & (at[:, 1] < self.top)
        near = np.argsort(np.linalg.norm(at[alive] - self._eye, axis=1), kind="stable")
        return at[alive][near], radius[alive][near] * (1 + 0.05 * c[alive][near])

    def move(self, stage: Stage) -> None:
        """Rings that face the eye, wobbling; what is left over of them lies under the ground."""
        n = min(len(self._at), RINGS)
        at, radius = self._at[:n], self._radius[:n]
        back = self._eye - at
        back /= np.maximum(np.linalg.norm(back, axis=1, keepdims=True), 1e-6)
        side = np.cross([0.0, 1.0, 0.0], back)
        side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
        up = np.cross(back, side)
        wobble = 0.22 * np.sin(9.0 * self.time_s + 40.0 * radius * 1e2)
        shape = self.shoal.mesh.points
        flat = 1.0 + np.stack([wobble, -wobble], 1) + np.array([0.16, -0.16]) * np.clip(radius / 0.02, 0, 1)[:, None]
        points = np.full((RINGS, len(shape), 3), -50.0)
        points[:n] = at[:, None] + radius[:, None, None] * (
            side[:, None] * (shape[:, :1] * flat[:, None, :1]) + up[:, None] * (shape[:, 1:2] * flat[:, None, 1:])
        )
        self.shoal.set(stage, points, np.broadcast_to(self.shoal.mesh.normals, points.shape), self.vents.mean(0))

    def look(self) -> Look:
        at, radius = self._at, self._radius
        n = len(at)
        glint = Splats("dot", at + np.array([0.0, 0.4, 0.0]) * radius[:, None], np.zeros((n, 3)), 0.45 * radius,
                       np.full((n, 3), 0.95), np.full(n, 0.8))  # fmt: skip
        return Look(splats=(glint,))

    def voices(self) -> list[Voice]:
        return [Voice(f"{self.name} {k}", "water", tuple(vent), dry, size_m=0.3)
                for k, (vent, dry) in enumerate(zip(self.vents, self._dry, strict=True))]  # fmt: skip

    def where(self) -> np.ndarray:
        return self.vents[0] + [0.0, 1.0, 0.0]


def _ring() -> Mesh:
    """A bright ring of radius 1 in x and y, broadest and brightest on top where it mirrors the surface."""
    turn = np.arange(SIDES) * (math.tau / SIDES) + math.pi / 2
    rim = np.stack([np.cos(turn), np.sin(turn), 0 * turn], 1)
    inner = rim * (0.86 - 0.16 * np.clip(np.sin(turn), -0.5, 1))[:, None]
    k = np.arange(SIDES)
    n = (k + 1) % SIDES
    triangles = np.concatenate([np.stack([k, n, k + SIDES], 1), np.stack([n, n + SIDES, k + SIDES], 1)])
    tone = 0.45 + 0.5 * np.clip(0.3 + np.sin(turn), 0, 1)
    colour = np.tile(tone, 2)[:, None] * np.array([0.9, 0.97, 1.0])
    return surface(np.concatenate([rim, inner]), triangles, colour, PLAIN, np.tile([0.0, 1.0, 0.0], (2 * SIDES, 1)))
