"""The first reel of a directed take: its parent's frames and samples up to the first cue, and the state they lead to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from oyster_cli.runner.protocol import BUSES, Session
from oyster_cli.script.score import Score
from oyster_cli.take.disk import disk_faults
from oyster_cli.take.encode import join_masters
from oyster_cli.take.reel import ReelWriter, state_name
from oyster_cli.take.slate import CallSheet
from oyster_cli.take.states import read_state
from oyster_cli.take.take import Take, open_take
from oyster_cli.take.wave import CHUNK


def splice(folder: Path, sheet: CallSheet, score: Score, session: Session) -> int:
    """Copy what comes before the first cue from the parent and bring the session to that frame, which is returned."""
    assert sheet.parent
    parent, first = open_take(folder.parent / sheet.parent.take), sheet.parent.first_frame
    if first == 0:
        return 0
    states = _usable_states(parent, sheet, first)
    _advance(session, score, states, first)
    with ReelWriter(folder, score, 0, first) as writer, disk_faults(folder):
        join_masters(writer.reel.picture, [(parent.picture, first)], score.shot.size, score.clock.fps)
        _copy_stems(writer, parent, score.clock.sample(first))
        _copy_beds(writer, parent, score.clock.sample(first))
        writer.add_events(line for line in parent.event_lines() if json.loads(line)["frame"] < first)
        for state in states:
            shutil.copyfile(state, writer.reel.folder / state.name)
        writer.add_state(first, session.save())
    return first


def _usable_states(parent: Take, sheet: CallSheet, first: int) -> list[Path]:
    """The parent's states up to the first cue; none when it was rolled with other versions or on another device."""
    if (parent.slate.versions, parent.slate.device) != (sheet.versions, sheet.device):
        return []
    usable = [path for path in parent.states() if path.name <= state_name(first)]
    for path in usable:
        parent.check(f"states/{path.name}")
    return usable


def _advance(session: Session, score: Score, states: list[Path], first: int) -> None:
    begin = 0
    if states:
        session.load(read_state(states[-1]))
        begin = int(states[-1].stem.rpartition("-")[2])
    for frame in range(begin, first):
        session.step(score.beats_at(frame))  # drawn as well: a picture may hold what earlier ones have shown


def _copy_stems(writer: ReelWriter, parent: Take, samples: int) -> None:
    stems = {bus: parent.stem(bus) for bus in BUSES}
    for at in range(0, samples, CHUNK):
        writer.add_stems({bus: stem.read(at, min(at + CHUNK, samples)) for bus, stem in stems.items()})


def _copy_beds(writer: ReelWriter, parent: Take, samples: int) -> None:
    beds = {bus: parent.bed(bus) for bus in parent.beds}
    for at in range(0, samples, CHUNK):
        end = min(at + CHUNK, samples)
        parts = {bus: bed.read(at, end) for bus, bed in beds.items()}
        writer.add_beds({bus: part for bus, part in parts.items() if part.any()}, end - at)
