"""Places kept on disk are the places that were built, to the bit, and a bad file does no harm."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from oyster_cli.cache import shelf
from oyster_cli.picture import device
from oyster_cli.script.models import Scene
from oyster_cli.world.places import PLACES
from oyster_cli.world.store import stored


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    device.start("cpu")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def build() -> Any:
    return PLACES["river"](3, Scene(place="river"))


def never() -> Any:
    raise AssertionError("it was built again")


def same(a: Any, b: Any) -> bool:
    if dataclasses.is_dataclass(a):
        return type(a) is type(b) and all(same(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    if isinstance(a, torch.Tensor):
        return a.dtype == b.dtype and torch.equal(a, b)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (tuple, list)):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def test_a_place_comes_back_as_it_was_built_without_building_it():
    built = stored("river", 3, build)
    again = stored("river", 3, never)
    assert same(built, again)
    assert not same(dataclasses.replace(built, sun_azimuth_deg=1.0), again)


def test_a_damaged_file_is_built_over():
    built = stored("river", 3, build)
    (file,) = shelf("worlds").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert same(stored("river", 3, build), built)
    assert file.read_bytes() == whole


def test_where_nothing_can_be_written_it_is_built_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert stored("river", 3, build).place == "river"


def test_other_source_has_another_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "one.py").write_text("1")
    monkeypatch.setattr("oyster_cli.cache.SOURCES", tmp_path)
    first = shelf("worlds")
    (tmp_path / "one.py").write_text("2")
    assert shelf("worlds") != first
    (tmp_path / "one.py").write_text("1")
    assert shelf("worlds") == first
