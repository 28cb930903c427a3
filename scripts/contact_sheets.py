"""Rolls the six films of examples/six_worlds.yaml and makes the README's pictures of them in examples/sheets/.

    python scripts/contact_sheets.py                                    as the list says: minutes on a laptop
    python scripts/contact_sheets.py --seconds 0.5 --quality draft      a quick look

The takes stay in takes/sheets/, each run a new version.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from PIL import Image

from oyster_cli.clock import parse_fps, parse_frames
from oyster_cli.export.sheet import draw_sheet
from oyster_cli.runner import open_runner
from oyster_cli.script.models import Shot
from oyster_cli.take.roll import roll
from oyster_cli.take.take import Take
from oyster_cli.words.resolve import read_shots

ROOT = Path(__file__).parents[1]
TAKES = ROOT / "takes" / "sheets"
SHEETS = ROOT / "examples" / "sheets"
LARGEST_KB = 250
SHEET_WIDTH = 1440
STILL = (480, 270)  # of one film in the picture of all six
SHOWN = 0.6  # how far into its film the still is taken


def shots(seconds: str, quality: str) -> list[Shot]:
    """The six shots, with another length or quality when they are given."""
    found = [shot for shot, _ in read_shots((ROOT / "examples" / "six_worlds.yaml").read_text(encoding="utf-8"), "six_worlds")]
    change = {"quality": quality} if quality else {}
    if seconds:
        change["frames"] = parse_frames(seconds, parse_fps(found[0].fps))
    return [shot.model_copy(update=change) for shot in found]


def save(picture: Image.Image, target: Path) -> None:
    """Write a JPEG, as good as its size allows."""
    for quality in range(92, 20, -4):
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=quality, optimize=True, progressive=True)
        if data.tell() <= LARGEST_KB * 1000:
            break
    target.write_bytes(data.getvalue())
    sys.stdout.write(f"{target.relative_to(ROOT)}\n")


def sheet(take: Take) -> Image.Image:
    """The contact sheet of a take, in the width of a page."""
    whole = draw_sheet(take)
    return whole.resize((SHEET_WIDTH, round(whole.height * SHEET_WIDTH / whole.width)), Image.Resampling.LANCZOS)


def all_six(takes: list[Take]) -> Image.Image:
    """One still of each film, three beside each other."""
    picture = Image.new("RGB", (3 * STILL[0], 2 * STILL[1]))
    for number, take in enumerate(takes):
        still = Image.fromarray(take.frame(int(take.slate.frames * SHOWN))).resize(STILL, Image.Resampling.LANCZOS)
        picture.paste(still, (number % 3 * STILL[0], number // 3 * STILL[1]))
    return picture


def main() -> None:
    parser = argparse.ArgumentParser(description="Roll the six worlds and make the README's pictures.")
    parser.add_argument("--seconds", default="", help="another length than the list's")
    parser.add_argument("--quality", default="", choices=("", "draft", "standard", "final"), help="another quality")
    asked = parser.parse_args()
    SHEETS.mkdir(parents=True, exist_ok=True)
    takes = []
    for shot in shots(asked.seconds, asked.quality):
        sys.stderr.write(f"{shot.id}: {shot.frames} frames\n")
        takes.append(roll(shot, open_runner(shot.model), TAKES))
    for take in takes:
        save(sheet(take), SHEETS / f"{take.slate.shot_id}.jpg")
    save(all_six(takes), SHEETS / "six_worlds.jpg")


if __name__ == "__main__":
    main()
