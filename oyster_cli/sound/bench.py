"""Who is heard now: the last sound of each, the filters between it and the ears, and how these fade as things move."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

import numpy as np
from scipy import fft

from oyster_cli.sound.ambisonics import CHANNELS, encode
from oyster_cli.sound.between import FFT, TAPS, aim, between, differ
from oyster_cli.sound.source import Arrival, Passage, Source
from oyster_cli.sound.voice import BUSES
from oyster_cli.state import Stateful

GRID = FFT - TAPS  # filters are set at whole multiples of this many samples and cross-faded up to the next multiple but one


class Bench(Stateful):
    """Filters of the sources that are heard. These stand first among all sources, bus by bus; then those that are silent.

    under_water: whether the listener is and all sources are, in the span that is being mixed.
    """

    kept: ClassVar[tuple[str, ...]] = ("aims", "history", "filters")

    def __init__(self, rate_hz: int, pinna: bool) -> None:
        self.rate_hz, self.pinna, self.under_water = rate_hz, pinna, False
        self.aims = np.zeros((0, 2, 7))  # (sources, …): what their filters are made for: fading out, fading in
        self.history = np.zeros((0, TAPS), np.float32)  # (heard, TAPS): the last sound of each that is heard
        self.filters = np.zeros((0, 2, 4, FFT // 2 + 1), np.complex64)  # (heard, out and in, left right late bed, bins)

    def seated(
        self, sources: list[Source], arrivals: list[Arrival], axes: np.ndarray, air: np.ndarray
    ) -> tuple[list[Source], list[Arrival]]:
        """Both with what is heard in this span brought to the front, bus by bus; there are filters for what begins then."""
        ringing = np.atleast_1d(self.history.any(axis=1)).tolist()
        known = len(ringing)
        heard = [k for k, arrival in enumerate(arrivals) if arrival.sound is not None or (k < known and ringing[k])]
        heard.sort(key=lambda k: BUSES.index(sources[k].bus))
        if len(self.aims) < len(arrivals) or heard != list(range(known)):
            order = [*heard, *sorted({*range(len(arrivals))} - {*heard})]
            sources, arrivals = [sources[k] for k in order], [arrivals[k] for k in order]
            self.aims = _taken(self.aims, order, np.nan)
            self.history, self.filters = _taken(self.history, heard, 0.0), _taken(self.filters, heard, 0.0)
            new = np.isnan(self.aims[:, 0, 0])
            self.aims[new] = self._aims(sources, arrivals, 0, axes, air)[new, None]
            begins = np.flatnonzero(np.array(heard, np.intp) >= known)
            for side in (0, 1):
                self.filters[begins, side] = self._between(self.aims[begins, side], air)
        return sources, arrivals

    def heard(
        self,
        passage: Passage,
        sources: Sequence[Source],
        arrivals: Sequence[Arrival],
        axes: Sequence[np.ndarray],
        air: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, dict[int, np.ndarray]]:
        """Direct sound (buses, 2, samples), what goes to the late field (buses, samples), and for each bus that is heard the
        direct sound as ambisonics (samples, 16)."""
        span, heard = passage.span, len(self.history)
        out = np.zeros((len(BUSES), 3, span.samples), np.float32)
        sound = np.zeros((heard, TAPS + span.samples), np.float32)
        sound[:, :TAPS] = self.history
        for row, arrival in zip(sound, arrivals, strict=False):
            if arrival.sound is not None:
                row[TAPS:] = arrival.sound
        begin, cuts, rows = 0, [*passage.nodes[1:], span.samples], self.rows(sources)
        beds = {bus: np.zeros((span.samples, CHANNELS), np.float32) for bus, _ in rows}
        for node, end in enumerate(cuts, start=1):
            if end > begin and heard:
                parts = {bus: bed[begin:end] for bus, bed in beds.items()}
                self._block(sound[:, begin : end + TAPS], (span.first + begin) % GRID, rows, out[:, :, begin:end], parts)
            if node < len(cuts) and arrivals:
                self._turn(self._aims(sources, arrivals, node, axes[node], air), air)
            begin = end
        self.history = sound[:, span.samples :].copy()
        return out[:, :2], out[:, 2], beds

    def _block(
        self, sound: np.ndarray, phase: int, rows: Sequence[tuple[int, slice]], out: np.ndarray, beds: dict[int, np.ndarray]
    ) -> None:
        """Filter a piece that lies between two points of the grid, beginning `phase` samples after the first. Fills out and
        beds."""
        samples = sound.shape[1] - TAPS
        fade = np.arange(phase, phase + samples, dtype=np.float32) / np.float32(GRID)
        spectra = fft.rfft(sound, FFT)[:, None]
        turned = self._turned()
        for bus, mine in rows:
            heard = (spectra[mine] * self.filters[mine, 0, :3]).sum(axis=0)
            changed = np.flatnonzero(turned[mine]) + mine.start
            if len(changed):
                change = (spectra[changed] * (self.filters[changed, 1, :3] - self.filters[changed, 0, :3])).sum(axis=0)
                heard = np.concatenate([heard, change])
            heard = fft.irfft(heard, FFT)[:, TAPS : TAPS + samples]
            out[bus] = heard[:3] + heard[3:] * fade if len(changed) else heard
        self._around(spectra[:, 0], np.flatnonzero(turned), rows, fade, beds)

    def _around(
        self,
        spectra: np.ndarray,
        changed: np.ndarray,
        rows: Sequence[tuple[int, slice]],
        fade: np.ndarray,
        beds: dict[int, np.ndarray],
    ) -> None:
        """The same piece as ambisonics: what comes to the place of the head, with the gains of its directions. Fills beds."""
        heard = len(spectra)
        fading_in = spectra[changed] * self.filters[changed, 1, 3]
        sound = fft.irfft(np.concatenate([spectra * self.filters[:, 0, 3], fading_in]), FFT)[:, TAPS : TAPS + len(fade)]
        sound[changed] *= 1.0 - fade
        sound[heard:] *= fade
        gains = encode(np.concatenate([self.aims[:heard, 0, :3], self.aims[changed, 1, :3]]))
        for bus, mine in rows:
            new = slice(*(heard + np.searchsorted(changed, (mine.start, mine.stop))))
            np.matmul(sound[mine].T, gains[mine], out=beds[bus])
            if new.stop > new.start:
                beds[bus] += sound[new].T @ gains[new]

    def _turn(self, aims: np.ndarray, air: np.ndarray) -> None:
        """At a node: what has faded in is all there is; fade to these aims (sources, 7), if one can hear that they differ."""
        turned = self._turned()
        self.filters[turned, 0] = self.filters[turned, 1]
        self.aims[:, 0] = self.aims[:, 1]
        stale = differ(aims, self.aims[:, 1])
        self.aims[stale, 1] = aims[stale]
        turned = self._turned()
        if turned.any():
            self.filters[turned, 1] = self._between(self.aims[: len(turned)][turned, 1], air)

    def _turned(self) -> np.ndarray:
        """(heard,) bool: whose filters are not alike."""
        aims = self.aims[: len(self.history)]
        return np.asarray((aims[:, 0] != aims[:, 1]).any(axis=1))

    def _aims(
        self, sources: Sequence[Source], arrivals: Sequence[Arrival], node: int, axes: np.ndarray, air: np.ndarray
    ) -> np.ndarray:
        """(sources, 7) at a node."""
        toward = np.array([arrival.toward[node] for arrival in arrivals])
        rest = np.array([(a.detour_m[node], each.size_m, each.bed) for a, each in zip(arrivals, sources, strict=True)])
        aims = aim(toward, rest[:, 2] > 0, rest[:, 1], rest[:, 0], axes, air)
        aims[:, 4] *= [each.sends for each in sources]
        return aims

    def _between(self, aims: np.ndarray, air: np.ndarray) -> np.ndarray:
        return between(aims, air, self.rate_hz, self.pinna, self.under_water)

    def rows(self, sources: Sequence[Source]) -> list[tuple[int, slice]]:
        """Each bus that is heard, and the rows of its sources."""
        found, begin = [], 0
        for name, group in groupby(each.bus for each in sources[: len(self.history)]):
            end = begin + len(list(group))
            found.append((BUSES.index(name), slice(begin, end)))
            begin = end
        return found


def _taken(array: np.ndarray, rows: Sequence[int], blank: float) -> np.ndarray:
    """These rows of the array; those beyond its end are filled with a number."""
    one_more = np.concatenate([array, np.full((1, *array.shape[1:]), blank, array.dtype)])
    return one_more[np.minimum(np.array(rows, np.intp), len(array))]
