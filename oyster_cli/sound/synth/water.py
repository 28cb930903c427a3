"""Running water: a fall, a brook, a splash. Driven by how much water moves, how far it drops and how fast it runs."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.bubbles import BubbleBank, damping_per_s, minnaert_hz
from oyster_cli.sound.synth.control import Flutter, Held
from oyster_cli.sound.synth.noise import P0_PA, BandNoise, at_level, shots, split, white
from oyster_cli.sound.synth.tape import fade_tail
from oyster_cli.state import Stateful

WATER_KG_M3 = 1000.0
G_M_S2 = 9.81
EFFICIENCY = 4e-8  # sound power over power of the falling water: 10 m3/s over 50 m is about 85 dB(A) at 10 m
AIR_RAYL = 413.0
BUBBLES_PER_S = 6000.0

FALL_DB = [-28, -23, -19, -10, -7.5, -1, 0, -4, -10, -13]
BROOK_DB = [-50, -42, -30, -17, -7, -1, 0, -2, -3, -4]


def level_at_1m_dba(power_w: float | np.ndarray) -> np.ndarray:
    """Level at 1 m over hard ground of water that loses this much mechanical power."""
    sound_w = EFFICIENCY * np.maximum(power_w, 1e-9)
    return np.asarray(10 * np.log10(sound_w * AIR_RAYL / (2 * np.pi) / 4e-10))


class Torrent(Stateful):
    """A waterfall: roar of the plunge, growing deeper with the drop, bubbles, and the hiss and rattle of spray."""

    kept: ClassVar[tuple[str, ...]] = ("roar", "bubbles", "eddies", "pace")

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.roar = BandNoise(1, 2, rate_hz)
        self.bubbles = BubbleBank(0.5e-3, 10e-3, rate_exponent=1.0, strength_exponent=0.5, sizes=32, rate_hz=rate_hz)
        self.eddies = Flutter(1.5, 1, rate_hz)
        self.pace = Held()

    def step(self, rng: np.random.Generator, n: int, flow_m3_s: float, drop_height_m: float) -> np.ndarray:
        """(n,) float32 pascal at 1 m; volume flow in m3/s, height of the drop in metres."""
        level_dba = level_at_1m_dba(WATER_KG_M3 * G_M_S2 * flow_m3_s * drop_height_m)
        plunge = 3.0 * np.log2(max(drop_height_m, 0.5) / 30.0) * np.array([1, 1, 0.8, 0.4, 0, 0, 0, 0, 0, 0])
        levels = split(at_level(np.array(FALL_DB) + plunge, level_dba - 0.6), [2500.0])
        spray = white(rng, 2, n)
        spray[1] = 0.86 * spray[1] + 0.5 * shots(rng, 1, n, 4000.0, 1.0, self.rate_hz)[0]
        roar = self.roar.shape(spray, levels)[0] * (1 + 0.04 * self.eddies.step(rng, n)[0])
        tone = self.bubbles.step(rng, n, BUBBLES_PER_S)[0] / np.sqrt(BUBBLES_PER_S)
        return (roar + tone * self.pace.step(P0_PA * 10 ** ((level_dba - 10) / 20), n)).astype(np.float32)


class Brook(Stateful):
    """Stretches of a stream or river: bubbles one hears singly, over the wash of the current."""

    kept: ClassVar[tuple[str, ...]] = ("wash", "bubbles", "eddies", "pace")
    bands: ClassVar[np.ndarray] = split(at_level(BROOK_DB, 0.0), [500.0, 1500.0, 4000.0])

    def __init__(self, stretches: int = 1, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz, self.stretches = rate_hz, stretches
        self.wash = BandNoise(stretches, len(self.bands), rate_hz)
        self.bubbles = BubbleBank(
            0.4e-3, 6e-3, rate_exponent=1.2, strength_exponent=0.6, sizes=40, streams=stretches, rate_hz=rate_hz
        )
        self.eddies = Flutter(5.0, self.wash.rows, rate_hz)
        self.pace = Held()

    def step(self, rng: np.random.Generator, n: int, flow_m3_s: float, speed_m_s: np.ndarray | float) -> np.ndarray:
        """(stretches, n) float32 pascal at 1 m; volume flow in m3/s, speed of the current in each stretch or in all, m/s."""
        speed = np.full(self.stretches, speed_m_s, np.float64)
        level_dba = level_at_1m_dba(0.5 * WATER_KG_M3 * flow_m3_s * speed**2)
        per_s = 350.0 * (0.5 + np.minimum(speed, 4.0))
        tone = self.bubbles.step(rng, n, per_s) / np.sqrt(per_s)[:, None]
        levels = (self.bands + (level_dba - 2.2)[:, None, None]).reshape(-1, 10)
        drops = shots(rng, len(levels), n, np.repeat(per_s, len(self.bands)), 1.0, self.rate_hz)
        flow = 0.7 * (white(rng, len(levels), n) + drops.astype(np.float32))
        wash = self.wash.shape(flow * np.exp(0.3 * self.eddies.step(rng, n)), levels)
        return (wash + tone * self.pace.step(P0_PA * 10 ** ((level_dba - 4) / 20), n)).astype(np.float32)


def splash(rng: np.random.Generator, energy_j: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m of a body or drop that falls into water: the slap, then bubbles that close and sing."""
    size_m = 2e-3 * max(energy_j, 1e-5) ** 0.25 * 4
    count = int(np.clip(6 + 40 * energy_j**0.5, 4, 120))
    radius = size_m * rng.uniform(0.15, 1.0, count) ** 1.5
    length = int(rate_hz * min(0.25 + 0.3 * energy_j**0.3, 1.2))
    out = np.zeros(length)
    slap = int(0.012 * rate_hz)
    out[:slap] += rng.standard_normal(slap) * np.exp(-np.arange(slap) / (0.002 * rate_hz)) * 0.5
    for r, delay_s in zip(radius, rng.exponential(0.06 * (1 + energy_j**0.3), count), strict=True):
        start = min(int((0.008 + delay_s) * rate_hz), length - 2)
        t = np.arange(min(int(7 / damping_per_s(r) * rate_hz) + 2, length - start)) / rate_hz
        pitch = minnaert_hz(r) * (1 + 0.1 * damping_per_s(r) * t / 2)
        out[start : start + len(t)] += (r / size_m) * np.exp(-damping_per_s(r) * t) * np.sin(2 * np.pi * pitch * t)
    return fade_tail(out * (0.05 * max(energy_j, 1e-6) ** 0.5))
