"""The mix: every bus through its chain, summed, and the sum through the master's chain, as it streams by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat

import numpy as np
from pedalboard import Pedalboard

from oyster_cli.clock import RATE_HZ
from oyster_cli.fault import Exit, Fault
from oyster_cli.script.chains import VST3, Effect, SoundMix
from oyster_cli.sound.layout import Layout, layouts
from oyster_cli.sound.master import BLOCK, blocks
from oyster_cli.sound.voice import BUSES

LONGEST_LATENCY_S = 10
FOR_STEREO = ("Reverb", VST3)  # Reverb hands more than two channels on as they are, and says nothing
# What does the same to every channel by itself; all else would bend the directions that are in ambisonics
LINEAR = ("Delay", "Gain", "HighShelfFilter", "HighpassFilter", "Invert", "LowShelfFilter", "LowpassFilter", "PeakFilter")


class Mixer:
    """Mixes takes that are read in chunks (samples, buses, channels) of float32 pascal, in memory that does not grow with them.

    Raises Fault (exit code 4) when a plug-in of the mix cannot be loaded.
    """

    def __init__(self, mix: SoundMix, layout: Layout | None = None, buses: Sequence[str] = BUSES) -> None:
        """layout: None for two ears. buses: which there are, in the order they come."""
        layout = layout or layouts()["binaural"]
        self._buses = [Chain(mix.buses.get(bus, ()), layout) for bus in buses]  # type: ignore[call-overload]
        self._master = [Chain(mix.master, layout)]

    def process(self, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield (samples, channels) float32 pascal: as many samples as come in, at the same times, however they are cut."""
        for board in self._master:
            board.reset()
        summed = (buses.sum(axis=1, keepdims=True) for buses in self.stems(chunks))
        for mixed in _through(self._master, summed):
            yield mixed[:, 0]

    def stems(self, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the buses before they are summed, (samples, buses, channels), each through its chain."""
        for board in self._buses:
            board.reset()
        yield from _through(self._buses, chunks)


class Chain:
    """The effects of one bus, on all its channels at once, or on pairs of them where one knows no more than stereo."""

    def __init__(self, effects: Sequence[Effect], layout: Layout) -> None:
        effects = [effect for effect in effects if layout.pairs or effect.name in LINEAR]
        pairwise = any(effect.name in FOR_STEREO for effect in effects)
        self._parts = [
            (part, Pedalboard([effect.plugin() for effect in effects]))
            for part in (layout.pairs if pairwise else [slice(0, layout.channels)])
        ]
        self._doubles = any(effect.name == VST3 for effect in effects)
        self.channels, self.changes = layout.channels, bool(effects)

    def reset(self) -> None:
        for _, board in self._parts:
            board.reset()

    def process(self, block: np.ndarray) -> np.ndarray:
        """(samples, channels) of those that come out, fewer while an effect holds some back."""
        parts = [self._part(board, block[:, part].T.copy()).T for part, board in self._parts]
        return np.concatenate(parts, axis=1)

    def _part(self, board: Pedalboard, sound: np.ndarray) -> np.ndarray:
        """(channels, samples). Many a plug-in is for no less than two channels: to one that is alone it is both of them."""
        alone = self._doubles and len(sound) == 1
        heard: np.ndarray = board.process(np.repeat(sound, 2, axis=0) if alone else sound, RATE_HZ, reset=False)
        return heard.mean(axis=0, keepdims=True) if alone else heard


def left_out(mix: SoundMix, layout: Layout) -> list[str]:
    """The effects of a mix that a layout cannot have, by name, with the bus."""
    lost = () if layout.pairs else [*mix.buses.items(), ("master", mix.master)]
    return [f"{effect.called} ({bus})" for bus, chain in lost for effect in chain if effect.name not in LINEAR]


def _through(boards: Sequence[Chain], chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Each of (samples, boards, channels) through its board. What is held back longest holds the others back.

    In blocks of one size, so that no effect can tell how the sound was cut; without any effect, as it comes.
    """
    if not any(board.changes for board in boards):
        yield from chunks
        return
    shape = len(boards), boards[0].channels
    held, owed = [np.zeros((0, shape[1]), np.float32)] * len(boards), 0
    silence = np.zeros((BLOCK, *shape), np.float32), 0
    for block, samples in chain(blocks(chunks, shape), repeat(silence, LONGEST_LATENCY_S * RATE_HZ // BLOCK)):
        owed += samples
        if not owed and not samples:
            return
        heard = (board.process(block[:, k]) for k, board in enumerate(boards))
        held = [np.concatenate(pair) for pair in zip(held, heard, strict=True)]
        ready = min(owed, *map(len, held))
        owed -= ready
        yield np.stack([each[:ready] for each in held], axis=1)
        held = [each[ready:] for each in held]
    raise Fault(f"a plug-in of the mix holds its sound back for more than {LONGEST_LATENCY_S} s", code=Exit.FAILED)
