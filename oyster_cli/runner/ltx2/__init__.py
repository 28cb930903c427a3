"""A learned joint model of picture and sound: an LTX-2 family transformer through diffusers, its weights on the user's disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from oyster_cli.runner.protocol import Guide
from oyster_cli.script.models import Learned
from oyster_cli.script.score import Score

if TYPE_CHECKING:
    from oyster_cli.runner.ltx2.fit import Fit
    from oyster_cli.runner.ltx2.session import Ltx2Session
    from oyster_cli.runner.ltx2.weights import Weights

Load = Callable[["Weights", "Fit", str], Any]  # (weights, how they fit, device) -> a pipeline


class Ltx2Runner:
    """Opens shots of an LTX-2 model on a device: auto, cpu, cuda. Keeps its weights loaded while shots ask for the same.

    load: what makes a pipeline of weights. `line` says after `open` how they were made to fit.
    """

    name = "ltx2"

    def __init__(self, device: str = "auto", load: Load | None = None) -> None:
        self.device = _device(device)
        self.line = ""
        self._load = load
        self._loaded: tuple[tuple[Weights, str, bool], Any] | None = None

    def open(self, score: Score, guide: Guide | None = None) -> Ltx2Session:
        """Faults as weights.find_weights, fit.plan and start.check; nothing large is loaded before the first two are through."""
        from oyster_cli.runner.ltx2.chunks import most_frames
        from oyster_cli.runner.ltx2.fit import plan
        from oyster_cli.runner.ltx2.session import Ltx2Session
        from oyster_cli.runner.ltx2.weights import find_weights

        weights = find_weights((score.shot.learned or Learned()).weights)
        longest_s = weights.components["transformer"].config["pos_embed_max_pos"]
        frames = min(score.shot.frames, most_frames(score, longest_s))
        fit = plan(weights, *score.shot.size, frames, score.clock.fps, _room_bytes(self.device))
        self.line = fit.line
        key = (weights, fit.way, fit.tiled)
        if self._loaded is None or self._loaded[0] != key:
            self._loaded = None  # first let go of the ones before
            self._loaded = key, self._loader()(weights, fit, self.device)
        return Ltx2Session(score, self._loaded[1], weights.distilled, guide)

    def _loader(self) -> Load:
        if self._load is None:
            from oyster_cli.runner.ltx2.load import load

            self._load = load
        return self._load
