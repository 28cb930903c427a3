"""The twelve worlds as they are filmed: what each shows, how bright, and where the camera goes in them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import get_args

import golden
import numpy as np
import pytest

from oyster_cli.clock import Clock
from oyster_cli.picture.grade import LUMA
from oyster_cli.runner import open_runner
from oyster_cli.runner.protocol import BUSES
from oyster_cli.script.models import Move, MoveKind, Shot
from oyster_cli.script.score import make_score
from oyster_cli.words.resolve import read_shots, resolve_prompt
from oyster_cli.world.cast import make_cast
from oyster_cli.world.places import build_site
from oyster_cli.world.rig import CLEAR_M, Rig
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Thing

ROOT = Path(__file__).parents[1]
WORLDS = golden.gallery()
CLOCK = Clock(Fraction(24))
FRAMES = 120
BY_DAY = ("canyon", "pass", "river", "harbour", "desert", "jungle", "reef", "meadow")
# What the words of each are about: spots of its site, or things in it with an @.
SUBJECTS = {
    "canyon": ["waterfall_foot", "@waterfall"],
    "coast": ["stack"],
    "forest": ["@campfire"],
    "pass": ["summit", "path"],
    "street": ["@car", "lane_left"],
    "river": ["@walker"],
    "harbour": ["@bell", "@boat", "@lighthouse"],
    "desert": ["summit"],
    "cave": ["@torch", "@drip"],
    "jungle": ["@helicopter", "mist"],
    "reef": ["@whale"],
    "meadow": ["oak"],
}


@cache
def site(world: str) -> Site:
    shot = WORLDS[world]
    return build_site(shot.scene, shot.place_seed)


@cache
def cast(world: str) -> dict[str, Thing]:
    shot = WORLDS[world]
    return make_cast(shot.scene, site(world), shot.place_seed)


def rig(world: str, *moves: Move) -> Rig:
    """The camera of a world's film, with more moves."""
    shot = WORLDS[world]
    camera = shot.camera.model_copy(update={"moves": (*shot.camera.moves, *moves)})
    subject = cast(world)[camera.subject].where() if camera.subject in cast(world) else None
    return Rig(camera, site(world), subject, FRAMES, CLOCK, (1280, 720))


def test_every_word_of_the_films_is_understood():
    readings = [reading for _, reading in read_shots((ROOT / "examples" / "gallery.yaml").read_text("utf-8"), "gallery.yaml")]
    assert len(readings) == len(WORLDS) == 12
    assert [reading.unknown for reading in readings] == [()] * 12


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_looks_as_it_did(world: str):
    frame, record = golden.drawn(world), golden.kept(world)
    if wrong := golden.differs(frame, record):
        picture = Path(os.environ.get("TMPDIR", "/tmp")) / f"oyster-golden-{world}.png"
        golden.show_difference(frame, record, picture)
        pytest.fail(f"{world} looks different ({wrong}), see {picture}; {golden.REPAIR}", pytrace=False)


def test_a_frame_of_another_world_would_be_noticed():
    records = {world: golden.kept(world) for world in WORLDS}
    assert all(golden.differs(a, b) for one, a in records.items() for two, b in records.items() if one != two)
    assert not golden.differs(records["canyon"], records["canyon"])


@pytest.mark.parametrize("world", WORLDS)
def test_no_world_is_under_or_overexposed(world: str):
    frame = golden.drawn(world)
    luma = frame @ LUMA
    low, middle, high = np.percentile(luma, (1, 50, 99))
    assert (frame.min(axis=2) >= 253).mean() < 0.02, "blown out"
    assert (frame.max(axis=2) <= 3).mean() < 0.05, "crushed"
    assert high - low > 60, "flat"
    assert high > 140, "nothing in it is bright"
    if world in BY_DAY:
        assert 80 < middle < 190
        assert low > 10
    else:
        assert 12 < middle < 120
        assert (luma > 60).mean() > 0.12, "what is lit is not seen"


@pytest.mark.parametrize(("world", "names"), SUBJECTS.items())
def test_what_the_words_are_about_is_in_the_first_frame(world: str, names: list[str]):
    view = rig(world).view(0, {})
    for name in names:
        place = cast(world)[name[1:]].where() if name.startswith("@") else site(world).spots[name]
        points = np.atleast_2d(place)[:, :3].astype(float)
        across, down, ahead = view.project(points).T / np.array([[1280], [720], [1]])
        seen = (across > 0.03) & (across < 0.97) & (down > 0.03) & (down < 0.97) & (ahead > 1)
        assert seen.any(), name
        above = points[seen] + [0, 0.03 * ahead[seen].min() + 0.5, 0]  # its foot may hide behind a stone
        assert (site(world).ground.detour_m(above, view.eye) == 0).any(), f"{name} is behind the ground"


KINDS = [kind for kind in get_args(MoveKind) if kind not in ("static", "follow")]


@pytest.mark.parametrize("world", WORLDS)
def test_the_camera_goes_into_nothing_and_never_jumps(world: str):
    here = site(world)
    for kind in KINDS:
        camera = rig(world, Move(kind=kind))
        eyes = np.array([camera.view(frame, {}).eye for frame in range(-1, FRAMES)])
        floor = np.maximum(here.ground.height_at(*eyes[:, ::2].T), here.ground.water_at(*eyes[:, ::2].T))
        assert (eyes[:, 1] - floor).min() > CLEAR_M - 1e-6, f"{kind}: in the ground"
        assert here.room_m(eyes).min() > 0.1, f"{kind}: in a wall"
        for scatter in here.scatters:
            away = np.hypot(*(eyes[:, None, ::2] - scatter.at[:, ::2]).T)
            below_top = (eyes[:, 1] - scatter.at[:, 1:2] < scatter.height_m[:, None]) & (scatter.height_m[:, None] > 0.8)
            assert (away > 0.12 * scatter.height_m[:, None] + 0.2)[below_top].all(), f"{kind}: in {scatter.kind}"
        jerk_m = np.linalg.norm(np.diff(eyes, n=2, axis=0), axis=1).max()
        assert jerk_m < (0.35 if "orbit" in kind else 0.06), kind  # an orbit may go over rough ground


@cache
def restless(wind: str) -> np.ndarray:
    """Standard deviation over time of every pixel of dunes at noon, of 255, while the camera stands."""
    words = f"desert dunes at noon, clear sky, {wind}, static"
    shot, reading = resolve_prompt(words, length="29f", size="160x90", quality="draft")
    assert not reading.unknown
    session = open_runner(shot.model, "cpu").open(make_score(shot))
    shown = [session.step(draw=frame >= 8).picture for frame in range(29)]
    return (np.concatenate(shown[20:]) @ LUMA).std(axis=0)


def test_a_still_place_stands_still_but_for_grain_and_a_windy_one_does_not():
    still, windy = restless("no wind"), restless("strong wind")
    assert np.median(still) < 1.5  # the grain of film
    assert np.percentile(still, 90) < 2.2
    assert np.percentile(windy, 90) > 1.4 * np.percentile(still, 90)


AGAIN = """
import sys
from oyster_cli.script.models import Shot
from test_gallery import rolled

print(rolled(Shot.model_validate_json(sys.argv[1])))
"""


def rolled(shot: Shot) -> str:
    """What a shot's pictures and sounds come to."""
    session, seen = open_runner("sim", "cpu").open(make_score(shot)), hashlib.sha256()
    for _ in range(shot.frames):
        step = session.step()
        seen.update(step.picture.tobytes() + b"".join(step.stems[bus].tobytes() for bus in BUSES))
    return seen.hexdigest()


def test_two_processes_roll_the_same_bytes():
    shot = WORLDS["reef"].model_copy(update={"frames": 4, "size": (96, 54)})
    ours = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    command = [sys.executable, "-c", AGAIN, shot.model_dump_json()]
    other = subprocess.run(command, env=ours, capture_output=True, text=True, check=True).stdout
    assert other.strip() == rolled(shot)
