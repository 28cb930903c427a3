"""Text -> tags: every word is found in the lexicon, corrected to a near one, or left as unknown. The longest phrase wins."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache

from oyster_cli.script.moves import MOVES, SPEEDS
from oyster_cli.words import lexicon as lex
from oyster_cli.words import lexicon_camera as cam
from oyster_cli.words import lexicon_rest as rest

_WORD = re.compile(r"\d+(?:\.\d+)?%?(?![\w])|[^\W_]+(?:['’][^\W_]+)*|[,;.!?()\n:]")
_BREAKS = {",", ";", ".", "!", "?", "(", ")", ":", "\n", "and", "but", "&"}
_NEGATIONS = {"no", "without", "not", "never", "free of", "except", "minus"}
_TABLES: tuple[tuple[str, dict[str, str]], ...] = (
    ("place", lex.PLACES), ("thing", lex.THINGS), ("weather", lex.WEATHER_WORDS), ("hour", lex.HOUR_WORDS),
    ("intensity", lex.INTENSITY), ("side", lex.SIDES), ("distance", lex.DISTANCES), ("move", MOVES), ("speed", SPEEDS),
    ("size", cam.SIZES), ("angle", cam.ANGLES), ("support", cam.SUPPORTS), ("lens", cam.LENSES), ("f_stop", cam.F_STOPS),
    ("look", cam.LOOKS),
    ("absent", rest.ABSENT), ("thing", lex.COLLECTIVES),
)  # fmt: skip
_CONTENT = {"place", "thing", "weather", "hour"}
_LONGEST = 6  # words in the longest phrase


@dataclass(frozen=True)
class Tag:
    """Words of the text and what they can mean: kind -> value. `meant` is the spelling they were corrected to."""

    text: str
    means: dict[str, str]
    plural: bool = False
    meant: str = ""

    def get(self, kind: str) -> str | None:
        """What it means as this kind of word; None when it is none."""
        return self.means.get(kind)


@cache
def words() -> dict[str, dict[str, str]]:
    """Every phrase of the lexicon -> kind -> value."""
    table: dict[str, dict[str, str]] = {}
    for kind, phrases in _TABLES:
        for phrase, value in phrases.items():
            table.setdefault(phrase.replace("-", " "), {})[kind] = value
    for phrase, count in lex.NUMBERS.items():
        table.setdefault(phrase, {})["count"] = str(count)
    for phrase in lex.VERBS:
        table.setdefault(phrase, {})["verb"] = phrase
    for kind, phrases_of in (
        ("break", _BREAKS),
        ("not", _NEGATIONS),
        ("empty", set(lex.EMPTY)),
        ("colour", set(lex.COLOURS)),
        ("no_effect", rest.NO_EFFECT),
    ):
        for phrase in phrases_of:
            table[phrase] = {kind: phrase}
    for phrase in (*rest.SMALL, *rest.PRAISE):
        table.setdefault(phrase, {"small": phrase})
    return table


def tag(text: str, extra: dict[str, dict[str, str]] | None = None) -> list[Tag]:
    """The tags of a text, in order. `extra` adds phrases to the lexicon (it wins over it)."""
    table = words() | (extra or {})
    found = [(match[0], match[0].lower().replace("’", "'")) for match in _WORD.finditer(text.replace("-", " "))]
    tags, at = [], 0
    while at < len(found):
        length, tagged = _longest(found, at, table)
        tags.append(tagged)
        at += length
    return tags


def _longest(found: list[tuple[str, str]], at: int, table: dict[str, dict[str, str]]) -> tuple[int, Tag]:
    for length in range(min(_LONGEST, len(found) - at), 0, -1):
        spelled = " ".join(original for original, _ in found[at : at + length])
        phrase = " ".join(word for _, word in found[at : at + length])
        for form in (forms := _singulars(phrase)):
            if form in table:
                return length, Tag(spelled, table[form], plural=form not in (*forms[:2], *lex.VERBS))
    original, word = found[at]
    if (verb := _verb(word)) in table:
        return 1, Tag(original, {"verb": verb} if "verb" in table[verb] else table[verb])
    if near := _near(word):
        return 1, Tag(original, table[near], meant=near)
    return 1, Tag(original, {"count": word} if word.isascii() and word.isdigit() else {})


def _singulars(phrase: str) -> list[str]:
    """The phrase, whose it is, and what it may be the plural of."""
    forms = [phrase, phrase.removesuffix("'s")]
    if len(phrase) > 3 and phrase.endswith("s") and not phrase.endswith("ss"):
        forms.append(phrase[:-1])
        if phrase.endswith("ies"):
            forms.append(phrase[:-3] + "y")
        if phrase.endswith("es"):
            forms.append(phrase[:-2])
    return forms


def _verb(word: str) -> str:
    """The verb a form belongs to: crossing, crossed, crosses -> cross; "" when it is none of ours."""
    for ending in ("ing", "ed", "es", "s"):
        stem = word.removesuffix(ending)
        if stem != word:
            doubled = stem[:-1] if stem[-1:] == stem[-2:-1] else stem
            for form in (stem, stem + "e", doubled):
                if form in lex.VERBS:
                    return form
    return ""


@cache
def _near(word: str) -> str:
    """The one word of the lexicon this is a slip of; "" when there is none. Short words are never corrected."""
    if len(word) < 5 or not word.isalpha() or word.endswith("ing"):
        return ""
    known = [phrase for phrase in words() if " " not in phrase and len(phrase) > 3]
    near = difflib.get_close_matches(word, known, 1, 0.83)
    return near[0] if near and near[0][0] == word[0] and words()[near[0]].keys() & _CONTENT else ""


def nearest(word: str) -> str | None:
    """The nearest thing, place or weather by spelling, for a word that was not understood."""
    known = [p for p, means in words().items() if means.keys() & _CONTENT]
    near = difflib.get_close_matches(word.lower(), known, 1, 0.8)
    return near[0] if near else None
