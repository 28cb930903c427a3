"""Two minutes of any voice never repeat, another seed is another take, and the same seed the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from oyster_cli.picture.swell import Cascade
from oyster_cli.script.models import ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.sound.synth.fire import Fire
from oyster_cli.sound.synth.rain import Rain
from oyster_cli.sound.synth.surf import Sea, Surf
from oyster_cli.sound.synth.water import Brook, Torrent
from oyster_cli.sound.synth.wind import Foliage, Howl, Wind
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.flicker import flicker
from oyster_cli.world.thing import Tick
from oyster_cli.world.things.drip import Drip

RATE, N = 4000, 800  # slow and coarse: what repeats does so in the envelope
SECONDS, HZ = 120, 50
LATE_S = 60.0  # of lags: at each, two halves at least are compared
BOUND = 0.45
WIND_M_S = 14.0
AIR = Air(Weather(wind_m_s=WIND_M_S), 12.0, 0.0, 0.0, (0.8, 0.6), 12.0, 70.0, 0.0, 0.0)

Frame = Callable[[np.random.Generator, int], np.ndarray]  # one frame of a voice, (N,), from its luck and its number


def gust_m_s(k: int) -> float:
    return replace(AIR, drift_m=WIND_M_S * k * N / RATE).gust_at((0.0, 0.0, 0.0))


def surf(seed: int) -> Frame:
    """What breaks where the sea's own waves rise at one rock."""
    swell, body = Cascade(draw(seed, "waves"), (-0.42, -0.91), 8.0, 250.0, True), Surf(1, RATE)

    def step(rng: np.random.Generator, k: int) -> np.ndarray:
        high_m = max(float(swell.at(40.0 + k * N / RATE, 1.2)[0, 0, 0]), 0.0)
        return body.step(rng, N, 1.0 + 3e5 * high_m**2, 50.0 * high_m)[0]

    return step


def drips(seed: int) -> Frame:
    places = np.array([[float(x), 3.0, 4.0, 0.0] for x in range(5)])
    spots = {"drips": places, "pool": np.array([0.0, 0.0, 4.0, 5.0, 3.0]), "walls": np.zeros((0, 3))}
    site: Any = SimpleNamespace(spots=spots, ground=None, stand=SimpleNamespace(eye=(0.0, 1.7, 0.0)))
    thing = Drip("drip", ThingSpec(kind="drip"), site, seed)

    def step(_rng: np.random.Generator, k: int) -> np.ndarray:
        at = np.zeros(3)
        thing.advance(AIR, Tick(k, k * N / RATE, N / RATE, k * N, N, RATE, at, at, 0.0))
        return np.sum([voice.dry for voice in thing.voices()], axis=0)

    return step


def fire(_seed: int) -> Frame:
    body = Fire(RATE)

    def step(rng: np.random.Generator, k: int) -> np.ndarray:
        heat_kw = 30.0 * flicker(k * N / RATE, float(rng.normal()))
        return body.step(rng, N, heat_kw, [(int(at), 0.1) for at in sorted(rng.integers(N, size=rng.poisson(0.5)))])

    return step


def plain(body: Any, *driven_by: Any) -> Callable[[int], Frame]:
    """A synth that is driven by numbers, or by what changes frame by frame."""

    def made(_seed: int) -> Frame:
        voice = body()
        return lambda rng, k: np.atleast_2d(
            voice.step(rng, N, *(each(k) if callable(each) else each for each in driven_by))
        )[0]  # fmt: skip

    return made


# voice -> what gives its frames for a seed. Every voice that goes on belongs here.
VOICES: dict[str, Callable[[int], Frame]] = {
    "rain": plain(lambda: Rain(streams=1, rate_hz=RATE), 8.0),
    "rain on leaves": plain(lambda: Rain({"leaves": 0.5, "soft": 0.5}, 1, RATE), 8.0),
    "river": plain(lambda: Brook(1, RATE), 1.2, 1.0),
    "waterfall": plain(lambda: Torrent(RATE), 22.0, 60.0),
    "wind": plain(lambda: Wind(1, RATE), gust_m_s, WIND_M_S),
    "wind in leaves": plain(lambda: Foliage(False, 1, RATE), gust_m_s, WIND_M_S),
    "wind that whistles": plain(lambda: Howl(rate_hz=RATE), gust_m_s),
    "open sea": plain(lambda: Sea(1, RATE), 9.0),
    "surf": surf,
    "drips": drips,
    "fire": fire,
}


# seconds that a gust, or the group of a swell, lasts by nature: only what comes after them is a repeat
SLOW_S = {"wind": 6.0, "wind in leaves": 6.0, "wind that whistles": 6.0, "open sea": 4.0, "surf": 30.0}


def rolled(name: str, seconds: float, seed: int = 5) -> np.ndarray:
    step = VOICES[name](seed)
    return np.concatenate([step(draw(seed, name, k), k) for k in range(int(seconds * RATE / N))])


def envelope(x: np.ndarray) -> np.ndarray:
    """(n,) at HZ, compressed as the ear does it, so that a single loud event does not stand for all."""
    return (
        np.sqrt(np.square(x[: len(x) // (RATE // HZ) * (RATE // HZ)], dtype=np.float64).reshape(-1, RATE // HZ).mean(1)) ** 0.3
    )


def most_alike(x: np.ndarray, soon_s: float = 0.5) -> tuple[float, float]:
    """How much its envelope is like itself, 1 where it repeats, and after how many seconds it is most; not before soon_s."""
    level = envelope(x)
    level = (level - level.mean()) / level.std()
    power = np.abs(np.fft.rfft(level, 2 * len(level))) ** 2
    alike = np.fft.irfft(power)[: int(LATE_S * HZ)] / (len(level) - np.arange(int(LATE_S * HZ)))
    soon = int(soon_s * HZ)
    lag = soon + int(np.argmax(alike[soon:]))
    return float(alike[lag]), lag / HZ


@pytest.mark.parametrize("name", VOICES)
def test_two_minutes_never_repeat(name: str) -> None:
    alike, lag_s = most_alike(rolled(name, SECONDS), SLOW_S.get(name, 0.5))
    assert alike < BOUND, f"after {lag_s} s"


@pytest.mark.parametrize(("name", "loop_s"), [("rain", 4.0), ("fire", 23.0), ("wind that whistles", 50.0)])
def test_a_loop_would_be_caught(name: str, loop_s: float) -> None:
    alike, lag_s = most_alike(np.resize(rolled(name, loop_s), SECONDS * RATE), SLOW_S.get(name, 0.5))
    assert alike > 0.8
    assert lag_s % loop_s == pytest.approx(0.0, abs=1 / HZ)


@pytest.mark.parametrize("name", VOICES)
def test_a_seed_is_a_take(name: str) -> None:
    first, again, other = rolled(name, 4.0), rolled(name, 4.0), rolled(name, 4.0, seed=6)
    assert first.tobytes() == again.tobytes()
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.5
