"""The late field: how long, how loud, and that settings change without a click."""

import numpy as np
import pytest
from listening import AIR, RATE_HZ, db, ear, toward
from scipy.signal import butter, sosfilt

from oyster_cli.sound.absorption import absorption_db_m
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.late import AIR_HZ, DELAYS, Late
from oyster_cli.sound.voice import BUSES, Voice

AIR_DB_S = float(absorption_db_m(np.array(AIR_HZ), 20.0, 50.0)) * 343.2


def answer(rt60_s: float, seconds: float, **change: float) -> np.ndarray:
    """The left ear's answer to an impulse."""
    late, send = Late(RATE_HZ), np.zeros((1, int(seconds * RATE_HZ)), np.float32)
    send[0, 0] = 1.0
    setting = {"level_db": 0.0, "pre_delay_s": 0.0, "air_db_s": AIR_DB_S, **change}
    return late.reverb(0, send, rt60_s, **setting)[0, 0].astype(float)


def t30_s(decay: np.ndarray, hertz: float) -> float:
    """Reverberation time of an octave, by Schroeder's backward integral from -5 to -35 dB."""
    band = sosfilt(butter(3, [hertz / 2**0.5, hertz * 2**0.5], "bandpass", fs=RATE_HZ, output="sos"), decay)
    left_db = 10 * np.log10(np.cumsum(band[::-1] ** 2)[::-1] / np.sum(band**2) + 1e-30)
    part = np.flatnonzero((left_db < -5) & (left_db > -35))
    return -60.0 / (np.polyfit(part, left_db[part], 1)[0] * RATE_HZ)


@pytest.mark.parametrize("rt60_s", [0.6, 1.5, 3.5])
@pytest.mark.parametrize("hertz", [125, 500, 1000, 2000, 4000])
def test_decay_is_that_of_the_place_and_of_its_air(rt60_s, hertz):
    air_db_s = float(absorption_db_m(np.array(float(hertz)), 20.0, 50.0)) * 343.2
    wanted = 60.0 / (60.0 / rt60_s + air_db_s)
    assert t30_s(answer(rt60_s, 1.2 * rt60_s + 0.2), hertz) == pytest.approx(wanted, rel=0.10)


def test_all_delays_are_prime():
    assert all(delay % divisor for delay in DELAYS for divisor in range(2, 61))
    assert len(set(DELAYS)) == len(DELAYS)


def noise(seconds: float) -> np.ndarray:
    low = butter(4, 1500, fs=RATE_HZ, output="sos")
    return sosfilt(low, np.random.default_rng(2).standard_normal(int(seconds * RATE_HZ))).astype(np.float32)


@pytest.mark.parametrize("rt60_s", [0.5, 2.0])
def test_steady_level_is_as_asked_and_the_ears_hear_it_differently(rt60_s):
    send = noise(5.0)[None]
    both = Late(RATE_HZ).reverb(0, send, rt60_s, -6.0, 0.0, 0.0)[0, :, 2 * RATE_HZ :]
    level = db(np.sqrt(np.mean(both**2, axis=1)) / np.sqrt(np.mean(send**2)))
    assert level == pytest.approx([-6.0, -6.0], abs=1.0)
    assert abs(np.corrcoef(both)[0, 1]) < 0.3


def through_desk(far_m: float, dry: np.ndarray, late_db: float) -> np.ndarray:
    desk, heard = Desk(), []
    for begin in range(0, len(dry), 2000):
        voice = Voice("one", "people", toward(0, far_m), dry[begin : begin + 2000])
        heard.append(desk.mix(begin, 2000, [voice], ear(), ear(), **{**AIR, "late_db": late_db})["people"])
    return np.concatenate(heard)


def test_late_level_is_that_of_ten_metres_and_falls_beyond_with_the_direct_sound():
    dry = noise(2.0)
    for far_m, reference in ((2.0, 0.1), (10.0, 0.1), (40.0, 0.025)):
        late = (through_desk(far_m, dry, -6.0) - through_desk(far_m, dry, -200.0))[RATE_HZ:]
        level = np.sqrt(np.mean(late**2)) / (reference * np.sqrt(np.mean(dry**2)))
        assert db(level) == pytest.approx(-6.0, abs=1.0)


def test_it_begins_after_the_pre_delay():
    heard = answer(1.0, 0.3, pre_delay_s=0.1)
    assert int(np.flatnonzero(heard)[0]) == pytest.approx(0.1 * RATE_HZ + DELAYS[0], abs=2)


def test_settings_change_without_a_click():
    late, heard = Late(RATE_HZ), []
    for frame in range(60):
        tone = np.sin(2 * np.pi * 240 * np.arange(2000) / RATE_HZ).astype(np.float32)[None]
        changed = frame >= 30
        setting = (2.5, -3.0, 0.03) if changed else (1.0, -9.0, 0.0)
        heard.append(late.reverb(2000 * frame, tone, *setting, AIR_DB_S)[0, 0])
    sound = np.concatenate(heard)[30_000:].astype(float)
    bend = np.abs(sound[2:] - 2 * np.cos(2 * np.pi * 240 / RATE_HZ) * sound[1:-1] + sound[:-2])
    assert np.abs(sound[-9000:]).max() > 1.3 * np.abs(sound[:9000]).max()
    assert bend.max() < 2e-3 * np.abs(sound).max()


def test_it_does_not_depend_on_cuts_and_ends_in_silence():
    send = np.zeros((len(BUSES), 48_000), np.float32)
    send[3, 7] = 1.0
    whole = Late(RATE_HZ).reverb(0, send, 0.3, 0.0, 0.02, AIR_DB_S)
    late, pieces = Late(RATE_HZ), []
    for begin in range(0, 48_000, 1601):
        pieces.append(late.reverb(begin, send[:, begin : begin + 1601], 0.3, 0.0, 0.02, AIR_DB_S))
    assert np.abs(whole - np.concatenate(pieces, axis=2)).max() < 1e-6
    assert whole[3].any()
    assert not whole[[0, 1, 2, 4, 5, 6, 7]].any()
    for begin in range(48_000, 240_000, 2000):
        late.reverb(begin, np.zeros((len(BUSES), 2000), np.float32), 0.3, 0.0, 0.02, AIR_DB_S)
    assert late.fed == []
