"""The head against the theory of the rigid sphere: differences in time and level between the ears."""

import numpy as np
import pytest
from listening import RATE_HZ, db, ear, impulse, roll, toward

from oyster_cli.sound.desk import Desk
from oyster_cli.sound.head import FAR_M, RADIUS_M, SPEED_M_S, head, sphere

SAMPLES = 4096
FREQ_HZ = np.fft.rfftfreq(SAMPLES, 1 / RATE_HZ)


def ears(azimuth_deg: float, pinna: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Spectra of left and right ear for a source 5 m away."""
    left, right = np.fft.rfft(impulse(Desk(pinna=pinna), toward(azimuth_deg, 5.0), SAMPLES), axis=0).T
    return left, right


def onset_us(answer: np.ndarray) -> float:
    """When an answer first reaches a tenth of its peak, finely interpolated."""
    fine = np.fft.irfft(np.fft.rfft(answer), 16 * len(answer))
    return float(np.argmax(np.abs(fine) > 0.1 * np.abs(fine).max())) / (16 * RATE_HZ) * 1e6


@pytest.mark.parametrize(("azimuth_deg", "exact_us"), [(15, 135), (30, 267), (45, 392), (60, 514), (75, 608), (90, 668)])
def test_onsets_are_apart_as_around_a_sphere(azimuth_deg, exact_us):
    left, right = np.fft.irfft(sphere(512, RATE_HZ)[[90 + azimuth_deg, 90 - azimuth_deg]], 512)
    turn = np.radians(azimuth_deg)
    woodworth_us = RADIUS_M / SPEED_M_S * (turn + np.sin(turn)) * 1e6
    apart_us = onset_us(left) - onset_us(right)
    assert apart_us == pytest.approx(woodworth_us, rel=0.06, abs=10.0) or apart_us == pytest.approx(exact_us, abs=20.0)


@pytest.mark.parametrize("azimuth_deg", [15, 30, 45, 60, 75, 90])
def test_low_notes_are_apart_by_kuhns_limit(azimuth_deg):
    left, right = ears(azimuth_deg)
    bin_ = np.searchsorted(FREQ_HZ, 150.0)
    apart_s = np.angle(right[bin_] / left[bin_]) / (2 * np.pi * FREQ_HZ[bin_])
    assert apart_s == pytest.approx(3.0 * RADIUS_M / SPEED_M_S * np.sin(np.radians(azimuth_deg)), rel=0.03)


@pytest.mark.parametrize("azimuth_deg", [0, 180])
def test_ahead_and_behind_both_ears_hear_the_same(azimuth_deg):
    left, right = ears(azimuth_deg)
    assert np.abs(left - right).max() < 1e-5


@pytest.mark.parametrize(
    ("azimuth_deg", "levels_db"),
    [
        (30, (1.52, 4.86, 4.40, 5.94, 7.90)),
        (45, (1.80, 5.34, 7.48, 9.86, 11.03)),
        (60, (1.85, 4.28, 9.99, 9.65, 12.86)),
        (75, (1.82, 3.23, 5.67, 12.82, 13.10)),
        (90, (1.80, 2.85, 3.90, 4.69, 6.08)),
    ],
)
def test_levels_differ_as_around_a_sphere(azimuth_deg, levels_db):
    left, right = ears(azimuth_deg)
    bins = np.searchsorted(FREQ_HZ, [500, 1000, 2000, 4000, 8000])
    assert db(right[bins] / left[bins]) == pytest.approx(levels_db, abs=1.5)


def test_one_ear_alone_is_the_exact_sphere():
    bin_ = np.searchsorted(np.fft.rfftfreq(512, 1 / RATE_HZ), 8000.0)
    assert db(sphere(512, RATE_HZ)[[0, 150, 180], bin_]) == pytest.approx([5.92, -7.07, -0.16], abs=0.1)


def test_turning_the_head_is_moving_the_source():
    dry = np.random.default_rng(3).standard_normal(8000).astype(np.float32)
    turned = roll(Desk(), dry, lambda _: toward(0, 5.0), listener=lambda _: ear(yaw_deg=-60.0))
    moved = roll(Desk(), dry, lambda _: toward(60, 5.0))
    assert np.abs(turned - moved).max() < 1e-5
    other = roll(Desk(), dry, lambda _: toward(0, 5.0), listener=lambda _: ear(yaw_deg=60.0))
    assert np.abs(turned - other[:, ::-1]).max() < 1e-5
    assert np.abs(turned - other).max() > 0.1


def test_cues_tell_above_below_and_behind_apart_and_leave_ahead_alone():
    ahead, behind, above, below = np.array([[0, 0, 1], [0, 0, -1], [0, 1, 0], [0, -1, 0]], dtype=float)
    with_cues, bare = (head(np.array([ahead, behind, above, below]), 512, RATE_HZ, pinna)[:, 0] for pinna in (True, False))
    gain_db = db(with_cues / bare)[:, [7, 21, 107]]  # 656 Hz, 2 kHz, 10 kHz
    assert gain_db[0] == pytest.approx([0, 0, 0], abs=0.2)
    assert gain_db[1, 2] < -5.0
    assert gain_db[2, 0] == pytest.approx(-5.4, abs=0.6)
    assert gain_db[3, 1] < -4.0


def test_near_sources_end_in_the_far_table_without_a_step():
    """Just inside and just outside of where they count as far, and far below it they differ between the ears at low notes."""
    side = np.array([[1.0, 0.0, 0.0]])
    near, far, close = (head(side, 512, RATE_HZ, False, far_m=np.array([m])) for m in (0.999 * FAR_M, 1.01 * FAR_M, 0.25))
    assert np.abs(near - far).max() < 0.01 * np.abs(far).max()
    level_db = 20 * np.log10(np.abs(close[0, 1, 1] / close[0, 0, 1]))
    assert level_db == pytest.approx(9.43, abs=0.3)  # 94 Hz
    beds = head(side, 512, RATE_HZ, False, far_m=np.zeros(1))
    assert np.array_equal(beds, head(side, 512, RATE_HZ, False))
