"""Footsteps: a foot presses into gravel, snow, planks, mud or water, and what lies under it collides, rings or bubbles.

Grains after Cook's PhISEM: the press of the foot is the energy, every collision a short burst. Planks by their modes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from scipy.signal import lfilter

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.bubbles import damping_per_s, minnaert_hz
from oyster_cli.sound.synth.noise import P0_PA, at_level, shaped, split, white
from oyster_cli.sound.synth.tape import Tape, fade_tail
from oyster_cli.state import Stateful


@dataclass(frozen=True)
class Tread:
    """A part of a foot that begins to press. part: a name of PARTS. force: 1 at a walker's pace. surface: a name of GROUNDS."""

    offset: int  # sample in this frame
    part: str
    force: float
    surface: str


@dataclass(frozen=True)
class Press:
    """How a part of the foot presses: its strength, how much longer it takes than the heel and how long at most until it is
    at its height, and how hard it comes down."""

    strength: float
    stretch: float
    most_s: float
    blow: float

    def height_s(self, ground: Ground) -> float:
        return min(ground.press_s * self.stretch, self.most_s)


# The two humps of the ground's reaction, and between them the ball that comes down; toes push off and never come down.
PARTS = {"heel": Press(1.0, 1.0, 0.11, 1.0), "toe": Press(0.65, 1.25, 0.14, 0.15), "push": Press(0.55, 1.9, 0.08, 0.0)}


@dataclass(frozen=True)
class Ground:
    """What a foot meets.

    press_s: when the press is at its height. slips: how often the ground gives way in one, and grains: that then collide;
    grain_s: how long one sounds. thud: how strong the blow itself is beside the press that follows. level_dba: at 1 m at the
    height of the press of a walker's heel. modes: (Hz, decay per s, dB of its first swing at 1 m) of what the blow sets
    ringing. bubbles: that a heel drags under.
    """

    press_s: float
    slips: float
    grains: float
    grain_s: float
    thud: float
    level_dba: float
    shape_db: tuple[float, ...]
    modes: tuple[tuple[float, float, float], ...] = ()
    bubbles: float = 0.0
    radius_m: tuple[float, float] = (0.001, 0.006)


def _wood(hz: float, level_db: float) -> tuple[float, float, float]:
    """A mode of a plank, by Rayleigh damping with 40 /s and 5e-5 s."""
    return hz, 20.0 + 2.5e-5 * (2 * np.pi * hz) ** 2, level_db


PLANK = tuple(_wood(hz, db) for hz, db in ((92, 60), (148, 66), (236, 68), (371, 66), (560, 62), (815, 57), (1180, 51)))
STONE_DB = (-16, -8, -6, -4, -2, 0, -1, -5, -10, -16)
GROUNDS: dict[str, Ground] = {
    "gravel": Ground(0.050, 9, 5, 0.0030, 1.6, 60.0, (-12, -8, -13, -9, -6, 0, -3, -7, -12, -9), ((70, 45, 55),)),
    "snow": Ground(0.090, 24, 60, 0.0030, 0.2, 55.0, (-20, -13, -5, -2, -2, 0, -4, -8, -10, -6), ((95, 55, 45),)),
    "leaves": Ground(0.105, 24, 10, 0.0020, 1.8, 60.0, (-20, -16, -16, -13, -8, -4, -2, 0, -3, -9),
                     ((75, 60, 56), (140, 70, 52))),
    "soil": Ground(0.030, 8, 4, 0.0020, 0.8, 48.0, (-14, -6, -3, -1, 0, -3, -8, -12, -17, -22), ((80, 60, 52),)),
    "sand": Ground(0.060, 30, 20, 0.0015, 0.1, 48.0, (-20, -14, -9, -6, -4, -2, 0, -1, -4, -8), ((70, 80, 44),)),
    "mud": Ground(0.050, 6, 6, 0.0040, 0.4, 47.0, (-12, -5, -1, 0, -1, -4, -8, -12, -17, -22), ((75, 60, 50),), 10,
                  (0.003, 0.010)),
    "water": Ground(0.060, 20, 20, 0.0030, 0.5, 56.0, (-18, -10, -6, -3, -1, 0, -1, -3, -6, -10), (), 18, (0.0008, 0.006)),
    "wood": Ground(0.012, 3, 3, 0.0010, 0.7, 50.0, (-16, -7, -2, 0, -1, -4, -8, -13, -19, -25), PLANK),
    "stone": Ground(0.010, 4, 4, 0.0009, 1.0, 55.0, STONE_DB),
    "street": Ground(0.008, 3, 4, 0.0008, 1.0, 56.0, STONE_DB),
    "wet street": Ground(0.020, 10, 8, 0.0010, 0.8, 57.0, (-16, -8, -6, -5, -3, -1, 0, -2, -5, -10)),
}  # fmt: skip
SLIP_S = 0.008  # the grains of one slip come within it


def footfall(rng: np.random.Generator, tread: Tread, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m of one part of a foot that meets the ground at its first sample."""
    ground, press = GROUNDS[tread.surface], PARTS[tread.part]
    m = int((4.5 * press.height_s(ground) + 8 * ground.grain_s + 0.03) * rate_hz)
    heard = _colliding(rng, ground, press, m, rate_hz) + _bubbling(rng, ground, press, m, rate_hz)
    if press.blow:
        heard += press.blow * _ringing(rng, ground.modes, m, rate_hz)
    uneven = np.exp(0.25 * rng.standard_normal())  # no step is as heavy as another
    return fade_tail(uneven * tread.force * press.strength * heard)


def _colliding(rng: np.random.Generator, ground: Ground, press: Press, m: int, rate_hz: int) -> np.ndarray:
    """(m,) pascal at 1 m: big stones and small ones, or crust and powder, give way each in their own time."""
    bands = _bands(ground)
    grains = [_grains(rng, ground, press, m, rate_hz) * np.exp(0.25 * rng.standard_normal()) for _ in bands]
    return shaped(np.array(grains, np.float32), bands, rate_hz)


@lru_cache(maxsize=16)
def _bands(ground: Ground) -> np.ndarray:
    """(2, 10) octave levels."""
    return split(at_level(ground.shape_db, ground.level_dba), [800.0])


def _grains(rng: np.random.Generator, ground: Ground, press: Press, m: int, rate_hz: int) -> np.ndarray:
    """(m,) what collides under the foot: unit variance at the height of the press, after the thud of contact.

    The press goes with t³ e^(-3t/h): gamma-distributed slips, a handful of grains in each.
    """
    height_s = press.height_s(ground) * float(np.exp(0.25 * rng.standard_normal()))
    slips = 1 + int(rng.poisson(ground.slips * press.stretch))
    slipped_s = rng.gamma(4.0, height_s / 3, slips)
    slip = rng.integers(0, slips, 1 + int(rng.poisson(ground.grains * slips)))
    place = ((slipped_s[slip] + rng.exponential(SLIP_S, len(slip))) * rate_hz).astype(int)
    strength = np.exp(0.5 * rng.standard_normal(slips) - 0.25)[slip] * np.exp(0.9 * rng.standard_normal(len(slip)) - 0.81)
    strength *= np.where(rng.random(len(slip)) < 0.5, 1.0, -1.0)
    inside = place < m
    hits = np.bincount(place[inside], strength[inside], m)
    decay = np.exp(-1 / (ground.grain_s * rate_hz))
    grains = lfilter([1.0], [1.0, -decay], hits) * white(rng, 1, m)[0]
    # mean square of a Poisson train of e^-t/T: rate T / 2; the rate is highest at h, 0.672 / h of all grains
    grains /= np.sqrt(0.672 / height_s * len(slip) * ground.grain_s / 2)
    thud = int(0.02 * rate_hz)
    grains[:thud] += 2.0 * press.blow * ground.thud * np.exp(-np.arange(thud) / (0.003 * rate_hz)) * rng.standard_normal(thud)
    return grains.astype(np.float32)


def _ringing(rng: np.random.Generator, modes: tuple[tuple[float, float, float], ...], m: int, rate_hz: int) -> np.ndarray:
    """(m,) pascal at 1 m: every plank is another."""
    heard = np.zeros(m)
    tuned = np.exp(0.12 * rng.standard_normal())
    for hz, decay, level_db in modes:
        pitch, loud = tuned * hz * np.exp(0.02 * rng.standard_normal()), P0_PA * 10 ** (level_db / 20)
        t = np.arange(min(m, int(7.0 / decay * rate_hz))) / rate_hz
        loud *= np.exp(0.35 * rng.standard_normal())
        heard[: len(t)] += loud * np.exp(-decay * t) * np.sin(2 * np.pi * pitch * t)
    return heard


def _bubbling(rng: np.random.Generator, ground: Ground, press: Press, m: int, rate_hz: int) -> np.ndarray:
    """(m,) pascal at 1 m of the bubbles that the foot drags under and that rise after it."""
    heard = np.zeros(m)
    for _ in range(int(rng.poisson(ground.bubbles * press.strength))):
        start = int(min(rng.gamma(2.0, 0.7 * ground.press_s), 0.8 * m / rate_hz) * rate_hz)
        low, high = np.log(ground.radius_m)
        radius = float(np.exp(rng.uniform(low, high)))
        hz, decay = float(minnaert_hz(radius)), float(damping_per_s(radius))
        t = np.arange(min(m - start, int(5.0 / decay * rate_hz))) / rate_hz
        loud = P0_PA * 10 ** ((ground.level_dba + 4.0) / 20) * (radius / ground.radius_m[1]) ** 0.5 * rng.random()
        heard[start : start + len(t)] += loud * np.exp(-decay * t) * np.sin(2 * np.pi * hz * t * (1 + 0.1 * decay * t))
    return heard


class Steps(Stateful):
    """One walker's foot."""

    kept: ClassVar[tuple[str, ...]] = ("tape",)

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.tape = Tape()

    def step(self, rng: np.random.Generator, n: int, treads: Iterable[Tread] = ()) -> np.ndarray:
        """(n,) float32 pascal at 1 m."""
        for tread in treads:
            self.tape.lay(tread.offset, footfall(rng, tread, self.rate_hz))
        return self.tape.play(n).astype(np.float32)
