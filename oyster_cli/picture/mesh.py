"""Making meshes: many of a kind at once, in numpy. Knows shapes, not what they are of."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from oyster_cli.picture.kinds import PLAIN, Mesh

Colour = ArrayLike  # (3,) linear, or one a point as the function says
AXIS = {"x": 0, "y": 1, "z": 2}


def unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of length 1; a vector without length points up."""
    length = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), np.array([0.0, 1.0, 0.0]))


def smooth_normals(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """(n, 3) normals: each the area-weighted mean of the triangles that share the point."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    total = [np.bincount(triangles.ravel(), np.repeat(face[:, k], 3), len(points)) for k in range(3)]
    return unit(np.stack(total, axis=1))


def surface(
    points: np.ndarray,
    triangles: np.ndarray,
    colour: Colour,
    material: int = PLAIN,
    normals: np.ndarray | None = None,
    sway: float | np.ndarray = 0.0,
    shade: float | np.ndarray = 1.0,
) -> Mesh:
    """A mesh of points (n, 3) and triangles (m, 3); one colour, or one a point. Without normals: smooth ones."""
    points, triangles, n = np.asarray(points, float), np.asarray(triangles), len(points)
    if normals is None:
        normals = smooth_normals(points, triangles)
    return Mesh(
        points.astype(np.float32),
        normals.astype(np.float32),
        np.broadcast_to(colour, (n, 3)).astype(np.float32),
        triangles.astype(np.int32),
        np.full(n, material, np.int32),
        np.broadcast_to(sway, n).astype(np.float32),
        np.broadcast_to(shade, n).astype(np.float32),
    )


def flat(mesh: Mesh, rounded: float = 0.0) -> Mesh:
    """The mesh with hard edges: no shared points, face normals; `rounded` 0..1 mixes the old normals back in."""
    at = mesh.triangles.ravel()
    a, b, c = mesh.points[mesh.triangles].swapaxes(0, 1)
    face = np.repeat(unit(np.cross(b - a, c - a)), 3, axis=0)
    return Mesh(
        mesh.points[at],
        unit(face * (1 - rounded) + mesh.normals[at] * rounded).astype(np.float32),
        mesh.colours[at],
        np.arange(len(at), dtype=np.int32).reshape(-1, 3),
        mesh.material[at],
        mesh.sway[at],
        mesh.shade[at],
    )


# ---- many small faces -------------------------------------------------------------------------------------------------


def facets(corners: np.ndarray, colour: Colour, material: int = PLAIN, **more: float | np.ndarray) -> Mesh:
    """Separate flat faces out of corners (n, 3 or 4, 3), counter-clockwise. colour: one, (n, 3) or (n, corners, 3)."""
    n, k = corners.shape[:2]
    fan = np.array([[0, i, i + 1] for i in range(1, k - 1)])
    triangles = (np.arange(n)[:, None, None] * k + fan).reshape(-1, 3)
    colour = np.asarray(colour, float)
    colour = np.broadcast_to(colour[:, None] if colour.ndim == 2 else colour, (n, k, 3)).reshape(-1, 3)
    normals = np.repeat(unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])), k, axis=0)
    return surface(corners.reshape(-1, 3), triangles, colour, material, more.pop("normals", normals), **more)  # type: ignore[arg-type]


_CUBE = np.array([[4, 6, 2, 0], [3, 7, 5, 1], [1, 5, 4, 0], [6, 7, 3, 2], [2, 3, 1, 0], [5, 7, 6, 4]])
FACES = ("x-", "x+", "y-", "y+", "z-", "z+")


def boxes(
    low: ArrayLike, high: ArrayLike, colour: Colour, material: int = PLAIN, without: tuple[str, ...] = (), **more: float
) -> Mesh:
    """Sharp boxes between corners low and high, (n, 3) each, leaving out the faces named (for example "y-")."""
    low, high = np.atleast_2d(np.asarray(low, float)), np.atleast_2d(np.asarray(high, float))
    bits = (np.arange(8)[:, None] >> np.arange(3)) & 1  # corner k: bit 0 is x, bit 1 y, bit 2 z
    corners = np.where(bits[None], high[:, None], low[:, None])
    kept = _CUBE[[i for i, name in enumerate(FACES) if name not in without]]
    colour = np.asarray(colour, float)
    colour = np.repeat(colour, len(kept), axis=0) if colour.ndim == 2 else colour
    return facets(corners[:, kept].reshape(-1, 4, 3), colour, material, **more)


def blocks(low: ArrayLike, size: ArrayLike, colour: Colour, material: int = PLAIN, **more: Any) -> Mesh:
    """Boxes from their lowest corners and sizes; see boxes."""
    return boxes(low, np.add(low, size), colour, material, **more)


def box(size: tuple[float, float, float], bevel: float = 0.0, colour: Colour = (0.5, 0.5, 0.5), material: int = PLAIN) -> Mesh:
    """One box of this size around the origin, its edges cut off by `bevel` metres; hard edges."""
    x, y, z = (side / 2 for side in size)
    if bevel <= 0:
        return boxes(np.array([-x, -y, -z]), np.array([x, y, z]), colour, material)

    def ring(height: float, inset: float) -> np.ndarray:
        a, c, cut = x - inset, z - inset, bevel
        quarter = np.array([(a, height, c - cut), (a - cut, height, c)])
        half = np.concatenate([quarter, quarter[::-1] * [-1, 1, 1]])
        return np.concatenate([half, half[::-1] * [1, 1, -1]])

    heights = [(-y, bevel), (bevel - y, 0.0), (y - bevel, 0.0), (y, bevel)]
    return flat(loft(np.stack([ring(*each) for each in heights])[:, ::-1], colour, material))


# ---- surfaces over a grid of points -----------------------------------------------------------------------------------


def lattice(rows: int, columns: int, closed: bool = False) -> np.ndarray:
    """Triangles over a grid of rows x columns points; closed joins the last column to the first."""
    v, u = np.meshgrid(np.arange(rows - 1), np.arange(columns if closed else columns - 1), indexing="ij")
    next_u = (u + 1) % columns
    a, b, c, d = v * columns + u, v * columns + next_u, (v + 1) * columns + next_u, (v + 1) * columns + u
    return np.stack([a, b, c, a, c, d], axis=-1).reshape(-1, 3)


def loft(
    rings: np.ndarray, colour: Colour, material: int = PLAIN, caps: bool = True, closed: bool = True, **more: float | np.ndarray
) -> Mesh:
    """A skin over rings (k, n, 3), its two ends closed by fans when `caps`. colour: one, (k, 1, 3) or (k, n, 3)."""
    k, n = rings.shape[:2]
    points, triangles = rings.reshape(-1, 3), lattice(k, n, closed)
    colours = np.broadcast_to(colour, (k, n, 3)).reshape(-1, 3)
    if caps:
        points = np.concatenate([points, rings[0].mean(0, keepdims=True), rings[-1].mean(0, keepdims=True)])
        colours = np.concatenate([colours, colours[:1], colours[-1:]])
        i, j, last = np.arange(n), (np.arange(n) + 1) % n, (k - 1) * n
        foot = np.stack([np.full(n, k * n), j, i], axis=1)
        head = np.stack([np.full(n, k * n + 1), last + i, last + j], axis=1)
        triangles = np.concatenate([triangles, foot, head])
    return surface(points, triangles, colours, material, **more)  # type: ignore[arg-type]


def lathe(profile: ArrayLike, sides: int, colour: Colour, material: int = PLAIN, caps: bool = True) -> Mesh:
    """A turned shape: profile (k, 2) of (radius, height) around the y axis. colour: one, or (k, 3)."""
    turn = np.arange(sides) * (-math.tau / sides)
    around = np.stack([np.cos(turn), np.zeros(sides), np.sin(turn)], axis=1)
    outline, colour = np.asarray(profile, float), np.asarray(colour, float)
    rings = outline[:, :1, None] * around + outline[:, 1, None, None] * np.array([0.0, 1.0, 0.0])
    return loft(rings, colour[:, None] if colour.ndim == 2 else colour, material, caps)


def extrude(outline: np.ndarray, depth: float, colour: Colour, material: int = PLAIN) -> Mesh:
    """A plate of a star-shaped outline (n, 2) in x and y, counter-clockwise, from z = 0 to z = depth; hard edges."""
    front = np.column_stack([outline, np.zeros(len(outline))])
    return flat(loft(np.stack([front, front + np.array([0.0, 0.0, depth])]), colour, material))


def tubes(
    paths: np.ndarray,
    radii: np.ndarray,
    sides: int,
    colour: Colour,
    material: int = PLAIN,
    beside: np.ndarray | None = None,
    **more: float | np.ndarray,
) -> Mesh:
    """Round tubes along polylines, all in one mesh, open at the ends.

    paths (b, s, 3); radii (b, s), 0 closes an end to a point. colour, sway and shade: one, or one a path point (b, s[, 3]).
    beside: a direction (3,) or (b, 1, 3) no path runs along; the rings are set out from it.
    """
    b, s = paths.shape[:2]
    ahead = unit(np.gradient(paths, axis=1) if s > 2 else np.repeat(np.diff(paths, axis=1), 2, axis=1))
    if beside is None:
        mean = unit(paths[:, -1:] - paths[:, :1])
        beside = np.where(np.abs(mean[..., 1:2]) < 0.8, np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0]))
    side = unit(np.cross(ahead, beside))
    turn = np.arange(sides) * (math.tau / sides)
    around = np.cos(turn)[:, None] * side[:, :, None] + np.sin(turn)[:, None] * np.cross(ahead, side)[:, :, None]
    points = paths[:, :, None] + around * radii[:, :, None, None]  # (b, s, sides, 3)
    each = lattice(s, sides, closed=True)
    triangles = np.arange(b)[:, None, None] * (s * sides) + each
    for name, value in more.items():
        more[name] = np.broadcast_to(np.asarray(value)[..., None], (b, s, sides)).reshape(-1)
    colour = np.asarray(colour, float)
    colours = np.broadcast_to(colour[:, :, None] if colour.ndim == 3 else colour, points.shape).reshape(-1, 3)
    return surface(points.reshape(-1, 3), triangles.reshape(-1, 3), colours, material, around.reshape(-1, 3), **more)  # type: ignore[arg-type]


def tube(path: np.ndarray, radii: float | np.ndarray, sides: int, colour: Colour, material: int = PLAIN) -> Mesh:
    """One tube along a polyline (s, 3)."""
    path = np.asarray(path, float)
    return tubes(path[None], np.broadcast_to(radii, len(path))[None], sides, colour, material)


@cache
def _icosphere(level: int) -> tuple[np.ndarray, np.ndarray]:
    if level == 0:
        g = (1 + math.sqrt(5)) / 2
        corners = [(-1, g, 0), (1, g, 0), (-1, -g, 0), (1, -g, 0), (0, -1, g), (0, 1, g),
                  (0, -1, -g), (0, 1, -g), (g, 0, -1), (g, 0, 1), (-g, 0, -1), (-g, 0, 1)]  # fmt: skip
        sides = "0b5 051 017 07a 0ab 159 5b4 ba2 a76 718 394 342 326 368 389 495 24b 62a 867 981"
        return unit(np.array(corners, float)), np.array([[int(c, 16) for c in side] for side in sides.split()])
    points, faces = _icosphere(level - 1)
    edges = np.sort(np.stack([faces, np.roll(faces, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1)
    pairs, which = np.unique(edges, axis=0, return_inverse=True)
    middle = which.reshape(-1, 3) + len(points)  # new points on edges ab, bc, ca
    (a, b, c), (ab, bc, ca) = faces.T, middle.T
    split = np.stack([a, ab, ca, b, bc, ab, c, ca, bc, ab, bc, ca], axis=1).reshape(-1, 3)
    return np.concatenate([points, unit(points[pairs].mean(axis=1))]), split


def icosphere(level: int, colour: Colour = (0.5, 0.5, 0.5), material: int = PLAIN) -> Mesh:
    """A unit sphere of 20 * 4**level triangles."""
    points, faces = _icosphere(level)
    return surface(points, faces, colour, material, points)


# ---- setting a mesh somewhere -----------------------------------------------------------------------------------------


def turn(axis: str, angle_deg: float) -> np.ndarray:
    """(3, 3) rotation about x, y or z, right-handed: y turns z towards x."""
    i, j = [k for k in range(3) if k != AXIS[axis]]
    if axis == "y":
        i, j = j, i
    out, angle = np.eye(3), math.radians(angle_deg)
    out[i, i] = out[j, j] = math.cos(angle)
    out[i, j], out[j, i] = -math.sin(angle), math.sin(angle)
    return out


def pose(rotation: np.ndarray, at: ArrayLike) -> np.ndarray:
    """(3, 4) placing out of a rotation and a point."""
    return np.concatenate([rotation, np.asarray(at, float)[:, None]], axis=1)


def placed(mesh: Mesh, at: ArrayLike = (0, 0, 0), rotation: np.ndarray | None = None, scale: ArrayLike = 1.0) -> Mesh:
    """The mesh scaled (evenly or along its axes), then turned, then moved."""
    factor = np.broadcast_to(np.asarray(scale, float), 3)
    matrix = (np.eye(3) if rotation is None else rotation) * factor
    normals = unit(mesh.normals @ np.linalg.inv(matrix))
    points = mesh.points @ matrix.T + np.asarray(at, float)
    triangles = mesh.triangles if np.prod(factor) > 0 else mesh.triangles[:, ::-1]
    return replace(mesh, points=points.astype(np.float32), normals=normals.astype(np.float32), triangles=triangles)


def painted(mesh: Mesh, colour: Colour, material: int | None = None) -> Mesh:
    """The mesh in another colour, and material when given."""
    colours = np.broadcast_to(colour, mesh.points.shape).astype(np.float32)
    return replace(mesh, colours=colours, material=mesh.material if material is None else np.full_like(mesh.material, material))
