"""oyster inspect: the slate back out of a take or a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oyster_cli.commands import find, say


def inspect(
    what: Annotated[str, typer.Argument(metavar="TAKE | FILE", show_default=False)],
    json: say.Json = False,
) -> None:
    """Show what a take or an exported file was made from."""
    from oyster_cli.export.inspect import inspect as read

    slate = read(Path(what) if Path(what).is_file() else find.find_folder(what))
    if json:
        say.as_json(slate)
    else:
        shown = {name: value for name, value in slate.items() if not isinstance(value, (dict, list))}
        say.table(("", ""), list(shown.items()))
