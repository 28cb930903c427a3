"""What is lost when sound has to go around an edge: Maekawa's barrier."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from oyster_cli.sound.phase import minimum_phase

CAP_DB = 24.0
SPEED_M_S = 343.2
GRAZING_M = 0.03  # over the first few centimetres of detour the edge comes in softly
_FINEST_M = 0.002
_ROWS_PER_OCTAVE = 4
_ROWS = 62  # up to some 80 m of detour
_FINER = 8


def barrier_db(freq_hz: np.ndarray, detour_m: np.ndarray | float) -> np.ndarray:
    """Insertion loss in dB, broadcast over both: 10 log10(3 + 20 N), N = 2 detour f / c, at most 24 (ISO 9613-2, 7.4).

    In plain sight (detour 0) nothing is lost; the formula's 3 (4.8 dB at the very edge) is reached at GRAZING_M.
    """
    edge = 1.0 + 2.0 * np.minimum(np.asarray(detour_m) / GRAZING_M, 1.0)
    return np.minimum(10.0 * np.log10(edge + 40.0 * np.asarray(detour_m) * freq_hz / SPEED_M_S), CAP_DB)


def barrier_log(detour_m: np.ndarray, bins: int, rate_hz: int) -> np.ndarray:
    """Log spectra of the edges, (n, bins) complex64, minimum phase, for (n,) detours."""
    row = np.clip(_ROWS_PER_OCTAVE * np.log2(1.0 + detour_m / _FINEST_M), 0.0, _ROWS - 1.001)
    low = row.astype(np.intp)
    part = (row - low).astype(np.float32)[:, None]
    table = _table(bins, rate_hz)
    return table[low] * (1.0 - part) + table[low + 1] * part


@lru_cache(maxsize=2)
def _table(bins: int, rate_hz: int) -> np.ndarray:
    detour_m = _FINEST_M * (2.0 ** (np.arange(_ROWS) / _ROWS_PER_OCTAVE) - 1.0)
    fine_hz = np.linspace(0.0, rate_hz / 2, (bins - 1) * _FINER + 1)
    log, _ = minimum_phase(-barrier_db(fine_hz, detour_m[:, None]) * np.log(10.0) / 20.0)
    return log[:, ::_FINER].astype(np.complex64)
