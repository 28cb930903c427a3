"""What is to be rolled: the shots behind a prompt, a shot list or stdin, with the options laid over them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from oyster_cli.fault import Fault
from oyster_cli.runner import MODELS, open_runner

if TYPE_CHECKING:
    from oyster_cli.script.models import Shot
    from oyster_cli.words.reading import Reading

SIDES_PX = (64, 4096)
# what a list tells stays the same
ANYWHERE = frozenset({"size", "quality", "model", "loudness", "mix", "sound_delay", "learned"})


@dataclass(frozen=True)
class Wish:
    """The options of generate as they were typed; "" and None: not given."""

    seconds: str = ""
    fps: str = ""
    size: str = ""
    quality: str = ""
    seed: int | None = None
    lens: str = ""
    move: str = ""
    model: str = ""
    preset: str = ""
    look: str = ""
    frame: str = ""
    loudness: str = ""
    mix: str = ""
    sound_delay: str = ""
    learned: Mapping[str, Any] = field(default_factory=dict)  # fields of script.models.Learned

    def given(self) -> dict[str, Any]:
        """Only what was typed."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None, {})}


@dataclass(frozen=True)
class Planned:
    """A shot and what its words were taken for."""

    shot: Shot
    reading: Reading


@dataclass(frozen=True)
class Plan:
    """Shots in order. order: the ids of the whole shot list they were picked from; none for a prompt."""

    shots: tuple[Planned, ...]
    order: tuple[str, ...] = ()


def plan(what: str, wish: Wish, only: str) -> Plan:
    """What PROMPT | SHOTS.yaml | - stands for. Raises Fault, or Faults with all that is wrong with a list."""
    from oyster_cli.words.resolve import read_shots

    _check_names(wish)
    text, name = _text(what)
    if wish.learned.get("guide"):
        if name:
            raise Fault("--from gives one shot", remedy="in a shot list write it as: learned: {guide: TAKE}")
        return Plan((_guided(text, wish),))
    if not name:
        if only:
            raise Fault("--only picks shots of a shot list", remedy="leave it out")
        return Plan((_prompted(text, wish),))
    shots = [Planned(_overlaid(shot, wish), reading) for shot, reading in read_shots(text, name)]
    for each in shots:
        _check(each.shot, f"{name}: {each.shot.id}")
    return Plan(_picked(shots, only), tuple(each.shot.id for each in shots))


def nothing_beside(option: str, what: str, wish: Wish, only: str) -> None:
    """Fault when more was typed beside --resume or --again: they roll a take as it was begun."""
    if what:
        raise Fault(f"{option} goes by a take and takes no prompt", remedy="leave one of them out")
    if given := [*wish.given(), *(["only"] if only else [])]:
        raise Fault(f"{option} rolls a take as it was begun, without --{given[0]}", remedy="leave one of them out")


def _check_names(wish: Wish) -> None:
    from oyster_cli.script.models import Quality

    if wish.quality:
        one_of("quality", wish.quality, get_args(Quality))
    if wish.model and wish.model not in MODELS:
        open_runner(wish.model)  # says what was meant


def one_of(what: str, word: str, names: tuple[str, ...]) -> str:
    """The word, when it is one of the names. Raises Fault with what was meant when it is not."""
    if word in names:
        return word
    near = get_close_matches(word.lower(), names, 1)
    remedy = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(names)}"
    raise Fault(f"there is no {what} {word!r}", remedy=remedy)


def _text(what: str) -> tuple[str, str]:
    """The text, and the name of the shot list it is; "" for a prompt."""
    if what == "-":
        text = sys.stdin.read()
        return text, "stdin" if _is_list(text) else ""
    if not what.lower().endswith((".yaml", ".yml")):
        return what, ""
    return read_file(Path(what), "oyster init writes a shot list to start from"), what


def read_file(path: Path, remedy: str = "") -> str:
    """The text of a file that was named. Raises Fault when there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Fault("no such file", str(path), remedy) from None
    except IsADirectoryError:
        raise Fault("this is a folder", str(path), "name a file in it") from None
    except UnicodeDecodeError:
        raise Fault("this is not text in UTF-8", str(path)) from None


def _is_list(text: str) -> bool:
    from oyster_cli.script.yaml12 import read_source

    try:
        data = read_source(text, "stdin")[0].data
    except Fault:
        return "shots:" in text  # a list with a mistake is not a prompt
    return isinstance(data, dict) and "shots" in data


def _prompted(text: str, wish: Wish) -> Planned:
    from oyster_cli.words.resolve import resolve_prompt

    given = wish.given()
    if "seconds" in given:
        given["length"] = given.pop("seconds")
    learned = given.pop("learned", {})
    shot, reading = resolve_prompt(text, **given)
    _check(shot, "")
    return Planned(_learned(shot, learned), reading)


def _guided(text: str, wish: Wish) -> Planned:
    """The shot of a take for a learned model that follows it: its place, camera, cues and length; in other words if given."""
    from oyster_cli.take.take import open_take
    from oyster_cli.words.prompt import read_prompt

    shot = open_take(Path(wish.learned["guide"])).shot
    scene = shot.scene.model_copy(update={"prompt": text or shot.scene.prompt})
    shot = shot.model_copy(update={"scene": scene, "learned": None, "model": wish.model or "ltx2"})
    own = sorted(wish.given().keys() - {*ANYWHERE, "seed"})
    if own:
        raise Fault(f"--{own[0]} is what the take of --from says itself", remedy="leave one of them out")
    return Planned(_laid_over(shot, wish), read_prompt(scene.prompt, free=True))


def _learned(shot: Shot, given: Mapping[str, Any]) -> Shot:
    """A shot with what was typed for a learned model."""
    from oyster_cli.script.models import Learned

    if not given:
        return shot
    if shot.model == "sim":
        raise Fault("the simulation starts from words alone: --weights, --image, --from and the like are for a learned model",
                    remedy="add --model ltx2")  # fmt: skip
    start = shot.learned.model_dump() if shot.learned else {}
    return shot.model_copy(update={"learned": Learned(**{**start, **given})})


def _overlaid(shot: Shot, wish: Wish) -> Shot:
    """A shot of a list with the options that do not change what it tells."""
    given = wish.given()
    own = sorted(given.keys() - ANYWHERE)
    if own:
        raise Fault(f"--{own[0]} is what a shot list says itself", remedy="write it into the list")
    return _laid_over(shot, wish)


def _laid_over(shot: Shot, wish: Wish) -> Shot:
    from oyster_cli.script.mixes import known_mix
    from oyster_cli.script.models import loudness_target, pixels, sound_delay

    given = wish.given()
    learned = given.pop("learned", {})
    reads = {"size": pixels, "loudness": loudness_target, "mix": known_mix, "sound_delay": sound_delay}
    try:
        change = given | {name: read(given[name]) for name, read in reads.items() if name in given}
    except ValueError as error:
        raise Fault.of(error) from None
    return _learned(shot.model_copy(update=change), learned)


def _check(shot: Shot, where: str) -> None:
    """What would only be found once it is rolled. Raises Fault or Faults."""
    from oyster_cli.script.chains import load_mix

    for effect in load_mix(shot.mix).effects:
        effect.plugin()
    low, high = SIDES_PX
    width, height = shot.size
    if not (low <= width <= high and low <= height <= high):
        remedy = f"each side is {low} to {high} pixels, for example 1280x720"
        raise Fault(f"size {width}x{height} cannot be rolled", where, remedy)


def _picked(shots: list[Planned], only: str) -> tuple[Planned, ...]:
    picked = tuple(each for each in shots if not only or fnmatchcase(each.shot.id, only))
    if not picked:
        ids = ", ".join(each.shot.id for each in shots[:6])
        raise Fault(f"no shot matches {only!r}", remedy=f"there is {ids}{' …' if len(shots) > 6 else ''}")
    return picked
