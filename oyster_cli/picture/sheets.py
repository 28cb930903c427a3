"""Sheets of rock, stones and wind ripples, made once: what a surface is like in relief, to be laid on at any scale.

Each is (SIZE, SIZE, 4) and repeats without a seam: tone (a factor on the colour is 1 + tone), open (1 in the open, 0 deep in a
crack), and the slopes of its relief along u (columns) and v (rows), as true slopes.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, maximum_filter1d

SIZE = 256
_V, _U = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)


def _rough(rng: np.random.Generator, fall: float, lowest: float = 2.5, stretch: float = 1.0) -> np.ndarray:
    """Noise whose amplitude falls with frequency^fall, standard deviation 1. stretch > 1: longer along v."""
    f = np.fft.fftfreq(SIZE, 1 / SIZE)
    radius = np.hypot(f[:, None] * stretch, f[None])
    amplitude = np.where(radius > lowest, 1 / np.maximum(radius, 1) ** fall, 0) * (radius < 100)
    value = np.fft.ifft2(np.fft.fft2(rng.standard_normal((SIZE, SIZE))) * amplitude).real
    return np.asarray(value / value.std(), np.float32)


def _sheet(relief: np.ndarray, tone: np.ndarray, open_: np.ndarray, most: float) -> np.ndarray:
    by_u = (np.roll(relief, -1, 1) - np.roll(relief, 1, 1)) / 2
    by_v = (np.roll(relief, -1, 0) - np.roll(relief, 1, 0)) / 2
    return np.stack([tone, open_, by_u.clip(-most, most), by_v.clip(-most, most)], -1)


def _blocks(
    rng: np.random.Generator, u: np.ndarray, v: np.ndarray, wide: int, high: int, deep: float, lean: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Broken blocks, wide x high of them: relief in texels, a number of its own 0 ... 1 for each, texels to its border."""
    du, dv = SIZE / wide, SIZE / high
    at = rng.uniform(0.08, 0.92, (high, wide, 2)).astype(np.float32)
    own = rng.uniform(0, 1, (high, wide)).astype(np.float32)
    tilt = rng.normal(0, lean, (high, wide, 2)).astype(np.float32)
    i, j = np.floor(v / dv).astype(np.int32), np.floor(u / du).astype(np.int32)
    first, second = np.full(u.shape, 9e9, np.float32), np.full(u.shape, 9e9, np.float32)
    relief, number = np.zeros_like(u), np.zeros_like(u)
    for di in (-1, 0, 1):
        for dj in (-1, 0, 1):
            row, column = (i + di) % high, (j + dj) % wide
            a = u - (j + dj + at[row, column, 0]) * np.float32(du)
            b = v - (i + di + at[row, column, 1]) * np.float32(dv)
            a2, b2 = (a / np.float32(du)) ** 2, (b / np.float32(dv)) ** 2
            away = np.sqrt(np.sqrt(a2 * a2 + b2 * b2))  # nearly boxes
            near = away < first
            second = np.where(near, first, np.minimum(second, away))
            first = np.where(near, away, first)
            number = np.where(near, own[row, column], number)
            relief = np.where(near, deep * own[row, column] + tilt[row, column, 0] * a + tilt[row, column, 1] * b, relief)
    return relief, number, (second - first) * 0.5 * min(du, dv)


def face(rng: np.random.Generator) -> np.ndarray:
    """A broken face of rock, v upwards: beds along u, blocks between joints, cracks, streaks below what stands out."""
    bend, small = _rough(rng, 1.8), _rough(rng, 1.3)
    u, v = _U + 4.0 * bend + 0.5 * small, _V + 2.2 * _rough(rng, 2.0) + 0.4 * small
    edges = np.cumsum(rng.uniform(0.2, 1.0, 11) ** 2)
    edges = edges / edges[-1] * SIZE
    bed = np.searchsorted(edges, v % SIZE).clip(0, 10)
    stands = rng.uniform(-2.6, 2.6, 11)[bed]
    seam = np.abs((v % SIZE)[..., None] - edges).min(-1)
    big, own, border = _blocks(rng, u + 60.0 * rng.uniform(-1, 1, 11)[bed], v, 6, 7, 5.0, 0.16)
    little, mine, chip = _blocks(rng, u + 0.6 * own * SIZE, v + 0.5 * own * SIZE, 13, 15, 1.8, 0.20)
    crack = 0.9 * np.exp(-((border / 1.2) ** 2)) * (own > 0.3) + 0.6 * np.exp(-((seam / 1.1) ** 2))
    crack = np.maximum(crack, 0.45 * np.exp(-((chip / 0.9) ** 2)) * (mine > 0.6)).clip(0, 1)
    relief = gaussian_filter(stands + big + little + 0.2 * small, 0.55, mode="wrap") - 1.2 * crack
    over = maximum_filter1d(relief, 7, axis=0, mode="wrap", origin=-3)  # the rock just above
    hid = ((over - relief) / 11.0).clip(0, 1) + ((gaussian_filter(relief, 5, mode="wrap") - relief) / 8.0).clip(0, 1)
    hid = np.minimum(hid, 0.7)
    streak = _rough(rng, 0.9, 3.0, 7.0)
    tone = 0.18 * (own - 0.5) + 0.16 * (mine - 0.5) + 0.07 * streak + 0.05 * small - 0.16 * np.maximum(streak - 0.9, 0)
    return _sheet(relief, tone, (1.0 - 0.7 * hid - 0.55 * crack).clip(0.05, 1), 1.3)


def stones(rng: np.random.Generator) -> np.ndarray:
    """Loose stones of all sizes from above, many small and few large, each with its tone; dark gaps between them."""
    relief, tone = np.full((SIZE, SIZE), -2.0, np.float32), np.full((SIZE, SIZE), -0.25, np.float32)
    sizes = np.sort(2.6 * (1.0 - rng.uniform(0, 0.992, 1500)) ** -0.55)[::-1].clip(2.6, 19.0)
    for size in sizes:
        cu, cv, turn, flat = *rng.uniform(0, SIZE, 2), rng.uniform(0, np.pi), rng.uniform(0.62, 0.95)
        reach = int(size) + 2
        j, i = np.arange(int(cu) - reach, int(cu) + reach + 1), np.arange(int(cv) - reach, int(cv) + reach + 1)
        du, dv = j[None] - cu, i[:, None] - cv
        a, b = (np.cos(turn) * du + np.sin(turn) * dv) / size, (np.cos(turn) * dv - np.sin(turn) * du) / (size * flat)
        d = (np.abs(a) ** 2.6 + np.abs(b) ** 2.6) ** (1 / 2.6)
        at = np.ix_(i % SIZE, j % SIZE)
        if (relief[at][d < 0.8] > -1.9).mean() > 0.25:
            continue  # another one lies there
        dome = size * 0.5 * np.sqrt((1.0 - d**2).clip(0)) + rng.uniform(-0.1, 0.1) * du + rng.uniform(-0.1, 0.1) * dv
        top = (d < 1.0) & (dome > relief[at])
        relief[at] = np.where(top, dome, relief[at])
        tone[at] = np.where(top, rng.normal(0.0, 0.2), tone[at])
    small = _rough(rng, 1.1)
    relief = gaussian_filter(relief, 0.7, mode="wrap") + 0.3 * small
    hid = ((gaussian_filter(relief, 3.0, mode="wrap") - relief) / 4.0).clip(0, 1)
    return _sheet(relief, tone + 0.06 * small, (1.0 - 1.3 * hid).clip(0.05, 1), 1.4)


def ripples(rng: np.random.Generator, waves: int = 24) -> np.ndarray:
    """Ripples of blown sand, the wind going up v: long backs, short fronts, forks where one ends between two others."""
    f = np.fft.fftfreq(SIZE, 1 / SIZE)
    along, across = f[:, None], f[None]
    band = np.exp(-(((along - waves) / 3.0) ** 2) - (across / 3.4) ** 2) * (along > 0)
    wave = np.fft.ifft2(np.fft.fft2(rng.standard_normal((SIZE, SIZE))) * band)  # one-sided: its angle is the phase
    part = (np.angle(wave) / (2 * np.pi)) % 1.0
    strong = (np.abs(wave) / np.abs(wave).mean()).clip(0, 1)
    back = part / 0.66
    front = (part - 0.66) / 0.34
    relief = np.where(part < 0.66, back**1.25, 1.0 - front * front * (3 - 2 * front)) * strong
    relief = gaussian_filter(relief, 0.5, mode="wrap") * 0.16 * SIZE / waves
    small = _rough(rng, 0.9)
    return _sheet(relief + 0.10 * small, 0.05 * small, relief / relief.max(), 1.2)
