"""The ground and its water as things to draw: maps for the kernels, tiles of the grid, a mesh over every river and pool."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.picture.kinds import Mesh
from oyster_cli.picture.painter import Relief
from oyster_cli.picture.stage import Stage, bounds_of
from oyster_cli.world.ground import DRY_M, Ground
from oyster_cli.world.site import Site

TILE = 32  # cells along a side of a tile of ground; a cell spans two nodes of the maps
STRIDE = 2
IDENTITY = np.eye(3, 4)[None]


def relief(ground: Ground) -> Relief:
    """The maps of a ground, packed by fours."""
    rows, columns = ground.height.shape
    slope_x, slope_z = _slopes(ground)
    depth = torch.where(ground.water > DRY_M / 2, ground.water - ground.height, torch.zeros(()))
    smooth = torch.nn.functional.avg_pool2d(ground.height[None, None], 9, 1, 4, count_include_pad=False)[0, 0]
    dip = ((smooth - ground.height) * 12.0).clamp(-0.5, 0.5)
    ramp = torch.cat([ground.ramp, torch.ones(len(ground.ramp), 1)], 1)
    return Relief(
        _four(torch.cat([ground.albedo, ground.rough[..., None]], 2)),
        _four(torch.stack([slope_x, slope_z, ground.sky_view, ground.bumpy], 2)),
        _four(torch.stack([ground.porous, ground.banded, dip, depth], 2)),
        rows, columns, ramp.float().contiguous(), ground.ramp_base_m,
    )  # fmt: skip


def _four(grid: torch.Tensor) -> torch.Tensor:
    return grid.reshape(-1, 4).float().contiguous()


def _slopes(ground: Ground) -> tuple[torch.Tensor, torch.Tensor]:
    xs, zs = torch.from_numpy(ground.warp.x.nodes()), torch.from_numpy(ground.warp.z.nodes())
    along_z, along_x = torch.gradient(ground.height, spacing=(zs, xs))
    return along_x, along_z


def add_ground(stage: Stage, ground: Ground, coarse_from_m: float) -> None:
    """Tiles of the grid, every second node, beyond coarse_from_m every fourth; vertex colours carry the place in the maps."""
    rows, columns = ground.height.shape
    xs, zs, height = ground.warp.x.nodes(), ground.warp.z.nodes(), ground.height.numpy()
    side = TILE * STRIDE
    for r in range(0, rows - 1, side):
        for c in range(0, columns - 1, side):
            away = np.hypot(xs[min(c + side // 2, columns - 1)], zs[min(r + side // 2, rows - 1)])
            step = STRIDE if away < coarse_from_m else 2 * STRIDE
            i = np.unique(np.minimum(np.arange(r, r + side + 1, step), rows - 1))
            j = np.unique(np.minimum(np.arange(c, c + side + 1, step), columns - 1))
            if len(i) > 1 and len(j) > 1:
                y = height[np.ix_(i, j)]
                mesh = grid_mesh(i, j, xs[j], zs[i], y if step > STRIDE else _hemmed(y, xs[j], zs[i]))
                stage.add(stage.prototype([mesh]), IDENTITY, bounds_of(mesh), ground=True)


def _hemmed(y: np.ndarray, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Heights of a tile whose border runs straight between every second node, so that a coarser neighbour leaves no gap."""
    y = y.copy()
    for line, along in ((y[0], x), (y[-1], x), (y[:, 0], z), (y[:, -1], z)):
        whole = np.arange(0, len(line), 2)
        if whole[-1] != len(line) - 1:
            whole = np.append(whole, len(line) - 1)
        line[:] = np.interp(along, along[whole], line[whole])
    return y


def grid_mesh(
    i: np.ndarray, j: np.ndarray, x: np.ndarray, z: np.ndarray, y: np.ndarray, third: np.ndarray | None = None,
    fourth: np.ndarray | None = None, keep: np.ndarray | None = None,
) -> Mesh:  # fmt: skip
    """A mesh over rows i and columns j. Colours: column, row, third; material: fourth. keep: (rows-1, columns-1) cells."""
    nr, nc = len(i), len(j)
    zero = np.zeros((nr, nc))
    points = np.stack(np.broadcast_arrays(x[None], y, z[:, None]), -1).reshape(-1, 3)
    row, column = np.broadcast_arrays(i[:, None], j[None])
    colours = np.stack([column, row, zero if third is None else third], -1).reshape(-1, 3)
    a = (np.arange(nr - 1)[:, None] * nc + np.arange(nc - 1)[None]).astype(np.int32)
    if keep is not None:
        a = a[keep]
    a = a.reshape(-1)
    triangles = np.concatenate([np.stack([a, a + nc, a + 1], 1), np.stack([a + 1, a + nc, a + nc + 1], 1)])
    order = np.arange(len(triangles)).reshape(2, -1).T.reshape(-1)
    n = len(points)
    return Mesh(
        points.astype(np.float32), np.tile(np.array([0, 1, 0], np.float32), (n, 1)), colours.astype(np.float32),
        triangles[order].astype(np.int32), (zero if fourth is None else fourth).reshape(-1), np.zeros(n, np.float32),
        np.ones(n, np.float32),
    )  # fmt: skip


def add_water(stage: Stage, site: Site) -> None:
    """Tiles over the wet cells, at the water's height; colours carry column, row and the water's speed."""
    ground = site.ground
    water, height = ground.water.numpy(), ground.height.numpy()
    xs, zs, flow = ground.warp.x.nodes(), ground.warp.z.nodes(), ground.flow.numpy()
    wet = water > DRY_M / 2
    filled = np.where(wet, water, height - 0.3)
    rows, columns = water.shape
    for r in range(0, rows - 1, TILE * STRIDE):
        for c in range(0, columns - 1, TILE * STRIDE):
            i, j = (
                np.arange(r, min(r + TILE * STRIDE + 1, rows), STRIDE),
                np.arange(c, min(c + TILE * STRIDE + 1, columns), STRIDE),
            )
            block = wet[np.ix_(i, j)]
            keep = block[:-1, :-1] & block[1:, :-1] & block[:-1, 1:] & block[1:, 1:]
            if len(i) > 1 and len(j) > 1 and keep.any():
                at = np.ix_(i, j)
                mesh = grid_mesh(i, j, xs[j], zs[i], filled[at], flow[at][..., 0], flow[at][..., 1], keep)
                number = stage.add(stage.prototype([mesh]), IDENTITY, bounds_of(mesh), casts=False)
                stage.mark(number, 2.0)
