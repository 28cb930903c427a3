"""Mixes: what is done to the sound. One YAML file each, in presets/sound/ or one's own; chains.py reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from oyster_cli.script.sensors import PRESETS
from oyster_cli.script.spelling import one_of

PLAIN = "plain"
MIXES = PRESETS / "sound"
OWN = (".yaml", ".yml")


def mix_names() -> list[str]:
    """The names there are, sorted."""
    return sorted(file.stem for file in MIXES.glob("*.yaml"))


def is_own(name: str) -> bool:
    """Whether it is a file of one's own rather than a preset."""
    return name.strip().lower().endswith(OWN)


def known_mix(name: str) -> str:
    """The name of a mix, or the whole path of a file of one's own. Raises ValueError, with what was meant, for other names."""
    if is_own(name):
        return str(Path(name.strip()).expanduser().absolute())
    return one_of(name.strip().lower(), mix_names(), "mix")


def mix_file(name: str) -> Path:
    """Where a mix is written."""
    known = known_mix(name)
    return Path(known) if is_own(known) else MIXES / f"{known}.yaml"


MixName = Annotated[str, AfterValidator(known_mix)]
