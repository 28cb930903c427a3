"""A prompt -> a scene and a camera. Every word is used, known to be small, or listed as not understood."""

from __future__ import annotations

import re

from oyster_cli.fault import Fault
from oyster_cli.words.draft import Draft
from oyster_cli.words.readers import READERS, place_or_thing, ruled_out, unknown
from oyster_cli.words.reading import Reading
from oyster_cli.words.settle import settle
from oyster_cli.words.tagger import Tag, tag

MAX_CHARACTERS = 2_000
_LENS = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*-?\s*mm(?:\s+lens)?\b", re.IGNORECASE)
_F_STOP = re.compile(r"\bf\s*/\s*(\d+(?:\.\d+)?)", re.IGNORECASE)
_CLOCK = re.compile(r"\b(?:at\s+)?(\d{1,2})(?::(\d{2}))?\s*(am|pm|o'clock)\b|\bat\s+(\d{1,2}):(\d{2})\b", re.IGNORECASE)
_EXAMPLES = 'for example "waterfall canyon" or "campfire in a pine forest at night, crickets, an owl"'


def read_prompt(text: str, free: bool = False) -> Reading:
    """Scene and camera of a prompt, with what was understood, assumed and not understood. Fault when nothing was.

    free: for a model that reads every word itself. Then nothing is refused, assumed or unknown, and the place is "" when no
    place of ours is named.
    """
    if not text.strip():
        raise Fault("the prompt is empty", remedy=_EXAMPLES)
    if len(text) > MAX_CHARACTERS:
        raise Fault(f"the prompt is longer than {MAX_CHARACTERS} characters", remedy="say it shorter")
    draft = Draft()
    for each in tag(_numbers(text, draft)):
        _read(each, draft)
    draft.end_clause()
    if not free and not draft.understood and not draft.implied:
        raise Fault(f"nothing in {_short(text)!r} is known here", remedy=_EXAMPLES)
    return settle(text, draft, free)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:57] + "..."


def _numbers(text: str, draft: Draft) -> str:
    """Take lens, f-stop and clock times out of the text; they are read by their form."""

    def lens(match: re.Match[str]) -> str:
        return _number(draft, match[0], "lens", float(match[1]), 6, 400, "mm")

    def f_stop(match: re.Match[str]) -> str:
        return _number(draft, match[0], "f_stop", float(match[1]), 0.7, 32, "")

    def clock(match: re.Match[str]) -> str:
        hour = int(match[1] or match[4]) % (12 if (match[3] or "").lower() in ("am", "pm") else 25)
        draft.hour = hour + int(match[2] or match[5] or 0) % 60 / 60 + (12 if (match[3] or "").lower() == "pm" else 0)
        draft.learn(match[0], "hour", f"{draft.hour:g}")
        return " "

    return _CLOCK.sub(clock, _F_STOP.sub(f_stop, _LENS.sub(lens, text)))


def _number(draft: Draft, text: str, name: str, value: float, low: float, high: float, unit: str) -> str:
    if low <= value <= high:
        draft.camera[name] = value
        draft.learn(text, "camera", f"{name} {value:g}{unit}")
    else:
        draft.miss(text, f"{name} {low:g} to {high:g}{unit}")
    return " "


def _read(each: Tag, draft: Draft) -> None:
    if each.get("break"):
        if each.text.lower() in ("and", "&") and (draft.pending.keys() & {"side", "distance"}):
            return
        draft.end_clause()
    elif each.get("not"):
        draft.negated = True
    elif each.get("small") or (draft.negated and ruled_out(each, draft)):
        return
    elif "place" in each.means or "thing" in each.means:
        place_or_thing(each, draft)
    else:
        kind = next((kind for kind in READERS if kind in each.means), "")
        READERS.get(kind, unknown)(each, draft)
    if each.meant:
        draft.assumed.append(f"{each.text} → {each.meant}")
