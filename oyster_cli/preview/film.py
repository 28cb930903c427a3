"""A movie on disk, decoded for viewing: pictures at the size wanted now, sound as 48 kHz stereo. PyAV, in its own threads."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.fault import Exit, Fault

Size = tuple[int, int]


@dataclass(frozen=True)
class Film:
    """What a movie file says of itself."""

    path: Path
    frames: int
    fps: Fraction
    width: int
    height: int
    has_sound: bool

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return float(self.frames / self.fps)


def _open(path: Path) -> Any:
    import av

    try:
        return av.open(str(path))
    except FileNotFoundError:
        raise Fault("no such file", str(path), code=Exit.FAILED) from None
    except av.FFmpegError as error:
        raise Fault(f"not a movie that can be read: {error.strerror}", str(path), code=Exit.FAILED) from None


def open_film(path: Path) -> Film:
    """Read the head of a movie. Raises Fault when there is no picture in it."""
    with _open(path) as movie:
        if not movie.streams.video:
            raise Fault("there is no picture in this file", str(path), code=Exit.FAILED)
        video = movie.streams.video[0]
        fps = Fraction(video.average_rate or 24)
        frames = video.frames or int((movie.duration or 0) * fps / 1_000_000)
        return Film(path, frames, fps, video.width, video.height, bool(movie.streams.audio))


def pictures(film: Film, size: Callable[[], Size], since: Callable[[], float]) -> Iterator[tuple[float, np.ndarray]]:
    """(second, (height, width, 3) uint8) of every frame not yet late; `since` is the second before which nobody looks."""
    with _open(film.path) as movie:
        stream = movie.streams.video[0]
        stream.thread_type = "AUTO"
        for n, frame in enumerate(movie.decode(stream)):
            time_s = float(n / film.fps)
            if time_s >= since():
                width, height = size()
                yield time_s, frame.to_ndarray(width=width, height=height, format="rgb24", interpolation="AREA")


def still(film: Film, at_s: float, size: Size) -> np.ndarray:
    """The frame shown at an instant, (height, width, 3) uint8. Raises Fault outside the film."""
    if not 0 <= at_s < film.length_s:
        raise Fault(f"{at_s:g}s is outside the film", str(film.path), f"it is {film.length_s:g}s long")
    first = int(Fraction(at_s).limit_denominator(1_000_000) * film.fps) / film.fps
    for _, picture in pictures(film, lambda: size, lambda: float(first)):
        return picture
    raise Fault("the film ends before this frame", str(film.path), code=Exit.FAILED)


def sound(film: Film) -> Iterator[np.ndarray]:
    """The sound in pieces of (samples, 2) float32 at 48 kHz."""
    import av

    with _open(film.path) as movie:
        resampler = av.AudioResampler(format="flt", layout="stereo", rate=RATE_HZ)
        for frame in movie.decode(movie.streams.audio[0]):
            for piece in resampler.resample(frame):
                yield piece.to_ndarray().reshape(-1, 2)


class Ahead:
    """Runs an iterator in a thread, a few items ahead of whoever takes them. `None` from take() says: not ready yet."""

    def __init__(self, items: Iterator[Any], depth: int) -> None:
        self._items = items
        self._queue: queue.Queue[Any] = queue.Queue(depth)
        self._stop = threading.Event()
        self.done = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for item in self._items:
            while not self._stop.is_set():
                try:
                    self._queue.put(item, timeout=0.1)
                    break
                except queue.Full:
                    continue
            if self._stop.is_set():
                return
        self.done = True

    def take(self) -> Any:
        """The next item, or None when there is none yet (see `ended`)."""
        try:
            return self._queue.get_nowait()
        except queue.Empty:
            return None

    @property
    def ended(self) -> bool:
        """True once every item has been taken."""
        return self.done and self._queue.empty()

    def close(self) -> None:
        """Stop the thread; what was not taken is dropped."""
        self._stop.set()
        self._thread.join(timeout=2)
