"""The sea's surface against the statistics and the dispersion of waves."""

from __future__ import annotations

import math

import filming  # noqa: F401 starts the device
import numpy as np
import pytest
import quadrants as qd
import torch

from oyster_cli.picture.raster import vec4s
from oyster_cli.picture.swell import LENGTHS_M, SIZE, Swell, heave, jonswap
from oyster_cli.picture.water import swell_at

WAY = (0.6, 0.8)
G_M_S2 = 9.81


def make_swell(seed: int = 1, period_s: float = 6.0) -> Swell:
    return Swell(np.random.default_rng(seed), WAY, period_s)


def height(moved: torch.Tensor, cascade: int = 0) -> np.ndarray:
    """(z, x) of one tile."""
    return moved[:, 1].numpy().reshape(2, SIZE, SIZE)[cascade].astype(float)


def test_jonswap_has_its_peak_and_its_height():
    omega = np.linspace(0.01, 30, 400_000)
    shape = jonswap(omega, 0.8)
    assert omega[shape.argmax()] == pytest.approx(0.8, rel=0.01)
    assert 4 * math.sqrt(np.trapezoid(shape, omega)) == pytest.approx(1, rel=0.01)


@pytest.mark.parametrize(("period_s", "height_m"), [(5.0, 0.7), (8.0, 3.4), (11.0, 6.0)])
def test_the_significant_height_is_four_times_the_spread_of_the_surface(period_s: float, height_m: float):
    for seed in range(3):
        swell = make_swell(seed, period_s)
        found = [
            4 * math.sqrt(sum(height(moved, k).var() for k in (0, 1)))
            for _, moved in (swell.at(9.0 * t, height_m) for t in range(12))
        ]
        assert np.mean(found) == pytest.approx(height_m, rel=0.10)


@pytest.mark.parametrize("period_s", [4.0, 5.0, 6.0])
def test_the_longest_waves_are_as_long_as_their_period_makes_them(period_s: float):
    rings = np.zeros(SIZE)
    n = np.fft.fftfreq(SIZE, 1 / SIZE)
    ring = np.round(np.hypot(n[:, None], n[None])).astype(int)
    for seed in range(12):
        power = np.abs(np.fft.fft2(height(make_swell(seed, period_s).at(0.0, 1.0)[1]))) ** 2
        rings += np.bincount(ring.ravel(), power.ravel(), SIZE)[:SIZE]
    length_m = LENGTHS_M[0] / rings.argmax()
    assert length_m == pytest.approx(G_M_S2 * period_s**2 / (2 * math.pi), rel=0.25)


def test_waves_run_where_they_are_sent_as_fast_as_their_length_lets_them():
    swell = make_swell(3)
    before, after = (np.fft.fft2(height(swell.at(t, 1.0)[1])) for t in (20.0, 20.4))
    k1 = 2 * np.pi * np.fft.fftfreq(SIZE, LENGTHS_M[0] / SIZE)
    kx, kz = np.meshgrid(k1, k1)
    turned = np.angle(after * before.conj())
    power = np.abs(before * after)
    along = kx * WAY[0] + kz * WAY[1]
    strong = (power > 0.02 * power.max()) & (along > 0)
    assert power[strong].sum() > 0.4 * power.sum()
    wanted = -0.4 * np.sqrt(G_M_S2 * np.maximum(np.hypot(kx, kz), 1e-6))
    assert np.average((turned / wanted)[strong], weights=power[strong]) == pytest.approx(1, abs=0.1)
    assert np.average(np.abs(turned - wanted)[strong], weights=power[strong]) < 0.15  # a few waves run the other way


def test_slopes_are_the_slopes_of_the_height_and_the_surface_is_what_is_moved():
    surface, moved = make_swell().at(3.0, 2.0)
    for cascade, length_m in enumerate(LENGTHS_M):
        tile, h = surface.numpy().reshape(2, SIZE, SIZE, 4)[cascade], height(moved, cascade)
        assert np.array_equal(tile[..., 3], h.astype(np.float32))
        step = 2 * length_m / SIZE
        for axis, column in ((1, 0), (0, 1)):
            slope = (np.roll(h, -1, axis) - np.roll(h, 1, axis)) / step
            assert np.corrcoef(slope.ravel(), tile[..., column].ravel())[0, 1] > 0.99
            assert slope.std() == pytest.approx(tile[..., column].std(), rel=0.1)


def test_the_surface_follows_from_time_alone_and_grows_with_its_height():
    swell = make_swell()
    surface, moved = swell.at(5.0, 2.0)
    swell.at(9.0, 1.0)
    again = swell.at(5.0, 2.0)
    assert torch.equal(surface, again[0])
    assert torch.equal(moved, again[1])
    np.testing.assert_allclose(swell.at(5.0, 4.0)[1][:, :3], 2 * moved[:, :3], rtol=1e-4, atol=1e-5)
    white = [(swell.at(5.0, h)[0][: SIZE * SIZE, 2] > 0.3).float().mean() for h in (0.3, 3.0, 6.0)]
    assert white[0] == 0 < white[2]


@qd.kernel
def fetch(swell: vec4s, first: qd.i32, length_m: qd.f32, at: vec4s, out: vec4s):
    for k in range(at.shape[0]):
        out[k] = swell_at(swell, first, at[k][0], at[k][1], length_m)


def fetched(surface: torch.Tensor, cascade: int, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    at, out = torch.zeros(len(x), 4), torch.zeros(len(x), 4)
    at[:, 0], at[:, 1] = torch.from_numpy(x.astype(np.float32)), torch.from_numpy(z.astype(np.float32))
    fetch(surface, 256 * cascade, LENGTHS_M[cascade], at, out)
    return out.numpy()


@pytest.mark.parametrize("cascade", [0, 1])
def test_the_tile_repeats_without_a_seam(cascade: int):
    surface, _ = make_swell().at(3.0, 2.0)
    length_m, rng = LENGTHS_M[cascade], np.random.default_rng(4)
    tile = surface.numpy().reshape(2, SIZE, SIZE, 4)[cascade]
    i, j = rng.integers(0, SIZE, (2, 200))
    step = length_m / SIZE
    np.testing.assert_allclose(fetched(surface, cascade, i * step, j * step), tile[j, i], atol=0.01)
    np.testing.assert_allclose(
        fetched(surface, cascade, (i + 0.5) * step, j * step), (tile[j, i] + tile[j, (i + 1) % SIZE]) / 2, atol=0.01
    )
    x, z = rng.uniform(-2 * length_m, 2 * length_m, (2, 200))
    np.testing.assert_allclose(
        fetched(surface, cascade, x + length_m, z - length_m), fetched(surface, cascade, x, z), atol=0.01
    )
    for edge in (0.0, length_m, -length_m):
        here, there = (fetched(surface, cascade, np.full(200, edge + side * 1e-3), z) for side in (-1, 1))
        np.testing.assert_allclose(here, there, atol=0.01)


def heaved(height_m: float, depth_m: float, share: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, colours and the two cascades' displacement at 300 places."""
    swell = make_swell()
    _, moved = swell.at(3.0, height_m)
    x, z = np.random.default_rng(5).uniform(-120, 120, (2, 300))
    rest = torch.from_numpy(np.column_stack([x, z, np.full(300, depth_m), np.full(300, share)]).astype(np.float32))
    points, colours = torch.zeros(310, 4), torch.zeros(310, 4)
    heave(rest, 10, 300, moved, height_m, points, colours)
    assert (points[:10] == 0).all()
    np.testing.assert_allclose(colours[10:, :2], np.column_stack([x, z]), rtol=1e-6)
    both = fetched(moved, 0, x, z) + fetched(moved, 1, x, z)
    return points[10:, :3].numpy() - np.column_stack([x, 0 * x, z]), colours[10:].numpy(), both[:, :3]


def test_deep_water_carries_the_waves_and_shallow_water_breaks_them():
    deep, clean, both = heaved(2.0, 400.0, 1.0)
    np.testing.assert_allclose(deep, both, atol=1e-4)
    shallow, broken, _ = heaved(2.0, 0.8, 1.0)
    np.testing.assert_allclose(shallow[:, 1] / both[:, 1], (0.25 + 0.8 / 2.6), rtol=1e-3)
    assert broken[:, 2].max() > 0.5
    assert clean[:, 2].max() < 0.3
    far, _, _ = heaved(2.0, 400.0, 0.0)
    np.testing.assert_allclose(far, 0, atol=1e-4)
