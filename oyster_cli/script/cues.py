"""Whether a cue says something that can be done at all. What a world makes of it shows when it is rolled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import get_args

from oyster_cli.script.models import Bus, Cue
from oyster_cli.script.spelling import one_of
from oyster_cli.script.weather import HOURS, WEATHERS, Weather

CHANGES = ("on", "off", "more", "less")
# Least, most, and what may be said instead of a number.
NUMBERS: dict[str, tuple[float, float, Iterable[str]]] = {
    "hour": (0, 24, HOURS), "lens": (6, 400, ()), "level": (-120, 40, CHANGES),
}  # fmt: skip


def possible(cue: Cue) -> Cue:
    """The cue itself. ValueError for one that nothing could follow: no target, an unknown name, a number out of reach."""
    weather = cue.change == "weather" and isinstance(cue.to, Mapping)
    if cue.change in ("weather", "add", "remove", "light", "act", "level") and not (cue.target or weather):
        raise ValueError(f"a cue that changes {cue.change} needs a target")
    if cue.change == "move" and cue.move is None:
        raise ValueError("a cue that changes move needs a move; for example move: dolly in")
    if cue.change == "words" and not cue.text.strip():
        raise ValueError("a cue in words needs a text")
    if cue.change == "weather":
        _check_weather(cue)
    if cue.change == "level":
        one_of(str(cue.target), get_args(Bus), "bus")
    if cue.change in NUMBERS:
        _check_number(cue.to, *NUMBERS[cue.change])
    return cue


def _check_weather(cue: Cue) -> None:
    if isinstance(cue.to, Mapping):
        for name in cue.to:
            one_of(name, Weather.model_fields, "field of weather")
    else:
        one_of(str(cue.target), WEATHERS, "weather")
        one_of(str(cue.to or "on"), CHANGES, "change")


def _check_number(to: object, least: float, most: float, names: Iterable[str]) -> None:
    if to in tuple(names):
        return
    try:
        within = least <= float(to) <= most  # type: ignore[arg-type]
    except (TypeError, ValueError):
        instead = f"; one of: {', '.join(names)}" if names else "; for example 35"
        raise ValueError(f"{to!r} is not a number{instead}") from None
    if not within:
        raise ValueError(f"{to} is outside {least:g} to {most:g}")
