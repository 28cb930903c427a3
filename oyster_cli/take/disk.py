"""Files that appear whole, and what a full or forbidden disk says. Nothing here knows what a take is."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oyster_cli.fault import Exit, Fault

_CAUSES = {
    errno.ENOSPC: ("the disk is full", "free some space"),
    errno.EACCES: ("cannot write here", "choose another folder or change its permissions"),
    errno.EPERM: ("cannot write here", "choose another folder or change its permissions"),
    errno.EROFS: ("this disk is read-only", "choose another folder"),
    errno.ENOTDIR: ("a file stands where a folder should be", "choose another folder"),
    errno.EEXIST: ("a file stands where a folder should be", "choose another folder"),
    errno.EISDIR: ("a folder stands where a file should be", "choose another name"),
    errno.EFBIG: ("the file grows larger than is allowed here", "raise the limit (ulimit -f) or choose another disk"),
    errno.ENAMETOOLONG: ("the name is too long for this disk", "choose a shorter one"),
}
if hasattr(errno, "EDQUOT"):
    _CAUSES[errno.EDQUOT] = ("your quota on this disk is used up", "free some space")


@contextmanager
def disk_faults(where: Path) -> Iterator[None]:
    """Turns an operating-system error about `where` into a Fault with a remedy (exit code 1)."""
    try:
        yield
    except OSError as error:
        cause, remedy = _CAUSES.get(error.errno or 0, (error.strerror or str(error), ""))
        raise Fault(cause, str(where), remedy, Exit.FAILED) from error


@contextmanager
def written_beside(target: Path) -> Iterator[Path]:
    """A path to write to; what is written there takes the name `target` at once and whole, or not at all."""
    beside = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        yield beside
        sync(beside)
        beside.replace(target)
        sync_folder(target.parent)
    finally:
        beside.unlink(missing_ok=True)


def write_text(target: Path, text: str) -> None:
    """Write a small text file, whole or not at all; line ends are the same on every system."""
    with written_beside(target) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


def sync(path: Path) -> None:
    """Wait until a file is on the disk, so that no rename can come before its content."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk. Windows cannot and need not."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(path: Path) -> str:
    """BLAKE2b-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=32)).hexdigest()


def need_space(folder: Path, needed: int) -> None:
    """Fault when the disk of `folder` clearly cannot hold `needed` bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        message = f"not enough disk: about {needed / 1e6:,.0f} MB needed, {free / 1e6:,.0f} MB free"
        raise Fault(message, str(folder), "free some space or choose another disk with -o", Exit.FAILED)
