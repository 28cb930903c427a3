"""The camera rig: every move goes where its name says, none begins or ends with a jump."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, get_args

import numpy as np
import pytest

from oyster_cli.clock import Clock
from oyster_cli.picture.view import View
from oyster_cli.script.models import Camera, Ease, Move, MoveKind
from oyster_cli.script.sensors import sensors
from oyster_cli.world.rig import CLEAR_M, Rig, eased
from oyster_cli.world.site import Site, Stand

FRAMES = 48
CLOCK = Clock(Fraction(24))
EYE, TARGET = np.array([2.0, 3.0, -4.0]), np.array([5.0, 1.5, 8.0])
FLAT = (TARGET - EYE) * [1, 0, 1] / np.hypot(3.0, 12.0)
SIDE = np.array([FLAT[2], 0.0, -FLAT[0]])  # to the right of it: x right, z ahead


class Plain:
    """Ground of a given shape, with water lying at a given height."""

    def __init__(self, height: Callable[[float, float], float] = lambda x, z: -5.0, water_m: float = -1e3) -> None:  # noqa: ARG005
        self.height_at, self._water_m = height, water_m

    def water_at(self, x: float, z: float) -> float:  # noqa: ARG002
        return self._water_m


def make_rig(*moves: Move, ground: Plain | None = None, frames: int = FRAMES, **camera: Any) -> Rig:
    site = Site("canyon", ground or Plain(), Stand(tuple(EYE), tuple(TARGET), 35.0))
    return Rig(Camera(moves=moves, **camera), site, None, frames, CLOCK, (640, 360))


def seen(rig: Rig, frame: int = FRAMES - 1, **subjects: np.ndarray) -> View:
    return rig.view(frame, subjects)


def heading_deg(view: View) -> float:
    return math.degrees(math.atan2(view.ahead[0], view.ahead[2]))


def pitch_deg(view: View) -> float:
    return math.degrees(math.asin(view.ahead[1]))


def height_px(view: View, foot: np.ndarray) -> float:
    """How tall something as high as the picture's up is, where `foot` is."""
    return float(np.diff(view.project(np.stack([foot, foot + view.up]))[:, 1])[0])


def test_without_moves_it_stands_and_looks_at_its_target():
    rig = make_rig()
    for frame in (-1, 0, FRAMES):
        view = seen(rig, frame)
        np.testing.assert_allclose(view.eye, EYE)
        np.testing.assert_allclose(view.project(TARGET)[0], [320, 180, np.linalg.norm(TARGET - EYE)], atol=1e-9)
        np.testing.assert_allclose(np.stack(view.axes) @ np.stack(view.axes).T, np.eye(3), atol=1e-12)


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("dolly-in", FLAT), ("dolly-out", -FLAT), ("truck-right", SIDE), ("truck-left", -SIDE),
        ("pedestal-up", [0, 1, 0]), ("pedestal-down", [0, -1, 0]), ("crane-up", [0, 1, 0]), ("crane-down", [0, -1, 0]),
    ],
)  # fmt: skip
def test_a_rig_move_goes_its_way_by_its_amount(kind: Any, way: Any):
    before, after = (seen(make_rig(Move(kind=kind, amount=1.5)), frame) for frame in (-1, FRAMES - 1))
    np.testing.assert_allclose(after.eye - before.eye, 1.5 * np.asarray(way), atol=1e-9)
    if "crane" in kind:
        np.testing.assert_allclose(after.project(TARGET)[0, :2], [320, 180], atol=1e-6)
    else:
        np.testing.assert_allclose(after.ahead, before.ahead)


def test_dolly_in_comes_nearer_and_truck_right_sends_the_picture_left():
    before = seen(make_rig())
    near = seen(make_rig(Move(kind="dolly-in", amount=4)))
    assert np.linalg.norm(near.eye - TARGET) < np.linalg.norm(before.eye - TARGET) - 3.9
    assert seen(make_rig(Move(kind="truck-right", amount=1))).project(TARGET)[0, 0] < 320 - 50


@pytest.mark.parametrize(
    ("kind", "yaw", "pitch"), [("pan-right", 1, 0), ("pan-left", -1, 0), ("tilt-up", 0, 1), ("tilt-down", 0, -1)]
)
def test_a_turn_turns_by_degrees_where_its_name_says(kind: Any, yaw: int, pitch: int):
    before, after = seen(make_rig()), seen(make_rig(Move(kind=kind, amount=12)))
    assert heading_deg(after) - heading_deg(before) == pytest.approx(12 * yaw, abs=1e-9)
    assert pitch_deg(after) - pitch_deg(before) == pytest.approx(12 * pitch, abs=1e-9)
    x, y, _ = after.project(TARGET)[0]
    assert (round((x - 320) / 150), round((y - 180) / 150)) == (-yaw, pitch)  # the picture goes the other way
    np.testing.assert_allclose(after.eye, before.eye)


def test_a_roll_turns_the_horizon_and_nothing_else():
    before, after = seen(make_rig()), seen(make_rig(Move(kind="roll", amount=20)))
    np.testing.assert_allclose(after.ahead, before.ahead)
    assert math.degrees(math.asin(after.right[1])) == pytest.approx(
        math.degrees(math.asin(math.sin(math.radians(20)) * before.up[1]))
    )
    assert seen(make_rig(angle="dutch")).right[1] != pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(("kind", "side"), [("orbit-right", 1), ("orbit-left", -1)])
def test_an_orbit_keeps_distance_and_target_and_goes_to_its_side(kind: Any, side: int):
    rig = make_rig(Move(kind=kind, amount=40, ease="linear"))
    before = seen(rig, -1)
    for frame in range(FRAMES):
        view = seen(rig, frame)
        assert np.linalg.norm(view.eye - TARGET) == pytest.approx(np.linalg.norm(EYE - TARGET))
        np.testing.assert_allclose(view.project(TARGET)[0, :2], [320, 180], atol=1e-6)
    assert side * (seen(rig, 3).eye - before.eye) @ before.right > 0.1
    arms = [(view.eye - TARGET)[[0, 2]] for view in (before, seen(rig))]
    cosine = arms[0] @ arms[1] / np.linalg.norm(arms[0]) / np.linalg.norm(arms[1])
    assert math.degrees(math.acos(cosine)) == pytest.approx(40)


@pytest.mark.parametrize(("kind", "to_mm"), [("zoom-in", 85.0), ("zoom-out", 18.0)])
def test_a_zoom_changes_the_lens_to_its_millimetres_and_nothing_else(kind: Any, to_mm: float):
    rig = make_rig(Move(kind=kind, amount=to_mm))
    lens = [seen(rig, frame).lens_mm for frame in range(-1, FRAMES)]
    assert (lens[0], lens[-1]) == pytest.approx((35.0, to_mm))
    assert np.all(np.sign(np.diff(lens)) == np.sign(to_mm - 35))
    np.testing.assert_allclose(seen(rig).eye, EYE)
    by_itself = seen(make_rig(Move(kind=kind))).lens_mm
    assert np.sign(by_itself - 35) == np.sign(to_mm - 35)


@pytest.mark.parametrize("amount", [None, 3.0, -3.0])
def test_a_dolly_zoom_keeps_its_subject_as_large_and_changes_the_rest(amount: float | None):
    rig = make_rig(Move(kind="dolly-zoom", amount=amount))
    first, last = seen(rig, -1), seen(rig)
    size = height_px(first, TARGET)
    for frame in range(FRAMES):
        assert height_px(seen(rig, frame), TARGET) == pytest.approx(size, rel=0.02)
    assert np.linalg.norm(last.eye - EYE) > 0.5
    behind = TARGET + 3 * (TARGET - EYE)
    assert abs(height_px(last, behind) / height_px(first, behind) - 1) > 0.04


def test_a_dolly_zoom_after_a_dolly_still_keeps_its_subject():
    rig = make_rig(Move(kind="dolly-in", amount=4))
    rig.begin(Move(kind="dolly-zoom", amount=3), FRAMES, FRAMES)
    assert height_px(seen(rig, 2 * FRAMES - 1), TARGET) == pytest.approx(height_px(seen(rig), TARGET), rel=0.02)


def test_a_move_to_a_thing_ends_with_it_in_the_middle_and_stays_with_it():
    rig = make_rig(Move(kind="follow", target="walker"))
    at = np.array([-6.0, 1.0, 12.0])
    for frame in range(FRAMES):
        at = at + [0.05, 0, 0]
        view = seen(rig, frame, walker=at)
    np.testing.assert_allclose(view.project(at)[0, :2], [320, 180], atol=1e-6)
    np.testing.assert_allclose(seen(rig).ahead, view.ahead)  # gone, it is looked for where it was


@pytest.mark.parametrize("ease", get_args(Ease))
def test_ease_goes_from_none_to_all_and_never_back(ease: str):
    shares = [eased(share, ease) for share in np.linspace(0, 1, 101)]
    assert (shares[0], shares[-1]) == (0, 1)
    steps = np.diff(shares)
    assert steps.min() >= 0
    assert (steps[0] < 0.003, steps[-1] < 0.003) == (ease in ("in", "in-out"), ease in ("out", "in-out"))


@pytest.mark.parametrize("kind", [kind for kind in get_args(MoveKind) if kind not in ("static", "follow")])
def test_a_move_runs_from_its_first_frame_to_its_last(kind: Any):
    rig = make_rig()
    rig.begin(Move(kind=kind, ease="linear"), 10, 20)
    poses = [np.concatenate([view.eye, view.ahead, view.up, [view.lens_mm]]) for view in (seen(rig, k) for k in range(40))]
    moved = [not np.allclose(a, b, atol=1e-9) for a, b in itertools.pairwise(poses)]
    assert [k + 1 for k, is_moved in enumerate(moved) if is_moved] == list(range(10, 30))


def pose(view: View) -> np.ndarray:
    """Metres, and turns as they show at ten metres; a tenth of the lens for a metre."""
    return np.concatenate([view.eye, 10 * view.ahead, 10 * view.up, [10 * math.log(view.lens_mm)]])


LATER = [Move(kind=kind) for kind in get_args(MoveKind) if kind not in ("static", "follow")]


@pytest.mark.parametrize("then", [*LATER, Move(kind="follow", target="owl"), Move(kind="dolly-in", target="owl")])
@pytest.mark.parametrize("first", ["dolly-in", "pedestal-up", "crane-up", "orbit-right", "dolly-zoom", "zoom-in"])
def test_no_move_begins_with_a_jump(first: Any, then: Move):
    rig, owl = make_rig(Move(kind=first, ease="linear"), angle="high"), np.array([9.0, 2.0, 4.0])
    before = [pose(seen(rig, frame, owl=owl)) for frame in (17, 18, 19)]
    rig.begin(then, 20, 200)
    after = [pose(seen(rig, frame, owl=owl)) for frame in range(20, 23)]
    speed = np.linalg.norm(before[2] - before[1])
    went = [np.linalg.norm(b - a) for a, b in zip([before[2], *after], after, strict=False)]
    # the new move eases in: on its first frame it adds 0.0075 % of what it will do in all, a hundredth of a metre at most
    assert went[0] == pytest.approx(speed, abs=0.01 * speed + 0.005)
    assert max(went) < 1.05 * speed + 0.03


def test_a_lens_cue_ends_at_its_lens_without_a_jump_whatever_ran_before():
    for kind in ("zoom-in", "zoom-out", "dolly-zoom"):
        rig = make_rig(Move(kind=kind, ease="linear"))
        before = [seen(rig, frame) for frame in (18, 19)]
        rig.begin_lens(50.0, 20, 10)
        after = [seen(rig, frame) for frame in range(20, 40)]
        speed = np.linalg.norm(before[1].eye - before[0].eye)
        assert np.linalg.norm(after[0].eye - before[1].eye) == pytest.approx(speed, rel=0.01, abs=1e-9)
        assert abs(math.log(after[0].lens_mm / before[1].lens_mm)) < 0.03
        assert [round(view.lens_mm, 6) for view in after[9:]] == [50.0] * 11
    at_once = make_rig()
    at_once.begin_lens(85.0, 3, 1)
    assert [seen(at_once, frame).lens_mm for frame in (2, 3)] == pytest.approx([35, 85])


@pytest.mark.parametrize("kind", [kind for kind in get_args(MoveKind) if kind != "static"])
def test_static_ends_everything_on_its_frame(kind: Any):
    rig = make_rig(Move(kind=kind, ease="linear", target="owl"), Move(kind="pan-left"))
    moving, still = (seen(rig, frame, owl=np.array([frame, 2.0, 9.0])) for frame in (18, 19))
    assert not np.allclose(pose(moving), pose(still), atol=1e-4)
    rig.begin(Move(kind="static"), 20, 1)
    for frame in (20, 21, 40):
        np.testing.assert_allclose(pose(seen(rig, frame, owl=np.array([frame, 2.0, 9.0]))), pose(still), atol=1e-9)
    rig.begin(Move(kind="truck-right", amount=2.0), 45, 5)
    now = seen(rig, 60)
    level = np.array([now.ahead[2], 0.0, -now.ahead[0]]) / np.hypot(now.ahead[0], now.ahead[2])
    np.testing.assert_allclose(now.eye - still.eye, 2.0 * level, atol=1e-9)


def test_static_from_the_first_frame_holds():
    rig = make_rig(Move(kind="dolly-in"))
    rig.begin(Move(kind="static"), 0, 1)
    np.testing.assert_allclose(seen(rig).eye, EYE)


@pytest.mark.parametrize(
    "move", [Move(kind="crane-down", amount=9), Move(kind="pedestal-down", amount=40), Move(kind="dolly-in", amount=25)]
)
def test_the_lens_never_comes_to_the_ground_or_into_the_water(move: Move):
    def hills(x: float, z: float) -> float:
        return 2.5 * math.sin(x * 0.7) + 3.0 * math.cos(z * 0.4)

    rig = make_rig(move, ground=Plain(hills, water_m=-1.0))
    for frame in range(-1, FRAMES):
        eye = seen(rig, frame).eye
        assert eye[1] >= max(hills(eye[0], eye[2]), -1.0) + CLEAR_M - 1e-9


def test_a_shot_size_brings_the_camera_nearer_and_an_angle_places_it():
    far = [np.linalg.norm(make_rig(size=size).eye - TARGET) for size in ("ECU", "CU", "MS", "FS", "WS", "EWS")]
    assert far == sorted(far)
    assert pitch_deg(seen(make_rig(angle="low"))) > 5
    assert pitch_deg(seen(make_rig(angle="overhead"))) < -80
    high, eye = make_rig(angle="high").eye, make_rig().eye
    assert high[1] > eye[1] + 2.9


@pytest.mark.parametrize(("back", "lens_mm"), [("s35", 35.0), ("alexa-65", 50.0), ("16mm", 6.0)])
def test_the_film_back_is_the_one_of_the_presets(back: str, lens_mm: float):
    view = seen(make_rig(sensor=back, lens=lens_mm))
    half = math.atan(sensors()[back].width_mm / 2 / lens_mm)
    edge = view.eye + 7 * (view.ahead + math.tan(half) * view.right)
    assert view.project(edge)[0, 0] == pytest.approx(640)


def test_handheld_is_alive_but_stays():
    rig = make_rig(support="handheld")
    aims = np.array([seen(rig, frame).project(TARGET)[0, :2] for frame in range(200)])
    assert 1 < np.abs(aims - [320, 180]).max() < 25
    assert np.abs(np.diff(aims, axis=0)).max() < 3


def test_a_restored_rig_goes_on_alike():
    rig, again = (make_rig(Move(kind="follow", target="owl"), Move(kind="crane-up")) for _ in range(2))
    seen(rig, 11, owl=np.array([1.0, 2.0, 9.0]))
    state = rig.save()
    again.load(state)
    assert np.array_equal(pose(again.view(11, {})), pose(rig.view(11, {})))
    again.begin(Move(kind="pan-left"), 12, 9)
    third = make_rig()
    third.load(state)  # what the second did since is not in it
    assert np.array_equal(pose(third.view(20, {})), pose(rig.view(20, {})))


def follower(*moves: Move, size: str = "MS") -> tuple[Rig, np.ndarray]:
    """A rig that frames a walker, and where that stands."""
    site, walker = Site("canyon", Plain(), Stand(tuple(EYE), tuple(TARGET), 35.0)), TARGET + [0.5, -0.4, 1.0]
    return Rig(Camera(moves=moves, size=size, subject="walker"), site, walker, FRAMES, CLOCK, (640, 360)), walker


@pytest.mark.parametrize(
    ("size", "moves", "kept"),
    [("MS", (), True), ("CU", (), True), ("WS", (), False), ("MS", ("static",), False), ("MS", ("pan-left",), False)],
)
def test_a_near_camera_turns_with_who_walks(size: str, moves: tuple[MoveKind, ...], kept: bool):
    """Three metres aside in 48 frames: without a turn that is out of the picture. With one it keeps its place in it."""
    rig, walker = follower(*(Move(kind=kind) for kind in moves), size=size)
    eye = rig.eye.copy()
    shown = []
    for frame in range(-1, FRAMES):
        at = walker + SIDE * 3.0 * max(frame, 0) / (FRAMES - 1)
        view = rig.view(frame, {"walker": at})
        shown.append(view.project(at[None])[0][:2])
    assert np.allclose(view.eye - eye, SIDE * 3.0 * (size == "CU"))  # as near as that it goes along, too
    assert (np.abs(np.array(shown) - shown[0]).max() < 5.0) == kept
    assert np.allclose(
        seen(follower(size=size)[0], -1, walker=walker).ahead, seen(follower(size=size)[0], 20, walker=walker).ahead
    )


def test_it_turns_after_nothing_that_leaps_and_stops_when_told():
    rig, walker = follower()
    still = rig.view(0, {"walker": walker}).ahead
    assert np.array_equal(rig.view(1, {"walker": walker + SIDE * 20.0}).ahead, still)  # the next of a stream of cars
    turned = rig.view(2, {"walker": walker + SIDE * 1.0}).ahead
    assert not np.allclose(turned, still, atol=1e-3)
    restored = follower()[0]
    restored.load(rig.save())
    farther = {"walker": walker + SIDE * 2.0}
    assert np.array_equal(restored.view(3, farther).ahead, rig.view(3, farther).ahead)
    turned = rig.view(3, farther).ahead
    rig.begin(Move(kind="static"), 4, 1)
    restored.load(rig.save())
    for stopped in (rig, restored):
        assert np.allclose(stopped.view(4, {"walker": walker + SIDE * 2.5}).ahead, turned)
