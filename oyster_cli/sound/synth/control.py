"""What drives a sound and moves slowly: values that glide, eddies that flutter, and what leaks away."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.compiled import compiled
from oyster_cli.state import Stateful

KNOTS = 32  # of a frame: between these, what is slow goes straight
_DEEPEST = 300.0  # e to this power is still far from the end of what a float64 holds


def ramp(start: float | np.ndarray, end: float | np.ndarray, n: int) -> np.ndarray:
    """Straight from (but without) start to end in n samples, float32; (n,), or (k, n) for k starts."""
    first, last = np.asarray(start, np.float32)[..., None], np.asarray(end, np.float32)[..., None]
    return first + (last - first) * rise(n)


@lru_cache(maxsize=8)
def rise(n: int) -> np.ndarray:
    """(n,) float32: straight from (but without) 0 to 1."""
    return np.arange(1, n + 1, dtype=np.float32) / np.float32(n)


def leaky(signal: np.ndarray, pole: float | np.ndarray, before: np.ndarray | float = 0.0) -> np.ndarray:
    """out[k] = signal[k] + pole · out[k - 1] along the last axis, float64. pole 0 < … < 1, before: out[-1]; each (…, 1)."""
    log, n = np.log(pole), signal.shape[-1]
    block = max(int(_DEEPEST / -float(np.min(log))), 1)
    out = np.empty(signal.shape)
    for begin in range(0, n, block):
        part = signal[..., begin : begin + block]
        fall = np.exp(log * np.arange(1, part.shape[-1] + 1))
        rung = (np.cumsum(part / fall, axis=-1) + before) * fall
        out[..., begin : begin + block], before = rung, rung[..., -1:]
    return out


def gliding(knots: np.ndarray, n: int) -> np.ndarray:
    """(streams, n) float32: from (but without) the first knot (streams, k + 1) straight from knot to knot to the last.

    The knots lie evenly in time, but on whole samples.
    """
    out = np.empty((len(knots), n), np.float32)
    _glide(np.ascontiguousarray(knots, np.float32), *_between(n, knots.shape[1] - 1), out)
    return out


@compiled
def _glide(knots: np.ndarray, samples: np.ndarray, part: np.ndarray, out: np.ndarray) -> None:
    for stream in range(len(knots)):
        begin = 0
        for knot, count in enumerate(samples):
            start, grows = knots[stream, knot], knots[stream, knot + 1] - knots[stream, knot]
            here, way = out[stream, begin : begin + count], part[begin : begin + count]
            for k in range(count):
                here[k] = start + grows * way[k]
            begin += count


@lru_cache(maxsize=8)
def _between(n: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """How many samples (steps,) from knot to knot, and how far each sample (n,) is on its way, 0 … 1."""
    samples = np.diff(np.arange(steps + 1) * n // steps)
    part = [np.arange(1, count + 1) / count for count in samples.tolist()]
    return samples, np.concatenate(part).astype(np.float32)


def part_of(cycles: np.ndarray) -> np.ndarray:
    """How far into its cycle each is, 0 … 1: the remainder by 1, which takes ten times as long."""
    return np.asarray(cycles - np.floor(cycles))


def sine(cycles: np.ndarray) -> np.ndarray:
    """Sine of so many whole turns, float32, however many they are."""
    return np.asarray(np.sin(np.float32(2 * np.pi) * part_of(cycles).astype(np.float32)))


class Flutter(Stateful):
    """Slow noise of unit variance and zero mean: low-passed white, what eddies do to a level.

    corner_hz: far below the 768 Hz at which it is worked out.
    """

    kept: ClassVar[tuple[str, ...]] = ("memory",)

    def __init__(self, corner_hz: float, streams: int = 1, rate_hz: int = RATE_HZ) -> None:
        self.turn = 2 * math.pi * corner_hz / rate_hz
        self.memory = np.zeros((streams, 1))

    def step(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """(streams, n) float32."""
        left, spread = _fading(math.exp(-self.turn * n / KNOTS))
        knots = self.memory * left
        knots[:, 1:] += rng.standard_normal((len(self.memory), KNOTS)) @ spread
        self.memory = knots[:, -1:]
        return gliding(knots, n)


@lru_cache(maxsize=64)
def _fading(pole: float) -> tuple[np.ndarray, np.ndarray]:
    """What is left at each knot of a value before them, (KNOTS + 1,), and of fresh ones of unit variance, (KNOTS, KNOTS): each
    knot is the one before it times the pole, and fresh noise that keeps the variance at 1."""
    left = pole ** np.arange(KNOTS + 1)
    since = np.arange(KNOTS) - np.arange(KNOTS)[:, None]
    return left, math.sqrt(1 - pole**2) * np.where(since >= 0, left[np.maximum(since, 0)], 0.0)


class Held(Stateful):
    """A control value that is told once a frame and moves in a straight line from frame to frame."""

    kept: ClassVar[tuple[str, ...]] = ("value",)

    def __init__(self) -> None:
        self.value: float | np.ndarray | None = None

    def step(self, value: float | np.ndarray, n: int) -> np.ndarray:
        """(n,) float32 from the last value to this one; the first frame is level."""
        start = value if self.value is None else self.value
        self.value = value
        return ramp(start, value, n)
