"""The mixing desk: every voice of a frame, through the air and around the head, onto its bus."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.absorption import absorption_db_m, lossless, per_metre
from oyster_cli.sound.bench import WIDEST, Bench
from oyster_cli.sound.between import BINS
from oyster_cli.sound.ear import Ear, facing
from oyster_cli.sound.early import ECHO_M, Patch, echoed
from oyster_cli.sound.head import LEAD
from oyster_cli.sound.late import AIR_HZ, Late
from oyster_cli.sound.path import Course, Span
from oyster_cli.sound.source import FASTEST_M_S, Passage, Source, revived, source
from oyster_cli.sound.speed import speed_m_s
from oyster_cli.sound.voice import BUSES, Voice
from oyster_cli.state import Stateful

USUAL_FPS = Fraction(24)


def grid_samples(span_samples: Fraction) -> int:
    """The widest grid on which spans of so many samples begin, at least now and then: few of its pieces are cut in two."""
    return max(step for step in range(1, WIDEST + 1) if span_samples.numerator % step == 0)


class Desk(Stateful):
    """Mixes voices into binaural stems, span after span, and into the same as ambisonics. The camera is the listener.

    The result does not depend on how a take is cut into spans, as long as everything moves along the same straight lines:
    times of travel are solved exactly, and filters (direction, air, edges) live on a grid of absolute samples, which
    direction and air therefore follow a step of it (21 ms at most) late. Times of travel are never late. Beds come 0.7 ms late.
    A filter stays as it is while nobody could hear the difference, and what is silent has none.
    """

    kept: ClassVar[tuple[str, ...]] = ("sources", "bench", "late", "air")

    def __init__(self, rate_hz: int = RATE_HZ, pinna: bool = True, fps: Fraction = USUAL_FPS) -> None:
        """pinna: cues for above, below and behind on top of the rigid sphere. fps: of the spans; others cost more."""
        self.rate_hz = rate_hz
        self.grid = grid_samples(Fraction(rate_hz) / fps)
        self.sources: list[Source] = []  # first those that are heard; then those that are silent now
        self.bench = Bench(rate_hz, pinna)
        self.late = Late(rate_hz)
        self.beds: dict[str, np.ndarray] = {}  # bus -> (samples, 16) float32: what sounded in the last span, see mix
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
        patches: Sequence[Patch] = (),
        dull_db_s: float = 0.0,
    ) -> dict[str, np.ndarray]:
        """What is heard from first_sample on: bus -> (samples, 2) float32 pascal, left and right, for every bus.

        ear_from, ear_to: the listener at the span's first sample and at the next span's. late_db: level of the late field
        relative to the direct sound of a source 10 m away. under_water: the listener and all voices are; then the air does
        not matter. Leaves in `beds` the same sound at the place of the head, in pascal: third-order ambisonics in ACN order
        and SN3D, x ahead of the camera, of the buses that sound. Raises ValueError for a voice that is no sound.
        """
        _check(voices, samples)
        self.bench.under_water = under_water
        air_db_m, log, lag = 0.0, lossless(BINS), 0.0
        if not under_water:
            air_db_m = float(absorption_db_m(np.array(AIR_HZ), temperature_c, humidity_pct, mist_db_m))
            log, lag = per_metre(BINS, self.rate_hz, temperature_c, humidity_pct, mist_db_m)
        echo_m = ECHO_M if patches else 0.0
        passage = self._passage(first_sample, samples, ear_from, ear_to, speed_m_s(temperature_c, under_water), lag, echo_m)
        self._listen(voices, passage.span)
        axes = [facing(ear_from, ear_to, node / samples) for node in passage.nodes]
        arrivals = [each.arrive(passage) for each in self.sources]
        self.sources, arrivals = echoed(passage, patches, self.sources, arrivals)
        self.sources, arrivals = self.bench.seated(self.sources, arrivals)
        mixed, beds = self.bench.heard(passage, self.sources, arrivals, axes, log)
        direct = mixed[:, :2]
        fall_db_s = air_db_m * passage.span.speed_m_s + dull_db_s
        direct += self.late.reverb(first_sample, mixed[:, 2], rt60_s, late_db, pre_delay_s, fall_db_s, beds)
        self.beds = {
            bus: bed.T for bus, bed in zip(BUSES, beds, strict=True) if bed[0].any()
        }  # the first is of all that sounds
        self.air = [passage.span.speed_m_s, lag]
        stems = np.ascontiguousarray(direct.swapaxes(1, 2))
        self._dismiss(passage.span)
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

    def _passage(
        self, first: int, samples: int, ear_from: Ear, ear_to: Ear, speed: float, lag: float, echo_m: float
    ) -> Passage:
        begin, end = np.asarray(ear_from.at, dtype=np.float64), np.asarray(ear_to.at, dtype=np.float64)
        velocity = (end - begin) * (self.rate_hz / samples)
        if velocity @ velocity > FASTEST_M_S**2:  # a cut, not a move
            begin, velocity = end, np.zeros(3)
        ear = Course(tuple(begin.tolist()), tuple(velocity.tolist()))
        index = np.arange(samples, dtype=np.float64)
        span = Span(first, samples, self.rate_hz, ear, speed)
        nodes = [0, *range(-first % self.grid, samples, self.grid)]  # the first is for voices that begin in this span
        ears = [ear.after(node / self.rate_hz) for node in nodes]
        echo = echo_m / speed * self.rate_hz
        return Passage(
            span,
            self.grid,
            nodes,
            ears,
            np.array([*nodes, samples - 1]),
            index + (first + LEAD),
            lag,
            echo,
            *(self.air or (speed, lag)),
        )

    def _listen(self, voices: Sequence[Voice], span: Span) -> None:
        """Give every voice to the source that it goes on from, or to a new one."""
        speaking = {each.name: each for each in self.sources if each.until == span.first}
        for voice in voices:
            known = speaking.get(voice.name)
            if known is None or not known.goes_on(voice, span):
                known = source(voice, span.first)
                self.sources.append(known)
            known.speak(voice, span)

    def _dismiss(self, span: Span) -> None:
        """Let go of the sources of which nothing more will be heard."""
        stays = [k < len(self.bench.history) or not each.spent(span) for k, each in enumerate(self.sources)]
        if not all(stays):
            self.sources = [each for each, stay in zip(self.sources, stays, strict=True) if stay]
            self.bench.aims = self.bench.aims[stays]


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
        numbers = (*voice.at, voice.size_m, voice.detour_m, voice.bang_m)
        if not math.isfinite(voice.dry @ voice.dry) or not math.isfinite(sum(numbers)):
            raise ValueError(f"voice {voice.name!r} is not finite")
        names.add(voice.name)
