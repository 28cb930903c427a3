"""Air and edges against the tables of the standards, as formulas and as heard through the desk."""

import numpy as np
import pytest
from listening import AIR, db, ear, impulse, toward

from oyster_cli.sound.absorption import absorption_db_m, per_metre
from oyster_cli.sound.barrier import barrier_db, barrier_log
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.speed import speed_m_s
from oyster_cli.sound.voice import Voice

MID_BANDS_HZ = 1000.0 * 10.0 ** (0.3 * np.arange(-4, 5))
# ISO 9613-1: temperature, humidity, then dB/km at the exact mid-bands from 63 Hz to 16 kHz
TABLE = [
    (20, 50, 0.123, 0.445, 1.318, 2.733, 4.665, 9.855, 29.42, 103.91, 358.8),
    (10, 70, 0.122, 0.411, 1.043, 1.928, 3.658, 9.664, 32.77, 116.88, 364.9),
    (20, 70, 0.090, 0.339, 1.132, 2.798, 4.978, 9.016, 22.91, 76.62, 276.2),
    (15, 20, 0.272, 0.647, 1.221, 2.704, 8.166, 28.19, 88.79, 201.8, 317.4),
    (15, 50, 0.142, 0.479, 1.217, 2.236, 4.164, 10.79, 36.22, 128.6, 398.8),
    (30, 70, 0.065, 0.256, 0.963, 3.135, 7.407, 12.75, 23.06, 59.26, 199.7),
    (0, 50, 0.181, 0.411, 0.821, 2.081, 6.827, 23.79, 71.01, 146.9, 222.3),
    (-10, 70, 0.152, 0.332, 0.826, 2.647, 9.189, 27.80, 58.48, 86.18, 122.4),
]


@pytest.mark.parametrize("row", TABLE)
def test_absorption_is_iso_9613_1(row):
    per_km = 1000.0 * absorption_db_m(MID_BANDS_HZ, *row[:2])
    assert per_km == pytest.approx(row[2:], rel=0.005, abs=0.0006)


@pytest.mark.parametrize(
    ("celsius", "speed"), [(-20, 318.93), (0, 331.29), (10, 337.30), (20, 343.20), (30, 349.00), (40, 354.71)]
)
def test_speed_of_sound(celsius, speed):
    assert speed_m_s(celsius) == pytest.approx(speed, abs=0.006)


def test_a_kilometre_of_air_has_the_gain_of_the_standard_and_is_causal():
    log, lag = per_metre(257, 48_000, 20.0, 50.0)
    freq_hz = np.linspace(0, 24_000, 257)
    assert -8.686 * log.real * 1000 == pytest.approx(1000 * absorption_db_m(freq_hz, 20.0, 50.0), abs=0.01)
    answer = np.fft.irfft(np.exp(1000.0 * log.astype(complex)), 512)
    assert np.abs(answer[400:]).max() < 1e-4 * np.abs(answer).max()
    centre = (answer * np.arange(512)).sum() / answer.sum()
    assert centre == pytest.approx(1000.0 * lag, abs=0.2)


def test_half_a_kilometre_as_heard_dulls_by_the_standard():
    far, near = impulse(Desk(), toward(0, 500.0), 74_000)[-5000:, 0], impulse(Desk(), toward(0, 1.0), 5000)[:, 0]
    freq_hz = np.fft.rfftfreq(5000, 1 / 48_000)
    lost = db(np.fft.rfft(near) / np.fft.rfft(far)) - db(500.0)
    for hertz in (63, 250, 1000, 2000, 4000, 6000):
        assert np.interp(hertz, freq_hz, lost) == pytest.approx(499 * absorption_db_m(np.array(hertz), 20.0, 50.0), abs=1.0)


def test_barrier_is_maekawa():
    detour_m = 2.0 * np.hypot(10.0, 2.5) - 20.0
    octaves = 1000.0 * 2.0 ** np.arange(-4, 4)
    assert detour_m == pytest.approx(0.6155, abs=1e-4)
    assert barrier_db(octaves, detour_m) == pytest.approx([8.8, 10.8, 13.2, 15.9, 18.7, 21.7, 24, 24], abs=0.06)
    assert barrier_db(0.0, 0.1) == pytest.approx(4.77, abs=0.01)  # at the very edge
    assert barrier_db(octaves, 0.0) == pytest.approx(0.0)


def test_barrier_filter_has_the_barriers_gain_between_the_rows_of_its_table():
    detours_m = np.array([0.004, 0.02, 0.3, 0.6155, 5.0, 40.0])
    freq_hz = np.linspace(0, 24_000, 257)
    got = -8.686 * barrier_log(detours_m, 257, 48_000).real
    assert got == pytest.approx(barrier_db(freq_hz, detours_m[:, None]), abs=0.15)


def behind_a_wall_m(walked_m: np.ndarray) -> np.ndarray:
    """Detour of one who has walked so far past the edge of a wall 5 m from him and from the listener."""
    return np.hypot(5.0, np.maximum(walked_m, 0.0)) + 5.0 - np.hypot(10.0, np.maximum(walked_m, 0.0))


def test_going_behind_a_wall_is_smooth_and_monotone():
    walk_m = 1.4 * np.arange(0.0, 4.0, 1024 / 48_000)
    loss = -8.686 * barrier_log(behind_a_wall_m(walk_m), 257, 48_000).real[:, [3, 11, 43, 171]]
    steps = np.diff(loss, axis=0)
    assert steps.min() > -1e-4
    assert steps.max() < 2.0
    assert loss[-1].min() > 8.0


def test_going_behind_a_wall_does_not_click():
    tone = np.sin(2 * np.pi * 500 * np.arange(96_000) / 48_000).astype(np.float32)
    desk, heard = Desk(), []
    for frame in range(48):
        voice = {"detour_m": float(behind_a_wall_m(np.array(1.4 * (frame - 12) / 24)))}
        cut = slice(2000 * frame, 2000 * frame + 2000)
        one = Voice("one", "foley", toward(20, 5.0), tone[cut], **voice)
        heard.append(desk.mix(2000 * frame, 2000, [one], ear(), ear(), **AIR)["foley"])
    answer = np.concatenate(heard)[6000:, 0].astype(float)
    bend = np.abs(answer[2:] - 2 * np.cos(2 * np.pi * 500 / 48_000) * answer[1:-1] + answer[:-2])  # 0 for a steady tone
    assert bend.max() < 2e-4 * np.abs(answer).max()
    assert np.abs(answer[-4000:]).max() < 0.3 * np.abs(answer[:4000]).max()


def test_an_edge_as_heard_takes_what_maekawa_says():
    clear, hidden = (impulse(Desk(), toward(30, 20.0), 6000, {"detour_m": d})[:, 1] for d in (0.0, 0.6155))
    freq_hz = np.fft.rfftfreq(6000, 1 / 48_000)
    lost = db(np.fft.rfft(clear) / np.fft.rfft(hidden))
    for hertz in (125, 500, 2000, 8000):
        assert np.interp(hertz, freq_hz, lost) == pytest.approx(barrier_db(hertz, 0.6155), abs=0.7)
