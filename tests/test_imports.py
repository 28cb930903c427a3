"""Imports run one way through the house, and nothing heavy is imported before it is needed."""

import ast
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "oyster_cli"
LOW = {"fault", "clock", "state", "packed", "cache", "compiled"}
MAY_IMPORT = {
    "fault": set(),
    "clock": {"fault"},
    "state": set(),
    "packed": set(),
    "cache": set(),
    "compiled": {"cache"},
    "script": LOW,
    "words": LOW | {"script"},
    "picture": LOW | {"script.weather", "script.looks"},
    "sound": LOW | {"script.weather", "script.chains"},
    "world": LOW | {"script", "picture", "sound"},
    "runner": LOW | {"script", "words.prompt", "picture", "sound", "world"},
    "take": LOW | {"script", "sound.master", "sound.mix", "runner"},
    "export": LOW | {"script", "sound", "take"},
    "preview": LOW | {"take"},
    "commands": LOW | {"script", "words", "picture", "world", "runner", "take", "export", "preview", "sound.laws"},
    "__main__": {"fault", "commands"},
}
HEAVY = (
    "torch",
    "quadrants",
    "scipy",
    "numba",
    "av",
    "moviepy",
    "pedalboard",
    "diffusers",
    "transformers",
    "PIL",
    "pydantic",
    "miniaudio",
)


def imports(path: Path) -> set[str]:
    """Dotted names of ours a file imports, without the package."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name.removeprefix("oyster_cli.") for name in found if name.startswith("oyster_cli.")} - {"__version__"}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_run_one_way(room: str):
    files = [ROOT / f"{room}.py"] if (ROOT / f"{room}.py").exists() else list((ROOT / room).rglob("*.py"))
    assert files
    allowed = tuple(f"{name}." for name in MAY_IMPORT[room] | {room})
    wrong = {(path.name, name) for path in files for name in imports(path) if not f"{name}.".startswith(allowed)}
    assert not wrong


def test_every_room_is_in_the_map():
    rooms = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert rooms - {"__init__"} == set(MAY_IMPORT)


def test_help_imports_nothing_heavy_and_is_quick():
    code = "import sys, json, oyster_cli.__main__ as m; m.main(['--help']); sys.stderr.write(json.dumps(list(sys.modules)))"
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    wall_s = time.perf_counter() - begun
    assert "generate" in done.stdout
    assert not set(HEAVY) & set(json.loads(done.stderr))
    assert wall_s < 5  # 0.3 s on an idle machine; the modules above are what would make it slow
