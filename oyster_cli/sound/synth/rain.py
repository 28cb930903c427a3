"""Rain: how many drops of what size, how hard they hit, and what they sound like on what they hit."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter, leaky
from oyster_cli.sound.synth.noise import BandNoise, at_level, shots, white
from oyster_cli.state import Stateful

# Octave levels of one surface under rain, dB; A-weighted level against hard ground, dB; share of the power in near drops,
# how long one drop sounds (s; 0: a click).
SURFACES: dict[str, tuple[tuple[float, ...], float, float, float]] = {
    "hard": ((-22, -19, -13, -8, -4, -1, -1, -2, -3, -5), 0.0, 0.22, 0.0),
    "leaves": ((-24, -20, -16, -12, -4, 0, 0, 0, -3, -4), 3.0, 0.75, 0.003),
    "water": ((-30, -26, -20, -14, -9, -5, -2, 0, 0, 0), -3.0, 0.22, 0.0),
    "soft": ((-22, -18, -11, -6, -2, 0, -2, -6, -10, -14), -8.0, 0.2, 0.0005),
}
# What half the rain does to the octaves: smaller drops, less rumble.
LIGHTER_DB = np.array([-1.6, -1.6, -1.6, -1.4, -1.0, -0.5, 0, 0, 0.2, 0.3])
DIAMETERS_MM = np.linspace(0.2, 6.0, 117)


def drop_flux(rate_mm_h: float) -> np.ndarray:
    """Drops per m2 and second of each of DIAMETERS_MM (per bin): Marshall and Palmer 1948, fall speed Atlas 1973."""
    density = 8000.0 * np.exp(-4.1 * max(rate_mm_h, 1e-3) ** -0.21 * DIAMETERS_MM)
    bin_mm = np.full(len(DIAMETERS_MM), DIAMETERS_MM[1] - DIAMETERS_MM[0])
    bin_mm[[0, -1]] /= 2
    return density * np.maximum(fall_m_s(), 0.1) * bin_mm


def fall_m_s() -> np.ndarray:
    """Terminal speed of each of DIAMETERS_MM."""
    return 9.65 - 10.3 * np.exp(-0.6 * DIAMETERS_MM)


def energy_flux_w_m2(rate_mm_h: float) -> float:
    """Kinetic energy that rain brings to the ground."""
    mass_kg = 1000 * np.pi / 6 * (DIAMETERS_MM * 1e-3) ** 3
    return (rate_mm_h > 0) * float(np.sum(drop_flux(rate_mm_h) * 0.5 * mass_kg * fall_m_s() ** 2))


def level_dba(rate_mm_h: float) -> float:
    """Level in rain on hard ground: 66 dB(A) at 50 mm/h, and with the energy the drops bring."""
    return 66.0 + 10 * float(np.log10(max(energy_flux_w_m2(rate_mm_h), 1e-9) / 0.372))


class Rain(Stateful):
    """Rain all around, in several decorrelated streams, on one kind of ground. Together they have the level of the rain.

    surface: hard, leaves, water or soft. Far drops are noise; near ones, drawn by the thousand, stand out of it as clicks
    (on leaves: as patter of some milliseconds).
    """

    kept: ClassVar[tuple[str, ...]] = ("bed", "patter", "flurry")

    def __init__(self, surface: str = "hard", streams: int = 6, rate_hz: int = RATE_HZ) -> None:
        self.shape_db, self.gain_db, self.near, length_s = SURFACES[surface]
        self.rate_hz = rate_hz
        self.streams = streams
        self.pole = float(np.exp(-1 / (length_s * rate_hz))) if length_s else 0.0
        self.bed = BandNoise(streams, 1, rate_hz)
        self.patter = np.zeros((streams, 1))
        self.flurry = Flutter(0.7, streams, rate_hz)

    def step(self, rng: np.random.Generator, n: int, rate_mm_h: float) -> np.ndarray:
        """(streams, n) float32 pascal at the listener."""
        level = level_dba(rate_mm_h) + self.gain_db - 10 * np.log10(self.streams)
        shape_db = np.array(self.shape_db) + LIGHTER_DB * math.log2(45.0 / min(max(rate_mm_h, 1.0), 90.0))
        near, per_s = self.near, (60.0 + 120.0 * max(rate_mm_h, 0.0) ** 0.6) / self.streams
        far = white(rng, self.streams, n) * (1 + 0.06 * self.flurry.step(rng, n))
        excitation = math.sqrt(1 - near) * far + math.sqrt(near) * self._drops(rng, n, per_s)
        return self.bed.shape(excitation, at_level(shape_db, level))

    def _drops(self, rng: np.random.Generator, n: int, per_s: float) -> np.ndarray:
        clicks = shots(rng, self.streams, n, per_s, 1.0, self.rate_hz)
        if not self.pole:
            return clicks
        envelope = leaky(math.sqrt(1 - self.pole**2) * abs(clicks), self.pole, self.patter)
        self.patter = envelope[:, -1:]
        return envelope * white(rng, *clicks.shape)
