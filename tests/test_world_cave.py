"""The cave: closed all around, lit from inside only, its camera kept out of rock, its drops falling, ringing and sounding."""

from __future__ import annotations

import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from filming import make_view  # first: it starts the device
from scipy.spatial import cKDTree

from oyster_cli.clock import Clock
from oyster_cli.runner.sim import EYE, SimSession
from oyster_cli.script.models import Camera, Cue, Move, Scene, Shot, ThingSpec
from oyster_cli.script.score import make_score
from oyster_cli.script.weather import WEATHERS, Weather
from oyster_cli.sound.synth.drops import BUBBLE, _bubble, on_stone, on_water
from oyster_cli.sound.voice import Voice
from oyster_cli.world.acoustics import Acoustics
from oyster_cli.world.air import Air
from oyster_cli.world.cast import WEATHER, make_thing
from oyster_cli.world.places import build_site
from oyster_cli.world.pool import SIZE, SPEED_M_S, TEXEL_M, Pool
from oyster_cli.world.rig import CLEAR_M, Rig
from oyster_cli.world.roof import Darkness, sheltered
from oyster_cli.world.site import Site
from oyster_cli.world.step import World
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.drip import CROWN_S, G_M_S2, Drip

CLOCK = Clock(Fraction(24))
STORM = Weather(**WEATHERS["storm"])
OUTSIDE = Air(STORM, 12.0, 1.0, 17.0, (0.8, 0.6), 25.0, 60.0, 0.2, 0.9)


@pytest.fixture(scope="module")
def cave() -> Site:
    return build_site(Scene(place="cave"), 7)


def test_it_rings(cave: Site):
    """Wet stone all around: 2 to 5 s, louder than what sounds 10 m off, and answers from walls and roof."""
    room, patches = Acoustics(cave).around(np.array(cave.stand.eye), OUTSIDE)
    assert 2.0 < room.rt60_s < 5.0
    assert room.level_db > 0.0
    assert len(patches) >= 2


@pytest.fixture(scope="module")
def world() -> World:
    scene = Scene(place="cave", hour=12.0, weather=STORM)
    return World(Shot(scene=scene, camera=Camera(), frames=24, size=(64, 64), quality="draft"), CLOCK)


def tick(frame: int) -> Tick:
    first, end = CLOCK.span(frame)
    return Tick(frame, CLOCK.time_s(frame), 1 / 24, first, end - first, CLOCK.rate_hz, np.zeros(3), np.array([0, 0, 1.0]), 1.0)


def make(cave: Site, kind: str) -> Thing:
    return make_thing(kind, ThingSpec(kind=kind), cave, 7)


def test_no_way_out_of_it_is_seen(world: World) -> None:
    world.step([], picture=True)
    painter, air = world.film.set.painter, world._here(world.atmosphere.advance(0))
    scenery = world.film.scenery(air, tick(0), {}, world.rig.target)
    eyes = [world.site.stand.eye, (2.0, 1.6, 9.5), (2.6, 1.7, 21.0), (-3.0, 1.5, -2.0)]
    ways = [(yaw, 0.0) for yaw in (0.0, math.pi / 2, math.pi, -math.pi / 2)] + [(0.0, 1.5), (0.0, -1.5)]
    for eye in eyes:
        for yaw, pitch in ways:
            view = make_view(eye, yaw, pitch, size=painter.size, lens_mm=9.0)  # some 108 degrees wide
            painter.draw(view, scenery, 1.0)
            assert float(painter._hdr[:, 3].max()) < 60.0, (eye, yaw, pitch)  # sky has a depth of 1e9


def test_neither_sun_nor_weather_comes_in(cave: Site, world: World) -> None:
    assert cave.roof is not None
    assert isinstance(world.film.sky, Darkness)
    assert not world.film.sky.light.key.any()
    assert not world.film.sky.table.any()
    assert not set(world.cast) & set(WEATHER)
    inside = sheltered(OUTSIDE, cave.roof)
    falling = (inside.weather.rain_mm_h, inside.weather.snow_mm_h, inside.weather.lightning_per_min, inside.snow_cover)
    assert falling == (0.0, 0.0, 0.0, 0.0)
    assert inside.weather.wind_m_s < 1.0 < OUTSIDE.weather.wind_m_s
    assert (inside.hour, inside.wet) == (OUTSIDE.hour, 1.0)


def test_a_storm_told_to_come_is_told_to_have_found_no_way_in() -> None:
    cues = (Cue(at="0", change="weather", target="storm", to="on"), Cue(at="0", change="lightning"))
    shot = Shot(scene=Scene(place="cave"), camera=Camera(), frames=24, size=(32, 32), quality="draft", cues=cues)
    inside = World(shot, CLOCK)
    _, _, events = inside.step(make_score(shot).beats, picture=False)
    assert [event.detail["change"] for event, _, _ in events if event.kind == "unheeded"] == ["weather", "lightning"]


@pytest.mark.parametrize("kind", ["dolly-in", "dolly-out", "truck-left", "truck-right", "crane-up", "orbit-left"])
def test_the_camera_stops_before_rock(cave: Site, kind: str) -> None:
    rock = cKDTree(np.concatenate([prop.levels[0].points for prop in cave.fixtures]))
    rig = Rig(Camera(moves=(Move(kind=kind, amount=60.0),)), cave, None, 48, CLOCK, (64, 36))  # type: ignore[arg-type]
    eyes = np.array([rig.view(frame, {}).eye for frame in range(48)])
    assert (eyes[:, 1] >= cave.ground.height_at(eyes[:, 0], eyes[:, 2]) + CLEAR_M - 1e-6).all()
    assert rock.query(eyes)[0].min() > 0.10
    assert np.linalg.norm(eyes[-1] - eyes[0]) > 0.3  # and yet it moves


def test_drops_fall_freely_and_sound_from_the_sample_they_strike(cave: Site) -> None:
    drip = make(cave, "drip")
    struck, heard = [], {}
    for frame in range(96):
        loose = {(int(k), since) for k, since, _ in drip.drops}  # type: ignore[attr-defined]
        for event in drip.advance(sheltered(OUTSIDE, cave.roof), tick(frame)):  # type: ignore[arg-type]
            struck.append((event, loose))
        for voice in drip.voices():
            heard.setdefault(voice.name, np.zeros(CLOCK.sample(96)))[slice(*CLOCK.span(frame))] = voice.dry
    assert len(struck) > 8
    assert {event.detail["on"] for event, _ in struck} == {"water", "stone"}
    for event, loose in struck:
        k = int(np.argmin(np.hypot(*(drip.tips[:, [0, 2]] - np.array(event.at)[[0, 2]]).T)))  # type: ignore[attr-defined]
        since = min(when for place, when in loose if place == k)  # the first to have let go
        fallen_m = G_M_S2 / 2 * (event.sample / CLOCK.rate_hz - since) ** 2
        assert fallen_m == pytest.approx(drip.tips[k, 1] - event.at[1], abs=2e-3)  # type: ignore[attr-defined]
        sound = np.abs(heard[f"drip drip {k}"])
        assert sound[event.sample : event.sample + 40].max() > 4 * sound[event.sample - 40 : event.sample].max()


def struck(cave: Site, on: str) -> tuple[Drip, Happening, float]:
    """Drips at the end of the frame in which one strikes, what happened, and how long before that it was. The blow is the only
    one that is left of all."""
    drip = make(cave, "drip")
    assert isinstance(drip, Drip)
    for frame in range(240):
        for event in drip.advance(sheltered(OUTSIDE, cave.roof), tick(frame)):  # type: ignore[arg-type]
            since_s = CLOCK.time_s(frame + 1) - event.sample / CLOCK.rate_hz
            if event.detail["on"] == on and since_s > 0.01:
                drip.struck = drip.struck[abs(drip.time_s - drip.struck[:, 1] - since_s) < 1e-4]
                return drip, event, since_s
    raise AssertionError(f"none strikes {on}")


@pytest.mark.parametrize("on", ["water", "stone"])
def test_a_blow_throws_up_drops_in_its_own_frame_until_all_have_fallen_back(cave: Site, on: str) -> None:
    drip, event, since_s = struck(cave, on)
    marks = drip._crowns()
    away = marks.at - np.array(event.at)
    assert len(away) > 10
    assert np.hypot(away[:, 0], away[:, 2]).max() < event.wide_m < 0.1
    assert (away[:, 1] >= 0.0).all()
    assert away[:, 1].max() > 0.005
    end_s = drip.time_s - since_s
    highest = [max((drip._crowns().at[:, 1] - event.at[1]).max(initial=0.0), 0.0)
               for drip.time_s in end_s + np.linspace(0.01, CROWN_S - 0.01, 40)]  # fmt: skip
    assert 0.03 < max(highest) < 0.3
    assert highest[-1] < 0.01  # none vanishes in the air


def test_as_many_places_drip_as_are_asked_for(cave: Site) -> None:
    three, all_of_them = (Drip("drip", ThingSpec(kind="drip", count=count), cave, 7) for count in (3, 1))
    assert len(three.tips) == 3
    assert len(all_of_them.tips) > 8
    assert np.array_equal(three.tips, all_of_them.tips[:3])


def test_what_is_too_small_or_behind_the_ground_is_not_in_sight(cave: Site, world: World) -> None:
    session = SimSession.__new__(SimSession)
    eye, ahead = world.view.eye, world.view.ahead
    session._world = SimpleNamespace(view=world.view, detours_m=world.detours_m)  # type: ignore[assignment]

    def seen(at: np.ndarray, wide_m: float) -> bool:
        return "seen" in session._seen(Happening(0, "drip", tuple(at.tolist()), wide_m=wide_m))

    for far_m in (1.0, 4.0):  # half of the width shows half as far
        limit_m = EYE * world.view.size[1] * far_m / world.view.focal_px
        assert seen(eye + far_m * ahead, 1.01 * limit_m)
        assert not seen(eye + far_m * ahead, 0.99 * limit_m)
        assert seen(eye + far_m * ahead, 0.0)
    assert not seen(eye - ahead, 1.0)
    under = eye + 8.0 * ahead
    under[1] = cave.ground.height_at(under[0], under[2]) - 0.5
    assert not seen(under, 0.2)
    session._world.detours_m = lambda places: np.zeros(len(places))  # type: ignore[method-assign]
    assert seen(under, 0.2)  # were there no ground


def test_the_larger_the_drop_the_deeper_it_sings_and_stone_clicks() -> None:
    loudest_hz = []
    for mm in (3.5, 6.0):
        spectra = [np.abs(np.fft.rfft(on_water(np.random.default_rng(k), mm, 8.0), 48000)) for k in range(24)]
        loudest_hz.append(float(np.median([spectrum.argmax() for spectrum in spectra])))
        assert loudest_hz[-1] == pytest.approx(3.287 / (BUBBLE * mm * 1e-3), rel=0.15)  # Minnaert
    assert loudest_hz[0] > 1.5 * loudest_hz[1]
    power = [np.mean([np.abs(np.fft.rfft(blow(np.random.default_rng(k), 5.0, 8.0), 48000)) ** 2 for k in range(24)], axis=0)
             for blow in (on_water, on_stone)]  # fmt: skip
    high = [float(spectrum[6000:].sum() / spectrum.sum()) for spectrum in power]
    assert high[1] > 5 * high[0]


@pytest.mark.parametrize("radius_m", [2e-3, 3e-3])
def test_a_bubble_begins_without_a_click(radius_m: float) -> None:
    power = np.abs(np.fft.rfft(_bubble(radius_m, 0.1, 48000), 48000)) ** 2
    tone_hz = round(3.287 / radius_m)
    octave_db = 10 * np.log10(power[int(1.8 * tone_hz) : int(2.2 * tone_hz)].mean() / power.max())
    assert octave_db < -45.0  # -36 dB when it stands after a third of a cycle


def test_rings_run_out_from_where_the_drop_fell(cave: Site) -> None:
    pool = Pool(cave.spots["pool"], cave.ground)
    centre = pool.snapped(np.array([[0.4, 0.0, 5.0]]))
    x, z = np.meshgrid(np.arange(SIZE), np.arange(SIZE))
    away = np.hypot(*(np.stack([x, z]) * TEXEL_M + pool._corner[:, None, None] - centre[0, [0, 2], None, None]))
    for age in (0.5, 1.2, 2.4):
        table = pool.rings(centre, np.array([age]), np.array([5.0])).reshape(2, SIZE, SIZE, 4)
        assert not table[0].any()
        power = (table[1, :, :, :2] ** 2).sum(-1)
        assert (power * away).sum() / power.sum() == pytest.approx(SPEED_M_S * age, rel=0.12, abs=0.02)
        assert not power[away > SPEED_M_S * age + 0.5 + TEXEL_M].any()
    old, new = (np.abs(pool.rings(centre, np.array([age]), np.array([5.0]))).max() for age in (2.4, 0.5))
    assert old < 0.4 * new


def test_one_heat_lights_and_sounds_the_torch_until_it_is_put_out(cave: Site) -> None:
    torch, air = make(cave, "torch"), sheltered(OUTSIDE, cave.roof)  # type: ignore[arg-type]
    seen = []
    for frame in range(72):
        if frame == 24:
            assert torch.act("out")
        torch.advance(air, tick(frame))
        lamps = torch.look().lamps
        (voice,) = torch.voices()
        seen.append((lamps[0].candela if lamps else 0.0, torch.heat * torch.flicker, voice.dry.std()))  # type: ignore[attr-defined]
    candela, power, loud = np.array(seen).T
    lit = candela > 0
    assert candela[lit] / power[lit] == pytest.approx(np.full(lit.sum(), candela[0] / power[0]))
    assert np.ptp(power[:24]) > 0.2
    assert lit[:24].all()
    assert not lit[-1]
    assert loud[-8:].mean() < 0.25 * loud[:24].mean()


def test_a_restored_drip_goes_on_as_if_nothing_had_been(cave: Site) -> None:
    air = sheltered(OUTSIDE, cave.roof)  # type: ignore[arg-type]
    one, other = make(cave, "drip"), make(cave, "drip")
    for frame in range(40):
        one.advance(air, tick(frame))
        one.voices()
    other.load(one.save())
    for frame in range(40, 80):
        assert one.advance(air, tick(frame)) == other.advance(air, tick(frame))
        assert all(_same(a, b) for a, b in zip(one.voices(), other.voices(), strict=True))
        assert np.array_equal(one.look().swell, other.look().swell)  # type: ignore[arg-type]


def _same(a: Voice, b: Voice) -> bool:
    return (a.name, a.at) == (b.name, b.at) and np.array_equal(a.dry, b.dry)


def test_day_comes_in_by_day_only(cave: Site) -> None:
    day, power = make(cave, "daylight"), []
    for hour in (12.0, 18.0, 0.0):
        day.advance(Air(Weather(), hour, 0.0, 0.0, (1.0, 0.0), 11.0, 60.0, 0.0, 0.0), tick(0))
        power.append(day.look().lamps[0].candela)
    assert power[0] > 2 * power[1] > 10 * power[2] > 0
