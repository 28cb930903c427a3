"""--profile: the wall time of a take, and where each frame's share of it went."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oyster_cli.runner.profile import Stopwatch

FILES = "files"  # what a frame takes beside its step: stems, states, waiting for the encoder, which runs beside the next step


@dataclass(frozen=True)
class Profile:
    """first_s: until the first frame was safe (the world is built, kernels load). each_ms: a frame after it, stage by stage,
    summing to the wall time. frames: how many those were. end_s: mastering, the MP4 and the slate."""

    first_s: float
    frames: int
    each_ms: dict[str, float]
    end_s: float


class Profiler:
    """Told of every frame, as a bar is; makes a Profile of what it saw."""

    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch
        self._begun = self._first = self._last = time.perf_counter()
        self._frames = 0

    def frame(self) -> None:
        """A frame is done. The first one is not counted: it pays for the start."""
        self._last = time.perf_counter()
        if self._frames == 0:
            self._first = self._last
            self._watch.spent_s.clear()
        self._frames += 1

    def profile(self) -> Profile:
        """What it came to."""
        frames = max(self._frames - 1, 0)
        wall_ms = (self._last - self._first) * 1000 / max(frames, 1)
        stages = self._watch.each_ms(frames) if frames else {}
        each_ms = stages | ({FILES: wall_ms - sum(stages.values())} if frames else {})
        return Profile(self._first - self._begun, frames, each_ms, time.perf_counter() - self._last)


@contextmanager
def profiling() -> Iterator[Profiler]:
    """A profiler while something is rolled. A runner must be open."""
    from oyster_cli.runner.profile import watched

    with watched() as watch:
        yield Profiler(watch)


def lines(profile: Profile) -> list[str]:
    """The profile as a table for people."""
    total_ms = sum(profile.each_ms.values())
    told = [f"  start, to the first frame  {profile.first_s:8.2f} s"]
    told += [f"  {name:8} {ms:8.2f} ms a frame {ms / total_ms:6.1%}" for name, ms in profile.each_ms.items()]
    if profile.frames:
        told.append(f"  {'all':8} {total_ms:8.2f} ms a frame, {1000 / total_ms:.1f} frames/s over {profile.frames} frames")
    return [*told, f"  end: sound, MP4, slate      {profile.end_s:8.2f} s"]
