"""oyster generate: a prompt or a shot list becomes takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from oyster_cli.commands import find, plan, report, say
from oyster_cli.commands.faults import as_fault
from oyster_cli.commands.preview import preview as play
from oyster_cli.commands.rolling import Stage
from oyster_cli.fault import Exit

if TYPE_CHECKING:
    from oyster_cli.take.take import Take


Cues = Literal["cut", "relay"]
GuideAs = Literal["first-frame", "keyframes", "clip"]
GuideSound = Literal["drop", "keep", "mix"]
CUES_HELP = (
    "cut: a cue begins a new chunk, nothing before it changes (default). relay: one chunk whose words change on the way: no "
    "seam, but attention runs both ways, and frames before a cue may change with it."
)


def _option(*names: str, say_it: str, **more: Any) -> Any:
    return typer.Option(*names, help=say_it, show_default=False, **more)


def _for_learned(*names: str, say_it: str, **more: Any) -> Any:
    return _option(*names, say_it=say_it, rich_help_panel="For a learned model", **more)


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in ("", None)}


def _path(text: str) -> str:
    """A file or folder as it is found from anywhere; a name stays one."""
    path = Path(text).expanduser()
    return str(path.resolve()) if text and path.exists() else text


def _guide(text: str) -> str:
    from oyster_cli.take.take import open_take

    return str(open_take(find.find_folder(text)).folder.resolve()) if text else ""


def generate(
    what: Annotated[str, typer.Argument(metavar="PROMPT | SHOTS.yaml | -", show_default=False)] = "",
    seconds: Annotated[str, _option("--seconds", say_it="Length: 5, 4s, 96f, 00:00:04:00 (default 5).")] = "",
    fps: Annotated[str, _option("--fps", say_it="Frames per second: 24, 23.976, 24000/1001 (default 24).")] = "",
    size: Annotated[str, _option("--size", say_it="Width x height in pixels, both even (default 1280x720).")] = "",
    quality: Annotated[str, _option("--quality", say_it="draft, standard or final (default standard).")] = "",
    seed: Annotated[int | None, _option("--seed", say_it="Same seed, same bytes (default 7).")] = None,
    lens: Annotated[str, _option("--lens", say_it="Focal length, for example 35mm.")] = "",
    move: Annotated[str, _option("--move", say_it='Camera move, for example "dolly in".')] = "",
    look: Annotated[str, _option("--look", say_it="A film look: noir, teal-orange, dream …")] = "",
    frame: Annotated[str, _option("--frame", say_it="Black bars around a frame of 2.39, 1.85 …")] = "",
    loudness: Annotated[str, _option("--loudness", say_it="Of the sound: -24, -23, -14 LKFS or off (default -24).")] = "",
    mix: Annotated[str, _option("--mix", say_it="What is done to the sound: radio, underwater …, or mine.yaml.")] = "",
    sound_delay: Annotated[str, _option("--sound-delay", say_it="physical, or film: bangs are heard when seen.")] = "",
    preset: Annotated[str, _option("--preset", say_it="A shot to start from, of: oyster presets.")] = "",
    model: Annotated[str, _option("--model", say_it="A model from: oyster models (default sim).")] = "",
    device: Annotated[str, _option("--device", say_it="auto, cpu, cuda … (default auto).")] = "auto",
    out: Annotated[Path, typer.Option("--out", "-o", help="Where takes go.")] = find.TAKES,
    only: Annotated[str, _option("--only", say_it="Of a list, the shots whose id matches, for example 'sc010_*'.")] = "",
    resume: Annotated[str, _option("--resume", say_it="Go on with this take, which was interrupted.")] = "",
    again: Annotated[str, _option("--again", say_it="Roll this take anew, as it was, into its next version.")] = "",
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Of a list, go on past a shot that fails.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Of a list, roll again what is done.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done; write nothing.")] = False,
    profile: Annotated[bool, typer.Option("--profile", help="Say where each frame's time goes.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Play what was made.")] = False,
    weights: Annotated[str, _for_learned("--weights", say_it="Its weights: a folder, or a name from: oyster models.")] = "",
    cues: Annotated[Cues | None, _for_learned("--cues", say_it=CUES_HELP)] = None,
    image: Annotated[str, _for_learned("--image", say_it="A picture that the shot begins with.")] = "",
    end_image: Annotated[str, _for_learned("--end-image", say_it="A picture that it ends with.")] = "",
    guide: Annotated[str, _for_learned("--from", say_it="A simulated take to follow: its camera, cues and length.")] = "",
    follow: Annotated[float | None, _for_learned("--follow", say_it="How closely, 0 to 1 (default 0.6).", min=0, max=1)] = None,
    guide_as: Annotated[GuideAs | None, _for_learned("--from-as", say_it="What of it is followed (default clip).")] = None,
    guide_sound: Annotated[GuideSound | None, _for_learned("--from-sound", say_it="Its own sound (default drop).")] = None,
    json: say.Json = False,
) -> None:
    """Roll a shot: oyster generate "waterfall canyon". Prints the folder of the take."""
    stage = Stage(out, device, profile)
    learned = _given(weights=_path(weights), cues=cues, image=_path(image), end_image=_path(end_image),
                     guide=_guide(guide), follow=follow, guide_as=guide_as, guide_sound=guide_sound)  # fmt: skip
    wish = plan.Wish(seconds, fps, size, quality, seed, lens, move, model, preset, look, frame, loudness, mix,
                     sound_delay, learned)  # fmt: skip
    if resume or again:
        plan.nothing_beside("--resume" if resume else "--again", what, wish, only)
        stage = stage if resume else _stage_of(again, device, profile)
        takes = [_resumed(stage, resume) if resume else _again(stage, again)]
        report.made(takes[0], None, json, stage.profile)
    else:
        planned = plan.plan(what, wish, only)
        if dry_run:
            report.dry_run(planned, json)
            return
        takes = _batch(stage, planned, keep_going, force, json) if planned.order else [_single(stage, planned.shots[0], json)]
    if preview:
        for take in takes:
            play(str(take.folder))


def _resumed(stage: Stage, text: str) -> Take:
    from oyster_cli.take.slate import CALL_SHEET
    from oyster_cli.take.take import open_take

    folder = find.find_interrupted(text)
    if (folder / CALL_SHEET).exists():
        return stage.resume(folder)
    take = open_take(folder)
    say.note("this take is whole, there is nothing to go on with")
    return take


def _stage_of(text: str, device: str, profile: bool) -> Stage:
    """Where a take was rolled, on its device if none is asked for."""
    from oyster_cli.take.take import open_take

    old = open_take(find.find_folder(text))
    return Stage(old.folder.parent.parent, old.slate.device if device == "auto" else device, profile)


def _again(stage: Stage, text: str) -> Take:
    """The shot of a take rolled anew beside it; says whether it came out the same and, if not, what could be why."""
    from oyster_cli.take.take import open_take

    old = open_take(find.find_folder(text))
    new = stage.roll(old.shot)
    for name, then in old.slate.versions.items():
        if (now := new.slate.versions.get(name, "none")) != then:
            say.note(f"  rolled then with {name} {then}, now with {now}")
    alike = [name for name in old.slate.files if Path(name).suffix != ".mp4"]  # it carries its version's name
    other = [name for name in alike if new.slate.files.get(name) != old.slate.files[name]]
    say.note(f"  other bytes than {old.folder.name}: {', '.join(other)}" if other else f"  the same bytes as {old.folder.name}")
    return new


def _single(stage: Stage, planned: plan.Planned, json: bool) -> Take:
    report.understood(planned)
    take = stage.roll(planned.shot)
    report.made(take, planned.reading, json, stage.profile)
    return take


def _batch(stage: Stage, planned: plan.Plan, keep_going: bool, force: bool, json: bool) -> list[Take]:
    """Every shot of a list. With --keep-going the ones that failed are told at the end, by exit code 3."""
    takes, results = [], []
    stage.keep_order(planned.order)
    for each in planned.shots:
        try:
            take, status = _of_list(stage, each, force)
        except Exception as error:
            if not keep_going:
                raise
            results.append(report.failed(each.shot, as_fault(error)))
            continue
        takes.append(take)
        rolled = stage.profile if status == "done" else None
        results.append({"id": each.shot.id, "status": status, **report.facts(take, each.reading, rolled)})
        if not json:
            report.profile(rolled)
            say.data(take.folder)
    failures = len(results) - len(takes)
    if json:
        say.as_json({"shots": results, "failed": failures})
    if failures:
        say.note(f"oyster: {failures} of {len(results)} shots failed; the same command rolls only these")
        raise typer.Exit(Exit.PARTIAL)
    return takes


def _of_list(stage: Stage, planned: plan.Planned, force: bool) -> tuple[Take, str]:
    """One shot of a list: what is done is skipped, what was interrupted goes on."""
    done = None if force else stage.finished(planned.shot)
    if done:
        say.note(f"{planned.shot.id}: done before, in {done.folder}")
        return done, "skipped"
    report.understood(planned)
    return (stage.roll if force else stage.go_on)(planned.shot), "done"
