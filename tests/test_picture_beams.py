"""Shafts of sun in mist against the integral of what mist scatters, and against the shadow they stop at."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from filming import SIZE, make_light, make_view, numbers, rays

from oyster_cli.clock import Clock
from oyster_cli.picture.beams import beams
from oyster_cli.picture.params import Light
from oyster_cli.script.models import Scene
from oyster_cli.script.weather import Weather
from oyster_cli.world.air import Air
from oyster_cli.world.atmosphere import Atmosphere
from oyster_cli.world.lighting import gloom, high_visibility_m

MAP, SCATTERS_PER_M, SUN_KLUX = 64, 0.004, 50.0
SUN = np.array([0.0, math.sin(0.6), math.cos(0.6)])
LIT, SHADED = -(2**30), 2**30  # how far toward the sun, in cm, the last thing stands


def misty() -> Light:
    return make_light(SUN, sun=SUN_KLUX * np.ones(3), fog_scale_m=1e9, shafts_per_m=SCATTERS_PER_M)


def scattered(depth_m: float, far: np.ndarray) -> np.ndarray:
    """(rows, columns) light of shafts before a wall at a depth; far: (MAP, MAP) shadow map, 200 m wide."""
    across = np.cross([0.0, 1.0, 0.0], SUN)
    shadow = np.zeros(15, np.float32)
    shadow[0:3], shadow[3:6], shadow[6:9] = across, np.cross(SUN, across), (MAP / 200.0, MAP / 2, MAP / 2)
    p = numbers(make_view(), misty(), shadow=shadow)
    p[57], small = 1.0, (SIZE[0] // 4, SIZE[1] // 4)
    p[201:204] = torch.tensor([1.0, -1e6, -1e6])  # no near map
    hdr, puffs = torch.zeros(SIZE[0] * SIZE[1], 4), torch.zeros(small[0] * small[1], 4, dtype=torch.int32)
    hdr[:, 3] = depth_m
    flat = torch.from_numpy(far.astype(np.int32).ravel())
    beams(flat, flat, MAP, p, hdr, *SIZE, *small, puffs)
    return puffs.numpy().reshape(*small[::-1], 4)[..., 0] / 4096


def phase(cosine: np.ndarray) -> np.ndarray:
    g = 0.65
    return (1 - g * g) / (4 * math.pi * (1 + g * g - 2 * g * cosine) ** 1.5) + 0.02


@pytest.mark.parametrize("depth_m", [10.0, 60.0, 120.0])
def test_open_mist_sends_what_its_depth_scatters(depth_m: float) -> None:
    seen = scattered(depth_m, np.full((MAP, MAP), LIT))
    ways = rays(make_view())[2::4, 2::4]
    length = np.linalg.norm(ways, axis=-1)
    far_m = np.minimum(depth_m * length, 140.0)
    steps = 4000
    height_m = (ways[..., 1] / length * far_m)[..., None] * (np.arange(steps) + 0.5) / steps
    dense = SCATTERS_PER_M * np.exp(-np.maximum(height_m, 0.0) / 40.0)  # thinner above the camera's ground
    thick = (1 - np.exp(-dense.mean(-1) * far_m)) * SUN_KLUX * phase(ways @ SUN / length)
    np.testing.assert_allclose(seen, thick, rtol=0.05)


def test_no_light_comes_out_of_the_shade_and_half_a_shade_halves_it() -> None:
    assert scattered(60.0, np.full((MAP, MAP), SHADED)).max() == 0
    half = np.full((MAP, MAP), LIT)
    half[:, : MAP // 2] = SHADED  # all that stands left of the camera
    seen, open_ = scattered(60.0, half), scattered(60.0, np.full((MAP, MAP), LIT))
    columns = seen.shape[1]
    across = np.cross([0.0, 1.0, 0.0], SUN)[0]
    left, right = (slice(0, columns // 2 - 2), slice(columns // 2 + 2, columns))
    dark, bright = (left, right) if across > 0 else (right, left)
    assert seen[:, dark].max() < 0.02 * open_.max()
    np.testing.assert_allclose(seen[:, bright], open_[:, bright], rtol=0.02)


def air(hour: float, **weather: float) -> Air:
    return Atmosphere(Scene(place="desert", hour=hour, weather=Weather(**weather)), Clock(24)).advance(0)


def test_glare_is_bright_and_gloom_dark() -> None:
    noon, night, storm = air(12.5, shimmer=1.0, cloud=0.0), air(0.0, shimmer=1.0), air(12.5, rain_mm_h=25, wind_m_s=17)
    assert gloom(noon) < -0.4
    assert gloom(night) == 0
    assert gloom(storm) > 0.9
    assert gloom(air(12.5, snow_cover=1.0)) < 0 < gloom(air(12.5, snow_cover=1.0, rain_mm_h=25, wind_m_s=17))


def test_above_still_fog_one_sees_far_and_in_wind_no_farther_than_below() -> None:
    assert high_visibility_m(air(6.0, visibility_m=250, wind_m_s=0.5)) == pytest.approx(9000)
    assert high_visibility_m(air(6.0, visibility_m=250, wind_m_s=9.0)) == 250
    assert high_visibility_m(air(6.0, visibility_m=30_000, wind_m_s=0.5)) == 30_000
