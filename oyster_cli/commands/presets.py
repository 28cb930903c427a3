"""oyster presets: shots to start from, looks, and mixes."""

from __future__ import annotations

from oyster_cli.commands import say


def presets(json: say.Json = False) -> None:
    """List the presets and the film looks and mixes: oyster generate --preset NAME --look NAME --mix NAME."""
    from oyster_cli.script.chains import load_mix
    from oyster_cli.script.looks import load_look, look_names
    from oyster_cli.script.mixes import mix_names
    from oyster_cli.words.presets import load_preset, preset_names

    found = {name: load_preset(name) for name in preset_names()}
    if json:
        looks = [{"name": name, **load_look(name).model_dump(mode="json")} for name in look_names()]
        mixes = [{"name": name, **load_mix(name).model_dump(mode="json")} for name in mix_names()]
        presets = [{"name": name, **preset.model_dump(mode="json")} for name, preset in found.items()]
        say.as_json({"presets": presets, "looks": looks, "mixes": mixes})
    else:
        say.table(("preset", "what it shows", "prompt"), [(name, each.about, each.prompt) for name, each in found.items()])
        say.table(("look", "what it does"), [(name, load_look(name).about) for name in look_names()])
        say.table(("mix", "what it does to the sound"), [(name, load_mix(name).about) for name in mix_names()])
