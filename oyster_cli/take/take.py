"""A whole take: what was shot, and its frames and sound to read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from oyster_cli.clock import Clock, parse_fps
from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.protocol import BUSES
from oyster_cli.script.chains import SoundMix, load_mix
from oyster_cli.script.models import Shot
from oyster_cli.script.score import Score, make_score
from oyster_cli.take.decode import read_frames
from oyster_cli.take.disk import digest
from oyster_cli.take.slate import CALL_SHEET, SLATE, Slate, content, read_call_sheet, read_slate
from oyster_cli.take.wave import Wave, open_wave


@dataclass(frozen=True)
class Take:
    """A whole take on disk. Opened with open_take."""

    folder: Path
    slate: Slate
    _intact: set[str] = field(default_factory=set, compare=False, repr=False)  # files that were compared with the slate

    @property
    def shot(self) -> Shot:
        return self.slate.shot

    @cached_property
    def clock(self) -> Clock:
        return Clock(parse_fps(self.slate.fps))

    @property
    def score(self) -> Score:
        return make_score(self.shot)

    @property
    def name(self) -> str:
        """Shot and version, as in sc010_sh0010_v001."""
        return f"{self.slate.shot_id}_{self.slate.version}"

    @property
    def picture(self) -> Path:
        """The lossless master: MagicYUV in QuickTime."""
        return self.folder / "picture.mov"

    @property
    def movie(self) -> Path:
        """The watchable MP4."""
        return self.folder / f"{self.name}.mp4"

    def frames(self, first: int = 0, end: int | None = None, every: int = 1) -> Iterator[np.ndarray]:
        """Frames first, first + every, … before end, counted from 0, as (height, width, 3) uint8 RGB. Fault when damaged."""
        self.check(self.picture.name)
        return read_frames(self.picture, self.clock.fps, first, end, every)

    def frame(self, number: int) -> np.ndarray:
        """One frame as (height, width, 3) uint8 RGB. Fault when the take has no such frame."""
        if not 0 <= number < self.slate.frames:
            raise Fault(f"there is no frame {number}", str(self.folder), f"it has 0 to {self.slate.frames - 1}")
        return next(self.frames(number, number + 1))

    @cached_property
    def wave(self) -> Wave:
        """The mastered sound, to read anywhere. Fault when it is damaged."""
        self.check("sound.wav")
        return open_wave(self.folder / "sound.wav")

    def sound(self, first: int = 0, end: int | None = None) -> Iterator[np.ndarray]:
        """The mastered sound of samples [first, end) in chunks of (n, 2) float32, full scale 1.0."""
        return self.wave.chunks(first, end)

    def stem(self, bus: str) -> Wave:
        """One bus in pascal at the camera. Fault when it is damaged."""
        self.check(f"stems/{bus}.wav")
        return open_wave(self.folder / "stems" / f"{bus}.wav")

    @property
    def mix(self) -> SoundMix:
        """The chains it was mixed with."""
        return self.slate.mix or load_mix(self.shot.mix)

    @property
    def beds(self) -> list[str]:
        """The buses that have a bed: those that ever sounded; none in a take of a model that gives no directions."""
        return [bus for bus in BUSES if f"beds/{bus}.wav" in self.slate.files]

    def bed(self, bus: str) -> Wave:
        """One bus as third-order ambisonics in pascal at the camera: ACN, SN3D, x ahead. Fault when it is damaged."""
        self.check(f"beds/{bus}.wav")
        return open_wave(self.folder / "beds" / f"{bus}.wav")

    def event_lines(self) -> Iterator[str]:
        """The lines of events.jsonl."""
        self.check("events.jsonl")
        with (self.folder / "events.jsonl").open(encoding="utf-8") as file:
            yield from file

    def events(self) -> Iterator[dict[str, Any]]:
        """What happened, in order: frame, sample, heard_sample, kind, thing, at, detail."""
        return map(json.loads, self.event_lines())

    def states(self) -> list[Path]:
        """The saved states, in order of their frames."""
        return sorted((self.folder / "states").glob("state-*.npz"))

    def has(self, name: str) -> bool:
        """Whether a file is there, as long as it was written."""
        path = self.folder / name
        return path.is_file() and path.stat().st_size == self.slate.files[name].bytes

    def check(self, name: str) -> None:
        """Read a file whole, once, and compare it with the slate. Fault when it is not as it was written."""
        if name not in self._intact and not (self.has(name) and digest(self.folder / name) == self.slate.files[name].blake2b):
            raise _damaged(self.folder / name)
        self._intact.add(name)

    def verify(self) -> None:
        """Check every file. Fault at the first that is not as it was written."""
        for name in self.slate.files:
            self.check(name)


def open_take(folder: Path) -> Take:
    """Open a whole take, or the newest whole version in the folder of a shot.

    Fault (exit code 1) when it is not there, not finished or damaged. Its own files are checked for their size here, and for
    what is in them when they are read; stems, beds and states, which few have a use for, only then.
    """
    if not folder.is_dir():
        raise Fault("there is no such take", str(folder), code=Exit.FAILED)
    if not (folder / SLATE).exists():
        if (folder / CALL_SHEET).exists():
            raise Fault("this take is not finished", str(folder), f"oyster generate --resume {folder}", Exit.FAILED)
        folder = next((version for version in reversed(versions_in(folder)) if (version / SLATE).exists()), folder)
    take = Take(folder, read_slate(folder))
    for name in take.slate.files:
        if "/" not in name and not take.has(name):
            raise _damaged(folder / name)
    return take


def versions_in(shot_folder: Path) -> list[Path]:
    """The versions of a shot, finished or not, oldest first."""
    found = [path for path in shot_folder.iterdir() if re.fullmatch(r"v\d{3,}", path.name) and path.is_dir()]
    return sorted(found, key=lambda path: int(path.name[1:]))


def done(root: Path, shot: Shot) -> Take | None:
    """The newest whole take of exactly this shot (same content, model and version of oyster), not one that was directed."""
    folder = root / shot.id
    for version in reversed(versions_in(folder) if folder.is_dir() else []):
        try:
            take = open_take(version)
        except Fault:
            continue
        if take.slate.parent is None and take.slate.content == content(shot) and all(map(take.has, take.slate.files)):
            return take
    return None


def unfinished(root: Path, shot: Shot) -> Path | None:
    """The newest version of exactly this shot that was interrupted: what --resume goes on from."""
    folder = root / shot.id
    for version in reversed(versions_in(folder) if folder.is_dir() else []):
        if (version / CALL_SHEET).exists() and not (version / SLATE).exists() and read_call_sheet(version).shot == shot:
            return version
    return None


def _damaged(path: Path) -> Fault:
    return Fault("this file of the take is damaged or missing", str(path), "generate the shot anew", Exit.FAILED)
