"""Ways of what moves and the blur they leave, against projections and shutter times reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from filming import CALM, SIZE, Scenery, make_light, make_mesh, make_painter, make_stage, make_view, numbers

from oyster_cli.picture.motion import PER_PX
from oyster_cli.picture.painter import Painter
from oyster_cli.picture.params import pack
from oyster_cli.picture.stage import Stage, bounds_of
from oyster_cli.picture.view import View

CARD = make_mesh([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], [[0, 1, 2], [0, 2, 3]])
WALL = make_mesh([[-90, -90, 40], [90, -90, 40], [90, 90, 40], [-90, 90, 40]], [[0, 1, 2], [0, 2, 3]])


def make_set() -> tuple[Stage, np.ndarray]:
    stage = make_stage(WALL)
    number = stage.add(stage.prototype([CARD]), np.eye(3, 4)[None], bounds_of(CARD), casts=False)
    stage.freeze()
    return stage, number


def put(stage: Stage, number: np.ndarray, *at: float) -> None:
    pose = np.eye(3, 4)[None].copy()
    pose[0, :, 3] = at
    stage.set_poses(number, pose, [bounds_of(CARD)], 1.0)


def tracked(painter: Painter, view: View, before: View) -> np.ndarray:
    """(height, width, 2) ways of what moved by itself, pixels."""
    scenery = Scenery(make_light(), CALM, torch.zeros(2 * 16 * 16 + 8, 4), 16)
    painter.draw(view, scenery, 1.0, before=before)
    kept = painter._ways.numpy().reshape(SIZE[::-1])
    return np.stack([kept >> 16, (kept << 16) >> 16], -1) / PER_PX


def test_what_moves_has_the_way_of_its_projection_and_what_stands_has_none():
    stage, number = make_set()
    painter, before = make_painter(stage), make_view()
    view = replace(make_view((0.3, 0.1, 0.0), yaw=0.02), shift_px=(0.3, -0.2))
    put(stage, number, -0.5, 0.2, 10.0)
    put(stage, number, 0.0, 0.0, 9.0)
    ways = tracked(painter, view, before)
    moved = (ways != 0).any(-1)
    wanted = view.project(np.zeros(3) + [0, 0, 9])[0, :2] - view.shift_px - before.project(np.array([-0.5, 0.2, 10.0]))[0, :2]
    middle = view.project(np.array([0, 0, 9.0]))[0]
    np.testing.assert_allclose(ways[int(middle[1]), int(middle[0])], wanted, atol=0.15)
    assert moved.sum() == pytest.approx((2 * view.focal_px / 9) ** 2, rel=0.12)


def test_what_comes_from_nowhere_has_no_way():
    stage, number = make_set()
    put(stage, number, 0.0, -1e5, 9.0)
    put(stage, number, 0.0, 0.0, 9.0)
    assert (tracked(make_painter(stage), make_view(), make_view()) == 0).all()


def smeared(light: np.ndarray, ways: Any = 0, view: View | None = None, before: View | None = None) -> np.ndarray:
    """A picture (height, width, 4) with its motion blur. ways: pixels to the right since the frame before."""
    view = view or make_view()
    painter = make_painter(make_set()[0])
    painter._p = torch.from_numpy(pack(view, make_light(), CALM, [], np.zeros(15), before))
    painter._ways[:] = torch.from_numpy((np.broadcast_to(ways, SIZE[::-1]) * PER_PX).astype(np.int32).reshape(-1) << 16)
    full = torch.from_numpy(light.reshape(-1, 4).astype(np.float32))
    return painter.smear(full, 0).numpy().reshape(SIZE[1], SIZE[0], 4)


def picture(depth_m: float = 10.0) -> np.ndarray:
    light = np.random.default_rng(4).uniform(0, 1, (SIZE[1], SIZE[0], 4))
    light[..., 3] = depth_m
    return light


def test_where_nothing_moves_the_picture_stays_to_the_bit():
    light = picture()
    assert np.array_equal(smeared(light), light.astype(np.float32))


@pytest.mark.parametrize("open_share", [0.25, 0.5, 1.0])
def test_an_edge_is_blurred_as_far_as_it_goes_while_the_shutter_is_open(open_share: float):
    light = np.zeros((SIZE[1], SIZE[0], 4))
    light[:, 48:, :3], light[..., 3] = 1.0, 10.0
    row = smeared(light, 20.0, make_view(open_share=open_share))[20:40, :, 0].mean(0)
    assert row.sum() == pytest.approx(48, abs=1.0)
    soft = np.flatnonzero((row > 0.06) & (row < 0.94))
    assert np.ptp(soft) + 1 == pytest.approx(20 * open_share * 0.88, abs=3)


def test_a_panning_camera_blurs_alike_and_what_goes_with_it_stays_sharp():
    light, view = picture(), make_view(yaw=0.15)
    light[..., :3] = (np.arange(SIZE[0]) // 2 % 2)[None, :, None]
    blurred = smeared(light, view=view, before=make_view())
    assert blurred[..., 0].std() < 0.35 * light[..., 0].std()
    along = smeared(light, 1 / PER_PX, view, make_view())  # told to move a hair by itself: followed, hence sharp
    np.testing.assert_allclose(along[..., 0], light[..., 0], atol=1e-6)


def test_what_passes_in_front_blurs_over_what_stands_behind():
    light = np.zeros((SIZE[1], SIZE[0], 4))
    light[..., 3] = 40.0
    light[24:40, 40:56] = [1, 1, 1, 5]
    ways = np.where(light[..., 3] < 10, 16.0, 0.0)
    row = smeared(light, ways)[28:36, :, 0].mean(0)
    assert row[36:40].min() > 0.02, "nothing spills out to the left"
    assert row[56:60].min() > 0.02
    assert row[:34].max() == 0.0
    assert row[47] > 0.9
    assert numbers(make_view())[228] == 1
