"""Field fences: cleft posts with rails, and a five-barred gate. Weathered wood, in metres."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import BARK, Mesh, join
from oyster_cli.picture.mesh import tubes

GREY = (0.235, 0.215, 0.185)
POST_M, POST_R, RAIL_R = 1.25, 0.065, 0.042
RAILS_M = (0.45, 0.80, 1.12)


def fence(rng: np.random.Generator, feet: np.ndarray, sides: int = 5) -> Mesh:
    """A fence over the feet (n, 3) of its posts, none of them quite upright, and three rails that sag."""
    n = len(feet)
    tops = feet + np.array([0.0, POST_M, 0.0]) * rng.uniform(0.95, 1.08, (n, 1)) + rng.normal(0, 0.035, (n, 3)) * [1, 0, 1]
    posts = np.stack([feet - [0.0, 0.3, 0.0], feet + 0.5 * (tops - feet), tops, tops + [0.0, 0.01, 0.0]], 1)
    radius = POST_R * rng.uniform(0.85, 1.2, (n, 1)) * np.array([1.1, 1.0, 0.92, 0.0])
    rails = []
    for high in RAILS_M:
        at = feet + (tops - feet) * (high / POST_M) + rng.normal(0, 0.02, (n, 3))
        middle = (at[:-1] + at[1:]) / 2 - np.array([0.0, 0.02, 0.0]) + rng.normal(0, 0.012, (n - 1, 3))
        rails.append(np.stack([at[:-1], middle, at[1:]], 1))
    paths = np.concatenate(rails)
    thick = RAIL_R * rng.uniform(0.8, 1.15, (len(paths), 1)) * np.array([1.0, 1.05, 0.95])
    rows = tubes(paths, thick, max(sides - 1, 3), GREY, BARK, shade=0.85)
    return join([tubes(posts, radius, sides, GREY, BARK, shade=0.9), rows])


def gate(wide_m: float = 3.4) -> Mesh:
    """A five-barred gate hung at x = 0, shut along +x; its posts stand on y = 0."""
    y = np.array([0.22, 0.44, 0.66, 0.90, 1.16])
    ends = np.stack([np.zeros(5), y, np.zeros(5)], 1)
    bars = np.stack([ends, ends + [wide_m / 2, 0.0, 0.0], ends + [wide_m, 0.0, 0.0]], 1)
    stiles = np.array([[[x, 0.15, 0.0], [x, 0.7, 0.0], [x, 1.28, 0.0]] for x in (0.0, wide_m / 2, wide_m)])
    brace = np.array([[[0.0, 0.2, 0.03], [wide_m / 2, 0.68, 0.03], [wide_m, 1.16, 0.03]]])
    slim = tubes(np.concatenate([bars, stiles, brace]), np.full((9, 3), 0.035), 4, GREY, BARK, shade=0.9)
    posts = np.array([[[x, -0.3, 0.0], [x, 0.8, 0.0], [x, 1.5, 0.0], [x, 1.52, 0.0]] for x in (-0.16, wide_m + 0.16)])
    stout = tubes(posts, np.tile([0.12, 0.115, 0.11, 0.0], (2, 1)), 6, GREY, BARK, shade=0.9)
    return join([slim, stout])
