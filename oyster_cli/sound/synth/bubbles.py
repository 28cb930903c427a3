"""Bubbles: every one a damped tone, thousands of them through a bank of resonators."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.state import Stateful

BLOCK = 64


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

    kept: ClassVar[tuple[str, ...]] = ("ringing",)

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
        self.rate_hz = rate_hz
        turn = np.exp((2j * np.pi * self.frequency_hz - decay) / rate_hz)
        self.powers = turn[:, None] ** np.arange(BLOCK + 1)  # (sizes, BLOCK + 1)
        self.waves = np.concatenate([self.powers.imag[:, :BLOCK], self.powers.real[:, :BLOCK]])
        # silence, then how a bubble begins
        self.grain = np.concatenate([np.zeros((sizes, BLOCK)), self.powers.imag[:, :BLOCK]], axis=1)
        self.ringing = np.zeros(sizes, np.complex128)  # what of each size still sounds: its imaginary part is heard

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
        """Impulses (sizes, n) through the resonators, summed to (n,).

        By blocks: what rang before a block is one product of powers; what is struck in it is written out bubble by bubble.
        """
        n = impulses.shape[1]
        ends = np.minimum(np.arange(BLOCK, n + BLOCK, BLOCK), n)
        blows = np.flatnonzero(impulses.ravel() != 0.0)
        (size, when), strength = np.divmod(blows, n), impulses.ravel()[blows]
        block = when // BLOCK
        rings = self._carry(ends, size, block, strength * self.powers[size, ends[block] - when])
        heard = np.einsum("bk,kt->bt", np.concatenate([rings.real, rings.imag], axis=1), self.waves)
        late = np.arange(BLOCK) + (BLOCK - when % BLOCK)[:, None]
        struck = strength[:, None] * self.grain[size[:, None], late]
        place = block[:, None] * BLOCK + np.arange(BLOCK)
        return np.asarray(heard.ravel() + np.bincount(place.ravel(), struck.ravel(), heard.size))[:n]

    def _carry(self, ends: np.ndarray, size: np.ndarray, block: np.ndarray, struck: np.ndarray) -> np.ndarray:
        """(blocks, sizes) complex: what rings as each block begins. struck: what each bubble has become as its block ends."""
        blocks, sizes = len(ends), len(self.ringing)
        parts = [np.bincount(block * sizes + size, part, blocks * sizes) for part in (struck.real, struck.imag)]
        born = (parts[0] + 1j * parts[1]).reshape(blocks, sizes)
        rings = np.empty((blocks, sizes), np.complex128)
        for k, length in enumerate(np.diff(ends, prepend=0)):
            rings[k] = self.ringing
            self.ringing = self.ringing * self.powers[:, length] + born[k]
        return rings
