"""All that lies between a source and the two ears, as one filter: air, an edge, a head."""

from __future__ import annotations

import numpy as np
from scipy import fft

from oyster_cli.sound.barrier import SPEED_M_S as AIR_M_S
from oyster_cli.sound.barrier import barrier_log
from oyster_cli.sound.head import LEAD, head, muffled
from oyster_cli.sound.speed import WATER_M_S

TAPS = 512
BINS = TAPS // 2 + 1
FFT = 3 * TAPS  # as long as what is filtered at once: TAPS of history and up to FFT - TAPS new samples
LATE_M = 10.0  # the late field is as loud as of a source this far away, or as the source is, if that is farther


def between(
    toward: np.ndarray,
    bed: np.ndarray,
    size_m: np.ndarray,
    detour_m: np.ndarray,
    axes: np.ndarray,
    air: np.ndarray,
    rate_hz: int,
    pinna: bool = True,
    under_water: bool = False,
) -> np.ndarray:
    """Filters for (n,) sources, (n, 3, FFT // 2 + 1) complex64: left ear, right ear, late field.

    toward (n, 3): from the ear to the source, metres; bed (n,) bool; size_m, detour_m (n,); axes (3, 3): rows right, up, ahead;
    air (BINS,): log spectrum per metre. Distance itself (1/r) is not in here, but for the late field's share of it.
    """
    far_m = np.sqrt((toward * toward).sum(axis=1))
    direction = np.einsum("nk,ak->na", toward / np.maximum(far_m, 1e-6)[:, None], axes)  # row by row the same, in any company
    log = air * np.where(bed, 0.0, far_m).astype(np.float32)[:, None]
    through = np.exp(log)
    share = np.where(bed, 0.0, np.maximum(far_m, size_m) / np.maximum(far_m, LATE_M)).astype(np.float32)
    response = np.empty((len(toward), 3, BINS), np.complex64)
    response[:, 2] = through * share[:, None] * np.exp(-1j * np.pi * LEAD * np.linspace(0.0, 1.0, BINS))
    hidden = np.flatnonzero(detour_m > 0.0)
    waves = AIR_M_S / WATER_M_S if under_water else 1.0  # a detour counts in wavelengths, which are longer in water
    through[hidden] = np.exp(log[hidden] + barrier_log(detour_m[hidden] * waves, BINS, rate_hz))
    response[:, :2] = head(direction, TAPS, rate_hz, pinna, under_water) * through[:, None]
    if under_water:
        response *= muffled(TAPS, rate_hz)
    return fft.rfft(fft.irfft(response, TAPS), FFT)
