"""How loud a bus is to be, out of one part of a direction."""

from __future__ import annotations

from typing import Any, get_args

from oyster_cli.script.models import Bus
from oyster_cli.words.clause import Part
from oyster_cli.words.lexicon_direction import BUSES
from oyster_cli.words.tagger import Tag

# Who can stop calling or talking, and the rest of their bus go on.
VOICES = ("bird", "skylark", "swallow", "gull", "crow", "parrot", "frog", "owl", "wolf", "cricket", "cicada", "crowd")


def level(part: Part, numbers: dict[str, list[float]]) -> list[dict[str, Any]]:
    """A bus louder, softer, muted, or at a gain in dB. A thing stands for its bus, "everything" for all of them."""
    if (part.find("level") is None and not numbers["db"]) or _stops(part, numbers):
        return []
    known = {i: bus for i, tag in enumerate(part.tags) if (bus := bus_of(tag)) is not None}
    buses = list(dict.fromkeys(known.values())) or _all_buses(part)
    if not buses:
        return []
    part.used |= known.keys()
    said = [*part.take_all("level"), *part.take_all("state")]
    part.take_all("all")
    gain = numbers["db"][0] if numbers["db"] else None
    to = said[0] if gain is None else -abs(gain) if "less" in said else gain
    return [{"change": "level", "target": bus, "to": to} for bus in buses]


def bus_of(tag: Tag) -> str | None:
    """The bus a word names, or that its thing sounds on."""
    named = BUSES.get(tag.text.lower()) or BUSES.get(tag.meant)
    kind = tag.means.get("thing") or tag.means.get("weather") or ""
    return named or BUSES.get(kind) or BUSES.get(kind.split(" ")[-1])


def _stops(part: Part, numbers: dict[str, list[float]]) -> bool:
    """Whether somebody falls silent who can do so at once. Over a time only a fader can."""
    voices = any(tag.means.get("thing") in VOICES for tag in part.tags)
    return voices and part.find("hush") is not None and not numbers["over"]


def _all_buses(part: Part) -> list[str]:
    """Every bus, where a part is about all sound and about nothing else."""
    about = Part([tag for tag in part.tags if not tag.means.keys() & {"level", "all"}])
    return [] if part.find("all") is None or about.left() else list(get_args(Bus))
