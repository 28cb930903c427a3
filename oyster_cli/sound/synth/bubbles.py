"""Bubbles: every one a damped tone, thousands of them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.resonators import Resonators
from oyster_cli.state import Stateful


def minnaert_hz(radius_m: np.ndarray | float) -> np.ndarray:
    """Tone of an air bubble in water (Minnaert 1933): 3.287 / r."""
    return 3.287 / np.asarray(radius_m, np.float64)


def damping_per_s(radius_m: np.ndarray | float) -> np.ndarray:
    """Decay rate in 1/s: radiation and heat (van den Doel 2005)."""
    radius = np.asarray(radius_m, np.float64)
    return 0.13 / radius + 0.0072 * radius**-1.5


class BubbleBank(Stateful):
    """Bubbles of log-spaced sizes in several streams, each size a tone struck by Poisson impulses.

    Sizes are born in proportion to r^-rate_exponent and are as strong as r^strength_exponent; depth spreads the strength of
    equals. step() is scaled so that 1 bubble per second of the mean kind has unit mean square; the caller multiplies by pascal.
    """

    kept: ClassVar[tuple[str, ...]] = ("tones",)

    def __init__(
        self,
        smallest_m: float,
        largest_m: float,
        rate_exponent: float,
        strength_exponent: float,
        sizes: int = 48,
        streams: int = 1,
        rate_hz: int = RATE_HZ,
    ) -> None:
        radius_m = np.geomspace(smallest_m, largest_m, sizes)
        decay = damping_per_s(radius_m)
        births = radius_m**-rate_exponent
        share = births / births.sum()
        strength = radius_m**strength_exponent
        # mean square of a Poisson train of a e^-dt sin: rate a^2 / 4d, times <depth^2> = 1
        strength /= np.sqrt(np.sum(share * strength**2 / (4 * decay)))
        self.share, self.strength = np.tile(share, streams), np.tile(strength, streams)
        self.rate_hz = rate_hz
        self.tones = Resonators(minnaert_hz(radius_m), decay, streams, rate_hz)

    def step(self, rng: np.random.Generator, n: int, per_s: float | np.ndarray) -> np.ndarray:
        """(streams, n): what per_s bubbles a second, (streams,) or in each, sound like in this frame.

        They are Poisson in number, uniform in time, log-normal in strength.
        """
        streams, sizes = self.tones.ringing.shape
        count = rng.poisson(self.share * np.repeat(np.broadcast_to(per_s, streams), sizes) * (n / self.rate_hz))
        row = np.repeat(np.arange(len(count)), count)
        depth = np.exp(0.6 * rng.standard_normal(len(row)) - 0.36)
        return self.tones.ring(row, rng.integers(0, n, len(row)), self.strength[row] * depth, n)
