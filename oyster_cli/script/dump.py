"""A resolved shot as a shot list of one, readable and exact: loading and resolving it gives the same shot again."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

import yaml

from oyster_cli.script.looks import NEUTRAL
from oyster_cli.script.mixes import PLAIN
from oyster_cli.script.models import DEFAULT_LOUDNESS, PHYSICAL, Shot

_HEAD = "# One shot, wholly resolved: a shot list in itself. Times, scene and cues are as they were filmed.\n"


class _Flow(dict[str, Any]):
    """A mapping written on one line."""


class _Dumper(yaml.SafeDumper):
    """Quotes whatever YAML 1.1 or 1.2 would take for something other than text."""


_Dumper.add_representer(
    _Flow, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)
)
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?(?:\.?[0-9]+|[0-9]+\.[0-9]*)[eE][-+]?[0-9]+$"), list("-+.0123456789")
)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^0[ox][0-9a-fA-F]+$"), ["0"])


def dump_shot(shot: Shot) -> str:
    """The shot as YAML."""
    text = yaml.dump(_document(shot), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1 << 20)
    return _HEAD + text


def shot_hash(shot: Shot, model_version: str) -> str:
    """32 hex digits that change with anything that can change the film: the resolved shot, the model and its version."""
    text = json.dumps([shot.model_dump(mode="json"), model_version], sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _document(shot: Shot) -> dict[str, Any]:
    top: dict[str, Any] = {
        "oyster": 1,
        "fps": int(shot.fps) if shot.fps.isdigit() else shot.fps,
        "size": f"{shot.size[0]}x{shot.size[1]}",
        "start_frame": shot.start_frame,
        "seed": shot.seed,
        "quality": shot.quality,
        "model": shot.model,
    }
    entry: dict[str, Any] = {"id": shot.id, "duration": f"{shot.frames}f"}
    if shot.world is None:
        entry["scene"] = _scene(shot)
    else:
        top["worlds"] = {shot.world: {"seed": shot.world_seed, "scene": _scene(shot)}}
        entry["world"] = shot.world
    if camera := shot.camera.model_dump(exclude_defaults=True, by_alias=True):
        entry["camera"] = camera | ({"move": [_Flow(move) for move in camera["move"]]} if "move" in camera else {})
    if shot.look != NEUTRAL:
        entry["look"] = shot.look
    if shot.frame is not None:
        entry["frame"] = shot.frame
    if shot.loudness != DEFAULT_LOUDNESS:
        entry["loudness"] = shot.loudness
    if shot.mix != PLAIN:
        entry["mix"] = shot.mix
    if shot.sound_delay != PHYSICAL:
        entry["sound_delay"] = shot.sound_delay
    if shot.learned is not None:
        entry["learned"] = shot.learned.model_dump(exclude_defaults=True)
    if shot.cues:
        entry["cues"] = [_Flow(cue.model_dump(exclude_defaults=True)) for cue in shot.cues]
    return {**top, "shots": [entry]}


def _scene(shot: Shot) -> dict[str, Any]:
    """The scene with hour and weather spelled out to the last field, so that no later default can change it."""
    scene = shot.scene.model_dump()
    scene["things"] = [_Flow(thing.model_dump(exclude_defaults=True)) for thing in shot.scene.things]
    scene["without"] = list(shot.scene.without)
    scene["weather"] = _Flow(scene["weather"])
    return {key: value for key, value in scene.items() if value not in ([], "")}
