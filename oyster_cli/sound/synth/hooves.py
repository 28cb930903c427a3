"""Hooves: the blow goes into the ground as a thud, the rim of horn knocks, and what lies loose scatters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.noise import at_level, shaped, white
from oyster_cli.sound.synth.tape import Tape, fade_tail
from oyster_cli.state import Stateful

SHAPES_DB = {  # octaves from 31.5 Hz
    "thud": (-22, -9, 0, 2, -6, -16, -28, -40, -50, -60),
    "knock": (-50, -40, -24, -10, -3, 0, 0, -5, -14, -24),
    "scatter": (-50, -42, -32, -20, -12, -6, -3, 0, -4, -10),
}
# what a trotting horse's hoof does at 1 m, dB(A) as it begins, and how fast it dies away: thud, knock, scatter
GROUNDS: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "soil": ((62.0, 0.032), (66.0, 0.016), (62.0, 0.030)),
    "mud": ((60.0, 0.040), (52.0, 0.014), (62.0, 0.050)),
    "leaves": ((60.0, 0.030), (54.0, 0.012), (66.0, 0.050)),
    "water": ((58.0, 0.050), (60.0, 0.030), (72.0, 0.090)),
    "wood": ((72.0, 0.050), (76.0, 0.022), (58.0, 0.012)),
    "stone": ((62.0, 0.018), (79.0, 0.014), (66.0, 0.014)),
    "sand": ((60.0, 0.032), (52.0, 0.012), (60.0, 0.050)),
    "snow": ((55.0, 0.030), (50.0, 0.012), (62.0, 0.045)),
    "gravel": ((62.0, 0.030), (67.0, 0.018), (67.0, 0.035)),
    "street": ((62.0, 0.018), (80.0, 0.016), (66.0, 0.012)),
    "wet street": ((62.0, 0.018), (79.0, 0.016), (69.0, 0.025)),
}


def hoof_fall(rng: np.random.Generator, surface: str, impulse: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m of one hoof that meets the ground at its first sample. impulse: 1 a trotting horse's.

    surface: a name of GROUNDS; others sound like soil.
    """
    layers = GROUNDS.get(surface, GROUNDS["soil"])
    heard = np.zeros(int(6 * max(decay_s for _, decay_s in layers) * rate_hz))
    for shape, (level_dba, decay_s) in zip(SHAPES_DB.values(), layers, strict=True):
        m = int(5 * decay_s * rate_hz)
        length_s = decay_s * np.exp(0.2 * rng.standard_normal())
        blow = white(rng, 1, m)[0] * np.exp(-np.arange(m) / (rate_hz * length_s))
        heard[:m] += fade_tail(shaped(blow, at_level(shape, level_dba + 1.5 * rng.standard_normal()), rate_hz))
    return fade_tail(impulse * heard)


class Hooves(Stateful):
    """Two hooves of one animal."""

    kept: ClassVar[tuple[str, ...]] = ("tape",)

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.tape = Tape()

    def step(self, rng: np.random.Generator, n: int, contacts: Iterable[tuple[int, float, str]] = ()) -> np.ndarray:
        """(n,) float32 pascal at 1 m. contacts: (sample in this frame, impulse, surface) of each hoof."""
        for offset, impulse, surface in contacts:
            self.tape.lay(offset, hoof_fall(rng, surface, impulse, self.rate_hz))
        return self.tape.play(n).astype(np.float32)
