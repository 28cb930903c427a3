"""How loud a take is: brought to the target that was asked for, or left as it is; measured by the tables of BS.1770."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from cli import Cli
from fake_runner import CLICK_PA, FakeRunner, FakeSession, cue, make_shot
from scipy.signal import lfilter, resample_poly

from oyster_cli.fault import Exit
from oyster_cli.runner.protocol import BUSES
from oyster_cli.sound.master import master
from oyster_cli.take.roll import direct, roll
from oyster_cli.take.take import Take, open_take

SHELF = [1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585]
LOW_CUT = [1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621]  # BS.1770-5 annex 1, tables 1 and 2, 48 kHz


def lkfs(sound: np.ndarray) -> float:
    """Integrated loudness of (samples, 2) at 48 kHz: weighted, in blocks of 400 ms every 100 ms, gated twice."""
    weighted = lfilter(*LOW_CUT, lfilter(*SHELF, sound.astype(float), axis=0), axis=0)
    power = np.array([np.square(weighted[at : at + 19_200]).mean(0).sum() for at in range(0, len(sound) - 19_199, 4_800)])
    loud = power[-0.691 + 10 * np.log10(power + 1e-30) > -70]
    return float(-0.691 + 10 * np.log10(loud[loud > loud.mean() / 10].mean()))


def heard(take: Take) -> np.ndarray:
    return np.concatenate(list(take.sound()))


def stems_sum(take: Take) -> np.ndarray:
    return np.sum([take.stem(bus).read().astype(float) for bus in BUSES], axis=0)


@pytest.mark.parametrize("target", [-24, -23, -14])
def test_a_take_is_as_loud_as_was_asked_for_and_under_the_ceiling(target, tmp_path: Path):
    take = roll(make_shot(60, loudness=target), FakeRunner(), tmp_path)
    sound = heard(take)
    assert lkfs(sound) == pytest.approx(target, abs=0.1)
    assert take.slate.loudness_lkfs == pytest.approx(lkfs(sound), abs=0.1)
    assert 20 * np.log10(np.abs(resample_poly(sound.astype(float), 8, 1, axis=0)).max()) < -2.0


@pytest.mark.parametrize(("pascal", "gain_db"), [(2e-4, 36), (2e-3, 24), (2e-2, 12), (0.2, 0), (2.0, -12)])
def test_off_exposes_the_sound_so_that_ten_decibels_come_out_as_four(pascal, gain_db):
    noise = np.random.default_rng(1).standard_normal((96_000, 2)).astype(np.float32)
    levels = []
    for factor in (1.0, 10**0.5):
        talk = noise * np.float32(pascal * factor / 0.2 * 10 ** ((-27 - lkfs(noise)) / 20))
        sound, found_db, *_ = master(talk, target_lkfs=None)
        assert found_db == pytest.approx(gain_db - (6 if factor > 1 else 0), abs=0.51)
        levels.append(lkfs(sound))
    assert levels[1] - levels[0] == pytest.approx(4.0, abs=0.1)


def test_off_is_one_gain_over_pascal_that_the_slate_tells(tmp_path: Path):
    take = roll(make_shot(60, loudness="off"), FakeRunner(), tmp_path)
    assert take.slate.gain_db == round(take.slate.gain_db) != 0
    assert np.abs(heard(take) - stems_sum(take) * 10 ** (take.slate.gain_db / 20)).max() < 1e-5


class LoudSession(FakeSession):
    """Clicks of 20 Pa."""

    def _stems(self, frame: int, samples: int) -> dict[str, np.ndarray]:
        stems = super()._stems(frame, samples)
        stems["foley"] *= np.float32(20 / CLICK_PA)
        return stems


def test_off_keeps_the_ceiling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(FakeRunner, "open", lambda _self, score, _guide=None: LoudSession(score))
    take = roll(make_shot(30, loudness="off"), FakeRunner(), tmp_path)
    assert np.abs(stems_sum(take)).max() > 15
    assert 20 * np.log10(np.abs(resample_poly(heard(take).astype(float), 8, 1, axis=0)).max()) < -2.0


@pytest.mark.parametrize("loudness", [-14, "off"])
def test_a_directed_take_keeps_its_parents_gain(loudness, tmp_path: Path):
    parent = roll(make_shot(48, loudness=loudness), FakeRunner(), tmp_path)
    child = direct(parent, [cue("1s")], FakeRunner())
    assert child.slate.gain_db == parent.slate.gain_db
    assert child.shot.loudness == loudness
    assert np.array_equal(child.wave.read(0, 48_000), parent.wave.read(0, 48_000))
    assert not np.array_equal(child.wave.read(48_000, 60_000), parent.wave.read(48_000, 60_000))


def test_loudness_is_an_option_and_stands_in_lists(cli: Cli):
    small = ("--size", "160x90", "--seconds", "24f")
    assert open_take(Path(cli("generate", "canyon", *small, "--loudness", "-23").out.strip())).shot.loudness == -23
    Path("shots.yaml").write_text(
        "oyster: 1\nsize: 160x90\ndefaults: {duration: 24f, loudness: -14}\n"
        "shots:\n  - {id: one, prompt: canyon}\n  - {id: two, prompt: canyon, loudness: off}\n"
    )
    takes = [open_take(Path(line)) for line in cli("generate", "shots.yaml").out.split()]
    assert [take.shot.loudness for take in takes] == [-14, "off"]
    assert takes[0].slate.loudness_lkfs == pytest.approx(-14, abs=0.2)
    shutil.rmtree("takes")
    takes = [open_take(Path(line)) for line in cli("generate", "shots.yaml", "--loudness", "-24").out.split()]
    assert [take.shot.loudness for take in takes] == [-24, -24]


def test_a_loudness_there_is_not_is_told_in_one_line(cli: Cli):
    said = cli("generate", "canyon", "--loudness", "-3")
    assert said.code == Exit.USAGE
    assert "loudness '-3' is not known" in said.err
    assert "one of: -24, -23, -14, off" in said.err
