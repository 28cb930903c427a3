"""The tags of one part of a direction, and which of them have been used. What stays unused is the error report."""

from __future__ import annotations

from dataclasses import dataclass, field

from oyster_cli.words.tagger import Tag


@dataclass
class Part:
    """Tags between commas and "and", and the numbers that were read by their form (lens, amount, gain)."""

    tags: list[Tag]
    used: set[int] = field(default_factory=set)

    def find(self, kind: str, after: int = -1) -> int | None:
        """The first unused tag that can mean this kind, after an index; None when there is none."""
        return next((i for i, tag in enumerate(self.tags) if i > after and i not in self.used and kind in tag.means), None)

    def take(self, kind: str, after: int = -1) -> str | None:
        """The value of the first such tag, which is then used."""
        index = self.find(kind, after)
        if index is None:
            return None
        self.used.add(index)
        return self.tags[index].means[kind]

    def take_all(self, kind: str) -> list[str]:
        """The values of all such tags, each once, in order."""
        values = []
        while (value := self.take(kind)) is not None:
            values.append(value)
        return list(dict.fromkeys(values))

    def left(self) -> list[Tag]:
        """Tags that carry content and were not used."""
        quiet = ("small", "break", "speed", "switch", "target")
        return [tag for i, tag in enumerate(self.tags) if i not in self.used and not any(kind in tag.means for kind in quiet)]
