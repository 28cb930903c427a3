"""Exact time: frames, samples, timecode. Knows nothing of shots; imports nothing of ours but Fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from oyster_cli.fault import Fault

RATE_HZ = 48_000
MAX_FPS = 240
_NTSC = {f"{base * 1000 / 1001:.{digits}f}": base for base in (24, 30, 48, 60, 120) for digits in (2, 3)}
_NAMES = {"ntsc-film": 24, "ntsc": 30}


@dataclass(frozen=True)
class Clock:
    """One rational clock for picture and sound. Frame n begins at sample floor(n * rate / fps), never rounded per frame."""

    fps: Fraction
    rate_hz: int = RATE_HZ

    def sample(self, frame: int) -> int:
        """First sample of a frame (frames count from 0)."""
        return frame * self.rate_hz * self.fps.denominator // self.fps.numerator

    def span(self, frame: int, frames: int = 1) -> tuple[int, int]:
        """[first, end) samples of `frames` frames from `frame`. Neighbouring spans tile without gap or overlap."""
        return self.sample(frame), self.sample(frame + frames)

    def frame_of_sample(self, sample: int) -> int:
        """The frame whose span holds this sample."""
        frame = int(Fraction(sample, self.rate_hz) * self.fps)
        return frame + 1 if self.sample(frame + 1) <= sample else frame

    def time_s(self, frame: int) -> float:
        """Begin of a frame in seconds, for whatever is drawn or simulated (never for counting)."""
        return float(frame / self.fps)

    def frame_at(self, seconds: Fraction | float) -> int:
        """The frame nearest to an instant; halves go up."""
        return int(Fraction(seconds).limit_denominator(1_000_000) * self.fps + Fraction(1, 2))

    def timecode(self, frame: int) -> str:
        """Non-drop timecode HH:MM:SS:FF at the nominal (rounded) rate."""
        base = round(self.fps)
        seconds, rest = divmod(frame, base)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{rest:02}"


def parse_fps(text: str | int | float) -> Fraction:
    """A frame rate as typed: 24, 23.976, 24000/1001, ntsc-film. Raises Fault outside 1..240."""
    word = str(text).strip().lower()
    try:
        if word in _NAMES:
            rate = Fraction(_NAMES[word] * 1000, 1001)
        elif word in _NTSC:
            rate = Fraction(_NTSC[word] * 1000, 1001)
        else:
            rate = Fraction(word)
    except (ValueError, ZeroDivisionError):
        raise Fault(f"frame rate {text!r} is not a number", remedy="for example 24, 23.976 or 30000/1001") from None
    if not 1 <= rate <= MAX_FPS:
        raise Fault(f"frame rate {text} is outside 1 to {MAX_FPS}", remedy="for example 24")
    return rate


def parse_seconds(text: str | int | float, fps: Fraction) -> Fraction:
    """An instant or a length as typed: 4s, 1500ms, 96f, 00:00:04:00, 0:05, 4 (seconds). Exact; Fault if unreadable."""
    word = str(text).strip().lower()
    if match := re.fullmatch(r"(-?\d+(?:\.\d+)?(?:/\d+)?)\s*(s|sec|secs|seconds?|ms|f|frames?|m|min|minutes?)?", word):
        value, unit = Fraction(match[1]), match[2] or "s"
        scale = {"ms": Fraction(1, 1000), "m": Fraction(60), "f": 1 / fps}
        return value * scale.get("ms" if unit == "ms" else unit[0], Fraction(1))
    if re.fullmatch(r"\d+:\d{2}:\d{2}:\d{2,3}", word):
        hours, minutes, seconds, frames = (int(part) for part in word.split(":"))
        return (hours * 3600 + minutes * 60 + seconds) * Fraction(round(fps)) / fps + frames / fps
    if re.fullmatch(r"(?:\d+:)?\d+:\d{1,2}(?:\.\d+)?", word):
        total = Fraction(0)
        for part in word.split(":"):
            total = total * 60 + Fraction(part)
        return total
    raise Fault(f"time {text!r} cannot be read", remedy="for example 4s, 96f or 00:00:04:00")


def parse_frames(text: str | int | float, fps: Fraction) -> int:
    """A length in whole frames (nearest). Fault when it is not at least one frame."""
    frames = int(parse_seconds(text, fps) * fps + Fraction(1, 2))
    if frames < 1:
        raise Fault(f"length {text} is shorter than one frame", remedy="for example 5s")
    return frames
