"""Voices have the statistics by which listeners tell such textures apart (McDermott & Simoncelli 2011), and their levels."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy.signal import butter, hilbert, lfilter, sosfilt

from oyster_cli.clock import RATE_HZ
from oyster_cli.picture.swell import Cascade
from oyster_cli.script.models import ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.sound.probe import at, dba, heard, rolled
from oyster_cli.sound.synth.drops import ON, on_water
from oyster_cli.sound.synth.fire import Fire
from oyster_cli.sound.synth.insects import Crickets
from oyster_cli.sound.synth.rain import Rain
from oyster_cli.sound.synth.surf import Surf
from oyster_cli.sound.synth.tape import Tape
from oyster_cli.sound.synth.thunder import strike
from oyster_cli.sound.synth.water import Brook, Torrent
from oyster_cli.sound.synth.wind import Foliage, Howl, Wind
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.rained import Rained
from oyster_cli.world.thing import Tick
from oyster_cli.world.things.campfire import CLOSE
from oyster_cli.world.things.lightning import Lightning

SLOW_RATE, FAST_S = 4000, 0.125  # what only swings slowly; the time constant of a sound level meter's "fast"


def drips() -> Callable[[np.random.Generator, int], np.ndarray]:
    """A few drips a second into a pool, over next to nothing."""
    tape = Tape()

    def step(rng: np.random.Generator, n: int) -> np.ndarray:
        for offset in rng.integers(n, size=rng.poisson(1.5 * n / RATE_HZ)).tolist():
            tape.lay(offset, on_water(rng, 5.5, 7.0) / rng.uniform(3.0, 9.0))
        return tape.play(n) + 1e-6 * rng.standard_normal(n)

    return step


def fire() -> Callable[[np.random.Generator, int], np.ndarray]:
    body = Fire()

    def step(rng: np.random.Generator, n: int) -> np.ndarray:
        cracks = sorted(rng.integers(n, size=rng.poisson(5.0 * n / RATE_HZ)).tolist())
        return body.step(rng, n, 30.0, [(offset, min(0.08 * float(np.exp(1.1 * rng.normal())), 1.5)) for offset in cracks])

    return step


def one(body: Any, *driven_by: float) -> Callable[[np.random.Generator, int], np.ndarray]:
    """All streams of a synth together."""
    return lambda rng, n: np.atleast_2d(body.step(rng, n, *driven_by)).sum(0)


VOICES: dict[str, Callable[[], Callable[[np.random.Generator, int], np.ndarray]]] = {
    "drips": drips,
    "fire": fire,
    "stream": lambda: one(Brook(), 1.2, 1.0),
    "waterfall": lambda: one(Torrent(), 22.0, 60.0),
    "heavy rain": lambda: one(Rain(streams=4), 50.0),
    "rain on leaves": lambda: one(Rain({"leaves": 1.0}), 8.0),
    "wind": lambda: one(Wind(), 8.0, 8.0),
    "wind in leaves": lambda: one(Foliage(), 5.0, 5.0),
    "surf": lambda: one(Surf(), 1e5, 30.0),
    "crickets": lambda: lambda _rng, n: CRICKETS.step(n, 20.0)[0],
}
CRICKETS = Crickets(1)


@cache
def voice(name: str) -> np.ndarray:
    return rolled(VOICES[name](), 12.0 if name == "drips" else 6.0)


def kurtosis(x: np.ndarray, low_hz: float = 900.0, high_hz: float = 1100.0) -> float:
    """Of the envelope in one band, to the power of 0.3 as the ear compresses it; of Gaussian noise it is 3.2."""
    band = sosfilt(butter(3, [low_hz, high_hz], "band", fs=RATE_HZ, output="sos"), x)
    envelope = np.abs(hilbert(band))[2400:-2400] ** 0.3
    off = envelope - envelope.mean()
    return float(np.mean(off**4) / np.mean(off**2) ** 2)


@cache
def gaussian(low_hz: float = 900.0, high_hz: float = 1100.0) -> float:
    return kurtosis(draw(1, "gauss").standard_normal(8 * RATE_HZ), low_hz, high_hz)


def test_drips_stand_alone_and_a_stream_is_between_them_and_noise() -> None:
    assert kurtosis(voice("drips")) > 15
    assert 3.5 < kurtosis(voice("stream")) < 9


def test_fire_crackles() -> None:
    assert kurtosis(voice("fire"), 2000, 6000) > 6


@pytest.mark.parametrize("name", ["waterfall", "heavy rain"])
def test_what_falls_in_masses_is_noise(name: str) -> None:
    assert kurtosis(voice(name)) == pytest.approx(gaussian(), rel=0.1)


def test_large_drops_from_leaves_are_heard_one_by_one() -> None:
    assert kurtosis(voice("rain on leaves"), 2000, 6000) > 1.5 * kurtosis(voice("heavy rain"), 2000, 6000)


def swings(x: np.ndarray, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """Power of a level's swings in dB, as a meter set to fast reads it, and their rates in Hz, from 0.02 to 4."""
    keep = np.exp(-1 / (FAST_S * rate_hz))
    level = 10 * np.log10(lfilter([1 - keep], [1, -keep], np.square(x, dtype=np.float64))[:: rate_hz // 8][8:])
    power = np.abs(np.fft.rfft((level - level.mean()) * np.hanning(len(level)))) ** 2
    rate = np.fft.rfftfreq(len(level), 1 / 8)
    return power[rate > 0.02], rate[rate > 0.02]


@pytest.mark.parametrize("body", [Wind, Foliage, Howl])
def test_wind_swings_slowly(body: Any) -> None:
    made = body(rate_hz=SLOW_RATE)
    sound = []
    for k in range(300):
        air = Air(Weather(wind_m_s=10.0), 12.0, 0.0, 10.0 * k / 5, (0.8, 0.6), 12.0, 70.0, 0.0, 0.0)
        drive = (air.gust_at((0.0, 0.0, 0.0)), 10.0)[: 1 if body is Howl else 2]
        sound.append(np.atleast_2d(made.step(draw(2, k), SLOW_RATE // 5, *drive))[0])
    power, rate = swings(np.concatenate(sound), SLOW_RATE)
    assert power[rate < 2].sum() > 0.7 * power.sum()


def test_surf_comes_with_the_swell() -> None:
    swell, body = Cascade(draw(3, "waves"), (-0.42, -0.91), 8.0, 250.0, True), Surf(1, SLOW_RATE)
    high_m = [max(float(swell.at(k / 5, 1.2)[0, 0, 0]), 0.0) for k in range(600)]
    sound = [body.step(draw(3, k), SLOW_RATE // 5, 1.0 + 3e5 * high**2, 50.0 * high)[0] for k, high in enumerate(high_m)]
    power, rate = swings(np.concatenate(sound), SLOW_RATE)
    assert 0.07 < np.sum(power * rate * (rate < 0.3)) / np.sum(power * (rate < 0.3)) < 0.17


def bright_hz(x: np.ndarray) -> float:
    """The centroid of a spectrum."""
    power = np.abs(np.fft.rfft(x)) ** 2
    return float(np.sum(power * np.fft.rfftfreq(len(x), 1 / RATE_HZ)) / power.sum())


def bolt(far_m: float) -> tuple[np.ndarray, np.ndarray]:
    """(samples,) thunder of a crooked bolt so far off, at the ear with 1/r, and its instant of arrival in samples."""
    y = np.linspace(1200.0, 0.0, 40)
    bend = 50.0 * np.cumsum(draw(4, "bolt").standard_normal((40, 2)), axis=0)
    bend -= bend[-1]
    ear, out = np.array([0.0, 1.7, 0.0]), np.zeros(12 * RATE_HZ)
    points = np.stack([far_m + bend[:, 0], y, bend[:, 1]], 1)
    for part in strike(points, ear, draw(4, "fine")):
        away = float(np.linalg.norm(np.array(part.at) - ear))
        start = int(away / 343.2 * RATE_HZ)
        out[start : start + len(part.dry)] += part.dry[: len(out) - start] / away
    return out, np.flatnonzero(out)[:1]


def test_a_near_strike_cracks_and_a_far_one_rolls() -> None:
    """From its first half second to what is heard two seconds later a near one falls far; a far one swells and rolls on."""
    falls_db = []
    for sound, first in (bolt(120.0), bolt(1500.0)):
        parts = [np.mean(np.square(sound[int(first[0]) + a : int(first[0]) + b])) for a, b in ((0, 24_000), (96_000, 144_000))]
        falls_db.append(10 * np.log10(parts[0] / parts[1]))
    assert falls_db[0] > 8
    assert falls_db[1] < falls_db[0] - 6


@pytest.mark.parametrize(("per_min", "low_m", "high_m"), [(9.0, 690, 1610), (60.0, 135, 330)])
def test_a_storm_that_strikes_often_is_overhead(per_min: float, low_m: float, high_m: float) -> None:
    ground = SimpleNamespace(height_at=lambda _x, _z: 0.0)
    storm = Lightning("lightning", ThingSpec(kind="lightning"), SimpleNamespace(ground=ground, sea_level_m=None), 7)  # type: ignore[arg-type]
    air = Air(Weather(lightning_per_min=per_min), 12.0, 0.0, 0.0, (0.8, 0.6), 12.0, 70.0, 0.0, 0.0)
    feet_m = []
    for frame in range(6):
        storm.act("strike")
        eye, ahead = np.array([0.0, 1.7, 0.0]), np.array([0.0, 0.0, 1.0])
        storm.advance(air, Tick(frame, frame / 24, 1 / 24, frame * 2000, 2000, RATE_HZ, eye, ahead, 0.0))
        feet_m.append(float(np.hypot(*storm.bolt[0, [0, 2]])))
    assert low_m < min(feet_m) < max(feet_m) < high_m


def test_a_bolt_at_sea_ends_on_the_water_also_when_that_lies_at_zero() -> None:
    site = SimpleNamespace(ground=SimpleNamespace(height_at=lambda _x, _z: -30.0), sea_level_m=0.0)
    storm = Lightning("lightning", ThingSpec(kind="lightning"), site, 7)  # type: ignore[arg-type]
    storm.act("strike")
    air = Air(Weather(lightning_per_min=9.0), 12.0, 0.0, 0.0, (0.8, 0.6), 12.0, 70.0, 0.0, 0.0)
    storm.advance(air, Tick(0, 0.0, 1 / 24, 0, 2000, RATE_HZ, np.array([0.0, 1.7, 0.0]), np.array([0.0, 0.0, 1.0]), 0.0))
    assert storm.bolt[0, 1] == 0.0


def test_from_thunder_to_crickets_it_grows_brighter() -> None:
    """The order of the recordings: their spectra have centroids of 0.25, 0.39, 1.1, 1.9, 2.4 and 3.8 kHz."""
    order = [bright_hz(bolt(1000.0)[0]), *(bright_hz(voice(name)) for name in ("wind", "surf", "waterfall", "stream"))]
    assert order == sorted(order)
    assert bright_hz(voice("rain on leaves")) > order[-1]
    assert bright_hz(voice("crickets")) > order[-2]


def band_db(x: np.ndarray) -> float:
    """Level in a cricket's own band, 3.5 to 4.5 kHz."""
    band = sosfilt(butter(4, [3500, 4500], "band", fs=RATE_HZ, output="sos"), x)
    return float(10 * np.log10(np.mean(band**2) / 4e-10))


def test_a_waterfall_drowns_a_cricket_and_from_afar_does_not() -> None:
    cricket = heard(voice("crickets"), at(5.0))[:, 0]
    near, far = (heard(voice("waterfall"), at(far_m), voice={"size_m": 6.0})[RATE_HZ:, 0] for far_m in (10.0, 300.0))
    assert 80 <= dba(near) <= 90
    assert dba(near) > dba(cricket) + 20
    assert band_db(far) < band_db(cricket) - 6


def in_all_dba(body: Any, *driven_by: float) -> float:
    """Of decorrelated streams together."""
    streams = np.concatenate([np.atleast_2d(body.step(draw(5, k), 2000, *driven_by)) for k in range(48)], axis=1)
    return float(10 * np.log10(sum(10 ** (dba(each) / 10) for each in streams)))


@pytest.mark.parametrize(
    ("body", "driven_by", "low", "high"),
    [
        (Rain(), (50.0,), 60, 70),
        (Rain(), (2.0,), 40, 50),
        (Rain({"leaves": 0.6, "soft": 0.4}), (50.0,), 60, 70),
        (Rain({"hard": 0.78, "tin": 0.22}), (25.0,), 60, 70),
        (Foliage(False, 4), (5.0, 5.0), 45, 55),
        (Foliage(True, 4), (5.0, 5.0), 45, 55),
    ],
)
def test_levels_at_the_listener(body: Any, driven_by: tuple[float, ...], low: float, high: float) -> None:
    assert low <= in_all_dba(body, *driven_by) <= high


def test_a_campfire_at_two_metres() -> None:
    assert 50 <= dba(CLOSE * voice("fire") / 2) <= 55


def site(place: str, water_from_x_m: float = 1e9, tree_at: tuple[float, float] | None = None) -> Any:
    """Flat ground 1 m high, a lake beyond some x, one broad tree of 10 m."""
    tree = SimpleNamespace(kind="oak", at=np.array([[*(tree_at or (1e6, 1e6))]]) @ np.array([[1, 0, 0], [0, 0, 1]]),
                           height_m=np.array([10.0]))  # fmt: skip
    ground = SimpleNamespace(height_at=lambda _x, _z: 1.0, water_at=lambda x, _z: 1.5 if x > water_from_x_m else -1e4)
    stand = SimpleNamespace(eye=(0.0, 2.6, 0.0))
    return SimpleNamespace(place=place, ground=ground, stand=stand, scatters=(tree,), sea_level_m=None)


def test_rain_reads_what_it_falls_on() -> None:
    lake = Rained(site("meadow", 0.0, (-6.0, 0.0)))
    assert lake.struck(5.0, 0.0, 0.5) == ((5.0, 1.5, 0.0), "water")
    assert lake.struck(-6.0, 2.0, 0.5)[1] == "leaves"
    assert lake.struck(-30.0, 0.0, 0.0)[1] == "soft"
    assert lake.shares["water"] == pytest.approx(0.5, abs=0.03)
    assert sum(lake.shares.values()) == pytest.approx(1.0)
    assert Rained(site("meadow")).shares == {"soft": 1.0}
    assert set(Rained(site("street")).shares) == {"hard", "tin"}


def test_each_surface_answers_a_drop_in_its_own_way() -> None:
    """Stone clicks, a leaf pats for 5 to 20 ms between 1.5 and 6 kHz, earth is dull, sheet metal rings on."""
    lasts_ms, hz = {}, {}
    for on, blow in ON.items():
        blows = [blow(np.random.default_rng(k), 2.5, 7.0) for k in range(40)]
        spectra = np.mean([np.abs(np.fft.rfft(each, RATE_HZ)) ** 2 for each in blows], axis=0)
        hz[on] = float(np.sum(spectra * np.arange(len(spectra))) / spectra.sum())
        until = [np.searchsorted(np.cumsum(each**2) / np.sum(each**2), 0.95) for each in blows]
        lasts_ms[on] = 1e3 * float(np.median(until)) / RATE_HZ
    assert 2 < lasts_ms["leaves"] < 20
    assert 1500 < hz["leaves"] < 6000
    assert hz["soft"] < hz["leaves"] < hz["hard"]
    assert lasts_ms["tin"] > 3 * lasts_ms["leaves"]
