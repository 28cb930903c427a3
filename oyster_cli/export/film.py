"""A take as a film and as a sound file."""

from __future__ import annotations

import shutil
from pathlib import Path

from oyster_cli.take.disk import written_beside
from oyster_cli.take.encode import SOUND, write_sound
from oyster_cli.take.finish import bext
from oyster_cli.take.take import Take


def export_movie(take: Take, target: Path) -> None:
    """H.264 and AAC in MP4: the take's own watchable film, which was made from the master."""
    take.check(take.movie.name)
    with written_beside(target) as beside:
        shutil.copyfile(take.movie, beside)


def export_sound(take: Take, target: Path) -> None:
    """24-bit 48 kHz WAV with the slate in its comment and the time of its first sample in its broadcast fields."""
    slate = take.slate.tags()
    tags = {**bext(take.slate.prompt, take.score), "title": slate["title"], "comment": slate["oyster"]}
    with written_beside(target) as beside:
        write_sound(beside, SOUND, take.sound(), tags)
