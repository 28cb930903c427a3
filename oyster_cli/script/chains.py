"""What a mix does: chains of pedalboard's effects, one for each bus that has any and one for the sum."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, ValidationError, model_serializer, model_validator

from oyster_cli.clock import RATE_HZ
from oyster_cli.fault import Fault
from oyster_cli.script.load import schema_faults
from oyster_cli.script.mixes import mix_file
from oyster_cli.script.models import Bus, Model
from oyster_cli.script.plugins import load_vst3
from oyster_cli.script.spelling import one_of
from oyster_cli.script.yaml12 import raise_all, read_source

if TYPE_CHECKING:
    from pedalboard import Plugin

VST3 = "vst3"
# Of pedalboard's effects those whose settings are numbers. Limiter and Convolution are not among them: they change the level.
EFFECTS = (
    "Bitcrush", "BrickwallLimiter", "Chorus", "Clipping", "Compressor", "Delay", "Distortion", "Gain", "HighShelfFilter",
    "HighpassFilter", "Invert", "LowShelfFilter", "LowpassFilter", "NoiseGate", "PeakFilter", "Phaser", "Reverb",
)  # fmt: skip


class Effect(Model):
    """One effect, written as {Name: {parameter: value}}, both by pedalboard's own names, or as {vst3: path, parameter: value}.

    `preset: path` beside vst3 is a .vstpreset, over which the parameters are set.
    """

    name: str
    parameters: dict[str, Any] = Field({})
    path: str = ""
    preset: str = ""

    @model_validator(mode="before")
    @classmethod
    def _written(cls, entry: object) -> object:
        if isinstance(entry, dict) and VST3 in entry:
            given = dict(entry)
            path, preset = given.pop(VST3), given.pop("preset", "")
            return {"name": VST3, "path": path, "preset": preset, "parameters": given}
        if not isinstance(entry, dict) or len(entry) != 1:
            raise ValueError(f"{entry!r} is not an effect; for example {{Gain: {{gain_db: 6}}}}")
        ((name, parameters),) = entry.items()
        return {"name": name, "parameters": parameters}

    @model_serializer
    def _as_written(self) -> dict[str, Any]:
        if self.name != VST3:
            return {self.name: self.parameters}
        return {VST3: self.path, **({"preset": self.preset} if self.preset else {}), **self.parameters}

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if one_of(self.name, (*EFFECTS, VST3), "effect") != VST3:
            for name, value in self.parameters.items():
                _check(self.name, name, value)
            self.plugin()  # pedalboard raises ValueError for what is out of range
        return self

    @property
    def called(self) -> str:
        """Its name, or that of a plug-in's file."""
        return Path(self.path).name or self.name

    def plugin(self) -> Plugin:
        """A new one, silent so far. Raises Fault when it is a VST3 plug-in that cannot be had, or not like this."""
        import pedalboard

        if self.name == VST3:
            return load_vst3(self.path, self.preset, self.parameters)
        made: Plugin = getattr(pedalboard, self.name)(**self.parameters)
        return made


class SoundMix(Model):
    """Effects in the order they are passed; levels in dB are over a sample of 1, which is 1 Pa (a peak of 94 dB SPL)."""

    about: str = ""
    buses: dict[Bus, tuple[Effect, ...]] = Field({}, description="chains by bus; a bus without one is left as it is")
    master: tuple[Effect, ...] = Field((), description="the chain of the buses' sum, before loudness and limiter")

    @property
    def effects(self) -> list[Effect]:
        """All there are."""
        return [effect for chain in (*self.buses.values(), self.master) for effect in chain]


def load_mix(name: str) -> SoundMix:
    """One mix. Raises ValueError, with what was meant, when the name is not known; Fault or Faults for what is in the file, or
    when there is none."""
    file = mix_file(name)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = "there is no such mix" if isinstance(error, FileNotFoundError) else "this mix cannot be read"
        raise Fault(why, str(file)) from None
    source, faults = read_source(text, str(file))
    try:
        mix = SoundMix.model_validate(source.data)
    except ValidationError as error:
        raise_all(faults + schema_faults(source, error, {"": SoundMix}))
        raise
    raise_all(faults)
    return mix


def _check(effect: str, name: str, value: object) -> None:
    """A parameter this effect has, and a value it can stand: pedalboard takes frequencies that no sample rate can hold."""
    one_of(name, _parameters(effect), f"{effect}'s")
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{name} {value!r} is not a number")
    if name.endswith("frequency_hz") and not 0 < value < RATE_HZ / 2:
        raise ValueError(f"{name} {value} is not possible; above 0 and below {RATE_HZ // 2} Hz")


def _parameters(effect: str) -> list[str]:
    import pedalboard

    kind: Any = getattr(pedalboard, effect)
    return sorted(name for name in dir(kind) if isinstance(getattr(kind, name), property) and not name.startswith("is_"))
