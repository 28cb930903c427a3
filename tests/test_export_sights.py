"""Events in a decoded film: found where they are in the picture, late by what sound had to travel, and missed when they are not
together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from oyster_cli.clock import RATE_HZ
from oyster_cli.export.onsets import onset_envelope, onsets_only, onsets_s
from oyster_cli.export.playback import AROUND, play
from oyster_cli.export.sights import Sight, _changes, places, sights
from oyster_cli.export.sync import _near
from oyster_cli.take.encode import MOVIE, Film

FRAMES, SAMPLES, SIZE = 104, 2000, (320, 180)
AT = (14, 31, 45, 62, 76, 90)  # frames of the events, no distance twice
PLACES = ((60, 120), (250, 60), (150, 90), (90, 70), (200, 150), (280, 100))  # pixels
TRAVEL = 9000  # samples of 64 m
BESIDE = 3200  # samples from an event to one that cannot be told from it


def event(k: int, kind: str, place: tuple[int, int] | None = None) -> dict[str, Any]:
    sample = AT[k] * SAMPLES + 311 * (k + 1)  # somewhere in its frame
    x, y = place or PLACES[k]
    return {"frame": AT[k], "sample": sample, "heard_sample": sample + TRAVEL, "kind": kind, "thing": "it", "at": [k, 0, 9],
            "detail": {"seen": [(x + 0.5) / SIZE[0], (y + 0.5) / SIZE[1]]}}  # fmt: skip


def squares(frame: int, kind: str) -> np.ndarray:
    """Leaves that stir in a corner; at each place a spark that sinks from its frame on, or steps that come to rest."""
    rng = np.random.default_rng(frame)
    picture = np.full((SIZE[1], SIZE[0], 3), 80, np.uint8)
    picture[:40, :160] = rng.integers(40, 160, (40, 160, 1))
    for at, (x, y) in zip(AT, PLACES, strict=True):
        near = picture[y - 3 : y + 4, x - 3 : x + 4]
        if kind == "spark" and frame >= at:
            near[:] = 80 + round(150 * 0.8 ** (frame - at))
        if kind == "footfall" and frame >= at - 5:
            near[:] = 160 if min(frame, at - 1) % 2 else 20
    return picture


def film_of(
    folder: Path,
    kind: str,
    late_frames: float = 0.0,
    silent: tuple[int, ...] = (),
    told: dict[int, tuple[int, int]] | None = None,
    beside: dict[int, float] | None = None,
) -> Sight:
    """What is found of a film with six events whose sounds are so much later than they should be; told: other places; beside:
    events of another kind that are out of sight, so many frames after these, of which the loudness is as given."""
    events = [event(k, kind, (told or {}).get(k)) for k in range(len(AT))]
    rng = np.random.default_rng(1)
    sound = rng.normal(0, 0.002, (FRAMES * SAMPLES, 2)).astype(np.float32)
    for k, each in enumerate(events):
        at = each["heard_sample"] + round(late_frames * SAMPLES)
        sound[at : at + 200] += 0.0 if k in silent else 0.4 * rng.choice([-1, 1], (200, 1))
    others = [{**event(k, "pop"), "detail": {}} for k in beside or {}]
    for other, loud in zip(others, (beside or {}).values(), strict=True):
        other["heard_sample"] += BESIDE
        sound[other["heard_sample"] : other["heard_sample"] + 200] += loud * rng.choice([-1, 1], (200, 1))
    events += others
    with Film(folder / f"{kind}.mp4", MOVIE, size=SIZE) as film:
        for frame in range(FRAMES):
            film.frame(squares(frame, kind))
            film.sound(sound[frame * SAMPLES : (frame + 1) * SAMPLES])
    played = play(folder / f"{kind}.mp4", places(events))
    envelope = onset_envelope(played.sound, RATE_HZ)
    (found,) = sights(events, played, onsets_s(envelope), _near(onsets_only(envelope), played.fps))
    return found


@pytest.mark.parametrize("kind", ["spark", "footfall"])
def test_what_is_together_is_found_together_however_far_it_is(tmp_path: Path, kind: str):
    found = film_of(tmp_path, kind)
    assert (found.in_sight, found.alone, found.seen, found.heard, found.together, found.av_align) == (6, 6, 6, 6, 6, 1.0)
    assert found.lag_ms is not None
    assert abs(found.lag_ms) <= 1000 / 24 / 2
    assert found.r is not None
    assert found.r >= 0.6


@pytest.mark.parametrize("kind", ["spark", "footfall"])
def test_sound_three_frames_away_is_not_together(tmp_path: Path, kind: str):
    found = film_of(tmp_path, kind, late_frames=3.0)
    assert (found.together, found.av_align) == (0, 0.0)
    assert found.lag_ms == pytest.approx(3000 / 24, abs=1000 / 24)


def test_what_is_seen_and_not_heard_counts_against_it(tmp_path: Path):
    found = film_of(tmp_path, "spark", silent=(1, 3))
    assert (found.seen, found.heard, found.together) == (6, 4, 4)
    assert found.av_align == pytest.approx(4 / 6)


def test_what_is_heard_and_not_seen_counts_against_it(tmp_path: Path):
    found = film_of(tmp_path, "spark", told={1: (200, 30), 4: (250, 160)})
    assert (found.seen, found.heard, found.together) == (4, 6, 4)
    assert found.av_align == pytest.approx(4 / 6)


def test_of_two_that_sound_at_once_none_is_asked(tmp_path: Path):
    found = film_of(tmp_path, "spark", beside={1: 0.4, 4: 0.4})
    assert (found.in_sight, found.alone, found.seen, found.heard, found.together) == (6, 4, 4, 4, 4)
    assert film_of(tmp_path, "spark", beside={1: 0.0, 4: 0.4}).alone == 5  # what has no onset disturbs none


def test_what_flickers_has_begun_once():
    moved = np.zeros(2 * AROUND + 2)
    moved[AROUND + 1 :: 2] = 20.0  # it moves, stands for a frame, moves again
    assert np.flatnonzero(_changes(moved, "spark")).tolist() == [AROUND]


def test_a_toe_goes_on_from_its_heel(tmp_path: Path):
    both = [event(0, "footfall"), {**event(0, "footfall"), "frame": AT[0] + 2}]
    film_of(tmp_path, "footfall")
    played = play(tmp_path / "footfall.mp4", places(both))
    (found,) = sights(both, played, np.zeros(0), _near(onset_envelope(played.sound, RATE_HZ), played.fps))
    assert (found.in_sight, found.heard) == (1, 0)
