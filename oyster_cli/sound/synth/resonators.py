"""Tones that blows set ringing: bubbles, wood, whatever is struck and dies away."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.state import Stateful

BLOCK = 64


class Resonators(Stateful):
    """Several streams of the same tones (k,). A blow of strength a rings as a exp(-d t) sin(2 pi f t)."""

    kept: ClassVar[tuple[str, ...]] = ("ringing",)

    def __init__(self, frequency_hz: np.ndarray, decay_per_s: np.ndarray, streams: int = 1, rate_hz: int = RATE_HZ) -> None:
        turn = np.exp((2j * np.pi * frequency_hz - decay_per_s) / rate_hz)
        self._powers = turn[:, None] ** np.arange(BLOCK + 1)  # (k, BLOCK + 1)
        self._waves = np.concatenate([self._powers.imag[:, :BLOCK], self._powers.real[:, :BLOCK]])
        # silence, then how a tone begins
        self._grain = np.concatenate([np.zeros((len(turn), BLOCK)), self._powers.imag[:, :BLOCK]], axis=1)
        self.ringing = np.zeros((streams, len(turn)), np.complex128)  # what still sounds: its imaginary part is heard

    def ring(self, row: np.ndarray, when: np.ndarray, strength: np.ndarray, n: int) -> np.ndarray:
        """(streams, n) of what rings in this frame. row: which tone each blow strikes, counted through all streams; when: its
        sample.

        By blocks: what rang before a block is one product of powers; what is struck in it is written out blow by blow.
        """
        streams, tones = self.ringing.shape
        blocks = -(-n // BLOCK)
        (stream, tone), (block, at) = np.divmod(row, tones), np.divmod(when, BLOCK)
        rings = self._carry(row, block, strength * self._powers[tone, np.minimum(BLOCK, n - BLOCK * block) - at], n)
        rings = rings.reshape(blocks, streams, tones).swapaxes(0, 1)
        heard = np.concatenate([rings.real, rings.imag], axis=2) @ self._waves  # (streams, blocks, BLOCK)
        late = np.arange(BLOCK) + (BLOCK - at)[:, None]
        struck = strength[:, None] * self._grain[tone[:, None], late]
        place = ((stream * blocks + block) * BLOCK)[:, None] + np.arange(BLOCK)
        heard += np.bincount(place.ravel(), struck.ravel(), heard.size).reshape(heard.shape)
        return np.asarray(heard.reshape(streams, -1)[:, :n])

    def _carry(self, row: np.ndarray, block: np.ndarray, struck: np.ndarray, n: int) -> np.ndarray:
        """(blocks, rows) complex: what rings as each block begins. struck: what each blow has become as its block ends."""
        blocks, rows = -(-n // BLOCK), self.ringing.size
        parts = [np.bincount(block * rows + row, part, blocks * rows) for part in (struck.real, struck.imag)]
        born = (parts[0] + 1j * parts[1]).reshape(blocks, rows)
        rings = np.concatenate([self.ringing.reshape(1, rows), born[:-1]])
        over, fall = 1, np.tile(self._powers[:, BLOCK], len(self.ringing))  # over so many blocks
        while over < blocks:  # each takes from ever farther back what is left of it
            rings[over:] += rings[:-over] * fall
            over, fall = 2 * over, fall * fall
        left = self._powers[:, n - BLOCK * (blocks - 1)]
        self.ringing = rings[-1].reshape(self.ringing.shape) * left + born[-1].reshape(self.ringing.shape)
        return rings
