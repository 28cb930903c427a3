"""What each kind of word does to the draft of a prompt."""

from __future__ import annotations

from collections.abc import Callable

from oyster_cli.script.weather import HOURS
from oyster_cli.words import lexicon as lex
from oyster_cli.words.draft import Draft
from oyster_cli.words.lexicon_rest import IMPLIES
from oyster_cli.words.tagger import Tag, nearest


def ruled_out(each: Tag, draft: Draft) -> bool:
    """A word in the scope of a "no": the thing is kept out, the weather taken away."""
    if kind := each.get("thing"):
        draft.without.append(kind)
        draft.learn(f"no {each.text}", "thing", f"no {kind}")
    elif name := each.get("weather"):
        base = next((key for key in lex.WEATHER_OFF if key in name), "")
        draft.weather_off |= lex.WEATHER_OFF.get(base, {})
        draft.learn(f"no {each.text}", "weather", f"no {name}")
    elif each.means.keys() & {"absent", "place"}:
        draft.learn(f"no {each.text}", "thing", f"no {each.text}")
    else:
        return False
    return True


def place_or_thing(each: Tag, draft: Draft) -> None:
    place, kind = each.get("place"), each.get("thing")
    if place:
        soft = each.text.lower() in lex.SOFT_PLACES or each.meant in lex.SOFT_PLACES
        (draft.soft_places if soft else draft.places).append((place, each.text))
        draft.learn(each.text, "place", place)
        draft.last = "place"
    if kind:
        _thing(each, kind, draft)


def _thing(each: Tag, kind: str, draft: Draft) -> None:
    number, crowd = draft.take("count", ""), each.text.lower() in lex.COLLECTIVES
    kind = "people" if kind == "walker" and crowd and not number else kind  # without a number: whoever is about
    several = lex.SEVERAL.get(each.text.lower()) or lex.SEVERAL.get(kind, 1)
    count = int(number or (several if each.plural or crowd else 1))
    spec = next((thing for thing in draft.things if thing["kind"] == kind), None)
    if spec is None:
        draft.things.append(spec := {"kind": kind})
    draft.learn(each.text, "thing", kind)
    if count > 1:  # headlights make a rush hour no emptier
        spec["count"] = min(count if number else max(count, spec.get("count", 1)), 200)
    for name in ("side", "distance"):
        if value := draft.take(name):
            spec[name] = value
    if kind in lex.COLOURED and (colour := draft.take("colour") or lex.LIVERIES.get(each.text.lower().removesuffix("s"))):
        spec["colour"] = colour
    draft.last = kind
    if "verb" in draft.pending:
        _act(*draft.pending["verb"], draft)
    if draft.open_move:
        draft.moves[-1].setdefault("target", kind)
        draft.open_move = False
    if each.text.lower() in lex.FEET:
        draft.camera["subject"] = "feet"
        draft.camera.setdefault("size", "CU")
    if draft.open_size and "subject" not in draft.camera:
        draft.camera["subject"] = kind


def _colour(each: Tag, draft: Draft) -> None:
    draft.pending["colour"] = (each.means["colour"], each.text)


def _empty(each: Tag, draft: Draft) -> None:
    draft.empty_of += lex.EMPTY[each.text.lower()]
    draft.learn(each.text, "thing", "no " + ", no ".join(lex.EMPTY[each.text.lower()]))


def _intensity(each: Tag, draft: Draft) -> None:
    """Words like "heavy" belong to the weather after them, or to the one just named."""
    if draft.last in lex.WEATHER_WORDS.values():
        draft.weathers.append(_scaled(draft.last, each.means["intensity"]))
    else:
        draft.pending["intensity"] = (each.means["intensity"], each.text)


def _scaled(name: str, scale: str) -> str:
    return (lex.STRONGER if scale == "more" else lex.WEAKER).get(name, name)


def _weather(each: Tag, draft: Draft) -> None:
    name = each.means["weather"]
    scale = draft.take("intensity")
    draft.weathers.append(_scaled(name, scale) if scale else name)
    draft.learn(each.text, "weather", draft.weathers[-1])
    draft.last = name
    if "verb" in draft.pending:
        _act(*draft.pending["verb"], draft)


def _where(each: Tag, draft: Draft) -> None:
    """Side and distance go to the thing just named, or wait for the next one."""
    name = "side" if "side" in each.means else "distance"
    if draft.last in ("absent", "place"):
        _away(each, draft, name)
        return
    spec = next((thing for thing in draft.things if thing["kind"] == draft.last), None)
    if spec is not None:
        spec[name] = each.means[name]
        draft.learn(each.text, "thing", f"{draft.last} {each.means[name]}")
    else:
        draft.pending[name] = (each.means[name], each.text)


def _away(each: Tag, draft: Draft, name: str) -> None:
    """Beside something we do not have it says nothing; a place in the distance is not the place of the shot."""
    stated = draft.places or draft.soft_places
    if draft.last == "place" and name == "distance" and each.means[name] == "far" and len(draft.places + draft.soft_places) > 0:
        place, word = stated.pop()
        draft.understood = [known for known in draft.understood if (known.text, known.kind) != (word, "place")]
        draft.miss(f"{word} {each.text}", place)


def _verb(each: Tag, draft: Draft) -> None:
    if draft.camera.get("support") == "drone" and not draft.last and each.means["verb"] == "fly":
        draft.moves.append({"kind": "dolly-in"})
        draft.learn(each.text, "camera", "dolly-in")
    elif not _act(each.means["verb"], each.text, draft):
        draft.pending["verb"] = (each.means["verb"], each.text)


def _act(verb: str, word: str, draft: Draft) -> bool:
    """Let the thing named last do this; False when it is nothing that does."""
    action, doers = lex.VERBS[verb]
    base = next(
        (name for name in ("rain", "snow", "wind", "fog", "storm", "lightning", "cloud") if name in draft.last), draft.last
    )
    if base not in doers.split():
        return False
    spec = next((thing for thing in draft.things if thing["kind"] == draft.last), None)
    if action and spec is not None and "action" not in spec:
        spec["action"] = action
        draft.learn(word, "thing", f"{draft.last} {action}")
    draft.pending.pop("verb", None)
    return True


def _hour(each: Tag, draft: Draft) -> None:
    """One hour a clause: what "from dawn to dusk" changes to is a matter for a cue."""
    if draft.clause_hour:
        draft.miss(f"to {each.text}")
        return
    draft.clause_hour = True
    draft.hour = HOURS[each.means["hour"]]
    draft.learn(each.text, "hour", each.means["hour"])


def _move(each: Tag, draft: Draft) -> None:
    speed = draft.take("speed")
    draft.moves.append({"kind": each.means["move"], **({"speed": speed} if speed else {})})
    draft.learn(each.text, "camera", " ".join(filter(None, (speed, each.means["move"]))))
    draft.open_move = True


def _speed(each: Tag, draft: Draft) -> None:
    if draft.open_move:
        draft.moves[-1]["speed"] = each.means["speed"]
    else:
        draft.pending["speed"] = (each.means["speed"], each.text)


def _camera(each: Tag, draft: Draft) -> None:
    for name in ("size", "angle", "support", "lens", "f_stop"):
        if value := each.get(name):
            draft.camera[name] = float(value) if name in ("lens", "f_stop") else value
            draft.learn(each.text, "camera", f"{name} {value}")
            draft.open_size = draft.open_size or name == "size"


def _look(each: Tag, draft: Draft) -> None:
    draft.look = each.means["look"]
    draft.learn(each.text, "look", draft.look)


def _count(each: Tag, draft: Draft) -> None:
    draft.pending["count"] = (each.means["count"], each.text)


def _absent(each: Tag, draft: Draft) -> None:
    """A well-known word we have nothing for: listed, and what place it implies is kept in mind."""
    near = each.means["absent"]
    draft.miss(each.text, near)
    singular = each.text.lower().removesuffix("s")
    place = IMPLIES.get(each.text.lower()) or IMPLIES.get(singular) or (near if near in lex.PLACES.values() else "")
    if place:
        draft.implied.append((place, each.text))
    draft.pending = {}
    draft.last = "absent"


def unknown(each: Tag, draft: Draft) -> None:
    if "no_effect" in each.means:
        draft.miss(each.text, no_effect=True)
    else:
        draft.miss(each.text, nearest(each.text))


# What to do with a word that can mean this kind of thing; the first kind that it can mean counts.
READERS: dict[str, Callable[[Tag, Draft], None]] = {
    "count": _count, "intensity": _intensity, "side": _where, "distance": _where, "speed": _speed, "move": _move,
    "size": _camera, "angle": _camera, "support": _camera, "lens": _camera, "f_stop": _camera, "hour": _hour,
    "weather": _weather, "look": _look,
    "verb": _verb, "absent": _absent, "empty": _empty, "colour": _colour,
}  # fmt: skip
