"""How a hull rides: heave, roll and pitch after the water under it, each a damped spring with a time of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import numpy as np

from oyster_cli.picture.mesh import turn
from oyster_cli.state import Stateful

STEPS = 4  # of a frame, so that the springs do not wander
ACROSS, ALONG = np.meshgrid(np.array([-1.0, 1.0]), np.array([-1.0, -0.35, 0.35, 1.0]))
ACROSS, ALONG = ACROSS.ravel(), ALONG.ravel()  # where a hull feels the water, shares of its half beam and half length
HEAVE, ROLL, PITCH = 0, 1, 2

PAST_S, PAST_STEP_S = 4.0, 0.125  # what they have ridden when they are first seen
Level = Callable[[float, np.ndarray, np.ndarray], np.ndarray]  # height of the water at an instant at (x, z)


class Afloat(Stateful):
    """n hulls at berths (n, 3) x, z, yaw in degrees; size (n, 2) beam and length in metres; period_s (n, 3), damping (3,).
    keen: how much farther than the water's slope they lean: 1 a boat, more what is light below and heavy above.

    now, speed (n, 3): heave in metres, roll and pitch in radians and how fast they change. rise (n,): how fast the water
    comes up along the hull, m/s.
    """

    kept: ClassVar[tuple[str, ...]] = ("now", "speed", "rise", "begun")

    def __init__(self, berths: np.ndarray, size: np.ndarray, period_s: np.ndarray, damping: tuple[float, float, float],
                 keen: float = 1.0) -> None:  # fmt: skip
        self.berths, self.size = np.asarray(berths, float), np.asarray(size, float)
        self.keen = np.array([1.0, keen, keen])
        self.omega, self.damping = 2 * np.pi / np.asarray(period_s, float), np.array(damping)
        yaw = np.radians(self.berths[:, 2])
        right = np.stack([np.cos(yaw), -np.sin(yaw)], 1)
        ahead = np.stack([np.sin(yaw), np.cos(yaw)], 1)
        feel = (right[:, None] * (ACROSS * self.size[:, :1] / 2)[..., None]
                + ahead[:, None] * (ALONG * self.size[:, 1:] / 2)[..., None])  # fmt: skip
        self.feel = self.berths[:, None, :2] + feel  # (n, 8, 2)
        self.turns = np.stack([turn("y", float(deg)) for deg in self.berths[:, 2]])
        self.now, self.speed = np.zeros((len(self.berths), 3)), np.zeros((len(self.berths), 3))
        self.rise, self.begun = np.zeros(len(self.berths)), False

    def advance(self, level: Level, time_s: float, dt_s: float) -> None:
        """Move on by dt_s, until time_s. The first time they have floated there for a while."""
        if not self.begun:
            self.begun, self.now = True, self._goal(level, time_s - PAST_S)
            for step in range(int(PAST_S / PAST_STEP_S)):
                self._follow(self._goal(level, time_s - PAST_S + step * PAST_STEP_S), PAST_STEP_S)
        self._follow(self._goal(level, time_s), dt_s)

    def _goal(self, level: Level, time_s: float) -> np.ndarray:
        """(n, 3) heave, roll and pitch of hulls that lay just as the water under them does."""
        water = level(time_s, self.feel[..., 0], self.feel[..., 1])
        along = -(water * ALONG).sum(1) / (ALONG**2).sum()
        goal = [water.mean(1), (water * ACROSS).mean(1) / (self.size[:, 0] / 2), along / (self.size[:, 1] / 2)]
        return np.stack(goal, 1) * self.keen

    def _follow(self, goal: np.ndarray, dt_s: float) -> None:
        step = dt_s / STEPS
        for _ in range(STEPS):
            pull = self.omega**2 * (goal - self.now) - 2 * self.damping * self.omega * self.speed
            self.speed = self.speed + step * pull
            self.now = self.now + step * self.speed
        self.rise = (goal[:, HEAVE] - self.now[:, HEAVE]) * self.omega[:, HEAVE] - self.speed[:, HEAVE]

    def poses(self) -> np.ndarray:
        """(n, 3, 4): yaw, then pitch, then roll, on the water."""
        pitch, roll = self.now[:, PITCH], self.now[:, ROLL]
        out = np.zeros((len(self.now), 3, 4))
        cp, sp, cr, sr = np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
        tilt = np.zeros((len(self.now), 3, 3))
        tilt[:, 0, 0], tilt[:, 0, 1] = cr, -sr
        tilt[:, 1, 0], tilt[:, 1, 1], tilt[:, 1, 2] = cp * sr, cp * cr, -sp
        tilt[:, 2, 0], tilt[:, 2, 1], tilt[:, 2, 2] = sp * sr, sp * cr, cp
        out[:, :, :3] = self.turns @ tilt
        out[:, 0, 3], out[:, 1, 3], out[:, 2, 3] = self.berths[:, 0], self.now[:, HEAVE], self.berths[:, 1]
        return out
