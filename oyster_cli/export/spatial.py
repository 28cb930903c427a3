"""Exports in other layouts than the take's own: WAV, stems, and MP4 with other sound under the take's picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from oyster_cli.export.mixdown import Mixdown
from oyster_cli.fault import Fault
from oyster_cli.take.disk import written_beside
from oyster_cli.take.encode import DUBBED, dub
from oyster_cli.take.finish import bext
from oyster_cli.take.riff import Form, write_wave

ORDERS = {"smpte": [0, 1, 2, 3, 4, 5], "film": [0, 1, 2, 4, 5, 3]}  # of 5.1: L R C LFE Ls Rs, L R C Ls Rs LFE
_MASK = 0x3F  # left, right, centre, low frequencies, both surrounds


def write_layout(heard: Mixdown, order: str, target: Path) -> None:
    """24-bit WAV with the slate in its comment and the time of its first sample in its broadcast fields. Only 5.1 in SMPTE's
    order says for which speakers it is: there is no mask for ambisonics, nor for any other order."""
    _write(heard, order, target, heard.sound(), 24)


def write_stems(heard: Mixdown, order: str, target: Path) -> list[Path]:
    """A WAV for each bus beside the target, named after it. Floats, so that what a limiter would have to hold back stays whole;
    their sum is the mix before its master chain and limiter."""
    made = []
    for bus in heard.buses:
        made.append(target.with_name(f"{target.stem.removesuffix(_sign(heard))}_{bus}{_sign(heard)}.wav"))
        _write(heard, order, made[-1], heard.stem(bus), 32)
    return made


def write_dubbed(heard: Mixdown, order: str, target: Path) -> None:
    """The take's watchable film, its picture copied, with this layout's sound; ambisonics are told by an SA3D box."""
    if order != "smpte":
        raise Fault("the channels of 5.1 in an MP4 have an order of their own", str(target), "--order goes with a .wav")
    take = heard.take
    take.check(take.movie.name)
    with written_beside(target) as beside:
        dub(beside, take.movie, DUBBED[heard.layout.name], heard.sound(), take.clock, _tags(heard, order))


def _write(heard: Mixdown, order: str, target: Path, chunks: Iterator[np.ndarray], bits: int) -> None:
    slate, surround = _tags(heard, order), heard.layout.name == "5.1"
    tags = {**bext(heard.take.slate.prompt, heard.take.score), "title": slate["title"], "comment": slate["oyster"]}
    form = Form(heard.layout.channels, bits, _MASK if surround and order == "smpte" else None)
    with written_beside(target) as beside:
        write_wave(beside, form, (chunk[:, ORDERS[order]] if surround else chunk for chunk in chunks), tags)


def _tags(heard: Mixdown, order: str) -> dict[str, str]:
    """The slate with the layout; how loud the two ears are goes with them alone."""
    tags, name = heard.take.slate.tags(), heard.layout.name
    note = {**json.loads(tags["oyster"]), "layout": name, **({"order": order} if name == "5.1" else {})}
    if name != "binaural":
        note |= {"loudness_lkfs": None, "true_peak_dbtp": None}
    return {**tags, "oyster": json.dumps(note)}


def _sign(heard: Mixdown) -> str:
    """What tells ambisonics by their name: no WAV says it inside."""
    return f"_ambix_o{heard.layout.order}_ACN-SN3D" if heard.layout.order else ""
