"""The commented shot list that `oyster init` writes."""

from __future__ import annotations

from pathlib import Path


def sample() -> str:
    """A shot list to start from, as YAML with comments."""
    return Path(__file__).with_name("sample.yaml").read_text(encoding="utf-8")
