"""What is written about a take: the call sheet while it is rolled, the slate when it is whole."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

import oyster_cli
from oyster_cli.fault import Exit, Fault
from oyster_cli.script.chains import SoundMix, load_mix
from oyster_cli.script.mixes import is_own
from oyster_cli.script.models import Model, Shot

SLATE = "slate.json"
CALL_SHEET = "callsheet.json"
SCHEMA_VERSION = 1
Note = TypeVar("Note", "CallSheet", "Slate")


class Parent(Model):
    """The take this one was directed from: everything before `first_frame` is the parent's, bit for bit."""

    take: str
    first_frame: int


class FileNote(Model):
    """A file of the take as it was written. blake2b: 256-bit digest in hex."""

    bytes: int
    blake2b: str


class Rolled(Model):
    """When and how fast; the only part of a slate that differs between two runs of the same shot.

    wall_s: from opening the world to the slate. stepping_s: in steps, sound included, but for the first of each session,
    which starts it up. realtime: the length of those steps' frames over the time they took; 0 where there were none.
    """

    at: str
    wall_s: float
    stepping_s: float
    realtime: float


class CallSheet(Model):
    """What is needed to go on with a take that was interrupted."""

    schema_version: int = SCHEMA_VERSION
    shot: Shot
    device: str
    versions: dict[str, str]
    parent: Parent | None = None


class Slate(Model):
    """What a whole take is. Its presence says that the take is whole."""

    schema_version: int = SCHEMA_VERSION
    prompt: str
    shot_id: str
    version: str
    seed: int
    model: str
    device: str
    versions: dict[str, str]
    frames: int
    fps: str
    start_frame: int
    size: tuple[int, int]
    samples: int
    rate_hz: int
    gain_db: float
    loudness_lkfs: float | None
    true_peak_dbtp: float | None
    parent: Parent | None
    content: str
    shot: Shot
    mix: SoundMix | None = None  # the chains it was mixed with, wherever the file is now; None in slates that do not tell
    files: dict[str, FileNote]
    rolled: Rolled

    def tags(self) -> dict[str, str]:
        """The slate as it travels inside exported files: title, comment and the whole but for file notes and the wall clock."""
        short = self.model_dump(mode="json", exclude={"files", "rolled"})
        comment = f"{self.prompt or self.shot_id} · seed {self.seed} · {self.model}"
        return {"title": f"{self.shot_id} {self.version}", "comment": comment, "oyster": json.dumps(short)}


def versions() -> dict[str, str]:
    """The versions that decide what comes out."""
    found = {"oyster": oyster_cli.__version__, "python": platform.python_version()}
    for package in ("torch", "quadrants", "numba", "numpy", "scipy", "av", "pedalboard"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found


def content(shot: Shot, mix: SoundMix | None = None) -> str:
    """One digest of everything that was asked for: the resolved shot, its model, the version of oyster, and a mix of
    one's own: the chains it was mixed with, or those that its file has now."""
    text = json.dumps(shot.model_dump(mode="json"), sort_keys=True) + oyster_cli.__version__
    if is_own(shot.mix):
        text += (mix or load_mix(shot.mix)).model_dump_json()
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def as_text(note: Slate | CallSheet) -> str:
    """A slate or call sheet as it stands on disk."""
    return json.dumps(note.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"


def read_slate(folder: Path) -> Slate:
    """The slate of a whole take. Fault when it is missing or damaged."""
    return _read(folder, SLATE, Slate)


def read_call_sheet(folder: Path) -> CallSheet:
    """The call sheet of a take that was interrupted. Fault when there is none, or it is damaged."""
    return _read(folder, CALL_SHEET, CallSheet)


def _read(folder: Path, name: str, kind: type[Note]) -> Note:
    path = folder / name
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if name == SLATE and (folder / CALL_SHEET).exists():
            raise Fault("this take was interrupted", str(folder), f"oyster generate --resume {folder}", Exit.FAILED) from None
        raise Fault("this is not a take", str(folder), f"it has no {name}", Exit.FAILED) from None
    except (ValidationError, ValueError, OSError):
        raise Fault("this take is damaged", str(path), "generate the shot anew", Exit.FAILED) from None
