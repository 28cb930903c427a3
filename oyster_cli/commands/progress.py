"""How far a shot is: a bar in a terminal, a line at every quarter elsewhere. On stderr."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from oyster_cli.commands import say

if TYPE_CHECKING:
    from oyster_cli.script.models import Shot

_QUARTERS = 4


class Bar:
    """Told of every frame that is rolled. A context manager."""

    def __init__(self, shot: Shot) -> None:
        self._name, self._frames = shot.id, shot.frames
        self._first = -1  # a take that goes on does not begin at 0
        self._begun = 0.0
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Bar:
        console = say.console()
        if console.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
            # stdout stays what it is: it carries data, and the kernels' runtime is unsettled by a wrapped one
            self._bar = Progress(
                *columns, TimeRemainingColumn(), console=console, transient=True, redirect_stdout=False, redirect_stderr=False
            )
            self._task = self._bar.add_task(self._name, total=self._frames, pace="building the world")
            self._bar.start()
        else:
            say.note(f"{self._name}: rolling {self._frames} frames")
        return self

    def __exit__(self, *exc: Any) -> None:
        if self._bar:
            self._bar.stop()

    def frame(self, at: int) -> None:
        """This frame is done."""
        now = time.monotonic()
        if self._first < 0:  # building the world is not rolling: the pace counts from here
            self._first, self._begun = at, now
        pace = (at - self._first) / max(now - self._begun, 1e-3)
        if self._bar:
            self._bar.update(self._task, completed=at + 1, pace=f"{pace:.1f} frames/s" if pace else "")
        elif (at + 1) * _QUARTERS // self._frames > at * _QUARTERS // self._frames and pace:
            left_s = (self._frames - at - 1) / pace
            say.note(f"{self._name}: {at + 1}/{self._frames} frames, {pace:.1f} frames/s, {left_s:.0f} s left")
