"""How the twelve worlds look: one small frame of each, kept in tests/golden/. Drawn anew with: python tests/golden.py --write

Kernels are compiled for the machine they run on, so the last digits of a frame differ from one processor to another: frames
are compared with a tolerance. What a change of the look does to a frame is far outside of it.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from oyster_cli.runner import open_runner
from oyster_cli.script.models import Shot
from oyster_cli.script.score import make_score
from oyster_cli.words.resolve import read_shots

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).with_name("golden")
FRAME = 8
MEAN_LEVELS, TAIL_LEVELS = 6.0, 48.0  # of 255: mean difference, and what 99 of 100 values stay under
REPAIR = "if it is meant to look like this: python tests/golden.py --write"


@cache
def gallery() -> dict[str, Shot]:
    """The shots of examples/gallery.yaml by name, small and rough."""
    shots = read_shots((ROOT / "examples" / "gallery.yaml").read_text(encoding="utf-8"), "gallery.yaml")
    change = {"size": (160, 90), "quality": "draft", "frames": FRAME + 1}
    return {shot.id: shot.model_copy(update=change) for shot, _ in shots}


@cache
def drawn(world: str) -> np.ndarray:
    """The last frame of a world's shot, (height, width, 3) uint8, gathered from all before it."""
    shot = gallery()[world]
    session = open_runner(shot.model, "cpu").open(make_score(shot))
    return [session.step() for _ in range(shot.frames)][-1].picture[0]


def kept(name: str) -> np.ndarray:
    """The frame on record, (height, width, 3) uint8."""
    with Image.open(GOLDEN / f"{name}.png") as image:
        return np.asarray(image.convert("RGB"))


def differs(frame: np.ndarray, record: np.ndarray) -> str:
    """What is wrong with a frame; "" when it is near enough to the one on record."""
    if frame.shape != record.shape:
        return f"it is {frame.shape}, on record is {record.shape}"
    off = np.abs(frame.astype(int) - record)
    mean, tail = float(off.mean()), float(np.percentile(off, 99))
    return f"mean {mean:.1f} of {MEAN_LEVELS}, tail {tail:.0f} of {TAIL_LEVELS}" * (mean > MEAN_LEVELS or tail > TAIL_LEVELS)


def show_difference(frame: np.ndarray, record: np.ndarray, target: Path) -> None:
    """The frame, the one on record and four times their difference, side by side."""
    off = np.clip(4 * np.abs(frame.astype(int) - record), 0, 255).astype(np.uint8)
    Image.fromarray(np.concatenate([frame, record, off], axis=1)).save(target)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("python tests/golden.py --write")
    GOLDEN.mkdir(exist_ok=True)
    for world in gallery():
        Image.fromarray(drawn(world)).save(GOLDEN / f"{world}.png", optimize=True)
