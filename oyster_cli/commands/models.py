"""oyster models: what can roll a shot, and the weights on this machine."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oyster_cli.commands import say
from oyster_cli.fault import Fault
from oyster_cli.runner import MODELS

if TYPE_CHECKING:
    from oyster_cli.runner.ltx2.fit import Room

WIDTH, HEIGHT, FRAMES, FPS = 768, 512, 121, 24.0  # the chunk that memory is told for: what most published figures are for
models = typer.Typer(help="List the models and the weights on this machine; add, remove or pull weights.")

Name = Annotated[str, typer.Argument(help="What these weights are called: --weights NAME.")]


@dataclass(frozen=True)
class Known:
    """Weights with a name. need_bytes: of the device; fits, how: whether and how this machine holds them, or what is wrong."""

    name: str
    path: str
    version: str = ""
    size_bytes: int = 0
    licence: str = ""
    way: str = ""
    need_bytes: int = 0
    ram_bytes: int = 0
    fits: bool = False
    how: str = ""


@models.callback(invoke_without_command=True)
def listed(context: typer.Context, json: say.Json = False) -> None:
    """List the models and the weights on this machine; add, remove or pull weights."""
    if context.invoked_subcommand:
        return
    known = _known()
    any_fits = any(each.fits for each in known)  # a learned model runs where weights of it do
    if json:
        rows = [asdict(model) | {"available": model.kind != "learned" or any_fits} for model in MODELS.values()]
        return say.as_json({"models": rows, "weights": [asdict(each) for each in known]})
    heads = ("model", "kind", "can run", "needs", "licence", "what it is")
    say.table(
        heads,
        [
            (m.name, m.kind, "yes" if m.kind != "learned" or any_fits else "no", m.needs, m.licence, m.what)
            for m in MODELS.values()
        ],
    )
    if known:
        heads = ("weights", "version", "size", "licence", "fits", f"in memory, {WIDTH}x{HEIGHT}, {FRAMES} frames")
        say.table(heads, [_row(each) for each in known])


def _row(known: Known) -> tuple[str, ...]:
    size = _size(known.size_bytes) if known.size_bytes else "?"
    return known.name, known.version or "?", size, known.licence or "?", "yes" if known.fits else "no", known.how


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e8 else f"{size_bytes / 1e6:.1f} MB"


def _known() -> list[Known]:
    """All weights on the shelf, sound or not."""
    from oyster_cli.runner.ltx2 import shelf

    paths = shelf.read()
    room = _room() if paths else None
    return [_judged(name, path, room) for name, path in paths.items() if room]


def _room() -> Room:
    """The room of the best device here."""
    import torch

    from oyster_cli.runner.ltx2.fit import look

    return look("cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu")


def _judged(name: str, path: Path, room: Room) -> Known:
    from oyster_cli.runner.ltx2.fit import plan
    from oyster_cli.runner.ltx2.weights import find_weights

    try:
        weights = find_weights(name)
    except Fault as fault:
        return Known(name, str(path), how=str(fault))
    kind = f"{weights.version} distilled" if weights.distilled else weights.version
    told: dict[str, Any] = {"version": kind, "size_bytes": weights.size_bytes, "licence": weights.licence}
    try:
        fit = plan(weights, WIDTH, HEIGHT, FRAMES, FPS, room)
    except Fault as fault:
        return Known(name, str(path), **told, how=fault.message)
    told |= {"way": fit.way, "need_bytes": fit.need_bytes, "ram_bytes": fit.ram_bytes, "fits": True, "how": fit.line}
    return Known(name, str(path), **told)


@models.command()
def add(
    name: Name, path: Annotated[Path, typer.Argument(help="A diffusers folder of the LTX-2 family.")], json: say.Json = False
) -> None:
    """Know a folder of weights by a name. Nothing is copied. Give distilled weights a name that says so: no config tells."""
    from oyster_cli.runner.ltx2 import shelf
    from oyster_cli.runner.ltx2.weights import find_weights, read_weights

    read_weights(path)
    shelf.add(name, path)
    weights = find_weights(name)
    say.note(f"{name} is {weights.version}{', distilled' if weights.distilled else ''}, {_size(weights.size_bytes)}")
    _tell({"name": name, "path": str(weights.path)}, json)


@models.command()
def remove(name: Name, json: say.Json = False) -> None:
    """Forget a name. The folder stays."""
    from oyster_cli.runner.ltx2 import shelf

    path = shelf.remove(name)
    say.note(f"{name} is forgotten; its files are still there")
    _tell({"name": name, "path": str(path)}, json)


@models.command()
def pull(
    name: Annotated[str, typer.Argument(help="ltx-2, ltx-2.3, ltx-2.5 …, or OWNER/NAME on the Hugging Face hub.")],
    path: Annotated[Path | None, typer.Argument(help="The folder to fill.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    json: say.Json = False,
) -> None:
    """Download weights, after showing their size and licence and asking."""
    from oyster_cli.runner.ltx2 import pull as hub
    from oyster_cli.runner.ltx2 import shelf
    from oyster_cli.runner.ltx2.weights import read_weights

    offer = hub.offer(hub.repo_of(name))
    short = name.rpartition("/")[2]
    folder = path or _shelf_folder() / short
    say.note(f"{offer.repo}: {_size(offer.size_bytes)}, licence {offer.licence}, into {folder}")
    if not yes and not _agreed():
        return say.note("not fetched")
    hub.fetch(offer, folder)
    read_weights(folder)
    shelf.add(short, folder)
    _tell({"name": short, "path": str(folder)}, json)


def _agreed() -> bool:
    """Ask the person at the terminal. Raises Fault when there is none."""
    if not sys.stdin.isatty():
        raise Fault("this needs a yes, and there is no one to ask", remedy="--yes agrees to the size and the licence")
    return typer.confirm("Fetch it under this licence?", err=True)


def _shelf_folder() -> Path:
    """Where weights go when no folder is named."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "oyster" / "weights"


def _tell(done: dict[str, str], json: bool) -> None:
    if json:
        say.as_json(done)
    else:
        say.data(done["path"])
