"""A film camera at one instant: where it is, which way it looks, through which lens."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

NEAR_M = 0.08


@dataclass(frozen=True)
class View:
    """Pose and optics. right, up, ahead are orthonormal; x right, y up, z ahead is a left-handed world."""

    eye: np.ndarray  # (3,) metres
    right: np.ndarray  # (3,)
    up: np.ndarray  # (3,)
    ahead: np.ndarray  # (3,)
    lens_mm: float
    sensor_mm: tuple[float, float]  # film back, width and height
    f_stop: float
    focus_m: float
    shutter_s: float
    open_share: float  # of the frame's time that the shutter is open
    size: tuple[int, int]  # picture, pixels
    shift_px: tuple[float, float] = (0.0, 0.0)  # of the picture on the film: for the parts of one exposure

    @property
    def focal_px(self) -> float:
        """Focal length in pixels: the film back's width is the picture's, whatever the picture's height cuts off."""
        return self.lens_mm / self.sensor_mm[0] * self.size[0]

    def at_part(self, before: View, part: float, luck: np.ndarray) -> View:
        """This camera at a part 0..1 of its open shutter, since the pose of the frame before.

        luck: (4,) 0..1, where in the pixel and where on the lens: averaged over many, edges are smooth, and what is out of
        focus is as soft as lens and f-stop make it.
        """
        back = (1.0 - part) * self.open_share
        turn = luck[2] * 2 * math.pi
        off = math.sqrt(luck[3]) * self.lens_mm / self.f_stop / 2000 * np.array([math.cos(turn), math.sin(turn)])
        axes = [now * (1 - back) + old * back for now, old in zip(self.axes, before.axes, strict=True)]
        right, up, ahead = (axis / np.linalg.norm(axis) for axis in axes)
        eye = self.eye * (1 - back) + before.eye * back + right * off[0] + up * off[1]
        slide = off * self.focal_px / self.focus_m  # keeps what is in focus where it is
        shift = (luck[0] - 0.5 + slide[0], luck[1] - 0.5 - slide[1])
        return replace(self, eye=eye, right=right, up=up, ahead=ahead, shift_px=(float(shift[0]), float(shift[1])))

    @property
    def axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """right, up, ahead."""
        return self.right, self.up, self.ahead

    def project(self, points: np.ndarray) -> np.ndarray:
        """(n, 3) metres -> (n, 3): x, y in pixels and depth in metres (points behind have depth <= 0)."""
        rel = np.atleast_2d(points) - self.eye
        depth = rel @ self.ahead
        scale = self.focal_px / np.where(np.abs(depth) < 1e-6, 1e-6, depth)
        return np.stack([self.size[0] / 2 + self.shift_px[0] + rel @ self.right * scale,
                         self.size[1] / 2 + self.shift_px[1] - rel @ self.up * scale, depth], 1)  # fmt: skip


def basis(yaw: float, pitch: float, roll: float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """right, up, ahead for a heading (clockwise from +z), a tilt (up is positive) and a roll, all in radians."""
    ahead = np.array([math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch)])
    right = np.array([math.cos(yaw), 0.0, -math.sin(yaw)])
    up = np.cross(ahead, right)
    return (
        right * math.cos(roll) + up * math.sin(roll),
        up * math.cos(roll) - right * math.sin(roll),
        ahead,
    )
