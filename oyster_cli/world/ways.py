"""Closed lines that people stroll along some way off, over ground one can walk on."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.world.places.frame import project
from oyster_cli.world.site import Site
from oyster_cli.world.track import Track

LONG_M, WIDE_M = 24.0, 3.0  # there and back again
NEAR_M, FAR_M = 22.0, 75.0
STEEP = 0.4
TRIES = 240
ROOM_M, WADED_M = 1.2, 1.1  # from trees and stones; one walks through what is no higher than this


def loops(site: Site, rng: np.random.Generator, count: int) -> list[tuple[Track, float, float]]:
    """Up to so many (track, first metres, metres aside): dry, not steep, clear of trees and stones, and in the picture."""
    eye, target = np.array(site.stand.eye, float), np.array(site.stand.target, float)
    yaw = math.atan2(*(target - eye)[[0, 2]])
    feet = [scatter.at[scatter.height_m > WADED_M][:, [0, 2]] for scatter in site.scatters]
    standing = np.concatenate([*feet, np.full((1, 2), 1e6)])
    found: list[tuple[Track, float, float]] = []
    for away, aside, turned in rng.random((TRIES, 3)).tolist():
        reach = NEAR_M + (FAR_M - NEAR_M) * away
        to = yaw + (aside - 0.5) * 0.7
        line = _loop(eye[[0, 2]] + reach * np.array([math.sin(to), math.cos(to)]), math.tau * turned)
        points = np.insert(line, 1, site.ground.height_at(*line.T), axis=1)
        if len(found) < count and _fit(site, points, standing):
            found.append((Track(points), LONG_M * 2 * turned, 0.0))
    return found


def _loop(middle: np.ndarray, heading: float) -> np.ndarray:
    """(n, 2) a long closed line: two straights and two half circles."""
    bend = np.linspace(-0.5, 0.5, 9) * math.pi
    cap = np.stack([np.cos(bend) * WIDE_M / 2 + LONG_M / 2, np.sin(bend) * WIDE_M / 2], -1)
    straight = np.linspace(LONG_M / 2, -LONG_M / 2, 9)[1:-1]
    side = np.stack([straight, np.full(7, WIDE_M / 2)], -1)
    shape = np.concatenate([cap, side, -cap, -side])
    shape = np.concatenate([shape, shape[:1]])
    along = np.array([math.sin(heading), math.cos(heading)])
    return np.asarray(middle + shape[:, :1] * along + shape[:, 1:] * np.array([along[1], -along[0]]))


def _fit(site: Site, points: np.ndarray, standing: np.ndarray) -> bool:
    x, y, z = points.T
    sea = -1e9 if site.sea_level_m is None else site.sea_level_m + 0.6
    if (np.maximum(site.ground.water_at(x, z), sea) > y - 0.02).any():
        return False
    if (np.abs(np.diff(y)) > STEEP * np.hypot(np.diff(x), np.diff(z)) + 0.05).any():
        return False
    across, down, depth = project(site.stand, points + [0, 0.9, 0]).T
    if not (depth > 4.0).all() or (np.abs(across - 0.5) < 0.55).mean() < 0.4 or not (np.abs(down - 0.5) < 0.5).any():
        return False
    away = np.hypot(*(standing[None] - points[:, None, [0, 2]]).transpose(2, 0, 1))
    return bool(away.min() > ROOM_M)
