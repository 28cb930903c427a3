"""What a foot stirs up as it steps into water: drops, each on its own arc, and a ring that runs out, from the instant of the
step."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from oyster_cli.picture.kinds import Splats

DROPS, LASTS_S, G_M_S2 = 36, 0.9, 9.81
RING_M_S, RING_PARTS = 0.45, 36  # as fast as ripples of a hand's length run
STREAKS_PER_S = 48.0  # a streak is as long as its velocity goes in this part of a second: the usual shutter's
Splash = tuple[float, float, float, float, float]  # seconds at which it begins, x, y of the water, z, and its force


def drops(splashes: Sequence[Splash], time_s: float, luck: np.ndarray) -> Splats:
    """The drops of all splashes at an instant. luck: (DROPS, 4) random numbers."""
    began, x, y, z, force = np.array(splashes).T[..., None]
    age = np.broadcast_to(time_s - began, (len(splashes), DROPS))
    way = math.tau * (luck[:, 0] + 7.3 * began)
    out, up = (0.25 + 0.9 * luck[:, 1]) * force, (0.5 + 1.5 * luck[:, 2]) * force
    high = up * age - G_M_S2 / 2 * age**2
    at = np.stack([x + (0.06 + out * age) * np.cos(way), y + high, z + (0.06 + out * age) * np.sin(way)], -1)
    velocity = np.stack([out * np.cos(way), up - G_M_S2 * age, out * np.sin(way)], -1)
    radius = np.broadcast_to(0.003 + 0.004 * luck[:, 3], age.shape)
    return Splats("streak", at.reshape(-1, 3), velocity.reshape(-1, 3), radius.ravel(), np.full((age.size, 3), 0.9),
                  0.6 * (high > 0).ravel())  # fmt: skip


def rings(splashes: Sequence[Splash], time_s: float) -> Splats:
    """The crests that run out from all splashes: circles of short streaks, fainter as they grow."""
    began, x, y, z, force = np.array(splashes).T[..., None]
    age = np.broadcast_to(time_s - began, (len(splashes), RING_PARTS))
    way = np.arange(RING_PARTS) * (math.tau / RING_PARTS)
    across, ahead, wide = np.cos(way), np.sin(way), 0.06 + RING_M_S * age
    at = np.stack([x + wide * across, y + 0.004 + 0.0 * wide, z + wide * ahead], -1)
    long = wide * (math.tau / RING_PARTS * STREAKS_PER_S)
    along = np.stack([-long * ahead, 0.0 * long, long * across], -1)
    alpha = 0.3 * np.minimum(force, 1.5) * np.maximum(1.0 - age / LASTS_S, 0.0) ** 1.5
    return Splats("streak", at.reshape(-1, 3), along.reshape(-1, 3), 0.004 + 0.008 * age.ravel(), np.full((age.size, 3), 0.9),
                  alpha.ravel())  # fmt: skip
