"""A bell: the partials of cast bronze, each with its own beat and its own long death. Struck harder it rings brighter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.state import Stateful

# hum, prime, tierce, quint, nominal and above: share of the prime's pitch, strength, seconds to fall by 60 dB
PARTIALS = np.array([
    (0.502, 0.45, 7.5), (1.0, 0.80, 6.0), (1.187, 1.00, 5.0), (1.507, 0.35, 3.2), (2.0, 1.00, 3.6), (2.51, 0.42, 2.2),
    (2.67, 0.40, 2.0), (3.01, 0.60, 1.9), (4.17, 0.42, 1.2), (5.43, 0.30, 0.8), (6.79, 0.20, 0.55), (8.21, 0.14, 0.4),
])  # fmt: skip
BEAT = 0.0022  # share by which the two halves of a partial differ: no bell is quite round
STRIKE_PA = 1.5  # at 1 m, for a blow of 0.3 m/s


class BellTone(Stateful):
    """One bell. Its modes ring on as complex numbers, so that a frame is one product with a table."""

    kept: ClassVar[tuple[str, ...]] = ("ringing",)

    def __init__(self, prime_hz: float, rate_hz: int = RATE_HZ) -> None:
        share, strength, t60_s = PARTIALS.T
        hz = prime_hz * np.concatenate([share * (1 - BEAT / 2), share * (1 + BEAT / 2)])
        self.strength = np.concatenate([0.6 * strength, 0.4 * strength])
        self.octaves = np.log2(np.concatenate([share, share]))
        self.turn = 2j * np.pi * hz / rate_hz - np.log(1000.0) / (np.concatenate([t60_s, t60_s]) * rate_hz)
        self.ringing = np.zeros(len(hz), np.complex128)
        self._table = np.zeros((len(hz), 0), np.complex128)

    def step(self, n: int, strikes: Iterable[tuple[int, float]] = ()) -> np.ndarray:
        """(n,) float32 pascal at 1 m. strikes: (sample in this frame, speed of the clapper in m/s)."""
        if self._table.shape[1] < n + 1:
            self._table = np.exp(self.turn[:, None] * np.arange(n + 1))
        out = self._heard(self.ringing, n)
        rings = self.ringing * self._table[:, n]
        for offset, speed in strikes:
            bright = min(speed / 0.3, 3.0) ** (0.25 * np.maximum(self.octaves, 0.0))  # a hard blow wakes the high modes
            struck = STRIKE_PA * min(speed / 0.3, 3.0) * 0.25 * self.strength * bright
            out[offset:] += self._heard(struck.astype(complex), n - offset)
            rings += struck * self._table[:, n - offset]
        self.ringing = rings
        return out.astype(np.float32)

    def _heard(self, rings: np.ndarray, n: int) -> np.ndarray:
        table = self._table[:, :n]
        return np.asarray(rings.real @ table.imag + rings.imag @ table.real)
