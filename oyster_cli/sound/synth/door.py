"""A door: the click of its latch, the creak of its hinges as they turn, the blow as it falls shut and the room behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.noise import P0_PA, at_level, shaped, white
from oyster_cli.sound.synth.tape import Tape, fade_tail
from oyster_cli.state import Stateful

Modes = tuple[tuple[float, float, float], ...]  # Hz, decay per s, share
PANEL: Modes = (
    (68, 26, 1.0),
    (112, 30, 0.8),
    (176, 38, 0.7),
    (265, 50, 0.5),
    (410, 70, 0.35),
    (640, 100, 0.25),
    (980, 150, 0.15),
)
HINGE: Modes = ((520, 130, 0.5), (860, 150, 1.0), (1390, 190, 0.8), (2250, 260, 0.5), (3600, 400, 0.25))
LATCH: Modes = ((1150, 260, 0.7), (2300, 330, 1.0), (3900, 420, 0.8), (6100, 600, 0.5))
CLICK_DB, CREAK_DB = 66.0, 58.0  # of the first swing at 1 m
BLOW_DB = 72.0  # of one joule; pressure goes with the root of the energy
WOOD_DB = (-14, -6, 0, 0, -2, -6, -11, -17, -24, -32)
ROOM_DB = (-12, -5, 0, -1, -4, -8, -14, -22, -30, -40)
ROOM_S = 0.45  # in which what rings behind the door falls by 60 dB


def ringing(rng: np.random.Generator, modes: Modes, peak_db: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m of what a blow sets ringing; each time a little otherwise, for it is struck elsewhere."""
    slowest = min(decay for _, decay, _ in modes)
    t = np.arange(int(6.0 / slowest * rate_hz)) / rate_hz
    heard = np.zeros(len(t))
    for hz, decay, share in modes:
        part = t[: int(6.0 / decay * rate_hz)]
        strength = share * np.exp(0.3 * rng.standard_normal())
        heard[: len(part)] += strength * np.exp(-decay * part) * np.cos(2 * np.pi * hz * part + rng.uniform(-1.2, 1.2))
    return P0_PA * 10 ** (peak_db / 20) * heard


def blow(rng: np.random.Generator, energy_j: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m of a door that falls into its frame: panel, wood on wood, and the air of the room behind it."""
    level_db = BLOW_DB + 10 * np.log10(max(energy_j, 1e-4))
    panel = ringing(rng, PANEL, level_db, rate_hz)
    t = np.arange(int(0.8 * ROOM_S * rate_hz)) / rate_hz
    noise = white(rng, 2, len(t))
    crack = shaped(noise[0] * np.exp(-t / 0.006), at_level(WOOD_DB, level_db - 3.0), rate_hz)
    room = shaped(noise[1] * np.exp(-6.9 * t / ROOM_S) * (1 - np.exp(-t / 0.01)), at_level(ROOM_DB, level_db - 24.0), rate_hz)
    out = np.zeros(max(len(panel), len(t)))
    out[: len(panel)] += panel
    out[: len(t)] += crack + room
    return fade_tail(out)


class Door(Stateful):
    """One door."""

    kept: ClassVar[tuple[str, ...]] = ("tape",)

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.tape = Tape()

    def step(
        self,
        rng: np.random.Generator,
        n: int,
        slips: Iterable[tuple[int, float]] = (),
        clicks: Iterable[int] = (),
        blows: Iterable[tuple[int, float]] = (),
    ) -> np.ndarray:
        """(n,) float32 pascal at 1 m. slips: (sample, strength) at which the hinge gives way with a jerk; clicks: samples at
        which the latch moves; blows: (sample, energy in joule)."""
        for offset, strength in slips:
            self.tape.lay(offset, strength * ringing(rng, HINGE, CREAK_DB, self.rate_hz))
        for offset in clicks:
            self.tape.lay(offset, ringing(rng, LATCH, CLICK_DB, self.rate_hz))
        for offset, energy_j in blows:
            self.tape.lay(offset, blow(rng, energy_j, self.rate_hz))
        return self.tape.play(n).astype(np.float32)
