"""Compiled loops: what is kept of them on disk is never needed, and never older than what they are made of."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from oyster_cli.cache import SOURCES

CALL = "from oyster_cli.sound.line import Line; import numpy as np; line = Line(); line.write(0, np.ones(99, np.float32))"
SHOW = "print(line.shifted(50.0, 2)[1] > 0.9)"


def run(cache: Path) -> str:
    given = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    return subprocess.run(
        [sys.executable, "-c", f"{CALL}; {SHOW}"], capture_output=True, text=True, env=given, check=True
    ).stdout


def loops() -> list[Path]:
    return [path for path in SOURCES.rglob("*.py") if "import compiled\n" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", loops(), ids=lambda path: path.stem)
def test_a_loop_uses_nothing_of_other_files(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    ours = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("oyster_cli.")
        for alias in node.names
    }
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    made = [
        each for each in functions if any(isinstance(mark, ast.Name) and mark.id == "compiled" for mark in each.decorator_list)
    ]
    assert made
    for function in made:
        names = [node for line in function.body for node in ast.walk(line) if isinstance(node, ast.Name)]
        own = {node.arg for node in function.args.args} | {node.id for node in names if isinstance(node.ctx, ast.Store)}
        assert not {node.id for node in names} & ours - own, function.name


def test_damaged_loops_are_compiled_again_and_kept_again(tmp_path: Path):
    assert run(tmp_path) == "True\n"
    kept = [path for path in tmp_path.rglob("*") if path.suffix in {".nbi", ".nbc"}]
    assert kept
    for path in kept:
        path.write_bytes(path.read_bytes()[:-40] if path.suffix == ".nbc" else b"\x80rubbish")
    assert run(tmp_path) == "True\n"
    assert any(path.stat().st_size > 100 for path in tmp_path.rglob("*.nbi"))


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert run(blocked) == "True\n"
