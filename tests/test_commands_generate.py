"""oyster generate with a model that takes no time: what it prints, writes, skips, resumes and refuses."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from cli import Cli
from fake_runner import FakeRunner, FakeSession

from oyster_cli import runner
from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.protocol import Step

SMALL = ("--size", "160x90", "--seconds", "12f")
LIST = """\
oyster: 1
size: 160x90
defaults: {duration: 10f}
shots:
  - {id: one, prompt: waterfall canyon}
  - {id: two, prompt: campfire in a pine forest at night}
  - {id: three, prompt: snow falling on a mountain pass}
"""


def rolled(folder: str = "takes") -> list[str]:
    return sorted(str(path.parent.relative_to(folder)) for path in Path(folder).rglob("slate.json"))


def test_a_prompt_becomes_a_take_and_its_folder_is_printed(cli: Cli):
    said = cli("generate", "waterfall canyon", *SMALL)
    folder = Path(said.out.strip())
    assert said.code == Exit.OK
    assert folder == Path("takes/waterfall-canyon/v001")
    slate = json.loads((folder / "slate.json").read_text())
    assert (slate["frames"], slate["fps"], slate["size"]) == (12, "24", [160, 90])
    assert "canyon" in said.err
    assert "12 frames" in said.err


def test_json_has_what_a_script_needs(cli: Cli):
    said = cli("generate", "waterfall canyon, glorp", *SMALL, "--fps", "23.976", "--seed", 11, "--json")
    facts = said.json
    assert facts["schema_version"] == 1
    assert (facts["frames"], facts["fps"], facts["rate_hz"], facts["seed"]) == (12, "24000/1001", 48_000, 11)
    assert facts["samples"] == 12 * 48_000 * 1001 // 24_000
    assert facts["understood"]["place"] == "canyon"
    assert [word["word"] for word in facts["not_understood"]] == ["glorp"]
    assert Path(facts["movie"]).is_file()
    assert Path(facts["take"], "slate.json").is_file()
    assert facts["wall_s"] > 0
    assert facts["realtime"] > 0


def test_words_not_understood_are_listed(cli: Cli):
    said = cli("generate", "waterfall canyon with a glorp", *SMALL)
    assert "not understood: 'glorp'" in said.err


def test_the_same_prompt_again_is_a_new_version(cli: Cli):
    first, second = (cli("generate", "waterfall canyon", *SMALL).out.strip() for _ in range(2))
    assert Path(first).parent == Path(second).parent
    assert (Path(first).name, Path(second).name) == ("v001", "v002")
    assert (Path(first) / "sound.wav").read_bytes() == (Path(second) / "sound.wav").read_bytes()


def test_options_reach_the_shot(cli: Cli):
    said = cli("generate", "waterfall canyon", *SMALL, "--lens", "35mm", "--move", "dolly in", "--quality", "draft", "--json")
    slate = json.loads(Path(said.json["take"], "slate.json").read_text())
    camera = slate["shot"]["camera"]
    assert slate["shot"]["quality"] == "draft"
    assert camera["lens"] == 35
    assert [move["kind"] for move in camera.get("move", camera.get("moves"))] == ["dolly-in"]


@pytest.mark.parametrize(
    ("seconds", "fps", "frames"), [("4s", "24", 96), ("96f", "30", 96), ("00:00:04:00", "25", 100), ("0.5", "24000/1001", 12)]
)
def test_lengths_are_read_as_typed(cli: Cli, seconds: str, fps: str, frames: int):
    said = cli("generate", "waterfall canyon", "--seconds", seconds, "--fps", fps, "--dry-run", "--json")
    assert said.json["shots"][0]["shot"]["frames"] == frames


def test_dry_run_writes_nothing(cli: Cli, tmp_path: Path):
    Path("shots.yaml").write_text(LIST)
    for what in ("waterfall canyon", "shots.yaml"):
        said = cli("generate", what, "--dry-run")
        assert said.code == Exit.OK
        assert "canyon" in said.out
    assert [path.name for path in tmp_path.iterdir()] == ["shots.yaml"]


def test_a_list_is_rolled_skipped_and_forced(cli: Cli):
    Path("shots.yaml").write_text(LIST)
    first = cli("generate", "shots.yaml")
    assert first.out.split() == [str(Path("takes", name, "v001")) for name in ("one", "two", "three")]
    second = cli("generate", "shots.yaml", "--json")
    assert [shot["status"] for shot in second.json["shots"]] == ["skipped"] * 3
    cli("generate", "shots.yaml", "--force", "--only", "t*")
    assert rolled() == ["one/v001", "three/v001", "three/v002", "two/v001", "two/v002"]


def test_only_that_matches_nothing_is_a_fault(cli: Cli):
    Path("shots.yaml").write_text(LIST)
    said = cli("generate", "shots.yaml", "--only", "four*")
    assert said.code == Exit.USAGE
    assert "four*" in said.err


@pytest.mark.parametrize(("text", "names"), [(LIST, ["one", "two", "three"]), ("waterfall canyon", None)])
def test_stdin_may_hold_a_list_or_a_prompt(cli: Cli, monkeypatch: pytest.MonkeyPatch, text: str, names: list[str] | None):
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    said = cli("generate", "-", "--dry-run", "--json")
    assert said.code == Exit.OK
    shots = [shot["shot"] for shot in said.json["shots"]]
    assert [shot["id"] for shot in shots] == names if names else shots[0]["scene"]["place"] == "canyon"


class FailsOnFire(FakeRunner):
    """Cannot roll a forest."""

    def open(self, score, guide=None):  # noqa: ARG002
        if score.shot.scene.place == "forest":
            raise Fault("the wood is wet", code=Exit.FAILED)
        return FakeSession(score)


def test_a_batch_stops_at_a_failure_or_keeps_going(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runner, "open_runner", lambda *_: FailsOnFire())
    Path("shots.yaml").write_text(LIST)
    stopped = cli("generate", "shots.yaml")
    assert stopped.code == Exit.FAILED
    assert rolled() == ["one/v001"]
    kept = cli("generate", "shots.yaml", "--keep-going", "--json")
    assert kept.code == Exit.PARTIAL
    assert [shot["status"] for shot in kept.json["shots"]] == ["skipped", "failed", "done"]
    assert kept.json["shots"][1]["error"]["message"] == "the wood is wet"
    assert "wood is wet" in kept.err


class Interrupted(FakeRunner):
    """Ctrl-C comes in frame 55."""

    def open(self, score, guide=None):  # noqa: ARG002
        session = FakeSession(score)
        step = session.step

        def interrupted(*args, **kwargs):
            if session.frame == 55:
                raise KeyboardInterrupt
            return step(*args, **kwargs)

        session.step = interrupted
        return session


def test_ctrl_c_says_how_to_go_on_and_going_on_gives_the_same_bytes(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    shot = ("generate", "waterfall canyon", "--size", "160x90", "--seconds", "60f")
    whole = Path(cli(*shot, "-o", "whole").out.strip())
    monkeypatch.setattr(runner, "open_runner", lambda *_: Interrupted())
    said = cli(*shot)
    assert said.code == Exit.INTERRUPTED
    assert not rolled()
    monkeypatch.setattr(runner, "open_runner", lambda *_: FakeRunner())
    resume = said.err.partition("oyster generate --resume ")[2].split()[0]
    told = cli("export", resume, "a.wav")
    assert (told.code, f"oyster generate --resume {resume}" in told.err) == (Exit.FAILED, True)
    resumed = cli("generate", "--resume", resume)
    assert resumed.code == Exit.OK
    for name in ("picture.mov", "sound.wav", "events.jsonl"):
        assert (Path(resumed.out.strip()) / name).read_bytes() == (whole / name).read_bytes()
    assert cli("generate", "--resume", resume).out == resumed.out  # whole already: nothing to do


@pytest.mark.parametrize(
    ("args", "code", "cause"),
    [
        ([], 2, "prompt"),
        ([""], 2, "empty"),
        (["   "], 2, "empty"),
        (["glorp fnord xyzzy"], 2, "known"),
        (["missing.yaml"], 2, "no such file"),
        (["waterfall canyon", "--seconds", "0"], 2, "length"),
        (["waterfall canyon", "--seconds", "-3"], 2, "length"),
        (["waterfall canyon", "--seconds", "99999999"], 2, "length"),
        (["waterfall canyon", "--seconds", "soon"], 2, "soon"),
        (["waterfall canyon", "--size", "641x360"], 2, "641"),
        (["waterfall canyon", "--size", "16x16"], 2, "16x16"),
        (["waterfall canyon", "--size", "9000x9000"], 2, "9000"),
        (["waterfall canyon", "--size", "big"], 2, "size"),
        (["waterfall canyon", "--fps", "0"], 2, "frame rate"),
        (["waterfall canyon", "--fps", "1/0"], 2, "frame rate"),
        (["waterfall canyon", "--quality", "drft"], 2, "did you mean 'draft'"),
        (["waterfall canyon", "--lens", "wide"], 2, "wide"),
        (["waterfall canyon", "--lens", "4000mm"], 2, "4000"),
        (["waterfall canyon", "--move", "doly in"], 2, "dolly in"),
        (["waterfall canyon", "--preset", "nosuch"], 2, "nosuch"),
        (["waterfall canyon", "--seed", "-1"], 2, "seed"),
        (["waterfall canyon", "--sed", "1"], 2, "--seed"),
        (["--resume", "takes/none"], 1, "no such take"),
        (["waterfall canyon", "--resume", "takes/none"], 2, "--resume"),
        (["--resume", "takes/none", "--seconds", "9"], 2, "--seconds"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(cli: Cli, tmp_path: Path, args: list[str], code: int, cause: str):
    said = cli("generate", *args)
    assert said.code == code
    assert cause.lower() in said.err.lower()
    assert said.err.startswith("oyster: ")
    assert len(said.err.strip().splitlines()) <= 2
    assert said.out == ""
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("oyster: 1\nshots:\n  - {id: a, promt: canyon}\n", ["shots.yaml:3:"]),
        ("oyster: 1\nshots:\n  - {id: a, prompt: canyon\n", ["shots.yaml:"]),
        ("oyster: 1\noyster: 1\nshots:\n  - {id: a, prompt: canyon}\n", ["shots.yaml:2:1"]),
        (
            "oyster: 1\nfps: 999\nshots:\n  - {id: a, prompt: canyon, quality: drat}\n  - {id: a, prompt: canyon}\n",
            ["shots.yaml:2:6", "shots.yaml:4:"],
        ),
        ("", ["shots.yaml"]),
        ("just prose", ["shots.yaml"]),
        ("oyster: 1\nshots: []\n", ["shots.yaml:2"]),
        ("oyster: 1\nshots:\n  - {id: a, prompt: canyon, duration: 9999s}\n", ["shots.yaml:3:39: length 9999s"]),
        ("oyster: 1\nsize: 32x32\nshots:\n  - {id: a, prompt: canyon}\n", ["shots.yaml: a: size 32x32"]),
    ],
)
def test_faults_of_a_list_point_at_their_place(cli: Cli, text: str, places: list[str]):
    Path("shots.yaml").write_text(text)
    said = cli("generate", "shots.yaml")
    assert said.code == Exit.USAGE
    for place in places:
        assert f"oyster: {place}" in said.err
    assert not Path("takes").exists()


def test_faults_are_data_with_json(cli: Cli):
    Path("shots.yaml").write_text("oyster: 1\nfps: 999\nshots:\n  - {id: a, prompt: canyon, quality: drat}\n")
    said = cli("generate", "shots.yaml", "--json")
    assert said.code == Exit.USAGE
    assert [fault["where"].startswith("shots.yaml:") for fault in said.json["error"]["each"]] == [True, True]
    one = cli("generate", "waterfall canyon", "--quality", "drft", "--json").json["error"]
    assert set(one) == {"message", "where", "remedy", "code"}


def test_a_folder_that_cannot_be_written_is_a_fault(cli: Cli):
    Path("file").write_text("in the way")
    said = cli("generate", "waterfall canyon", *SMALL, "-o", "file")
    assert said.code == Exit.FAILED
    assert "oyster: file: a file stands where a folder should be" in said.err
    assert Path("file").read_text() == "in the way"


def test_a_mistake_of_ours_is_one_line_with_a_way_to_report_it(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise RuntimeError("oops\nsecond line")

    monkeypatch.setattr(runner, "open_runner", broken)
    said = cli("generate", "waterfall canyon", *SMALL)
    assert said.code == Exit.FAILED
    assert "unexpected, please report it: RuntimeError: oops second line" in said.err
    assert "OYSTER_DEBUG=1" in said.err


class FillsTheDisk(FakeRunner):
    """There is no room left from frame 50 on."""

    def open(self, score, guide=None):  # noqa: ARG002
        session = FakeSession(score)
        step = session.step

        def full(*args, **kwargs):
            if session.frame == 50:
                raise Fault("the disk is full", "takes/waterfall-canyon/v001/reels/.rolling", "free some space", Exit.FAILED)
            return step(*args, **kwargs)

        session.step = full
        return session


def test_a_full_disk_says_how_to_go_on_with_what_is_finished(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runner, "open_runner", lambda *_: FillsTheDisk())
    said = cli("generate", "waterfall canyon", "--size", "160x90", "--seconds", "60f")
    assert said.code == Exit.FAILED
    go_on = "go on with: oyster generate --resume takes/waterfall-canyon/v001"
    assert said.err.splitlines()[-1].strip() == f"free some space; {go_on}"
    monkeypatch.setattr(runner, "open_runner", lambda *_: FakeRunner())
    assert cli("generate", "--resume", "waterfall-canyon").code == Exit.OK


class Deaf(FakeSession):
    """Breaks down on its first frame."""

    def step(self, *_: object, **__: object) -> Step:
        raise Fault("the camera is broken", code=Exit.FAILED)


def test_what_nothing_can_follow_is_told_before_the_first_frame(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    cues = "[at 2f add a walker, {at: 4f, change: add, target: crow}, at 6f rain starts]"
    Path("shots.yaml").write_text(f"oyster: 1\nshots: [{{prompt: canyon, duration: 12f, cues: {cues}}}]\n")
    whole = cli("generate", "shots.yaml", "--size", "160x90", "--json")
    monkeypatch.setattr(FakeRunner, "open", lambda _self, score, _guide=None: Deaf(score))
    broken = cli("generate", "shots.yaml", "--size", "160x90", "--json", "--force")
    assert (whole.code, broken.code) == (Exit.OK, Exit.FAILED)
    for said in (whole, broken):
        told = [line.strip() for line in said.err.splitlines() if "nothing here can do this" in line]
        assert told == ["nothing here can do this: at 2f add a walker", "nothing here can do this: at 4f: add crow"]
