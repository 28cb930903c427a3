"""Circles of confusion against the thin lens."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from filming import SIZE, make_painter, make_set, make_view

from oyster_cli.picture.defocus import spread_px

FAST = {"lens_mm": 85.0, "f_stop": 1.4, "focus_m": 5.0}


def softened(light: np.ndarray, **optics: float) -> np.ndarray:
    full = torch.from_numpy(light.reshape(-1, 4).astype(np.float32))
    return make_painter(make_set()).focus(full, make_view(**optics)).numpy().reshape(SIZE[1], SIZE[0], 4)


def spot(depth_m: float, behind_m: float = 60.0) -> np.ndarray:
    light = np.zeros((SIZE[1], SIZE[0], 4))
    light[..., 3] = behind_m
    light[30:34, 46:50] = [100.0, 50.0, 10.0, depth_m]
    return light


def test_the_radius_is_the_thin_lens():
    """By similar triangles behind the lens: where a far point's cone cuts the film."""
    view = make_view(**FAST)
    f, aperture = 0.085, 0.085 / 1.4
    film = 1 / (1 / f - 1 / 5.0)
    image = 1 / (1 / f - 1 / 1e7)
    cut = aperture * (film - image) / image
    assert spread_px(view) == pytest.approx(cut / 2 / 0.02489 * SIZE[0], rel=0.02)


def test_what_is_in_focus_and_a_slow_wide_lens_leave_the_picture_as_it_is():
    light = np.random.default_rng(5).uniform(0, 1, (SIZE[1], SIZE[0], 4))
    light[..., 3] = 5.0
    np.testing.assert_allclose(softened(light, **FAST), light, atol=1e-6)
    light[..., 3] = 60.0
    assert np.array_equal(softened(light, lens_mm=24.0, f_stop=8.0, focus_m=12.0), light.astype(np.float32))


def test_a_far_light_becomes_a_disc_of_its_radius_and_its_brightness():
    blurred = softened(spot(60.0), **FAST)[..., 0]
    radius = spread_px(make_view(**FAST)) * (1 - 5 / 60)
    assert blurred.sum() == pytest.approx(1600, rel=0.25)
    rows, columns = np.nonzero(blurred > 0.05 * blurred.max())
    assert np.hypot(columns - 47.5, rows - 31.5).max() == pytest.approx(radius + 2, abs=2.5)


def test_what_lies_behind_does_not_run_over_a_sharp_edge_in_front():
    light = np.zeros((SIZE[1], SIZE[0], 4))
    light[..., :3], light[..., 3] = 1.0, 60.0
    light[:, :48, :3], light[:, :48, 3] = 0.0, 5.0
    row = softened(light, **FAST)[32, :, 0]
    assert row[:46].max() < 0.02
    assert row[52] > 0.5
