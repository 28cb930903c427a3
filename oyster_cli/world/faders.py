"""The faders of the desk: a gain a bus, moved by cues."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.script.models import Cue
from oyster_cli.script.score import Beat
from oyster_cli.sound.voice import BUSES
from oyster_cli.state import Stateful

STEP_DB = 6.0  # "louder" and "softer"
OFF_DB = -120.0


class Faders(Stateful):
    """Rows of ramps: bus, from dB, to dB, first frame, frames. They work in gain, so that off is silence."""

    kept: ClassVar[tuple[str, ...]] = ("now_db", "ramps")

    def __init__(self) -> None:
        self.now_db = dict.fromkeys(BUSES, 0.0)
        self.ramps: list[list[str | float]] = []

    def begin(self, beat: Beat) -> None:
        """Start moving a bus's fader."""
        bus = beat.cue.target or ""
        if bus in self.now_db:
            self.ramps = [row for row in self.ramps if row[0] != bus]
            self.ramps.append([bus, self.now_db[bus], _target_db(beat.cue, self.now_db[bus]), beat.frame, beat.over_frames])

    def ride(self, frame: int, *groups: dict[str, np.ndarray]) -> list[dict[str, np.ndarray]]:
        """Apply this frame's gains, ramped from sample to sample, to groups of bus -> (samples, channels)."""
        before = dict(self.now_db)
        for bus, start, end, first, frames in self.ramps:
            share = min(1.0, (frame - float(first) + 1) / max(float(frames), 1.0))
            self.now_db[str(bus)] = float(start) + (float(end) - float(start)) * share
        self.ramps = [row for row in self.ramps if frame + 1 - float(row[3]) < float(row[4])]
        return [{bus: _faded(sound, before[bus], self.now_db[bus]) for bus, sound in group.items()} for group in groups]


def _faded(sound: np.ndarray, from_db: float, to_db: float) -> np.ndarray:
    if from_db == 0.0 and to_db == 0.0:
        return sound
    start, end = (0.0 if db <= OFF_DB else 10 ** (db / 20) for db in (from_db, to_db))
    return (sound * np.linspace(start, end, len(sound))[:, None]).astype(np.float32)


def _target_db(cue: Cue, now_db: float) -> float:
    if isinstance(cue.to, (int, float)):
        return float(cue.to)
    words = {"off": OFF_DB, "on": 0.0, "more": now_db + STEP_DB, "less": now_db - STEP_DB}
    return words.get(str(cue.to), float(cue.to) if cue.to not in (None, *words) else 0.0)  # type: ignore[arg-type]
