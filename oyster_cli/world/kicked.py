"""What a foot throws up from what it treads on: grains and dust, powder, leaves, mud. Water's drops are splash.py's.

All of it flies from the instant, the place and the force of the step that is heard. A heel throws ahead, toes that push off
throw behind; hard floors give nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import Splats
from oyster_cli.world.powder import G_M_S2

MARKS, LASTS_S = 24, 0.8  # of a step
LIES_M, SOLE_M = 0.004, 0.035  # so high over the ground it lies; so far around the middle of what treads it is thrown from
BRIGHT = 1.2  # marks in the air are lit as mist is: so much more makes a grain as bright as the ground it came from
PARTS = {"heel": (1.0, 0.35), "toe": (0.5, 0.5), "push": (0.7, -0.8)}  # how much they throw, and how far ahead
OWN = {"snow": (0.8, 0.82, 0.86), "leaves": (0.055, 0.0275, 0.01)}  # what lies on the ground, in the shade of trees
# Seconds at which it begins, place, part of the foot, surface, force, 1 where all is dry, radians he walks to, its colour.
Kick = tuple[float, Sequence[float], str, str, float, float, float, Sequence[float]]


@dataclass(frozen=True)
class Loose:
    """What lies loose. count: of what a heel throws; radius_m: least and most; speed_m_s: of the fastest; drag_per_s: by the
    air; dust: how thick its cloud is."""

    count: int
    radius_m: tuple[float, float]
    speed_m_s: float
    drag_per_s: float
    dust: float = 0.0


LOOSE = {
    "gravel": Loose(16, (0.002, 0.006), 1.1, 0.5, 0.10),
    "sand": Loose(24, (0.001, 0.003), 0.9, 2.0, 0.16),
    "soil": Loose(8, (0.002, 0.004), 0.7, 0.8, 0.08),
    "snow": Loose(24, (0.002, 0.006), 0.9, 4.0, 0.14),
    "leaves": Loose(9, (0.005, 0.014), 1.2, 5.0),
    "mud": Loose(10, (0.002, 0.005), 1.0, 0.3),
    "wet street": Loose(14, (0.001, 0.003), 0.9, 0.5),
}


def flying(kicks: Sequence[Kick], time_s: float, luck: np.ndarray) -> tuple[Splats, ...]:
    """All that is in the air at an instant: what is solid, and dust. luck: (MARKS, 4) random numbers."""
    if not kicks:
        return ()
    rows = np.array([_row(kick, time_s) for kick in kicks])
    return _solid(rows, luck), *([_dust(rows)] if rows[:, -1].any() else [])


def _row(kick: Kick, time_s: float) -> list[float]:
    """Age, x, y, z; of what is solid how much, its speed, the air's drag, its least radius and how much more the greatest is;
    which way it leans, x and z; red, green, blue; how thick the dust is."""
    began_s, (x, y, z), part, surface, force, dry, toward, (red, green, blue) = kick
    loose, (share, lean) = LOOSE[surface], PARTS[part]
    least, most = loose.radius_m
    return [time_s - began_s, x, y, z, loose.count * share, loose.speed_m_s * force, loose.drag_per_s, least, most - least,
            lean * math.sin(toward), lean * math.cos(toward), BRIGHT * red, BRIGHT * green, BRIGHT * blue,
            loose.dust * share * force * dry]  # fmt: skip


def _solid(rows: np.ndarray, luck: np.ndarray) -> Splats:
    """MARKS of each kick, on their arcs under gravity and linear drag; those that are too many or lie are not seen."""
    age, x, y, z, count, speed, drag, least, more, lean_x, lean_z, *colour = rows[:, :-1].T[..., None]
    turn, fast, steep, big = ((luck + 0.37 * np.arange(4)).T[:, None] + 7.3 * (x + z)) % 1.0  # every step another
    speed = speed * (0.3 + 0.7 * fast * fast)
    out_x, out_z = np.cos(math.tau * turn), np.sin(math.tau * turn)
    flown, sink = (1.0 - np.exp(-drag * age)) / drag, G_M_S2 / drag
    go_x, go_z, up = speed * (0.5 * out_x + lean_x), speed * (0.5 * out_z + lean_z), speed * (0.4 + 0.6 * steep)
    high = LIES_M + (up + sink) * flown - sink * age
    at = np.stack([x + SOLE_M * out_x + go_x * flown, y + high, z + SOLE_M * out_z + go_z * flown], -1)
    left = np.exp(-drag * age)
    velocity = np.stack([go_x * left, (up + sink) * left - sink, go_z * left], -1)
    seen = (high > 0.0) & (np.arange(len(luck)) < count)
    tint = np.stack([channel * (0.6 + 0.8 * big) for channel in colour], -1)
    return Splats("streak", at.reshape(-1, 3), velocity.reshape(-1, 3), (least + more * big * big).ravel(), tint.reshape(-1, 3),
                  seen.ravel().astype(float))  # fmt: skip


def _dust(rows: np.ndarray) -> Splats:
    """Three puffs of each kick that part, rise and thin out."""
    age, x, y, z, *_, lean_x, lean_z, _, _, _, thick = rows.T[..., None]
    spread = 1.0 - np.exp(-5.0 * age)
    ahead = spread * np.array([0.03, 0.12, 0.24])
    at = np.stack([x + ahead * lean_x, np.broadcast_to(y + 0.02 + 0.05 * spread, ahead.shape), z + ahead * lean_z], -1)
    radius = 0.03 + spread * np.array([0.06, 0.08, 0.05])
    alpha = np.broadcast_to(thick * np.maximum(1.0 - age / LASTS_S, 0.0) ** 2, ahead.shape)
    return Splats("puff", at.reshape(-1, 3), np.zeros((at.size // 3, 3)), radius.ravel(), np.repeat(rows[:, -4:-1], 3, 0),
                  alpha.ravel())  # fmt: skip
