"""Trains, sirens, aeroplanes, ventilators, traffic and boats: heard out of the motion that is drawn."""

from __future__ import annotations

import copy
from fractions import Fraction

import numpy as np
import pytest
import torch
from scipy.signal import butter, sosfilt

from oyster_cli.clock import RATE_HZ, Clock
from oyster_cli.script.models import ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.ear import Ear
from oyster_cli.sound.speed import speed_m_s
from oyster_cli.sound.synth.fan import BLADES, FULL_REV_S
from oyster_cli.sound.synth.fan import Fan as FanSound
from oyster_cli.sound.synth.mooring import Rigging
from oyster_cli.sound.synth.street import Cars, City
from oyster_cli.sound.synth.train import Rolling
from oyster_cli.words.prompt import read_prompt
from oyster_cli.world.air import Air
from oyster_cli.world.cast import make_thing, wanted
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp
from oyster_cli.world.shapes.train import JOINT_M, SLEEPER_M, WHEEL_M
from oyster_cli.world.site import Site, Stand
from oyster_cli.world.thing import Thing, Tick

CLOCK = Clock(Fraction(24))
N = 2000  # samples of a frame


@pytest.fixture(scope="module")
def plain() -> Site:
    """A flat nowhere with a street of two lanes along z."""
    axis = Axis.reaching(-400.0, 400.0, 65, 2.0)
    flat, colour = torch.zeros(65, 65), torch.zeros(65, 65, 3)
    dry, still = flat + DRY_M, colour[..., :2]
    ground = Ground(Warp(axis, axis), flat, colour, flat, flat, flat, flat, colour[0], 0.0, dry, still, flat + 1)
    z = np.linspace(-200.0, 300.0, 60)
    lanes = {f"lane_{side}": np.stack([np.full(60, x), 0 * z, z], 1) for side, x in (("right", 1.1), ("left", -1.1))}
    lanes["lane_left"] = lanes["lane_left"][::-1]
    return Site("nowhere", ground, Stand((4.0, 1.6, 0.0), (0.0, 1.2, 60.0)), lanes)


def tick(site: Site, frame: int, night: float = 0.0) -> Tick:
    first, end = CLOCK.span(frame)
    eye = np.array(site.stand.eye)
    ahead = np.array(site.stand.target) - eye
    return Tick(frame, CLOCK.time_s(frame), 1 / 24, first, end - first, RATE_HZ, eye, ahead / np.linalg.norm(ahead), night)


def air(frame: int = 0) -> Air:
    return Air(Weather(), 12.0, CLOCK.time_s(frame), 0.0, (0.8, 0.6), 12.0, 70.0, 0.0, 0.0)


def thing(kind: str, site: Site, **spec: object) -> Thing:
    return make_thing(kind, ThingSpec(kind=kind, **spec), site, 5)


def rng(*key: int) -> np.random.Generator:
    return np.random.default_rng(key)


def level_db(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) / 4e-10))


def test_rolling_steel_is_30_log_of_speed_and_a_car_follows_the_directive():
    slow, fast = Rolling(1), Rolling(1)
    steel = [np.concatenate([each.step(rng(f), N, v, [[]])[0] for f in range(24)]) for each, v in ((slow, 9.0), (fast, 18.0))]
    assert level_db(steel[1]) - level_db(steel[0]) == pytest.approx(30 * np.log10(2), abs=1.0)
    band = butter(6, [708.0, 1413.0], "bandpass", fs=RATE_HZ, output="sos")
    heard, power = [], []
    for km_h in (50.0, 100.0):
        car = Cars()
        heard.append(level_db(sosfilt(band, np.concatenate([car.step(rng(f), N, km_h / 3.6)[0] for f in range(24)]))[N:]))
        # octave of 1 kHz, category 1: A_R 96.7 and B_R 37.2 for rolling, A_P 88 and B_P 8 for the engine
        rolling_db, engine_db = 96.7 + 37.2 * np.log10(km_h / 70), 88 + 8 * (km_h - 70) / 70
        power.append(10 * np.log10(10 ** (rolling_db / 10) + 10 ** (engine_db / 10)))
    assert heard[1] - heard[0] == pytest.approx(power[1] - power[0], abs=1.0)
    cruising, pulling = (level_db(Cars().step(rng(1), N, 5.0, 0.0, pull)) for pull in (0.0, 1.0))
    assert 3.0 < pulling - cruising < 6.0  # the engine of who gathers speed
    assert heard[0] == pytest.approx(power[0] - 10 * np.log10(2 * np.pi), abs=2.5)  # a half space, at 1 m


def test_every_axle_beats_on_every_joint_at_the_sample_it_is_over_it(plain: Site):
    train = thing("train", plain, action="pass")
    line = train.line.points
    way = (line[-1] - line[0]) / np.linalg.norm(line[-1] - line[0])
    wheels = slice(len(train.cars), None)

    def along() -> np.ndarray:
        return (train.look().poses[wheels, :, 3].astype(float) - line[0]) @ way

    heard = 0
    for frame in range(20):
        before = along()
        quiet = copy.deepcopy(train.rolling)
        train.advance(air(), tick(plain, frame))
        after = along()
        for wheel in np.flatnonzero(np.floor(after / JOINT_M) > np.floor(before / JOINT_M)):
            joint = np.floor(after[wheel] / JOINT_M) * JOINT_M
            sample = (joint - before[wheel]) / (after[wheel] - before[wheel]) * N
            told = train._clacks(train.gone_m - (after - before)[wheel], train.gone_m, N)[wheel // 4]
            assert min(abs(sample - at) for at in told) <= 2.0  # poses are float32
            silent: list[list[int]] = [[] for _ in train.cars]
            struck_there = [told[:1] if k == wheel // 4 else [] for k in range(len(train.cars))]
            loud, still = (
                copy.deepcopy(quiet).step(rng(2), N, train.speed_m_s, clacks)[wheel // 4] for clacks in (struck_there, silent)
            )
            struck = np.flatnonzero(np.abs(loud - still) > 1e-4)
            assert told[0] <= struck[0] <= told[0] + 1
            heard += 1
    assert heard > 5


def test_a_train_rolls_on_its_rails_and_its_wheels_as_far_as_it_goes(plain: Site):
    train = thing("train", plain, action="pass")
    wheel = len(train.cars)
    train.advance(air(), tick(plain, 0))
    one = train.look().poses
    train.advance(air(), tick(plain, 1))
    two = train.look().poses
    gone = float(np.linalg.norm(two[0, :, 3] - one[0, :, 3]))
    assert gone == pytest.approx(19.0 / 24, rel=1e-3)
    rim = [pose[:, :3] @ np.array([0.0, 1.0, 0.0]) for pose in (one[wheel], two[wheel])]
    turned = np.arccos(np.clip(rim[0] @ rim[1], -1, 1))
    assert turned == pytest.approx(gone / WHEEL_M % (2 * np.pi), rel=2e-3)
    for pose in two[wheel:]:  # its rim touches the rail's top
        rail = train._rail(float((pose[:, 3] - train.line.points[0]) @ np.array([1.0, 0, 0])))[1]
        assert pose[1, 3] - WHEEL_M == pytest.approx(rail, abs=0.02)
    assert train.act("horn")
    before = level_db(train._dry[0])
    for frame in range(2, 12):
        train.advance(air(), tick(plain, frame))
    assert level_db(train._dry[0]) > before + 6.0
    assert SLEEPER_M < JOINT_M


def test_a_siren_comes_higher_and_goes_lower_and_its_lamps_go_with_it(plain: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("oyster_cli.sound.synth.siren.pitch_hz", lambda part: np.full(np.shape(part), 1000.0))
    siren, desk, c = thing("siren", plain, action="pass"), Desk(), speed_m_s(12.0)
    eye = np.array(plain.stand.eye)
    ear = Ear(eye, np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), np.array([0, 0, 1.0]))
    siren.gone_m[:] = siren.lanes[0].nearest(eye) - 60.0
    heard = []
    for frame in range(24 * 8):
        siren.advance(air(), tick(plain, frame))
        calls = [voice for voice in siren.voices() if voice.name.endswith("call")]
        heard.append(desk.mix(frame * N, N, calls, ear, ear, 12.0, 70.0, 0.3, -80.0, 0.02)["vehicles"][:, 0])
    sound = np.concatenate(heard)

    def pitch_hz(at_s: float) -> float:
        piece = sound[int(at_s * RATE_HZ) : int((at_s + 0.5) * RATE_HZ)] * np.hanning(RATE_HZ // 2)
        power = np.abs(np.fft.rfft(piece, 1 << 18))
        return float(np.argmax(power[: 1 << 13 << 1]) * RATE_HZ / (1 << 18))

    v = float(siren.speed_m_s[0])
    assert pitch_hz(1.0) == pytest.approx(1000 * c / (c - v), rel=0.004)  # some 40 m off, almost straight ahead
    assert pitch_hz(7.3) == pytest.approx(1000 * c / (c + v), rel=0.004)
    blue = []
    for frame in range(24):
        siren.advance(air(), tick(plain, 200 + frame))
        siren._eye = siren._frames[0, :, 3]
        look = siren.look()
        blue.append(len([lamp for lamp in look.lamps if lamp.colour[2] == 1.0]))
        assert (look.glow[-2:] > 0.9).sum() == blue[-1]
        assert (look.poses[-2:, 1, 3] > -1.0).all(), "dark, and yet there"
    assert set(blue) == {0, 1}  # one side, then the other, dark between flashes
    assert siren.act("stop")
    for frame in range(40):
        siren.advance(air(), tick(plain, 224 + frame))
    assert not siren._call.any()
    assert not [lamp for lamp in siren.look().lamps if lamp.colour[2] == 1.0]
    assert siren.speed_m_s[0] > 10.0  # the siren stops, not the car


def test_an_aeroplane_is_heard_where_it_was(plain: Site):
    plane, c = thing("plane", plain, action="pass"), speed_m_s(12.0)
    eye, places = np.array(plain.stand.eye), []
    for frame in range(24 * 14):
        plane.roar.step = lambda _, n, __: np.zeros(n, np.float32)  # where, not how loud, is asked
        plane.advance(air(), tick(plain, frame))
        places.append(plane.look().poses[0, :, 3].astype(float))
    heard = plane.heard_at + eye
    nearest = int(np.argmin(np.linalg.norm(np.array(places) - heard, axis=1)))
    late_s = (len(places) - 1 - nearest) / 24
    assert late_s == pytest.approx(np.linalg.norm(plane.heard_at) / c, abs=0.05)
    assert late_s > 3.5
    seen, sound = (at / np.linalg.norm(at) for at in (places[-1] - eye, plane.heard_at))
    assert np.degrees(np.arccos(seen @ sound)) > 8.0  # behind what is seen
    assert np.array(plane.voices()[0].at) == pytest.approx(sound)


def test_a_fan_beats_with_its_blades_and_runs_down(plain: Site):
    fan = thing("fan", plain)
    dry = []
    for frame in range(48):
        before = fan.turns[0]
        fan.advance(air(), tick(plain, frame))
        assert (fan.turns[0] - before) % 1.0 == pytest.approx(fan.rev_s[0] / 24 % 1.0, abs=1e-9)
        dry.append(fan.voices()[0].dry)
    power = np.abs(np.fft.rfft(np.concatenate(dry) * np.hanning(48 * N))) ** 2
    hz = np.arange(len(power)) * RATE_HZ / (48 * N)
    near = (hz > 40) & (hz < 95)
    assert hz[near][np.argmax(power[near])] == pytest.approx(BLADES * fan.rev_s[0], abs=0.6)
    assert fan.act("off")
    for frame in range(48, 48 + 80):
        fan.advance(air(), tick(plain, frame))
    assert fan.spin == 0.0
    assert level_db(fan.voices()[0].dry) < level_db(dry[-1]) - 40.0


def test_nothing_comes_twice_in_two_minutes():
    """Noise of the far town, of a ventilator and of rigging: any piece of it is unlike every other one."""
    city, fan, rig = City(1), FanSound(0.4), Rigging(1)
    turn = FULL_REV_S / 24
    sounds = []
    for frame in range(24 * 120):
        if frame % 24 >= 3:  # an eighth of every second will do
            continue
        both = city.step(rng(frame, 1), N)[0], fan.step(rng(frame, 2), N, (frame * turn, (frame + 1) * turn))
        sounds.append([*both, rig.step(rng(frame, 3), N, np.array([5.0]), 5.0)[0]])
    high = butter(4, [900.0, 5000.0], "bandpass", fs=RATE_HZ, output="sos")
    for each in np.swapaxes(np.array(sounds), 0, 1):
        pieces = sosfilt(high, each.reshape(120, -1), axis=1)[:, N::2]
        spectra = np.fft.rfft(pieces / np.linalg.norm(pieces, axis=1, keepdims=True), 2 * pieces.shape[1])
        for k in range(1, 120, 7):
            alike = np.fft.irfft(spectra[k:] * np.conj(spectra[:-k]))
            assert np.abs(alike).max() < 0.5


@pytest.mark.parametrize(("kind", "spec"), [
    ("train", {}), ("siren", {}), ("plane", {}), ("fan", {}), ("car", {"count": 16}), ("city", {}),
])  # fmt: skip
def test_what_is_saved_goes_on_as_it_would_have(plain: Site, kind: str, spec: dict[str, int]):
    one, two = thing(kind, plain, **spec), thing(kind, plain, **spec)
    for frame in range(3):
        one.advance(air(), tick(plain, frame))
    one.act("horn")
    two.load(copy.deepcopy(one.save()))
    for frame in (3, 4):
        for each in (one, two):
            each.advance(air(), tick(plain, frame))
        for mine, yours in zip(one.voices(), two.voices(), strict=True):
            assert mine.at == yours.at
            assert mine.dry.tobytes() == yours.dry.tobytes()
        mine, yours = one.look().poses, two.look().poses
        assert (mine is None and yours is None) or mine.tobytes() == yours.tobytes()


def test_traffic_is_many_cars_and_leaves_an_ambulance_a_lane():
    few, many = (wanted(read_prompt(prompt).scene)["car"].count for prompt in ("street, cars passing", "street with traffic"))
    assert few < 10 <= many
    both = wanted(read_prompt("city street at rush hour, an ambulance passes").scene)
    assert both["car"].count >= 10
    assert both["car"].side == "left"
    assert both["siren"].kind == "siren"
    for word, kind in (("train", "train"), ("aeroplane", "plane"), ("ventilator", "fan")):
        assert kind in wanted(read_prompt(f"a {word}").scene)
