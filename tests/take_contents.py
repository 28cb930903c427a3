"""What a take holds, for tests that compare takes."""

from __future__ import annotations

import json
from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    """Every file's bytes; of the slate all but the wall clock."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    slate = json.loads(found["slate.json"])
    slate.pop("rolled")
    return {**found, "slate.json": json.dumps(slate).encode()}
