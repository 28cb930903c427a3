"""Bodies that bend while they swim: many copies of one mesh, set and bent anew on every frame."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.picture.kinds import Mesh
from oyster_cli.picture.stage import Stage


class Shoal:
    """`count` copies of a mesh as one instance on a stage. Its points are written by set(), in world coordinates."""

    def __init__(self, mesh: Mesh, count: int, reach_m: float) -> None:
        """reach_m: no point is ever farther than this from the middle that set() is given."""
        self.mesh, self.count, self.reach_m = mesh, count, reach_m

    def build(self, stage: Stage) -> None:
        """Put the copies up. Together they may have no more than one piece's triangles (4096)."""
        n, mesh = len(self.mesh.points), self.mesh
        triangles = (np.arange(self.count)[:, None, None] * n + mesh.triangles).reshape(-1, 3)
        points, normals, colours = (np.tile(each, (self.count, 1)) for each in (mesh.points, mesh.normals, mesh.colours))
        material, sway, shade = (np.tile(each, self.count) for each in (mesh.material, mesh.sway, mesh.shade))
        many = Mesh(points, normals, colours, triangles.astype(np.int32), material, sway, shade)
        self._first, self._piece = stage.points_so_far, stage.pieces_so_far
        self._number = int(stage.add(stage.prototype([many]), np.eye(3, 4)[None], (np.zeros(3), self.reach_m), casts=False)[0])

    def set(self, stage: Stage, points: np.ndarray, normals: np.ndarray, middle: np.ndarray) -> None:
        """Points and normals (count, n, 3) of this frame; middle (3,) of them all."""
        rows = slice(self._first, self._first + points.shape[0] * points.shape[1])
        stage.points[rows, :3] = torch.from_numpy(points.reshape(-1, 3).astype(np.float32))
        stage.normals[rows, :3] = torch.from_numpy(normals.reshape(-1, 3).astype(np.float32))
        stage.shape[self._number, :3] = middle
        stage.spheres[self._piece] = (*middle, self.reach_m)


def turned(points: np.ndarray, ahead: np.ndarray, roll: np.ndarray) -> np.ndarray:
    """Points (n, m, 3) of bodies that look along +z, turned to look along ahead (n, 3), unit, and rolled by roll (n,)."""
    side = np.cross([0.0, 1.0, 0.0], ahead)
    side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
    up = np.cross(ahead, side)
    c, s = np.cos(roll)[:, None], np.sin(roll)[:, None]
    axes = np.stack([side * c + up * s, up * c - side * s, ahead], 1)  # rows: what x, y, z become
    return points @ axes
