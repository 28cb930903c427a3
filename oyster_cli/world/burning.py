"""What all fires have: a heat that follows what is wanted of it and the rain, a flicker, and cracks that are seen and heard."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.fire import Fire
from oyster_cli.state import draw
from oyster_cli.world.flicker import flicker
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

GOALS = {"out": 0.0, "off": 0.0, "on": 1.0, "light": 1.0, "more": 1.35, "less": 0.5}


class Burning(Thing):
    """Heat 0 (out) .. 1.35, flicker about 1, time, and sparks: rows of place xyz, velocity xyz, age s, life s."""

    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("sound", "heat", "goal", "flicker", "time_s", "sparks")
    cracks_per_s: ClassVar[float]
    crack: ClassVar[tuple[float, float, float]]  # energy of a middling crack, spread (natural logarithm), of the greatest
    slow_s: ClassVar[float]  # how long the heat takes to follow
    drowned: ClassVar[tuple[float, float]]  # rain in mm/h that would put it out, and the share it can take at most

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.sound = Fire()
        self.heat = self.goal = 1.0
        self.flicker = 1.0
        self.time_s = 0.0
        self.sparks = np.zeros((0, 8))
        self._lean = np.zeros(2)
        self._dry: np.ndarray = np.zeros(0, np.float32)

    def _burn(self, rain_mm_h: float, tick: Tick) -> np.random.Generator:
        """Heat and flicker of this frame; returns the luck for the rest of it."""
        enough, most = self.drowned
        rain = min(rain_mm_h / enough, most)
        self.heat += (self.goal * (1.0 - rain) - self.heat) * (1 - math.exp(-tick.dt_s / self.slow_s))
        self.time_s = tick.time_s + tick.dt_s
        rng = draw(self.seed, self.name, "burn", tick.frame)
        self.flicker = flicker(self.time_s, float(rng.normal()))
        return rng

    def _cracks(self, rng: np.random.Generator, tick: Tick) -> list[tuple[int, float]]:
        """Sample within the frame and energy of each."""
        middling, spread, most = self.crack
        count = rng.poisson(self.cracks_per_s * self.heat * tick.dt_s)
        offsets = sorted(int(v) for v in rng.integers(tick.samples, size=count))
        return [(offset, float(min(middling * math.exp(spread * rng.normal()), most))) for offset in offsets]

    def _pops(self, cracks: list[tuple[int, float]], at: np.ndarray, tick: Tick) -> list[Happening]:
        place = tuple(float(v) for v in at)
        return [Happening(tick.first_sample + offset, "pop", place, {"energy": round(energy, 3)}) for offset, energy in cracks]

    def _fly(self, push: np.ndarray, drag_per_s: float, dt_s: float, new: np.ndarray, most: int) -> None:
        """Sparks under an acceleration and the drag of the air; new ones join them, the oldest go first."""
        old = self.sparks
        old[:, 3:6] += (push - drag_per_s * old[:, 3:6]) * dt_s
        old[:, :3] += old[:, 3:6] * dt_s
        old[:, 6] += dt_s
        self.sparks = np.concatenate([old[old[:, 6] < old[:, 7]], new])[-most:]

    def _left(self) -> np.ndarray:
        """How much of each spark's life is left, 0..1."""
        return np.asarray(np.clip(1 - self.sparks[:, 6] / np.maximum(self.sparks[:, 7], 1e-6), 0, 1))

    def act(self, what: str) -> bool:
        self.goal = GOALS.get(what, self.goal)
        return what in GOALS
