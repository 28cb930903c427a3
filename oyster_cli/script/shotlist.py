"""What a shot list file can say, before anything is resolved: the document and its parts."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, PrivateAttr, Tag

from oyster_cli.script.cues import possible
from oyster_cli.script.looks import LookName
from oyster_cli.script.mixes import MixName
from oyster_cli.script.models import (
    Aspect,
    Camera,
    Cue,
    Hour,
    Learned,
    Loudness,
    Model,
    Pixels,
    Quality,
    Rate,
    Scene,
    SoundDelay,
    Time,
    weather_fields,
)
from oyster_cli.script.weather import Weather
from oyster_cli.script.yaml12 import Source

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$", max_length=80)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


def _cue_form(value: object) -> str:
    return "words" if isinstance(value, str) else "cue"


CueEntry = Annotated[
    Annotated[str, Tag("words")] | Annotated[Cue, AfterValidator(possible), Tag("cue")], Discriminator(_cue_form)
]
WeatherPart = Annotated[dict[str, float], BeforeValidator(weather_fields, json_schema_input_type=str | list[str] | Weather)]


def shot_id(index: int) -> str:
    """The id of a shot that has none of its own, from its place in the list (from 0)."""
    return f"sc010_sh{(index + 1) * 10:04}"


def look_fields(value: object) -> object:
    """A look given as a name alone."""
    return {"film": value} if isinstance(value, str) else value


class Look(Model):
    """How it is to look: a film look, hour and weather, laid over what the prompt says. A name alone is the film look."""

    film: LookName | None = Field(None, description="a name from presets/looks: noir, teal-orange …")
    hour: Hour | None = Field(None, description="a number or a name: dawn, noon, dusk, night …")
    weather: WeatherPart = Field({}, description="names of weathers, or fields as numbers; what is not named stays")


LookEntry = Annotated[Look, BeforeValidator(look_fields, json_schema_input_type=str | Look)]


class World(Model):
    """A place that several shots share: built once, the same in all of them."""

    prompt: str | None = Field(None, description="what is there, in plain words")
    scene: Scene | None = Field(None, description="what is there, spelled out; instead of a prompt")
    seed: Seed | None = Field(None, description="None: from the list's seed and the world's name")


class Inherited(Model):
    """What a shot says for itself or takes from `defaults`."""

    world: str | None = Field(None, description="a name from worlds")
    duration: Time | None = Field(None, description="4s, 96f or 00:00:04:00; 5s when nobody says")
    seed: Seed | None = None
    quality: Quality | None = None
    model: str | None = None
    camera: Camera = Camera()
    look: LookEntry = Look()
    learned: Learned | None = Field(None, description="what only a learned model takes notice of")
    frame: Aspect | None = Field(None, description="2.39 or 1.85: bars of black leave a frame of this aspect in the picture")
    loudness: Loudness | None = Field(None, description="-24 (when nobody says), -23, -14 LKFS; off: set as a recordist would")
    mix: MixName | None = Field(
        None, description="a name from presets/sound: radio, underwater …; or a file like them, mine.yaml"
    )
    sound_delay: SoundDelay | None = Field(None, description="physical, when nobody says; film: bangs are heard when seen")


class ShotEntry(Inherited):
    """One shot of the list."""

    id: Id | None = Field(None, description="None: sc010_sh0010, sc010_sh0020 …")
    prompt: str | None = Field(None, description="place, things, hour, weather and camera in plain words; added to the world's")
    scene: Scene | None = Field(None, description="the scene spelled out; instead of a prompt")
    cues: tuple[CueEntry, ...] = Field((), description='changes on the way: "at 2s a storm rolls in over 1.5s", or in full')


class ShotList(Model):
    """A shot list: settings of the whole list, what shots inherit, worlds they share, and the shots."""

    oyster: Literal[1] = Field(description="version of this format")
    project: str = ""
    fps: Rate = "24"
    size: Pixels = Field((1280, 720), description="1280x720: picture size in pixels, both sides even")
    aspect: Aspect | None = Field(None, description="2.39 or 16:9: height follows from the width of size")
    start_frame: int = Field(1001, ge=0, le=10_000_000)
    seed: Seed = 7
    quality: Quality = "standard"
    model: str = "sim"
    defaults: Inherited = Inherited()
    worlds: dict[str, World] = Field({}, description="places by name, for shots that share one")
    shots: tuple[ShotEntry, ...] = Field(json_schema_extra={"minItems": 1})
    _source: Source | None = PrivateAttr(None)  # where each part stands, for the faults of whoever resolves it

    def pixels(self) -> tuple[int, int]:
        """Width and height, even, after the aspect."""
        width, height = self.size
        return (width, height) if self.aspect is None else (width, max(16, round(width / self.aspect / 2) * 2))

    def world_seed(self, name: str) -> int:
        """The seed of a shared world: its own, or one from the list's seed and its name."""
        own = self.worlds[name].seed
        if own is not None:
            return own
        base = self.seed if self.defaults.seed is None else self.defaults.seed
        return int.from_bytes(hashlib.blake2b(f"{base} {name}".encode(), digest_size=4).digest(), "little") >> 1


def inherited(document: ShotList, entry: ShotEntry, name: str) -> Any:
    """A setting of a shot: its own, the defaults', the list's; None when nobody says."""
    for level in (entry, document.defaults, document):
        value = getattr(level, name, None)
        if value is not None:
            return value
    return None
