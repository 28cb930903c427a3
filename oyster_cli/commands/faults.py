"""Whatever goes wrong, as one Fault."""

from __future__ import annotations

import os
import traceback

from typer.exceptions import Abort, TyperException

from oyster_cli.fault import Exit, Fault


def as_fault(error: BaseException) -> Fault:
    """The fault an error stands for: usage, interruption, the operating system, or a mistake of ours."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, TyperException):
        return Fault(error.format_message().rstrip("."), remedy="oyster --help, or oyster COMMAND --help")
    if isinstance(error, (Abort, KeyboardInterrupt)):
        return Fault("interrupted", code=Exit.INTERRUPTED)
    if isinstance(error, MemoryError):
        return Fault("not enough memory", remedy="a smaller --size needs less", code=Exit.FAILED)
    if isinstance(error, OSError):
        return Fault(error.strerror or str(error), str(error.filename or ""), code=Exit.FAILED)
    if os.environ.get("OYSTER_DEBUG"):
        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}".replace("\n", " ")
    return Fault(f"unexpected, please report it: {what}", remedy="OYSTER_DEBUG=1 shows where", code=Exit.FAILED)
