"""Dunes, their brinks as they are drawn, and sand in the wind: seen and heard from one flux."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
import torch

from oyster_cli.picture import device
from oyster_cli.picture.kinds import Mesh
from oyster_cli.script.models import Scene, ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.world.air import Air
from oyster_cli.world.drawn import STRIDE, _slid, _slides, grid_mesh
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp
from oyster_cli.world.lighting import surroundings
from oyster_cli.world.places import build_site
from oyster_cli.world.places.dunes import heap
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Tick
from oyster_cli.world.things.sand import THRESHOLD_M_S, Sand, flux


@pytest.fixture(autouse=True)
def _kernels() -> None:
    device.start("auto")


@cache
def desert() -> Site:
    device.start("auto")
    return build_site(Scene(place="desert"), 7)


def air(frame: int = 0, hour: float = 12.5, wet: float = 0.0, **weather: float) -> Air:
    now = Weather(**{"wind_m_s": 10.0, "cloud": 0.0, **weather})
    drift = now.wind_m_s * frame / 24
    return Air(now, hour, frame / 24, drift, (0.8, 0.6), 30.0, 20.0, wet, now.snow_cover)


def tick(frame: int) -> Tick:
    eye = np.array(desert().stand.eye)
    return Tick(frame, frame / 24, 1 / 24, frame * 2000, 2000, 48_000, eye, np.array([0.0, 0.0, 1.0]), 0.0)


# dunes


@pytest.mark.parametrize("tall", [1.0, 9.0, 44.0])
def test_backs_are_gentle_and_slip_faces_lie_at_the_angle_of_repose(tall: float) -> None:
    lee = torch.linspace(-8 * tall, 2 * tall, 20_001, dtype=torch.float64)
    height = heap(lee, torch.full_like(lee, tall)).height
    degrees = torch.rad2deg(torch.atan(torch.diff(height) / torch.diff(lee)))
    assert 10.0 <= degrees.max() <= 13.0
    on_slip = (lee[1:] > 0) & (height[1:] > 0.01 * tall) & (lee[:-1] > 0)
    assert 32.0 <= -degrees[on_slip].max() <= -degrees[on_slip].min() <= 34.0
    assert height.max() == pytest.approx(tall, rel=0.01)
    assert (degrees[lee[1:] < 0] > -0.01).all()  # no dip before the brink


def test_the_place_has_dunes_and_none_stands_steeper_than_sand_can() -> None:
    ground = desert().ground
    sand = np.random.default_rng(3).uniform((-300, 10), (300, 500), (4000, 2)).T
    up = ground.normal_at(*sand)[:, 1]
    steep = np.degrees(np.arccos(up))
    assert np.percentile(steep, 99) < 39.0  # a slip face on a slope is a little steeper
    assert 0.03 < (steep > 28.0).mean() < 0.4  # slip faces
    assert (steep < 13.0).mean() > 0.5  # backs and flats


# brinks as they are drawn


def wedge(turn: float) -> tuple[Ground, np.ndarray]:
    """A ridge whose brink runs through (3.3, 4.1) at an angle to the grid; the unit vector across it."""
    warp = Warp(Axis.reaching(-60.0, 60.0, 129, 0.5), Axis.reaching(-30.0, 90.0, 129, 0.5))
    z, x = torch.meshgrid(torch.from_numpy(warp.z.nodes()), torch.from_numpy(warp.x.nodes()), indexing="ij")
    across = np.array([math.cos(turn), math.sin(turn)])
    lee = (x - 3.3) * across[0] + (z - 4.1) * across[1]
    faces = (9.0 + 0.2 * lee, 9.0 - 0.65 * lee)
    one = torch.ones_like(x)
    ground = Ground(warp, torch.minimum(*faces), one[..., None].expand(*x.shape, 3), one, one, one, one, torch.zeros(2, 4), 0.0,
                    one * DRY_M, one[..., None].expand(*x.shape, 2), one, faces)  # fmt: skip
    return ground, across


def error(mesh: Mesh, across: np.ndarray, near_m: float) -> float:
    """Root mean square of the height between the mesh and the ridge, on edges' and triangles' middles near the brink."""
    corners = mesh.points[mesh.triangles].astype(float)
    middles = np.concatenate([corners.mean(1), *((corners[:, k] + corners[:, k - 1]) / 2 for k in range(3))])
    lee = (middles[:, [0, 2]] - [3.3, 4.1]) @ across
    close = np.abs(lee) < near_m
    return float(np.sqrt(((middles[:, 1] - (9.0 + np.minimum(0.2 * lee, -0.65 * lee)))[close] ** 2).mean()))


@pytest.mark.parametrize("turn", [0.0, 0.4, 0.8, 1.3, 2.2])
@pytest.mark.parametrize("step", [STRIDE, 2 * STRIDE])
def test_the_mesh_runs_along_a_brink_that_the_grid_does_not_follow(turn: float, step: int) -> None:
    ground, across = wedge(turn)
    i = j = np.arange(0, 129, step)
    plain = grid_mesh(i, j, ground.warp.x.nodes()[j], ground.warp.z.nodes()[i], ground.height.numpy()[np.ix_(i, j)])
    slid = _slid(plain, (len(i), len(j)), ground, _slides(ground, step / 2), None)
    assert error(slid, across, 1.5) < 0.3 * error(plain, across, 1.5)
    where = ground.warp.x.to_world(slid.colours[:, 0]), ground.warp.z.to_world(slid.colours[:, 1])
    np.testing.assert_allclose(slid.points[:, [0, 2]].T, where, atol=2e-4)  # what a node looks up is where it lies


def test_tiles_of_two_steps_share_their_border() -> None:
    ground, _ = wedge(0.8)
    fine, coarse = (np.arange(32, 97, step) for step in (STRIDE, 2 * STRIDE))
    meshes = []
    for i, step, hem in ((fine, STRIDE, True), (coarse, 2 * STRIDE, False)):
        mesh = grid_mesh(i, i, ground.warp.x.nodes()[i], ground.warp.z.nodes()[i], ground.height.numpy()[np.ix_(i, i)])
        wide = _slides(ground, STRIDE) if hem else None
        meshes.append(_slid(mesh, (len(i), len(i)), ground, _slides(ground, step / 2), wide).points.reshape(len(i), len(i), 3))
    for side in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        np.testing.assert_allclose(meshes[0][side][::2], meshes[1][side], atol=1e-5)
        np.testing.assert_allclose(meshes[0][side][1::2], (meshes[1][side][1:] + meshes[1][side][:-1]) / 2, atol=1e-4)


# sand in the wind


def test_no_sand_flies_below_the_threshold_or_off_wet_ground() -> None:
    points = np.random.default_rng(0).uniform(-200, 200, (500, 3))
    still = air(wind_m_s=THRESHOLD_M_S / 1.7)  # gusts reach two thirds more than the mean
    assert not flux(still, points).any()
    assert not flux(air(wet=0.8), points).any()
    assert not flux(air(snow_cover=1.0), points).any()
    means = [flux(air(wind_m_s=speed), points).mean() for speed in (8.0, 10.0, 14.0, 20.0)]
    assert (np.diff(np.log(means)) > 0.3).all()


def test_the_sand_that_is_seen_is_the_sand_that_hisses() -> None:
    alike = []
    for seed in (7, 8, 9):
        thing = Sand("sand", ThingSpec(kind="sand"), desert(), seed)
        seen, heard = [], []
        for frame in range(0, 480, 2):
            thing.advance(air(frame), tick(frame))
            grains = thing.look().splats[-1]
            seen.append(float(grains.alpha.mean()))
            heard.append(float(np.mean([(v.dry.astype(float) ** 2).mean() for v in thing.voices() if "moan" not in v.name])))
        seen, heard = (np.convolve(each, np.full(24, 1 / 24), "valid") for each in (seen, heard))  # grains strike unevenly
        alike.append(np.corrcoef(seen, heard)[0, 1])
        assert max(seen) > 2.5 * min(seen)
    assert np.mean(alike) > 0.8


def test_in_calm_air_there_is_neither() -> None:
    thing = Sand("sand", ThingSpec(kind="sand"), desert(), 7)
    thing.advance(air(wind_m_s=2.0), tick(0))
    assert all(not marks.alpha.any() for marks in thing.look().splats)
    assert max(np.abs(voice.dry).max() for voice in thing.voices()) < 20e-6  # under the threshold of hearing


def test_sand_goes_on_from_a_saved_state_to_the_bit() -> None:
    once, again = (Sand("sand", ThingSpec(kind="sand"), desert(), 7) for _ in range(2))
    for frame in range(6):
        once.advance(air(frame), tick(frame))
        if frame == 2:
            state = once.save()
    again.load(state)
    for frame in range(3, 6):
        again.advance(air(frame), tick(frame))
    assert all(np.array_equal(a.dry, b.dry) for a, b in zip(once.voices(), again.voices(), strict=True))
    assert all(np.array_equal(a.at, b.at) for a, b in zip(once.look().splats, again.look().splats, strict=True))


# heat


def test_air_shimmers_over_hot_dry_ground_only() -> None:
    def amount(**now: float) -> float:
        return surroundings(air(shimmer=1.0, **now)).shimmer

    assert amount() == 1.0
    assert amount(hour=22.0) == amount(hour=6.2) == amount(rain_mm_h=5.0) == amount(wet=1.0) == amount(cloud=1.0) == 0.0
    assert 0.0 < amount(hour=16.8) < 1.0
    assert surroundings(air()).shimmer == 0.0
