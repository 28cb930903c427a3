"""oyster inspect: the slate back out of a take or a file."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oyster_cli.commands import find, say

if TYPE_CHECKING:
    from oyster_cli.export.sights import Sight
    from oyster_cli.export.sync import Sync

TELLING_R = 0.3


def inspect(
    what: Annotated[str, typer.Argument(metavar="TAKE | FILE", show_default=False)],
    seams: Annotated[bool, typer.Option("--seams", help="How much a take jumps where cues and chunks begin.")] = False,
    sync: Annotated[bool, typer.Option("--sync", help="How well picture and sound of a film belong together.")] = False,
    json: say.Json = False,
) -> None:
    """Show what a take or an exported file was made from."""
    if seams:
        _seams(what, json)
        return
    if sync:
        _sync(what, json)
        return
    from oyster_cli.export.inspect import inspect as read

    slate = read(Path(what) if Path(what).is_file() else find.find_folder(what))
    if json:
        say.as_json(slate)
    else:
        shots = [("shot", f"{each['shot_id']} {each['version']}: {each['prompt']}") for each in slate.get("cut", ())]
        shown = [(name, value) for name, value in slate.items() if not isinstance(value, (dict, list))]
        say.table(("", ""), shots + shown)


def _seams(what: str, json: bool) -> None:
    """A line for each seam: its jump in every measure, and the share of all other frames that jump less."""
    from oyster_cli.take.seams import MEASURES, seams
    from oyster_cli.take.take import open_take

    found = seams(open_take(find.find_folder(what)))
    if json:
        say.as_json({"seams": [asdict(seam) for seam in found]})
        return
    if not found:
        say.note("this take has no seam: no cue, and no chunk but the first")
    cells = [[f"{getattr(seam.jump, name):.3g} ({seam.larger[name]:.0%})" for name in MEASURES] for seam in found]
    say.table(("frame", "what begins", "picture /255", "colour", "loudness dB", "flux dB"),
              [(seam.frame, seam.why, *row) for seam, row in zip(found, cells, strict=True)])  # fmt: skip


def _sync(what: str, json: bool) -> None:
    """Lengths, lag and AV-Align of a film; of a take also how late its events are heard."""
    from oyster_cli.export.sync import film_sync, take_sync
    from oyster_cli.take.take import open_take

    found = film_sync(Path(what)) if Path(what).is_file() else take_sync(open_take(find.find_folder(what)))
    if json:
        say.as_json(asdict(found))
        return
    matched = f"{found.matched} of {found.onsets} onsets and {found.motion_peaks} peaks of motion"
    say.table(("", ""), [
        ("sound less picture", f"{found.sound_samples - found.picture_samples} samples of {found.picture_samples}"),
        ("lag of sound", _lag(found)),
        ("AV-Align", f"{_or_none(found.av_align, '.2f')}, {matched}"),
        *((each.kind, f"{_or_none(each.late_ms, '.1f')} ms late, {each.found} of {each.alone} found") for each in found.events),
        *((f"{each.kind} in sight", _sight(each)) for each in found.sights),
    ])  # fmt: skip


def _lag(found: Sync) -> str:
    """A best lag there always is: where picture and sound hardly go together, it says nothing."""
    if found.lag_ms is None or found.r is None:
        return "-"
    return f"{found.lag_ms:.0f} ms, r {found.r:.2f}" if found.r >= TELLING_R else f"none that tells, r {found.r:.2f}"


def _sight(each: Sight) -> str:
    told = f"AV-Align {_or_none(each.av_align, '.2f')}, {each.together} together of {each.seen} seen and {each.heard} heard"
    told += f", {each.alone} alone of {each.in_sight}"
    return f"{told}, lag {_or_none(each.lag_ms, '.0f')} ms, r {_or_none(each.r, '.2f')}"


def _or_none(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)
