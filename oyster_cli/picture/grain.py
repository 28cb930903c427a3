"""Tiles of noise, rock, stones and ripples with their coarser copies, fetched at any scale: the detail finer than any mesh."""

from __future__ import annotations

import numpy as np
import quadrants as qd
import torch

from oyster_cli.picture.sheets import SIZE, face, ripples, stones

LEVELS = 7


def make_grain(seed: int = 1) -> torch.Tensor:
    """(tiles * texels of all levels, 4) float32, four tiles: noise, and the sheets of rock, stones and ripples.

    Noise: value, crackle, and the value's slopes along u and v. It repeats without a seam.
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
    noise = np.stack([value, _crackle(rng), slope_u * 4, slope_v * 4], -1)
    return torch.from_numpy(np.concatenate([_levels(tile) for tile in (noise, face(rng), stones(rng), ripples(rng))]))


def _levels(tile: np.ndarray) -> np.ndarray:
    """(texels, 4) float32 of a tile and its coarser copies, each half the last."""
    levels = [tile]
    for _ in range(LEVELS - 1):
        last = levels[-1]
        levels.append((last[::2, ::2] + last[1::2, ::2] + last[::2, 1::2] + last[1::2, 1::2]) / 4)
    return np.concatenate([level.reshape(-1, 4) for level in levels]).astype(np.float32)


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
def sheet(tile: qd.template(), number, u, v, span):
    """A tile at (u, v) in texels, for a pixel that covers `span` texels: bilinear in the level that suits.

    number: 0 noise, 1 a face of rock, 2 stones, 3 ripples.
    """
    level = qd.min(qd.max((qd.bit_cast(qd.max(span, 1e-6) * 1.3, qd.i32) >> 23) - 127, 0), 6)
    size = 256 >> level
    start = number * 87376 + (4 * 65536 - 4 * size * size) // 3
    scale = 1.0 / qd.cast(1 << level, qd.f32)
    x, y = u * scale - 0.5, v * scale - 0.5
    fx, fy = qd.floor(x), qd.floor(y)
    i, j = qd.cast(fx, qd.i32) & (size - 1), qd.cast(fy, qd.i32) & (size - 1)
    i1, j1 = (i + 1) & (size - 1), (j + 1) & (size - 1)
    a, b = x - fx, y - fy
    low = tile[start + j * size + i] * (1.0 - a) + tile[start + j * size + i1] * a
    high = tile[start + j1 * size + i] * (1.0 - a) + tile[start + j1 * size + i1] * a
    return low * (1.0 - b) + high * b


@qd.func
def grain(tile: qd.template(), u, v, span):
    """The tile of noise at (u, v) in texels, for a pixel that covers `span` texels."""
    return sheet(tile, 0, u, v, span)


@qd.func
def any_scale(tile: qd.template(), number, u_m, v_m, footprint, fine, finest):
    """A tile laid on with `fine` to 4 * fine texels a pixel, whatever the distance: what breaks alike at every scale.

    u_m, v_m: metres. finest: most texels a metre. Scales are four times apart and fade into each other.
    """
    q = qd.max(footprint, fine / finest) * 4.0
    k = ((qd.bit_cast(q, qd.i32) >> 23) - 127) >> 1
    step = qd.bit_cast((127 - 2 * k) << 23, qd.f32)
    t = qd.min(qd.max((q * step - 2.0) * 1.4, 0.0), 1.0)  # one scale alone over most of the way
    scale = 4.0 * fine * step
    out = qd.Vector([0.0, 0.0, 0.0, 0.0])
    for coarse in range(2):
        share = t if coarse == 1 else 1.0 - t
        if share > 0.0:
            large = scale * (1.0 - 0.75 * qd.cast(coarse, qd.f32))
            out += share * sheet(tile, number, u_m * large + 71.0 * coarse, v_m * large + 33.0 * coarse, footprint * large)
    return out
