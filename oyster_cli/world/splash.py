"""What a foot throws up as it steps into water: a ring of drops, each on its own arc, from the instant of the step."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from oyster_cli.picture.kinds import Splats

DROPS, LASTS_S, G_M_S2 = 36, 0.5, 9.81
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
