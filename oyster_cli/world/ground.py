"""The ground of a place: one grid, fine where the camera stands and coarse far away. Knows no place and draws nothing.

Along each axis world = a·sinh(b·(index − offset)): spacing a·b at the origin, b times the distance far from it. So there are
no levels of detail, no seams between them and nothing that pops.
"""

# mypy: disable-error-code="valid-type,index,attr-defined,no-untyped-def"
# Kernel arguments have types of Quadrants' own.
from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import quadrants as qd
import torch

from oyster_cli.compiled import compiled

DRY_M = -1.0e4  # height of water where there is none
RAMP_STEP_M = 0.25
Grid = qd.types.ndarray(dtype=qd.f32, ndim=2)
Line = qd.types.ndarray(dtype=qd.f32, ndim=1)


@dataclass(frozen=True)
class Axis:
    """One axis of the warp. index may be any real number from 0 to n − 1; the origin of the world lies at `offset`."""

    a: float
    b: float
    offset: float
    n: int

    @staticmethod
    def reaching(low_m: float, high_m: float, n: int, spacing_m: float) -> Axis:
        """n nodes from low_m (< 0) to high_m (> 0), spacing_m apart at the origin. Source: bisection for b."""
        narrow, wide = 1e-6, 1.0
        for _ in range(60):
            b = (narrow + wide) / 2
            span = (math.asinh(high_m * b / spacing_m) - math.asinh(low_m * b / spacing_m)) / b
            narrow, wide = (b, wide) if span > n - 1 else (narrow, b)
        return Axis(spacing_m / b, b, -math.asinh(low_m * b / spacing_m) / b, n)

    def to_world(self, index: np.ndarray | float) -> np.ndarray:
        """Metres at grid indices."""
        return self.a * np.sinh(self.b * (np.asarray(index, np.float64) - self.offset))

    def to_grid(self, metres: np.ndarray | float) -> np.ndarray:
        """Grid indices (real numbers) at metres; outside the grid they leave 0 … n − 1."""
        return np.arcsinh(np.asarray(metres, np.float64) / self.a) / self.b + self.offset

    def nodes(self) -> np.ndarray:
        """(n,) float32 metres of every node."""
        return self.to_world(np.arange(self.n)).astype(np.float32)


@dataclass(frozen=True)
class Warp:
    """Both axes: x is a column (second index), z a row (first index)."""

    x: Axis
    z: Axis

    def cell(self, x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Row, column and the fractions beyond them for points in metres, kept inside the grid."""
        column = np.minimum(np.maximum(self.x.to_grid(x), 0), self.x.n - 1.001)
        row = np.minimum(np.maximum(self.z.to_grid(z), 0), self.z.n - 1.001)
        i, j = row.astype(np.int64), column.astype(np.int64)
        return i, j, row - i, column - j


@dataclass(frozen=True)
class Ground:
    """Maps over the warped grid; all (rows, columns[, …]) float32, row along z, column along x."""

    warp: Warp
    height: torch.Tensor  # (N, M) metres
    albedo: torch.Tensor  # (N, M, 3) linear
    rough: torch.Tensor  # (N, M) roughness 0.05 … 1
    porous: torch.Tensor  # (N, M) how much wetness darkens it, 0 … 1
    bumpy: torch.Tensor  # (N, M) amplitude of rock and soil bumps finer than the grid, 0 … 1; −1 … 0: crowns of a far wood
    banded: torch.Tensor  # (N, M) how much of the colour comes from the ramp instead of albedo, 0 … 1; −1 … 0: loose sand, snow
    ramp: torch.Tensor  # (R, 4) colour of the strata by height, every RAMP_STEP_M, and metres by which each stands out
    ramp_base_m: float  # height of the first entry of the ramp
    water: torch.Tensor  # (N, M) height of still or flowing water, DRY_M where there is none
    flow: torch.Tensor  # (N, M, 2) m/s, velocity (x, z) of the water's surface
    sky_view: torch.Tensor  # (N, M) share of the sky seen from here, 0 … 1
    faces: tuple[torch.Tensor, torch.Tensor] | None = None  # (N, M) each: smooth surfaces that meet in a sharp brink; apart
    # only about a brink, where the height is the lower of the two

    def height_at(self, x: np.ndarray | float, z: np.ndarray | float) -> np.ndarray:
        """Height in metres at points, bilinear in grid space."""
        return self._read(self.height.numpy(), x, z)

    def normal_at(self, x: np.ndarray | float, z: np.ndarray | float) -> np.ndarray:
        """(…, 3) unit normals, by differences over the local spacing."""
        x, z = np.asarray(x, np.float64), np.asarray(z, np.float64)
        ex = np.hypot(self.warp.x.a, x) * self.warp.x.b
        ez = np.hypot(self.warp.z.a, z) * self.warp.z.b
        dx = (self.height_at(x + ex, z) - self.height_at(x - ex, z)) / (2 * ex)
        dz = (self.height_at(x, z + ez) - self.height_at(x, z - ez)) / (2 * ez)
        normal = np.stack([-dx, np.ones_like(dx), -dz], -1)
        return normal / np.linalg.norm(normal, axis=-1, keepdims=True)

    def water_at(self, x: np.ndarray | float, z: np.ndarray | float) -> np.ndarray:
        """Height of the water in metres; DRY_M where any corner of the cell is dry."""
        return self._read(self.water.numpy(), x, z)

    def detour_m(self, source: np.ndarray, ear: np.ndarray, samples: int = 96) -> np.ndarray:
        """(n,) metres a sound from source (n, 3) goes further over the highest edge between it and the ear (3,).

        0 in plain sight. The edge is the point of the profile whose detour is longest (one knife edge, Maekawa's delta).
        """
        source, ear = np.atleast_2d(np.asarray(source, np.float64)), np.asarray(ear, np.float64)
        share = np.linspace(0.02, 0.98, samples)[None, :, None]
        line = source[:, None] + share * (ear - source[:, None])  # (n, samples, 3)
        land = self.height_at(line[..., 0], line[..., 2])
        hidden = land > line[..., 1]
        detour = np.zeros(len(source))
        rows = hidden.any(1)
        if rows.any():
            edge, source, hidden = line[rows], source[rows], hidden[rows]
            edge[..., 1] = np.maximum(edge[..., 1], land[rows])
            over = np.linalg.norm(edge - source[:, None], axis=-1) + np.linalg.norm(edge - ear, axis=-1)
            straight = np.linalg.norm(source - ear, axis=-1)[:, None]
            detour[rows] = np.where(hidden, np.maximum(over - straight, 0.0), 0.0).max(1)
        return detour

    def _read(self, grid: np.ndarray, x: np.ndarray | float, z: np.ndarray | float) -> np.ndarray:
        """A map at points, bilinear; DRY_M where any corner of the cell is dry."""
        across, along = self.warp.x, self.warp.z
        x, z = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(z, np.float64))
        out = np.empty(x.size)
        axes = (across.a, across.b, across.offset), (along.a, along.b, along.offset)
        _bilinear(grid, x.ravel(), z.ravel(), *axes, DRY_M, out)
        return out.reshape(x.shape)


@compiled
def _bilinear(
    grid: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    across: tuple[float, float, float],
    along: tuple[float, float, float],
    dry: float,
    out: np.ndarray,
) -> None:
    """across, along: a, b and offset of the axes."""
    (ax, bx, first), (az, bz, begin), (rows, columns) = across, along, grid.shape
    for k in range(len(out)):
        column = min(max(math.asinh(x[k] / ax) / bx + first, 0.0), columns - 1.001)
        row = min(max(math.asinh(z[k] / az) / bz + begin, 0.0), rows - 1.001)
        i, j = int(row), int(column)
        v, u = row - i, column - j
        a, b, c, d = grid[i, j], grid[i, j + 1], grid[i + 1, j], grid[i + 1, j + 1]
        low, high = a * (1.0 - u) + b * u, c * (1.0 - u) + d * u
        out[k] = dry if min(a, b, c, d) <= dry / 2 else low * (1.0 - v) + high * v


def beside_brink(back: torch.Tensor, slip: torch.Tensor) -> torch.Tensor:
    """Nodes with a neighbour on the other side of the line where the two surfaces cross."""
    side = torch.sign(back - slip)
    out = torch.zeros_like(side, dtype=torch.bool)
    for dim in (0, 1):
        n = side.shape[dim] - 1
        crossed = side.narrow(dim, 0, n) * side.narrow(dim, 1, n) < 0.0
        out.narrow(dim, 0, n).logical_or_(crossed)
        out.narrow(dim, 1, n).logical_or_(crossed)
    return out


def grown(mask: torch.Tensor, nodes: int) -> torch.Tensor:
    """A mask with all nodes that are within so many nodes of it."""
    return torch.nn.functional.max_pool2d(mask[None, None].float(), 2 * nodes + 1, 1, nodes)[0, 0] > 0.5


@qd.kernel
def _see_sky(height: Grid, xs: Line, zs: Line, out: Grid):
    rows, columns = height.shape[0], height.shape[1]
    wide = out.shape[1]
    for k in range(out.shape[0] * out.shape[1]):
        i, j = (k // wide) * 2, (k % wide) * 2
        dx = xs[qd.min(j + 1, columns - 1)] - xs[qd.max(j - 1, 0)]
        dz = zs[qd.min(i + 1, rows - 1)] - zs[qd.max(i - 1, 0)]
        finest = qd.min(dx, dz)
        here = height[i, j]
        seen = 0.0
        for turn in range(16):
            angle = (qd.cast(turn, qd.f32) + 0.5 * qd.cast((i // 2 + j // 2) % 2, qd.f32)) * 0.39269908
            across, along = qd.cos(angle) * finest / dx, qd.sin(angle) * finest / dz
            horizon, reach = 0.0, 1.5
            for _ in range(15):
                row, column = qd.cast(i, qd.f32) + along * reach, qd.cast(j, qd.f32) + across * reach
                r, c = qd.cast(qd.floor(row), qd.i32), qd.cast(qd.floor(column), qd.i32)
                if r >= 0 and r < rows - 1 and c >= 0 and c < columns - 1:
                    v, u = row - qd.cast(r, qd.f32), column - qd.cast(c, qd.f32)
                    far_x = xs[c] + (xs[c + 1] - xs[c]) * u - xs[j]
                    far_z = zs[r] + (zs[r + 1] - zs[r]) * v - zs[i]
                    low = height[r, c] + (height[r, c + 1] - height[r, c]) * u
                    high = height[r + 1, c] + (height[r + 1, c + 1] - height[r + 1, c]) * u
                    risen = low + (high - low) * v - here
                    horizon = qd.max(horizon, risen / qd.sqrt(far_x * far_x + far_z * far_z))
                reach *= 1.44
            seen += 1.0 / (1.0 + horizon * horizon)
        out[k // wide, k % wide] = seen / 16.0


def see_sky(warp: Warp, height: torch.Tensor) -> torch.Tensor:
    """(N, M) cosine-weighted share of the sky above the horizon at each node: the mean of 1 / (1 + tan² horizon).

    Sixteen directions, straight in the grid and so only nearly straight in the world; every second node, then smoothed.
    """
    out = torch.empty((height.shape[0] + 1) // 2, (height.shape[1] + 1) // 2)
    _see_sky(height, torch.from_numpy(warp.x.nodes()), torch.from_numpy(warp.z.nodes()), out)
    full = torch.nn.functional.interpolate(out[None, None], height.shape, mode="bilinear", align_corners=False)
    return torch.nn.functional.avg_pool2d(full, 3, 1, 1, count_include_pad=False)[0, 0].contiguous()
