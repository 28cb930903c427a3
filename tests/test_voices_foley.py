"""What people do to the ground, to the air and to doors: as it is drawn, to the sample, never twice alike."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from oyster_cli.clock import Clock
from oyster_cli.script.models import ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.sound.synth.steps import GROUNDS, PARTS, Tread, footfall
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.cast import make_thing
from oyster_cli.world.footing import height_m, surface
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp
from oyster_cli.world.site import Site, Stand
from oyster_cli.world.thing import Thing, Tick

CLOCK = Clock(Fraction(24))
RATE_HZ, N = 48_000, 2000


@pytest.fixture(scope="module")
def plain() -> Site:
    """Flat ground; a brook a hand deep beyond x = 40, and a jetty two metres over it."""
    axis = Axis.reaching(-400.0, 400.0, 65, 2.0)
    flat, colour = torch.zeros(65, 65), torch.zeros(65, 65, 3)
    water = torch.where(torch.from_numpy(axis.nodes())[None] > 40.0, 0.12, DRY_M).expand(65, 65).contiguous()
    ground = Ground(Warp(axis, axis), flat, colour, flat, flat, flat, flat, colour[0], 0.0, water, colour[..., :2], flat + 1)
    jetty = np.array([[60.0, 2.0, 0.0], [90.0, 2.0, 0.0]], np.float32)
    return Site("forest", ground, Stand((0.0, 1.6, 0.0), (0.0, 1.2, 30.0)), {"jetty": jetty})


def tick(frame: int, dt_s: float = 1 / 24) -> Tick:
    first, end = CLOCK.span(frame)
    ahead = np.array([0.0, 0.0, 1.0])
    return Tick(frame, CLOCK.time_s(frame), dt_s, first, end - first, RATE_HZ, np.array([0.0, 1.6, 0.0]), ahead, 0.0)


def air(**weather: float) -> Air:
    now = Weather(**weather)
    return Air(now, 12.0, 0.0, 0.0, (0.8, 0.6), 12.0, 70.0, now.wet, now.snow_cover)


def thing(kind: str, site: Site, **spec: object) -> Thing:
    return make_thing(kind, ThingSpec(kind=kind, **spec), site, 5)


def heels(ground: str, count: int = 12) -> list[np.ndarray]:
    return [footfall(draw(3, ground, k), Tread(0, "heel", 1.0, ground)) for k in range(count)]


def centroid_hz(x: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(x)) ** 2
    return float(np.sum(power * np.fft.rfftfreq(len(x), 1 / RATE_HZ)) / power.sum())


def lasts_s(x: np.ndarray) -> float:
    """The time in which nine tenths of its energy come."""
    return float(np.searchsorted(np.cumsum(x**2), 0.9 * np.sum(x**2)) / RATE_HZ)


# steps


def test_surfaces_are_told_apart_by_their_spectrum_and_length() -> None:
    bright = {ground: np.median([centroid_hz(x) for x in heels(ground)]) for ground in GROUNDS}
    assert bright["wood"] < bright["mud"] < bright["snow"] < bright["leaves"]
    assert bright["soil"] < bright["gravel"] < bright["leaves"]
    assert bright["stone"] > 2 * bright["wood"]
    long = {ground: np.median([lasts_s(x) for x in heels(ground)]) for ground in GROUNDS}
    assert long["street"] < long["wood"] < long["gravel"] < long["snow"]
    assert long["stone"] < 0.05 < long["leaves"]


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_footstep_has_the_level_of_one(ground: str) -> None:
    """40 to 60 dB at 1 m, by the loudest eighth of a second of heels (the meter's fast response)."""
    loudest = [max(np.mean(x[k : k + 6000] ** 2) for k in range(0, max(len(x) - 6000, 1), 1000)) for x in heels(ground)]
    short = [min(len(x), 6000) / 6000 for x in heels(ground)]
    level = 10 * np.log10(np.median(np.array(loudest) * short) / 4e-10)
    assert 38.0 < level < 62.0


@pytest.mark.parametrize("ground", GROUNDS)
def test_no_step_is_like_another_and_all_begin_at_once(ground: str) -> None:
    a, b = heels(ground, 2)
    n = min(len(a), len(b))
    assert abs(np.corrcoef(a[:n], b[:n])[0, 1]) < 0.9
    assert not np.array_equal(a[:n], b[:n])
    for part in PARTS:
        x = footfall(draw(3, ground, part), Tread(0, part, 1.0, ground))
        assert abs(x[-1]) < 1e-3 * abs(x).max()
    assert np.flatnonzero(a)[0] <= 1
    assert abs(a[:240]).max() > 0.05 * abs(a).max(), "the blow is heard in the first 5 ms"


def test_what_is_underfoot_is_what_is_drawn(plain: Site) -> None:
    assert surface(plain, air(), 0.0, 10.0) == "leaves"
    assert surface(plain, air(wet=0.9), 0.0, 10.0) == "mud"
    assert surface(plain, air(snow_cover=0.9), 0.0, 10.0) == "snow"
    assert surface(plain, air(snow_cover=0.05), 0.0, 10.0) == "leaves", "what the picture hardly whitens"
    assert surface(plain, air(), 60.0, 20.0) == "water"
    assert surface(plain, air(), 70.0, 0.5) == "wood"
    assert surface(plain, air(), 70.0, 1.5) == "water"
    assert height_m(plain, 70.0, 0.0) == 1.75
    assert height_m(plain, 70.0, 3.0) == 0.0


def test_steps_begin_at_the_sample_of_their_contact(plain: Site) -> None:
    walker = thing("walker", plain)
    sounds: dict[str, list[np.ndarray]] = {"left": [], "right": []}
    falls = []
    for frame in range(120):
        falls += walker.advance(air(snow_cover=0.9), tick(frame))
        for voice in walker.voices():
            sounds[voice.name.split()[-1]].append(voice.dry)
    heels = [fall for fall in falls if fall.detail["part"] == "heel"]
    assert len(heels) >= 8
    assert {fall.detail["surface"] for fall in falls} == {"snow"}
    for fall in heels[1:]:
        x = np.concatenate(sounds[fall.detail["foot"]])
        before = x[fall.sample - 600 : fall.sample]
        assert abs(before).max() < 0.02 * abs(x).max(), "the foot is in the air"
        assert np.flatnonzero(np.abs(x[fall.sample :]) > 1e-7)[0] <= 1


def rolled(walker: Thing, first: int, last: int) -> np.ndarray:
    heard = []
    for frame in range(first, last):
        walker.advance(air(), tick(frame))
        heard.append(np.sum([voice.dry for voice in walker.voices()], axis=0))
    return np.concatenate(heard)


def test_goes_on_from_saved_state_to_the_byte(plain: Site) -> None:
    walker, other = thing("walker", plain), thing("walker", plain)
    rolled(walker, 0, 40)
    other.load(walker.save())
    assert np.array_equal(rolled(walker, 40, 60), rolled(other, 40, 60))


def repeats(x: np.ndarray) -> float:
    """The highest autocorrelation of the envelope (200 Hz) at lags of 5 s and more, without the beat of the steps."""
    level = np.sqrt(np.mean(x[: len(x) // 240 * 240].reshape(-1, 240) ** 2, axis=1)) ** 0.3
    level = level - level.mean()
    spectrum = np.abs(np.fft.rfft(level, 2 * len(level))) ** 2
    lags = np.fft.irfft(spectrum)[: len(level)]
    return float(lags[1000 : len(level) // 2].max() / lags[0])


def test_two_minutes_of_steps_never_repeat(plain: Site) -> None:
    assert repeats(rolled(thing("walker", plain), 0, 2880)) < 0.75
