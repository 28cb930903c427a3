"""Noise with a given spectrum and level: what turbulence, spray, tyres and leaves are made of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

import numpy as np
from scipy import fft
from scipy.signal import lfilter

from oyster_cli.clock import RATE_HZ
from oyster_cli.state import Stateful

OCTAVES_HZ = np.array([31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000])
P0_PA = 20e-6  # 0 dB SPL
TAPS = 2048  # 23 Hz resolution
SILENT_DB = -150.0


def a_weight_db(frequency_hz: np.ndarray) -> np.ndarray:
    """The A curve of IEC 61672-1 in dB."""
    f2 = np.asarray(frequency_hz, np.float64) ** 2
    gain = 12194.0**2 * f2**2
    gain /= (f2 + 20.6**2) * np.sqrt((f2 + 107.7**2) * (f2 + 737.9**2)) * (f2 + 12194.0**2)
    return 20 * np.log10(gain) + 2.0


def at_level(shape_db: Sequence[float] | np.ndarray, level_dba: float) -> np.ndarray:
    """Octave levels (10,) dB of a spectrum with this shape (10,) dB whose A-weighted total is level_dba."""
    shape = np.asarray(shape_db, np.float64)
    total = 10 * np.log10(np.sum(10 ** ((shape + a_weight_db(OCTAVES_HZ)) / 10)))
    return shape - total + level_dba


def split(levels_db: np.ndarray, edges_hz: list[float], slope_db: float = 12.0) -> np.ndarray:
    """(bands, 10): one spectrum (10,) cut at the edges into bands that overlap by a slope in dB an octave."""
    low = np.array([0.01, *edges_hz])[:, None]
    high = np.array([*edges_hz, 1e6])[:, None]
    outside = np.maximum(np.maximum(np.log2(low / OCTAVES_HZ), np.log2(OCTAVES_HZ / high)), 0)
    share_db = -slope_db * outside
    return levels_db + share_db - 10 * np.log10(np.sum(10 ** (share_db / 10), axis=0))


def ramp(start: float | np.ndarray, end: float | np.ndarray, n: int) -> np.ndarray:
    """Straight from (but without) start to end in n samples; (n,), or (k, n) for k starts."""
    first = np.asarray(start, np.float64)[..., None]
    return first + (np.asarray(end, np.float64)[..., None] - first) * (np.arange(1, n + 1) / n)


@lru_cache(maxsize=128)
def _response(levels_db: tuple[float, ...], rate_hz: int, size: int) -> np.ndarray:
    """rfft of the minimum-phase filter that turns unit white noise into noise of these octave levels (dB SPL)."""
    grid_hz = np.maximum(fft.rfftfreq(2 * TAPS, 1 / rate_hz), 1.0)
    density_db = np.asarray(levels_db) - 10 * np.log10(OCTAVES_HZ * np.sqrt(0.5))
    curve = np.interp(np.log(grid_hz), np.log(OCTAVES_HZ), density_db) - 6 * np.maximum(np.log2(25.0 / grid_hz), 0)
    log_gain = curve * (np.log(10) / 20) + np.log(P0_PA * np.sqrt(rate_hz / 2))
    cepstrum = fft.irfft(log_gain)
    cepstrum[1:TAPS] *= 2
    cepstrum[TAPS + 1 :] = 0
    impulse = fft.irfft(np.exp(fft.rfft(cepstrum)))[:TAPS]
    return fft.rfft(impulse, size)


def shaped(excitation: np.ndarray, levels_db: np.ndarray, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A whole signal (m,), of unit variance where it is full, in pascal with octave levels (10,) dB SPL."""
    size = fft.next_fast_len(len(excitation) + TAPS, real=True)
    response = _response(tuple(np.asarray(levels_db, np.float64).tolist()), rate_hz, size)
    return fft.irfft(fft.rfft(excitation, size) * response, size)[: len(excitation)]


def _shape_and_gain(levels_db: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Octave levels (k, 10) as shapes (k, 10), 0 dB where loudest, and gains (k,): shapes stay, so filters are known."""
    loudest = levels_db.max(axis=1)
    return np.round(levels_db - loudest[:, None], 4), 10 ** (loudest / 20)


class BandNoise(Stateful):
    """White signals shaped to octave levels in dB SPL; levels may change each frame and cross over without a step.

    streams: how many decorrelated signals are shaped alike.
    """

    kept: ClassVar[tuple[str, ...]] = ("history", "levels_db")

    def __init__(self, streams: int = 1, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.history = np.zeros((streams, TAPS - 1))
        self.levels_db: np.ndarray | None = None

    def shape(self, white: np.ndarray, levels_db: np.ndarray) -> np.ndarray:
        """(streams, n) of unit variance -> (streams, n) pascal; octave levels (10,), or (streams, 10), reached at the end."""
        n = white.shape[1]
        levels = np.atleast_2d(np.maximum(levels_db, SILENT_DB))
        before = levels if self.levels_db is None else self.levels_db
        signal = np.concatenate([self.history, white], axis=1)
        size = -(-signal.shape[1] // 512) * 512  # one size for frames that differ by a sample
        spectrum = fft.rfft(signal, size)
        (old, was), (new, now) = _shape_and_gain(before), _shape_and_gain(levels)
        out = self._through(spectrum, new, size, n)
        if np.array_equal(old, new):  # only louder or softer: one filter does
            out *= ramp(was, now, n)
        else:
            out = out * ramp(0.0, now, n) + self._through(spectrum, old, size, n) * ramp(was, 0.0, n)
        self.history = signal[:, -(TAPS - 1) :].copy()
        self.levels_db = levels.copy()
        return out

    def step(self, rng: np.random.Generator, n: int, levels_db: np.ndarray) -> np.ndarray:
        """(streams, n) pascal of steady noise."""
        return self.shape(rng.standard_normal((len(self.history), n)), levels_db)

    def _through(self, spectrum: np.ndarray, levels_db: np.ndarray, size: int, n: int) -> np.ndarray:
        rows = [_response(tuple(row), self.rate_hz, size) for row in levels_db.tolist()]
        response = rows[0] if len(rows) == 1 else np.stack(rows)
        return fft.irfft(spectrum * response, size)[:, TAPS - 1 : TAPS - 1 + n]


def shots(
    rng: np.random.Generator, streams: int, n: int, per_s: float, spread: float = 1.0, rate_hz: int = RATE_HZ
) -> np.ndarray:
    """(streams, n) Poisson impulses of unit mean square, log-normal in strength by `spread` (natural units), of either sign.

    Few and uneven, one hears each; many, they are white noise.
    """
    count = rng.poisson(per_s * n / rate_hz, streams)
    total = int(count.sum())
    place = np.repeat(np.arange(streams), count) * n + rng.integers(0, n, total)
    strength = np.exp(spread * rng.standard_normal(total) - spread**2) * rng.choice([-1.0, 1.0], total)
    return np.bincount(place, strength, streams * n).reshape(streams, n) * np.sqrt(rate_hz / per_s)


class Flutter(Stateful):
    """Slow noise of unit variance and zero mean: low-passed white, what eddies do to a level."""

    kept: ClassVar[tuple[str, ...]] = ("memory",)

    def __init__(self, corner_hz: float, streams: int = 1, rate_hz: int = RATE_HZ) -> None:
        self.pole = float(np.exp(-2 * np.pi * corner_hz / rate_hz))
        self.memory = np.zeros((streams, 1))

    def step(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """(streams, n)."""
        white = rng.standard_normal((len(self.memory), n))
        out, self.memory = lfilter([np.sqrt(1 - self.pole**2)], [1, -self.pole], white, zi=self.memory)
        return out


class Held(Stateful):
    """A control value that is told once a frame and moves in a straight line from frame to frame."""

    kept: ClassVar[tuple[str, ...]] = ("value",)

    def __init__(self) -> None:
        self.value: float | np.ndarray | None = None

    def step(self, value: float | np.ndarray, n: int) -> np.ndarray:
        """(n,) from the last value to this one; the first frame is level."""
        start = value if self.value is None else self.value
        self.value = value
        return ramp(start, value, n)
