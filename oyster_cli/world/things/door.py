"""A door in a front of the street or of the harbour: it turns on its hinges, creaks by how fast, and falls into its frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh, Prop, Veil
from oyster_cli.picture.mesh import placed, turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.door import Door as DoorSound
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.places.frame import project
from oyster_cli.world.places.harbour import QUAY_ENDS
from oyster_cli.world.shapes.building import shop_door
from oyster_cli.world.shapes.door import HIGH_M, WIDE_M, doorway, leaf
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.buildings import house_luck
from oyster_cli.world.things.quay import FRONT_M, HOUSES
from oyster_cli.world.track import view_axes

PAINTS = ((0.05, 0.10, 0.06), (0.16, 0.035, 0.025), (0.03, 0.05, 0.11), (0.14, 0.085, 0.04))
INERTIA_KG_M2 = 8.5  # of 30 kg, hung at one side
OPEN_RAD = 1.45
PARTS = 48  # of a frame, in which it is moved on
# What moves it: spring in 1/s², damping in 1/s, where to, and a steady push in rad/s².
DRIVES = {"open": (9.0, 5.2, OPEN_RAD, 0.0), "close": (5.0, 4.4, -0.06, 0.0), "slam": (0.0, 0.0, 0.0, -16.0)}
HANDLE_S, SNAP_S = 0.14, 0.012  # from the handle to the first motion, and from the blow to the latch
SLIPS, SLIP_RAD = 150, 0.011  # where the hinge gives way with a jerk
CREAKS_RAD_S = 2.2  # faster than this it slides
STANDS_OPEN = ("stand", "close", "slam")  # from the shot's start
FIRST_S = {"open": 1.0, "close": 1.0, "slam": 1.4}  # into the shot
FROM_EYE_M = 9.0
SHADE_M = 0.06  # it stands so far before the wall it is in


class Door(Thing):
    """One door. Without a word on what it does, somebody comes or goes through it every now and then."""

    kind: ClassVar[str] = "door"
    kept: ClassVar[tuple[str, ...]] = ("angle", "speed", "todo", "wait_s", "due_s", "sound")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        rng = draw(seed, name, "hinge")
        self.front = _front(site, seed, spec)
        self.slips = (np.arange(SLIPS) + rng.random(SLIPS)) * SLIP_RAD  # radians
        rust = np.interp(np.arange(SLIPS), np.linspace(0, SLIPS, 9), rng.random(9) ** 1.5)
        self.jerks = rust * np.exp(0.5 * rng.standard_normal(SLIPS))
        self.paint = PAINTS[int(rng.integers(len(PAINTS)))]
        away = self.front[:, :3] @ [1.0, 0.0, 0.0] @ view_axes(site.stand)[0]
        self.hand = -1.0 if away > 0 else 1.0  # the hinges are at the far side, so that one sees in
        self.angle = OPEN_RAD if spec.action in STANDS_OPEN else 0.0
        self.speed = 0.0  # rad/s
        self.todo: list[str] = [spec.action] if spec.action in DRIVES else []
        self.wait_s = FIRST_S.get(spec.action or "", 0.0)
        self.due_s = 0.6 if spec.action is None else 1e9  # when somebody comes
        self.sound = DoorSound()
        self._voices: list[Voice] = []

    def stage(self) -> list[Prop | Veil]:
        return [Prop((doorway(self.paint),), self.front[None].astype(np.float32))]

    def parts(self) -> Sequence[Mesh]:
        return [leaf(self.paint) if self.hand > 0 else placed(leaf(self.paint), scale=(-1.0, 1.0, 1.0))]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002 it hangs too well for the wind
        rng = draw(self.seed, self.name, "sound", tick.frame)
        if tick.time_s >= self.due_s and not self.todo:
            self.todo = ["open", "slam" if rng.random() < 0.3 else "close"]
            self.due_s, self.wait_s = tick.time_s + 4.5 + float(rng.exponential(2.0)), HANDLE_S + 0.04
        slips: list[tuple[int, float]] = []
        clicks: list[int] = []
        blows: list[tuple[int, float]] = []
        for k in range(PARTS):
            self._move(k, tick, slips, clicks, blows)
        dry = self.sound.step(rng, tick.samples, slips, clicks, blows)
        at = tuple((self.front @ [0.0, 1.1, -SHADE_M, 1.0]).tolist())
        self._voices = [Voice(self.name, "foley", at, dry, size_m=0.5)]
        return [Happening(tick.first_sample + sample, "slam", at, {"energy_j": energy}) for sample, energy in blows]

    def _move(
        self, k: int, tick: Tick, slips: list[tuple[int, float]], clicks: list[int], blows: list[tuple[int, float]]
    ) -> None:  # fmt: skip
        """The k-th part of a frame, and what is heard of it."""
        if not self.todo:
            return
        dt_s, first = tick.dt_s / PARTS, k * tick.samples / PARTS
        before_s, self.wait_s = self.wait_s, max(self.wait_s - dt_s, 0.0)
        if before_s > HANDLE_S >= self.wait_s and self.angle == 0.0:
            clicks.append(int(first))
        if self.wait_s > 0:
            return
        spring, damping, goal, push = DRIVES[self.todo[0]]
        self.speed += (spring * (goal - self.angle) - damping * self.speed + push) * dt_s
        was, self.angle = self.angle, self.angle + self.speed * dt_s
        slips += self._creak(was, first, tick.samples / PARTS)
        if self.angle <= 0.0 < was:
            sample = int(first + was / (was - self.angle) * tick.samples / PARTS)
            blows.append((min(sample, tick.samples - 1), 0.5 * INERTIA_KG_M2 * self.speed**2))
            clicks.append(sample + int(SNAP_S * tick.rate_hz))
            self.angle = self.speed = 0.0
        if (self.angle == 0.0 and self.todo[0] != "open") or (self.todo[0] == "open" and self.angle > 0.97 * OPEN_RAD):
            self.todo, self.speed = self.todo[1:], 0.0
            self.wait_s = 0.7 if self.todo else 0.0

    def _creak(self, was: float, first: float, samples: float) -> list[tuple[int, float]]:
        """Slips of the hinge on the way from an angle to where it is now."""
        low, high = sorted((was, self.angle))
        loud = math.sqrt(abs(self.speed)) * math.exp(-((self.speed / CREAKS_RAD_S) ** 2))
        found = np.flatnonzero((self.slips > low) & (self.slips <= high))
        shares = (self.slips[found] - was) / (self.angle - was) if len(found) else found
        return [(int(first + share * samples), loud * float(self.jerks[j])) for j, share in zip(found, shares, strict=True)]

    def look(self) -> Look:
        hinge = self.front @ [-self.hand * WIDE_M / 2, 0.0, -SHADE_M, 1.0]
        leaf_to = self.front[:, :3] @ turn("y", self.hand * math.degrees(self.angle))
        return Look(poses=np.concatenate([leaf_to, hinge[:, None]], axis=1)[None].astype(np.float32))

    def voices(self) -> list[Voice]:
        return self._voices

    def where(self) -> np.ndarray:
        return np.asarray(self.front @ [0.0, HIGH_M / 2, 0.0, 1.0])

    def act(self, what: str) -> bool:
        if what not in DRIVES:
            return False
        shut = self.angle < 0.3
        self.todo = ["open", what] if shut and what == "slam" else [] if shut and what == "close" else [what]
        self.wait_s = HANDLE_S + 0.04 if self.angle == 0.0 else 0.0
        self.due_s = 1e9  # from now on it does what it is told
        return True


def _front(site: Site, seed: int, spec: ThingSpec) -> np.ndarray:
    """(3, 4) the foot of the doorway, whose outside looks to -z."""
    return _on_quay(site) if "quay" in site.spots else _on_street(site, seed, "left" if spec.side == "left" else "right")


def _on_quay(site: Site) -> np.ndarray:
    """The front door of the nearest house of the quay that is in the picture."""
    near, far = np.asarray(site.spots["quay"], float)
    along = (far - near) / np.linalg.norm(far - near)
    off = np.array([along[2], 0.0, -along[0]])
    yaw_deg = math.degrees(math.atan2(along[0], along[2]))
    feet = np.array([near + along * (u - QUAY_ENDS[0]) + off * (FRONT_M + 0.07) for u, *_ in sorted(HOUSES)])
    seen = np.abs(project(site.stand, feet)[:, 0] - 0.5) < 0.44
    return np.concatenate([turn("y", yaw_deg - 90.0), feet[np.argmax(seen)][:, None]], axis=1)


def _on_street(site: Site, seed: int, side: str) -> np.ndarray:
    """The shop door of a house that lies well in the picture."""
    lots = np.asarray(site.spots["lots"], float)
    ahead, right = view_axes(site.stand)
    fronts = []
    for k, (x, z, width, _, _, yaw) in enumerate(lots):
        frame = turn("y", math.degrees(yaw) + 180.0)
        foot = np.array([x, float(site.ground.height_at(x, z)) - 0.08, z])
        at = foot + frame @ [shop_door(house_luck(seed, k)[1], width), 0.0, 0.0]
        to = at - np.array(site.stand.eye)
        if (to @ right > 0) == (side == "right") and to @ ahead > 5.0:
            fronts.append((abs(to @ ahead - FROM_EYE_M) + 0.5 * abs(to @ right), np.concatenate([frame, at[:, None]], axis=1)))
    return min(fronts, key=lambda front: front[0])[1]
