"""Mountains cut by running water: the stream power law on an even grid, sampled at the nodes of a place.

dh/dt = uplift − K·√area·slope, solved implicitly from the outlets up [Braun and Willett 2013]; then no slope is left
steeper than the rock stands.
"""

# mypy: disable-error-code="valid-type,index,attr-defined,no-untyped-def"
# Kernel arguments have types of Quadrants' own.
from __future__ import annotations

import quadrants as qd
import torch

from oyster_cli.world.places.land import Land, Tensor

Flat = qd.types.ndarray(dtype=qd.f32, ndim=1)
Index = qd.types.ndarray(dtype=qd.i32, ndim=1)


@qd.kernel
def _find_receivers(height: Flat, receiver: Index, run: Flat, wide: qd.i32, cell_m: qd.f32):
    """The steepest lower neighbour of every cell (itself at the border and in a pit) and the way there."""
    for k in range(height.shape[0]):
        i, j = k // wide, k % wide
        best, to, way = 0.0, k, cell_m
        if i > 0 and j > 0 and i < wide - 1 and j < wide - 1:
            for turn in range(9):
                di, dj = turn // 3 - 1, turn % 3 - 1
                far = cell_m * qd.sqrt(qd.cast(di * di + dj * dj, qd.f32))
                if turn != 4:
                    drop = (height[k] - height[k + di * wide + dj]) / far
                    if drop > best:
                        best, to, way = drop, k + di * wide + dj, far
        receiver[k] = to
        run[k] = way


@qd.kernel
def _cut(height: Flat, receiver: Index, run: Flat, order: Index, area: Flat, cell_m: qd.f32, strength: qd.f32):
    """Gather the area that drains through each cell, from the top down; lower the beds, from the outlets up."""
    for _ in range(1):  # one thread: each cell waits for the ones before it
        n = height.shape[0]
        for k in range(n):
            area[k] = cell_m * cell_m
        for step in range(n):
            k = order[n - 1 - step]
            if receiver[k] != k:
                area[receiver[k]] += area[k]
        for step in range(n):
            k = order[step]
            if receiver[k] != k:
                factor = strength * qd.sqrt(area[k]) / run[k]
                height[k] = (height[k] + factor * height[receiver[k]]) / (1.0 + factor)


def carve_valleys(height: Tensor, uplift: Tensor, cell_m: float, steps: int, strength: float, stands_tan: float) -> Tensor:
    """(n, n) heights in metres after `steps` rounds of uplift (n, n, metres a round) and cutting; slopes up to stands_tan.

    strength: K·dt of the law, about 0.01 to 0.1.
    """
    wide = height.shape[0]
    flat, area = height.reshape(-1).clone(), torch.empty(wide * wide)
    receiver, run = torch.empty(wide * wide, dtype=torch.int32), torch.empty(wide * wide)
    for _ in range(steps):
        flat += uplift.reshape(-1)
        _find_receivers(flat, receiver, run, wide, cell_m)
        _cut(flat, receiver, run, torch.argsort(flat).int(), area, cell_m, strength)
    return _stand(flat.reshape(wide, wide), cell_m, stands_tan)


def _stand(height: Tensor, cell_m: float, stands_tan: float, rounds: int = 24) -> Tensor:
    """Rock falls off until no cell stands steeper over a neighbour than stands_tan."""
    for _ in range(rounds):
        lowest = -torch.nn.functional.max_pool2d(-height[None, None], 3, 1, 1)[0, 0]
        height = torch.minimum(height, lowest + stands_tan * cell_m)
    return height


def even_grid(reach_m: float, n: int, centre: tuple[float, float]) -> tuple[Tensor, Tensor]:
    """x and z (n, n) of an even square grid reach_m to each side of its centre (x, z)."""
    line = torch.linspace(-reach_m, reach_m, n)
    z, x = torch.meshgrid(line + centre[1], line + centre[0], indexing="ij")
    return x.contiguous(), z.contiguous()


def lay(land: Land, height: Tensor, reach_m: float, centre: tuple[float, float]) -> Tensor:
    """An even grid's heights at the nodes of the land, bicubic; beyond its edge the edge goes on."""
    at = torch.stack([(land.x - centre[0]) / reach_m, (land.z - centre[1]) / reach_m], -1)
    return torch.nn.functional.grid_sample(
        height[None, None], at[None], mode="bicubic", padding_mode="border", align_corners=True
    )[0, 0]
