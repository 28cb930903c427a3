"""Fish in schools: each swims its own way around a middle that follows a curve. Where they are follows from the time alone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from oyster_cli.picture.stage import Stage
from oyster_cli.script.models import ThingSpec
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.sealife import fish
from oyster_cli.world.shoal import Shoal, turned
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick


@dataclass(frozen=True)
class School:
    """kind; how many; length of each, m; middle of its curve (x, y, z); the curve's half axes, m; seconds for once around;
    how far they keep apart (x, y, z), m; how fast each moves about its place; beats of the tail a second."""

    kind: str
    count: int
    long_m: float
    middle: tuple[float, float, float]
    around: tuple[float, float, float]
    round_s: float
    spread: tuple[float, float, float]
    restless: float
    beat_hz: float


SCHOOLS = (
    School("fusilier", 40, 0.34, (2.5, 3.6, 12.0), (7.0, 0.6, 3.0), 58.0, (1.9, 0.6, 1.0), 0.35, 2.4),
    School("chromis", 32, 0.14, (3.4, 2.6, 9.6), (0.5, 0.3, 0.4), 15.0, (1.5, 0.75, 1.3), 0.9, 3.4),
    School("anthias", 32, 0.15, (-2.6, 2.9, 7.4), (0.6, 0.2, 0.7), 19.0, (1.5, 0.7, 1.8), 0.9, 3.2),
    School("tang", 9, 0.26, (0.2, 1.5, 6.0), (2.4, 0.3, 1.3), 55.0, (0.9, 0.25, 0.8), 0.3, 1.8),
)
AHEAD_S = 0.12  # how far a fish looks along its own way


class Fish(Thing):
    """The schools of the reef. They carry nothing from frame to frame but the time."""

    kind: ClassVar[str] = "fish"
    kept: ClassVar[tuple[str, ...]] = ("time_s",)

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.time_s = 0.0
        self.luck = [draw(seed, name, school.kind).uniform(-1, 1, (school.count, 10)) for school in SCHOOLS]
        self.shoals = [Shoal(fish(each.kind), each.count, 3.0 * max(each.spread) + 1.0) for each in SCHOOLS]

    def build(self, stage: Stage) -> None:
        for shoal in self.shoals:
            shoal.build(stage)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002
        self.time_s = tick.time_s + tick.dt_s
        return []

    def move(self, stage: Stage) -> None:
        for school, luck, shoal in zip(SCHOOLS, self.luck, self.shoals, strict=True):
            at, ahead = self.places(school, luck, self.time_s)
            mesh = shoal.mesh
            bent = _bent(mesh.points, school, luck, self.time_s) * (school.long_m * (1 + 0.18 * luck[:, 9]))[:, None, None]
            roll = 0.25 * np.sin(1.7 * self.time_s + 9.0 * luck[:, 8])
            normals = turned(np.broadcast_to(mesh.normals, bent.shape), ahead, roll)
            shoal.set(stage, at[:, None] + turned(bent, ahead, roll), normals, at.mean(0))

    def places(self, school: School, luck: np.ndarray, time_s: float) -> tuple[np.ndarray, np.ndarray]:
        """Where the fish of a school are, (n, 3), and the way each looks, (n, 3) unit."""
        now, then = (_at(school, luck, time_s + late) for late in (0.0, AHEAD_S))
        way = then - now
        floor = self.site.ground.height_at(now[:, 0], now[:, 2]) + 0.6 * school.long_m + 0.1
        now[:, 1] = np.maximum(now[:, 1], floor)
        way[:, 1] *= 0.5
        return now, way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-6)


def _at(school: School, luck: np.ndarray, time_s: float) -> np.ndarray:
    turn = math.tau * (time_s / school.round_s) + 0.10 * luck[:, 6]
    middle = np.array(school.middle) + np.array(school.around) * np.stack([-np.cos(turn), np.sin(2 * turn), np.sin(turn)], 1)
    own = school.restless * (0.8 + 0.3 * luck[:, 3:6]) * time_s + 8.0 * luck[:, [7, 8, 9]]
    about = luck[:, :3] + 0.35 * np.sin(own) + 0.12 * np.sin(2.7 * own + 1.0)
    return middle + np.array(school.spread) * about


def _bent(points: np.ndarray, school: School, luck: np.ndarray, time_s: float) -> np.ndarray:
    """(n, m, 3) points of every fish, a wave running down its body, wider toward the tail."""
    phase = math.tau * school.beat_hz * (1 + 0.15 * luck[:, 5]) * time_s + 9.0 * luck[:, 4]
    back = 0.5 - points[:, 2]
    aside = 0.10 * back**2 * np.sin(phase[:, None] - 4.0 * back)
    out = np.broadcast_to(points, (len(luck), *points.shape)).copy()
    out[..., 0] += aside
    return out
