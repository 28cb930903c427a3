"""A take as a film."""

from __future__ import annotations

import shutil
from pathlib import Path

from oyster_cli.take.disk import written_beside
from oyster_cli.take.take import Take


def export_movie(take: Take, target: Path) -> None:
    """H.264 and AAC in MP4: the take's own watchable film, which was made from the master."""
    take.check(take.movie.name)
    with written_beside(target) as beside:
        shutil.copyfile(take.movie, beside)
