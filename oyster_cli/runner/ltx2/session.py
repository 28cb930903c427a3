"""One shot made by a learned model chunk by chunk, handed out frame by frame. Holds one chunk, however long the shot is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from oyster_cli.fault import Fault
from oyster_cli.picture.mask import masked
from oyster_cli.runner.ltx2 import start
from oyster_cli.runner.ltx2.chunks import FADE_S, Chunk, plan_chunks
from oyster_cli.runner.ltx2.make import Made, make
from oyster_cli.runner.ltx2.rules import read_rules, snapped
from oyster_cli.runner.ltx2.text import cue_words
from oyster_cli.runner.protocol import BUSES, Event, Guide, State, Step
from oyster_cli.script.models import Cue, Learned
from oyster_cli.script.score import Beat, Score
from oyster_cli.state import Stateful

MIX = "effects"  # the bus of the model's one stereo mix; it has no others


class Carry(Stateful):
    """What a chunk takes over from the one before, and all that must be kept of it."""

    kept = ("tail", "prefix", "fading")

    def __init__(self, tail: np.ndarray, prefix: np.ndarray, fading: np.ndarray) -> None:
        self.tail = tail  # (frames, made height, made width, 3) uint8
        self.prefix = prefix  # (channels, audio latents, mel bins) float32
        self.fading = fading  # (samples, 2) float32: how its sound would have gone on after the seam


NOTHING = Carry(np.zeros((0, 1, 1, 3), np.uint8), np.zeros((1, 0, 1), np.float32), np.zeros((0, 2), np.float32))


class Ltx2Session:
    """A shot out of an LTX2 pipeline. distilled: whether its weights are; guide: the simulated take it follows."""

    def __init__(self, score: Score, pipe: Any, distilled: bool, guide: Guide | None = None) -> None:
        start.check(score.shot, guide)
        self._score, self._pipe, self._distilled, self._guide = score, pipe, distilled, guide
        self._rules = read_rules(pipe)
        self._size = self._rules.size_covering(*score.shot.size)
        self._begin(0, 0, NOTHING)

    def unheeded(self) -> list[Cue]:
        """None: it reads every word."""
        return []

    def step(self, beats: Sequence[Beat] = (), draw: bool = True) -> Step:
        """One frame and its sound; see runner.protocol. Its cues are those of the score. Faults as make.make."""
        if any(beat not in self._score.beats for beat in beats):
            raise Fault("a learned model must know its cues before it begins", remedy="oyster direct makes a new take")
        made, frame = self._reach(self._frame), self._frame
        picture = self._cropped(made.picture[frame - made.chunk.video_at])
        step = Step(frame, picture if draw else picture[:0], self._stems(made, frame), self._events(made.chunk, frame))
        self._frame += 1
        return step

    def save(self) -> State:
        """The next frame, and what its chunk started from: the chunk is made again from it."""
        chunk, carry = self._chunk, self._carry
        if self._made and self._frame == chunk.end < self._score.shot.frames:
            chunk = next(self._chunks_from(chunk.number + 1))
            carry = self._carried(self._made, chunk)
        return {"frame": self._frame, "chunk": chunk.number, **carry.save()}

    def load(self, state: State) -> None:
        kept = {name: np.asarray(state[name]) for name in Carry.kept}
        self._begin(int(state["frame"]), int(state["chunk"]), Carry(**kept))

    def _begin(self, frame: int, chunk: int, carry: Carry) -> None:
        self._frame, self._carry = frame, carry
        self._made: Made | None = None
        self._chunks = self._chunks_from(chunk)
        self._chunk = next(self._chunks)

    def _chunks_from(self, number: int) -> Iterator[Chunk]:
        return (chunk for chunk in plan_chunks(self._score, self._rules) if chunk.number >= number)

    def _reach(self, frame: int) -> Made:
        """The chunk that shows this frame, made if it is not yet. Nothing is lost when that fails."""
        if self._made and frame >= self._chunk.end:
            chunk = next(self._chunks)
            self._carry, self._chunk = self._carried(self._made, chunk), chunk
            self._made = None  # before the next is made: two would not fit where one does
        if self._made is None:
            self._made = self._make()
        return self._made

    def _make(self) -> Made:
        shot = self._score.shot
        return make(
            self._pipe, self._chunk, self._rules, self._score.clock, size=self._size, seed=shot.seed,
            distilled=self._distilled, prefix=self._carry.prefix,
            conditions=start.conditions(self._chunk, self._carry.tail, shot, self._rules, self._guide),
        )  # fmt: skip

    def _carried(self, made: Made, after: Chunk) -> Carry:
        """What the chunk after takes over from the one that was made."""
        old, clock = made.chunk, self._score.clock
        tail = made.picture[after.video_at - old.video_at : after.first - old.video_at]
        first = after.sound_at - old.sound_at
        seam = clock.sample(after.first)
        fading = self._heard(made, seam, seam + int(FADE_S * clock.rate_hz))
        return Carry(tail.copy(), made.latents[:, first : first + after.pinned].copy(), fading)

    def _heard(self, made: Made, first: int, end: int) -> np.ndarray:
        """Samples of the shot out of a chunk's own sound, which begins with its first latent: (end - first, 2)."""
        begin = round(made.chunk.sound_at * self._score.clock.rate_hz / self._rules.latents_per_s)
        sound = made.sound[max(first - begin, 0) : end - begin]
        return np.pad(sound, ((0, end - first - len(sound)), (0, 0)))  # the last frame of a shot may end a little later

    def _stems(self, made: Made, frame: int) -> dict[str, np.ndarray]:
        first, end = self._score.clock.span(frame)
        learned = self._score.shot.learned or Learned()
        stems = {bus: np.zeros((end - first, 2), np.float32) for bus in BUSES}
        if self._guide and learned.guide_sound != "drop":
            stems = {bus: self._guided(bus, first, end) for bus in BUSES}
        if not self._guide or learned.guide_sound != "keep":
            stems[MIX] = stems[MIX] + self._faded(made, first, end)
        return stems

    def _faded(self, made: Made, first: int, end: int) -> np.ndarray:
        """The chunk's own sound; for a moment after a seam that of the chunk before goes out under it."""
        sound = self._heard(made, first, end)
        old = self._carry.fading[first - self._score.clock.sample(made.chunk.first) :][: end - first]
        if len(old):
            length = len(self._carry.fading)
            at = first - self._score.clock.sample(made.chunk.first) + np.arange(len(old))
            share = np.square(np.sin(np.pi / 2 * (at + 1) / (length + 1)))[:, None].astype(np.float32)
            sound[: len(old)] = old + (sound[: len(old)] - old) * share
        return sound

    def _guided(self, bus: str, first: int, end: int) -> np.ndarray:
        """The guide's own sound on a bus; silence after it has ended."""
        assert self._guide
        last = self._guide.clock.sample(self._guide.shot.frames)
        sound = self._guide.stem(bus).read(min(first, last), min(end, last))
        return np.pad(sound, ((0, end - first - len(sound)), (0, 0)))

    def _cropped(self, picture: np.ndarray) -> np.ndarray:
        """The middle of a frame at the shot's own size, under the shot's black bars."""
        width, height = self._score.shot.size
        left, top = (self._size[0] - width) // 2, (self._size[1] - height) // 2
        middle = picture[None, top : top + height, left : left + width]
        return masked(middle.copy(), self._score.shot.frame) if self._score.shot.frame else middle

    def _events(self, chunk: Chunk, frame: int) -> list[Event]:
        told: list[tuple[str, dict[str, Any]]] = []
        if frame == 0 and (note := snapped(self._rules, self._score.shot.size)):
            told.append(("size", {"text": note, "made": list(self._size)}))
        if frame == chunk.first and chunk.tail:
            told.append(("seam", {"chunk": chunk.number, "tail_frames": chunk.tail, "pinned_latents": chunk.pinned}))
        for begun in chunk.begun:
            if begun.frame == frame:
                told.append(("cue", {"text": cue_words(begun.beat.cue), "asked": begun.beat.frame, "snapped": begun.frame}))
        sample = self._score.clock.sample(frame)
        return [Event(frame, sample, sample, kind, "ltx2", (0.0, 0.0, 0.0), detail) for kind, detail in told]
