"""A note that glides, trembles and breathes: what calls and songs are strung of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import leaky, sine


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
    x = np.arange(m) / max(m - 1, 1)
    low, middle, high = spec.pitch_hz
    bulge = 4 * middle - 2 * (low + high)  # the pitch is a parabola through the three: its turns are a cubic
    turn = spec.length_s * x * (low + x * ((high - low + bulge) / 2 - x * (bulge / 3)))
    tone = np.zeros(m, np.float32)
    for k, strength in enumerate(spec.harmonics, 1):
        if strength:
            tone += np.float32(strength) * sine(k * turn)
    if spec.breath:
        noise = leaky(rng.standard_normal(m), 0.995) * np.sqrt(1 - 0.995**2)
        tone = tone + spec.breath * noise * sine(turn)
    if spec.tremor:
        tone = tone * (1 - spec.tremor * (0.5 - 0.5 * sine(spec.tremor_hz * spec.length_s * x + 0.25)))
    edge = max(min(m // 4, int(0.05 * rate_hz)), 1)
    rise = np.sin(np.pi / 2 * np.arange(edge) / edge) ** 2
    tone[:edge] *= rise
    tone[m - edge :] *= rise[::-1]
    return np.asarray(np.sqrt(2) * 10 ** (spec.gain_db / 20) * tone)
