"""Writing WAV of any number of channels, with a mask that says for which speakers they are, or without one.

The encoder's library (encode.py) gives every file of 24 bits a mask, which players take at its word: four channels of
ambisonics come out of four corners then.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from oyster_cli.clock import RATE_HZ

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_SUBFORMAT = bytes.fromhex("000000001000800000aa00389b71")  # what follows the tag in the GUID of a sample format
_UNSAID = 0xFFFFFFFF  # in the 32-bit fields of an RF64 file
_BEXT_VERSION = 1


@dataclass(frozen=True)
class Form:
    """How samples are written. bits: 24, full scale 1.0, or 32 for floats. mask: speakers by the bits of
    WAVE_FORMAT_EXTENSIBLE; None for a plain file that says nothing of them."""

    channels: int
    bits: int = 24
    mask: int | None = None

    @property
    def width(self) -> int:
        """Bytes of a sample of all channels."""
        return self.channels * self.bits // 8


def write_wave(path: Path, form: Form, chunks: Iterable[np.ndarray], tags: Mapping[str, str] | None = None) -> None:
    """Write a whole file from (n, channels) float32 chunks. More than 4 GiB become an RF64 file (EBU Tech 3306).

    tags: title and comment; and with a time_reference, the sample of the day it begins at, also description and originator,
    which make it a broadcast WAV (EBU Tech 3285).
    """
    notes, samples = _notes(tags or {}), 0
    with path.open("wb") as file:
        file.write(_head(form, notes, 0))
        for chunk in chunks:
            file.write(_packed(chunk, form.bits))
            samples += len(chunk)
        if samples * form.width % 2:
            file.write(b"\0")
        file.seek(0)
        file.write(_head(form, notes, samples))


def _head(form: Form, notes: bytes, samples: int) -> bytes:
    """All that comes before the first sample, as long for any number of them."""
    content = samples * form.width
    middle = _chunk(b"fmt ", _format(form)) + notes
    if form.bits == 32:
        middle += _chunk(b"fact", struct.pack("<I", min(samples, _UNSAID)))
    riff = 4 + 36 + len(middle) + 8 + content + content % 2
    if riff > _UNSAID - 8:
        sizes = _chunk(b"ds64", struct.pack("<QQQI", riff, content, samples, 0))
        return struct.pack("<4sI4s", b"RF64", _UNSAID, b"WAVE") + sizes + middle + struct.pack("<4sI", b"data", _UNSAID)
    room = _chunk(b"JUNK", bytes(28))  # for the sizes, should it grow
    return struct.pack("<4sI4s", b"RIFF", riff, b"WAVE") + room + middle + struct.pack("<4sI", b"data", content)


def _format(form: Form) -> bytes:
    tag = _FLOAT if form.bits == 32 else _PCM
    rest = struct.pack("<HIIHH", form.channels, RATE_HZ, RATE_HZ * form.width, form.width, form.bits)
    if form.mask is None:
        return struct.pack("<H", tag) + rest + bytes(2 if tag == _FLOAT else 0)
    return struct.pack("<H", _EXTENSIBLE) + rest + struct.pack("<HHIH", 22, form.bits, form.mask, tag) + _SUBFORMAT


def _notes(tags: Mapping[str, str]) -> bytes:
    found = b""
    if "time_reference" in tags:
        words = [tags.get(name, "").encode()[:most] for name, most in (("description", 255), ("originator", 31))]
        found += _chunk(b"bext", struct.pack("<256s32s32x10x8xQH64x190x", *words, int(tags["time_reference"]), _BEXT_VERSION))
    info = [_chunk(name, tags[tag].encode() + b"\0") for tag, name in (("title", b"INAM"), ("comment", b"ICMT")) if tag in tags]
    return found + (_chunk(b"LIST", b"INFO" + b"".join(info)) if info else b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4sI", name, len(content)) + content + bytes(len(content) % 2)


def _packed(samples: np.ndarray, bits: int) -> bytes:
    if bits == 32:
        return samples.astype("<f4").tobytes()
    whole = np.clip(np.rint(samples.astype(np.float64) * (1 << 23)), -(1 << 23), (1 << 23) - 1).astype("<i4")
    return np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
