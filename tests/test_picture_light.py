"""Light on surfaces and in the air against the laws of light: cosines, shadows, inverse squares, integrals of fog."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
import quadrants as qd
import torch
from filming import DARK, SIZE, box, light_of, make_light, make_mesh, make_painter, make_stage, make_view, numbers, rays

from oyster_cli.clock import Clock
from oyster_cli.picture.kinds import Lamp
from oyster_cli.picture.light import sky_on
from oyster_cli.picture.params import MAX_LAMPS, clearness, falloff, fogged, nearest_lamps
from oyster_cli.picture.raster import floats1, vec4s
from oyster_cli.picture.stage import bounds_of
from oyster_cli.script.models import Scene
from oyster_cli.script.weather import Weather
from oyster_cli.world.atmosphere import Atmosphere
from oyster_cli.world.lighting import MIE_PER_VISIBILITY, frame_light
from oyster_cli.world.site import Site, Stand

ALBEDO, SUN_KLUX = 0.5, 80.0
WHITE = np.ones(3)
OVERHEAD = make_view((0, 60, 0), pitch=-math.pi / 2, lens_mm=24)  # picture right is x, picture up is z


def toward(elevation_deg: float, azimuth_deg: float) -> np.ndarray:
    up, turn = math.radians(elevation_deg), math.radians(azimuth_deg)
    return np.array([math.cos(up) * math.sin(turn), math.sin(up), math.cos(up) * math.cos(turn)])


def slab(x: float, z: float, half: float, height: float = 0.0) -> tuple[list, list]:
    """A level square."""
    corners = [
        [x - half, height, z - half],
        [x + half, height, z - half],
        [x + half, height, z + half],
        [x - half, height, z + half],
    ]
    return corners, [[0, 1, 2], [2, 3, 0]]


PLAIN = make_mesh(*slab(0, 0, 120))


def place(view, depth: np.ndarray) -> np.ndarray:
    """(height, width, 3) what every pixel shows, in metres."""
    return view.eye + rays(view) * depth[..., None]


@pytest.fixture(scope="module")
def plain():
    return make_painter(make_stage(PLAIN))


@pytest.mark.parametrize("elevation_deg", [20, 45, 90])
def test_a_dull_surface_sends_back_its_share_of_the_sun_by_the_cosine(plain, elevation_deg: float):
    light = make_light(toward(elevation_deg, 70), sun=SUN_KLUX * WHITE)
    seen = light_of(plain, OVERHEAD, light)[..., :3].mean((0, 1))
    np.testing.assert_allclose(seen, ALBEDO / math.pi * SUN_KLUX * math.sin(math.radians(elevation_deg)), rtol=0.05)


def test_a_level_surface_sends_back_its_share_of_the_sky(plain):
    seen = light_of(plain, OVERHEAD, make_light(sky_above=np.array([10.0, 12, 15])))[..., :3].mean((0, 1))
    np.testing.assert_allclose(seen, ALBEDO / math.pi * np.array([10, 12, 15]), rtol=0.05)


@pytest.mark.parametrize("height_m", [3.0, 6.0, 12.0])
def test_a_lamp_lights_by_the_inverse_square(plain, height_m: float):
    lamp = Lamp((0.0, height_m, 0.0), (1.0, 0.5, 0.25), 2000.0, 400.0)
    hdr = light_of(plain, OVERHEAD, make_light(), lamps=[lamp])
    at = place(OVERHEAD, hdr[..., 3])
    under = np.hypot(at[..., 0], at[..., 2]) < 0.35 * height_m
    way = np.array(lamp.at) - at[under]
    far = np.linalg.norm(way, axis=1)
    klux = 2.0 * np.array(lamp.colour) * (way[:, 1] / far**3).mean()
    np.testing.assert_allclose(hdr[under, :3].mean(0), ALBEDO / math.pi * klux, rtol=0.1)


def test_a_lamp_lights_nothing_beyond_its_reach(plain):
    hdr = light_of(plain, OVERHEAD, make_light(), lamps=[Lamp((0.0, 2.0, 0.0), (1, 1, 1), 5000.0, 9.0)])
    far = np.linalg.norm(place(OVERHEAD, hdr[..., 3]) - [0, 2, 0], axis=-1)
    assert (hdr[far > 9.01, :3] == 0).all()
    assert (hdr[far < 8.0, :3] > 0).all()


def test_the_lamps_that_matter_are_the_bright_and_near_ones():
    rng, view = np.random.default_rng(1), make_view()
    lamps = [
        Lamp(tuple(at), (1, 1, 1), cd, 50.0)
        for at, cd in zip(rng.uniform(-200, 200, (80, 3)), rng.uniform(1, 9, 80), strict=True)
    ]
    mine = [Lamp((0.5 * k, 0.0, 6.0), (1, 1, 1), 900.0, 50.0) for k in range(10)]
    chosen = nearest_lamps([*lamps, *mine], view)
    assert len(chosen) == MAX_LAMPS
    assert set(mine) <= set(chosen)
    assert nearest_lamps(lamps[:MAX_LAMPS], view) == lamps[:MAX_LAMPS]


def lit_share(painter, view, sun: np.ndarray, **scenery) -> tuple[np.ndarray, np.ndarray]:
    """How much of the sun's light every pixel gets, and where it is."""
    hdr = light_of(painter, view, make_light(sun, sun=SUN_KLUX * WHITE), **scenery)
    return hdr[..., 1] / (ALBEDO / math.pi * SUN_KLUX * sun[1]), place(view, hdr[..., 3])


@pytest.mark.parametrize(("elevation_deg", "azimuth_deg"), [(25, 30), (45, -110), (60, 170)])
def test_a_post_throws_its_shadow_away_from_the_sun_as_long_as_the_sun_is_low(elevation_deg: float, azimuth_deg: float):
    painter = make_painter(make_stage(PLAIN, box(0.3, 10.0)), (192, 128))
    view = make_view((0, 60, 0), pitch=-math.pi / 2, lens_mm=24, size=(192, 128))
    share, at = lit_share(painter, view, toward(elevation_deg, azimuth_deg))
    dark = (share < 0.2) & (at[..., 1] < 0.01)
    assert (share[at[..., 1] < 0.01] > 0.6).mean() > 0.95
    away = -toward(0, azimuth_deg)[[0, 2]]
    shadow = at[dark][:, [0, 2]]
    assert (shadow @ away).max() == pytest.approx(10 / math.tan(math.radians(elevation_deg)), abs=0.6)
    assert np.abs(shadow @ [away[1], -away[0]]).max() < 0.3 * math.sqrt(2) + 0.4
    middle = shadow.mean(0)
    turn = math.degrees(math.atan2(away[0] * middle[1] - away[1] * middle[0], middle @ away))
    assert abs(turn) < 2


def test_a_thing_that_moves_takes_its_shadow_along():
    ball = make_mesh(np.array([[-1, 0, -1], [1, 0, -1], [1, 0, 1], [-1, 0, 1]]) * 1.5, [[0, 1, 2], [2, 3, 0]])
    stage = make_stage(PLAIN)
    number = stage.add(stage.prototype([ball]), np.eye(3, 4)[None], bounds_of(ball), casts=False)
    stage.freeze()
    painter, sun = make_painter(stage), toward(50, 60)
    for at in ([2.0, 5.0, 1.0], [-6.0, 5.0, 3.0]):
        pose = np.eye(3, 4)[None].copy()
        pose[0, :, 3] = at
        stage.set_poses(number, pose, [bounds_of(ball)], 1.0)
        share, ground = lit_share(painter, OVERHEAD, sun, moving=stage.work_of(number), focus=np.array(at))
        dark = (share < 0.5) & (ground[..., 1] < 0.01)
        np.testing.assert_allclose(ground[dark][:, [0, 2]].mean(0), (np.array(at) - sun * 5 / sun[1])[[0, 2]], atol=0.5)
        assert dark.sum() * (60 / OVERHEAD.focal_px) ** 2 == pytest.approx(9.0, rel=0.35)


def test_shadows_follow_from_the_sun_of_the_frame_alone_and_none_is_false():
    view = make_view((60, 30, 60), pitch=-math.pi / 2)
    suns = [toward(60 + 0.02 * k, 45) for k in range(24)]
    plain, posted = make_stage(PLAIN), make_stage(PLAIN, box(0.3, 10.0, 60.0))
    flat, tall = make_painter(plain), make_painter(posted)
    frames = []
    for sun in suns:
        assert lit_share(flat, view, sun)[0].min() > 0.5  # it casts no shadow on itself, however far from the maps' middle
        frames.append(lit_share(tall, view, sun)[0])
    assert frames[0].min() < 0.2
    for k in (9, 23):
        assert np.array_equal(lit_share(make_painter(posted), view, suns[k])[0], frames[k])


@qd.kernel
def through_air(p: floats1, ways: vec4s, out: vec4s):
    for k in range(ways.shape[0]):
        way = qd.Vector([ways[k][0], ways[k][1], ways[k][2]])
        length = way.norm()
        colour = fogged(p, qd.Vector([1.0, 1.0, 1.0]), way, length, ways[k][3])
        out[k] = qd.Vector([colour[0], colour[1], colour[2], clearness(p, way, length, ways[k][3])])


def seen_through(light, ways: np.ndarray, distance: np.ndarray, eye_m: float = 5.0) -> np.ndarray:
    """(n, 4) white light after its way through the air to an eye so high, and the share of green that comes through."""
    out = torch.zeros(len(ways), 4)
    four = torch.from_numpy(np.column_stack([ways, distance]).astype(np.float32))
    through_air(numbers(make_view((0.0, eye_m, 0.0)), light), four, out)
    return out.numpy()


@pytest.mark.parametrize("eye_m", [-20.0, 4.0, 31.0, 150.0])
def test_fog_dims_by_the_integral_of_its_density_along_the_way(eye_m: float):
    rng = np.random.default_rng(2)
    ways = rng.normal(size=(300, 3)) * rng.uniform(0.5, 2, (300, 1))
    ways[:20, 1] = 0
    distance = np.exp(rng.uniform(0, math.log(3000), 300))
    rise = ways[:, 1] / np.linalg.norm(ways, axis=1)
    distance = np.where(rise < -0.05, np.minimum(distance, 200), distance)
    light = make_light(fog_per_m=0.004, fog_scale_m=60.0, fog_base_m=5.0)
    s = (np.arange(20_000) + 0.5) / 20_000
    optical = [0.004 * np.exp(-(eye_m + s * d * up - 5.0) / 60.0).mean() * d for d, up in zip(distance, rise, strict=True)]
    np.testing.assert_allclose(seen_through(light, ways, distance, eye_m)[:, 3], np.exp(-np.array(optical)), atol=2e-4)


@qd.kernel
def fallen(x: floats1, out: floats1):
    for k in range(x.shape[0]):
        out[k] = falloff(x[k])


def test_falloff_is_the_exponential_but_for_a_hair():
    x = torch.linspace(-40, 80, 40_001)
    out = torch.empty_like(x)
    fallen(x, out)
    np.testing.assert_allclose(out.numpy(), np.exp(-x.numpy().astype(float)), rtol=1.2e-4)


def test_thick_air_shows_its_own_light_brighter_toward_the_sun_and_clear_air_nothing():
    sun = toward(10, 0)
    foggy = {"fog": np.array([2.0, 3.0, 4.0]), "fog_sunward": np.array([5.0, 4.0, 1.0]), "fog_scale_m": 1e4}
    ways = np.stack([sun, -sun, sun])
    thick = seen_through(make_light(sun, fog_per_m=1.0, **foggy), ways, np.array([50.0, 50.0, 1e-4]))
    np.testing.assert_allclose(thick[:, :3], [[7, 7, 5], [2, 3, 4], [1, 1, 1]], rtol=1e-3)
    clear = seen_through(make_light(sun, fog_per_m=0.0, **foggy), ways, np.full(3, 900.0))
    np.testing.assert_allclose(clear, 1.0)
    some = seen_through(make_light(sun, fog_per_m=0.01), ways[1:2], np.array([100.0]))[0]
    assert some[0] > some[1] > some[2] > 0  # blue is lost first


@qd.kernel
def from_sky(p: floats1, normals: vec4s, out: vec4s):
    for k in range(normals.shape[0]):
        v = sky_on(p, qd.Vector([normals[k][0], normals[k][1], normals[k][2]]), normals[k][3])
        out[k] = qd.Vector([v[0], v[1], v[2], 0.0])


def make_frame_light(**weather: float):
    state = SimpleNamespace(
        key=np.array([60.0, 55, 45]), key_dir=toward(40, 90), sky_above=np.array([10.0, 12, 16]),
        sky_low=np.array([6.0, 6.5, 8.0]), horizon=np.array([3.0, 3, 3]), horizon_sunward=np.array([2.0, 1, 0]),
        sun_dir=toward(40, 90),
    )  # fmt: skip
    air = Atmosphere(Scene(place="pass", weather=Weather(**weather)), Clock(24)).advance(0)
    site = Site("pass", None, Stand((0, 4.0, 0), (0, 4, 9)))
    return state, frame_light(SimpleNamespace(light=state), air, site, DARK, np.array([0, 1.0, 0]), 0.2 * WHITE)


def test_walls_and_floors_get_the_light_that_the_sky_gives_them():
    state, light = make_frame_light()
    light = make_light(sky_above=light.sky_above, sky_low=light.sky_low)  # without what the ground sends back
    out = torch.zeros(4, 4)
    normals = torch.tensor([[0, 1.0, 0, 1], [1.0, 0, 0, 1], [0, 0, -1.0, 1], [0, 1.0, 0, 0.3]])
    from_sky(numbers(make_view(), light), normals, out)
    np.testing.assert_allclose(out[:3, :3], [state.sky_above, state.sky_low, state.sky_low], rtol=1e-5)
    assert (out[3] < 0.6 * out[0])[:3].all()


@pytest.mark.parametrize("visibility_m", [200.0, 5_000.0, 40_000.0])
def test_at_the_visibility_a_fiftieth_of_the_contrast_is_left(visibility_m: float):
    light = make_frame_light(visibility_m=visibility_m)[1]
    level = seen_through(light, np.array([[0, 0, 1.0]]), np.array([visibility_m]), light.fog_base_m)
    assert level[0, 3] == pytest.approx(0.02, rel=0.01)
    assert math.exp(-MIE_PER_VISIBILITY) == pytest.approx(0.02, rel=0.01)


def test_what_falls_makes_the_air_thicker_and_a_storm_takes_its_glow():
    still, rain, storm = (make_frame_light(**w)[1] for w in ({}, {"rain_mm_h": 20.0}, {"rain_mm_h": 25.0, "wind_m_s": 17.0}))
    assert rain.fog_per_m > still.fog_per_m
    assert storm.fog_sunward[0] < 0.5 * still.fog_sunward[0] == 0.5 * rain.fog_sunward[0]


def test_bounced_light_is_what_the_ground_sends_back():
    state, light = make_frame_light()
    level = state.key * state.key_dir[1] + state.sky_above
    assert (light.bounce > 0.05 * level).all()
    assert (light.bounce < 0.2 * level).all()


def test_the_picture_is_the_same_bits_when_it_is_drawn_again(plain):
    light = make_light(toward(40, 20), sun=SUN_KLUX * WHITE, sky_above=WHITE, fog=WHITE, fog_per_m=0.001)
    view = make_view((0, 2, 0), pitch=-0.2)
    first = light_of(plain, view, light)
    light_of(plain, OVERHEAD, light)
    assert np.array_equal(light_of(plain, view, light), first)
    assert first.shape == (SIZE[1], SIZE[0], 4)
