"""How fast and how big oyster is on this machine, as tables. Not a test: nothing here passes or fails.

    python benchmarks/speed.py                      frames/s at 640x360 draft, sound included, and where the time goes
    python benchmarks/speed.py --start              also how long kernels and worlds take until the first frame
    python benchmarks/speed.py --cold --memory      also whole runs of the command line, and memory against length (long)
    python benchmarks/speed.py --only canyon        one world of examples/gallery.yaml

Each table says what is needed and how many times over it is met ("met": 1.00 or more is enough).
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from oyster_cli.runner import open_runner
from oyster_cli.runner.profile import STAGES, watched
from oyster_cli.script.models import Shot
from oyster_cli.script.score import make_score
from oyster_cli.words.resolve import read_shots

ROOT = Path(__file__).parents[1]
WARM_UP = 12  # frames that are rolled before the clock runs
NEEDED_FPS, LEAST_FPS, SLOW_WORLDS = 24.0, 18.0, 2  # so many may be slower than the first, none slower than the second
NEEDED_WALL_S, NEEDED_MB = 25.0, 1500.0
NEEDED_KERNELS_S, NEEDED_BUILD_S = 2.0, 4.0
COLD = ("--seconds", "5", "--size", "1280x720", "--quality", "standard")
LENGTHS_S = (10, 120)


def worlds(only: str) -> list[Shot]:
    """The shots of examples/gallery.yaml, or the one of this name."""
    text = (ROOT / "examples" / "gallery.yaml").read_text(encoding="utf-8")
    shots = [shot for shot, _ in read_shots(text, "gallery.yaml") if only in ("", shot.id)]
    return shots or sys.exit(f"there is no world {only!r}")


def small(shot: Shot, frames: int) -> Shot:
    """The shot at 640x360 draft."""
    return shot.model_copy(update={"size": (640, 360), "quality": "draft", "frames": frames})


def step_row(shot: Shot, frames: int) -> list[str]:
    """One world at 640x360 draft: start-up, frames/s, milliseconds a frame in each stage."""
    shot = small(shot, WARM_UP + frames)
    began = time.perf_counter()
    score = make_score(shot)
    session = open_runner(shot.model).open(score)
    session.step(score.beats_at(0))
    start_s = time.perf_counter() - began
    for frame in range(1, WARM_UP):
        session.step(score.beats_at(frame))
    with watched() as watch:
        began = time.perf_counter()
        for frame in range(WARM_UP, shot.frames):
            session.step(score.beats_at(frame))
        fps = frames / (time.perf_counter() - began)
    each_ms = [f"{ms:.1f}" for ms in watch.each_ms(frames).values()]
    return [shot.id, f"{start_s:.1f}", f"{fps:.1f}", f"{fps / NEEDED_FPS:.2f}", *each_ms]


def to_first_frame_s(shot: Shot) -> float:
    """Seconds from opening a world whose place is built to its first frame."""
    began = time.perf_counter()
    score = make_score(shot)
    open_runner(shot.model).open(score).step(score.beats_at(0))
    return time.perf_counter() - began


def start_s(shot: Shot) -> tuple[float, float, float]:
    """Seconds in a new process: what the kernels add to the first world, building its place, and having it from the cache."""
    began = time.perf_counter()
    open_runner(shot.model)
    device_s = time.perf_counter() - began
    from oyster_cli.world import places  # kernels are compiled on import: only once the device runs

    places.build_site(shot.scene, shot.place_seed)  # it is kept on disk now
    first_s = to_first_frame_s(shot)
    kernels_s = device_s + first_s - to_first_frame_s(shot)
    began = time.perf_counter()
    places.PLACES[shot.scene.place](shot.place_seed, shot.scene)
    built_s = time.perf_counter() - began
    places._built.cache_clear()
    began = time.perf_counter()
    places.build_site(shot.scene, shot.place_seed)
    return kernels_s, built_s, time.perf_counter() - began


def start_row(shot: Shot) -> list[str]:
    """Start-up of one world in a new process, kernels compiled before."""
    with multiprocessing.get_context("spawn").Pool(1) as process:
        kernels_s, built_s, cached_s = process.apply(start_s, (small(shot, 1),))
    return [shot.id, f"{kernels_s:.1f}", f"{NEEDED_KERNELS_S / kernels_s:.2f}", f"{built_s:.1f}",
            f"{NEEDED_BUILD_S / built_s:.2f}", f"{cached_s:.2f}"]  # fmt: skip


def run(prompt: str, options: Sequence[str], kernels: Path | None = None) -> tuple[float, float]:
    """The whole command line in a process of its own: wall seconds and peak memory in MB. kernels: where they are cached."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "oyster_cli", "generate", prompt, *options, "-o", folder]
        cache = {"XDG_CACHE_HOME": str(kernels)} if kernels else {}
        silent = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
        began = time.perf_counter()
        child = os.posix_spawn(sys.executable, command, {**os.environ, "PYTHONPATH": str(ROOT), **cache}, file_actions=silent)
        _, status, used = os.wait4(child, 0)
        wall_s = time.perf_counter() - began
    if status:
        sys.exit(f"failed: oyster generate {prompt!r} {' '.join(options)}")
    return wall_s, peak_mb(used)


def peak_mb(used: resource.struct_rusage) -> float:
    """Largest resident size; Linux counts it in KiB, macOS in bytes."""
    return used.ru_maxrss / (1 if sys.platform == "darwin" else 1 / 1024) / 1e6


def cold_row(shot: Shot, options: Sequence[str]) -> list[str]:
    """Two whole runs of one world: the first on this machine ever, which compiles the kernels, and the next."""
    with tempfile.TemporaryDirectory() as kernels:
        first_s, _ = run(shot.scene.prompt, options, Path(kernels))
        wall_s, peak = run(shot.scene.prompt, options, Path(kernels))
    return [shot.id, f"{first_s:.1f}", f"{wall_s:.1f}", f"{NEEDED_WALL_S / wall_s:.2f}", f"{peak:.0f}"]


def memory_row(shot: Shot, options: Sequence[str]) -> list[str]:
    """Peak memory of a short and of a long shot of one world."""
    short, long = (run(shot.scene.prompt, ("--seconds", str(length), *options))[1] for length in LENGTHS_S)
    return [shot.id, f"{short:.0f}", f"{long:.0f}", f"{long / short:.2f}", f"{NEEDED_MB / max(short, long):.2f}"]


def show(title: str, heads: Sequence[str], rows: Iterable[list[str]]) -> None:
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 130).print(title, table, "", sep="\n", highlight=False)


def show_steps(shots: Sequence[Shot], frames: int) -> None:
    """The table of frames/s, and what it comes to."""
    rows = [step_row(shot, frames) for shot in shots]
    heads = ("world", "start s", "frames/s", "met", *(f"{stage} ms" for stage in STAGES))
    title = (
        f"640x360 draft, sound included, {frames} frames, {os.cpu_count()} cores; "
        f"needed: {NEEDED_FPS:.0f} frames/s, in {SLOW_WORLDS} worlds {LEAST_FPS:.0f}"
    )
    show(title, heads, rows)
    rates = sorted(float(row[2]) for row in rows)
    slow = sum(rate < NEEDED_FPS for rate in rates)
    sys.stdout.write(f"{slow} of {len(rates)} worlds below {NEEDED_FPS:.0f} frames/s; the slowest: {rates[0]:.1f}\n\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast and how big oyster is on this machine.")
    parser.add_argument("--frames", type=int, default=72, help="frames that are timed (default 72)")
    parser.add_argument("--start", action="store_true", help="time until the first frame: kernels, places built and kept")
    parser.add_argument("--cold", action="store_true", help="time whole runs: 5 s at 1280x720 standard, process to MP4")
    parser.add_argument("--memory", action="store_true", help="peak memory of 10 s against 120 s at 1280x720 standard")
    parser.add_argument("--only", default="", help="one world: canyon, coast, forest …")
    asked = parser.parse_args()
    shots = worlds(asked.only)
    show_steps(shots, asked.frames)
    if asked.start:
        heads = ("world", "kernels s", "met", "built s", "met", "from the cache s")
        title = f"start of a process; needed: kernels in {NEEDED_KERNELS_S:.0f} s, a place built in {NEEDED_BUILD_S:.0f} s"
        show(title, heads, (start_row(shot) for shot in shots))
    if asked.cold:
        heads = ("world", "first ever s", "wall s", "met", "peak MB")
        title = f"oyster generate {' '.join(COLD)}, a new process to the finished MP4; needed: {NEEDED_WALL_S:.0f} s"
        show(title, heads, (cold_row(shot, COLD) for shot in shots))
    if asked.memory:
        heads = ("world", *(f"{length} s: MB" for length in LENGTHS_S), "long/short", "met")
        show(f"peak memory; needed: {NEEDED_MB:.0f} MB", heads, (memory_row(shot, COLD[2:]) for shot in shots))


if __name__ == "__main__":
    main()
