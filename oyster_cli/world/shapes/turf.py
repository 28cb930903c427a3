"""A mat of meadow: short grass in clumps, clover and rosettes among it, straw, a few seed heads; wide for its height of 1."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import LEAF, Mesh, join
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, bending, jittered, leaves, unit, unit_height
from oyster_cli.world.shapes.grass import blades, seed_heads

LEVELS = 4
WIDE, TUFTS = 1.9, 13  # radius of a mat, in heights, and what it is made of
GREEN, STRAW, HERB = (0.128, 0.172, 0.054), (0.33, 0.27, 0.14), (0.092, 0.142, 0.046)
# level: blades, joints of each, leaves of herbs, stems with seed heads, how much wider all are
_DETAIL = ((210, 1, 52, 7, 1.1), (140, 0, 28, 5, 1.7), (36, 0, 5, 2, 3.4), (14, 0, 2, 1, 5.2))


def turf(seed: int, level: int = 0) -> Mesh:
    """A mat: about 710, 180, 45 or 18 triangles. The seed picks what grows in it beside grass."""
    rng, (n, joints, herbs, stems, coarse) = draw(seed, "turf"), _DETAIL[level]
    tufts = around(GOLDEN_ANGLE * np.arange(TUFTS)) * (WIDE * np.sqrt((np.arange(TUFTS) + rng.random(TUFTS)) / TUFTS))[:, None]
    lush = rng.uniform(0.45, 1.0, TUFTS)
    most = _DETAIL[0][0]  # all are drawn, and the first n kept: a coarser level is the same mat, thinned
    which = np.arange(most) % TUFTS
    foot = tufts[which] + around(rng.uniform(0, math.tau, most)) * (0.70 * rng.random((most, 1)) ** 0.6)
    dry = (rng.random((most, 1)) < 0.14) * rng.uniform(0.4, 1.0, (most, 1))
    own = jittered(GREEN, TUFTS, rng, 0.10)[which] * jittered((1, 1, 1), most, rng, 0.12)
    colour = own * (1 - dry) + jittered(STRAW, most, rng, 0.12) * dry
    tall, bow = lush[which] * rng.uniform(0.5, 1.0, most), rng.uniform(0.15, 1.25, most)
    parts = [blades(rng, foot[:n], tall[:n], bow[:n], 0.040 * coarse, joints, colour[:n], tufts[which[:n]])]
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
