"""Leaves against what they must be: a spray is as bright as one leaf of its colour, and is one where it is far off."""

from __future__ import annotations

import math

import numpy as np
import pytest
from filming import DARK, light_of, make_light, make_mesh, make_painter, make_stage, make_view

from oyster_cli.picture.kinds import LEAF, SPRAY

EVEN = make_light(sky_above=np.ones(3), sky_low=np.ones(3))
COVERED = np.s_[20:44, 36:60]


def seen(material: int, high_m: float, long_m: float, **light: np.ndarray) -> np.ndarray:
    """(pixels, 3) radiance of the middle of the picture: level triangles side by side, looked down on."""
    x, z = (axis.ravel() * long_m for axis in np.meshgrid(np.arange(-40, 40), np.arange(-40, 40)))
    near, far = np.stack([x, 0 * x, z], 1), np.stack([x + long_m, 0 * x, z + long_m], 1)
    right, ahead = near + [long_m, 0, 0], near + [0, 0, long_m]
    corners = np.concatenate([np.stack([near, right, ahead], 1), np.stack([far, ahead, right], 1)]).reshape(-1, 3)
    mesh = make_mesh(corners, np.arange(len(corners)).reshape(-1, 3), 0.3, material)
    view = make_view((0, high_m, 0), pitch=-math.pi / 2)
    return light_of(make_painter(make_stage(mesh)), view, make_light(**light) if light else EVEN)[COVERED].reshape(-1, 4)[:, :3]


def test_a_spray_is_of_many_leaves_and_as_bright_as_one() -> None:
    leaf, spray = seen(LEAF, 10.0, 2.0), seen(SPRAY, 10.0, 2.0)
    assert leaf.std(0).max() < 1e-4 * leaf.mean()
    assert spray[:, 1].std() > 0.1 * spray[:, 1].mean()
    assert spray.mean(0) == pytest.approx(leaf.mean(0), rel=0.2)


def test_far_off_a_spray_is_one_leaf() -> None:
    assert np.array_equal(seen(LEAF, 10.0, 0.1), seen(SPRAY, 10.0, 0.1))  # a pixel is a tenth of a metre


def test_light_from_behind_comes_through_yellower() -> None:
    sun = {"sun": np.full(3, 50.0), "sky_above": DARK}
    front = seen(LEAF, 10.0, 2.0, sun_dir=np.array([0.0, 1.0, 0.0]), **sun).mean(0)
    behind = seen(LEAF, 10.0, 2.0, sun_dir=np.array([0.0, -1.0, 0.0]), **sun).mean(0)
    assert 0 < behind[1] < front[1]
    assert behind[0] / behind[2] > 1.2 * front[0] / front[2]
