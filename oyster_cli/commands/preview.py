"""oyster preview: a take in the terminal, with its sound."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from oyster_cli.commands import find, say


def preview(
    take: Annotated[str, typer.Argument(help="A take, or a movie file.", show_default=False)],
    still: Annotated[str, typer.Option(help="Show one frame only, for example 2.5s, 60f.", show_default=False)] = "",
    via: Annotated[str, typer.Option(help="How to show it: auto, kitty, iterm, blocks.")] = "auto",
    mute: Annotated[bool, typer.Option("--mute", help="Without sound.")] = False,
    json: say.Json = False,
) -> None:
    """Play a take in the terminal. Space pauses, q quits."""
    from oyster_cli.clock import parse_seconds
    from oyster_cli.preview import film as films
    from oyster_cli.preview import player

    film = films.open_film(movie_of(take))
    facts = {"movie": str(film.path), "frames": film.frames, "fps": str(film.fps), "seconds": film.length_s}
    if still:
        picture = player.show_still(film, float(parse_seconds(still, film.fps)), via)
        if json:
            say.as_json(facts | {"at_s": float(parse_seconds(still, film.fps))})
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(picture)
        return
    played = player.play(film, via, mute)
    if not played.sound and not mute:
        say.note("no sound here: " + ("no sound card answers" if film.has_sound else "the file has none"))
    if json:
        say.as_json(facts | asdict(played))


def movie_of(text: str) -> Path:
    """The movie of a take, or the file itself."""
    if Path(text).is_file():
        return Path(text)
    from oyster_cli.take.take import open_take

    return open_take(find.find_folder(text)).movie
