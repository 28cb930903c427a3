"""Sheets of rock, stones and ripples: no seam, level on the whole, ripples that face the wind; and how they are fetched."""

from __future__ import annotations

import numpy as np
import pytest
import quadrants as qd
import torch

from oyster_cli.picture import device
from oyster_cli.picture.grain import LEVELS, any_scale, make_grain, sheet
from oyster_cli.picture.raster import floats1, vec4s
from oyster_cli.picture.sheets import SIZE, face, ripples, stones

TEXELS = sum((SIZE >> level) ** 2 for level in range(LEVELS))


@pytest.fixture(autouse=True)
def _kernels() -> None:
    device.start("auto")


@qd.kernel
def _fetch(tile: vec4s, at: vec4s, number: qd.i32, out: vec4s):
    for k in range(at.shape[0]):
        out[k] = sheet(tile, number, at[k][0], at[k][1], at[k][2])


@qd.kernel
def _fetch_any(tile: vec4s, footprint: floats1, fine: qd.f32, finest: qd.f32, out: vec4s):
    for k in range(footprint.shape[0]):
        out[k] = any_scale(tile, 1, qd.cast(k, qd.f32) * 0.013, 0.4, footprint[k], fine, finest)


@pytest.mark.parametrize("make", [face, stones, ripples])
def test_a_sheet_goes_on_over_its_edge_as_it_does_inside(make) -> None:  # type: ignore[no-untyped-def]
    made = make(np.random.default_rng(3))
    for axis in (0, 1):
        steps = np.abs(np.diff(np.concatenate([made, made.take([0], axis)], axis), axis=axis)).mean(axis=(1 - axis, 2))
        assert steps[-1] < steps[:-1].max() * 1.05
    assert made[..., 1].min() >= 0.0
    assert made[..., 1].max() <= 1.0


@pytest.mark.parametrize("make", [face, stones, ripples])
def test_a_sheet_lies_level_on_the_whole(make) -> None:  # type: ignore[no-untyped-def]
    made = make(np.random.default_rng(3))
    assert np.abs(made[..., 2:].mean(axis=(0, 1))).max() < 0.02
    assert made[..., 2:].std() > 0.1


def test_ripples_have_long_backs_and_short_steep_fronts() -> None:
    along = ripples(np.random.default_rng(3))[..., 3]
    assert (along > 0.0).mean() > 0.55  # most of the way goes up
    assert -np.percentile(along, 2) > 1.2 * np.percentile(along, 98)  # and it comes down more steeply
    f = np.abs(np.fft.rfft(along, axis=0)).mean(axis=1)
    assert 20 <= f[1:60].argmax() + 1 <= 28


def test_a_fetch_finds_the_texel_of_its_own_sheet_at_every_level() -> None:
    tile = make_grain()
    for number in range(4):
        for level in range(LEVELS):
            size = SIZE >> level
            start = number * TEXELS + sum((SIZE >> finer) ** 2 for finer in range(level))
            row, column = size // 2, size // 4
            at = torch.tensor([[(column + 0.5) * (1 << level), (row + 0.5) * (1 << level), 0.8 * (1 << level), 0.0]])
            out = torch.zeros(1, 4)
            _fetch(tile, at, number, out)
            torch.testing.assert_close(out[0], tile[start + row * size + column], atol=2e-5, rtol=1e-4)


def test_what_is_laid_on_at_any_scale_fades_from_one_scale_to_the_next() -> None:
    near = torch.linspace(0.02, 20.0, 200_000)
    out = torch.zeros(len(near), 4)
    still = torch.zeros(1, 4)
    _fetch_any(make_grain(), near, 0.68, 90.0, out)
    _fetch_any(make_grain(), near[:1] * 0 + 1e-4, 0.68, 90.0, still)
    least = torch.zeros(1, 4)
    _fetch_any(make_grain(), near[:1] * 0 + 0.68 / 90.0, 0.68, 90.0, least)
    torch.testing.assert_close(still, least)  # no finer than the finest
    bands = [out[(near >= 4.0**k / 4) & (near < 4.0 ** (k + 1) / 4), 0].std() for k in range(-1, 3)]
    assert max(bands) < 1.6 * min(bands)  # as rough from afar as from near by
