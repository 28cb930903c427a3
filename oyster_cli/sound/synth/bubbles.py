"""Bubbles: every one a damped tone, thousands of them through a bank of resonators."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.signal import lfilter

from oyster_cli.clock import RATE_HZ
from oyster_cli.state import Stateful


def minnaert_hz(radius_m: np.ndarray | float) -> np.ndarray:
    """Tone of an air bubble in water (Minnaert 1933): 3.287 / r."""
    return 3.287 / np.asarray(radius_m, np.float64)


def damping_per_s(radius_m: np.ndarray | float) -> np.ndarray:
    """Decay rate in 1/s: radiation and heat (van den Doel 2005)."""
    radius = np.asarray(radius_m, np.float64)
    return 0.13 / radius + 0.0072 * radius**-1.5


class BubbleBank(Stateful):
    """Bubbles of log-spaced sizes, each size a two-pole resonator struck by Poisson impulses.

    An impulse of strength a rings as a exp(-d t) sin(2 pi f t). Sizes are born in proportion to r^-rate_exponent and are
    as strong as r^strength_exponent; depth spreads the strength of equals. step() is scaled so that 1 bubble per second
    of the mean kind has unit mean square; the caller multiplies by pascal.
    """

    kept: ClassVar[tuple[str, ...]] = ("memory",)

    def __init__(
        self,
        smallest_m: float,
        largest_m: float,
        rate_exponent: float,
        strength_exponent: float,
        sizes: int = 48,
        rate_hz: int = RATE_HZ,
    ) -> None:
        self.radius_m = np.geomspace(smallest_m, largest_m, sizes)
        self.frequency_hz = minnaert_hz(self.radius_m)
        decay = damping_per_s(self.radius_m)
        births = self.radius_m**-rate_exponent
        self.share = births / births.sum()
        strength = self.radius_m**strength_exponent
        # mean square of a Poisson train of a e^-dt sin: rate a^2 / 4d, times <depth^2> = 1
        self.strength = strength / np.sqrt(np.sum(self.share * strength**2 / (4 * decay)))
        radius_z, angle = np.exp(-decay / rate_hz), 2 * np.pi * self.frequency_hz / rate_hz
        self.feed = radius_z * np.sin(angle)
        self.turn = 2 * radius_z * np.cos(angle)
        self.loss = radius_z**2
        self.rate_hz = rate_hz
        self.memory = np.zeros((sizes, 2))

    def births(self, rng: np.random.Generator, n: int, per_s: float) -> np.ndarray:
        """(sizes, n) impulses of this frame: Poisson in number, uniform in time, log-normal in strength."""
        count = rng.poisson(self.share * (per_s * n / self.rate_hz))
        size = np.repeat(np.arange(len(count)), count)
        when = rng.integers(0, n, len(size))
        depth = np.exp(0.6 * rng.standard_normal(len(size)) - 0.36)
        struck = np.bincount(size * n + when, self.strength[size] * depth, len(count) * n)
        return struck.reshape(len(count), n)

    def step(self, rng: np.random.Generator, n: int, per_s: float) -> np.ndarray:
        """(n,): what `per_s` bubbles a second sound like in this frame."""
        return self.ring(self.births(rng, n, per_s))

    def ring(self, impulses: np.ndarray) -> np.ndarray:
        """Impulses (sizes, n) through the resonators, summed to (n,)."""
        total = np.zeros(impulses.shape[1])
        for k, struck in enumerate(impulses):
            tone, self.memory[k] = lfilter([0.0, self.feed[k]], [1.0, -self.turn[k], self.loss[k]], struck, zi=self.memory[k])
            total += tone
        return total
