"""Dead wood: a fallen log, a stump, a bare snag, twigs on the ground."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from oyster_cli.picture.kinds import BARK, LEAF, PLAIN, Mesh, join
from oyster_cli.picture.mesh import facets, lathe, placed, turn, unit
from oyster_cli.picture.mesh import tubes as _tubes
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, jittered, unit_height

GREY_BARK = (0.105, 0.088, 0.072)
CUT_WOOD = (0.34, 0.25, 0.15)
# twigs, needles, cones, tufts of moss, how broad they are
_LITTER = ((50, 420, 4, 80, 1.0), (26, 90, 1, 30, 1.8), (12, 26, 0, 10, 3.2), (6, 8, 0, 4, 5.5))


def log(seed: int, length_m: float = 1.0, radius_m: float = 0.06, sides: int = 9) -> Mesh:
    """A log along z, its middle on the origin: knobbly bark and two cut ends with rings; about 100 triangles."""
    rng = draw(seed, "log")
    t = np.linspace(-0.5, 0.5, 6)
    radius = radius_m * (1 - 0.12 * t + rng.normal(0, 0.035, 6))
    path = np.stack([rng.normal(0, 0.08, 6) * radius_m, rng.normal(0, 0.08, 6) * radius_m, t * length_m], axis=1)
    bark = _tubes(path[None], radius[None], sides, jittered(GREY_BARK, 6, rng, 0.15)[None], BARK, beside=UP)
    ends = [_cut_end(radius[0], sides, path[0], 180.0), _cut_end(radius[-1], sides, path[-1], 0.0)]
    return join([bark, *ends])


def _cut_end(radius: float, sides: int, at: np.ndarray, yaw_deg: float) -> Mesh:
    """A disc that faces z (or -z), pale wood in a dark rim."""
    profile = np.array([[radius, -0.001], [radius * 0.85, 0.002], [radius * 0.02, 0.004]])
    colour = np.array([GREY_BARK, CUT_WOOD, np.array(CUT_WOOD) * 0.7])
    return placed(lathe(profile, sides, colour, PLAIN, caps=False), at, turn("y", yaw_deg) @ turn("x", 90))


def snag(seed: int, level: int = 0) -> Mesh:
    """A dead standing tree 1 m high: a broken trunk with bare forking arms; about 300, 110 or 30 triangles."""
    rng = draw(seed, "snag")
    n = (16, 9, 4)[level]
    t = np.linspace(0, 1, 6)
    path = UP * t[:, None] + np.cumsum(rng.normal(0, 0.012, (6, 3)) * [1, 0, 1], axis=0)
    trunk = _tubes(path[None], (0.028 * (1 - 0.75 * t) + 0.02 * np.exp(-t / 0.04))[None], (7, 5, 3)[level], GREY_BARK, BARK)
    height = rng.uniform(0.3, 0.95, n)
    foot = np.stack([np.interp(height, path[:, 1], path[:, k]) for k in range(3)], axis=1)
    out = around(GOLDEN_ANGLE * np.arange(n)) + UP * rng.uniform(-0.1, 0.6, (n, 1))
    reach = 0.3 * (1.1 - height)[:, None] * rng.uniform(0.3, 1.2, (n, 1)) + 0.03
    arms = np.stack([foot, foot + out * reach * 0.5, foot + (out + UP * rng.normal(0.1, 0.3, (n, 1))) * reach], axis=1)
    thin = np.outer(0.013 * (1.15 - height), [1.0, 0.6, 0.05])
    fork = arms[:, 1] + unit(rng.normal(0, 1, (n, 3)) + out) * reach * 0.45
    twigs = _tubes(np.stack([arms[:, 1], fork], axis=1), thin[:, 1:] * 0.6, 3, GREY_BARK, BARK)
    bare = unit_height(join([trunk, _tubes(arms, thin, 3, GREY_BARK, BARK), *([twigs] if level < 2 else [])]))
    return replace(bare, sway=0.4 * np.maximum(bare.points[:, 1], 0) ** 2)


def stump(seed: int) -> Mesh:
    """A sawn stump 1 m high (scale it down): flared roots, a pale top with rings; about 130 triangles."""
    rng = draw(seed, "stump")
    lobes = 1 + 0.16 * np.sin(np.arange(12) * math.tau / 12 * 4 + rng.uniform(0, math.tau)) + rng.normal(0, 0.04, 12)
    profile = np.array(
        [[0.95, -0.1], [0.68, 0.12], [0.52, 0.4], [0.48, 0.75], [0.46, 0.985], [0.42, 1.0], [0.2, 1.0], [0.02, 1.0]]
    )
    colour = np.array([GREY_BARK] * 5 + [CUT_WOOD, np.array(CUT_WOOD) * 0.75, CUT_WOOD])
    mesh = lathe(profile, 12, colour, BARK, caps=False)
    factor = 1 + (np.tile(lobes, 8) - 1) * np.repeat(np.clip(1.2 - profile[:, 1], 0.15, 1.2), 12)
    points = mesh.points * np.stack([factor, np.ones_like(factor), factor], axis=1)
    return replace(mesh, points=points.astype(np.float32))


def litter(seed: int, level: int = 0) -> Mesh:
    """What lies on a forest's floor: twigs, needles, cones, moss; a mat of height 1 and ten to all sides.

    About 800, 200, 60 or 18 triangles. The seed decides what there is most of; every fourth has a fallen branch.
    """
    rng, (twigs, needles, cones, tufts, wide) = draw(seed, "litter"), _LITTER[level]
    parts = [_twigs(rng, twigs, wide), _needles(rng, needles, wide), _moss(rng, tufts, wide)]
    parts += [_cone(rng) for _ in range(cones)]
    if seed % 4 == 1 and level < 3:
        parts.append(_branch(rng))
    made = join(parts)
    return replace(made, points=10.0 * made.points)  # made in metres


def _spots(rng: np.random.Generator, n: int) -> np.ndarray:
    return around(rng.uniform(0, math.tau, n)) * np.sqrt(rng.random((n, 1)))


def _twigs(rng: np.random.Generator, n: int, wide: float) -> Mesh:
    """A thin wedge each."""
    at = _spots(rng, n) + UP * 0.006
    run = around(rng.uniform(0, math.tau, n)) * rng.uniform(0.05, 0.24, (n, 1)) + UP * rng.uniform(0, 0.03, (n, 1))
    thick = np.cross(unit(run), UP) * (0.004 * wide) + UP * 0.004
    corners = np.stack([at - thick, at + thick, at + run], axis=1)
    return facets(corners, jittered(GREY_BARK, n, rng), BARK, normals=np.tile(UP, (n * 3, 1)), shade=0.7)


def _needles(rng: np.random.Generator, n: int, wide: float) -> Mesh:
    """Pairs of needles shed by pines, straw to rust."""
    at = _spots(rng, n) + UP * rng.uniform(0.004, 0.012, (n, 1))
    run = around(rng.uniform(0, math.tau, n)) * rng.uniform(0.05, 0.11, (n, 1)) * wide**0.4
    fork = np.cross(unit(run), UP) * (0.007 * wide)
    corners = np.stack([at, at + run + fork, at + run - fork], axis=1)
    return facets(corners, jittered((0.23, 0.138, 0.068), n, rng, 0.38), PLAIN, normals=np.tile(UP, (n * 3, 1)), shade=0.75)


def _moss(rng: np.random.Generator, n: int, wide: float) -> Mesh:
    """Cushions of moss, tuft by tuft: triangles that stand up a little."""
    at = (_spots(rng, 3) * 0.8)[rng.integers(0, 3, n)] + _spots(rng, n) * 0.2
    lean = unit(UP + rng.normal(0, 0.8, (n, 3)) * [1, 0.2, 1]) * rng.uniform(0.015, 0.04, (n, 1)) * wide**0.5
    side = np.cross(unit(lean), around(rng.uniform(0, math.tau, n))) * (0.016 * wide)
    corners = np.stack([at - side, at + side, at + lean], axis=1)
    green = jittered((0.070, 0.098, 0.030), n, rng, 0.2)
    return facets(corners, green, LEAF, normals=np.tile(UP, (n * 3, 1)), shade=np.tile([0.4, 0.4, 0.95], n))


def _cone(rng: np.random.Generator) -> Mesh:
    """A fir cone on its side: a spindle of scales."""
    profile = np.array([[0.0, -0.5], [0.26, -0.3], [0.30, 0.0], [0.17, 0.3], [0.0, 0.5]]) * rng.uniform(0.05, 0.08)
    colours = np.array(
        [(0.10, 0.062, 0.036), (0.17, 0.11, 0.062), (0.085, 0.052, 0.03), (0.15, 0.096, 0.056), (0.09, 0.056, 0.032)]
    )
    lying = turn("y", rng.uniform(0, 360)) @ turn("z", 90)
    return placed(lathe(profile, 6, colours, PLAIN, caps=False), _spots(rng, 1)[0] * 0.9 + UP * 0.016, lying)


def _branch(rng: np.random.Generator) -> Mesh:
    """A fallen branch, bent, with side shoots."""
    t = np.linspace(-0.5, 0.5, 5)
    way = around(rng.uniform(0, math.tau))
    path = (
        way * (1.1 * t)[:, None]
        + np.cross(way, UP) * (0.10 * np.sin(5 * t + 1))[:, None]
        + UP * (0.035 + 0.06 * (t + 0.5))[:, None]
    )
    foot = path[[1, 2, 2, 3]]
    tip = foot + way * 0.25 + np.cross(way, UP) * rng.uniform(-0.35, 0.35, (4, 1)) + UP * rng.uniform(-0.02, 0.14, (4, 1))
    shoots = np.stack([foot, tip], axis=1)
    stem = _tubes(path[None], np.array([[0.024, 0.021, 0.017, 0.012, 0.004]]), 5, GREY_BARK, BARK)
    return join([stem, _tubes(shoots, np.tile([0.008, 0.001], (4, 1)), 3, GREY_BARK, BARK)])
