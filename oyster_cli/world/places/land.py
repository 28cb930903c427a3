"""What all places are shaped with: the nodes of a warped grid, noise on them, smooth steps, the finished Ground."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from oyster_cli.state import draw
from oyster_cli.world import noise
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp, see_sky

Tensor = torch.Tensor


@dataclass(frozen=True)
class Land:
    """The nodes of a place before they have a height. Every noise has a name, which keys it."""

    warp: Warp
    seed: int
    x: Tensor  # (N, M) metres
    z: Tensor  # (N, M) metres
    step_m: Tensor  # (N, M) spacing of the mesh that is drawn (every second node)

    @staticmethod
    def spread(seed: int, side_m: float, behind_m: float, ahead_m: float, n: int = 1024, spacing_m: float = 0.4) -> Land:
        """n × n nodes, spacing_m apart at the origin, reaching side_m to both sides, behind_m back and ahead_m on."""
        warp = Warp(Axis.reaching(-side_m, side_m, n, spacing_m), Axis.reaching(-behind_m, ahead_m, n, spacing_m))
        across, along = torch.from_numpy(warp.x.nodes()), torch.from_numpy(warp.z.nodes())
        z, x = (grid.contiguous() for grid in torch.meshgrid(along, across, indexing="ij"))
        wide = torch.hypot(x, torch.tensor(warp.x.a)) * warp.x.b
        deep = torch.hypot(z, torch.tensor(warp.z.a)) * warp.z.b
        return Land(warp, seed, x, z, torch.sqrt(wide * deep))

    def window(self, x: float, z: float, reach_m: float) -> tuple[tuple[slice, slice], Land]:
        """The nodes within reach_m of a point along either axis, and a land of them alone (for noise)."""
        places = ((self.warp.z.nodes(), z), (self.warp.x.nodes(), x))
        rows, columns = (slice(*np.searchsorted(line, (at - reach_m, at + reach_m)).tolist()) for line, at in places)
        parts = (grid[rows, columns].contiguous() for grid in (self.x, self.z, self.step_m))
        return (rows, columns), Land(self.warp, self.seed, *parts)

    def key(self, name: str) -> int:
        """The number that seeds the noise of this name."""
        return int(draw(self.seed, "ground", name).integers(1 << 30))

    def fbm(self, name: str, wave_m: float, octaves: int = 5, gain: float = 0.5, damp: float = 0.0,
            at: tuple[Tensor, Tensor] | None = None) -> Tensor:  # fmt: skip
        """Fractal noise at the nodes (or at moved points), standard deviation 0.25."""
        x, z = at or (self.x, self.z)
        return noise.fbm(x, z, wave_m, self.key(name), octaves, gain, damp, self.step_m)

    def ridged(self, name: str, wave_m: float, octaves: int = 5, gain: float = 0.5,
               at: tuple[Tensor, Tensor] | None = None) -> Tensor:  # fmt: skip
        """Ridged noise at the nodes (or at moved points), 0 … 1."""
        x, z = at or (self.x, self.z)
        return noise.ridged(x, z, wave_m, self.key(name), octaves, gain, self.step_m)

    def blocks(self, name: str, wave_m: float, at: tuple[Tensor, Tensor] | None = None) -> tuple[Tensor, Tensor]:
        """Blocks between joints about wave_m apart, at the nodes (or at moved points): a number of its own −1 … 1 for each, and
        metres to the nearest joint."""
        x, z = at or (self.x, self.z)
        luck, border = noise.cells(x, z, wave_m, self.key(name))
        return 2.0 * luck - 1.0, border

    def bent(self, name: str, wave_m: float, by_m: float, octaves: int = 3) -> tuple[Tensor, Tensor]:
        """The nodes moved about by noise: what a domain warp samples at."""
        x = self.x + 4 * by_m * self.fbm(name + " x", wave_m, octaves)
        return x, self.z + 4 * by_m * self.fbm(name + " z", wave_m, octaves)

    def full(self, value: float) -> Tensor:
        """The same value at every node."""
        return torch.full_like(self.x, value)

    def paint(self, *rgb: float) -> Tensor:
        """(N, M, 3) one colour everywhere."""
        return torch.tensor(rgb, dtype=torch.float32).expand(*self.x.shape, 3)

    def slope(self, height: Tensor) -> Tensor:
        """tan of the steepest slope at every node."""
        along = torch.from_numpy(self.warp.z.nodes())
        across = torch.from_numpy(self.warp.x.nodes())
        by_z, by_x = torch.gradient(height, spacing=(along, across))
        return torch.hypot(by_x, by_z)

    def ground(self, height: Tensor, albedo: Tensor, *, rough: Tensor, porous: Tensor, bumpy: Tensor,
               banded: Tensor | None = None, strata: tuple[Tensor, float] | None = None, water: Tensor | None = None,
               flow: Tensor | None = None, cover: Tensor | None = None,
               faces: tuple[Tensor, Tensor] | None = None) -> Ground:  # fmt: skip
        """The finished ground. cover: share of the sky that plants hide from it."""
        height = height.float().contiguous()
        colours, base_m = strata or (torch.tensor([[0.3, 0.3, 0.3, 0.0]] * 2), 0.0)
        sky = see_sky(self.warp, height)
        return Ground(
            self.warp, height, albedo.float().clamp(0.0, 1.0).contiguous(), rough.contiguous(), porous.contiguous(),
            bumpy.contiguous(), self.full(0.0) if banded is None else banded.contiguous(), colours, base_m,
            self.full(DRY_M) if water is None else water.contiguous(),
            torch.zeros(*self.x.shape, 2) if flow is None else flow.contiguous(),
            (sky if cover is None else sky * (1.0 - cover)).contiguous(), faces,
        )  # fmt: skip


def rise(value: Tensor, low: float, high: float) -> Tensor:
    """Smooth step: 0 under low, 1 over high."""
    t = ((value - low) / (high - low)).clamp(0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def blend(a: Tensor, b: Tensor, share: Tensor) -> Tensor:
    """a where share is 0, b where it is 1; colours (…, 3) take a share without the last axis."""
    share = share[..., None] if a.dim() > share.dim() else share
    return a + (b - a) * share


def soft_max(a: Tensor, b: Tensor, over_m: float) -> Tensor:
    """The higher of two surfaces, rounded where they meet within over_m [Quilez]."""
    h = (0.5 + 0.5 * (a - b) / over_m).clamp(0.0, 1.0)
    return b + (a - b) * h + over_m * h * (1.0 - h)


def soft_min(a: Tensor, b: Tensor, over_m: float) -> Tensor:
    """The lower of two surfaces, rounded where they meet within over_m."""
    return -soft_max(-a, -b, over_m)


def polyline(x: np.ndarray | float, y: np.ndarray | float, z: np.ndarray | float) -> np.ndarray:
    """(n, 3) float32 points."""
    return np.stack(np.broadcast_arrays(x, y, z), -1).astype(np.float32)
