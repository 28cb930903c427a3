"""What is planted: mats follow the ground, and are as green as it is."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from oyster_cli.picture import device
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp
from oyster_cli.world.places.planting import SWARD, Garden
from oyster_cli.world.site import Stand
from oyster_cli.world.things.plants import props

RISE = (0.2, -0.1)  # of a plane, along x and z


@pytest.fixture(autouse=True)
def _kernels() -> None:
    device.start("auto")


def plane() -> Ground:
    """A tilted plane whose grass is twice as bright beyond z = 15."""
    warp = Warp(Axis.reaching(-60.0, 60.0, 257, 0.4), Axis.reaching(-60.0, 60.0, 257, 0.4))
    z, x = torch.meshgrid(torch.from_numpy(warp.z.nodes()), torch.from_numpy(warp.x.nodes()), indexing="ij")
    one = torch.ones_like(x)
    albedo = torch.from_numpy(SWARD).float() * torch.where(z > 15.0, 2.0, 1.0)[..., None]
    flow = torch.zeros(*x.shape, 2)
    return Ground(
        warp, 3.0 + RISE[0] * x + RISE[1] * z, albedo, one, one, one, one, torch.zeros(2, 3), 0.0, one * DRY_M, flow, one
    )


def mats(green: bool):
    garden = Garden(3, plane(), Stand((0.0, 5.0, 0.0), (0.0, 4.0, 20.0)))
    return garden.lay("turf", 300, (2.0, 40.0), (0.1, 0.3), 0.5, lambda x, _: np.ones_like(x), green=green)


def test_every_blade_stands_on_the_ground() -> None:
    placed = mats(green=False)
    assert len(placed.at) > 50
    for prop in props(placed):
        points = prop.levels[0].points
        for at in prop.at:
            there = points @ at[:, :3].T + at[:, 3]
            tall = np.linalg.norm(at[:, 1])  # of the mat: its upright axis
            ground = 3.0 + there[:, 0] * RISE[0] + there[:, 2] * RISE[1]
            np.testing.assert_allclose(there[:, 1] - ground, tall * (points[:, 1] - 0.02), atol=2e-3)


def test_mats_have_something_of_the_grounds_colour() -> None:
    tinted, plain = mats(green=True), mats(green=False)
    np.testing.assert_array_equal(tinted.at, plain.at)
    gain = (tinted.tint / plain.tint).mean(1)
    beyond = plain.at[:, 2] > 16.0
    free = (tinted.tint < 2.19).all(1)  # what is not cut off
    np.testing.assert_allclose(gain[beyond & free], 2**0.7, rtol=1e-4)
    np.testing.assert_allclose(gain[plain.at[:, 2] < 14.0], 1.0, rtol=1e-4)
