"""Weather, hour, faders and exposure as cues move them: on their frame, over their time, without a step."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from oyster_cli.clock import Clock
from oyster_cli.script.models import Cue, Scene
from oyster_cli.script.score import Beat, place_cue
from oyster_cli.script.weather import CALM, HOURS, WEATHERS, Weather
from oyster_cli.sound.voice import BUSES
from oyster_cli.world.air import Air
from oyster_cli.world.atmosphere import LIMITS, Atmosphere
from oyster_cli.world.exposure import ADAPT_S, Exposure
from oyster_cli.world.faders import Faders

CLOCK = Clock(Fraction(24))


def beat(frame: int, over: int | None = None, **cue: Any) -> Beat:
    return place_cue(Cue(at=f"{frame}f", over=None if over is None else f"{over}f", **cue), CLOCK, 10_000)


def airs(frames: int, *beats: Beat, hour: float = 10.5, **weather: float) -> list[Air]:
    """The air of every frame of a scene with these cues."""
    atmosphere = Atmosphere(Scene(place="canyon", hour=hour, weather=Weather(**weather)), CLOCK)
    found = []
    for frame in range(frames):
        for each in beats:
            if each.frame == frame:
                atmosphere.begin(each)
        found.append(atmosphere.advance(frame))
    return found


def test_weather_turns_from_the_cue_s_frame_to_its_last_in_equal_shares():
    wind = [air.weather.wind_m_s for air in airs(40, beat(10, 20, change="weather", to={"wind_m_s": 12.5}))]
    np.testing.assert_allclose(np.array(wind), 2.5 + 10 * np.clip((np.arange(40) - 9) / 20, 0, 1))


def test_a_storm_brings_all_its_weather_and_nothing_before_its_frame():
    before, after = airs(80), airs(80, beat(30, 24, change="weather", target="storm", to="on"))
    assert after[:30] == before[:30]
    there = after[53].weather.model_dump()
    assert {name: there[name] for name in WEATHERS["storm"]} == pytest.approx(WEATHERS["storm"], abs=0.01)
    rain = np.array([air.weather.rain_mm_h for air in after])
    assert (rain[29], rain[30] > 0, rain[52] < 25, rain[53]) == (0, True, True, 25)
    visible = np.array([air.weather.visibility_m for air in after[29:54]])
    np.testing.assert_allclose(np.diff(np.log(visible)), math.log(4_000 / CALM.visibility_m) / 24)  # by ratio, as seen


def test_weather_without_a_time_turns_within_a_second_and_leaves_the_ground_as_it_is():
    rained = airs(60, beat(5, change="weather", target="snow", to="on"))
    assert rained[28].weather.snow_mm_h == pytest.approx(3)
    assert rained[27].weather.snow_mm_h < 3
    assert rained[28].snow_cover < 0.1  # "snow" on a shot's first frame lies already; as a cue it has to fall


def test_the_ground_itself_may_be_meant_and_rain_never_dries_it():
    assert airs(60, beat(5, change="weather", target="dry", to="on"), wet=0.7)[-1].wet == 0
    assert airs(60, beat(5, change="weather", to={"wet": 0.5}))[-1].wet == pytest.approx(0.5)
    soaked = [air.wet for air in airs(60, beat(5, 30, change="weather", target="storm", to="on"), wet=1.0)]
    assert min(soaked) == 1.0


def test_rain_that_ends_leaves_fair_weather_and_a_wet_ground():
    after = airs(60, beat(10, 24, change="weather", target="rain", to="off"), rain_mm_h=12, cloud=0.95, wet=0.8)[-1]
    assert (after.weather.rain_mm_h, after.weather.cloud) == (CALM.rain_mm_h, CALM.cloud)
    assert after.wet >= 0.8


@pytest.mark.parametrize(("name", "field"), [("rain", "rain_mm_h"), ("wind", "wind_m_s"), ("clouds", "cloud")])
def test_more_is_more_and_less_is_less_and_neither_leaves_its_limits(name: str, field: str):
    start = {"rain_mm_h": 6.0, "wind_m_s": 6.0, "cloud": 0.5}

    def after(*words: str) -> float:
        beats = [beat(30 * k, 10, change="weather", target=name, to=word) for k, word in enumerate(words)]
        return float(getattr(airs(30 * len(words), *beats, **start)[-1].weather, field))

    assert after("less") < start[field] < after("more")
    assert after("more", "less") == pytest.approx(start[field], rel=0.15)
    assert after(*["more"] * 9) == LIMITS[field][1]


def test_more_fog_is_less_to_see():
    fog = airs(40, beat(0, 10, change="weather", target="fog", to="more"), visibility_m=900)[-1]
    assert fog.weather.visibility_m < 600


def test_a_second_cue_takes_over_where_the_first_has_come():
    first = beat(0, 40, change="weather", to={"wind_m_s": 22.5})
    wind = np.array([air.weather.wind_m_s for air in airs(60, first, beat(20, 20, change="weather", to={"wind_m_s": 2.5}))])
    assert np.abs(np.diff(wind)).max() <= 0.5 + 1e-9
    assert (wind[19], wind[-1]) == pytest.approx((12.5, 2.5))


@pytest.mark.parametrize(
    ("now", "to", "way"),
    [(10.5, "night", 12.0), (22.5, "dawn", 7.4), (18.45, "noon", -5.95), (23.5, 0.5, 1.0), (0.5, 23.5, -1.0)],
)
def test_the_hour_turns_the_nearer_way_around_the_clock(now: float, to: Any, way: float):
    hours = np.array([air.hour for air in airs(40, beat(8, 24, change="hour", to=to), hour=now)])
    steps = np.diff(hours[7:32])
    steps -= 24 * np.round(steps / 24)
    np.testing.assert_allclose(steps, way / 24)
    assert hours[-1] == pytest.approx(HOURS.get(to, to) % 24)
    assert ((hours >= 0) & (hours < 24)).all()


def test_rain_wets_the_ground_the_sooner_the_harder_it_falls():
    dry, light, hard = ([air.wet for air in airs(240, rain_mm_h=rate)] for rate in (0.0, 3.0, 30.0))
    assert dry[-1] == 0
    assert all((np.diff(wet) >= 0).all() and wet[0] > 0 for wet in (light, hard))
    assert light[-1] < hard[-1] == 1.0
    seconds = next(k for k, wet in enumerate(hard) if wet == 1.0) / 24
    assert 2 < seconds < 8


def test_snow_covers_the_ground_and_wind_drifts_by_its_speed():
    there = airs(48, snow_mm_h=9, wind_m_s=8)
    assert (np.diff([air.snow_cover for air in there]) > 0).all()
    assert there[-1].drift_m == pytest.approx(16)
    assert there[-1].time_s == pytest.approx(2)


def test_a_gust_seen_at_a_place_comes_to_the_next_as_fast_as_the_wind():
    here, later = airs(49, wind_m_s=9)[::48]
    way = np.array([here.wind_to[0], 0, here.wind_to[1]])
    points = np.random.default_rng(1).uniform(-300, 300, (200, 3))
    np.testing.assert_allclose(later.gust(points + 18 * way), here.gust(points), rtol=1e-6)
    assert here.gust(points).mean() == pytest.approx(9, rel=0.15)
    assert np.ptp(here.gust(points)) > 4


def test_a_restored_atmosphere_goes_on_alike():
    beats = [beat(3, 30, change="weather", target="storm", to="on"), beat(5, 20, change="hour", to="night")]
    one, other = (Atmosphere(Scene(place="canyon"), CLOCK) for _ in range(2))
    for each in beats:
        one.begin(each)
    for frame in range(12):
        one.advance(frame)
    other.load(one.save())
    assert [other.advance(frame) for frame in range(12, 40)] == [one.advance(frame) for frame in range(12, 40)]


def ridden(frames: int, *beats: Beat) -> np.ndarray:
    """Gain of every sample of the water bus."""
    faders, gains = Faders(), []
    for frame in range(frames):
        for each in beats:
            if each.frame == frame:
                faders.begin(each)
        stems = faders.ride(frame, {bus: np.ones((2000, 2), np.float32) for bus in BUSES})[0]
        assert all((stem == 1).all() for bus, stem in stems.items() if bus != "water")
        gains.append(stems["water"][:, 0])
    return np.concatenate(gains).astype(float)


@pytest.mark.parametrize(
    ("to", "gain"), [(-12, 10**-0.6), (6.0, 10**0.3), ("more", 10**0.3), ("less", 10**-0.3), ("off", 0.0), ("on", 1.0)]
)
@pytest.mark.parametrize("over", [None, 12])
def test_a_fader_moves_to_its_gain_without_a_step(to: Any, gain: float, over: int | None):
    gains = ridden(20, beat(4, over, change="level", target="water", to=to))
    assert (gains[: 4 * 2000] == 1).all()
    np.testing.assert_allclose(gains[(4 + (over or 1)) * 2000 :], gain, rtol=1e-6, atol=1e-9)
    assert np.abs(np.diff(gains)).max() < 2 / 2000
    assert (np.sign(np.diff(gains)) == np.sign(gain - 1))[4 * 2000 : 4 * 2000 + 1990].all() or to == "on"


def test_faders_go_on_from_where_they_are():
    first, then = (beat(at, 10, change="level", target="water", to=to) for at, to in ((0, -20), (5, 0)))
    gains = ridden(20, first, then)
    assert gains[5 * 2000 - 1] == pytest.approx(10**-0.5)
    assert gains[-1] == 1
    assert np.abs(np.diff(gains)).max() < 1 / 2000


def followed(levels: np.ndarray, exposure: Exposure) -> np.ndarray:
    """Exposure factor after each frame of light."""
    out = []
    for level in levels:
        exposure.follow(float(level), 1 / 24)
        out.append(exposure.value(0.0))
    return np.array(out)


def metered(luminance: float, klux: float) -> Exposure:
    exposure = Exposure()
    exposure.meter(luminance, klux)
    return exposure


def test_exposure_stays_while_the_light_stays_and_opens_when_it_falls():
    steady = followed(np.full(48, 50.0), metered(2.5, 50.0))
    np.testing.assert_allclose(steady, steady[0])
    falling = followed(np.geomspace(50, 0.5, 96), metered(2.5, 50.0))
    assert (np.diff(falling) > 0).all()
    assert 1 < falling[-1] / falling[0] < 100  # it opens, but dusk stays darker than day


def test_exposure_takes_its_time_constant_to_adapt():
    exposure = metered(2.5, 50.0)
    before = exposure.seen
    for _ in range(round(ADAPT_S * 240)):
        exposure.follow(10.0, 1 / 240)
    assert (exposure.seen - before) / math.log(0.2) == pytest.approx(1 - math.exp(-1), abs=0.002)


def test_exposure_of_a_lamplit_night_does_not_follow_the_sky():
    night = metered(0.02, 0.001)
    values = followed(np.geomspace(0.001, 0.0001, 96), night)
    np.testing.assert_allclose(values, values[0], rtol=0.02)


def test_a_storm_is_exposed_darker_and_snow_lighter():
    assert metered(2.5, 50).value(1.0) < metered(2.5, 50).value(0.0)
    assert metered(10.0, 50).value(0.0) * 10.0 > metered(2.5, 50).value(0.0) * 2.5


def test_however_fast_night_falls_the_eye_is_never_more_than_three_stops_behind():
    sudden = metered(2.5, 50.0)
    sudden.follow(0.005, 1 / 24)
    assert math.exp(sudden.seen) == pytest.approx(2.5 / 50 * 0.005 * 2**3, rel=1e-6)
    lifted = metered(2.5 / 10_000, 0.005)
    lifted.follow(50.0, 1 / 24)  # a flash of a twenty-fourth of a second does not close the iris
    assert math.exp(lifted.seen) < 2 * 2.5 / 10_000
