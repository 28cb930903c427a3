"""Footsteps: a foot presses into gravel, snow or street, and the grains under it collide (after Cook's PhISEM)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import leaky
from oyster_cli.sound.synth.noise import at_level, shaped, split
from oyster_cli.sound.synth.tape import Tape, fade_tail
from oyster_cli.state import Stateful


@dataclass(frozen=True)
class Ground:
    """What a foot meets.

    press_s: when the press is at its height. grains_per_s: collisions at full press. grain_s: how long one sounds. thud: share
    of the blow that goes straight into the ground. level_dba: at 1 m at the height of the press of a walker's heel.
    """

    press_s: float
    grains_per_s: float
    grain_s: float
    thud: float
    level_dba: float
    shape_db: tuple[float, ...]


GROUNDS: dict[str, Ground] = {
    "gravel": Ground(0.055, 450.0, 0.0030, 0.3, 57.0, (-12, -8, -11, -7, -5, 0, -2, -5, -9, -9)),
    "snow": Ground(0.075, 2500.0, 0.0030, 0.2, 50.0, (-20, -13, -9, -3, -2, 0, -4, -6, -8, -6)),
    "soil": Ground(0.03, 350.0, 0.0020, 0.8, 48.0, (-14, -6, -3, -1, 0, -3, -8, -12, -17, -22)),
    "street": Ground(0.008, 300.0, 0.0008, 1.0, 56.0, (-16, -8, -6, -4, -2, 0, -1, -5, -10, -16)),
    "wet street": Ground(0.02, 900.0, 0.0010, 0.8, 57.0, (-16, -8, -6, -5, -3, -1, 0, -2, -5, -10)),
}


def footfall(rng: np.random.Generator, surface: str, impulse: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m of one heel or toe that meets the ground at its first sample. impulse: 1 a walker's heel, 0.5 his toe.

    surface: a name of GROUNDS.
    """
    ground = GROUNDS[surface]
    m = int((7 * ground.press_s + 8 * ground.grain_s) * rate_hz)
    levels = split(at_level(ground.shape_db, ground.level_dba), [800.0])
    # big stones and small ones, or crust and powder, give way each in their own time
    parts = [shaped(_grains(rng, ground, m, rate_hz), band, rate_hz) * np.exp(0.25 * rng.standard_normal()) for band in levels]
    return fade_tail(impulse * sum(parts))


def _grains(rng: np.random.Generator, ground: Ground, m: int, rate_hz: int) -> np.ndarray:
    """(m,) what collides under the foot: unit variance at the height of the press, after the thud of contact."""
    t = np.arange(m) / rate_hz
    height_s = ground.press_s * np.exp(0.3 * rng.standard_normal())
    press = (t / height_s) * np.exp(1 - t / height_s)
    hits = (rng.uniform(size=m) < press * ground.grains_per_s / rate_hz) * np.exp(0.9 * rng.standard_normal(m) - 0.81)
    decay = np.exp(-1 / (ground.grain_s * rate_hz))
    grains = leaky(hits * np.sqrt(press), decay) * rng.standard_normal(m)
    # mean square of a Poisson train of e^-t/T: rate T / 2
    grains /= np.sqrt(ground.grains_per_s * ground.grain_s / 2)
    return grains + 2.0 * ground.thud * np.exp(-t / 0.003) * rng.standard_normal(m)


class Steps(Stateful):
    """One walker's feet."""

    kept: ClassVar[tuple[str, ...]] = ("tape",)

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.tape = Tape()

    def step(self, rng: np.random.Generator, n: int, contacts: Iterable[tuple[int, float, str]] = ()) -> np.ndarray:
        """(n,) float32 pascal at 1 m. contacts: (sample in this frame, impulse, surface) of each heel and toe."""
        for offset, impulse, surface in contacts:
            self.tape.lay(offset, footfall(rng, surface, impulse, self.rate_hz))
        return self.tape.play(n).astype(np.float32)
