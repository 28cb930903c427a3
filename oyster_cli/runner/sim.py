"""The embedded default: an explicit world, simulated. A simulation, not a learned model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from oyster_cli.picture.device import start, started
from oyster_cli.picture.mask import masked
from oyster_cli.runner.protocol import Event, Guide, State, Step
from oyster_cli.script.looks import load_look
from oyster_cli.script.models import Cue
from oyster_cli.script.score import Beat, Score


class SimSession:
    """One shot in the simulated world."""

    def __init__(self, score: Score) -> None:
        from oyster_cli.world.step import World  # kernels are compiled on import: only once the device runs

        self._score = score
        self._world = World(score.shot, score.clock)
        self._world.film.set.painter.look = load_look(score.shot.look)

    def step(self, beats: Sequence[Beat] = (), draw: bool = True) -> Step:
        """One frame and its sound; see runner.protocol."""
        frame = self._world.frame
        picture, stems, happened = self._world.step(beats, draw)
        picture = masked(picture, self._score.shot.frame) if self._score.shot.frame else picture
        events = [
            Event(frame, what.sample, heard, what.kind, name, what.at, {**what.detail, **self._seen(what.at)})
            for what, name, heard in happened
        ]
        return Step(frame, picture, stems, events, self._world.beds)

    def _seen(self, at: Sequence[float]) -> dict[str, list[float]]:
        """Where in the picture a place is, if it is: shares of its width and height from the left and the top."""
        view = self._world.view
        x_px, y_px, depth_m = view.project(np.asarray(at, float))[0]
        seen = [round(float(x_px) / view.size[0], 4), round(float(y_px) / view.size[1], 4)]
        return {"seen": seen} if depth_m > 0 and all(0 <= share < 1 for share in seen) else {}

    def unheeded(self) -> list[Cue]:
        """See runner.protocol."""
        return self._world.unheeded(self._score.beats)

    def save(self) -> State:
        return self._world.save()

    def load(self, state: State) -> None:
        self._world.load(dict[str, Any](state))


class SimRunner:
    """Opens simulated shots on a device: auto, cpu, cuda, metal."""

    name = "sim"

    def __init__(self, device: str = "auto") -> None:
        start(device)
        self.device = started()  # its name, so that a take can ask for it again

    def open(self, score: Score, guide: Guide | None = None) -> SimSession:  # noqa: ARG002 it follows no take
        return SimSession(score)

    def versions(self, score: Score) -> Mapping[str, str]:  # noqa: ARG002 the same for all
        return {}
