"""The parts of a shot put together: whose word counts for camera and look, and pydantic's refusals as Faults."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from pydantic import ValidationError

from oyster_cli.clock import parse_frames, parse_seconds
from oyster_cli.fault import Fault
from oyster_cli.script.load import plain
from oyster_cli.script.models import Camera, Cue, Scene, Shot, ThingSpec
from oyster_cli.script.moves import read_move
from oyster_cli.script.sensors import sensor
from oyster_cli.script.shotlist import Look
from oyster_cli.script.weather import Weather

MAX_SECONDS = 3600


def said(camera: Camera) -> dict[str, Any]:
    """What was set on a camera, without its defaults."""
    return {name: getattr(camera, name) for name in camera.model_fields_set}


def blend_cameras(default: Camera, words: Camera, own: dict[str, Any]) -> Camera:
    """Defaults give way to the prompt's words, and those to what the shot says of its camera. Raises Fault."""
    try:
        camera = Camera.model_validate(said(default) | said(words) | own)
    except ValidationError as error:
        raise _faults(error) from None
    sensor(camera.sensor)
    return camera


def with_look(scene: Scene, look: Look, under: bool = False) -> Scene:
    """Hour and weather laid over a scene, or (under) only where its words said nothing."""
    said = scene.weather.model_dump(exclude_unset=True) if "weather" in scene.model_fields_set else {}
    weather = look.weather | said if under else said | look.weather
    change: dict[str, Any] = {"weather": Weather.model_validate(weather)} if look.weather else {}
    if look.hour is not None and not (under and "hour" in scene.model_fields_set):
        change["hour"] = look.hour
    return scene.model_copy(update=change)


def with_open_door(scene: Scene, cues: Sequence[Cue], fps: Fraction) -> Scene:
    """The scene with its door open from the start, where the first that a cue says of it is to shut: no shut door slams."""
    told = [cue for cue in cues if cue.target == "door"]
    first = min(told, key=lambda cue: parse_seconds(cue.at, fps), default=None)
    door = next((thing for thing in scene.things if thing.kind == "door"), ThingSpec(kind="door"))
    if first is None or first.change != "act" or first.to not in ("close", "slam") or door.action or not scene.place:
        return scene
    others = tuple(thing for thing in scene.things if thing.kind != "door")
    return scene.model_copy(update={"things": (*others, door.model_copy(update={"action": "stand"}))})


def count_frames(length: str, fps: Fraction) -> int:
    """A length in frames. Fault when it is absurd."""
    frames = parse_frames(length, fps)
    if frames > MAX_SECONDS * fps:
        raise Fault(f"length {length} is more than {MAX_SECONDS} s", remedy="for example 5s")
    return frames


def one_move(text: str) -> dict[str, str]:
    """A move as words, for example "slow dolly in". Raises Fault."""
    try:
        return read_move(text)
    except ValueError as error:
        raise Fault.of(error) from None


def make_shot(**fields: Any) -> Shot:
    """A Shot of these fields. Raises Fault."""
    try:
        return Shot(**fields)
    except ValidationError as error:
        raise _faults(error) from None


def _faults(error: ValidationError) -> Fault:
    """The first thing wrong with what a command line or a list resolved to."""
    first = error.errors(include_url=False)[0]
    message, remedy = plain(dict(first))
    name = first["loc"][-1] if first["loc"] else "shot"
    return Fault(message if first["type"] == "value_error" else f"{name}: {message}", remedy=remedy)
