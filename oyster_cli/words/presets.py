"""Presets: a prompt with a camera and a look, by name. One YAML file each in presets/."""

from __future__ import annotations

from pydantic import Field, ValidationError

from oyster_cli.fault import Fault
from oyster_cli.script.load import schema_faults
from oyster_cli.script.models import Camera, Model, Time
from oyster_cli.script.sensors import PRESETS
from oyster_cli.script.shotlist import Look, LookEntry
from oyster_cli.script.spelling import did_you_mean
from oyster_cli.script.yaml12 import raise_all, read_source


class Preset(Model):
    """A shot to start from."""

    about: str = Field(description="what it shows and is good for, one sentence")
    prompt: str = Field(description="place, things, hour and weather in plain words")
    duration: Time | None = None
    camera: Camera = Camera()
    look: LookEntry = Look()


def preset_names() -> list[str]:
    """The names there are, sorted."""
    return sorted(file.stem for file in PRESETS.glob("*.yaml") if file.stem != "sensors")


def load_preset(name: str) -> Preset:
    """One preset. Raises Fault when the name is not known."""
    if name not in preset_names():
        raise Fault(f"preset {name!r} is not known", remedy=did_you_mean(name, preset_names()))
    file = PRESETS / f"{name}.yaml"
    source, faults = read_source(file.read_text(encoding="utf-8"), str(file))
    try:
        preset = Preset.model_validate(source.data)
    except ValidationError as error:
        faults += schema_faults(source, error, {"": Preset, "camera": Camera, "look": Look})
    raise_all(faults)
    return preset
