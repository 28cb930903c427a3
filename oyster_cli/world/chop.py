"""The waves of sheltered water: a pure function of time and wind. What is drawn and what floats on it ask the same one."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch

from oyster_cli.picture.swell import LENGTHS_M, SIZE, Swell
from oyster_cli.state import draw
from oyster_cli.world.afloat import Level

PERIOD_S = 2.5
WAY = (-0.55, -0.835)  # they come in by the harbour's mouth
BEGUN_S = 40.0  # how long they have run when the shot begins


def wave_height_m(wind_m_s: float) -> float:
    """Significant wave height behind a breakwater: 5 cm in a calm, 9 in a breeze, 60 in a gale."""
    return 0.05 + 0.0018 * wind_m_s**2


class Chop:
    """at() gives the surface of an instant; the last one is kept, because several ask for it."""

    def __init__(self, seed: int) -> None:
        self.swell = Swell(draw(seed, "chop", "waves"), WAY, PERIOD_S)
        self._asked: tuple[float, float] | None = None
        self._found: tuple[torch.Tensor, torch.Tensor] = (torch.zeros(0), torch.zeros(0))

    def at(self, time_s: float, wind_m_s: float) -> tuple[torch.Tensor, torch.Tensor]:
        """The two cascades of Swell.at()."""
        if self._asked != (time_s, wind_m_s):
            self._asked, self._found = (time_s, wind_m_s), self.swell.at(time_s + BEGUN_S, wave_height_m(wind_m_s))
        return self._found

    def under(self, wind_m_s: float) -> Level:
        """The water's height under this wind as a function of the instant and of points."""
        return lambda time_s, x, z: self.level(time_s, wind_m_s, x, z)

    def level(self, time_s: float, wind_m_s: float, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Height of the water in metres at points, between the nodes of both cascades."""
        moved = self.at(time_s, wind_m_s)[1][:, 1].numpy()
        total = np.zeros(np.shape(x))
        for k, length in enumerate(LENGTHS_M):
            grid = moved[k * SIZE * SIZE : (k + 1) * SIZE * SIZE].reshape(SIZE, SIZE)
            u, v = np.asarray(x) / length * SIZE, np.asarray(z) / length * SIZE
            i, j = np.floor(u).astype(int), np.floor(v).astype(int)
            a, b = u - i, v - j
            low = grid[j % SIZE, i % SIZE] * (1 - a) + grid[j % SIZE, (i + 1) % SIZE] * a
            high = grid[(j + 1) % SIZE, i % SIZE] * (1 - a) + grid[(j + 1) % SIZE, (i + 1) % SIZE] * a
            total += low * (1 - b) + high * b
        return total


@lru_cache(maxsize=1)
def chop(seed: int) -> Chop:
    """The water of a place: everything that is on it in one world shares it."""
    return Chop(seed)
