"""The one place where pictures and sound are encoded (PyAV). Takes and exports all write through here.

Measured at 1280x720 with grain, time of both cores: the master as MagicYUV 12 ms and 1.23 MB a frame, as FFV1 61 ms and
1.08 MB, as lossless H.264 (libx264rgb, ultrafast, every frame a key) 26 ms and 1.81 MB. MagicYUV it is: a world rolled beside
it is a sixth faster than beside FFV1, every frame stands alone, so that takes can be cut and sought at any frame, and
editors that do not know Matroska know QuickTime.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np

from oyster_cli.clock import RATE_HZ, Clock
from oyster_cli.take.decode import read_frames

_THREADS = 2  # fixed: the number of threads changes what x264 writes
_BT709 = 1
_LIMITED = 1
_BITEXACT = {"fflags": "+bitexact"}  # no random ids, no encoder banner: the same content gives the same bytes


@dataclass(frozen=True)
class Recipe:
    """How one kind of file is written. Codec "" means that it has no such track."""

    container: str
    picture: str = ""
    pixels: str = ""
    picture_options: Mapping[str, str] = field(default_factory=dict)
    sound: str = ""
    values: str = ""  # sample format handed to the sound encoder
    bit_rate: int | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    layout: str = "stereo"
    sound_options: Mapping[str, str] = field(default_factory=dict)
    ambisonic: int = 0  # order, told by an SA3D box (channels in ACN order, SN3D); 0 for sound that is none


MASTER = Recipe("mov", "magicyuv", "gbrp", {"pred": "median"})
# Without B-frames packets come in the order they are shown, so that stretches encoded apart can be joined by copying.
# x264's macroblock tree gave other bytes in up to one run of three on a busy machine; without it 2000 of 2000 were the same.
MOVIE = Recipe(
    "mp4", "libx264", "yuv420p", {"preset": "veryfast", "crf": "18", "mbtree": "0", "bf": "0"}, "aac", "fltp", 256_000,
    {"movflags": "+faststart+use_metadata_tags", "movie_timescale": "240000"},  # whole for every rate of the trade
)  # fmt: skip
# A stretch of it, encoded while the next frame is rolled. NUT keeps the encoder's own header, so that packets can be copied.
MOVIE_PICTURE = replace(MOVIE, container="nut", sound="", values="", bit_rate=None, options={})
SOUND = Recipe("wav", sound="pcm_s24le", values="s32", options={"write_bext": "1", "rf64": "auto"})
STEM = Recipe("wav", sound="pcm_f32le", values="flt", options={"rf64": "auto"})

# The same film with other sound. AAC knows no more than eight channels and no ambisonics: its layout is one that no player
# takes for four corners. Opus has a mapping for ambisonics (RFC 8486).
DUBBED = {
    "binaural": MOVIE,
    "stereo": MOVIE,
    "mono": replace(MOVIE, layout="mono", bit_rate=128_000),
    "5.1": replace(MOVIE, layout="5.1", bit_rate=640_000),
    "ambix1": replace(MOVIE, layout="4.0", ambisonic=1, bit_rate=512_000),
    **{
        f"ambix{order}": replace(
            MOVIE, sound="libopus", values="flt", layout=f"ambisonic {order}", sound_options={"mapping_family": "2"},
            ambisonic=order, bit_rate=96_000 * (order + 1) ** 2,
        )
        for order in (2, 3)
    },
}  # fmt: skip


class Film:
    """One file being written: a picture track, a sound track, or both. Use as a context; it is whole when that ends well."""

    def __init__(
        self,
        path: Path,
        recipe: Recipe,
        *,
        size: tuple[int, int] = (0, 0),
        fps: Fraction = Fraction(24),
        tags: Mapping[str, str] | None = None,
        timecode: str = "",
        picture_of: Any = None,
    ) -> None:
        """picture_of: a film that was opened, whose picture will be copied (see copy_all)."""
        self._file = av.open(f"file:{path}", "w", format=recipe.container, options={**_BITEXACT, **recipe.options})
        self._file.metadata.update(tags or {})
        self._recipe, self._fps = recipe, fps
        self._frames = self._samples = 0
        self._copied: Any = self._copied_track(picture_of) if picture_of else None
        self._picture: Any = self._picture_track(size, timecode) if recipe.picture and not picture_of else None
        self._sound: Any = self._sound_track() if recipe.sound else None

    def _copied_track(self, film: Any) -> Any:
        track = self._file.add_stream_from_template(film.streams.video[0])
        track.metadata.update(film.streams.video[0].metadata)  # its timecode
        return track

    def _picture_track(self, size: tuple[int, int], timecode: str) -> Any:
        track: Any = self._file.add_stream(self._recipe.picture, rate=self._fps, options=dict(self._recipe.picture_options))
        track.width, track.height = size
        track.pix_fmt = self._recipe.pixels
        track.codec_context.thread_count = _THREADS
        if self._recipe.pixels.startswith("yuv"):
            context = track.codec_context
            context.color_primaries = context.color_trc = context.colorspace = _BT709
            context.color_range = _LIMITED
        if timecode:
            track.metadata["timecode"] = timecode
        return track

    def _sound_track(self) -> Any:
        options = dict(self._recipe.sound_options)
        track: Any = self._file.add_stream(self._recipe.sound, rate=RATE_HZ, layout=self._recipe.layout, options=options)
        track.codec_context.format = self._recipe.values
        if self._recipe.ambisonic:
            track.metadata["SA3D"] = f"ambisonic {self._recipe.ambisonic}"
        if self._recipe.bit_rate:
            track.bit_rate = self._recipe.bit_rate
        return track

    def frame(self, pixels: np.ndarray) -> None:
        """Add one picture, (height, width, 3) uint8 RGB."""
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
        frame = frame.reformat(format=self._recipe.pixels, dst_colorspace="ITU709", dst_color_range="MPEG") \
            if self._recipe.pixels.startswith("yuv") else frame.reformat(format=self._recipe.pixels)  # fmt: skip
        frame.pts, frame.time_base = self._frames, 1 / self._fps
        self._frames += 1
        self._file.mux(self._picture.encode(frame))

    def copy(self, part: Path, frames: int) -> Iterator[None]:
        """Add the first frames of another file of this recipe, one a turn. Packets are copied, nothing is encoded again.

        Only where another build of the encoder wrote it (the header differs) is it decoded and encoded anew, which with a
        master loses nothing either.
        """
        self._file.start_encoding()
        with av.open(f"file:{part}") as source:
            if source.streams.video[0].codec_context.extradata == self._picture.codec_context.extradata:
                for packet in islice((packet for packet in source.demux(video=0) if packet.size), frames):
                    self._packet(packet)
                    yield
                return
        for pixels in read_frames(part, self._fps, 0, frames):
            self.frame(pixels)
            yield

    def copy_all(self, source: Any) -> Iterator[None]:
        """Add the picture of the film that this one was opened with, a packet a turn, each at its own time."""
        for packet in source.demux(video=0):
            if packet.size:
                packet.stream = self._copied
                self._file.mux(packet)
                yield

    def _packet(self, packet: Any) -> None:
        packet.stream, packet.time_base = self._picture, 1 / self._fps
        packet.pts = packet.dts = self._frames
        packet.duration = 1
        self._frames += 1
        self._file.mux(packet)

    def sound(self, samples: np.ndarray) -> None:
        """Add sound, (n, channels) float32; full scale 1.0 but for float files, which hold any value."""
        if not len(samples):
            return
        values, layout = self._recipe.values, self._recipe.layout
        frame = av.AudioFrame.from_ndarray(_packed(samples, values), format=values, layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, self._samples, Fraction(1, RATE_HZ)
        self._samples += len(samples)
        self._file.mux(self._sound.encode(frame))

    def __enter__(self) -> Film:
        return self

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        try:
            for track in (self._picture, self._sound):
                if track is not None and failed is None:
                    self._file.mux(track.encode(None))
        finally:
            self._file.close()


def _packed(samples: np.ndarray, values: str) -> np.ndarray:
    """(n, channels) float32 -> what the encoder takes: planes, or interleaved floats, or 24 bits in the upper part of int32."""
    if values == "fltp":
        return np.ascontiguousarray(samples.T, np.float32)
    if values == "flt":
        return np.ascontiguousarray(samples, np.float32).reshape(1, -1)
    whole = np.clip(np.rint(samples.astype(np.float64) * (1 << 23)), -(1 << 23), (1 << 23) - 1)
    return (whole.astype(np.int32) << 8).reshape(1, -1)


def write_sound(path: Path, recipe: Recipe, chunks: Iterable[np.ndarray], tags: Mapping[str, str] | None = None) -> None:
    """Write a whole sound file from (n, 2) chunks."""
    with Film(path, recipe, tags=tags) as film:
        for chunk in chunks:
            film.sound(chunk)


def dub(path: Path, picture: Path, recipe: Recipe, chunks: Iterable[np.ndarray], clock: Clock, tags: Mapping[str, str]) -> None:
    """A film with the picture of another, packet for packet, and with this sound, (n, channels) chunks."""
    with av.open(f"file:{picture}") as source, Film(path, recipe, tags=tags, picture_of=source) as film:
        waiting, written = iter(chunks), 0
        for number, _ in enumerate(film.copy_all(source), start=1):
            while written < clock.sample(number) and (chunk := next(waiting, None)) is not None:
                film.sound(chunk)
                written += len(chunk)
        for chunk in waiting:
            film.sound(chunk)


def join_masters(path: Path, parts: list[tuple[Path, int]], size: tuple[int, int], fps: Fraction) -> None:
    """Join the first so many frames of each master into one."""
    with Film(path, MASTER, size=size, fps=fps) as film:
        for part, frames in parts:
            deque(film.copy(part, frames), 0)
