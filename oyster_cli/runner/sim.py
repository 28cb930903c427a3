"""The embedded default: an explicit world, simulated. A simulation, not a learned model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from oyster_cli.picture.device import start, started
from oyster_cli.picture.mask import masked
from oyster_cli.runner.protocol import Event, Guide, State, Step
from oyster_cli.script.looks import load_look
from oyster_cli.script.models import Cue
from oyster_cli.script.score import Beat, Score

if TYPE_CHECKING:
    from oyster_cli.world.thing import Happening

# Of the picture's height, as wide as ten minutes of arc from three heights away. Of what is smaller the eye adds up the light
# (Ricco's law), and the little that a splash has is lost in what is around it.
EYE = 0.009
GRAZES_M = 0.1  # what is on the ground is in sight if that high over it is: the ground is rough


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
            Event(frame, what.sample, heard, what.kind, name, what.at, {**what.detail, **self._seen(what)})
            for what, name, heard in happened
        ]
        return Step(frame, picture, stems, events, self._world.beds)

    def _seen(self, what: Happening) -> dict[str, list[float]]:
        """Where in the picture something happens, if it is to be seen there: shares of its width and height from the left and
        the top."""
        view, at = self._world.view, np.asarray(what.at, float)
        x_px, y_px, depth_m = view.project(at)[0]
        seen = [round(float(x_px) / view.size[0], 4), round(float(y_px) / view.size[1], 4)]
        inside = depth_m > 0 and all(0 <= share < 1 for share in seen)
        small = what.wide_m and what.wide_m * view.focal_px < EYE * view.size[1] * depth_m
        above = at + [0.0, what.wide_m / 4 or GRAZES_M, 0.0]  # of a splash about the half of its height
        return {"seen": seen} if inside and not small and not self._world.detours_m(above[None])[0] else {}

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
