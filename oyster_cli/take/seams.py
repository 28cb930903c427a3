"""How much a take jumps at its seams, where a cue or a new chunk begins, beside how much it jumps elsewhere.

Every boundary between two frames is measured alike, so that a seam is judged by its own film: a picture that storms along
forgives more than one that stands still.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from oyster_cli.take.take import Take

SHRUNK_PX = 160  # the width frames are compared at: grain and fine motion are no jumps
AROUND_S = 0.08  # of sound on either side of a boundary
QUIET_DB = -90.0  # what digital silence counts as
MEASURES = ("picture", "colour", "loudness", "flux")
_TO_LMS = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])  # Ottosson 2020, Oklab
_TO_LAB = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])


@dataclass(frozen=True)
class Jump:
    """What changes from the frame before to this one.

    picture: mean difference of levels, of 255. colour: distance of the mean colours in Oklab. loudness: dB. flux: mean
    difference of the sound's spectra, dB.
    """

    picture: float
    colour: float
    loudness: float
    flux: float


@dataclass(frozen=True)
class Seam:
    """A jump at a seam. larger: the share of all other boundaries whose jump is smaller, 0 … 1, for each measure."""

    frame: int
    why: str
    jump: Jump
    larger: dict[str, float]


def seams(take: Take) -> list[Seam]:
    """The seams of a take in order; none when it has no cue and no chunk but the first."""
    why = seam_frames(take)
    jumps = list(measure(take))
    others = {name: np.sort([getattr(jump, name) for n, jump in enumerate(jumps, 1) if n not in why]) for name in MEASURES}
    return [Seam(frame, why[frame], jumps[frame - 1], _larger(jumps[frame - 1], others)) for frame in sorted(why)]


def _larger(jump: Jump, others: dict[str, np.ndarray]) -> dict[str, float]:
    return {name: float(np.searchsorted(values, getattr(jump, name)) / max(len(values), 1)) for name, values in others.items()}


def seam_frames(take: Take) -> dict[int, str]:
    """The frames that a chunk or a cue begins with, but for the first, and what it is."""
    begun = [event for event in take.events() if event["kind"] in ("seam", "cue")]  # a learned model moves cues to its own grid
    found = {beat.frame: beat.cue.text or beat.cue.change for beat in take.score.beats} if take.shot.model == "sim" else {}
    found |= {event["frame"]: "a chunk" for event in begun if event["kind"] == "seam"}
    found |= {event["frame"]: event["detail"]["text"] for event in begun if event["kind"] == "cue"}
    return {frame: why for frame, why in found.items() if 0 < frame < take.slate.frames}


def measure(take: Take) -> Iterator[Jump]:
    """The jump at every boundary between frames, from that before frame 1 on."""
    for number, (picture, colour) in enumerate(picture_jumps(take.frames()), 1):
        at = take.clock.sample(number)
        around = round(AROUND_S * take.wave.rate_hz)
        before, after = take.wave.read(max(at - around, 0), at), take.wave.read(at, at + around)
        yield Jump(picture, colour, *sound_jump(before, after))


def picture_jumps(frames: Iterable[np.ndarray]) -> Iterator[tuple[float, float]]:
    """Difference and distance of colour from one of the (height, width, 3) frames to the next."""
    last: Any = None
    for frame in frames:
        small = _shrunk(frame)
        if last is not None:
            yield float(np.abs(small - last).mean()), float(np.linalg.norm(oklab(small) - oklab(last)))
        last = small


def _shrunk(frame: np.ndarray) -> np.ndarray:
    """(height, width, 3) -> about SHRUNK_PX wide, each pixel the mean of a block."""
    step = max(1, frame.shape[1] // SHRUNK_PX)
    height, width = (side // step * step for side in frame.shape[:2])
    blocks = frame[:height, :width].reshape(height // step, step, width // step, step, 3)
    return blocks.mean((1, 3), dtype=np.float32)


def oklab(levels: np.ndarray) -> np.ndarray:
    """(3,) the mean colour of levels of 255, in Oklab (Ottosson 2020): even distances look even."""
    mean = levels.reshape(-1, 3).mean(0) / 255
    linear = np.where(mean <= 0.04045, mean / 12.92, ((mean + 0.055) / 1.055) ** 2.4)
    lab: np.ndarray = _TO_LAB @ np.cbrt(_TO_LMS @ linear)
    return lab


def sound_jump(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """(n, 2) of sound on either side -> change of loudness and mean change of the spectrum, both in dB."""
    size = min(len(before), len(after))
    if size < 2:
        return 0.0, 0.0
    window = np.hanning(size)
    one, two = (np.abs(np.fft.rfft(part.mean(1) * window)) for part in (before[-size:], after[:size]))
    power = [10 * np.log10(np.mean(part.astype(float) ** 2) + 10 ** (QUIET_DB / 10)) for part in (before[-size:], after[:size])]
    least = 10 ** (QUIET_DB / 20) * size / 4
    flux = np.abs(20 * np.log10((bands(two) + least) / (bands(one) + least))).mean()
    return float(abs(power[1] - power[0])), float(flux)


def bands(spectrum: np.ndarray) -> np.ndarray:
    """Root mean square of a spectrum in bands a third of an octave wide, so that high tones do not count for most of it."""
    edges = np.unique(np.round(np.geomspace(1, len(spectrum), 25)).astype(int))
    return np.array([np.sqrt(np.mean(spectrum[a:b] ** 2)) for a, b in pairwise(edges)])
