"""The camera rig: a stand, a lens, and moves that add up. The pose at a frame follows from the rows of moves alone."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.clock import Clock
from oyster_cli.picture.view import View, basis
from oyster_cli.script.models import Camera, Move
from oyster_cli.state import Stateful
from oyster_cli.world.site import Site

SENSORS_MM = {
    "s35": (24.89, 14.0),
    "full-frame": (36.0, 24.0),
    "alexa-lf": (36.70, 25.54),
    "alexa-35": (27.99, 19.22),
    "alexa-65": (54.12, 25.58),
    "venice": (36.2, 24.1),
    "apsc": (23.6, 15.7),
    "m43": (17.3, 13.0),
    "s16": (12.52, 7.41),
}
PACE = {"slow": 0.55, "medium": 1.0, "fast": 2.4}
# What a move does in a second at medium pace, when no amount is given: metres, degrees, or share of the lens.
PER_SECOND = {
    "dolly": 0.55, "truck": 0.50, "pedestal": 0.30, "crane": 0.75, "pan": 5.0, "tilt": 4.0, "roll": 4.0, "orbit": 6.0,
    "zoom": 0.10,
}  # fmt: skip
CLEAR_M = 0.35  # the lens never comes nearer to the ground than this
SIZE_DISTANCE = {"ECU": 0.10, "CU": 0.16, "MCU": 0.25, "MS": 0.4, "CS": 0.5, "MWS": 0.65, "FS": 0.8, "WS": 1.0, "EWS": 1.35}


class Rig(Stateful):
    """Rows of moves: kind, amount, ease, first frame, frames, stopped at frame (or -1), target name."""

    kept: ClassVar[tuple[str, ...]] = ("rows", "eye", "target", "lens_mm", "focus_m")

    def __init__(
        self, camera: Camera, site: Site, subject: np.ndarray | None, frames: int, clock: Clock, size: tuple[int, int]
    ) -> None:
        self.camera, self.site, self.clock, self.size, self.frames = camera, site, clock, size, frames
        self.rows: list[list[str | float]] = []
        self.eye = np.array(site.stand.eye, float)
        self.target = np.array(site.stand.target, float)
        self.lens_mm = camera.lens or site.stand.lens_mm
        self._frame_subject(subject)
        self.focus_m = float(np.linalg.norm(self.target - self.eye))
        for move in camera.moves:
            self.begin(move, 0, frames)

    def _frame_subject(self, subject: np.ndarray | None) -> None:
        """Shot size and angle, by moving the stand."""
        goal = self.target if subject is None else subject
        if self.camera.size is not None:
            self.eye = goal + (self.eye - goal) * SIZE_DISTANCE[self.camera.size]
        ground = float(self.site.ground.height_at(self.eye[0], self.eye[2]))
        if self.camera.angle == "low":
            self.eye[1] = ground + 0.45
            self.target[1] += 0.06 * np.linalg.norm(self.target - self.eye)
        elif self.camera.angle == "high":
            self.eye[1] += max(3.0, 0.25 * np.linalg.norm(goal - self.eye))
        elif self.camera.angle == "overhead":
            self.eye = goal + [0.0, max(18.0, 0.8 * np.linalg.norm(goal - self.eye)), -0.5]
            self.target = goal.copy()
        self.eye[1] = max(self.eye[1], ground + CLEAR_M)

    def begin(self, move: Move, frame: int, frames: int) -> None:
        """Start a move on a frame. `static` stops all that run; a follow replaces a follow."""
        if move.kind == "static":
            self.rows = [[*row[:5], float(frame) if row[5] < 0 else row[5], row[6]] for row in self.rows]  # type: ignore[operator]
            return
        self.rows.append([move.kind, self._amount(move, frames), move.ease, float(frame), float(max(frames, 1)), -1.0,
                          move.target or ""])  # fmt: skip

    def begin_lens(self, lens_mm: float, frame: int, frames: int) -> None:
        """Change the focal length to lens_mm, at once or over frames."""
        now = self.lens_at(frame)
        self.rows = [row for row in self.rows if row[0] not in ("lens", "zoom-in", "zoom-out", "dolly-zoom")]
        self.lens_mm = now
        self.rows.append(["lens", math.log(lens_mm / now), "in-out" if frames > 1 else "linear", float(frame),
                          float(max(frames, 1)), -1.0, ""])  # fmt: skip

    def _amount(self, move: Move, frames: int) -> float:
        family = move.kind.split("-")[0]
        if move.amount is not None:
            return math.log(move.amount / self.lens_mm) if family == "zoom" and move.amount > 6 else move.amount
        seconds = frames / float(self.clock.fps)
        amount = PER_SECOND.get(family, 0.0) * PACE[move.speed] * seconds
        if family == "dolly":
            amount = min(amount * max(1.0, self.focus_m / 14.0), 0.45 * self.focus_m)
        return amount

    def lens_at(self, frame: int) -> float:
        """Focal length in mm at the end of a frame."""
        change = sum(sign * self._done(row, frame) for row in self.rows for sign in [_LENS.get(str(row[0]), 0.0)] if sign)
        return float(np.clip(self.lens_mm * math.exp(change), 8, 400))

    def _done(self, row: list[str | float], frame: int) -> float:
        """How much of a move has happened at the end of a frame: its amount times the eased share."""
        last = frame if float(row[5]) < 0 else min(frame, float(row[5]))
        share = np.clip((last + 1 - float(row[3])) / float(row[4]), 0.0, 1.0)
        return float(row[1]) * eased(float(share), str(row[2]))

    def view(self, frame: int, subjects: dict[str, np.ndarray]) -> View:
        """The camera at the end of a frame. subjects: where things are, for moves that go to one."""
        done: dict[str, float] = {}
        aim = self.target.copy()
        for row in self.rows:
            done[str(row[0])] = done.get(str(row[0]), 0.0) + self._done(row, frame)
            if row[6] in subjects:
                goal = subjects[str(row[6])]
                share = eased(float(np.clip((frame + 1 - float(row[3])) / max(float(row[4]) * 0.5, 1.0), 0, 1)), "in-out")
                aim = aim + (goal - aim) * share
        eye = self._moved(done, aim)
        yaw, pitch, roll = self._turned(done, eye, aim, frame)
        lens_mm = self.lens_at(frame)
        right, up, ahead = basis(yaw, pitch, roll)
        focus = max(0.4, float((aim - eye) @ ahead))
        open_share = self.camera.shutter_deg / 360
        return View(eye, right, up, ahead, lens_mm, SENSORS_MM.get(self.camera.sensor, SENSORS_MM["s35"]),
                    self.camera.f_stop, focus, open_share / float(self.clock.fps), open_share, self.size)  # fmt: skip

    def _moved(self, done: dict[str, float], aim: np.ndarray) -> np.ndarray:
        eye = self.eye.copy()
        flat = self.target - self.eye
        flat[1] = 0
        ahead = flat / max(float(np.linalg.norm(flat)), 1e-6)
        side = np.array([ahead[2], 0.0, -ahead[0]])
        eye += ahead * (done.get("dolly-in", 0) - done.get("dolly-out", 0))
        if "dolly-zoom" in done:
            eye += ahead * (1 - math.exp(-0.25 * done["dolly-zoom"])) * self.focus_m
        eye += side * (done.get("truck-right", 0) - done.get("truck-left", 0))
        eye[1] += (
            done.get("pedestal-up", 0) - done.get("pedestal-down", 0) + done.get("crane-up", 0) - done.get("crane-down", 0)
        )
        turn = math.radians(done.get("orbit-right", 0) - done.get("orbit-left", 0))
        if turn:
            rel = eye - aim
            eye = aim + [
                rel[0] * math.cos(turn) + rel[2] * math.sin(turn),
                rel[1],
                rel[2] * math.cos(turn) - rel[0] * math.sin(turn),
            ]
        floor = float(self.site.ground.height_at(eye[0], eye[2]))
        water = float(self.site.ground.water_at(eye[0], eye[2]))
        eye[1] = max(eye[1], floor + CLEAR_M, water + CLEAR_M)
        return eye

    def _turned(self, done: dict[str, float], eye: np.ndarray, aim: np.ndarray, frame: int) -> tuple[float, float, float]:
        """Yaw, pitch, roll: aimed as the stand was, a crane or an orbit keeping its subject, then pans and tilts on top."""
        keeps = {"crane-up", "crane-down", "orbit-left", "orbit-right", "follow"} & done.keys() or not np.allclose(
            aim, self.target
        )
        to = aim - eye if keeps else self.target - self.eye
        yaw = math.atan2(to[0], to[2])
        pitch = math.atan2(to[1], math.hypot(to[0], to[2]))
        yaw += math.radians(done.get("pan-right", 0) - done.get("pan-left", 0))
        pitch += math.radians(done.get("tilt-up", 0) - done.get("tilt-down", 0))
        roll = math.radians(done.get("roll", 0)) + (0.14 if self.camera.angle == "dutch" else 0.0)
        if self.camera.support == "handheld":
            t = self.clock.time_s(frame + 1)
            yaw += 0.006 * (math.sin(2.3 * t) + 0.6 * math.sin(5.9 * t + 1.0))
            pitch += 0.005 * (math.sin(1.9 * t + 0.5) + 0.6 * math.sin(6.7 * t))
            roll += 0.003 * math.sin(1.3 * t + 2.0)
        return yaw, float(np.clip(pitch, -1.5, 1.5)), roll


_LENS = {"lens": 1.0, "zoom-in": 1.0, "zoom-out": -1.0, "dolly-zoom": -1.0}


def eased(share: float, ease: str) -> float:
    """Eased progress: cubic in and out, quadratic at one end, or linear."""
    if ease == "in":
        return share * share
    if ease == "out":
        return share * (2 - share)
    if ease == "in-out":
        return share * share * (3 - 2 * share)
    return share
