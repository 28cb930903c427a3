"""What sound costs on this machine, as tables. Not a test: nothing here passes or fails.

    python benchmarks/sound.py                      64 sources around one listener, and every world of examples/gallery.yaml
    python benchmarks/sound.py --only canyon        one world
    python benchmarks/sound.py --memory             also what is held after 10 s and after 120 s

Figures are CPU time, of all threads, for a second of sound at 48 kHz; "share" is that of one core. Each table says what is
needed and how many times over it is met ("met": 1.00 or more is enough). A world's voices are all that sound/synth does, its
mix is the desk and what the place answers.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from inspect import isfunction
from typing import Any

import numpy as np
from speed import peak_mb, show, worlds

from oyster_cli.clock import RATE_HZ
from oyster_cli.runner.profile import Stopwatch, timing
from oyster_cli.script.models import Shot
from oyster_cli.script.score import Score, make_score
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.ear import Ear
from oyster_cli.sound.voice import BUSES, Voice

SOURCES, FRAME = 64, 2000  # of the first table: sources, samples a frame
NEEDED_SHARE = 0.25  # of one core, in every world
WARM_UP_S, LENGTH_S = 2.0, 6.0
LENGTHS_S = (10.0, 120.0)


def around(seconds: float, moving: bool) -> float:
    """CPU seconds for a second of SOURCES voices around a listener, who turns while they move, or all at rest."""
    rng, desk = np.random.default_rng(1), Desk()
    dry = rng.standard_normal((SOURCES, FRAME)).astype(np.float32)
    places = rng.uniform(-60.0, 60.0, (SOURCES, 3)) + (0.0, 0.0, 8.0)
    speeds = rng.uniform(-9.0, 9.0, (SOURCES, 3)) * moving
    frames = round((WARM_UP_S + seconds) * RATE_HZ / FRAME)
    spent_s, ear = 0.0, _turned(0.0)
    for frame in range(frames):
        then_s = (frame + 1) * FRAME / RATE_HZ
        voices = [Voice(f"{k}", BUSES[k % len(BUSES)], tuple(places[k] + speeds[k] * then_s), dry[k]) for k in range(SOURCES)]
        ear, before = _turned(0.5 * then_s * moving), ear
        began = time.process_time()
        desk.mix(frame * FRAME, FRAME, voices, before, ear, 15.0, 50.0, 1.2, -14.0, 0.02)
        if frame * FRAME >= WARM_UP_S * RATE_HZ:
            spent_s += time.process_time() - began
    return spent_s / seconds


def _turned(radians: float) -> Ear:
    cos, sin = float(np.cos(radians)), float(np.sin(radians))
    return Ear(np.zeros(3), np.array([cos, 0.0, -sin]), np.array([0.0, 1.0, 0.0]), np.array([sin, 0.0, cos]))


def opened(shot: Shot, seconds: float) -> tuple[Score, Any]:
    """The score of a world without its picture, and the world."""
    from oyster_cli.runner.sim import SimRunner

    frames = int(seconds * float(shot.fps))
    score = make_score(shot.model_copy(update={"size": (64, 36), "quality": "draft", "frames": frames, "cues": ()}))
    return score, SimRunner("cpu").open(score)._world


def calls() -> list[tuple[str, type, str]]:
    """What is timed: the desk and the place's acoustics, and what the classes of sound/synth do."""
    from oyster_cli.world.acoustics import Acoustics

    timed: list[tuple[str, type, str]] = [("mix", Desk, "mix"), ("mix", Acoustics, "around")]
    for name, module in sys.modules.items():
        if name.startswith("oyster_cli.sound.synth."):
            own = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == name]
            timed += [("voices", each, method) for each in own for method, call in vars(each).items()
                      if isfunction(call) and not method.startswith("_")]  # fmt: skip
    return timed


def world_row(shot: Shot) -> list[str]:
    """One world: CPU milliseconds for a second of its voices and of the mix; sources heard; share of a core."""
    score, world = opened(shot, WARM_UP_S + LENGTH_S)
    warm = score.clock.frame_at(WARM_UP_S)
    for frame in range(warm):
        world.step(score.beats_at(frame), picture=False)
    heard = []
    watch = Stopwatch(time.process_time)
    with timing(watch, calls()):
        for frame in range(warm, score.shot.frames):
            world.step(score.beats_at(frame), picture=False)
            heard.append(len(world.desk.bench.history))
    each_ms = [1000 * watch.spent_s[stage] / LENGTH_S for stage in ("voices", "mix")]
    share = sum(each_ms) / 1000
    return [shot.id, f"{np.mean(heard):.0f}", *(f"{ms:.0f}" for ms in each_ms), f"{share:.0%}",
            f"{NEEDED_SHARE / share:.2f}"]  # fmt: skip


def memory_row(shot: Shot) -> list[str]:
    """Peak memory of one world without picture, at two lengths."""
    score, world = opened(shot, LENGTHS_S[1])
    peaks = []
    for frame in range(score.shot.frames):
        world.step(score.beats_at(frame), picture=False)
        if frame + 1 in (score.clock.frame_at(LENGTHS_S[0]), score.shot.frames):
            peaks.append(peak_mb(resource.getrusage(resource.RUSAGE_SELF)))
    return [shot.id, *(f"{peak:.0f}" for peak in peaks), f"{peaks[1] / peaks[0]:.3f}"]


def main() -> None:
    parser = argparse.ArgumentParser(description="What sound costs on this machine.")
    parser.add_argument("--memory", action="store_true", help="peak memory after 10 s and after 120 s of sound")
    parser.add_argument("--only", default="", help="one world: canyon, coast, forest …")
    asked = parser.parse_args()
    shots = worlds(asked.only)
    if not asked.only:
        cases = {"at rest": False, "all moving, listener turning": True}
        shares = {case: around(LENGTH_S, moving) for case, moving in cases.items()}
        rows = [[case, f"{share:.0%}", f"{1.0 / share:.2f}"] for case, share in shares.items()]
        show(f"{SOURCES} sources; needed: real time", ("sources", "share", "met"), rows)
    show(f"worlds without their picture; needed: {NEEDED_SHARE:.0%} of a core",
         ("world", "sources", "voices ms", "mix ms", "share", "met"), map(world_row, shots))  # fmt: skip
    if asked.memory:
        heads = ("world", *(f"{length:.0f} s: MB" for length in LENGTHS_S), "long/short")
        show("peak memory without picture", heads, map(memory_row, shots[:1]))


if __name__ == "__main__":
    main()
