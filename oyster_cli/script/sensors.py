"""Film backs by name, and the folder the presets lie in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from oyster_cli.fault import Fault
from oyster_cli.script.spelling import did_you_mean

_PACKAGE = Path(__file__).parents[1]
# Installed, the presets are part of the package; in a checkout they lie beside it.
PRESETS = next(folder for folder in (_PACKAGE / "presets", _PACKAGE.parent / "presets") if folder.is_dir())


@dataclass(frozen=True)
class Sensor:
    """The light-sensitive area of a film camera."""

    width_mm: float
    height_mm: float


@cache
def sensors() -> dict[str, Sensor]:
    """All film backs of presets/sensors.yaml."""
    backs = yaml.safe_load((PRESETS / "sensors.yaml").read_text(encoding="utf-8"))
    return {name: Sensor(back["width_mm"], back["height_mm"]) for name, back in backs.items()}


def sensor(name: str) -> Sensor:
    """One film back. Raises Fault with what was meant."""
    if name not in sensors():
        raise Fault(f"film back {name!r} is not known", remedy=did_you_mean(name, sensors()))
    return sensors()[name]
