"""Where a frame's time goes in `sim`. Costs nothing until it is asked for: only then are the stages' functions wrapped."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

# What each stage of a step consists of. A call inside another counts for its own stage only.
STAGES = {
    "things": ["oyster_cli.world.step:World.step"],  # cues, weather, motion, dry sound: whatever the others are not
    "mix": ["oyster_cli.world.step:World._sound"],
    "sky": ["oyster_cli.world.film:Film.light"],
    "stage": ["oyster_cli.world.set:Set.pose", "oyster_cli.world.set:Set.blow", "oyster_cli.picture.stage:Stage.visible",
              "oyster_cli.picture.stage:Visible.work"],
    "shadow": ["oyster_cli.picture.shadow:Shadows.update"],
    "raster": ["oyster_cli.picture.sight:Sight.look"],
    "shade": [
        "oyster_cli.picture.painter:shade", "oyster_cli.picture.painter:reflect",
        "oyster_cli.picture.painter:Painter._draw_veils", "oyster_cli.picture.painter:track",
    ],
    "lens": ["oyster_cli.picture.painter:Painter.focus", "oyster_cli.picture.painter:Painter.smear"],
    "post": ["oyster_cli.picture.painter:Painter.expose", "oyster_cli.picture.painter:Painter.develop"],
}  # fmt: skip


class Stopwatch:
    """Seconds spent in each stage; while one runs inside another, the other stands still."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.spent_s: dict[str, float] = defaultdict(float)
        self._running: list[str] = []
        self._since = 0.0

    def _switch(self) -> None:
        now = self._clock()
        if self._running:
            self.spent_s[self._running[-1]] += now - self._since
        self._since = now

    def timed(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same call, with its time put down to a stage."""

        def measured(*args: Any, **kwargs: Any) -> Any:
            self._switch()
            self._running.append(stage)
            try:
                return call(*args, **kwargs)
            finally:
                self._switch()
                self._running.pop()

        return measured

    def each_ms(self, frames: int) -> dict[str, float]:
        """Milliseconds a frame in each stage."""
        return {stage: self.spent_s[stage] / frames * 1000 for stage in STAGES}


def found(place: str) -> tuple[Any, str]:
    """What holds a function of STAGES, and its name there. Raises AttributeError when the code has moved on."""
    module, _, path = place.partition(":")
    owner: Any = import_module(module)
    *holders, name = path.split(".")
    for holder in holders:
        owner = getattr(owner, holder)
    getattr(owner, name)
    return owner, name


@contextmanager
def watched() -> Iterator[Stopwatch]:
    """A stopwatch around every function of STAGES, put back afterwards. A runner must be open: kernels need a device."""
    watch = Stopwatch()
    with timing(watch, [(stage, *found(place)) for stage, names in STAGES.items() for place in names]):
        yield watch


@contextmanager
def timing(watch: Stopwatch, calls: Sequence[tuple[str, Any, str]]) -> Iterator[None]:
    """The watch around calls: stage, what holds a function, its name there. They are put back afterwards."""
    kept = [(owner, name, getattr(owner, name)) for _, owner, name in calls]
    for stage, owner, name in calls:
        setattr(owner, name, watch.timed(stage, getattr(owner, name)))
    try:
        yield
    finally:
        for owner, name, call in kept:
            setattr(owner, name, call)
