"""What a draft of a prompt comes to: one place, an hour, one weather, a camera. What is assumed is said."""

from __future__ import annotations

from typing import Any

from oyster_cli.script.models import Camera, Move, Scene, ThingSpec
from oyster_cli.script.weather import HOURS, Weather, combine
from oyster_cli.words import lexicon as lex
from oyster_cli.words.draft import Draft
from oyster_cli.words.reading import Reading

DEFAULT_PLACE = "river"


def settle(text: str, draft: Draft, free: bool = False) -> Reading:
    """The reading of a prompt out of its draft. free: as read_prompt() has it."""
    place = (draft.places + draft.soft_places + [("", "")])[0][0] if free else _place(draft)
    scene: dict[str, Any] = {"prompt": text.strip(), "place": place}
    things = [ThingSpec(**spec) for spec in draft.things if spec["kind"] not in draft.without]
    if things:
        scene["things"] = tuple(things)
    if without := dict.fromkeys(draft.without + draft.empty_of):
        scene["without"] = tuple(without)
    if (hour := _hour(draft)) is not None:
        scene["hour"] = hour
    if fields := lex.WEATHER_OF.get(place, {}) | combine(draft.weathers) | draft.weather_off:
        scene["weather"] = Weather(**fields)
    said = tuple(draft.understood), () if free else tuple(draft.assumed), () if free else tuple(draft.unknown)
    return Reading(Scene(**scene), _camera(draft), *said, draft.look)


def _place(draft: Draft) -> str:
    """The first plain place, else the first soft one; else what a thing, a missing thing or the weather implies."""
    stated = draft.places + draft.soft_places
    if stated:
        for other, word in stated[1:]:
            _second_place(draft, stated[0][0], other, word)
        return stated[0][0]
    kinds = [spec["kind"] for spec in draft.things if spec["kind"] in lex.PLACE_OF]
    candidates = [*draft.implied]
    candidates += [(lex.PLACE_OF[kind], kind) for kind in kinds if kind != "walker"]
    candidates += [(lex.PLACE_OF_WEATHER[name], name) for name in draft.weathers if name in lex.PLACE_OF_WEATHER]
    candidates += [(lex.PLACE_OF["walker"], "walker")] * ("walker" in kinds)  # last: who walks may do so anywhere
    place, word = candidates[0] if candidates else (DEFAULT_PLACE, "no place named")
    draft.assumed.append(f"{word} → {place}")
    return place


def _second_place(draft: Draft, place: str, other: str, word: str) -> None:
    """A shot has one place. Another one lends its trees or its water; beyond that it is not understood."""
    kind = lex.PLACE_AS_THING.get(other)
    if other == place:
        return
    if kind is None:
        draft.understood = [known for known in draft.understood if (known.text, known.kind) != (word, "place")]
        draft.miss(word, place)
    elif all(spec["kind"] != kind for spec in draft.things):
        draft.things.append({"kind": kind})
        draft.assumed.append(f"{word} → {kind} in the {place}")


def _hour(draft: Draft) -> float | None:
    if draft.hour is None:
        for spec in draft.things:
            if spec["kind"] in lex.NIGHT_THINGS:
                draft.assumed.append(f"{spec['kind']} → night")
                return HOURS["night"]
    return draft.hour


def _camera(draft: Draft) -> Camera:
    fields = dict(draft.camera)
    if draft.moves:
        fields["moves"] = tuple(Move(**move) for move in draft.moves)
    subjects = [spec["kind"] for spec in draft.things if spec["kind"] in lex.SUBJECTS]
    if subjects and "subject" not in fields:
        fields["subject"] = subjects[0]
    return Camera(**fields)
