"""A score in chunks: what the model makes in one go, where one chunk takes over from another, and what each is told.

A chunk begins with a tail: frames that the chunk before has shown, and the latents of their sound. What a chunk makes depends
on nothing that comes after its first shown frame, not even on where it is cut: a cue leaves everything before it as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from oyster_cli.runner.ltx2.rules import Rules
from oyster_cli.runner.ltx2.text import describe
from oyster_cli.script.models import Learned
from oyster_cli.script.score import Beat, Score

TAIL_S = 1  # of a chunk that the next one starts from
CUT_S = 10  # a chunk that may be cut is no longer than this: what comes after the cut was made for nothing
FADE_S = Fraction(1, 100)  # over this the sound of a chunk goes over into that of the next one, from the seam on


@dataclass(frozen=True)
class Begun:
    """A cue on the frame where the model begins to follow it: `frame`, at or soon after the one that was asked for."""

    beat: Beat
    frame: int


@dataclass(frozen=True)
class Segment:
    """Words that hold from a frame of the shot on."""

    frame: int
    text: str


@dataclass(frozen=True)
class Chunk:
    """What the model makes in one go.

    video_at: the frame of the shot its first frame is; tail: so many frames of it were shown before; frames: how many it makes.
    first, end: the frames of the shot that are shown of it.
    sound_at: audio latents from the beginning of the shot to its first; pinned: so many of them were heard before.
    to_the_end: whether it would reach the last frame of the shot if no cue cut it short.
    """

    number: int
    video_at: int
    tail: int
    frames: int
    end: int
    sound_at: int
    pinned: int
    to_the_end: bool
    segments: tuple[Segment, ...]
    begun: tuple[Begun, ...]

    @property
    def first(self) -> int:
        return self.video_at + self.tail


@dataclass(frozen=True)
class _Start:
    """Where a chunk starts from, before it is known how long it is."""

    video_at: int = 0
    tail: int = 0
    sound_at: int = 0
    pinned: int = 0


def most_frames(score: Score, longest_s: float) -> int:
    """The most frames a chunk of this shot may have. longest_s: what the model was made for."""
    cut = (score.shot.learned or Learned()).cues == "cut"
    return int(min(longest_s, CUT_S if cut else longest_s) * score.clock.fps)


def plan_chunks(score: Score, rules: Rules) -> Iterator[Chunk]:
    """The chunks of a shot, in order; what they show tiles the shot. Each is worked out when it is asked for."""
    cut = (score.shot.learned or Learned()).cues == "cut"
    begun: list[Beat] = []  # before the chunk at hand
    number, start = 0, _Start()
    while True:
        frames, shown = _length(score, rules, start)
        first, end = start.video_at + start.tail, min(start.video_at + shown, score.shot.frames)
        waiting = score.beats[len(begun) :]
        snaps = [_snapped(beat.frame, start.video_at, rules, score.shot.frames) for beat in waiting]
        if cut:
            end = min([end, *(snap for beat, snap in zip(waiting, snaps, strict=True) if beat.frame > first)])
            here = [Begun(beat, first) for beat in waiting if beat.frame <= first]
        else:
            here = [Begun(beat, max(first, snap)) for beat, snap in zip(waiting, snaps, strict=True) if snap < end]
        segments = _segments(score, begun, here, first)
        whole = start.video_at + shown >= score.shot.frames
        yield Chunk(number, start.video_at, start.tail, frames, end, start.sound_at, start.pinned, whole, segments, tuple(here))
        if end == score.shot.frames:
            return
        begun += [one.beat for one in here]
        number, start = number + 1, _next(score, rules, start, frames, end)


def _length(score: Score, rules: Rules, start: _Start) -> tuple[int, int]:
    """How many frames are made from here, and how many of them can be shown (their sound ends a little before they do)."""
    longest = rules.frames_within(most_frames(score, rules.longest_s))
    left = score.shot.frames - start.video_at
    frames = min(rules.frames_covering(left), longest)
    while (shown := _shown(score, rules, start, frames)) < left and frames < longest:
        frames += rules.frame_step
    return frames, shown


def _shown(score: Score, rules: Rules, start: _Start, frames: int) -> int:
    fps = score.clock.fps
    end_s = start.sound_at / rules.latents_per_s + rules.sound_s(rules.audio_latents(frames, fps)) - FADE_S
    return min(frames, int(end_s * fps) - start.video_at)


def _snapped(asked: int, video_at: int, rules: Rules, frames: int) -> int:
    """The next frame with which a latent begins, never before the asked one; the asked one where the shot ends sooner."""
    snapped = video_at + rules.frames_covering(max(asked - video_at, 1)) if asked > video_at else asked
    return snapped if snapped < frames else asked


def _segments(score: Score, begun: Sequence[Beat], here: Sequence[Begun], first: int) -> tuple[Segment, ...]:
    """The words of a chunk: one text for what begins with it, one for each frame on which more begins."""
    segments: list[Segment] = []
    before = list(begun)
    for frame in sorted({first, *(one.frame for one in here)}):
        starting = [one.beat for one in here if one.frame == frame]
        segments.append(Segment(frame, describe(score.shot, before, starting)))
        before += starting
    return tuple(segments)


def _next(score: Score, rules: Rules, start: _Start, frames: int, end: int) -> _Start:
    """Where the chunk that follows starts from: its sound's first latent begins as near as can be to its first frame."""
    fps = score.clock.fps
    tail = rules.frames_within(min(rules.frames_covering(int(TAIL_S * fps)), end - start.video_at))
    video_at = end - tail
    sound_at = max(start.sound_at, round(video_at / fps * rules.latents_per_s))
    to_seam = (end / fps - sound_at / rules.latents_per_s) * rules.mel_per_s
    pinned = round((to_seam - 1) / rules.mel_per_latent) + 1
    made = start.sound_at + rules.audio_latents(frames, fps) - sound_at
    return _Start(video_at, tail, sound_at, max(0, min(pinned, made)))
