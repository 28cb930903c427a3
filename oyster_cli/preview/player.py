"""Plays a film in the terminal: the picture follows the sound that has been played, and late frames are left out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from oyster_cli.clock import Clock
from oyster_cli.fault import Exit, Fault
from oyster_cli.preview import encode, terminal
from oyster_cli.preview.film import Ahead, Film, pictures, sound, still
from oyster_cli.preview.speaker import Silence, Speaker, Tape, open_speaker

MAX_PX = 640  # widest picture sent as pixels; more costs bytes and shows little
QUIT = ("q", "Q", "\x1b")
_POLL_S = 0.008
_LATE_S = 0.15


@dataclass(frozen=True)
class Played:
    """What was seen. sound: what played it, "" when nothing did. shown: frames drawn; the others were late."""

    via: str
    sound: str
    shown: int
    passed: int


@dataclass(frozen=True)
class Layout:
    """Where the picture lies: cells from the left and the top, its size in cells, and the pixels to send."""

    left: int
    top: int
    cols: int
    rows: int
    pixels: tuple[int, int]


def layout(film: Film, able: terminal.Ability, cols: int, rows: int) -> Layout:
    """The largest picture of the film's proportions that fits, in the middle, one line left for the status."""
    cell_w, cell_h = able.cell_px
    shape = film.width / film.height * cell_h / cell_w  # cells across for one cell down
    high = max(1, min(rows - 1, int(cols / shape)))
    wide = max(1, min(cols, round(high * shape)))
    pixels = (wide, high * 2)
    if able.via != "blocks":
        scale = min(1.0, MAX_PX / (wide * cell_w))
        pixels = (max(2, int(wide * cell_w * scale)), max(2, int(high * cell_h * scale)))
    return Layout((cols - wide) // 2, (rows - 1 - high) // 2, wide, high, pixels)


def drawn(picture: np.ndarray, able: terminal.Ability, at: Layout) -> bytes:
    """The bytes that put a picture on the screen."""
    start = f"\x1b[{at.top + 1};{at.left + 1}H".encode()
    if able.via == "kitty":
        return start + encode.kitty(picture, at.cols, at.rows)
    if able.via == "iterm":
        return start + encode.iterm(picture, at.cols, at.rows)
    lines = encode.blocks(picture, able.truecolor)
    return b"".join(f"\x1b[{at.top + 1 + n};{at.left + 1}H".encode() + line for n, line in enumerate(lines))


def meter(level: np.ndarray, width: int = 12) -> str:
    """Left and right as bars over the last 48 dB."""
    filled = np.clip((20 * np.log10(np.maximum(level, 1e-6)) + 48) / 48, 0, 1) * width
    return "  ".join(f"{side} {'▮' * int(n)}{'▯' * (width - int(n))}" for side, n in zip("LR", filled, strict=True))


def show_still(film: Film, at_s: float, via: str) -> bytes:
    """One frame for the terminal, or as half blocks for a pipe."""
    able = terminal.probe(via)
    cols, rows = terminal.size()
    at = layout(film, able, cols, rows)
    picture = still(film, at_s, at.pixels)
    if able.via == "blocks":
        return b"\n".join(encode.blocks(picture, able.truecolor)) + b"\n"
    shown = encode.kitty(picture, at.cols, at.rows) if able.via == "kitty" else encode.iterm(picture, at.cols, at.rows)
    return shown + b"\n" * (at.rows if able.via == "kitty" else 1)


def play(film: Film, via: str = "auto", mute: bool = False) -> Played:
    """Play to the end or until q. Raises Fault when this is not a terminal; the terminal is put back in any case."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Fault("this is not a terminal, nothing can be played", str(film.path), "open the file in a player", Exit.FAILED)
    able = terminal.probe(via)
    speaker = Silence() if mute or not film.has_sound else open_speaker()
    with terminal.Screen() as screen, _running(film, screen, able, speaker) as reel:
        try:
            while reel.turn():
                pass
        finally:
            if able.via == "kitty":
                screen.write(encode.kitty_clear())
    return Played(able.via, speaker.name, reel.shown, reel.passed)


@contextmanager
def _running(film: Film, screen: terminal.Screen, able: terminal.Ability, speaker: Speaker) -> Iterator[Reel]:
    tape = Tape(Ahead(sound(film), depth=64) if film.has_sound else None)
    reel = Reel(film, screen, able, speaker, tape)
    speaker.start(tape)
    try:
        yield reel
    finally:
        speaker.close()
        reel.close()
        tape.close()


class Reel:
    """A film in the middle of being played."""

    def __init__(self, film: Film, screen: terminal.Screen, able: terminal.Ability, speaker: Speaker, tape: Tape) -> None:
        self._film, self._screen, self._able, self._speaker, self._tape = film, screen, able, speaker, tape
        self._clock = Clock(film.fps)
        self._at = layout(film, able, *screen.size())
        self._ahead = Ahead(pictures(film, lambda: self._at.pixels, lambda: self.now_s - _LATE_S), depth=8)
        self._next: tuple[float, np.ndarray] | None = None
        self.shown = 0
        self.passed = 0  # frames whose time came

    @property
    def now_s(self) -> float:
        """Second of the film that is heard now."""
        return self._tape.heard_s(self._speaker.latency_s)

    def turn(self) -> bool:
        """Draw what is due and look at the keys once. False when it is over."""
        due = self._due()
        if due is not None:
            self._draw(due)
        key = self._screen.key(_POLL_S)
        if key == " ":
            self._tape.paused = not self._tape.paused
            self._screen.write(self._status())
        return key not in QUIT and self.now_s < self._film.length_s

    def _due(self) -> np.ndarray | None:
        """The newest picture whose time has come since the last one; older ones are late and left out."""
        due = None
        while True:
            self._next = self._next or self._ahead.take()
            if self._next is None or self._next[0] > self.now_s:
                return due
            self.passed = round(self._next[0] * self._film.fps) + 1
            due, self._next = self._next[1], None

    def _draw(self, picture: np.ndarray) -> None:
        at = layout(self._film, self._able, *self._screen.size())
        data = b"" if at == self._at else b"\x1b[2J"
        self._at = at
        if picture.shape[1::-1] == at.pixels:  # else it was decoded before the window changed
            data += drawn(picture, self._able, at)
            self.shown += 1
        data += self._status()
        self._screen.write(b"\x1b[?2026h" + data + b"\x1b[?2026l" if self._able.sync else data)

    def _status(self) -> bytes:
        cols, rows = self._screen.size()
        frame = min(self._clock.frame_at(max(self.now_s, 0.0)), self._film.frames)
        times = f"{self._clock.timecode(frame)} / {self._clock.timecode(self._film.frames)}"
        sign = "❚❚" if self._tape.paused else "▶ "
        rest = "space pause  q quit" if self._speaker.name else f"{meter(self._tape.level)}  (silent)  space pause  q quit"
        return f"\x1b[{rows};1H\x1b[0m\x1b[2K{f'{sign} {times}  {rest}'[: cols - 1]}".encode()

    def close(self) -> None:
        """Stop decoding."""
        self._ahead.close()
