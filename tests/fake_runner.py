"""A tiny deterministic model: what stands in for the simulated world where takes, exports and previews are tested.

Every frame is a tinted gradient with its number written on it in sixteen black and white squares. Every sixth frame begins
with a click and an event. The tint and the noise come out of state that grows from frame to frame, so that a session that
went on from the wrong state would show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
from scipy.signal import lfilter

from oyster_cli.runner.protocol import BUSES, Event, Guide, Step
from oyster_cli.script.models import Cue, Scene, Shot
from oyster_cli.script.score import Beat, Score
from oyster_cli.state import Stateful

CLICK_EVERY = 6
CLICK_PA = 0.5  # ten times the noise: loud enough to find, and nothing for a limiter to do
# gains of third-order ambisonics: water comes from ahead, rain from above, clicks from the left
DIRECTIONS = {
    "water": np.array([1, 0, 0, 1, 0, 0, -0.5, 0, 0.75**0.5, 0, 0, 0, 0, -(0.375**0.5), 0, 0.625**0.5], np.float32),
    "weather": np.array([1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0], np.float32),
    "foley": np.array([1, 1, 0, 0, 0, 0, -0.5, 0, -(0.75**0.5), -(0.625**0.5), 0, -(0.375**0.5), 0, 0, 0, 0], np.float32),
}
_BITS = 16
_LCG = np.uint64(6364136223846793005), np.uint64(1442695040888963407)


class FakeSession(Stateful):
    """Rolls frames whose picture and noise depend on all frames before."""

    kept: ClassVar[tuple[str, ...]] = ("frame", "walk", "memory", "rain", "flash")

    def __init__(self, score: Score) -> None:
        self.score = score
        self.frame = 0
        self.walk = np.array([score.shot.seed], np.uint64)
        self.memory = np.zeros((1, 2))
        self.rain = 0.0
        self.flash = False

    def unheeded(self) -> list[Cue]:
        return [beat.cue for beat in self.score.beats if beat.cue.change == "add"]

    def step(self, beats: Sequence[Beat] = (), draw: bool = True) -> Step:
        self.walk = self.walk * _LCG[0] + _LCG[1]
        for beat in beats:
            self.rain = 1.0 if beat.cue.change == "weather" else self.rain
        self.flash = any(beat.cue.change == "lightning" for beat in beats)
        frame, self.frame = self.frame, self.frame + 1
        first, end = self.score.clock.span(frame)
        picture = self._picture(frame)[None] if draw else np.zeros((0, *self.score.shot.size[::-1], 3), np.uint8)
        stems = self._stems(frame, end - first)
        return Step(frame, picture, stems, self._events(frame, first), self._beds(stems))

    def _picture(self, frame: int) -> np.ndarray:
        width, height = self.score.shot.size
        tint = np.frombuffer(self.walk.tobytes(), np.uint8)[5:8].astype(float) / 255
        ramp = np.linspace(60, 200, width)[None, :, None] * np.linspace(0.6, 1, height)[:, None, None]
        picture = np.clip(ramp * (0.5 + 0.5 * tint) * (1 - 0.6 * self.rain) + 255 * self.flash, 0, 255).astype(np.uint8)
        stamp(picture, frame)
        return picture

    def _stems(self, frame: int, samples: int) -> dict[str, np.ndarray]:
        stems = {bus: np.zeros((samples, 2), np.float32) for bus in BUSES}
        noise = np.random.default_rng(int(self.walk[0])).standard_normal((samples, 2))
        water, self.memory = lfilter([0.05], [1, -0.95], noise, axis=0, zi=self.memory)
        stems["water"] += (0.3 * water).astype(np.float32)
        stems["weather"] += (0.03 * self.rain * noise).astype(np.float32)
        if frame % CLICK_EVERY == 0:
            stems["foley"][0] = CLICK_PA
        return stems

    def _beds(self, stems: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The mean of each stem that sounds in this frame, from its own direction."""
        return {bus: stem.mean(axis=1)[:, None] * DIRECTIONS[bus] for bus, stem in stems.items() if stem.any()}

    def _events(self, frame: int, sample: int) -> list[Event]:
        if frame % CLICK_EVERY:
            return []
        return [Event(frame, sample, sample, "click", "fake", (0.0, 1.0, 2.0), {"level": np.float32(CLICK_PA)})]


class FakeRunner:
    """Opens fake sessions."""

    name = "sim"
    device = "cpu"

    def open(self, score: Score, guide: Guide | None = None) -> FakeSession:  # noqa: ARG002
        return FakeSession(score)

    def versions(self, score: Score) -> Mapping[str, str]:  # noqa: ARG002
        return {}


def make_shot(frames: int = 100, **changes: Any) -> Shot:
    """A small shot of the fake model."""
    scene = Scene(prompt="a fake place", place="canyon")
    return Shot(**{"id": "fake", "scene": scene, "frames": frames, "size": (160, 90), **changes})


def cue(at: str, change: Any = "weather", **fields: Any) -> Cue:
    rain = {"target": "rain", "to": "on"} if change == "weather" else {}
    return Cue(at=at, change=change, **rain, **fields)


def stamp(picture: np.ndarray, number: int) -> None:
    """Write a number along the upper edge, one square a bit."""
    edge = picture.shape[1] // _BITS
    for bit in range(_BITS):
        picture[:edge, bit * edge : (bit + 1) * edge] = 255 * (number >> bit & 1)


def read_stamp(picture: np.ndarray) -> int:
    """The number on a picture, also after lossy coding."""
    edge = picture.shape[1] // _BITS
    inside = slice(edge // 4, edge - edge // 4)
    squares = np.split(picture[:edge, : edge * _BITS], _BITS, axis=1)
    return sum(1 << bit for bit, square in enumerate(squares) if square[inside, inside].mean() > 127)
