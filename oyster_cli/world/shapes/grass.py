"""Grass and reeds of height 1: curved blades of a few triangles, in three or four levels of detail."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import LEAF, PLAIN, Mesh, join
from oyster_cli.picture.mesh import facets, lattice, surface, tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import UP, around, bending, jittered, unit_height

LEVELS = 4
GREEN = (0.090, 0.135, 0.042)
DRY = (0.27, 0.215, 0.115)


def grass(seed: int, level: int = 0, dry: float = 0.2) -> Mesh:
    """A tuft of thin bent blades, the tallest 1 m; about 440, 170, 55 or 10 triangles. `dry` is the share of straw.

    The seed makes it upright or spreading; a dry one keeps its dead stalks.
    """
    rng, (n, joints, wide) = draw(seed, "grass"), ((60, 3, 0.012), (32, 2, 0.018), (17, 1, 0.030), (8, 0, 0.060))[level]
    loose = rng.uniform(0.6, 1.3)
    foot = around(rng.uniform(0, math.tau, n)) * (0.15 * loose * np.sqrt(rng.random((n, 1))))
    straw = (rng.random((n, 1)) < dry) * rng.uniform(0.5, 1, (n, 1))
    colour = jittered(GREEN, n, rng, 0.18) * (1 - straw) + jittered(DRY, n, rng, 0.16) * straw
    bow = loose * (0.15 + 1.25 * rng.random(n) ** 1.4)
    parts = [blades(rng, foot, rng.uniform(0.3, 1.0, n) ** 0.7, bow, wide, joints, colour)]
    if dry > 0.5:
        parts.append(seed_heads(rng, (9, 7, 4, 2)[level], (0.9, 1.3, 2.0, 3.4)[level], level, 0.12))
    return unit_height(join(parts))


def sward(seed: int, level: int = 0) -> Mesh:
    """A clump of meadow grass: many soft blades, some stems with seed heads above them; about 120, 44, 16 or 7 triangles."""
    rng = draw(seed, "sward")
    n, joints, stems = ((26, 2, 6), (13, 1, 5), (7, 0, 4), (4, 0, 3))[level]
    coarse = (1.0, 1.6, 2.6, 4.2)[level]
    foot = around(rng.uniform(0, math.tau, n)) * (0.30 * np.sqrt(rng.random((n, 1))))
    straw = (rng.random((n, 1)) < 0.16) * rng.uniform(0.3, 0.9, (n, 1))
    colour = jittered((0.092, 0.155, 0.034), n, rng, 0.16) * (1 - straw) + jittered((0.22, 0.19, 0.09), n, rng, 0.1) * straw
    leaves = blades(rng, foot, rng.uniform(0.4, 0.82, n), rng.uniform(0.2, 1.05, n), 0.021 * coarse, joints, colour)
    return unit_height(bending(join([leaves, seed_heads(rng, stems, coarse, level)])))


def seed_heads(rng: np.random.Generator, n: int, coarse: float, level: int, wide: float = 0.25) -> Mesh:
    """Thin stems that lean over, each with a plume of seeds, straw to purple; a triangle each when far."""
    heading = around(rng.uniform(0, math.tau, n))
    foot = around(rng.uniform(0, math.tau, n)) * (wide * np.sqrt(rng.uniform(0.01, 1.0, (n, 1))))
    lean, tall = rng.uniform(0.05, 0.42, (n, 1)), rng.uniform(0.72, 1.0, (n, 1))
    neck, top = foot + heading * lean * 0.9 + UP * tall * 0.89, foot + heading * lean * 1.15 + UP * tall
    thin = np.cross(heading, UP) * (0.006 * coarse)
    seeds = jittered((0.27, 0.235, 0.13), n, rng, 0.14)
    stalks = facets(np.stack([foot - thin, foot + thin, neck], 1), (0.13, 0.14, 0.05), LEAF, shade=np.tile([0.5, 0.5, 1.0], n))
    side = unit(np.cross(top - neck, rng.normal(0, 1, (n, 3)))) * (0.0085 * coarse**0.7)
    middle = neck + (top - neck) * 0.4
    soft = np.repeat(unit(UP + heading * 0.4), 4, axis=0)
    plumes = facets(np.stack([neck, middle - side, top, middle + side], 1), seeds, LEAF, normals=soft)
    return join([stalks, plumes]) if level < 3 else plumes


def reed(seed: int, level: int = 0) -> Mesh:
    """A stand of reeds: long blades and some brown cattails; about 110, 45 or 14 triangles."""
    rng = draw(seed, "reed")
    n, joints, tails = ((22, 2, 5), (13, 1, 3), (8, 0, 0))[level]
    foot = around(rng.uniform(0, math.tau, n)) * (0.2 * np.sqrt(rng.random((n, 1))))
    colour = jittered((0.085, 0.125, 0.040), n, rng, 0.15)
    meshes = [
        blades(rng, foot, rng.uniform(0.7, 1.0, n), rng.uniform(0.03, 0.35, n), 0.022 * (1.0, 1.5, 2.4)[level], joints, colour)
    ]
    if tails:
        meshes.append(_cattails(rng, tails, 4 if level == 0 else 3))
    return unit_height(join(meshes))


def blades(
    rng: np.random.Generator, foot: np.ndarray, tall: np.ndarray, bow: np.ndarray, width: float, joints: int,
    colour: np.ndarray, about: np.ndarray | float = 0.0,
) -> Mesh:  # fmt: skip
    """Blades from foot (n, 3), bowing away from `about`: pairs of points at the joints and one at the tip."""
    n = len(foot)
    heading = unit((foot - about) * 4 + rng.normal(0, 0.35, (n, 3)) * [1, 0, 1])
    t = np.linspace(0, 1, joints + 2)
    bend = bow[:, None] * t * 1.5
    run = heading[:, None] * (t * np.sin(bend) * 0.9)[..., None] + UP * (t * np.cos(bend * 0.75))[..., None]
    spine = foot[:, None] + run * tall[:, None, None]
    side = np.cross(heading, UP) + heading * rng.normal(0, 0.4, (n, 1))
    half = side[:, None] * (width / 2 * (1 - 0.85 * t**2))[:, None] * rng.uniform(0.7, 1.2, (n, 1, 1))
    points = np.concatenate([np.stack([spine - half, spine + half], axis=2)[:, :-1].reshape(n, -1, 3), spine[:, -1:]], axis=1)
    k = points.shape[1]
    each = lattice(joints + 1, 2) if joints else np.zeros((0, 3), int)
    strip = np.concatenate([each, [[k - 3, k - 2, k - 1]]])
    triangles = (np.arange(n)[:, None, None] * k + strip).reshape(-1, 3)
    share = np.append(np.repeat(t[:-1], 2), 1.0)
    colours = colour[:, None] * (0.65 + 0.55 * share)[:, None]
    normals = np.repeat(unit(UP + heading * 0.45 + rng.normal(0, 0.2, (n, 3))), k, axis=0)
    shade, sway = np.tile(0.35 + 0.65 * share, n), np.tile(0.1 * share**1.5, n)
    return surface(points.reshape(-1, 3), triangles, colours.reshape(-1, 3), LEAF, normals, sway, shade)


def _cattails(rng: np.random.Generator, n: int, sides: int) -> Mesh:
    """Thin stalks with brown velvet heads."""
    foot = around(rng.uniform(0, math.tau, n)) * rng.uniform(0.03, 0.15, (n, 1))
    top = foot + unit(foot + UP * rng.uniform(1.2, 3, (n, 1))) * rng.uniform(0.85, 1.0, (n, 1))
    thin = np.cross(unit(foot), UP) * 0.007
    stalks = facets(np.stack([foot - thin, foot + thin, top], 1), (0.09, 0.11, 0.045), LEAF, sway=np.tile([0.0, 0.0, 0.09], n))
    along = top - foot
    path = foot[:, None] + along[:, None] * np.array([0.76, 0.78, 0.9, 0.92])[:, None]
    radius = np.broadcast_to([0.0, 0.019, 0.019, 0.0], (n, 4))
    return join([stalks, tubes(path, radius, sides, (0.085, 0.045, 0.025), PLAIN, sway=np.full((n, 4), 0.08))])
