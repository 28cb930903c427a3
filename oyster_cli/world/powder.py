"""What powder throws: bodies on their way through the air, marks that shine, and sound that may have begun before the frame."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import Splats
from oyster_cli.sound.synth.tape import Tape

G_M_S2 = 9.81


def flown(velocity: np.ndarray, drag: float, t: np.ndarray | float) -> np.ndarray:
    """Metres from the start after t seconds (n, 1) or one, under gravity and linear drag (1/s), velocity (n, 3) or (3,)."""
    sink = np.array([0.0, -G_M_S2 / drag, 0.0])
    return np.asarray(sink * t + (velocity - sink) * (1 - np.exp(-drag * t)) / drag)


def thrown(way: np.ndarray, drag: float, t: float) -> np.ndarray:
    """The velocity (3,) that flies a way (3,) in t seconds: flown() the other way round."""
    sink = np.array([0.0, -G_M_S2 / drag, 0.0])
    return np.asarray(sink + (way - sink * t) * drag / (1 - math.exp(-drag * t)))


def lay(tape: Tape, offset: int, signal: np.ndarray) -> None:
    """Lay down what begins so many samples into the frame; what began before it goes on from where it is."""
    tape.lay(max(offset, 0), signal[max(-offset, 0) :])


def dots(at: np.ndarray, radius_m: float, colour: np.ndarray, fade: np.ndarray) -> Splats:
    """Marks that shine at (n, 3), each by its own share (n,) of a colour (3,)."""
    n = len(at)
    return Splats("dot", at, np.zeros((n, 3)), np.full(n, radius_m), colour * fade[:, None], np.full(n, 0.95), lit=False)
