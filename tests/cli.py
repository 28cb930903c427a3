"""Runs the command line in this process, as a user would see it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from oyster_cli.__main__ import main


@dataclass(frozen=True)
class Said:
    """Exit code, stdout and stderr of one command line."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Cli:
    """Call it with arguments."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def __call__(self, *args: object) -> Said:
        self._capfd.readouterr()
        code = int(main([str(arg) for arg in args]))
        out, err = self._capfd.readouterr()
        assert "Traceback" not in out + err
        return Said(code, out, err)
