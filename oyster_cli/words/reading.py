"""What was read out of words: what was understood, what was assumed, and what was not understood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from oyster_cli.script.models import Camera, Cue, Scene

Sort = Literal["place", "thing", "hour", "weather", "camera", "look"]


@dataclass(frozen=True)
class Understood:
    """Some words and what they became."""

    text: str
    kind: Sort
    value: str


@dataclass(frozen=True)
class Unknown:
    """Words that change nothing, and the nearest thing there is. no_effect: known to mean nothing here (8k, masterpiece)."""

    word: str
    nearest: str | None = None
    no_effect: bool = False


@dataclass(frozen=True)
class Reading:
    """A prompt, read. Scene and camera hold only what was said (model_fields_set) beside their defaults."""

    scene: Scene
    camera: Camera
    understood: tuple[Understood, ...] = ()
    assumed: tuple[str, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    look: str = ""  # a film look that was named


@dataclass(frozen=True)
class Directions:
    """Directions, read: cues in the order they were said."""

    cues: tuple[Cue, ...]
    unknown: tuple[Unknown, ...] = ()
    assumed: tuple[str, ...] = ()
