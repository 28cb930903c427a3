"""People who speak in turns: who has the word, and the next syllable of what he says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from oyster_cli.sound.synth.speech import SYLLABLES_HZ, Speaker, Syllable, Talk
from oyster_cli.state import Stateful
from oyster_cli.world.thing import Tick


class Conversation(Stateful):
    """One group. who: whose turn it is; due_s: when the next syllable begins; left: how many until the turn ends."""

    kept: ClassVar[tuple[str, ...]] = ("talk", "who", "due_s", "left")

    def __init__(self, speakers: Sequence[Speaker], due_s: float = 0.0) -> None:
        self.speakers = speakers
        self.talk = Talk()
        self.who, self.due_s, self.left = 0, due_s, 0

    @property
    def speaks(self) -> bool:
        """Whether something is being said now."""
        return not self.talk.tape.silent

    def step(
        self, rng: np.random.Generator, tick: Tick, effort: float = 0.0, quiet: bool = False
    ) -> tuple[np.ndarray, list[tuple[int, int]]]:  # fmt: skip
        """(samples,) float32 pascal at 1 m, and (who, sample of the frame) of each syllable. effort: 0 talk, 1 a cheer."""
        said: list[tuple[int, Syllable]] = []
        self.due_s = max(self.due_s, tick.time_s)
        while not quiet and self.due_s < tick.time_s + tick.dt_s:
            said.append((self.who, self._syllable(rng, tick, effort)))
            if self.left <= 0:
                self.due_s += (0.15 + rng.exponential(0.5)) * (1 - 0.8 * effort)
                self.who = int(rng.integers(len(self.speakers)))
                self.left = 2 + int(rng.geometric(0.2))
        dry = self.talk.step(rng, tick.samples, [(self.speakers[who], what) for who, what in said])
        return dry, [(who, what.offset) for who, what in said]

    def _syllable(self, rng: np.random.Generator, tick: Tick, effort: float) -> Syllable:
        offset = min(int((self.due_s - tick.time_s) * tick.rate_hz), tick.samples - 1)
        gap_s = float(np.exp(0.3 * rng.standard_normal())) / SYLLABLES_HZ * (1 + 2 * effort)
        tone = 0.98 + 0.02 * min(self.left, 8)  # the voice sinks to the end of what it says
        self.due_s += gap_s
        self.left -= 1
        return Syllable(offset, min(0.85 * gap_s, 0.9), tone, round(effort, 2))
