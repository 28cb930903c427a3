"""Reels: the stretches of about two seconds a take is rolled in. A reel is on disk whole or not at all."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from oyster_cli.clock import Clock
from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.protocol import BUSES, CHANNELS, Event, State, Step
from oyster_cli.script.score import Score
from oyster_cli.take.disk import disk_faults, sync, sync_folder
from oyster_cli.take.encode import MASTER, MOVIE_PICTURE, Film
from oyster_cli.take.states import write_state
from oyster_cli.take.wave import CHUNK

REEL_S = 2  # length of a reel: how much is lost at most when a process is killed
REELS = "reels"
_PAIRS = 2 * len(BUSES)  # the buses' stereo pairs side by side, in the order of BUSES
_BED = np.dtype((np.float32, CHANNELS))  # a sample of a bed


@dataclass(frozen=True)
class Reel:
    """Frames [first, end) on disk: picture, stems, beds, events, and the states saved within and after them."""

    folder: Path
    first: int
    end: int

    @property
    def picture(self) -> Path:
        return self.folder / "picture.mov"

    @property
    def movie(self) -> Path:
        """Its stretch of the watchable film, without sound; a reel that was copied has none."""
        return self.folder / "movie.nut"

    @property
    def stems(self) -> Path:
        return self.folder / "stems.f32"

    def bed(self, bus: str) -> Path:
        """The bed of a bus, up to where it last sounded; there is none of one that did not sound."""
        return self.folder / f"bed-{bus}.f32"

    @property
    def events(self) -> Path:
        return self.folder / "events.jsonl"

    def state(self, frame: int) -> Path:
        """Where the state before this frame is kept."""
        return self.folder / state_name(frame)

    def states(self) -> list[Path]:
        return sorted(self.folder.glob("state-*.npz"))

    def times(self) -> dict[str, float]:
        """Seconds this reel took: `stepping_s` for its `stepped` frames in the session, `wall_s` in all."""
        read: dict[str, float] = json.loads((self.folder / "times.json").read_text(encoding="utf-8"))
        return read

    def chunks(self) -> Iterator[np.ndarray]:
        """Stems as (samples, buses, 2) float32 in pascal, a second at a time."""
        with self.stems.open("rb") as file:
            while len(values := np.fromfile(file, np.float32, CHUNK * _PAIRS)):
                yield values.reshape(-1, len(BUSES), 2)

    def bed_chunks(self, bus: str, samples: int) -> Iterator[np.ndarray]:
        """The bed of a bus as (samples, CHANNELS) float32 in pascal, a second at a time. samples: how many the reel has."""
        path, at = self.bed(bus), 0
        while at < samples:
            chunk = np.zeros(min(CHUNK, samples - at), _BED)
            if path.exists():
                known = np.fromfile(path, _BED, len(chunk), offset=at * _BED.itemsize)
                chunk[: len(known)] = known
            at += len(chunk)
            yield chunk


def state_name(frame: int) -> str:
    """File name of the state before a frame."""
    return f"state-{frame:06}.npz"


def next_cut(frame: int, clock: Clock, frames: int) -> int:
    """Where the reel that begins at `frame` ends."""
    every = max(1, round(clock.fps * REEL_S))
    return min((frame // every + 1) * every, frames)


def find_reels(take: Path) -> list[Reel]:
    """The whole reels of an unfinished take, in order and without gaps."""
    found: list[Reel] = []
    for folder in sorted((take / REELS).glob("[0-9]*-*")):
        first, end = (int(part) for part in folder.name.split("-"))
        if first == (found[-1].end if found else 0):
            found.append(Reel(folder, first, end))
    return found


class ReelWriter:
    """Writes one reel beside its final name; leaving the context well puts it there, any exception leaves nothing."""

    def __init__(self, take: Path, score: Score, first: int, end: int, start_s: float = 0.0) -> None:
        """start_s: what came before and counts for this reel, such as building the world."""
        self._score = score
        self._whole = Reel(take / REELS / f"{first:06}-{end:06}", first, end)
        self.reel = Reel(take / REELS / ".rolling", first, end)
        self._files = ExitStack()
        self._encoded: Future[None] = Future()  # the picture before
        self._encoded.set_result(None)
        self._began = time.perf_counter() - start_s
        self._stepping_s, self._stepped = 0.0, 0

    def __enter__(self) -> ReelWriter:
        with disk_faults(self.reel.folder):
            shutil.rmtree(self.reel.folder, ignore_errors=True)
            self.reel.folder.mkdir(parents=True)
            self._beds: dict[str, BinaryIO] = {}
            self._bed_samples = 0  # so far, of the buses that sound and of all others
            self._stems = self._files.enter_context(self.reel.stems.open("wb"))
            self._events = self._files.enter_context(self.reel.events.open("w", encoding="utf-8", newline="\n"))
        return self

    def start_picture(self) -> None:
        """Open the picture for frames that are rolled (one that is copied needs no encoder)."""
        shot = self._score.shot
        with disk_faults(self.reel.folder):
            self._films = [
                self._files.enter_context(Film(path, recipe, size=shot.size, fps=self._score.clock.fps))
                for path, recipe in ((self.reel.picture, MASTER), (self.reel.movie, MOVIE_PICTURE))
            ]
        self._encoder = self._files.enter_context(ThreadPoolExecutor(1))

    def add(self, step: Step, stepping_s: float) -> None:
        """Add a step that was checked. Its picture is encoded while the next one is rolled; a fault is told there.

        stepping_s: what the step took; 0 for the first of a session, which also starts it up.
        """
        self._stepping_s += stepping_s
        self._stepped += stepping_s > 0
        with disk_faults(self.reel.folder):
            self._encoded.result()
            self._encoded = self._encoder.submit(self._encode, step.picture[0])
            self.add_stems(step.stems)
            self.add_beds(step.beds, len(step.stems[BUSES[0]]))
            self.add_events(event_line(event) for event in step.events)

    def _encode(self, pixels: np.ndarray) -> None:
        for film in self._films:
            film.frame(pixels)

    def add_stems(self, stems: Mapping[str, np.ndarray]) -> None:
        with disk_faults(self.reel.folder):
            self._stems.write(np.concatenate([stems[bus] for bus in BUSES], axis=1).tobytes())

    def add_beds(self, beds: Mapping[str, np.ndarray], samples: int) -> None:
        """Add the beds of so many samples. Where a bus is left out, a gap in its file says that it is silent."""
        with disk_faults(self.reel.folder):
            for bus, bed in beds.items():
                if bus not in self._beds:
                    self._beds[bus] = self._files.enter_context(self.reel.bed(bus).open("wb"))
                self._beds[bus].seek(self._bed_samples * _BED.itemsize)
                self._beds[bus].write(bed.tobytes())
        self._bed_samples += samples

    def add_events(self, lines: Iterator[str]) -> None:
        with disk_faults(self.reel.folder):
            self._events.writelines(lines)

    def add_state(self, frame: int, state: State) -> None:
        with disk_faults(self.reel.folder):
            write_state(self.reel.state(frame), state)

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        try:
            with disk_faults(self.reel.folder):
                if failed is None:
                    self._encoded.result()
                self._files.__exit__(failed, None, None)
                if failed is None:
                    self._commit()
        finally:
            shutil.rmtree(self.reel.folder, ignore_errors=True)

    def _commit(self) -> None:
        times = {"stepping_s": self._stepping_s, "stepped": self._stepped, "wall_s": time.perf_counter() - self._began}
        (self.reel.folder / "times.json").write_text(json.dumps(times), encoding="utf-8")
        for path in self.reel.folder.iterdir():
            sync(path)
        sync_folder(self.reel.folder)
        self.reel.folder.rename(self._whole.folder)
        sync_folder(self._whole.folder.parent)


def event_line(event: Event) -> str:
    """One line of events.jsonl."""
    note = {
        "frame": event.frame, "sample": event.sample, "heard_sample": event.heard_sample, "kind": event.kind,
        "thing": event.thing, "at": [float(x) for x in event.at], "detail": dict(event.detail),
    }  # fmt: skip
    return json.dumps(note, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    """numpy's numbers and arrays as JSON's."""
    return value.tolist()


def check_step(step: Step, score: Score, frame: int) -> None:
    """Hold a step to the contract: this frame, its size, exactly the clock's samples on every bus and bed, all finite.

    Raises Fault (exit code 1): a model that breaks it must not get its frames into a take.
    """
    first, end = score.clock.span(frame)
    width, height = score.shot.size
    wrong = ""
    if step.at != frame:
        wrong = f"came as frame {step.at}"
    elif step.picture.shape != (1, height, width, 3) or step.picture.dtype != np.uint8:
        wrong = f"has a picture {step.picture.dtype}{step.picture.shape} instead of uint8{(1, height, width, 3)}"
    elif any(event.frame != frame or not first <= event.sample < end for event in step.events):
        wrong = f"has an event outside its samples {first} to {end}"
    elif set(step.stems) != set(BUSES):
        wrong = f"has other buses than it should: {', '.join(sorted(set(step.stems) ^ set(BUSES)))}"
    elif not set(step.beds) <= set(BUSES):
        wrong = f"has a bed of no bus: {', '.join(sorted(set(step.beds) - set(BUSES)))}"
    else:
        stems = [_sound_fault(f"on bus {bus}", step.stems[bus], (end - first, 2)) for bus in BUSES]
        beds = [_sound_fault(f"in the bed of {bus}", bed, (end - first, CHANNELS)) for bus, bed in step.beds.items()]
        wrong = next(filter(None, stems + beds), "")
    if wrong:
        raise Fault(f"model {score.shot.model} broke its promise: frame {frame} {wrong}", code=Exit.FAILED)


def _sound_fault(where: str, sound: np.ndarray, shape: tuple[int, int]) -> str:
    if sound.shape != shape or sound.dtype != np.float32:
        return f"has {sound.dtype}{sound.shape} {where} instead of float32{shape}"
    return "" if np.isfinite(sound).all() else f"has sound that is not finite {where}"
