"""A saved state on disk: one .npz, arrays beside a JSON skeleton. No pickle, so that a state is data and never a program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.protocol import State

_ARRAY = "\u0000array"  # marks the place of an array in the skeleton; no attribute is named like this
_SKELETON = "skeleton"


def write_state(path: Path, state: State) -> None:
    """Write a state. The same state gives the same bytes. TypeError for anything a State may not hold."""
    arrays: dict[str, np.ndarray] = {}
    skeleton = json.dumps(_taken_apart(state, arrays)).encode()
    with path.open("wb") as file:
        np.savez(file, **{_SKELETON: np.frombuffer(skeleton, np.uint8)}, **arrays)  # type: ignore[arg-type]


def read_state(path: Path) -> dict[str, Any]:
    """Read a state back, types and bits as they were saved. Fault when the file is damaged."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            state: dict[str, Any] = _put_together(json.loads(arrays[_SKELETON].tobytes()), arrays)
            return state
    except Exception as error:  # a damaged zip can raise nearly anything
        raise Fault("this saved state is damaged", str(path), "generate the shot anew", Exit.FAILED) from error


def _taken_apart(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.hasobject:
            raise TypeError("a state cannot hold an array of objects")
        name = f"a{len(arrays)}"
        arrays[name] = np.asarray(value)
        return {_ARRAY: name, "scalar": isinstance(value, np.generic)}
    if isinstance(value, (list, tuple)):
        return [_taken_apart(item, arrays) for item in value]
    if hasattr(value, "items"):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of a state are strings")
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
