"""Who is rolling a take now: a small file with the host and process, looked at before anyone goes on with it."""

from __future__ import annotations

import ctypes
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from oyster_cli.fault import Exit, Fault
from oyster_cli.take.disk import disk_faults

_NAME = "rolling"
_STILL_ACTIVE = 259
_QUERY_LIMITED_INFORMATION = 0x1000


@contextmanager
def rolling(folder: Path) -> Iterator[None]:
    """Hold a take while it is rolled. Fault when another process that is alive holds it.

    Each process writes a file under its own name first and looks for others afterwards, so that two that come at once
    cannot both go on.
    """
    mine = folder / f"{_NAME}.{os.getpid()}"
    with disk_faults(folder):
        mine.write_text(json.dumps({"host": platform.node(), "pid": os.getpid()}), encoding="utf-8")
    try:
        for other in folder.glob(f"{_NAME}.*"):
            if other != mine:
                _give_way(other, folder)
        yield
    finally:
        mine.unlink(missing_ok=True)


def _give_way(other: Path, folder: Path) -> None:
    try:
        holder = json.loads(other.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        holder = {"host": platform.node(), "pid": int(other.suffix[1:] or 0)}
    if holder["host"] != platform.node():
        raise Fault(
            f"this take is being rolled on {holder['host']}",
            str(folder),
            f"if it is not, delete {other.name} in it",
            Exit.FAILED,
        )
    if is_alive(holder["pid"]):
        raise Fault(f"this take is being rolled by process {holder['pid']}", str(folder), "wait for it to end", Exit.FAILED)
    other.unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Whether a process of this machine is running."""
    if os.name == "nt":
        return _is_alive_windows(pid)
    try:
        os.kill(pid, 0)  # signal 0 only asks (on Windows it would end the process)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_alive_windows(pid: int) -> bool:
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid)
    if not handle:
        return False
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == _STILL_ACTIVE
