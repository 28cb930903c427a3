"""A shot with every cue on its exact frame: what a runner plays from."""

from __future__ import annotations

from dataclasses import dataclass

from oyster_cli.clock import Clock, parse_fps, parse_seconds
from oyster_cli.fault import Fault
from oyster_cli.script.models import Cue, Shot


@dataclass(frozen=True)
class Beat:
    """A cue on its frame: it begins at `frame` and is complete `over_frames` later (0: at once)."""

    frame: int
    over_frames: int
    cue: Cue


@dataclass(frozen=True)
class Score:
    """A shot and its cues on frames, in order."""

    shot: Shot
    clock: Clock
    beats: tuple[Beat, ...]

    def beats_at(self, frame: int) -> list[Beat]:
        """The cues that begin on this frame."""
        return [beat for beat in self.beats if beat.frame == frame]


def place_cue(cue: Cue, clock: Clock, frames: int) -> Beat:
    """Put one cue on its frame. Fault when it begins after the last frame of the shot."""
    frame = clock.frame_at(parse_seconds(cue.at, clock.fps))
    if not 0 <= frame < frames:
        raise Fault(f"cue at {cue.at} is outside the shot", remedy=f"it is {frames} frames long, 0 to {frames - 1}")
    over = clock.frame_at(parse_seconds(cue.over, clock.fps)) if cue.over is not None else 0
    return Beat(frame, over, cue)


def make_score(shot: Shot) -> Score:
    """The score of a shot; cues keep their order within a frame."""
    clock = Clock(parse_fps(shot.fps))
    beats = [place_cue(cue, clock, shot.frames) for cue in shot.cues]
    return Score(shot, clock, tuple(sorted(beats, key=lambda beat: beat.frame)))
