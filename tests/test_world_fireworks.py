"""Fireworks: what is drawn of a shell and what is heard of it come out of the same flight, burst and pops."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from oyster_cli.clock import Clock
from oyster_cli.script.models import ThingSpec
from oyster_cli.script.weather import WEATHERS, Weather
from oyster_cli.world.air import Air
from oyster_cli.world.cast import make_thing
from oyster_cli.world.site import Site, Stand
from oyster_cli.world.thing import Tick
from oyster_cli.world.things import fireworks as show

CLOCK, RATE_HZ, SAMPLES = Clock(Fraction(24)), 48_000, 2000
EYE = np.array([0.0, 2.0, 0.0])
AIR = Air(Weather(**{**WEATHERS["clear"], "wind_m_s": 0.0}), 22.0, 0.0, 0.0, (0.8, 0.6), 20.0, 50.0, 0.0, 0.0)


class Plain:
    """Level ground."""

    def height_at(self, _x: float, _z: float) -> float:
        return 0.0


@pytest.fixture
def site() -> Site:
    return Site("meadow", Plain(), Stand((0.0, 2.0, 0.0), (0.0, 3.0, 30.0)))


def display(site: Site, **spec: str) -> show.Fireworks:
    return make_thing("fireworks", ThingSpec(kind="fireworks", **spec), site, 5)


def step(thing: show.Fireworks, frame: int) -> list:
    first, end = CLOCK.span(frame)
    return thing.advance(
        AIR, Tick(frame, CLOCK.time_s(frame), 1 / 24, first, end - first, RATE_HZ, EYE, np.array([0, 0, 1.0]), 1.0)
    )


def one_shell(site: Site, effect: str) -> show.Fireworks:
    """A display of which only one shell, of this effect, is left, half a second before it bursts."""
    thing = display(site)
    thing.on, thing.next_s = False, 0.0
    number = next(n for n in range(99) if thing._shell([n]).effect == effect)
    shell = thing._packed[number] = replace(thing._shell([number]), whistle_hz=0.0)
    thing.shells = [[number, 0.5 - shell.fuse_s, 0.0, 0.0, 1]]
    return thing


def test_a_shell_flies_as_a_body_with_drag_does_and_bursts_where_its_stars_begin(site):
    shell = display(site)._shell([0])
    at, velocity, dt = shell.mortar.copy(), shell.lift.copy(), 1e-4
    for _ in range(round(shell.fuse_s / dt)):
        velocity += (np.array([0.0, -9.81, 0.0]) - show.LIFT_DRAG * velocity) * dt
        at += velocity * dt
    assert at == pytest.approx(shell.centre, abs=0.05)
    assert abs(velocity[1]) < 0.35 * shell.lift[1]  # near its highest
    assert np.linalg.norm(shell.ways, axis=1) == pytest.approx(show.EFFECTS[shell.effect].speed_m_s, rel=0.11)


def test_a_burst_is_heard_from_its_own_sample_on_and_lights_up_in_its_frame(site):
    thing = one_shell(site, "salute")
    heard, events, lit = [], [], []
    for frame in range(16):
        events += step(thing, frame)
        heard.append(sum((voice.dry for voice in thing.voices() if voice.name.split()[1].isdigit()), np.zeros(SAMPLES)))
        lit.append(max((lamp.candela for lamp in thing.look().lamps), default=0.0))
    (burst,) = events
    sound = np.concatenate(heard)
    assert (burst.kind, burst.sample) == ("burst", RATE_HZ // 2)
    assert not sound[: burst.sample].any()
    assert sound[burst.sample : burst.sample + 10].max() > 0.5 * sound.max()
    assert lit[burst.sample // SAMPLES - 1] == 0.0
    assert np.argmax(lit) in (
        burst.sample // SAMPLES,
        burst.sample // SAMPLES + 1,
    )


def test_every_pop_is_a_spark_in_its_own_frame_and_heard_as_late_as_that_star_is_far(site, monkeypatch):
    said = []
    monkeypatch.setattr("oyster_cli.sound.synth.fireworks.crackle", lambda _, after_s: said.extend(after_s) or np.zeros(1))
    thing = one_shell(site, "crackle")
    shell, sparks = next(iter(thing._packed.values())), []
    for frame in range(96):
        step(thing, frame)
        flashes = [marks.at for marks in thing.look().splats if marks.radius_m[0] == show.POP_M]
        sparks.append(np.concatenate(flashes) if flashes else np.zeros((0, 3)))
    sent_s = 0.5 + shell.pops[:, 1]
    frames = (sent_s * 24).astype(int)
    assert [len(at) for at in sparks] == np.bincount(frames, minlength=96).tolist()
    seen = np.empty((len(sent_s), 3))
    for frame in np.unique(frames):
        seen[frames == frame] = sparks[frame]
    far_m, centre_m = np.linalg.norm(seen - EYE, axis=1), np.linalg.norm(shell.centre - EYE)
    assert np.ptp(far_m) > 20.0
    assert sent_s + far_m / 343.2 == pytest.approx(0.5 + np.array(said) + centre_m / 343.2, abs=1e-4)


def test_a_display_goes_on_from_what_was_kept(site):
    whole, first = display(site), display(site)
    for frame in range(40):
        step(whole, frame), step(first, frame)
    second = display(site)
    second.load(copy.deepcopy(first.save()))
    for frame in range(40, 60):
        step(whole, frame), step(second, frame)
        for one, two in zip(whole.voices(), second.voices(), strict=True):
            assert one.name == two.name
            assert np.array_equal(one.dry, two.dry)
        for one, two in zip(whole.look().splats, second.look().splats, strict=True):
            assert np.array_equal(one.at, two.at)


def test_a_display_that_is_begun_by_a_cue_starts_with_its_mortars(site):
    thing, kinds = display(site, action="enter"), []
    for frame in range(100, 220):
        kinds += [happening.kind for happening in step(thing, frame)]
        assert frame > 100 or not any(marks.kind == "puff" for marks in thing.look().splats)
    assert kinds[0] == "lift"
    assert "burst" in kinds
    assert thing.act("stop")
    for frame in range(220, 220 + 24 * 16):
        step(thing, frame)
    assert not thing.shells
    assert not any(voice.dry.any() for voice in thing.voices())
