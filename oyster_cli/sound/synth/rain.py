"""Rain: how many drops of what size, how hard they hit, and what they sound like on what they hit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter, leaky
from oyster_cli.sound.synth.noise import BandNoise, at_level, shots, white
from oyster_cli.state import Stateful


@dataclass(frozen=True)
class Surface:
    """What drops strike. shape_db: its octave levels. gain_db: A-weighted, against hard ground. near: share of the power in
    drops that one hears singly; busy: how many these are, of what fall on hard ground; spread: of their strengths, natural
    units; length_s: how long one sounds (0: a click).
    """

    shape_db: tuple[float, ...]
    gain_db: float = 0.0
    near: float = 0.22
    busy: float = 1.0
    spread: float = 1.0
    length_s: float = 0.0


SURFACES = {
    "hard": Surface((-22, -19, -13, -8, -4, -1, -1, -2, -3, -5)),
    # what leaves have gathered falls on as large drops, which pat on the leaves below for some milliseconds
    "leaves": Surface((-24, -17, -15, -12.5, -5, -0.5, -2.5, 0, -2, -3), 3.0, 0.55, 1.3, 1.4, 0.003),
    # sheet metal and glass ring under every drop: car roofs, awnings on their frames, decks
    "tin": Surface((-26, -22, -17, -8, -2.5, 1, -3, -2, -2, -7), 6.0, 0.82, 1.1, 1.1, 0.008),
    "water": Surface((-30, -26, -20, -14, -9, -5, -2, 0, 0, 0), -3.0),
    "soft": Surface((-22, -18, -11, -6, -2, 0, -2, -6, -10, -14), -8.0, 0.2, 1.0, 1.0, 0.0005),
}
HARD = {"hard": 1.0}
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
    """Rain all around, in several decorrelated streams, on one kind of ground or on several, each with its share of the plan.

    Far drops are noise; near ones, drawn by the thousand, stand out of it as clicks (on leaves: as patter of some
    milliseconds).
    """

    kept: ClassVar[tuple[str, ...]] = ("bed", "patter", "flurry")

    def __init__(self, shares: Mapping[str, float] = HARD, streams: int = 4, rate_hz: int = RATE_HZ) -> None:
        """shares: of each of SURFACES, 1 together."""
        self.rate_hz, self.streams = rate_hz, streams
        self.surfaces = [SURFACES[name] for name in shares]
        self.share_db = np.array([10 * math.log10(share) for share in shares.values()])
        self.poles = [math.exp(-1 / (each.length_s * rate_hz)) if each.length_s else 0.0 for each in self.surfaces]
        self.bed = BandNoise(streams, 1 + len(shares), rate_hz)
        self.patter = np.zeros((len(shares), streams, 1))
        self.flurry = Flutter(0.7, streams, rate_hz)

    def step(self, rng: np.random.Generator, n: int, rate_mm_h: float) -> np.ndarray:
        """(streams, n) float32 pascal at the listener."""
        far = white(rng, self.streams, n) * (1 + 0.06 * self.flurry.step(rng, n))
        near = [self._drops(rng, n, k, rate_mm_h) for k in range(len(self.surfaces))]
        excitation = np.stack([far, *near], axis=1).reshape(-1, n)
        return self.bed.shape(excitation, np.tile(self._levels_db(rate_mm_h), (self.streams, 1)))

    def _levels_db(self, rate_mm_h: float) -> np.ndarray:
        """(1 + surfaces, 10) octave levels of each stream: of all that is far, and of the near drops on each surface."""
        lighter = LIGHTER_DB * math.log2(45.0 / min(max(rate_mm_h, 1.0), 90.0))
        level = level_dba(rate_mm_h) - 10 * math.log10(self.streams)
        whole = [at_level(each.shape_db + lighter, level + each.gain_db + share)
                 for each, share in zip(self.surfaces, self.share_db, strict=True)]  # fmt: skip
        near = np.array([each.near for each in self.surfaces])[:, None]
        far = np.sum((1 - near) * 10 ** (np.array(whole) / 10), axis=0)
        return np.concatenate([[10 * np.log10(far)], whole + 10 * np.log10(near)])

    def _drops(self, rng: np.random.Generator, n: int, k: int, rate_mm_h: float) -> np.ndarray:
        """(streams, n) of unit variance: what falls near by on one surface."""
        surface, pole = self.surfaces[k], self.poles[k]
        per_s = surface.busy * (60.0 + 120.0 * max(rate_mm_h, 0.0) ** 0.6) / self.streams
        clicks = shots(rng, self.streams, n, per_s, surface.spread, self.rate_hz)
        if not pole:
            return clicks
        envelope = leaky(math.sqrt(1 - pole**2) * abs(clicks), pole, self.patter[k])
        self.patter[k] = envelope[:, -1:]
        return envelope * white(rng, *clicks.shape)
