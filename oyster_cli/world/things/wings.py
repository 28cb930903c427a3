"""Birds on the wing: larks that hang singing over a meadow, swallows that hunt low across it; heard where they are seen."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.picture.mesh import unit
from oyster_cli.script.models import ThingSpec
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.bird import bird, flap
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Tick
from oyster_cli.world.things.birds import Birds

AHEAD_S = 0.05  # a bird looks to where it will be
LEAVE_S, LEAVE_M = 5.0, 160.0  # when the weather turns or night falls they climb away
STORMY_M_S = 13.0


class Flyers(Birds):
    """Birds whose way through the air follows from the time, and from how far they have left (gone, 0 … 1; −1: not known yet).

    A subclass says where each is and how hard it beats its wings.
    """

    kept: ClassVar[tuple[str, ...]] = (*Birds.kept, "gone")
    songs_at: ClassVar[dict[str, tuple[str, ...]]] = {}
    mixed_at: ClassVar[dict[str, float]] = {}
    span_m: ClassVar[float] = 0.34
    beats_hz: ClassVar[float] = 8.0
    least: ClassVar[int] = 2
    far: ClassVar[int] = 0

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.count = len(self.singers)
        self.luck = draw(seed, name, "ways").random((self.count, 6))
        self.places, self.gone = self._at(0.0), -1.0
        self._poses = np.zeros((3 * self.count, 3, 4), np.float32)

    def _perches(self, rng: np.random.Generator, count: int) -> np.ndarray:  # noqa: ARG002 they have none
        return np.zeros((count, 3))

    def _at(self, time_s: float) -> np.ndarray:
        """(count, 3) where they are."""
        raise NotImplementedError

    def _strength(self, time_s: float) -> np.ndarray:
        """(count,) how hard they beat their wings; 0 glides."""
        raise NotImplementedError

    def parts(self) -> list[Mesh]:
        return bird("bird", self.span_m) * self.count

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        now, before = tick.time_s + tick.dt_s, self.gone
        foul = air.weather.rain_mm_h > 3.0 or air.weather.snow_mm_h > 0.5 or air.weather.wind_m_s > STORMY_M_S
        goal = float(foul or tick.night > 0.5)
        self.gone = goal if before < 0 else before + float(np.clip(goal - before, -tick.dt_s / LEAVE_S, tick.dt_s / LEAVE_S))
        climb = np.array([0.0, LEAVE_M * self.gone**2, 0.0])
        self.places = self._at(now) + climb
        climbing = 2 * LEAVE_M * self.gone * (self.gone - max(before, 0.0)) / tick.dt_s * AHEAD_S
        heading = unit(self._at(now + AHEAD_S) + climb + [0.0, climbing, 0.0] - self.places)
        strength = self._strength(now)
        right = unit(np.stack([heading[:, 2], np.zeros(self.count), -heading[:, 0]], 1))
        frames = np.stack([right, np.cross(heading, right), heading], 2)[:, None]
        wings = np.stack([flap(now * self.beats_hz + 7.3 * k, float(hard)) for k, hard in enumerate(strength)])
        wings[..., 3] *= self.span_m
        poses = frames @ wings
        poses[..., 3] += self.places[:, None]
        self._poses = poses.reshape(-1, 3, 4).astype(np.float32)
        if self.gone >= 1.0:
            self._poses[:, 1, 3] = -1e5
        return super().advance(air, tick)

    def _sings(self, air: Air, tick: Tick) -> bool:
        return super()._sings(air, tick) and self.gone < 0.5

    def look(self) -> Look:
        return Look(poses=self._poses)


class Larks(Flyers):
    """Skylarks, each hanging high over its own piece of the meadow, singing without a breath."""

    kind: ClassVar[str] = "skylark"
    songs: ClassVar[tuple[str, ...]] = ("skylark",)
    size: ClassVar[int] = 6
    pause_s: ClassVar[float] = 0.4
    mixed: ClassVar[float] = 0.2
    beats_hz: ClassVar[float] = 11.0

    def _rest(self, rng: np.random.Generator) -> float:
        return 3.4 + self.pause_s * float(rng.random())

    def _at(self, time_s: float) -> np.ndarray:
        luck, eye, target = self.luck, np.array(self.site.stand.eye), np.array(self.site.stand.target)
        middle = eye + (target - eye) * (0.75 + 0.5 * luck[:, :1]) + (luck[:, 1:4] - 0.5) * [70.0, 0.0, 30.0]
        t = time_s * 0.35 + 6.28 * luck[:, 4]
        high = 24.0 + 14.0 * luck[:, 5] + 1.5 * np.sin(0.8 * t)
        return middle + np.stack([3.5 * np.sin(t), high, 2.5 * np.cos(1.3 * t)], 1)

    def _strength(self, time_s: float) -> np.ndarray:
        return 0.75 + 0.2 * np.sin(1.7 * time_s + 6.28 * self.luck[:, 0])


class Swallows(Flyers):
    """Swallows on long loops around the oak, a few metres over the grass, beating and gliding by turns."""

    kind: ClassVar[str] = "swallow"
    songs: ClassVar[tuple[str, ...]] = ("swallow",)
    pause_s: ClassVar[float] = 7.0
    mixed: ClassVar[float] = 0.4
    least: ClassVar[int] = 4

    def _at(self, time_s: float) -> np.ndarray:
        luck, target = self.luck, np.array(self.site.stand.target)
        t = math.tau * luck[:, 0] + time_s * (0.30 + 0.10 * luck[:, 1])
        x = target[0] + (24.0 + 12.0 * luck[:, 2]) * np.sin(t) + 6.0 * np.sin(2.7 * t + 6.28 * luck[:, 3])
        z = target[2] - 8.0 + (17.0 + 10.0 * luck[:, 4]) * np.cos(t + 0.4) + 4.0 * np.sin(3.3 * t)
        over = 2.2 + 6.5 * luck[:, 5] + (1.6 + 4.0 * luck[:, 5]) * np.sin(1.9 * t + 6.28 * luck[:, 2])
        return np.stack([x, self.site.ground.height_at(x, z) + np.maximum(over, 0.9), z], 1)

    def _strength(self, time_s: float) -> np.ndarray:
        return np.clip(1.6 * np.sin(2.1 * time_s + 6.28 * self.luck[:, 0]), 0.05, 0.9)
