"""A shot list from its text, with every fault of it at once, each where it stands and with what was meant."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ValidationError

from oyster_cli.fault import Fault
from oyster_cli.script.models import Camera, Cue, Learned, Move, Scene, ThingSpec
from oyster_cli.script.sensors import sensors
from oyster_cli.script.shotlist import Inherited, Look, ShotEntry, ShotList, World, shot_id
from oyster_cli.script.spelling import did_you_mean
from oyster_cli.script.weather import Weather
from oyster_cli.script.yaml12 import Loc, Source, raise_all, read_source

_MODELS: dict[str, type[BaseModel]] = {
    "shots": ShotEntry, "defaults": Inherited, "worlds": World, "camera": Camera, "look": Look, "scene": Scene,
    "things": ThingSpec, "weather": Weather, "cues": Cue, "move": Move,
    "learned": Learned,
}  # fmt: skip


def load_document(text: str, name: str) -> ShotList:
    """The shot list in a text; `name` is what faults call the file. Raises Fault, or Faults with all of them."""
    source, faults = read_source(text, name)
    document, more = check(source)
    raise_all(faults + more)
    assert document is not None  # no faults: there is a document
    return document


def check(source: Source) -> tuple[ShotList | None, list[Fault]]:
    """The document of a source, or None and what is wrong with it."""
    if not isinstance(source.data, dict):
        return None, [
            source.fault((), "a shot list is a mapping with the keys oyster and shots", "write one with: oyster init")
        ]
    faults = _cross_faults(source)
    try:
        document = ShotList.model_validate(source.data)
    except ValidationError as error:
        return None, faults + schema_faults(source, error)
    document._source = source
    return document, faults


def schema_faults(source: Source, error: ValidationError, models: dict[str, type[BaseModel]] = _MODELS) -> list[Fault]:
    """Each error of pydantic as a Fault at its place."""
    return [_schema_fault(source, dict(each), models) for each in error.errors(include_url=False)]


def _schema_fault(source: Source, error: dict[str, Any], models: dict[str, type[BaseModel]]) -> Fault:
    loc = _in_file(source, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return source.fault(loc, f"{error['input']!r} cannot be a name", "letters, digits, dot, dash and underscore")
    if kind == "extra_forbidden":
        key = str(loc[-1])
        of_the_whole = len(loc) > 1 and key in _keys((key,), models)
        remedy = "it stands at the top of the file" if of_the_whole else did_you_mean(key, _keys(loc, models))
        return source.fault(loc, f"unknown key {key!r}", remedy, at_key=True)
    if kind == "missing":
        return source.fault(loc[:-1], f"key {loc[-1]!r} is missing")
    if kind == "literal_error":
        names = re.findall(r"'([^']*)'", context["expected"]) or [context["expected"]]
        return source.fault(loc, f"{error['input']!r} is not possible here", did_you_mean(str(error["input"]), names))
    message, remedy = plain(error)
    return source.fault(loc, message if kind == "value_error" else f"{_named(loc)}: {message}", remedy)


def plain(error: dict[str, Any]) -> tuple[str, str]:
    """What pydantic found, in the words of someone who writes shot lists: the cause, and what to do."""
    given, limits = error["input"], error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return f"{given} is too little", f"{limits['ge']} or more"
        case "less_than_equal":
            return f"{given} is too much", f"{limits['le']} or less"
        case "float_parsing" | "int_parsing" | "float_type" | "int_type" | "int_from_float":
            return f"{given!r} is not a {'whole ' if error['type'].startswith('int') else ''}number", ""
        case "model_type" | "dict_type" | "model_attributes_type":
            return f"{given!r} is not a mapping of keys to values", "for example {key: value}"
        case "list_type" | "tuple_type":
            return f"{given!r} is not a list", "for example [one, two]"
    message = error["msg"].removeprefix("Value error, ").replace("Input should", "it should").replace("tuple", "list")
    cause, _, remedy = message.partition("; ")
    return cause, remedy


def _named(loc: Loc) -> str:
    """The part of the file a path leads to: shots 2 for the third of a list."""
    return next((str(part) for part in reversed(loc) if isinstance(part, str)), "the file")


def _in_file(source: Source, loc: Loc) -> Loc:
    """The part of pydantic's path that stands in the file: without the names of forms, with `move` as it was written."""
    found: Loc = ()
    for part in loc[:-1]:
        spelled = "move" if part == "moves" and (*found, "moves") not in source.values else part
        if (*found, spelled) in source.values:
            found = (*found, spelled)
    last = loc[-1:]
    if last == ("moves",) and (*found, "moves") not in source.values:
        last = ("move",)
    return found if last and last[0] in ("words", "cue") else found + last


def _keys(loc: Loc, models: dict[str, type[BaseModel]]) -> list[str]:
    """The keys that can stand beside the last part of a path."""
    around = next((models[str(part)] for part in reversed(loc[:-1]) if part in models), models.get("", ShotList))
    return [str(field.serialization_alias or name) for name, field in around.model_fields.items()]


def _mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _cross_faults(source: Source) -> list[Fault]:
    """What only shows when the parts are seen together. Works on the plain data, so that no other fault hides these."""
    worlds, defaults = _mapping(source.data.get("worlds")), _mapping(source.data.get("defaults"))
    shots = source.data.get("shots")
    faults = _part_faults(source, ("defaults",), defaults, worlds)
    for name, world in worlds.items():
        if isinstance(world, dict) and ("prompt" in world) == ("scene" in world):
            faults.append(source.fault(("worlds", name), f"world {name!r} needs a prompt or a scene, and not both"))
    if shots == []:
        faults.append(source.fault(("shots",), "there are no shots in the list"))
    seen: dict[str, int] = {}
    for index, shot in enumerate(shots if isinstance(shots, list) else []):
        if isinstance(shot, dict):
            faults += _part_faults(source, ("shots", index), shot, worlds)
            faults += _scene_faults(source, index, shot, worlds.get(shot.get("world", defaults.get("world"))))
            faults += _id_faults(source, index, str(shot.get("id") or shot_id(index)), seen)
    return faults


def _id_faults(source: Source, index: int, name: str, seen: dict[str, int]) -> list[Fault]:
    first = seen.setdefault(name, index)
    if first == index:
        return []
    return [source.fault(("shots", index, "id"), f"shot id {name!r} is taken by shot {first + 1} of the list")]


def _part_faults(source: Source, loc: Loc, part: dict[Any, Any], worlds: dict[Any, Any]) -> list[Fault]:
    """Names a shot or the defaults take from elsewhere: a world, a film back."""
    faults, world, back = [], part.get("world"), _mapping(part.get("camera")).get("sensor")
    if isinstance(world, str) and world not in worlds:
        faults.append(source.fault((*loc, "world"), f"world {world!r} is not in worlds", did_you_mean(world, worlds)))
    if isinstance(back, str) and back not in sensors():
        remedy = did_you_mean(back, sensors())
        faults.append(source.fault((*loc, "camera", "sensor"), f"film back {back!r} is not known", remedy))
    return faults


def _scene_faults(source: Source, index: int, shot: dict[Any, Any], world: Any) -> list[Fault]:
    """A shot says what is there in exactly one way: a scene, or words of its own and of its world."""
    loc: Loc = ("shots", index)
    spelled = "scene" in shot or "scene" in _mapping(world)
    if "prompt" in shot and spelled:
        return [source.fault((*loc, "prompt"), "a scene that is spelled out takes no prompt", "leave one of them out")]
    if "scene" in shot and "world" in shot:
        return [source.fault((*loc, "scene"), "a shot has a scene or a world, not both", "leave one of them out")]
    if "prompt" not in shot and not spelled and "world" not in shot and world is None:
        return [source.fault(loc, "the shot says nothing about what is there", "give it a prompt or a world")]
    return []
