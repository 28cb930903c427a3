"""Pictures back out of a master, frame by frame."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from oyster_cli.fault import Exit, Fault


def read_frames(path: Path, fps: Fraction, first: int = 0, end: int | None = None, every: int = 1) -> Iterator[np.ndarray]:
    """Frames first, first + every, … before end of a master as (height, width, 3) uint8 RGB. Fault when it is damaged."""
    try:
        with av.open(f"file:{path}") as file:
            yield from _frames(file, file.streams.video[0], fps, first, end, every)
    except av.FFmpegError as error:
        raise Fault("this picture is damaged", str(path), "generate the shot anew", Exit.FAILED) from error


def _frames(file: Any, track: Any, fps: Fraction, first: int, end: int | None, every: int) -> Iterator[np.ndarray]:
    track.thread_type = "SLICE"  # all cores on one frame: no frames wait in memory, a single one comes soon
    if first:
        file.seek(int(first / fps / track.time_base), stream=track)
    for packet in file.demux(track):
        if not packet.size:
            return
        number = round(packet.pts * track.time_base * fps)
        if end is not None and number >= end:
            return
        if number >= first and (number - first) % every == 0:  # every frame stands alone: what is not asked for is not decoded
            yield from (frame.to_ndarray(format="rgb24") for frame in packet.decode())
