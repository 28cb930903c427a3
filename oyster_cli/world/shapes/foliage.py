"""What all plants share: sprays and leaves as many small triangles, blurred into the crown by their normals."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from oyster_cli.picture.kinds import LEAF, SPRAY, Mesh
from oyster_cli.picture.mesh import facets, icosphere, unit

UP = np.array([0.0, 1.0, 0.0])
GOLDEN_ANGLE = math.radians(137.508)


def around(angle: float | np.ndarray) -> np.ndarray:
    """Level unit vectors (..., 3) at these angles about y."""
    return np.stack([np.cos(angle), 0.0 * np.cos(angle), np.sin(angle)], axis=-1)


def unit_height(mesh: Mesh) -> Mesh:
    """The mesh scaled evenly so that its highest point is 1 m above the ground."""
    return replace(mesh, points=(mesh.points / mesh.points[:, 1].max()).astype(np.float32))


def bending(mesh: Mesh) -> Mesh:
    """The mesh with sway as grass has it: 1 at height 1, none at the foot."""
    return replace(mesh, sway=mesh.points[:, 1].clip(0.0, 1.0).astype(np.float32) ** 1.2)


def jittered(colour: tuple[float, float, float], n: int, rng: np.random.Generator, amount: float = 0.2) -> np.ndarray:
    """(n, 3) colours around one: lighter and darker, a little yellower and bluer."""
    value = 1 + amount * rng.normal(size=(n, 1)).clip(-2, 2)
    warmth = 1 + 0.35 * amount * rng.normal(size=(n, 1)).clip(-2, 2) * np.array([1.0, 0.2, -0.6])
    return np.asarray(colour) * value * warmth


def sprays(
    root: np.ndarray,
    tip: np.ndarray,
    width: np.ndarray,
    soft: np.ndarray,
    colour: np.ndarray,
    shade: np.ndarray,
    sway: np.ndarray,
    roll: np.ndarray | None = None,
) -> Mesh:
    """n pointed triangles from root to tip (n, 3), each `width` (n,) broad near its root.

    soft: (n, 3) normals of the crown there; the triangle's own only tints them, so that a crown is lit as one body.
    colour (n, 3) and shade (n, 2) run from root to tip; roll (n,) turns each about its length, 0 lies flat.
    """
    along = unit(tip - root)
    level = unit(np.cross(along, UP) + 1e-4)
    if roll is not None:
        level = level * np.cos(roll)[:, None] + np.cross(along, level) * np.sin(roll)[:, None]
    broad = root + (tip - root) * 0.22
    corners = np.stack([broad - level * width[:, None] / 2, broad + level * width[:, None] / 2, tip], axis=1)
    face = np.cross(along, level)
    face *= np.where((face * soft).sum(1, keepdims=True) < 0, -1.0, 1.0)
    normals = unit(unit(soft)[:, None] * 0.75 + face[:, None] * 0.35 + along[:, None] * np.array([[0], [0], [0.3]]))
    shades = np.stack([shade[:, 0], shade[:, 0], shade[:, 1]], axis=1)
    colours = colour[:, None] * np.array([0.85, 0.85, 1.25])[None, :, None]
    swayed = sway[:, None] * np.array([1.0, 1.0, 1.15])
    return facets(corners, colours, SPRAY, normals=normals.reshape(-1, 3), sway=swayed.ravel(), shade=shades.ravel())


def leaves(
    root: np.ndarray,
    along: np.ndarray,
    across: np.ndarray,
    soft: np.ndarray,
    colour: np.ndarray,
    shade: np.ndarray,
    sway: np.ndarray,
    corners: int = 4,
    material: int | None = None,
) -> Mesh:
    """n leaves: root (n, 3), `along` to the tip, `across` from edge to edge; kites folded about the midrib, or triangles.

    A kite is a leaf, a triangle a spray of them unless another material is given. soft: (n, 3) normals of the crown there;
    the leaf's own only tints them. colour (n, 3), shade and sway (n,).
    """
    fold = 0.18 * np.cross(along, across) / (np.linalg.norm(along, axis=1, keepdims=True) + 1e-9)
    shoulder = root + along * (0.45 if corners == 4 else 0.1) + fold
    at = [root, shoulder - across / 2, root + along, shoulder + across / 2][4 - corners :]
    face = unit(np.cross(across, along))
    face *= np.where((face * soft).sum(1, keepdims=True) < 0, -1.0, 1.0)
    normals = np.repeat(unit(soft * 0.7 + face * 0.45 + UP * 0.1), corners, axis=0)
    shade, sway = np.repeat(shade, corners), np.repeat(sway, corners)
    material = material or (LEAF if corners == 4 else SPRAY)
    return facets(np.stack(at, axis=1), colour, material, normals=normals, shade=shade, sway=sway)


def lumps(rng: np.random.Generator, heart: np.ndarray, reach: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lumpy balls open below, about heart (k, 3) with radii reach (k, 3): what is deep in a crown, or all of one far off.

    Returns points (12 k, 3), triangles (m, 3) and the way out at each point (12 k, 3).
    """
    ball, k = icosphere(0), len(heart)
    seen = ball.triangles[ball.points[ball.triangles, 1].mean(1) > -0.6]
    out = ball.points * rng.uniform(0.76, 1.14, (k, len(ball.points), 1))
    at = heart[:, None] + out * reach[:, None]
    triangles = np.arange(k)[:, None, None] * len(ball.points) + seen
    return at.reshape(-1, 3), triangles.reshape(-1, 3), np.tile(ball.points, (k, 1))
