"""What has been read of a prompt so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from oyster_cli.words.reading import Sort, Understood, Unknown


@dataclass
class Draft:
    """What has been read so far. `last`, `pending` and `open_move` are what the words of one clause hold on to."""

    places: list[tuple[str, str]] = field(default_factory=list)  # (place, the word)
    soft_places: list[tuple[str, str]] = field(default_factory=list)
    implied: list[tuple[str, str]] = field(default_factory=list)
    things: list[dict[str, Any]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    empty_of: list[str] = field(default_factory=list)  # what an empty place has not, but for what is named
    weathers: list[str] = field(default_factory=list)
    weather_off: dict[str, float] = field(default_factory=dict)
    hour: float | None = None
    look: str = ""
    camera: dict[str, Any] = field(default_factory=dict)
    moves: list[dict[str, Any]] = field(default_factory=list)
    understood: list[Understood] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)
    negated: bool = False
    last: str = ""  # named last in this clause: a kind of thing, a weather, "place" or "absent"
    pending: dict[str, tuple[str, str]] = field(default_factory=dict)  # said before what it belongs to: kind -> (value, word)
    open_move: bool = False
    open_size: bool = False
    clause_hour: bool = False

    def learn(self, text: str, sort: Sort, value: str) -> None:
        """These words became something."""
        self.understood.append(Understood(text, sort, value))

    def miss(self, word: str, near: str | None = None, no_effect: bool = False) -> None:
        """This word changes nothing."""
        if all(known.word != word for known in self.unknown):
            self.unknown.append(Unknown(word, near or None, no_effect))

    def take(self, kind: str, default: str = "") -> str:
        """The value of a word that was waiting for what it belongs to."""
        return self.pending.pop(kind, (default, ""))[0]

    def end_clause(self) -> None:
        """Whatever still waits for something to belong to was not understood."""
        for kind, (_, word) in self.pending.items():
            if kind != "count":
                self.miss(word, "night" if word == "dark" else None)
        self.pending = {}
        self.last, self.negated, self.open_move, self.open_size, self.clause_hour = "", False, False, False, False
