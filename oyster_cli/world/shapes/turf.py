"""A mat of meadow: short grass in clumps, clover and rosettes among it, straw, a few seed heads; wide for its height of 1."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import LEAF, Mesh, join
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, bending, jittered, leaves, unit, unit_height
from oyster_cli.world.shapes.grass import blades, seed_heads

LEVELS = 4
WIDE = 2.5  # radius of a mat, in heights
GREEN, STRAW, HERB = (0.128, 0.172, 0.054), (0.33, 0.27, 0.14), (0.092, 0.142, 0.046)
# level: blades, joints of each, leaves of herbs, stems with seed heads, how much wider all are
_DETAIL = ((360, 1, 90, 12, 1.1), (250, 0, 50, 8, 1.7), (62, 0, 8, 3, 3.4), (24, 0, 3, 2, 5.2))


def turf(seed: int, level: int = 0) -> Mesh:
    """A mat: about 1200, 270, 100 or 33 triangles. The seed picks what grows in it beside grass."""
    rng, (n, joints, herbs, stems, coarse) = draw(seed, "turf"), _DETAIL[level]
    tufts = around(GOLDEN_ANGLE * np.arange(22)) * (WIDE * np.sqrt((np.arange(22) + rng.random(22)) / 22))[:, None]
    lush = rng.uniform(0.45, 1.0, 22)
    which = np.arange(n) % 22
    foot = tufts[which] + around(rng.uniform(0, math.tau, n)) * (0.70 * rng.random((n, 1)) ** 0.6)
    dry = (rng.random((n, 1)) < 0.14) * rng.uniform(0.4, 1.0, (n, 1))
    own = jittered(GREEN, 22, rng, 0.10)[which] * jittered((1, 1, 1), n, rng, 0.12)
    colour = own * (1 - dry) + jittered(STRAW, n, rng, 0.12) * dry
    tall = lush[which] * rng.uniform(0.5, 1.0, n)
    parts = [blades(rng, foot, tall, rng.uniform(0.15, 1.25, n), 0.040 * coarse, joints, colour, tufts[which])]
    parts.append(_herbs(rng, tufts[seed % 3 :: 3], herbs, coarse))
    heads = seed_heads(rng, stems, 2.2 * coarse, level, WIDE)
    return unit_height(bending(join([*parts, heads])))


def _herbs(rng: np.random.Generator, tufts: np.ndarray, n: int, coarse: float) -> Mesh:
    """Clover and rosettes of broad leaves, low among the blades: kites that lie open to the sky."""
    which = rng.integers(0, len(tufts), n)
    foot = tufts[which] + rng.normal(0, 0.34, (n, 3)) * [1, 0, 1] + UP * rng.uniform(0.06, 0.34, (n, 1))
    size = rng.uniform(0.10, 0.22, (n, 1)) * coarse**0.8
    ahead = unit(around(rng.uniform(0, math.tau, n)) + UP * rng.uniform(-0.1, 0.5, (n, 1)))
    across = unit(np.cross(ahead, UP + rng.normal(0, 0.2, (n, 3)))) * size * 0.8
    soft = unit(UP + rng.normal(0, 0.25, (n, 3)))
    colour = jittered(HERB, n, rng, 0.18)
    return leaves(foot, ahead * size, across, soft, colour, 0.35 + foot[:, 1], 0.0 * which, 3, LEAF)
