"""Sound files of takes and cuts in any layout, stems, and the film of a take with other sound under its picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from oyster_cli.export.cut import Cut
from oyster_cli.export.mixdown import Mixdown
from oyster_cli.take.disk import written_beside
from oyster_cli.take.encode import DUBBED, dub
from oyster_cli.take.riff import Form, write_wave

ORDERS = {"smpte": [0, 1, 2, 3, 4, 5], "film": [0, 1, 2, 4, 5, 3]}  # of 5.1: L R C LFE Ls Rs, L R C Ls Rs LFE
_MASK = 0x3F  # left, right, centre, low frequencies, both surrounds


def write_layout(heard: Mixdown | Cut, order: str, target: Path) -> None:
    """24-bit WAV with the slate in its comment and the time of its first sample in its broadcast fields. Only 5.1 in SMPTE's
    order says for which speakers it is: there is no mask for ambisonics, nor for any other order."""
    _write(heard, order, target, heard.sound(), 24)


def write_stems(heard: Mixdown | Cut, order: str, target: Path) -> list[Path]:
    """A WAV for each bus beside the target, named after it. Floats, so that what a limiter would have to hold back stays whole;
    their sum is the mix before its master chain and limiter."""
    made = []
    for bus in heard.buses:
        made.append(target.with_name(f"{target.stem.removesuffix(_sign(heard))}_{bus}{_sign(heard)}.wav"))
        _write(heard, order, made[-1], heard.stem(bus), 32)
    return made


def write_dubbed(heard: Mixdown, target: Path) -> None:
    """The take's watchable film, its picture copied, with this layout's sound; ambisonics are told by an SA3D box."""
    take = heard.take
    take.check(take.movie.name)
    with written_beside(target) as beside:
        dub(beside, take.movie, DUBBED[heard.layout.name], heard.sound(), take.clock, heard.tags)


def _write(heard: Mixdown | Cut, order: str, target: Path, chunks: Iterator[np.ndarray], bits: int) -> None:
    tags, surround = heard.tags, heard.layout.name == "5.1"
    note = json.dumps({**json.loads(tags["oyster"]), "order": order}) if surround else tags["oyster"]
    form = Form(heard.layout.channels, bits, _MASK if surround and order == "smpte" else None)
    ordered = (chunk[:, ORDERS[order]] if surround else chunk for chunk in chunks)
    with written_beside(target) as beside:
        write_wave(beside, form, ordered, {**heard.bext, "title": tags["title"], "comment": note})


def _sign(heard: Mixdown | Cut) -> str:
    """What tells ambisonics by their name: no WAV says it inside."""
    return f"_ambix_o{heard.layout.order}_ACN-SN3D" if heard.layout.order else ""
