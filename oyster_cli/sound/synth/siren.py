"""The siren of an emergency car: an electronic wail that climbs and falls, and yelps when it hurries, out of a horn."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Held, part_of
from oyster_cli.sound.synth.noise import P0_PA
from oyster_cli.state import Stateful

LEVEL_DB = 127.0  # at 1 m on the horn's axis: the 118 dB at 3 m of SAE J1849
LOW_HZ, HIGH_HZ = 680.0, 1700.0
WAIL_S, YELP_S = 4.2, 0.32  # one climb and fall
CLIMB = 0.42  # of it is the climb
HORN = np.array([1.0, 0.14, 0.16, 0.05, 0.04, 0.012])  # the harmonics of a square wave as a horn throat gives them on
TABLE = 2048
FAINT_PA = 1e-3
EDGE_S = 0.12  # it swells when it is switched on, and dies down


def _cycle() -> np.ndarray:
    place, order = np.arange(TABLE + 1) / TABLE, np.arange(1, len(HORN) + 1)
    shape = HORN @ np.sin(2 * np.pi * np.outer(order, place) + 0.4 * order[:, None])
    return np.asarray(shape * np.sqrt(2 / np.sum(HORN**2)))


def pitch_hz(part: np.ndarray) -> np.ndarray:
    """The pitch at a part 0 … 1 of a cycle: it climbs fast at first, as a condenser loads, and falls likewise."""
    up = np.minimum(part / CLIMB, 1.0)
    down = np.maximum(part - CLIMB, 0.0) / (1.0 - CLIMB)
    share = (1 - np.exp(-2.6 * up)) / (1 - np.exp(-2.6)) - (1 - np.exp(-1.9 * down)) / (1 - np.exp(-1.9))
    return np.asarray(LOW_HZ * (HIGH_HZ / LOW_HZ) ** share)


class Siren(Stateful):
    """One siren. cycle: how far into its climb and fall; turn: of the tone. level: how loud it is now."""

    kept: ClassVar[tuple[str, ...]] = ("cycle", "turn", "level")
    wave: ClassVar[np.ndarray] = _cycle()

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.cycle = self.turn = 0.0
        self.level = Held()

    def step(self, n: int, loud: float, yelp: bool = False) -> np.ndarray:
        """(n,) float32 pascal at 1 m. loud: share of its pressure on the horn's axis; 0 is switched off."""
        aim, now = P0_PA * 10 ** (LEVEL_DB / 20) * loud, self.level.value
        level = self.level.step(aim if now is None else now + (aim - now) * min(n / self.rate_hz / EDGE_S, 1.0), n)
        if max(level[0], level[-1]) < FAINT_PA:
            return np.zeros(n, np.float32)
        part = part_of(self.cycle + np.arange(1, n + 1) / (self.rate_hz * (YELP_S if yelp else WAIL_S)))
        turn = part_of(self.turn + np.cumsum(pitch_hz(part)) / self.rate_hz)
        self.cycle, self.turn = float(part[-1]), float(turn[-1])
        place = turn * TABLE
        low = place.astype(np.intp)
        return np.asarray(level * (self.wave[low] + (self.wave[low + 1] - self.wave[low]) * (place - low)), np.float32)
