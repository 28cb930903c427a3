"""Where sun and moon stand by the clock: a film's day, with high noon, long gold and a quick dusk."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.curve import Curve

# Elevation of the sun in degrees by the hour: up at 6.0, down at 18.3, never higher than shadows still draw relief.
_HOURS = (0.0, 3.0, 5.0, 6.0, 7.0, 8.5, 10.5, 12.0, 13.0, 15.0, 17.0, 17.6, 18.3, 19.2, 20.5, 22.5, 24.0)
_DEGREES = (-54.0, -36.0, -12.5, 0.0, 9.0, 20.5, 36.0, 52.0, 58.0, 45.0, 17.5, 9.0, 0.0, -10.5, -24.0, -46.0, -54.0)
_elevation = Curve(_HOURS, _DEGREES)

MOON_HIGH_HOUR = 23.0


def toward(azimuth_deg: float, elevation_deg: float) -> np.ndarray:
    """Unit vector (x right, y up, z ahead) to a place in the sky; azimuth clockwise from +z."""
    azimuth, elevation = math.radians(azimuth_deg), math.radians(elevation_deg)
    flat = math.cos(elevation)
    return np.array([math.sin(azimuth) * flat, math.sin(elevation), math.cos(azimuth) * flat])


def sun_elevation_deg(hour: float) -> float:
    """Elevation of the sun in degrees, negative below the horizon."""
    return float(_elevation(hour % 24.0))


def sun_direction(hour: float, azimuth0_deg: float) -> np.ndarray:
    """(3,) unit vector to the sun, which stands at azimuth0_deg at 10:30 and moves 15 degrees an hour, clockwise."""
    return toward(azimuth0_deg + 15.0 * (hour - 10.5), sun_elevation_deg(hour))


def moon_direction(hour: float, azimuth0_deg: float) -> np.ndarray:
    """(3,) unit vector to the moon: a high three-quarter back light, on the other side than the morning sun."""
    since = (hour - MOON_HIGH_HOUR + 12.0) % 24.0 - 12.0
    side = -1.0 if azimuth0_deg % 360.0 < 180.0 else 1.0
    return toward(side * 48.0 + 10.0 * since, 36.0 - 0.9 * since * since)
