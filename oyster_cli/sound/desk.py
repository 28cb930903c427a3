"""The mixing desk: every voice of a frame, through the air and around the head, onto its bus."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, ClassVar

import numpy as np
from scipy import fft

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.absorption import absorption_db_m, lossless, per_metre
from oyster_cli.sound.between import BINS, FFT, TAPS, aim, between, differ
from oyster_cli.sound.ear import Ear, facing
from oyster_cli.sound.head import LEAD
from oyster_cli.sound.late import AIR_HZ, Late
from oyster_cli.sound.path import Course, Span
from oyster_cli.sound.source import FASTEST_M_S, Arrival, Passage, Source, revived, source
from oyster_cli.sound.speed import speed_m_s
from oyster_cli.sound.voice import BUSES, Voice
from oyster_cli.state import Stateful

GRID = FFT - TAPS  # filters are set at whole multiples of this many samples and cross-faded up to the next multiple but one


class Desk(Stateful):
    """Mixes voices into binaural stems, span after span. The camera is the listener.

    The result does not depend on how a take is cut into spans, as long as everything moves along the same straight lines:
    times of travel are solved exactly, and filters (direction, air, edges) live on a grid of absolute samples, which
    direction and air therefore follow GRID samples (21 ms) late. Times of travel are never late. Beds come 0.7 ms late.
    A filter stays as it is while nobody could hear the difference, and what is silent has none.
    """

    kept: ClassVar[tuple[str, ...]] = ("sources", "history", "aims", "filters", "late", "air")

    def __init__(self, rate_hz: int = RATE_HZ, pinna: bool = True) -> None:
        """pinna: cues for above, below and behind on top of the rigid sphere."""
        self.rate_hz, self.pinna = rate_hz, pinna
        self.sources: list[Source] = []  # first those that are heard, bus by bus; then those that are silent now
        self.aims = np.zeros((0, 2, 7))  # (sources, …): what their filters are made for: fading out, fading in
        self.history = np.zeros((0, TAPS), np.float32)  # (heard, TAPS): the last sound of each that is heard
        self.filters = np.zeros((0, 2, 3, FFT // 2 + 1), np.complex64)  # (heard, out and in, left right late, bins)
        self.late = Late(rate_hz)
        self._under_water = False  # as the span that is being mixed
        self.air: list[float] = []  # speed of sound and lag of the air's filter at the end of the last span

    def mix(
        self,
        first_sample: int,
        samples: int,
        voices: Sequence[Voice],
        ear_from: Ear,
        ear_to: Ear,
        temperature_c: float,
        humidity_pct: float,
        rt60_s: float,
        late_db: float,
        pre_delay_s: float,
        mist_db_m: float = 0.0,
        under_water: bool = False,
    ) -> dict[str, np.ndarray]:
        """What is heard from first_sample on: bus -> (samples, 2) float32 pascal, left and right, for every bus.

        ear_from, ear_to: the listener at the span's first sample and at the next span's. late_db: level of the late field
        relative to the direct sound of a source 10 m away. under_water: the listener and all voices are; then the air does
        not matter. Raises ValueError for a voice that is no sound.
        """
        _check(voices, samples)
        self._under_water = under_water
        air_db_m, log, lag = 0.0, lossless(BINS), 0.0
        if not under_water:
            air_db_m = float(absorption_db_m(np.array(AIR_HZ), temperature_c, humidity_pct, mist_db_m))
            log, lag = per_metre(BINS, self.rate_hz, temperature_c, humidity_pct, mist_db_m)
        passage = self._passage(first_sample, samples, ear_from, ear_to, speed_m_s(temperature_c, under_water), lag)
        self._listen(voices, passage.span)
        axes = [facing(ear_from, ear_to, node / samples) for node in passage.nodes]
        arrivals = self._seated([each.arrive(passage) for each in self.sources], axes[0], log)
        direct, send = self._heard(passage, arrivals, axes, log)
        direct += self.late.reverb(first_sample, send, rt60_s, late_db, pre_delay_s, air_db_m * passage.span.speed_m_s)
        self._dismiss(passage.span)
        self.air = [passage.span.speed_m_s, lag]
        stems = np.zeros((len(BUSES), samples, 2), np.float32)
        for index in {*self.late.fed, *(bus for bus, _ in self._rows())}:
            stems[index] = direct[index].T
        return dict(zip(BUSES, stems, strict=True))

    def heard(
        self, sample: int, at: Sequence[float], ear_at: np.ndarray, temperature_c: float, under_water: bool = False
    ) -> int:
        """The sample at which what is sent at `sample` from `at` reaches an ear at `ear_at`."""
        far_m = float(np.linalg.norm(np.asarray(at, dtype=np.float64) - np.asarray(ear_at)))
        return round(sample + far_m / speed_m_s(temperature_c, under_water) * self.rate_hz)

    def load(self, state: Mapping[str, Any]) -> None:
        self.sources = []
        super().load({**state, "sources": []})
        self.sources = [revived(each) for each in state["sources"]]

    def _passage(self, first: int, samples: int, ear_from: Ear, ear_to: Ear, speed: float, lag: float) -> Passage:
        begin, end = np.asarray(ear_from.at, dtype=np.float64), np.asarray(ear_to.at, dtype=np.float64)
        velocity = (end - begin) * (self.rate_hz / samples)
        if velocity @ velocity > FASTEST_M_S**2:  # a cut, not a move
            begin, velocity = end, np.zeros(3)
        ear = Course(tuple(begin.tolist()), tuple(velocity.tolist()))
        index = np.arange(samples, dtype=np.float64)
        span = Span(first, samples, self.rate_hz, index / self.rate_hz, ear, speed)
        nodes = [0, *range(-first % GRID, samples, GRID)]  # the first is for voices that begin in this span
        ears = [ear.after(node / self.rate_hz) for node in nodes]
        return Passage(span, nodes, ears, index + (first + LEAD), lag, *(self.air or (speed, lag)))

    def _listen(self, voices: Sequence[Voice], span: Span) -> None:
        """Give every voice to the source that it goes on from, or to a new one."""
        speaking = {each.name: each for each in self.sources if each.until == span.first}
        for voice in voices:
            known = speaking.get(voice.name)
            if known is None or not known.goes_on(voice, span):
                known = source(voice, span.first)
                self.sources.append(known)
            known.speak(voice, span)

    def _seated(self, arrivals: list[Arrival], axes: np.ndarray, air: np.ndarray) -> list[Arrival]:
        """Bring what is heard in this span to the front, bus by bus, with filters for what begins to be heard."""
        ringing = np.atleast_1d(self.history.any(axis=1)).tolist()
        known = len(ringing)
        heard = [k for k, arrival in enumerate(arrivals) if arrival.sound is not None or (k < known and ringing[k])]
        heard.sort(key=lambda k: BUSES.index(self.sources[k].bus))
        if len(self.aims) < len(arrivals) or heard != list(range(known)):
            order = [*heard, *sorted({*range(len(arrivals))} - {*heard})]
            self.sources, arrivals = [self.sources[k] for k in order], [arrivals[k] for k in order]
            self.aims = _taken(self.aims, order, np.nan)
            self.history, self.filters = _taken(self.history, heard, 0.0), _taken(self.filters, heard, 0.0)
            new = np.isnan(self.aims[:, 0, 0])
            self.aims[new] = self._aims(arrivals, 0, axes, air)[new, None]
            begins = np.flatnonzero(np.array(heard, np.intp) >= known)
            for side in (0, 1):
                self.filters[begins, side] = self._between(self.aims[begins, side], air)
        return arrivals

    def _heard(
        self, passage: Passage, arrivals: Sequence[Arrival], axes: Sequence[np.ndarray], air: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Direct sound (buses, 2, samples) and what goes to the late field (buses, samples)."""
        span, heard = passage.span, len(self.history)
        out = np.zeros((len(BUSES), 3, span.samples), np.float32)
        sound = np.zeros((heard, TAPS + span.samples), np.float32)
        sound[:, :TAPS] = self.history
        for row, arrival in zip(sound, arrivals, strict=False):
            if arrival.sound is not None:
                row[TAPS:] = arrival.sound
        begin, cuts = 0, [*passage.nodes[1:], span.samples]
        for node, end in enumerate(cuts, start=1):
            if end > begin and heard:
                self._block(sound[:, begin : end + TAPS], (span.first + begin) % GRID, out[:, :, begin:end])
            if node < len(cuts) and arrivals:
                self._turn(self._aims(arrivals, node, axes[node], air), air)
            begin = end
        self.history = sound[:, span.samples :].copy()
        return out[:, :2], out[:, 2]

    def _block(self, sound: np.ndarray, phase: int, out: np.ndarray) -> None:
        """Filter a piece that lies between two points of the grid, beginning `phase` samples after the first. Adds to out."""
        samples = sound.shape[1] - TAPS
        fade = np.arange(phase, phase + samples, dtype=np.float32) / np.float32(GRID)
        spectra = fft.rfft(sound, FFT)[:, None]
        turned = self._turned()
        for bus, rows in self._rows():
            heard = (spectra[rows] * self.filters[rows, 0]).sum(axis=0)
            changed = np.flatnonzero(turned[rows]) + rows.start
            if len(changed):
                change = (spectra[changed] * (self.filters[changed, 1] - self.filters[changed, 0])).sum(axis=0)
                heard = np.concatenate([heard, change])
            heard = fft.irfft(heard, FFT)[:, TAPS : TAPS + samples]
            out[bus] = heard[:3] + heard[3:] * fade if len(changed) else heard

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

    def _aims(self, arrivals: Sequence[Arrival], node: int, axes: np.ndarray, air: np.ndarray) -> np.ndarray:
        """(sources, 7) at a node."""
        toward = np.array([arrival.toward[node] for arrival in arrivals])
        rest = np.array([(a.detour_m[node], each.size_m, each.bed) for a, each in zip(arrivals, self.sources, strict=True)])
        return aim(toward, rest[:, 2] > 0, rest[:, 1], rest[:, 0], axes, air)

    def _between(self, aims: np.ndarray, air: np.ndarray) -> np.ndarray:
        return between(aims, air, self.rate_hz, self.pinna, self._under_water)

    def _rows(self) -> list[tuple[int, slice]]:
        """Each bus that is heard, and the rows of its sources."""
        found, begin = [], 0
        for name, group in groupby(each.bus for each in self.sources[: len(self.history)]):
            end = begin + len(list(group))
            found.append((BUSES.index(name), slice(begin, end)))
            begin = end
        return found

    def _dismiss(self, span: Span) -> None:
        """Let go of the sources of which nothing more will be heard."""
        stays = [k < len(self.history) or not each.spent(span) for k, each in enumerate(self.sources)]
        if not all(stays):
            self.sources = [each for each, stay in zip(self.sources, stays, strict=True) if stay]
            self.aims = self.aims[stays]


def _taken(array: np.ndarray, rows: Sequence[int], blank: float) -> np.ndarray:
    """These rows of the array; those beyond its end are filled with a number."""
    one_more = np.concatenate([array, np.full((1, *array.shape[1:]), blank, array.dtype)])
    return one_more[np.minimum(np.array(rows, np.intp), len(array))]


def _check(voices: Sequence[Voice], samples: int) -> None:
    """Raise ValueError, naming the voice, for what would spoil the mix for ever."""
    names = set()
    for voice in voices:
        if voice.bus not in BUSES:
            raise ValueError(f"voice {voice.name!r}: there is no bus {voice.bus!r}")
        if voice.name in names:
            raise ValueError(f"voice {voice.name!r} is given twice in one span")
        if voice.dry.shape != (samples,):
            raise ValueError(f"voice {voice.name!r}: {voice.dry.shape} samples for a span of {samples}")
        if not math.isfinite(voice.dry.sum()) or not math.isfinite(sum(voice.at) + voice.size_m + voice.detour_m):
            raise ValueError(f"voice {voice.name!r} is not finite")
        names.add(voice.name)
