"""Broadleaved trees of height 1: a branching skeleton that carries thousands of leaves, in four levels of detail."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import BARK, Mesh, join
from oyster_cli.picture.mesh import tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, jittered, leaves, unit_height

LEVELS = 4


@dataclass(frozen=True)
class Habit:
    """How a kind of tree grows. Lengths are shares of its height before it is scaled to 1, angles in degrees."""

    bole: float  # how far the trunk runs
    first: float  # where on the trunk the limbs begin
    limbs: int
    spread: float  # length of a limb
    angle: float  # between trunk and limb
    lift: float  # how strongly branches turn up (or, below 0, hang)
    hang: float  # how strongly the last twigs and leaves hang
    bark: tuple[float, float, float]
    leaf: tuple[float, float, float]
    leaf_m: float  # length of a leaf spray
    slim: float  # its width over its length
    thick: float = 0.024


HABITS = {
    "oak": Habit(0.5, 0.2, 7, 0.40, 58, 0.30, 0.25, (0.11, 0.09, 0.07), (0.055, 0.105, 0.030), 0.029, 0.62, 0.03),
    "beech": Habit(0.62, 0.2, 8, 0.33, 50, 0.5, 0.2, (0.17, 0.16, 0.145), (0.05, 0.115, 0.028), 0.025, 0.6, 0.024),
    "birch": Habit(0.9, 0.25, 13, 0.22, 42, 0.25, 0.9, (0.46, 0.44, 0.40), (0.075, 0.14, 0.034), 0.019, 0.6, 0.013),
    "willow": Habit(0.5, 0.28, 9, 0.34, 46, 0.35, 2.6, (0.13, 0.11, 0.085), (0.085, 0.13, 0.048), 0.042, 0.2, 0.026),
    "poplar": Habit(0.85, 0.12, 15, 0.24, 30, 0.9, 0.1, (0.15, 0.135, 0.11), (0.06, 0.115, 0.03), 0.022, 0.7, 0.02),
}
# level: branches a limb, twigs a branch, leaves in all, how much larger each is
_DETAIL = ((7, 5, 6300, 1.0), (6, 4, 1250, 2.1), (5, 2, 390, 3.6), (4, 1, 60, 9.0))


def broadleaf(seed: int, level: int = 0, kind: str = "oak") -> Mesh:
    """A broadleaved tree 1 m high on the origin: about 7500, 1500, 350 or 80 triangles at level 0 to 3. kind: see HABITS."""
    habit, (branches_n, twigs_n, leaves_n, coarse) = HABITS[kind], _DETAIL[level]
    trunk = _trunk(draw(seed, "broadleaf", kind, "trunk"), habit)
    limbs = _limbs(draw(seed, "broadleaf", kind, "limbs"), habit, trunk)
    branches = _grow(draw(seed, "broadleaf", kind, "branches"), limbs, branches_n, 0.52, 48, habit.lift)
    twigs = _grow(draw(seed, "broadleaf", kind, "twigs"), branches, twigs_n, 0.62, 42, -0.25 * habit.hang)
    wood = [tubes(trunk.path, trunk.radius, (9, 6, 4, 3)[level], habit.bark, BARK, **_air(trunk))]
    if level < 3:
        wood.append(tubes(limbs.path, limbs.radius, (6, 4, 3)[level], habit.bark, BARK, **_air(limbs)))
    if level < 2:
        thin = _thinned(branches, (0, 2, 4) if level == 0 else (0, 4))
        wood.append(tubes(thin.path, thin.radius, 3, habit.bark, BARK, **_air(thin)))
    crown = _leaves(draw(seed, "broadleaf", kind, "leaves", level), habit, limbs, twigs, leaves_n, coarse)
    return unit_height(join([*wood, crown]))


@dataclass(frozen=True)
class Wood:
    """Branches of one generation: paths (b, s, 3), radii (b, s), and which limb each hangs on (b,)."""

    path: np.ndarray
    radius: np.ndarray
    limb: np.ndarray

    @property
    def length(self) -> np.ndarray:
        return np.linalg.norm(np.diff(self.path, axis=1), axis=2).sum(1)


def _air(wood: Wood) -> dict[str, np.ndarray]:
    """Sway and shade of wood: the outer and higher it is, the more it moves and the less light reaches it from all sides."""
    height = wood.path[..., 1]
    return {"sway": height**2 * 0.8, "shade": np.clip(1.0 - 1.3 * (height - 0.2), 0.35, 1.0)}


def _thinned(wood: Wood, keep: tuple[int, ...]) -> Wood:
    return Wood(wood.path[:, keep], wood.radius[:, keep], wood.limb)


def _trunk(rng: np.random.Generator, habit: Habit) -> Wood:
    t = np.linspace(0, 1, 7) ** 1.5
    wander = np.cumsum(rng.normal(0, 0.012, (7, 3)) * [1, 0, 1], axis=0) * t[:, None]
    path = UP * (habit.bole * t)[:, None] + wander
    radius = habit.thick * ((1 - 0.8 * t) + 0.45 * np.exp(-t * habit.bole / 0.02))
    return Wood(path[None], radius[None], np.zeros(1, int))


def _limbs(rng: np.random.Generator, habit: Habit, trunk: Wood) -> Wood:
    """Limbs around the trunk by the golden angle; the last one carries the trunk on."""
    n = habit.limbs
    t = habit.first + (1 - habit.first) * (np.arange(n) + rng.uniform(0.1, 0.9, n)) / n
    t[-1] = 1.0
    foot, radius = _along(trunk, np.zeros(n, int), t)
    lean = np.radians(habit.angle * (1.12 - 0.75 * (t - habit.first) / (1 - habit.first)) + rng.normal(0, 7, n))
    lean[-1] *= 0.3
    heading = around(GOLDEN_ANGLE * np.arange(n) + rng.normal(0, 0.25, n) + rng.uniform(0, math.tau))
    ahead = heading * np.sin(lean)[:, None] + UP * np.cos(lean)[:, None]
    length = habit.spread * rng.uniform(0.8, 1.12, n) * (1.0 - 0.35 * np.clip(t - 0.3, 0, 1))
    return Wood(_curve(rng, foot, ahead, length, habit.lift), _taper(radius * 0.62), np.arange(n))


def _grow(rng: np.random.Generator, parents: Wood, each: int, share: float, angle: float, lift: float) -> Wood:
    """`each` children on every branch, spiralling out of its outer part, the last one at its very end."""
    parent = np.repeat(np.arange(len(parents.path)), each)
    order = np.tile(np.arange(each), len(parents.path))
    n = len(parent)
    t = np.clip(0.3 + 0.7 * (order + rng.uniform(0.4, 1.0, n)) / each, 0, 1)
    t[order == each - 1] = 1.0
    foot, radius = _along(parents, parent, t)
    before, _ = _along(parents, parent, t - 0.15)
    ahead = unit(foot - before)
    side = unit(np.cross(ahead, UP + 1e-3))
    spin = GOLDEN_ANGLE * order + rng.uniform(0, math.tau, len(parents.path))[parent] + rng.normal(0, 0.3, n)
    beside = side * np.cos(spin)[:, None] + np.cross(ahead, side) * np.sin(spin)[:, None]
    lean = np.radians(angle + rng.normal(0, 9, n)) * np.where(t == 1.0, 0.35, 1.0)
    heading = ahead * np.cos(lean)[:, None] + beside * np.sin(lean)[:, None]
    length = parents.length[parent] * share * rng.uniform(0.75, 1.2, n) * (1.15 - 0.35 * t)
    return Wood(_curve(rng, foot, heading, length, lift), _taper(radius * 0.7), parents.limb[parent])


def _curve(rng: np.random.Generator, foot: np.ndarray, ahead: np.ndarray, length: np.ndarray, lift: float) -> np.ndarray:
    """Paths (b, 5, 3) that start ahead, wander a little and turn up by `lift` (or down)."""
    path, heading = [foot], ahead
    for _ in range(4):
        heading = unit(heading + UP * (lift * 0.3) + rng.normal(0, 0.11, ahead.shape))
        path.append(path[-1] + heading * (length / 4)[:, None])
    return np.stack(path, axis=1)


def _taper(radius: np.ndarray) -> np.ndarray:
    return radius[:, None] * np.array([1.0, 0.82, 0.65, 0.45, 0.18])


def _along(wood: Wood, which: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points (n, 3) and radii (n,) at share t of the paths `which`."""
    place = np.clip(t, 0, 1) * (wood.path.shape[1] - 1)
    low = np.minimum(place.astype(int), wood.path.shape[1] - 2)
    rest = place - low
    point = wood.path[which, low] * (1 - rest)[:, None] + wood.path[which, low + 1] * rest[:, None]
    return point, wood.radius[which, low] * (1 - rest) + wood.radius[which, low + 1] * rest


def _strands(rng: np.random.Generator, twigs: Wood, which: np.ndarray, long: float) -> np.ndarray:
    """Where leaves (n,) hang under their twigs: three strands from each, long and short, none quite plumb."""
    strand = rng.integers(0, 3, len(which))
    start = rng.uniform(0.1, 1.05, (len(twigs.path), 3))[which, strand]
    length = (long * rng.uniform(0.1, 1.45, (len(twigs.path), 3)) * rng.uniform(0.5, 1.2, (len(twigs.path), 1)))[which, strand]
    aside = rng.normal(0, 0.022, (len(twigs.path), 3, 3))[which, strand] * [1, 0, 1]
    down = rng.random((len(which), 1))
    return _along(twigs, which, start)[0] + aside * down**0.5 - UP * (length[:, None] * down)


def _leaves(rng: np.random.Generator, habit: Habit, limbs: Wood, twigs: Wood, n: int, coarse: float) -> Mesh:
    """Leaves along the twigs. Each is lit as part of its limb's cluster and of the whole crown, dark where both are deep."""
    which = np.arange(n) % len(twigs.path)
    size = habit.leaf_m * coarse
    root = (
        _strands(rng, twigs, which, 0.095 * habit.hang)
        if habit.hang > 1
        else _along(twigs, which, rng.uniform(0.15, 1.05, n))[0]
    )
    root = root + rng.normal(0, 0.3 if habit.hang > 1 else 0.5, (n, 3)) * size
    root[:, 1] = root[:, 1].clip(size)
    centre = root.mean(0)
    limb_at = limbs.path[twigs.limb[which], 3]
    out, out_limb = root - centre, root - limb_at
    reach = np.sqrt((out**2).mean(0)).clip(1e-3) * 1.9
    depth = np.linalg.norm(out / reach, axis=1)
    own = np.linalg.norm(out_limb, axis=1) / (np.linalg.norm(out_limb, axis=1).mean() * 1.5)
    soft = unit(unit(out / reach**2) * 0.8 + unit(out_limb) * 0.55 + UP * 0.25)
    ahead = unit(unit(out_limb) * 0.6 + rng.normal(0, 0.6, (n, 3)) - UP * (0.2 + habit.hang * 0.8))
    across = unit(np.cross(ahead, rng.normal(0, 1, (n, 3)) + soft * 0.8))
    length = size * rng.uniform(0.7, 1.3, (n, 1))
    below = np.clip(0.75 + 0.4 * out[:, 1] / reach[1], 0.3, 1.0)
    shade = np.clip((0.12 + 0.55 * depth**1.5 + 0.38 * own) * below, 0.1, 1.0)
    colour = jittered(habit.leaf, len(twigs.path), rng, 0.12)[which] * (0.8 + 0.3 * depth[:, None])
    colour = colour * jittered((1, 1, 1), n, rng, 0.14)
    return leaves(root, ahead * length, across * length * habit.slim, soft, colour, shade, 0.95 * root[:, 1] ** 2 + 0.08, 3)
