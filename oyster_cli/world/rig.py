"""The camera rig: a stand, a lens, and moves that add up. The pose at a frame follows from the rows of moves alone."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from oyster_cli.clock import Clock
from oyster_cli.picture.view import View, basis
from oyster_cli.script.models import Camera, Move
from oyster_cli.script.sensors import sensor
from oyster_cli.state import Stateful
from oyster_cli.world.site import Site

PACE = {"slow": 0.55, "medium": 1.0, "fast": 2.4}
# What a move does in a second at medium pace, when no amount is given: metres, degrees, or share of the lens.
PER_SECOND = {
    "dolly": 0.55, "truck": 0.50, "pedestal": 0.30, "crane": 0.75, "pan": 5.0, "tilt": 4.0, "roll": 4.0, "orbit": 6.0,
    "zoom": 0.10,
}  # fmt: skip
DOLLY_MOST = 0.22  # of the way to the subject, when no amount is given
MOST_M_S = 5.0  # at medium pace, when no amount is given, however far what the camera looks at
CLEAR_M = 0.35  # the lens never comes nearer to the ground than this
SOFT_M, SOFT_WALL_M = 0.2, 1.0  # from where it slows down before the ground, before walls
WALL_STEPS = 65  # at which the way from the stand is looked at for walls
SIZE_DISTANCE = {"ECU": 0.10, "CU": 0.16, "MCU": 0.25, "MS": 0.4, "CS": 0.5, "MWS": 0.65, "FS": 0.8, "WS": 1.0, "EWS": 1.35}
LEAPS_M = 1.5  # what is this much farther on in a frame is another of its kind, and is not turned after
KEEPS = ("crane-up", "crane-down", "orbit-left", "orbit-right")  # the camera goes on looking at what it looks at
LENS_MM = (6.0, 400.0)
DUTCH_RAD = 0.14


class Rig(Stateful):
    """Rows of moves: kind, amount, ease, first frame, frames; target, the thing a move goes to, and goal, where that was
    last seen; nearer, the share of the way to the subject that a metre forward was when it began. framed: where the subject
    stood that the camera keeps in frame, or None; drift: the way it has gone since, in metres."""

    kept: ClassVar[tuple[str, ...]] = ("rows", "eye", "target", "roll", "lens_mm", "focus_m", "framed", "drift")

    def __init__(
        self, camera: Camera, site: Site, subject: np.ndarray | None, frames: int, clock: Clock, size: tuple[int, int]
    ) -> None:
        self.camera, self.site, self.clock, self.size = camera, site, clock, size
        self.back = sensor(camera.sensor)
        self.rows: list[dict[str, Any]] = []
        self.eye = np.array(site.stand.eye, float)
        self.target = np.array(site.stand.target, float)
        self.roll = DUTCH_RAD if camera.angle == "dutch" else 0.0
        self.lens_mm = camera.lens or site.stand.lens_mm
        self._frame_subject(subject)
        self.framed = np.array(subject, float) if camera.keeps and subject is not None else None
        self.drift = np.zeros(3)
        self.focus_m = float(np.linalg.norm(self.target - self.eye))
        for move in camera.moves:
            self.begin(move, 0, frames)

    def _frame_subject(self, subject: np.ndarray | None) -> None:
        """Shot size and angle, by moving the stand."""
        goal = self.target if subject is None else subject
        if self.camera.size is not None:
            share = SIZE_DISTANCE[self.camera.size]
            self.eye = goal + (self.eye - goal) * share
            self.target += (goal - self.target) * max(1 - share**2, 0.0)  # the nearer, the more it is in the middle
        ground = float(self.site.ground.height_at(self.eye[0], self.eye[2]))
        ground = max(ground, float(self.site.ground.water_at(self.eye[0], self.eye[2])))
        if self.camera.angle == "low":
            self.eye[1] = ground + 0.45
            self.target[1] += 0.06 * np.linalg.norm(self.target - self.eye)
        elif self.camera.angle == "high":
            self.eye[1] += max(3.0, 0.25 * np.linalg.norm(goal - self.eye))
        elif self.camera.angle == "overhead":
            self.eye = goal + [0.0, max(18.0, 0.8 * np.linalg.norm(goal - self.eye)), -0.5]
            self.target = goal.copy()
        if self.site.roof or self.camera.angle != "overhead":  # there is no ceiling over a street
            start = goal if self.camera.angle == "overhead" else np.array(self.site.stand.eye)
            self.eye = self._before_walls(start, self.eye)
        self.eye[1] = max(self.eye[1], ground + CLEAR_M)
        if subject is not None and self.lens_mm > self.site.stand.lens_mm:
            # a longer lens sees less around than the stand was composed for: the subject keeps its place in the picture
            self.target += (subject - self.target) * (1 - self.site.stand.lens_mm / self.lens_mm)

    def begin(self, move: Move, frame: int, frames: int) -> None:
        """Start a move on a frame. `static` ends all that run."""
        if move.kind == "static":
            self._stand(frame - 1)
            return
        row = _row(move.kind, self._amount(move, frame, frames), move.ease, frame, frames, move.target or "")
        eye, aim, (yaw, pitch, _) = self._pose(frame - 1)
        look = basis(yaw, pitch)[2]
        row["nearer"] = float(self._forward() @ look) / max(float((aim - eye) @ look), 0.4)
        self.rows.append(row)

    def begin_lens(self, lens_mm: float, frame: int, frames: int) -> None:
        """Change the focal length to lens_mm, at once or over frames; what else moves the lens ends."""
        self.lens_mm = self.lens_at(frame - 1)
        amount = math.log(float(np.clip(lens_mm, *LENS_MM)) / self.lens_mm)
        rolling = [{**row, "kind": "dolly-in"} if row["kind"] == "dolly-zoom" else row for row in self.rows]
        self.rows = [row for row in rolling if row["kind"] not in _LENS]
        self.rows.append(_row("lens", amount, "in-out", frame, frames))

    def _stand(self, frame: int) -> None:
        """Where the camera is at the end of a frame becomes its stand; it follows nothing any more."""
        if self.rows or self.framed is not None:
            eye, aim, (yaw, pitch, roll) = self._pose(frame)
            look = basis(yaw, pitch)[2]
            self.lens_mm, self.roll = self.lens_at(frame), roll
            self.focus_m = max(0.4, float((aim - eye) @ look))
            self.eye, self.target, self.rows = eye, eye + look * self.focus_m, []
            self.framed, self.drift = None, np.zeros(3)

    def _amount(self, move: Move, frame: int, frames: int) -> float:
        """Metres, degrees, or for a zoom the logarithm of what it does to the lens."""
        family = "dolly" if move.kind == "dolly-zoom" else move.kind.split("-")[0]
        if move.amount is not None:
            if family != "zoom":
                return move.amount
            return _LENS[move.kind] * math.log(float(np.clip(move.amount, *LENS_MM)) / self.lens_at(frame - 1))
        seconds = frames / float(self.clock.fps)
        amount = PER_SECOND.get(family, 0.0) * PACE[move.speed] * seconds
        most_m = MOST_M_S * PACE[move.speed] * seconds
        if family == "dolly":
            amount = min(amount * max(1.0, self.focus_m / 14.0), DOLLY_MOST * self.focus_m, most_m)
        elif family == "orbit":
            amount = min(amount, math.degrees(most_m / self.focus_m))
        return amount

    def lens_at(self, frame: int) -> float:
        """Focal length in mm at the end of a frame."""
        change = sum(_LENS[row["kind"]] * _done(row, frame) for row in self.rows if row["kind"] in _LENS)
        nearer = [1 - row["nearer"] * _done(row, frame) for row in self.rows if row["kind"] == "dolly-zoom"]
        return float(np.clip(self.lens_mm * math.exp(change) * math.prod(max(share, 0.02) for share in nearer), *LENS_MM))

    def view(self, frame: int, subjects: Mapping[str, np.ndarray]) -> View:
        """The camera at the end of a frame. subjects: where things are, for moves that go to one."""
        for row in self.rows:
            if row["target"] in subjects:
                row["goal"] = np.array(subjects[row["target"]], float)
        subject = subjects.get(self.camera.subject or "")
        if self.framed is not None and subject is not None:
            come = subject - self.framed
            self.drift = come if np.linalg.norm(come - self.drift) < LEAPS_M else self.drift
        eye, aim, (yaw, pitch, roll) = self._pose(frame)
        if self.camera.support == "handheld":
            t = self.clock.time_s(frame + 1)
            yaw += 0.006 * (math.sin(2.3 * t) + 0.6 * math.sin(5.9 * t + 1.0))
            pitch += 0.005 * (math.sin(1.9 * t + 0.5) + 0.6 * math.sin(6.7 * t))
            roll += 0.003 * math.sin(1.3 * t + 2.0)
        right, up, ahead = basis(yaw, float(np.clip(pitch, -1.5, 1.5)), roll)
        focus = max(0.4, float((aim - eye) @ ahead))
        open_share = self.camera.shutter_deg / 360
        return View(eye, right, up, ahead, self.lens_at(frame), (self.back.width_mm, self.back.height_mm),
                    self.camera.f_stop, focus, open_share / float(self.clock.fps), open_share, self.size)  # fmt: skip

    def _pose(self, frame: int) -> tuple[np.ndarray, np.ndarray, tuple[float, float, float]]:
        """Eye, what it aims at, and yaw, pitch, roll at the end of a frame."""
        done: dict[str, float] = {}
        for row in self.rows:
            done[row["kind"]] = done.get(row["kind"], 0.0) + _done(row, frame)
        aim = self._aim(frame)
        eye = self._moved(done, aim)
        return eye, aim, self._turned(done, eye, aim, frame)

    def _aim(self, frame: int) -> np.ndarray:
        """The stand's target and what it has drifted, or on the way from there to where moves go."""
        aim = self.target + self.drift
        for row in self.rows:
            if row["goal"] is not None:
                aim += (row["goal"] - aim) * eased(_share(row, frame, 0.5), "in-out")
        return aim

    def _forward(self) -> np.ndarray:
        """Level unit vector from the stand toward its target."""
        flat = self.target - self.eye  # as it was framed: a dolly goes straight on while the camera turns with its subject
        flat[1] = 0
        return flat / max(float(np.linalg.norm(flat)), 1e-6)

    def _moved(self, done: dict[str, float], aim: np.ndarray) -> np.ndarray:
        eye = self.eye + self.drift * self.camera.tracks
        ahead = self._forward()
        side = np.array([ahead[2], 0.0, -ahead[0]])
        eye += ahead * (done.get("dolly-in", 0) + done.get("dolly-zoom", 0) - done.get("dolly-out", 0))
        eye += side * (done.get("truck-right", 0) - done.get("truck-left", 0))
        eye[1] += (
            done.get("pedestal-up", 0) - done.get("pedestal-down", 0) + done.get("crane-up", 0) - done.get("crane-down", 0)
        )
        turn = math.radians(done.get("orbit-left", 0) - done.get("orbit-right", 0))
        if turn:
            rel = eye - aim
            eye = aim + [
                rel[0] * math.cos(turn) + rel[2] * math.sin(turn),
                rel[1],
                rel[2] * math.cos(turn) - rel[0] * math.sin(turn),
            ]
        eye = self._before_walls(self.eye, eye)
        floor = float(self.site.ground.height_at(eye[0], eye[2]))
        water = float(self.site.ground.water_at(eye[0], eye[2]))
        if self.site.surface_m is not None:
            eye[1] = min(eye[1], self.site.surface_m - 2 * CLEAR_M)
        eye[1] = -_least(-eye[1], -(max(floor, water) + CLEAR_M), SOFT_M)
        return eye

    def _before_walls(self, start: np.ndarray, eye: np.ndarray) -> np.ndarray:
        """The eye if it is free to go there straight from start, else where it comes CLEAR_M before a wall."""
        way_m = float(np.linalg.norm(eye - start))
        ahead = (eye - start) / max(way_m, 1e-9)
        along_m = np.linspace(0.0, way_m + SOFT_WALL_M, WALL_STEPS)
        room = self.site.room_m(start + along_m[:, None] * ahead) - CLEAR_M
        if (room[1:] > 0).all():
            return eye
        k = int(np.argmax(room[1:] <= 0)) + 1
        free_m = along_m[k - 1] + (along_m[k] - along_m[k - 1]) * max(room[k - 1], 0.0) / max(room[k - 1] - room[k], 1e-6)
        return np.asarray(start + max(_least(way_m, min(free_m, along_m[k]), SOFT_WALL_M), 0.0) * ahead)

    def _turned(self, done: dict[str, float], eye: np.ndarray, aim: np.ndarray, frame: int) -> tuple[float, float, float]:
        """Yaw, pitch, roll: aimed as the stand was, or at what a move keeps, then pans and tilts on top."""
        yaw, pitch = _angles(self.target - self.eye)
        if self.framed is not None:  # so its subject stays where it was in the picture
            now, was = _angles(self.framed + self.drift - eye), _angles(self.framed - self.eye)
            yaw, pitch = yaw + math.remainder(now[0] - was[0], math.tau), pitch + now[1] - was[1]
        keeping = [eased(_share(row, frame), "in-out") for row in self.rows if _keeps(row)]
        if keeping:  # by and by also through the other moves, so that nothing jumps when the first of these begins
            others = {kind: amount for kind, amount in done.items() if kind not in KEEPS}
            aside, below = _angles(self.target - self._moved(others, self.target))
            rest = 1 - max(keeping)
            off = math.remainder(yaw - aside, math.tau) * rest, (pitch - below) * rest
            yaw, pitch = (angle + more for angle, more in zip(_angles(aim - eye), off, strict=True))
        yaw += math.radians(done.get("pan-right", 0) - done.get("pan-left", 0))
        pitch += math.radians(done.get("tilt-up", 0) - done.get("tilt-down", 0))
        return yaw, pitch, self.roll + math.radians(done.get("roll", 0))


_LENS = {"lens": 1.0, "zoom-in": 1.0, "zoom-out": -1.0}  # sign of the logarithm by which a move changes the lens


def _row(kind: str, amount: float, ease: str, frame: int, frames: int, target: str = "") -> dict[str, Any]:
    return {"kind": kind, "amount": amount, "ease": ease, "first": frame, "frames": max(frames, 1), "target": target,
            "goal": None, "nearer": 0.0}  # fmt: skip


def _keeps(row: dict[str, Any]) -> bool:
    """Whether the camera looks at something while this move runs, and after."""
    return row["kind"] in KEEPS or bool(row["target"])


def _share(row: dict[str, Any], frame: int, of: float = 1.0) -> float:
    """How far a move has come at the end of a frame; of: the part of its length that it is measured by."""
    return float(np.clip((frame + 1 - row["first"]) / max(row["frames"] * of, 1.0), 0.0, 1.0))


def _done(row: dict[str, Any], frame: int) -> float:
    """How much of a move has happened at the end of a frame: its amount times the eased share."""
    return float(row["amount"]) * eased(_share(row, frame), row["ease"])


def _angles(way: np.ndarray) -> tuple[float, float]:
    """Yaw and pitch of a direction."""
    return math.atan2(way[0], way[2]), math.atan2(way[1], math.hypot(way[0], way[2]))


def _least(value: float, limit: float, soft: float) -> float:
    """The lesser of two, without a corner: a parabola from `soft` before the limit to `soft` behind it."""
    return min(value, limit) - max(soft - abs(value - limit), 0.0) ** 2 / (4 * soft)


def eased(share: float, ease: str) -> float:
    """Eased progress: cubic in and out, quadratic at one end, or linear."""
    if ease == "in":
        return share * share
    if ease == "out":
        return share * (2 - share)
    if ease == "in-out":
        return share * share * (3 - 2 * share)
    return share
