"""Directions in plain words -> cues. Every word is used or handed back; a clause with a time left over is handed back whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

from oyster_cli.fault import Fault
from oyster_cli.script.cues import possible
from oyster_cli.script.models import Cue
from oyster_cli.words import change
from oyster_cli.words.clause import Part
from oyster_cli.words.level import bus_of, level
from oyster_cli.words.lexicon_direction import direction_words
from oyster_cli.words.reading import Directions, Unknown
from oyster_cli.words.tagger import Tag, nearest, tag
from oyster_cli.words.when import Previous, When, has_time, read_when, time_text

MAX_CHARACTERS = 2_000
_CLAUSES = re.compile(
    r"[;\n]|\.(?=\s|$)|,?\s+(?:and\s+)?(?=then\b)|,\s*(?:and\s+)?(?=(?:at|from|after)\s+(?:frame\s+)?\d[\w.:]*\s+[a-z])", re.I
)
_JOINTS = re.compile(r",?\s+and\s+|,\s*")
_STARTS = re.compile(r"\b(?:at|from|after)\s+(?:frame\s+)?\d", re.I)
_APART = re.compile(  # not of weather: "turn the rain down" is less rain, seen and heard
    r"\b(turn|bring)\s+(?!the\s+(?:rain|snow|wind|fog|mist|storm)\b)"
    r"((?:the|all|everything)\b(?:\s+(?!and\b)[\w'’-]+){0,4}?)\s+(up|down)\b", re.I
)  # fmt: skip
_NUMBERS = {
    "mm": re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*-?\s*mm\b", re.I),
    "amount": re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*(?:degrees?\b|deg\b|°|m\b|metres?\b|meters?\b)", re.I),
    "db": re.compile(r"(?<![\w.])([+-]?\d+(?:\.\d+)?)\s*db\b", re.I),
}
_NO_NOUNS = {"state", "small", "speed", "hush"}
_SUBJECTS = ("weather", "hour", "move", "thing", "place", "do", "level")


@dataclass
class _Reader:
    """What has been read so far: "then" and "it" look back at it."""

    length_s: Fraction
    fps: Fraction
    cues: list[Cue] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    previous: Previous = field(default_factory=Previous)
    free: bool = False


def read_directions(text: str, length_s: Fraction, fps: Fraction, free: bool = False) -> Directions:
    """The cues of a text such as "at 2s a storm rolls in over 1.5s; at 4s night falls", for a shot of this length.

    A text in which nothing is understood has no cues; all of it is in `unknown`. Fault when it is absurdly long, or asks
    for what nothing can follow, such as a lens of 3000 mm. free: for a model that reads every word itself; what is not
    understood becomes a cue in words then.
    """
    if len(text) > MAX_CHARACTERS:
        raise Fault(f"the directions are longer than {MAX_CHARACTERS} characters", remedy="put them into a file of cues")
    reader = _Reader(Fraction(length_s), Fraction(fps), free=free)
    for part in _CLAUSES.split(text):
        for clause in _two_starts(part.strip(" ,.;")):
            _read_clause(clause, reader)
    return Directions(tuple(reader.cues), tuple(reader.unknown), tuple(reader.assumed))


def _two_starts(clause: str) -> list[str]:
    """Parted where both sides have a start of their own: "rain starts at 2s and stops at 4s"."""
    for joint in _JOINTS.finditer(clause):
        left, right = clause[: joint.start()], clause[joint.end() :]
        if _STARTS.search(left) and _STARTS.search(right):
            return [left, *_two_starts(right)]
    return [clause] if clause else []


@cache
def _extra() -> dict[str, dict[str, str]]:
    return direction_words()


def _read_clause(clause: str, reader: _Reader) -> None:
    when, rest = read_when(clause, reader.length_s, reader.fps, reader.previous)
    said = rest.strip(" ,.")
    numbers: dict[str, list[float]] = {"over": [] if when.over is None else [float(when.over)]}
    rest = _APART.sub(r"\1 \3 \2", rest)  # "turn the water up" is "turn up the water"
    for name, pattern in _NUMBERS.items():
        numbers[name] = [float(number) for number in pattern.findall(rest)]
        rest = pattern.sub(" ", rest)
    tags = tag(rest, _extra())
    blocked = next((each for each in tags if "blocked" in each.means), None)
    strange = _strange_subject(tags)
    if blocked or strange or has_time(rest) or (when.over is not None and when.over < 0):
        near = blocked.means["blocked"] if blocked else _near(strange) if strange else None
        _miss(clause, said, when, near or None, reader)
        return
    pronoun = all(each.text.lower() in ("it", "they") or each.means.keys() & _NO_NOUNS for each in tags)
    before = reader.cues[-1].model_dump() if pronoun and reader.cues else {}
    changes, left, slow = _changes(tags, numbers, before)
    if not changes or _idle(numbers, changes) or any("count" in each.means or each.text.isdigit() for each in left):
        _miss(clause, said, when, _near(left[0]) if left else None, reader)
        return
    if left and reader.free:
        _miss(clause, said, when, None, reader)
    else:
        reader.unknown += [Unknown(each.text, _near(each)) for each in left]
    reader.assumed += [f"{each.text} → {each.meant}" for each in tags if each.meant]
    reader.assumed += [
        f"{_said(each, tags)} (the whole bus)" for each in changes if each["change"] == "level" and _said(each, tags)
    ]
    _add(changes, when, slow, clause, reader)


def _miss(clause: str, said: str, when: When, near: str | None, reader: _Reader) -> None:
    """A clause that is not understood: handed back, or a cue in its own words where the model reads them."""
    if not (reader.free and said):
        reader.unknown.append(Unknown(clause, near))
        return
    over = None if when.over is None or when.over < 0 else time_text(when.over)
    reader.cues += [Cue(at=time_text(at), over=over, change="words", text=said) for at in when.at]
    reader.previous = Previous(when.at[-1], when.at[-1] + max(when.over or Fraction(0), Fraction(0)))


def _strange_subject(tags: list[Tag]) -> Tag | None:
    """The first word with content, when it is nothing we have: then the clause is about something else."""
    for each in tags:
        if any(kind in each.means for kind in _SUBJECTS):
            return None
        if "absent" in each.means:
            return each
    return None


def _near(each: Tag | None) -> str | None:
    if each is None:
        return None
    if "absent" in each.means:
        return each.means["absent"] or None
    near = each.means.get("weather") or each.means.get("thing") or nearest(each.text)
    return near if near and near not in each.text.lower() else None


def _said(told: dict[str, Any], tags: list[Tag]) -> str:
    """The word that stands for a bus, when it is not the bus's own name: muting the wind mutes its whole bus."""
    words = [each.text for each in tags if bus_of(each) == told["target"]]
    named = not words or told["target"] in (word.lower() for word in words)
    return "" if named else f"{' '.join(words)} → {told['target']}"


def _idle(numbers: dict[str, list[float]], changes: change.Changes) -> bool:
    """Whether an amount or a gain was said that no change took."""
    kinds = {each["change"] for each in changes}
    return bool((numbers["amount"] and "move" not in kinds) or (numbers["db"] and "level" not in kinds))


def _changes(
    tags: list[Tag], numbers: dict[str, list[float]], before: dict[str, Any]
) -> tuple[change.Changes, list[Tag], bool]:
    """All changes of a clause, part by part, the words that were not used, and whether it is to be slow."""
    changes: change.Changes = []
    left: list[Tag] = []
    slow = False
    for part in _parts(tags):
        found = _part_changes(part, numbers, changes[-1] if changes else before)
        again = {"change": "lightning"} in changes  # lightning and thunder are one strike
        changes += [each for each in found if not (again and each["change"] == "lightning")]
        left += part.left()
        if not found and not part.left() and len(part.tags) > 1:  # small words only, and yet something was said
            left.append(Tag(" ".join(each.text for each in part.tags), {}))
        slow = slow or change.is_slow(part)
    return changes, left, slow


def _part_changes(part: Part, numbers: dict[str, list[float]], before: dict[str, Any]) -> change.Changes:
    """What one part asks for: levels and camera together, else the first builder that finds its words."""
    weather_before = before.get("target") if before.get("change") == "weather" else None
    thing_before = before.get("target") if before.get("change") == "act" else None
    return (
        level(part, numbers) + change.lens(part, numbers) + change.moves(part, numbers)
        or change.hour(part)
        or change.weather(part, weather_before)
        or change.light(part)
        or change.thing(part, thing_before)
    )


def _parts(tags: list[Tag]) -> list[Part]:
    parts: list[list[Tag]] = [[]]
    for each in tags:
        if "break" in each.means:
            parts.append([])
        else:
            parts[-1].append(each)
    return [Part(part) for part in parts if part]


def _add(changes: change.Changes, when: When, slow: bool, clause: str, reader: _Reader) -> None:
    over = when.over
    if over is None and slow and any(each["change"] in ("weather", "hour") for each in changes):
        over = Fraction(change.SLOW_S)
        reader.assumed.append(f"slowly → over {change.SLOW_S}s")
    for at in when.at:
        for index, each in enumerate(changes):
            begins, length = _lapse(each, changes[:index], changes[index + 1 :], at, over)
            cue = Cue(at=time_text(begins), over=None if length is None else time_text(length), text=clause, **each)
            try:
                reader.cues.append(possible(cue))
            except ValueError as error:
                message, _, remedy = str(error).partition("; ")
                raise Fault(f"{cue.change}: {message}", clause, remedy) from None
    last = when.at[-1]
    reader.previous = Previous(last, last + (over or Fraction(0)))


def _lapse(
    each: dict[str, Any], before: change.Changes, after: change.Changes, at: Fraction, over: Fraction | None
) -> tuple[Fraction, Fraction | None]:
    """When a change begins and how long it takes. Of two lenses the first is there at once; what begins before it grows
    begins at once and grows from a second later."""
    if each["change"] == "lens" and any(other["change"] == "lens" for other in after):
        return at, None
    if each["change"] == "weather":
        same = [other for other in (*before, *after) if other.get("target") == each["target"]]
        if same and each["to"] == "on":
            return at, None
        if any(other["to"] == "on" for other in before if other in same):
            return at + 1, over
    return at, over
