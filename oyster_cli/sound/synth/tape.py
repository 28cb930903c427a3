"""Sounds that begin at a sample and ring on past the frame they began in."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.state import Stateful


class Tape(Stateful):
    """What has begun and is still to be heard. Signals are laid on it sample by sample and played off frame by frame."""

    kept: ClassVar[tuple[str, ...]] = ("ahead",)

    def __init__(self) -> None:
        self.ahead = np.zeros(0)

    def lay(self, offset: int, signal: np.ndarray) -> None:
        """Add a signal (m,) that begins `offset` samples after the last one played."""
        end = offset + len(signal)
        if end > len(self.ahead):
            self.ahead = np.concatenate([self.ahead, np.zeros(end - len(self.ahead))])
        self.ahead[offset:end] += signal

    def play(self, n: int) -> np.ndarray:
        """The next n samples, (n,); silence where nothing was laid."""
        out = self.ahead[:n]
        self.ahead = self.ahead[n:].copy()
        return np.concatenate([out, np.zeros(n - len(out))])


def fade_tail(signal: np.ndarray, samples: int = 96) -> np.ndarray:
    """The signal (m,) with its last samples let down to zero, so that it does not end in a click."""
    m = min(samples, len(signal))
    signal[len(signal) - m :] *= np.linspace(1.0, 0.0, m)
    return signal
