"""The models there are. Each is imported when it is opened, not before."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

from oyster_cli.fault import Exit, Fault

if TYPE_CHECKING:
    from oyster_cli.runner.protocol import Runner


@dataclass(frozen=True)
class Model:
    """What is worth knowing before a model is chosen. runner: "module:class"."""

    name: str
    kind: str
    what: str
    needs: str
    licence: str
    runner: str


MODELS = {
    model.name: model
    for model in (
        Model(
            "sim", "simulation", "an explicit 3-D world; each thing moves, looks and sounds out of one state",
            "nothing: no weights, no GPU", "GPL-3.0-or-later", "oyster_cli.runner.sim:SimRunner",
        ),
        Model(
            "ltx2", "learned", "LTX-2, 2.3, 2.5: a joint audio-video diffusion transformer; makes a shot, no live world",
            "weights on your disk, and a GPU to be of use", "weights: their own, see: oyster models",
            "oyster_cli.runner.ltx2:Ltx2Runner",
        ),
    )
}  # fmt: skip


def open_runner(model: str, device: str = "auto") -> Runner:
    """The runner of a model on a device. Raises Fault (exit code 4) when there is no such model."""
    found = MODELS.get(model)
    if found is None:
        near = get_close_matches(model, MODELS, 1)
        remedy = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(MODELS)}"
        raise Fault(f"no model {model!r}", remedy=remedy, code=Exit.MISSING)
    module, _, name = found.runner.partition(":")
    return getattr(import_module(module), name)(device)
