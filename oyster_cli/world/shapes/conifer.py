"""Conifers of height 1: spruces of drooping whorls and pines of tufted crowns, in four levels of detail."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import BARK, SPRAY, Mesh, join
from oyster_cli.picture.mesh import facets, surface, tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import UP, around, jittered, sprays, unit_height

LEVELS = 4
NEEDLES = (0.048, 0.072, 0.033)
TRUNK = (0.115, 0.085, 0.065)
DEAD = (0.10, 0.085, 0.072)
# level: whorls, branches a whorl, sprays each side of a branch, trunk sides, trunk rings, dead twigs
_SPRUCE = ((28, 6.2, 8, 6, 6, 26), (21, 4.9, 5, 4, 4, 10), (13, 4.2, 2, 3, 2, 0))
_GROWTH = {"spruce": ((0.04, 0.20), (0.12, 0.20)), "dwarf": ((0.0, 0.02), (0.26, 0.40))}  # where the crown begins, its radius
# level: boughs, tufts a bough, needles a tuft, trunk sides, trunk rings, dead twigs
_PINE = ((22, 12, 10, 6, 7, 16), (18, 5, 6, 4, 4, 4), (12, 2, 5, 3, 2, 0), (9, 1, 4, 3, 2, 0))


@dataclass(frozen=True)
class Boughs:
    """Branches as curves: where they leave the trunk, their level direction, length, rise and droop; all (b,) or (b, 3)."""

    foot: np.ndarray
    out: np.ndarray
    length: np.ndarray
    rise: np.ndarray
    droop: np.ndarray
    up_crown: np.ndarray  # 0 at the crown's base, 1 at the top

    def at(self, t: np.ndarray) -> np.ndarray:
        """Points (b, k, 3) at shares t (b, k) of their length."""
        height = self.rise[:, None] * t - self.droop[:, None] * t**2 * (1.0 - 0.45 * t)
        run = self.out[:, None] * t[..., None] + UP * height[..., None]
        return self.foot[:, None] + run * self.length[:, None, None]


def conifer(seed: int, level: int = 0, kind: str = "spruce") -> Mesh:
    """A conifer 1 m high on the origin: about 3200, 1150, 280 or 40 triangles at level 0 to 3.

    kind: spruce, pine, or dwarf, a spruce of the timber line.
    """
    rng = draw(seed, "conifer", kind)
    return unit_height(join(_pine(rng, level) if kind == "pine" else _spruce(rng, level, *_GROWTH[kind])))


def _trunk(bend: np.ndarray, thick: float, sides: int, rings: int, colour: np.ndarray) -> Mesh:
    height = np.linspace(0.0, 0.985, rings)
    radius = thick * (1 - height) ** 0.85 + thick * 0.5 * np.exp(-height / 0.018)
    shade = 1 - 0.6 * np.clip(height / 0.3, 0, 1)
    path = np.stack([_sweep(bend, height)], axis=0)
    return tubes(path, radius[None], sides, colour, BARK, sway=(height**2)[None], shade=shade[None])


def _sweep(bend: np.ndarray, height: np.ndarray) -> np.ndarray:
    """The trunk's line: nearly straight, with a slow sweep of `bend` (3,) m."""
    return UP * height[..., None] + bend * (np.sin(height * 2.6) * height)[..., None]


def _spruce(rng: np.random.Generator, level: int, lowest: tuple[float, float], wide: tuple[float, float]) -> list[Mesh]:
    crown_from, spread = rng.uniform(*lowest), rng.uniform(*wide)
    bend = around(rng.uniform(0, math.tau)) * rng.uniform(0.0, 0.03)
    if level == 3:
        return [_trunk(bend, 0.0135, 3, 2, np.array(TRUNK)), _skirts(rng, crown_from, spread, bend)]
    whorls, each, pairs, sides, rings, twigs = _SPRUCE[level]
    boughs = _whorls(rng, whorls, each, crown_from, spread, bend)
    trunk = _trunk(bend, 0.0135, sides, rings, np.array(TRUNK))
    meshes = [trunk, _fronds(rng, boughs, pairs, spread)]
    if level < 2:
        meshes.append(_dead_twigs(rng, twigs, crown_from + 0.16, bend, 0.075))
    if level == 0:
        meshes.append(_wood(boughs))
    return meshes


def _whorls(rng: np.random.Generator, whorls: int, each: float, crown_from: float, spread: float, bend: np.ndarray) -> Boughs:
    """Branches in whorls that crowd towards the top; each of its own length, so that the outline is ragged."""
    tier = np.arange(round(whorls * each)) // each
    n = len(tier)
    crown = np.clip(((tier + rng.uniform(0.1, 0.9, n)) / whorls) ** 0.92, 0, 0.985)
    profile = (1 - crown) ** 0.74 * np.clip(0.62 + crown * 3.2, 0, 1)
    gaps = np.where(rng.random(n) < 0.17, 0.45, 1.0)
    height = crown_from + (0.975 - crown_from) * crown
    angle = math.tau * (np.arange(n) / each + rng.normal(0, 0.07, n)) + tier * 2.39
    lee = 1.0 + rng.uniform(0.05, 0.3) * np.cos(angle - rng.uniform(0, math.tau)) * (1 - crown)
    length = spread * profile * rng.uniform(0.62, 1.28, n) * gaps * lee + 0.010
    rise, droop = rng.normal(0, 0.14, n) - 0.08 + 0.9 * crown**2, 1.05 - 0.65 * crown + rng.normal(0, 0.12, n)
    return Boughs(_sweep(bend, height), around(angle), length, rise, droop, crown)


def _skirts(rng: np.random.Generator, crown_from: float, spread: float, bend: np.ndarray) -> Mesh:
    """What is left of a crown far off: ragged skirts, one over the other, long tips and short ones in turn."""
    rows, rim = 5, 6
    crown = ((np.arange(rows) + rng.uniform(-0.15, 0.15, rows)) / rows).clip(0)[:, None]
    height = crown_from + (0.97 - crown_from) * crown
    long = np.where(np.arange(rim) % 2 == 0, rng.uniform(0.75, 1.3, (rows, rim)), rng.uniform(0.3, 0.6, (rows, rim)))
    reach = (spread * (1 - crown) ** 0.74 * np.clip(0.62 + crown * 3.2, 0, 1) + 0.010) * long
    out = around(math.tau * (np.arange(rim) / rim + rng.normal(0, 0.03, (rows, rim))) + 1.7 * np.arange(rows)[:, None])
    tips = _sweep(bend, height)[:, 0, None] + out * reach[..., None] - UP * (0.55 * reach)[..., None]
    top = _sweep(bend, np.minimum(height + 1.75 * (0.97 - crown_from) / rows, 0.99))
    points = np.concatenate([top, tips], axis=1).reshape(-1, 3)
    k = np.arange(rim)
    fan = np.stack([0 * k, 1 + k, 1 + (k + 1) % rim], axis=1)
    triangles = (np.arange(rows)[:, None, None] * (rim + 1) + fan).reshape(-1, 3)
    soft = np.concatenate([np.broadcast_to(UP, (rows, 1, 3)), out * 0.8 + UP * 0.5], axis=1).reshape(-1, 3)
    shade = np.concatenate([0.22 + 0.2 * crown, (0.30 + 0.55 * long) * (0.7 + 0.3 * crown)], axis=1).ravel().clip(0, 1)
    colour = jittered(NEEDLES, rows * (rim + 1), rng, 0.14) * (0.75 + 0.5 * shade[:, None])
    return surface(points, triangles, colour, SPRAY, unit(soft), points[:, 1].clip(0, 1) ** 2, shade)


def _fronds(rng: np.random.Generator, boughs: Boughs, pairs: int, spread: float) -> Mesh:
    """Side twigs in pairs along each branch and one at its tip, hanging a little: what makes a spruce's flat fronds."""
    b, per = len(boughs.length), 2 * pairs + 1
    t = np.concatenate([np.repeat((np.arange(pairs) + 0.75) / (pairs + 0.6), 2), [0.42]])
    hand = np.concatenate([np.tile([1.0, -1.0], pairs), [0.0]])
    t = np.clip(t + rng.normal(0, 0.035, (b, per)), 0.08, 0.97)
    root = boughs.at(t)
    ahead = unit(boughs.at(t + 0.04) - root)
    beside = np.cross(ahead, UP) * hand[:, None]
    reach = np.where(hand == 0, 1.06 - t, (0.74 - 0.42 * t) * (1.0 if pairs > 3 else 1.2)) * rng.uniform(0.75, 1.25, (b, per))
    sag = UP * (rng.uniform(0.0, 1.5, (b, per)) * (1 - 0.45 * boughs.up_crown[:, None]))[..., None]
    tip = (
        root
        + unit(ahead * (0.75 + 0.2 * (hand == 0))[:, None] + beside * 0.85 - sag) * (reach * boughs.length[:, None])[..., None]
    )
    coarse = {8: 0.28, 5: 0.48, 2: 1.2}[pairs]
    width = (
        (0.35 * spread * 0.42 + 0.2 * boughs.length[:, None])
        * coarse
        * np.where(hand == 0, 0.8, 1.0)
        * rng.uniform(0.8, 1.2, (b, per))
    )
    outward = np.repeat(boughs.out[:, None] * 0.8 + UP * 0.5, per, axis=1) + rng.normal(0, 0.25, (b, per, 3))
    return _as_sprays(rng, root, tip, width, outward, t, boughs)


def _as_sprays(
    rng: np.random.Generator,
    root: np.ndarray,
    tip: np.ndarray,
    width: np.ndarray,
    outward: np.ndarray,
    t: np.ndarray,
    boughs: Boughs,
) -> Mesh:
    b, per = t.shape
    bough_colour = jittered(NEEDLES, b, rng, 0.18)[:, None] * (0.8 + 0.45 * t[..., None])
    depth = np.clip(0.16 + 0.75 * t**1.3, 0, 1) * (0.62 + 0.38 * boughs.up_crown[:, None])
    shade = np.stack([depth, np.clip(depth * 1.35 + 0.08, 0, 1)], axis=-1)
    sway = root[..., 1] ** 2 + 0.06 * t

    def flat(array: np.ndarray) -> np.ndarray:
        return array.reshape(b * per, *array.shape[2:])

    roll = rng.normal(0, 0.9, b * per)
    return sprays(flat(root), flat(tip), flat(width), unit(flat(outward)), flat(bough_colour), flat(shade), flat(sway), roll)


def _wood(boughs: Boughs) -> Mesh:
    """The branches' own wood: a thin wedge each."""
    t = np.broadcast_to([0.0, 0.72], (len(boughs.length), 2))
    foot, tip = boughs.at(t).swapaxes(0, 1)
    thick = UP * (0.022 * boughs.length + 0.0012)[:, None]
    height = np.repeat(foot[:, 1] ** 2, 3)
    return facets(np.stack([foot - thick, tip, foot + thick], axis=1), DEAD, BARK, sway=height, shade=0.35)


def _dead_twigs(rng: np.random.Generator, n: int, below: float, bend: np.ndarray, length: float) -> Mesh:
    """Bare grey twigs on the lower trunk, thin and sagging."""
    foot = _sweep(bend, rng.uniform(0.035, below, n))
    run = around(rng.uniform(0, math.tau, n)) + UP * rng.normal(-0.25, 0.2, (n, 1))
    tip = foot + run * (length * rng.uniform(0.4, 1.1, n))[:, None]
    thick = UP * 0.0016
    return facets(
        np.stack([foot - thick, tip, foot + thick], axis=1),
        DEAD,
        BARK,
        shade=0.6,
        normals=np.repeat(unit(run * 0.3 + UP), 3, 0),
    )


# ---- pine -------------------------------------------------------------------------------------------------------------


def _pine(rng: np.random.Generator, level: int) -> list[Mesh]:
    boughs_n, tufts, needles, sides, rings, twigs = _PINE[level]
    crown_from = rng.uniform(0.50, 0.64)
    bend = around(rng.uniform(0, math.tau)) * rng.uniform(0.01, 0.05)
    boughs = _pine_boughs(rng, boughs_n, crown_from, bend)
    height = np.linspace(0, 1, rings)[:, None]
    orange = np.array(TRUNK) * (1 - height) + np.array([0.21, 0.105, 0.055]) * height
    meshes = [_trunk(bend, 0.0165, sides, rings, orange[None]), _tufts(rng, boughs, tufts, needles)]
    if level < 2:
        meshes += [_dead_twigs(rng, twigs, crown_from, bend, 0.1), _pine_wood(boughs, 3 if level == 0 else 2)]
    return meshes


def _pine_boughs(rng: np.random.Generator, n: int, crown_from: float, bend: np.ndarray) -> Boughs:
    crown = (np.arange(n) + rng.uniform(0.2, 0.8, n)) / n
    profile = np.sqrt(np.clip(1 - (1.55 * crown - 0.62) ** 2, 0.03, 1))
    length = 0.185 * profile * rng.uniform(0.55, 1.25, n) + 0.02
    height = crown_from + (0.955 - crown_from) * crown
    angle = np.arange(n) * 2.39996 + rng.normal(0, 0.3, n)
    return Boughs(
        _sweep(bend, height), around(angle), length, rng.uniform(-0.1, 0.5, n) + 0.5 * crown, rng.uniform(-0.3, 0.3, n), crown
    )


def _pine_wood(boughs: Boughs, points: int) -> Mesh:
    t = np.broadcast_to(np.linspace(0, 0.95, points), (len(boughs.length), points))
    path = boughs.at(t)
    radius = (0.026 * boughs.length + 0.0015)[:, None] * (1 - 0.85 * t)
    return tubes(path, radius, 3, (0.17, 0.095, 0.06), BARK, sway=path[..., 1] ** 2, shade=0.45)


def _tufts(rng: np.random.Generator, boughs: Boughs, tufts: int, needles: int) -> Mesh:
    """Bursts of needle clusters around the outer half of each bough; the upper half of each burst is denser."""
    b = len(boughs.length)
    t = np.sqrt(np.linspace(0.2 if tufts > 1 else 0.6, 1.0, tufts)) + rng.normal(0, 0.05, (b, tufts))
    size = 0.020 + 0.10 * boughs.length[:, None] * rng.uniform(0.7, 1.3, (b, tufts))
    off = (
        rng.normal(0, 1, (b, tufts, 3)) * np.array([1, 0.35, 1]) * (0.27 * boughs.length)[:, None, None] * (t[..., None] > 0.3)
    )
    centre = boughs.at(t) + off
    burst = unit(rng.normal(0, 1, (b, tufts, needles, 3)) + UP * 0.45 + 0.4 * boughs.out[:, None, None])
    coarse = {10: 0.55, 6: 1.5, 5: 4.2, 4: 7.0}[needles]
    root = np.repeat(centre[:, :, None], needles, axis=2)
    tip = root + burst * (size * (1 + 0.25 * (coarse - 1)))[..., None, None] * rng.uniform(0.7, 1.2, (b, tufts, needles, 1))
    width = np.repeat((size * 0.4 * coarse)[..., None], needles, axis=2)
    axis = unit(centre - boughs.foot[:, None] * np.array([1, 0.93, 1]))[:, :, None]
    outward = burst * 0.7 + axis * 0.7 + UP * 0.25
    n = b * tufts * needles
    colour = np.repeat(jittered((0.056, 0.080, 0.036), b * tufts, rng, 0.2), needles, axis=0)
    depth = np.clip(0.3 + 0.45 * burst[..., 1] + 0.35 * t[..., None], 0.12, 0.85).reshape(n)
    shade = np.stack([depth * 0.7, np.clip(depth * 1.25, 0, 1)], axis=1)
    sway = (root[..., 1] ** 2 + 0.05).reshape(n)
    flat = [array.reshape(n, 3) for array in (root, tip, outward)]
    return sprays(flat[0], flat[1], width.reshape(n), unit(flat[2]), colour, shade, sway, rng.uniform(-1.5, 1.5, n))
