"""Every voice alone, as a WAV file of what the camera hears, for measuring it or for looking at its spectrum.

    python scripts/voices.py OUT                    all of them
    python scripts/voices.py OUT rain owl           these
    python scripts/voices.py OUT owl --seconds 120 --seed 3

A voice is what some things of a world say: the world of its prompt is rolled with them alone in it, without its picture.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from scipy.io import wavfile

from oyster_cli.clock import RATE_HZ
from oyster_cli.script.score import make_score
from oyster_cli.sound.voice import BUSES
from oyster_cli.words.resolve import resolve_prompt

PEAK = 0.7  # of full scale
# name of the voice -> prompt of its world, and the things that stay in it
VOICES = {
    "rain": ("meadow in rain", "rain"),
    "rain-heavy": ("meadow in heavy rain", "rain"),
    "rain-light": ("meadow in light rain", "rain"),
    "rain-on-leaves": ("jungle in rain", "rain"),
    "rain-on-roof": ("city street in rain", "rain"),
    "wind": ("desert, strong wind", "wind sand"),
    "wind-in-trees": ("forest, strong wind", "wind plants"),
    "thunder": ("meadow, thunderstorm", "lightning"),
    "river": ("river", "river"),
    "waterfall": ("waterfall canyon", "waterfall"),
    "waves": ("coast", "sea"),
    "bubbles": ("underwater reef, bubbles", "bubbles"),
    "underwater": ("underwater reef", "undersea fish"),
    "cave-drips": ("cave with dripping water", "drip"),
    "fire": ("campfire in a forest at night", "campfire"),
    "crickets": ("meadow at night, crickets", "cricket wind plants"),
    "frogs": ("jungle at night, calm, frogs", "frog wind plants"),
    "birds": ("meadow in the morning, birds", "bird skylark swallow wind plants"),
    "seagulls": ("windy harbour, gulls", "gull wind"),
    "crows": ("windy meadow, crows", "crow wind plants"),
    "wolf": ("forest at night, a wolf howls", "wolf wind plants"),
    "hooves": ("three horses trot along a river path", "horse"),
    "owl": ("forest at night, an owl", "owl"),
    "whale": ("underwater reef, a whale", "whale"),
    "footsteps-gravel": ("a walker on a gravel path beside a river", "walker wind plants"),
    "footsteps-snow": ("a walker in the snow on a mountain pass, calm", "walker wind plants"),
    "footsteps-leaves": ("a walker in a forest", "walker wind plants"),
    "footsteps-wood": ("a walker on a wooden jetty", "walker wind basin"),
    "footsteps-stone": ("a walker in a cave", "walker drip"),
    "footsteps-street": ("a walker in a city street", "walker wind city"),
    "footsteps-mud": ("a walker in a wet forest", "walker wind plants"),
    "footsteps-sand": ("a walker in the desert", "walker wind"),
    "footsteps-water": ("a walker wades through a river", "walker wind river"),
    "door": ("a door in a city street", "door wind city"),
    "door-slam": ("harbour, a door slams", "door wind basin"),
    "crowd": ("a crowd in a city street", "crowd wind"),
    "crowd-cheer": ("a cheering crowd in a meadow", "crowd wind"),
    "city-street": ("city street", "city people"),
    "traffic": ("city street, traffic", "city car"),
    "siren": ("city street, an ambulance", "siren city"),
    "train": ("meadow, a train passes", "train wind"),
    "aeroplane": ("meadow, an aeroplane", "plane wind"),
    "fan-hum": ("city street, a ventilator", "fan"),
    "helicopter": ("helicopter over a jungle valley", "helicopter"),
    "sailboat": ("harbour, a boat", "boat basin wind"),
    "fireworks": ("fireworks over a harbour at night", "fireworks"),
}


def solo(prompt: str, kept: str, seconds: float, seed: int) -> np.ndarray:
    """(samples, 2) float32 pascal at the ears: what the kept things of the prompt's world say."""
    from oyster_cli.runner.sim import SimRunner

    shot, _ = resolve_prompt(prompt, length=f"{seconds}s", size="64x36", quality="draft", seed=seed)
    score = make_score(shot)
    world = SimRunner("cpu").open(score)._world
    for name in [name for name in world.cast if name.split("-")[0] not in kept.split()]:
        world._enter({"name": name, "spec": None})
    stems = [world.step(score.beats_at(frame), picture=False)[1] for frame in range(shot.frames)]
    return np.concatenate([np.sum([each[bus] for bus in BUSES], axis=0) for each in stems])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(VOICES):
        sys.exit(f"no voice {', '.join(sorted(unknown))}; there are {', '.join(VOICES)}")
    asked.out.mkdir(parents=True, exist_ok=True)
    for name in asked.names or VOICES:
        began = time.perf_counter()
        sound = solo(*VOICES[name], asked.seconds, asked.seed)
        level_db = 10 * np.log10(np.mean(sound.astype(np.float64) ** 2) / 4e-10 + 1e-12)
        peak = float(abs(sound).max())
        wavfile.write(asked.out / f"{name}.wav", RATE_HZ, sound * np.float32(PEAK / peak if peak else 1.0))
        Console().print(f"{name:20} {level_db:6.1f} dB SPL   {time.perf_counter() - began:5.1f} s")


if __name__ == "__main__":
    main()
