"""Mixes: what is done to the sound, by name. One YAML file each in presets/sound/; chains.py reads them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from oyster_cli.script.sensors import PRESETS
from oyster_cli.script.spelling import one_of

PLAIN = "plain"
MIXES = PRESETS / "sound"


def mix_names() -> list[str]:
    """The names there are, sorted."""
    return sorted(file.stem for file in MIXES.glob("*.yaml"))


def known_mix(name: str) -> str:
    """The name of a mix. Raises ValueError, with what was meant, when there is none."""
    return one_of(name.strip().lower(), mix_names(), "mix")


MixName = Annotated[str, AfterValidator(known_mix)]
