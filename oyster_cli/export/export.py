"""Deliverables out of takes. The suffix of the target decides what is made; nothing is ever rendered again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from oyster_cli.export.cut import Cut, cut_of
from oyster_cli.export.film import export_movie, export_sound
from oyster_cli.export.gif import export_gif
from oyster_cli.export.mixdown import Mixdown, layout_of, mixdown
from oyster_cli.export.sheet import export_sheet
from oyster_cli.export.spatial import ORDERS, write_dubbed, write_layout, write_stems
from oyster_cli.export.stills import export_stills
from oyster_cli.fault import Fault
from oyster_cli.take.disk import disk_faults
from oyster_cli.take.order import shots_in
from oyster_cli.take.take import Take, open_take

KNOWN = "film.mp4, film.wav, film.gif, frames.%04d.png, sheet.png"
_OF_A_TAKE: dict[str, Callable[[Take, Path], None]] = {
    ".mp4": export_movie, ".wav": export_sound, ".gif": export_gif, ".png": export_sheet, "%.png": export_stills,
}  # fmt: skip
_IN_A_LAYOUT: dict[str, Callable[[Mixdown, str, Path], None]] = {".mp4": write_dubbed, ".wav": write_layout}
_OF_A_CUT: dict[str, Callable[[Cut, Path], None]] = {".mp4": Cut.write_movie, ".wav": Cut.write_sound}


def export(
    source: Path | list[Path],
    target: Path,
    *,
    crossfade: str = "0s",
    title: str = "",
    layout: str = "binaural",
    order: str = "smpte",
) -> Path:
    """Make one deliverable. An older file of that name is replaced once the new one is whole.

    source: a take, a shot's folder (its newest whole take), a folder of shots, or several of these in the order of the cut.
    crossfade, title: for films (.mp4, .wav): how long one shot dissolves into the next (0.5s, 12f), and an opening card.
    layout: of a take's sound (.mp4, .wav), by its name in sound/layout.py. order: of the channels of 5.1, smpte or film.
    Faults: unknown suffix, no such take, shots that cannot be joined, a layout that this file cannot hold or that the take has
    not, a disk that is full or forbidden.
    """
    kind = _kind(target)
    takes = _takes(source)
    plain = (layout, order) == ("binaural", "smpte")
    heard = None if plain else _heard(takes, title, target, layout, order)
    with disk_faults(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        if heard:
            _IN_A_LAYOUT[kind](heard, order, target)
        elif len(takes) == 1 and not title:
            _OF_A_TAKE[kind](takes[0], target)
        elif kind in _OF_A_CUT:
            _OF_A_CUT[kind](cut_of(takes, crossfade, title), target)
        elif len(takes) == 1:
            raise Fault(f"there is no title on a {kind.lstrip('%')}", str(target), "--title goes with an .mp4 or a .wav")
        else:
            raise Fault(f"{len(takes)} shots do not fit in one {kind.lstrip('%')}", str(target), "a cut is an .mp4 or a .wav")
    return target


def export_stems(source: Path | list[Path], target: Path, *, layout: str = "binaural", order: str = "smpte") -> list[Path]:
    """Make a WAV for each bus of a take, named after the target (film.wav: film_water.wav, …); these are returned.

    Faults as those of export.
    """
    if _kind(target) != ".wav":
        raise Fault("stems are sound", str(target), "--stems goes with a .wav")
    heard = _heard(_takes(source), "", target, layout, order)
    with disk_faults(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        return write_stems(heard, order, target)


def left_out(source: Path | list[Path], layout: str) -> list[str]:
    """The effects of a take's mix that a layout cannot have: what turns directions into others."""
    return [effect for take in _takes(source) for effect in Mixdown(take, layout_of(layout)).left_out]


def _heard(takes: list[Take], title: str, target: Path, layout: str, order: str) -> Mixdown:
    """One take in a layout that its file can hold."""
    if _kind(target) not in _IN_A_LAYOUT:
        raise Fault(f"there is no sound in a {target.suffix.lower()}", str(target), "--layout goes with an .mp4 or a .wav")
    if len(takes) > 1 or title:
        raise Fault("a cut has the takes' own binaural sound", str(target), "export its shots one by one for other layouts")
    if order not in ORDERS:
        raise Fault(f"there is no order {order!r}", remedy=f"one of: {', '.join(ORDERS)}")
    if order != "smpte" and layout != "5.1":
        raise Fault(f"{layout} has one order of channels", remedy="--order goes with --layout 5.1")
    return mixdown(takes[0], layout)


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
