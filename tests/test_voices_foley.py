"""What people do to the ground, to the air and to doors: as it is drawn, to the sample, never twice alike."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from oyster_cli.clock import Clock
from oyster_cli.script.models import Scene, ThingSpec
from oyster_cli.script.weather import Weather
from oyster_cli.sound.synth.noise import a_weight_db
from oyster_cli.sound.synth.speech import Babble, Syllable, Talk, speaker
from oyster_cli.sound.synth.steps import GROUNDS, PARTS, Tread, footfall
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.cast import make_thing
from oyster_cli.world.figure import STEPS, WALK_M_S, Figure
from oyster_cli.world.footing import height_m, surface
from oyster_cli.world.ground import DRY_M, Axis, Ground, Warp
from oyster_cli.world.places import build_site
from oyster_cli.world.shapes.gait import PARTS as PARTS_OF_BODY
from oyster_cli.world.site import Site, Stand
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import Track

CLOCK = Clock(Fraction(24))
RATE_HZ, N = 48_000, 2000


@pytest.fixture(scope="module")
def plain() -> Site:
    """Flat ground; a brook a hand deep beyond x = 40, and a jetty two metres over it."""
    axis = Axis.reaching(-400.0, 400.0, 65, 2.0)
    flat, colour = torch.zeros(65, 65), torch.zeros(65, 65, 3)
    water = torch.where(torch.from_numpy(axis.nodes())[None] > 40.0, 0.12, DRY_M).expand(65, 65).contiguous()
    ground = Ground(Warp(axis, axis), flat, colour, flat, flat, flat, flat, colour[0], 0.0, water, colour[..., :2], flat + 1)
    jetty = np.array([[60.0, 2.0, 0.0], [90.0, 2.0, 0.0]], np.float32)
    return Site("forest", ground, Stand((0.0, 1.6, 0.0), (0.0, 1.2, 30.0)), {"jetty": jetty})


def tick(frame: int, dt_s: float = 1 / 24) -> Tick:
    first, end = CLOCK.span(frame)
    ahead = np.array([0.0, 0.0, 1.0])
    return Tick(frame, CLOCK.time_s(frame), dt_s, first, end - first, RATE_HZ, np.array([0.0, 1.6, 0.0]), ahead, 0.0)


def air(**weather: float) -> Air:
    now = Weather(**weather)
    return Air(now, 12.0, 0.0, 0.0, (0.8, 0.6), 12.0, 70.0, now.wet, now.snow_cover)


def thing(kind: str, site: Site, **spec: object) -> Thing:
    return make_thing(kind, ThingSpec(kind=kind, **spec), site, 5)


def heels(ground: str, count: int = 12) -> list[np.ndarray]:
    return [footfall(draw(3, ground, k), Tread(0, "heel", 1.0, ground)) for k in range(count)]


def centroid_hz(x: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(x)) ** 2
    return float(np.sum(power * np.fft.rfftfreq(len(x), 1 / RATE_HZ)) / power.sum())


def lasts_s(x: np.ndarray) -> float:
    """The time in which nine tenths of its energy come."""
    return float(np.searchsorted(np.cumsum(x**2), 0.9 * np.sum(x**2)) / RATE_HZ)


# steps


def test_surfaces_are_told_apart_by_their_spectrum_and_length() -> None:
    bright = {ground: np.median([centroid_hz(x) for x in heels(ground)]) for ground in GROUNDS}
    assert bright["wood"] < bright["mud"] < bright["snow"] < bright["leaves"]
    assert bright["soil"] < bright["gravel"] < bright["leaves"]
    assert bright["stone"] > 2 * bright["wood"]
    long = {ground: np.median([lasts_s(x) for x in heels(ground)]) for ground in GROUNDS}
    assert long["street"] < long["wood"] < long["gravel"] < long["snow"]
    assert long["stone"] < 0.05 < long["leaves"]


@pytest.mark.parametrize("ground", GROUNDS)
def test_a_footstep_has_the_level_of_one(ground: str) -> None:
    """40 to 60 dB at 1 m, by the loudest eighth of a second of heels (the meter's fast response)."""
    loudest = [max(np.mean(x[k : k + 6000] ** 2) for k in range(0, max(len(x) - 6000, 1), 1000)) for x in heels(ground)]
    short = [min(len(x), 6000) / 6000 for x in heels(ground)]
    level = 10 * np.log10(np.median(np.array(loudest) * short) / 4e-10)
    assert 38.0 < level < 62.0


@pytest.mark.parametrize("ground", GROUNDS)
def test_no_step_is_like_another_and_all_begin_at_once(ground: str) -> None:
    a, b = heels(ground, 2)
    n = min(len(a), len(b))
    assert abs(np.corrcoef(a[:n], b[:n])[0, 1]) < 0.9
    assert not np.array_equal(a[:n], b[:n])
    for part in PARTS:
        x = footfall(draw(3, ground, part), Tread(0, part, 1.0, ground))
        assert abs(x[-1]) < 1e-3 * abs(x).max()
    assert np.flatnonzero(a)[0] <= 1
    assert abs(a[:240]).max() > 0.05 * abs(a).max(), "the blow is heard in the first 5 ms"


def test_what_is_underfoot_is_what_is_drawn(plain: Site) -> None:
    assert surface(plain, air(), 0.0, 10.0) == "leaves"
    assert surface(plain, air(wet=0.9), 0.0, 10.0) == "mud"
    assert surface(plain, air(snow_cover=0.9), 0.0, 10.0) == "snow"
    assert surface(plain, air(snow_cover=0.05), 0.0, 10.0) == "leaves", "what the picture hardly whitens"
    assert surface(plain, air(), 60.0, 20.0) == "water"
    assert surface(plain, air(), 70.0, 0.5) == "wood"
    assert surface(plain, air(), 70.0, 1.5) == "water"
    assert height_m(plain, 70.0, 0.0) == 1.75
    assert height_m(plain, 70.0, 3.0) == 0.0


def test_steps_begin_at_the_sample_of_their_contact(plain: Site) -> None:
    walker = thing("walker", plain)
    sounds: dict[str, list[np.ndarray]] = {"left": [], "right": []}
    falls = []
    for frame in range(120):
        falls += walker.advance(air(snow_cover=0.9), tick(frame))
        for voice in walker.voices():
            sounds[voice.name.split()[-1]].append(voice.dry)
    heels = [fall for fall in falls if fall.detail["part"] == "heel"]
    assert len(heels) >= 8
    assert {fall.detail["surface"] for fall in falls} == {"snow"}
    for fall in heels[1:]:
        x = np.concatenate(sounds[fall.detail["foot"]])
        before = x[fall.sample - 600 : fall.sample]
        assert abs(before).max() < 0.02 * abs(x).max(), "the foot is in the air"
        assert np.flatnonzero(np.abs(x[fall.sample :]) > 1e-7)[0] <= 1


def test_drops_fly_from_the_instant_at_which_the_splash_is_heard(plain: Site) -> None:
    walker = thing("walker", plain)
    walker.figures[0].track = Track(np.array([[60.0, 0.0, 20.0], [60.0, 0.0, 60.0]]))
    seen = 0
    for frame in range(60):
        falls = walker.advance(air(), tick(frame))
        assert {fall.detail["surface"] for fall in falls} <= {"water"}
        look = walker.look()
        for fall in falls:
            _, x, y, z, force = min(walker.splashes, key=lambda each: abs(each[0] * RATE_HZ - fall.sample))
            age_s = CLOCK.time_s(frame + 1) - fall.sample / RATE_HZ
            near = np.hypot(look.splats[0].at[:, 0] - x, look.splats[0].at[:, 2] - z)
            assert y == pytest.approx(0.12)
            assert near.min() <= 0.06 + 1.2 * force * age_s
            assert np.hypot(x - fall.at[0], z - fall.at[2]) < 1e-6
            seen += 1
    assert seen > 5


def rolled(walker: Thing, first: int, last: int) -> np.ndarray:
    heard = []
    for frame in range(first, last):
        walker.advance(air(), tick(frame))
        heard.append(np.sum([voice.dry for voice in walker.voices()], axis=0))
    return np.concatenate(heard)


def test_goes_on_from_saved_state_to_the_byte(plain: Site) -> None:
    walker, other = thing("walker", plain), thing("walker", plain)
    rolled(walker, 0, 40)
    other.load(walker.save())
    assert np.array_equal(rolled(walker, 40, 60), rolled(other, 40, 60))


# people


def talks(crowd: Thing, first: int, last: int) -> dict[str, np.ndarray]:
    heard: dict[str, list[np.ndarray]] = {}
    for frame in range(first, last):
        crowd.advance(air(), tick(frame))
        for voice in crowd.voices():
            heard.setdefault(voice.name, []).append(voice.dry)
    return {name: np.concatenate(parts) for name, parts in heard.items()}


def dba(x: np.ndarray) -> float:
    power = 2 * np.abs(np.fft.rfft(x)) ** 2 / len(x) ** 2
    weight = 10 ** (a_weight_db(np.maximum(np.fft.rfftfreq(len(x), 1 / RATE_HZ), 1.0)) / 10)
    return float(10 * np.log10(np.sum(power * weight) / 4e-10))


def beats_hz(x: np.ndarray) -> float:
    """Where the envelope of the voices (1 kHz and below) is modulated most, third octave by third octave, from 1 to 16 Hz."""
    spectrum = np.fft.rfft(x)
    spectrum[np.fft.rfftfreq(len(x), 1 / RATE_HZ) > 1000.0] = 0.0
    level = np.sqrt(np.mean(np.fft.irfft(spectrum).reshape(-1, 480) ** 2, axis=1))
    power, hz = np.abs(np.fft.rfft(level - level.mean())) ** 2, np.fft.rfftfreq(len(level), 0.01)
    middles = 2.0 ** np.arange(0.0, 4.01, 1 / 3)
    return float(middles[np.argmax([power[(hz >= f / 1.12) & (hz < f * 1.12)].sum() for f in middles])])


def test_a_voice_has_the_level_and_the_beat_of_speech() -> None:
    rng, talk = draw(9, "voice"), Talk()
    who, due, parts = speaker(rng), 0, []
    for frame in range(240):
        said = []
        while due < 2000 * (frame + 1):
            said.append((who, Syllable(due - 2000 * frame, 0.18, 1.0)))
            due += int(48_000 / 4.2 * np.exp(0.3 * rng.standard_normal()))
        parts.append(talk.step(rng, N, said))
    x = np.concatenate(parts)
    assert 58.0 < dba(x) - who.loud_db < 66.0
    assert 3.0 <= beats_hz(x) <= 5.1
    assert 300.0 < centroid_hz(x) < 1500.0


def test_many_are_a_steadier_murmur_than_few_and_beat_as_speech() -> None:
    few, many = (
        np.concatenate([Babble.step(babble, draw(2, "b", k), N, talkers)[0] for k in range(240)])
        for babble, talkers in ((Babble(1), 3.0), (Babble(1), 60.0))
    )
    swing = [np.std(np.log(np.sqrt(np.mean(x.reshape(-1, 2400) ** 2, axis=1)))) for x in (few, many)]
    assert swing[0] > 1.4 * swing[1]
    assert 3.0 <= beats_hz(few) <= 5.1
    assert dba(many) - dba(few) == pytest.approx(10 * np.log10(20), abs=1.0)


def test_who_speaks_is_seen_to_speak(plain: Site) -> None:
    crowd = thing("crowd", plain, count=8)
    hand = PARTS_OF_BODY.index("hand_right")
    up, spoke = [], []
    for frame in range(150):
        happened = crowd.advance(air(), tick(frame))
        spoke.append({what.detail["who"] for what in happened if what.kind == "syllable"})
        poses = crowd.look().poses.reshape(8, -1, 3, 4)
        up.append(poses[:, hand, 1, 3] - crowd.feet[:, 1])
    up = np.array(up)
    still = up.min(axis=0)
    for k in set.union(*spoke):
        frames = [frame for frame in range(10, 150) if k in spoke[frame]]
        if len(frames) > 4:
            assert up[frames[-1], k] > still[k] + 0.1
    silent = set(range(8)) - set.union(*spoke)
    assert all(np.ptp(up[:, k]) < 1e-6 for k in silent)


def test_a_cheer_is_louder_and_brighter_and_ends(plain: Site) -> None:
    crowd = thing("crowd", plain, count=8)
    before = sum(talks(crowd, 0, 48).values())
    assert crowd.act("cheer")
    cheer = sum(talks(crowd, 48, 96).values())
    talks(crowd, 96, 150)
    after = sum(talks(crowd, 150, 190).values())
    assert dba(cheer) > dba(before) + 6.0
    assert centroid_hz(cheer) > 1.3 * centroid_hz(before)
    assert dba(after) < dba(cheer) - 5.0


def test_a_crowd_goes_on_from_saved_state_to_the_byte(plain: Site) -> None:
    crowd, other = thing("crowd", plain), thing("crowd", plain)
    talks(crowd, 0, 30)
    talks(other, 0, 9)
    other.load(crowd.save())
    a, b = talks(crowd, 30, 45), talks(other, 30, 45)
    assert all(np.array_equal(a[name], b[name]) for name in a)
    assert np.array_equal(crowd.look().poses, other.look().poses)


# doors


@pytest.fixture(scope="module")
def street() -> Site:
    return build_site(Scene(place="street"), 5)


def swung(door: Thing, frames: range) -> tuple[np.ndarray, list[float], list[Happening]]:
    """Its sound, its angle at the end of every frame as it is drawn, and its blows."""
    heard, angles, blows = [], [], []
    shut = door.front[:, :3]
    for frame in frames:
        blows += door.advance(air(), tick(frame))
        heard.append(door.voices()[0].dry)
        turned = shut.T @ door.look().poses[0, :, :3]
        angles.append(float(np.arccos(np.clip(turned[0, 0], -1.0, 1.0))))
    return np.concatenate(heard), angles, blows


def test_a_door_slams_at_the_sample_at_which_it_is_seen_to_be_shut(street: Site) -> None:
    door = thing("door", street, action="slam")
    x, angles, blows = swung(door, range(96))
    assert angles[0] > 1.3
    [slam] = blows
    frame = CLOCK.frame_of_sample(slam.sample)
    assert angles[frame - 1] > 0.02
    assert max(angles[frame:]) < 2e-3
    turning = (angles[frame - 2] - angles[frame - 1]) * 24  # rad/s as it is drawn, a frame before
    assert slam.detail["energy_j"] == pytest.approx(0.5 * 8.5 * turning**2, rel=0.35)
    assert abs(x[slam.sample - 480 : slam.sample]).max() < 0.01 * abs(x).max()
    assert np.flatnonzero(abs(x[slam.sample :]) > 0.05 * abs(x).max())[0] < 48
    last = 10 * np.log10(np.mean(x[slam.sample : slam.sample + 6000] ** 2) / 4e-10)
    assert 80.0 < last < 105.0


def test_a_door_that_stands_open_waits_for_its_cue_and_shuts_at_once(street: Site) -> None:
    door = thing("door", street, action="stand")
    x, angles, blows = swung(door, range(48))
    assert min(angles) > 1.3
    assert not blows
    assert not x.any()
    assert door.act("slam")
    _, _, [slam] = swung(door, range(48, 96))
    assert slam.sample < CLOCK.sample(48) + 48000
    assert slam.detail["energy_j"] > 50.0


def test_a_door_creaks_by_how_fast_it_turns_and_falls_softly_shut(street: Site) -> None:
    door = thing("door", street, action="open")
    x, angles, blows = swung(door, range(96))
    assert not blows
    assert angles[-1] > 1.3
    loud = np.sqrt(np.mean(x.reshape(-1, N) ** 2, axis=1))
    speed = np.abs(np.diff(angles, prepend=0.0)) * 24
    assert loud[speed > 0.3].mean() > 20 * loud[(speed < 1e-4) & (np.arange(96) < 15)].mean()
    assert door.act("close")
    y, angles, blows = swung(door, range(96, 192))
    [soft] = blows
    assert angles[-1] < 1e-3
    assert soft.detail["energy_j"] < 2.0
    assert door.act("slam"), "shut: it is opened for it"
    z, _, blows = swung(door, range(192, 288))
    assert blows[-1].detail["energy_j"] > 50.0
    assert abs(z).max() > 5 * abs(y).max()


def test_a_door_goes_on_from_saved_state_to_the_byte(street: Site) -> None:
    door, other = thing("door", street), thing("door", street)
    swung(door, range(30))
    other.load(door.save())
    a, b = swung(door, range(30, 60)), swung(other, range(30, 60))
    assert np.array_equal(a[0], b[0])
    assert a[1] == b[1]


def repeats(x: np.ndarray) -> float:
    """The highest autocorrelation of a sound at lags of 5 s and more: a half and more where it is a loop."""
    x = x[: len(x) // 8 * 8].reshape(-1, 8).mean(axis=1)
    lags = np.fft.irfft(np.abs(np.fft.rfft(x, 2 * len(x))) ** 2)[: len(x)]
    return float(lags[5 * RATE_HZ // 8 : len(x) // 2].max() / lags[0])


def test_two_minutes_of_steps_never_repeat() -> None:
    luck = draw(5, "luck").standard_normal((STEPS, 2))
    figure, heard = Figure(Track(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 400.0]])), 1.0, 0.0, WALK_M_S, 1.75, 0.1, luck), []
    for frame in range(2880):
        treads = [Tread(touch.sample(N), touch.part, 1.0, "gravel") for touch in figure.advance(1 / 24) if touch.part == "heel"]
        heard.append(figure.feet[0].step(draw(5, "steps", frame), N, treads))
    x = np.concatenate(heard)
    assert repeats(x) < 0.2
    assert repeats(np.tile(x[: 10 * RATE_HZ], 12)) > 0.5
