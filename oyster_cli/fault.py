"""The one error a user can cause. Everything raised on purpose is a Fault; it is caught once, in commands/."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line."""

    OK = 0
    FAILED = 1  # it was asked for rightly and did not work: disk, damage, device
    USAGE = 2  # it was asked for wrongly: option, prompt, shot list
    PARTIAL = 3  # a batch in which some shots failed
    MISSING = 4  # a model, tool or backend is not there
    INTERRUPTED = 130  # Ctrl-C


class Fault(Exception):
    """What went wrong in one line, where, and what to do about it.

    message: the cause, one line, no full stop.
    where: what it concerns, for example "shots.yaml:11:5" or a path; "" when there is nothing to point at.
    remedy: what the user can do, one line; "" when the cause says it.
    code: the exit code this leads to.
    excerpt: the offending line of a file with a caret under it, two lines; "" when there is none.
    """

    def __init__(self, message: str, where: str = "", remedy: str = "", code: Exit = Exit.USAGE, excerpt: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy
        self.code = code
        self.excerpt = excerpt

    @classmethod
    def of(cls, error: ValueError, where: str = "") -> Fault:
        """The fault that a ValueError of "cause; remedy" tells."""
        message, _, remedy = str(error).partition("; ")
        return cls(message, where, remedy)

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        line = f"{head} ({self.remedy})" if self.remedy else head
        return f"{line}\n{self.excerpt}" if self.excerpt else line


class Faults(Fault):
    """Several faults found together, for example all of one shot list. `each` holds them in file order."""

    def __init__(self, each: list[Fault]) -> None:
        super().__init__("; ".join(str(f) for f in each), code=max(f.code for f in each))
        self.each = each

    def __str__(self) -> str:
        return "\n".join(str(f) for f in self.each)
