"""What this terminal can show, and the screen while a film plays: keys unbuffered, cursor hidden, all of it put back."""

from __future__ import annotations

import atexit
import os
import re
import select
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from oyster_cli.fault import Exit, Fault

VIAS = ("auto", "kitty", "iterm", "blocks")
PROBE_S = 0.25
# Kitty graphics? Synchronised output? Pixels of a cell? The last one every terminal answers: it ends the wait.
_QUESTIONS = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[?2026$p\x1b[16t\x1b[c"
_FENCE = re.compile(rb"\x1b\[\?[\d;]*c")
_ENTER = b"\x1b[?1049h\x1b[?25l\x1b[2J"
_LEAVE = b"\x1b[0m\x1b[?25h\x1b[?1049l"


@dataclass(frozen=True)
class Ability:
    """What the terminal can show. cell_px: width, height of a character in pixels, as far as it is known."""

    via: str  # kitty | iterm | blocks
    truecolor: bool
    sync: bool = False  # holds a frame back until it is whole
    cell_px: tuple[int, int] = (10, 20)


def ability(via: str, answer: bytes, env: Mapping[str, str]) -> Ability:
    """What follows from the wish, the terminal's answer to the probe and the environment."""
    if via == "auto":
        via = _best_via(answer, env)
    cell = re.search(rb"\x1b\[6;(\d+);(\d+)t", answer)
    return Ability(
        via=via,
        truecolor=env.get("COLORTERM", "").lower() in ("truecolor", "24bit"),
        sync=re.search(rb"\x1b\[\?2026;[123]\$y", answer) is not None,
        cell_px=(int(cell[2]), int(cell[1])) if cell and int(cell[1]) and int(cell[2]) else (10, 20),
    )


def _best_via(answer: bytes, env: Mapping[str, str]) -> str:
    if b"_Gi=31;OK" in answer:
        return "kitty"
    named = env.get("TERM_PROGRAM") == "iTerm.app" or env.get("LC_TERMINAL") == "iTerm2"
    return "iterm" if named and "TMUX" not in env else "blocks"


def probe(via: str = "auto") -> Ability:
    """Ask the terminal, for at most a quarter of a second. Raises Fault for a `via` there is not."""
    if via not in VIAS:
        raise Fault(f"no such way to show a picture: {via!r}", remedy=f"one of {', '.join(VIAS)}")
    via = os.environ.get("OYSTER_PREVIEW", via) if via == "auto" else via
    answer = b""
    if sys.stdin.isatty() and sys.stdout.isatty():
        with raw_keys():
            answer = _ask()
    return ability(via if via in VIAS else "auto", answer, os.environ)


def _ask() -> bytes:
    os.write(sys.stdout.fileno(), _QUESTIONS)
    answer, end = b"", time.monotonic() + PROBE_S
    while not _FENCE.search(answer) and (left := end - time.monotonic()) > 0:
        if select.select([sys.stdin], [], [], left)[0]:
            answer += os.read(sys.stdin.fileno(), 4096)
    return answer


@contextmanager
def raw_keys() -> Iterator[None]:
    """Keys come at once and are not echoed, inside the with block; Ctrl-C still interrupts."""
    try:
        import termios
        import tty
    except ImportError:  # not a POSIX terminal
        raise Fault("this terminal cannot be asked for keys", remedy="open the movie itself", code=Exit.MISSING) from None
    was = termios.tcgetattr(sys.stdin)
    tty.setcbreak(sys.stdin)
    now = termios.tcgetattr(sys.stdin)
    now[6][termios.VSUSP] = b"\0"  # Ctrl-Z would leave the shell on our page, with our keys
    termios.tcsetattr(sys.stdin, termios.TCSANOW, now)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, was)


class Screen:
    """The other page of the terminal, for as long as a film plays. A context manager; leaves the terminal as it found it."""

    def __init__(self) -> None:
        self._keys = raw_keys()
        self._open = False

    def __enter__(self) -> Screen:
        self._keys.__enter__()
        self._open = True
        atexit.register(self._leave)
        self._on_term = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.write(_ENTER)
        return self

    def __exit__(self, *exc: Any) -> None:
        self._leave()
        signal.signal(signal.SIGTERM, self._on_term)
        atexit.unregister(self._leave)

    def _leave(self) -> None:
        if self._open:
            self._open = False
            self.write(_LEAVE)
            self._keys.__exit__(None, None, None)

    def write(self, data: bytes) -> None:
        """All of it at once, so that a frame is never seen half drawn."""
        view = memoryview(data)
        while view:
            view = view[os.write(sys.stdout.fileno(), view) :]

    def key(self, wait_s: float) -> str:
        """The key pressed within this time, or ""."""
        if not select.select([sys.stdin], [], [], max(wait_s, 0))[0]:
            return ""
        return os.read(sys.stdin.fileno(), 64)[:1].decode(errors="ignore")

    def size(self) -> tuple[int, int]:
        """Columns and rows, now."""
        return size()


def size() -> tuple[int, int]:
    """Columns and rows of the terminal, 80 x 24 where there is none."""
    try:
        cols, rows = os.get_terminal_size(sys.stdout.fileno())
    except (OSError, ValueError):  # a pipe, or not a file at all
        return 80, 24
    return cols, rows
