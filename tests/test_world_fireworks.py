"""Fireworks and explosions: what is drawn of them and what is heard comes out of the same flights, bursts, pops and falls."""

from __future__ import annotations

import copy
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from oyster_cli.clock import Clock
from oyster_cli.script.models import ThingSpec
from oyster_cli.script.weather import WEATHERS, Weather
from oyster_cli.words.direction import read_directions
from oyster_cli.world.air import Air
from oyster_cli.world.cast import make_thing
from oyster_cli.world.site import Site, Stand
from oyster_cli.world.thing import Tick
from oyster_cli.world.things import explosion
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


def test_an_explosion_lights_up_and_is_heard_from_one_sample_and_what_it_throws_thuds_where_it_falls(site, monkeypatch):
    said = []
    monkeypatch.setattr("oyster_cli.sound.synth.fireworks.explosion", lambda _, falls_s: said.extend(falls_s) or np.ones(9))
    thing, twin = (make_thing("explosion", ThingSpec(kind="explosion", action="enter"), site, 5) for _ in range(2))
    events, heard, lit, flying = [], [], [], []
    for frame in range(10, 90):
        events += step(thing, frame)
        (voice,) = thing.voices()
        heard.append(voice.dry)
        looks = thing.look()
        lit.append(max((lamp.candela for lamp in looks.lamps), default=0.0))
        flying.append(len(looks.splats[2].at) if looks.splats else 0)
        if frame == 30:
            twin.load(copy.deepcopy(thing.save()))
    (blast,) = events
    begun = round((10 / 24 + explosion.FUSE_S) * RATE_HZ)
    assert (blast.kind, blast.sample) == ("explosion", begun)
    assert np.flatnonzero(np.concatenate(heard))[0] == begun - 10 * SAMPLES
    assert lit[0] > 0.3 * max(lit)  # as long of that frame as it lasts
    # the second way: each clod's fall, step by step, and how far from the ear it then is
    at, velocity, dt = np.tile(thing.at, (explosion.CLODS, 1)), thing._throws(), 3e-3
    fell_s = np.zeros(explosion.CLODS)
    for k in range(2500):
        up = fell_s == 0
        velocity[up] += (np.array([0.0, -9.81, 0.0]) - explosion.CLOD_DRAG * velocity[up]) * dt
        at[up] += velocity[up] * dt
        fell_s[up & (at[:, 1] < thing.at[1])] = (k + 1) * dt
    late_s = (np.linalg.norm(at - EYE, axis=1) - np.linalg.norm(thing.at - EYE)) / 343.2
    assert np.array(said) == pytest.approx(fell_s + late_s, abs=0.02)
    seen = [(fell_s > (frame + 1) / 24 - begun / RATE_HZ).sum() for frame in range(11, 90)]
    assert flying[1:] == pytest.approx(np.array(seen), abs=4)
    for frame in range(31, 34):
        step(twin, frame)
        (voice,) = twin.voices()
        assert np.array_equal(voice.dry, heard[frame - 10])


def test_an_explosion_is_added_by_its_name_and_goes_off_again_when_told(site):
    thing = make_thing("explosion", ThingSpec(kind="explosion"), site, 5)
    kinds = [[happening.kind for happening in step(thing, frame)] for frame in range(48)]
    assert [frame for frame, found in enumerate(kinds) if found] == [24]
    assert thing.act("start")
    assert [happening.kind for frame in range(48, 50) for happening in step(thing, frame)] == ["explosion"]
    (cue,) = read_directions("an explosion on the left at 3s", Fraction(8), Fraction(24)).cues
    assert (cue.at, cue.change, cue.target, cue.side) == ("3s", "add", "explosion", "left")
