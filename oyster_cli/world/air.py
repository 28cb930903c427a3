"""The air of the world now: weather, hour, wind that gusts. What rain, trees, clouds and sound all read."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from oyster_cli.picture.ripples import surge_m
from oyster_cli.script.weather import Weather
from oyster_cli.state import draw

GUSTS = ((45.0, 0.30), (19.0, 0.22), (8.8, 0.14))  # metres from a lull to a gust, and share of the mean wind
SURGE_M_S = 14.0  # wind that would bend a tree as far as the surge of the swell bends what grows under water
MIST_DB, CLEAR_M = 7.5, 8000.0  # at 1 kHz over the distance one sees; who sees farther is in clear air


@dataclass(frozen=True)
class Air:
    """One frame's air.

    wind_to: unit vector (x, z) the wind blows to. gust(): the wind's speed at points, in m/s, carried along by the wind
    itself, so that the gust seen crossing the trees is the gust heard.
    """

    weather: Weather
    hour: float
    time_s: float
    drift_m: float  # how far the wind has blown since the shot began: what gusts and clouds travel by
    wind_to: tuple[float, float]
    temperature_c: float
    humidity_pct: float
    wet: float  # how wet the ground is now, 0..1
    snow_cover: float  # how much of the ground lies under snow now, 0..1
    submerged: bool = False  # the place lies under water: this is the air over it, and what moves things is the surge

    @property
    def mist_db_m(self) -> float:
        """What droplets take from sound at 1 kHz, dB per metre: as films tell fog, more than nature's. None in clear air."""
        return max(MIST_DB / self.weather.visibility_m - MIST_DB / CLEAR_M, 0.0)

    def gust(self, points: np.ndarray) -> np.ndarray:
        """Wind speed in m/s at (n, 3) points: mean wind times slow waves that travel with it. Or what bends as water does."""
        if self.submerged:
            return np.full(len(points), SURGE_M_S)
        along = points[:, 0] * self.wind_to[0] + points[:, 2] * self.wind_to[1] - self.drift_m
        across = (points[:, 0] * self.wind_to[1] - points[:, 2] * self.wind_to[0]) / 90.0
        bent = (0.21 * np.sin(2.1 * across), 0.27 * np.sin(1.3 * across), 0.41 * np.sin(3.7 * across))  # gusts are no walls
        wave = sum(share * _wave(along / (2 * long_m) + bend, k)
                   for k, ((long_m, share), bend) in enumerate(zip(GUSTS, bent, strict=True)))  # fmt: skip
        return np.asarray(self.weather.wind_m_s * (1.0 + wave))

    @property
    def sways_to(self) -> tuple[float, float]:
        """The way (x, z) in which things are bent: the wind's, or under water the surge's, as long as it is strong now."""
        if not self.submerged:
            return self.wind_to
        share = surge_m(self.time_s, self.weather.wind_m_s) / surge_m(2.0, self.weather.wind_m_s)
        return self.wind_to[0] * share, self.wind_to[1] * share

    def gust_at(self, at: tuple[float, float, float]) -> float:
        """Wind speed in m/s at one point."""
        return float(self.gust(np.array([at]))[0])


@lru_cache(maxsize=1)
def _swings() -> np.ndarray:
    """(3, 8192) of what the wind does, -1 … 1, often near its ends: a row for each of GUSTS, which lasts for hours."""
    return np.sin(math.tau * draw(0, "gusts").random((len(GUSTS), 8192)))


def _wave(turns: np.ndarray, k: int) -> np.ndarray:
    """(n,) -1 … 1: smooth, two swings to a turn, each as luck has it, so that no gust is ever like another."""
    first = np.floor(2 * turns)
    part = 2 * turns - first
    swings, at = _swings()[k], first.astype(np.int64) % 8192
    before, after = swings[at], swings[(at + 1) % 8192]
    return np.asarray(before + (after - before) * (part * part * (3 - 2 * part)))
