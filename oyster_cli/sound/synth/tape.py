"""Sounds that begin at a sample and ring on past the frame they began in."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.state import Stateful


class Tape(Stateful):
    """What has begun and is still to be heard. Signals are laid on it sample by sample and played off frame by frame."""

    kept: ClassVar[tuple[str, ...]] = ("ahead", "played")

    def __init__(self) -> None:
        self.ahead = np.zeros(0)
        self.played = 0  # samples at the front of `ahead` that are over

    def lay(self, offset: int, signal: np.ndarray) -> None:
        """Add a signal (m,) that begins `offset` samples after the last one played."""
        start = self.played + offset
        end = start + len(signal)
        if end > len(self.ahead):
            self.ahead = np.concatenate([self.ahead[self.played :], np.zeros(end - len(self.ahead))])
            start, end, self.played = start - self.played, end - self.played, 0
        self.ahead[start:end] += signal

    def play(self, n: int) -> np.ndarray:
        """The next n samples, (n,); silence where nothing was laid."""
        out = np.zeros(n)
        heard = self.ahead[self.played : self.played + n]
        out[: len(heard)] = heard
        self.played += n
        if self.played >= len(self.ahead):
            self.ahead, self.played = np.zeros(0), 0
        return out

    @property
    def silent(self) -> bool:
        """Nothing is left to be heard."""
        return len(self.ahead) == 0


def fade_tail(signal: np.ndarray, samples: int = 96) -> np.ndarray:
    """The signal (m,) with its last samples let down to zero, so that it does not end in a click."""
    m = min(samples, len(signal))
    signal[len(signal) - m :] *= np.linspace(1.0, 0.0, m)
    return signal
