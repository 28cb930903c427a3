"""What cars throw up from a wet road, and the dazzle of their lamps. All of it follows from where each is and how fast.

frames: (n, 3, 4) the cars' poses.
"""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import Splats

PUFF_M, PUFFS, DROPS = 0.9, 14, 90  # a puff of spray each so many metres
LIFE_S = 0.9
G_M_S2 = 9.81
HEAD, TAIL = np.array([14.0, 12.0, 9.5]), np.array([8.0, 0.4, 0.15])  # luminance / 100 cd/m2
FLARE_SHAPE = np.array([1.0, 0.55, 0.3, 0.16, 0.09])  # discs upon each other: bright in the middle, faint at the rim
FLARE_ALPHA = np.array([0.003, 0.007, 0.016, 0.035, 0.07])
BEAM_M = np.linspace(0.35, 7.5, 22)  # ahead of a lamp: where its beam is drawn, disc by disc
BEAM_SHARE = 0.011  # of the lamp's luminance, in as much rain as makes it white


def mist(frames: np.ndarray, gone_m: np.ndarray, speed_m_s: np.ndarray, wet: float, luck: np.ndarray) -> Splats:
    """Puffs that hang where cars have been, one every PUFF_M of their way. gone_m, speed_m_s: (n,); luck: (…, 5)."""
    speed = speed_m_s[:, None]
    number = np.floor(gone_m / PUFF_M)[:, None] - np.arange(PUFFS)
    age_s = (gone_m[:, None] - number * PUFF_M) / speed
    mine = luck[number.astype(np.intp) % PUFFS]
    side = (mine[..., 0] - 0.5) * 1.7
    behind = np.stack([side, 0.25 + (0.35 + 0.5 * mine[..., 1]) * age_s, -1.6 - 0.86 * speed * age_s], -1)
    thick = 0.16 * wet * np.minimum(speed / 11.0, 1.4) ** 2
    alpha = thick * np.maximum(1 - age_s / LIFE_S, 0.0) * (0.4 + mine[..., 2])
    at = _placed(frames, behind)
    return Splats("puff", at, np.zeros_like(at), (0.28 + 0.95 * age_s).ravel(), np.full(at.shape, 0.9), alpha.ravel())


def drops(frames: np.ndarray, time_s: float, speed_m_s: np.ndarray, wet: float, luck: np.ndarray) -> Splats:
    """Drops flung off the tyres, each on its own arc again and again. speed_m_s: (n,); luck: (DROPS, 5) random numbers."""
    speed, life = speed_m_s[:, None], 0.16 + 0.22 * luck[:, 0]
    age_s = (time_s / life + luck[:, 1]) % 1.0 * life
    up = (0.12 + 0.20 * luck[:, 2]) * speed
    side = np.where(luck[:, 3] < 0.5, -1.0, 1.0)
    out = side * (0.4 + 1.6 * luck[:, 4])
    axle = np.where(luck[:, 4] * 7 % 1 < 0.35, 1.3, -1.6)
    high = 0.08 + up * age_s - G_M_S2 / 2 * age_s**2
    at = np.stack(np.broadcast_arrays(side * 0.8 + out * age_s, high, axle - 0.55 * speed * age_s), -1)
    velocity = np.stack(np.broadcast_arrays(out, up - G_M_S2 * age_s, 0.45 * speed), -1) @ frames[:, :, :3].swapaxes(1, 2)
    alpha = 0.55 * wet * (high > 0) * np.minimum(speed / 9.0, 1.0)
    placed, radius = _placed(frames, at), np.tile(0.003 + 0.004 * luck[:, 0], len(frames))
    return Splats("streak", placed, velocity.reshape(-1, 3), radius, np.full(placed.shape, 0.9), alpha.ravel())


def flares(frames: np.ndarray, lamps: np.ndarray, eye: np.ndarray) -> Splats:
    """The dazzle of head or tail lamps, the stronger the straighter one looks into them. lamps: (n, 2, k, 3) where the head
    lamps and the tail lamps of each car are on it."""
    to_eye = eye - frames[:, :, 3]
    away = np.maximum(np.sqrt((to_eye * to_eye).sum(1)), 1e-6)
    facing = (to_eye * frames[:, :, 2]).sum(1) / away
    tail = (facing <= 0).astype(np.intp)
    strength = np.where(tail, facing**2, (facing**2) ** 2)
    mine = lamps[np.arange(len(frames)), tail]
    toward = np.repeat(0.1 * to_eye / away[:, None], mine.shape[1] * len(FLARE_SHAPE), axis=0)
    at = np.repeat(_placed(frames, mine), len(FLARE_SHAPE), axis=0) + toward
    discs = mine.shape[1] * len(FLARE_SHAPE)
    radius = np.repeat(0.42 + 0.011 * away, discs) * np.tile(FLARE_SHAPE, len(at) // len(FLARE_SHAPE))
    colour = np.repeat(np.array([HEAD, TAIL])[tail] * strength[:, None], discs, axis=0)
    alpha = np.tile(FLARE_ALPHA, len(at) // len(FLARE_SHAPE))
    return Splats("dot", at, np.zeros_like(at), radius, colour, alpha, lit=False)


def beams(frames: np.ndarray, lamps: np.ndarray, eye: np.ndarray, density: float) -> Splats:
    """Head lamps seen in the rain before them: drops send most of the light on the way it goes. density: 0..1."""
    ahead = np.stack([np.zeros_like(BEAM_M), -0.045 * BEAM_M, BEAM_M], -1)
    local = (lamps[:, 0, :, None] + ahead).reshape(len(frames), -1, 3)
    at = _placed(frames, local)
    to_eye = eye - at
    away = np.sqrt((to_eye * to_eye).sum(1))
    along = np.repeat(frames[:, :, 2], local.shape[1], axis=0)
    toward = (to_eye * along).sum(1) / np.maximum(away, 1e-6)
    scattered = 0.10 + 0.9 * np.maximum(toward, 0.0) ** 2 * np.maximum(toward, 0.0)
    far = np.tile(BEAM_M, len(at) // len(BEAM_M))
    fade = scattered * np.exp(-far / 2.6) * np.minimum(np.maximum((away - 2.0) / 4.0, 0.0), 1.0) * min(density, 1.0)
    alpha = np.full(len(at), BEAM_SHARE)
    return Splats("dot", at, np.zeros_like(at), 0.10 + 0.085 * far, HEAD * fade[:, None], alpha, lit=False)


def _placed(frames: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(n k, 3) in the world of points (n, k, 3) on the cars."""
    return np.asarray((points @ frames[:, :, :3].swapaxes(1, 2) + frames[:, None, :, 3]).reshape(-1, 3))
