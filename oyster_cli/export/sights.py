"""Events where they are in the picture: does something change there when they are heard?

Motion of the whole picture tells little of a foot that lands or a drop that falls: leaves, water and the camera move more. So
each event is looked for around its own place, and its sound is taken back by what it had to travel. Only events that are heard
alone are asked: two drops in a twelfth of a second have one onset, and no ear could say whose it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from oyster_cli.export.onsets import ALONE_S, HOP_S, NEAR_S, Envelope
from oyster_cli.export.playback import AROUND, Playback

RESTS = ("footfall",)  # what moved and comes to rest as it sounds; of everything else something begins to move, or to shine
SAME_M = 0.5
STANDS_OUT = 2.0  # levels of 255 by which the motion around a place has to change
FRESH = 2  # frames before, in none of which so much may have moved: what flickers has begun once


@dataclass(frozen=True)
class Sight:
    """Events of one kind that are in the picture. in_sight: all of them; alone: those with no other event's sound within
    ALONE_S, of which all the rest tells.

    seen: something changes at their place; heard: they have an onset; together: both, within a frame. av_align: of both sets,
    0 … 1, None when neither is seen or heard. lag_ms: by how much sound is late where change and onsets agree best; r: how
    well, up to 1.
    """

    kind: str
    in_sight: int
    alone: int
    seen: int
    heard: int
    together: int
    av_align: float | None
    lag_ms: float | None
    r: float | None


def places(events: Sequence[dict[str, Any]]) -> list[tuple[int, float, float]]:
    """Frame, and shares of width and height, of each event in the picture."""
    return [(event["frame"], *event["detail"]["seen"]) for event in events if "seen" in event["detail"]]


@dataclass(frozen=True)
class _Told:
    """An event, how much more moves at its place in the frames around its own, and when others around it are heard."""

    event: dict[str, Any]
    changes: np.ndarray  # (2 * AROUND + 1,)
    heard_s: float
    travel_s: float
    others_s: np.ndarray  # (n,)

    @property
    def alone(self) -> bool:
        return not (abs(self.others_s - self.heard_s) < ALONE_S).any()

    def anothers(self, instants_s: np.ndarray, reach_s: float) -> np.ndarray:
        """(m,) instants of the sound -> (m,) whether another event is heard within reach_s of it, and nearer than this one."""
        off_s = abs(instants_s[:, None] - self.others_s).min(1, initial=np.inf)
        near: np.ndarray = (off_s < reach_s) & (off_s < abs(instants_s - self.heard_s))
        return near


def sights(events: Sequence[dict[str, Any]], film: Playback, begun_s: np.ndarray, near: Envelope) -> list[Sight]:
    """Kind by kind, in order of their names. events: those that places() was asked for, of which film has the surroundings;
    begun_s: onsets; near: onsets, brought to the instants around them."""
    shown = [event for event in events if "seen" in event["detail"]]
    kinds: dict[str, list[_Told]] = {kind: [] for kind in sorted({e["kind"] for e in shown})}
    heard_s = np.array([event["heard_sample"] for event in events]) / film.rate_hz
    # one with no onset disturbs no other
    audible = abs(heard_s[:, None] - begun_s).min(1, initial=np.inf) < NEAR_S
    for k, (event, moved) in enumerate(zip(shown, film.around, strict=True)):
        if event["heard_sample"] < len(film.sound) and not any(_same(event, earlier) for earlier in shown[:k]):
            own_s = event["heard_sample"] / film.rate_hz
            soon = np.flatnonzero(audible & (abs(heard_s - own_s) < 2 * AROUND / float(film.fps))).tolist()
            others_s = heard_s[[i for i in soon if events[i] is not event and not _same(events[i], event)]]
            travel_s = own_s - event["sample"] / film.rate_hz
            kinds[event["kind"]].append(_Told(event, _changes(moved, event["kind"]), own_s, travel_s, others_s))
    return [_sight(kind, each, film, begun_s, near) for kind, each in kinds.items() if each]


def _same(event: dict[str, Any], earlier: dict[str, Any]) -> bool:
    """Whether an event goes on from one at the same place, as a toe from its heel: then only that one is looked for."""
    soon = event["kind"] == earlier["kind"] and event["frame"] - earlier["frame"] < AROUND
    return soon and math.dist(event["at"], earlier["at"]) < SAME_M


def _changes(moved: np.ndarray, kind: str) -> np.ndarray:
    """(2 * AROUND + 2,) motion -> (2 * AROUND + 1,) how much more moves than in each of FRESH frames before; of what rests,
    whether it has just come down to half of its most."""
    if kind not in RESTS:
        earlier = np.concatenate([np.full(FRESH - 1, moved[0]), moved[:-1]])
        return np.maximum(moved[1:] - sliding_window_view(earlier, FRESH).max(1), 0.0)
    most = np.maximum.accumulate(moved)[:-1]
    return np.where((moved[1:] < most / 2) & (moved[:-1] >= most / 2), most, 0.0)


def _sight(kind: str, events: list[_Told], film: Playback, begun_s: np.ndarray, near: Envelope) -> Sight:
    fps = float(film.fps)
    alone = [event for event in events if event.alone]
    seen = [_seen_frames(each) for each in alone]
    heard = [_heard_frames(each, begun_s, fps) for each in alone]
    both = [(s, h) for s, h in zip(seen, heard, strict=True) if s is not None and h is not None]
    together = sum(abs(s - h) <= 1 for s, h in both)
    either = sum(s is not None or h is not None for s, h in zip(seen, heard, strict=True)) + len(both) - together
    told = [each for each, s in zip(alone, seen, strict=True) if s is not None]
    lag_ms, r = _lag(told, near, fps) if told else (None, None)
    return Sight(
        kind, len(events), len(alone), len(alone) - seen.count(None), len(alone) - heard.count(None), together,
        together / either if either else None, lag_ms, r,
    )  # fmt: skip


def _seen_frames(each: _Told) -> float | None:
    """Frames from the begin of the event's frame to where it is seen to begin: the first that changes half as much as any. None
    when none stands out. A frame is shown for all of its time, so that it stands for its middle."""
    most = each.changes.max()
    return int(np.argmax(each.changes >= most / 2)) - AROUND + 0.5 if most >= STANDS_OUT else None


def _heard_frames(each: _Told, begun_s: np.ndarray, fps: float) -> float | None:
    """Frames from the begin of the event's frame to its onset, less its travel; None when it has none around it."""
    own_s = begun_s[~each.anothers(begun_s, NEAR_S)]
    off_s = own_s - each.heard_s
    nearest_s = off_s[np.argmin(abs(off_s))] if len(off_s) else np.inf
    if abs(nearest_s) * fps > AROUND:
        return None
    return float((each.heard_s - each.travel_s + nearest_s) * fps - each.event["frame"])


def _lag(told: list[_Told], near: Envelope, fps: float) -> tuple[float | None, float | None]:
    """Lag in ms and Pearson's correlation there, of all changes and of the onsets around them as they were sent, but for the
    frames in which another event is heard."""
    middles_s = [(each.event["frame"] + 0.5 + np.arange(-AROUND, AROUND + 1)) / fps + each.travel_s for each in told]
    own = [~each.anothers(at_s, ALONE_S) for each, at_s in zip(told, middles_s, strict=True)]
    changes = np.concatenate([each.changes[mine] / each.changes.max() for each, mine in zip(told, own, strict=True)])
    lags_s = HOP_S * np.arange(-round(AROUND / 2 / fps / HOP_S), round(AROUND / 2 / fps / HOP_S) + 1)
    r = []
    for lag_s in lags_s:
        sounds = [np.interp(at_s[mine] + lag_s, near.times_s, near.rise_db, 0.0, 0.0)
                  for at_s, mine in zip(middles_s, own, strict=True)]  # fmt: skip
        sound = np.concatenate([each / max(each.max(initial=0.0), 1e-9) for each in sounds])
        r.append(float(np.corrcoef(changes, sound)[0, 1]) if sound.any() else 0.0)
    best = int(np.argmax(r))
    return (round(1000 * float(lags_s[best]), 3), r[best]) if r[best] > 0 else (None, None)
