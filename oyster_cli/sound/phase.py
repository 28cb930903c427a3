"""From how loud a filter is at each frequency to the filter that is so and answers soonest."""

from __future__ import annotations

import numpy as np
from scipy import fft


def minimum_phase(log_gain: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Log spectrum of the minimum-phase filter, and how late it is at low frequencies.

    log_gain: (..., bins) natural logarithm of the gain at bins equally spaced from 0 to half the sample rate.
    Returns (..., bins) complex log spectrum and (...) group delay at 0 Hz in samples. Both are linear in log_gain, so
    that a filter twice as long in decibels has twice the log spectrum. By the real cepstrum (Oppenheim & Schafer).
    """
    size = 2 * (log_gain.shape[-1] - 1)
    cepstrum = fft.irfft(log_gain, size)
    cepstrum[..., 1 : size // 2] *= 2.0
    cepstrum[..., size // 2 + 1 :] = 0.0
    return fft.rfft(cepstrum), cepstrum[..., : size // 2] @ np.arange(size // 2)
