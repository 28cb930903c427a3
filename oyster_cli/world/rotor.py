"""What a fast rotor looks like to a shutter: the part of its circle that each blade sweeps, seen through."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import Splats

PARTS = 4  # of the arc that a blade sweeps while the shutter is open: streaks are straight
SHUTTER_S = 1 / 48
COLOUR = 0.045  # of the blades
MARK, MARK_FROM = np.array([0.55, 0.40, 0.06]), 0.93  # and of their tips
MOST_ARC = 2.4  # radians: a faster rotor's arcs would close on each other


def disc(frame: np.ndarray, spin: np.ndarray, radius_m: float, chord_m: float, apart_m: float, blades: int = 2) -> Splats:
    """Streaks along the arcs of the blades. frame: (3, 4) of the hub now, the first blade along its z; spin: (3,) rad/s in it.

    Each blade is a row of streaks apart_m from each other; how much they hide is the blade's chord over its arc's length.
    """
    along, axis = np.array([0.0, 0.0, 1.0]), spin / np.linalg.norm(spin)
    pace = min(float(np.linalg.norm(spin)), MOST_ARC / SHUTTER_S)
    r = np.arange(0.12 * radius_m, radius_m, apart_m)
    back = -(np.arange(PARTS) / PARTS) * pace * SHUTTER_S  # where the streak ends, behind the blade
    first = np.arange(blades) * (2 * np.pi / blades)
    angle = (first[:, None] + back[None]).ravel()
    across = np.cross(axis, along)
    way = np.cos(angle)[:, None] * along + np.sin(angle)[:, None] * across
    ahead = np.cos(angle)[:, None] * across - np.sin(angle)[:, None] * along
    at = (way[:, None] * r[:, None]).reshape(-1, 3) @ frame[:, :3].T + frame[:, 3]
    velocity = (ahead[:, None] * (pace / PARTS * r)[:, None]).reshape(-1, 3) @ frame[:, :3].T
    arc_m = np.maximum(pace * SHUTTER_S * r, chord_m)
    alpha = np.tile(0.9 * np.minimum(chord_m / arc_m, 0.9), len(angle))
    colour = np.where(np.tile(r > MARK_FROM * radius_m, len(angle))[:, None], MARK, COLOUR)
    return Splats("streak", at, velocity, np.full(len(at), apart_m / 2), colour, alpha)
