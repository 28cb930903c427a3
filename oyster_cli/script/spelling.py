"""What was meant: the nearest of the names there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """ "did you mean 'lens'?", or what there is to choose from when nothing is near; "" for no names."""
    known = [str(name) for name in names]
    if near := difflib.get_close_matches(word.lower(), known, 1, 0.6):
        return f"did you mean {near[0]!r}?"
    return f"one of: {', '.join(known)}" if known else ""


def one_of(word: str, names: Iterable[str], what: str) -> str:
    """The word, when it is one of the names; ValueError with what was meant when it is not."""
    known = [str(name) for name in names]
    if word not in known:
        raise ValueError(f"{what} {word!r} is not known; {did_you_mean(word, known)}")
    return word
