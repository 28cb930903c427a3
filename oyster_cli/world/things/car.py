"""Cars that pass. Where a car is and how fast decides its wheels, lights, spray and sound alike."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from oyster_cli.picture.kinds import Lamp, Look, Mesh, Splats
from oyster_cli.picture.mesh import boxes
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.street import Cars as CarSounds
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.paint import PAINT
from oyster_cli.world.shapes.car import PAINTS, RUBBER, WHEEL_M, Car, car
from oyster_cli.world.shapes.kerbside import far_car
from oyster_cli.world.signals import shown
from oyster_cli.world.site import Site
from oyster_cli.world.spray import DROPS, beams, drops, flares, mist
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.lamps import DARK, dim_enough
from oyster_cli.world.track import Track

PASS_S = (1.3, 3.2, 5.5, 9.0, 14.0, 20.0, 27.0, 34.0)  # when each goes by the camera at first, in turn left and right
STREAM = 4  # so many cars stand for a stream, which never ends
NEXT_S = (5.0, 9.0)  # how long after the last one comes the next
BUSY, BUSY_NEXT_S, BUSY_APART_S = 10, (2.0, 4.2), 1.9  # so many are traffic: they follow sooner, and some drive the side street
SIDE_STREET = 4  # of them
KINDS = ("sedan", "taxi", "sedan", "van", "sedan")
CRUISE_M_S = (10.5, 13.0)
BRAKE_M_S2, QUICKEN_M_S2 = 4.5, 2.5
EASY_M_S2, GAP_M, STOP_M = 3.0, 7.5, 10.8  # braking one plans, room to the next car, from the crossing to who waits
MIXED = 0.6  # of nature's pressure: cars as films mix them, so that the rain is heard beside them
PARKED_M = 12.0  # how far ahead the first stands when it does not drive
BEHIND_M = 16.0  # how far behind the camera one begins that comes in
HEAD_CD, HEAD_REACH_M, HEAD_AHEAD_M = 420.0, 18.0, 4.5  # a beam, made of a small light on the road before the car
FAR_WHEEL = boxes([-0.1, -0.8 * WHEEL_M, -0.8 * WHEEL_M], [0.1, 0.8 * WHEEL_M, 0.8 * WHEEL_M], RUBBER)
HEAD = (1.0, 0.87, 0.70)
SEEN_M, DAZZLES_M = 90.0, 300.0
HEARD_M, FADES_M = 100.0, 30.0  # beyond this a car is one of the town's; it fades in and out


class Cars(Thing):
    """A stream of cars in the lanes of the site; none where it has no lane. lights: auto, on or off."""

    kind: ClassVar[str] = "car"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("sounds", "gone_m", "speed_m_s", "ahead_m", "goal", "lights", "lit", "wet")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.busy = spec.count >= BUSY
        self.lanes, mains = _lanes(site, spec, self.busy)
        n = (spec.count if self.busy or spec.count < STREAM else len(PASS_S)) if self.lanes else 0
        self.lane = np.arange(n) % max(mains, 1)
        if mains < len(self.lanes):
            self.lane[-SIDE_STREET:] = mains + np.arange(SIDE_STREET) % (len(self.lanes) - mains)
        self.beside_street = self.lane >= mains  # of each, whether it drives the side street
        rng = draw(seed, name, "stream")
        self.cruise = rng.uniform(*CRUISE_M_S, max(len(self.lanes), 1))[self.lane]  # alike in a lane: nobody overtakes
        models = [self._model(k) for k in range(n)]
        self.cars = [car(*model) for model in models]
        self._far = [far_car(*model) for model in models]
        self.gone_m = np.array([self._begin(k) for k in range(n)])  # along its lane; at the end it waits to come again
        parked = spec.action == "stop"
        self.speed_m_s = np.zeros(n) if parked else self.cruise.copy()
        self.goal = 0.0 if parked else 1.0
        self.ahead_m = np.zeros(n)  # how far it has yet to go until it is beside the camera
        self.sounds = CarSounds(n)
        self.lights, self.lit, self.wet, self.murk = "auto", False, 0.0, 0.0
        self._luck = rng.random((DROPS, 5))
        self._axles_m = np.array([each.axles[[0, 2], 2] for each in self.cars]).reshape(n, 2)  # front, rear: z
        self._lamps = np.array([(each.head_at, each.tail_at) for each in self.cars])  # (n, 2, 2, 3)
        self._whose, self._fixed = self._assembled()
        self._frames = self._posed()
        self._dry: dict[int, np.ndarray] = {}
        self._eye = np.array(site.stand.eye, float)

    def _model(self, k: int) -> tuple[str, tuple[float, float, float] | None]:
        """Kind and paint of a car."""
        colour = self.spec.colour or ""
        kind = "taxi" if colour in ("yellow", "taxi") else KINDS[(k + self.seed) % len(KINDS)]
        if kind == "taxi" and (colour in PAINT or self.spec.count == 1) and colour != "yellow":
            kind = "sedan"
        own = PAINT.get(colour, PAINTS[(2 * k + self.seed) % len(PAINTS)])
        return kind, None if kind == "taxi" else own

    def _begin(self, k: int) -> float:
        """Metres along its lane at which a car begins, so that it comes by when its turn is."""
        lane = self.lanes[self.lane[k]]
        beside = lane.nearest(np.array(self.site.stand.eye))
        if self.spec.action == "stop":
            return beside + (PARKED_M + 8.0 * k) * (1 if self._leads_away(lane, beside) else -1)
        if self.spec.action == "enter":
            return beside - BEHIND_M - 24.0 * k if self._leads_away(lane, beside) else beside - 150.0 - 24.0 * k
        when = 2.3 if self.spec.count == 1 else PASS_S[k] if not self.busy else 0.9 + BUSY_APART_S * k
        when += 0.0 if self.spec.count == 1 else 0.3 * float(draw(self.seed, self.name, "when", k).random())
        return beside - float(self.cruise[k]) * when

    def _leads_away(self, lane: Track, metres: float) -> bool:
        way = np.array(self.site.stand.target) - np.array(self.site.stand.eye)
        return float((lane.at(metres + 1.0) - lane.at(metres)) @ way) > 0

    def parts(self) -> list[Mesh | tuple[Mesh, ...]]:
        found: list[Mesh | tuple[Mesh, ...]] = []
        for each, far in zip(self.cars, self._far, strict=True):
            found += [*_lights(each), (each.body, each.body, each.body, far)]
            found += [(each.wheel, each.wheel, each.wheel, FAR_WHEEL)] * len(each.axles)
        return found

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self._eye, self._time_s = tick.eye, tick.time_s + tick.dt_s
        self.wet = air.wet
        self.murk = air.weather.rain_mm_h / 30.0 + air.weather.snow_mm_h / 8.0 + 250.0 / air.weather.visibility_m
        self.lit = dim_enough(air, tick) or air.weather.rain_mm_h > 0.5 if self.lights == "auto" else self.lights == "on"
        before, slower = self.ahead_m.copy(), self.speed_m_s
        goal = np.minimum(self.goal * self.cruise, self._clear_m_s(tick.time_s))
        self.speed_m_s = np.clip(goal, self.speed_m_s - BRAKE_M_S2 * tick.dt_s, self.speed_m_s + QUICKEN_M_S2 * tick.dt_s)
        if tick.frame >= 0:  # before the shot they wait on their marks
            self.gone_m = self.gone_m + self.speed_m_s * tick.dt_s
            self._again(tick)
        self._frames = self._posed()
        self.ahead_m = _to_go(self._frames, tick.eye)
        rng = draw(self.seed, self.name, "drive", tick.frame)
        pull = np.clip((self.speed_m_s - slower) / (QUICKEN_M_S2 * tick.dt_s), 0.0, 1.0)
        far_m = np.linalg.norm(self._frames[:, :, 3] - tick.eye, axis=1)
        loud = np.clip((HEARD_M - far_m) / FADES_M, 0.0, 1.0).astype(np.float32)
        heard = np.flatnonzero(loud).tolist()
        dry = self.sounds.step(rng, tick.samples, self.speed_m_s, air.wet, pull) if heard else ()
        self._dry = {k: loud[k] * dry[k] for k in heard}
        by = np.flatnonzero((before > 0) & (self.ahead_m <= 0) & (before < 10.0))
        return [self._passed(int(k), float(before[k]), tick) for k in by]

    def _clear_m_s(self, time_s: float) -> np.ndarray:
        """(n,) how fast each may be, to stop behind the one before it and at a light that is not green."""
        room = np.full(len(self.cars), np.inf)
        closed = [each != "green" for each in shown(time_s)] if "crossing" in self.site.spots else [False, False]
        for k in range(len(self.cars)):
            ahead = self.gone_m[(self.lane == self.lane[k]) & (self.gone_m > self.gone_m[k])] - self.gone_m[k] - GAP_M
            room[k] = ahead.min(initial=np.inf)
            if closed[int(self.beside_street[k])]:
                line = self.lanes[self.lane[k]].nearest(self.site.spots["crossing"]) - STOP_M - self.gone_m[k]
                could = line > self.speed_m_s[k] ** 2 / (2 * BRAKE_M_S2) - 0.5
                room[k] = min(room[k], max(line, 0.0)) if could and line > -1.5 else room[k]
        return np.sqrt(2 * EASY_M_S2 * np.maximum(room, 0.0))

    def _again(self, tick: Tick) -> None:
        """Who has come to the end of his lane comes in again, in his turn behind all others."""
        for k in np.flatnonzero(self.gone_m >= [self.lanes[lane].length_m for lane in self.lane]).tolist():
            beside = np.array([self.lanes[lane].nearest(tick.eye) for lane in self.lane])
            last_s = float(np.delete((beside - self.gone_m) / self.cruise, k).max(initial=0.0))
            wait_s = float(draw(self.seed, self.name, "again", k, tick.frame).uniform(*(BUSY_NEXT_S if self.busy else NEXT_S)))
            when_s = max(float(beside[k] / self.cruise[k]), last_s + wait_s)
            self.gone_m[k] = beside[k] - self.cruise[k] * when_s

    def _metres(self, k: int) -> float:
        """Metres along its lane; below 0 it has yet to come to where that begins."""
        gone = float(self.gone_m[k])
        return gone if gone < 0 else gone % self.lanes[self.lane[k]].length_m

    def _passed(self, k: int, before_m: float, tick: Tick) -> Happening:
        share = before_m / max(before_m - self.ahead_m[k], 1e-9)
        at, heading = self._at(k)
        at = at + self.ahead_m[k] * np.array([math.sin(heading), 0.0, math.cos(heading)])
        x, y, z = at.tolist()
        detail = {"car": k, "speed_m_s": round(float(self.speed_m_s[k]), 2), "metres": round(math.dist((x, y, z), tick.eye), 2)}
        return Happening(tick.first_sample + min(int(share * tick.samples), tick.samples - 1), "pass", (x, y, z), detail)

    def _at(self, k: int) -> tuple[np.ndarray, float]:
        """The ground under a car's middle (3,), and its heading."""
        lane, metres = self.lanes[self.lane[k]], self._metres(k)
        return lane.at(metres), lane.heading(metres)

    # look

    def look(self) -> Look:
        if not self.cars:
            return Look()
        lamps = tuple(lamp for k in range(len(self.cars)) for lamp in self._beams(k)) if self.lit else ()
        splats = self._spray() + (self._dazzle() if self.lit else ())
        return Look(self._poses().astype(np.float32), splats, lamps, glow=1.0 if self.lit else DARK)

    def _dazzle(self) -> tuple[Splats, ...]:
        near = abs(self.ahead_m) < DAZZLES_M
        if not near.any():
            return ()
        frames, lamps = self._frames[near], self._lamps[near]
        dazzle = flares(frames, lamps, self._eye)
        return (dazzle, beams(frames, lamps, self._eye, self.murk)) if self.murk > 0.05 else (dazzle,)

    def _posed(self) -> np.ndarray:
        """(n, 3, 4) the cars' poses: each stands on the ground under its axles."""
        spots = [self._at(k) for k in range(len(self.cars))]
        out = np.zeros((len(spots), 3, 4))
        if spots:
            at, heading = np.array([at for at, _ in spots]), np.array([heading for _, heading in spots])
            x, z = at[:, :1] + np.sin(heading)[:, None] * self._axles_m, at[:, 2:] + np.cos(heading)[:, None] * self._axles_m
            front, rear = self.site.ground.height_at(x, z).T
            rise = np.arctan2(front - rear, self._axles_m[:, 0] - self._axles_m[:, 1])
            s, c, up, level = np.sin(heading), np.cos(heading), np.sin(rise), np.cos(rise)
            out[:, 0, :3], out[:, 2, :3] = np.stack([c, -s * up, s * level], 1), np.stack([-s, -c * up, c * level], 1)
            out[:, 1, 1], out[:, 1, 2] = level, up
            out[:, :, 3] = at
            out[:, 1, 3] = (front + rear) / 2
        return out

    def _assembled(self) -> tuple[np.ndarray, np.ndarray]:
        """Whose each part is, and its place (3, 4) on its car; wheels, which roll, have no turn yet."""
        whose, fixed = [], []
        for k, each in enumerate(self.cars):
            solid = len(_lights(each)) + 1
            whose += [k] * (solid + len(each.axles))
            fixed += [np.eye(3, 4)] * solid + [np.concatenate([np.zeros((3, 3)), hub[:, None]], axis=1) for hub in each.axles]
        return np.array(whose, np.intp), np.array(fixed).reshape(-1, 3, 4)

    def _poses(self) -> np.ndarray:
        """(parts, 3, 4)."""
        local, wheels = self._fixed.copy(), self._fixed[:, 0, 0] == 0.0
        roll = self.gone_m[self._whose[wheels]] / WHEEL_M % math.tau
        local[wheels, 0, 0] = 1.0
        local[wheels, 1, 1] = local[wheels, 2, 2] = np.cos(roll)
        local[wheels, 1, 2], local[wheels, 2, 1] = -np.sin(roll), np.sin(roll)
        frames = self._frames[self._whose]
        poses = frames[:, :, :3] @ local
        poses[:, :, 3] += frames[:, :, 3]
        return poses

    def _beams(self, k: int) -> list[Lamp]:
        frame = self._frames[k]
        x, y, z = (frame[:, :3] @ np.array([0.0, 1.1, self.cars[k].length_m / 2 + HEAD_AHEAD_M]) + frame[:, 3]).tolist()
        near = math.dist((x, y, z), self._eye) < 1.5 * SEEN_M
        return [Lamp((x, y, z), HEAD, HEAD_CD, HEAD_REACH_M)] if near else []

    def _spray(self) -> tuple[Splats, ...]:
        near = (abs(self.ahead_m) < SEEN_M) & (self.speed_m_s > 2.0)
        if self.wet <= 0.4 or not near.any():
            return ()
        frames, gone_m, speed_m_s = self._frames[near], self.gone_m[near], self.speed_m_s[near]
        return (
            mist(frames, gone_m, speed_m_s, self.wet, self._luck),
            drops(frames, self._time_s, speed_m_s, self.wet, self._luck),
        )

    # sound

    def voices(self) -> list[Voice]:
        voices = []
        for k, dry in self._dry.items():
            x, y, z = self._at(k)[0].tolist()
            voices.append(Voice(f"{self.name} {k}", "vehicles", (x, y + 0.4, z), MIXED * dry, size_m=5.0))
        return voices

    def where(self) -> np.ndarray | None:
        """The car that is next to come by, or else the first."""
        if not self.cars:
            return None
        to_go = _to_go(self._frames, self._eye)
        at, _ = self._at(int(np.argmin(np.where(to_go > 0, to_go, 1e4 - to_go))))
        return at + [0.0, 0.8, 0.0]

    def load(self, state: dict[str, Any]) -> None:
        super().load(state)
        self._frames = self._posed()

    def act(self, what: str) -> bool:
        if what in ("on", "off"):
            self.lights = what
        elif what in ("stop", "halt", "park"):
            self.goal = 0.0
        elif what in ("pass", "cross", "go", "start", "drive"):
            self._send() if self.goal else None
            self.goal = 1.0
        else:
            return False
        return True

    def _send(self) -> None:
        """Let the car that is furthest off come from behind the camera, out of the picture."""
        away = [k for k in range(len(self.cars)) if abs(self.ahead_m[k]) > SEEN_M]
        if away:
            k = max(away, key=lambda each: abs(self.ahead_m[each]))
            lane = self.lanes[self.lane[k]]
            beside = lane.nearest(self._eye)
            self.gone_m[k] = beside - (BEHIND_M if self._leads_away(lane, beside) else SEEN_M)
            self._frames = self._posed()


def _lanes(site: Site, spec: ThingSpec, busy: bool) -> tuple[list[Track], int]:
    """Lanes that cars come along: both, or that of the side asked for; a path when there is no street. Then those of the side
    street, when it is busy; and how many there are without them."""
    sides = {"left": ("left",), "right": ("right",)}.get(spec.side or "", ("left", "right"))
    if spec.action == "enter" and spec.side is None:
        sides = ("right",)
    lanes = [Track(site.spots[f"lane_{side}"]) for side in sides if f"lane_{side}" in site.spots]
    across = [Track(site.spots[name]) for name in ("lane_cross", "lane_cross_back") if busy and name in site.spots]
    lanes = lanes or ([Track(site.spots["path"])] if "path" in site.spots else [])
    return lanes + across, len(lanes)


def _lights(each: Car) -> list[Mesh]:
    return [mesh for mesh in (each.head, each.tail, each.sign) if len(mesh.points)]


def _to_go(frames: np.ndarray, eye: np.ndarray) -> np.ndarray:
    """(n,) metres along their ways until the camera is abeam of cars with these poses (n, 3, 4); negative once passed."""
    way = frames[:, ::2, 2] / np.hypot(frames[:, 0, 2], frames[:, 2, 2])[:, None]
    return np.asarray(((eye[::2] - frames[:, ::2, 3]) * way).sum(axis=1))
