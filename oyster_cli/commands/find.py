"""A take as people name it: its folder, its shot's folder, or the shot's name under takes/."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from oyster_cli.fault import Exit, Fault

TAKES = Path("takes")


def find_folder(text: str) -> Path:
    """The folder meant by TAKE. Raises Fault when there is none, with the nearest name there is."""
    for folder in (Path(text), TAKES / text):
        if text.strip() and folder.is_dir():
            return folder
    there = [path.name for path in TAKES.iterdir() if path.is_dir()] if TAKES.is_dir() else []
    near = get_close_matches(Path(text).name, there, 1)
    remedy = f"did you mean {TAKES / near[0]}?" if near else "oyster generate makes one and prints its folder"
    raise Fault(f"there is no such {'file' if Path(text).suffix else 'take'}", text, remedy, Exit.FAILED)


def find_interrupted(text: str) -> Path:
    """The version meant by --resume TAKE: this one, or the newest of the shot that is not finished, else the newest."""
    from oyster_cli.take.slate import CALL_SHEET, SLATE
    from oyster_cli.take.take import versions_in

    folder = find_folder(text)
    versions = versions_in(folder)
    if not versions or (folder / CALL_SHEET).exists():
        return folder
    begun = [path for path in versions if (path / CALL_SHEET).exists() and not (path / SLATE).exists()]
    return (begun or versions)[-1]
