"""The sky against closed forms, against itself, and against what daylight is known to measure."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
import quadrants as qd
import torch

from oyster_cli.fault import Fault
from oyster_cli.picture import device
from oyster_cli.picture.atmosphere import Atmosphere
from oyster_cli.picture.sky import STATION_M, Sky, fetch_sky, moon_direction, sun_direction, view_sky
from oyster_cli.picture.sky_table import sky_at, vec4s1

SIZE = 128
LUMA = np.array([0.2126, 0.7152, 0.0722])


@qd.kernel
def look(table: vec4s1, size: qd.i32, ways: vec4s1, how: qd.i32, out: vec4s1):
    for k in range(ways.shape[0]):
        w = ways[k]
        v = qd.Vector([0.0, 0.0, 0.0])
        share = 0.0
        if how == 0:
            v = fetch_sky(table, size, w[0], w[1], w[2])
            share = sky_at(table, size, w[0], w[1], w[2], 0.0)[3]
        else:
            v = view_sky(table, size, w[0], w[1], w[2], w[3])
        out[k] = qd.Vector([v[0], v[1], v[2], share])


def seen(sky: Sky, ways: np.ndarray, pixel: float | None = None) -> np.ndarray:
    """(n, 4) radiance and clear share towards (n, 3) directions; with a pixel's width, what the camera sees."""
    four = torch.zeros(len(ways), 4)
    four[:, :3] = torch.from_numpy(np.asarray(ways, np.float32))
    four[:, 3] = pixel or 0.0
    out = torch.zeros(len(ways), 4)
    look(sky.table, sky.size, four, int(pixel is not None), out)
    return out.numpy().copy()


def upper(count: int) -> np.ndarray:
    """Directions spread evenly over the upper half: equal steps of y, golden angle around."""
    y = (np.arange(count) + 0.5) / count
    around = np.arange(count) * math.pi * (3 - math.sqrt(5))
    flat = np.sqrt(1 - y * y)
    return np.stack([flat * np.sin(around), y, flat * np.cos(around)], 1)


@pytest.fixture(scope="module")
def sky() -> Sky:
    return Sky(5, SIZE, device.start("cpu"))


def elevation_deg(direction: np.ndarray) -> float:
    return math.degrees(math.asin(direction[1]))


@pytest.mark.parametrize(
    ("hour", "low", "high"),
    [
        (6.0, -1, 1),
        (8.5, 15, 30),
        (10.5, 33, 38),
        (13, 55, 60),
        (17.6, 7, 17),
        (18.3, -1, 1),
        (18.9, -9, -6),
        (22.5, -90, -18),
    ],
)
def test_sun_stands_where_the_hour_says(hour: float, low: float, high: float) -> None:
    assert low <= elevation_deg(sun_direction(hour, 60)) <= high


def test_sun_moves_smoothly_and_starts_at_its_azimuth() -> None:
    x, _, z = sun_direction(10.5, 60)
    assert math.degrees(math.atan2(x, z)) == pytest.approx(60)
    path = np.stack([sun_direction(h, 60) for h in np.arange(0, 24, 0.02)])
    steps = np.degrees(np.linalg.norm(np.diff(np.vstack([path, path[:1]]), axis=0), axis=1))
    assert steps.max() < 0.02 * 25  # 25 degrees an hour at the most, midnight included
    assert 25 < elevation_deg(moon_direction(22.5, 60)) < 45


def test_light_from_the_zenith_fades_as_the_air_says() -> None:
    device.start("cpu")
    depth = np.array([6.8e-3, 13.4e-3, 32.0e-3]) * 8.0 + 4.44e-3 * 1.2 * 2.0 + np.array([2.1e-3, 2.15e-3, 0.12e-3]) * 15.0
    assert Atmosphere(2.0, "cpu").beam(0.0, 1.0).numpy() == pytest.approx(np.exp(-depth), rel=0.01)


def test_clear_day_measures_what_daylight_measures(sky: Sky) -> None:
    known = ([-6, -3, 0, 5, 10, 30, 90], [0.53, 1.9, 2.6, 3.8, 4.2, 4.75, 5.08])  # log10 lux by elevation
    for hour in (7.0, 9.0, 10.5, 13.0, 16.9, 17.6, 18.1, 18.3, 18.5, 18.8):
        sky.update(hour, 60, 0.0)
        high = elevation_deg(sky.light.sun_dir)
        lux = 1000 * LUMA @ (sky.light.key * max(sky.light.key_dir[1], 0) + sky.light.sky_above)
        times = 2 if high > 2 else 3.5
        assert abs(math.log10(lux) - np.interp(high, *known)) < math.log10(times), (hour, high, lux)


def test_sun_reddens_as_it_falls(sky: Sky) -> None:
    ratios = []
    for hour in (13.0, 15.5, 17.0, 17.6, 17.9, 18.1):
        sky.update(hour, 60, 0.0)
        ratios.append(sky.light.key[0] / sky.light.key[2])
    assert ratios == sorted(ratios)
    assert ratios[0] < 1.4
    assert ratios[-1] > 5


def test_sky_light_is_the_integral_of_the_table(sky: Sky) -> None:
    for hour, cloud, storm in ((10.5, 0.35, 0.0), (18.0, 0.0, 0.0), (22.5, 0.6, 0.0), (12.0, 1.0, 1.0)):
        sky.update(hour, 60, cloud, storm)
        ways = upper(40_000)
        light = seen(sky, ways)[:, :3].astype(np.float64) * 2 * math.pi / len(ways)
        assert sky.light.sky_above == pytest.approx((light * ways[:, 1:2]).sum(0), rel=0.04)
        upright = (np.maximum(sign * ways[:, axis : axis + 1], 0) for axis in (0, 2) for sign in (1, -1))
        mean = sum((light * side).sum(0) for side in upright) / 4
        assert sky.light.sky_low == pytest.approx(mean, rel=0.08)


def test_zenith_is_bluest_and_the_sunward_horizon_brightest(sky: Sky) -> None:
    sky.update(17.6, 60, 0.0)
    x, _, z = sky.light.sun_dir
    ways = np.array([[0, 1, 0], [x, 0.05, z], [-x, 0.05, -z], [-z, 0.05, x]])
    light = seen(sky, ways / np.linalg.norm(ways, axis=1, keepdims=True))
    blue = light[:, 2] / light[:, 0]
    assert blue[0] == blue.max()
    luminance = light[:, :3] @ LUMA
    assert luminance[1] > 2 * luminance[2]


def test_dusk_is_orange_below_and_blue_above(sky: Sky) -> None:
    sky.update(18.6, 60, 0.0)
    x, _, z = sky.light.sun_dir
    low, zenith = seen(sky, np.array([[x, 0.03, z], [0, 1, 0]]))[:, :3]
    assert low[0] > 1.5 * low[2]
    assert zenith[2] > 1.3 * zenith[0]


def test_horizon_has_no_seam_and_goes_on_below(sky: Sky) -> None:
    sky.update(10.5, 60, 0.35)
    around = np.linspace(0, 2 * math.pi, 90, endpoint=False)
    ring = np.stack([np.sin(around), 0 * around, np.cos(around)], 1)
    at, above, below = (seen(sky, ring * math.sqrt(1 - y * y) + np.array([0, y, 0])) for y in (0.0, 1e-4, -0.4))
    assert at[:, :3] == pytest.approx(above[:, :3], rel=0.02)
    assert at[:, :3] == pytest.approx(below[:, :3], rel=1e-4)
    assert np.isfinite(seen(sky, np.array([[0.0, -1.0, 0.0]]))).all()


def test_hazy_air_is_pale_at_the_horizon(sky: Sky) -> None:
    ways = np.array([[math.sin(a), 0.03, math.cos(a)] for a in np.arange(0, 6, 0.5)])
    blue = []
    for visibility_m in (40_000.0, 12_000.0):
        sky.update(12.5, 60, 0.0, visibility_m=visibility_m)
        light = seen(sky, ways / np.linalg.norm(ways, axis=1, keepdims=True))[:, :3].mean(0)
        blue.append(light[2] / light[0])
    assert 1.0 < blue[1] < 0.85 * blue[0]
    assert LUMA @ light > 0.09 * 0.3 * LUMA @ (sky.light.key * sky.light.key_dir[1])  # near that of sand under it


def test_torn_edges_move_no_light(sky: Sky) -> None:
    sky.update(10.5, 60, 0.35)
    ways = upper(40_000)
    ways = ways[(ways[:, 1] > 0.2) & (ways @ sky.light.sun_dir < 0.99)]
    smooth, torn = seen(sky, ways)[:, :3], seen(sky, ways, 1e-4)[:, :3]
    assert torn.mean(0) == pytest.approx(smooth.mean(0), rel=0.01)
    assert np.abs(torn - smooth).mean() > 0.01 * smooth.mean()


def test_overcast_takes_the_beam_and_greys_the_sky(sky: Sky) -> None:
    sky.update(12.0, 60, 0.0)
    clear = sky.light
    sky.update(12.0, 60, 1.0)
    grey = sky.light
    sky.update(12.0, 60, 1.0, storm=1.0)
    dark = sky.light
    assert grey.key.max() == 0
    assert 3 < LUMA @ grey.sky_above < 25  # klux: overcast noon
    assert grey.sky_above[2] / grey.sky_above[0] < 0.55 * clear.sky_above[2] / clear.sky_above[0]
    assert LUMA @ dark.sky_above < 0.5 * LUMA @ grey.sky_above


def test_cover_is_the_share_of_the_sky_that_is_hidden(sky: Sky) -> None:
    hidden = []
    for cloud in (0.0, 0.1, 0.35, 0.6, 0.85, 1.0):
        sky.update(10.5, 60, cloud)
        ways = upper(4000)
        hidden.append(1 - seen(sky, ways[ways[:, 1] > 0.3])[:, 3].mean())
    assert hidden == sorted(hidden)
    assert hidden[0] == pytest.approx(0, abs=1e-3)
    assert 0.15 < hidden[2] < 0.6
    assert hidden[-1] > 0.98


def test_night_falls_to_moonlight(sky: Sky) -> None:
    sky.update(22.5, 60, 0.1)
    light = sky.light
    assert light.key_dir == pytest.approx(light.moon_dir)
    assert light.night == 1
    assert 0.2 < 1000 * LUMA @ light.key < 4  # lux: a full moon, and at the most sixteen, for film
    assert light.sky_above[2] > 2 * light.sky_above[0]
    assert -3 < light.ev < 3


def test_same_question_same_bits_whatever_was_asked_before() -> None:
    device.start("cpu")
    asked = {"hour": 10.6, "azimuth0_deg": 40.0, "cloud": 0.4, "wind_to": (0.6, 0.8), "visibility_m": 18_000.0}
    fresh, used = Sky(9, SIZE), Sky(9, SIZE)
    used.update(18.0, 40.0, 1.0, storm=0.5, drift_m=40)
    for drift in np.linspace(0, 0.78 * STATION_M / 2, 23):  # the next picture of the clouds is drawn a few rows at a time
        used.update(**asked, drift_m=float(drift))
    fresh.update(**asked, drift_m=0.78 * STATION_M / 2)
    ways = upper(5000)
    assert np.array_equal(seen(used, ways), seen(fresh, ways))
    assert np.array_equal(used.light.sky_above, fresh.light.sky_above)
    assert used.light.ev == fresh.light.ev
    before = seen(used, ways)
    used.update(**asked, drift_m=0.70 * STATION_M / 2)
    assert not np.array_equal(seen(used, ways), before)


def test_clouds_pass_from_picture_to_picture_without_a_jump(sky: Sky) -> None:
    ways = upper(3000)
    light = []
    for drift in (0.9998, 1.0002, 1.4):
        sky.update(10.5, 60, 0.35, drift_m=drift * STATION_M / 2)
        light.append(seen(sky, ways)[:, :3])
    jump = np.abs(light[1] - light[0]).mean()
    way = np.abs(light[2] - light[0]).mean()
    assert jump < 0.02 * way


def test_clouds_go_with_the_wind(sky: Sky) -> None:
    ways = upper(20_000)
    ways = ways[ways[:, 1] > 0.5]
    sky.update(10.5, 60, 0.35)
    before = seen(sky, ways)[:, 3]
    sky.update(10.5, 60, 0.35, drift_m=40, wind_to=(1.0, 0.0))
    match = {}
    for slope in (-0.05, 0.05):  # 80 m at some 1850 m above
        moved = ways + np.outer(ways[:, 1], [slope, 0, 0])
        after = seen(sky, moved / np.linalg.norm(moved, axis=1, keepdims=True))[:, 3]
        match[slope] = np.abs(after - before).mean()
    assert match[0.05] < 0.5 * match[-0.05]


def test_lightning_brightens_the_clouds_where_it_strikes(sky: Sky) -> None:
    sky.update(19.5, 60, 1.0, storm=1.0)
    ways = np.array([[math.sin(a), 0.2, math.cos(a)] for a in (0.5, 0.5 + math.pi)]) / math.hypot(1, 0.2)
    dark = seen(sky, ways)[:, 1]
    sky.update(19.5, 60, 1.0, storm=1.0, flash=0.5, flash_azimuth_deg=math.degrees(0.5))
    lit = seen(sky, ways)[:, 1]
    assert lit[0] > 6 * dark[0]
    assert lit[0] / dark[0] > 4 * lit[1] / dark[1]


def test_stars_keep_their_light_at_any_size_of_picture(sky: Sky) -> None:
    sky.update(23.0, 60, 0.0)
    side = 900
    u, v = np.meshgrid(np.linspace(-0.15, 0.15, side), np.linspace(-0.15, 0.15, side))
    ways = np.stack([u, 0 * u + 0.8, v - 0.6], -1).reshape(-1, 3)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    background = seen(sky, ways)[:, :3].mean()
    fine, coarse = (seen(sky, ways, pixel)[:, :3].mean() - background for pixel in (0.0008, 0.0016))
    assert fine > 0
    assert coarse == pytest.approx(fine, rel=0.1)


def test_sun_is_a_disc_half_a_degree_wide(sky: Sky) -> None:
    sky.update(10.5, 60, 0.0)
    sun = sky.light.sun_dir
    across = np.cross(sun, [0, 1, 0])
    across /= np.linalg.norm(across)
    angles = np.radians(np.linspace(-1, 1, 2001))
    light = seen(sky, np.outer(np.cos(angles), sun) + np.outer(np.sin(angles), across), 1e-5)[:, 1]
    width = (light > 1000).sum() * 0.001
    assert width == pytest.approx(0.533, abs=0.01)


def test_device_starts_once_and_says_what_it_does_not_know() -> None:
    assert device.start("auto") == device.start("cpu") == "cpu"
    with pytest.raises(Fault, match="not known"):
        device.start("abacus")


def test_device_starts_in_silence() -> None:
    words = "from oyster_cli.picture import device, sky; device.start('cpu'); sky.Sky(1, 16).update(10, 0, 0)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == ""
