"""Rolling a shot into a take: from the start, on from where it was killed, or anew from the first cue of a direction."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.protocol import BUSES, CHANNELS, Runner, Session, Step
from oyster_cli.script.models import Cue, Shot
from oyster_cli.script.score import Score, make_score
from oyster_cli.sound.mix import Mixer
from oyster_cli.take.disk import disk_faults, need_space, write_text
from oyster_cli.take.finish import clear, finish, mix_of
from oyster_cli.take.lock import rolling
from oyster_cli.take.reel import ReelWriter, check_step, find_reels, next_cut
from oyster_cli.take.slate import CALL_SHEET, SLATE, CallSheet, Parent, as_text, read_call_sheet, versions
from oyster_cli.take.splice import splice
from oyster_cli.take.states import read_state
from oyster_cli.take.take import Take, open_take

OnOpen = Callable[[Session], None]  # told of the session before it rolls
OnFrame = Callable[[Step], None]  # told of every step once it is safe in a reel
OpenRunner = Callable[[str, str], Runner]  # (model, device) -> a runner of it


def roll(shot: Shot, runner: Runner, root: Path, *, on_open: OnOpen | None = None, on_frame: OnFrame | None = None) -> Take:
    """Roll a shot into the next version under root/<shot id>/ and make it whole.

    Faults (exit code 1) when the disk is full or forbidden, or the model breaks its promise; what was finished stays and
    `resume` goes on from it.
    """
    if not shot.id.strip("."):
        raise Fault(f"{shot.id!r} cannot be the name of a shot", remedy="for example sc010_sh0010")
    return _roll(shot, runner, root / shot.id, None, on_open, on_frame)


def direct(
    take: Take, cues: Sequence[Cue], runner: Runner, *, on_open: OnOpen | None = None, on_frame: OnFrame | None = None
) -> Take:
    """A new version of a take with more cues. Every frame and sample before the first of them is the parent's, bit for bit;
    but for a learned shot whose cues are relayed, which is made whole: what is before them belongs to the same chunk.
    """
    if not cues:
        raise Fault("there is nothing to direct", remedy='for example "at 2s night falls"')
    for name in take.slate.files:
        if not name.startswith("states/"):  # of these only some are used, and looked at then
            take.check(name)
    shot = take.shot.model_copy(update={"cues": (*take.shot.cues, *cues)})
    relayed = shot.model != "sim" and shot.learned is not None and shot.learned.cues == "relay"
    first = 0 if relayed else min(beat.frame for beat in make_score(shot).beats if beat.cue in cues)
    return _roll(shot, runner, take.folder.parent, Parent(take=take.folder.name, first_frame=first), on_open, on_frame)


def resume(folder: Path, open_runner: OpenRunner, *, on_open: OnOpen | None = None, on_frame: OnFrame | None = None) -> Take:
    """Go on with a take that was interrupted; it ends in the same bytes as one that was not. A whole take is just opened."""
    if (folder / SLATE).exists():
        with rolling(folder):
            clear(folder)
        return open_take(folder)
    sheet = read_call_sheet(folder)
    runner = open_runner(sheet.shot.model, sheet.device)
    with rolling(folder):
        _check_same(folder, sheet, runner)
        return _go_on(folder, sheet, runner, on_open, on_frame)


def _roll(
    shot: Shot, runner: Runner, versions_of: Path, parent: Parent | None, on_open: OnOpen | None, on_frame: OnFrame | None
) -> Take:
    """The next version in the folder `versions_of`."""
    score = make_score(shot)  # a cue outside the shot is a fault before anything is written,
    Mixer(mix_of(versions_of, shot, parent))  # and so is a plug-in that is not there
    sheet = CallSheet(shot=shot, device=device_of(runner), versions=versions_for(runner, score), parent=parent)
    with disk_faults(versions_of.parent):
        versions_of.parent.mkdir(parents=True, exist_ok=True)
        need_space(versions_of.parent, least_bytes(score))
        versions_of.mkdir(exist_ok=True)
        folder = _next_version(versions_of)
    try:
        with rolling(folder):
            with disk_faults(folder):
                write_text(folder / CALL_SHEET, as_text(sheet))
            return _go_on(folder, sheet, runner, on_open, on_frame)
    except BaseException:
        if not find_reels(folder):  # nothing to go on from: leave no empty version behind
            shutil.rmtree(folder, ignore_errors=True)
            with suppress(OSError):  # other versions are in it
                versions_of.rmdir()
        raise


def device_of(runner: Runner) -> str:
    """The device a runner computes on."""
    return str(getattr(runner, "device", "cpu"))


def versions_for(runner: Runner, score: Score) -> dict[str, str]:
    """Everything that decides the bytes of a shot, but the device."""
    return {**versions(), **runner.versions(score)}


def _guide(score: Score) -> Take | None:
    """The take that a learned model is to follow; the simulation follows none. Fault when it is not there or damaged."""
    learned = score.shot.learned if score.shot.model != "sim" else None
    return open_take(Path(learned.guide)) if learned and learned.guide else None


def _next_version(shot_folder: Path) -> Path:
    """Make the folder of the next version. mkdir decides when two processes want the same one."""
    taken = [int(match[1]) for path in shot_folder.iterdir() if (match := re.fullmatch(r"v(\d{3,})", path.name))]
    number = max(taken, default=0) + 1
    while True:
        try:
            folder = shot_folder / f"v{number:03}"
            folder.mkdir()
            return folder
        except FileExistsError:
            number += 1


def least_bytes(score: Score) -> int:
    """The least a shot takes on disk while it is rolled: half a byte a pixel (measured: about one), the stems and, where sounds
    have directions, the bed of one bus, all twice."""
    width, height = score.shot.size
    channels = 2 * len(BUSES) + (CHANNELS if score.shot.model == "sim" else 0)
    return score.shot.frames * width * height // 2 * 2 + score.clock.sample(score.shot.frames) * 4 * channels * 2


def _check_same(folder: Path, sheet: CallSheet, runner: Runner) -> None:
    """Other versions or another device would not give the same bytes: say so instead of joining two different worlds."""
    now = {**versions_for(runner, make_score(sheet.shot)), "device": device_of(runner)}
    then = {**sheet.versions, "device": sheet.device}
    changed = [f"{name} {then[name]} is now {now.get(name)}" for name in then if then[name] != now.get(name)]
    if changed:
        raise Fault(f"this take was begun with {', '.join(changed)}", str(folder), "generate the shot anew", Exit.FAILED)


def _go_on(folder: Path, sheet: CallSheet, runner: Runner, on_open: OnOpen | None, on_frame: OnFrame | None) -> Take:
    began = time.perf_counter()
    score = make_score(sheet.shot)
    reels = find_reels(folder)
    at = reels[-1].end if reels else 0
    if at < sheet.shot.frames:
        session = runner.open(score, _guide(score))
        if on_open:
            on_open(session)
        if at:
            session.load(read_state(reels[-1].state(at)))
        elif sheet.parent:
            at = splice(folder, sheet, score, session)
        start_s = time.perf_counter() - began
        while at < sheet.shot.frames:
            at = _roll_reel(folder, score, session, at, start_s, on_frame)
            start_s = 0.0
    finish(folder, sheet, score)
    return open_take(folder)


def _roll_reel(folder: Path, score: Score, session: Session, first: int, start_s: float, on_frame: OnFrame | None) -> int:
    """One reel. start_s: what it took to open the session, for its first reel; 0 for those that follow."""
    end = next_cut(first, score.clock, score.shot.frames)
    with ReelWriter(folder, score, first, end, start_s) as writer:
        writer.start_picture()
        for frame in range(first, end):
            began = time.perf_counter()
            step = session.step(score.beats_at(frame))
            stepping_s = time.perf_counter() - began
            check_step(step, score, frame)
            starts_up = start_s > 0 and frame == first and score.shot.model == "sim"  # a learned model makes a chunk in it
            writer.add(step, 0.0 if starts_up else stepping_s)
            if on_frame:
                on_frame(step)
        if end < score.shot.frames:
            writer.add_state(end, session.save())
    return end
