"""A train. How far it has run decides where it is drawn, and when its axles beat on the joints of the rails, both drawn."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh, Prop, Veil
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.train import Diesel, Horn, Rolling
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.paint import PAINT
from oyster_cli.world.railway import railway
from oyster_cli.world.shapes import train as shape
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import Track

COACHES = 5
PAINTS = ((0.13, 0.018, 0.016), (0.02, 0.055, 0.035), (0.018, 0.03, 0.085))
APART_M = 0.75  # between two cars
CRUISE_M_S = 19.0
BRAKE_M_S2, QUICKEN_M_S2 = 0.9, 0.5
SOON_S = 2.4  # until its head is in the middle of the view
OUT_M = 95.0  # before that middle it comes in when it is called
MIXED = 0.6  # of nature's pressure, so that the place is heard beside it
HEARD_M = 450.0
SLEEPERS_M = 140.0  # along the line from the middle of the view: farther off none are seen
HIDDEN_M = -1e5


class Train(Thing):
    """An engine and coaches on a line across the view. gone_m: of the train's head along it; goal: 1 runs, 0 stands."""

    kind: ClassVar[str] = "train"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("rolling", "diesel", "horn", "gone_m", "speed_m_s", "goal")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        points = railway(site)
        self.line = Track(points[::-1] if spec.side == "right" else points)
        paint = PAINT.get(spec.colour or "", PAINTS[seed % len(PAINTS)])
        coach = shape.coach(paint)
        self.cars = [shape.engine(paint)] + [coach] * COACHES
        heads = np.cumsum([0.0] + [car.length_m + APART_M for car in self.cars[:-1]])
        self.middles_m = heads + [car.length_m / 2 for car in self.cars]  # of the cars, behind the train's head
        self.axles_m = self.middles_m[:, None] - np.array([car.axles for car in self.cars])  # (cars, 4)
        self.long_m = float(self.middles_m[-1] + self.cars[-1].length_m / 2)
        self.rolling, self.diesel, self.horn = Rolling(len(self.cars)), Diesel(), Horn()
        self.goal = 0.0 if spec.action == "stop" else 1.0
        self.speed_m_s = CRUISE_M_S * self.goal
        self.abeam_m = self.line.length_m / 2
        self.gone_m = self.abeam_m - (OUT_M if spec.action == "enter" else SOON_S * CRUISE_M_S)
        self.gone_m += 0.0 if self.goal else SOON_S * CRUISE_M_S + 0.4 * self.long_m
        self._frames = self._posed()
        self._dry = np.zeros((len(self.cars), 0), np.float32)
        self._eye = np.array(site.stand.eye)

    # look

    def stage(self) -> list[Prop | Veil]:
        points = self.line.points
        away = points[-1] - points[0]
        beside = np.array([away[2], 0.0, -away[0]]) / np.hypot(away[0], away[2])
        deep = []
        for side in (-1.0, 1.0):
            depth = np.full(len(points), 1.0)
            for _ in range(3):  # the foot lies where the slope meets the ground
                foot = points + beside * (side * (shape.TOP_M + 1.4 * depth))[:, None]
                depth = np.clip(points[:, 1] - self.site.ground.height_at(foot[:, 0], foot[:, 2]) + 0.4, 0.6, 40.0)
            deep.append(depth)
        near = np.arange(self.abeam_m - SLEEPERS_M, self.abeam_m + SLEEPERS_M, shape.SLEEPER_M)
        joints = np.arange(math.ceil(near[0] / shape.JOINT_M), near[-1] / shape.JOINT_M) * shape.JOINT_M
        ties, plates = (np.array([self.line.at(metres) for metres in at]) for at in (near, joints))
        here = np.eye(3, 4, dtype=np.float32)[None]
        return [Prop((mesh,), here) for mesh in (shape.bed(points, *deep), shape.rails(points, ties, plates))]

    def parts(self) -> list[Mesh]:
        return [car.body for car in self.cars] + [shape.wheelset()] * self.axles_m.size

    def _posed(self) -> np.ndarray:
        """(cars, 3, 4): each stands on the rails with its bogies."""
        out = np.zeros((len(self.cars), 3, 4))
        for k, car in enumerate(self.cars):
            front, rear = (self._rail(self.gone_m - self.middles_m[k] + z) for z in car.bogies)
            ahead = (front - rear) / np.linalg.norm(front - rear)
            right = np.array([ahead[2], 0.0, -ahead[0]]) / math.hypot(ahead[0], ahead[2])
            out[k] = np.stack([right, np.cross(ahead, right), ahead, (front + rear) / 2], 1)
        return out

    def _rail(self, metres: float) -> np.ndarray:
        """(3,) the top of the rails so far along the line."""
        return self.line.at(metres) + [0.0, shape.RAIL_M, 0.0]

    def look(self) -> Look:
        roll = self.gone_m / shape.WHEEL_M % math.tau
        spun = np.array([[1, 0, 0], [0, math.cos(roll), -math.sin(roll)], [0, math.sin(roll), math.cos(roll)]])
        wheels = []
        for frame, car in zip(self._frames, self.cars, strict=True):
            for z in car.axles:
                at = frame[:, :3] @ [0.0, shape.WHEEL_M, z] + frame[:, 3]
                wheels.append(np.concatenate([frame[:, :3] @ spun, at[:, None]], axis=1))
        poses = np.concatenate([self._frames, np.array(wheels)])
        if not 0.0 < self.gone_m - self.long_m / 2 < self.line.length_m:  # beyond the ends of its line
            poses[:, 1, 3] = HIDDEN_M
        return Look(poses.astype(np.float32))

    # motion and sound

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002 it runs in any weather
        self._eye = tick.eye
        before, speed = self.gone_m, self.speed_m_s
        aim = self.goal * CRUISE_M_S
        self.speed_m_s = float(np.clip(aim, speed - BRAKE_M_S2 * tick.dt_s, speed + QUICKEN_M_S2 * tick.dt_s))
        if tick.frame >= 0:  # before the shot it waits on its mark
            self.gone_m += self.speed_m_s * tick.dt_s
        clacks = self._clacks(before, self.gone_m, tick.samples)
        self._frames = self._posed()
        pull = 0.35 * self.speed_m_s / CRUISE_M_S + (0.6 if self.speed_m_s > speed else 0.0)
        rng = draw(self.seed, self.name, "steel", tick.frame)
        self._dry = self.rolling.step(rng, tick.samples, self.speed_m_s, clacks)
        self._dry[0] += self.diesel.step(rng, tick.samples, min(pull, 1.0)) + self.horn.step(tick.samples)
        happened = self._passed(before, tick)
        if self.gone_m - self.long_m > self.line.length_m:
            self.gone_m -= self.line.length_m + self.long_m  # and comes again
            self._frames = self._posed()
        return happened

    def _clacks(self, before_m: float, after_m: float, samples: int) -> list[list[int]]:
        """For every car the samples at which one of its axles is over a joint."""
        found: list[list[int]] = [[] for _ in self.cars]
        if after_m <= before_m:
            return found
        first, last = before_m - self.axles_m, after_m - self.axles_m
        for k, axle in np.argwhere(np.floor(last / shape.JOINT_M) > np.floor(first / shape.JOINT_M)).tolist():
            joint = math.floor(last[k, axle] / shape.JOINT_M) * shape.JOINT_M
            share = (joint - first[k, axle]) / (after_m - before_m)
            found[k].append(min(int(share * samples), samples - 1))
        return found

    def _passed(self, before_m: float, tick: Tick) -> list[Happening]:
        """Its head goes by the middle of the view."""
        if not before_m < self.abeam_m <= self.gone_m:
            return []
        share = (self.abeam_m - before_m) / (self.gone_m - before_m)
        x, y, z = self._rail(self.abeam_m).tolist()
        sample = tick.first_sample + min(int(share * tick.samples), tick.samples - 1)
        return [Happening(sample, "pass", (x, y, z), {"speed_m_s": round(self.speed_m_s, 2)})]

    def voices(self) -> list[Voice]:
        found = []
        for k, (frame, dry) in enumerate(zip(self._frames, self._dry, strict=True)):
            x, y, z = (frame[:, 3] + [0.0, 0.8 if k else 2.0, 0.0]).tolist()
            if math.dist((x, y, z), self._eye.tolist()) < HEARD_M:
                found.append(Voice(f"{self.name} {k}", "vehicles", (x, y, z), MIXED * dry, size_m=9.0))
        return found

    def where(self) -> np.ndarray:
        return self._frames[0, :, 3] + [0.0, 2.0, 0.0]

    def load(self, state: dict[str, Any]) -> None:
        super().load(state)
        self._frames = self._posed()

    def act(self, what: str) -> bool:
        if what == "horn":
            self.horn.blow()
        elif what in ("stop", "halt", "off"):
            self.goal = 0.0
        elif what in ("pass", "go", "start", "on", "cross"):
            self.goal = 1.0
        else:
            return False
        return True
