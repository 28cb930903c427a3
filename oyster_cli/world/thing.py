"""What every thing in the world is: it advances, it looks, it sounds, out of one state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh, Prop, Veil
from oyster_cli.picture.stage import Stage
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.voice import Voice
from oyster_cli.state import Stateful
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site


@dataclass(frozen=True)
class Tick:
    """One frame of time: what advance() works in."""

    frame: int
    time_s: float  # begin of the frame
    dt_s: float
    first_sample: int
    samples: int
    rate_hz: int
    eye: np.ndarray  # (3,) where the camera is at the end of the frame
    ahead: np.ndarray  # (3,) where it looks
    night: float  # 0 by day, 1 in the dark: lamps come on above 0.35


@dataclass(frozen=True)
class Happening:
    """Something that happened at one sample of this frame: it can be seen and heard. Becomes an Event of the step."""

    sample: int  # absolute, inside the tick's span
    kind: str  # strike, footfall, pop, splash, call …
    at: Sequence[float]  # (3,) metres
    detail: Mapping[str, Any] = field(default_factory=dict)
    wide_m: float = 0.0  # across what it does to be seen, where that can be too little; 0 of what is seen however far
    bang: bool = False  # its voices have a bang_m: a film lets it be heard when it is seen


class Thing(Stateful):
    """Base of all things. A subclass lists its state in `kept` and implements what it needs of the methods below.

    Order in a frame: advance(), then look() and voices() read what advance() left. Random draws come from
    state.draw(self.seed, self.name, purpose, tick.frame), so that nothing random needs saving.
    """

    kind: ClassVar[str] = ""
    going: ClassVar[bool] = False  # sounds on and on: it has done so before the shot begins

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        self.name = name
        self.spec = spec
        self.site = site
        self.seed = seed

    def stage(self) -> list[Prop | Veil]:
        """What never moves (but for sway), in world coordinates. Asked once."""
        return []

    def parts(self) -> Sequence[Mesh | tuple[Mesh, ...]]:
        """Meshes that move rigidly, in their own coordinates; look().poses places them. Asked once.

        A part may come in levels of detail, from finest to coarsest.
        """
        return []

    def build(self, stage: Stage) -> None:
        """Put up what is neither prop nor part: a surface that bends as a whole, such as the sea. Asked once."""

    def move(self, stage: Stage) -> None:
        """Bring what build() put up to its shape of this frame."""

    def stirs(self, points: np.ndarray) -> np.ndarray | float:  # noqa: ARG002 for subclasses
        """Wind in m/s that it adds at points (n, 3)."""
        return 0.0

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002 for subclasses
        """Move on by one frame."""
        return []

    def look(self) -> Look:
        """How it looks at the end of the frame."""
        return Look()

    def voices(self) -> list[Voice]:
        """What it sounded like during the frame: every voice's dry signal has exactly tick.samples samples."""
        return []

    def where(self) -> np.ndarray | None:
        """The point a camera would look at, (3,) metres; None for what has no place, such as rain."""
        return None

    def views(self) -> dict[str, np.ndarray]:
        """What a camera may be about, by name: the thing itself, and parts of it that have names of their own."""
        at = self.where()
        return {} if at is None else {self.name: at}

    def act(self, what: str) -> bool:  # noqa: ARG002 for subclasses
        """Do what a cue says (out, on, off, pass, stop …). False when it cannot."""
        return False
