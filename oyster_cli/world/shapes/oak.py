"""Oaks and lindens of height 1: a bole with a root flare, crooked limbs, a crown of lobes of leaf clusters.

The crown comes first: lobes around a dome, clusters of leaves on each lobe's outer side. Then wood grows to them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from oyster_cli.picture.kinds import BARK, SPRAY, Mesh, join
from oyster_cli.picture.mesh import loft, surface, tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, jittered, leaves, lumps, unit_height
from oyster_cli.world.shapes.wood import Wood

LEVELS = 5


@dataclass(frozen=True)
class Habit:
    """How a kind grows. Lengths as shares of its height."""

    rings: tuple[tuple[int, float, float, float], ...]  # lobes of the crown: how many, how far out, how high, radius
    middle: tuple[float, float, float]  # of the crown: height, half its width, half its height
    bole: tuple[float, float]  # length, radius
    green: tuple[float, float, float]
    bark: tuple[float, float, float]


HABITS = {
    "oak": Habit(((7, 0.46, 0.41, 0.175), (6, 0.36, 0.59, 0.185), (4, 0.20, 0.755, 0.175), (1, 0.03, 0.85, 0.15)),
                 (0.52, 0.62, 0.46), (0.21, 0.046), (0.080, 0.122, 0.038), (0.125, 0.105, 0.083)),
    "linden": Habit(((5, 0.22, 0.34, 0.15), (5, 0.27, 0.53, 0.16), (4, 0.19, 0.70, 0.15), (1, 0.02, 0.85, 0.14)),
                    (0.56, 0.42, 0.45), (0.24, 0.026), (0.076, 0.118, 0.038), (0.12, 0.105, 0.085)),
}  # fmt: skip
FLAT = np.array([1.0, 0.78, 1.0])  # lobes are wider than high
PER_LOBE, CLUSTER_M = 13, 0.066
HIDDEN = 0.5  # of a lobe's radius: leaves further in are not seen
# level: leaves a cluster, how much larger each is, sides of trunk, limbs and twigs (0: left out)
_DETAIL = (
    (52, 1.09, (14, 6, 3)),
    (16.5, 1.85, (9, 4, 3)),
    (8.0, 2.55, (6, 3, 0)),
    (1.0, 5.4, (4, 3, 0)),
    (0.06, 8.5, (3, 0, 0)),
)


@dataclass(frozen=True)
class Grown:
    """What all levels of a tree share. Lengths as shares of the height."""

    habit: Habit
    lobes: np.ndarray  # (l, 3) middles
    lobe_r: np.ndarray  # (l,)
    clusters: np.ndarray  # (c, 3) middles
    of: np.ndarray  # (c,) the lobe of each
    bole: np.ndarray  # (s, 3)
    bole_r: np.ndarray  # (s,)
    limbs: np.ndarray  # (l, 7, 3) paths to the lobes
    limb_r: np.ndarray  # (l, 7)
    twigs: np.ndarray  # (c, 4, 3) paths to the clusters
    twig_r: np.ndarray  # (c, 4)


def oak(seed: int, level: int = 0, kind: str = "oak") -> Mesh:
    """A tree 1 m high on the origin: about 22000, 9000, 2100, 970 or 230 triangles, a linden a fifth less. kind: see HABITS."""
    grown = grow(seed, kind)
    bark = grown.habit.bark
    each, coarse, (bole_n, limb_n, twig_n) = _DETAIL[level]
    wood = [_bole(grown, bole_n, 1 if level < 2 else 2)]
    if limb_n:
        limbs, radius = grown.limbs[:, :: (1, 2, 3, 6)[level]], grown.limb_r[:, :: (1, 2, 3, 6)[level]]
        wood.append(tubes(limbs, radius, limb_n, bark, BARK, **_air(limbs)))
    if twig_n:
        twigs, radius = grown.twigs[:, ::3], grown.twig_r[:, ::3]
        wood.append(tubes(twigs, radius, twig_n, bark, BARK, **_air(twigs)))
    crown = _leaves(draw(seed, kind, "leaves", level), grown, each, coarse)
    cores = [_cores(draw(seed, kind, "cores"), grown, level)] if level else []
    return unit_height(join([*wood, *cores, crown]))


@lru_cache(maxsize=8)
def grow(seed: int, kind: str) -> Grown:
    """The lobes, clusters and wood of one tree."""
    habit, rng = HABITS[kind], draw(seed, kind, "crown")
    lobes, lobe_r = _lobes(rng, habit)
    clusters, of = _clusters(rng, lobes, lobe_r)
    t = np.linspace(0.0, 1.0, 7)[:, None] ** 1.3
    bole = UP * habit.bole[0] * t + np.cumsum(rng.normal(0.0, 0.006, (7, 3)), 0) * [1, 0, 1] * t
    wood = Wood(draw(seed, kind, "wood"), bole)
    limbs = wood.reach(lobes - UP * (0.45 * lobe_r[:, None]), 7, 0.13)
    twigs = wood.reach(clusters, 4, 0.07)
    radius = wood.radii(habit.bole[1])
    return Grown(habit, lobes, lobe_r, clusters, of, bole, radius[:7], wood.at[limbs], _born(radius[limbs]), wood.at[twigs],
                 _born(radius[twigs]))  # fmt: skip


def _born(radius: np.ndarray) -> np.ndarray:
    """Branches (b, s) begin in their stem, a little thicker than they are outside of it."""
    return np.concatenate([np.minimum(radius[:, :1], 1.35 * radius[:, 1:2]), radius[:, 1:]], 1)


def _lobes(rng: np.random.Generator, habit: Habit) -> tuple[np.ndarray, np.ndarray]:
    """Middles and radii of the crown's lobes, in rings that are none too even."""
    at, radius, turn = [], [], rng.uniform(0, math.tau)
    for count, away, high, wide in habit.rings:
        angle = turn + (np.arange(count) + rng.uniform(-0.28, 0.28, count)) * math.tau / count
        turn += math.pi / count + 0.3
        out = away * rng.uniform(0.78, 1.2, count)
        y = high + rng.uniform(-0.055, 0.055, count)
        at.append(around(angle) * out[:, None] + UP * y[:, None])
        radius.append(wide * rng.uniform(0.78, 1.15, count))
    return np.concatenate(at), np.concatenate(radius)


def _clusters(rng: np.random.Generator, lobes: np.ndarray, lobe_r: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middles of leaf clusters all over the lobes, where no other lobe is; few on their undersides."""
    k = np.arange(PER_LOBE * 2)
    y = 1 - (2 * k + 1) / len(k)
    ball = around(GOLDEN_ANGLE * k) * np.sqrt(1 - y**2)[:, None] + UP * y[:, None]
    of = np.repeat(np.arange(len(lobes)), len(k))
    way = unit(np.tile(ball, (len(lobes), 1)) + rng.normal(0, 0.16, (len(of), 3)))
    at = lobes[of] + way * FLAT * (lobe_r[of] * rng.uniform(0.72, 1.02, len(of)))[:, None]
    apart = np.linalg.norm((at[:, None] - lobes) / FLAT, axis=2) / lobe_r
    buried = (np.where(np.arange(len(lobes)) == of[:, None], 9.0, apart) < 0.72).any(1)
    keep = ~buried & (way[:, 1] > rng.uniform(-1.0, -0.25, len(of)))
    return at[keep], of[keep]


def _air(path: np.ndarray) -> dict[str, np.ndarray]:
    """Sway and shade of wood: the further out, the more it moves; the deeper in the crown, the darker."""
    out = np.hypot(path[..., 0], path[..., 2])
    height = path[..., 1]
    return {"sway": _sway(path), "shade": np.clip(1.0 - 1.5 * (height - 0.16) + 0.5 * out, 0.3, 0.95)}


def _sway(at: np.ndarray) -> np.ndarray:
    """Nothing at the foot, 1 at the outermost twigs."""
    return np.clip(np.linalg.norm(at - UP * 0.12, axis=-1) * 1.25 - 0.06, 0.0, 1.0) ** 1.3 * (at[..., 1] > 0.05)


def _bole(grown: Grown, sides: int, step: int) -> Mesh:
    """The trunk: buttresses run out into the roots, and it is never quite round."""
    bole_m = grown.habit.bole[0]
    y = np.array([-0.02, 0.0, 0.008, 0.02, 0.045, 0.09, 0.15, bole_m + 0.02])[:: step if step == 1 else 2]
    place = np.clip(y / bole_m, 0, 1) * (len(grown.bole) - 1)
    middle = np.stack([np.interp(place, np.arange(len(grown.bole)), grown.bole[:, k]) for k in range(3)], 1)
    middle[:, 1] = y
    angle = np.arange(sides) * math.tau / sides
    roots = np.cos(5 * angle + 0.7) * 0.5 + np.cos(3 * angle + 2.0) * 0.35
    flare = np.exp(-np.maximum(y, 0.0) / 0.028)[:, None]
    radius = np.interp(place, np.arange(len(grown.bole)), grown.bole_r)[:, None]
    radius = radius * (1.0 + flare * (0.75 + 0.75 * roots) + 0.10 * roots)
    rings = middle[:, None] + around(-angle)[None] * radius[..., None]
    shade = np.repeat(np.clip(0.45 + 5 * y, 0.4, 0.9)[:, None], sides, 1).ravel()
    return loft(rings, grown.habit.bark, BARK, caps=False, shade=shade)


def _in_crown(grown: Grown, at: np.ndarray) -> np.ndarray:
    """Where points are in the crown: length 0 in its middle, 1 on its outside."""
    high, wide, tall = grown.habit.middle
    return (at - UP * high) / [wide, tall, wide]


def _cores(rng: np.random.Generator, grown: Grown, level: int) -> Mesh:
    """What is deep inside of the lobes, in levels with too few leaves to hide the sky; far off it is most of the crown."""
    every, share, dark = ((1, 0.56, 0.14), (1, 0.72, 0.20), (2, 1.08, 0.50), (5, 1.75, 0.72))[level - 1]
    lobes, reach = grown.lobes[::every], share * grown.lobe_r[::every, None] * FLAT
    if level == 4:
        lobes = lobes + 0.22 * (UP * grown.habit.middle[0] - lobes)
    points, triangles, way = lumps(rng, lobes, reach)
    out = _in_crown(grown, points)
    soft = unit(way * 0.8 + unit(out) * 0.5 + UP * 0.1)
    shade = dark * (0.42 + 0.34 * way[:, 1] + 0.42 * out[:, 1]).clip(0.12, 1.2)
    colour = (
        np.array(grown.habit.green) * jittered((1, 1, 1), len(lobes), rng, 0.12).repeat(12, 0) * (0.5 if level == 1 else 1.0)
    )
    return surface(points, triangles, colour, SPRAY, soft, _sway(points), shade.clip(0, 1))


def _leaves(rng: np.random.Generator, grown: Grown, each: float, coarse: float) -> Mesh:
    """Sprays of leaves filling the clusters, lit as part of cluster, lobe and crown, dark where all three are deep."""
    n = int(len(grown.clusters) * each)
    which = rng.permutation(len(grown.clusters))[np.arange(n) % len(grown.clusters)]
    way = unit(rng.normal(0, 1, (n, 3)) + UP * 0.15)
    reach = CLUSTER_M * rng.uniform(0.75, 1.2, len(grown.clusters))[which] * rng.random(n) ** 0.45
    root = grown.clusters[which] + way * FLAT * reach[:, None]
    lobe = (root - grown.lobes[grown.of[which]]) / FLAT
    deep_lobe = (np.linalg.norm(lobe, axis=1) / grown.lobe_r[grown.of[which]]).clip(0, 1.15)
    seen = deep_lobe > HIDDEN
    which, way, reach, root, lobe, deep_lobe = (part[seen] for part in (which, way, reach, root, lobe, deep_lobe))
    n, crown = len(root), _in_crown(grown, root)
    soft = unit(way * 0.4 + unit(lobe) * 0.9 + unit(crown) * 0.3 + UP * 0.12)
    size = 0.0185 * coarse
    ahead = unit(way * 0.5 + unit(lobe) * 0.4 + rng.normal(0, 0.6, (n, 3)) - UP * 0.15)
    across = unit(np.cross(ahead, rng.normal(0, 1, (n, 3)) + soft * 0.7))
    length = size * rng.uniform(0.7, 1.35, (n, 1))
    deep = np.linalg.norm(crown, axis=1).clip(0, 1.1) ** 2
    shade = (0.14 + 0.36 * deep + 0.40 * deep_lobe) * (0.78 + 0.32 * way[:, 1] * reach / CLUSTER_M)
    tone = jittered((1, 1, 1), len(grown.clusters), rng, 0.10)[which] * jittered((1, 1, 1), n, rng, 0.12)
    colour = np.array(grown.habit.green) * tone * (0.82 + 0.25 * deep[:, None])
    return leaves(root, ahead * length, across * length * 0.66, soft, colour, shade.clip(0.08, 1.0), _sway(root), 3)
