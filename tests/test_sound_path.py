"""Travel: how late, how loud, and at what pitch a source at a place is heard."""

import json

import numpy as np
import pytest
from listening import RATE_HZ, db, ear, impulse, roll, toward

from oyster_cli.sound.desk import Desk
from oyster_cli.sound.line import AHEAD, Line
from oyster_cli.sound.path import Course, Path, Span

SPEED = 343.2


def span(first: int, samples: int, ear_at=(0.0, 0.0, 0.0), ear_m_s=(0.0, 0.0, 0.0)) -> Span:
    return Span(first, samples, RATE_HZ, Course(ear_at, ear_m_s), SPEED)


def test_sound_halves_with_every_doubling_of_distance():
    levels = []
    for far_m in 2.0 ** np.arange(10):
        arrives = int(far_m / SPEED * RATE_HZ)
        answer = impulse(Desk(), toward(0, far_m), arrives + 2000)[:, 0]
        levels.append(db(answer.sum()))  # at 0 Hz the air takes nothing
    assert np.diff(levels) == pytest.approx(-6.0206, abs=0.01)


def test_nearer_than_its_size_a_source_gets_no_louder():
    small, big = (np.abs(impulse(Desk(), toward(0, 2.0), 3000, {"size_m": size}).sum(axis=0)) for size in (0.5, 4.0))
    assert small / big == pytest.approx(2.0, rel=1e-4)


@pytest.mark.parametrize(
    ("far_m", "celsius", "arrives"),
    [(10, 20, 1398.6), (100, 20, 13_986.0), (1000, 20, 139_860.1), (1000, 0, 3.0185 * 48_000), (1000, 30, 2.8653 * 48_000)],
)
def test_a_click_arrives_when_sound_has_travelled(far_m, celsius, arrives):
    answer = impulse(Desk(), toward(0, far_m), int(arrives) + 1500, temperature_c=celsius).sum(axis=1)
    centre = (answer * np.arange(len(answer))).sum() / answer.sum()
    assert centre == pytest.approx(arrives, abs=3.0 if celsius != 20 else 1.0)
    assert abs(Desk().heard(0, toward(0, far_m), (0, 0, 0), celsius) - centre) <= 1.0
    if far_m <= 100:
        assert abs(int(np.abs(answer).argmax()) - arrives) <= 1.0


def pitch(answer: np.ndarray, near_hz: float) -> float:
    """The frequency of a tone by the slope of its phase."""
    time = np.arange(len(answer)) / RATE_HZ
    mixed = answer * np.exp(-2j * np.pi * near_hz * time)
    smooth = np.convolve(mixed, np.hanning(2400), "valid")
    slope = np.polyfit(np.arange(len(smooth)) / RATE_HZ, np.unwrap(np.angle(smooth)), 1)[0]
    return near_hz + slope / (2 * np.pi)


@pytest.mark.parametrize("speed", [20.0, 50.0, -20.0, -50.0])
def test_a_moving_source_has_the_doppler_of_a_moving_source(speed):
    tone = np.sin(2 * np.pi * 1000 * np.arange(72_000) / RATE_HZ).astype(np.float32)
    begin_m = 120.0 if speed > 0 else 20.0
    answer = roll(Desk(), tone, lambda t: toward(0, begin_m - speed * t))
    wanted = 1000.0 * SPEED / (SPEED - speed)
    assert pitch(answer[48_000:, 0].astype(float), wanted) == pytest.approx(wanted, rel=0.001)
    assert abs(1000.0 * (1 + speed / SPEED) / wanted - 1.0) > 0.003  # what reading at the present distance would give


@pytest.mark.parametrize("speed", [20.0, -50.0])
def test_a_moving_listener_has_the_doppler_of_a_moving_listener(speed):
    tone = np.sin(2 * np.pi * 1000 * np.arange(72_000) / RATE_HZ).astype(np.float32)
    answer = roll(Desk(), tone, lambda _: toward(0, 100.0), listener=lambda t: ear((0.0, 0.0, speed * t)))
    wanted = 1000.0 * (SPEED + speed) / SPEED
    assert pitch(answer[48_000:, 0].astype(float), wanted) == pytest.approx(wanted, rel=0.001)


def test_times_of_sending_solve_the_equation_of_travel_on_a_crooked_way():
    rng = np.random.default_rng(5)
    places = np.cumsum(rng.uniform(-3, 3, (30, 3)), axis=0) + np.array([40.0, 5.0, 60.0])
    path, knots = Path(0, tuple(places[0])), [0]
    for at in places[1:]:
        knots.append(knots[-1] + 2000)
        path.move(knots[-1], tuple(at))
    heard = span(knots[-1] - 2000, 2000, (1.0, 1.0, 1.0), (3.0, -1.0, 8.0))
    sent = path.sent(heard)
    far_m, *place = sent.at(np.arange(heard.samples)).T
    sent_s = (heard.first + np.arange(heard.samples)) / RATE_HZ - far_m / SPEED
    source = np.array([np.interp(sent_s, np.array(knots) / RATE_HZ, places[:, axis]) for axis in range(3)]).T
    listener = np.array([1.0, 1.0, 1.0]) + np.outer(np.arange(heard.samples) / RATE_HZ, (3.0, -1.0, 8.0))
    assert np.abs(np.linalg.norm(source - listener, axis=1) - far_m).max() < 3e-7
    assert len(path.knots) < 10  # what has been passed is forgotten
    assert np.abs(np.array(place).T - source).max() < 1e-6


def test_reading_between_samples_is_true_to_15_khz():
    time = np.arange(6000)
    places = 100.0 + 1.0137 * np.arange(4000)
    for hertz, error_db in ((100, -75), (1000, -75), (8000, -70), (15_000, -58)):
        line = Line()
        tone = np.sin(2 * np.pi * hertz / RATE_HZ * time).astype(np.float32)
        for begin in range(0, 6000, 1500):
            line.write(begin, tone[begin : begin + 1500])
        read = line.read(places)
        assert read is not None
        assert db(np.abs(read - np.sin(2 * np.pi * hertz / RATE_HZ * places)).max()) < error_db


def test_a_line_keeps_no_silence_and_forgets_what_was_read():
    line = Line()
    line.write(0, np.ones(100, np.float32))
    line.write(100, np.zeros(100, np.float32))
    line.write(200, np.ones(100, np.float32))
    assert [first for first, _ in line.blocks] == [0, 200]
    assert line.read(np.arange(120.0, 180.0)) is None
    line.forget(100.0 + AHEAD)
    assert [first for first, _ in line.blocks] == [200]


def test_a_path_that_was_saved_goes_on_to_the_same_knots():
    unbroken = Path(0, (1.0, 2.0, 3.0))
    for until in (2000, 4000):
        unbroken.move(until, (1.0, 2.0, 3.0))
    restored = Path(9, (0.0, 0.0, 0.0))
    restored.load(json.loads(json.dumps(unbroken.save())))
    for path in (unbroken, restored):
        path.move(6000, (1.0, 2.0, 3.0))
        path.move(8000, (1.0, 2.0, 9.0))
    assert restored.save() == unbroken.save()
