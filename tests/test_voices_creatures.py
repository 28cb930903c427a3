"""Voices of creatures: their rates and pitches, that none of them loops, and that what is drawn is what is heard."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.signal import hilbert

from oyster_cli.clock import RATE_HZ
from oyster_cli.script.models import ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.sound.synth.birds import Singer
from oyster_cli.sound.synth.insects import Bees, Cicadas
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.cast import make_thing
from oyster_cli.world.shapes.quadruped import GAITS, HORSE, LEGS, PARTS
from oyster_cli.world.site import Stand
from oyster_cli.world.thing import Thing, Tick

FPS = 24


class Plain:
    """Level ground, dry."""

    warp = SimpleNamespace(cell=lambda x, _z: (np.zeros(len(x), int), np.zeros(len(x), int), x, x))
    banded = np.zeros((1, 1))

    def normal_at(self, _x, _z):
        return np.array([0.0, 1.0, 0.0])

    def height_at(self, x, _z):
        return np.zeros_like(np.asarray(x, float))

    def water_at(self, x, _z):
        return np.full_like(np.asarray(x, float), -1.0)

    def detour_m(self, points, _eye):
        return np.zeros(len(points))


SITE = SimpleNamespace(
    place="desert", ground=Plain(), stand=Stand((0.0, 1.6, 0.0), (0.0, 1.6, 20.0)),
    spots={"perches": np.array([[2.0, 3.0, 14.0]])},
    scatters=(), sea_level_m=None, surface_m=None, roof=None,
)  # fmt: skip
AIR = Air(Weather(), 12.0, 0.0, 0.0, (0.8, 0.6), 18.0, 60.0, 0.0, 0.0)


def tick(number, dt_s=1 / FPS):
    samples = round(dt_s * RATE_HZ)
    eye, ahead = np.array(SITE.stand.eye), np.array([0.0, 0.0, 1.0])
    return Tick(number, number * dt_s, dt_s, number * samples, samples, RATE_HZ, eye, ahead, 0.0)


def made(kind, seed=7, **spec):
    return make_thing(kind, ThingSpec(kind=kind, **spec), SITE, seed)


def levels(thing, seconds, step_s=0.5, per_s=20):
    """(seconds * per_s,) root mean square of all that a thing says, each voice as far off as it is."""
    heard, happened = [], []
    for number in range(int(seconds / step_s)):
        happened += thing.advance(AIR, tick(number, step_s))
        far = [1.0 if voice.bed else np.linalg.norm(np.array(voice.at) - SITE.stand.eye) for voice in thing.voices()]
        heard.append(sum(voice.dry / away for voice, away in zip(thing.voices(), far, strict=True)))
    signal = np.concatenate(heard)
    return np.sqrt(np.mean(signal.reshape(-1, RATE_HZ // per_s) ** 2, axis=1)), happened


def likeness(a, b):
    return float(np.corrcoef(a**0.5, b**0.5)[0, 1])


@pytest.mark.parametrize("kind", ["owl", "frog", "bird", "cricket"])
def test_two_minutes_never_repeat_and_two_seeds_differ(kind):
    level, _ = levels(made(kind), 120.0)
    away = [likeness(level[:-lag], level[lag:]) for lag in range(8 * 20, 60 * 20)]
    assert max(away) < 0.5
    other, _ = levels(made(kind, seed=8), 15.0)
    assert likeness(level[: len(other)], other) < 0.7


def modulation_hz(signal, low, high):
    """The rate between low and high Hz at which the envelope beats most."""
    envelope = np.abs(hilbert(signal))[::16]
    power = np.abs(np.fft.rfft((envelope - envelope.mean()) * np.hanning(len(envelope))))
    hertz = np.fft.rfftfreq(len(envelope), 16 / RATE_HZ)
    inside = (hertz > low) & (hertz < high)
    return hertz[inside][np.argmax(power[inside])]


def centre_hz(signal):
    power = np.abs(np.fft.rfft(signal)) ** 2
    return float(np.sum(np.fft.rfftfreq(len(signal), 1 / RATE_HZ) * power) / power.sum())


def test_the_nearest_cricket_beats_58_times_a_second_before_a_field_that_does_not():
    crickets, dry, field = made("cricket"), [], []
    for number in range(48):
        crickets.advance(AIR, tick(number))
        voices = {voice.name: voice.dry for voice in crickets.voices()}
        dry.append(voices["cricket 0"])
        field.append(voices["cricket far 0"])
    assert modulation_hz(np.concatenate(dry), 30, 90) == pytest.approx(58.0, abs=5.0)
    noise = np.concatenate(field)[4000:]
    assert 4100 < centre_hz(noise) < 5000
    assert np.mean(noise**4) / np.mean(noise**2) ** 2 == pytest.approx(3.0, abs=0.3)


def test_a_frog_pulses_and_neighbours_call_by_turns():
    call = np.concatenate([Singer().step(draw(1, "frog"), RATE_HZ // 2, [(0, "tree frog")])])
    assert 19.0 < modulation_hz(call, 12, 70) < 30.0
    frogs = made("frog")
    _, happened = levels(frogs, 60.0, step_s=0.1)
    near = {tuple(np.round(at, 6)): k for k, at in enumerate(frogs.places.tolist())}
    calls = [(near[tuple(np.round(each.at, 6))], each.sample) for each in happened if tuple(np.round(each.at, 6)) in near]
    assert len({who for who, _ in calls}) == len(frogs.places)
    for (who, at), (next_one, later) in pairwise(calls):
        if who ^ 1 == next_one:
            assert later - at > 0.5 * RATE_HZ


def test_bees_hum_low_and_cicadas_ring_high():
    bees = np.concatenate([Bees(1).step(RATE_HZ, np.ones(1))[0]])
    drums = Cicadas(1)
    cicada = np.concatenate([drums.step(RATE_HZ)[0] for _ in range(4)])
    assert centre_hz(bees[RATE_HZ // 4 :]) < 900 < 4000 < centre_hz(cicada) < 9000
    assert 90 < modulation_hz(cicada, 60, 220) < 190


@pytest.mark.parametrize(
    ("species", "low", "high"), [("crow", 1000, 3500), ("raven", 700, 1900), ("gull", 900, 3500), ("wolf", 280, 800)]
)
def test_calls_lie_where_they_are_known_to(species, low, high):
    for k in range(4):
        call = Singer().step(draw(k, species), 5 * RATE_HZ, [(0, species)])
        assert low < centre_hz(call) < high


def test_a_perched_crow_bows_to_its_own_caw():
    crows, bows, loud = made("crow", count=6), [], []
    assert crows.sitting == 1
    for number in range(12 * FPS):
        crows.advance(AIR, tick(number))
        bows.append(np.degrees(np.arcsin(-crows.look().poses[0, 1, 2])))
        loud.append(np.sqrt(np.mean(crows.voices()[0].dry ** 2)))
    bows, loud = np.array(bows), np.array(loud)
    assert loud.max() > 0.3
    assert np.ptp(bows) > 12.0
    assert np.corrcoef(bows[1:], loud[:-1])[0, 1] > 0.6
    flying = crows.look().poses[3:].reshape(-1, 3, 3, 4)
    assert np.linalg.norm(flying[:, 0, :, 3] - crows.places[1:], axis=1).max() < 0.1


def test_the_wolf_has_its_head_up_while_it_howls_and_others_answer():
    wolf, up, loud, howls = made("wolf"), [], [], []
    for number in range(9 * FPS):
        howls += wolf.advance(AIR, tick(number))
        head = wolf.look().poses[PARTS.index("head")]
        up.append(np.degrees(np.arcsin(head[1, 2])))
        loud.append(np.abs(wolf.voices()[0].dry).max())
    up, loud = np.array(up), np.array(loud)
    first = int(np.argmax(loud > 0))
    assert up[0] < 10.0
    assert up[loud > 0.3].min() > 35.0
    assert howls[0].sample // (RATE_HZ // FPS) == first
    assert {each.detail["wolf"] for each in howls} == {0, 1, 2, 3}
    assert wolf.act("howl")
    again = [each for number in range(9 * FPS, 9 * FPS + 2) for each in wolf.advance(AIR, tick(number))]
    assert again[0].detail["wolf"] == 0


@pytest.mark.parametrize(("pace", "beats"), [("walk", 4), ("trot", 2), ("gallop", 4)])
def test_hooves_fall_in_the_order_of_the_gait_and_where_they_are_drawn(pace, beats):
    horse, falls, tips = made("horse", action=pace), [], []
    last = np.array([HORSE.pieces[k % 2][2] for k in range(4)]) * horse.horses[0].height_m
    for number in range(3 * FPS):
        falls += horse.advance(AIR, tick(number))
        feet = horse.look().poses[6::3]
        tips.append(feet[:, :, 3] - feet[:, :, 1] * last[:, None])
    tips = np.array(tips)
    stride = GAITS[pace].stride_m / horse.horses[0].speed_m_s * np.sqrt(horse.horses[0].speed_m_s / GAITS[pace].speed_m_s)
    mine = [fall.sample for fall in falls if fall.detail["foot"] == LEGS[0]]
    assert np.diff(mine) / RATE_HZ == pytest.approx(stride, rel=0.02)
    beat = [fall.sample for fall in falls if mine[0] <= fall.sample < mine[1] - 2]
    assert len(np.unique(np.round(np.array(beat) / 480))) == beats
    for fall in falls:
        leg, frame = LEGS.index(fall.detail["foot"]), fall.sample // (RATE_HZ // FPS)
        stands = tips[frame : frame + max(int(GAITS[pace].stance * stride * FPS) - 1, 1), leg]
        assert np.abs(stands[:, [0, 2]] - np.array(fall.at)[[0, 2]]).max() < 0.07
        assert stands[:, 1].max() < 0.06


def facing(horse: Thing) -> np.ndarray:
    """(2,) x and z of where its trunk looks."""
    ahead = horse.look().poses[0][[0, 2], 2]
    return ahead / np.linalg.norm(ahead)


def test_a_horse_faces_where_it_goes_and_turns_round_on_its_own_hooves():
    horse = made("horse", action="trot")
    [body] = horse.horses
    at, looked, falls = [body.at()], [facing(horse)], []
    for number in range(12 * FPS):
        if number == FPS:
            assert horse.act("turn")
        falls += [(number, fall) for fall in horse.advance(AIR, tick(number))]
        at.append(body.at())
        looked.append(facing(horse))
        if number == 4 * FPS:  # in the middle of it
            kept, other = horse.save(), made("horse", action="trot")
            other.load(kept)
            assert np.array_equal(other.look().poses, horse.look().poses)
    gone, looked = np.diff(at, axis=0), np.array(looked[1:])
    fast = np.linalg.norm(gone, axis=1) > 0.02
    along = (gone * looked).sum(axis=1)[fast] / np.linalg.norm(gone[fast], axis=1)
    assert along.min() > np.cos(np.radians(2.0)), "never sideways, never backwards"
    assert looked[0] @ looked[-1] < -0.99
    angle = np.unwrap(np.arctan2(looked[:, 0], looked[:, 1]))
    turns = np.flatnonzero(np.abs(np.diff(angle)) > 1e-2)
    assert np.abs(np.diff(angle)).max() * FPS < 1.5, "rad/s: no jump"
    on_the_spot = [fall for number, fall in falls if turns[0] < number < turns[-1]]
    assert {fall.detail["foot"] for fall in on_the_spot} == set(LEGS)
    assert len(on_the_spot) >= 8
    near = [np.linalg.norm(np.array(fall.at)[[0, 2]] - at[turns[0]]) for fall in on_the_spot]
    assert max(near) < 1.3, "under its own body"


def test_a_hoof_is_heard_from_its_sample_on_and_a_halt_is_silent():
    horse, heard, falls = made("horse", action="trot"), [], []
    for number in range(FPS):
        falls += [fall for fall in horse.advance(AIR, tick(number)) if "hind" in fall.detail["foot"]]
        heard.append(horse.voices()[0].dry)
    sound, first = np.concatenate(heard), falls[0].sample
    assert not sound[:first].any()
    assert abs(sound[first : first + 48]).max() > 0.1 * abs(sound).max()
    assert horse.act("stop")
    later = [horse.advance(AIR, tick(number)) for number in range(FPS, 5 * FPS)]
    assert not any(later[-FPS:])
    still = horse.look().poses
    horse.advance(AIR, tick(5 * FPS))
    assert np.array_equal(still, horse.look().poses)


@pytest.mark.parametrize("kind", ["cricket", "frog", "owl", "crow", "wolf", "horse"])
def test_what_is_saved_goes_on_the_same(kind):
    thing = made(kind)
    for number in range(36):
        thing.advance(AIR, tick(number))
    again = made(kind)
    again.load(thing.save())
    for number in range(36, 60):
        assert thing.advance(AIR, tick(number)) == again.advance(AIR, tick(number))
        assert all(np.array_equal(a.dry, b.dry) and a.at == b.at for a, b in zip(thing.voices(), again.voices(), strict=True))
    assert (thing.look().poses is None) or np.array_equal(thing.look().poses, again.look().poses)
