"""Crows and ravens: some circle over the place, some sit on its perches and bow to every caw."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.picture.mesh import pose, turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.bird import bird
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Tick
from oyster_cli.world.things.birds import Gulls

PERCH_M = (6.0, 60.0)  # from the camera: on perches within this some sit
CAW_PA = 0.5  # root mean square at 1 m at which a bow is deepest
BOW_DEG, RISES_S = 24.0, 0.08


class Crows(Gulls):
    """The first ones sit where the place has perches, up to half of them; the rest fly. Wet and dark silence them."""

    kind: ClassVar[str] = "crow"
    kept: ClassVar[tuple[str, ...]] = (*Gulls.kept, "bow")
    songs: ClassVar[tuple[str, ...]] = ("crow", "crow", "raven")
    span_m: ClassVar[float] = 0.95
    size: ClassVar[int] = 5
    pause_s: ClassVar[float] = 5.0
    mixed: ClassVar[float] = 0.55
    far_m: ClassVar[tuple[float, float]] = (60.0, 140.0)
    far_high_m: ClassVar[float] = 9.0
    far_pause_s: ClassVar[float] = 4.0
    climb: ClassVar[tuple[float, float]] = (0.10, 0.20)

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.bow = np.zeros(self.sitting)

    def _perches(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Middles of the circles; the first `sitting` are perches before the camera instead."""
        perches = np.asarray(self.site.spots.get("perches", np.zeros((0, 3))), float)
        to, ahead = perches - np.array(self.site.stand.eye), np.subtract(self.site.stand.target, self.site.stand.eye)
        away = np.linalg.norm(to, axis=1)
        seen = perches[(to @ ahead > 0.85 * away * np.linalg.norm(ahead)) & (away > PERCH_M[0]) & (away < PERCH_M[1])]
        self.sitting = min(count // 2, len(seen))
        flying = super()._perches(rng, count)
        flying[: self.sitting] = seen[rng.permutation(len(seen))[: self.sitting]]
        return flying

    def _fly(self, time_s: float) -> None:
        super()._fly(time_s)
        self.places[: self.sitting] = self.middle[: self.sitting]
        self._effort = np.clip(0.7 + 0.4 * np.sin(0.5 * time_s + 5.0 * self.phase), 0.0, 0.9)  # they row, and seldom glide

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        happened = super().advance(air, tick)
        loud = np.array([np.sqrt(np.mean(dry**2)) for dry in self._dry[: self.sitting]])
        self.bow = self.bow + (np.minimum(loud / CAW_PA, 1.0) - self.bow) * (1 - math.exp(-tick.dt_s / RISES_S))
        return happened

    def parts(self) -> list[Mesh]:
        return bird("crow", self.span_m) * len(self.places)

    def look(self) -> Look:
        poses = super().look().poses
        assert poses is not None
        for k in range(self.sitting):
            body = turn("y", math.degrees(self.phase[k])) @ turn("x", BOW_DEG * self.bow[k] - 28.0)
            at = self.places[k] + [0.0, 0.09 * self.span_m, 0.0]
            poses[3 * k] = pose(body, at)
            for wing, side in ((1, -1), (2, 1)):  # folded along the back
                folded = turn("y", 76.0 * side) @ turn("z", 8.0 * side) * [0.62, 1.0, 0.8]
                poses[3 * k + wing] = pose(body @ folded, at + body @ np.array([0.036 * side, 0.022, 0.06]) * self.span_m)
        return Look(poses=poses)
