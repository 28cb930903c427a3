"""Bedded rock: hard layers that stand as cliffs with ledges between them, broken into blocks; and the colours of its bands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from oyster_cli.state import draw
from oyster_cli.world.ground import RAMP_STEP_M
from oyster_cli.world.places.land import Land, Tensor, rise
from oyster_cli.world.site import Scatter

Hard = tuple[tuple[float, float, float], ...]  # from, to (metres of height), metres between the joints
Rgb = tuple[float, float, float]


def stepped(land: Land, height: Tensor, hard: Hard, bend_m: float | Tensor = 0.0) -> Tensor:
    """Heights (N, M) where each hard layer is a cliff between two ledges, blockwise further out or in.

    What lies between hard layers keeps its slope. bend_m: how far layers bend up and down from place to place.
    """
    shift = bend_m * land.fbm("dip", 260.0, 2)
    height = height + shift
    bent = land.bent("block", 9.0, 0.7, 2)
    drawn = {wide: land.blocks(f"block {wide}", wide, bent)[0] for wide in {4.0, *(layer[2] for layer in hard)}}
    for number, (low, high, wide) in enumerate(hard):
        t = ((height - low) / (high - low)).clamp(0.0, 1.0)
        out = 0.42 + 0.26 * _another(drawn[wide], number) + 0.10 * _another(drawn[4.0], number)
        steep = 0.10 * t + 0.90 * rise(t - out, 0.0, 0.07)
        height = torch.where((t > 0) & (t < 1), low + (high - low) * steep, height)
    return height - shift


def _another(luck: Tensor, number: int) -> Tensor:
    """Other numbers -1 … 1 for the same blocks: those of the layer above break at the same joints, but not as far back."""
    return 2.0 * torch.frac(3.7 * (luck + 1.0) + 0.618 * number) - 1.0


def bands(land: Land, name: str, bases: tuple[Rgb, ...], thick_m: tuple[float, float], base_m: float, top_m: float,
          stand_m: float = 0.34) -> tuple[Tensor, float]:  # fmt: skip
    """A ramp for Ground: bands of these base colours, with a jitter of their value, each standing out by up to stand_m, and the
    shade of what stands out above them; and the height of its first entry."""
    rng = draw(land.seed, name, "strata")
    rows: list[np.ndarray] = []
    kind = 0
    while len(rows) * RAMP_STEP_M < top_m - base_m:
        kind = int(rng.integers(len(bases))) if rng.random() < 0.5 else kind
        band = np.append(np.array(bases[kind]) * (1.0 + 0.18 * (2 * rng.random() - 1)), stand_m * (2 * rng.random() - 1))
        rows += [band] * int(rng.uniform(*thick_m) / RAMP_STEP_M)
    ramp = np.array(rows, np.float32)
    over = np.stack([np.roll(ramp[:, 3], -k) - ramp[:, 3] for k in (1, 2, 3)]).max(0) / stand_m
    ramp[:, :3] *= (1.0 - 0.44 * over.clip(0.0, 1.5))[:, None]
    smooth = np.stack([np.convolve(ramp[:, c], [0.15, 0.7, 0.15], "same") for c in range(4)], 1)
    smooth[[0, -1]] = ramp[[0, -1]]
    return torch.from_numpy(smooth.astype(np.float32)), base_m


def stained(scatter: Scatter, rgb: Rgb) -> Scatter:
    """Stones of the colour of the rock they fell from."""
    return replace(scatter, tint=scatter.tint * np.array(rgb, np.float32))
