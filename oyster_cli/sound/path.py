"""Where a source has been, and so when what is heard now was sent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from oyster_cli.compiled import compiled
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
    """The samples being mixed, and the listener's course through them. Its seconds count from the first of them."""

    first: int
    samples: int
    rate_hz: int
    ear: Course
    speed_m_s: float


class Sent:
    """From where what is heard in a span was sent.

    legs (n, 13): the straight pieces of the source's way. Each: its end, the first sample of the span that is not of it any
    more; at (3) and velocity (3) of the source by time of sending; k (3) and q (3), with which what is heard at second t of the
    span comes from k0 + k1 t + k2 sqrt(q0 + q1 t + q2 t²) metres away.
    """

    def __init__(self, legs: np.ndarray, span: Span) -> None:
        self.legs, self.span = legs, span

    def at(self, samples: np.ndarray) -> np.ndarray:
        """(n, 4), for samples of the span: metres that what is heard there has travelled, and from where, x, y, z."""
        out = np.empty((len(samples), 4))
        _sent_at(self.legs, samples, self.span.rate_hz, self.span.speed_m_s, out)
        return out

    @property
    def still(self) -> bool:
        """Whether the way stays as long as it is, as source and listener rest."""
        leg = self.legs[0]
        return bool(len(self.legs) == 1 and leg[8] == leg[11] == leg[12] == 0.0)


@compiled
def _sent_at(legs: np.ndarray, samples: np.ndarray, rate_hz: int, c: float, out: np.ndarray) -> None:
    for row, sample in enumerate(samples):
        which = 0
        while sample >= legs[which, 0]:
            which += 1
        leg, t = legs[which], sample / rate_hz
        far_m = leg[7] + leg[8] * t + leg[9] * math.sqrt(max(leg[10] + t * (leg[11] + t * leg[12]), 0.0))
        out[row, 0] = far_m
        for axis in range(1, 4):
            out[row, axis] = leg[axis] + leg[3 + axis] * (t - far_m / c)


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
        legs = np.empty((len(self.knots) + 1, 13))
        ear = (*span.ear.at, *span.ear.velocity)
        passed, heard = _solve(np.array(self.knots), span.first, span.samples, span.rate_hz, ear, span.speed_m_s, legs)
        del self.knots[:passed]
        return Sent(legs[:heard], span)

    def sent_at_begin(self, span: Span, speed_m_s: float) -> float:
        """When what is heard at the span's first sample was sent, were sound that fast."""
        leg, knots = np.empty(13), np.array(self.knots)
        ear = (*span.ear.at, *span.ear.velocity)
        begun = _arrival(knots[0], span.first, span.rate_hz, ear, span.speed_m_s) <= 0.0
        _course(knots, 0 if begun else -1, span.first, span.rate_hz, leg)
        return float(-_equation(leg, ear, speed_m_s)) / speed_m_s  # heard at second 0


@compiled
def _solve(
    knots: np.ndarray, first: int, samples: int, rate_hz: int, ear: tuple[float, ...], c: float, legs: np.ndarray
) -> tuple[int, int]:
    """Fill the legs of Sent; how many of the (n, 4) knots have been passed, and how many legs there are."""
    passed = 0
    while passed + 1 < len(knots) and _arrival(knots[passed + 1], first, rate_hz, ear, c) <= 0.0:
        passed += 1
    begin = heard = 0
    for index in range(passed - 1, len(knots)):
        end = samples
        if index + 1 < len(knots):
            arrival = _arrival(knots[index + 1], first, rate_hz, ear, c)
            end = min(max(math.ceil(arrival * rate_hz), begin), samples)
        if end > begin:
            leg = legs[heard]
            leg[0] = end
            _course(knots, index if index >= passed else -1, first, rate_hz, leg)
            _equation(leg, ear, c)
            heard += 1
        begin = end
        if begin == samples:
            break
    return passed, heard


@compiled
def _arrival(knot: np.ndarray, first: int, rate_hz: int, ear: tuple[float, ...], c: float) -> float:
    """When what was sent at a knot reaches the moving ear, in seconds of the span."""
    x, y, z, u, v, w = ear
    sent, dx, dy, dz = (knot[0] - first) / rate_hz, knot[1] - x, knot[2] - y, knot[3] - z
    a, b = c * c - (u * u + v * v + w * w), c * c * sent - (dx * u + dy * v + dz * w)
    return (b + math.sqrt(max(b * b - a * (c * c * sent * sent - (dx * dx + dy * dy + dz * dz)), 0.0))) / a


@compiled
def _course(knots: np.ndarray, index: int, first: int, rate_hz: int, leg: np.ndarray) -> None:
    """Fill at and velocity of a leg: the piece from knot `index` on, by seconds of the span. Outside the knots it rests."""
    knot, goes = knots[max(index, 0)], 0 <= index < len(knots) - 1
    to = knots[index + 1] if goes else knot
    for axis in range(1, 4):
        velocity = (to[axis] - knot[axis]) * rate_hz / (to[0] - knot[0]) if goes else 0.0
        leg[axis], leg[3 + axis] = knot[axis] + velocity * ((first - knot[0]) / rate_hz), velocity


@compiled
def _equation(leg: np.ndarray, ear: tuple[float, ...], c: float) -> float:
    """Fill k and q of a leg: sent(t) = (b0 + b1 t - sqrt(q0 + q1 t + q2 t²)) / a, from |source(sent) - ear(t)| = c (t - sent).

    Returns metres at the span's begin.
    """
    x, y, z, u, v, w = ear
    dx, dy, dz, vx, vy, vz = leg[1] - x, leg[2] - y, leg[3] - z, leg[4], leg[5], leg[6]
    a = c * c - (vx * vx + vy * vy + vz * vz)
    b0, b1 = dx * vx + dy * vy + dz * vz, c * c - (u * vx + v * vy + w * vz)
    leg[7], leg[8], leg[9] = -c * b0 / a, c * (1.0 - b1 / a), c / a
    leg[10] = b0 * b0 + a * (dx * dx + dy * dy + dz * dz)
    leg[11] = 2.0 * (b0 * b1 - a * (dx * u + dy * v + dz * w))
    leg[12] = b1 * b1 - a * (c * c - (u * u + v * v + w * w))
    return leg[7] + leg[9] * math.sqrt(max(leg[10], 0.0))
