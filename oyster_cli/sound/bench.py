"""Who is heard now: the last sound of each, the filters between it and the ears, and how these fade as things move."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

import numpy as np
from scipy import fft

from oyster_cli.compiled import compiled
from oyster_cli.sound.ambisonics import CHANNELS, encode
from oyster_cli.sound.between import FFT, TAPS, aim, between, fading
from oyster_cli.sound.source import Arrival, Passage, Source
from oyster_cli.sound.voice import BUSES
from oyster_cli.state import Stateful

WIDEST = FFT - TAPS  # samples that can be filtered at once


class Bench(Stateful):
    """Filters of the sources that are heard. These stand first among all sources; then those that are silent.

    under_water: whether the listener is and all sources are, in the span that is being mixed.
    """

    kept: ClassVar[tuple[str, ...]] = ("aims", "history", "filters")

    def __init__(self, rate_hz: int, pinna: bool) -> None:
        self.rate_hz, self.pinna, self.under_water = rate_hz, pinna, False
        self.aims = np.zeros((0, 2, 7))  # (sources, …): what their filters are made for: fading out, fading in
        self.history = np.zeros((0, TAPS), np.float32)  # (heard, TAPS): the last sound of each that is heard
        self.filters = np.zeros((0, 2, 4, FFT // 2 + 1), np.complex64)  # (heard, out and in, left right late bed, bins)

    def seated(self, sources: list[Source], arrivals: list[Arrival]) -> tuple[list[Source], list[Arrival]]:
        """Both with what is heard in this span brought to the front. Aims and filters of what begins are not numbers yet."""
        ringing = np.atleast_1d(self.history.any(axis=1)).tolist()
        known = len(ringing)
        heard = [k for k, arrival in enumerate(arrivals) if arrival.sound is not None or (k < known and ringing[k])]
        if len(self.aims) < len(arrivals) or heard != list(range(known)):
            order = [*heard, *sorted({*range(len(arrivals))} - {*heard})]
            sources, arrivals = [sources[k] for k in order], [arrivals[k] for k in order]
            self.aims = _taken(self.aims, order, np.nan)
            self.history, self.filters = _taken(self.history, heard, 0.0), _taken(self.filters, heard, np.nan)
        return sources, arrivals

    def heard(
        self,
        passage: Passage,
        sources: Sequence[Source],
        arrivals: Sequence[Arrival],
        axes: Sequence[np.ndarray],
        air: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Of the sources that are seated: left, right and what goes to the late field (buses, 3, samples); and the direct sound
        as ambisonics (buses, 16, samples)."""
        span, heard = passage.span, len(self.history)
        out = np.zeros((len(BUSES), 3, span.samples), np.float32)
        beds = np.zeros((len(BUSES), CHANNELS, span.samples), np.float32)
        sound = np.zeros((heard, TAPS + span.samples), np.float32)
        sound[:, :TAPS] = self.history
        for row, arrival in zip(sound, arrivals, strict=False):
            if arrival.sound is not None:
                row[TAPS:] = arrival.sound
        buses = np.array([BUSES.index(each.bus) for each in sources[:heard]], np.intp)
        wanted = _aims(sources, arrivals, axes, air)
        aims = np.empty((len(wanted), len(sources), 2, 7))
        fading(self.aims, wanted, aims)
        turned = (aims[:, :heard, 0] != aims[:, :heard, 1]).any(axis=2)
        gains = encode(aims[:, :heard, :, :3].reshape(-1, 3)).reshape(len(aims), heard, 2, CHANNELS)
        begin, fresh = 0, self._fresh(aims, turned, air)
        for node, end in enumerate([*passage.nodes[1:], span.samples]):
            if node > 0:
                self.filters[turned[node - 1], 0] = self.filters[turned[node - 1], 1]
                self.filters[turned[node], 1] = fresh[node - 1]
            if end > begin and heard:
                onto = np.empty((heard, 4), np.intp)
                filtered = np.zeros((_laid(buses, len(BUSES), turned[node], onto), FFT // 2 + 1), np.complex64)
                _filter(fft.rfft(sound[:, begin : end + TAPS], FFT), self.filters, onto, filtered)
                fade = _rise(end - begin, *passage.glided(begin))
                _mix(fft.irfft(filtered, FFT), TAPS, buses, onto, fade, gains[node], begin, out, beds)
            begin = end
        self.aims, self.history = aims[-1], sound[:, span.samples :].copy()
        return out, beds

    def _fresh(self, aims: np.ndarray, turned: np.ndarray, air: np.ndarray) -> list[np.ndarray]:
        """Filters of what begins, set; and those of what fades in from each node but the first on. turned (nodes, heard): whose
        filters change; all are made at once, as that is much quicker."""
        begins = np.isnan(self.filters[:, 0, 0, 0].real)
        also = begins & turned[0]
        heard = len(begins)
        fading_in = [each[:heard, 1][which] for each, which in zip(aims[1:], turned[1:], strict=True)]
        wanted = [aims[0, :heard, 0][begins], aims[0, :heard, 1][also], *fading_in]
        ends = np.cumsum([len(each) for each in wanted])
        made = np.zeros((0, *self.filters.shape[2:]), np.complex64)
        if ends[-1]:
            made = between(np.concatenate(wanted), air, self.rate_hz, self.pinna, self.under_water)
        once, both, *fresh = np.split(made, ends[:-1])
        self.filters[begins] = once[:, None]
        self.filters[also, 1] = both
        return fresh


def _aims(sources: Sequence[Source], arrivals: Sequence[Arrival], axes: Sequence[np.ndarray], air: np.ndarray) -> np.ndarray:
    """(nodes, sources, 7) at the nodes: as many as there are axes."""
    shape = len(sources), len(axes)
    toward = np.array([arrival.toward for arrival in arrivals]).reshape(*shape, 3).swapaxes(0, 1)
    detour_m = np.array([arrival.detour_m for arrival in arrivals]).reshape(shape).T
    size_m = np.array([each.size_m for each in sources], np.float64)
    bed, sends = (np.array([getattr(each, which) for each in sources], np.bool_) for which in ("bed", "sends"))
    return aim(toward, detour_m, size_m, bed, sends, np.array(axes), air)


@compiled
def _laid(buses: np.ndarray, known: int, turned: np.ndarray, onto: np.ndarray) -> int:
    """Lay out the rows of what comes out of the filters, and return how many they are.

    First left, right and late of each bus; then how these change, for each bus where a source turns; then what comes to the
    place of the head of each source; and, if it turns, what that becomes. onto (heard, 4): of each source, the row of left, of
    its change, of the place, of what that becomes; -1 where there is none.
    """
    rows, left, change = 0, np.full(known, -1), np.full(known, -1)
    for bus in buses:
        if left[bus] < 0:
            left[bus] = rows
            rows += 3
    for source, bus in enumerate(buses):
        if turned[source] and change[bus] < 0:
            change[bus] = rows
            rows += 3
    for source, bus in enumerate(buses):
        onto[source, 0], onto[source, 1] = left[bus], change[bus]
        onto[source, 2], onto[source, 3] = rows, rows + 1 if turned[source] else -1
        rows += 2 if turned[source] else 1
    return rows


@compiled
def _filter(spectra: np.ndarray, filters: np.ndarray, onto: np.ndarray, out: np.ndarray) -> None:
    """Put each of (heard, bins) through its filters, onto its rows of out."""
    for source in range(len(spectra)):
        left, change, place, becomes = onto[source]
        sound, was, comes = spectra[source], filters[source, 0], filters[source, 1]
        for ear in range(3):
            _add(sound, was[ear], out[left + ear])
        _add(sound, was[3], out[place])
        if becomes >= 0:
            for ear in range(3):
                old, new, into = was[ear], comes[ear], out[change + ear]
                for k in range(len(into)):
                    into[k] += sound[k] * (new[k] - old[k])
            _add(sound, comes[3], out[becomes])


@compiled
def _add(sound: np.ndarray, response: np.ndarray, out: np.ndarray) -> None:
    for k in range(len(out)):
        out[k] += sound[k] * response[k]


@compiled
def _mix(
    rows: np.ndarray,
    known: int,
    buses: np.ndarray,
    onto: np.ndarray,
    fade: np.ndarray,
    gains: np.ndarray,
    begin: int,
    out: np.ndarray,
    beds: np.ndarray,
) -> None:
    """Add what came out of the filters, after `known` samples of history, to out, and to beds with the gains of its directions
    (heard, out and in, 16). What turns fades over from what it was to what it becomes. begin: of the block, in out and beds.
    """
    n, mixed = len(fade), np.zeros(len(out), np.bool_)
    for source, bus in enumerate(buses):
        left, change, place, becomes = onto[source]
        if not mixed[bus]:
            mixed[bus] = True
            for ear in range(3):
                into, here = out[bus, ear, begin : begin + n], rows[left + ear, known : known + n]
                for k in range(n):
                    into[k] += here[k]
                if change >= 0:
                    there = rows[change + ear, known : known + n]
                    for k in range(n):
                        into[k] += fade[k] * there[k]
        here = rows[place, known : known + n]
        if becomes >= 0:
            there = rows[becomes, known : known + n]
            for k in range(n):
                here[k], there[k] = here[k] - fade[k] * here[k], fade[k] * there[k]
            for channel in range(beds.shape[1]):
                _add_at(gains[source, 1, channel], there, beds[bus, channel, begin : begin + n])
        for channel in range(beds.shape[1]):
            _add_at(gains[source, 0, channel], here, beds[bus, channel, begin : begin + n])


@compiled
def _add_at(gain: np.float32, sound: np.ndarray, out: np.ndarray) -> None:
    for k in range(len(out)):
        out[k] += gain * sound[k]


@lru_cache(maxsize=8)
def _rise(samples: int, first: int, whole: int) -> np.ndarray:
    """(samples,) float32: how much of the whole way has been gone after first, first + 1 … samples."""
    return np.arange(first, first + samples, dtype=np.float32) / np.float32(whole)


def _taken(array: np.ndarray, rows: Sequence[int], blank: float) -> np.ndarray:
    """These rows of the array; those beyond its end are filled with a number."""
    index, shape = np.array(rows, np.intp), (len(rows), *array.shape[1:])
    taken = array.take(index, axis=0, mode="clip") if len(array) else np.empty(shape, array.dtype)
    taken[index >= len(array)] = blank
    return taken
