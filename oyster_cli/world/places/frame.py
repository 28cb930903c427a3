"""Where a camera stands so that a picture comes of it: the subject on a third, the horizon off the middle."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.world.site import Stand

FILM_BACK_MM = (24.89, 14.0)  # Super 35 at 16:9, what stands are composed for


def aim(eye: np.ndarray, subject: np.ndarray, across: float, horizon: float, lens_mm: float) -> Stand:
    """A stand at eye (3,) with the subject `across` the frame (0 left … 1 right) and the horizon at `horizon` (0 top … 1)."""
    width, height = FILM_BACK_MM
    pitch = math.atan((horizon - 0.5) * height / lens_mm)
    dx, _, dz = np.asarray(subject, float) - np.asarray(eye, float)
    yaw = math.atan2(dx, dz) - math.atan((across - 0.5) * width / lens_mm)
    reach = math.hypot(dx, dz)
    target = (eye[0] + math.sin(yaw) * reach, eye[1] + math.tan(pitch) * reach, eye[2] + math.cos(yaw) * reach)
    return Stand(tuple(map(float, eye)), tuple(map(float, target)), lens_mm)  # type: ignore[arg-type]


def project(stand: Stand, points: np.ndarray) -> np.ndarray:
    """(n, 3) of points (n, 3): across 0 … 1 from the left, down 0 … 1 from the top, metres ahead of the lens."""
    eye, target = np.array(stand.eye), np.array(stand.target)
    ahead = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross([0.0, 1.0, 0.0], ahead)
    right /= np.linalg.norm(right)
    rel = np.atleast_2d(points) - eye
    depth = rel @ ahead
    across = 0.5 + rel @ right / depth * stand.lens_mm / FILM_BACK_MM[0]
    down = 0.5 - rel @ np.cross(ahead, right) / depth * stand.lens_mm / FILM_BACK_MM[1]
    return np.stack([across, down, depth], -1)
