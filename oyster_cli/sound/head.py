"""A head without data: a rigid sphere with an ear on each side, and soft cues for above, below and behind."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import eval_legendre, spherical_jn, spherical_yn

from oyster_cli.sound.speed import WATER_M_S

RADIUS_M = 0.0875
SPEED_M_S = 343.0
MUFFLED_HZ = 750.0  # above this a head under water hears less and less: what comes in is what its bones conduct
LEAD = 32  # samples by which every response is late, so that the nearer ear's early arrival has room
RANGES_M, FAR_M = (0.12, 0.17, 0.25, 0.4, 0.7), 1.0  # of the table for near sources; from here on they are far
_ORDERS = 71
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
    degrees = np.degrees(np.arccos(np.minimum(np.maximum(direction[:, :1] * (-1.0, 1.0), -1.0), 1.0)))  # (n, 2)
    low = np.minimum(degrees.astype(np.intp), 179)
    part = (degrees - low).astype(np.float32)[..., None]
    table = sphere(taps, rate_hz, WATER_M_S if under_water else SPEED_M_S)
    ears = table[low] * (1.0 - part) + table[low + 1] * part
    if far_m is not None and not under_water:
        close = np.flatnonzero((far_m > 0.0) & (far_m < FAR_M))
        if len(close):
            ears[close] = _near_ears(near(taps, rate_hz), far_m[close], low[close], part[close])
    return ears * _cues(direction, taps, rate_hz)[:, None] if pinna and not under_water else ears


def _near_ears(tables: np.ndarray, far_m: np.ndarray, low: np.ndarray, part: np.ndarray) -> np.ndarray:
    """(n, 2, bins) between ranges and, from degree `low` (n, 2) on, between degrees."""
    step = np.interp(np.log(far_m), np.log((*RANGES_M, FAR_M)), np.arange(len(tables)))
    first = np.minimum(step.astype(np.intp), len(RANGES_M) - 1)[:, None]
    beyond = (step[:, None] - first).astype(np.float32)[..., None]
    here, there = (tables[k, low] * (1.0 - part) + tables[k, low + 1] * part for k in (first, first + 1))
    return np.asarray(here * (1.0 - beyond) + there * beyond)


def muffled(taps: int, rate_hz: int) -> np.ndarray:
    """What a head under water hears of any sound, (taps // 2 + 1,) complex64."""
    return (1.0 / (1.0 + 1j * np.fft.rfftfreq(taps, 1.0 / rate_hz) / MUFFLED_HZ)).astype(np.complex64)


def _cues(direction: np.ndarray, taps: int, rate_hz: int) -> np.ndarray:
    """What ear flap and shoulders do, alike on both sides, (n, bins) complex64: three sections after Schwark 2020."""
    up, ahead = np.minimum(np.maximum(direction[:, 1:2], -1.0), 1.0), direction[:, 2:3]
    from_top = np.degrees(np.arccos(up))
    behind = _shelf(taps, rate_hz, 11_200.0, 1.0 - 0.61 * 0.5 * (1.0 - ahead))
    torso = _shelf(taps, rate_hz, SPEED_M_S / (2.0 * RADIUS_M), 1.0 - 0.9 * np.maximum((from_top - 135.0) / 45.0, 0.0))
    return behind * torso * _dip(taps, rate_hz, np.maximum(1.0 - from_top / 102.0, 0.0))


def _shelf(taps: int, rate_hz: int, corner: float, above: np.ndarray) -> np.ndarray:
    """1 below the corner (rad/s), `above` (n, 1) well above it: (1 + above s) / (1 + s)."""
    low, high = _crossing(taps, rate_hz, corner)
    return low + above.astype(np.float32) * high


@lru_cache(maxsize=4)
def _crossing(taps: int, rate_hz: int, corner: float) -> tuple[np.ndarray, np.ndarray]:
    """1 / (1 + s) and s / (1 + s), (bins,) complex64."""
    s = 1j * np.pi * np.fft.rfftfreq(taps, 1.0 / rate_hz) / corner
    return (1.0 / (1.0 + s)).astype(np.complex64), (s / (1.0 + s)).astype(np.complex64)


def _dip(taps: int, rate_hz: int, height: np.ndarray, q: float = 2.3) -> np.ndarray:
    """The broad notch of sounds from above: none at height 0, at 1 (overhead) 5.4 dB deep at 650 Hz; height (n, 1).

    (1 + s depth / q + s²) / (1 + s / q + s²) with s = i v, in real numbers.
    """
    hz = np.fft.rfftfreq(taps, 1.0 / rate_hz).astype(np.float32)
    v = hz / (1300.0 - 650.0 * height).astype(np.float32)
    rest = 1.0 - v * v
    part = v / np.float32(q)
    less = (10.0 ** (-5.4 * height / 20.0) - 1.0).astype(np.float32) * part / (rest * rest + part * part)
    out = np.empty(v.shape, np.complex64)
    out.real, out.imag = 1.0 + less * part, less * rest
    return out
