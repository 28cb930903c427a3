"""Deliverables out of takes. The suffix of the target decides what is made; nothing is ever rendered again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from oyster_cli.export.cut import Cut, cut_of
from oyster_cli.export.film import export_movie
from oyster_cli.export.gif import export_gif
from oyster_cli.export.mixdown import Mixdown, layout_of, mixdown
from oyster_cli.export.sheet import export_sheet
from oyster_cli.export.spatial import ORDERS, write_dubbed, write_layout, write_stems
from oyster_cli.export.stills import export_stills
from oyster_cli.fault import Fault
from oyster_cli.script.models import Loudness
from oyster_cli.take.disk import disk_faults
from oyster_cli.take.order import shots_in
from oyster_cli.take.take import Take, open_take

KNOWN = "film.mp4, film.wav, film.gif, frames.%04d.png, sheet.png"
_SILENT: dict[str, Callable[[Take, Path], None]] = {".gif": export_gif, ".png": export_sheet, "%.png": export_stills}
_HEARD = (".mp4", ".wav")


def export(
    source: Path | list[Path],
    target: Path,
    *,
    crossfade: str = "0s",
    title: str = "",
    layout: str = "binaural",
    order: str = "smpte",
    loudness: Loudness | None = None,
) -> Path:
    """Make one deliverable. An older file of that name is replaced once the new one is whole.

    source: a take, a shot's folder (its newest whole take), a folder of shots, or several of these in the order of the cut.
    For films and sound files (.mp4, .wav): crossfade, how long one shot dissolves into the next (0.5s, 12f); title, an opening
    card; layout, by its name in sound/layout.py; order of the channels of 5.1, smpte or film; loudness that each take is
    brought to, None for what it has.
    Faults: unknown suffix, no such take, shots that cannot be joined, a layout that this file cannot hold or that a take has
    not, a disk that is full or forbidden.
    """
    kind, takes = _kind(target), _takes(source)
    if kind in _HEARD:
        heard = _heard(takes, crossfade, title, layout, order, loudness)
    else:
        _refuse(kind, takes, title, layout, loudness, target)
    with disk_faults(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        if kind in _SILENT:
            _SILENT[kind](takes[0], target)
        elif kind == ".wav":
            write_layout(heard, order, target)
        else:
            _write_movie(heard, order, target)
    return target


def export_stems(
    source: Path | list[Path],
    target: Path,
    *,
    crossfade: str = "0s",
    title: str = "",
    layout: str = "binaural",
    order: str = "smpte",
    loudness: Loudness | None = None,
) -> list[Path]:
    """Make a WAV for each bus of a take or a cut, named after the target (film.wav: film_water.wav, …); these are returned.

    They begin with the silence of the title, as the film does. Faults as those of export.
    """
    if _kind(target) != ".wav":
        raise Fault("stems are sound", str(target), "--stems goes with a .wav")
    heard = _heard(_takes(source), crossfade, title, layout, order, loudness)
    with disk_faults(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        return write_stems(heard, order, target)


def _write_movie(heard: Mixdown | Cut, order: str, target: Path) -> None:
    if order != "smpte":
        raise Fault("the channels of 5.1 in an MP4 have an order of their own", str(target), "--order goes with a .wav")
    if isinstance(heard, Cut):
        heard.write_movie(target)
    elif heard.is_the_take:
        export_movie(heard.take, target)
    else:
        write_dubbed(heard, target)


def _heard(takes: list[Take], crossfade: str, title: str, layout: str, order: str, loudness: Loudness | None) -> Mixdown | Cut:
    """One take in a layout, or several and a title as a cut."""
    if order not in ORDERS:
        raise Fault(f"there is no order {order!r}", remedy=f"one of: {', '.join(ORDERS)}")
    if order != "smpte" and layout != "5.1":
        raise Fault(f"{layout} has one order of channels", remedy="--order goes with --layout 5.1")
    mixdowns = [mixdown(take, layout, loudness) for take in takes]
    cut = cut_of(mixdowns, crossfade, title)
    return cut if len(takes) > 1 or title else mixdowns[0]


def _refuse(kind: str, takes: list[Take], title: str, layout: str, loudness: Loudness | None, target: Path) -> None:
    """Raise the fault of what pictures without sound cannot be."""
    name = kind.lstrip("%")
    if layout != "binaural" or loudness is not None:
        asked = "--loudness" if layout == "binaural" else "--layout"
        raise Fault(f"there is no sound in a {name}", str(target), f"{asked} goes with an .mp4 or a .wav")
    if len(takes) > 1:
        raise Fault(f"{len(takes)} shots do not fit in one {name}", str(target), "a cut is an .mp4 or a .wav")
    if title:
        raise Fault(f"there is no title on a {name}", str(target), "--title goes with an .mp4 or a .wav")


def left_out(source: Path | list[Path], layout: str) -> list[str]:
    """The effects of a take's mix that a layout cannot have: what turns directions into others."""
    return [effect for take in _takes(source) for effect in Mixdown(take, layout_of(layout)).left_out]


def after_stems(source: Path | list[Path]) -> list[str]:
    """The effects of a take's mix that its stems go without: those of the sum."""
    return [effect.called for take in _takes(source) for effect in take.mix.master]


def _kind(target: Path) -> str:
    suffix = target.suffix.lower()
    numbered = "%" in target.name
    kind = f"%{suffix}" if numbered else suffix
    if kind not in (*_HEARD, *_SILENT):
        raise Fault(f"cannot export {suffix or 'a name without a suffix'}", str(target), f"known: {KNOWN}")
    if numbered and not re.fullmatch(r"[^%]*%(0\d)?d[^%]*", target.name):
        raise Fault("the frame number cannot be read", str(target), "for example frames.%04d.png")
    return kind


def _takes(source: Path | list[Path]) -> list[Take]:
    if isinstance(source, list):
        return [take for path in source for take in _takes(path)]
    shots = shots_in(source)
    return [open_take(shot) for shot in shots] if shots else [open_take(source)]
