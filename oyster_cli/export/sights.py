"""Events where they are in the picture: does something change there when they are heard?

Motion of the whole picture tells little of a foot that lands or a drop that falls: leaves, water and the camera move more. So
each event is looked for around its own place, and its sound is taken back by what it had to travel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from oyster_cli.export.onsets import HOP_S, Envelope
from oyster_cli.export.playback import AROUND, Playback

RESTS = ("footfall",)  # what moved and comes to rest as it sounds; of everything else something begins to move, or to shine
SAME_M = 0.5
STANDS_OUT = 2.0  # levels of 255 by which the motion around a place has to change


@dataclass(frozen=True)
class Sight:
    """Events of one kind that are in the picture.

    seen: something changes at their place; heard: they have an onset; together: both, within a frame. av_align: of both sets,
    0 … 1, None when neither is seen or heard. lag_ms: by how much sound is late where change and onsets agree best; r: how
    well, up to 1.
    """

    kind: str
    in_sight: int
    seen: int
    heard: int
    together: int
    av_align: float | None
    lag_ms: float | None
    r: float | None


def places(events: Sequence[dict[str, Any]]) -> list[tuple[int, float, float]]:
    """Frame, and shares of width and height, of each event in the picture."""
    return [(event["frame"], *event["detail"]["seen"]) for event in events if "seen" in event["detail"]]


def sights(events: Sequence[dict[str, Any]], film: Playback, begun_s: np.ndarray, near: Envelope) -> list[Sight]:
    """Kind by kind, in order of their names. events: those that places() was asked for, of which film has the surroundings;
    begun_s: onsets; near: onsets, brought to the instants around them."""
    shown = [event for event in events if "seen" in event["detail"]]
    kinds: dict[str, list[tuple[dict[str, Any], np.ndarray]]] = {kind: [] for kind in sorted({e["kind"] for e in shown})}
    for k, (event, moved) in enumerate(zip(shown, film.around, strict=True)):
        if event["heard_sample"] < len(film.sound) and not any(_same(event, earlier) for earlier in shown[:k]):
            kinds[event["kind"]].append((event, _changes(moved, event["kind"])))
    return [_sight(kind, pairs, film, begun_s, near) for kind, pairs in kinds.items() if pairs]


def _same(event: dict[str, Any], earlier: dict[str, Any]) -> bool:
    """Whether an event goes on from one at the same place, as a toe from its heel: then only that one is looked for."""
    soon = event["kind"] == earlier["kind"] and event["frame"] - earlier["frame"] < AROUND
    return soon and math.dist(event["at"], earlier["at"]) < SAME_M


def _changes(moved: np.ndarray, kind: str) -> np.ndarray:
    """(2 * AROUND + 2,) motion -> (2 * AROUND + 1,) how much more moves than a frame before; of what rests, whether it has
    just come down to half of its most."""
    if kind not in RESTS:
        return np.maximum(np.diff(moved), 0.0)
    most = np.maximum.accumulate(moved)[:-1]
    return np.where((moved[1:] < most / 2) & (moved[:-1] >= most / 2), most, 0.0)


def _sight(
    kind: str, pairs: list[tuple[dict[str, Any], np.ndarray]], film: Playback, begun_s: np.ndarray, near: Envelope
) -> Sight:
    fps = float(film.fps)
    seen = [int(np.argmax(changes)) - AROUND if changes.max() >= STANDS_OUT else None for _, changes in pairs]
    heard = [_heard_frames(event, begun_s, film) for event, _ in pairs]
    both = [(s, h) for s, h in zip(seen, heard, strict=True) if s is not None and h is not None]
    together = sum(abs(s - h) <= 1 for s, h in both)
    either = sum(s is not None or h is not None for s, h in zip(seen, heard, strict=True)) + len(both) - together
    told = [pair for pair, s in zip(pairs, seen, strict=True) if s is not None]
    lag_ms, r = _lag(told, near, fps, film.rate_hz) if told else (None, None)
    return Sight(
        kind, len(pairs), len(pairs) - seen.count(None), len(pairs) - heard.count(None), together,
        together / either if either else None, lag_ms, r,
    )  # fmt: skip


def _heard_frames(event: dict[str, Any], begun_s: np.ndarray, film: Playback) -> float | None:
    """Frames from the begin of the event's frame to its onset, less its travel; None when it has none around it."""
    off_s = begun_s - event["heard_sample"] / film.rate_hz
    nearest_s = off_s[np.argmin(abs(off_s))] if len(off_s) else np.inf
    if abs(nearest_s) * float(film.fps) > AROUND:
        return None
    return float((event["sample"] / film.rate_hz + nearest_s) * float(film.fps) - event["frame"])


def _lag(
    pairs: list[tuple[dict[str, Any], np.ndarray]], near: Envelope, fps: float, rate_hz: int
) -> tuple[float | None, float | None]:
    """Lag in ms and Pearson's correlation there, of all changes and of the onsets around them as they were sent.

    A frame stands for all of the time it is shown: for its middle.
    """
    middles_s = np.array([(event["frame"] + 0.5 + np.arange(-AROUND, AROUND + 1)) / fps for event, _ in pairs])
    travel_s = np.array([(event["heard_sample"] - event["sample"]) / rate_hz for event, _ in pairs])[:, None]
    changes = np.concatenate([changes / changes.max() for _, changes in pairs])
    lags_s = HOP_S * np.arange(-round(AROUND / 2 / fps / HOP_S), round(AROUND / 2 / fps / HOP_S) + 1)
    r = []
    for lag_s in lags_s:
        sound = np.interp(middles_s + travel_s + lag_s, near.times_s, near.rise_db, 0.0, 0.0)
        sound /= np.maximum(sound.max(axis=1, keepdims=True), 1e-9)
        r.append(float(np.corrcoef(changes, sound.ravel())[0, 1]) if sound.any() else 0.0)
    best = int(np.argmax(r))
    return (round(1000 * float(lags_s[best]), 3), r[best]) if r[best] > 0 else (None, None)
