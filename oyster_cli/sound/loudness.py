"""How loud a programme is (ITU-R BS.1770-5), measured as it goes by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from scipy import fft

ABSOLUTE_GATE_LKFS = -70.0
RELATIVE_GATE_LU = -10.0
_OFFSET_DB = -0.691
_STEP_S = 0.1
_STEPS = 4  # a gating block is 400 ms, three quarters of it shared with the next
_RUNG_OUT = 8192  # samples after which nothing is left of what the weighting has heard
_REACH = 10  # samples of context on either side for the oversampled peak
_OVERSAMPLED = 4


class Loudness:
    """Integrated loudness of sound that comes in chunks of any size. weights: how much each channel counts."""

    def __init__(self, rate_hz: int, weights: Sequence[float] = (1.0, 1.0)) -> None:
        self._rate_hz, self._weights = rate_hz, np.array(weights)[:, None]
        self._before = np.zeros((len(weights), _RUNG_OUT))
        self._step = round(_STEP_S * rate_hz)
        self._rest = np.zeros((len(weights), 0))
        self._steps: list[float] = []  # mean square of every 100 ms, all channels together

    def add(self, chunk: np.ndarray) -> None:
        """chunk: (samples, channels), full scale 1."""
        if not len(chunk):
            return
        known = np.concatenate([self._before, chunk.T], axis=1)
        size = fft.next_fast_len(known.shape[1], real=True)
        weighted = fft.irfft(fft.rfft(known, size) * _weighting(self._rate_hz, size), size)[:, _RUNG_OUT : known.shape[1]]
        self._before = known[:, -_RUNG_OUT:]
        waiting = np.concatenate([self._rest, weighted], axis=1)
        whole = waiting.shape[1] // self._step
        used = waiting[:, : whole * self._step]
        power = np.square(used).reshape(len(used), whole, self._step).mean(axis=2)
        self._steps += (power * self._weights).sum(axis=0).tolist()
        self._rest = waiting[:, whole * self._step :].copy()

    def lkfs(self, gain_db: float = 0.0) -> float:
        """Integrated loudness after this gain; -inf for silence. Shorter than a gating block: of all there is, ungated."""
        blocks = self._blocks() * 10.0 ** (gain_db / 10.0)
        loud = blocks[_lkfs(blocks) >= ABSOLUTE_GATE_LKFS]
        if not len(loud):
            return -math.inf
        return float(_lkfs(loud[_lkfs(loud) >= _lkfs(loud.mean()) + RELATIVE_GATE_LU].mean()))

    def gain_db(self, target_lkfs: float) -> float:
        """The gain with which it is as loud as wanted; the absolute gate is moved along. 0 for silence."""
        blocks = self._blocks()
        if not blocks.any():
            return 0.0
        gain_db = target_lkfs - float(_lkfs(blocks.mean()))
        for _ in range(6):
            now = self.lkfs(gain_db)
            gain_db += target_lkfs - now if math.isfinite(now) else 20.0
        return gain_db

    def _blocks(self) -> np.ndarray:
        """Mean squares of the gating blocks."""
        if len(self._steps) >= _STEPS:
            return np.convolve(self._steps, np.full(_STEPS, 1.0 / _STEPS), "valid")
        samples = len(self._steps) * self._step + self._rest.shape[1]
        return np.array([(sum(self._steps) * self._step + (np.square(self._rest) * self._weights).sum()) / max(samples, 1)])


class TruePeak:
    """The highest peak between the samples, by fourfold oversampling (BS.1770-5, annex 2), chunk after chunk."""

    def __init__(self, channels: int = 2) -> None:
        self.peak = 0.0
        self._before = np.zeros((channels, 2 * _REACH))

    def add(self, chunk: np.ndarray) -> None:
        """chunk: (samples, channels), full scale 1."""
        known = np.concatenate([self._before, chunk.T], axis=1)
        fine = [np.convolve(row, taps, "valid") for row in known for taps in _between_samples()]
        self.peak = max([self.peak, *(float(np.abs(part).max(initial=0.0)) for part in fine)])
        self._before = known[:, -2 * _REACH :]

    def dbtp(self) -> float:
        """dB true peak of all so far; -inf for silence. Takes what comes next to be silence."""
        self.add(np.zeros((2 * _REACH, len(self._before))))
        return 20.0 * math.log10(self.peak) if self.peak > 0.0 else -math.inf


def k_weighting(rate_hz: int) -> np.ndarray:
    """The head's shelf and the low cut of BS.1770 as second-order sections (annex 1), for any sample rate."""
    shelf = math.tan(math.pi * 1681.974450955533 / rate_hz)
    high, q = 10.0 ** (3.999843853973347 / 20.0), 0.7071752369554196
    middle = high**0.4996667741545416
    norm = 1.0 + shelf / q + shelf**2
    first = [high + middle * shelf / q + shelf**2, 2.0 * (shelf**2 - high), high - middle * shelf / q + shelf**2]
    cut, q_cut = math.tan(math.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    norm_cut = 1.0 + cut / q_cut + cut**2
    poles = [1.0, 2.0 * (shelf**2 - 1.0) / norm, (1.0 - shelf / q + shelf**2) / norm]
    poles_cut = [1.0, 2.0 * (cut**2 - 1.0) / norm_cut, (1.0 - cut / q_cut + cut**2) / norm_cut]
    return np.array([[*(value / norm for value in first), *poles], [1.0, -2.0, 1.0, *poles_cut]])


@lru_cache(maxsize=2)
def _weighting(rate_hz: int, size: int) -> np.ndarray:
    """What k_weighting does to each bin of a transform of real sound, (size // 2 + 1,) complex."""
    z = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    sections = k_weighting(rate_hz)
    return np.asarray(np.prod([np.polyval(row[2::-1], z) / np.polyval(row[:2:-1], z) for row in sections], axis=0))


@lru_cache(maxsize=1)
def _between_samples() -> np.ndarray:
    """(_OVERSAMPLED, 2 _REACH + 1): filters for the sound at each sample and at so many places after it, by a windowed sinc."""
    late = np.arange(-_REACH * _OVERSAMPLED, (_REACH + 1) * _OVERSAMPLED)
    reach = _REACH * _OVERSAMPLED
    inside = np.maximum(1.0 - (late / reach) ** 2, 0.0)
    taps = np.sinc(late / _OVERSAMPLED) * np.i0(5.0 * np.sqrt(inside)) * (late <= reach)
    return (taps * (_OVERSAMPLED / taps.sum())).reshape(-1, _OVERSAMPLED).T


def _lkfs(mean_square: np.ndarray | float) -> np.ndarray:
    return _OFFSET_DB + 10.0 * np.log10(np.maximum(mean_square, 1e-30))
