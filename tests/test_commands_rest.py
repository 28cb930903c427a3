"""The commands around generate: each prints data on stdout, messages on stderr, and refuses in one line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml
from cli import Cli
from fake_runner import FakeRunner, cue, make_shot

from oyster_cli.commands import doctor as doctors
from oyster_cli.fault import Exit
from oyster_cli.script.schema import schema
from oyster_cli.take.roll import roll
from oyster_cli.take.take import open_take

COMMANDS = ("generate", "direct", "export", "preview", "inspect", "init", "presets", "models", "schema", "doctor", "selftest")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with takes/fake/v001, 48 frames at 24, with rain from frame 12."""
    folder = tmp_path_factory.mktemp("studio")
    roll(make_shot(48, cues=(cue("0.5s"),)), FakeRunner(), folder / "takes")
    return folder


@pytest.fixture
def cli(cli: Cli, studio: Path, tmp_path: Path) -> Cli:
    """A command line in a copy of the studio."""
    shutil.copytree(studio, tmp_path, dirs_exist_ok=True)
    return cli


def test_help_names_every_command(cli: Cli):
    said = cli("--help")
    assert said.code == Exit.OK
    assert all(f" {name} " in said.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_takes_json(cli: Cli, name: str):
    assert "--json" in cli(name, "--help").out


def test_an_unknown_command_is_met_with_the_nearest(cli: Cli):
    said = cli("generat", "x")
    assert said.code == Exit.USAGE
    assert "Did you mean 'generate'?" in said.err
    assert cli("nonsense", "--json").json["error"]["code"] == Exit.USAGE


@pytest.mark.parametrize("name", ["takes/fake/v001", "takes/fake", "fake"])
def test_a_take_is_found_by_folder_and_by_name(cli: Cli, name: str):
    assert cli("inspect", name, "--json").json["shot_id"] == "fake"


@pytest.mark.parametrize(
    "command", [("direct", "x", "at 1s night falls"), ("export", "x", "a.mp4"), ("preview", "x"), ("inspect", "x")]
)
def test_a_take_that_is_not_there_is_a_fault(cli: Cli, command: tuple[str, ...]):
    said = cli(command[0], "takes/fakr", *command[2:])
    assert said.code == Exit.FAILED
    assert said.err.startswith("oyster: takes/fakr: ")
    assert "did you mean takes/fake?" in said.err


def test_a_damaged_take_is_a_fault(cli: Cli):
    slate = Path("takes/fake/v001/slate.json")
    slate.write_text(slate.read_text()[:100])
    for command in (("export", "fake", "a.wav"), ("preview", "fake"), ("direct", "fake", "at 1s night falls")):
        said = cli(*command)
        assert said.code == Exit.FAILED
        assert "damaged" in said.err
        assert len(said.err.strip().splitlines()) <= 2
    assert not Path("a.wav").exists()


def test_direct_makes_a_version_whose_past_is_untouched(cli: Cli):
    said = cli("direct", "fake", "at 1s lightning strikes, and a glorp")
    assert said.code == Exit.OK, said.err
    folder = Path(said.out.strip())
    assert folder == Path("takes/fake/v002")
    old, new = open_take(Path("takes/fake/v001")), open_take(folder)
    assert [c.change for c in new.shot.cues] == ["weather", "lightning"]
    assert all((a == b).all() for a, b in zip(old.frames(0, 24), new.frames(0, 24), strict=True))
    assert (old.frame(24) != new.frame(24)).any()
    assert "not understood: 'glorp'" in said.err


def test_cues_can_come_from_a_file(cli: Cli):
    Path("cues.yaml").write_text("cues:\n- at 1s lightning strikes\n- {at: 36f, change: hour, to: 22}\n")
    said = cli("direct", "fake", "--cues", "cues.yaml", "--json")
    assert said.code == Exit.OK, said.err
    cues = open_take(Path(said.json["take"])).shot.cues
    assert [(c.at, c.change) for c in cues][1:] == [("1s", "lightning"), ("36f", "hour")]


@pytest.mark.parametrize(
    ("args", "cause"),
    [
        (("fake",), "words"),
        (("fake", "  "), "words"),
        (("fake", "glorp the fnord"), "understood"),
        (("fake", "at 9s night falls"), "outside"),
        (("fake", "at 1s night falls", "--cues", "cues.yaml"), "--cues"),
        (("fake", "--cues", "missing.yaml"), "no such file"),
        (("fake", "--cues", "bad.yaml"), "bad.yaml:2:"),
    ],
)
def test_directions_that_cannot_be_are_refused(cli: Cli, args: tuple[str, ...], cause: str):
    Path("bad.yaml").write_text("cues:\n- {at: 1s, chnge: hour}\n")
    said = cli("direct", *args)
    assert said.code == Exit.USAGE
    assert cause in said.err
    assert not Path("takes/fake/v002").exists()


def test_export_prints_what_it_wrote(cli: Cli):
    said = cli("export", "fake", "film.wav")
    assert (said.code, said.out.strip()) == (Exit.OK, "film.wav")
    assert Path("film.wav").stat().st_size > 48_000 * 2 * 6
    assert cli("export", "fake", "film.wav", "--json").json["target"] == "film.wav"


@pytest.mark.parametrize("target", ["film.xyz", "film", "frames.png.exe"])
def test_an_unknown_suffix_is_refused(cli: Cli, target: str):
    said = cli("export", "fake", target)
    assert said.code == Exit.USAGE
    assert ".mp4" in said.err
    assert not Path(target).exists()


def test_inspect_reads_the_slate_of_a_take_and_out_of_a_file(cli: Cli):
    movie = open_take(Path("takes/fake/v001")).movie
    for what in ("fake", movie):
        slate = cli("inspect", what, "--json").json
        assert (slate["prompt"], slate["seed"], slate["frames"]) == ("a fake place", 7, 48)
    assert "a fake place" in cli("inspect", movie).out


def test_preview_prints_a_still_as_half_blocks(cli: Cli):
    said = cli("preview", "fake", "--still", "1s", "--via", "blocks")
    assert said.code == Exit.OK
    assert "▀" in said.out
    assert cli("preview", "fake", "--still", "1s", "--json").json["at_s"] == 1.0


@pytest.mark.parametrize(
    ("args", "code", "cause"),
    [
        (("fake", "--still", "9s"), Exit.USAGE, "outside"),
        (("fake", "--still", "soon"), Exit.USAGE, "soon"),
        (("fake", "--still", "1s", "--via", "sixel"), Exit.USAGE, "kitty"),
        (("fake",), Exit.FAILED, "not a terminal"),
        (("cues.txt",), Exit.FAILED, "not a movie"),
    ],
)
def test_preview_refuses_what_it_cannot_show(cli: Cli, args: tuple[str, ...], code: int, cause: str):
    Path("cues.txt").write_text("prose")
    said = cli("preview", *args)
    assert said.code == code
    assert cause in said.err


def test_models_say_what_they_are(cli: Cli):
    kinds = {model["name"]: (model["kind"], model["available"]) for model in cli("models", "--json").json["models"]}
    assert kinds == {"sim": ("simulation", True), "ltx2": ("learned", False)}
    assert "sim\tsimulation" in cli("models").out


@pytest.mark.parametrize(("name", "cause"), [("sin", "did you mean 'sim'?"), ("ltx2", "oyster models add")])
def test_a_model_that_is_not_there_is_missing(cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, cause: str):
    monkeypatch.undo()
    said = cli("generate", "waterfall canyon", "--model", name, "--size", "160x90", "-o", "takes-of-models")
    assert said.code == Exit.MISSING
    assert cause in said.err


def test_schema_is_the_schema(cli: Cli):
    assert cli("schema").out == cli("schema", "--json").out
    assert cli("schema").json == schema()


def test_init_writes_a_list_that_is_valid_and_never_overwrites(cli: Cli):
    said = cli("init")
    path = Path(said.out.strip())
    jsonschema.validate(yaml.safe_load(path.read_text()), schema())
    assert cli("generate", path, "--dry-run").code == Exit.OK
    path.write_text("mine")
    refused = cli("init")
    assert refused.code == Exit.USAGE
    assert "--force" in refused.err
    assert path.read_text() == "mine"
    assert cli("init", path, "--force", "--json").json["path"] == str(path)
    assert path.read_text() != "mine"


def test_presets_are_listed_and_each_can_be_used(cli: Cli):
    names = [preset["name"] for preset in cli("presets", "--json").json["presets"]]
    assert names
    for name in names:
        assert cli("generate", "waterfall canyon", "--preset", name, "--dry-run").code == Exit.OK
        assert name in cli("presets").out


def test_doctor_tells_each_thing_and_fails_when_one_is_missing(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    def broken() -> doctors.Check:
        raise OSError("no such codec")

    light = {name: check for name, check in doctors.CHECKS.items() if name not in ("device", "kernels")}
    monkeypatch.setattr(doctors, "CHECKS", light)
    said = cli("doctor", "--json")
    assert {check["state"] for check in said.json["checks"].values()} <= {"ok", "warn"}
    assert said.code == Exit.OK
    monkeypatch.setattr(doctors, "CHECKS", {**light, "encoders": broken})
    said = cli("doctor")
    assert said.code == Exit.MISSING
    assert "encoders\tmissing\tOSError: no such codec" in said.out


def test_json_on_stdout_is_never_mixed_with_messages(cli: Cli):
    for args in (("models",), ("presets",), ("inspect", "fake"), ("inspect", "nothing")):
        json.loads(cli(*args, "--json").out)
