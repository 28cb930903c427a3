"""Looks: how the film is graded, by name. One YAML file each in presets/looks/."""

from __future__ import annotations

from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from oyster_cli.script.sensors import PRESETS
from oyster_cli.script.spelling import one_of
from oyster_cli.script.yaml12 import raise_all, read_source

NEUTRAL = "neutral"
LOOKS = PRESETS / "looks"
Triple = tuple[float, float, float]  # red, green, blue


class FilmLook(BaseModel):
    """What is done to the encoded picture (0 to 1), in this order; the defaults do nothing.

    lift, gamma, gain: out = gain * (in + lift * (1 - in)) ** (1 / gamma), each channel by its own numbers.
    contrast: the slope at middle grey of a curve that keeps black, middle grey and white.
    saturation: 0 is black and white. shadows, highlights: colour added to the dark and to the bright; brightness stays.
    grain, bloom: as many times as the film has. vignette: share of light that is lost in the corners, over the lens's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    about: str
    lift: Triple = (0, 0, 0)
    gamma: Triple = (1, 1, 1)
    gain: Triple = (1, 1, 1)
    contrast: float = Field(1, ge=0.2, le=4)
    saturation: float = Field(1, ge=0, le=3)
    shadows: Triple = (0, 0, 0)
    highlights: Triple = (0, 0, 0)
    grain: float = Field(1, ge=0, le=8)
    bloom: float = Field(1, ge=0, le=8)
    vignette: float = Field(0, ge=0, le=1)


def look_names() -> list[str]:
    """The names there are, sorted."""
    return sorted(file.stem for file in LOOKS.glob("*.yaml"))


@cache
def load_look(name: str) -> FilmLook:
    """One look. Raises ValueError, with what was meant, when the name is not known."""
    file = LOOKS / f"{one_of(name, look_names(), 'look')}.yaml"
    source, faults = read_source(file.read_text(encoding="utf-8"), str(file))
    raise_all(faults)
    return FilmLook.model_validate(source.data)


def _known(name: str) -> str:
    return one_of(name.strip().lower(), look_names(), "look")


LookName = Annotated[str, AfterValidator(_known)]
