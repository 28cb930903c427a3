"""What generate takes for a learned model becomes part of the shot; and --again rolls a take as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli import Cli
from PIL import Image

from oyster_cli.fault import Exit
from oyster_cli.take.take import open_take

SMALL = ("--size", "160x90", "--seconds", "12f")


def planned(cli: Cli, *args: object) -> dict:
    said = cli("generate", *args, "--dry-run", "--json")
    assert said.code == Exit.OK, said.err
    return said.json["shots"][0]["shot"]


def test_options_for_a_learned_model_are_in_the_shot(cli: Cli, tmp_path: Path):
    Image.new("RGB", (8, 8)).save(tmp_path / "ref.png")
    (tmp_path / "weights").mkdir()
    shot = planned(cli, "old mill", *SMALL, "--model", "ltx2", "--weights", "weights", "--cues", "relay", "--image", "ref.png")
    assert shot["model"] == "ltx2"
    assert shot["learned"]["weights"] == str(tmp_path / "weights")
    assert shot["learned"]["image"] == str(tmp_path / "ref.png")
    assert (shot["learned"]["cues"], shot["learned"]["end_image"]) == ("relay", None)
    assert planned(cli, "old mill", *SMALL, "--model", "ltx2", "--weights", "mine")["learned"]["weights"] == "mine"


def test_a_guide_gives_its_camera_cues_and_length(cli: Cli, tmp_path: Path):
    first = cli("generate", "waterfall canyon", *SMALL, "--lens", "35mm", "--seed", 9).out.strip()
    directed = cli("direct", first, "at 6f night falls").out.strip()
    guide = open_take(Path(directed)).shot
    shot = planned(cli, "--from", directed, "--follow", "0.8", "--from-sound", "mix")
    assert shot["model"] == "ltx2"
    assert shot["learned"]["guide"] == str((tmp_path / directed).resolve())
    assert (shot["learned"]["follow"], shot["learned"]["guide_sound"]) == (0.8, "mix")
    assert (shot["frames"], shot["seed"], shot["camera"]["lens"]) == (12, 9, 35.0)
    assert shot["cues"] == [cue.model_dump(mode="json") for cue in guide.cues]
    assert shot["scene"]["prompt"] == "waterfall canyon"
    other = planned(cli, "an oil painting of a waterfall", "--from", directed, "--size", "320x180", "--seed", "3")
    assert other["scene"]["prompt"] == "an oil painting of a waterfall"
    assert other["scene"]["place"] == "canyon"
    assert (other["size"], other["seed"]) == ([320, 180], 3)


@pytest.mark.parametrize(
    ("args", "code", "cause"),
    [
        (["waterfall canyon", "--image", "ref.png"], 2, "--model ltx2"),
        (["waterfall canyon", "--weights", "x", "--model", "sim"], 2, "--model ltx2"),
        (["--from", "takes/none"], 1, "no such take"),
        (["old mill", "--model", "ltx2", "--follow", "2"], 2, "follow"),
        (["old mill", "--model", "ltx2", "--cues", "relax"], 2, "relay"),
        (["--again", "takes/none"], 1, "no such take"),
        (["old mill", "--again", "takes/none"], 2, "--again"),
        (["--again", "takes/none", "--seed", "3"], 2, "--seed"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(cli: Cli, tmp_path: Path, args: list[str], code: int, cause: str):
    said = cli("generate", *args)
    assert (said.code, said.out) == (code, "")
    assert cause.lower() in said.err.lower()
    assert len(said.err.strip().splitlines()) <= 2
    assert not list(tmp_path.iterdir())


def test_what_a_guide_says_itself_is_not_said_again(cli: Cli):
    take = cli("generate", "waterfall canyon", *SMALL).out.strip()
    assert "--lens" in cli("generate", "--from", take, "--lens", "35mm").err


def test_again_makes_the_same_bytes_in_the_next_version(cli: Cli):
    first = Path(cli("generate", "waterfall canyon", *SMALL, "--seed", 4).out.strip())
    said = cli("generate", "--again", first)
    second = Path(said.out.strip())
    assert (second.parent, second.name) == (first.parent, "v002")
    assert "the same bytes as v001" in said.err
    assert (second / "picture.mov").read_bytes() == (first / "picture.mov").read_bytes()


def test_again_tells_what_has_changed_since(cli: Cli):
    first = Path(cli("generate", "waterfall canyon", *SMALL).out.strip())
    slate = json.loads((first / "slate.json").read_text())
    slate["versions"]["torch"] = "1.0"
    slate["files"]["sound.wav"]["blake2b"] = "0" * 64
    (first / "slate.json").write_text(json.dumps(slate))
    said = cli("generate", "--again", first)
    assert said.code == Exit.OK
    assert "torch 1.0, now with" in said.err
    assert "other bytes than v001: sound.wav" in said.err
