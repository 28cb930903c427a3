"""A harbour: hulls that ride as springs do on water that is the same for all, a bell that rings when and as it is struck."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from oyster_cli.clock import Clock
from oyster_cli.picture import device
from oyster_cli.picture.swell import LENGTHS_M, SIZE
from oyster_cli.script.models import Scene, ThingSpec
from oyster_cli.script.weather import WEATHERS, Weather
from oyster_cli.sound.synth.bell import PARTIALS, BellTone
from oyster_cli.sound.synth.lap import Lap
from oyster_cli.sound.synth.mooring import GRAIN_M, Creak, Halyards
from oyster_cli.state import draw
from oyster_cli.world.afloat import HEAVE, PITCH, ROLL, Afloat
from oyster_cli.world.air import Air
from oyster_cli.world.cast import belongs, make_thing
from oyster_cli.world.chop import Chop, wave_height_m
from oyster_cli.world.places import build_site
from oyster_cli.world.places.frame import project
from oyster_cli.world.places.harbour import BERTHS, DINGHY, TRAWLER, YACHT
from oyster_cli.world.shapes import boat, buoy, harbour, quay
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Thing, Tick

CLOCK = Clock(Fraction(24))
FOG = Weather(**WEATHERS["fog"])
RATE_HZ = 48_000


@pytest.fixture(scope="module")
def site() -> Site:
    return build_site(Scene(place="harbour"), 7)


def tick(site: Site, frame: int) -> Tick:
    first, end = CLOCK.span(frame)
    eye, target = np.array(site.stand.eye), np.array(site.stand.target)
    ahead = (target - eye) / np.linalg.norm(target - eye)
    return Tick(frame, CLOCK.time_s(frame), 1 / 24, first, end - first, RATE_HZ, eye, ahead, 0.2)


def air(frame: int, weather: Weather = FOG) -> Air:
    return Air(weather, 5.9, CLOCK.time_s(frame), 0.1 * frame, (0.8, 0.6), 12.0, 95.0, weather.wet, weather.snow_cover)


def thing(kind: str, site: Site, **spec: object) -> Thing:
    return make_thing(kind, ThingSpec(kind=kind, **spec), site, 5)


def one_hull(damping: float = 0.1, keen: float = 1.0) -> Afloat:
    return Afloat(np.array([[3.0, 4.0, 30.0]]), np.array([[2.0, 6.0]]), np.full((1, 3), 2.0), (damping,) * 3, keen)


def test_a_hull_on_a_slope_lies_as_the_slope_does():
    hull, rise = one_hull(0.7), np.array([0.02, -0.03])
    for frame in range(240):
        hull.advance(lambda _t, x, z: 0.3 + rise[0] * (x - 3.0) + rise[1] * (z - 4.0), frame / 24, 1 / 24)
    right, ahead = hull.turns[0][[0, 2], 0], hull.turns[0][[0, 2], 2]
    assert hull.now[0, HEAVE] == pytest.approx(0.3, abs=1e-6)
    assert hull.now[0, ROLL] == pytest.approx(rise @ right, abs=1e-6)  # starboard up
    assert hull.now[0, PITCH] == pytest.approx(-rise @ ahead, abs=1e-6)  # bow up is negative
    pose = hull.poses()[0]
    assert pose[:, :3] @ pose[:, :3].T == pytest.approx(np.eye(3), abs=1e-12)
    assert (pose[:, :3] @ [1, 0, 0])[1] == pytest.approx(math.sin(rise @ right), rel=1e-3)
    assert (pose[:, :3] @ [0, 0, 1])[1] == pytest.approx(rise @ ahead, rel=1e-3)


def test_a_hull_let_go_rolls_at_its_own_period_and_dies_down_as_a_damped_spring():
    hull = one_hull(0.1)
    hull.begun, hull.now[0, ROLL] = True, 0.1
    roll = [0.1]
    for frame in range(240):
        hull.advance(lambda _t, x, _z: 0.0 * x, frame / 24, 1 / 24)
        roll.append(float(hull.now[0, ROLL]))
    omega, t = math.pi, np.arange(241) / 24
    free = omega * math.sqrt(1 - 0.1**2)
    exact = 0.1 * np.exp(-0.1 * omega * t) * (np.cos(free * t) + 0.1 / math.sqrt(1 - 0.01) * np.sin(free * t))
    assert np.array(roll) == pytest.approx(exact, abs=0.004)


def test_all_ask_the_water_that_is_drawn():
    device.start("auto")
    water = Chop(3)
    surface, moved = water.at(1.5, 4.0)
    assert water.at(1.5, 4.0)[1] is moved  # asked twice, made once
    grids = moved[:, 1].numpy().reshape(2, SIZE, SIZE)
    assert 4 * math.sqrt(sum(float(grid.var()) for grid in grids)) == pytest.approx(wave_height_m(4.0), rel=0.25)
    assert len(surface) == 2 * SIZE * SIZE
    x, z = 40.0, 17.0
    by_hand = 0.0
    for grid, length in zip(grids, LENGTHS_M, strict=True):
        u, v = x / length * SIZE % SIZE, z / length * SIZE % SIZE
        for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
            share = (1 - abs(u - math.floor(u) - i)) * (1 - abs(v - math.floor(v) - j))
            by_hand += share * float(grid[(math.floor(v) + j) % SIZE, (math.floor(u) + i) % SIZE])
    assert float(water.level(1.5, 4.0, np.array(x), np.array(z))) == pytest.approx(by_hand, abs=1e-6)


def test_boats_rise_with_the_water_under_them(site):
    boats = thing("boat", site)
    heave, water = [], []
    for frame in range(72):
        boats.advance(air(frame), tick(site, frame))
        heave.append(boats.look().poses[: len(BERTHS), 1, 3])
        at = boats.afloat.feel
        water.append(boats.chop.level((frame + 1) / 24, FOG.wind_m_s, at[..., 0], at[..., 1]).mean(1))
    dinghy = int(np.flatnonzero(boats.hulls == DINGHY)[0])  # the lightest follows at once
    assert np.corrcoef(np.array(heave)[:, dinghy], np.array(water)[:, dinghy])[0, 1] > 0.8
    assert 0.002 < np.array(heave).std() < 0.1


def outline(kind: int, x: float, z: float, yaw_deg: float) -> np.ndarray:
    hull = {TRAWLER: boat.TRAWLER, YACHT: boat.YACHT, DINGHY: boat.DINGHY}[kind]
    t = np.linspace(0, 1, 25)
    side = hull.at(t, hull.rail_m(t))[:, [0, 2]]
    yaw = math.radians(yaw_deg)
    turn = np.array([[math.cos(yaw), math.sin(yaw)], [-math.sin(yaw), math.cos(yaw)]])
    return np.concatenate([side, side * [-1, 1]]) @ turn.T + [x, z]


def test_no_boat_lies_in_another_nor_in_the_quay(site):
    berths = site.spots["berths"].astype(float)
    hulls = [outline(int(kind), x, z, yaw) for kind, x, z, yaw in berths]
    start, end = site.spots["quay"][:, [0, 2]].astype(float)
    along = (end - start) / np.linalg.norm(end - start)
    off = np.array([along[1], -along[0]])
    foot, head = site.spots["jetty"][:, [0, 2]].astype(float)
    jetty = foot + np.linspace(0, 1, 60)[:, None] * (head - foot)
    for k, hull in enumerate(hulls):
        assert ((hull - start) @ off).min() > 0.05, k
        assert np.linalg.norm(hull[:, None] - jetty, axis=-1).min() > 1.25, k
        for other in hulls[:k]:
            assert np.linalg.norm(hull[:, None] - other, axis=-1).min() > 0.4, k


def roll_bell(site, frames, ring_at=None, weather=FOG):
    bell, dry, struck = thing("bell", site), [], []
    for frame in range(frames):
        if frame == ring_at:
            assert bell.act("ring")
        struck += bell.advance(air(frame, weather), tick(site, frame))
        dry.append(bell.voices()[0].dry)
    return np.concatenate(dry), struck


def test_the_bell_rings_when_its_clapper_strikes_and_at_that_sample(site):
    dry, struck = roll_bell(site, 120)
    assert 3 <= len(struck) <= 40
    assert {event.kind for event in struck} == {"bell"}
    first = struck[0].sample
    assert not dry[:first].any()
    assert np.abs(dry[first : first + 480]).max() > 0.02
    hard = max(struck, key=lambda event: event.detail["speed_m_s"])
    before, after = (np.sqrt((dry[a : a + 2400] ** 2).mean()) for a in (hard.sample - 2400, hard.sample))
    assert after > 1.5 * before


def test_a_bell_pulled_by_hand_rings_on_that_frame(site):
    calm = Weather(wind_m_s=0.0)
    dry, struck = roll_bell(site, 30, ring_at=4, weather=calm)
    assert struck[0].sample <= CLOCK.sample(4)
    assert CLOCK.sample(4) in [event.sample for event in struck]
    assert np.abs(dry[CLOCK.sample(4) : CLOCK.sample(5)]).max() > 0.1
    assert not thing("bell", site).act("dance")


def test_a_bell_has_the_partials_of_bronze_and_dies_as_they_say():
    tone, step = BellTone(640.0), 2000
    sound = np.concatenate([tone.step(step, [(0, 0.3)] if k == 0 else []) for k in range(96)]).astype(float)
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    for share, _, _ in PARTIALS[:5]:
        near = abs(hz - 640.0 * share) < 12.0
        beside = (abs(hz - 640.0 * share) > 15.0) & (abs(hz - 640.0 * share) < 40.0)
        assert power[near].max() > 100 * power[beside].max(), share
    hum = np.fft.irfft(np.where(abs(hz - 640.0 * PARTIALS[0, 0]) < 20, np.fft.rfft(sound), 0))
    early, late = (np.sqrt((hum[a : a + 24_000] ** 2).mean()) for a in (12_000, 108_000))
    assert 20 * math.log10(early / late) == pytest.approx(60.0 * 2.0 / PARTIALS[0, 2], abs=2.0)


def test_a_bell_in_pieces_is_a_bell_in_one():
    whole, parts = BellTone(700.0), BellTone(700.0)
    one = whole.step(6000, [(777, 0.4), (4100, 0.2)])
    three = [parts.step(2000, [(777, 0.4)]), parts.step(2000, []), parts.step(2000, [(100, 0.2)])]
    assert np.concatenate(three) == pytest.approx(one, abs=1e-6)


def test_water_that_comes_up_faster_laps_louder_and_falling_water_is_quiet():
    lap = Lap(3)
    heard = np.concatenate([lap.step(draw(1, k), 2000, np.array([0.12, 0.04, -0.12])) for k in range(24)], axis=1)
    level = 10 * np.log10((heard.astype(float) ** 2).mean(1))
    assert level[0] > level[1] + 6.0
    assert level[1] > level[2] + 6.0


def test_a_rope_creaks_only_under_load_and_as_fast_as_it_slips():
    slack, taut = Creak(), Creak()
    assert not slack.step(draw(1), 4800, 0.05, 0.0).any()
    sound = np.concatenate([taut.step(draw(2, k), 2000, 0.05, 0.08) for k in range(24)]).astype(float)
    beat = np.abs(np.fft.rfft(np.abs(sound) - np.abs(sound).mean()))[:200]  # 1 Hz a bin
    assert 8 + int(np.argmax(beat[8:120])) == pytest.approx(0.05 / GRAIN_M, abs=3)


def test_halyards_beat_when_masts_sway_and_not_in_a_dead_calm():
    still, swung = Halyards(2), Halyards(2)
    quiet, loud = [], []
    for k in range(72):
        quiet.append(still.step(draw(1, k), 2000, np.zeros(2), np.zeros(2)))
        sway = 0.9 * math.sin(2 * math.pi * k / 24 * 0.9)
        loud.append(swung.step(draw(1, k), 2000, np.array([sway, 0.0]), np.zeros(2)))
    assert not np.concatenate(quiet, axis=1).any()
    heard = np.concatenate(loud, axis=1)
    assert np.abs(heard[0]).max() > 0.1
    assert not heard[1].any()


def test_the_light_is_brightest_when_a_beam_meets_the_eye(site):
    tower = thing("lighthouse", site)
    glow, off = [], []
    for frame in range(168):
        now = tick(site, frame)
        tower.advance(air(frame), now)
        look = tower.look()
        glow.append(look.glow)
        beam = look.splats[0].at[20] - tower.lamp
        to_eye = now.eye - tower.lamp
        cosine = abs(beam[[0, 2]] @ to_eye[[0, 2]]) / np.linalg.norm(beam[[0, 2]]) / np.linalg.norm(to_eye[[0, 2]])
        off.append(math.degrees(math.acos(min(cosine, 1.0))))
    bright, aside = np.array(glow) > 0.8 * max(glow), np.array(off)
    assert aside[bright].max() < 8.0
    assert 2 <= (np.diff(bright.astype(int)) == 1).sum() + bool(bright[0]) <= 3  # two beams in one turn of 7 s
    assert tower.act("off")
    tower.advance(air(168, Weather()), tick(site, 168))
    assert not tower.look().lamps


def test_gulls_fly_where_they_are_seen_and_are_heard(site):
    gulls = thing("gull", site, count=5)
    seen, calls = [], []
    for frame in range(120):
        calls += gulls.advance(air(frame), tick(site, frame))
        where = project(site.stand, gulls.look().poses[::3, :, 3])
        seen.append(int(((where[:, 2] > 0) & (abs(where[:, 0] - 0.5) < 0.5) & (abs(where[:, 1] - 0.5) < 0.5)).sum()))
    assert np.mean(seen) > 1.5
    assert calls
    near, far = gulls.voices()[:5], gulls.voices()[5:]
    assert all(np.allclose(voice.at, place) for voice, place in zip(near, gulls.places, strict=True))
    assert min(np.linalg.norm(np.subtract(voice.at, site.stand.eye)) for voice in far) > 50.0


@pytest.mark.parametrize("kind", ["basin", "boat", "bell", "lighthouse", "quay"])
def test_a_saved_thing_goes_on_to_the_bit(site, kind):
    first, twin = thing(kind, site), thing(kind, site)
    for frame in range(6):
        first.advance(air(frame), tick(site, frame))
    twin.load(first.save())
    for frame in range(6, 10):
        for each in (first, twin):
            each.advance(air(frame), tick(site, frame))
            each.look()
        for mine, its in zip(first.voices(), twin.voices(), strict=True):
            assert mine.at == its.at
            assert np.array_equal(mine.dry, its.dry)
    if kind != "basin":
        assert np.array_equal(first.look().poses, twin.look().poses)


MESHES = {
    "trawler": (lambda: boat.trawler((0.1, 0.1, 0.2))[0], 5200),
    "far trawler": (lambda: boat.trawler((0.1, 0.1, 0.2), False)[0], 2200),
    "yacht": (lambda: boat.yacht((0.5, 0.5, 0.5)), 2200), "dinghy": (lambda: boat.dinghy((0.1, 0.1, 0.1)), 900),
    "buoy": (buoy.bell_buoy, 900), "bell": (buoy.bell, 400), "pot": (lambda: harbour.lobster_pot()[0], 400),
    "net": (lambda: harbour.net_heap(0), 1700), "house": (lambda: harbour.house(8.0, 7.0, 5.4, (0.4, 0.4, 0.4), 1)[0], 1400),
    "lighthouse": (lambda: harbour.lighthouse()[0], 1200), "wall": (lambda: quay.quay_wall(20.0, 2.1), 1800),
    "jetty": (lambda: quay.jetty(20.0, 2.4, 2.0, 3.0), 2600), "rope": (quay.line, 130), "bollard": (quay.bollard, 500),
}  # fmt: skip


@pytest.mark.parametrize("name", MESHES)
def test_shapes_are_whole_and_small_enough(name):
    mesh, most = MESHES[name][0](), MESHES[name][1]
    assert 0 < len(mesh.triangles) <= most
    assert mesh.triangles.max() < len(mesh.points)
    assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(np.ones(len(mesh.normals)), abs=1e-3)
    assert np.isfinite(mesh.points).all()
    assert mesh.colours.min() >= 0.0


def test_the_waterline_of_a_hull_is_as_long_and_wide_as_it_says():
    for hull in (boat.TRAWLER, boat.YACHT, boat.DINGHY):
        t = np.linspace(0, 1, 201)
        rail = hull.at(t, hull.rail_m(t))
        assert 2 * rail[:, 0].max() == pytest.approx(hull.beam_m, rel=0.02)
        assert np.ptp(rail[:, 2]) == pytest.approx(hull.length_m, rel=0.1)
        assert (hull.at(t, 0 * t)[:, 0] <= rail[:, 0] + 1e-9).all()  # no hull bulges out under its rail


def test_harbour_things_stay_in_harbours():
    assert belongs("boat", "harbour")
    assert not belongs("boat", "street")
    assert belongs("lighthouse", "coast")
    assert not belongs("bell", "coast")
