"""oyster init: a commented shot list to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from oyster_cli.commands import say
from oyster_cli.fault import Fault


def init(
    path: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("shots.yaml"),
    force: Annotated[bool, typer.Option("--force", help="Write over a file of this name.")] = False,
    json: say.Json = False,
) -> None:
    """Write a commented shot list to start from."""
    from oyster_cli.script.sample import sample
    from oyster_cli.take.disk import disk_faults, write_text

    target = path / "shots.yaml" if path.is_dir() else path
    if target.exists() and not force:
        raise Fault("there is a file already", str(target), "--force writes over it")
    with disk_faults(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        write_text(target, sample())
    say.note(f"roll it with: oyster generate {target}")
    if json:
        say.as_json({"path": str(target)})
    else:
        say.data(target)
