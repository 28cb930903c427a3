"""The mix: every bus through its chain, summed, and the sum through the master's chain, as it streams by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat

import numpy as np
from pedalboard import Pedalboard

from oyster_cli.clock import RATE_HZ
from oyster_cli.fault import Exit, Fault
from oyster_cli.script.chains import Effect, SoundMix
from oyster_cli.sound.master import BLOCK, blocks
from oyster_cli.sound.voice import BUSES

LONGEST_LATENCY_S = 10


class Mixer:
    """Mixes takes that are read in chunks (samples, buses, 2) of float32 pascal, in memory that does not grow with them.

    Raises Fault (exit code 4) when a plug-in of the mix cannot be loaded.
    """

    def __init__(self, mix: SoundMix) -> None:
        self._buses = [_board(mix.buses.get(bus, ())) for bus in BUSES]  # type: ignore[call-overload]
        self._master = [_board(mix.master)]

    def process(self, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield (samples, 2) float32 pascal: as many samples as come in, at the same times, however they are cut."""
        for board in (*self._buses, *self._master):
            board.reset()
        summed = (buses.sum(axis=1, keepdims=True) for buses in _through(self._buses, chunks))
        for mixed in _through(self._master, summed):
            yield mixed[:, 0]


def _board(effects: Sequence[Effect]) -> Pedalboard:
    return Pedalboard([effect.plugin() for effect in effects])


def _through(boards: Sequence[Pedalboard], chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
    """Each stereo pair of (samples, boards, 2) through its board. Pairs that are held back longest hold the others back.

    In blocks of one size, so that no effect can tell how the sound was cut; without any effect, as it comes.
    """
    if not any(boards):
        yield from chunks
        return
    held, owed = [np.zeros((0, 2), np.float32)] * len(boards), 0
    silence = np.zeros((BLOCK, len(boards), 2), np.float32), 0
    for block, samples in chain(blocks(chunks, (len(boards),)), repeat(silence, LONGEST_LATENCY_S * RATE_HZ // BLOCK)):
        owed += samples
        if not owed and not samples:
            return
        heard = (board.process(block[:, k].T.copy(), RATE_HZ, reset=False).T for k, board in enumerate(boards))
        held = [np.concatenate(pair) for pair in zip(held, heard, strict=True)]
        ready = min(owed, *map(len, held))
        owed -= ready
        yield np.stack([each[:ready] for each in held], axis=1)
        held = [each[ready:] for each in held]
    raise Fault(f"a plug-in of the mix holds its sound back for more than {LONGEST_LATENCY_S} s", code=Exit.FAILED)
