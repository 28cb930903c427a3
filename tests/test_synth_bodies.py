"""Every body: right shape, repeatable, goes on from a saved state to the bit, does not step at frame edges, right level."""

import numpy as np
import pytest

from oyster_cli.sound.synth.birds import CALLS, Singer
from oyster_cli.sound.synth.fire import Fire
from oyster_cli.sound.synth.impacts import Impact, Impacts, drip
from oyster_cli.sound.synth.insects import Crickets
from oyster_cli.sound.synth.noise import OCTAVES_HZ, a_weight_db
from oyster_cli.sound.synth.rain import Rain
from oyster_cli.sound.synth.steps import Steps, Tread
from oyster_cli.sound.synth.street import Cars, City, Hum, driving_db, rolling_db
from oyster_cli.sound.synth.surf import Sea, Surf
from oyster_cli.sound.synth.water import Brook, Torrent
from oyster_cli.sound.synth.wind import Foliage, Howl, Wind
from oyster_cli.state import draw

N = 2000

# each body, and one frame of it; k makes what drives it move
BODIES = {
    "torrent": (Torrent, lambda s, r, n, k: s.step(r, n, 8.0 + k, 40.0)),
    "brook": (Brook, lambda s, r, n, k: s.step(r, n, 3.0 + 0.1 * k, 1.5)),
    "rain": (Rain, lambda s, r, n, k: s.step(r, n, 10.0 + k)),
    "rain on leaves and soil": (lambda: Rain({"leaves": 0.6, "soft": 0.4}, 3), lambda s, r, n, k: s.step(r, n, 10.0 + k)),
    "wind": (Wind, lambda s, r, n, k: s.step(r, n, 8.0 + k, 8.0)),
    "foliage": (lambda: Foliage(True, 3), lambda s, r, n, k: s.step(r, n, np.array([3.0, 4.0 + k, 5.0]), 4.0)),
    "howl": (Howl, lambda s, r, n, k: s.step(r, n, 14.0 + k)),
    "fire": (Fire, lambda s, r, n, k: s.step(r, n, 30.0 + k, [(1990, 1.0)])),
    "surf": (Surf, lambda s, r, n, k: s.step(r, n, 1e4 * (1 + k), 20.0 * k)),
    "sea": (Sea, lambda s, r, n, k: s.step(r, n, 9.0 + k)),
    "crickets": (Crickets, lambda s, _r, n, k: s.step(n, 18.0 + 0.1 * k)),
    "singer": (Singer, lambda s, r, n, k: s.step(r, n, [(100 * k, "owl")] if k == 1 else [])),
    "steps": (Steps, lambda s, r, n, k: s.step(r, n, [Tread(1900, "heel", 1.0, "gravel")] if k == 1 else [])),
    "car": (Cars, lambda s, r, n, k: s.step(r, n, 10.0 + k, 0.5)),
    "city": (City, lambda s, r, n, k: s.step(r, n, 0.5 + 0.1 * k)),
    "hum": (Hum, lambda s, _r, n, k: s.step(n, 40.0 + k)),
    "impacts": (Impacts, lambda s, r, n, _k: s.step(r, n, [Impact(1995, 900.0, 40.0, 0.1, 0.3)])),
}


def rolled(name, frames, body=None, first=0, n=N):
    make, frame = BODIES[name]
    body = body or make()
    return np.concatenate([np.atleast_2d(frame(body, draw(7, name, k), n, k)) for k in range(first, first + frames)], axis=1)


def dba(x):
    """A-weighted level by the spectrum, dB re 20 micropascal."""
    power = 2 * np.abs(np.fft.rfft(x)) ** 2 / len(x) ** 2
    weight = 10 ** (a_weight_db(np.maximum(np.fft.rfftfreq(len(x), 1 / 48000), 1.0)) / 10)
    return 10 * np.log10(np.sum(power * weight) / 4e-10)


def steady_dba(step, frames=40):
    """Level of what step(rng, n) gives, all its streams together, without the first frames."""
    x = np.concatenate([np.atleast_2d(step(draw(3, "level", k), N)) for k in range(frames)], axis=1)[:, 4 * N :]
    return 10 * np.log10(sum(10 ** (dba(row) / 10) for row in x))


@pytest.mark.parametrize("name", BODIES)
def test_shape_type_and_repeat(name):
    first, again = rolled(name, 3), rolled(name, 3)
    assert first.dtype == np.float32
    assert first.shape[1] == 3 * N
    assert np.isfinite(first).all()
    assert abs(first).max() > 1e-6
    assert np.array_equal(first, again)


@pytest.mark.parametrize("name", BODIES)
def test_goes_on_from_saved_state_to_the_bit(name):
    make, _ = BODIES[name]
    body = make()
    rolled(name, 3, body)
    saved, other = body.save(), make()
    rolled(name, 1, other, first=5)  # somewhere else altogether
    other.load(saved)
    assert np.array_equal(rolled(name, 2, body, first=3), rolled(name, 2, other, first=3))


@pytest.mark.parametrize("name", ["torrent", "rain", "wind", "howl", "surf", "car", "city", "hum", "crickets"])
def test_no_step_at_the_frame_edge(name):
    """The largest jump between samples across edges is not larger than those within frames."""
    x = rolled(name, 30)[:, N:]
    jumps = abs(np.diff(x, axis=1))
    edges = jumps[:, N - 1 :: N]
    assert edges.mean() < 1.6 * jumps.mean() + 1e-12
    assert edges.max() < 1.3 * jumps.max()


@pytest.mark.parametrize("n", [1, 480, 1601, 2002])
def test_any_frame_length(n):
    for name in BODIES:
        offsets_fit = name in {"torrent", "brook", "rain", "wind", "howl", "surf", "sea", "crickets", "car", "city", "hum"}
        if offsets_fit:
            assert rolled(name, 2, n=n).shape[1] == 2 * n


def test_a_weighting_of_the_standard():
    assert a_weight_db(np.array([31.5, 125, 1000, 8000])) == pytest.approx([-39.4, -16.1, 0.0, -1.1], abs=0.15)


LEVELS = {
    "waterfall at 10 m": (lambda: Torrent(), lambda s: lambda r, n: s.step(r, n, 10, 50) / 10, 80, 90),
    "heavy rain": (lambda: Rain(), lambda s: lambda r, n: s.step(r, n, 50), 60, 70),
    "light rain": (lambda: Rain(), lambda s: lambda r, n: s.step(r, n, 1.5), 40, 50),
    "trees at 5 m/s": (lambda: Foliage(False, 4), lambda s: lambda r, n: s.step(r, n, 5.0, 5.0), 45, 55),
    "city": (lambda: City(), lambda s: lambda r, n: s.step(r, n, 1.0), 50, 60),
    "campfire at 2 m": (lambda: Fire(), lambda s: lambda r, n: s.step(r, n, 30, [(500, 0.05)]) / 2, 45, 56),
    "cricket field at 10 m": (lambda: Crickets(6), lambda s: lambda _r, n: s.step(n, 20) / 10, 40, 50),
    "surf at 20 m": (lambda: Surf(), lambda s: lambda r, n: s.step(r, n, 1e5, 50) / 20, 55, 75),
}


@pytest.mark.parametrize("what", LEVELS)
def test_levels_are_those_of_the_world(what):
    make, drive, low, high = LEVELS[what]
    assert low <= steady_dba(drive(make())) <= high


@pytest.mark.parametrize(("km_h", "power_dba"), [(30, 92.5), (50, 98.4), (70, 103.0), (110, 109.6)])
def test_car_has_the_power_of_the_directive(km_h, power_dba):
    total = 10 ** (rolling_db(km_h) / 10) + 10 ** (driving_db(km_h) / 10)
    weighted = 10 * np.log10(np.sum(total * 10 ** (a_weight_db(OCTAVES_HZ[1:9]) / 10)))
    assert weighted == pytest.approx(power_dba, abs=0.15)
    car = Cars()
    assert steady_dba(lambda r, n: car.step(r, n, km_h / 3.6)[0]) + 10 * np.log10(2 * np.pi) == pytest.approx(
        power_dba, abs=1.0
    )


def test_wet_road_hisses():
    dry, wet = Cars(), Cars()
    x = [np.concatenate([c.step(draw(1, "w", k), N, 15.0, w)[0] for k in range(20)]) for c, w in ((dry, 0.0), (wet, 1.0))]
    above = np.fft.rfftfreq(len(x[0]), 1 / 48000) > 3000
    high = [np.sum(np.abs(np.fft.rfft(v)[above]) ** 2) for v in x]
    assert 10 * np.log10(high[1] / high[0]) > 5


def test_events_begin_on_their_sample():
    """Nothing before the sample, something from it on, also across a frame's edge."""
    rng = draw(1, "onset")
    for play in (
        lambda o: Steps().step(rng, N, [Tread(o, "heel", 1.0, "gravel")]),
        lambda o: Fire().step(rng, N, 1e-9, [(o, 1.0)]),
        lambda o: Impacts().step(rng, N, [drip(o, 2e-3, 0.1)]),
    ):
        x = play(700)
        assert abs(x[:700]).max() < 1e-3 * abs(x).max()
        assert abs(x[700:760]).max() > 0.05 * abs(x).max()


def test_calls_last_past_the_frame_and_end():
    for species in CALLS:
        bird = Singer()
        first = bird.step(draw(2, species), N, [(N - 1, species)])
        rest = np.concatenate([bird.step(draw(2, species, k), N) for k in range(240)])
        assert not first[: N - 1].any()
        assert abs(rest).max() > 0.02
        assert bird.tape.silent
