"""The joint step of a whole small world: goes on from a saved state, does not care what is drawn, follows its cues."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from filming import box, make_light, make_mesh, make_view  # starts the device
from filming import scenery as make_scenery

from oyster_cli.picture.kinds import Look, Prop, Veil
from oyster_cli.runner.protocol import Step
from oyster_cli.runner.sim import SimRunner, SimSession
from oyster_cli.script.models import Camera, Cue, Move, Scene, Shot, ThingSpec
from oyster_cli.script.score import make_score
from oyster_cli.sound.voice import BUSES
from oyster_cli.take.states import read_state, write_state
from oyster_cli.world.cast import HOLDS, ONLY_AT, THINGS, WEATHER, belongs, make_thing, wanted
from oyster_cli.world.set import Set
from oyster_cli.world.thing import Thing

FRAMES, SAVED = 10, 7
SCENE = Scene(place="river", things=(ThingSpec(kind="walker"), ThingSpec(kind="bird")), hour=15.0)
FOLLOW = Camera(moves=(Move(kind="follow", target="walker"), Move(kind="truck-left")))
CUES = (
    Cue(at="1f", over="2s", change="hour", to=15.5),  # the sun creeps
    Cue(at="2f", over="6f", change="weather", target="storm", to="on"),
    Cue(at="3f", change="add", target="campfire"),
    Cue(at="3f", change="add", target="walker", count=2),
    Cue(at="4f", change="remove", target="bird"),
    Cue(at="5f", over="5f", change="level", target="water", to="less"),
    Cue(at="6f", over="6f", change="lens", to=50.0),
    Cue(at="6f", change="move", move=Move(kind="crane-up")),
)


def make_session(*cues: Cue, **shot: Any) -> SimSession:
    settings = {"scene": SCENE, "camera": FOLLOW, "frames": 96, "size": (96, 54), "quality": "draft", "cues": cues}
    return SimRunner("cpu").open(make_score(Shot(**settings | shot)))


def roll(session: SimSession, frames: int, drawn: Sequence[int] = range(10_000)) -> list[Step]:
    score, first = session._score, session._world.frame
    return [session.step(score.beats_at(frame), draw=frame in drawn) for frame in range(first, first + frames)]


def heard(steps: list[Step]) -> np.ndarray:
    """(samples, buses * 2) pascal."""
    return np.concatenate([np.concatenate([step.stems[bus] for bus in BUSES], 1) for step in steps])


@pytest.fixture(scope="module")
def whole() -> tuple[list[Step], dict[str, Any]]:
    """A shot with all its cues, and its state before frame SAVED."""
    session = make_session(*CUES)
    before = roll(session, SAVED)
    state = session.save()
    return before + roll(session, FRAMES - SAVED), dict(state)


def test_a_saved_world_goes_on_as_if_it_had_never_stopped(whole: tuple, tmp_path: Path):
    steps, state = whole
    write_state(tmp_path / "state.npz", state)
    session = make_session(*CUES)
    session.load(read_state(tmp_path / "state.npz"))
    again = roll(session, FRAMES - SAVED)
    for one, other in zip(steps[SAVED:], again, strict=True):
        assert np.array_equal(one.picture, other.picture), f"frame {one.at} looks different"
        assert all(np.array_equal(one.stems[bus], other.stems[bus]) for bus in BUSES), f"frame {one.at} sounds different"
        assert one.events == other.events
    assert not np.array_equal(steps[-1].picture, steps[-2].picture)


def test_what_is_not_drawn_is_heard_alike_and_leaves_hardly_a_trace_in_the_pictures(whole: tuple):
    steps, _ = whole
    other = roll(make_session(*CUES), FRAMES, drawn=[FRAMES - 1])
    assert [len(step.picture) for step in other] == [0] * (FRAMES - 1) + [1]
    assert np.array_equal(heard(other), heard(steps))
    assert [step.events for step in other] == [step.events for step in steps]
    off = np.abs(other[-1].picture.astype(int) - steps[-1].picture)  # a picture alone is rougher than one gathered over time
    assert 0 < off.mean() < 7


def test_cues_change_nothing_before_their_frame_and_something_from_it_on(whole: tuple):
    plain = roll(make_session(), 4)
    assert np.array_equal(plain[0].picture, whole[0][0].picture)
    assert np.array_equal(heard(plain[:1]), heard(whole[0][:1]))
    assert not np.array_equal(plain[3].picture, whole[0][3].picture)
    assert not np.array_equal(heard(plain[3:]), heard(whole[0][3:4]))


@pytest.mark.parametrize("fps", ["24000/1001", "60"])
def test_every_event_lies_within_its_frame_and_is_heard_later_by_its_distance(fps: str):
    session = make_session(Cue(at="3f", change="lightning"), fps=fps)
    steps = roll(session, 75, drawn=())
    clock, seen = session._score.clock, []
    for step in steps:
        first, end = clock.span(step.at)
        assert all(stem.shape == (end - first, 2) and stem.dtype == np.float32 for stem in step.stems.values())
        assert set(step.stems) == set(BUSES)
        for event in step.events:
            assert event.frame == step.at
            assert first <= event.sample < end
            assert event.thing in session._world.cast
            far = np.linalg.norm(np.array(event.at) - session._world.view.eye)
            assert (event.heard_sample - event.sample) / 48_000 * 340 == pytest.approx(far, rel=0.05, abs=0.5)
            seen.append(event.kind)
    assert {"strike", "footfall"} <= set(seen)


def unheeded(steps: list[Step]) -> list[str]:
    return [event.thing for step in steps for event in step.events if event.kind == "unheeded"]


def test_things_come_and_go_and_what_cannot_is_told():
    session = make_session(
        *(
            Cue(at="0f", change="add", target=kind)
            for kind in ("walker", "walker", "campfire", "waterfall", "sea", "tree", "unicorn")
        ),
        *(Cue(at="1f", change="remove", target=kind) for kind in ("campfire", "rain", "lightning", "owl")),
        Cue(at="2f", change="lightning"),
        Cue(at="2f", change="act", target="walker", to="fly"),
        Cue(at="3f", change="remove", target="walker"),
    )
    foretold = session.unheeded()
    assert [cue.target for cue in foretold] == ["waterfall", "sea", "tree", "unicorn", "rain", "lightning", "owl", "walker"]
    assert foretold == session.unheeded(), "to be asked changes nothing"
    named = lambda kind: [name for name in session._world.cast if name.split("-")[0] == kind]  # noqa: E731
    assert unheeded(roll(session, 1, ())) == ["waterfall", "sea", "tree", "unicorn"]
    assert (len(named("walker")), len(named("campfire"))) == (3, 1)
    assert unheeded(roll(session, 1, ())) == ["rain", "lightning", "owl"]
    assert not named("campfire")
    struck = roll(session, 1, ())
    assert unheeded(struck) == ["walker"]
    assert any(event.kind == "strike" for event in struck[0].events)
    assert not unheeded(roll(session, 1, ()))
    assert not named("walker")


def test_what_does_something_comes_for_it_if_it_is_not_here():
    asked = {"wolf": "call", "owl": "stop", "sea": "on"}
    session = make_session(*(Cue(at="0f", change="act", target=kind, to=what) for kind, what in asked.items()))
    assert [cue.target for cue in session.unheeded()] == ["owl", "sea"]
    assert unheeded(roll(session, 1, ())) == ["owl", "sea"]  # none need come to stop; there is no room for a sea
    assert [name.split("-")[0] for name in session._world.cast].count("wolf") == 1


def test_what_will_not_be_done_is_found_without_a_trace_in_the_shot():
    acts = (("walker", "stop"), ("wolf", "call"), ("wolf", "dance"), ("wolf", "stop"))
    cues = [Cue(at=f"{at}f", change="act", target=target, to=to) for at, (target, to) in enumerate(acts)]
    plain, asked = make_session(*cues), make_session(*cues)
    assert [cue.to for cue in asked.unheeded()] == ["dance"], "who comes in is known as well"
    one, other = roll(plain, 6, ()), roll(asked, 6, ())
    assert np.array_equal(heard(one), heard(other))
    assert [step.events for step in one] == [step.events for step in other]
    assert unheeded(one) == ["wolf"]


class Fountain(Thing):
    """A post that stands, a ball that moves and a sheet of water."""

    kind: ClassVar[str] = "fountain"

    def placed(self, at: np.ndarray) -> Fountain:
        self.at = at
        return self

    def stage(self) -> list[Prop | Veil]:
        at = np.eye(3, 4)[None].copy()
        at[0, :, 3] = self.at - [1.0, 1.0, 0]
        sheet = np.array([[0, -1, 0], [2, -1, 0], [2, 2, 0], [0, 2, 0]]) + self.at
        ones = np.ones(4, np.float32)
        veil = Veil(sheet.astype(np.float32), np.array([[0, 1, 2], [2, 3, 0]], np.int32), ones, ones * 0.2, ones)
        return [Prop((box(0.3, 2.0),), at), veil]

    def parts(self):
        return [make_mesh([[-0.5, 0, 0], [0.5, 0, 0], [0, 1, 0]], [[0, 1, 2]])]

    def look(self) -> Look:
        pose = np.eye(3, 4)[None].copy()
        pose[0, :, 3] = self.at + [-2.5, 0, 0]
        return Look(poses=pose, veil_flow=1.5)


def test_a_thing_that_goes_leaves_nothing_behind():
    site = make_session()._world.site
    view = make_view(site.stand.eye, size=(96, 54), lens_mm=24)
    light = make_light((0.3, 0.8, -0.5), sun=80 * np.ones(3), sky_above=10 * np.ones(3))
    stage = Set(site, {}, (96, 54), 1e9)
    fountain = Fountain("fountain", ThingSpec(kind="fountain"), site, 1).placed(view.eye + 6 * view.ahead)

    def drawn(**looks: Look) -> np.ndarray:
        moving = stage.pose(looks)
        stage.painter.draw(view, make_scenery(light, moving=moving, veil_flow=1.5), 1.0)
        return stage.painter._hdr.numpy().copy()

    empty = drawn()
    stage.join("fountain", fountain)
    there = drawn(fountain=fountain.look()).reshape(54, 96, 4)
    changed = (there != empty.reshape(54, 96, 4)).any(-1)
    for aside in ([-1.0, 0, 0], [1.0, 0, 0], [-2.5, 0.3, 0]):  # the post, the water, what moves
        x, y, _ = view.project(fountain.at + aside)[0]
        assert changed[int(y), int(x)]
    stage.leave("fountain")
    assert np.array_equal(drawn(), empty)
    stage.join("other", Fountain("other", ThingSpec(kind="fountain"), site, 1).placed(view.eye - 50 * view.ahead))
    assert np.array_equal(drawn(), empty)


def test_the_cast_is_what_was_asked_what_the_place_holds_and_the_weather():
    scene = Scene(
        place="forest", things=(ThingSpec(kind="campfire"), ThingSpec(kind="sea"), ThingSpec(kind="rock", count=3)),
        without=("owl", "wind"),
    )  # fmt: skip
    cast = wanted(scene)
    assert set(cast) == {*HOLDS["forest"], "campfire", *WEATHER}
    assert cast["plants"].count == 3
    assert "plants" not in wanted(scene.model_copy(update={"without": ("tree",)}))
    assert belongs("person", "street")
    assert not belongs("waterfall", "street")
    assert all(place in HOLDS for places in ONLY_AT.values() for place in places)


def test_every_thing_of_the_cast_is_the_class_it_is_named_after():
    site = make_session()._world.site
    for kind in THINGS:
        if belongs(kind, "river"):
            assert make_thing("it", ThingSpec(kind=kind), site, 1).kind == kind
