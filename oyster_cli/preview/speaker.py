"""Where the sound goes, and the clock the picture follows: seconds of sound played, or the wall when there is no sound card."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.preview.film import Ahead

CARD_S = 0.06  # of the card's buffer: what was handed over this long ago is what is heard now
_BLOCK = 1024


class Speaker(Protocol):
    """Plays a Tape. name: what to call it, "" for silence. latency_s: how long after it is handed over sound is heard."""

    name: str
    latency_s: float

    def start(self, tape: Tape) -> None: ...
    def close(self) -> None: ...


class Tape:
    """The sound of a film as a speaker asks for it: counts what has gone out, measures it, stands still when paused."""

    def __init__(self, pieces: Ahead | None) -> None:
        self._pieces = pieces
        self._rest = np.zeros((0, 2), np.float32)
        self._block = 0.0  # seconds that went out at once, last time
        self._at = time.monotonic()  # and when
        self.sent = 0  # samples handed out
        self.level = np.zeros(2)  # peak of the last block, left and right
        self.paused = False

    def read(self, samples: int) -> np.ndarray:
        """The next samples, (samples, 2) float32; silence while paused, late or at the end."""
        out = np.zeros((samples, 2), np.float32)
        got = 0 if self.paused else self._fill(out)
        self.level = np.abs(out).max(axis=0, initial=0)
        self.sent += got
        self._block, self._at = got / RATE_HZ, time.monotonic()
        return out

    def _fill(self, out: np.ndarray) -> int:
        """How far the tape moved. Past its end the clock runs on; where decoding is late it waits, and the picture with it."""
        while self._pieces and len(self._rest) < len(out) and (piece := self._pieces.take()) is not None:
            self._rest = np.concatenate([self._rest, piece])
        got = min(len(out), len(self._rest))
        out[:got], self._rest = self._rest[:got], self._rest[got:]
        return len(out) if self._pieces is None or self._pieces.ended else got

    def close(self) -> None:
        """Stop decoding."""
        if self._pieces:
            self._pieces.close()

    def heard_s(self, latency_s: float) -> float:
        """Seconds of the film that have come out of the speaker: the clock of the picture, smooth between blocks."""
        since = min(time.monotonic() - self._at, self._block)
        return self.sent / RATE_HZ - self._block + since - latency_s


class Miniaudio:
    """The sound card through miniaudio: its callback is the sample clock."""

    name = "miniaudio"
    latency_s = CARD_S

    def __init__(self, backends: list[Any] | None = None) -> None:
        import miniaudio

        real = backends or [b for b in miniaudio.Backend if b is not miniaudio.Backend.NULL]
        with _quiet():  # ALSA complains to the terminal when there is no card
            form = miniaudio.SampleFormat.FLOAT32
            self._device = miniaudio.PlaybackDevice(form, 2, RATE_HZ, buffersize_msec=int(CARD_S * 1000), backends=real)

    def start(self, tape: Tape) -> None:
        """Begin to play."""
        feed = _feed(tape)
        next(feed)
        self._device.start(feed)

    def close(self) -> None:
        """Stop and let the card go."""
        self._device.close()


def _feed(tape: Tape) -> Generator[np.ndarray, int, None]:
    samples = yield np.zeros((0, 2), np.float32)
    while True:
        samples = yield tape.read(samples)


class _Thread:
    """What plays a tape in a thread of its own: _run(tape) until `_stop` is set."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, tape: Tape) -> None:
        """Begin to play."""
        self._thread = threading.Thread(target=self._run, args=(tape,), daemon=True)
        self._thread.start()

    def _run(self, tape: Tape) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Stop and let the card go."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=2)


class Pedalboard(_Thread):
    """The sound card through pedalboard: a thread writes, and writing blocks until there is room."""

    name = "pedalboard"
    latency_s = CARD_S

    def __init__(self) -> None:
        super().__init__()
        from pedalboard.io import AudioStream

        with _quiet():
            devices = AudioStream.output_device_names
            name = devices[0] if devices else None
            self._stream = AudioStream(output_device_name=name, sample_rate=RATE_HZ, num_output_channels=2)

    def _run(self, tape: Tape) -> None:
        with self._stream as stream:
            while not self._stop.is_set():
                stream.write(np.ascontiguousarray(tape.read(_BLOCK).T), RATE_HZ)


class Silence(_Thread):
    """No sound card: a thread draws the samples at the wall clock's pace, so that the meters still move."""

    name = ""
    latency_s = 0.0

    def _run(self, tape: Tape) -> None:
        begun, read = time.monotonic(), 0
        while not self._stop.wait(_BLOCK / RATE_HZ):
            due = int((time.monotonic() - begun) * RATE_HZ) - read
            tape.read(due)
            read += due


def open_speaker() -> Speaker:
    """The first of miniaudio, pedalboard and silence that opens."""
    for kind in (Miniaudio, Pedalboard):
        try:
            return kind()
        except Exception:  # each library has its own errors, and none of them is worth a film
            continue
    return Silence()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what C libraries write to stderr off the screen."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as hole:  # noqa: PTH123
        os.dup2(hole.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
