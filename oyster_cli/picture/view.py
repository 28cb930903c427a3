"""A film camera at one instant: where it is, which way it looks, through which lens."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
    size: tuple[int, int]  # picture, pixels

    @property
    def focal_px(self) -> float:
        """Focal length in pixels: the film back's width is the picture's, whatever the picture's height cuts off."""
        return self.lens_mm / self.sensor_mm[0] * self.size[0]

    def project(self, points: np.ndarray) -> np.ndarray:
        """(n, 3) metres -> (n, 3): x, y in pixels and depth in metres (points behind have depth <= 0)."""
        rel = np.atleast_2d(points) - self.eye
        depth = rel @ self.ahead
        scale = self.focal_px / np.where(np.abs(depth) < 1e-6, 1e-6, depth)
        return np.stack([self.size[0] / 2 + rel @ self.right * scale, self.size[1] / 2 - rel @ self.up * scale, depth], 1)


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
