"""oyster direct: change a take while it runs; a new version comes out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oyster_cli.commands import find, plan, report, say
from oyster_cli.commands.rolling import Stage
from oyster_cli.fault import Fault

if TYPE_CHECKING:
    from oyster_cli.take.take import Take
    from oyster_cli.words.reading import Directions


def direct(
    take: Annotated[str, typer.Argument(help="A take: its folder, or the shot's name.", show_default=False)],
    words: Annotated[str, typer.Argument(help='"at 2s a storm rolls in over 1.5s; at 4s night falls"')] = "",
    cues: Annotated[
        Path | None, typer.Option(help="A YAML file with a list under cues:, instead of words.", show_default=False)
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda …")] = "auto",
    json: say.Json = False,
) -> None:
    """Direct a take: everything before the first cue stays as it is, bit for bit."""
    from oyster_cli.take.take import open_take

    opened = open_take(find.find_folder(take))
    read = _directions(opened, words, cues)
    report.heard(read)
    if not read.cues:
        raise Fault("nothing of this is understood", words, 'for example "at 2s night falls"')
    for cue in read.cues:
        say.note(f"  {report.cue(cue)}")
    made = Stage(opened.folder.parent.parent, device).direct(opened, read.cues)
    report.made(made, read, json)


def _directions(take: Take, words: str, cues: Path | None) -> Directions:
    """The cues asked for, in words or in a file, one of them."""
    from oyster_cli.words.direction import read_directions
    from oyster_cli.words.resolve import resolve_cues

    fps, free = take.clock.fps, take.shot.model != "sim"
    if cues and words:
        raise Fault("directions are words or --cues, not both", remedy="leave one of them out")
    if cues:
        return resolve_cues(plan.read_file(cues), str(cues), take.slate.frames, fps, free)
    if not words.strip():
        raise Fault("there are no words to direct with", remedy='for example "at 2s night falls"')
    return read_directions(words, take.slate.frames / fps, fps, free)
