"""The weights that are known by a name: a JSON file of names and folders in the user's config folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

from oyster_cli.fault import Exit, Fault
from oyster_cli.script.spelling import did_you_mean


def file() -> Path:
    """Where the names are kept: XDG_CONFIG_HOME, APPDATA on Windows, else ~/.config."""
    root = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA") or Path.home() / ".config"
    return Path(root) / "oyster" / "weights.json"


def read() -> dict[str, Path]:
    """Name -> folder, in the order they were added. Raises Fault when the file is damaged."""
    try:
        text = file().read_text(encoding="utf-8")
        return {str(name): Path(path) for name, path in json.loads(text).items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError, TypeError):
        raise Fault("the list of weights is damaged", str(file()), "mend it or delete it", Exit.FAILED) from None


def add(name: str, path: Path) -> None:
    """Know a folder by this name. Raises Fault when the name is taken by another folder or reads as a path."""
    known = read()
    path = path.expanduser().resolve()
    if not name or name != Path(name).name:
        raise Fault("a name of weights has no slash", name, "for example: oyster models add ltx-2.3 ~/models/LTX-2.3")
    if known.get(name, path) != path:
        raise Fault("this name is taken", name, f"it is {known[name]}; oyster models remove {name} frees it")
    _write(known | {name: path})


def remove(name: str) -> Path:
    """Forget a name; the folder stays. Raises Fault (exit code 4) when there is no such name."""
    known = read()
    if name not in known:
        raise Fault("no weights of this name", name, did_you_mean(name, known) or "none are known", Exit.MISSING)
    path = known.pop(name)
    _write(known)
    return path


def _write(known: dict[str, Path]) -> None:
    target = file()
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_suffix(f".{os.getpid()}")
    beside.write_text(json.dumps({name: str(path) for name, path in known.items()}, indent=2) + "\n", encoding="utf-8")
    beside.replace(target)
