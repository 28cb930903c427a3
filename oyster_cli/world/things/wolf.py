"""A wolf that stands on a rise and howls, its head thrown up; others answer from far off, unseen."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.picture.mesh import turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.birds import Singer
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.places.frame import project
from oyster_cli.world.shapes.quadruped import WOLF, posed, stood, wolf
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

HEIGHT_M = 0.82
FIRST_S, EVERY_S = 1.2, (9.0, 16.0)
RAISES_S = 0.6  # before it howls it lifts its head
ANSWER_S = (1.5, 5.0)  # after it the others fall in, and again by themselves
FAR_M = ((95.0, 150.0), (-170.0, 90.0), (40.0, 240.0))  # to the right of the camera, and ahead
NEAR_M = {"near": 9.0, "mid": 16.0, "far": 40.0}
UP_DEG = (32.0, 27.0)  # by which neck and head go up for a howl


class Wolf(Thing):
    """next_s: when each howls next, the drawn one first. until_s: when its howl ends. up: how far its head is raised."""

    kind: ClassVar[str] = "wolf"
    kept: ClassVar[tuple[str, ...]] = ("singers", "next_s", "until_s", "up", "quiet")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.at = _rise(site, NEAR_M[spec.distance or "mid"], {"left": -1.0, "right": 1.0}.get(spec.side or "", 0.0))
        eye, ahead = np.array(site.stand.eye), np.array(site.stand.target) - np.array(site.stand.eye)
        yaw = math.atan2(ahead[0], ahead[2])
        x, z = np.array(FAR_M).T
        far = eye[[0, 2]] + np.stack([x * math.cos(yaw) + z * math.sin(yaw), z * math.cos(yaw) - x * math.sin(yaw)], 1)
        self.far = np.insert(far, 1, site.ground.height_at(far[:, 0], far[:, 1]) + 2.0, axis=1)
        self.heading_deg = math.degrees(yaw) + 62.0
        self.singers = [Singer() for _ in range(1 + len(self.far))]
        self.next_s = [FIRST_S, *(FIRST_S + 3.0 + 2.2 * k for k in range(len(self.far)))]
        self.until_s, self.up, self.quiet = 0.0, 0.0, False
        self._dry: list[np.ndarray] = []

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        sings, happened = not self.quiet and air.weather.rain_mm_h < 8.0, []
        self._dry = []
        for k, (singer, at) in enumerate(zip(self.singers, self._mouths(), strict=True)):
            rng, calls = draw(self.seed, self.name, "howl", k, tick.frame), []
            if self.next_s[k] < tick.time_s + tick.dt_s:
                offset = int(np.clip((self.next_s[k] - tick.time_s) * tick.rate_hz, 0, tick.samples - 1))
                self.next_s[k] = tick.time_s + float(rng.uniform(*EVERY_S))
                if sings:
                    calls = [(offset, "wolf")]
                    happened.append(Happening(tick.first_sample + offset, "howl", at, {"wolf": k}))
            self._dry.append(singer.step(rng, tick.samples, calls))
            if calls and k == 0:
                self.until_s = tick.time_s + (len(singer.tape.ahead) - singer.tape.played) / tick.rate_hz
                self.next_s[1:] = [min(due, tick.time_s + float(rng.uniform(*ANSWER_S))) for due in self.next_s[1:]]
        now = tick.time_s + tick.dt_s
        raised = float((sings and self.next_s[0] - RAISES_S < now) or now < self.until_s)
        self.up += (raised - self.up) * (1 - math.exp(-3.0 * tick.dt_s / RAISES_S))
        return happened

    def _mouths(self) -> list[tuple[float, ...]]:
        return [tuple(at) for at in np.concatenate([self.where()[None], self.far]).tolist()]

    def where(self) -> np.ndarray:
        return self.at + [0.0, 1.05 * HEIGHT_M, 0.0]

    def parts(self) -> list[Mesh]:
        return wolf(HEIGHT_M)

    def look(self) -> Look:
        world, feet = turn("y", self.heading_deg), stood(WOLF, HEIGHT_M)
        spots = self.at + np.insert(feet, 1, 0.0, axis=1) @ world.T
        under = self.site.ground.height_at(spots[:, 0], spots[:, 2]) - self.at[1]
        local = np.insert(feet, 1, under, axis=1)
        slope = math.degrees(math.atan2(float(under[[1, 3]].mean() - under[[0, 2]].mean()), 0.8 * HEIGHT_M))
        frames = posed(
            WOLF, HEIGHT_M, local, np.zeros(4), rise=float(under.mean()) / HEIGHT_M - 0.01, pitch_deg=0.8 * slope,
            neck_deg=UP_DEG[0] * self.up, head_deg=-34.0 + UP_DEG[1] * self.up, tail_deg=6.0 * self.up,
        )  # fmt: skip
        placed = np.concatenate([world @ frames[..., :3], world @ frames[..., 3:]], axis=2)
        placed[:, :, 3] += self.at
        return Look(poses=placed.astype(np.float32))

    def voices(self) -> list[Voice]:
        return [
            Voice(f"{self.name} {k}", "creatures", at, dry)
            for k, (at, dry) in enumerate(zip(self._mouths(), self._dry, strict=True))
        ]

    def act(self, what: str) -> bool:
        if what in ("howl", "call", "sing", "on", "start"):
            self.quiet, self.next_s[0] = False, 0.0
            return True
        if what in ("stop", "off", "silent", "quiet"):
            self.quiet = True
            return True
        return False


def _rise(site: Site, away_m: float, side: float) -> np.ndarray:
    """(3,) a dry spot in plain sight about so far off, as high as can be, clear of trees and stones."""
    eye, target = np.array(site.stand.eye, float), np.array(site.stand.target, float)
    yaw = math.atan2(*(target - eye)[[0, 2]])
    far, turned = np.meshgrid(away_m * np.linspace(0.6, 1.5, 12), np.radians(np.linspace(-22, 22, 23)))
    x, z = (eye[0] + far * np.sin(yaw + turned)).ravel(), (eye[2] + far * np.cos(yaw + turned)).ravel()
    at = np.stack([x, site.ground.height_at(x, z), z], 1)
    across, down, _ = project(site.stand, at + [0.0, HEIGHT_M, 0.0]).T
    wet = np.maximum(site.ground.water_at(x, z), -1e9 if site.sea_level_m is None else site.sea_level_m + 0.6) > at[:, 1] - 0.02
    feet = np.concatenate([np.full((1, 2), 1e6), *(each.at[each.height_m > 0.5][:, [0, 2]] for each in site.scatters)])
    room = np.array([np.hypot(*(feet - spot).T).min() for spot in at[:, [0, 2]]])
    hidden = site.ground.detour_m(at + [0.0, 0.5 * HEIGHT_M, 0.0], eye) > 0.0
    framed = np.abs(across - 0.5 - 0.17 * side) * 2.0 + 4.0 * np.maximum(down - 0.9, 0.0)
    bad = 20.0 * wet + 20.0 * hidden + 6.0 * np.clip(1.0 - room, 0.0, 1.0) + framed
    return np.asarray(at[int(np.argmin(bad - 3.0 * (at[:, 1] - eye[1]) / away_m))])
