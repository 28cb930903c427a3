"""Noise with a given spectrum and level: what turbulence, spray, tyres and leaves are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

import numpy as np
from scipy import fft

from oyster_cli.clock import RATE_HZ
from oyster_cli.compiled import compiled
from oyster_cli.sound.synth.control import rise
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


_OCTAVES_A_DB = a_weight_db(OCTAVES_HZ)


def at_level(shape_db: Sequence[float] | np.ndarray, level_dba: float | np.ndarray) -> np.ndarray:
    """Octave levels (10,) dB of a spectrum with this shape (10,) dB whose A-weighted total is level_dba."""
    shape = np.asarray(shape_db, np.float64)
    total = 10 * np.log10(np.sum(10 ** ((shape + _OCTAVES_A_DB) / 10)))
    return shape - total + level_dba


def split(levels_db: np.ndarray, edges_hz: list[float], slope_db: float = 12.0) -> np.ndarray:
    """(bands, 10): one spectrum (10,) cut at the edges into bands that overlap by a slope in dB an octave."""
    low = np.array([0.01, *edges_hz])[:, None]
    high = np.array([*edges_hz, 1e6])[:, None]
    outside = np.maximum(np.maximum(np.log2(low / OCTAVES_HZ), np.log2(OCTAVES_HZ / high)), 0)
    share_db = -slope_db * outside
    return levels_db + share_db - 10 * np.log10(np.sum(10 ** (share_db / 10), axis=0))


def white(rng: np.random.Generator, streams: int, n: int) -> np.ndarray:
    """(streams, n) float32 white noise of unit variance, all strengths alike often: long filters make it Gaussian."""
    out = rng.random((streams, n), np.float32)
    out -= np.float32(0.5)
    out *= np.float32(math.sqrt(12.0))
    return out


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
    return fft.rfft(impulse.astype(np.float32), size)


@lru_cache(maxsize=64)
def _responses(levels_db: bytes, rate_hz: int, size: int) -> np.ndarray:
    """(rows, …) of _response, for the bytes of (rows, 10) levels: what changes seldom is not put together for every frame."""
    return np.array([_response(tuple(row), rate_hz, size) for row in np.frombuffer(levels_db).reshape(-1, 10).tolist()])


def shaped(excitation: np.ndarray, levels_db: np.ndarray, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A whole signal in pascal, (m,): excitation (m,), of unit variance where it is full, with octave levels (10,) dB SPL; or
    the sum of several, (k, m), each with its own, (k, 10)."""
    rows = np.atleast_2d(excitation)
    size = fft.next_fast_len(rows.shape[1] + TAPS, real=True)
    response = _responses(np.asarray(levels_db, np.float64).tobytes(), rate_hz, size)
    return fft.irfft((fft.rfft(rows, size) * response).sum(axis=0), size)[: rows.shape[1]]


class BandNoise(Stateful):
    """White signals shaped to octave levels in dB SPL; levels may change each frame and cross over without a step.

    streams: how many decorrelated signals; bands: of how many differently shaped ones each is the sum. Rows: stream by stream.
    A shape is true to 0.05 dB: so it stays the same for long.
    """

    kept: ClassVar[tuple[str, ...]] = ("history", "shape_db", "gain")

    def __init__(self, streams: int = 1, bands: int = 1, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz, self.streams, self.bands, self.rows = rate_hz, streams, bands, streams * bands
        self.history = np.zeros((self.rows, TAPS - 1), np.float32)  # what was heard of the excitation before
        self.shape_db: np.ndarray | None = None  # (1 or rows, 10), 0 where loudest
        self.gain = np.zeros(1)

    def shape(self, excitation: np.ndarray, levels_db: np.ndarray) -> np.ndarray:
        """(rows, n) of unit variance -> (streams, n) float32 pascal; octave levels (10,), or (rows, 10), reached at the end."""
        n = excitation.shape[1]
        levels = np.maximum(levels_db, SILENT_DB).reshape(-1, 10)
        loudest = levels.max(axis=1)
        shape_db, gain = np.rint(10.0 * (levels - loudest[:, None])) / 10.0, 10 ** (loudest / 20)
        before, was = (shape_db, gain) if self.shape_db is None else (self.shape_db, self.gain)
        size = -(-(TAPS - 1 + n) // 512) * 512  # one size for frames that differ by a sample
        signal = np.zeros((self.rows, size), np.float32)
        _excite(self.history, np.ascontiguousarray(excitation, np.float32), was, gain, rise(n), signal)
        spectrum = fft.rfft(signal, size)
        out = self._through(spectrum, shape_db, size, n)
        if (before != shape_db).any():  # else it only grows louder or softer
            old = self._through(spectrum, before, size, n)
            out = old + (out - old) * rise(n)
        self.history = signal[:, n : n + TAPS - 1].copy()
        self.shape_db, self.gain = shape_db, gain
        return out

    def step(self, rng: np.random.Generator, n: int, levels_db: np.ndarray) -> np.ndarray:
        """(streams, n) float32 pascal of steady noise."""
        return self.shape(white(rng, self.rows, n), levels_db)

    def _through(self, spectrum: np.ndarray, shape_db: np.ndarray, size: int, n: int) -> np.ndarray:
        out = np.zeros((self.streams, size // 2 + 1), np.complex64)
        _weigh(spectrum, _responses(shape_db.tobytes(), self.rate_hz, size), self.bands, out)
        return fft.irfft(out, size)[:, TAPS - 1 : TAPS - 1 + n]


@compiled
def _excite(
    history: np.ndarray, excitation: np.ndarray, was: np.ndarray, gain: np.ndarray, rise: np.ndarray, into: np.ndarray
) -> None:
    """Fill (rows, …) with what was heard before and, from one gain to the other, of each row or of all, what is now."""
    known = history.shape[1]
    for row in range(len(excitation)):
        before, here, now = history[row], into[row, :known], excitation[row]
        for k in range(known):
            here[k] = before[k]
        start = np.float32(was[min(row, len(was) - 1)])
        grows, here = np.float32(gain[min(row, len(gain) - 1)]) - start, into[row, known:]
        for k in range(len(now)):
            here[k] = now[k] * (start + grows * rise[k])


@compiled
def _weigh(spectrum: np.ndarray, response: np.ndarray, bands: int, out: np.ndarray) -> None:
    """Add each row (rows, bins), through its response or that of all, to its stream."""
    for row in range(len(spectrum)):
        sound, through, into = spectrum[row], response[min(row, len(response) - 1)], out[row // bands]
        for k in range(len(into)):
            into[k] += sound[k] * through[k]


def shots(
    rng: np.random.Generator, streams: int, n: int, per_s: float | np.ndarray, spread: float | np.ndarray = 1.0,
    rate_hz: int = RATE_HZ,
) -> np.ndarray:  # fmt: skip
    """(streams, n) Poisson impulses of unit mean square, log-normal in strength by `spread` (natural units), of either sign.

    per_s, spread: of each stream, (streams,) or one number. Few and uneven, one hears each; many, they are white noise.
    """
    rate = np.full(streams, per_s, np.float64) / rate_hz
    row = np.repeat(np.arange(streams), rng.poisson(rate * n))
    uneven = np.broadcast_to(spread, streams)[row]
    strength = np.exp(uneven * rng.standard_normal(len(row)) - uneven**2) / np.sqrt(rate)[row]
    place, up = row * n + rng.integers(0, n, len(row)), rng.random(len(row)) < 0.5
    return np.bincount(place, np.where(up, strength, -strength), streams * n).reshape(streams, n)
