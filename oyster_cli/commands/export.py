"""oyster export: deliverables out of a take; the suffix decides."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oyster_cli.commands import find, say

LAYOUTS = "Of the sound: binaural, stereo, 5.1, ambix1, ambix2, ambix3 or mono."
ORDERS = "Of the channels of 5.1: smpte (L R C LFE Ls Rs) or film (L R C Ls Rs LFE)."
TARGETS = "film.mp4, film.wav, film.gif, frames.%04d.png or sheet.png"


def export(
    take: Annotated[str, typer.Argument(help="A take, or a folder of shots to join.", show_default=False)],
    target: Annotated[Path, typer.Argument(help=TARGETS, show_default=False)],
    crossfade: Annotated[str, typer.Option(help="How long one shot dissolves into the next, for example 0.5s.")] = "0s",
    title: Annotated[str, typer.Option(help="Words on a card before the first shot.", show_default=False)] = "",
    layout: Annotated[str, typer.Option(help=LAYOUTS)] = "binaural",
    order: Annotated[str, typer.Option(help=ORDERS)] = "smpte",
    stems: Annotated[bool, typer.Option("--stems", help="A .wav for each bus instead of the mix.")] = False,
    json: say.Json = False,
) -> None:
    """Make a film, a sound file, pictures or a contact sheet of a take."""
    from oyster_cli.export import export as deliver

    folder = find.find_folder(take)
    if stems:
        made = deliver.export_stems(folder, target, crossfade=crossfade, title=title, layout=layout, order=order)
    else:
        made = [deliver.export(folder, target, crossfade=crossfade, title=title, layout=layout, order=order)]
    if layout != "binaural" and (lost := deliver.left_out(folder, layout)):
        say.note(f"{layout} goes without these effects of the mix: {', '.join(lost)}")
    if stems and (later := deliver.after_stems(folder)):
        say.note(f"stems are before what the mix does to their sum: {', '.join(dict.fromkeys(later))}")
    if json:
        say.as_json({"stems": [str(each) for each in made]} if stems else {"target": str(made[0])})
    else:
        for each in made:
            say.data(each)
