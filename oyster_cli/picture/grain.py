"""One tile of noise with its coarser copies, fetched at any scale: the detail finer than any mesh."""

from __future__ import annotations

import numpy as np
import quadrants as qd
import torch

SIZE = 256
LEVELS = 7


def make_grain(seed: int = 1) -> torch.Tensor:
    """(texels of all levels, 4) float32: value, crackle, and the value's slopes along u and v. Repeats without a seam.

    value: spectral noise, amplitude falling with frequency^1.35, std 0.5. crackle: distance to the nearest of scattered
    points, 0 at a point, about 1 between them (pebbles, cracked mud).
    """
    rng = np.random.default_rng(seed)
    f = np.fft.fftfreq(SIZE, 1 / SIZE)
    radius = np.hypot(f[:, None], f[None])
    amplitude = np.where(radius > 2.5, 1 / np.maximum(radius, 1) ** 1.35, 0) * (radius < 90)
    value = np.fft.ifft2(np.fft.fft2(rng.standard_normal((SIZE, SIZE))) * amplitude).real
    value *= 0.5 / value.std()
    slope_u = np.fft.ifft2(np.fft.fft2(value) * 2j * np.pi * f[None]).real / SIZE
    slope_v = np.fft.ifft2(np.fft.fft2(value) * 2j * np.pi * f[:, None]).real / SIZE
    full = np.stack([value, _crackle(rng), slope_u * 4, slope_v * 4], -1)
    levels = [full]
    for _ in range(LEVELS - 1):
        last = levels[-1]
        levels.append((last[::2, ::2] + last[1::2, ::2] + last[::2, 1::2] + last[1::2, 1::2]) / 4)
    return torch.from_numpy(np.concatenate([level.reshape(-1, 4) for level in levels]).astype(np.float32))


def _crackle(rng: np.random.Generator) -> np.ndarray:
    """(SIZE, SIZE) distance to the nearest of 24 x 24 jittered points, over the spacing."""
    cells = 24
    spacing = SIZE / cells
    own = (np.stack(np.meshgrid(np.arange(cells), np.arange(cells)), -1) + rng.uniform(0.05, 0.95, (cells, cells, 2))) * spacing
    grid = np.stack(np.meshgrid(np.arange(SIZE), np.arange(SIZE)), -1) + 0.5
    cell = (grid / spacing).astype(int)
    nearest = np.full((SIZE, SIZE), 1e9)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            col, row = cell[..., 0] + dx, cell[..., 1] + dy
            point = own[row % cells, col % cells] + np.stack([col - col % cells, row - row % cells], -1) * spacing
            nearest = np.minimum(nearest, np.linalg.norm(grid - point, axis=-1))
    return nearest / spacing


@qd.func
def grain(tile: qd.template(), u, v, span):
    """The tile at (u, v) in texels, for a pixel that covers `span` texels: bilinear in the level that suits."""
    level = qd.min(qd.max((qd.bit_cast(qd.max(span, 1e-6) * 1.3, qd.i32) >> 23) - 127, 0), 6)
    size = 256 >> level
    start = (4 * 65536 - 4 * size * size) // 3
    scale = 1.0 / qd.cast(1 << level, qd.f32)
    x, y = u * scale - 0.5, v * scale - 0.5
    fx, fy = qd.floor(x), qd.floor(y)
    i, j = qd.cast(fx, qd.i32) & (size - 1), qd.cast(fy, qd.i32) & (size - 1)
    i1, j1 = (i + 1) & (size - 1), (j + 1) & (size - 1)
    a, b = x - fx, y - fy
    low = tile[start + j * size + i] * (1.0 - a) + tile[start + j * size + i1] * a
    high = tile[start + j1 * size + i] * (1.0 - a) + tile[start + j1 * size + i1] * a
    return low * (1.0 - b) + high * b
