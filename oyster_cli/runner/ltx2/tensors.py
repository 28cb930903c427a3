"""What a safetensors file holds, by its header alone: nothing is loaded, and nothing that needs pickle is opened."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oyster_cli.fault import Exit, Fault

HEADER_LIMIT = 100_000_000  # bytes, the format's own
AGAIN = "fetch this file again"


@dataclass(frozen=True)
class Tensors:
    """All tensors of one component together.

    size_bytes: what the tensors take on disk. parameters: how many numbers that is; largest: how many are in the biggest one.
    dtype: the type most of the bytes are in, as safetensors spells it (BF16, F32, F8_E4M3, U8 ...); "" without tensors.
    """

    size_bytes: int = 0
    parameters: int = 0
    largest: int = 0
    dtype: str = ""


def damaged(path: Path, why: str, remedy: str = AGAIN) -> Fault:
    """The fault of a weights file or folder that is there and of no use."""
    return Fault(why, str(path), remedy, Exit.MISSING)


def read_header(path: Path) -> dict[str, Any]:
    """Name -> {dtype, shape, data_offsets} of every tensor of a file.

    The format is 8 bytes of length (little endian), that much JSON, then the data. Raises Fault (exit code 4) for a file that
    is not there, not one of these, or not as long as its header says.
    """
    if not path.is_file():
        raise damaged(path, "this part of the weights is not there")
    size = path.stat().st_size
    with path.open("rb") as file:
        first = file.read(8)
        length = int.from_bytes(first, "little")
        if not 2 <= length <= min(HEADER_LIMIT, size - 8):
            raise _stub(path, first + file.read(500))
        text = file.read(length)
    try:
        header = json.loads(text)
        header.pop("__metadata__", None)
        end = 8 + length + max((each["data_offsets"][1] for each in header.values()), default=0)
    except (ValueError, LookupError, TypeError, AttributeError):
        raise damaged(path, "not a safetensors file: its header cannot be read") from None
    if size < end:
        raise damaged(path, f"cut short: {size:,} bytes of the {end:,} that its header names")
    return header


def _stub(path: Path, begin: bytes) -> Fault:
    """What a file is that stands where weights should be."""
    text = begin.decode("utf-8", "replace").lower()
    if text.startswith("version https://git-lfs"):
        return damaged(path, "a Git LFS pointer, not the weights", "run `git lfs pull` in that folder")
    if any(word in text for word in ("gated", "restricted", "access to", "unauthorized")):
        return damaged(path, "a page that refuses access, not the weights", "accept the licence there, then fetch it again")
    return damaged(path, "not a safetensors file, or cut short")


def add_up(headers: Sequence[dict[str, Any]]) -> Tensors:
    """What the tensors of some headers come to."""
    sizes: Counter[str] = Counter()
    counts = [0]
    for each in (tensor for header in headers for tensor in header.values()):
        begin, end = each["data_offsets"]
        sizes[each["dtype"]] += end - begin
        counts.append(math.prod(each["shape"]))
    dtype = max(sizes, key=lambda name: sizes[name], default="")
    return Tensors(sum(sizes.values()), sum(counts), max(counts), dtype)
