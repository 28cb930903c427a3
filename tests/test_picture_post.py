"""Marks in the air, bloom, tone curve and print against sums and curves reckoned in numpy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import quadrants as qd
import torch
from filming import SIZE, make_view, numbers

from oyster_cli.picture import post, splats
from oyster_cli.picture.grain import make_grain
from oyster_cli.picture.kinds import Splats
from oyster_cli.picture.painter import exposure_for
from oyster_cli.picture.raster import floats1, vec4s
from oyster_cli.picture.tone import agx, curve, shown
from oyster_cli.picture.view import View

PIXELS = SIZE[0] * SIZE[1]
SMALL = (SIZE[0] // 4, SIZE[1] // 4)
VIEW = make_view()


@qd.kernel
def tone(light: vec4s, table: floats1, out: vec4s):
    for k in range(light.shape[0]):
        c = agx(table, qd.Vector([light[k][0], light[k][1], light[k][2]]))
        out[k] = qd.Vector([c[0], c[1], c[2], shown(table, light[k][0])])


def toned(light: np.ndarray, night: float = 0.0) -> np.ndarray:
    """(n, 4) shown rgb of (n, 3) exposed light, and the curve at its red."""
    four = torch.from_numpy(np.column_stack([light, np.zeros(len(light))]).astype(np.float32))
    out = torch.zeros(len(light), 4)
    tone(four, curve(night), out)
    return out.numpy()


def greys(count: int = 600) -> np.ndarray:
    return np.repeat(np.geomspace(1e-4, 60, count)[:, None], 3, 1)


def test_the_table_is_the_curve_between_its_steps_too():
    light = greys()[:, 0]
    e = np.clip((np.log2(light) + 12.47393) / 16.5, 0, 1)
    base = np.polyval([15.5, -40.14, 31.96, -6.868, 0.4298, 0.1191, -0.00232], e)
    wanted = (np.maximum(base - 0.012, 0) * 1.012) ** 1.25
    np.testing.assert_allclose(toned(greys(), 1.0)[:, 3], wanted, atol=3e-4)


@pytest.mark.parametrize("night", [0.0, 0.5, 1.0])
def test_more_light_is_never_darker_and_grey_stays_grey(night: float):
    shown = toned(greys(), night)[:, :3]
    assert np.ptp(shown, axis=1).max() < 0.004
    assert np.diff(shown[:, 1]).min() > -1e-4
    assert (np.diff(shown[::20, 1]) > 0)[10:-4].all()
    assert shown[0, 1] < 0.02
    assert shown[-1, 1] > 0.95


def test_middle_grey_and_what_is_exposed_for_are_shown_in_the_middle():
    grey, key = toned(np.repeat([[0.18], [exposure_for(5.0) * 5.0]], 3, 1))[:, 1]
    assert 0.25 < grey < 0.50  # sRGB-encoded, middle grey is 0.46; a print is darker, and daylight is exposed for it
    assert 0.40 < key < 0.65


def test_no_colour_turns_into_another():
    rng = np.random.default_rng(1)
    light = rng.uniform(0, 1, (4000, 3)) ** 3 * np.exp(rng.uniform(-5, 3, (4000, 1)))
    shown = toned(light)[:, :3].astype(float)
    order = np.argsort(light, 1)
    ranked = np.take_along_axis(shown, order, 1)
    assert (np.diff(ranked, axis=1) > -0.005).all()


def compose(hdr: np.ndarray, marks: torch.Tensor, puffs: torch.Tensor, exposure: float) -> np.ndarray:
    """(pixels, 4) exposed light."""
    p, out = numbers(VIEW), torch.zeros(PIXELS, 4)
    p[57] = exposure
    post.compose(torch.from_numpy(hdr), torch.zeros(PIXELS, 4), marks, puffs, p, *SIZE, *SMALL, out)
    return out.numpy()


def background(depth: float = 1e9) -> np.ndarray:
    hdr = np.random.default_rng(2).uniform(0.1, 2, (PIXELS, 4)).astype(np.float32)
    hdr[:, 3] = depth
    return hdr


def drawn(view: View, at: np.ndarray, alpha: Any, radius_m: Any, depth: float = 1e9, **mark: Any) -> torch.Tensor:
    """(pixels, 4) what marks add, in 1/4096."""
    n = len(at)
    group = Splats(
        "streak" if "velocity" in mark else "dot", at, np.broadcast_to(mark.get("velocity", np.zeros(3)), (n, 3)),
        np.broadcast_to(radius_m, n), np.broadcast_to(mark.get("colour", 1.0), (n, 3)), np.broadcast_to(alpha, n),
        mark.get("lit", True),
    )  # fmt: skip
    marks = torch.zeros(PIXELS, 4, dtype=torch.int32)
    splats.splat(splats.table([group]), 1.0, numbers(view), torch.from_numpy(background(depth)), *SIZE, marks)
    return marks


def cloud(count: int, rng: np.random.Generator) -> np.ndarray:
    """Points well within the picture, 3 to 12 m off."""
    z = rng.uniform(3, 12, count)
    return np.stack([*(rng.uniform(-0.4, 0.4, count) * side / VIEW.focal_px * z for side in SIZE), z], 1)


def test_small_dots_cover_what_they_are_of_a_pixel_and_none_is_lost():
    rng = np.random.default_rng(3)
    at, alpha = cloud(3000, rng), rng.uniform(0.3, 1.0, 3000)
    wide_px = rng.uniform(0.5, 1.4, 3000)
    marks = drawn(VIEW, at, alpha, wide_px / 2 / VIEW.focal_px * at[:, 2])
    wanted = (alpha * wide_px**2).sum()
    assert marks[:, 3].sum().item() / 4096 == pytest.approx(wanted, rel=0.03)  # soft dots: a little by where they lie
    x, y, _ = VIEW.project(at).T
    here = np.bincount((np.floor(y) * SIZE[0] + np.floor(x)).astype(int), minlength=PIXELS)
    assert (marks[:, 3].numpy() > 0)[here > 0].all()


def test_a_streak_is_drawn_along_its_way_in_the_open_shutter():
    at, way = np.array([[0.3, 0.1, 6.0]]), np.array([[1.2, -0.7, 0.0]])
    marks = drawn(VIEW, at, 0.5, 0.4 / VIEW.focal_px * 6, velocity=way)[:, 3].numpy().reshape(SIZE[::-1])
    rows, columns = np.nonzero(marks)
    (x0, y0, _), (x1, y1, _) = VIEW.project(np.concatenate([at, at - way]))
    across = ((columns + 0.5 - x0) * (y1 - y0) - (rows + 0.5 - y0) * (x1 - x0)) / np.hypot(x1 - x0, y1 - y0)
    assert np.abs(across).max() < 1.0
    assert np.ptp(columns) == pytest.approx(abs(x1 - x0), abs=1.5)
    assert marks.sum() / 4096 == pytest.approx(0.5 * 0.8 * (np.hypot(x1 - x0, y1 - y0) + 1), rel=0.06)


def test_marks_are_the_same_bits_in_any_order():
    rng = np.random.default_rng(4)
    at, alpha, radius = cloud(4000, rng), rng.uniform(0, 1, 4000), rng.uniform(0.005, 0.2, 4000)
    velocity, colour = rng.normal(0, 1, (4000, 3)), rng.uniform(0, 3, (4000, 3))
    mixed = rng.permutation(4000)
    for more in ({}, {"lit": False}):
        one = drawn(VIEW, at, alpha, radius, velocity=velocity, colour=colour, **more)
        other = drawn(VIEW, at[mixed], alpha[mixed], radius[mixed], velocity=velocity[mixed], colour=colour[mixed], **more)
        assert torch.equal(one, other)
        assert one[:, :3].sum() > 0 or not more


def test_marks_behind_something_solid_do_not_show_and_what_shines_hides_nothing():
    at = cloud(200, np.random.default_rng(5))
    marks = drawn(VIEW, at, 1.0, 0.01, depth=7.0)
    assert torch.equal(marks, drawn(VIEW, at[at[:, 2] < 7], 1.0, 0.01))
    assert 0 < marks[:, 3].sum() < drawn(VIEW, at, 1.0, 0.01)[:, 3].sum()
    shining = drawn(VIEW, at, 1.0, 0.01, lit=False)
    assert (shining[:, 3] == 0).all()
    assert shining[:, 0].sum() > 0


def test_marks_hide_what_is_behind_them_by_their_depth():
    hdr, none = background(), torch.zeros(SMALL[0] * SMALL[1], 4, dtype=torch.int32)
    marks = torch.zeros(PIXELS, 4, dtype=torch.int32)
    np.testing.assert_allclose(compose(hdr, marks, none, 2.0)[:, :3], 2 * hdr[:, :3], rtol=1e-6)
    tau, white = 0.7, 0.4
    marks[:] = torch.tensor([round(tau * white * 4096)] * 3 + [round(tau * 4096)], dtype=torch.int32)
    wanted = 2 * hdr[:, :3] * math.exp(-tau) + white * (1 - math.exp(-tau))
    np.testing.assert_allclose(compose(hdr, marks, none, 2.0)[:, :3], wanted, rtol=2e-3)
    puffs = marks[: len(none)]
    np.testing.assert_allclose(compose(hdr, torch.zeros_like(marks), puffs, 2.0)[:, :3], wanted, rtol=2e-3)


def test_puffs_are_the_same_bits_again_and_stay_within_their_radius():
    at = np.array([[0.0, 0.0, 8.0]], np.float32)
    tile, made = make_grain(), []
    for _ in range(2):
        puffs = torch.zeros(SMALL[0] * SMALL[1], 4, dtype=torch.int32)
        group = Splats("puff", at, np.zeros_like(at), np.array([1.2]), np.full((1, 3), 0.9), np.array([0.8]))
        splats.puff(splats.table([group]), tile, numbers(VIEW), torch.from_numpy(background()), *SIZE, *SMALL, puffs)
        made.append(puffs)
    assert torch.equal(*made)
    rows, columns = np.nonzero(made[0][:, 3].numpy().reshape(SMALL[::-1]))
    far_px = 4 * np.hypot(columns + 0.5 - SMALL[0] / 2, rows + 0.5 - SMALL[1] / 2)
    assert 0.6 < far_px.max() / (1.2 * VIEW.focal_px / 8) <= 1.0


def test_bloom_spreads_light_and_neither_makes_nor_loses_it():
    size = (474, 314)
    light = torch.zeros(size[1], size[0], 4)
    light[160:164, 240:244, :3] = torch.tensor([9.0, 4.0, 1.0])
    bloom = post.Bloom(*size)
    bloom.spread(light.reshape(-1, 4), *size)
    np.testing.assert_allclose(bloom.glow[:, :3].sum(0) * 16, light.sum((0, 1))[:3], rtol=1e-3)
    glow = bloom.glow[:, 0].reshape(bloom.small[::-1])
    assert glow.argmax().item() == 40 * bloom.small[0] + 60
    np.testing.assert_allclose(glow[40, 57:64], glow[40, 57:64].flip(0), rtol=0.03)
    np.testing.assert_allclose(glow[37:44, 60], glow[40, 57:64], rtol=0.03)
    assert 0 < glow[40, 90] < 1e-3 * glow[40, 60], "the wide glow reaches farther than the tight one"


def test_one_spark_does_not_flood_the_frame():
    light = torch.zeros(96 * 160, 4)
    light[40 * 160 + 72, :3] = 1e6
    bloom = post.Bloom(160, 96)
    bloom.spread(light, 160, 96)
    assert bloom.glow.max() < 40


def developed(light: np.ndarray, size: tuple[int, int], night: float = 0.0) -> np.ndarray:
    bloom, out = post.Bloom(*size), torch.zeros(size[0] * size[1], 4)
    full = torch.from_numpy(light.reshape(-1, 4).astype(np.float32))
    bloom.spread(full, *size)
    post.develop(full, bloom.glow, *size, *bloom.small, 0.07, night, curve(night), out)
    return out.numpy().reshape(size[1], size[0], 4)


@pytest.mark.parametrize("size", [(16, 16), (16, 64), (160, 90)])
def test_an_even_picture_stays_even_but_for_its_corners_at_any_size(size: tuple[int, int]):
    shown = developed(np.full((size[1], size[0], 4), 0.3), size)[..., :3]
    x, y = ((np.arange(side) + 0.5) / side - 0.5 for side in size)
    dimmed = 0.3 * (1 - 0.5 * (x[None] ** 2 + y[:, None] ** 2))
    wanted = toned(np.repeat(dimmed.reshape(-1, 1), 3, 1))[:, :3].reshape(shown.shape)
    np.testing.assert_allclose(shown, wanted, atol=1e-5)


def test_by_night_the_dark_turns_blue_and_a_lamp_keeps_its_colour():
    dark, lamp = (
        developed(np.full((32, 32, 4), [*colour, 1.0]), (32, 32), 0.8)[16, 16]
        for colour in ([0.020, 0.012, 0.008], [8, 3, 0.8])
    )
    assert dark[2] > dark[0]
    assert lamp[0] > lamp[2] + 0.1


def printed(shown: np.ndarray, frame: int = 3, grain: float = 0.011) -> np.ndarray:
    height, width = shown.shape[:2]
    four = torch.from_numpy(np.dstack([shown, np.zeros((height, width))]).reshape(-1, 4).astype(np.float32))
    out = torch.empty((width * height, 3), dtype=torch.uint8)
    post.print_film(four, frame, grain, width, height, out)
    return out.numpy().reshape(height, width, 3)


def test_a_print_without_grain_is_the_nearest_byte():
    shown = np.random.default_rng(6).uniform(-0.1, 1.1, (64, 96, 3)).astype(np.float32)
    wanted = np.clip(np.floor(shown.astype(float) * 255 + 0.5), 0, 255)
    assert np.abs(printed(shown, grain=0.0) - wanted).max() <= 1  # a float of 32 bits may fall on either side of a half
    assert (printed(shown, grain=0.0) == wanted).mean() > 0.999


def test_grain_is_the_same_on_the_same_frame_and_new_on_the_next():
    flat = np.full((64, 96, 3), 0.5)
    one, again, next_one = (printed(flat, frame).astype(float) for frame in (3, 3, 4))
    assert np.array_equal(one, again)
    assert abs(np.corrcoef(one[..., 0].ravel(), next_one[..., 0].ravel())[0, 1]) < 0.2
    assert one.mean() == pytest.approx(127.5, abs=0.6)
    assert one.std() == pytest.approx(0.408 * 0.011 * (1.25 - 0.31) * 255, rel=0.3)


def test_grain_has_no_lumps():
    print_ = printed(np.full((128, 128, 3), 0.5), grain=0.1)[..., 0].astype(float)
    for along, across in ((1, 0), (0, 1), (3, 5), (8, 0)):
        shifted = np.roll(print_, (along, across), (0, 1))
        assert abs(np.corrcoef(print_.ravel(), shifted.ravel())[0, 1]) < 0.04  # five standard errors


def test_a_camera_meters_an_even_scene_as_it_is_and_is_not_fooled_by_a_speck():
    hdr = torch.full((90 * 160, 4), 0.4)
    assert post.metered(hdr, torch.zeros_like(hdr), 160, 90) == pytest.approx(0.4, rel=1e-5)
    hdr[:30] = 1e4
    hdr[30:60] = 0.0
    assert post.metered(hdr, torch.zeros_like(hdr), 160, 90) == pytest.approx(0.4, rel=0.05)


def test_a_darker_scene_is_exposed_longer_and_still_looks_darker():
    luminance = np.geomspace(1e-5, 20, 60)
    exposure = np.array([exposure_for(float(each)) for each in luminance])
    assert (np.diff(exposure) < 0).all()
    assert (np.diff(exposure * luminance) > -1e-9).all()
    assert exposure_for(1.0, 1.0) == pytest.approx(2 * exposure_for(1.0))


def test_grain_repeats_without_a_seam_and_its_coarser_copies_keep_its_mean():
    tile = make_grain().numpy()
    full = tile[: 256 * 256].reshape(256, 256, 4)
    inner = np.abs(np.diff(full[..., 0], axis=0)).mean()
    assert np.abs(full[0, :, 0] - full[-1, :, 0]).mean() == pytest.approx(inner, rel=0.3)
    assert full[..., 0].std() == pytest.approx(0.5)
    for axis in (0, 1):
        slope, given = np.gradient(full[..., 0], axis=axis)[1:-1, 1:-1].ravel(), full[1:-1, 1:-1, 3 - axis].ravel()
        assert np.corrcoef(slope, given)[0, 1] > 0.95
        assert given.std() / slope.std() == pytest.approx(4, rel=0.3)  # finite steps miss some of the finest
    half = tile[256 * 256 : 256 * 256 + 128 * 128].reshape(128, 128, 4)
    np.testing.assert_allclose(half[5, 9], full[10:12, 18:20].mean((0, 1)), rtol=1e-4)
