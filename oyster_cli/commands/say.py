"""What goes where: data on stdout, everything said to a person on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oyster_cli.fault import Fault, Faults

if TYPE_CHECKING:
    from rich.console import Console

SCHEMA_VERSION = 1
Json = Annotated[bool, typer.Option("--json", help="Print data as JSON on stdout.")]


def console() -> Console:
    """Where messages go: stderr, plain when it is not a terminal or NO_COLOR is set."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def note(text: str) -> None:
    """One message to the person at the terminal."""
    sys.stdout.flush()
    console().print(text, markup=False, soft_wrap=True)


def data(value: Any) -> None:
    """One line of data, or many, on stdout."""
    sys.stdout.write(f"{value}\n")


def as_json(value: dict[str, Any]) -> None:
    """A JSON object on stdout, marked with the version of its shape."""
    data(json.dumps({"schema_version": SCHEMA_VERSION} | value, indent=2, ensure_ascii=False, default=str))


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Aligned columns on stdout: ruled in a terminal, tab-separated in a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            data("\t".join(str(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*heads, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        grid.add_row(*(Text(str(cell)) for cell in row))
    Console().print(grid)


def fault(fault: Fault, json_wanted: bool = False) -> None:
    """A fault as people read it on stderr, and as an envelope on stdout when JSON was asked for."""
    each = fault.each if isinstance(fault, Faults) else [fault]
    for one in each:
        note(f"oyster: {one.where + ': ' if one.where else ''}{one.message}")
        if one.excerpt:
            note(one.excerpt)
        if one.remedy:
            note(f"        {one.remedy}")
    if json_wanted:
        first = envelope(each[0]) if len(each) == 1 else envelope(fault) | {"each": [envelope(one) for one in each]}
        as_json({"error": first})


def envelope(fault: Fault) -> dict[str, Any]:
    """A fault as data."""
    return {"message": fault.message, "where": fault.where, "remedy": fault.remedy, "code": int(fault.code)}
