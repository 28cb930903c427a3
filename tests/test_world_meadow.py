"""The meadow: what a camera that circles the oak sees, one wind for eye and ear, birds with songs of their own."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from oyster_cli.clock import Clock
from oyster_cli.script.models import Camera, Move, Scene, ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.sound.synth.birds import Singer, repertoire
from oyster_cli.sound.synth.noise import OCTAVES_HZ, a_weight_db
from oyster_cli.sound.synth.wind import Crown
from oyster_cli.state import draw
from oyster_cli.world.acoustics import Acoustics
from oyster_cli.world.air import Air
from oyster_cli.world.places import build_site
from oyster_cli.world.places.fields import fields
from oyster_cli.world.rig import Rig
from oyster_cli.world.shapes import oak
from oyster_cli.world.thing import Tick
from oyster_cli.world.things.fence import Fence
from oyster_cli.world.things.insects import SOFT, Insects
from oyster_cli.world.things.oak import Oak
from oyster_cli.world.things.wings import Larks, Swallows

CLOCK = Clock(Fraction(24))


@pytest.fixture(scope="module")
def site():
    return build_site(Scene(place="meadow"), 7)


def test_open_land_answers_next_to_nothing(site):
    now = Air(Weather(), 12.0, 1.0, 0.0, (0.8, 0.6), 20.0, 50.0, 0.0, 0.0)
    room, patches = Acoustics(site).around(np.array(site.stand.eye), now)
    assert room.level_db < -40.0
    assert len(patches) <= 2


def air(time_s: float = 0.0, wind_m_s: float = 4.5) -> Air:
    weather = Weather(wind_m_s=wind_m_s)
    return Air(weather, 8.5, time_s, wind_m_s * time_s, (0.8, 0.6), 15.0, 65.0, 0.0, 0.0)


def tick(frame: int, eye: tuple[float, float, float] = (0.0, 1.6, 0.0)) -> Tick:
    first, end = CLOCK.span(frame)
    return Tick(frame, CLOCK.time_s(frame), 1 / 24, first, end - first, 48_000, np.array(eye), np.array([0.0, 0.0, 1.0]), 0.0)


@pytest.mark.parametrize("kind", ["orbit-left", "orbit-right"])
def test_a_camera_that_circles_the_oak_stays_clear_and_keeps_it_in_frame(site, kind):
    target = Oak("oak", ThingSpec(kind="oak"), site, 7).where()
    camera = Camera(moves=(Move(kind=kind, amount=60.0, target="oak"),))
    rig = Rig(camera, site, target, 49, CLOCK, (1280, 720))
    *foot, tall = site.spots["oak"].astype(float)
    stiff = ("hedge", "oak", "broadleaf")
    for frame in range(-1, 49, 7):
        view = rig.view(frame, {"oak": target})
        assert 1.1 < view.eye[1] - site.ground.height_at(view.eye[0], view.eye[2]) < 2.4
        middle = view.project(np.array(foot) + [0.0, 0.5 * tall, 0.0])[0]
        top = view.project(np.array(foot) + [0.0, tall, 0.0])[0]
        assert 0.25 < middle[0] / 1280 < 0.45
        assert 0.0 < top[1] / 720 < 0.25
        for scatter in site.scatters:
            away = np.hypot(scatter.at[:, 0] - view.eye[0], scatter.at[:, 2] - view.eye[2])
            assert away.min() > (6.0 if scatter.kind in stiff else 0.6), scatter.kind


def test_grass_is_in_front_of_every_one_of_its_views(site):
    eye, target = np.array(site.stand.eye), np.array(site.stand.target)
    feet = np.concatenate([each.at for each in site.scatters if each.kind == "sward"])
    for degrees in (-40, -20, 0, 20, 40):
        turn = np.radians(degrees)
        rel = eye - target
        at = target + [rel[0] * np.cos(turn) + rel[2] * np.sin(turn), 0.0, rel[2] * np.cos(turn) - rel[0] * np.sin(turn)]
        ahead = (target - at)[[0, 2]] / np.linalg.norm((target - at)[[0, 2]])
        to = feet[:, [0, 2]] - at[[0, 2]]
        depth = to @ ahead
        inside = (depth > 1.5) & (depth < 8.0) & (np.abs(to @ [ahead[1], -ahead[0]]) < 0.44 * depth)
        assert inside.sum() > 40


def test_the_fence_stands_on_the_ground_and_the_gate_across_the_track(site):
    feet = site.spots["fence"]
    assert feet[:, 1] == pytest.approx(site.ground.height_at(feet[:, 0], feet[:, 2]), abs=1e-3)
    gate = Fence("fence", ThingSpec(kind="fence"), site, 7).stage()[1]
    bar = gate.at[0][:, 0]  # where its x axis points
    path = site.spots["path"]
    k = int(np.argmin(np.linalg.norm(path - site.spots["gate"], axis=1)))
    way = path[k + 1] - path[k - 1]
    assert abs(bar @ way) / np.linalg.norm(way) < 0.1


def test_fields_are_whole_and_their_borders_lie_between_them():
    x, z = np.meshgrid(np.arange(-400.0, 400.0, 4.0), np.arange(-400.0, 400.0, 4.0))
    field, border = fields(x, z, 11, 165.0)
    assert 15 < len(np.unique(field)) < 80
    other = np.abs(np.diff(field, axis=1)) > 0
    assert other.mean() < 0.1
    assert np.minimum(border[:, 1:], border[:, :-1])[other].max() < 8.0  # where the field changes one is at its border
    assert border.min() >= 0.0


def test_wood_thickens_to_its_root_and_carries_every_cluster():
    grown = oak.grow(5, "oak")
    assert np.linalg.norm(grown.twigs[:, -1] - grown.clusters, axis=1).max() < 1e-6
    assert grown.bole_r[0] == pytest.approx(grown.habit.bole[1])
    assert (np.diff(grown.bole_r) <= 1e-9).all()
    assert (np.diff(grown.limb_r[:, 1:], axis=1) <= 1e-9).all()
    wood = np.concatenate([grown.bole, grown.limbs.reshape(-1, 3)])
    starts = np.concatenate([grown.limbs[:, 0], grown.twigs[:, 0]])
    all_wood = np.concatenate([wood, grown.twigs.reshape(-1, 3)])
    nearest = np.partition(np.linalg.norm(starts[:, None] - all_wood, axis=2), 1, axis=1)[:, 1]
    assert nearest.max() < 1e-9  # every branch begins on other wood


def dba(signal: np.ndarray) -> float:
    """A-weighted level of a signal in pascal by its spectrum."""
    power = np.abs(np.fft.rfft(signal)) ** 2
    hz = np.fft.rfftfreq(len(signal), 1 / 48_000).clip(min=10.0)
    mean_square = (power * 10 ** (a_weight_db(hz) / 10)).sum() * 2 / len(signal) ** 2
    return float(10 * np.log10(mean_square / 4e-10))


def test_a_crown_is_as_loud_as_it_says_and_grows_with_the_wind():
    levels = []
    for speed in (5.0, 10.0):
        crown = Crown(3)
        parts = [crown.step(draw(3, "crown", k), 4800, np.full(3, speed), speed) for k in range(60)]
        levels.append(10 * np.log10(sum(10 ** (dba(row) / 10) for row in np.concatenate(parts, 1)[:, 4800:])))
    assert levels[0] == pytest.approx(72.0, abs=1.2)
    assert levels[1] - levels[0] == pytest.approx(35.0 * np.log10(2), abs=0.8)
    assert OCTAVES_HZ[6] == 2000


def test_what_bends_the_oak_is_what_rustles_in_it(site):
    tree = Oak("oak", ThingSpec(kind="oak"), site, 7)
    gusts, loud = [], []
    for frame in range(0, 960, 2):
        now = air(frame / 24.0, 6.0)
        tree.advance(now, tick(frame))
        gusts.append(now.gust(tree.boughs).mean())
        loud.append(np.mean([(voice.dry.astype(float) ** 2).mean() for voice in tree.voices()]))
    slow = np.convolve(np.log(loud), np.ones(12) / 12, "valid")
    assert np.corrcoef(slow, np.convolve(gusts, np.ones(12) / 12, "valid"))[0, 1] > 0.8


@pytest.mark.parametrize("kind", [Larks, Swallows])
def test_birds_on_the_wing_are_where_they_sound_and_look_where_they_go(site, kind):
    flock = kind("flock", ThingSpec(kind=kind.kind), site, 7)
    flock.advance(air(), tick(10))
    before = flock.places.copy()
    flock.advance(air(), tick(11))
    poses = flock.look().poses
    bodies = poses[::3]
    assert np.linalg.norm(bodies[:, :, 3] - flock.places, axis=1).max() < 0.05
    assert np.array([voice.at for voice in flock.voices()]) == pytest.approx(flock.places)
    way = flock.places - before
    assert (np.einsum("ij,ij->i", bodies[:, :, 2], way) / np.linalg.norm(way, axis=1) > 0.9).all()
    assert np.linalg.det(bodies[:, :, :3].astype(float)) == pytest.approx(1.0, abs=1e-4)
    over = flock.places[:, 1] - site.ground.height_at(flock.places[:, 0], flock.places[:, 2])
    assert (over > 0.5).all()
    again = kind("flock", ThingSpec(kind=kind.kind), site, 7)
    again.load(flock.save())
    for thing in (flock, again):
        thing.advance(air(), tick(12))
    assert np.array_equal(flock.look().poses, again.look().poses)
    assert all(np.array_equal(a.dry, b.dry) for a, b in zip(flock.voices(), again.voices(), strict=True))


def test_every_bird_has_songs_of_its_own_and_sings_them_again():
    first, second = (repertoire(draw(7, "bird", "songs", k), "blackbird", 3) for k in (0, 1))
    assert len({tuple(song) for song in first + second}) == 6
    bird, heard = Singer(first), set()
    for k in range(12):
        song = bird.step(draw(1, k), 240_000, [(0, "blackbird")])
        heard.add(song.tobytes())
    assert len(heard) == 3


def test_bees_hum_by_day_and_are_gone_in_rain(site):
    here = Insects("insect", ThingSpec(kind="insect"), site, 7)
    heard = []
    for frame in range(48):
        here.advance(air(), tick(frame))
        heard.append(here.voices()[0].dry)
    assert dba(np.concatenate(heard[1:]) / SOFT) == pytest.approx(56.0, abs=2.0)
    assert len(here.look().splats[0].at) == 17
    flowers = np.concatenate([each.at for each in site.scatters if each.kind in ("buttercup", "daisy", "knapweed")])
    away = np.linalg.norm(here.at[:, None, [0, 2]] - flowers[None, :, [0, 2]], axis=2).min(1)
    assert away.max() < 3.0
    wet = replace(air(), weather=Weather(rain_mm_h=8.0))
    for frame in (48, 49):
        here.advance(wet, tick(frame))
    assert not any(voice.dry.any() for voice in here.voices())
    assert not here.look().splats


def test_larks_climb_away_when_rain_comes_and_do_not_begin_in_it(site):
    flock = Larks("skylark", ThingSpec(kind="skylark"), site, 7)
    wet = replace(air(), weather=Weather(rain_mm_h=8.0))
    flock.advance(air(), tick(0))
    heights, steps = [flock.places[:, 1]], []
    for frame in range(1, 140):
        before = flock.places
        flock.advance(wet, tick(frame))
        heights.append(flock.places[:, 1])
        steps.append(np.linalg.norm(flock.places - before, axis=1).max() * 24)
    assert (np.diff(heights[20:120], axis=0) > 0).all()
    assert max(steps) < 75.0  # m/s: none jumps
    assert (flock.look().poses[:, 1, 3] < -1e4).all()
    late = Larks("skylark", ThingSpec(kind="skylark"), site, 7)
    late.advance(wet, tick(0))
    assert (late.look().poses[:, 1, 3] < -1e4).all()
