"""How much of the sky each point of a mesh sees, baked once: ambient occlusion by a grid of area."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oyster_cli.picture.kinds import Mesh
from oyster_cli.picture.mesh import icosphere

_SPREAD = np.array([[1, 1, 1], [4, 1, 1], [1, 4, 1], [1, 1, 4], [5, 5, 1], [1, 5, 5], [5, 1, 5]], float)


def shaded(mesh: Mesh, reach: float, floor: float | None = None, cells: int = 28) -> Mesh:
    """The mesh with shade baked: what share of its open half-space each point sees, looking `reach` metres far.

    Triangles are counted into a grid as area a volume; light along 30 directions is thinned by exp(-area met / 4 a cell),
    a random-facet medium (Beer-Lambert). floor: height of a ground that hides everything below it.
    """
    grid, low, step = _area_grid(mesh, cells)
    eyes = icosphere(1).points[12:].astype(float)  # 30 directions
    start = mesh.points + mesh.normals * (1.2 * step)
    thick = np.zeros((len(eyes), len(start)))
    stride = reach / 5
    for k in range(5):
        at = start[None] + eyes[:, None] * ((k + 0.5) * stride)
        inside = np.clip(((at - low) / step).astype(np.int32), 0, np.array(grid.shape) - 1)
        thick += grid[inside[..., 0], inside[..., 1], inside[..., 2]] * stride
        if floor is not None:
            thick += np.where(at[..., 1] < floor, 3.0 / (k + 1), 0.0)
    weight = np.maximum(0.0, eyes @ mesh.normals.T.astype(float))
    light = (weight * np.exp(-thick)).sum(0) / np.maximum(weight.sum(0), 1e-9)
    return replace(mesh, shade=(mesh.shade * light).astype(np.float32))


def _area_grid(mesh: Mesh, cells: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Extinction a metre in cubic cells around the mesh (padded by one empty cell), lowest corner, cell side."""
    a, b, c = mesh.points[mesh.triangles].swapaxes(0, 1).astype(float)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2
    low, high = mesh.points.min(0) - 1e-6, mesh.points.max(0) + 1e-6
    step = float((high - low).max() / cells)
    shape = np.ceil((high - low) / step).astype(int) + 2
    spread = _SPREAD / _SPREAD.sum(1, keepdims=True)  # large triangles reach over several cells
    at = np.concatenate([w[0] * a + w[1] * b + w[2] * c for w in spread])
    inside = ((at - low) / step).astype(int) + 1
    flat_index = np.ravel_multi_index(tuple(inside.T), tuple(shape))
    total = np.bincount(flat_index, np.tile(area / len(spread), len(spread)), int(shape.prod())).reshape(shape)
    return total / (2 * step**3), low - step, step
