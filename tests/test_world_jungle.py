"""The jungle and its helicopter: one rotor is drawn and heard, its course stays in the picture, the roof is of crowns."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch

from oyster_cli.clock import RATE_HZ, Clock
from oyster_cli.script.models import Scene, ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.sound.synth.helicopter import BLADES
from oyster_cli.sound.synth.insects import Cicadas
from oyster_cli.world.air import Air
from oyster_cli.world.cast import make_thing
from oyster_cli.world.flight import course
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp
from oyster_cli.world.places import build_site
from oyster_cli.world.places.canopy import crowns
from oyster_cli.world.places.frame import project
from oyster_cli.world.places.land import Land
from oyster_cli.world.rotor import SHUTTER_S, disc
from oyster_cli.world.shapes import fronds, rainforest
from oyster_cli.world.shapes.helicopter import CHORD_M, RADIUS_M, SKID_M, TAIL_HUB, helicopter
from oyster_cli.world.site import Site, Stand
from oyster_cli.world.thing import Tick
from oyster_cli.world.things.helicopter import REV_PER_S, Helicopter

CLOCK = Clock(Fraction(24))
AIR = Air(Weather(), 10.5, 0.0, 0.0, (0.8, 0.6), 20.0, 65.0, 0.0, 0.0)


@pytest.fixture(scope="module")
def plain() -> Site:
    """A flat nowhere, 7 m above the sea of the others."""
    axis = Axis.reaching(-900.0, 900.0, 65, 4.0)
    flat, colour = torch.zeros(65, 65), torch.zeros(65, 65, 3)
    ground = Ground(
        Warp(axis, axis), flat + 7.0, colour, flat, flat, flat, flat, colour[0], 0.0, flat + DRY_M, colour[..., :2], flat
    )
    return Site("nowhere", ground, Stand((0.0, 8.6, 0.0), (0.0, 11.0, 40.0), 28.0))


@pytest.fixture(scope="module")
def jungle() -> Site:
    return build_site(Scene(place="jungle"), 7)


def tick(site: Site, frame: int) -> Tick:
    first, end = CLOCK.span(frame)
    return Tick(
        frame,
        CLOCK.time_s(frame),
        1 / 24,
        first,
        end - first,
        RATE_HZ,
        np.array(site.stand.eye),
        np.array([0.0, 0.0, 1.0]),
        0.0,
    )


def flown(site: Site, frames: range, thing: Helicopter | None = None, **spec) -> tuple[Helicopter, list, np.ndarray]:
    """A helicopter after these frames, what happened, and its dry sound."""
    thing = thing or make_thing("helicopter", ThingSpec(kind="helicopter", **spec), site, 7)
    happened, dry = [], []
    for frame in frames:
        happened += [(frame, what.kind) for what in thing.advance(AIR, tick(site, frame))]
        dry.append(thing.voices()[0].dry)
    return thing, happened, np.concatenate(dry)


def test_the_blades_that_are_drawn_beat_the_air_that_is_heard(plain):
    heli, _, dry = flown(plain, range(48))
    spectrum = np.abs(np.fft.rfft(dry * np.hanning(len(dry))))
    hertz = np.fft.rfftfreq(len(dry), 1 / RATE_HZ)
    low = (hertz > 5) & (hertz < 60)
    lines = np.sort(hertz[low][np.argsort(spectrum[low])[-12:]] / (BLADES * REV_PER_S))
    assert np.abs(lines - lines.round()).max() < 0.06  # all that is loud lies on multiples of the blades' passages
    before = heli.look().poses[1, :, :3] @ [0.0, 0.0, 1.0]
    frame = heli.look().poses[0, :, :3]
    heli.advance(AIR, tick(plain, 48))
    after = np.linalg.inv(heli.look().poses[0, :, :3]) @ heli.look().poses[1, :, :3] @ [0.0, 0.0, 1.0]
    before = np.linalg.inv(frame) @ before
    turned = np.degrees(np.arccos(np.clip(before @ after, -1, 1)))
    assert turned == pytest.approx(360 * REV_PER_S / 24, abs=0.5)


@pytest.mark.parametrize("side", ["left", "right"])
def test_it_enters_from_the_side_that_was_said_and_stays_in_the_picture(plain, side):
    heli, _, _ = flown(plain, range(1), side=side, action="enter")
    shares = []
    for frame in range(1, 140):
        heli.advance(AIR, tick(plain, frame))
        shares.append(project(plain.stand, heli.where())[0])
    across, down, depth = np.array(shares).T
    assert (across[0] > 1.0) == (side == "right")
    assert (across[0] < 0.0) == (side == "left")
    seen = (across > 0) & (across < 1) & (down > 0) & (down < 1)
    assert seen.mean() > 0.45
    assert (RADIUS_M * 2 * plain.stand.lens_mm / 24.89 / depth[seen]).max() > 0.12  # an eighth of the picture's width


def test_a_course_closes_and_clears_the_ground_and_its_trees(jungle):
    way = course(jungle, "right", False)
    assert way.at(way.length_m)[0] == pytest.approx(way.at(0.0)[0])
    steps = np.linalg.norm(np.diff(way.points, axis=0), axis=1)
    assert np.ptp(steps) < 1.0
    assert (way.points[:, 1] - jungle.ground.height_at(way.points[:, 0], way.points[:, 2])).min() > 8.0
    k = len(way.points) // 3
    a, b, c = (way.points[k + step, [0, 2]] for step in (-10, 0, 10))
    sides = [np.linalg.norm(p - q) for p, q in ((a, b), (b, c), (a, c))]
    area = abs((b - a)[0] * (c - a)[1] - (b - a)[1] * (c - a)[0]) / 2
    assert abs(way.bend[k]) == pytest.approx(4 * area / np.prod(sides), rel=0.25)  # the circle through three points


def test_it_lands_on_its_skids_and_runs_down(plain):
    heli, happened, dry = flown(plain, range(480), action="land")
    assert [kind for _, kind in happened] == ["touchdown"]
    assert heli.pose[1, 3] == pytest.approx(7.0 + SKID_M, abs=0.02)
    assert heli.speed_m_s == 0.0
    assert np.abs(heli.tilt).max() < 0.02
    loud = [np.sqrt((dry[k : k + RATE_HZ] ** 2).mean()) for k in (0, len(dry) - RATE_HZ)]
    assert loud[1] < 0.02 * loud[0]
    assert len(heli.look().splats) == 0  # still blades are seen themselves
    assert heli.act("take off")
    heli, _, _ = flown(plain, range(480, 720), heli)
    assert heli.speed_m_s > 5.0


def test_its_rotor_bends_what_is_under_it(plain):
    heli, _, _ = flown(plain, range(240), action="land")  # on the ground by now
    heli.goal, heli.spin = "hover", 1.0
    x, y, z = heli.where()
    stirred = heli.stirs(np.array([[x, y - 1, z], [x + 12, y - 1, z], [x + 60, y - 1, z], [x, y + 10, z]]))
    assert stirred[0] > 10 > stirred[1] > 2
    assert stirred[2:] == pytest.approx([0.0, 0.0], abs=0.01)
    heli.drop_m = -100.0
    assert heli.stirs(np.zeros((1, 3))) == 0.0


def test_it_leaves_when_told_and_comes_in_again(plain):
    heli, _, _ = flown(plain, range(24))
    assert heli.act("leave")
    assert not heli.act("sing")
    heli, _, _ = flown(plain, range(24, 360), heli)
    assert np.linalg.norm(heli.where() - plain.stand.eye) > 250.0
    assert heli.act("enter")
    heli.advance(AIR, tick(plain, 360))
    assert np.linalg.norm(heli.where() - plain.stand.eye) < 260.0


def test_it_goes_on_from_a_saved_flight_to_the_bit(plain):
    whole, _, sound = flown(plain, range(40), action="hover")
    first, _, _ = flown(plain, range(25), action="hover")
    second = make_thing("helicopter", ThingSpec(kind="helicopter", action="hover"), plain, 7)
    second.load(first.save())
    assert np.array_equal(second.where(), first.where())
    second, _, rest = flown(plain, range(25, 40), second)
    assert np.array_equal(rest, sound[-len(rest) :])
    assert np.array_equal(second.look().poses, whole.look().poses)


def test_a_swept_blade_hides_as_much_as_the_blade_itself():
    spin = np.array([0.0, -2 * np.pi * REV_PER_S, 0.0])
    marks = disc(np.eye(3, 4), spin, RADIUS_M, CHORD_M, 0.05)
    swept_m = np.linalg.norm(marks.velocity, axis=1) * SHUTTER_S
    hidden = float((marks.alpha * swept_m * 2 * marks.radius_m).sum())
    assert hidden == pytest.approx(0.9 * 2 * CHORD_M * 0.88 * RADIUS_M, rel=0.08)
    assert np.abs(marks.at[:, 1]).max() < 1e-9  # all in the plane it turns in


def test_a_helicopter_is_one_in_its_measures():
    shape = helicopter()
    low, high = shape.body.points.min(0), shape.body.points.max(0)
    assert low[1] == pytest.approx(-SKID_M, abs=0.03)
    assert high[2] - low[2] == pytest.approx(13.3, abs=0.4)
    assert np.linalg.norm(shape.blades.points[:, [0, 2]], axis=1).max() == pytest.approx(RADIUS_M, abs=0.2)
    assert np.abs(shape.body.points[:, 0]).max() < 1.5
    assert low[2] - 0.5 < TAIL_HUB[2] < high[2]
    assert sum(len(part.triangles) for part in shape.parts) < 4000


@pytest.mark.parametrize("make", [rainforest.tree, rainforest.crown, fronds.palm, fronds.paddle])
def test_trees_stand_one_metre_high_in_ever_fewer_triangles(make):
    levels = [make(3, level) for level in range(4)]
    assert all(mesh.points[:, 1].max() == pytest.approx(1.0) for mesh in levels)
    counts = [len(mesh.triangles) for mesh in levels]
    assert all(after < 0.62 * before for before, after in pairwise(counts))
    assert counts[3] <= 130


def test_mist_lies_thick_of_a_morning_is_torn_by_wind_and_drifts_with_it(jungle):
    def depth(hour: float, **weather) -> float:
        mist = make_thing("mist", ThingSpec(kind="mist"), jungle, 7)
        mist.advance(replace(AIR, hour=hour, weather=Weather(**weather)), tick(jungle, 0))
        splats = mist.look().splats
        return float(splats[0].alpha.sum()) if splats else 0.0

    assert depth(6.5) > 1.5 * depth(13.0) > 0.0
    assert depth(13.0, wind_m_s=16.0) < 0.1 * depth(13.0)
    assert depth(13.0, visibility_m=2000.0) < 0.1 * depth(13.0)
    mist = make_thing("mist", ThingSpec(kind="mist"), jungle, 7)
    for frame in range(240):
        mist.advance(AIR, tick(jungle, frame))
    assert mist.blown_m @ AIR.wind_to == pytest.approx(10 * 0.12 * AIR.weather.wind_m_s)


def test_crowns_are_domes_side_by_side_each_of_one_mind():
    land = Land.spread(3, 60.0, 60.0, 60.0, 160, 0.7)
    roof = crowns(land)
    assert roof.rise_m.min() == 0.0
    assert 5.0 < float(roof.rise_m.max()) < 14.0
    assert 0.3 < float((roof.open > 0.5).float().mean()) < 0.9
    lucks = torch.unique(roof.luck)
    assert 30 < len(lucks) < 150  # some 64 cells of 15 m by 15 m on 120 m by 120 m, and those at the border
    assert torch.equal(roof.luck, crowns(land).luck)


def test_the_place_is_a_valley_with_a_river_and_a_view(jungle):
    eye = np.array(jungle.stand.eye)
    assert jungle.ground.water_at(eye[0], eye[2]) < eye[1] - 1.0
    river = jungle.spots["river"]
    ahead = river[(river[:, 2] > 10) & (river[:, 2] < 200)]
    assert (jungle.ground.water_at(ahead[:, 0], ahead[:, 2]) > DRY_M / 2).mean() > 0.95
    depth = jungle.ground.water_at(ahead[:, 0], ahead[:, 2]) - jungle.ground.height_at(ahead[:, 0], ahead[:, 2])
    assert 0.2 < np.median(depth) < 1.5
    assert sum(len(scatter.at) for scatter in jungle.scatters) < 9000
    way = course(jungle, "right", False)
    shown = np.stack([way.at(metres)[0] for metres in range(0, 90, 6)])
    seen = project(jungle.stand, shown)
    assert ((seen[:, 0] > 0.2) & (seen[:, 0] < 0.8) & (seen[:, 1] > 0.0)).all()
    assert jungle.ground.detour_m(shown, eye).max() == 0.0


def test_cicadas_click_at_their_own_rate_and_go_on(plain):  # noqa: ARG001 the fixture starts the kernels' runtime
    whole, parted = Cicadas(3), Cicadas(3)
    sound = np.concatenate([whole.step(2000) for _ in range(48)], 1)
    again = [parted.step(2000) for _ in range(24)]
    fresh = Cicadas(3)
    fresh.load(parted.save())
    again += [fresh.step(2000) for _ in range(24)]
    assert np.array_equal(np.concatenate(again, 1), sound)
    for k in range(3):
        envelope = np.abs(np.fft.rfft((sound[k] ** 2) * np.hanning(sound.shape[1])))
        hertz = np.fft.rfftfreq(sound.shape[1], 1 / RATE_HZ)
        band = (hertz > 60) & (hertz < 220)
        assert hertz[band][envelope[band].argmax()] == pytest.approx(whole.clicks_hz[k], abs=1.0)
