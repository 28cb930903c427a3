"""What can be made again and is kept to save time: compiled kernels and built places, by the text they come from."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

SOURCES = Path(__file__).parent
OLD_S = 30 * 24 * 3600.0  # after so long what older text made is thrown away


def shelf(name: str, holds: Callable[[bytes], bool] = lambda _: True) -> Path:
    """A folder that belongs to exactly this source: what older text made never comes back.

    holds: which source files (their bytes) it depends on; all when not given.
    """
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(SOURCES.rglob("*.py")):
        text = path.read_bytes()
        if holds(text):
            digest.update(text)
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "oyster" / name
    folder = root / digest.hexdigest()
    if not folder.exists():
        _sweep(root)
    return folder


def _sweep(root: Path) -> None:
    for folder in root.glob("*"):
        if time.time() - folder.stat().st_mtime > OLD_S:
            shutil.rmtree(folder, ignore_errors=True)
