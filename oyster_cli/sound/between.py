"""All that lies between a source and the two ears, as one filter: air, an edge, a head."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy import fft

from oyster_cli.compiled import compiled
from oyster_cli.sound.barrier import SPEED_M_S as AIR_M_S
from oyster_cli.sound.barrier import barrier_log
from oyster_cli.sound.head import LEAD, head, muffled
from oyster_cli.sound.speed import WATER_M_S

TAPS = 512
BINS = TAPS // 2 + 1
FFT = 3 * TAPS  # as long as what is filtered at once: TAPS of history and up to FFT - TAPS new samples
LATE_M = 10.0  # the late field is as loud as of a source this far away, or as the source is, if that is farther
# What one could hear of a difference between aims: so much, and such a share of it. Half a degree, 5 % of the way,
# 0.1 dB, 0.4 dB, 0.1 dB and 2 % of what the air takes.
_FINE = np.array([0.009, 0.009, 0.009, 0.01, 1e-6, 5e-5, 0.01])
_SHARE = np.array([0.0, 0.0, 0.0, 0.05, 0.01, 0.01, 0.02])


def aim(
    toward: np.ndarray,
    detour_m: np.ndarray,
    size_m: np.ndarray,
    bed: np.ndarray,
    sends: np.ndarray,
    axes: np.ndarray,
    air: np.ndarray,
) -> np.ndarray:
    """What the filters of n sources follow from at each node, (nodes, n, 7): direction right, up, ahead; metres of air; share
    of the late field; metres of detour; nepers that the air takes at 12 kHz.

    toward (nodes, n, 3): from the ear to the source, metres; detour_m (nodes, n); size_m (n,); bed, sends (n,) bool, whether it
    is all around and whether it sends to the late field; axes (nodes, 3, 3): rows right, up, ahead; air (BINS,): log spectrum
    per metre. Distance itself (1/r) is not in here, but for the late field's share of it.
    """
    out = np.empty((*toward.shape[:2], 7))
    _aim(toward, detour_m, size_m, bed, sends, axes, -float(air[BINS // 2].real), out)
    return out


@compiled
def _aim(
    toward: np.ndarray,
    detour_m: np.ndarray,
    size_m: np.ndarray,
    bed: np.ndarray,
    sends: np.ndarray,
    axes: np.ndarray,
    nepers_m: float,
    out: np.ndarray,
) -> None:
    for node in range(len(toward)):
        for source in range(len(size_m)):
            (x, y, z), row = toward[node, source], out[node, source]
            far_m = math.sqrt(x * x + y * y + z * z)
            for k in range(3):
                axis = axes[node, k]
                row[k] = (x * axis[0] + y * axis[1] + z * axis[2]) / max(far_m, 1e-6)
            row[3] = 0.0 if bed[source] else far_m
            row[4] = 0.0 if bed[source] or not sends[source] else max(far_m, size_m[source]) / max(far_m, LATE_M)
            row[5], row[6] = detour_m[node, source], row[3] * nepers_m


@compiled
def differ(aim: np.ndarray, other: np.ndarray) -> bool:
    """Whether one could hear that two aims (7,) differ. One that is not a number differs from all."""
    near = True
    for k in range(len(aim)):
        near = near and abs(aim[k] - other[k]) <= _FINE[k] + _SHARE[k] * abs(other[k])
    return not near


@compiled
def fading(before: np.ndarray, aims: np.ndarray, out: np.ndarray) -> None:
    """What fades out and in from each node on: out (nodes, n, 2, 7), of aims (nodes, n, 7).

    At the first that goes on as it was, before (n, 2, 7); what is not a number there begins, as it is. At others what has faded
    in is all there is, and the aims are faded to, if one can hear that they differ.
    """
    for source in range(len(before)):
        begins = np.isnan(before[source, 0, 0])
        for k in range(7):
            for which in range(2):
                out[0, source, which, k] = aims[0, source, k] if begins else before[source, which, k]
        for node in range(1, len(aims)):
            now, wanted = out[node - 1, source, 1], aims[node, source]
            goes = differ(wanted, now)
            for k in range(7):
                out[node, source, 0, k], out[node, source, 1, k] = now[k], wanted[k] if goes else now[k]


def between(aims: np.ndarray, air: np.ndarray, rate_hz: int, pinna: bool = True, under_water: bool = False) -> np.ndarray:
    """Filters for (n, 7) aims, (n, 4, FFT // 2 + 1) complex64: left ear, right ear, late field, and what comes to the place of
    the head. Row by row the same, in any company."""
    far_m, share, detour_m = aims[:, 3:4].astype(np.float32), aims[:, 4].astype(np.float32), aims[:, 5]
    log, hidden = air * far_m, np.flatnonzero(detour_m > 0.0)
    through = _exp(log)
    late = through[hidden]
    waves = AIR_M_S / WATER_M_S if under_water else 1.0  # a detour counts in wavelengths, which are longer in water
    through[hidden] = _exp(log[hidden] + barrier_log(detour_m[hidden] * waves, BINS, rate_hz))
    ears = head(aims[:, :3], TAPS, rate_hz, pinna, under_water, aims[:, 3]) * through[:, None]
    response = np.concatenate([ears.reshape(-1, BINS), through * _led(), late * _led()])
    if under_water:
        response *= muffled(TAPS, rate_hz)
    spectra = fft.rfft(fft.irfft(response, TAPS), FFT)
    n, out = len(aims), np.empty((len(aims), 4, FFT // 2 + 1), np.complex64)
    out[:, :2], out[:, 3] = spectra[: 2 * n].reshape(n, 2, -1), spectra[2 * n : 3 * n]
    out[:, 2] = out[:, 3]
    out[hidden, 2] = spectra[3 * n :]  # the late field comes round an edge
    out[:, 2] *= share[:, None]
    return out


def _exp(log: np.ndarray) -> np.ndarray:
    """exp of complex64, from functions of real numbers that are much quicker."""
    out, size = np.empty(log.shape, np.complex64), np.exp(log.real)
    out.real, out.imag = size * np.cos(log.imag), size * np.sin(log.imag)
    return out


@lru_cache(maxsize=1)
def _led() -> np.ndarray:
    """(BINS,) complex64: LEAD samples late."""
    return np.exp(-1j * np.pi * LEAD * np.linspace(0.0, 1.0, BINS)).astype(np.complex64)
