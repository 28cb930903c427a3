"""Deliverables out of takes. The suffix of the target decides what is made; nothing is ever rendered again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from oyster_cli.export.cut import Cut, cut_of
from oyster_cli.export.film import export_movie, export_sound
from oyster_cli.export.gif import export_gif
from oyster_cli.export.sheet import export_sheet
from oyster_cli.export.stills import export_stills
from oyster_cli.fault import Fault
from oyster_cli.take.disk import disk_faults
from oyster_cli.take.order import shots_in
from oyster_cli.take.take import Take, open_take

KNOWN = "film.mp4, film.wav, film.gif, frames.%04d.png, sheet.png"
_OF_A_TAKE: dict[str, Callable[[Take, Path], None]] = {
    ".mp4": export_movie, ".wav": export_sound, ".gif": export_gif, ".png": export_sheet, "%.png": export_stills,
}  # fmt: skip
_OF_A_CUT: dict[str, Callable[[Cut, Path], None]] = {".mp4": Cut.write_movie, ".wav": Cut.write_sound}


def export(source: Path | list[Path], target: Path, *, crossfade: str = "0s", title: str = "") -> Path:
    """Make one deliverable. An older file of that name is replaced once the new one is whole.

    source: a take, a shot's folder (its newest whole take), a folder of shots, or several of these in the order of the cut.
    crossfade, title: for films (.mp4, .wav): how long one shot dissolves into the next (0.5s, 12f), and an opening card.
    Faults: unknown suffix, no such take, shots that cannot be joined, a disk that is full or forbidden.
    """
    kind = _kind(target)
    takes = _takes(source)
    with disk_faults(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        if len(takes) == 1 and not title:
            _OF_A_TAKE[kind](takes[0], target)
        elif kind in _OF_A_CUT:
            _OF_A_CUT[kind](cut_of(takes, crossfade, title), target)
        elif len(takes) == 1:
            raise Fault(f"there is no title on a {kind.lstrip('%')}", str(target), "--title goes with an .mp4 or a .wav")
        else:
            raise Fault(f"{len(takes)} shots do not fit in one {kind.lstrip('%')}", str(target), "a cut is an .mp4 or a .wav")
    return target


def _kind(target: Path) -> str:
    suffix = target.suffix.lower()
    numbered = "%" in target.name
    kind = f"%{suffix}" if numbered else suffix
    if kind not in _OF_A_TAKE:
        raise Fault(f"cannot export {suffix or 'a name without a suffix'}", str(target), f"known: {KNOWN}")
    if numbered and not re.fullmatch(r"[^%]*%(0\d)?d[^%]*", target.name):
        raise Fault("the frame number cannot be read", str(target), "for example frames.%04d.png")
    return kind


def _takes(source: Path | list[Path]) -> list[Take]:
    if isinstance(source, list):
        return [take for path in source for take in _takes(path)]
    shots = shots_in(source)
    return [open_take(shot) for shot in shots] if shots else [open_take(source)]
