"""The air of the world now: weather, hour, wind that gusts. What rain, trees, clouds and sound all read."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from oyster_cli.script.weather import Weather

GUST_LENGTH_M = 90.0
MIST_DB, CLEAR_M = 7.5, 2000.0  # at 1 kHz over the distance one sees; from here on the air is clear


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

    @property
    def mist_db_m(self) -> float:
        """What droplets take from sound at 1 kHz, dB per metre: as films tell fog, more than nature's. None in clear air."""
        return max(MIST_DB / self.weather.visibility_m - MIST_DB / CLEAR_M, 0.0)

    def gust(self, points: np.ndarray) -> np.ndarray:
        """Wind speed in m/s at (n, 3) points: mean wind times slow waves that travel with it."""
        along = (points[:, 0] * self.wind_to[0] + points[:, 2] * self.wind_to[1] - self.drift_m) / GUST_LENGTH_M
        across = (points[:, 0] * self.wind_to[1] - points[:, 2] * self.wind_to[0]) / GUST_LENGTH_M
        wave = (
            0.30 * np.sin(math.tau * along + 1.3 * np.sin(2.1 * across))
            + 0.22 * np.sin(math.tau * 2.37 * along + 0.9 + 1.7 * np.sin(1.3 * across))
            + 0.14 * np.sin(math.tau * 5.13 * along + 2.2 + 2.6 * np.sin(3.7 * across))
        )
        return self.weather.wind_m_s * (1.0 + wave)

    def gust_at(self, at: tuple[float, float, float]) -> float:
        """Wind speed in m/s at one point."""
        return float(self.gust(np.array([at]))[0])
