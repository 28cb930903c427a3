"""State that can be saved and gone on from, and random draws that need no state. Imports nothing of ours."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

import numpy as np


class Stateful:
    """An object whose `kept` attributes are its whole state.

    Kept attributes may be numpy arrays, numbers, strings, None, other Stateful objects, and lists, tuples or str-keyed
    dicts of these. Everything else about the object must follow from how it was built.
    """

    kept: ClassVar[tuple[str, ...]] = ()

    def save(self) -> dict[str, Any]:
        """A deep copy of the kept attributes, made of plain values and arrays."""
        return {name: _saved(getattr(self, name)) for name in self.kept}

    def load(self, state: dict[str, Any]) -> None:
        """Take over a saved state, in place for kept attributes that are Stateful themselves."""
        for name in self.kept:
            setattr(self, name, _loaded(getattr(self, name), state[name]))


def _saved(value: Any) -> Any:
    if isinstance(value, Stateful):
        return value.save()
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: _saved(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_saved(item) for item in value]
    return value


def _loaded(current: Any, value: Any) -> Any:
    if isinstance(current, Stateful):
        current.load(value)
        return current
    if isinstance(current, dict) and any(isinstance(item, Stateful) for item in current.values()):
        return {key: _loaded(current[key], item) for key, item in value.items()}
    if isinstance(current, (list, tuple)) and any(isinstance(item, Stateful) for item in current):
        return type(current)(_loaded(old, item) for old, item in zip(current, value, strict=True))
    if isinstance(current, tuple) and isinstance(value, list):
        return tuple(value)
    return _saved(value)


def draw(seed: int, *purpose: str | int) -> np.random.Generator:
    """A generator keyed by (seed, thing, purpose, frame …): the same key gives the same numbers, whoever else draws."""
    digest = hashlib.blake2b(repr((seed, *purpose)).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.SFC64(int.from_bytes(digest, "little")))
