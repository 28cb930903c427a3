"""The mixing desk: every voice of a frame, through the air and around the head, onto its bus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from scipy import fft

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.absorption import absorption_db_m, lossless, per_metre
from oyster_cli.sound.between import BINS, FFT, TAPS, between
from oyster_cli.sound.ear import Ear, facing
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
    """

    kept: ClassVar[tuple[str, ...]] = ("sources", "history", "filters", "late", "air")

    def __init__(self, rate_hz: int = RATE_HZ, pinna: bool = True) -> None:
        """pinna: cues for above, below and behind on top of the rigid sphere."""
        self.rate_hz, self.pinna = rate_hz, pinna
        self.sources: list[Source] = []
        self.history = np.zeros((0, TAPS), np.float32)  # (sources, TAPS): the last sound of each
        self.filters = np.zeros((0, 6, FFT // 2 + 1), np.complex64)  # (sources, fading out and in × left right late, bins)
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
        arrivals = [each.arrive(passage) for each in self.sources]
        axes = [facing(ear_from, ear_to, node / samples) for node in passage.nodes]
        direct, send = self._heard(passage, arrivals, axes, log)
        direct += self.late.reverb(first_sample, send, rt60_s, late_db, pre_delay_s, air_db_m * passage.span.speed_m_s)
        self._dismiss(passage.span)
        self.air = [passage.span.speed_m_s, lag]
        return {bus: np.ascontiguousarray(direct[index].T) for index, bus in enumerate(BUSES)}

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
        index = np.arange(samples, dtype=np.float64)
        begin, end = np.asarray(ear_from.at, dtype=np.float64), np.asarray(ear_to.at, dtype=np.float64)
        velocity = (end - begin) * (self.rate_hz / samples)
        if velocity @ velocity > FASTEST_M_S**2:  # a cut, not a move
            begin, velocity = end, np.zeros(3)
        ear = Course(tuple(begin.tolist()), tuple(velocity.tolist()))
        span = Span(first, samples, self.rate_hz, index, index / self.rate_hz, ear, speed)
        nodes = [0, *range(-first % GRID, samples, GRID)]  # the first is for voices that begin in this span
        return Passage(span, nodes, lag, *(self.air or (speed, lag)))

    def _listen(self, voices: Sequence[Voice], span: Span) -> None:
        """Give every voice to the source that it goes on from, or to a new one."""
        speaking = {each.name: each for each in self.sources if each.until == span.first}
        for voice in voices:
            known = speaking.get(voice.name)
            if known is None or not known.goes_on(voice, span):
                known = source(voice, span.first)
                self.sources.append(known)
            known.speak(voice, span)

    def _heard(
        self, passage: Passage, arrivals: Sequence[Arrival], axes: Sequence[np.ndarray], air: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Direct sound (buses, 2, samples) and what goes to the late field (buses, samples)."""
        span = passage.span
        out = np.zeros((len(BUSES), 3, span.samples), np.float32)
        if arrivals:
            self._admit(arrivals, axes[0], air)
            sound = np.zeros((len(arrivals), TAPS + span.samples), np.float32)
            sound[:, :TAPS] = self.history
            for row, arrival in zip(sound, arrivals, strict=True):
                if arrival.sound is not None:
                    row[TAPS:] = arrival.sound
            rows = self._rows(sound)
            begin, cuts = 0, [*passage.nodes[1:], span.samples]
            for node, end in enumerate(cuts, start=1):
                if end > begin:
                    self._block(sound[:, begin : end + TAPS], (span.first + begin) % GRID, rows, out[:, :, begin:end])
                if node < len(cuts):
                    self.filters[:, :3] = self.filters[:, 3:]
                    self.filters[:, 3:] = self._filters(arrivals, node, axes[node], air)
                begin = end
            self.history = sound[:, span.samples :].copy()
        return out[:, :2], out[:, 2]

    def _block(self, sound: np.ndarray, phase: int, rows: Mapping[int, np.ndarray], out: np.ndarray) -> None:
        """Filter a piece that lies between two points of the grid, beginning `phase` samples after the first. Adds to out."""
        samples = sound.shape[1] - TAPS
        fade = np.arange(phase, phase + samples, dtype=np.float32) / np.float32(GRID)
        for bus, which in rows.items():
            spectra = fft.rfft(sound[which], FFT)
            heard = fft.irfft((spectra[:, None] * self.filters[which]).sum(axis=0), FFT)[:, TAPS : TAPS + samples]
            out[bus] = heard[:3] + (heard[3:] - heard[:3]) * fade

    def _filters(self, arrivals: Sequence[Arrival], node: int, axes: np.ndarray, air: np.ndarray, begin: int = 0) -> np.ndarray:
        """Filters of the sources from row `begin` on, as they stand at a node."""
        sources = self.sources[begin:]
        rows = np.array([
            [*arrival.toward[node], arrival.detour_m[node], each.size_m, each.bed]
            for arrival, each in zip(arrivals[begin:], sources, strict=True)
        ])  # fmt: skip
        around = axes.tobytes() + air[-1:].tobytes()
        keys = [row.tobytes() + around for row in rows]
        stale = [k for k, each in enumerate(sources) if each.shaped[0] != keys[k]]
        if stale:  # whatever stands still in front of a head that stands still keeps its filter
            new = rows[stale]
            shape = (axes, air, self.rate_hz, self.pinna, self._under_water)
            fresh = between(new[:, :3], new[:, 5] > 0, new[:, 4], new[:, 3], *shape)
            for k, filters in zip(stale, fresh, strict=True):
                sources[k].shaped = keys[k], filters
        return np.stack([each.shaped[1] for each in sources])

    def _admit(self, arrivals: Sequence[Arrival], axes: np.ndarray, air: np.ndarray) -> None:
        """Make room for the sources that are new in this span."""
        known = len(self.history)
        if known < len(arrivals):
            fresh = self._filters(arrivals, 0, axes, air, known)
            self.filters = np.concatenate([self.filters, np.concatenate([fresh, fresh], axis=1)])
            self.history = np.concatenate([self.history, np.zeros((len(arrivals) - known, TAPS), np.float32)])

    def _rows(self, sound: np.ndarray) -> dict[int, np.ndarray]:
        """For each bus the sources that make a sound now."""
        buses = np.array([BUSES.index(each.bus) for each in self.sources])
        buses[~sound.any(axis=1)] = -1
        return {int(bus): np.flatnonzero(buses == bus) for bus in np.unique(buses) if bus >= 0}

    def _dismiss(self, span: Span) -> None:
        """Let go of the sources of which nothing more will be heard."""
        stays = [not each.spent(span) or bool(last.any()) for each, last in zip(self.sources, self.history, strict=True)]
        if not all(stays):
            self.sources = [each for each, stay in zip(self.sources, stays, strict=True) if stay]
            self.history, self.filters = self.history[stays], self.filters[stays]


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
        if not np.isfinite(voice.dry).all() or not np.isfinite([*voice.at, voice.size_m, voice.detour_m]).all():
            raise ValueError(f"voice {voice.name!r} is not finite")
        names.add(voice.name)
