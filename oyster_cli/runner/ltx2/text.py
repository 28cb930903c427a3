"""A shot in the words that a video model was taught with: one paragraph, present tense, picture first, then sound."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from oyster_cli.script.looks import NEUTRAL
from oyster_cli.script.models import Camera, Cue, Scene, Shot, ThingSpec
from oyster_cli.script.score import Beat
from oyster_cli.script.weather import CALM, HOURS, WEATHERS, Weather
from oyster_cli.words.prompt import read_prompt

_SIZES = {
    "ECU": "extreme close-up", "CU": "close-up", "MCU": "medium close-up", "MS": "medium shot", "CS": "cowboy shot",
    "MWS": "medium wide shot", "FS": "full shot", "WS": "wide shot", "EWS": "extreme wide shot",
}  # fmt: skip
_ANGLES = {
    "low": "from a low angle", "high": "from a high angle", "overhead": "seen from straight above",
    "dutch": "with a tilted horizon",
}  # fmt: skip
_SUPPORTS = {"handheld": "handheld", "drone": "filmed from a drone"}
_LIGHTS = {"on": "its light is on", "off": "its light is off"}
_STEPS = {"on": "sets in", "off": "ends", "more": "gets stronger", "less": "gets weaker"}
# From the strongest: (field, at least, what is seen, what is heard)
_FALLING = (
    ("rain_mm_h", 30, "heavy rain", "heavy rain"), ("rain_mm_h", 6, "rain", "rain"),
    ("rain_mm_h", 0.2, "light rain", "light rain"), ("snow_mm_h", 6, "heavy snowfall", ""),
    ("snow_mm_h", 0.2, "snowfall", ""),
)  # fmt: skip
_WIND = (("wind_m_s", 14, "a storm wind", "howling wind"), ("wind_m_s", 7, "strong wind", "wind"))
_SKY = (("cloud", 0.9, "an overcast sky", ""), ("cloud", 0.5, "a cloudy sky", ""), ("cloud", 0.2, "a few clouds", ""))
_REST = (
    (("lightning_per_min", 0.5, "lightning", "rolling thunder"),), (("snow_cover", 0.3, "snow on the ground", ""),),
    (("wet", 0.4, "wet ground", ""),), (("shimmer", 0.4, "shimmering hot air", ""),),
)  # fmt: skip
_VISIBILITY_M = ((300, "thick fog"), (1000, "fog"), (2500, "mist"), (8000, "haze"))
_STRONGER = 1.8  # "more" multiplies by this, "less" divides


@dataclass(frozen=True)
class _Now:
    """What holds at an instant."""

    scene: Scene
    camera: Camera
    told: tuple[str, ...] = ()  # what the director said since, in words
    stale: frozenset[str] = frozenset()  # what of the shot's own words holds no more: hour, weather, camera, a kind of thing


def describe(shot: Shot, begun: Sequence[Beat], starting: Sequence[Beat] = ()) -> str:
    """The prompt for the time from the last cue on. begun: cues that have begun before; starting: those that begin now."""
    now = _Now(shot.scene, shot.camera)
    for beat in (*begun, *(beat for beat in starting if beat.cue.change != "words")):  # words are said once, as they begin
        now = _after(now, beat.cue)
    parts = [_place(now), _air(now.scene), *(_happening(beat.cue) for beat in starting), _filmed(now.camera)]
    parts += [f"the look is {shot.look.replace('-', ' ')}" if shot.look != NEUTRAL else "", _heard(now.scene)]
    return " ".join(_sentence(part) for part in parts if part)


def cue_words(cue: Cue) -> str:
    """A cue in words: the director's own, or what its fields say."""
    if cue.text:
        return cue.text
    what = cue.target or (cue.move.kind if cue.move else "")
    return " ".join(str(part) for part in (cue.change, what, "" if cue.to is None else cue.to) if part)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _after(now: _Now, cue: Cue) -> _Now:
    scene, things = now.scene, now.scene.things
    changed: dict[str, Any]
    match cue.change:
        case "weather":
            changed = {"weather": scene.weather.model_copy(update=_weather(cue, scene.weather))}
        case "hour":
            changed = {"hour": HOURS[cue.to] if isinstance(cue.to, str) and cue.to in HOURS else float(str(cue.to))}
        case "add":
            changed = {"things": (*things, ThingSpec(kind=str(cue.target), count=cue.count, side=cue.side))}
        case "remove":
            changed = {"things": tuple(thing for thing in things if thing.kind != cue.target)}
        case "act" | "light":
            done = _LIGHTS.get(str(cue.to), cue.to) if cue.change == "light" else cue.to
            changed = {"things": tuple(_doing(thing, done) if thing.kind == cue.target else thing for thing in things)}
        case "words":
            return replace(now, told=(*now.told, cue.text))
        case "move" | "lens":
            return replace(now, camera=_camera(now.camera, cue), stale=now.stale | {"camera"})
        case _:  # lightning strikes and is over; the level of a bus is no matter of the scene
            return now
    stale = {"hour": "hour", "weather": "weather", "remove": str(cue.target)}.get(cue.change)
    return replace(now, scene=scene.model_copy(update=changed), stale=now.stale | ({stale} if stale else set()))


def _doing(thing: ThingSpec, done: Any) -> ThingSpec:
    return thing.model_copy(update={"action": None if done is None else str(done)})


def _camera(camera: Camera, cue: Cue) -> Camera:
    if cue.change == "lens":
        return camera.model_copy(update={"lens": float(str(cue.to))})
    return camera.model_copy(update={"moves": (cue.move,)})


def _weather(cue: Cue, now: Weather) -> Mapping[str, float]:
    """The fields a weather cue leads to."""
    if isinstance(cue.to, Mapping):
        return cue.to
    fields = WEATHERS[str(cue.target)]
    if cue.to == "off":
        return {name: getattr(CALM, name) for name in fields}
    if cue.to in ("more", "less"):
        factor = _STRONGER if cue.to == "more" else 1 / _STRONGER
        return {name: getattr(now, name) * (1 / factor if name == "visibility_m" else factor) for name in fields}
    return fields


def _place(now: _Now) -> str:
    """The shot's own words as far as they hold, and what its scene is made of."""
    said = _still_said(now.scene.prompt, now.stale)
    things = ", ".join(_thing(thing) for thing in now.scene.things if thing.kind != now.scene.place)
    there = " with ".join(part for part in (now.scene.place, things) if part)
    parts = (said, *now.told, there)
    return " ".join(_sentence(part) for part in parts if part)


def _still_said(prompt: str, stale: frozenset[str]) -> str:
    """A prompt without the words for what has changed since."""
    if not stale:
        return prompt
    gone = [known for known in read_prompt(prompt, free=True).understood if {known.kind, known.value} & stale]
    texts = [text for known in gone for text in (known.value, known.text)]  # "strong wind" may be known by "wind"
    for words in sorted(texts, key=len, reverse=True):
        prompt = re.sub(rf"(?i)(\b(at|in|on|by|under|during|with|and)\s+)?(\b(the|a|an)\s+)?\b{re.escape(words)}\b", "", prompt)
    return re.sub(r"\s*(,\s*)+", ", ", prompt).strip(" ,.").replace("  ", " ")


def _thing(thing: ThingSpec) -> str:
    many = f"{thing.count} {thing.kind}s" if thing.count > 1 else thing.kind
    where = {"near": "close by", "mid": "", "far": "far away", None: ""}[thing.distance]
    side = {"left": "on the left", "right": "on the right", "centre": "in the middle", None: ""}[thing.side]
    words = (thing.colour, many, side, where, f"({thing.action})" if thing.action else "")
    return " ".join(word for word in words if word)


def _found(weather: Weather, ladders: Sequence[Sequence[tuple[str, float, str, str]]]) -> list[tuple[str, str]]:
    """The strongest rung that holds on each ladder: what is seen, what is heard."""
    rungs = ((rung for rung in ladder if getattr(weather, rung[0]) >= rung[1]) for ladder in ladders)
    return [(first[2], first[3]) for ladder in rungs if (first := next(ladder, None))]


def _air(scene: Scene) -> str:
    """Hour and weather; nothing where neither is known, in a place that is not."""
    weather = scene.weather
    if not scene.place and (scene.hour, weather) == (Scene(place="").hour, Weather()):
        return ""
    hour = min(HOURS, key=lambda name: abs((HOURS[name] - scene.hour + 12) % 24 - 12))
    seen = [words for words, _ in _found(weather, (_FALLING, _WIND, _SKY, *_REST))]
    if weather.cloud < 0.2:
        seen.append("a clear sky")
    seen += [name for limit_m, name in _VISIBILITY_M if weather.visibility_m < limit_m][:1]
    return f"it is {hour if hour in ('dawn', 'noon', 'dusk', 'night', 'midnight') else f'the {hour}'}, {', '.join(seen)}"


def _happening(cue: Cue) -> str:
    """What a cue does while it does it; from its fields, for the director's words have times in them that mislead a model."""
    match cue.change:
        case "weather":
            return f"now {cue.target or 'the weather'} {_STEPS.get(str(cue.to or 'on'), 'changes')}"
        case "lightning":
            return "now lightning strikes, thunder cracks"
        case "add":
            return f"now {_thing(ThingSpec(kind=str(cue.target), count=cue.count, side=cue.side))} comes into view"
        case "remove":
            return f"now the {cue.target} disappears"
        case "level":
            return f"now the sound of {cue.target} changes: {cue.to}"
        case "hour":
            return f"now the light turns to that of {cue.to if isinstance(cue.to, str) else f'{cue.to:g} hours'}"
        case "light":
            return f"now the light of the {cue.target} goes {cue.to}"
        case "act":
            return f"now the {cue.target} does this: {cue.to}"
        case "words":
            return f"now {cue.text}"
        case "move" if cue.move:
            return f"now the camera begins to {cue.move.kind.replace('-', ' ')}"
    return ""


def _filmed(camera: Camera) -> str:
    moves = [f"{move.speed + ' ' if move.speed != 'medium' else ''}{move.kind.replace('-', ' ')}" for move in camera.moves]
    words = [
        _SIZES.get(camera.size or "", ""), _ANGLES.get(camera.angle, ""), _SUPPORTS.get(camera.support, ""),
        f"{camera.lens:g} mm lens" if camera.lens else "", f"the {camera.subject} in the middle" if camera.subject else "",
        "the camera moves: " + ", ".join(moves) if moves else "the camera stands still",
    ]  # fmt: skip
    return ", ".join(word for word in words if word)


def _heard(scene: Scene) -> str:
    weather = [words for _, words in _found(scene.weather, (_FALLING, _WIND, *_REST)) if words]
    things = list(dict.fromkeys(thing.kind for thing in scene.things))
    heard = ", ".join((*things, *weather)) or scene.place
    return f"the sound is that of the place: {heard}" if heard else "the sound is that of what is seen"
