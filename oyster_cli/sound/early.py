"""First echoes: what walls, rock and wood around the listener send back of every point source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oyster_cli.compiled import compiled
from oyster_cli.sound.barrier import barrier_db
from oyster_cli.sound.head import LEAD
from oyster_cli.sound.line import AHEAD
from oyster_cli.sound.path import Triple
from oyster_cli.sound.source import Arrival, Echo, Passage, Point, Source
from oyster_cli.sound.voice import Voice

ECHO_M = 300.0  # a patch is nearer than half of this, so that no echo's way is longer than the straight one by more
PAIRS = 16  # of a source and a patch that sound at a time: the loudest
FAINT, SILENT = 10 ** (-30.0 / 20.0), 1e-12  # what is so much fainter than the loudest echo is let go; pascal
EDGE = 0.25  # of its reach: over this a mirror ends softly
BEFORE_M = 0.5  # over this a source comes out in front of a mirror's plane
HIDDEN_HZ = 500.0  # what a sound loses here on its way round an edge, its echoes lose too
NEAREST_M = 1.0
STEPS = 2  # of the grid, in which echoes glide: their ways change slower than directions


@dataclass(frozen=True)
class Patch:
    """A piece of what stands around. A mirror is even over its reach and has images; any other sends to all sides alike."""

    key: str  # the same as long as it is the same piece
    at: Triple  # its middle
    normal: Triple  # of unit length, to the side that is heard
    returns: float  # share of the energy that is not swallowed
    seen_sr: float  # solid angle that it fills for the listener
    reach_m: float  # its radius
    mirror: bool


def echoed(
    passage: Passage, patches: Sequence[Patch], sources: Sequence[Source], arrivals: Sequence[Arrival]
) -> tuple[list[Source], list[Arrival]]:
    """Both with the echoes that are heard in this span: one for each bus and patch. Echoes that begin come last.

    Delay and strength of each source's echo off each patch glide from one point of the grid to the next but STEPS; so, like
    the filters, they follow what moves late. They count from when the sound is heard and never come before it.
    """
    points = [(each, arrival) for each, arrival in zip(sources, arrivals, strict=True) if isinstance(each, Point)]
    heard = {each.name: each for each in sources if isinstance(each, Echo)}
    signals: dict[str, np.ndarray] = {}
    ways: dict[str, list[Triple]] = {name: [] for name in heard}
    if patches or heard or any(each.echoes for each, _ in points):
        span, nodes = passage.span, passage.nodes
        turns = [node for node, at in enumerate(nodes) if node == 0 or (span.first + at) % (STEPS * passage.grid) == 0]
        for node, after in zip(turns, [*turns[1:], len(nodes)], strict=True):
            begin, end = nodes[node], [*nodes, span.samples][after]
            toward = _turn(passage, node, patches, points)
            for name in [name for name in toward if name not in heard]:
                heard[name] = Echo(Voice(name, name.split()[0], toward[name], np.zeros(0, np.float32)), -1)
                ways[name] = [toward[name]] * node
            for name, echo in heard.items():
                if node == 0 or name in toward:
                    echo.at, echo.until = toward.get(name, echo.at), span.first + end
                ways[name] += [echo.at] * (after - node)
            for each, _ in points:
                _sound(passage, begin, end, each, signals)
    silent = [0.0] * len(passage.nodes)
    told = [
        Arrival(signals.get(each.name), ways[each.name], silent) if isinstance(each, Echo) else arrival
        for each, arrival in zip(sources, arrivals, strict=True)
    ]
    begun = [each for each in heard.values() if each not in sources]
    return [*sources, *begun], told + [Arrival(signals.get(each.name), ways[each.name], silent) for each in begun]


def _turn(passage: Passage, node: int, patches: Sequence[Patch], points: Sequence[tuple[Point, Arrival]]) -> dict[str, Triple]:
    """At a node: what has been glided to is what is, and what is wanted now is glided to. At the first, only where nothing is.

    Returns from where each echo comes: its name ("bus key") -> metres from the ear, as far as its sound has travelled.
    """
    if node == 0 and all(each.echoes is not None for each, _ in points):
        return {}
    wanted: list[dict[str, tuple[float, float]]] = [{} for _ in points]
    toward: dict[str, Triple] = {}
    if patches and points:
        ear = np.array(passage.ears[node])
        places = ear + np.array([arrival.toward[node] for _, arrival in points])
        far_m, gains, ways = _bounced(places, ear, patches)
        hidden = np.array([arrival.detour_m[node] for _, arrival in points])
        gains *= np.where(hidden > 0.0, 10.0 ** (-barrier_db(np.array(HIDDEN_HZ), hidden) / 20.0), 1.0)[:, None]
        loud = gains * np.array([each.level for each, _ in points])[:, None]
        loud[loud < max(np.sort(loud, axis=None)[-PAIRS:][0], FAINT * loud.max(), SILENT)] = 0.0
        soonest = np.array([[LEAD + AHEAD + 1.0 + each.sooner] for each, _ in points])
        delays = np.maximum(far_m * (passage.span.rate_hz / passage.span.speed_m_s - passage.lag), soonest)
        pairs = np.nonzero(loud)
        for s, k, delay, gain in zip(*(each.tolist() for each in (*pairs, delays[pairs], gains[pairs])), strict=True):
            wanted[s][patches[k].key] = (delay, gain)
        toward = _whence([each.bus for each, _ in points], patches, loud, far_m, ways)
    for (each, _), want in zip(points, wanted, strict=True):
        each.turn(want, node > 0)
    return toward


def _whence(
    buses: Sequence[str], patches: Sequence[Patch], loud: np.ndarray, far_m: np.ndarray, ways: np.ndarray
) -> dict[str, Triple]:
    """The mean way that each echo comes, as long as the mean of how far its sounds have travelled, weighted by loudness."""
    names = list(dict.fromkeys(buses))
    of = np.array([[bus == name for bus in buses] for name in names], np.float64)
    total = of @ loud
    way = (of @ (loud[..., None] * ways).reshape(len(buses), -1)).reshape(*total.shape, 3)
    way *= ((of @ (loud * far_m)) / np.maximum(total * np.sqrt((way * way).sum(axis=2)), 1e-30))[..., None]
    found = [
        (f"{name} {patch.key}", (x, y, z))
        for name, ways_, totals in zip(names, way.tolist(), total.tolist(), strict=True)
        for patch, (x, y, z), any_ in zip(patches, ways_, totals, strict=True)
        if any_
    ]
    return dict(found)


def _bounced(places: np.ndarray, ear: np.ndarray, patches: Sequence[Patch]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From (s, 3) places by way of (p) patches: metres (s, p), gains against 1 m off the source (s, p), and unit vectors to
    where it comes from (s, p, 3).
    """
    rows = np.array([(*each.at, *each.normal, each.returns, each.seen_sr, each.reach_m, each.mirror) for each in patches])
    far_m, gains = np.empty((len(places), len(rows))), np.empty((len(places), len(rows)))
    ways = np.empty((*far_m.shape, 3))
    _bounce(places, ear, rows, far_m, gains, ways)
    return far_m, gains, ways


@compiled
def _bounce(
    places: np.ndarray, ear: np.ndarray, patches: np.ndarray, far_m: np.ndarray, gains: np.ndarray, ways: np.ndarray
) -> None:
    """Fill what _bounced tells. Patches (p, 10): at, normal, returns, seen_sr, reach_m, mirror.

    A mirror's image is as far off as its way is long. A rough patch sends out by Lambert what it gets: seen under Ω, of a
    source whose sound comes in under θ, p² = (1 - a) cos θ Ω / π / distance².
    """
    for k, patch in enumerate(patches):
        x, y, z, u, v, w, returns, seen_sr, reach_m, mirror = patch
        back_x, back_y, back_z = x - ear[0], y - ear[1], z - ear[2]
        own = max(-(back_x * u + back_y * v + back_z * w), 0.0)
        back_m = math.sqrt(back_x * back_x + back_y * back_y + back_z * back_z)
        for source in range(len(places)):
            to_x, to_y, to_z = places[source, 0] - x, places[source, 1] - y, places[source, 2] - z
            before, way = to_x * u + to_y * v + to_z * w, ways[source, k]  # before the plane
            if mirror:
                way[0] = to_x + back_x - 2.0 * before * u
                way[1] = to_y + back_y - 2.0 * before * v
                way[2] = to_z + back_z - 2.0 * before * w
                part = own / max(own + before, 1e-6)
                beside = (
                    math.hypot(math.hypot(way[0] * part - back_x, way[1] * part - back_y), way[2] * part - back_z) / reach_m
                )
                valid = min(max((1.0 + EDGE - beside) / EDGE, 0.0), 1.0) * min(max(before / BEFORE_M, 0.0), 1.0) * (own > 0.0)
                whole_m = math.sqrt(way[0] * way[0] + way[1] * way[1] + way[2] * way[2])
                far_m[source, k], gains[source, k] = whole_m, math.sqrt(returns) * valid / max(whole_m, NEAREST_M)
            else:
                way[0], way[1], way[2], whole_m = back_x, back_y, back_z, back_m
                off_m = math.sqrt(to_x * to_x + to_y * to_y + to_z * to_z)
                returned = returns * max(before, 0.0) / max(off_m, 1e-6) * seen_sr / math.pi
                far_m[source, k] = off_m + back_m
                gains[source, k] = math.sqrt(returned) / max(math.hypot(off_m, reach_m / 2.0), NEAREST_M)
            for axis in range(3):
                way[axis] /= max(whole_m, 1e-6)


def _sound(passage: Passage, begin: int, end: int, each: Point, signals: dict[str, np.ndarray]) -> None:
    """Add a source's echoes from begin to end, while they glide, to the signals of their bus and patch."""
    if end == begin or not each.echoes or not each.line.blocks:
        return
    links = {key: link for key, link in each.echoes.items() if link[1] or link[3]}
    if not links:
        return
    now, delays = float(passage.now[begin]), [delay for link in links.values() for delay in (link[0], link[2])]
    low, high = math.floor(now - max(delays)) - 1, math.ceil(now + end - begin - min(delays)) + 2
    piece = each.line.piece(low, high)
    if piece is None:
        return
    glided = passage.glided(begin, STEPS)
    for key, link in links.items():
        name = f"{each.bus} {key}"
        if name not in signals:
            signals[name] = np.zeros(passage.span.samples, np.float32)
        _read(piece, now - low, *link, *glided, signals[name][begin:end])


@compiled
def _read(
    piece: np.ndarray, now: float, delay: float, gain: float, to_delay: float, to_gain: float, first: int, whole: int,
    into: np.ndarray,
) -> None:  # fmt: skip
    """Add a piece of sound, `delay` later than from `now` on, between its samples by straight lines: echoes are dull.

    Delay and gain glide; `first` samples of the `whole` way have been gone.
    """
    glide, swell = (to_delay - delay) / whole, np.float32((to_gain - gain) / whole)
    place, loud = now - delay - glide * first, np.float32(gain) + swell * np.float32(first)
    for k in range(len(into)):
        at = place + k * (1.0 - glide)
        index = int(at)
        beyond, before = np.float32(at - index), piece[index]
        into[k] += (loud + swell * np.float32(k)) * (before + beyond * (piece[index + 1] - before))
