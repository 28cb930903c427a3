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
from oyster_cli.world.powder import flown

MARKS, LASTS_S = 24, 0.8  # of a step
LIES_M, SOLE_M = 0.004, 0.035  # so high over the ground it lies; so far around the middle of what treads it is thrown from
BRIGHT = 3.0  # marks in the air are lit as mist is: so much more makes a grain as bright as the ground it came from
PARTS = {"heel": (1.0, 0.35), "toe": (0.5, 0.5), "push": (0.7, -0.8)}  # how much they throw, and how far ahead
OWN = {"snow": (0.8, 0.82, 0.86), "leaves": (0.022, 0.011, 0.004)}  # what lies on the ground, in the shade of trees
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
    """All that is in the air at an instant. luck: (MARKS, 4) random numbers."""
    return tuple(marks for kick in kicks for marks in _thrown(kick, time_s, luck))


def _thrown(kick: Kick, time_s: float, luck: np.ndarray) -> list[Splats]:
    began_s, at, part, surface, force, dry, toward, colour = kick
    loose, (share, lean), age_s = LOOSE[surface], PARTS[part], time_s - began_s
    luck = (luck[: max(round(loose.count * share), 1)] + 7.3 * began_s) % 1.0  # every step another
    ahead = np.array([math.sin(toward), 0.0, math.cos(toward)])
    around = math.tau * luck[:, 0]
    out = np.stack([np.cos(around), np.zeros(len(luck)), np.sin(around)], 1)
    speed = loose.speed_m_s * force * (0.3 + 0.7 * luck[:, 1:2] ** 2)
    velocity = speed * (0.5 * out + lean * ahead + [0.0, 1.0, 0.0] * (0.4 + 0.6 * luck[:, 2:3]))
    place = np.array(at) + [0.0, LIES_M, 0.0] + SOLE_M * out + flown(velocity, loose.drag_per_s, age_s)
    radius = loose.radius_m[0] + (loose.radius_m[1] - loose.radius_m[0]) * luck[:, 3] ** 2
    now = velocity * math.exp(-loose.drag_per_s * age_s) + [0.0, -9.81 * age_s, 0.0]
    tint = BRIGHT * np.array(colour) * (0.6 + 0.8 * luck[:, 3:4])
    marks = [Splats("streak", place, now, radius, tint, (place[:, 1] > at[1]).astype(float))]
    return [*marks, _dust(kick, loose.dust * share * force * dry, age_s)] if loose.dust * dry else marks


def _dust(kick: Kick, thick: float, age_s: float) -> Splats:
    """Three puffs that part, rise and thin out."""
    _, at, part, _, _, _, toward, colour = kick
    ahead = np.array([math.sin(toward), 0.0, math.cos(toward)]) * math.copysign(1.0, PARTS[part][1])
    spread = 1.0 - math.exp(-5.0 * age_s)
    place = np.array(at) + [0.0, 0.02 + 0.05 * spread, 0.0] + ahead * spread * np.array([[0.02], [0.08], [0.15]])
    alpha = thick * max(1.0 - age_s / LASTS_S, 0.0) ** 2
    return Splats("puff", place, np.zeros((3, 3)), 0.03 + spread * np.array([0.06, 0.08, 0.05]),
                  np.tile(BRIGHT * np.array(colour), (3, 1)), np.full(3, alpha))  # fmt: skip
