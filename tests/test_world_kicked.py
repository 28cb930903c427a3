"""What a foot throws up: from the sample, the place and the force of the step that is heard, where something lies loose."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from oyster_cli.clock import Clock
from oyster_cli.runner import open_runner
from oyster_cli.script.models import Scene, ThingSpec
from oyster_cli.script.score import make_score
from oyster_cli.script.weather import Weather
from oyster_cli.sound.synth.steps import GROUNDS, Tread, footfall
from oyster_cli.state import draw
from oyster_cli.words.resolve import read_shots
from oyster_cli.world.air import Air
from oyster_cli.world.cast import make_thing
from oyster_cli.world.footing import surface
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp
from oyster_cli.world.kicked import LASTS_S, LOOSE, MARKS, flying
from oyster_cli.world.places import build_site
from oyster_cli.world.site import Site, Stand
from oyster_cli.world.thing import Happening, Thing, Tick

CLOCK, RATE_HZ = Clock(Fraction(24)), 48_000
LUCK = np.random.default_rng(2).random((MARKS, 4))


def flat(place: str) -> Site:
    axis = Axis.reaching(-200.0, 200.0, 65, 2.0)
    level, colour = torch.zeros(65, 65), torch.full((65, 65, 3), 0.2)
    dry, still = level + DRY_M, colour[..., :2]
    ground = Ground(Warp(axis, axis), level, colour, level, level, level, level, colour[0], 0.0, dry, still, level + 1)
    return Site(place, ground, Stand((0.0, 1.6, 0.0), (0.0, 1.2, 30.0)))


def air(**weather: float) -> Air:
    now = Weather(**weather)
    return Air(now, 12.0, 0.0, 0.0, (0.8, 0.6), 12.0, 70.0, now.wet, now.snow_cover)


def walked(site: Site, frames: int, **weather: float) -> tuple[Thing, list[Happening]]:
    walker = make_thing("walker", ThingSpec(kind="walker", distance="near"), site, 5)
    eye = np.array(walker.where()) + [0.0, 0.0, -4.0]
    falls = []
    for frame in range(frames):
        first, end = CLOCK.span(frame)
        now = Tick(frame, CLOCK.time_s(frame), 1 / 24, first, end - first, RATE_HZ, eye, np.array([0.0, 0.0, 1.0]), 0.0)
        falls += walker.advance(air(**weather), now)
    return walker, falls


def test_every_step_that_is_heard_throws_at_its_sample_from_its_place() -> None:
    walker, falls = walked(flat("canyon"), 60)
    recent = [fall for fall in falls if fall.sample / RATE_HZ > 60 / 24 - LASTS_S]
    thrown = {round(kick[0] * RATE_HZ): kick for kick in walker.kicks}
    assert len(recent) >= 2
    for fall in recent:
        began = min(thrown, key=lambda sample: abs(sample - fall.sample))
        assert abs(began - fall.sample) <= 1
        assert thrown[began][1] == fall.at
        assert thrown[began][3] == fall.detail["surface"] == "gravel"
    grains, dust = walker.look().splats
    assert len(grains.at) == MARKS * len(walker.kicks)
    assert len(dust.at) == 3 * len(walker.kicks)


@pytest.mark.parametrize(("place", "weather"), [("street", {}), ("cave", {})])
def test_hard_floors_give_nothing(place: str, weather: dict) -> None:
    walker, falls = walked(flat(place), 60, **weather)
    assert falls
    assert not walker.kicks
    assert not walker.look().splats


@pytest.mark.parametrize("ground", LOOSE)
def test_grains_leave_the_sole_at_once_fall_by_gravity_and_lie(ground: str) -> None:
    assert ground in GROUNDS
    at = (3.0, 1.0, 7.0)
    kick = (10.0, at, "heel", ground, 1.0, 1.0, 0.5, (0.2, 0.2, 0.2))
    first, *_ = flying([kick], 10.0, LUCK)
    assert np.hypot(*(first.at - at)[:, [0, 2]].T).max() < 0.04, "under the heel"
    most_m = (1.35 * LOOSE[ground].speed_m_s) ** 2 / (2 * 9.81) + 0.01
    heights = []
    for age_s in np.arange(0.0, LASTS_S, 0.02):
        marks, *_ = flying([kick], 10.0 + age_s, LUCK)
        up = marks.at[:, 1] - at[1]
        heights.append(up.max())
        assert up.max() < most_m
        assert not marks.alpha[up <= 0].any(), "what has come down is ground again"
    assert max(heights) > 0.01
    assert heights[-1] <= 0.0, "nothing is left in the air"
    ahead = (flying([kick], 10.1, LUCK)[0].at - at).mean(0) @ [math.sin(0.5), 0.0, math.cos(0.5)]
    push = (10.0, at, "push", *kick[3:])
    behind = (flying([push], 10.1, LUCK)[0].at - at).mean(0) @ [math.sin(0.5), 0.0, math.cos(0.5)]
    assert ahead > 0 > behind


def test_a_heavier_step_throws_higher_and_sounds_louder() -> None:
    soft, hard = ((0.0, (0.0, 0.0, 0.0), "heel", "gravel", force, 1.0, 0.0, (0.2, 0.2, 0.2)) for force in (0.7, 1.3))
    assert flying([hard], 0.06, LUCK)[0].at[:, 1].max() > 1.2 * flying([soft], 0.06, LUCK)[0].at[:, 1].max()
    sounds = [footfall(draw(1, "x"), Tread(0, "heel", force, "gravel")) for force in (0.7, 1.3)]
    assert np.std(sounds[1]) == pytest.approx(1.3 / 0.7 * np.std(sounds[0]))


def test_wet_gravel_gives_no_dust() -> None:
    walker, _ = walked(flat("canyon"), 60, wet=0.9)
    assert walker.kicks
    assert [marks.kind for marks in walker.look().splats] == ["streak"]


def test_what_flies_is_saved() -> None:
    walker, _ = walked(flat("canyon"), 40)
    other = make_thing("walker", ThingSpec(kind="walker", distance="near"), flat("canyon"), 5)
    other.load(walker.save())
    later = Tick(40, 40 / 24, 1 / 24, 80_000, 2000, RATE_HZ, np.array(walker.where()), np.array([0.0, 0.0, 1.0]), 0.0)
    for each in (walker, other):
        each.advance(air(), later)
    one, two = walker.look().splats, other.look().splats
    assert len(one) == len(two) > 0
    assert all(np.array_equal(a.at, b.at) and np.array_equal(a.alpha, b.alpha) for a, b in zip(one, two, strict=True))


def test_no_step_takes_as_long_as_the_last() -> None:
    _, falls = walked(flat("street"), 24 * 6)
    heels = [fall for fall in falls if fall.detail["part"] == "heel"]
    gaps_s = np.diff([fall.sample for fall in heels]) / RATE_HZ
    assert 0.01 < gaps_s.std() / gaps_s.mean() < 0.05
    steps_m = np.hypot(*np.diff([fall.at for fall in heels], axis=0)[:, [0, 2]].T)
    assert steps_m.std() / steps_m.mean() < 0.01, "quicker steps, not longer ones: a foot that stands must not slide"


def test_a_path_is_gravel_all_along() -> None:
    """Its points lie three metres apart."""
    site = build_site(Scene(place="pass"), 3)
    path = np.asarray(site.spots["path"], float)[8:20]
    between = [tuple((a + share * (b - a))[[0, 2]]) for a, b in pairwise(path) for share in (0.3, 0.5)]
    assert {surface(site, air(), x, z) for x, z in between} <= {"gravel", "snow"}
    assert "gravel" in {surface(site, air(), x, z) for x, z in between}


@pytest.mark.parametrize("ground", ["gravel", "leaves", "stone", "street"])
def test_a_heels_blow_is_where_the_step_begins(ground: str) -> None:
    """Its first 5 ms are louder than most of the 5 ms after them, a toe's are not: feet are let down on their toes."""
    ratio = {}
    for part in ("heel", "toe"):
        steps = [footfall(draw(7, ground, part, k), Tread(0, part, 1.0, ground)) for k in range(16)]
        power = [(x[: len(x) // 240 * 240].reshape(-1, 240) ** 2).mean(1)[:24] for x in steps]
        ratio[part] = np.median([p[0] / np.sort(p)[-6] for p in power])
    assert ratio["heel"] > 1.0
    assert ratio["heel"] > 2 * ratio["toe"]


def test_the_steps_of_the_example_are_in_sight_and_drowned_by_nothing() -> None:
    """examples/together.yaml: what inspect --sync needs of a shot before it can measure it."""
    text = (Path(__file__).parents[1] / "examples" / "together.yaml").read_text(encoding="utf-8")
    shot = next(shot for shot, _ in read_shots(text, "together.yaml") if shot.id == "footsteps")
    session = open_runner("sim", "cpu").open(make_score(shot))
    steps = [session.step(draw=False) for _ in range(120)]
    heels = [event for step in steps for event in step.events if event.detail.get("part") == "heel"]
    assert {event.detail["surface"] for event in heels} == {"leaves"}
    assert sum("seen" in event.detail for event in heels) >= 7
    power = {bus: np.mean([np.mean(step.stems[bus].astype(float) ** 2) for step in steps]) for bus in steps[0].stems}
    feet = power.pop("foley")
    assert 10 * np.log10(feet / sum(power.values())) > 20.0
