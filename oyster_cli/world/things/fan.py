"""Ventilators: the turn of the blades is one number, which is drawn and beats the air that is heard."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh, Prop, Veil
from oyster_cli.picture.mesh import turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.fan import BLADES, FULL_REV_S
from oyster_cli.sound.synth.fan import Fan as FanSound
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.rotor import disc
from oyster_cli.world.shapes.fan import CHORD_M, HIGH_M, HUB, RADIUS_M, blades, housing
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import spot_ahead, view_axes

UNITS, HEARD = 8, 3  # on the fronts of a street, and the nearest of them that are heard by themselves
HIGH_OVER_M = 2.75  # the pavement
LEGS_M = 0.35
SPOOL_S = 2.5
SEEN_M = 45.0  # beyond this its blades do not show
GOALS = {"on": 1.0, "start": 1.0, "go": 1.0, "off": 0.0, "stop": 0.0}


class Fan(Thing):
    """On the fronts of a street, nearest first; anywhere else one on legs. spin: share of full speed; turns (k,) so far."""

    kind: ClassVar[str] = "fan"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("sounds", "spin", "goal", "turns")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.posted = "lots" not in site.spots
        self.poses = self._posted() if self.posted else self._hung()
        rng = draw(seed, name, "motors")
        self.rev_s = FULL_REV_S * (1.0 + 0.035 * rng.standard_normal(len(self.poses)))  # each slips as its load lets it
        self.turns = rng.random(len(self.poses))
        self.sounds = [FanSound(0.2 + 0.1 * int(rng.integers(0, 9))) for _ in self.poses[:HEARD]]
        self.spin = self.goal = 1.0
        self._eye = np.array(site.stand.eye)
        self._dry: list[np.ndarray] = []

    def _posted(self) -> np.ndarray:
        """(1, 3, 4) on the ground before the camera, turned to it."""
        at = spot_ahead(self.site, 6.5, {"left": -2.2, "right": 2.2}.get(self.spec.side or "", 1.2))
        ahead, _ = view_axes(self.site.stand)
        yaw = math.degrees(math.atan2(-ahead[0], -ahead[2])) + 24.0
        return np.concatenate([turn("y", yaw - 90.0), (at + [0, HIGH_M / 2 + LEGS_M, 0])[:, None]], axis=1)[None]

    def _hung(self) -> np.ndarray:
        """(k, 3, 4) on the fronts along the street, near the edges of their houses."""
        x, z, width, _, _, yaw = np.asarray(self.site.spots["lots"], float).T
        eye = np.array(self.site.stand.eye)
        beside = np.abs(np.sin(yaw)) > 0.9  # fronts along the street
        out = np.stack([np.sin(yaw), np.zeros(len(x)), np.cos(yaw)], 1)
        at = np.stack([x, np.zeros(len(x)), z + 0.5 * width - 1.1], 1) + 0.02 * out
        at[:, 1] = self.site.ground.height_at(at[:, 0] + 0.5 * out[:, 0], at[:, 2]) + HIGH_OVER_M
        ahead = beside & (at[:, 2] > eye[2] + 2.0)
        nearest = np.flatnonzero(ahead)[np.argsort(np.linalg.norm(at[ahead] - eye, axis=1), kind="stable")][:UNITS]
        turns = np.stack([turn("y", math.degrees(yaw[k]) - 90.0) for k in nearest])
        return np.concatenate([turns, at[nearest][:, :, None]], axis=2)

    def stage(self) -> list[Prop | Veil]:
        return [Prop((housing(LEGS_M if self.posted else 0.0),), self.poses.astype(np.float32))]

    def parts(self) -> list[Mesh]:
        return [blades()] * len(self.poses)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002 they turn in any weather
        self._eye = tick.eye
        self.spin += float(np.clip(self.goal - self.spin, -tick.dt_s / SPOOL_S, tick.dt_s / SPOOL_S))
        before = self.turns
        self.turns = before + self.rev_s * self.spin * tick.dt_s
        rng = draw(self.seed, self.name, "air", tick.frame)
        self._dry = [
            sound.step(rng, tick.samples, (begin, end))
            for sound, begin, end in zip(self.sounds, before.tolist(), self.turns.tolist(), strict=False)
        ]
        self.turns = self.turns % 1.0
        return []

    def look(self) -> Look:
        hubs = self.poses.copy()
        hubs[:, :, 3] += self.poses[:, :, :3] @ HUB
        angle = math.tau * self.turns
        spun = np.zeros((len(hubs), 3, 3))
        spun[:, 0, 0] = 1.0
        spun[:, 1, 1] = spun[:, 2, 2] = np.cos(angle)
        spun[:, 1, 2], spun[:, 2, 1] = -np.sin(angle), np.sin(angle)
        hubs[:, :, :3] = hubs[:, :, :3] @ spun
        if self.spin < 0.12:  # slow blades are seen themselves, fast ones as what they sweep
            return Look(hubs.astype(np.float32))
        near = np.linalg.norm(hubs[:, :, 3] - self._eye, axis=1) < SEEN_M
        pace = math.tau * self.spin * self.rev_s
        swept = [disc(hubs[k], np.array([pace[k], 0, 0]), RADIUS_M, CHORD_M, 0.035, BLADES) for k in np.flatnonzero(near)]
        hubs[:, 1, 3] = -1e5
        return Look(hubs.astype(np.float32), tuple(swept))

    def voices(self) -> list[Voice]:
        return [Voice(f"{self.name} {k}", "effects", self._at(k), dry, size_m=0.6) for k, dry in enumerate(self._dry)]

    def _at(self, k: int) -> tuple[float, float, float]:
        x, y, z = (self.poses[k, :, :3] @ HUB + self.poses[k, :, 3]).tolist()
        return x, y, z

    def where(self) -> np.ndarray:
        return np.array(self._at(0))

    def act(self, what: str) -> bool:
        self.goal = GOALS.get(what, self.goal)
        return what in GOALS
