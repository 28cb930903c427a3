"""Seams are measured against what the film does anyway."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fake_runner import FakeRunner, cue, make_shot

from oyster_cli.take.roll import roll
from oyster_cli.take.seams import oklab, picture_jumps, seams, sound_jump


def test_a_cut_is_the_largest_jump_of_the_picture():
    rng = np.random.default_rng(1)
    frames = [np.clip(rng.normal(100 if n < 7 else 130, 4, (90, 160, 3)), 0, 255).astype(np.uint8) for n in range(12)]
    jumps = list(picture_jumps(frames))
    assert len(jumps) == 11
    assert [n + 1 for n in range(11) if jumps[n][0] > 20] == [7]
    assert jumps[6][0] == pytest.approx(30, abs=1.0)


def test_oklab_of_colours_with_known_values():
    """Values of the CSS Color 4 specification."""
    for levels, lab in (((255, 255, 255), (1, 0, 0)), ((255, 0, 0), (0.62796, 0.22486, 0.12585)), ((0, 0, 0), (0, 0, 0))):
        assert np.allclose(oklab(np.full((4, 4, 3), levels, np.float32)), lab, atol=2e-3)


def test_a_step_of_six_decibels_is_heard_as_one_and_steady_noise_as_none():
    noise = np.random.default_rng(2).normal(0, 0.05, (2 * 3840, 2))
    before, after = noise[:3840], noise[3840:]
    assert sound_jump(before, after)[0] < 0.3
    loud, flux = sound_jump(before, after * 2)
    assert loud == pytest.approx(6.02, abs=0.3)
    assert flux == pytest.approx(6.02, abs=1.5)
    assert sound_jump(before, after)[1] < 2.5


def test_another_tone_at_the_same_loudness_is_flux_alone():
    t = np.arange(3840)[:, None] / 48000
    low, high = (np.repeat(0.1 * np.sin(2 * np.pi * hz * t), 2, 1) for hz in (250, 2000))
    loud, flux = sound_jump(low, high)
    assert loud < 0.1
    assert flux > 3 * sound_jump(low, low)[1] + 3


def test_silence_is_no_jump():
    assert sound_jump(np.zeros((3840, 2)), np.zeros((3840, 2))) == (0.0, 0.0)


def test_the_seam_of_a_cue_stands_out_of_its_take(tmp_path: Path):
    """Lightning whitens the fake model's frame: no other boundary of the take jumps as far, but the way back."""
    take = roll(make_shot(40, cues=(cue("20f", "lightning"),)), FakeRunner(), tmp_path)
    (seam,) = seams(take)
    assert (seam.frame, seam.why) == (20, "lightning")
    assert seam.larger["picture"] >= 0.95
    assert seam.jump.picture > 30
    assert seams(roll(make_shot(12), FakeRunner(), tmp_path / "plain")) == []
