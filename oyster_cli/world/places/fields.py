"""Farmland seen from afar: fields of many greens between hedges, as cells around jittered points (Worley 1996)."""

from __future__ import annotations

import numpy as np

TURN = (0.83, 0.56)  # so that no hedge runs along an axis


def fields(x: np.ndarray, z: np.ndarray, seed: int, wide_m: float) -> tuple[np.ndarray, np.ndarray]:
    """For points in metres: a number 0 … 1 that is the same all over a field, and metres to the field's nearest border."""
    u, v = (x * TURN[0] + z * TURN[1]) / wide_m, (z * TURN[0] - x * TURN[1]) / (0.72 * wide_m)
    i, j = np.floor(u).astype(np.int64), np.floor(v).astype(np.int64)
    first = np.full(u.shape, np.inf, np.float32)
    second, field = first.copy(), np.zeros(u.shape, np.float32)
    for di in (-1, 0, 1):
        for dj in (-1, 0, 1):
            luck = _luck(i + di, j + dj, seed)
            away = np.hypot(i + di + 0.14 + 0.72 * (luck & 255) / 255 - u, j + dj + 0.14 + 0.72 * (luck >> 8 & 255) / 255 - v)
            away = away.astype(np.float32)
            nearer = away < first
            second = np.where(nearer, first, np.minimum(second, away))
            field = np.where(nearer, (luck >> 16 & 1023) / 1023, field).astype(np.float32)
            first = np.where(nearer, away, first)
    return field, (second - first) * (0.43 * wide_m)


def _luck(i: np.ndarray, j: np.ndarray, seed: int) -> np.ndarray:
    """26 stirred bits for a cell."""
    h = (i * 374761393 + j * 668265263 + seed * 974634777) & 0xFFFFFFFF
    h = ((h ^ h >> 13) * 1274126177) & 0xFFFFFFFF
    return (h ^ h >> 16) & 0x3FFFFFF
