"""A take's sound in another layout: its beds decoded, mixed and mastered anew, nothing rendered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

import numpy as np

from oyster_cli.fault import Exit, Fault
from oyster_cli.script.models import Loudness
from oyster_cli.sound.layout import Layout, layouts
from oyster_cli.sound.master import Master
from oyster_cli.sound.mix import Mixer, left_out
from oyster_cli.sound.voice import BUSES
from oyster_cli.take.finish import bext
from oyster_cli.take.take import Take


@dataclass(frozen=True)
class Mixdown:
    """A take in a layout, under its own ceiling. loudness: what it is brought to; None for as loud as the take's own sound is,
    or for its gain where it was exposed."""

    take: Take
    layout: Layout
    loudness: Loudness | None = None

    def sound(self) -> Iterator[np.ndarray]:
        """The mastered sound in chunks of (n, channels) float32, full scale 1.0."""
        if self.is_the_take:
            return self.take.sound()
        return self._master.process(self._mixer().process(self._beds()))

    @property
    def is_the_take(self) -> bool:
        """Whether it is what the take's own sound file is."""
        return self.layout.name == "binaural" and self.loudness is None

    @property
    def scene(self) -> str:
        """The world that it shares an exposure in with other shots; "" of what is brought to a loudness, or is silent."""
        exposed = (self.loudness or self.take.shot.loudness) == "off" and self.take.slate.loudness_lkfs is not None
        return self.take.shot.world or "" if exposed else ""

    @property
    def buses(self) -> list[str]:
        """The buses that there are stems of."""
        return list(BUSES) if self._decoded is None else self.take.beds

    def stem(self, bus: str) -> Iterator[np.ndarray]:
        """One bus through its chain, as loud as it is in the mix before the limiter: (n, channels) float32."""
        gain = np.float32(10 ** (self.gain_db / 20))
        chunks = (chunk[:, None] for chunk in self._bus(bus))
        return (stem[:, 0] * gain for stem in self._mixer([bus]).stems(chunks))

    @property
    def gain_db(self) -> float:
        """From pascal to full scale."""
        return self.take.slate.gain_db if self.is_the_take else self._master.gain_db or 0.0

    @property
    def tags(self) -> dict[str, str]:
        """What the file says of itself: the slate; mixed anew also its layout and gain, and not how loud the take is."""
        tags = self.take.slate.tags()
        if self.is_the_take:
            return tags
        other = {"layout": self.layout.name, "gain_db": self.gain_db, "loudness_lkfs": None, "true_peak_dbtp": None}
        return {**tags, "oyster": json.dumps({**json.loads(tags["oyster"]), **other})}

    @property
    def bext(self) -> dict[str, str]:
        """Broadcast-WAV fields."""
        return bext(self.take.slate.prompt, self.take.clock.sample(self.take.slate.start_frame))

    @property
    def left_out(self) -> list[str]:
        """The effects of the take's mix that this layout cannot have."""
        return left_out(self.take.mix, self.layout)

    @cached_property
    def _master(self) -> Master:
        loudness = self.take.slate.loudness_lkfs
        if loudness is None or (self.loudness is None and self.take.shot.loudness == "off"):
            return Master(self.take.slate.gain_db, layout=self.layout)
        wanted = loudness if self.loudness is None else None if self.loudness == "off" else self.loudness
        master = Master(target_lkfs=wanted, layout=self.layout)
        master.measure(lambda: self._mixer().process(self._beds()))
        return master

    @property
    def _decoded(self) -> np.ndarray | None:
        """(16, channels) float32 from beds; None where the take's stems of two channels are what it is made of."""
        if self.layout.matrix is None or not self.take.beds:
            return None
        return self.layout.matrix.T.astype(np.float32)

    def _mixer(self, buses: list[str] | None = None) -> Mixer:
        return Mixer(self.take.mix, self.layout, buses or self.buses)

    def _beds(self) -> Iterator[np.ndarray]:
        """Every bus, (n, buses, channels) in pascal."""
        return (np.stack(parts, axis=1) for parts in zip(*map(self._bus, self.buses), strict=True))

    def _bus(self, bus: str) -> Iterator[np.ndarray]:
        if self._decoded is not None:
            return (chunk @ self._decoded for chunk in self.take.bed(bus).chunks())
        pairs = self.take.stem(bus).chunks()
        return pairs if self.layout.channels == 2 else (pair.mean(axis=1, keepdims=True) for pair in pairs)


def mixdown(take: Take, name: str, loudness: Loudness | None = None) -> Mixdown:
    """A take in a layout by its name, brought to a loudness. Fault when there is no such layout, or the take has not the beds
    that are needed."""
    layout = layout_of(name)
    if not take.beds and layout.channels > 2 and layout.name != "binaural":
        raise Fault(f"there is no {name} of {take.name}: it has no ambisonic beds", str(take.folder),
                    "a learned model makes stereo: export binaural, stereo or mono", Exit.FAILED)  # fmt: skip
    return Mixdown(take, layout, loudness)


def layout_of(name: str) -> Layout:
    """Fault, with what was meant, when there is no such layout."""
    known = layouts()
    if name not in known:
        near = get_close_matches(name, known, 1)
        raise Fault(f"there is no layout {name!r}", remedy=f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}")
    return known[name]
