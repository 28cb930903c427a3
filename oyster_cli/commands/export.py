"""oyster export: deliverables out of a take; the suffix decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from oyster_cli.commands import find, say
from oyster_cli.fault import Fault

if TYPE_CHECKING:
    from oyster_cli.script.models import Loudness

LAYOUTS = "Of the sound: binaural, stereo, 5.1, ambix1, ambix2, ambix3 or mono."
LOUDNESS = "To bring each take to: -24, -23, -14 LKFS or off (as it is when not given)."
ORDERS = "Of the channels of 5.1: smpte (L R C LFE Ls Rs) or film (L R C Ls Rs LFE)."
TARGETS = "film.mp4, film.wav, film.gif, frames.%04d.png or sheet.png"


def export(
    take: Annotated[str, typer.Argument(help="A take, or a folder of shots to join.", show_default=False)],
    target: Annotated[Path, typer.Argument(help=TARGETS, show_default=False)],
    crossfade: Annotated[str, typer.Option(help="How long one shot dissolves into the next, for example 0.5s.")] = "0s",
    title: Annotated[str, typer.Option(help="Words on a card before the first shot.", show_default=False)] = "",
    layout: Annotated[str, typer.Option(help=LAYOUTS)] = "binaural",
    order: Annotated[str, typer.Option(help=ORDERS)] = "smpte",
    loudness: Annotated[str, typer.Option(help=LOUDNESS, show_default=False)] = "",
    stems: Annotated[bool, typer.Option("--stems", help="A .wav for each bus instead of the mix.")] = False,
    json: say.Json = False,
) -> None:
    """Make a film, a sound file, pictures or a contact sheet of a take."""
    from oyster_cli.export import export as deliver

    folder = find.find_folder(take)
    make = deliver.export_stems if stems else deliver.export
    told = make(folder, target, crossfade=crossfade, title=title, layout=layout, order=order, loudness=_wanted(loudness))
    made = told if isinstance(told, list) else [told]
    if layout != "binaural" and (lost := deliver.left_out(folder, layout)):
        say.note(f"{layout} goes without these effects of the mix: {', '.join(lost)}")
    if stems and (later := deliver.after_stems(folder)):
        say.note(f"stems are before what the mix does to their sum: {', '.join(dict.fromkeys(later))}")
    if json:
        say.as_json({"stems": [str(each) for each in made]} if stems else {"target": str(made[0])})
    else:
        for each in made:
            say.data(each)


def _wanted(loudness: str) -> Loudness | None:
    from oyster_cli.script.models import loudness_target

    if not loudness:
        return None
    try:
        return cast("Loudness", loudness_target(loudness))
    except ValueError as error:
        raise Fault.of(error) from None
