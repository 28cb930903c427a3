"""The slate back out of whatever oyster wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
from PIL import Image, UnidentifiedImageError

from oyster_cli.export.gif import read_comment
from oyster_cli.fault import Exit, Fault
from oyster_cli.take.take import open_take


def inspect(path: Path) -> dict[str, Any]:
    """The slate of a take's folder or of an exported mp4, wav, png or gif. Fault when there is none in it."""
    if path.is_dir():
        return open_take(path).slate.model_dump(mode="json")
    if not path.exists():
        raise Fault("there is no such file", str(path), code=Exit.FAILED)
    try:
        found: dict[str, Any] = json.loads(_note(path))
    except (ValueError, KeyError, OSError, av.FFmpegError, UnidentifiedImageError):
        raise Fault(
            "there is no slate in this file", str(path), "oyster writes one into mp4, wav, png and gif", Exit.FAILED
        ) from None
    return found


def _note(path: Path) -> str | bytes:
    if path.suffix.lower() == ".gif":
        return read_comment(path)
    if path.suffix.lower() == ".png":
        with Image.open(path) as image:
            text: str = image.info["oyster"]
            return text
    with av.open(f"file:{path}") as file:
        return file.metadata.get("oyster") or file.metadata["comment"]
