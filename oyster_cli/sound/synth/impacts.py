"""Small hard sounds: a drip, a pop, a drop on tin. Each a damped tone, more or less noisy, placed to the sample."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.bubbles import damping_per_s, minnaert_hz
from oyster_cli.sound.synth.tape import Tape
from oyster_cli.state import Stateful


@dataclass(frozen=True)
class Impact:
    """One blow. offset: sample in this frame. peak_pa: pascal at 1 m. noise: 0 a pure tone, 1 a pure burst. rise: how far the
    pitch climbs per decay time (0.1 for a bubble of a drop)."""

    offset: int
    frequency_hz: float
    decay_per_s: float
    peak_pa: float
    noise: float = 0.0
    rise: float = 0.0


def drip(offset: int, radius_m: float, peak_pa: float) -> Impact:
    """A drop into water: the bubble it drags under rings at Minnaert's tone and rises as it nears the surface."""
    return Impact(offset, float(minnaert_hz(radius_m)), float(damping_per_s(radius_m)), peak_pa, rise=0.1)


class Impacts(Stateful):
    """Plays impacts; what rings past the frame is kept. About 0.03 ms an impact."""

    kept: ClassVar[tuple[str, ...]] = ("tape",)

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.tape = Tape()

    def step(self, rng: np.random.Generator, n: int, impacts: Iterable[Impact] = ()) -> np.ndarray:
        """(n,) float32 pascal at 1 m."""
        for impact in impacts:
            self.tape.lay(impact.offset, self._ring(rng, impact))
        return self.tape.play(n).astype(np.float32)

    def _ring(self, rng: np.random.Generator, impact: Impact) -> np.ndarray:
        decay = max(impact.decay_per_s, 2.0)
        t = np.arange(int(7.0 / decay * self.rate_hz) + 2) / self.rate_hz
        envelope = np.exp(-decay * t)
        cycles = impact.frequency_hz * t * (1 + 0.5 * impact.rise * decay * t)
        tone = np.sin(2 * np.pi * cycles)
        if impact.noise:
            tone = (1 - impact.noise) * tone + impact.noise * rng.uniform(-1, 1, len(t))
        return impact.peak_pa * envelope * tone
