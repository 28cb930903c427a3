"""oyster presets: shots to start from."""

from __future__ import annotations

from oyster_cli.commands import say


def presets(json: say.Json = False) -> None:
    """List the presets: oyster generate --preset NAME."""
    from oyster_cli.words.presets import load_preset, preset_names

    found = {name: load_preset(name) for name in preset_names()}
    if json:
        say.as_json({"presets": [{"name": name, **preset.model_dump(mode="json")} for name, preset in found.items()]})
    else:
        say.table(("preset", "what it shows", "prompt"), [(name, each.about, each.prompt) for name, each in found.items()])
