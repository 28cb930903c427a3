"""The ground and its water as things to draw: maps for the kernels, tiles of the grid, a mesh over every river and pool."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from oyster_cli.picture.kinds import Mesh
from oyster_cli.picture.painter import Relief
from oyster_cli.picture.stage import Stage, bounds_of
from oyster_cli.world.ground import DRY_M, Ground, beside_brink, grown
from oyster_cli.world.site import Site

TILE = 16  # cells along a side of a tile of ground; a cell spans two nodes of the maps
STRIDE = 2
UNSEEN_M = 10.0  # deeper than the trough of any wave
IDENTITY = np.eye(3, 4)[None]


def relief(ground: Ground) -> Relief:
    """The maps of a ground, packed by fours."""
    rows, columns = ground.height.shape
    slope_x, slope_z = _slopes(ground, ground.height)
    depth = torch.where(ground.water > DRY_M / 2, ground.water - ground.height, torch.zeros(()))
    smooth = torch.nn.functional.avg_pool2d(ground.height[None, None], 9, 1, 4, count_include_pad=False)[0, 0]
    dip = ((smooth - ground.height) * 12.0).clamp(-0.5, 0.5)
    last = [ground.porous, ground.banded, dip, depth]
    if ground.faces is not None:
        slope_x, slope_z, last = _brinks(ground, ground.faces, slope_x, slope_z)
    return Relief(
        _four(torch.cat([ground.albedo, ground.rough[..., None]], 2)),
        _four(torch.stack([slope_x, slope_z, ground.sky_view, ground.bumpy], 2)),
        _four(torch.stack(last, 2)),
        rows, columns, ground.ramp.float().contiguous(), ground.ramp_base_m,
    )  # fmt: skip


def _brinks(
    ground: Ground, faces: tuple[torch.Tensor, torch.Tensor], slope_x: torch.Tensor, slope_z: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, list[torch.Tensor]]:
    """Slopes of the first face and, packed as earth.brink() reads them, those of the second: between nodes neither mixes."""
    beside = beside_brink(*faces)
    close, near = grown(beside, 1), grown(beside, 2)
    (first_x, first_z), (second_x, second_z) = (_slopes(ground, face) for face in faces)
    last = [
        torch.where(near, second_z, ground.porous),
        torch.where(near, -2.0, ground.banded),
        (faces[0] - faces[1]).clamp(-3.0, 3.0),
        second_x * near,
    ]
    return torch.where(close, first_x, slope_x), torch.where(close, first_z, slope_z), last


def _four(grid: torch.Tensor) -> torch.Tensor:
    return grid.reshape(-1, 4).float().contiguous()


def _slopes(ground: Ground, height: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    xs, zs = torch.from_numpy(ground.warp.x.nodes()), torch.from_numpy(ground.warp.z.nodes())
    along_z, along_x = torch.gradient(height, spacing=(zs, xs))
    return along_x, along_z


def _slides(ground: Ground, most: float) -> np.ndarray:
    """(N, M, 3) by how many columns and rows a node moves to lie on a brink, and its height there; NaN where it stays.

    A node moves by at most so many, along the axis that crosses the brink more squarely: so the edges of a mesh of every
    2 * most nodes run along the brink.
    """
    back, slip = (face.numpy() for face in ground.faces or ())
    over = back - slip
    by_row, by_column = np.gradient(over)
    across = np.abs(by_column) >= np.abs(by_row)
    steep = np.where(across, by_column, by_row)
    go = -over / np.where(np.abs(steep) < 1e-6, 1e9, steep)
    stays = ~grown(beside_brink(*(ground.faces or ())), 1).numpy() | (np.abs(go) > most)
    rise_row, rise_column = np.gradient(back)
    out = np.stack([go * across, go * ~across, back + go * np.where(across, rise_column, rise_row)], -1)
    out[stays] = np.nan
    return out


def _slid(mesh: Mesh, shape: tuple[int, int], ground: Ground, slides: np.ndarray, hem: np.ndarray | None) -> Mesh:
    """A tile, (rows, columns) nodes, that lies on the brinks; hem: slides of a coarser neighbour, which its border follows."""
    places = mesh.colours.reshape(*shape, 3).astype(float)
    column, row = places[..., 0].astype(int), places[..., 1].astype(int)
    moves = slides[row, column]
    border = np.zeros(shape, bool)
    border[[0, -1]] = border[:, [0, -1]] = hem is not None
    if hem is not None:
        moves[border] = np.where(((row | column) % (2 * STRIDE) == 0)[..., None], hem[row, column], np.nan)[border]
    still = np.isnan(moves[..., :1])
    places[..., :2] += np.where(still, 0.0, moves[..., :2])
    points = mesh.points.reshape(*shape, 3).astype(float)
    points[..., 0] = np.where(still[..., 0], points[..., 0], ground.warp.x.to_world(places[..., 0]))
    points[..., 2] = np.where(still[..., 0], points[..., 2], ground.warp.z.to_world(places[..., 1]))
    points[..., 1] = np.where(still[..., 0], points[..., 1], moves[..., 2])
    if hem is not None:
        for grid in (points, places):
            for line in (grid[0], grid[-1], grid[:, 0], grid[:, -1]):
                line[1:-1:2] = (line[:-2:2] + line[2::2]) / 2 if len(line) % 2 else line[1:-1:2]
    return replace(mesh, points=points.reshape(-1, 3).astype(np.float32), colours=places.reshape(-1, 3).astype(np.float32),
                   triangles=_turned(mesh.triangles, ~still.reshape(-1)))  # fmt: skip


def _turned(triangles: np.ndarray, on: np.ndarray) -> np.ndarray:
    """Triangles of grid_mesh() with the diagonals turned of cells that a brink crosses from their first to their last node."""
    cells = triangles.reshape(-1, 6).copy()
    first, below, beside, last = cells[:, 0], cells[:, 1], cells[:, 2], cells[:, 5]
    turned = np.stack([first, below, last, first, last, beside], 1)
    crossed = on[first] & on[last]
    cells[crossed] = turned[crossed]
    return cells.reshape(-1, 3)


def add_ground(stage: Stage, site: Site, coarse_from_m: float) -> None:
    """Tiles of the grid, every second node, beyond coarse_from_m every fourth; vertex colours carry the place in the maps.

    What lies deep under a sea that is seen from above is left out.
    """
    ground, sea = site.ground, site.sea_level_m
    deepest = -np.inf if sea is None or site.stand.eye[1] < sea else sea - UNSEEN_M
    rows, columns = ground.height.shape
    xs, zs, height = ground.warp.x.nodes(), ground.warp.z.nodes(), ground.height.numpy()
    side = TILE * STRIDE
    slides = {} if ground.faces is None else {step: _slides(ground, step / 2) for step in (STRIDE, 2 * STRIDE)}
    for r in range(0, rows - 1, side):
        for c in range(0, columns - 1, side):
            away = np.hypot(xs[min(c + side // 2, columns - 1)], zs[min(r + side // 2, rows - 1)])
            step = STRIDE if away < coarse_from_m else 2 * STRIDE
            i = np.unique(np.minimum(np.arange(r, r + side + 1, step), rows - 1))
            j = np.unique(np.minimum(np.arange(c, c + side + 1, step), columns - 1))
            if len(i) > 1 and len(j) > 1 and (y := height[np.ix_(i, j)]).max() > deepest:
                mesh = grid_mesh(i, j, xs[j], zs[i], y if step > STRIDE else _hemmed(y, xs[j], zs[i]))
                if slides:
                    hem = slides[2 * STRIDE] if step == STRIDE else None
                    mesh = _slid(mesh, (len(i), len(j)), ground, slides[step], hem)
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
