"""What the README promises: its lines run, its list rolls, its links and its map are right."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
import tiny_ltx2
import typer
from cli import Cli
from fake_runner import FakeRunner, make_shot
from PIL import Image

from oyster_cli import runner
from oyster_cli.__main__ import app
from oyster_cli.fault import Exit
from oyster_cli.take.roll import roll
from oyster_cli.take.take import open_take

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
LINES = [line for kind, block in BLOCKS if kind == "sh" for line in block.splitlines() if line.strip()]
COMMANDS = [shlex.split(line, comments=True)[1:] for line in LINES if line.startswith("oyster ")]
MIX, SHOTS = (block for kind, block in BLOCKS if kind == "yaml")
NEEDS_A_TERMINAL = [["preview", "takes/waterfall-canyon"]]


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """A command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Cli(capfd)


@pytest.fixture
def after_the_first_line(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """With a take of the first line's shot, the README's list, pictures and tiny weights; what rolls a shot takes no time."""
    monkeypatch.setattr(runner, "open_runner", lambda _model, _device="auto": FakeRunner())
    roll(make_shot(120, id="waterfall-canyon"), FakeRunner(), Path("takes"))
    Path("shots.yaml").write_text(SHOTS)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    tiny_ltx2.save(tmp_path / "weights" / "LTX-2")
    for name in ("mill.png", "dusk.png"):
        Image.new("RGB", (64, 64)).save(name)
    return cli


def test_the_two_lines_set_themselves_up():
    film, tests = (line for line in LINES if line.startswith("python3 -m venv"))
    assert all("-c constraints.txt" in line for line in (film, tests))
    assert film.endswith('.venv/bin/oyster generate "waterfall canyon"')
    assert tests.endswith("&& .venv/bin/pytest")


@pytest.mark.skipif(not shutil.which("sed"), reason="needs sed")
def test_ci_finds_the_test_line():
    script = (ROOT / ".ci" / "run").read_text()
    extract = re.search(r"^line=\$\((.*)\)$", script, re.MULTILINE)
    assert extract
    line = f"set -euo pipefail; {extract[1]}"
    found = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    assert found == next(line for line in LINES if line.endswith("pytest"))


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_a_line_is_spelled_right(args: list[str]):
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert commands[args[0]].make_context(args[0], list(args[1:])).params


def cheap() -> Iterator[list[str]]:
    """The lines, without what rolls at full size or needs a terminal."""
    for args in COMMANDS:
        if args not in NEEDS_A_TERMINAL:
            rolls_a_take = {"--resume", "--again"} & set(args)
            yield [*args, "--dry-run"] if args[0] == "generate" and not rolls_a_take else args


def test_the_lines_run_one_after_the_other(after_the_first_line: Cli):
    for args in cheap():
        if args[:2] == ["export", "takes"]:
            shutil.copytree("takes/waterfall-canyon", "takes/sc010_sh0010")  # as if the list had been rolled
        said = after_the_first_line(*args)
        assert said.code == Exit.OK, f"{args}: {said.err}"
        if args[0] == "direct":
            assert "not understood" not in said.err
        if args[0] == "export":
            assert Path(args[2]).exists() or list(Path().glob("frames.*.png"))
    assert open_take(Path("takes/waterfall-canyon/v002")).slate.parent


def test_its_list_rolls(cli: Cli):
    Path("shots.yaml").write_text(SHOTS)
    said = cli("generate", "shots.yaml", "--size", "96x64", "--quality", "draft")
    assert said.code == Exit.OK, said.err
    takes = [open_take(Path(folder)) for folder in said.out.split()]
    assert [take.name for take in takes] == ["sc010_sh0010_v001", "sc010_sh0020_v001"]
    for take in takes:
        take.verify()
    assert cli("export", "takes", "cut.mp4").code == Exit.OK
    with av.open("cut.mp4") as cut:
        assert sum(1 for _ in cut.decode(video=0)) == sum(take.slate.frames for take in takes) == 144
    planned = cli("generate", "shots.yaml", "--dry-run", "--json").json
    assert [shot["not_understood"] for shot in planned["shots"]] == [[], []]


def test_its_mix_is_one(cli: Cli):
    Path("mine.yaml").write_text(MIX)
    assert cli("generate", "a pier", "--mix", "mine.yaml", "--dry-run").code == Exit.OK


def test_links_lead_somewhere():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", TEXT) if "://" not in link]
    assert len(links) >= 8
    assert [link for link in links if not (ROOT / link).exists()] == []


def places() -> Iterator[str]:
    """The paths on the map, from its indentation."""
    folders: list[tuple[int, str]] = []
    for line in next(block for kind, block in BLOCKS if kind == "text").splitlines():
        depth, name = len(line) - len(line.lstrip()), line.split()[0]
        folders = [(d, folder) for d, folder in folders if d < depth]
        yield "".join(folder for _, folder in folders) + name
        folders.append((depth, name))


def test_the_map_is_the_house():
    mapped = set(places())
    assert [place for place in mapped if not (ROOT / place).exists()] == []
    rooms = {f"oyster_cli/{path.parent.name}/" for path in (ROOT / "oyster_cli").glob("*/__init__.py")}
    assert rooms - mapped == set()


def test_exit_codes_are_the_codes():
    table = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    assert table == {int(code) for code in Exit}
