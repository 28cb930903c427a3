"""Several takes as one film: moviepy lays out the pictures, the clock counts frames and samples, take/encode.py writes.

moviepy's own writer is not used: it rounds frame rates to two digits and lets float durations decide how many frames there
are. Frames are asked of it at the middle of their time, where no rounding can give the neighbour.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from moviepy import ColorClip, CompositeVideoClip, TextClip, VideoClip, concatenate_videoclips, vfx

from oyster_cli.clock import Clock, parse_seconds
from oyster_cli.export.mixdown import Mixdown
from oyster_cli.fault import Fault
from oyster_cli.sound.layout import Layout
from oyster_cli.sound.voice import BUSES
from oyster_cli.take.disk import written_beside
from oyster_cli.take.encode import DUBBED, Film
from oyster_cli.take.finish import bext
from oyster_cli.take.take import Take

_TITLE_S = 2
_TITLE_FADE_S = 0.4
_GROUND = (13, 14, 17)
_INK = "#e8e4da"
_FIRST_HOUR_S = 3600  # a cut begins at 01:00:00:00, as editing has it


@dataclass(frozen=True)
class Cut:
    """Takes in order, each in the same layout; where each begins, in frames of the cut."""

    mixdowns: list[Mixdown]
    begins: list[int]
    frames: int
    clock: Clock
    size: tuple[int, int]
    crossfade: int  # frames
    title: str
    title_frames: int

    @property
    def layout(self) -> Layout:
        return self.mixdowns[0].layout

    @property
    def buses(self) -> list[str]:
        """The buses that there are stems of."""
        return [bus for bus in BUSES if any(bus in each.buses for each in self.mixdowns)]

    def write_movie(self, target: Path) -> None:
        """The film: every frame and its exact samples."""
        clip, sound = self._clip(), self.sound()
        timecode, tags = self.clock.timecode(self._first_frame), self.tags
        with written_beside(target) as beside, Film(
            beside, DUBBED[self.layout.name], size=self.size, fps=self.clock.fps, tags=tags, timecode=timecode
        ) as film:  # fmt: skip
            for frame in range(self.frames):
                film.frame(_whole(clip.get_frame(float((frame + Fraction(1, 2)) / self.clock.fps))))
                film.sound(next(sound))

    def sound(self) -> Iterator[np.ndarray]:
        """The samples of each frame, (n, channels) float32, full scale 1.0: every take that plays, faded with equal power where
        two overlap."""
        return self._joined([each.sound() for each in self.mixdowns])

    def stem(self, bus: str) -> Iterator[np.ndarray]:
        """One bus of all takes, as the mix has it before the limiters: (n, channels) float32."""
        return self._joined([each.stem(bus) if bus in each.buses else iter(()) for each in self.mixdowns])

    @property
    def tags(self) -> dict[str, str]:
        """What the file says of itself: the slates of all shots."""
        slates = [
            json.loads(each.tags["oyster"]) | {"gain_db": gain_db}
            for each, gain_db in zip(self.mixdowns, self._gains_db, strict=True)
        ]
        names = ", ".join(take.name for take in self._takes)
        note = json.dumps({"cut": slates, "layout": self.layout.name})
        return {"title": self.title or names, "comment": f"cut of {names}", "oyster": note}

    @property
    def bext(self) -> dict[str, str]:
        """Broadcast-WAV fields."""
        return bext(self.tags["comment"], self.clock.sample(self._first_frame))

    @property
    def _takes(self) -> list[Take]:
        return [each.take for each in self.mixdowns]

    @property
    def _first_frame(self) -> int:
        return _FIRST_HOUR_S * round(self.clock.fps)

    def _joined(self, sounds: list[Iterator[np.ndarray]]) -> Iterator[np.ndarray]:
        """Frame by frame what takes sound like together, each (n, channels)."""
        shown = [range(begin, begin + take.slate.frames) for begin, take in zip(self.begins, self._takes, strict=True)]
        parts = [_dealt(sound, [self._samples(frame) for frame in frames]) for sound, frames in zip(sounds, shown, strict=True)]
        gains_db = zip(self._gains_db, self.mixdowns, strict=True)
        levels = [np.float32(10 ** ((gain_db - each.gain_db) / 20)) for gain_db, each in gains_db]
        for frame in range(self.frames):
            mixed = np.zeros((self._samples(frame), self.layout.channels), np.float32)
            for part, frames, level in zip(parts, shown, levels, strict=True):
                if frame in frames:
                    heard = next(part)  # at rates like 29.97 a shot's last sample may be one off
                    mixed[: len(heard)] += heard * level * self._fade(frames, frame, len(heard))
            yield mixed

    @cached_property
    def _gains_db(self) -> list[float]:
        """From pascal to full scale, of each take. Exposed shots of one world have one exposure, that of the loudest: so they
        stay as loud beside each other as they were, and none is raised into the ceiling."""
        exposures: dict[str, float] = {}
        for each in self.mixdowns:
            exposures[each.scene] = min(each.gain_db, exposures.get(each.scene, math.inf))
        return [exposures[each.scene] if each.scene else each.gain_db for each in self.mixdowns]

    def _samples(self, frame: int) -> int:
        first, end = self.clock.span(frame)
        return end - first

    def _fade(self, frames: range, frame: int, samples: int) -> np.ndarray:
        """Gain during a frame of a take that has these, (n, 1): up over its overlap with the one before, down with the next."""
        if not self.crossfade:
            return np.ones((1, 1), np.float32)
        at = frame - frames.start + np.arange(samples) / max(samples, 1)  # in frames
        up = np.clip(at / self.crossfade, 0, 1) if frames.start != self.begins[0] else np.ones(samples)
        left = (len(frames) - at) / self.crossfade
        down = np.clip(left, 0, 1) if frames.start != self.begins[-1] else np.ones(samples)
        gain: np.ndarray = np.sin(np.pi / 2 * up) * np.sin(np.pi / 2 * down)
        return gain.astype(np.float32)[:, None]

    def _clip(self) -> Any:
        fade_s = float(self.crossfade / self.clock.fps)
        clips = [_fitted(_clip_of(take), self.size) for take in self._takes]
        if fade_s:
            clips = [clips[0], *(clip.with_effects([vfx.CrossFadeIn(fade_s)]) for clip in clips[1:])]
        film = concatenate_videoclips(clips, method="compose" if fade_s else "chain", padding=-fade_s)
        card = [_title_card(self.title, self.size, float(self.title_frames / self.clock.fps))] if self.title else []
        return concatenate_videoclips([*card, film], method="chain")


def cut_of(mixdowns: list[Mixdown], crossfade: str, title: str) -> Cut:
    """Lay takes end to end. Fault when their rates differ or a shot is shorter than the dissolves in it.

    crossfade: a length as it is typed, at the takes' rate. The first take decides the size; others are scaled to fit and
    stand on black.
    """
    takes = [each.take for each in mixdowns]
    clock = takes[0].clock
    for take in takes:
        if take.clock != clock:
            raise Fault(f"{take.name} runs at {take.slate.fps} frames/s, {takes[0].name} at {takes[0].slate.fps}",
                        remedy="generate them at one rate")  # fmt: skip
    overlap_s = parse_seconds(crossfade, clock.fps)
    if overlap_s < 0:
        raise Fault(f"a dissolve of {crossfade} is shorter than nothing", remedy="for example 0.5s")
    overlap = clock.frame_at(overlap_s) if len(takes) > 1 else 0
    shortest = min(takes, key=lambda take: take.slate.frames)
    if 2 * overlap > shortest.slate.frames:
        raise Fault(f"{shortest.name} is too short for dissolves of {overlap} frames", remedy="shorten --crossfade")
    title_frames = clock.frame_at(_TITLE_S) if title else 0
    begins = [title_frames]
    for take in takes[:-1]:
        begins.append(begins[-1] + take.slate.frames - overlap)
    end = begins[-1] + takes[-1].slate.frames
    return Cut(mixdowns, begins, end, clock, takes[0].slate.size, overlap, title, title_frames)


def _dealt(chunks: Iterator[np.ndarray], lengths: list[int]) -> Iterator[np.ndarray]:
    """The same sound in pieces of these lengths; the last are shorter where it ends before."""
    held: list[np.ndarray] = []
    for length in lengths:
        while sum(map(len, held)) < length and (chunk := next(chunks, None)) is not None:
            held.append(chunk)
        sound = np.concatenate(held) if held else np.zeros((0, 1), np.float32)
        yield sound[:length]
        held = [sound[length:]]


class _Player:
    """Frames of a take for a film that asks for them in order, mostly."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._next = 0
        self._frames: Iterator[np.ndarray] = iter(())
        self._shown: np.ndarray | None = None

    def at(self, seconds: float) -> np.ndarray:
        number = min(max(int(seconds * self._take.clock.fps), 0), self._take.slate.frames - 1)
        if self._shown is None or number not in (self._next - 1, self._next):
            self._frames, self._next = self._take.frames(number), number
        if number == self._next:
            self._shown, self._next = next(self._frames), number + 1
        assert self._shown is not None
        return self._shown


def _whole(pixels: np.ndarray) -> np.ndarray:
    """moviepy blends in floats."""
    return np.rint(pixels).clip(0, 255).astype(np.uint8) if pixels.dtype != np.uint8 else pixels


def _clip_of(take: Take) -> Any:
    return VideoClip(_Player(take).at, duration=float(take.slate.frames / take.clock.fps))


def _fitted(clip: Any, size: tuple[int, int]) -> Any:
    """Scaled to fit, on black."""
    if tuple(clip.size) == size:
        return clip
    scale = min(size[0] / clip.w, size[1] / clip.h)
    inside = clip.resized((round(clip.w * scale), round(clip.h * scale))).with_position("center")
    return CompositeVideoClip([ColorClip(size, (0, 0, 0), duration=clip.duration), inside], size=size)


def _title_card(title: str, size: tuple[int, int], length_s: float) -> Any:
    text = TextClip(
        text=title, font_size=max(size[1] // 14, 10), color=_INK, method="caption", size=(round(size[0] * 0.8), None),
        text_align="center", duration=length_s,
    )  # fmt: skip
    ground = ColorClip(size, _GROUND, duration=length_s)
    card = CompositeVideoClip([ground, text.with_position("center")], size=size)
    return card.with_effects([vfx.FadeIn(_TITLE_FADE_S), vfx.FadeOut(_TITLE_FADE_S)])
