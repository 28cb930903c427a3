"""The roof of a forest where single trees no longer count: crowns side by side as bumps and colours of the ground."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from oyster_cli.world.places.land import Land, Tensor, blend, rise

SIZES_M = ((15.0, 6.5), (25.0, 11.0))  # distance between crowns and how high they arch, near and far


@dataclass(frozen=True)
class Crowns:
    """What stands at every node: how far the crown arches up, how open to the sky it is there, and its own luck, 0 … 1."""

    rise_m: Tensor
    open: Tensor
    luck: Tensor


def crowns(land: Land) -> Crowns:
    """Crowns as cells of a jittered lattice, larger where the nodes stand too far apart to show single ones."""
    coarse = rise(land.step_m, 8.0, 18.0)
    small, large = (_cells(land, spacing_m, k) for k, (spacing_m, _) in enumerate(SIZES_M))
    dome, luck = (blend(near, far, coarse) for near, far in zip(small, large, strict=True))
    arch = blend(land.full(SIZES_M[0][1]), land.full(SIZES_M[1][1]), coarse) * (1.0 - rise(land.step_m, 28.0, 70.0))
    return Crowns(arch * dome * (0.75 + 0.9 * luck**3), rise(dome, 0.05, 0.75), luck)


def _cells(land: Land, spacing_m: float, key: int) -> tuple[Tensor, Tensor]:
    """Height of the dome over each node (0 between crowns, 1 at a top) and the luck of the crown it belongs to [Worley]."""
    x, z = land.x / spacing_m, land.z / spacing_m
    column, row = torch.floor(x), torch.floor(z)
    nearest, luck = torch.full_like(x, 9.0), torch.zeros_like(x)
    for dz in (-1.0, 0.0, 1.0):
        for dx in (-1.0, 0.0, 1.0):
            a, b, c = _luck(column + dx, row + dz, land.key("crowns") + key)
            far = ((column + dx + a - x) ** 2 + (row + dz + b - z) ** 2) / (0.45 + 0.5 * c)
            luck = torch.where(far < nearest, c, luck)
            nearest = torch.minimum(nearest, far)
    return (1.0 - nearest / 0.75).clamp(min=0.0).sqrt(), luck


def _luck(column: Tensor, row: Tensor, seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """Three numbers 0 … 1 that belong to a cell of the lattice."""
    h = (column.int() * 374761393 + row.int() * 668265263 + (seed & 0x3FFFFFFF)) & 0x7FFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0x7FFFFFFF
    h = ((h ^ (h >> 15)) * 1103515245) & 0x7FFFFFFF
    h = h ^ (h >> 16)
    return (h & 1023) / 1023.0, ((h >> 10) & 1023) / 1023.0, ((h >> 20) & 1023) / 1023.0
