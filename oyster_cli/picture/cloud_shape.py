"""What clouds are cut from: a map of where they stand, and a block of billows that their sides are carved with."""

from __future__ import annotations

import numpy as np
import quadrants as qd
import torch

from oyster_cli.state import draw

MAP_CELLS = 512  # of 100 m: the map repeats after 51 km, beyond the haze
BLOCK_CELLS = 64
FRAYS = 128  # of a quarter of the sky table's texel

floats1 = qd.types.ndarray(dtype=qd.f32, ndim=1)
floats2 = qd.types.ndarray(dtype=qd.f32, ndim=2)


def cloud_map(seed: int) -> torch.Tensor:
    """(MAP_CELLS, MAP_CELLS) float32 in 0..1, spread evenly: a cover of c is where the map is above 1 - c."""
    x, z = np.meshgrid(np.arange(MAP_CELLS), np.arange(MAP_CELLS), indexing="ij")
    bend = np.stack([_waves(seed, f"bend {axis}", 12.0, 1.6).ravel() for axis in "xz"], -1)
    level = np.full((MAP_CELLS**2, 1), 0.37)
    points = np.concatenate([(np.stack([x, z], -1).reshape(-1, 2) / MAP_CELLS + 0.005 * bend) % 1.0, level], 1)
    heaps = 0.55 * _billows(seed, "heaps", points, 21) + 0.45 * _billows(seed, "lumps", points, 47)
    fields, rags = _waves(seed, "fields", 4.0, 1.7).ravel(), _waves(seed, "rags", 30.0, 1.2).ravel()
    field = _even(_even(heaps) + 0.6 * _even(fields) + 0.25 * _even(rags))
    return torch.from_numpy(field.reshape(MAP_CELLS, MAP_CELLS).astype(np.float32))


def billow_block(seed: int) -> torch.Tensor:
    """(BLOCK_CELLS cubed,) float32, repeating: round heads in three sizes, 1 at their hearts, 0 in the creases; mean 0.5."""
    axis = np.arange(BLOCK_CELLS) / BLOCK_CELLS
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1).reshape(-1, 3)
    block = sum(weight * _billows(seed, f"billows {cells}", grid, cells) for cells, weight in ((4, 0.55), (9, 0.3), (18, 0.15)))
    return torch.from_numpy(_even(np.asarray(block)).astype(np.float32))


def frays() -> torch.Tensor:
    """(FRAYS squared, 4) float32: two fields without a seam, std 1, that the edges of clouds are torn with; the rest zeros."""
    rng = np.random.default_rng(3)
    k = np.fft.fftfreq(FRAYS) * FRAYS
    radius = np.hypot(k[:, None], k[None, :])
    amplitude = np.where(radius > 3.0, np.maximum(radius, 1.0) ** -2.1, 0.0)
    out = np.zeros((FRAYS * FRAYS, 4), np.float32)
    for axis in range(2):
        field = np.fft.ifft2(np.fft.fft2(rng.standard_normal(radius.shape)) * amplitude).real
        out[:, axis] = (field / field.std()).ravel()
    return torch.from_numpy(out)


def _billows(seed: int, name: str, points: np.ndarray, cells: int) -> np.ndarray:
    """(n,) 1 - squared distance in cells to the nearest of one random point a cell (Worley), on a torus of side 1."""
    hearts = draw(seed, "clouds", name).random((cells**3, 3)).astype(np.float32)
    out = torch.zeros(len(points))
    nearest_heart(torch.from_numpy(points.astype(np.float32) * cells), torch.from_numpy(hearts), cells, out)
    return (1.0 - out).numpy()


@qd.kernel(fastcache=True)
def nearest_heart(points: floats2, hearts: floats2, cells: qd.i32, out: floats1):
    """Squared distance from each point to the nearest heart of the 27 cells around it."""
    for k in range(out.shape[0]):
        x, y, z = points[k, 0], points[k, 1], points[k, 2]
        i, j, l = qd.cast(x, qd.i32), qd.cast(y, qd.i32), qd.cast(z, qd.i32)  # noqa: E741
        best = 9.0
        for n in range(27):
            a, b, c = i + n // 9 - 1, j + n // 3 % 3 - 1, l + n % 3 - 1
            h = (((a + cells) % cells) * cells + (b + cells) % cells) * cells + (c + cells) % cells
            dx = x - qd.cast(a, qd.f32) - hearts[h, 0]
            dy = y - qd.cast(b, qd.f32) - hearts[h, 1]
            dz = z - qd.cast(c, qd.f32) - hearts[h, 2]
            best = qd.min(best, dx * dx + dy * dy + dz * dz)
        out[k] = best


def _waves(seed: int, name: str, cycles: float, slope: float) -> np.ndarray:
    """(MAP_CELLS, MAP_CELLS) random field on a torus: few waves longer than 1 / cycles of it, fewer the shorter."""
    k = np.fft.fftfreq(MAP_CELLS) * MAP_CELLS
    radius = np.hypot(k[:, None], k[None, :])
    amplitude = np.maximum(radius, cycles) ** -slope / np.maximum(radius, 1.0) ** 0.5
    amplitude[(radius == 0) | (radius > MAP_CELLS / 3)] = 0.0
    turn = np.exp(2j * np.pi * draw(seed, "clouds", name).random(radius.shape))
    field = np.fft.ifft2(amplitude * turn).real
    return field / field.std()


def _even(values: np.ndarray) -> np.ndarray:
    """Ranks in 0..1: the same order, spread evenly."""
    ranks = np.empty(values.size)
    ranks[np.argsort(values, axis=None, kind="stable")] = np.arange(values.size)
    return ranks / (values.size - 1)
