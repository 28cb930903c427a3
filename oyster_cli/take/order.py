"""The order of the shots in a folder of takes, as their shot list had it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from oyster_cli.take.disk import disk_faults, write_text
from oyster_cli.take.take import versions_in

ORDER = "order.json"


def keep_order(root: Path, shot_ids: Sequence[str]) -> None:
    """Write down the order of a shot list's shots beside their takes."""
    with disk_faults(root):
        root.mkdir(parents=True, exist_ok=True)
        write_text(root / ORDER, json.dumps({"shots": list(shot_ids)}, indent=2) + "\n")


def shots_in(root: Path) -> list[Path]:
    """Folders of the shots under a folder of takes, in the order of their list, or by name where there was none.

    Empty when the folder is a take or a shot itself, or does not exist.
    """
    if not root.is_dir():
        return []
    found = {path.name: path for path in sorted(root.iterdir()) if path.is_dir() and versions_in(path)}
    try:
        listed = json.loads((root / ORDER).read_text(encoding="utf-8"))["shots"]
    except (OSError, ValueError, KeyError):
        return list(found.values())
    return [found[name] for name in listed if name in found]
