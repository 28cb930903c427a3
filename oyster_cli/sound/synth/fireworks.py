"""Powder: what lifts a shell, what bursts it, stars that crackle, and what houses, hills and water give back of it all."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import leaky, sine
from oyster_cli.sound.synth.tape import fade_tail

SHELL_PA = 1500.0  # at 1 m: 120 dB peak 75 m off, as measured beside displays of 3-inch shells
LIFT_PA = 300.0
POP_PA = 180.0
ECHO = 0.03  # of a burst's peak, the loudest of what comes back, over how far it has gone
WHISTLE_PA = 1.6


def blast(peak_pa: float, positive_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m: Friedlander's wave p (1 - t / T) exp(-t / T), which steps up, is over after T and sucks back."""
    t = np.arange(int(8 * positive_s * rate_hz)) / (positive_s * rate_hz)
    return fade_tail(peak_pa * (1 - t) * np.exp(-t), 32)


def burst(rng: np.random.Generator, strength: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m of a shell that bursts: the break of its case, and the stars that take fire in the 60 ms after it."""
    out = np.zeros(int(0.16 * rate_hz))
    _lay(out, 0, blast(SHELL_PA * strength, 0.0008 * strength ** (1 / 3), rate_hz))
    for after_s in 0.060 * rng.random(24) ** 1.6:
        share = 0.22 * rng.random() * math.exp(-after_s / 0.03)
        _lay(out, int(after_s * rate_hz), blast(SHELL_PA * strength * share, 0.0003 + 0.0007 * rng.random(), rate_hz))
    return out


def lift(rng: np.random.Generator, strength: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m of a mortar: a thump from a tube of half a metre that hums on for some periods."""
    thump = blast(LIFT_PA * strength, 0.003, rate_hz)
    out = np.zeros(int(0.12 * rate_hz))
    t = np.arange(len(out)) / rate_hz
    tube_hz = 150.0 * (0.9 + 0.2 * rng.random())  # a quarter of the wave in 0.55 m
    out += 0.35 * LIFT_PA * strength * sine(tube_hz * t) * np.exp(-t / 0.018)
    _lay(out, 0, thump)
    return fade_tail(out)


def crackle(rng: np.random.Generator, after_s: Iterable[float], rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m: a pop at each of these times, of any strength up to POP_PA."""
    starts = [int(at_s * rate_hz) for at_s in after_s]
    out = np.zeros(max(starts, default=0) + 400)
    for start in starts:
        _lay(out, start, blast(POP_PA * (0.3 + 0.7 * rng.random() ** 2), 0.00005 + 0.0001 * rng.random(), rate_hz))
    return out


def echo(rng: np.random.Generator, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) what comes back of a blast of 1 Pa from everything around: dark noise that swells, rolls and dies in seconds."""
    m = int(3.2 * rate_hz)
    t = np.arange(m) / rate_hz
    rolls = leaky(rng.standard_normal(m), math.exp(-2 * math.pi * 2.0 / rate_hz))
    envelope = (1 - np.exp(-t / 0.05)) * np.exp(-t / 0.9 + 0.45 * rolls / rolls.std())
    noise = rng.standard_normal(m)
    for corner_hz in (900.0, 900.0):
        pole = math.exp(-2 * math.pi * corner_hz / rate_hz)
        noise = (1 - pole) * leaky(noise, pole)
    noise -= (1 - (pole := math.exp(-2 * math.pi * 220.0 / rate_hz))) * leaky(noise, pole)
    return fade_tail(envelope * noise / noise.std())


def whistle(t: np.ndarray, length_s: float, cycles_hz: float) -> np.ndarray:
    """(n,) pascal at 1 m of a tail that whistles: t (n,) seconds since the lift, silent outside of 0 … length_s.

    The tube of whistling powder grows longer as it burns, so the tone falls, by a quarter.
    """
    part = np.clip(t / length_s, 0.0, 1.0)
    cycles = cycles_hz * length_s * (part - 0.125 * part**2)
    hum = sine(cycles) + 0.35 * sine(2 * cycles + 0.3) + 0.15 * sine(3 * cycles)
    return np.asarray(WHISTLE_PA * hum * np.minimum(1.0, np.minimum(part, 1 - part) * length_s / 0.04))


def _lay(out: np.ndarray, start: int, signal: np.ndarray) -> None:
    end = min(start + len(signal), len(out))
    out[start:end] += signal[: end - start]
