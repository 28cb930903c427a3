"""A take as a looping GIF: smaller, half the rate or less, one palette made for it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.filter import Graph

from oyster_cli.take.disk import written_beside
from oyster_cli.take.take import Take

_WIDTH = 480
_MAX_FPS = 15
_PALETTE_FRAMES = 24  # how many frames are looked at for the palette
_BLOCK = 250  # bytes of comment in one block: fewer than 254, so that no length looks like a marker


def export_gif(take: Take, target: Path) -> None:
    """Looping GIF, at most 480 pixels wide and 15 frames/s. Its palette is made from what moves; the slate is its comment."""
    every = math.ceil(take.clock.fps / _MAX_FPS)
    fps = take.clock.fps / every
    width, height = take.slate.size
    size = min(_WIDTH, width), round(height * min(_WIDTH, width) / width)
    with written_beside(target) as beside:
        sample = max(every, take.slate.frames // _PALETTE_FRAMES)
        palette = _palette(_pictures(take, sample, fps), take.slate.size, size, fps)
        _write(beside, _pictures(take, every, fps), palette, take.slate.size, size, fps)
        _add_comment(beside, take.slate.tags()["oyster"].encode())


def _pictures(take: Take, every: int, fps: Fraction) -> Iterator[av.VideoFrame]:
    return (_picture(pixels, number, fps) for number, pixels in enumerate(take.frames(every=every)))


def _picture(pixels: np.ndarray, number: int, fps: Fraction) -> av.VideoFrame:
    picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    picture.pts, picture.time_base = number, 1 / fps
    return picture


def _source(graph: Graph, size: tuple[int, int], pixels: str, fps: Fraction) -> Any:
    return graph.add("buffer", f"video_size={size[0]}x{size[1]}:pix_fmt={pixels}:time_base={1 / fps}:pixel_aspect=1/1")


def _palette(pictures: Iterator[av.VideoFrame], from_size: tuple[int, int], size: tuple[int, int], fps: Fraction) -> Any:
    """256 colours for the whole take, weighted by what changes from frame to frame. As a 16x16 picture."""
    graph = Graph()
    source, sink = _source(graph, from_size, "rgb24", fps), graph.add("buffersink")
    scaled, palette = graph.add("scale", f"{size[0]}:{size[1]}:flags=area"), graph.add("palettegen", "stats_mode=diff")
    source.link_to(scaled)
    scaled.link_to(palette)
    palette.link_to(sink)
    graph.configure()
    for picture in pictures:
        source.push(picture)
    source.push(None)
    return sink.pull()


def _write(
    path: Path,
    pictures: Iterator[av.VideoFrame],
    palette: Any,
    from_size: tuple[int, int],
    size: tuple[int, int],
    fps: Fraction,
) -> None:
    graph = Graph()
    source, colours = _source(graph, from_size, "rgb24", fps), _source(graph, (16, 16), palette.format.name, fps)
    scaled, sink = graph.add("scale", f"{size[0]}:{size[1]}:flags=area"), graph.add("buffersink")
    painted = graph.add("paletteuse", "dither=bayer:bayer_scale=3:diff_mode=rectangle")
    source.link_to(scaled)
    scaled.link_to(painted, 0, 0)
    colours.link_to(painted, 0, 1)
    painted.link_to(sink)
    graph.configure()
    colours.push(palette)
    colours.push(None)
    with av.open(f"file:{path}", "w", format="gif", options={"loop": "0"}) as file:
        track: Any = file.add_stream("gif", rate=fps)
        track.width, track.height, track.pix_fmt = *size, "pal8"
        for picture in chain(pictures, [None]):
            source.push(picture)
            for done in _ready(sink):
                file.mux(track.encode(done))
        file.mux(track.encode(None))


def _ready(sink: Any) -> Iterator[Any]:
    """The pictures that have come out of a filter graph by now."""
    while True:
        try:
            yield sink.pull()
        except (av.BlockingIOError, av.EOFError):
            return


def _add_comment(path: Path, text: bytes) -> None:
    """Put a comment extension (GIF89a section 24) before the trailer, which is the last byte."""
    blocks = (text[at : at + _BLOCK] for at in range(0, len(text), _BLOCK))
    comment = b"\x21\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\x00"
    with path.open("rb+") as file:
        file.seek(-1, 2)
        file.write(comment + b"\x3b")


def read_comment(path: Path) -> bytes:
    """The comment of a GIF written here; empty when there is none."""
    data = path.read_bytes()
    at = data.rfind(b"\x21\xfe")
    text = b""
    at += 2
    while at > 1 and data[at]:
        text += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    return text
