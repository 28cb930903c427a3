"""A listener and a source on given ways, mixed in given pieces: what the sound tests share."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from oyster_cli.sound.desk import Desk
from oyster_cli.sound.ear import Ear
from oyster_cli.sound.voice import Voice

RATE_HZ = 48_000
AIR = {"temperature_c": 20.0, "humidity_pct": 50.0, "rt60_s": 1.0, "late_db": -200.0, "pre_delay_s": 0.0}


def ear(at: Sequence[float] = (0.0, 0.0, 0.0), yaw_deg: float = 0.0) -> Ear:
    """A listener who looks ahead (z), turned to the right by yaw."""
    turn = np.radians(yaw_deg)
    right, ahead = np.array([np.cos(turn), 0.0, -np.sin(turn)]), np.array([np.sin(turn), 0.0, np.cos(turn)])
    return Ear(np.array(at, dtype=float), right, np.array([0.0, 1.0, 0.0]), ahead)


def toward(azimuth_deg: float, far_m: float = 1.0) -> tuple[float, float, float]:
    """A place at ear height, azimuth to the right."""
    turn = np.radians(azimuth_deg)
    return far_m * float(np.sin(turn)), 0.0, far_m * float(np.cos(turn))


def roll(
    desk: Desk,
    dry: np.ndarray,
    place: Callable[[float], Sequence[float]],
    cuts: Sequence[int] = (),
    listener: Callable[[float], Ear] = lambda _: ear(),
    voice: Any = None,
    **air: float,
) -> np.ndarray:
    """Mix one voice whose dry sound is `dry`, cut at these samples, (samples, 2). place, listener: of the time in seconds."""
    edges = [0, *cuts, len(dry)] if cuts else [*range(0, len(dry), 2000), len(dry)]
    heard = []
    for begin, end in itertools.pairwise(edges):
        now, then = begin / RATE_HZ, end / RATE_HZ
        one = Voice("one", "water", tuple(place(then)), dry[begin:end], **(voice or {}))
        stems = desk.mix(begin, end - begin, [one], listener(now), listener(then), **{**AIR, **air})
        heard.append(stems["water"])
    return np.concatenate(heard)


def impulse(desk: Desk, at: Sequence[float], samples: int, voice: Any = None, **air: float) -> np.ndarray:
    """What an impulse of 1 Pa at sample 0 from a source at rest becomes, (samples, 2) float64."""
    dry = np.zeros(samples, np.float32)
    dry[0] = 1.0
    return roll(desk, dry, lambda _: at, voice=voice, **air).astype(np.float64)


def db(ratio: Any) -> Any:
    return 20.0 * np.log10(np.abs(ratio))
