"""Sand heaped by wind: long backs that face it, slip faces at the angle of repose behind, and the sharp brink between.

A dune is two smooth surfaces and the sand lies up to the lower of them, so that the brink stays sharp however coarse the grid
is that it is drawn on.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from oyster_cli.world.ground import beside_brink, grown
from oyster_cli.world.places.land import Land, Tensor, blend, rise

REPOSE_TAN = 0.65  # 33 degrees: steeper than this dry sand slides
STEEPEST_TAN = 0.72  # a little more, for slip faces that lie on a slope
RUN = 6.3  # length of a dune's back over its height: nowhere steeper than 12 degrees
CREST_LEAN = 0.6  # slope of the back at the brink, over its mean slope
LEAST_M = 0.25  # a lower one has no brink to speak of


@dataclass(frozen=True)
class Dunes:
    """Sand over the ground; all (N, M) metres."""

    lee: Tensor  # how far downwind of the nearest brink, negative upwind
    tall: Tensor  # height of that brink
    height: Tensor  # of the sand

    @property
    def faces(self) -> tuple[Tensor, Tensor]:
        """The back, which faces the wind, and the slip face, each carried on smoothly beyond the brink."""
        tall = self.tall.clamp(min=0.02)
        t = (-self.lee / (RUN * tall)).clamp(max=1.0)
        m = CREST_LEAN
        bow = 1.0 - m * t + torch.where(t > 0.0, (2.0 * m - 3.0) * t**2 + (2.0 - m) * t**3, torch.zeros_like(t))
        return tall * bow, tall - REPOSE_TAN * self.lee

    def away(self, low_m: float, high_m: float) -> Tensor:
        """0 to 1 from low_m to high_m beyond the foot, before and behind; 1 where no dune is."""
        beyond = (self.lee - self.tall / REPOSE_TAN).maximum(-self.lee - RUN * self.tall)
        return blend(torch.ones_like(beyond), rise(beyond, low_m, high_m), rise(self.tall, 0.0, 3.0))

    def open(self, wide_m: float) -> Tensor:
        """Where smaller dunes may lie: 0 on the slip face and at the brink, 1 from wide_m before it and behind its foot."""
        behind = rise(self.lee - self.tall / REPOSE_TAN, 0.0, wide_m)
        return blend(torch.ones_like(behind), behind.maximum(rise(-self.lee, 0.25 * wide_m, wide_m)), rise(self.tall, 0.0, 0.5))


def heap(lee: Tensor, tall: Tensor) -> Dunes:
    """One dune, by the distance downwind of its brink and the height of that (N, M)."""
    one = Dunes(lee, tall, tall)
    return Dunes(lee, tall, torch.minimum(*one.faces).clamp(min=0.0))


def ranks(land: Land, phase: Tensor, wave_m: float, tall: Tensor) -> Dunes:
    """Dunes in ranks: a brink wherever `phase`, which grows downwind by about one in wave_m, is a whole number.

    Dunes whose slip faces are finer than the grid are left out.
    """
    tall = tall * rise(tall / REPOSE_TAN / land.step_m, 1.2, 3.0)
    along, across = torch.from_numpy(land.warp.z.nodes()), torch.from_numpy(land.warp.x.nodes())
    by_z, by_x = torch.gradient(phase, spacing=(along, across))
    metres = 1.0 / torch.hypot(by_x, by_z).clamp(0.45 / wave_m, 2.5 / wave_m)
    part = phase - phase.floor()
    near = heap(torch.where(part < 0.5, part, part - 1.0) * metres, tall)
    following = heap((part - 1.0) * metres, tall)  # whose back may begin on this side of the middle
    return Dunes(near.lee, tall, near.height.maximum(following.height))


def phase_of(land: Land, name: str, wave_m: float, downwind: tuple[float, float], bend: float, lag: Tensor) -> Tensor:
    """A phase for ranks(): brinks that meander by about `bend` wavelengths and hang back by `lag` (N, M) wavelengths."""
    down = land.x * downwind[0] + land.z * downwind[1]
    along = land.z * downwind[0] - land.x * downwind[1]
    at = (0.45 * down, along)  # what bends a brink changes along it more than from rank to rank
    return down / wave_m + 4.0 * bend * land.fbm(name, 2.4 * wave_m, 2, at=at) + lag


def fused(base: Tensor, systems: list[Dunes]) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Height of dunes upon each other, and its two faces, which are apart only about brinks; later systems come first."""
    height = base + sum((each.height for each in systems), torch.zeros_like(base))
    first, second = height.clone(), height.clone()
    for each in systems:
        back, slip = each.faces
        near = grown(beside_brink(back, slip) & (each.tall > LEAST_M) & (each.lee.abs() < each.tall), 4)
        first = torch.where(near, height - each.height + back, first)
        second = torch.where(near, height - each.height + slip, second)
    return height, (first, second)


def slumped(land: Land, height: Tensor, rounds: int = 16) -> Tensor:
    """Height (N, M) after whatever stands steeper than sand can has slid off, where dunes run into each other."""
    height = height.clone()
    across, along = (torch.diff(torch.from_numpy(axis.nodes())) * STEEPEST_TAN for axis in (land.warp.x, land.warp.z))
    for _ in range(rounds):
        for low, high, most in ((height[:, :-1], height[:, 1:], across), (height[:-1], height[1:], along[:, None])):
            torch.minimum(high, low + most, out=high)
            torch.minimum(low, high + most, out=low)
    return height
