"""When a direction says it happens: instants and lengths are taken out of the clause, what is left is what happens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from oyster_cli.clock import parse_seconds

_COUNTS: dict[str, Fraction] = {
    "half a": Fraction(1, 2), "half": Fraction(1, 2), "a couple of": Fraction(2), "a few": Fraction(3), "an": Fraction(1),
    "a": Fraction(1), "one": Fraction(1), "two": Fraction(2), "three": Fraction(3), "four": Fraction(4), "five": Fraction(5),
    "six": Fraction(6), "seven": Fraction(7), "eight": Fraction(8), "nine": Fraction(9), "ten": Fraction(10),
}  # fmt: skip
_NUMBER = rf"(?:\d+(?:\.\d+)?[\s-]*|(?:{'|'.join(_COUNTS)})[\s-]+)"  # "as" is no second
_UNIT = r"(?:ms|milliseconds?|s|secs?|seconds?|f|frames?|mins?|minutes?)"
_T = rf"(?:frame\s+\d+|\d+:\d\d(?::\d\d){{0,2}}(?:\.\d+)?|{_NUMBER}{_UNIT}\b)"
_T0 = rf"(?:{_T}|\d+(?:\.\d+)?)"
_OVER = r"(?:over|in|for|during|across|within|lasting|through)"


@dataclass(frozen=True)
class When:
    """Instants in seconds (several for a list of times), and over how long; said: whether the clause named a time at all."""

    at: tuple[Fraction, ...]
    over: Fraction | None
    said: bool = True


_Told = dict[str, tuple[Fraction, ...]]  # at: instants; over: a length; end: when all is done


@dataclass(frozen=True)
class Previous:
    """The cue before: what "then" and "a second later" count from."""

    at: Fraction = Fraction(0)
    end: Fraction = Fraction(0)


def seconds_of(text: str, fps: Fraction) -> Fraction:
    """A time as words or figures: 1.5s, frame 48, two seconds, half a second, 0:05."""
    word = text.strip().lower()
    if match := re.fullmatch(r"frame\s+(\d+)", word):
        return int(match[1]) / fps
    for name, count in _COUNTS.items():
        if match := re.fullmatch(rf"{name}[\s-]+({_UNIT})", word):
            return count * parse_seconds(f"1{match[1]}", fps)
    word = re.sub(r"milliseconds?", "ms", re.sub(r"[\s-]+", " ", word))
    return parse_seconds(word, fps)


def has_time(text: str) -> bool:
    """Whether a time, or what sounds like one, is left in a text."""
    return re.search(rf"\b(?:{_T}|beats?|seconds?)(?!\w)", text, re.IGNORECASE) is not None


def read_when(clause: str, length_s: Fraction, fps: Fraction, previous: Previous) -> tuple[When, str]:
    """The time of a clause and the clause without it. Times that fit no rule stay in the text."""
    found: _Told = {}
    for name, pattern in _rules():
        match = pattern.search(clause)
        if match is None:
            continue
        said = re.findall(_T, match[0], re.IGNORECASE) if name == "list" else [group for group in match.groups() if group]
        told = _told(name, [seconds_of(word, fps) for word in said], length_s, fps, previous)
        if not told.keys() & found.keys():
            found |= told
            clause = clause[: match.start()] + " " + clause[match.end() :]
    starts = tuple(max(Fraction(0), at) for at in found.get("at", (Fraction(0),)))
    over = found["over"][0] if "over" in found else None
    if "end" in found:  # "by 5s": complete at that instant
        over = found["end"][0] - starts[0]
    return When(starts, over, bool(found)), clause


def _told(name: str, t: list[Fraction], length: Fraction, fps: Fraction, previous: Previous) -> _Told:
    """What a rule says with the times t in it: `at`, `over`, and `end` for an instant at which all is done."""
    start = (Fraction(0),)
    match name:
        case "span":
            return {"at": (t[0],), "over": (t[1] - t[0],)}
        case "first":
            return {"at": start, "over": (t[0] if t else Fraction(1),)}
        case "last":
            return {"at": (length - (t[0] if t else 1),), "over": (t[0] if t else Fraction(1),)}
        case "whole":
            return {"at": start, "over": (length,)}
        case "half":
            return {"at": (length / 2,)}
        case "start":
            return {"at": start}
        case "end":
            return {"at": (length - 1 / fps,)}
        case "by":
            return {"end": (t[0] if t else length,)}
        case "until":
            return {"at": start, "end": (t[0],)}
        case "later":
            return {"at": (previous.at + t[0],)}
        case "over":
            return {"over": (t[0],)}
        case "with":
            return {"at": (previous.at,)}
        case "then":
            return {"at": (previous.end,)}
    return {"at": tuple(t)}


@cache
def _rules() -> list[tuple[str, re.Pattern[str]]]:
    """One rule a line: its name, then words in which {T} is a time, {T0} a time or a bare number, {OVER} a word like over."""
    rules = []
    for line in _RULES.strip().splitlines():
        name, words = line.split(None, 1)
        pattern = words.replace("{T}", f"({_T})").replace("{T0}", f"({_T0})").replace("{OVER}", _OVER).replace(" ", r"\s+")
        rules.append((name, re.compile(pattern, re.IGNORECASE)))
    return rules


# In order: a rule takes its words out of the clause; a later rule does not tell again what an earlier one told.
_RULES = r"""
span   \b(?:from|between) {T0} (?:to|until|till|and) {T}
first  \b{OVER} the first (?:{T}|second\b)
last   \b{OVER} the (?:last|final) (?:{T}|second\b)
whole  \b(?:{OVER}|throughout) the (?:whole |entire )?(?:shot|clip|take)\b
half   \b(?:half\s?way|midway)\b(?: (?:through|in)\b)?(?: the shot)?,?
start  \b(?:at|from) the (?:very )?(?:start|beginning)\b
by     \b(?:by|until|till) the (?:very )?end\b
end    \bat the (?:very )?end\b
by     \bby {T}
until  \b(?:until|till) {T}
list   \b(?:at|on) {T}(?:\s*,?\s*(?:and\s+)?{T})+
later  \b(?:and |then )*{T} (?:later|after (?:that|this))\b
at     \b(?:starting|beginning) (?:at|on|from) {T}
at     \b(?:at|after|on|from) (?:the )?{T}(?: mark\b| on(?:wards?)?\b(?=\s*(?:,|$)))?
at     \bt\s*=\s*{T0}(?!\w)
at     ^\s*{T} in\b\s*,?
over   \b{OVER} (?:the next )?{T}
at     ^\s*{T}\s*[:–-]?\s+(?!later|after|before)
over   (?<!at)(?<!on)(?<!by)(?<!from)(?<!after)\s{T}\s*$
with   \b(?:meanwhile|at the same time|simultaneously)\b,?
then   ^\s*(?:and )?(?:then|afterwards|after that)\b,?
"""


def time_text(seconds: Fraction) -> str:
    """A time that parse_seconds reads back exactly: 1.5s, or 125/48s where no decimal is exact."""
    for digits in range(7):
        scaled = seconds * 10**digits
        if scaled.denominator == 1:
            whole = f"{int(scaled):0{digits + 1}d}"
            return f"{whole[:-digits]}.{whole[-digits:]}s" if digits else f"{whole}s"
    return f"{seconds.numerator}/{seconds.denominator}s"
