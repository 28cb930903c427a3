"""Whether a cue can be followed: who of a kind is here, who may come in, and what they do when they are told."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from oyster_cli.script.models import Cue, Scene, ThingSpec
from oyster_cli.script.score import Beat
from oyster_cli.world.cast import SAME, STAY, WHOLE, belongs, make_thing
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Thing

ENDS = ("stop", "off", "out", "silent", "quiet")  # what is not here need not come for that


def named(kind: str | None, names: Collection[str]) -> list[str]:
    """Names of the things of a kind."""
    return [name for name in names if name.split("-")[0] == SAME.get(kind or "", kind)]


def may_go(kind: str | None, names: Collection[str]) -> list[str]:
    """Those of a kind that can be taken away."""
    return [name for name in named(kind, names) if name not in STAY]


def may_come(kind: str | None, names: Collection[str], place: str) -> bool:
    """Whether one more of a kind can come in: the place has room for it, and it is not one of which there is one at most."""
    kind = SAME.get(kind or "", kind or "")
    return belongs(kind, place) and not (kind in WHOLE and kind in names)


def comes(cue: Cue, names: Collection[str], place: str) -> bool:
    """Whether what is told to do something comes in for it."""
    return cue.change == "act" and cue.to not in ENDS and not named(cue.target, names) and may_come(cue.target, names, place)


def unheeded(beats: Sequence[Beat], cast: dict[str, Thing], scene: Scene, site: Site) -> list[Cue]:
    """The cues that nothing will follow, found by going through them all with a cast as it is at the start, without a frame.

    The things of the cast are afterwards as they were.
    """
    rehearsing = dict(cast)
    return [beat.cue for beat in beats if not _rehearsed(beat, rehearsing, scene, site)]


def _rehearsed(beat: Beat, cast: dict[str, Thing], scene: Scene, site: Site) -> bool:
    """Whether a cue is followed. Who comes in for it is in the cast then, and who goes is not."""
    cue = beat.cue
    if comes(cue, cast, scene.place) or (cue.change == "add" and may_come(cue.target, cast, scene.place)):
        kind = SAME.get(cue.target or "", cue.target or "")
        name = kind if kind in WHOLE else f"{kind}-{beat.frame}"
        cast[name] = make_thing(name, ThingSpec(kind=kind, count=cue.count, side=cue.side, action="enter"), site, 0)
        return True
    if cue.change in ("light", "act"):
        return any(_would(cast[name], str(cue.to)) for name in named(cue.target, cast))
    if cue.change == "remove":
        gone = may_go(cue.target, cast)
        for name in gone:
            del cast[name]
        return bool(gone)
    if cue.change == "lightning":
        return "lightning" in cast
    return cue.change not in ("add", "words") and not (cue.change == "weather" and site.roof)


def _would(thing: Thing, what: str) -> bool:
    kept = thing.save()
    heeded = thing.act(what)
    thing.load(kept)
    return heeded
