"""The waves overhead as one sees them from under water: their slopes, and the light that they gather below."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from oyster_cli.picture.swell import SIZE, Cascade

TILE_M = 24.0
PERIOD_S = 1.7  # of the highest of these waves: 4.5 m long
SLOPE, SLOPE_PER_M_S = 0.12, 0.008  # root mean square of the slopes in a calm, and what wind adds
FOCUS_M = 6.0  # depth for which the light is worked out
BENT = 0.25  # of a slope, by which a ray from above is turned: 1 - 1 / 1.333
SOFT = 4  # texels of light that make one softened texel
SMOOTH_M = 0.22  # waves shorter than some 4 of this are left out
UNSHARP = 0.09  # keeps a focus from being endlessly bright: the sun is no point


class Ripples:
    """A periodic patch of waves under a wind. at() is a pure function of time."""

    def __init__(self, rng: np.random.Generator, way: tuple[float, float]) -> None:
        self._waves = Cascade(rng, way, PERIOD_S, TILE_M, False, SMOOTH_M)
        self._steep = float((self._crossed(0.0) ** 2).sum(0).mean().sqrt())

    def _crossed(self, time_s: float) -> torch.Tensor:
        """(2, SIZE, SIZE) slopes of these waves and of the same from the side: confused water, as under a light wind."""
        across, along = self._waves.slopes(time_s)
        return torch.stack([across - 0.7 * along.flip(0).T, along + 0.7 * across.flip(0).T])

    def at(self, time_s: float, wind_m_s: float) -> torch.Tensor:
        """(2 * SIZE * SIZE, 4): slopes x, z, light gathered (mean 1), 0; then the light softened, a quarter as fine.

        Light is 1 / |Jacobian| of where refracted rays meet the depth FOCUS_M, without the infinite brightness of a focus.
        """
        slope = SLOPE + SLOPE_PER_M_S * min(wind_m_s, 20.0)
        across, along = self._crossed(time_s) * (slope / self._steep)
        step = 2 * TILE_M / SIZE / (BENT * FOCUS_M)
        xx = 1 - (torch.roll(across, -1, 1) - torch.roll(across, 1, 1)) / step
        zz = 1 - (torch.roll(along, -1, 0) - torch.roll(along, 1, 0)) / step
        xz = (torch.roll(across, -1, 0) - torch.roll(across, 1, 0)) / step
        light = 1 / ((xx * zz - xz * xz).abs() + UNSHARP)
        light /= light.mean()
        out = torch.zeros(2 * SIZE * SIZE, 4)
        for k, field in enumerate((across, along, light)):
            out[: SIZE * SIZE, k] = field.reshape(-1)
        few = torch.nn.functional.avg_pool2d(light[None, None], SOFT)[0, 0]
        soft = torch.stack([torch.roll(few, (a, b), (0, 1)) for a in (-1, 0, 1) for b in (-1, 0, 1)]).mean(0)
        out[SIZE * SIZE : SIZE * SIZE + (SIZE // SOFT) ** 2, 0] = soft.reshape(-1)
        return out


def surge_m(time_s: float | np.ndarray, wind_m_s: float) -> Any:
    """How far the long swell overhead has moved the water near the ground, metres along its way: to and fro in 8 s.

    One instant gives a number, several an array.
    """
    turn = math.tau * np.asarray(time_s)
    return (0.30 + 0.03 * wind_m_s) * (np.sin(turn / 8.0) + 0.35 * np.sin(turn / 5.3 + 1.0))
