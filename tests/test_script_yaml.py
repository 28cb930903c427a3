"""YAML 1.2 scalars, positions, and what is refused."""

import pytest

from oyster_cli.fault import Fault
from oyster_cli.script.yaml12 import read_source

SCALARS = [
    ("0010", "0010"), ("010", "010"), ("1:30", "1:30"), ("on", "on"), ("NO", "NO"), ("yes", "yes"), ("1_000", "1_000"),
    ("12e3", 12000.0), ("7", 7), ("-0.5", -0.5), (".5", 0.5), ("0x1F", 31), ("0o17", 15), ("true", True), ("null", None),
    ("~", None), ("2026-11-22", "2026-11-22"), ('"7"', "7"), ("1e3s", "1e3s"), ("24000/1001", "24000/1001"), ("010.5", "010.5"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "value"), SCALARS)
def test_scalars_are_those_of_yaml_1_2(written, value):
    found = read_source(f"key: {written}", "x")[0].data["key"]
    assert found == value
    assert type(found) is type(value)


def test_positions_point_into_the_text():
    text = "a: 1\nb:\n  - c: two\n    d: [x, y]\n"
    source, _ = read_source(text, "x")
    lines = text.splitlines()
    for loc, word in {("a",): "1", ("b", 0, "c"): "two", ("b", 0, "d", 1): "y"}.items():
        line, column = source.values[loc]
        assert lines[line][column:].startswith(word)
        if isinstance(loc[-1], str):
            line, column = source.keys[loc]
            assert lines[line][column:].startswith(loc[-1])


def test_duplicate_keys_are_faults_with_both_places():
    _, faults = read_source("a: 1\nb: 2\na: 3\n", "shots.yaml")
    assert [fault.where for fault in faults] == ["shots.yaml:3:1"]
    assert "line 1" in faults[0].remedy


@pytest.mark.parametrize(
    ("text", "where", "about"),
    [
        ("", "x", "empty"),
        ("a: [1, 2", "x:1:9", "expected"),
        ("a: &n 1\nb: *n\n", "x:2:4", "alias"),
        ("a: b\n---\nc: d\n", "x:2:1", "another document"),
        ("[" * 5000, "x", "deep"),
        ("a: \x00", "x:1:1", "not allowed"),
        ("!!python/object:os.system x", "x:1:1", "tag"),
        ("? [a]\n: 1", "x:1:3", "key"),
    ],
)
def test_what_is_no_yaml_is_one_fault_at_its_place(text, where, about):
    with pytest.raises(Fault) as caught:
        read_source(text, "x")
    assert caught.value.where == where
    assert about in caught.value.message
