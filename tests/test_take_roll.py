"""A take on disk: what it holds, what survives a kill, what a direction leaves alone."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_runner import CLICK_EVERY, FakeRunner, FakeSession, cue, make_shot, read_stamp
from take_contents import contents

from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.protocol import BUSES, Step
from oyster_cli.script.score import make_score
from oyster_cli.take import disk, reel
from oyster_cli.take.roll import direct, resume, roll
from oyster_cli.take.take import Take, done, open_take, unfinished


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Take:
    """A take of 60 frames: two reels, never interrupted."""
    return roll(make_shot(60), FakeRunner(), tmp_path_factory.mktemp("whole"))


def again(_model: str, _device: str) -> FakeRunner:
    return FakeRunner()


def steps_of(take: Take) -> list[Step]:
    """The take's steps straight from the model: what must be on disk."""
    score = make_score(take.shot)
    session = FakeSession(score)
    return [session.step(score.beats_at(frame)) for frame in range(take.slate.frames)]


def test_frames_stems_and_events_are_the_models_own(whole: Take) -> None:
    steps = steps_of(whole)
    assert all(np.array_equal(frame, step.picture[0]) for frame, step in zip(whole.frames(), steps, strict=True))
    for bus in BUSES:
        assert np.array_equal(whole.stem(bus).read(), np.concatenate([step.stems[bus] for step in steps]))
    assert [(event["frame"], event["sample"]) for event in whole.events()] == [(n, n * 2000) for n in range(0, 60, CLICK_EVERY)]


def test_beds_are_the_models_own_and_only_of_what_sounds(whole: Take) -> None:
    steps = steps_of(whole)
    assert whole.beds == ["water", "foley"]
    assert {name for name in whole.slate.files if name.startswith("beds/")} == {"beds/water.wav", "beds/foley.wav"}
    for bus in whole.beds:
        silent = np.zeros((2000, 16), np.float32)
        assert np.array_equal(whole.bed(bus).read(), np.concatenate([step.beds.get(bus, silent) for step in steps]))


def test_sound_is_the_stems_sum_times_one_gain(whole: Take) -> None:
    mix = sum(whole.stem(bus).read().astype(float) for bus in BUSES)
    sound = np.concatenate(list(whole.sound()))
    assert len(sound) == whole.slate.samples == 60 * 2000
    assert np.allclose(sound, mix * 10 ** (whole.slate.gain_db / 20), atol=2e-4)  # there is nothing for the limiter to do


def test_one_frame_is_found_anywhere(whole: Take) -> None:
    assert [read_stamp(whole.frame(number)) for number in (0, 59, 31, 48)] == [0, 59, 31, 48]
    with pytest.raises(Fault, match="no frame 60"):
        whole.frame(60)


def test_same_shot_same_bytes_in_the_next_version(whole: Take, tmp_path: Path) -> None:
    first, second = (roll(make_shot(60), FakeRunner(), tmp_path) for _ in range(2))
    assert contents(first.folder) == contents(whole.folder)
    assert second.folder.name == "v002"
    assert (second.folder / "picture.mov").read_bytes() == (first.folder / "picture.mov").read_bytes()


def killed_at(what: str, count: int, work: Callable[[Callable[[Step], None]], Any]) -> None:
    """Do the work in a child process that is killed just before the count-th call of something."""
    if child := os.fork():
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), "the child was not killed: no such instant"
        return
    left = [count]

    def tick(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def armed(call: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args, **kwargs: (tick(), call(*args, **kwargs))[1]

    Path.replace, Path.rename = (  # type: ignore[method-assign]
        armed(Path.replace) if what == "replace" else Path.replace,
        armed(Path.rename) if what == "rename" else Path.rename,
    )
    shutil.rmtree = armed(shutil.rmtree) if what == "remove" else shutil.rmtree
    try:
        work(tick if what == "frame" else lambda _: None)
    finally:
        os._exit(0)


# replaces: 1 call sheet, 2 picture, 3-10 stems, 11 events, 12 state, 13 score, 14 sound, 15 movie, 16 slate
INSTANTS = [("frame", 20), ("rename", 1), ("frame", 55), ("rename", 2), ("replace", 2), ("replace", 6), ("replace", 14),
            ("replace", 15), ("replace", 16), ("remove", 5)]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(("what", "count"), INSTANTS)
def test_killed_and_resumed_equals_whole(whole: Take, tmp_path: Path, what: str, count: int) -> None:
    killed_at(what, count, lambda on_frame: roll(make_shot(60), FakeRunner(), tmp_path, on_frame=on_frame))
    folder = tmp_path / "fake" / "v001"
    if what != "remove":
        assert unfinished(tmp_path, make_shot(60)) == folder
        with pytest.raises(Fault, match=r"not finished.*--resume"):
            open_take(folder)
    seen: list[int] = []
    resume(folder, again, on_frame=lambda step: seen.append(step.at))
    assert contents(folder) == contents(whole.folder)
    if (what, count) == ("frame", 55):
        assert seen == list(range(48, 60)), "the first reel must not be rolled again"


@pytest.mark.parametrize("first", [0, 30, 48, 53])
def test_direction_leaves_everything_before_it_alone(whole: Take, first: int, tmp_path: Path) -> None:
    parent = open_take(shutil.copytree(whole.folder, tmp_path / "fake" / "v001"))
    take = direct(parent, [cue(f"{first}f")], FakeRunner())
    sample = first * 2000
    assert take.slate.parent is not None
    assert (take.folder.name, take.slate.parent.first_frame) == ("v002", first)
    assert all(np.array_equal(a, b) for a, b in zip(take.frames(0, first), parent.frames(0, first), strict=True))
    assert np.array_equal(take.wave.read(0, sample), parent.wave.read(0, sample))
    assert take.beds == ["water", "weather", "foley"]
    assert all(np.array_equal(take.bed(bus).read(0, sample), parent.bed(bus).read(0, sample)) for bus in parent.beds)
    assert not take.bed("weather").read(0, sample).any()
    assert not np.array_equal(take.frame(first), parent.frame(first))
    assert not np.array_equal(take.wave.read(sample, sample + 2000), parent.wave.read(sample, sample + 2000))
    assert take.slate.gain_db == parent.slate.gain_db
    for bus in BUSES:  # and what follows is what the model gives when it rolls the directed shot from the start
        assert np.array_equal(take.stem(bus).read(), np.concatenate([step.stems[bus] for step in steps_of(take)]))
    assert all(np.array_equal(frame, step.picture[0]) for frame, step in zip(take.frames(), steps_of(take), strict=True))
    assert [event["frame"] for event in take.events()] == list(range(0, 60, CLICK_EVERY))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize(("what", "count"), [("rename", 1), ("frame", 5), ("replace", 14)])
def test_killed_direction_equals_whole(whole: Take, tmp_path: Path, what: str, count: int) -> None:
    parent = open_take(shutil.copytree(whole.folder, tmp_path / "fake" / "v001"))
    expected = contents(direct(parent, [cue("30f")], FakeRunner()).folder)
    shutil.rmtree(tmp_path / "fake" / "v002")
    killed_at(what, count, lambda on_frame: direct(parent, [cue("30f")], FakeRunner(), on_frame=on_frame))
    assert contents(resume(tmp_path / "fake" / "v002", again).folder) == expected


def test_states_of_other_versions_are_not_used(whole: Take, tmp_path: Path) -> None:
    parent = open_take(shutil.copytree(whole.folder, tmp_path / "fake" / "v001"))
    slate = parent.folder / "slate.json"
    slate.write_text(slate.read_text().replace('"oyster": "0', '"oyster": "9'))
    for state in parent.states():
        state.write_bytes(b"?" * state.stat().st_size)
    take = direct(open_take(parent.folder), [cue("53f")], FakeRunner())
    assert np.array_equal(take.frame(59), steps_of(take)[59].picture[0])


def test_resume_with_other_versions_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt(tmp_path, 50)
    monkeypatch.setattr("oyster_cli.take.roll.versions", lambda: {"oyster": "9"})
    with pytest.raises(Fault, match=r"begun with oyster 0.* is now 9") as caught:
        resume(tmp_path / "fake" / "v001", again)
    assert caught.value.code == Exit.FAILED


def interrupt(root: Path, frame: int) -> None:
    def stop(step: Step) -> None:
        if step.at == frame:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        roll(make_shot(60), FakeRunner(), root, on_frame=stop)


def test_ctrl_c_keeps_whole_reels_and_nothing_else(tmp_path: Path) -> None:
    interrupt(tmp_path, 50)
    folder = tmp_path / "fake" / "v001"
    assert sorted(path.name for path in folder.iterdir()) == ["callsheet.json", "reels"]
    assert [path.name for path in (folder / "reels").iterdir()] == ["000000-000048"]
    interrupt(tmp_path, 10)
    assert [path.name for path in (tmp_path / "fake").iterdir()] == ["v001"], "an empty version was left behind"


def test_full_disk_keeps_whole_reels(whole: Take, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("oyster_cli.take.finish._write_movie", full)
    with pytest.raises(Fault, match="disk is full") as caught:
        roll(make_shot(60), FakeRunner(), tmp_path)
    assert caught.value.code == Exit.FAILED
    assert caught.value.remedy
    monkeypatch.undo()
    assert contents(resume(tmp_path / "fake" / "v001", again).folder) == contents(whole.folder)
    monkeypatch.setattr(reel, "write_state", full)
    with pytest.raises(Fault, match="disk is full"):
        roll(make_shot(60), FakeRunner(), tmp_path)
    assert not (tmp_path / "fake" / "v002").exists()


def test_too_little_space_is_said_before_anything_is_rolled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = type("Usage", (), {"free": 10_000_000})
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(Fault, match=r"not enough disk: about .* 10 MB free"):
        roll(make_shot(1000), FakeRunner(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_unwritable_folder_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault, match="file stands where a folder") as caught:
        roll(make_shot(5), FakeRunner(), tmp_path / "file")
    assert caught.value.code == Exit.FAILED


def test_a_take_that_is_being_rolled_cannot_be_resumed(tmp_path: Path) -> None:
    def meddle(step: Step) -> None:
        if step.at == 49:
            lock = next((tmp_path / "fake" / "v001").glob("rolling.*"))
            other = lock.with_name(f"rolling.{os.getppid()}")
            other.write_text(lock.read_text().replace(str(os.getpid()), str(os.getppid())))
            lock.unlink()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        roll(make_shot(60), FakeRunner(), tmp_path, on_frame=meddle)
    with pytest.raises(Fault, match="being rolled by process"):
        resume(tmp_path / "fake" / "v001", again)
    (tmp_path / "fake" / "v001" / f"rolling.{os.getppid()}").unlink()
    assert resume(tmp_path / "fake" / "v001", again).slate.frames == 60


def test_damage_is_found(whole: Take, tmp_path: Path) -> None:
    folder = shutil.copytree(whole.folder, tmp_path / "v001")
    sound = bytearray((folder / "sound.wav").read_bytes())
    sound[-1] ^= 1
    (folder / "sound.wav").write_bytes(sound)
    whole.verify()
    with pytest.raises(Fault, match=r"sound\.wav.*damaged"):
        open_take(folder).verify()
    (folder / "sound.wav").write_bytes(sound[:-1])
    with pytest.raises(Fault, match=r"sound\.wav.*damaged"):
        open_take(folder)
    (folder / "sound.wav").write_bytes((whole.folder / "sound.wav").read_bytes())
    (folder / "beds" / "water.wav").unlink()
    assert next(open_take(folder).frames()).any()
    with pytest.raises(Fault, match=r"water\.wav.*damaged"):
        open_take(folder).verify()
    (folder / "slate.json").write_text("{")
    with pytest.raises(Fault, match=r"slate\.json.*damaged"):
        open_take(folder)
    with pytest.raises(Fault, match="no such take"):
        open_take(tmp_path / "nowhere")


def test_done_knows_the_same_shot_only(whole: Take, tmp_path: Path) -> None:
    root = whole.folder.parent.parent
    found = done(root, make_shot(60))
    assert found is not None
    assert found.folder == whole.folder
    assert done(root, make_shot(60, seed=8)) is None
    assert done(root, make_shot(60, id="other")) is None
    copy = shutil.copytree(whole.folder, tmp_path / "fake" / "v001")
    assert done(tmp_path, make_shot(60)) is not None
    (copy / "beds" / "water.wav").unlink()
    assert done(tmp_path, make_shot(60)) is None, "it can be exported, but it is not whole"


def bad_picture(step: Step) -> Step:
    return Step(step.at, step.picture[:, :-1], step.stems, step.events)


def short_stem(step: Step) -> Step:
    return Step(step.at, step.picture, {**step.stems, "fire": step.stems["fire"][:-1]}, step.events)


def lost_bus(step: Step) -> Step:
    return Step(step.at, step.picture, {bus: stem for bus, stem in step.stems.items() if bus != "fire"}, step.events)


def not_a_number(step: Step) -> Step:
    return Step(step.at, step.picture, {**step.stems, "fire": step.stems["fire"] * np.float32("nan")}, step.events)


def short_bed(step: Step) -> Step:
    return replace(step, beds={"water": step.beds["water"][:, :4]})


def bed_of_nothing(step: Step) -> Step:
    return replace(step, beds={"watr": step.beds["water"]})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (short_bed, "bed of water"),
        (bed_of_nothing, "no bus: watr"),
        (bad_picture, "picture"),
        (short_stem, "bus fire"),
        (lost_bus, "other buses.*fire"),
        (not_a_number, "not finite"),
    ],
)
def test_a_model_that_breaks_its_promise_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Step], Step], said: str
) -> None:
    real = FakeSession.step
    monkeypatch.setattr(FakeSession, "step", lambda self, beats=(), draw=True: spoil(real(self, beats, draw)))
    with pytest.raises(Fault, match=f"frame 0.*{said}") as caught:
        roll(make_shot(5), FakeRunner(), tmp_path)
    assert caught.value.code == Exit.FAILED


@pytest.mark.parametrize("name", ["picture.mov", "sound.wav", "stems/water.wav", "states/state-000048.npz"])
def test_damage_that_leaves_the_size_is_found_where_the_file_is_read(whole: Take, tmp_path: Path, name: str) -> None:
    take = open_take(shutil.copytree(whole.folder, tmp_path / "fake" / "v001"))
    with (take.folder / name).open("r+b") as file:
        file.seek(take.slate.files[name].bytes // 2)
        file.write(b"#" * 64)
    with pytest.raises(Fault, match="damaged") as caught:
        direct(take, [cue("53f")], FakeRunner())
    assert name in caught.value.where
    assert not (tmp_path / "fake" / "v002").exists()


def test_a_renamed_shot_is_directed_where_it_lies(whole: Take, tmp_path: Path) -> None:
    take = open_take(shutil.copytree(whole.folder, tmp_path / "other name" / "v001"))
    made = direct(take, [cue("53f")], FakeRunner())
    assert made.folder == tmp_path / "other name" / "v002"
    assert [path.name for path in tmp_path.iterdir()] == ["other name"]


def test_start_up_counts_as_wall_time_and_not_as_rolling(tmp_path: Path) -> None:
    class Slow(FakeRunner):
        """Takes its time to open and for its first frame."""

        def open(self, score: Any, guide: Any = None) -> FakeSession:  # noqa: ARG002
            time.sleep(0.2)
            session = FakeSession(score)
            step = session.step

            def slow(*args: Any) -> Step:
                time.sleep(0.3 if session.frame == 0 else 0.01)
                return step(*args)

            session.step = slow  # type: ignore[method-assign]
            return session

    rolled = roll(make_shot(6), Slow(), tmp_path).slate.rolled
    assert rolled.wall_s > 0.5
    assert 0.05 < rolled.stepping_s < 0.3
    assert rolled.realtime == pytest.approx(5 / 24 / rolled.stepping_s)
