"""oyster export: deliverables out of a take; the suffix decides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oyster_cli.commands import find, say

TARGETS = "film.mp4, film.wav, film.gif, frames.%04d.png or sheet.png"


def export(
    take: Annotated[str, typer.Argument(help="A take, or a folder of shots to join.", show_default=False)],
    target: Annotated[Path, typer.Argument(help=TARGETS, show_default=False)],
    crossfade: Annotated[str, typer.Option(help="How long one shot dissolves into the next, for example 0.5s.")] = "0s",
    title: Annotated[str, typer.Option(help="Words on a card before the first shot.", show_default=False)] = "",
    json: say.Json = False,
) -> None:
    """Make a film, a sound file, pictures or a contact sheet of a take."""
    from oyster_cli.export.export import export as deliver

    made = deliver(find.find_folder(take), target, crossfade=crossfade, title=title)
    if json:
        say.as_json({"target": str(made)})
    else:
        say.data(made)
