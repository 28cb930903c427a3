"""Where a source has been, and so when what is heard now was sent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from oyster_cli.state import Stateful

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Course:
    """Something moving straight: at + velocity * seconds."""

    at: Triple
    velocity: Triple

    def after(self, seconds: float) -> Triple:
        return (
            self.at[0] + self.velocity[0] * seconds,
            self.at[1] + self.velocity[1] * seconds,
            self.at[2] + self.velocity[2] * seconds,
        )


@dataclass(frozen=True)
class Span:
    """The samples being mixed, and the listener's course through them. Seconds count from the first of them."""

    first: int
    samples: int
    rate_hz: int
    seconds: np.ndarray  # (samples,) float64: 0, 1, 2 … / rate_hz
    ear: Course
    speed_m_s: float

    def at(self, sample: int) -> float:
        """Seconds of an absolute sample."""
        return (sample - self.first) / self.rate_hz


@dataclass(frozen=True)
class Leg:
    """A straight piece of a source's way, and how far off is what is heard from there at second t of the span:
    k0 + k1 t + k2 sqrt(q0 + q1 t + q2 t²) metres."""

    end: int  # first sample of the span that is not of it any more
    course: Course  # of the source by time of sending
    k: Triple
    q: Triple

    def far_m(self, t: float) -> float:
        """Metres that have been travelled by what is heard at second t."""
        (k0, k1, k2), (q0, q1, q2) = self.k, self.q
        return k0 + k1 * t + k2 * math.sqrt(max(q0 + t * (q1 + t * q2), 0.0))

    def fars_m(self, t: np.ndarray) -> np.ndarray:
        """The same for many seconds, float64."""
        (k0, k1, k2), (q0, q1, q2) = self.k, self.q
        root = np.sqrt(np.maximum(q0 + t * (q1 + t * q2), 0.0))
        root *= k2
        root += k0 + k1 * t
        return root


@dataclass(frozen=True)
class Sent:
    """From where what is heard in a span was sent, leg by leg."""

    legs: Sequence[Leg]
    span: Span

    def far_m(self, index: int) -> float:
        """Metres that what is heard at this sample of the span has travelled."""
        return self._leg(index).far_m(index / self.span.rate_hz)

    def fars_m(self) -> np.ndarray:
        """(samples,) float64: the same for every sample."""
        begins = [0, *(leg.end for leg in self.legs[:-1])]
        parts = [leg.fars_m(self.span.seconds[begin : leg.end]) for begin, leg in zip(begins, self.legs, strict=True)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def still_m(self) -> float | None:
        """The same where it does not change, as source and listener rest; else None."""
        (leg, *more) = self.legs
        return leg.far_m(0.0) if not more and leg.k[1] == leg.q[1] == leg.q[2] == 0.0 else None

    def place(self, index: int) -> Triple:
        """Where the source was when it sent what is heard at this sample."""
        leg, t = self._leg(index), index / self.span.rate_hz
        return leg.course.after(t - leg.far_m(t) / self.span.speed_m_s)

    def _leg(self, index: int) -> Leg:
        return next(leg for leg in self.legs if index < leg.end)


class Path(Stateful):
    """A broken line in space and time. Before its first knot and after its last the source rests."""

    kept: ClassVar[tuple[str, ...]] = ("knots",)

    def __init__(self, sample: int, at: Triple) -> None:
        self.knots: list[tuple[int, float, float, float]] = [(sample, *at)]

    def move(self, until: int, at: Triple) -> None:
        """Go straight to `at`, arriving at sample `until`."""
        if len(self.knots) > 1 and self.knots[-1][1:] == self.knots[-2][1:] == at:
            self.knots.pop()  # still resting: one long piece will do
        self.knots.append((until, *at))

    def load(self, state: dict[str, Any]) -> None:
        self.knots = [tuple(knot) for knot in state["knots"]]  # tuples again: move() compares them

    def end(self) -> Triple:
        return self.knots[-1][1], self.knots[-1][2], self.knots[-1][3]

    def sent(self, span: Span) -> Sent:
        """Solve sent + |source(sent) - ear(t)| / c = t for every time t of the span, exactly, leg by leg.

        Forgets what has been passed. Source and listener must be slower than sound.
        """
        arrivals = [_arrival(knot, span) for knot in self.knots[:2]]
        while len(arrivals) > 1 and arrivals[1] <= 0.0:
            del self.knots[0]
            arrivals = [arrivals[1], *(_arrival(knot, span) for knot in self.knots[1:2])]
        legs: list[Leg] = []
        begin = 0
        for index in range(-1, len(self.knots)):
            end = span.samples
            if index + 1 < len(self.knots):
                arrival = arrivals[index + 1] if index < 1 else _arrival(self.knots[index + 1], span)
                end = min(max(math.ceil(arrival * span.rate_hz), begin), span.samples)
            if end > begin:
                course, c = self._course(index, span), span.speed_m_s
                a, (b0, b1), q = _equation(course, span.ear, c)
                legs.append(Leg(end, course, (-c * b0 / a, c * (1.0 - b1 / a), c / a), q))
            begin = end
            if begin == span.samples:
                break
        return Sent(legs, span)

    def sent_at_begin(self, span: Span, speed_m_s: float) -> float:
        """When what is heard at the span's first sample was sent, were sound that fast."""
        a, b, q = _equation(self._course(0 if _arrival(self.knots[0], span) <= 0.0 else -1, span), span.ear, speed_m_s)
        return (b[0] - math.sqrt(max(q[0], 0.0))) / a

    def _course(self, index: int, span: Span) -> Course:
        """The piece from knot `index` on, by seconds of the span."""
        sample, *at = self.knots[max(index, 0)]
        if not 0 <= index < len(self.knots) - 1:
            return Course((at[0], at[1], at[2]), (0.0, 0.0, 0.0))
        until, *to = self.knots[index + 1]
        per_s = span.rate_hz / (until - sample)
        velocity = ((to[0] - at[0]) * per_s, (to[1] - at[1]) * per_s, (to[2] - at[2]) * per_s)
        return Course(Course((at[0], at[1], at[2]), velocity).after(-span.at(sample)), velocity)


def _dot(a: Triple, b: Triple) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _apart(a: Triple, b: Triple) -> Triple:
    return a[0] - b[0], a[1] - b[1], a[2] - b[2]


def _equation(source: Course, ear: Course, c: float) -> tuple[float, tuple[float, float], tuple[float, float, float]]:
    """a, b, q with sent(t) = (b0 + b1 t - sqrt(q0 + q1 t + q2 t²)) / a, from |source(sent) - ear(t)| = c (t - sent)."""
    apart, v, w = _apart(source.at, ear.at), source.velocity, ear.velocity
    a = c * c - _dot(v, v)
    b0, b1 = _dot(apart, v), c * c - _dot(w, v)
    q0 = b0 * b0 + a * _dot(apart, apart)
    q1 = 2.0 * (b0 * b1 - a * _dot(apart, w))
    return a, (b0, b1), (q0, q1, b1 * b1 - a * (c * c - _dot(w, w)))


def _arrival(knot: tuple[int, float, float, float], span: Span) -> float:
    """When what was sent at a knot reaches the moving ear, in seconds of the span."""
    (x, y, z), (u, v, w), c = span.ear.at, span.ear.velocity, span.speed_m_s  # written out: it is asked for thousands of times
    sent, dx, dy, dz = (knot[0] - span.first) / span.rate_hz, knot[1] - x, knot[2] - y, knot[3] - z
    a, b = c * c - (u * u + v * v + w * w), c * c * sent - (dx * u + dy * v + dz * w)
    return (b + math.sqrt(max(b * b - a * (c * c * sent * sent - (dx * dx + dy * dy + dz * dz)), 0.0))) / a
