"""What many tests start from."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli import Cli
from fake_runner import FakeRunner

from oyster_cli import runner


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """A command line in an empty folder; whatever the model is called, the fake one rolls."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runner, "open_runner", lambda _model, _device="auto": FakeRunner())
    return Cli(capfd)
