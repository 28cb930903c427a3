"""A film as a player has it: what moves in the decoded picture, and the decoded sound, both from the first picture on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from oyster_cli.fault import Exit, Fault

WIDTH_PX = 160  # frames are compared this wide: grain is no motion
FINE_PX, SIDE_PX = 320, 4  # and this wide around a place, so far to each side of it
ABOUT_PX = 16  # what is farther than SIDE_PX and nearer than this is about a place
AROUND = 6  # frames before and after the one of an event that are looked at


@dataclass(frozen=True)
class Playback:
    """What was decoded of a film.

    luma (frames,): mean level, of 255. motion (frames,): mean absolute difference of luma from the frame before, of 255, 0 for
    the first. sound (samples,) float32: mean of the channels, or W of ambisonics, full scale 1.0; sample 0 belongs to the
    first frame's begin. around (places, 2 * AROUND + 2): motion around each place, the frame it is for at AROUND + 1.
    """

    fps: Fraction
    rate_hz: int
    luma: np.ndarray
    motion: np.ndarray
    sound: np.ndarray
    around: np.ndarray


def play(path: Path, places: Sequence[tuple[int, float, float]] = ()) -> Playback:
    """Decode a film once. places: frame, and shares of width and height. Fault when it cannot be read, or has no picture or no
    sound."""
    try:
        with av.open(f"file:{path}") as film:
            if not (film.streams.video and film.streams.audio):
                raise Fault("this has not both picture and sound", str(path), "for example a take, or its mp4", Exit.FAILED)
            fps, rate_hz = film.streams.video[0].average_rate, film.streams.audio[0].rate
            begin_s, luma, motion, around = _picture(film, places)
            film.seek(0)
            sound = _sound(film, begin_s)
    except (OSError, av.FFmpegError) as error:
        raise Fault(f"not a movie that can be read: {error.strerror}", str(path), code=Exit.FAILED) from None
    return Playback(Fraction(fps or 0), rate_hz, luma, motion, sound, around)


def _picture(film: Any, places: Sequence[tuple[int, float, float]]) -> tuple[Fraction, np.ndarray, np.ndarray, np.ndarray]:
    """When the first frame is shown, in seconds of the container's clock; luma, motion and that around places."""
    begin_s, last = Fraction(0), None
    fine: np.ndarray | None = None
    luma: list[float] = []
    motion: list[float] = []
    around = np.zeros((len(places), 2 * AROUND + 2))
    for count, frame in enumerate(film.decode(video=0)):
        small, before = _grey(frame, WIDTH_PX), fine
        begin_s = begin_s if luma else frame.pts * frame.time_base
        motion.append(0.0 if last is None else float(np.abs(small - last).mean()))
        luma.append(float(small.mean()))
        last = small
        fine = _grey(frame, FINE_PX) if len(places) else None
        for k, (event_frame, x, y) in enumerate(places):
            at = count - event_frame + AROUND + 1
            if before is not None and fine is not None and 0 <= at < around.shape[1]:
                around[k, at] = _moved_at(fine, before, x, y)
    return begin_s, np.array(luma), np.array(motion), around


def _grey(frame: Any, width: int) -> np.ndarray:
    """(height, width) float32 levels of 255."""
    height = max(1, width * frame.height // frame.width)
    return np.asarray(frame.reformat(width, height, "gray", interpolation="AREA").to_ndarray().astype(np.float32))


def _moved_at(now: np.ndarray, before: np.ndarray, x: float, y: float) -> float:
    """Mean absolute difference around a place, from what all about it does: a light that flickers is no event there."""
    row, column = int(y * now.shape[0]), int(x * now.shape[1])
    near, about = (
        np.s_[max(row - side, 0) : row + side + 1, max(column - side, 0) : column + side + 1] for side in (SIDE_PX, ABOUT_PX)
    )
    return float(np.abs(now[near] - before[near] - np.median(now[about] - before[about])).mean())


def _sound(film: Any, begin_s: Fraction) -> np.ndarray:
    """Every sample where the container's clock puts it, so that an encoder's priming stays before the beginning, and up to
    where the container ends the track: the last AAC frame is filled up with silence."""
    track = film.streams.audio[0]
    parts = [(round((each.pts * each.time_base - begin_s) * track.rate), _mono(each)) for each in _packed(film)]
    sound = np.zeros(max((at + len(part) for at, part in parts), default=0), np.float32)
    for at, part in parts:
        sound[max(at, 0) : max(at + len(part), 0)] = part[max(-at, 0) :]
    if not track.duration:
        return sound
    end_s = ((track.start_time or 0) + track.duration) * track.time_base - begin_s
    return sound[: round(end_s * track.rate)]


def _packed(film: Any) -> Iterator[Any]:
    """The frames of the sound as float32, channel beside channel: more than eight planes PyAV cannot read."""
    packed = av.AudioResampler(format="flt")
    for frame in film.decode(audio=0):
        yield from packed.resample(frame)


def _mono(frame: Any) -> np.ndarray:
    """(samples,): the mean of the channels; of ambisonics, whose other channels may cancel each other, the first."""
    channels: np.ndarray = frame.to_ndarray().reshape(-1, frame.layout.nb_channels)
    ambisonic = frame.layout.name == "4.0" or frame.layout.name.startswith("ambisonic")
    return channels[:, 0] if ambisonic else channels.mean(1)
