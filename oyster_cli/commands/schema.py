"""oyster schema: what a shot list may say, for editors."""

from __future__ import annotations

from oyster_cli.commands import say


def schema(json: say.Json = False) -> None:  # noqa: ARG001 (it is JSON in any case; every command takes --json)
    """Print the JSON Schema (draft-07) of shot lists."""
    from oyster_cli.script.schema import schema_text

    say.data(schema_text().rstrip("\n"))
