"""A learned joint model of picture and sound: an LTX-2 family transformer through diffusers, its weights on the user's disk."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from oyster_cli.fault import Exit, Fault

if TYPE_CHECKING:
    from oyster_cli.runner.ltx2.fit import Fit
    from oyster_cli.runner.ltx2.session import Ltx2Session
    from oyster_cli.runner.ltx2.weights import Weights
    from oyster_cli.runner.protocol import Guide
    from oyster_cli.script.score import Score

ROUNDED = ("layerwise", "quantised")  # ways to hold weights that change their numbers
Load = Callable[["Weights", "Fit", str], Any]  # (weights, how they fit, device) -> a pipeline


class Ltx2Runner:
    """Opens shots of an LTX-2 model on a device: auto, cpu, cuda. Keeps its weights loaded while shots ask for the same.

    load: what makes a pipeline of weights.
    """

    name = "ltx2"

    def __init__(self, device: str = "auto", load: Load | None = None) -> None:
        self.device = _device(device)
        self._load = load
        self._loaded: tuple[tuple[str, str, bool], Any] | None = None

    def open(self, score: Score, guide: Guide | None = None) -> Ltx2Session:
        """Faults as _fitted() and start.check; nothing is loaded before the first is through."""
        from oyster_cli.runner.ltx2.session import Ltx2Session

        weights, fit = self._fitted(score)
        key = (weights.digest, fit.way, fit.tiled)
        if self._loaded is None or self._loaded[0] != key:
            self._loaded = None  # first let go of the ones before
            self._loaded = key, self._loader()(weights, fit, self.device)
        return Ltx2Session(score, self._loaded[1], weights.distilled, guide)

    def holds(self, score: Score) -> str:
        """How the weights for a shot are held here, in a sentence. Faults as _fitted()."""
        weights, fit = self._fitted(score)
        return f"{weights.version}{' distilled' if weights.distilled else ''}, {fit.line}"

    def versions(self, score: Score) -> dict[str, str]:
        """Libraries, weights and how they are held and stepped through: with others come other numbers. Faults as _fitted()."""
        from oyster_cli.runner.ltx2.make import told
        from oyster_cli.runner.ltx2.weights import UPSAMPLER

        weights, fit = self._fitted(score)
        held = [*([fit.way] if fit.way in ROUNDED else []), *(["decoded in tiles"] if fit.tiled else [])]
        return {
            **{package: version(package) for package in ("diffusers", "transformers")},
            "weights": f"{weights.version}{' distilled' if weights.distilled else ''} {weights.digest}",
            "held": ", ".join(held) or "as they are",
            "scheduler": weights.config("scheduler")["_class_name"],
            **told(weights.distilled, UPSAMPLER in weights.components),
        }

    def _fitted(self, score: Score) -> tuple[Weights, Fit]:
        """The weights of a shot and how they are held here. Faults as weights.find_weights and fit.plan."""
        from oyster_cli.runner.ltx2.chunks import most_frames
        from oyster_cli.runner.ltx2.fit import look, plan
        from oyster_cli.runner.ltx2.weights import find_weights, staged
        from oyster_cli.script.models import Learned

        learned = score.shot.learned or Learned()
        weights = staged(find_weights(learned.weights), score.shot.quality)
        frames = min(score.shot.frames, most_frames(score, weights.config("transformer")["pos_embed_max_pos"]))
        segments = 1 + len(score.beats) if learned.cues == "relay" else 1
        return weights, plan(weights, *score.shot.size, frames, float(score.clock.fps), look(self.device), segments)

    def _loader(self) -> Load:
        if self._load is None:
            from oyster_cli.runner.ltx2.load import load

            self._load = load
        return self._load


def _device(asked: str) -> str:
    """auto, cpu or cuda as torch names it. Raises Fault for another one, or when it is not there."""
    from torch import cuda

    if asked not in ("auto", "cpu", "cuda"):
        raise Fault(f"device {asked!r} cannot run a learned model", remedy="auto, cpu or cuda")
    if asked == "cuda" and not cuda.is_available():
        raise Fault("device cuda is not present on this machine", remedy="use --device cpu", code=Exit.MISSING)
    return "cuda" if cuda.is_available() and asked != "cpu" else "cpu"
