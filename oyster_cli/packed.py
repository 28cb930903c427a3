"""Nested values with arrays in one .npz: arrays beside a JSON skeleton. No pickle, so that it is data and never a program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

_ARRAY = "\u0000array"  # marks the place of an array in the skeleton; no attribute is named like this
_SKELETON = "skeleton"


def pack(path: Path, value: Any) -> None:
    """Write numbers, strings, None, arrays, and lists and str-keyed mappings of these. The same value gives the same bytes.

    Raises TypeError for anything else.
    """
    arrays: dict[str, np.ndarray] = {}
    skeleton = json.dumps(_taken_apart(value, arrays)).encode()
    with path.open("wb") as file:
        np.savez(file, **{_SKELETON: np.frombuffer(skeleton, np.uint8)}, **arrays)  # type: ignore[arg-type]


def unpack(path: Path) -> Any:
    """Read it back, types and bits as they were. A damaged file raises nearly anything."""
    with np.load(path, allow_pickle=False) as arrays:
        return _put_together(json.loads(arrays[_SKELETON].tobytes()), arrays)


def _taken_apart(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.hasobject:
            raise TypeError("an array of objects cannot be packed")
        name = f"a{len(arrays)}"
        arrays[name] = np.asarray(value)
        return {_ARRAY: name, "scalar": isinstance(value, np.generic)}
    if isinstance(value, (list, tuple)):
        return [_taken_apart(item, arrays) for item in value]
    if hasattr(value, "items"):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of a mapping are strings")
        return {key: _taken_apart(item, arrays) for key, item in value.items()}
    return value


def _put_together(value: Any, arrays: Any) -> Any:
    if isinstance(value, list):
        return [_put_together(item, arrays) for item in value]
    if isinstance(value, dict):
        if _ARRAY in value:
            array = arrays[value[_ARRAY]]
            return array[()] if value["scalar"] else array
        return {key: _put_together(item, arrays) for key, item in value.items()}
    return value
