"""Reading WAV by the sample: any stretch of a long file without what comes before it. Writing is in encode.py."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from oyster_cli.fault import Exit, Fault

CHUNK = 48_000  # samples handed on at once when a whole file streams


@dataclass(frozen=True)
class Wave:
    """A PCM file: 24-bit integers or 32-bit floats, interleaved."""

    path: Path
    channels: int
    rate_hz: int
    bits: int
    offset: int  # bytes before the first sample
    samples: int

    def read(self, first: int = 0, end: int | None = None) -> np.ndarray:
        """Samples [first, end) as (n, channels) float32, full scale 1.0. 24-bit values come out exact."""
        end = self.samples if end is None else min(end, self.samples)
        width = self.channels * self.bits // 8
        kind = np.float32 if self.bits == 32 else np.uint8
        count = max(end - first, 0) * width // np.dtype(kind).itemsize
        raw = np.fromfile(self.path, kind, count, offset=self.offset + first * width)
        values = raw if self.bits == 32 else _from_24(raw)
        return values.reshape(-1, self.channels)

    def chunks(self, first: int = 0, end: int | None = None) -> Iterator[np.ndarray]:
        """The same, a second at a time."""
        end = self.samples if end is None else min(end, self.samples)
        for at in range(first, end, CHUNK):
            yield self.read(at, min(at + CHUNK, end))


def open_wave(path: Path) -> Wave:
    """Find the samples in a WAV or RF64 file. Fault when it is not one, or not 24-bit or float."""
    fault = Fault("this is not a WAV file oyster wrote, or it is damaged", str(path), code=Exit.FAILED)
    size = path.stat().st_size
    form = b""
    with path.open("rb") as file:
        if file.read(12)[8:] != b"WAVE":
            raise fault
        while len(head := file.read(8)) == 8:
            name, length = head[:4], struct.unpack("<I", head[4:])[0]
            if name == b"data" and len(form) >= 16:
                return _wave(path, form, file.tell(), min(length, size - file.tell()), fault)
            form = file.read(length) if name == b"fmt " else form
            file.seek(length % 2 if name == b"fmt " else length + length % 2, 1)
    raise fault


def _wave(path: Path, form: bytes, offset: int, length: int, fault: Fault) -> Wave:
    channels, rate_hz, width, bits = struct.unpack("<HIxxxxHH", form[2:16])
    if bits not in (24, 32) or width != channels * bits // 8:
        raise fault
    return Wave(path, channels, rate_hz, bits, offset, length // width)


def _from_24(raw: np.ndarray) -> np.ndarray:
    """Little-endian 24-bit bytes -> float32 in -1..1; a float32 holds 24 bits exactly."""
    wide = np.zeros((len(raw) // 3, 4), np.uint8)
    wide[:, 1:] = raw.reshape(-1, 3)
    return (wide.view("<i4")[:, 0] >> 8).astype(np.float32) / np.float32(1 << 23)
