"""oyster models: what can roll a shot."""

from __future__ import annotations

from dataclasses import asdict

from oyster_cli.commands import say
from oyster_cli.runner import MODELS


def models(json: say.Json = False) -> None:
    """List the models, what they are and what they need."""
    if json:
        say.as_json({"models": [asdict(model) | {"available": bool(model.runner)} for model in MODELS.values()]})
        return
    heads = ("model", "kind", "can run", "needs", "licence", "what it is")
    rows = [(m.name, m.kind, "yes" if m.runner else "no", m.needs, m.licence, m.what) for m in MODELS.values()]
    say.table(heads, rows)
