"""A saved state on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from oyster_cli.fault import Exit, Fault
from oyster_cli.packed import pack, unpack
from oyster_cli.runner.protocol import State


def write_state(path: Path, state: State) -> None:
    """Write a state. The same state gives the same bytes. TypeError for anything a State may not hold."""
    pack(path, state)


def read_state(path: Path) -> dict[str, Any]:
    """Read a state back, types and bits as they were saved. Fault when the file is damaged."""
    try:
        state: dict[str, Any] = unpack(path)
        return state
    except Exception as error:  # a damaged zip can raise nearly anything
        raise Fault("this saved state is damaged", str(path), "generate the shot anew", Exit.FAILED) from error
