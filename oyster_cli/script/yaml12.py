"""YAML 1.2 core scalars over PyYAML, with the line and column of everything. Knows nothing of shots.

PyYAML reads YAML 1.1, where `0010` is 8, `1:30` is 90, `on` is true and of two equal keys the last one silently wins.
Here zero-padded numbers stay text, only true and false are booleans, and a key given twice is a fault. There are no anchors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from oyster_cli.fault import Fault, Faults

Loc = tuple[str | int, ...]
_MAX_CHARACTERS = 2_000_000
_CURES = {
    "\\t": "indent with spaces",
    "end of stream": "a quote or a bracket is left open above",
    "<stream end>": "a quote or a bracket is left open above",
    "aliases": "write it out, or share a place through worlds",
    "expected <block end>": "the columns of keys that belong together must be the same",
    "mapping values are not allowed": "put quotes around a text with a colon in it",
}  # what to do about PyYAML's complaints
_SCALARS = (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
)


class _Loader(yaml.SafeLoader):
    """SafeLoader with the scalars of YAML 1.2 core and without aliases (which let a small file grow without bound)."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own way of holding them)

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(problem="aliases (*name) are not read here", problem_mark=mark)
        return super().compose_node(parent, index)


for _name, _pattern, _first in _SCALARS:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$"), ["" if c == "\0" else c for c in _first]
    )


@dataclass(frozen=True)
class Source:
    """A text as data, and where each part of it stands. Lines and columns count from 0; a Loc is a path of keys and indices."""

    name: str
    lines: tuple[str, ...]
    data: Any
    values: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    texts: dict[Loc, str] = field(default_factory=dict)  # every value that is text

    def fault(self, loc: Loc, message: str, remedy: str = "", at_key: bool = False) -> Fault:
        """A Fault at a part of the text, or at the nearest part around it that exists."""
        places = self.keys if at_key else self.values
        while loc not in places and loc:
            loc, places = loc[:-1], self.values
        return _fault(self.name, self.lines, *places.get(loc, (0, 0)), message, remedy)


def read_source(text: str, name: str) -> tuple[Source, list[Fault]]:
    """The text as data with positions, and its duplicate keys. Raises Fault when it is not YAML at all."""
    lines = tuple(text.splitlines())
    if len(text) > _MAX_CHARACTERS:
        raise Fault(f"the file is longer than {_MAX_CHARACTERS} characters", name)
    loader = _Loader("")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        cause = error.problem or "this is not YAML"
        raise _fault(name, lines, line, column, cause, next((_CURES[sign] for sign in _CURES if sign in cause), "")) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position)
        raise _fault(name, lines, line, 0, f"character #x{error.character:04x} is not allowed", "save it as UTF-8") from None
    except RecursionError:
        raise Fault("the file is nested too deep", name) from None
    except ValueError as error:
        raise Fault(f"a value cannot be read: {error}", name) from None
    finally:
        loader.dispose()
    if data is None:
        raise Fault("the file is empty", name, "write one with: oyster init")
    source = Source(name, lines, data)
    twice: list[Fault] = []
    _walk(node, (), source, twice)
    return source, twice


def raise_all(faults: list[Fault]) -> None:
    """Raise what was found: nothing, one Fault, or all as Faults in file order."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise Faults(sorted(faults, key=_line))


def _line(fault: Fault) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r":(\d+)", fault.where)[-2:])


def _walk(node: Any, loc: Loc, source: Source, twice: list[Fault]) -> None:
    source.values[loc] = (node.start_mark.line, node.start_mark.column)
    if isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:str":
        source.texts[loc] = node.value
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*loc, index), source, twice)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*loc, str(key.value))
            mark = (key.start_mark.line, key.start_mark.column)
            if place in source.keys:
                remedy = f"first in line {source.keys[place][0] + 1}"
                twice.append(_fault(source.name, source.lines, *mark, f"key {key.value!r} is given twice", remedy))
            source.keys[place] = mark
            _walk(value, place, source, twice)


def _fault(name: str, lines: tuple[str, ...], line: int, column: int, message: str, remedy: str) -> Fault:
    shown = lines[line] if line < len(lines) else ""
    excerpt = f"  {shown}\n  {' ' * column}^".replace("\t", " ")
    return Fault(message, f"{name}:{line + 1}:{column + 1}", remedy, excerpt=excerpt)
