"""What stands between a score and a take: a runner opens a session, a session makes steps. No disk, terminal or YAML here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from oyster_cli.clock import Clock
from oyster_cli.script.models import Cue, Shot
from oyster_cli.script.score import Beat, Score
from oyster_cli.sound.ambisonics import CHANNELS as CHANNELS
from oyster_cli.sound.voice import BUSES as BUSES

State = Mapping[str, Any]  # str -> numpy array, number, string, list or nested State; nothing that needs pickle


@dataclass(frozen=True)
class Event:
    """Something that happened at one instant and can be heard: a strike, a footfall, a drop, a pop.

    frame, sample: when it happened, where it is (sample lies in frame's span).
    heard_sample: when its sound reaches the camera.
    kind: strike, footfall, splash, pop …; thing: the thing it came from; at: position in metres (x right, y up, z ahead).
    detail: whatever else is worth knowing, JSON-able.
    """

    frame: int
    sample: int
    heard_sample: int
    kind: str
    thing: str
    at: Sequence[float]
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """Some frames and exactly their sound, out of one motion of one state."""

    at: int  # first frame
    picture: np.ndarray  # (n, height, width, 3) uint8, sRGB-encoded; n is 0 when the step was not drawn
    stems: Mapping[str, np.ndarray]  # bus -> (samples, 2) float32 in pascal at the camera; every bus of BUSES is there
    events: Sequence[Event]
    # bus -> (samples, CHANNELS) float32 in pascal at the camera: third-order ambisonics, ACN, SN3D, x ahead, y left, z up.
    # Only of buses that sound; a model that has no directions of its sounds gives none
    beds: Mapping[str, np.ndarray] = field(default_factory=dict)


class Stem(Protocol):
    """One bus of a take."""

    def read(self, first: int, end: int) -> np.ndarray:
        """Samples [first, end) as (n, 2) float32 in pascal."""
        ...


class Guide(Protocol):
    """A whole take that a learned model follows."""

    @property
    def shot(self) -> Shot: ...

    @property
    def clock(self) -> Clock: ...

    def frames(self, first: int = 0, end: int | None = None) -> Iterator[np.ndarray]:
        """Frames [first, end) as (height, width, 3) uint8."""
        ...

    def stem(self, bus: str) -> Stem: ...


class Session(Protocol):
    """One shot being rolled."""

    def unheeded(self) -> Sequence[Cue]:
        """The cues of the score that nothing in the shot will follow; asked before the first step."""
        ...

    def step(self, beats: Sequence[Beat] = (), draw: bool = True) -> Step:
        """Advance one frame, beginning these cues on it. draw=False advances and sounds but leaves the picture out."""
        ...

    def save(self) -> State:
        """Everything needed to go on from here."""
        ...

    def load(self, state: State) -> None:
        """Go on from a saved state: the same bytes follow as if the session had never stopped."""
        ...


class Runner(Protocol):
    """Opens sessions of one model."""

    name: str

    def open(self, score: Score, guide: Guide | None = None) -> Session:
        """A session of a shot. guide: the take that shot.learned.guide names."""
        ...

    def versions(self, score: Score) -> Mapping[str, str]:
        """What else decides the bytes of a shot, beside the versions of the packages that every model uses."""
        ...
