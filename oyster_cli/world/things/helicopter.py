"""A helicopter. Its rotor's turn is one number: it places the blades that are drawn and beats the air that is heard."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh, Splats
from oyster_cli.picture.mesh import turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.helicopter import TAIL_RATIO
from oyster_cli.sound.synth.helicopter import Helicopter as RotorSound
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.flight import course
from oyster_cli.world.paint import PAINT
from oyster_cli.world.rotor import disc
from oyster_cli.world.shapes.helicopter import (
    CHORD_M,
    HUB,
    RADIUS_M,
    SKID_M,
    TAIL_CHORD_M,
    TAIL_HUB,
    TAIL_RADIUS_M,
    helicopter,
)
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

REV_PER_S = 5.7  # of the main rotor: 11.4 blades a second
TOWARDS_M_S, ACROSS_M_S, LEAVE_M_S = 19.0, 28.0, 42.0
QUICKEN_M_S2, SINK_M_S, CLIMB_M_S = 3.2, 3.0, 6.0
SPOOL_S = 5.0  # in which the rotor runs down or up
ACROSS = ("enter", "pass", "cross")
MIXED = 0.60  # of nature's pressure, so that the place is heard beside it
SEEN_M, FAR_M = 1500.0, 2500.0
G_M_S2 = 9.81
WASH_M_S, WASH_REACH_M = 14.0, 45.0  # wind under the rotor, and how far down it is felt
GOALS = {
    **dict.fromkeys(("fly", "pass", "cross", "go", "start", "on", "enter", "take off"), "fly"),
    **dict.fromkeys(("hover", "stop"), "hover"), **dict.fromkeys(("land", "off"), "land"), "leave": "leave",
}  # fmt: skip


class Helicopter(Thing):
    """It flies a course before the camera, hovers, lands or leaves. goal: fly, hover, land or leave.

    gone_m along the course, and aside_m straight on since it left it; drop_m below the course; turns of the rotor since the
    shot began; spin, its share of full speed. pose: (3, 4) of its body.
    """

    kind: ClassVar[str] = "helicopter"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = (
        "sound", "goal", "gone_m", "aside_m", "drop_m", "speed_m_s", "turns", "spin", "tilt", "time_s", "gust_m_s", "pose",
    )  # fmt: skip

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.course = course(site, spec.side or "right", spec.action in ACROSS)
        self.cruise_m_s = ACROSS_M_S if spec.action in ACROSS else TOWARDS_M_S
        self.shape = helicopter(PAINT.get(spec.colour or ""))
        self.sound = RotorSound()
        self.goal = GOALS.get(spec.action or "fly", "fly")
        self.gone_m = -self.course.out_m if spec.action == "enter" else 0.0
        self.speed_m_s = self.cruise_m_s
        self.aside_m = self.drop_m = self.turns = self.time_s = 0.0
        self.spin = 1.0
        self.tilt = np.zeros(2)  # nose down and bank to the right, radians
        self._dry = np.zeros(0, np.float32)
        self.gust_m_s = 0.0
        self.pose = self._posed()
        self._eye = np.array(site.stand.eye)

    def parts(self) -> list[Mesh]:
        return self.shape.parts

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self._eye, before, flew = tick.eye, self.turns, self._over_m() > 0.01
        dt_s = tick.dt_s if tick.frame >= 0 else 0.0  # before the shot it waits on its mark; its rotor turns
        self._fly(dt_s)
        landed = self.goal == "land" and self._over_m() < 0.01
        self.spin = float(np.clip(self.spin + (-1 if landed else 1) * dt_s / SPOOL_S, 0.0, 1.0))
        self.turns += REV_PER_S * self.spin**1.5 * tick.dt_s
        self.time_s = tick.time_s + tick.dt_s
        self.gust_m_s = float(air.gust(self.pose[None, :, 3])[0])
        self.pose = self._posed()
        rng = draw(self.seed, self.name, "air", tick.frame)
        self._dry = self.sound.step(rng, tick.samples, (before, self.turns), 1.1 * self.spin**2.5, self._slap())
        self.turns %= 720.0  # whole turns, of gears and tail rotor too
        at = tuple(float(v) for v in self.pose[:, 3])
        return [Happening(tick.first_sample, "touchdown", at)] if landed and flew else []

    def _fly(self, dt_s: float) -> None:
        """Along the course, or off it, faster or slower, up or down; nose and bank follow."""
        aim = {"fly": self.cruise_m_s, "leave": LEAVE_M_S}.get(self.goal, 0.0)
        if self.drop_m > 1.0:
            aim = 0.0  # first up again
        pull = float(np.clip((aim - self.speed_m_s) * 0.8, -QUICKEN_M_S2, QUICKEN_M_S2))
        self.speed_m_s = max(self.speed_m_s + pull * dt_s, 0.0) if self._over_m() > 0.01 or self.drop_m == 0.0 else 0.0
        if self.goal == "leave":
            self.aside_m += self.speed_m_s * dt_s
        else:
            self.gone_m += self.speed_m_s * dt_s
        up_m_s = CLIMB_M_S if self.spin > 0.95 else 0.0  # not before the rotor has run up
        sink = SINK_M_S if self.goal == "land" and self.speed_m_s < 1.5 else -up_m_s
        self.drop_m = float(np.clip(self.drop_m + sink * dt_s, 0.0, self.drop_m + max(self._over_m(), 0.0)))
        bend = self.course.at(self.gone_m)[2] if self.aside_m == 0.0 else 0.0
        down = 0.10 * self.speed_m_s / TOWARDS_M_S + 0.7 * pull / G_M_S2
        wanted = np.array([down, math.atan(self.speed_m_s**2 * bend / G_M_S2)])
        self.tilt = self.tilt + (wanted * self._aloft() - self.tilt) * min(dt_s / 0.5, 1.0)

    def _over_m(self) -> float:
        """Metres of air under the skids; over water it counts from where it would hover."""
        x, y, z = self.course.at(self.gone_m)[0].tolist()
        floor = max(float(self.site.ground.height_at(x, z)), float(self.site.ground.water_at(x, z)) + 2.0)
        if self.site.sea_level_m is not None:
            floor = max(floor, self.site.sea_level_m + 3.0)
        return y - self.drop_m - SKID_M - floor

    def _aloft(self) -> float:
        """0 on the ground, 1 from a metre and a half over it."""
        return float(np.clip(self._over_m() / 1.5, 0.0, 1.0))

    def _posed(self) -> np.ndarray:
        """(3, 4) where it is and how it leans; a light sway in the air when it hovers."""
        at, heading, _ = self.course.at(self.gone_m)
        at = at + self.aside_m * np.array([math.sin(heading), 0.16, math.cos(heading)]) - [0.0, self.drop_m, 0.0]
        if self.aside_m > 0.0:  # over whatever hill is in the way
            at[1] = max(at[1], float(self.site.ground.height_at(at[0], at[2])) + 25.0)
        still = (0.7 + 0.12 * self.gust_m_s) * max(1.0 - self.speed_m_s / 8.0, 0.0) * self._aloft()
        sway = still * np.sin(np.array([0.9, 1.3, 0.7]) * self.time_s + [0.0, 1.0, 2.0])
        down, bank = self.tilt + [0.02 * sway[0], 0.025 * sway[1]]
        way = turn("y", math.degrees(heading + 0.03 * sway[2])) @ turn("x", math.degrees(down)) @ turn("z", -math.degrees(bank))
        return np.concatenate([way, (at + 0.35 * sway)[:, None]], axis=1)

    def _slap(self) -> float:
        """How hard the blades cut their own wake: with speed and bank, most towards the ear ahead of it and below."""
        to_ear = self._eye - self.pose[:, 3]
        ahead = float(to_ear @ self.pose[:, 2]) / max(float(np.linalg.norm(to_ear)), 1.0)
        work = 0.35 + 0.45 * min(self.speed_m_s / TOWARDS_M_S, 1.3) + 0.5 * abs(float(self.tilt[1]))
        return float(np.clip(work * (0.55 + 0.45 * ahead), 0.05, 1.2))

    def stirs(self, points: np.ndarray) -> np.ndarray | float:
        """What its rotor blows down: a column as wide as its disc that spreads over the ground and dies away with height."""
        if self._over_m() > WASH_REACH_M or self.spin < 0.3:
            return 0.0
        below = self.pose[:, 3] - points
        reach = np.clip(1.0 - below[:, 1] / WASH_REACH_M, 0.0, 1.0) * (below[:, 1] > -SKID_M)
        return np.asarray(
            WASH_M_S * self.spin * reach * np.exp(-((np.hypot(below[:, 0], below[:, 2]) / (2.2 * RADIUS_M)) ** 2))
        )

    def look(self) -> Look:
        frame = self.pose
        spun = math.degrees(math.tau * self.turns)
        hub = _mounted(frame, HUB, turn("y", -spun))
        tail = _mounted(frame, TAIL_HUB, turn("x", spun * TAIL_RATIO))
        solid = self.spin < 0.15  # slow blades are seen themselves, fast ones as what they sweep
        away = np.concatenate([np.eye(3), [[0.0], [-1e5], [0.0]]], axis=1)
        poses = np.stack([frame, hub, hub if solid else away, tail if solid else away]).astype(np.float32)
        if float(np.linalg.norm(frame[:, 3] - self._eye)) > FAR_M:
            poses = np.stack([away] * 4).astype(np.float32)
        return Look(poses, () if solid else self._swept(hub, tail))

    def _swept(self, hub: np.ndarray, tail: np.ndarray) -> tuple[Splats, ...]:
        pace = math.tau * REV_PER_S * self.spin**1.5
        return (
            disc(hub, np.array([0.0, -pace, 0.0]), RADIUS_M, CHORD_M, 0.036),
            disc(tail, np.array([pace * TAIL_RATIO, 0.0, 0.0]), TAIL_RADIUS_M, TAIL_CHORD_M, 0.03),
        )

    def voices(self) -> list[Voice]:
        x, y, z = (self.pose[:, :3] @ HUB + self.pose[:, 3]).tolist()
        return [Voice(self.name, "vehicles", (x, y, z), MIXED * self._dry, size_m=8.0)]

    def where(self) -> np.ndarray:
        return self.pose[:, 3].copy()

    def act(self, what: str) -> bool:
        if what not in GOALS:
            return False
        if GOALS[what] != "leave" and self.goal == "leave":
            self.gone_m, self.aside_m = -self.course.out_m, 0.0  # it has gone: it comes in again
        self.goal = GOALS[what]
        return True


def _mounted(frame: np.ndarray, hub: np.ndarray, spun: np.ndarray) -> np.ndarray:
    """(3, 4) pose of what turns about a hub of the body."""
    return np.concatenate([frame[:, :3] @ spun, (frame[:, :3] @ hub + frame[:, 3])[:, None]], axis=1)
