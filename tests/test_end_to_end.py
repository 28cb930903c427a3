"""The simulated world, from words to files: whole, repeatable, resumable, directed, and looking as it should."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import golden
import numpy as np
import pytest
from cli import Cli
from take_contents import contents

from oyster_cli.clock import Clock
from oyster_cli.fault import Exit
from oyster_cli.runner import open_runner
from oyster_cli.runner.profile import STAGES, found
from oyster_cli.runner.protocol import BUSES
from oyster_cli.script.models import Cue, Move, Shot
from oyster_cli.script.score import make_score
from oyster_cli.take import reel
from oyster_cli.take.roll import direct, roll
from oyster_cli.take.take import Take, open_take
from oyster_cli.words.resolve import read_shots, resolve_prompt

ROOT = Path(__file__).parents[1]
PROMPT = "a walker crosses a gravel path beside a river, dolly in, 50mm"
FRAMES, FIRST_CUE = 12, 4
REEL_S = Fraction(1, 4)  # six frames: a take of twelve has a state in its middle
CUES = (
    Cue(at="4f", over="6f", change="weather", target="storm", to="on"),
    Cue(at="5f", over="7f", change="hour", to="night"),
    Cue(at="5f", change="add", target="campfire"),
    Cue(at="7f", change="lightning"),
    Cue(at="7f", over="4f", change="move", move=Move(kind="crane-up")),
    Cue(at="8f", over="2f", change="lens", to=35.0),
    Cue(at="9f", change="level", target="water", to="less"),
)
TINY = ("--size", "96x64", "--quality", "draft")
KILLED = """
import os, signal, sys
from fractions import Fraction
from pathlib import Path
from oyster_cli.runner import open_runner
from oyster_cli.script.models import Shot
from oyster_cli.take import reel
from oyster_cli.take.roll import roll

reel.REEL_S = Fraction(sys.argv[3])
shot = Shot.model_validate_json(sys.argv[1])
roll(shot, open_runner("sim"), Path(sys.argv[2]), on_frame=lambda step: step.at < 8 or os.kill(os.getpid(), signal.SIGKILL))
"""


@pytest.fixture(scope="module", autouse=True)
def short_reels() -> Iterator[None]:
    """Reels of a quarter of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reel, "REEL_S", REEL_S)
        yield


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """A command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Cli(capfd)


def make_shot(*cues: Cue) -> Shot:
    shot, _ = resolve_prompt(PROMPT, length=f"{FRAMES}f", size="96x54", quality="draft")
    return shot.model_copy(update={"cues": cues})


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Take:
    """The shot without cues."""
    return roll(make_shot(), open_runner("sim"), tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Take:
    """The shot rolled with all its cues, never interrupted."""
    return roll(make_shot(*CUES), open_runner("sim"), tmp_path_factory.mktemp("scored"))


def stems(take: Take) -> np.ndarray:
    """All buses of a take, (buses, samples, 2) float32 in pascal."""
    return np.stack([take.stem(bus).read() for bus in BUSES])


def test_a_take_is_whole(plain: Take):
    plain.verify()
    on_disk = {path.relative_to(plain.folder).as_posix() for path in plain.folder.rglob("*") if path.is_file()}
    expected = {"picture.mov", "sound.wav", "events.jsonl", "score.yaml", plain.movie.name, "states/state-000006.npz"}
    sound = {f"stems/{bus}.wav" for bus in BUSES} | {f"beds/{bus}.wav" for bus in BUSES if plain.stem(bus).read().any()}
    assert set(plain.slate.files) == expected | sound
    assert on_disk == set(plain.slate.files) | {"slate.json"}
    samples = Clock(Fraction(24)).sample(FRAMES)
    assert stems(plain).shape == (len(BUSES), samples, 2)
    assert (plain.wave.samples, plain.slate.samples) == (samples, samples)
    [(again, reading)] = read_shots((plain.folder / "score.yaml").read_text(encoding="utf-8"), "score.yaml")
    assert again == plain.shot
    assert not reading.unknown


def test_there_is_something_to_see_and_to_hear(plain: Take):
    frames = np.stack(list(plain.frames())).astype(float)
    assert frames.shape == (FRAMES, 54, 96, 3)
    assert frames.std(axis=(1, 2)).min() > 10
    assert np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3)).min() > 0.1, "two frames are the same"
    loud = np.sqrt((stems(plain).astype(float) ** 2).mean(axis=(1, 2)))
    assert loud[BUSES.index("water")] > 1e-3, "the river is not heard"
    assert loud[BUSES.index("people")] + loud[BUSES.index("foley")] > 0, "the walker is not heard"
    assert loud[BUSES.index("vehicles")] == 0


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(plain: Take, tmp_path: Path):
    again = roll(make_shot(), open_runner("sim"), tmp_path)
    assert contents(again.folder) == contents(plain.folder)
    other = roll(make_shot().model_copy(update={"seed": 8, "frames": 1}), open_runner("sim"), tmp_path)
    assert not np.array_equal(other.frame(0), plain.frame(0))
    assert not np.array_equal(stems(other), stems(plain)[:, :2000])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_killed_in_its_second_reel_and_resumed_equals_whole(scored: Take, cli: Cli):
    shot = make_shot(*CUES)
    child = [sys.executable, "-c", KILLED, shot.model_dump_json(), "takes", str(REEL_S)]
    done = subprocess.run(child, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    folder = Path("takes", shot.id, "v001")
    assert [path.name for path in (folder / "reels").glob("0*")] == ["000000-000006"]
    said = cli("generate", "--resume", folder)
    assert (said.code, said.out.strip()) == (Exit.OK, str(folder)), said.err
    assert contents(folder) == contents(scored.folder)


def test_direction_leaves_the_past_alone_and_equals_the_shot_with_these_cues(plain: Take, scored: Take, tmp_path: Path):
    parent = open_take(shutil.copytree(plain.folder, tmp_path / plain.shot.id / "v001"))
    take = direct(parent, CUES, open_runner("sim"))
    first = take.clock.sample(FIRST_CUE)
    pictures, before, whole = (np.stack(list(each.frames())) for each in (take, plain, scored))
    assert np.array_equal(pictures[:FIRST_CUE], before[:FIRST_CUE])
    assert np.array_equal(stems(take)[:, :first], stems(plain)[:, :first])
    assert np.array_equal(take.wave.read(0, first), plain.wave.read(0, first))
    assert all((a != b).any() for a, b in zip(pictures[FIRST_CUE:], before[FIRST_CUE:], strict=True))
    weather = BUSES.index("weather")
    span = take.clock.span(FIRST_CUE)
    assert not np.array_equal(stems(take)[weather, slice(*span)], stems(plain)[weather, slice(*span)])
    assert np.array_equal(pictures, whole)
    assert np.array_equal(stems(take), stems(scored))
    assert list(take.events()) == list(scored.events())


def test_an_example_rolls(cli: Cli):
    said = cli("generate", ROOT / "examples" / "shared_world.yaml", "--only", "sc010_sh0020", *TINY)
    assert said.code == Exit.OK, said.err
    take = open_take(Path(said.out.strip()))
    take.verify()
    with av.open(str(take.movie)) as film:
        assert sum(1 for _ in film.decode(video=0)) == take.slate.frames == 96


def test_the_benchmark_finds_what_it_measures():
    spec = importlib.util.spec_from_file_location("speed", ROOT / "benchmarks" / "speed.py")
    assert spec
    assert spec.loader
    spec.loader.exec_module(speed := importlib.util.module_from_spec(spec))
    for place in chain.from_iterable(STAGES.values()):
        owner, name = found(place)
        assert callable(getattr(owner, name))
    assert [shot.id for shot in speed.worlds("")] == list(golden.gallery())


def test_the_directed_example_runs_through_all_its_cues():
    [(shot, _)] = read_shots((ROOT / "examples" / "directed.yaml").read_text(encoding="utf-8"), "directed.yaml")
    score = make_score(shot.model_copy(update={"size": (96, 54), "quality": "draft", "fps": "12", "frames": 96}))
    session = open_runner("sim").open(score)
    steps = [session.step(score.beats_at(frame), draw=frame in (1, 95)) for frame in range(96)]
    assert steps[1].picture.mean() > 2 * steps[-1].picture.mean(), "night has not fallen"
    loud = {name: [float(np.abs(step.stems[name]).mean()) for step in steps] for name in ("weather", "water")}
    assert np.mean(loud["weather"][48:60]) > 3 * np.mean(loud["weather"][:24]), "the storm is not heard"
    strikes = [event.frame for step in steps for event in step.events if event.kind == "strike"]
    assert {42, 60} <= set(strikes), "lightning was called at 3.5 s and 5 s"
