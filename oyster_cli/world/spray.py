"""What a car throws up from a wet road, and the dazzle of its lamps. All of it follows from where the car is and how fast.

A cloud is (at, velocity, radius_m, colour, alpha). frame: (3, 4) the car's pose.
"""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import Splats
from oyster_cli.world.shapes.car import Car

Cloud = tuple[np.ndarray, ...]
PUFF_M, PUFFS, DROPS = 0.9, 14, 90  # a puff of spray each so many metres
LIFE_S = 0.9
G_M_S2 = 9.81
HEAD, TAIL = (14.0, 12.0, 9.5), (8.0, 0.4, 0.15)  # luminance / 100 cd/m2
FLARE_SHAPE = np.array([1.0, 0.55, 0.3, 0.16, 0.09])  # discs upon each other: bright in the middle, faint at the rim
FLARE_ALPHA = np.array([0.003, 0.007, 0.016, 0.035, 0.07])
BEAM_M = np.linspace(0.35, 7.5, 22)  # ahead of a lamp: where its beam is drawn, disc by disc
BEAM_SHARE = 0.011  # of the lamp's luminance, in as much rain as makes it white


def merged(kind: str, clouds: list[Cloud], lit: bool = True) -> Splats:
    """All clouds as one."""
    at, velocity, radius, colour, alpha = (np.concatenate(each) for each in zip(*clouds, strict=True))
    return Splats(kind, at, velocity, radius, colour, alpha, lit)


def mist(frame: np.ndarray, gone_m: float, speed_m_s: float, wet: float, luck: np.ndarray) -> Cloud:
    """Puffs that hang where the car has been, one every PUFF_M of its way. luck: (n, 5) random numbers."""
    number = math.floor(gone_m / PUFF_M) - np.arange(PUFFS)
    age_s = (gone_m - number * PUFF_M) / speed_m_s
    mine = luck[number % PUFFS]
    side = (mine[:, 0] - 0.5) * 1.7
    behind = np.stack([side, 0.25 + (0.35 + 0.5 * mine[:, 1]) * age_s, -1.6 - 0.86 * speed_m_s * age_s], 1)
    alpha = 0.16 * wet * min(speed_m_s / 11.0, 1.4) ** 2 * np.clip(1 - age_s / LIFE_S, 0, 1) * (0.4 + mine[:, 2])
    return _placed(frame, behind), np.zeros((PUFFS, 3)), 0.28 + 0.95 * age_s, np.full((PUFFS, 3), 0.9), alpha


def drops(frame: np.ndarray, time_s: float, speed_m_s: float, wet: float, luck: np.ndarray) -> Cloud:
    """Drops flung off the tyres, each on its own arc again and again."""
    life = 0.16 + 0.22 * luck[:, 0]
    age_s = (time_s / life + luck[:, 1]) % 1.0 * life
    up = (0.12 + 0.20 * luck[:, 2]) * speed_m_s
    side = np.where(luck[:, 3] < 0.5, -1.0, 1.0)
    out = side * (0.4 + 1.6 * luck[:, 4])
    axle = np.where(luck[:, 4] * 7 % 1 < 0.35, 1.3, -1.6)
    at = np.stack([side * 0.8 + out * age_s, 0.08 + up * age_s - G_M_S2 / 2 * age_s**2, axle - 0.55 * speed_m_s * age_s], 1)
    velocity = np.stack([out, up - G_M_S2 * age_s, np.full(len(luck), 0.45 * speed_m_s)], 1) @ frame[:, :3].T
    alpha = 0.55 * wet * np.where(at[:, 1] > 0, 1.0, 0.0) * min(speed_m_s / 9.0, 1.0)
    return _placed(frame, at), velocity, 0.003 + 0.004 * luck[:, 0], np.full((len(luck), 3), 0.9), alpha


def flares(cars: list[tuple[np.ndarray, Car]], eye: np.ndarray) -> Splats:
    """The dazzle of head or tail lamps, the stronger the straighter one looks into them."""
    return merged("dot", [_flare(frame, each, eye) for frame, each in cars], lit=False)


def _flare(frame: np.ndarray, each: Car, eye: np.ndarray) -> Cloud:
    to_eye = eye - frame[:, 3]
    away = max(float(np.linalg.norm(to_eye)), 1e-6)
    facing = float(to_eye @ frame[:, 2]) / away
    lamps, tint, share = (each.head_at, HEAD, facing**4) if facing > 0 else (each.tail_at, TAIL, facing**2)
    at = np.repeat(_placed(frame, lamps) + 0.1 * to_eye / away, len(FLARE_SHAPE), axis=0)
    radius = np.tile(FLARE_SHAPE, len(lamps)) * (0.42 + 0.011 * away)
    alpha = np.tile(FLARE_ALPHA, len(lamps))
    return at, np.zeros_like(at), radius, np.tile(np.array(tint) * share, (len(at), 1)), alpha


def beams(cars: list[tuple[np.ndarray, Car]], eye: np.ndarray, density: float) -> Splats:
    """Head lamps seen in the rain before them: drops send most of the light on the way it goes. density: 0..1."""
    return merged("dot", [_beam(frame, each, eye, density) for frame, each in cars], lit=False)


def _beam(frame: np.ndarray, each: Car, eye: np.ndarray, density: float) -> Cloud:
    ahead = np.stack([np.zeros_like(BEAM_M), -0.045 * BEAM_M, BEAM_M], -1)
    at = _placed(frame, (each.head_at[:, None] + ahead).reshape(-1, 3))
    to_eye = eye - at
    away = np.linalg.norm(to_eye, axis=1)
    toward = to_eye @ frame[:, 2] / np.maximum(away, 1e-6)
    scattered = 0.10 + 0.9 * np.clip(toward, 0.0, 1.0) ** 3
    far = np.tile(BEAM_M, len(each.head_at))
    fade = scattered * np.exp(-far / 2.6) * np.clip((away - 2.0) / 4.0, 0.0, 1.0) * min(density, 1.0)
    colour = np.array(HEAD) * fade[:, None]
    return at, np.zeros_like(at), 0.10 + 0.085 * far, colour, np.full(len(at), BEAM_SHARE)


def _placed(frame: np.ndarray, points: np.ndarray) -> np.ndarray:
    return np.asarray(points @ frame[:, :3].T + frame[:, 3])
