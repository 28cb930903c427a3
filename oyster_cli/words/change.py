"""One part of a direction -> the changes it asks for: each builder uses the tags it understands."""

from __future__ import annotations

from typing import Any

from oyster_cli.script.weather import WEATHERS
from oyster_cli.words import lexicon as lex
from oyster_cli.words.clause import Part
from oyster_cli.words.level import VOICES

Changes = list[dict[str, Any]]  # fields of Cue but for at, over and text
SLOW_S = 4  # how long "slowly" and "gradually" are, when no time is said
_LIGHTS = ("lamp", "neon", "building", "lighthouse")
_EXTRA_VERBS = {"take off": "take off", "turn around": "turn", "leave": "leave"}  # said only in directions
_GO_OFF, _GOES_OFF = ("fireworks", "bell", "siren"), ("go off", "goes off", "going off")  # where that is no end
_DOES = {"campfire": {"on": "on", "off": "out"}}


def lens(part: Part, numbers: dict[str, list[float]]) -> Changes:
    """A zoom or another lens: "zoom from 24mm to 85mm" is the first at once and the second over the time."""
    if not numbers["mm"]:
        return []
    part.used |= {i for i, tag in enumerate(part.tags) if tag.means.get("move") in ("zoom-in", "zoom-out")}
    return [{"change": "lens", "to": value} for value in numbers["mm"]]


def moves(part: Part, numbers: dict[str, list[float]]) -> Changes:
    """Camera moves with their speed, amount and target."""
    changes: Changes = []
    amounts = numbers["amount"]
    while (index := part.find("move")) is not None:
        kind = part.take("move")
        speed = "fast" if part.tags[index].text.lower().startswith(("whip", "crash", "swish")) else _speed(part)
        move = {"kind": kind, "speed": speed, "amount": amounts[0] if amounts else None}
        move["target"] = part.take("target", index) or part.take("thing", index)
        part.take("place", index)
        changes.append({"change": "move", "move": {name: value for name, value in move.items() if value is not None}})
    return changes


def hour(part: Part) -> Changes:
    """The hour the clause ends at: "day turns to night" is night."""
    hours = part.take_all("hour")
    if hours:
        part.take_all("state")
        part.take("verb")
    return [{"change": "hour", "to": hours[-1]}] if hours else []


def weather(part: Part, before: str | None) -> Changes:
    """Weathers that begin, end, grow or fade; lightning without more is a strike. `before`: the weather named just before."""
    negated = part.take("not") is not None
    names = _weather_names(part)
    states = part.take_all("state")
    if any(i not in part.used and tag.means.get("verb") == "pass" for i, tag in enumerate(part.tags)) and names:
        states.append("off")
    states += part.take_all("intensity")
    if not names and states and before is not None:
        names = [before]
    changes: Changes = []
    for name in names:
        part.take_all("verb")
        if name == "lightning" and not negated and set(states) <= {"on"}:
            changes.append({"change": "lightning"})
        else:
            wanted = ["off"] if negated else states or ["on"]
            changes += [{"change": "weather", "target": name, "to": state} for state in dict.fromkeys(wanted)]
    if not changes:  # nothing of weather here: the words are for whoever comes next
        part.used.clear()
    return changes


def _weather_names(part: Part) -> list[str]:
    """The weathers of a part, scaled by a word like "heavy" before them. "clears" alone is clear weather."""
    names: list[str] = []
    while (index := part.find("weather")) is not None:
        tag = part.tags[index]
        part.used.add(index)
        if "state" in tag.means and (names or any("weather" in other.means for other in part.tags[index + 1 :])):
            part.used.discard(index)
            break
        if "verb" in tag.means and any(other.means.keys() & {"thing", "weather"} for other in part.tags[:index]):
            part.used.discard(index)  # a waterfall thunders, and a storm with thunder has its own
            break
        scale = part.find("intensity")
        if scale is not None and scale < index:
            part.used.add(scale)
            table = lex.STRONGER if part.tags[scale].means["intensity"] == "more" else lex.WEAKER
            names.append(table.get(tag.means["weather"], tag.means["weather"]))
        else:
            names.append(tag.means["weather"])
    plain = {name.split(" ")[-1] for name in names if " " in name}  # "the rain becomes a downpour" ends at heavy rain
    return [name for name in dict.fromkeys(names) if name in WEATHERS and name not in plain]


def light(part: Part) -> Changes:
    """Lights on or off."""
    index = part.find("thing")
    if index is None or part.tags[index].means["thing"] not in _LIGHTS:
        return []
    states = part.take_all("state") or part.take_all("switch")
    if not states or states[0] not in ("on", "off"):
        return []
    return [{"change": "light", "target": part.take("thing"), "to": states[0]}]


def thing(part: Part, before: str | None) -> Changes:
    """A thing added, removed, or doing something. `before`: the thing named just before."""
    negated = part.take("not") is not None
    does = "remove" if negated else part.take("do")
    count, side = part.take("count"), part.take("side")
    kind = part.take("thing") or before
    if kind is None or (before == kind and does is None and not part.left()):
        return []
    place = {"count": min(max(int(count), 1), 200) if count else 1, "side": side}
    part.take("place")
    if kind == "explosion" and not does:  # to name it is to have it, whatever the verb
        part.take("verb")
        part.take_all("state")
    if not does and kind != before and kind in lex.ADDED and not part.left():  # a thing, and nothing that it does
        does = "add"
    if does:
        if kind not in lex.ADDED:
            return []
        change = {"change": does, "target": kind} | (place if does == "add" else {})
        return [{name: value for name, value in change.items() if value is not None}]
    action = _action(part, kind)
    if action is None:
        return []
    return [
        {name: value for name, value in {"change": "act", "target": kind, "to": action, **place}.items() if value is not None}
    ]


def _action(part: Part, kind: str) -> str | None:
    """What the thing shall do: out of its verb, or begin and stop."""
    goes_off = kind in _GO_OFF and any(tag.text.lower() in _GOES_OFF for tag in part.tags)
    states, verb = part.take_all("state"), part.find("verb")
    if kind in VOICES:
        states += part.take_all("hush")
    if goes_off:
        return "start"
    if "off" in states:
        part.take_all("verb")
        return _DOES.get(kind, {}).get("off", "stop")
    if verb is not None:
        name = part.tags[verb].means["verb"]
        if name in _EXTRA_VERBS:
            part.used.add(verb)
            return _EXTRA_VERBS[name]
        action, doers = lex.VERBS[name]
        if kind in doers.split() and action:
            part.used.add(verb)
            return action
        return None
    if states:
        return _DOES.get(kind, {}).get(states[0], "start" if states[0] == "on" else states[0])
    return None


def _speed(part: Part) -> str | None:
    index = next((i for i, tag in enumerate(part.tags) if "speed" in tag.means), None)
    return None if index is None else part.tags[index].means["speed"]


def is_slow(part: Part) -> bool:
    """Whether the part says that it takes its time."""
    return _speed(part) == "slow"
