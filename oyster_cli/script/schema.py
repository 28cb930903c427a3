"""The JSON Schema of shot lists for editors: draft-07, made from the models."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from oyster_cli.script.shotlist import ShotList

SCHEMA_FILE = Path(__file__).with_name("shotlist.v1.json")
_DROPPED = {"ge", "le", "discriminator"}  # what draft-07 has no word for


def schema() -> dict[str, Any]:
    """The schema as plain data. yaml-language-server reads draft-07, pydantic writes 2020-12: the difference is small."""
    made = _draft07(ShotList.model_json_schema())
    return {"$schema": "http://json-schema.org/draft-07/schema#", **made}


def schema_text() -> str:
    """The schema as it is published in shotlist.v1.json."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _draft07(part: Any) -> Any:
    if isinstance(part, dict):
        moved = {
            ("definitions" if key == "$defs" else key): _draft07(value) for key, value in part.items() if key not in _DROPPED
        }
        if "$ref" in moved:  # in draft-07 nothing beside $ref counts
            return {"$ref": moved["$ref"].replace("#/$defs/", "#/definitions/")}
        return moved
    return [_draft07(item) for item in part] if isinstance(part, list) else part
