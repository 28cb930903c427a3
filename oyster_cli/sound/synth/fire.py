"""Fire: flames that lap, gas that hisses, wood that cracks. Each crack is given, for the same crack throws an ember."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter, Held
from oyster_cli.sound.synth.noise import BandNoise, at_level, white
from oyster_cli.sound.synth.tape import Tape, fade_tail
from oyster_cli.state import Stateful

# Flames radiate d(heat)/dt: a hump where the flame flickers, then f^-5/2 of sound power density (Chadwick & James 2011).
LAP_DB = [-3, 0, -5, -10, -13, -15, -19, -22, -25, -28]
HISS_DB = [-60, -60, -50, -40, -30, -20, -9, -3, 0, 0]


def crack(rng: np.random.Generator, energy: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m of wood cracking; energy 1 is a good snap, 0.01 a tick.

    A click of broad noise that dies in 2 to 12 ms with the square of time left, and the splinter's resonance under it.
    """
    length_s = 0.004 + 0.018 * rng.uniform() * min(energy, 2.0) ** 0.25
    m = int(length_s * rate_hz)
    left = np.linspace(1.0, 0.0, m)
    t = np.arange(m) / rate_hz
    burst = rng.standard_normal(m) * left**4
    body_hz = rng.uniform(250.0, 1000.0) if rng.uniform() < 0.3 else rng.uniform(1500.0, 9000.0)
    body = np.sin(2 * np.pi * body_hz * t) * np.exp(-t * body_hz * 0.25) * left**2
    return fade_tail(0.36 * np.sqrt(energy) * (burst + 1.5 * body), 24)


class Fire(Stateful):
    """A fire of so many kilowatts. A campfire of 30 kW laps and hisses at about 50 dB(A) at 2 m; cracks come on top."""

    kept: ClassVar[tuple[str, ...]] = ("flame", "lick", "spit", "heat_kw", "swing", "tape")

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.flame = BandNoise(1, 2, rate_hz)
        self.lick = Flutter(4.0, 1, rate_hz)
        self.spit = Flutter(0.8, 1, rate_hz)
        self.heat_kw: float | None = None
        self.swing = Held()
        self.tape = Tape()

    def step(self, rng: np.random.Generator, n: int, heat_kw: float, cracks: Iterable[tuple[int, float]] = ()) -> np.ndarray:
        """(n,) float32 pascal at 1 m. cracks: (sample in this frame, energy) each, in order."""
        for offset, energy in cracks:
            self.tape.lay(offset, crack(rng, energy, self.rate_hz))
        level = 47.0 + 10 * np.log10(max(heat_kw, 1e-3) / 30.0)
        levels = np.stack([at_level(LAP_DB, level), at_level(HISS_DB, level - 7.0)])
        # the sound of a flame is the change of its heat
        before = heat_kw if self.heat_kw is None else self.heat_kw
        self.heat_kw = heat_kw
        swing = self.swing.step(min(1 + 4 * abs(heat_kw - before) / max(heat_kw, 1e-3), 2.0), n)
        air = white(rng, 2, n)
        air[0] *= np.exp(0.35 * self.lick.step(rng, n)[0]) * swing
        air[1] *= self.spit.step(rng, n)[0] ** 2
        return (self.flame.shape(air, levels)[0] + self.tape.play(n)).astype(np.float32)
