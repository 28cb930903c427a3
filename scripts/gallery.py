"""Films examples/gallery.yaml and makes the README's pictures of it: contact sheets and stills, in examples/.

    python scripts/gallery.py                                               as the list says: minutes on a laptop
    python scripts/gallery.py --only reef --size 320x180 --quality draft    one of them, a quick look

What is said to it is said to `oyster generate`, which films. The takes stay in takes/gallery/: what is done there is not
filmed again (but with --force), and what was interrupted goes on.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from PIL import Image

from oyster_cli.export.sheet import draw_sheet
from oyster_cli.take.take import Take, open_take
from oyster_cli.words.resolve import read_shots

ROOT = Path(__file__).parents[1]
LIST = ROOT / "examples" / "gallery.yaml"
TAKES = ROOT / "takes" / "gallery"
SHEETS, STILLS = ROOT / "examples" / "sheets", ROOT / "examples" / "stills"
LARGEST_KB = 210  # of one picture: two for each of twelve worlds stay under 6 MB
SHEET_WIDTH = 1440
SHOWN = 0.5  # how far into its film the still is taken
OVERVIEW, ACROSS = (360, 202), 4  # one still of all, and how many stand beside each other


def film(options: list[str]) -> list[Take]:
    """The takes of the list, or of what the options leave of it."""
    command = [sys.executable, "-m", "oyster_cli", "generate", str(LIST), "-o", str(TAKES), *options]
    ours = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, env=ours, check=False)
    if done.returncode:
        sys.exit(done.returncode)
    return [open_take(Path(folder)) for folder in done.stdout.splitlines()]


def save(picture: Image.Image, target: Path) -> None:
    """Write a JPEG, as good as its size allows."""
    for quality in range(92, 20, -4):
        data = io.BytesIO()
        picture.save(data, "JPEG", quality=quality, optimize=True, progressive=True)
        if data.tell() <= LARGEST_KB * 1000:
            break
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(data.getvalue())
    sys.stdout.write(f"{target.relative_to(ROOT)}\n")


def sheet(take: Take) -> Image.Image:
    """The contact sheet of a take, in the width of a page."""
    whole = draw_sheet(take)
    return whole.resize((SHEET_WIDTH, round(whole.height * SHEET_WIDTH / whole.width)), Image.Resampling.LANCZOS)


def still(take: Take) -> Image.Image:
    """One frame of a take."""
    return Image.fromarray(take.frame(int(take.slate.frames * SHOWN)))


def overview() -> Image.Image:
    """The stills of all worlds that there are, beside and below each other."""
    names = [shot.id for shot, _ in read_shots(LIST.read_text(encoding="utf-8"), LIST.name)]
    found = [path for name in names if (path := STILLS / f"{name}.jpg").exists()]
    width, height = OVERVIEW
    picture = Image.new("RGB", (ACROSS * width, -(-len(found) // ACROSS) * height))
    for number, path in enumerate(found):
        with Image.open(path) as frame:
            small = frame.resize(OVERVIEW, Image.Resampling.LANCZOS)
        picture.paste(small, (number % ACROSS * width, number // ACROSS * height))
    return picture


def main() -> None:
    for take in film(sys.argv[1:]):
        save(sheet(take), SHEETS / f"{take.slate.shot_id}.jpg")
        save(still(take), STILLS / f"{take.slate.shot_id}.jpg")
    save(overview(), SHEETS / "gallery.jpg")


if __name__ == "__main__":
    main()
