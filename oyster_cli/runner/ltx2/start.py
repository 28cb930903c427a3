"""What a chunk starts from and is led by, as the pipeline takes it: the tail of the one before, pictures, a simulated take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition
from PIL import Image, ImageOps, UnidentifiedImageError

from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.ltx2.chunks import Chunk
from oyster_cli.runner.ltx2.rules import Rules
from oyster_cli.runner.protocol import Guide
from oyster_cli.script.models import Learned, Shot

AS_IT_IS = 0  # H.264 quality a picture is put through before it is followed: none


def check(shot: Shot, guide: Guide | None) -> None:
    """Faults for what a shot is to start from: pictures that cannot be read, a guide of another frame rate or size."""
    learned = shot.learned or Learned()
    for path in filter(None, (learned.image, learned.end_image)):
        _read(path)
    if learned.guide and guide is None:
        raise Fault("there is no guide", learned.guide, code=Exit.FAILED)
    if guide and guide.shot.fps != shot.fps:
        cause = f"the guide has {guide.shot.fps} frames a second, the shot {shot.fps}"
        raise Fault(cause, str(learned.guide), "give both the same")


def conditions(chunk: Chunk, tail: np.ndarray, shot: Shot, rules: Rules, guide: Guide | None) -> list[LTX2VideoCondition]:
    """The conditions of a chunk; where two speak of the same frames, the later in the list counts.

    tail: (chunk.tail, made height, made width, 3) uint8.
    """
    learned, made = shot.learned or Learned(), rules.size_covering(*shot.size)

    def fitted(picture: np.ndarray) -> np.ndarray:
        return _fitted(picture, shot.size, made)

    found = []
    if guide and learned.follow:
        found += [
            _condition(np.stack([fitted(picture) for picture in pictures]), index, learned.follow)
            for index, pictures in _guiding(chunk, learned, rules, guide, shot.frames)
        ]
    if chunk.tail:
        found.append(_condition(tail, 0))
    elif learned.image:
        found.append(_condition(fitted(_read(learned.image))[None], 0))
    if learned.end_image and chunk.to_the_end:
        found.append(_condition(fitted(_read(learned.end_image))[None], _index(shot.frames - 1 - chunk.video_at, rules)))
    return found


def _condition(frames: np.ndarray, index: int, strength: float = 1.0) -> LTX2VideoCondition:
    return LTX2VideoCondition(frames=frames, index=index, strength=strength, crf=AS_IT_IS)


def _index(frame: int, rules: Rules) -> int:
    """The latent frame that begins nearest to a frame of the chunk."""
    return round((frame - 1) / rules.frame_step) + 1 if frame > 0 else 0


def _guiding(chunk: Chunk, learned: Learned, rules: Rules, guide: Guide, frames: int) -> Iterator[tuple[int, list[np.ndarray]]]:
    """Frames of the guide for a chunk, each stretch with its latent index."""
    length = min(guide.shot.frames, frames)
    if learned.guide_as == "clip":
        count = rules.frames_within(min(chunk.frames, length - chunk.video_at))
        if count > 0:
            yield 0, list(guide.frames(chunk.video_at, chunk.video_at + count))
        return
    if not chunk.tail:
        yield 0, list(guide.frames(0, 1))
    for begun in chunk.begun if learned.guide_as == "keyframes" else ():
        done = min(begun.frame + begun.beat.over_frames, length - 1)  # the guide shows there what the cue has made
        if chunk.first < done < chunk.video_at + chunk.frames:
            yield _index(done - chunk.video_at, rules), list(guide.frames(done, done + 1))


def _read(path: str) -> np.ndarray:
    try:
        with Image.open(Path(path).expanduser()) as image:
            return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        raise Fault("this picture cannot be read", path, "for example a PNG or JPEG file") from None


def _fitted(picture: np.ndarray, size: tuple[int, int], made: tuple[int, int]) -> np.ndarray:
    """A picture (h, w, 3) cropped and scaled to the shot's size; its edges are drawn out to the size that is made."""
    whole = picture if picture.shape[1::-1] == size else np.asarray(ImageOps.fit(Image.fromarray(picture), size))
    spare = [((more := made[axis] - size[axis]) // 2, more - more // 2) for axis in (1, 0)]
    return np.pad(whole, (*spare, (0, 0)), mode="edge")
