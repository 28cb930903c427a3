"""The reef: what is seen and heard under water, and that both come from the same bubbles, waves and whale."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import quadrants as qd
import torch
from filming import make_light, make_view
from listening import RATE_HZ, impulse, toward

from oyster_cli.clock import Clock
from oyster_cli.picture.params import Surroundings, Water, murky, pack, vec
from oyster_cli.picture.raster import floats1, vec4s
from oyster_cli.picture.ripples import FOCUS_M, SIZE, Ripples
from oyster_cli.picture.underwater import ceiling, shafts
from oyster_cli.script.models import Scene, ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.synth.bubbles import damping_per_s, minnaert_hz
from oyster_cli.world.air import Air
from oyster_cli.world.cast import belongs, make_thing, wanted
from oyster_cli.world.places import build_site
from oyster_cli.world.places.frame import project
from oyster_cli.world.thing import Thing, Tick
from oyster_cli.world.things.bubbles import RADIUS_M
from oyster_cli.world.things.fish import SCHOOLS

CLOCK = Clock(Fraction(24))
LOSS = np.array([0.08, 0.03, 0.02])


@pytest.fixture(scope="module")
def site():
    return build_site(Scene(place="reef"), 3)


def thing(kind: str, site, **spec: object) -> Thing:
    return make_thing(kind, ThingSpec(kind=kind, **spec), site, 3)


def advance(one: Thing, site, frame: int) -> list:
    first, end = CLOCK.span(frame)
    eye = np.array(site.stand.eye)
    air = Air(Weather(), 12.0, CLOCK.time_s(frame + 1), 0.0, (0.8, 0.6), 20.0, 70.0, 0.0, 0.0, True)
    tick = Tick(frame, CLOCK.time_s(frame), 1 / 24, first, end - first, RATE_HZ, eye, np.array([0.0, 0.0, 1.0]), 0.0)
    return one.advance(air, tick)


def numbers(sun: float = 0.0, surface_m: float = 10.0) -> torch.Tensor:
    water = Water(surface_m, LOSS)
    own, near_sun = np.array([0.1, 0.5, 1.0]), np.full(3, 1.0)
    light = make_light((0.0, 1.0, 0.0), sun=np.full(3, sun), fog=own, fog_sunward=near_sun, water=water)
    calm = Surroundings(0.0, 0.0, 0.0, 0.0, (0.0, 1.0), 0.0, 0.0)
    return torch.from_numpy(pack(make_view(), light, calm, [], np.zeros(15)))


@qd.kernel
def _through(p: floats1, ways: vec4s, out: vec4s):
    for k in range(ways.shape[0]):
        way = qd.Vector([ways[k][0], ways[k][1], ways[k][2]])
        c = murky(p, qd.Vector([2.0, 2.0, 2.0]), way, 1.0, ways[k][3])
        out[k] = qd.Vector([c[0], c[1], c[2], 0.0])


@qd.kernel
def _overhead(p: floats1, waves: vec4s, sky: vec4s, size: qd.i32, ways: vec4s, out: vec4s):
    for k in range(ways.shape[0]):
        c = ceiling(p, waves, sky, size, qd.Vector([ways[k][0], ways[k][1], ways[k][2]]), 1.0)
        out[k] = qd.Vector([c[0], c[1], c[2], vec(p, 0)[0]])


def test_water_takes_red_first_and_ends_in_its_own_colour():
    ways = torch.tensor([[0.0, 0.0, 1.0, far] for far in (0.0, 5.0, 20.0, 1e4)])
    out = torch.zeros(4, 4)
    _through(numbers(), ways, out)
    own = np.array([0.1, 0.5, 1.0])
    for far, seen in zip((0.0, 5.0, 20.0, 1e4), out.numpy()[:, :3], strict=True):
        left = np.exp(-LOSS * far)
        assert seen == pytest.approx(2.0 * left + own * (1 - left), rel=1e-4)


def test_the_sky_is_seen_through_a_round_window_of_snells_angle():
    size, waves = 64, torch.zeros(2 * SIZE * SIZE, 4)
    sky = torch.zeros(2 * size * size + 8, 4)
    sky[: 2 * size * size] = torch.tensor([5.0, 5.0, 5.0, 0.0])
    degrees = np.radians([0.0, 30.0, 47.0, 50.5, 65.0])
    ways = torch.tensor(np.stack([np.sin(degrees), np.cos(degrees), 0 * degrees, 0 * degrees], 1), dtype=torch.float32)
    out = torch.zeros(5, 4)
    _overhead(numbers(surface_m=1.0), waves, sky, size, ways, out)
    red = out.numpy()[:, 0]
    assert (red[:3] > 2.5).all()  # the edge is at asin(1 / 1.333) = 48.6 degrees
    assert (red[3:] < 1.0).all()


def test_the_light_net_spreads_the_light_and_adds_none():
    table = Ripples(np.random.default_rng(1), (0.8, 0.6)).at(3.0, 2.5)
    light = table[: SIZE * SIZE, 2].numpy()
    assert light.mean() == pytest.approx(1.0, abs=1e-4)
    assert light.std() > 0.4
    soft = table[SIZE * SIZE : SIZE * SIZE + 64 * 64, 0].numpy()
    assert soft.mean() == pytest.approx(1.0, abs=1e-3)
    assert 0.05 < soft.std() < light.std()
    # brightest where a lens of water stands over the point: rays of a small square, traced one by one, meet closer there
    across, along = table[: SIZE * SIZE, 0].reshape(SIZE, SIZE), table[: SIZE * SIZE, 1].reshape(SIZE, SIZE)
    cell = 24.0 / SIZE
    for k in (int(light.argmax()), int(light.argmin())):
        i, j = divmod(k, SIZE)
        corner = [(cell * dx - 0.25 * FOCUS_M * float(across[(i + dz) % SIZE, (j + dx) % SIZE]),
                   cell * dz - 0.25 * FOCUS_M * float(along[(i + dz) % SIZE, (j + dx) % SIZE]))
                  for dx, dz in ((-1, 0), (1, 0), (0, -1), (0, 1))]  # fmt: skip
        (ax, az), (bx, bz), (cx, cz), (dx, dz) = corner
        area = abs((bx - ax) * (dz - cz) - (bz - az) * (dx - cx)) / (2 * cell) ** 2
        assert (area < 0.3) == (light[k] > 1.0)


@pytest.mark.parametrize(("sun", "adds"), [(100.0, True), (0.0, False)])
def test_shafts_stand_in_sunlit_water_only(sun: float, adds: bool):
    waves = Ripples(np.random.default_rng(1), (0.8, 0.6)).at(3.0, 2.5)
    p = numbers(sun)
    p[57] = 0.2
    far, puffs = torch.full((96 * 64, 4), 1e9), torch.zeros(24 * 16, 4, dtype=torch.int32)
    shafts(waves, p, far, 96, 64, 24, 16, puffs)
    assert bool(puffs[:, :3].any()) == adds


def test_sound_goes_fifteen_hundred_metres_a_second_and_both_ears_hear_it_alike():
    far_m = 150.0
    heard = impulse(Desk(), toward(90.0, far_m), 9000, under_water=True)
    assert Desk().heard(0, toward(0, far_m), np.zeros(3), 20.0, True) == round(far_m / 1500.0 * RATE_HZ)
    peaks = np.argmax(np.abs(heard), axis=0)
    assert abs(peaks - far_m / 1500.0 * RATE_HZ).max() < 12
    assert abs(int(peaks[0]) - int(peaks[1])) <= 9  # in air 0.7 ms lie between them: 32 samples
    loud = np.sqrt((heard**2).sum(0))
    assert loud[0] == pytest.approx(loud[1], rel=0.15)
    spectrum = np.abs(np.fft.rfft(heard[:, 1]))
    low, high = (spectrum[round(hz / RATE_HZ * len(heard))] for hz in (300.0, 6000.0))
    assert 12.0 < 20 * np.log10(low / high) < 24.0  # what the skull keeps out


def test_only_what_lives_or_lies_under_water_is_there():
    scene = Scene(place="reef", things=(ThingSpec(kind="whale"), ThingSpec(kind="campfire")))
    assert set(wanted(scene)) == {"undersea", "plants", "fish", "bubbles", "whale", "lightning"}
    assert not belongs("whale", "canyon")
    assert belongs("rain", "canyon")


def test_the_whale_is_a_third_from_an_edge_and_sings_from_where_it_is(site):
    whale = thing("whale", site)
    sung = []
    for frame in range(18 * 24):
        sung += [(frame, each) for each in advance(whale, site, frame)]
        if frame == 60:
            across, down, _ = project(site.stand, whale.where())[0]
            assert 0.5 < across < 0.72
            assert 0.2 < down < 0.6
            kept, at, before = whale.save(), whale.where(), whale.voices()[0]
    assert before.at == tuple(at)
    assert len(sung) == 9  # eight units of a phrase, and the first of the next
    assert len({each.sample for _, each in sung}) == 9
    again = thing("whale", site)
    again.load(kept)
    twin = thing("whale", site)
    for frame in range(63):
        advance(twin, site, frame)
    for frame in (61, 62):
        advance(again, site, frame)
    assert np.array_equal(again.voices()[0].dry, twin.voices()[0].dry)


def test_a_bubble_rings_at_the_tone_of_the_radius_it_is_drawn_with(site):
    bubbles = thing("bubbles", site)
    popped, heard = [], []
    for frame in range(480):
        popped += advance(bubbles, site, frame)
        heard.append([voice.dry for voice in bubbles.voices()])
        for each in popped[-1:]:
            drawn = bubbles.rising()[1] if frame == CLOCK.frame_of_sample(each.sample) else None
            assert drawn is None or np.abs(drawn * 1e3 - each.detail["radius_mm"]).min() < 0.1 + 0.06 * each.detail["radius_mm"]
    assert (bubbles.rising()[0][:, 1] < site.surface_m).all()
    sound = np.concatenate(heard, axis=1)  # (vents, samples)
    rung, t = np.zeros((len(sound), sound.shape[1] + 9600)), np.arange(9600) / CLOCK.rate_hz
    for each in popped:
        radius_m = each.detail["radius_mm"] / 1000
        vent = int(np.argmin(np.linalg.norm(bubbles.vents - np.array(each.at), axis=1)))
        hz, decay = float(minnaert_hz(radius_m)), float(damping_per_s(radius_m))
        loud = min(2 * RADIUS_M / radius_m, 1.0) ** 2  # great ones ring less
        rung[vent, each.sample : each.sample + 9600] += (
            loud * np.exp(-decay * t) * np.sin(2 * np.pi * hz * t * (1 + 0.025 * decay * t))
        )
    for heard_there, wanted_there in zip(sound, rung, strict=True):
        assert np.corrcoef(heard_there, wanted_there[: len(heard_there)])[0, 1] > 0.95


def test_fish_swim_over_the_ground_and_look_where_they_go(site):
    fish = thing("fish", site)
    for school, luck in zip(SCHOOLS, fish.luck, strict=True):
        now, ahead = fish.places(school, luck, 7.0)
        then, _ = fish.places(school, luck, 7.05)
        assert (now[:, 1] > site.ground.height_at(now[:, 0], now[:, 2])).all()
        assert (now[:, 1] < site.surface_m).all()
        assert ((then - now) * ahead).sum(1).mean() > 0.0
        assert np.linalg.norm(ahead, axis=1) == pytest.approx(np.ones(school.count))
