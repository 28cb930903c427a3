"""Everything solid in front of the lens: prototypes, their instances, and which of them a view sees.

An instance is a prototype with a 3x4 transform. A prototype has levels of detail, a level has pieces of at most 4096
triangles. Per frame the stage lists the visible pieces from near to far, and cuts them into blocks for the kernels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from oyster_cli.picture.deal import dealt
from oyster_cli.picture.kinds import Mesh
from oyster_cli.picture.view import View

PIECE = 4096  # triangles a slot can address
SLICE = 512  # triangles of a slice of a tall thing
BLOCK = 32
COLUMNS = 32  # of the instance table: 0..11 transform, 12..14 tint, 15 sway m, 16 phase, 17 gust, 18 glow, 19 kind, then
BEFORE = slice(20, 32)  # the transform of the frame before, for what moves; zeros for all else
LEVEL_PX = (260.0, 100.0, 36.0)  # projected height at which the next coarser level takes over
TOO_SMALL_PX = 1.2


@dataclass(frozen=True)
class Visible:
    """The pieces one view sees, near to far.

    slots: (S, 6) int32 first out vertex, first triangle, instance, first prototype vertex, kind, piece.
    keys: (S,) int64 names of them that hold from frame to frame.
    """

    slots: torch.Tensor
    keys: np.ndarray
    vertices: int  # of all of them
    _counts: np.ndarray  # (S, 2) vertices and triangles of each

    def work(self, chosen: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Blocks of the chosen slots for the kernels.

        (., 4) int32 instance, first point, count, first out, and (., 3) int32 slot, first triangle, count.
        """
        out, _, instance, v0 = self.slots.numpy()[chosen, :4].T
        k, v_first, v_count = _blocks(self._counts[chosen, 0])
        vertices = np.stack([instance[k], v0[k] + v_first, v_count, out[k] + v_first], 1)
        k, t_first, t_count = _blocks(self._counts[chosen, 1])
        return _ints(vertices), _ints(dealt(np.stack([chosen[k], t_first, t_count], 1)))


class Stage:
    """Prototypes and instances. add() everything, then freeze(); set_poses() moves what moves."""

    def __init__(self) -> None:
        self._points: list[np.ndarray] = []
        self._normals: list[np.ndarray] = []
        self._colours: list[np.ndarray] = []
        self._triangles: list[np.ndarray] = []
        self._pieces: list[tuple[int, int, int, int]] = []  # first point, points, first triangle, triangles
        self._spheres: list[tuple[float, ...]] = []  # of each piece: centre, radius
        self._boxes: list[np.ndarray] = []  # of each piece: least and greatest x, y, z
        self._levels: list[tuple[int, int]] = []  # first piece, pieces
        self._instances: list[np.ndarray] = []
        self._shape: list[np.ndarray] = []  # centre xyz, radius, height m, first level, levels, casts shadow
        self.instances = torch.zeros(0, COLUMNS)
        self.shape = np.zeros((0, 8))
        self._counts = [0, 0, 0]  # points, triangles, instances

    def prototype(self, levels: Sequence[Mesh], sliced: bool = False) -> tuple[int, int]:
        """Take in a shape in its levels of detail, finest first. Returns (first level, levels).

        sliced: cut it by height into pieces that are left out one by one where the frame does not reach.
        """
        first = len(self._levels)
        for mesh in levels:
            before = len(self._pieces)
            for part in split(mesh, SLICE if sliced else PIECE):
                self._piece(part)
            self._levels.append((before, len(self._pieces) - before))
        return first, len(levels)

    def _piece(self, mesh: Mesh) -> None:
        v0, t0, _ = self._counts
        self._points.append(np.column_stack([mesh.points, mesh.sway]))
        self._normals.append(np.column_stack([mesh.normals, mesh.shade]))
        self._colours.append(np.column_stack([mesh.colours, mesh.material]))
        self._triangles.append(mesh.triangles)
        self._pieces.append((v0, len(mesh.points), t0, len(mesh.triangles)))
        centre, radius = bounds_of(mesh)
        self._spheres.append((*centre, radius))
        self._boxes.append(np.stack([mesh.points.min(0), mesh.points.max(0)], 1).ravel())
        self._counts[0] += len(mesh.points)
        self._counts[1] += len(mesh.triangles)

    def add(
        self,
        prototype: tuple[int, int],
        transforms: np.ndarray,  # (n, 3, 4)
        bounds: tuple[np.ndarray, float],  # centre (3,) and radius of the prototype
        tint: np.ndarray | float = 1.0,  # (n, 3)
        sway_m: np.ndarray | float = 0.0,
        phase: np.ndarray | float = 0.0,
        ground: bool = False,
        casts: bool = True,
    ) -> np.ndarray:
        """Put n instances of a prototype up. Returns their numbers."""
        n = len(transforms)
        table = np.zeros((n, COLUMNS), np.float32)
        table[:, :12] = transforms.reshape(n, 12)
        table[:, 12:15] = tint
        table[:, 15], table[:, 16], table[:, 18], table[:, 19] = sway_m, phase, 1.0, float(ground)
        scale = np.linalg.norm(transforms[:, :, 1], axis=1)
        shape = np.empty((n, 8))
        shape[:, :3] = transforms[:, :, :3] @ bounds[0] + transforms[:, :, 3]
        shape[:, 3] = bounds[1] * np.linalg.norm(transforms[:, :, :3], axis=1).max(axis=1)
        shape[:, 4] = scale * 2 * bounds[1]
        shape[:, 5:7], shape[:, 7] = prototype, casts
        self._instances.append(table)
        self._shape.append(shape)
        self._counts[2] += n
        return np.arange(self._counts[2] - n, self._counts[2])

    def mark(self, numbers: np.ndarray, kind: float) -> None:
        """Say what instances are made of: 0 materials, 1 ground, 2 inland water, 3 sea. Before freeze()."""
        first = self._counts[2] - len(self._instances[-1])
        self._instances[-1][numbers - first, 19] = kind

    @property
    def points_so_far(self) -> int:
        """Number of the next point that is taken in."""
        return self._counts[0]

    @property
    def pieces_so_far(self) -> int:
        """Number of the next piece that is taken in."""
        return len(self._pieces)

    @property
    def count(self) -> int:
        """How many instances there are."""
        return self._counts[2]

    def hide(self, numbers: np.ndarray) -> None:
        """Take instances out of every view; they keep their numbers."""
        self.shape[numbers, 3:5], self.shape[numbers, 1], self.shape[numbers, 7] = 0.0, -1e6, 0.0

    def freeze(self) -> None:
        """Bring everything into tensors; call again after more add()s."""
        self.points = _tensor(self._points, 4)
        self.normals = _tensor(self._normals, 4)
        self.colours = _tensor(self._colours, 4)
        self.triangles = torch.from_numpy(np.ascontiguousarray(np.concatenate(self._triangles), np.int32))
        self.pieces = np.array(self._pieces, np.int64)
        self.spheres = np.array(self._spheres)
        self.boxes = _tensor([np.array(self._boxes)], 6)
        self.levels = np.array(self._levels, np.int64)
        table, shape = np.concatenate(self._instances), np.concatenate(self._shape)
        kept = self.instances.numpy()  # what was posed or hidden since
        table[: len(kept)], shape[: len(kept)] = kept, self.shape
        self.instances, self.shape = torch.from_numpy(table), shape

    def set_poses(
        self, numbers: np.ndarray, poses: np.ndarray, bounds: Sequence[tuple[np.ndarray, float]], glow: float | np.ndarray
    ) -> None:
        """Move instances: poses (n, 3, 4); glow: of all, or (n,)."""
        table = self.instances.numpy()
        table[numbers, BEFORE] = table[numbers, :12]
        table[numbers, :12] = poses.reshape(-1, 12)
        table[numbers, 18] = glow
        centres = np.array([centre for centre, _ in bounds])
        self.shape[numbers, :3] = np.einsum("nij,nj->ni", poses[:, :, :3], centres) + poses[:, :, 3]

    def visible(self, view: View, detail: float, among: np.ndarray | None = None) -> Visible:
        """What a view sees. detail: 1 normal; more keeps finer levels longer. among: numbers of the instances that count."""
        shape = self.shape if among is None else self.shape[among]
        radius = shape[:, 3]
        distance = np.maximum(np.linalg.norm(shape[:, :3] - view.eye, axis=1) - radius, 0.3)
        tall_px = shape[:, 4] * view.focal_px / distance
        order = np.flatnonzero(in_frame(view, shape[:, :3], radius) & (tall_px * detail > TOO_SMALL_PX))
        order = order[np.argsort(distance[order], kind="stable")]
        level = np.digitize(-tall_px[order] * detail, [-px for px in LEVEL_PX])
        return self._slots(order if among is None else among[order], level, view)

    def _slots(self, order: np.ndarray, level: np.ndarray, view: View) -> Visible:
        first, count = self.shape[order, 5].astype(np.int64), self.shape[order, 6].astype(np.int64)
        at_level = self.levels[first + np.minimum(level, count - 1)]
        number, piece = _expand(at_level[:, 0], at_level[:, 1])
        kept = self._pieces_in_frame(order[number], piece, view)
        instance, piece = order[number][kept], piece[kept]
        v0, nv, t0, nt = self.pieces[piece].T
        ground = self.instances.numpy()[instance, 19]
        slots = np.stack([np.cumsum(nv) - nv, t0, instance, v0, ground, piece], 1)
        return Visible(_ints(slots), instance * len(self.pieces) + piece, int(nv.sum()), np.stack([nv, nt], 1))

    def _pieces_in_frame(self, instance: np.ndarray, piece: np.ndarray, view: View) -> np.ndarray:
        table = self.instances.numpy()[instance, :12].reshape(-1, 3, 4)
        centre = np.einsum("nij,nj->ni", table[:, :, :3], self.spheres[piece, :3]) + table[:, :, 3]
        stretch = np.abs(table[:, :, :3]).sum(2).max(1)  # at least the largest scale; what sways needs room
        return in_frame(view, centre, self.spheres[piece, 3] * stretch + 0.5)

    def shadow_work(self, level: int, centre: np.ndarray, reach_m: float) -> torch.Tensor:
        """Blocks of all shadow casters within reach, for raster_shadow: (., 4) int32."""
        near = np.linalg.norm(self.shape[:, :3] - centre, axis=1) < reach_m + self.shape[:, 3]
        return self.work_of(np.flatnonzero(near & (self.shape[:, 7] > 0)), level)

    def work_of(self, order: np.ndarray, level: int = 0) -> torch.Tensor:
        """Blocks of these instances for raster_shadow."""
        first, count = self.shape[order, 5].astype(np.int64), self.shape[order, 6].astype(np.int64)
        at_level = self.levels[first + np.minimum(level, count - 1)]
        number, piece = _expand(at_level[:, 0], at_level[:, 1])
        v0, _, t0, nt = self.pieces[piece].T
        slot, t_first, t_count = _blocks(nt)
        return _ints(np.stack([order[number][slot], v0[slot], t0[slot] + t_first, t_count], 1))


def bounds_of(mesh: Mesh) -> tuple[np.ndarray, float]:
    """Centre and radius of a sphere around a mesh."""
    low, high = mesh.points.min(0), mesh.points.max(0)
    centre = (low + high) / 2
    return centre, float(np.linalg.norm(mesh.points - centre, axis=1).max())


def in_frame(view: View, centre: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Which spheres (n, 3), (n,) the picture may show."""
    rel = centre - view.eye
    depth = rel @ view.ahead
    half_x, half_y = view.size[0] / 2 / view.focal_px, view.size[1] / 2 / view.focal_px
    return np.asarray(
        (depth > -radius)
        & (np.abs(rel @ view.right) <= half_x * depth + radius * np.hypot(1, half_x))
        & (np.abs(rel @ view.up) <= half_y * depth + radius * np.hypot(1, half_y))
    )


def split(mesh: Mesh, most: int = PIECE) -> list[Mesh]:
    """A mesh in pieces of at most `most` triangles, from its foot to its head."""
    if len(mesh.triangles) <= most:
        return [mesh]
    by_height = mesh.triangles[np.argsort(mesh.points[mesh.triangles, 1].mean(1), kind="stable")]
    return [_sub(mesh, part) for part in np.array_split(by_height, -(-len(by_height) // most))]


def _sub(mesh: Mesh, triangles: np.ndarray) -> Mesh:
    used, local = np.unique(triangles, return_inverse=True)
    return Mesh(mesh.points[used], mesh.normals[used], mesh.colours[used], local.reshape(-1, 3).astype(np.int32),
                mesh.material[used], mesh.sway[used], mesh.shade[used])  # fmt: skip


def _tensor(parts: list[np.ndarray], columns: int) -> torch.Tensor:
    joined = np.concatenate(parts) if parts else np.zeros((1, columns))
    return torch.from_numpy(np.ascontiguousarray(joined, np.float32))


def _ints(rows: np.ndarray) -> torch.Tensor:
    return (
        torch.from_numpy(np.ascontiguousarray(rows, np.int32))
        if len(rows)
        else torch.zeros((1, rows.shape[1]), dtype=torch.int32)
    )


def _expand(first: np.ndarray, count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ranges to rows: the number of the range and each element of it."""
    number = np.repeat(np.arange(len(count)), count)
    inside = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    return number, first[number] + inside


def _blocks(count: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ranges 0..count cut into blocks of BLOCK: number of the range, first, count."""
    number, block = _expand(np.zeros(len(count), np.int64), -(-count // BLOCK))
    first = block * BLOCK
    return number, first, np.minimum(BLOCK, count[number] - first)
