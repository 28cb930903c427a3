"""From reels to a whole take: joined, mastered, made watchable, and signed with a slate as the last thing.

Every step can be done again from the reels, so it does not matter at which instant this is interrupted.
"""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import numpy as np

from oyster_cli.runner.protocol import BUSES, CHANNELS
from oyster_cli.script.chains import SoundMix, load_mix
from oyster_cli.script.dump import dump_shot
from oyster_cli.script.models import Shot
from oyster_cli.script.score import Score
from oyster_cli.sound.master import Master
from oyster_cli.sound.mix import Mixer
from oyster_cli.take.decode import read_frames
from oyster_cli.take.disk import digest, disk_faults, sync_folder, write_text, written_beside
from oyster_cli.take.encode import MOVIE, MOVIE_PICTURE, SOUND, STEM, Film, join_masters, write_sound
from oyster_cli.take.reel import REELS, Reel, find_reels
from oyster_cli.take.riff import Form, write_wave
from oyster_cli.take.slate import CALL_SHEET, SLATE, CallSheet, FileNote, Parent, Rolled, Slate, as_text, content, read_slate
from oyster_cli.take.wave import open_wave

BED = Form(CHANNELS, bits=32)
PICTURE, SOUND_FILE, EVENTS, SCORE = "picture.mov", "sound.wav", "events.jsonl", "score.yaml"


def finish(folder: Path, sheet: CallSheet, score: Score) -> Slate:
    """Make the take whole from its reels; they and the call sheet go once the slate is written."""
    began = time.perf_counter()
    with disk_faults(folder):
        reels = find_reels(folder)
        _join(folder, reels, score)
        write_text(folder / SCORE, dump_shot(sheet.shot))
        slate = _slate(folder, sheet, score, _master(folder, sheet, score, reels))
        _write_movie(folder / movie_name(slate), folder, slate, score, reels)
        slate = slate.model_copy(update={"files": _notes(folder), "rolled": _rolled(reels, score, began)})
        write_text(folder / SLATE, as_text(slate))
    clear(folder)
    return slate


def clear(folder: Path) -> None:
    """Remove what only an unfinished take needs."""
    shutil.rmtree(folder / REELS, ignore_errors=True)
    (folder / CALL_SHEET).unlink(missing_ok=True)


def movie_name(slate: Slate) -> str:
    """Name of the watchable film in a take."""
    return f"{slate.shot_id}_{slate.version}.mp4"


def _write_movie(target: Path, folder: Path, slate: Slate, score: Score, reels: list[Reel]) -> None:
    """The watchable MP4: the reels' stretches of it, and the master's sound."""
    sound = open_wave(folder / SOUND_FILE)
    timecode = score.clock.timecode(score.shot.start_frame)
    with written_beside(target) as beside, Film(
        beside, MOVIE, size=slate.size, fps=score.clock.fps, tags=slate.tags(), timecode=timecode
    ) as film:  # fmt: skip
        parts = chain.from_iterable(film.copy(_movie_of(reel, score), reel.end - reel.first) for reel in reels)
        for number, _ in enumerate(parts):
            film.sound(sound.read(*score.clock.span(number)))


def _movie_of(reel: Reel, score: Score) -> Path:
    """A reel's stretch of the film, encoded from its master where it was copied from a parent."""
    if not reel.movie.exists():
        with written_beside(reel.movie) as beside, Film(
            beside, MOVIE_PICTURE, size=score.shot.size, fps=score.clock.fps
        ) as film:  # fmt: skip
            for pixels in read_frames(reel.picture, score.clock.fps):
                film.frame(pixels)
    return reel.movie


def _join(folder: Path, reels: list[Reel], score: Score) -> None:
    """Picture, stems, beds, events and states of all reels, each as one."""
    with written_beside(folder / PICTURE) as beside:
        join_masters(beside, [(reel.picture, reel.end - reel.first) for reel in reels], score.shot.size, score.clock.fps)
    (folder / "stems").mkdir(exist_ok=True)
    with ExitStack() as stack:
        beside_each = [stack.enter_context(written_beside(folder / "stems" / f"{bus}.wav")) for bus in BUSES]
        films = [stack.enter_context(Film(path, STEM)) for path in beside_each]
        for chunk in chain.from_iterable(reel.chunks() for reel in reels):
            for bus, film in enumerate(films):
                film.sound(chunk[:, bus])
    _join_beds(folder / "beds", reels, score)
    with written_beside(folder / EVENTS) as beside, beside.open("wb") as file:
        for reel in reels:
            file.write(reel.events.read_bytes())
    (folder / "states").mkdir(exist_ok=True)
    for state in chain.from_iterable(reel.states() for reel in reels):
        with written_beside(folder / "states" / state.name) as beside:
            shutil.copyfile(state, beside)
    for part in (folder / "stems", folder / "beds", folder / "states"):
        sync_folder(part)


def _join_beds(folder: Path, reels: list[Reel], score: Score) -> None:
    """The beds of the buses that ever sounded."""
    folder.mkdir(exist_ok=True)
    lengths = [score.clock.sample(reel.end) - score.clock.sample(reel.first) for reel in reels]
    for bus in BUSES:
        if any(reel.bed(bus).exists() for reel in reels):
            parts = (reel.bed_chunks(bus, samples) for reel, samples in zip(reels, lengths, strict=True))
            with written_beside(folder / f"{bus}.wav") as beside:
                write_wave(beside, BED, chain.from_iterable(parts))


def _master(folder: Path, sheet: CallSheet, score: Score, reels: list[Reel]) -> Master:
    """Write sound.wav. A directed take keeps its parent's gain, and its parent's samples up to the first cue."""
    parent = folder.parent / sheet.parent.take if sheet.parent else None
    master = Master(gain_db=read_slate(parent).gain_db) if parent else _master_for(sheet.shot)
    mixer = Mixer(mix_of(folder.parent, sheet.shot, sheet.parent))

    def mixed() -> Iterator[np.ndarray]:
        return mixer.process(chain.from_iterable(reel.chunks() for reel in reels))

    if master.gain_db is None:
        master.measure(mixed)
    with written_beside(folder / SOUND_FILE) as beside:
        chunks: Iterable[np.ndarray] = master.process(mixed())
        if parent and sheet.parent:
            kept = score.clock.sample(sheet.parent.first_frame)
            chunks = chain(open_wave(parent / SOUND_FILE).chunks(0, kept), _from_sample(chunks, kept))
        write_sound(beside, SOUND, chunks, bext(sheet.shot.scene.prompt, score.clock.sample(score.shot.start_frame)))
    return master


def mix_of(versions_of: Path, shot: Shot, parent: Parent | None) -> SoundMix:
    """The chains of a take: its parent's, from which it goes on, or those of its shot."""
    kept = read_slate(versions_of / parent.take).mix if parent else None
    return kept or load_mix(shot.mix)


def _master_for(shot: Shot) -> Master:
    """A master that finds the shot's loudness, or exposes it."""
    return Master(target_lkfs=None if shot.loudness == "off" else shot.loudness)


def _from_sample(chunks: Iterable[np.ndarray], first: int) -> Iterator[np.ndarray]:
    for chunk in chunks:
        yield chunk[first:]
        first = max(first - len(chunk), 0)


def bext(description: str, begin: int) -> dict[str, str]:
    """Broadcast-WAV fields: what it is, and at which sample of the day it begins (the timecode of the first frame)."""
    return {"description": description[:255], "originator": "oyster", "time_reference": str(begin)}


def _slate(folder: Path, sheet: CallSheet, score: Score, master: Master) -> Slate:
    shot, mix = sheet.shot, mix_of(folder.parent, sheet.shot, sheet.parent)
    return Slate(
        prompt=shot.scene.prompt, shot_id=shot.id, version=folder.name, seed=shot.seed, model=shot.model, device=sheet.device,
        versions=sheet.versions, frames=shot.frames, fps=shot.fps, start_frame=shot.start_frame, size=shot.size,
        samples=score.clock.sample(shot.frames), rate_hz=score.clock.rate_hz, gain_db=master.gain_db or 0.0,
        loudness_lkfs=_finite(master.loudness_lkfs), true_peak_dbtp=_finite(master.true_peak_dbtp), parent=sheet.parent,
        content=content(shot, mix), shot=shot, mix=mix, files={}, rolled=Rolled(at="", wall_s=0, stepping_s=0, realtime=0),
    )  # fmt: skip


def _finite(level: float) -> float | None:
    """A level, or None for silence: JSON has no infinity."""
    return level if math.isfinite(level) else None


def _rolled(reels: list[Reel], score: Score, began: float) -> Rolled:
    times = [reel.times() for reel in reels]
    stepping_s = sum(time["stepping_s"] for time in times)
    wall_s = sum(time["wall_s"] for time in times) + time.perf_counter() - began
    length_s = score.clock.time_s(int(sum(time["stepped"] for time in times)))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return Rolled(at=at, wall_s=wall_s, stepping_s=stepping_s, realtime=length_s / stepping_s if stepping_s else 0)


def _notes(folder: Path) -> dict[str, FileNote]:
    """Size and digest of every file of the take."""
    top = [path for path in folder.iterdir() if path.is_file() and path.suffix in {".mov", ".wav", ".jsonl", ".yaml", ".mp4"}]
    files = sorted(top + list(folder.glob("stems/*.wav")) + list(folder.glob("beds/*.wav")) + list(folder.glob("states/*.npz")))
    return {path.relative_to(folder).as_posix(): FileNote(bytes=path.stat().st_size, blake2b=digest(path)) for path in files}
