"""One walking figure: a phase that moves the body, and what its feet touch as it goes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from oyster_cli.sound.synth.steps import Steps
from oyster_cli.state import Stateful
from oyster_cli.world.shapes.gait import STANCE, contacts, heel_at, stride
from oyster_cli.world.track import Track

WALK_M_S = 1.3
FLAT = 0.08  # of a stride: what lies between the heel's touch and the toes'
PUSH = STANCE - 0.15  # of a stride after the heel's touch: the toes begin to push off
PRESSES = (("heel", 0.0), ("toe", FLAT), ("push", PUSH))
REST = 0.258  # phase, modulo a step, at which the feet are beside each other
QUICKEN_M_S2 = 2.5
TURN_S = 0.9
END_M = 1.2  # this near to the end of the track he turns back
STEPS = 509  # so many differ from each other: over four minutes
TIME_SPREAD, FORCE_SPREAD = 0.03, 0.12  # standard deviation of a step's time (strides': 1 to 3 %, Hausdorff 1996) and force


@dataclass(frozen=True)
class Touch:
    """A heel or toes that meet the ground, or toes that push off it, at a share of the frame, at x and z. force: 1 at
    WALK_M_S."""

    share: float
    foot: str
    part: str
    at: tuple[float, float]
    force: float

    def sample(self, samples: int) -> int:
        """The sample of the frame at which it happens."""
        return min(int(self.share * samples), samples - 1)


class Figure(Stateful):
    """One walker on a track. mode: walk, halt (until the phase `halt`), turn (on the spot) or stand.

    luck: (n, 2) standard normal, by which step after step is quicker and heavier than the last.
    """

    kept: ClassVar[tuple[str, ...]] = (
        "metres", "phase", "speed_m_s", "cruise_m_s", "mode", "halt", "then", "way", "turned", "feet",
    )  # fmt: skip

    def __init__(
        self, track: Track, metres: float, aside_m: float, cruise_m_s: float, height_m: float, phase: float, luck: np.ndarray
    ) -> None:
        self.quick, self.heavy = np.exp(luck * (TIME_SPREAD, FORCE_SPREAD)).T.tolist()
        self.track, self.aside_m, self.height_m = track, aside_m, height_m
        self.cruise_m_s = cruise_m_s or WALK_M_S
        self.metres, self.phase = metres, phase
        self.speed_m_s = cruise_m_s
        self.mode = "walk" if cruise_m_s else "stand"
        self.halt, self.then = 0.0, "stand"
        self.way, self.turned = 1, 0.0  # +1 along the track, -1 back; how much of a turn is done, 0..1
        self.feet = [Steps(), Steps()]

    @property
    def heading(self) -> float:
        """Radians he looks to, 0 is +z, towards +x."""
        eased = self.turned * self.turned * (3 - 2 * self.turned)
        return self.track.heading(self.metres) + math.pi * (eased + (self.way < 0))

    def at(self) -> tuple[float, float]:
        """x, z of the ground under the body."""
        x, _, z = self.track.at(self.metres).tolist()
        heading = self.track.heading(self.metres)
        return x + self.aside_m * math.cos(heading), z - self.aside_m * math.sin(heading)

    def advance(self, dt_s: float) -> list[Touch]:
        """Move on; returns what touched the ground, in order."""
        before = self.phase
        self._pace(dt_s)
        length, _ = stride(self.speed_m_s, self.height_m)
        gone = self._pace_now() * self.speed_m_s * dt_s / length
        if self.mode == "halt":
            gone = min(gone, self.halt - self.phase)
        self.phase += gone
        self.metres += self.way * gone * length
        return self._touches(before) if self.phase > before else []

    def _pace_now(self) -> float:
        """How much quicker than usual he walks: from step to step another, without a jerk. Body and feet go with it alike, so
        that no foot slides."""
        step = math.floor(2 * self.phase)
        part, n = 2 * self.phase - step, len(self.quick)
        return (1 - part) * self.quick[step % n] + part * self.quick[(step + 1) % n]

    def _pace(self, dt_s: float) -> None:
        """The speed follows the mode; a halt slows down so that it ends with the feet beside each other."""
        if self.mode == "walk":
            if (self.track.length_m - self.metres if self.way > 0 else self.metres) < END_M:
                self.stop("turn")
            change = QUICKEN_M_S2 * dt_s
            self.speed_m_s = float(np.clip(self.cruise_m_s, self.speed_m_s - change, self.speed_m_s + change))
        elif self.mode == "halt":
            left = self.halt - self.phase
            self.speed_m_s = min(self.speed_m_s, self.cruise_m_s * math.sqrt(max(left, 0.0) / 0.45))
            if left < 0.004:
                self.speed_m_s, self.mode = 0.0, self.then
        elif self.mode == "turn":
            self.turned += dt_s / TURN_S
            if self.turned >= 1.0:
                self.way, self.turned, self.mode = -self.way, 0.0, "walk"

    def _touches(self, before: float) -> list[Touch]:
        found = []
        for part, late in PRESSES:
            for contact in contacts(before - late, self.phase - late):
                if contact.kind == "heel strike":
                    share = (contact.phase + late - before) / (self.phase - before)
                    place = heel_at(contact, self.phase, self.speed_m_s, self.height_m, np.array(self.at()), self.heading)
                    x, z = place.tolist()
                    force = (self.speed_m_s / WALK_M_S) ** 0.5 * self.heavy[round(2 * contact.phase) % len(self.heavy)]
                    found.append(Touch(share, contact.side, part, (x, z), force))
        return sorted(found, key=lambda touch: touch.share)

    def stop(self, then: str = "stand") -> None:
        """Come to rest within the next step, then stand or turn."""
        self.then = then
        if self.mode == "stand":
            self.mode = then
        elif self.mode == "walk":
            self.halt = (math.floor((self.phase + 0.15 - REST) * 2) + 1) / 2 + REST
            self.mode = "halt"

    def go(self, cruise_m_s: float) -> None:
        """Walk (on) at this pace."""
        self.cruise_m_s = cruise_m_s
        if self.mode in ("stand", "halt"):
            self.mode = "walk"
