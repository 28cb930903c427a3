"""Picture and sound whose distance is known are measured as far apart as they are, after coding and decoding."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from cli import Cli
from fake_runner import CLICK_EVERY, FakeRunner, FakeSession, make_shot

from oyster_cli.clock import RATE_HZ, Clock
from oyster_cli.commands.inspect import _lag
from oyster_cli.export.onsets import Envelope, onset_envelope, onsets_s
from oyster_cli.export.sync import THUNDER, Sync, best_lag, film_sync, match, take_sync
from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.protocol import Event
from oyster_cli.take.encode import MOVIE, SOUND, Film, write_sound
from oyster_cli.take.roll import roll

FLASHES = (9, 20, 38, 52, 61, 79)  # no distance twice, so that only one lag brings all together
FRAMES = 96


def write_film(
    path: Path, flashes: Sequence[int] = FLASHES, late_frames: float = 0.0, fps: Fraction = Fraction(24), bed: float = 0.002
) -> Path:
    """Grey with grain and flashes of one frame; a click for each, so many frames late, over noise."""
    rng, clock = np.random.default_rng(3), Clock(fps)
    sound = rng.normal(0, bed, (clock.sample(FRAMES), 2)).astype(np.float32)
    for flash in flashes:
        at = round((flash + late_frames) / float(fps) * RATE_HZ)
        sound[at : at + 48] += 0.5 * rng.choice([-1, 1], (48, 1))
    with Film(path, MOVIE, size=(160, 90), fps=fps) as film:
        for frame in range(FRAMES):
            film.frame(np.clip(rng.normal(220 if frame in flashes else 80, 3, (90, 160, 3)), 0, 255).astype(np.uint8))
            film.sound(sound[slice(*clock.span(frame))])
    return path


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30000, 1001)])
@pytest.mark.parametrize("late_frames", [0.0, 2.0, -1.0, 0.4])
def test_a_click_is_found_as_late_after_its_flash_as_it_is(tmp_path: Path, late_frames: float, fps: Fraction):
    found = film_sync(write_film(tmp_path / "a.mp4", late_frames=late_frames, fps=fps))
    assert found.lag_ms is not None
    assert found.r is not None
    assert found.lag_ms * float(fps) / 1000 == pytest.approx(late_frames, abs=0.25)
    assert found.r > 0.8
    assert found.sound_samples == found.picture_samples == FRAMES * RATE_HZ * fps.denominator // fps.numerator


def test_av_align_is_one_together_and_nothing_apart(tmp_path: Path):
    together = film_sync(write_film(tmp_path / "a.mp4"))
    assert (together.onsets, together.motion_peaks, together.matched) == (len(FLASHES),) * 3
    assert together.av_align == 1.0
    assert film_sync(write_film(tmp_path / "b.mp4", late_frames=5)).av_align == 0.0


def test_half_of_the_flashes_silent_is_half_an_alignment():
    assert match(np.array([9.5, 38.9, 61.0]), np.array(FLASHES)) == 3
    assert match(np.array([10.0, 10.4]), np.array([9, 60])) == 1  # a peak is taken once
    assert match(np.array([11.01]), np.array([10])) == 0


def test_noise_agrees_with_nothing(tmp_path: Path):
    found = film_sync(write_film(tmp_path / "a.mp4", flashes=(), bed=0.1))
    assert found.r is not None
    assert found.r < 0.4
    assert not found.matched


def test_a_film_that_stands_still_in_silence_has_no_lag(tmp_path: Path):
    with Film(tmp_path / "a.mp4", MOVIE, size=(64, 36)) as film:
        for _ in range(24):
            film.frame(np.full((36, 64, 3), 90, np.uint8))
            film.sound(np.zeros((2000, 2), np.float32))
    found = film_sync(tmp_path / "a.mp4")
    assert (found.lag_ms, found.r, found.av_align, found.onsets) == (None, None, None, 0)


def test_what_is_farther_apart_than_is_looked_for_has_no_lag():
    rises, sounds = np.zeros(FRAMES), np.zeros(4000)
    rises[10], sounds[3000] = 1.0, 20.0
    assert best_lag(rises, Fraction(24), Envelope(np.arange(4000) / 1000, sounds)) == (None, None)
    sounds[500] = 20.0
    lag_ms, r = best_lag(rises, Fraction(24), Envelope(np.arange(4000) / 1000, sounds))
    assert lag_ms == pytest.approx(500 - 10_000 / 24, abs=1)
    assert r is not None
    assert r > 0.5


def test_sound_that_ends_too_soon_is_told_to_the_sample(tmp_path: Path):
    with Film(tmp_path / "a.mp4", MOVIE, size=(64, 36)) as film:
        for frame in range(24):
            film.frame(np.full((36, 64, 3), 90, np.uint8))
            film.sound(np.full((2000 if frame < 23 else 1234, 2), 0.1, np.float32))
    found = film_sync(tmp_path / "a.mp4")
    assert (found.picture_samples, found.sound_samples) == (48_000, 23 * 2000 + 1234)


def test_an_onset_is_where_a_sound_begins():
    rng, at = np.random.default_rng(4), (12_345, 30_000, 71_007)
    sound = rng.normal(0, 0.001, 96_000).astype(np.float32)
    for first in at:
        t = np.arange(96_000 - first) / RATE_HZ
        sound[first:] += (0.2 * np.cos(2 * np.pi * 300 * t) * np.exp(-12 * t)).astype(np.float32)
    assert onsets_s(onset_envelope(sound, RATE_HZ)) == pytest.approx(np.array(at) / RATE_HZ, abs=1.1e-3)


def test_steady_noise_has_hardly_an_onset():
    noise = np.random.default_rng(5).normal(0, 0.1, 60 * RATE_HZ).astype(np.float32)
    assert len(onsets_s(onset_envelope(noise, RATE_HZ))) <= 3


def test_the_clicks_of_a_take_are_heard_where_its_events_say(tmp_path: Path):
    (clicks,) = take_sync(roll(make_shot(120), FakeRunner(), tmp_path)).events
    assert (clicks.kind, clicks.alone) == ("click", 120 // CLICK_EVERY)
    assert clicks.found >= clicks.alone / 2  # each is one sample in the noise, and AAC swallows some
    assert clicks.late_ms is not None
    assert abs(clicks.late_ms) < 1000 / 24 / 2


class Storm(FakeSession):
    """Strikes at frame 10, seen two frames later; thunder LATE samples after it was due. A drop falls right beside a click."""

    LATE = 480

    def _picture(self, frame: int) -> np.ndarray:
        self.flash = frame == 12
        return super()._picture(frame)

    def _stems(self, frame: int, samples: int) -> dict[str, np.ndarray]:
        stems = super()._stems(frame, samples)
        if frame == 39:
            stems["weather"][self.LATE : self.LATE + 800] += np.random.default_rng(6).normal(0, 0.5, (800, 1))
        return stems

    def _events(self, frame: int, sample: int) -> list[Event]:
        events = super()._events(frame, sample)
        at = (0.0, 0.0, 0.0)
        if frame == 10:
            events.append(Event(frame, sample, self.score.clock.sample(39), "strike", "lightning", at, {}))
        if frame == 60:
            events.append(Event(frame, sample + 900, sample + 900, "drop", "rain", at, {}))
        return events


class StormRunner(FakeRunner):
    """Opens storms."""

    def open(self, score, guide=None):  # noqa: ARG002
        return Storm(score)


def test_thunder_is_measured_from_the_flash_that_is_seen(tmp_path: Path):
    found = {each.kind: each for each in take_sync(roll(make_shot(72), StormRunner(), tmp_path)).events}
    strike = found["strike"]
    assert (strike.alone, strike.found) == (1, 1)
    assert strike.late_ms == pytest.approx(1000 * Storm.LATE / RATE_HZ, abs=1.5)
    seen_late_ms = 2 * 1000 / 24
    assert found[THUNDER].late_ms == pytest.approx(strike.late_ms - seen_late_ms, abs=0.1)
    assert (found["drop"].alone, found["drop"].late_ms) == (0, None)
    assert found["click"].alone == 72 // CLICK_EVERY - 1  # not the one beside the drop


def test_what_has_no_picture_or_is_no_film_is_a_fault(tmp_path: Path):
    write_sound(tmp_path / "a.wav", SOUND, [np.zeros((4800, 2), np.float32)])
    (tmp_path / "b.mp4").write_text("words")
    for name in ("a.wav", "b.mp4"):
        with pytest.raises(Fault) as fault:
            film_sync(tmp_path / name)
        assert fault.value.code == Exit.FAILED


def test_inspect_tells_it_of_a_film_and_of_a_take(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    cli, film = Cli(capfd), write_film(tmp_path / "a.mp4", late_frames=2)
    lines = dict(line.split("\t") for line in cli("inspect", "--sync", film).out.splitlines())
    assert lines["sound less picture"] == f"0 samples of {FRAMES * 2000}"
    assert float(lines["lag of sound"].split()[0]) == pytest.approx(1000 * 2 / 24, abs=3)
    take = roll(make_shot(48), FakeRunner(), tmp_path)
    told = cli("inspect", "--sync", take.folder, "--json").json
    assert (told["picture_samples"], told["sound_samples"]) == (96_000, 96_000)
    assert told["events"][0]["kind"] == "click"
    assert "click\t" in cli("inspect", "--sync", take.folder).out


@pytest.mark.parametrize(("r", "said"), [(None, "-"), (0.12, "none that tells, r 0.12"), (0.8, "40 ms, r 0.80")])
def test_a_lag_at_which_little_agrees_is_not_told(r: float | None, said: str):
    assert _lag(Sync(48_000, 48_000, r and 40.0, r, 3, 3, 0, 0.0)) == said
