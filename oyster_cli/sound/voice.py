"""What can be heard: a dry signal at a place, on a bus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BUSES = ("water", "weather", "fire", "creatures", "people", "vehicles", "foley", "effects")


@dataclass(frozen=True)
class Voice:
    """One source during one frame.

    A point voice is heard late by its distance over the speed of sound (so with doppler), with 1/r, through the air, from
    its direction. A bed voice (rain all around, wind at the ears) is heard at once, as loud as it is, from a direction.
    """

    name: str  # the same through the shot: its delay line goes by this name
    bus: str
    at: tuple[float, float, float]  # point: position at the end of this frame, metres; bed: unit direction in the world
    dry: np.ndarray  # (samples,) float32; point: pascal at 1 m; bed: pascal at the listener
    bed: bool = False
    size_m: float = 0.5  # nearer than this it gets no louder
    detour_m: float = 0.0  # extra length of the shortest way around what stands between; 0: in plain sight
    bang_m: float = 0.0  # heard earlier by this way: as films let a bang be heard that is seen so far off
