"""A head without data: a rigid sphere with an ear on each side, and soft cues for above, below and behind."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy.special import eval_legendre, spherical_jn, spherical_yn

from oyster_cli.compiled import compiled
from oyster_cli.sound.speed import WATER_M_S

RADIUS_M = 0.0875
SPEED_M_S = 343.0
MUFFLED_HZ = 750.0  # above this a head under water hears less and less: what comes in is what its bones conduct
LEAD = 32  # samples by which every response is late, so that the nearer ear's early arrival has room
RANGES_M, FAR_M = (0.12, 0.17, 0.25, 0.4, 0.7), 1.0  # of the table for near sources; from here on they are far
_ORDERS = 71
BEHIND, TORSO = (
    11_200.0,
    SPEED_M_S / (2.0 * RADIUS_M),
)  # corners (rad/s) of what ear flaps take from behind, shoulders from below
_Q = 2.3
_FADE_HZ = (20_000.0, 24_000.0)  # the table fades out here: it keeps the responses short


@lru_cache(maxsize=4)
def sphere(taps: int, rate_hz: int, speed_m_s: float = SPEED_M_S) -> np.ndarray:
    """Response at an ear on a rigid sphere to a plane wave, for 0 to 180 degrees between them, (181, taps // 2 + 1) complex64.

    Relative to the sound at the middle of the head without the head, and LEAD samples late. After Duda & Martens 1998:
    H = -i / (ka)² Σ (2n + 1) iⁿ Pₙ(cos θ) / hₙ'(ka), k = ω / c, a the radius, h of the second kind.
    """
    freq_hz = np.fft.rfftfreq(taps, 1.0 / rate_hz)
    wave = np.maximum(2.0 * np.pi * freq_hz * RADIUS_M / speed_m_s, 1e-3)
    order = np.arange(_ORDERS)
    with np.errstate(over="ignore", invalid="ignore"):
        slope = spherical_jn(order[:, None], wave, derivative=True) - 1j * spherical_yn(order[:, None], wave, derivative=True)
        series = ((2 * order + 1) * (1j**order))[:, None] / (slope * wave**2)
    cosine = np.cos(np.radians(np.arange(181)))
    table = eval_legendre(order, cosine[:, None]) @ np.nan_to_num(series) * -1j
    table[:, 0] = 1.0
    return (table * _faded(freq_hz) * np.exp(-2j * np.pi * freq_hz * LEAD / rate_hz)).astype(np.complex64)


@lru_cache(maxsize=2)
def near(taps: int, rate_hz: int) -> np.ndarray:
    """As sphere(), of points at RANGES_M, and last of one far off, (ranges + 1, 181, taps // 2 + 1) complex64.

    Duda & Martens 1998: H = -r / (k a²) exp(i k r) Σ (2n + 1) Pₙ(cos θ) hₙ(kr) / hₙ'(ka). Orders too high to be worked out at
    low notes matter as little there.
    """
    freq_hz = np.fft.rfftfreq(taps, 1.0 / rate_hz)
    k = np.maximum(2.0 * np.pi * freq_hz / SPEED_M_S, 0.05)  # the note at 0 Hz is as the lowest
    order = np.arange(_ORDERS)[:, None]
    legendre = eval_legendre(order.T, np.cos(np.radians(np.arange(181)))[:, None])
    lead = _faded(freq_hz) * np.exp(-2j * np.pi * freq_hz * LEAD / rate_hz)
    tables = []
    with np.errstate(over="ignore", invalid="ignore"):
        slope = spherical_jn(order, k * RADIUS_M, True) - 1j * spherical_yn(order, k * RADIUS_M, True)
        for range_m in RANGES_M:
            wave = spherical_jn(order, k * range_m) - 1j * spherical_yn(order, k * range_m)
            series = np.nan_to_num((2 * order + 1) * wave / slope)
            tables.append(legendre @ series * (-range_m / (k * RADIUS_M**2)) * np.exp(1j * k * range_m) * lead)
    return np.array([*tables, sphere(taps, rate_hz)], np.complex64)


def _faded(freq_hz: np.ndarray) -> np.ndarray:
    return np.asarray(np.cos(0.5 * np.pi * np.clip((freq_hz - _FADE_HZ[0]) / (_FADE_HZ[1] - _FADE_HZ[0]), 0.0, 1.0)) ** 2)


def head(
    direction: np.ndarray,
    taps: int,
    rate_hz: int,
    pinna: bool = True,
    under_water: bool = False,
    far_m: np.ndarray | None = None,
) -> np.ndarray:
    """Responses of left and right ear, (n, 2, taps // 2 + 1) complex64, for (n, 3) unit directions (right, up, ahead).

    far_m: (n,) metres; what is nearer than FAR_M is much louder at the nearer ear; 0 is far. under_water: sound passes the head
    so fast that both ears hear nearly alike; flaps and shoulders do nothing.
    """
    table = sphere(taps, rate_hz, WATER_M_S if under_water else SPEED_M_S)
    ears = np.empty((len(direction), 2, table.shape[1]), np.complex64)
    direction = np.ascontiguousarray(direction)
    _far_ears(direction, table, ears)
    if far_m is not None and not under_water:
        close = np.flatnonzero((far_m > 0.0) & (far_m < FAR_M))
        if len(close):
            ears[close] = _near_ears(near(taps, rate_hz), far_m[close], direction[close])
    if pinna and not under_water:
        behind, torso = (_crossing(taps, rate_hz, corner) for corner in (BEHIND, TORSO))
        _cue(direction, *behind, *torso, np.fft.rfftfreq(taps, 1.0 / rate_hz).astype(np.float32), ears)
    return ears


@compiled
def _far_ears(direction: np.ndarray, table: np.ndarray, ears: np.ndarray) -> None:
    """Fill (n, 2, bins) from the table, between its degrees."""
    for source in range(len(direction)):
        for ear in range(2):
            toward = direction[source, 0] * (2 * ear - 1)
            degrees = math.degrees(math.acos(min(max(toward, -1.0), 1.0)))
            low = min(int(degrees), 179)
            part = np.float32(degrees - low)
            rest, here, there, into = np.float32(1.0) - part, table[low], table[low + 1], ears[source, ear]
            for k in range(len(into)):
                into[k] = here[k] * rest + there[k] * part


def _near_ears(tables: np.ndarray, far_m: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """(n, 2, bins) between ranges and between degrees."""
    degrees = np.degrees(np.arccos(np.clip(direction[:, :1] * (-1.0, 1.0), -1.0, 1.0)))  # (n, 2)
    low = np.minimum(degrees.astype(np.intp), 179)
    part = (degrees - low).astype(np.float32)[..., None]
    step = np.interp(np.log(far_m), np.log((*RANGES_M, FAR_M)), np.arange(len(tables)))
    first = np.minimum(step.astype(np.intp), len(RANGES_M) - 1)[:, None]
    beyond = (step[:, None] - first).astype(np.float32)[..., None]
    here, there = (tables[k, low] * (1.0 - part) + tables[k, low + 1] * part for k in (first, first + 1))
    return np.asarray(here * (1.0 - beyond) + there * beyond)


def muffled(taps: int, rate_hz: int) -> np.ndarray:
    """What a head under water hears of any sound, (taps // 2 + 1,) complex64."""
    return (1.0 / (1.0 + 1j * np.fft.rfftfreq(taps, 1.0 / rate_hz) / MUFFLED_HZ)).astype(np.complex64)


@lru_cache(maxsize=4)
def _crossing(taps: int, rate_hz: int, corner: float) -> tuple[np.ndarray, np.ndarray]:
    """1 / (1 + s) and s / (1 + s), (bins,) complex64."""
    s = 1j * np.pi * np.fft.rfftfreq(taps, 1.0 / rate_hz) / corner
    return (1.0 / (1.0 + s)).astype(np.complex64), (s / (1.0 + s)).astype(np.complex64)


@compiled
def _cue(
    direction: np.ndarray,
    behind_low: np.ndarray,
    behind_high: np.ndarray,
    torso_low: np.ndarray,
    torso_high: np.ndarray,
    hz: np.ndarray,
    ears: np.ndarray,
) -> None:
    """Add to (n, 2, bins) what ear flap and shoulders do, alike on both sides: three sections after Schwark 2020.

    Two shelves: 1 below a corner, `above` well above it, (1 + above s) / (1 + s). And the broad notch of sounds from above,
    none at height 0, at 1 (overhead) 5.4 dB deep at 650 Hz: (1 + s depth / q + s²) / (1 + s / q + s²) with s = i v, in real
    numbers.
    """
    cue, one, q = np.empty(len(hz), np.complex64), np.float32(1.0), np.float32(_Q)
    for source in range(len(direction)):
        from_top = math.degrees(math.acos(min(max(direction[source, 1], -1.0), 1.0)))
        behind = np.float32(1.0 - 0.61 * 0.5 * (1.0 - direction[source, 2]))
        torso = np.float32(1.0 - 0.9 * max((from_top - 135.0) / 45.0, 0.0))
        for k in range(len(hz)):
            cue[k] = (behind_low[k] + behind * behind_high[k]) * (torso_low[k] + torso * torso_high[k])
        height = 1.0 - from_top / 102.0
        if height > 0.0:
            per_hz, depth = np.float32(1.0 / (1300.0 - 650.0 * height)), np.float32(10.0 ** (-5.4 * height / 20.0) - 1.0)
            for k in range(len(hz)):
                v = hz[k] * per_hz
                rest, part = one - v * v, v / q
                less = depth * part / (rest * rest + part * part)
                cue[k] *= complex(one + less * part, less * rest)
        for ear in range(2):
            heard = ears[source, ear]
            for k in range(len(hz)):
                heard[k] *= cue[k]
