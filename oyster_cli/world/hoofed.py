"""One animal on four legs that goes along a track: the cycles of its legs move the body, and put its feet down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from oyster_cli.picture.mesh import turn
from oyster_cli.state import Stateful
from oyster_cli.world.ground import Ground
from oyster_cli.world.shapes.quadruped import GAITS, HORSE, LEGS, Gait, lands, posed, stood
from oyster_cli.world.track import Track

TROTS_M_S, GALLOPS_M_S = 2.4, 6.0  # from these speeds on
QUICKEN_M_S2 = 2.2
BEYOND_M = 25.0  # so far past the end of its track it begins again as far before it
SLOW_M_S = 0.8  # below this its feet hardly leave the ground
TURN_S, TURN_STRIDES = 3.6, 3.0  # what it takes to turn round on the spot


@dataclass(frozen=True)
class Fall:
    """A hoof that meets the ground, at a share of the frame, at x and z."""

    share: float
    leg: int
    at: tuple[float, float]


class Hoofed(Stateful):
    """cycles (4,): strides of each leg since the beginning, whole as its foot lands. planted (4, 2): where it last did.
    way: 1 along the track, -1 back; turned: how much of a turn is done, 0 … 1."""

    kept: ClassVar[tuple[str, ...]] = ("metres", "speed_m_s", "cruise_m_s", "cycles", "planted", "way", "turning", "turned")

    def __init__(self, track: Track, metres: float, aside_m: float, cruise_m_s: float, height_m: float, phase: float) -> None:
        self.track, self.aside_m, self.height_m = track, aside_m, height_m
        self.metres, self.speed_m_s, self.cruise_m_s = metres, cruise_m_s, cruise_m_s
        self.way, self.turning, self.turned = 1, False, 0.0
        self.cycles = phase + np.array(self.gait.offsets)
        self.planted = self._world(stood(HORSE, height_m), metres)

    @property
    def gait(self) -> Gait:
        name = "walk" if self.speed_m_s < TROTS_M_S else "trot" if self.speed_m_s < GALLOPS_M_S else "gallop"
        return GAITS[name]

    @property
    def heading(self) -> float:
        """Radians it looks to, 0 is +z, towards +x."""
        return self._heading(self.metres)

    def _heading(self, metres: float) -> float:
        eased = self.turned * self.turned * (3.0 - 2.0 * self.turned)
        return self.track.heading(metres) + math.pi * (eased + (self.way < 0))

    def at(self) -> np.ndarray:
        """(2,) x, z of the ground under its middle."""
        return self._world(np.zeros((1, 2)), self.metres)[0]

    def _world(self, local: np.ndarray, metres: float) -> np.ndarray:
        """(n, 2) x, z of points (n, 2) of its frame when it is so far along the track."""
        x, _, z = self.track.at(metres).tolist()
        along, heading = self.track.heading(metres), self._heading(metres)
        x, z = x + self.aside_m * math.cos(along), z - self.aside_m * math.sin(along)
        right, ahead = np.array([math.cos(heading), -math.sin(heading)]), np.array([math.sin(heading), math.cos(heading)])
        return np.asarray(np.array([x, z]) + local[:, :1] * right + local[:, 1:] * ahead)

    def advance(self, dt_s: float) -> list[Fall]:
        """Move on; returns the hooves that fell, in order."""
        change, cruise_m_s = QUICKEN_M_S2 * dt_s, 0.0 if self.turning else self.cruise_m_s
        self.speed_m_s = float(np.clip(cruise_m_s, self.speed_m_s - change, self.speed_m_s + change))
        gait, before, cycles = self.gait, self.metres, self.cycles
        self.metres += self.way * self.speed_m_s * dt_s
        gone = self.speed_m_s * dt_s / self._stride_m(gait) + self._turn(dt_s)
        late = (cycles[0] + np.array(gait.offsets) - cycles + 0.5) % 1.0 - 0.5  # a leg out of step catches up, or waits
        self.cycles = cycles + gone * (1.0 + np.clip(2.0 * late, -0.6, 0.6))
        falls = []
        for leg in np.flatnonzero(np.floor(self.cycles) > np.floor(cycles)).tolist():
            share = float((math.floor(self.cycles[leg]) - cycles[leg]) / (self.cycles[leg] - cycles[leg]))
            reach = lands(HORSE, gait, self.height_m, leg, self._stride_m(gait))
            self.planted[leg] = self._world(reach[None], before + share * (self.metres - before))[0]
            falls.append(Fall(share, leg, tuple(self.planted[leg].tolist())))
        if (self.track.length_m - self.metres if self.way > 0 else self.metres) < -BEYOND_M:
            self.metres -= self.way * (self.track.length_m + 2 * BEYOND_M)
            self.planted = self._world(stood(HORSE, self.height_m), self.metres)
        return sorted(falls, key=lambda fall: fall.share)

    def _turn(self, dt_s: float) -> float:
        """Turn on, once it stands; returns the share of a stride that this takes."""
        if not self.turning or self.speed_m_s:
            return 0.0
        self.turned += dt_s / TURN_S
        if self.turned >= 1.0:
            self.way, self.turning, self.turned = -self.way, False, 0.0
        return TURN_STRIDES * dt_s / TURN_S

    def _stride_m(self, gait: Gait) -> float:
        return gait.stride_m * math.sqrt(max(self.speed_m_s, 0.1) / gait.speed_m_s)

    def poses(self, ground: Ground) -> np.ndarray:
        """(parts, 3, 4) in the world: feet that stand are where they were put."""
        gait, height_m = self.gait, self.height_m
        share = (self.cycles % 1.0 - gait.stance) / (1.0 - gait.stance)
        swing = np.clip(share, 0.0, 1.0)
        stepping = self.speed_m_s / SLOW_M_S + 6.0 * min(self.turned, 1.0 - self.turned)
        lift = np.sin(np.pi * swing) * min(stepping, 1.0)
        stride_m = self._stride_m(gait)
        goal = np.stack([lands(HORSE, gait, height_m, leg, stride_m) for leg in range(len(LEGS))])
        goal[:, 1] += (1.0 - gait.stance) * (1.0 - swing) * stride_m  # the body goes on until the foot is down
        eased = (swing * swing * (3.0 - 2.0 * swing))[:, None]
        feet = self.planted + (self._world(goal, self.metres) - self.planted) * eased
        under = ground.height_at(feet[:, 0], feet[:, 1])
        x, z = self.at().tolist()
        base = float(ground.height_at(x, z))
        world = turn("y", math.degrees(self.heading))
        local = (np.stack([feet[:, 0] - x, under - base + gait.lift * height_m * lift, feet[:, 1] - z], 1)) @ world
        slope = math.degrees(math.atan2(float(under[[1, 3]].mean() - under[[0, 2]].mean()), 0.75 * height_m))
        moves, phase = min(self.speed_m_s / gait.speed_m_s, 1.0), math.tau * float(self.cycles[0])
        frames = posed(
            HORSE, height_m, local, lift,
            rise=moves * gait.bounce * math.cos(gait.bounces * phase + 2.4) - 0.012,
            pitch_deg=0.7 * slope + moves * gait.rock_deg * math.sin(phase + 0.6),
            neck_deg=moves * gait.nod_deg * math.sin(2 * phase) - (8.0 if gait is GAITS["gallop"] else 0.0),
            head_deg=-78.0, tail_deg=10.0 * moves * math.sin(phase),
        )  # fmt: skip
        placed = np.concatenate([world @ frames[..., :3], world @ frames[..., 3:]], axis=2)
        placed[:, :, 3] += [x, base, z]
        return placed.astype(np.float32)
