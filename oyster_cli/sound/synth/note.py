"""A note that glides, trembles and breathes: what calls and songs are strung of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import leaky


@dataclass(frozen=True)
class Note:
    """One note. pitch_hz: at its beginning, middle and end. harmonics: strengths of 1f, 2f, 3f … tremor: share by which the
    level trembles at tremor_hz. breath: share of noise around the tone."""

    start_s: float
    length_s: float
    pitch_hz: tuple[float, float, float]
    gain_db: float = 0.0
    harmonics: tuple[float, ...] = (1.0, 0.08)
    tremor: float = 0.0
    tremor_hz: float = 0.0
    breath: float = 0.0


def note(rng: np.random.Generator, spec: Note, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) one note with its fundamental at unit root mean square where it is full."""
    m = int(spec.length_s * rate_hz)
    x = np.linspace(0.0, 1.0, m)
    low, middle, high = spec.pitch_hz
    pitch = low + (high - low) * x + (middle - (low + high) / 2) * 4 * x * (1 - x)
    turn = 2 * np.pi * np.cumsum(pitch) / rate_hz
    tone = sum(strength * np.sin(k * turn) for k, strength in enumerate(spec.harmonics, 1) if strength)
    if spec.breath:
        noise = leaky(rng.standard_normal(m), 0.995) * np.sqrt(1 - 0.995**2)
        tone = tone + spec.breath * noise * np.sin(turn)
    attack = np.minimum(1.0, np.minimum(x, 1 - x) * spec.length_s / min(0.25 * spec.length_s, 0.05))
    tremble = 1 - spec.tremor * (0.5 - 0.5 * np.cos(2 * np.pi * spec.tremor_hz * x * spec.length_s))
    return np.asarray(np.sqrt(2) * 10 ** (spec.gain_db / 20) * np.sin(np.pi / 2 * attack) ** 2 * tremble * tone)
