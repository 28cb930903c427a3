"""The master: loudness against another meter, peaks under the ceiling, nothing moved in time."""

import math
import tracemalloc

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from oyster_cli.sound.loudness import Loudness, TruePeak
from oyster_cli.sound.master import Master, master

RATE_HZ = 48_000


def noise(seconds: float, level: float = 0.05, seed: int = 1) -> np.ndarray:
    """Pink-ish stereo noise that swells and fades."""
    white = np.random.default_rng(seed).standard_normal((int(seconds * RATE_HZ), 2))
    swell = 10 ** (np.sin(np.arange(len(white)) / RATE_HZ)[:, None])
    return (level * swell * (white + 3 * np.convolve(white[:, 0], np.ones(20) / 20, "same")[:, None])).astype(np.float32)


def chunks(sound: np.ndarray, size: int) -> list[np.ndarray]:
    return [sound[begin : begin + size] for begin in range(0, len(sound), size)]


def lkfs(sound: np.ndarray, size: int = 2002) -> float:
    meter = Loudness(RATE_HZ)
    for chunk in chunks(sound, size):
        meter.add(chunk)
    return meter.lkfs()


def dbtp(sound: np.ndarray, size: int = 2002) -> float:
    meter = TruePeak()
    for chunk in chunks(sound, size):
        meter.add(chunk)
    return meter.dbtp()


@pytest.mark.parametrize(("channels", "wanted"), [(1, -3.01), (2, 0.0)])
def test_a_full_scale_tone_is_as_loud_as_the_standard_says(channels, wanted):
    tone = np.sin(2 * np.pi * 997 * np.arange(5 * RATE_HZ) / RATE_HZ)[:, None] * ([1, 0] if channels == 1 else [1, 1])
    assert lkfs(tone) == pytest.approx(wanted, abs=0.05)


@pytest.mark.parametrize("sound", [noise(8), noise(8, 0.001), np.concatenate([noise(4), 1e-6 * noise(6)]), noise(1.23)])
def test_loudness_is_that_of_another_meter_however_it_is_cut(sound):
    wanted = pyloudnorm.Meter(RATE_HZ).integrated_loudness(sound.astype(float))
    for size in (480, 2002, len(sound)):
        assert lkfs(sound, size) == pytest.approx(wanted, abs=0.1)


def test_ebu_3341_case_3():
    """10 s at -36, 60 s at -23, 10 s at -36 dBFS: gated to -23 (shortened here, in proportion)."""
    time = np.arange(20 * RATE_HZ) / RATE_HZ
    level = np.where((time < 2.5) | (time > 17.5), 10 ** (-36 / 20), 10 ** (-23 / 20))
    assert lkfs(np.repeat((level * np.sin(2 * np.pi * 1000 * time))[:, None], 2, axis=1)) == pytest.approx(-23.0, abs=0.1)


def test_true_peak_sees_between_the_samples():
    tone = 0.5 * np.sin(np.pi / 2 * np.arange(4800) + np.pi / 4)[:, None].repeat(2, axis=1)
    fade = np.minimum(1.0, np.arange(4800) / 500)[:, None] * np.minimum(1.0, np.arange(4800)[::-1] / 500)[:, None]
    for size in (100, 4800):
        assert dbtp(tone * fade, size) == pytest.approx(-6.02, abs=0.1)
    assert 20 * math.log10(np.abs(tone).max()) < -9.0


@pytest.mark.parametrize("level", [1e-4, 0.05, 20.0])
def test_it_is_as_loud_as_wanted(level):
    sound, gain_db, loudness, peak = master(noise(6, level))
    assert sound.dtype == np.float32
    assert pyloudnorm.Meter(RATE_HZ).integrated_loudness(sound.astype(float)) == pytest.approx(-24.0, abs=0.3)
    assert loudness == pytest.approx(-24.0, abs=0.2)
    assert peak < -2.0
    assert gain_db == pytest.approx(master(noise(6, 1.0))[1] - 20 * math.log10(level), abs=0.1)


def hot() -> np.ndarray:
    """Quiet noise and sharp cracks 60 dB above it, at half-sample phases."""
    sound = noise(5, 0.0005)
    for begin in range(20_000, 220_000, 31_007):
        crack = 2.0 * np.sin(np.pi / 2 * np.arange(24) + 0.7) * np.hanning(24)
        sound[begin : begin + 24] += crack[:, None].astype(np.float32)
    return sound


def test_a_hot_signal_stays_under_the_ceiling():
    sound, gain_db, loudness, peak = master(hot())
    fine = resample_poly(sound.astype(float), 8, 1, axis=0)  # finer than the meter under test
    assert 20 * math.log10(np.abs(fine).max()) < -2.0
    assert peak < -2.0
    assert gain_db + 6.0 > 10.0  # it would have been far over
    assert loudness == pytest.approx(-24.0, abs=0.4)


def test_length_and_timing_are_exact_and_chunks_do_not_matter():
    dry = noise(3)
    whole, gain_db, *_ = master(dry)
    for size in (480, 1601, 100_000):
        again = Master()
        assert again.measure(lambda size=size: chunks(dry, size)) == pytest.approx(gain_db, abs=1e-6)
        mastered = np.concatenate(list(again.process(chunks(dry, size))))
        assert mastered.shape == dry.shape
        assert np.abs(mastered - whole).max() < 1e-5
    assert np.corrcoef(whole[:, 0], dry[:, 0])[0, 1] > 0.99
    assert np.abs(np.corrcoef(whole[1:, 0], dry[:-1, 0])[0, 1]) < 0.9  # a sample later it does not match


def test_a_given_gain_is_kept():
    dry = noise(2, 0.002)
    sound, gain_db, *_ = master(dry, gain_db=6.0)
    assert gain_db == 6.0
    assert np.abs(sound - dry * np.float32(10**0.3)).max() < 1e-6


@pytest.mark.parametrize("samples", [1, 100, 2000, 19_199, 19_200])
def test_the_shortest_shots_have_a_sane_gain(samples):
    sound, gain_db, _, peak = master(noise(1, 0.02)[:samples])
    assert sound.shape == (samples, 2)
    assert np.isfinite(sound).all()
    assert -90.0 <= gain_db <= 60.0
    assert peak < -2.0


def test_silence_stays_silence():
    for quiet in (np.zeros((48_000, 2), np.float32), np.full((48_000, 2), 1e-30, np.float32), np.zeros((0, 2), np.float32)):
        sound, gain_db, loudness, peak = master(quiet)
        assert sound.shape == quiet.shape
        assert math.isfinite(gain_db)
        assert np.abs(sound).max(initial=0.0) < 1e-6
        assert loudness == -math.inf
        assert peak < -100.0


def test_memory_does_not_grow_with_length():
    piece = noise(1)

    def held(seconds: int) -> int:
        tracemalloc.start()
        one = Master(gain_db=0.0)
        for _ in one.process(piece[:2000] for _ in range(24 * seconds)):
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    held(1)
    assert held(40) < 1.3 * held(4) + 100_000
