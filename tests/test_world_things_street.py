"""Walker, cars, houses, lamps and signs: what is seen and what is heard come from the same state."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from oyster_cli.clock import Clock
from oyster_cli.script.models import Scene, ThingSpec
from oyster_cli.script.weather import WEATHERS, Weather
from oyster_cli.world.air import Air
from oyster_cli.world.cast import make_thing
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp
from oyster_cli.world.places import build_site
from oyster_cli.world.places.frame import project
from oyster_cli.world.shapes.gait import ANKLE, BALL, HEEL, PARTS, TOE
from oyster_cli.world.site import Site, Stand
from oyster_cli.world.thing import Thing, Tick
from oyster_cli.world.things.car import _to_go
from oyster_cli.world.track import Track

CLOCK = Clock(Fraction(24))
RAIN = Weather(**WEATHERS["heavy rain"])
KINDS = ("walker", "people", "car", "building", "lamp", "neon", "city")


@pytest.fixture(scope="module")
def street() -> Site:
    return build_site(Scene(place="street"), 3)


@pytest.fixture(scope="module")
def river() -> Site:
    return build_site(Scene(place="river"), 3)


@pytest.fixture(scope="module")
def plain() -> Site:
    """A flat nowhere without any spot."""
    axis = Axis.reaching(-400.0, 400.0, 65, 2.0)
    flat, colour = torch.zeros(65, 65), torch.zeros(65, 65, 3)
    dry, still = flat + DRY_M, colour[..., :2]
    ground = Ground(Warp(axis, axis), flat, colour, flat, flat, flat, flat, colour[0], 0.0, dry, still, flat + 1)
    return Site("nowhere", ground, Stand((0.0, 1.6, 0.0), (0.0, 1.2, 30.0)))


def tick(site: Site, frame: int, night: float = 1.0) -> Tick:
    first, end = CLOCK.span(frame)
    eye = np.array(site.stand.eye)
    ahead = np.array(site.stand.target) - eye
    return Tick(frame, CLOCK.time_s(frame), 1 / 24, first, end - first, 48_000, eye, ahead / np.linalg.norm(ahead), night)


def air(weather: Weather, frame: int = 0) -> Air:
    return Air(weather, 22.5, CLOCK.time_s(frame), 0.0, (0.8, 0.6), 12.0, 70.0, weather.wet, weather.snow_cover)


def thing(kind: str, site: Site, **spec: object) -> Thing:
    return make_thing(kind, ThingSpec(kind=kind, **spec), site, 5)


def sole(poses: np.ndarray, side: str, height_m: float = 1.75) -> np.ndarray:
    """(3, 3) heel, ball and toe of a shoe's sole in the world, from the poses of its two parts."""
    foot, toe = poses[PARTS.index(f"foot_{side}")], poses[PARTS.index(f"toe_{side}")]
    marks = [foot @ [0, -ANKLE * height_m, z * height_m, 1] for z in (HEEL, BALL)]
    return np.array([*marks, toe @ [0, 0, (TOE - BALL) * height_m, 1]])


def stands(site: Site, now: np.ndarray, later: np.ndarray, side: str) -> bool:
    """Whether the lowest point of a shoe is within 1.5 cm of the ground and stays where it is until the next frame."""
    here, next_ = sole(now, side), sole(later, side)
    above = here[:, 1] - site.ground.height_at(here[:, 0], here[:, 2])
    lowest = int(np.argmin(above))
    return bool(abs(above[lowest]) < 0.015 and np.linalg.norm(next_[lowest] - here[lowest]) < 0.0005)


def test_footfalls_sample_lies_in_the_frame_that_shows_the_contact(river: Site) -> None:
    walker = thing("walker", river)
    falls, poses, dry = [], [], []
    for frame in range(100):
        for what in walker.advance(air(Weather()), tick(river, frame)):
            assert CLOCK.frame_of_sample(what.sample) == frame
            if what.detail["part"] == "heel":
                falls.append((frame, what))
        poses.append(walker.look().poses)
        dry.append({voice.name: voice.dry for voice in walker.voices()})
    falls = [fall for fall in falls if 0 < fall[0] < 98]
    assert len(falls) >= 6
    assert all(stands(river, poses[frame], poses[frame + 1], what.detail["foot"]) for frame, what in falls)
    control = [stands(river, poses[frame - 1], poses[frame], what.detail["foot"]) for frame, what in falls]
    assert np.mean(control) < 0.35, "a frame earlier the foot is still in the air or moving"
    for frame, what in falls:  # the sound of that foot sets in at that very sample
        heard = np.abs(dry[frame][f"walker 0 {what.detail['foot']}"])
        offset = what.sample - CLOCK.sample(frame)
        rest = heard[offset:]
        assert np.abs(rest[: min(480, len(rest))]).max() > 3 * heard[max(offset - 240, 0) : offset].max(initial=1e-9)
        assert np.hypot(*(np.array(what.at) - sole(poses[frame], what.detail["foot"])[0])[[0, 2]]) < 0.02


def test_walker_is_in_the_middle_of_the_frame_half_way_through_a_shot(river: Site) -> None:
    walker = thing("walker", river)
    across = []
    for frame in range(120):
        walker.advance(air(Weather()), tick(river, frame))
        across.append(project(river.stand, walker.where())[0, 0])
    assert abs(across[59] - 0.5) < 0.03
    assert across[0] < 0.35
    assert across[-1] > 0.65
    from_right = thing("walker", river, side="right")
    assert project(river.stand, from_right.where())[0, 0] > 0.65
    assert abs(project(river.stand, thing("walker", river, action="enter").where())[0, 0] - 0.5) > 0.5


def test_walker_stops_within_a_step_with_both_feet_down_and_turns(river: Site) -> None:
    walker = thing("walker", river)
    for frame in range(30):
        walker.advance(air(Weather()), tick(river, frame))
    begin, cruise = walker.where(), walker.figures[0].speed_m_s
    assert walker.act("stop")
    speeds = []
    for frame in range(30, 80):
        walker.advance(air(Weather()), tick(river, frame))
        speeds.append(walker.figures[0].speed_m_s)
    assert speeds[7] < cruise
    assert speeds[-1] == 0.0
    assert np.linalg.norm(walker.where() - begin) < 1.1
    poses = walker.look().poses
    for side in ("left", "right"):
        at = sole(poses, side)
        assert (at[:, 1] - river.ground.height_at(at[:, 0], at[:, 2])).min() < 0.03
    heading = walker.figures[0].heading
    walker.act("turn")
    for frame in range(80, 150):
        walker.advance(air(Weather()), tick(river, frame))
    assert abs(abs(walker.figures[0].heading - heading) - np.pi) < 0.2
    assert walker.figures[0].speed_m_s == cruise


@pytest.mark.parametrize(
    ("place", "weather", "surface"),
    [
        ("river", {}, "gravel"),
        ("river", {"snow_cover": 0.9}, "snow"),
        ("street", {"wet": 1.0}, "wet street"),
        ("street", {}, "street"),
    ],
)
def test_what_is_underfoot(place: str, weather: dict, surface: str, request: pytest.FixtureRequest) -> None:
    site = request.getfixturevalue(place)
    walker = thing("walker", site)
    heard = [what for frame in range(40) for what in walker.advance(air(Weather(**weather)), tick(site, frame))]
    assert {what.detail["surface"] for what in heard} == {surface}


def test_peoples_feet_stand_where_and_when_they_are_heard(street: Site) -> None:
    people = thing("people", street)
    falls, poses, heights, moves, parts = [], [], [each.height_m for each in people.passers], [], len(people.parts())
    for frame in range(60):
        falls += [(frame, what) for what in people.advance(air(RAIN), tick(street, frame))]
        poses.append(people.look().poses.reshape(len(heights), -1, 3, 4))
        assert len(people.look().poses) == parts
        near = {voice.name.split()[1] for voice in people.voices() if voice.bus == "foley"}
        assert len(near) <= 4
    heels = [fall for fall in falls if fall[1].detail["part"] == "heel" and 0 < fall[0] < 58]
    assert len(heels) > 8
    for frame, what in heels:
        k, foot = what.detail["walker"], what.detail["foot"]
        assert CLOCK.frame_of_sample(what.sample) == frame
        assert what.detail["surface"] == "wet street"
        here, later, before = (sole(poses[f][k], foot, heights[k]) for f in (frame, frame + 1, frame - 1))
        above = here[:, 1] - street.ground.height_at(here[:, 0], here[:, 2])
        assert abs(above.min()) < 0.02
        moves.append([np.linalg.norm(step[np.argmin(above)]) for step in (here - before, later - here)])
        assert np.hypot(*(np.array(what.at) - here[0])[[0, 2]]) < 0.03
    assert np.max(moves, axis=0)[1] < 0.012, "from then on it stands"
    before, after = np.median(moves, axis=0)
    assert before > 3 * after, "and until then it moved"


def test_a_walkers_feet_are_where_he_treads(river: Site) -> None:
    walker, off_m = thing("walker", river), []
    for frame in range(60):
        for what in walker.advance(air(Weather()), tick(river, frame)):
            off_m.append(np.abs(walker.views()["feet"] - what.at))
    assert len(off_m) > 5
    assert np.max(off_m, axis=0)[1] < 0.15
    assert np.hypot(*np.array(off_m)[:, [0, 2]].T).max() < 0.6


def test_umbrellas_are_up_in_rain_only(street: Site) -> None:
    people = thing("people", street)
    people.advance(air(Weather()), tick(street, 0))
    shape = (len(people.passers), -1, 3, 4)
    assert (people.look().poses.reshape(shape)[:, -1, 1, 3] < -1e4).all()
    for frame in range(1, 20):
        people.advance(air(RAIN), tick(street, frame))
    poses = people.look().poses.reshape(shape)
    hand, head = PARTS.index("hand_right"), PARTS.index("head")
    assert np.linalg.norm(poses[:, -1, :, 3] - poses[:, hand, :, 3], axis=1).max() < 0.1
    top = poses[:, -1] @ np.array([0.0, 0.6, 0.0, 1.0])
    assert (top[:, 1] > poses[:, head, 1, 3] + 0.14 * 1.6).all()  # over their heads


def test_people_of_a_street_pass_beside_each_other(street: Site) -> None:
    people, near_m, meetings = thing("people", street), np.inf, 0
    for frame in range(24 * 40):
        people.advance(air(Weather()), tick(street, frame))
        if frame % 4 == 0:
            at = people.look().poses.reshape(len(people.passers), -1, 3, 4)[:, 0, [0, 2], 3].astype(float)
            away = np.linalg.norm(at[:, None] - at, axis=2)[np.triu_indices(len(at), 1)]
            near_m, meetings = min(near_m, away.min()), meetings + int((away < 1.5).sum())
    assert near_m > 0.55
    assert meetings > 50  # they do meet


def test_people_stroll_over_open_ground_where_there_is_no_street(river: Site) -> None:
    people = thing("people", river, count=9)
    assert len(people.passers) >= 4
    for frame in range(30):
        people.advance(air(Weather()), tick(river, frame))
    poses = people.look().poses.reshape(len(people.passers), -1, 3, 4)
    x, y, z = poses[:, 0, :, 3].T
    assert np.abs(y - river.ground.height_at(x, z) - 0.9).max() < 0.1
    assert (river.ground.water_at(x, z) < river.ground.height_at(x, z)).all()


def test_a_stream_of_cars_never_ends(street: Site) -> None:
    cars, passed = thing("car", street, count=4, action="pass"), []
    cars.sounds.step = lambda *_: np.zeros(len(cars.cars))  # their sound is not asked for: only the traffic
    for frame in range(24 * 150):
        passed += [what.sample / 48_000 for what in cars.advance(air(RAIN), tick(street, frame))]
        for lane in (0, 1):
            place = np.sort(cars.gone_m[cars.lane == lane])
            assert np.diff(place).min() > 4.8, "no car drives into another"
    gaps = np.diff(passed)
    assert len(passed) > 15
    assert np.median(gaps) < 9.0
    assert gaps.max() < 32.0  # a red light, and who waited for it


def test_cars_stop_for_red_and_lights_tell_their_changes(street: Site) -> None:
    cars, lights, told = thing("car", street, count=4, action="pass"), thing("signal", street), []
    middle = float(street.spots["crossing"][2])
    cars.sounds.step = lambda *_: np.zeros(len(cars.cars))
    for frame in range(24 * 45):
        cars.advance(air(RAIN), tick(street, frame))
        before = cars.gone_m.copy()
        for what in lights.advance(air(RAIN), tick(street, frame)):
            told.append((what.detail["for"], what.detail["shows"]))
        if lights.showing[0] == "red":
            at = np.array([cars._at(k)[0][2] for k in range(len(before))])
            inside = np.abs(at - middle) < 5.0
            assert not (inside & (cars.speed_m_s < 1.0)).any(), "nobody waits on the crossing"
        shown = [pose[1, 3] > -1e4 for pose in lights.look().poses]
        assert sum(shown) == 4
    assert told[:4] == [("main street", "amber"), ("main street", "red"), ("side street", "green"), ("side street", "amber")]


def test_wheels_roll_as_far_as_the_car_goes_and_the_voice_rides_along(street: Site) -> None:
    cars = thing("car", street, count=4, action="pass")
    cars.advance(air(RAIN), tick(street, 0))
    each, per_car = cars.cars[0], [len(c.axles) + 3 + (len(c.sign.points) > 0) for c in cars.cars]
    before = cars.look().poses
    cars.advance(air(RAIN), tick(street, 1))
    after = cars.look().poses
    body, wheel = per_car[0] - 5, per_car[0] - 1
    moved = np.linalg.norm(after[body, :, 3] - before[body, :, 3])
    spin = (before[body, :, :3].T @ before[wheel, :, :3]).T @ (after[body, :, :3].T @ after[wheel, :, :3])
    turned, rolled = np.arccos(np.clip((np.trace(spin) - 1) / 2, -1, 1)), moved / each.wheel_m
    assert turned == pytest.approx(min(rolled, 2 * np.pi - rolled), rel=2e-3)
    top = after[wheel, :, :3] @ before[wheel, :, :3].T @ np.array([0.0, 1.0, 0.0])  # the top of a wheel goes ahead
    assert top @ (after[body, :, 3] - before[body, :, 3]) * np.sign(np.sin(rolled)) > 0
    for k, voice in enumerate(cars.voices()):
        place = after[sum(per_car[:k]) + per_car[k] - 5, :, 3]
        assert np.hypot(*(np.array(voice.at) - place)[[0, 2]]) < 1e-3
        assert voice.bus == "vehicles"
        assert voice.dry.shape == (2000,)


def test_two_or_three_cars_pass_in_five_seconds_each_at_its_sample(street: Site) -> None:
    cars = thing("car", street, count=4, action="pass")
    start = _to_go(cars._posed(), np.array(street.stand.eye))
    passed = [what for frame in range(120) for what in cars.advance(air(RAIN), tick(street, frame))]
    assert 2 <= len(passed) <= 3
    assert {cars.lane[what.detail["car"]] for what in passed} == {0, 1}
    for what in passed:
        k = what.detail["car"]
        assert 8.0 <= cars.cruise[k] <= 13.0
        assert abs(what.sample - 48_000 * start[k] / cars.cruise[k]) <= 2
        assert abs(what.at[2] - street.stand.eye[2]) < 0.1


def test_a_car_comes_again_brakes_and_shows_its_lights(street: Site) -> None:
    cars = thing("car", street, count=2)
    length = cars.lanes[0].length_m
    cars.gone_m[:] = length + 3.0
    near = [cars._at(k)[0] for k in range(2)]
    cars.gone_m[:] = 3.0
    assert np.allclose(near, [cars._at(k)[0] for k in range(2)])
    assert cars.act("stop")
    cruise = float(cars.cruise.max())
    for frame in range(int(24 * cruise / 4.5) + 2):
        cars.advance(air(Weather()), tick(street, frame, night=0.0))
    assert (cars.speed_m_s == 0).all()
    assert cars.look().lamps == ()
    assert cars.look().glow < 0.01
    cars.gone_m[:] = [lane.nearest(np.array(street.stand.eye)) for lane in cars.lanes]
    cars.act("pass")
    for frame in range(24):
        cars.advance(air(RAIN), tick(street, frame, night=1.0))
    look = cars.look()
    assert len(look.lamps) == 2
    assert look.glow == 1.0
    assert cars.speed_m_s == pytest.approx(np.minimum(2.5, cars.cruise), rel=1e-6)
    assert {splats.kind for splats in look.splats} == {"puff", "streak", "dot"}


def test_neon_is_dark_and_silent_at_the_same_samples(street: Site) -> None:
    neon = thing("neon", street)
    flickers = 0
    for frame in range(200):
        happened = neon.advance(air(RAIN), tick(street, frame))
        look, dry = neon.look(), neon.voices()[0].dry
        assert len(look.poses) == len(neon.parts())
        first = CLOCK.sample(frame)
        dark = np.zeros(len(dry), bool)
        for start, end in neon.dips:
            dark[max(int(start) - first + 80, 0) : max(int(end) - first, 0)] = True
        assert (dry[dark] == 0).all()
        assert dark.sum() > 1000 or np.abs(dry[~dark]).max() > 1e-4
        if happened:
            flickers += len(happened)
            assert all(CLOCK.frame_of_sample(what.sample) == frame for what in happened)
            assert look.glow[neon.bad] < 0.05 * look.glow[0]
        elif not dark.any():
            assert look.glow[neon.bad] == look.glow[0]
    assert 2 <= flickers <= 20
    neon.act("off")
    neon.advance(air(RAIN), tick(street, 200))
    assert neon.look().lamps == ()
    assert neon.look().glow.max() < 0.01


def test_lamps_come_on_at_night_and_when_told(street: Site) -> None:
    lamps = thing("lamp", street)
    lamps.advance(air(Weather()), tick(street, 0, night=0.0))
    assert lamps.look().lamps == ()
    assert 0 < lamps.look().glow < 0.01
    for frame in range(1, 48):
        lamps.advance(air(Weather()), tick(street, frame, night=0.6))
    look = lamps.look()
    assert look.glow > 0.99
    assert 4 <= len(look.lamps) <= 8
    for lamp in look.lamps:  # over the road, not over the pavement
        assert abs(lamp.at[0]) < 3.0
        assert 6.0 < lamp.at[1] < 9.0
    lamps.act("off")
    for frame in range(48, 96):
        lamps.advance(air(Weather()), tick(street, frame, night=0.6))
    assert lamps.look().lamps == ()


def test_houses_stand_on_their_lots_and_are_lit_at_night(street: Site) -> None:
    houses = thing("building", street)
    assert len(houses.parts()) <= 8
    for lot, prop in zip(houses.lots[houses.order], houses.stage(), strict=True):
        x, z, width, depth, _, yaw = lot
        points = prop.levels[0].points @ prop.at[0, :, :3].T + prop.at[0, :, 3]
        front = np.array([np.sin(yaw), np.cos(yaw)])
        along = (points[:, [0, 2]] - [x, z]) @ front
        beside = (points[:, [0, 2]] - [x, z]) @ [front[1], -front[0]]
        assert -depth - 1.0 < along.min() < -depth + 1.0
        assert along.max() < 2.2
        assert abs(np.abs(beside).max() - width / 2) < 0.5
    houses.advance(air(Weather()), tick(street, 0, night=0.0))
    assert (houses.look().poses[:, 1, 3] < -1e4).all()
    for frame in range(1, 60):
        houses.advance(air(Weather()), tick(street, frame, night=1.0))
    assert (houses.look().poses == np.eye(3, 4)).all()
    assert houses.look().glow > 0.2
    houses.act("off")
    for frame in range(60, 160):
        houses.advance(air(Weather()), tick(street, frame, night=1.0))
    assert (houses.look().poses[:, 1, 3] < -1e4).all()


@pytest.mark.parametrize("kind", KINDS)
def test_goes_on_bit_for_bit_from_a_saved_state(kind: str, street: Site) -> None:
    spec = {"count": 3} if kind in ("car", "walker") else {}
    first = thing(kind, street, **spec)
    for frame in range(37):
        first.advance(air(RAIN), tick(street, frame))
        if frame == 20:
            first.act("stop" if kind in ("walker", "car") else "off" if kind == "lamp" else "more")
    state = first.save()
    second = thing(kind, street, **spec)
    second.load(state)
    for frame in range(37, 67):
        told, told_again = (each.advance(air(RAIN), tick(street, frame)) for each in (first, second))
        assert told == told_again
        for voice, again in zip(first.voices(), second.voices(), strict=True):
            assert (voice.name, voice.at) == (again.name, again.at)
            assert voice.dry.dtype == np.float32
            assert voice.dry.tobytes() == again.dry.tobytes()
        look, again = first.look(), second.look()
        assert np.array_equal(look.glow, again.glow)
        assert look.lamps == again.lamps
        assert (look.poses is None) == (again.poses is None)
        assert look.poses is None or look.poses.tobytes() == again.poses.tobytes()
        for splats, twin in zip(look.splats, again.splats, strict=True):
            assert splats.at.tobytes() == twin.at.tobytes()
            assert splats.alpha.tobytes() == twin.alpha.tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("action", [None, "enter", "stop"])
def test_anywhere_else_nothing_breaks(kind: str, action: str | None, plain: Site, river: Site) -> None:
    for site in (plain, river):
        each = thing(kind, site, action=action, count=2, side="left", colour="red")
        parts = each.parts()
        for prop in each.stage():
            assert np.isfinite(prop.at).all()
        for frame in range(4):
            each.advance(air(RAIN), tick(site, frame))
            look = each.look()
            assert (0 if look.poses is None else len(look.poses)) == len(parts)
            assert all(np.isfinite(voice.dry).all() and len(voice.dry) == 2000 for voice in each.voices())
        assert not each.act("juggle")


def test_track_goes_evenly_and_straight_on() -> None:
    angle = np.linspace(0, np.pi / 2, 200)
    arc = Track(np.stack([50 * np.sin(angle), 0 * angle, 50 * (1 - np.cos(angle))], 1))  # begins towards +x, turns to +z
    assert arc.length_m == pytest.approx(25 * np.pi, rel=1e-4)
    for metres in np.linspace(0.5, 78, 23):
        turn = metres / 50
        assert arc.at(metres) == pytest.approx([50 * np.sin(turn), 0, 50 * (1 - np.cos(turn))], abs=0.01)
        assert arc.heading(metres) == pytest.approx(np.pi / 2 - turn, abs=2e-3)
    assert arc.at(arc.length_m + 7)[2] == pytest.approx(57, abs=0.1)
