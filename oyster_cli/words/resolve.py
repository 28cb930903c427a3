"""Words and documents -> shots, wholly resolved: what the command line and shot lists turn into."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any

from pydantic import Field, TypeAdapter, ValidationError

from oyster_cli.clock import Clock, parse_fps
from oyster_cli.fault import Fault
from oyster_cli.script.load import check, schema_faults
from oyster_cli.script.looks import NEUTRAL
from oyster_cli.script.mixes import PLAIN
from oyster_cli.script.models import DEFAULT_LOUDNESS, PHYSICAL, Camera, Cue, Model, Move, Scene, Shot
from oyster_cli.script.score import place_cue
from oyster_cli.script.shotlist import CueEntry, ShotEntry, ShotList, inherited, shot_id
from oyster_cli.script.yaml12 import Loc, Source, raise_all, read_source
from oyster_cli.words.blend import (
    MAX_SECONDS,
    blend_cameras,
    count_frames,
    make_shot,
    one_move,
    said,
    with_look,
    with_open_door,
)
from oyster_cli.words.direction import read_directions
from oyster_cli.words.presets import load_preset
from oyster_cli.words.prompt import read_prompt
from oyster_cli.words.reading import Directions, Reading

DEFAULT_LENGTH = "5s"
SLUG_LENGTH = 40
_CUE: TypeAdapter[CueEntry] = TypeAdapter(CueEntry)


class CueSheet(Model):
    """A file of cues for a take."""

    cues: tuple[CueEntry, ...] = Field(json_schema_extra={"minItems": 1})


def read_shots(text: str, name: str) -> list[tuple[Shot, Reading]]:
    """The shots of a shot list text. Raises Fault or Faults with everything that is wrong with it, prompts included."""
    source, faults = read_source(text, name)
    document, more = check(source)
    raise_all(faults + more + (_word_faults(source) if document is None or more else []))
    assert document is not None  # no faults: there is a document
    return resolve(document, name)


def resolve(document: ShotList, name: str) -> list[tuple[Shot, Reading]]:
    """Every shot of a document with what its prompt said. `name` is what faults call the file. Raises Fault or Faults."""
    source = document._source or Source(name, (), {})
    shots, faults = [], dict[str, Fault]()
    for index, entry in enumerate(document.shots):
        found: list[Fault] = []
        shots.append(_resolve_entry(document, entry, index, source, found))
        faults |= {fault.where + fault.message: fault for fault in found}  # shots of one world share its faults
    raise_all(list(faults.values()))
    return [shot for shot in shots if shot is not None]


def resolve_prompt(
    prompt: str,
    *,
    length: str = "",
    fps: str = "24",
    size: str = "1280x720",
    quality: str = "standard",
    seed: int = 7,
    lens: str = "",
    move: str = "",
    model: str = "sim",
    preset: str = "",
    look: str = "",
    frame: str = "",
    loudness: str = "",
    mix: str = "",
    sound_delay: str = "",
) -> tuple[Shot, Reading]:
    """The shot of a command line. What is "" is left to the prompt or the preset. Raises Fault."""
    start = load_preset(preset) if preset else None
    reading = read_prompt(", ".join(part for part in (start.prompt if start else "", prompt) if part.strip()), model != "sim")
    asked: dict[str, Any] = {"lens": lens} if lens else {}
    if move:
        asked["moves"] = (one_move(move),)
    camera = blend_cameras(start.camera if start else Camera(), reading.camera, asked)
    shot = make_shot(
        id=slug(prompt or preset),
        scene=with_look(reading.scene, start.look) if start else reading.scene,
        camera=camera,
        frames=count_frames(length or (start.duration if start else None) or DEFAULT_LENGTH, parse_fps(fps)),
        fps=fps,
        size=size,
        quality=quality,
        seed=seed,
        model=model,
        look=look or reading.look or (start.look.film if start else None) or NEUTRAL,
        frame=frame or None,
        loudness=loudness or DEFAULT_LOUDNESS,
        mix=mix or PLAIN,
        sound_delay=sound_delay or PHYSICAL,
    )
    return shot, reading


def resolve_cues(text: str, name: str, frames: int, fps: Fraction, free: bool = False) -> Directions:
    """The cues of a file with a list under `cues:`, in words or in full, for a shot of this many frames. Raises Fault.

    free: as read_directions() has it.
    """
    source, faults = read_source(text, name)
    try:
        sheet = CueSheet.model_validate(source.data)
    except ValidationError as error:
        faults += schema_faults(source, error, {"": CueSheet, "cues": Cue, "move": Move})
        entries = source.data.get("cues") if isinstance(source.data, dict) else None
        raise_all(faults + _cue_faults(source, ("cues",), entries, Clock(fps), frames))
        raise
    directions = _cues(sheet.cues, Clock(fps), frames, source, ("cues",), faults, free)
    raise_all(faults)
    return directions


def slug(text: str) -> str:
    """A name for files out of a prompt: whole words in small letters and digits, with dashes, about SLUG_LENGTH long. What is
    longer ends in four digits of all its words, so that prompts which begin alike do not share a folder."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    name = ""
    for word in words:
        if name and len(name) + len(word) >= SLUG_LENGTH:
            return f"{name[1:]}-{hashlib.blake2b(' '.join(words).encode(), digest_size=2).hexdigest()}"
        name += f"-{word[:SLUG_LENGTH]}"
    return name[1:] or "shot"


@contextmanager
def _at(source: Source, loc: Loc, faults: list[Fault]) -> Iterator[None]:
    """What goes wrong in here belongs to this part of the file."""
    try:
        yield
    except Fault as fault:
        faults.append(source.fault(loc, fault.message, fault.remedy))


def _resolve_entry(
    document: ShotList, entry: ShotEntry, index: int, source: Source, faults: list[Fault]
) -> tuple[Shot, Reading] | None:
    """One shot of a document, or None and its faults."""
    fps, loc = parse_fps(document.fps), ("shots", index)
    world = None if entry.scene is not None else entry.world or document.defaults.world
    reading, directions = Reading(Scene(place=""), Camera()), Directions(())
    free = inherited(document, entry, "model") not in (None, "sim")
    with _at(source, (*loc, "prompt") if entry.prompt or not world else ("worlds", world, "prompt"), faults):
        reading = _read_entry(document, entry, world, free)
    with _at(source, (*loc, "duration") if entry.duration else ("defaults", "duration"), faults):
        frames = count_frames(inherited(document, entry, "duration") or DEFAULT_LENGTH, fps)
        directions = _cues(entry.cues, Clock(fps), frames, source, (*loc, "cues"), faults, free)
    if faults:
        return None
    with _at(source, loc, faults):
        scene = with_look(with_look(reading.scene, document.defaults.look, under=True), entry.look)
        shot = make_shot(
            id=entry.id or shot_id(index),
            scene=with_open_door(scene, directions.cues, fps),
            look=entry.look.film or reading.look or document.defaults.look.film or NEUTRAL,
            frame=inherited(document, entry, "frame"),
            loudness=inherited(document, entry, "loudness") or DEFAULT_LOUDNESS,
            mix=inherited(document, entry, "mix") or PLAIN,
            sound_delay=inherited(document, entry, "sound_delay") or PHYSICAL,
            camera=blend_cameras(document.defaults.camera, reading.camera, said(entry.camera)),
            frames=frames,
            fps=document.fps,
            size=document.pixels(),
            start_frame=document.start_frame,
            cues=directions.cues,
            world=world,
            world_seed=document.world_seed(world) if world else None,
            **{name: inherited(document, entry, name) for name in ("quality", "seed", "model", "learned")},
        )
        return shot, replace(
            reading, unknown=reading.unknown + directions.unknown, assumed=reading.assumed + directions.assumed
        )
    return None


def _read_entry(document: ShotList, entry: ShotEntry, world: str | None, free: bool) -> Reading:
    """The scene a shot spells out or takes from its world, or the reading of the world's words and its own."""
    shared = document.worlds[world] if world else None
    scene = entry.scene or (shared.scene if shared else None)
    if scene is not None:
        return Reading(scene, Camera())
    parts = [shared.prompt if shared else None, entry.prompt]
    return read_prompt(", ".join(part for part in parts if part), free)


def _cues(
    entries: tuple[CueEntry, ...], clock: Clock, frames: int, source: Source, loc: Loc, faults: list[Fault], free: bool
) -> Directions:
    """Cues in full as they are, plain words read; every one must lie in the shot."""
    found = []
    for index, entry in enumerate(entries):
        with _at(source, (*loc, index), faults):
            found.append(_placed(entry, clock, frames, free))
    return Directions(
        tuple(cue for read in found for cue in read.cues),
        tuple(word for read in found for word in read.unknown),
        tuple(line for read in found for line in read.assumed),
    )


def _word_faults(source: Source) -> list[Fault]:
    """For a file that has other faults as well: prompts in which nothing is understood, and what is wrong with its cues."""
    faults: list[Fault] = []
    for loc, text in source.texts.items():
        if loc[-1:] == ("prompt",) and loc[0] in ("shots", "worlds"):
            with _at(source, loc, faults):
                read_prompt(text)
    if not isinstance(source.data, dict):
        return faults
    for index, shot in enumerate(source.data.get("shots") or ()):
        if isinstance(shot, dict):
            clock, frames = _length(source.data, shot)
            faults += _cue_faults(source, ("shots", index, "cues"), shot.get("cues"), clock, frames)
    return faults


def _length(document: dict[str, Any], shot: dict[str, Any]) -> tuple[Clock, int]:
    """Rate and frames of a shot in a list with faults; as long as can be where they cannot be read."""
    defaults = document.get("defaults")
    default = defaults.get("duration") if isinstance(defaults, dict) else None
    try:
        clock = Clock(parse_fps(document.get("fps", 24)))
        return clock, count_frames(shot.get("duration") or default or DEFAULT_LENGTH, clock.fps)
    except Fault:
        return Clock(Fraction(24)), MAX_SECONDS * 24


def _cue_faults(source: Source, loc: Loc, entries: Any, clock: Clock, frames: int) -> list[Fault]:
    """What is wrong with those cues of a list that have the right form; the others were told already."""
    faults: list[Fault] = []
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        with suppress(ValidationError), _at(source, (*loc, index), faults):
            _placed(_CUE.validate_python(entry), clock, frames)
    return faults


def _placed(entry: CueEntry, clock: Clock, frames: int, free: bool = False) -> Directions:
    """A cue of a file, read if it is in words; it can be done and lies in the shot, or Fault."""
    read = _read_words(entry, frames / clock.fps, clock.fps, free) if isinstance(entry, str) else Directions((entry,))
    for cue in read.cues:
        place_cue(cue, clock, frames)
    return read


def _read_words(text: str, length_s: Fraction, fps: Fraction, free: bool) -> Directions:
    """A cue in plain words. Fault when none of them is understood."""
    read = read_directions(text, length_s, fps, free)
    if not read.cues:
        raise Fault(f"direction {text!r} is not understood", remedy='for example "at 2s a storm rolls in over 1.5s"')
    return read
