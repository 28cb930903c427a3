"""Shadows of a lamp against straight lines from it: where a box stands in the way there is none of its light."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from filming import box, light_of, make_light, make_mesh, make_painter, make_stage, make_view, rays

from oyster_cli.picture.kinds import Lamp

REST = (0.0, 1.5, 0.0)
OVERHEAD = make_view((0, 16, 0), pitch=-math.pi / 2, lens_mm=18)
PLAIN = make_mesh([[-30, 0, -30], [30, 0, -30], [30, 0, 30], [-30, 0, 30]], [[0, 1, 2], [2, 3, 0]])
HALF, HEIGHT, ASIDE = 0.3, 1.1, 1.6  # of the box, which stands ASIDE along x and z: across a seam of the maps


def lamp(at=REST, rest=REST) -> Lamp:
    return Lamp(at, (1.0, 0.6, 0.3), 300.0, 40.0, rest)


def blocked(points: np.ndarray, grow_m: float, at=REST) -> np.ndarray:
    """Whether the straight line from a lamp to points (…, 3) meets the box, made larger by grow_m (slab test)."""
    way = points - np.array(at)
    low, high = np.array([ASIDE - HALF, 0.0, ASIDE - HALF]) - grow_m, np.array([ASIDE + HALF, HEIGHT, ASIDE + HALF]) + grow_m
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = (low - at) / way, (high - at) / way
    into, out = np.minimum(one, other).max(-1), np.maximum(one, other).min(-1)
    return (into < out) & (into > 0) & (into < 1)


@pytest.fixture(scope="module")
def painter():
    return make_painter(make_stage(PLAIN, box(HALF, HEIGHT, ASIDE)))


def seen(painter, *lamps: Lamp, **more) -> tuple[np.ndarray, np.ndarray]:
    """Light, and the place in metres, of every pixel from overhead."""
    picture = light_of(painter, OVERHEAD, make_light(), lamps=list(lamps), **more)
    return picture[..., 0], OVERHEAD.eye + rays(OVERHEAD) * picture[..., 3:]


def test_straight_lines(painter):
    dark, at = seen(painter, lamp())
    ground = np.abs(at[..., 1]) < 0.01
    inside, outside = ground & blocked(at, -0.08), ground & ~blocked(at, 0.08)
    assert inside.sum() > 20
    assert outside.sum() > 2000
    assert np.all(dark[inside] == 0.0)
    bright, _ = seen(painter, Lamp(REST, (1.0, 0.6, 0.3), 300.0, 40.0))
    np.testing.assert_allclose(dark[outside], bright[outside], rtol=1e-6)  # nor does anything shade itself
    assert np.all(bright[inside] > 0.0)


def test_box_lit_by_its_own_lamp(painter):
    dark, at = seen(painter, lamp())
    top = (np.abs(at[..., 1] - HEIGHT) < 0.01) & ~blocked(at + [0, 0.01, 0], -0.02)
    bright, _ = seen(painter, Lamp(REST, (1.0, 0.6, 0.3), 300.0, 40.0))
    assert top.sum() > 3
    np.testing.assert_allclose(dark[top], bright[top], rtol=1e-6)


def test_shadow_sways_with_the_lamp(painter):
    _, at = seen(painter, lamp())
    aside = (0.3, 1.5, -0.3)
    swung, _ = seen(painter, lamp(aside))
    still, _ = seen(painter, lamp())
    far = (np.abs(at[..., 1]) < 0.01) & (np.hypot(at[..., 0], at[..., 2]) > 6.6) & (at[..., 0] > 0) & (at[..., 2] > 0)
    middle = [float((at[..., 0] - at[..., 2])[far & (light == 0)].mean()) for light in (still, swung)]
    assert middle[1] < middle[0] - 0.01  # to the other side


def test_what_moves_throws_a_shadow():
    stage = make_stage(PLAIN, box(HALF, HEIGHT, ASIDE))
    stage.shape[1, 7] = 0.0  # not of what stands still
    painter = make_painter(stage)
    still, at = seen(painter, lamp())
    moved, _ = seen(painter, lamp(), moving=stage.work_of(np.array([1])))
    shade = (np.abs(at[..., 1]) < 0.01) & blocked(at, -0.15)
    assert np.all(still[shade] > 0.0)
    assert np.all(moved[shade] == 0.0)


def test_nearest_of_two_lamps(painter):
    far = (-6.0, 1.5, 0.0)
    one, at = seen(painter, lamp())
    both, _ = seen(painter, lamp(far, far), lamp())
    alone, _ = seen(painter, Lamp(far, (1.0, 0.6, 0.3), 300.0, 40.0))
    shade = (np.abs(at[..., 1]) < 0.01) & blocked(at, -0.08)
    np.testing.assert_allclose(both[shade], (one + alone)[shade], rtol=1e-5)


def test_the_same_again(painter):
    first, _ = seen(painter, lamp())
    map_ = painter.shadows.lamp.still.clone()
    seen(painter)
    painter.shadows.lamp.forget()
    again, _ = seen(painter, lamp())
    assert torch.equal(map_, painter.shadows.lamp.still)
    assert np.array_equal(first, again)
