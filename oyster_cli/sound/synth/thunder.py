"""Thunder: a channel of hot air, each piece of it an N-wave; distance and direction make of them a crack and a rumble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import leaky
from oyster_cli.sound.synth.tape import fade_tail

SPEED_OF_SOUND = 343.2
P_ATMOSPHERE = 101_325.0
PIECE_M = 4.0
HILLS_M = 600.0  # what scatters lies so far off, however near the strike is
PEAK_PA_PER_PIECE = 10_000.0  # at 1 m of a piece of 4 m at 1e5 J/m: a whole strike is about 103 dB(A) at 1 km, 115 at 100 m


@dataclass(frozen=True)
class Emission:
    """Part of a strike: a dry signal (m,) float32 in pascal at 1 m that leaves `at` from the instant of the strike on.

    Lay it on a Tape at the strike's sample and play it as a point voice.
    """

    at: tuple[float, float, float]
    dry: np.ndarray


def n_wave_s(energy_j_per_m: float) -> float:
    """How long the N-wave lasts: its spectrum peaks at 0.66 / T = 0.63 c sqrt(p0 / E) (Few 1969)."""
    return 0.66 / (0.63 * SPEED_OF_SOUND * float(np.sqrt(P_ATMOSPHERE / energy_j_per_m)))


def n_wave(energy_j_per_m: float, length_m: float, cos_psi: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) unit N-wave of a straight piece of channel, smeared by L |cos psi| / c (Ribner & Roy 1982).

    psi is the angle between the piece and the way to the listener: seen from the side it cracks, from its end it mutters.
    The smear is a box, so the wave is the difference of the N-wave's integral t - t2 / T at the box's two ends.
    """
    whole_s = n_wave_s(energy_j_per_m)
    box_s = max(length_m * abs(cos_psi) / SPEED_OF_SOUND, 1 / rate_hz)
    t = np.arange(int((whole_s + box_s) * rate_hz) + 2) / rate_hz
    now, then = np.clip(t, 0, whole_s), np.clip(t - box_s, 0, whole_s)
    return ((now - now**2 / whole_s) - (then - then**2 / whole_s)) / box_s


def crinkled(points: np.ndarray, rng: np.random.Generator, piece_m: float = PIECE_M) -> np.ndarray:
    """A bolt (k, 3) in pieces of about piece_m, with the fine tortuosity (some 16 degrees a joint) no drawing shows."""
    length = np.linalg.norm(np.diff(points, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(length)])
    m = max(int(along[-1] / piece_m), 2)
    at = np.linspace(0.0, along[-1], m + 1)
    fine = np.stack([np.interp(at, along, points[:, axis]) for axis in range(3)], axis=1)
    walk = leaky(rng.standard_normal((m + 1, 3)).T, 0.96).T * piece_m * 0.28
    return fine + walk


def strike(
    points: np.ndarray,
    ear: np.ndarray,
    rng: np.random.Generator,
    *,
    energy_j_per_m: float = 1e5,
    strokes: Sequence[tuple[float, float]] = ((0.0, 1.0), (0.052, 0.6), (0.11, 0.45)),
    groups: int = 32,
    rate_hz: int = RATE_HZ,
) -> list[Emission]:
    """What a bolt sends out: `groups` pieces of channel, then the hills' answer.

    points (k, 3): the bolt as drawn, metres, any direction. ear (3,): where it will be heard from (that fixes in what order
    a group's pieces arrive). strokes: (seconds after the strike, strength) of each return stroke, as in the flash.
    """
    fine = crinkled(np.asarray(points, np.float64), rng)
    emissions = [_group(part, np.asarray(ear, np.float64), energy_j_per_m, strokes, rate_hz) for part in _parts(fine, groups)]
    return [*emissions, _echo(fine, np.asarray(ear, np.float64), rng, energy_j_per_m, rate_hz)]


def _parts(fine: np.ndarray, groups: int) -> list[np.ndarray]:
    """The channel cut into runs of pieces; neighbours share their joint."""
    cuts = np.unique(np.linspace(0, len(fine) - 1, groups + 1).round().astype(int))
    return [fine[a : b + 1] for a, b in pairwise(cuts)]


def _group(part: np.ndarray, ear: np.ndarray, energy: float, strokes: Sequence[tuple[float, float]], rate_hz: int) -> Emission:
    piece, middle = np.diff(part, axis=0), (part[1:] + part[:-1]) / 2
    way = ear - middle
    distance = np.maximum(np.linalg.norm(way, axis=1), 1.0)
    length = np.linalg.norm(piece, axis=1)
    cos_psi = np.sum(piece * way, axis=1) / (np.maximum(length, 1e-6) * distance)
    nearest = int(np.argmin(distance))
    late = (distance - distance[nearest]) / SPEED_OF_SOUND
    once = np.zeros(int((late.max() + n_wave_s(energy) + length.max() / SPEED_OF_SOUND) * rate_hz) + 8)
    for k in range(len(piece)):
        wave = n_wave(energy, float(length[k]), float(cos_psi[k]), rate_hz) * _peak_pa(energy, float(length[k]))
        start = int(late[k] * rate_hz)
        once[start : start + len(wave)] += wave
    dry = np.zeros(len(once) + int(max(after_s for after_s, _ in strokes) * rate_hz))
    for after_s, strength in strokes:
        start = int(after_s * rate_hz)
        dry[start : start + len(once)] += strength * once
    return Emission(tuple(middle[nearest].tolist()), dry.astype(np.float32))


def _peak_pa(energy_j_per_m: float, length_m: float) -> float:
    return PEAK_PA_PER_PIECE * (length_m / PIECE_M) * float(np.sqrt(energy_j_per_m / 1e5))


def _echo(fine: np.ndarray, ear: np.ndarray, rng: np.random.Generator, energy: float, rate_hz: int) -> Emission:
    """The scatter of hills and clouds: dark noise that swells and dies in seconds, longer and duller from afar."""
    foot = fine[np.argmin(fine[:, 1])]
    away_m = float(np.linalg.norm(foot - ear))
    last_s = 3.5 + 2.5 * min(away_m / 1500.0, 3.0)
    m = int(2.4 * last_s * rate_hz)
    t = np.arange(m) / rate_hz
    rolls = leaky(rng.standard_normal(m), np.exp(-2 * np.pi * 1.2 / rate_hz))
    envelope = (t / 0.4) / (1 + t / 0.4) * np.exp(-2.2 * t / last_s + 0.5 * rolls / rolls.std())
    pole = np.exp(-2 * np.pi * 300.0 / rate_hz)
    noise = rng.standard_normal(m)
    for _ in range(2):
        noise = (1 - pole) * leaky(noise, pole)
    reach_m = float(np.linalg.norm(np.diff(fine, axis=0), axis=1).sum())
    strength = 0.03 * _peak_pa(energy, PIECE_M) * np.sqrt(reach_m / PIECE_M) * min(away_m / HILLS_M, 1.0)
    return Emission(tuple(foot.tolist()), fade_tail(strength * envelope * noise / noise.std()).astype(np.float32))
