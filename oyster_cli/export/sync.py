"""How well picture and sound of a film belong together, measured on what a player gets: the decoded MP4.

Positive times are late sound. What a real distance makes late counts as late too, but for the events of a take, which know
when they are heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from oyster_cli.clock import Clock
from oyster_cli.export.onsets import ALONE_S, HOP_S, NEAR_S, SIDE_S, Envelope, onset_envelope, onsets_only, onsets_s
from oyster_cli.export.playback import Playback, play
from oyster_cli.export.sights import Sight, places, sights
from oyster_cli.take.take import Take

LAG_S = 0.5  # how far picture and sound are looked for apart
MOVED, MOVED_SHARE = 0.5, 0.1  # how far a peak of motion stands out: levels of 255, and a share of the film's greatest
FLASH_FRAMES = 2  # a flash is looked for this far around its frame
THUNDER = "thunder after flash"
_SILENT = {"unheeded", "seam", "cue", "size"}  # what a take notes and nobody hears


@dataclass(frozen=True)
class Heard:
    """Events of one kind in the decoded sound: how many are alone, how many of these have an onset, its median lateness."""

    kind: str
    alone: int
    found: int
    late_ms: float | None


@dataclass(frozen=True)
class Sync:
    """How a film's sound fits its picture. Lengths in samples.

    lag_ms: by how much sound is late where both change together best; r: how well, up to 1. None when nowhere they do.
    av_align: 0 … 1, None without any onset or peak of motion; matched: pairs of both. events: of a take, kind by kind.
    """

    picture_samples: int
    sound_samples: int
    lag_ms: float | None
    r: float | None
    onsets: int
    motion_peaks: int
    matched: int
    av_align: float | None
    events: Sequence[Heard] = ()
    sights: Sequence[Sight] = ()


def film_sync(path: Path) -> Sync:
    """Of any film with picture and sound. Fault when it cannot be read."""
    return _sync(play(path))


def take_sync(take: Take) -> Sync:
    """Of a take's own MP4, with its events. Fault when it is damaged."""
    take.check(take.movie.name)
    events = [event for event in take.events() if event["kind"] not in _SILENT]
    return _sync(play(take.movie, places(events)), events)


def _sync(film: Playback, events: Sequence[dict[str, Any]] = ()) -> Sync:
    envelope = onset_envelope(film.sound, film.rate_hz)
    rises = motion_rises(film.motion)
    begun_s, moved = onsets_s(envelope), motion_peaks(rises)
    matched = match(begun_s * float(film.fps), moved)
    either = len(begun_s) + len(moved) - matched
    return Sync(
        Clock(film.fps, film.rate_hz).sample(len(film.motion)), len(film.sound), *best_lag(rises, film.fps, envelope),
        len(begun_s), len(moved), matched, matched / either if either else None, heard(events, film, begun_s),
        sights(events, film, begun_s, _near(onsets_only(envelope), film.fps)),
    )  # fmt: skip


def motion_rises(motion: np.ndarray) -> np.ndarray:
    """(frames,) -> (frames,) by how much more moves than a frame before; 0 for the first two, which have nothing to rise from.

    Rises are compared with sound, not motion: a flash of one frame moves the picture twice, when it comes and when it goes.
    """
    rises: np.ndarray = np.maximum(np.diff(motion, prepend=motion[:1]), 0)
    rises[:2] = 0
    return rises


def best_lag(rises: np.ndarray, fps: Fraction, envelope: Envelope) -> tuple[float | None, float | None]:
    """Lag in ms, to one, and Pearson's correlation there, of what begins to move, (frames,), and what begins to sound.

    The envelope's maxima are brought to the frames' begins with a triangle that reaches to the frames on either side.
    """
    near = _near(envelope, fps).rise_db
    if not rises.any() or not near.any():
        return None, None
    begins_s = np.arange(len(rises)) / float(fps)
    lags_s = HOP_S * np.arange(-round(LAG_S / HOP_S), round(LAG_S / HOP_S) + 1)
    r = [_correlation(rises, np.interp(begins_s + lag_s, envelope.times_s, near, 0.0, 0.0)) for lag_s in lags_s]
    best = int(np.argmax(r))
    return (round(1000 * float(lags_s[best]), 3), r[best]) if r[best] > 0 else (None, None)


def _near(envelope: Envelope, fps: Fraction) -> Envelope:
    """The maxima of an envelope, each a triangle of a frame to either side."""
    from scipy.ndimage import maximum_filter1d

    frame = round(1 / float(fps) / HOP_S)
    if len(envelope.rise_db) <= 2 * frame:
        return Envelope(envelope.times_s, np.zeros_like(envelope.rise_db))
    # in dB a rise is nearly as high all of SIDE_S before it: only its maximum tells where it is
    most = maximum_filter1d(envelope.rise_db, 2 * round(SIDE_S / HOP_S) + 1)
    triangle = np.bartlett(2 * frame + 1)
    return Envelope(envelope.times_s, np.convolve(np.where(envelope.rise_db == most, most, 0.0), triangle, "same"))


def _correlation(one: np.ndarray, two: np.ndarray) -> float:
    """Of two (n,); 0 when one of both stands still."""
    one, two = one - one.mean(), two - two.mean()
    power = float(one @ one) * float(two @ two)
    return float(one @ two) / power**0.5 if power else 0.0


def motion_peaks(rises: np.ndarray) -> np.ndarray:
    """(frames,) -> (n,) the frames at which more begins to move than around them."""
    from scipy.signal import find_peaks

    found, _ = find_peaks(rises, prominence=max(MOVED, MOVED_SHARE * float(rises.max(initial=0.0))))
    return np.asarray(found)


def match(onsets: np.ndarray, moved: np.ndarray) -> int:
    """How many onsets have a peak of motion within a frame, each peak taken once, in order of time (AV-Align, TempoTokens
    2309.16429, with rises of frame difference for optical flow). Both (n,) in frames."""
    free = [float(frame) for frame in moved]
    for onset in onsets:
        near = next((frame for frame in free if abs(frame - onset) <= 1), None)
        if near is not None:
            free.remove(near)
    return len(moved) - len(free)


def heard(events: Sequence[dict[str, Any]], film: Playback, begun_s: np.ndarray) -> list[Heard]:
    """The events kind by kind, in order of their names; of lightning, thunder after its flash as well. begun_s: the onsets."""
    ready = sorted((e for e in events if e["heard_sample"] < len(film.sound)), key=lambda event: int(event["heard_sample"]))
    gaps_s = np.diff([-np.inf, *(event["heard_sample"] / film.rate_hz for event in ready), np.inf])
    alone = [event for event, gap_s in zip(ready, np.minimum(gaps_s[:-1], gaps_s[1:]), strict=True) if gap_s >= ALONE_S]
    kinds = sorted({event["kind"] for event in ready})
    found = [_heard(kind, [(event, 0.0) for event in alone if event["kind"] == kind], film, begun_s) for kind in kinds]
    bolts = [event for event in ready if event["thing"] == "lightning"]
    return found + ([_heard(THUNDER, [(bolt, _flash_late_s(bolt, film)) for bolt in bolts], film, begun_s)] if bolts else [])


def _heard(kind: str, events: list[tuple[dict[str, Any], float]], film: Playback, begun_s: np.ndarray) -> Heard:
    """How late the nearest onset to each event is, less the seconds that come with it."""
    late_s = [
        nearest - shown_late_s
        for event, shown_late_s in events
        if abs(nearest := _nearest(begun_s - event["heard_sample"] / film.rate_hz)) <= NEAR_S
    ]
    return Heard(kind, len(events), len(late_s), round(1000 * float(np.median(late_s)), 3) if late_s else None)


def _nearest(off_s: np.ndarray) -> float:
    """The one of (n,) differences that is nearest to nothing; infinite when there is none."""
    return float(off_s[np.argmin(np.abs(off_s))]) if len(off_s) else np.inf


def _flash_late_s(bolt: dict[str, Any], film: Playback) -> float:
    """How late the frame that brightens most is after a strike.

    Heard less struck is distance over the speed of sound, at the temperature that the world had then and the take does not
    note; so thunder less flash less that is the onset's lateness less the flash's.
    """
    first = max(bolt["frame"] - FLASH_FRAMES, 1)
    brighter = np.diff(film.luma[first - 1 : bolt["frame"] + FLASH_FRAMES + 1])
    return (first + int(np.argmax(brighter))) / float(film.fps) - bolt["sample"] / film.rate_hz
