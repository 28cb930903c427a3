"""The desk: cutting, saving, keeping buses apart, letting go."""

import numpy as np
import pytest
from listening import AIR, RATE_HZ, ear, roll, toward

from oyster_cli.sound.absorption import per_metre
from oyster_cli.sound.between import aim, between, differ
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.voice import BUSES, Voice

NOISE = np.random.default_rng(11).standard_normal(24_000).astype(np.float32)
CUTS = {
    "29.97": list(np.cumsum([1601, 1602, 1602, 1601, 1602] * 3)[:14]),
    "tiny": list(range(300, 24_000, 300)),
    "odd": [1, 2, 5000, 5017, 17_000],
    "grid": list(range(1024, 24_000, 1024)),
}


def moving(seconds: float) -> tuple[float, float, float]:
    return 30.0 - 40.0 * seconds, 2.0, 25.0 + 10.0 * seconds


def walking(seconds: float):
    return ear((1.0, 1.0 + 3.0 * seconds, 4.0 * seconds), yaw_deg=10.0)


@pytest.mark.parametrize("bed", [False, True])
@pytest.mark.parametrize("cuts", list(CUTS))
def test_the_mix_does_not_depend_on_how_it_is_cut(cuts, bed):
    """A voice rests in its first span, so that all must begin to move at the same sample."""
    air = {"late_db": -12.0, "pre_delay_s": 0.021, "rt60_s": 1.3}
    voice = {"bed": bed, "detour_m": 0.3}

    def place(seconds: float) -> tuple[float, float, float]:
        moved = max(seconds - 0.02, 0.0)
        return (1.0 - moved, 0.2, moved) if bed else moving(moved)

    one = roll(Desk(), NOISE, place, [960, 12_345], walking, voice, **air)
    other = roll(Desk(), NOISE, place, [960, *(cut for cut in CUTS[cuts] if cut > 960)], walking, voice, **air)
    assert np.abs(one).max() > 0.01
    assert np.abs(one - other).max() < 1e-6 * max(1.0, np.abs(one).max())


def test_one_long_span_is_the_same_as_many():
    air = {"late_db": -20.0}
    whole = roll(Desk(), np.tile(NOISE, 2), lambda _: toward(40, 7.0), [100], **air)
    frames = roll(Desk(), np.tile(NOISE, 2), lambda _: toward(40, 7.0), **air)
    assert np.abs(whole - frames).max() < 1e-6


def crowd(frame: int) -> list[Voice]:
    dry = NOISE[2000 * (frame % 12) :][:2000]
    voices = [Voice("car", "vehicles", moving(frame / 24), dry), Voice("wind", "weather", (1.0, 0.0, 0.3), dry, bed=True)]
    if frame in (2, 3, 9):
        voices.append(Voice("far", "effects", (0.0, 50.0, 900.0), dry, detour_m=2.0))
    return voices


def frames(desk: Desk, begin: int, end: int) -> dict[str, np.ndarray]:
    """Frames of the crowd as the day gets colder, under a walking listener."""
    stems: list[dict[str, np.ndarray]] = []
    for frame in range(begin, end):
        air = {**AIR, "temperature_c": 20.0 - 0.05 * frame, "late_db": -15.0 - 0.1 * frame, "pre_delay_s": 0.01 + 0.001 * frame}
        stems.append(desk.mix(2000 * frame, 2000, crowd(frame), walking(frame / 24), walking((frame + 1) / 24), **air))
    return {bus: np.concatenate([stem[bus] for stem in stems]) for bus in BUSES}


def test_saved_and_loaded_it_goes_on_bit_for_bit():
    desk = Desk()
    frames(desk, 0, 11)
    state = desk.save()
    wanted = frames(desk, 11, 90)
    for _ in range(2):  # the state is not used up by being loaded
        again = Desk()
        again.load(state)
        got = frames(again, 11, 90)
        assert all(np.array_equal(wanted[bus], got[bus]) for bus in BUSES)
    assert np.abs(wanted["effects"][130_000:]).max() > 0.0  # which was under way when the state was saved


def test_twice_the_same_is_the_same_bytes():
    one, other = frames(Desk(), 0, 6), frames(Desk(), 0, 6)
    assert all(one[bus].tobytes() == other[bus].tobytes() for bus in BUSES)


def test_every_bus_is_there_and_holds_its_own_voices_only():
    stems = frames(Desk(), 0, 12)
    assert set(stems) == set(BUSES)
    assert all(stem.shape == (24_000, 2) and stem.dtype == np.float32 for stem in stems.values())
    assert {bus for bus in BUSES if stems[bus].any()} == {"vehicles", "weather"}  # "far" is still 2.6 s away
    alone = Desk().mix(0, 2000, [crowd(0)[0]], ear(), ear(), **AIR)["vehicles"]
    both = Desk().mix(0, 2000, crowd(0), ear(), ear(), **AIR)["vehicles"]
    assert np.abs(alone - both).max() < 1e-6


def test_a_voice_that_stops_is_heard_out_and_then_forgotten():
    desk, heard = Desk(), []
    for frame in range(30):
        voices = [Voice("shot", "effects", toward(0, 100.0), NOISE[:2000])] if frame == 0 else []
        heard.append(np.abs(desk.mix(2000 * frame, 2000, voices, ear(), ear(), **AIR)["effects"]).max())
    assert [frame for frame, peak in enumerate(heard) if peak > 1e-6] == [6, 7, 8]  # 13 986 samples late, and the filters' tail
    assert desk.sources == []
    assert len(desk.bench.history) == len(desk.bench.filters) == len(desk.bench.aims) == 0


def test_a_silent_voice_stores_nothing():
    desk = Desk()
    for frame in range(50):
        desk.mix(
            2000 * frame, 2000, [Voice("mute", "fire", toward(0, 3000.0), np.zeros(2000, np.float32))], ear(), ear(), **AIR
        )
    line = desk.save()["sources"][0]["line"]
    assert line["blocks"] == []
    assert len(desk.save()["sources"][0]["path"]["knots"]) <= 3


def test_a_voice_that_comes_back_elsewhere_has_not_flown_there():
    """Left, a pause of two frames, right: each arrives when it should, with nothing in between."""
    desk, heard = Desk(), []
    for frame in range(20):
        at = toward(-90, 50.0) if frame < 6 else toward(90, 30.0)
        voices = [Voice("owl", "creatures", at, np.ones(2000, np.float32))] if frame not in (6, 7) else []
        heard.append(desk.mix(2000 * frame, 2000, voices, ear(), ear(), **AIR)["creatures"])
    left, right = np.abs(np.concatenate(heard)).T
    ends, begins = 12_000 + 50.0 / 343.2 * RATE_HZ, 16_000 + 30.0 / 343.2 * RATE_HZ
    assert left[int(ends) - 50] == pytest.approx(1 / 50.0, rel=0.02)
    assert right[int(ends) + 300 : int(begins) - 20].max() < 2e-4
    assert right[int(begins) + 50] > 1 / 40.0


def test_a_bed_is_as_loud_as_it_is_and_not_late():
    dry = np.zeros(4000, np.float32)
    dry[0] = 1.0
    answer = roll(Desk(pinna=False), dry, lambda _: (0.0, 0.0, 1.0), voice={"bed": True}, late_db=0.0)
    assert answer.sum(axis=0) == pytest.approx([1.0, 1.0], abs=1e-3)
    assert abs(int(np.abs(answer[:, 0]).argmax()) - 32) <= 1


def test_cooling_air_bends_the_pitch_and_does_not_click():
    tone = np.sin(2 * np.pi * 480 * np.arange(2000) / RATE_HZ).astype(np.float32)
    desk, heard = Desk(), []
    for frame in range(96):
        air = {**AIR, "temperature_c": 20.0 - 0.1 * max(frame - 40, 0)}
        heard.append(
            desk.mix(2000 * frame, 2000, [Voice("hum", "effects", toward(0, 300.0), tone)], ear(), ear(), **air)["effects"]
        )
    answer = np.concatenate(heard)[60_000:, 0].astype(float)
    bend = np.abs(answer[2:] - 2 * np.cos(2 * np.pi * 480 / RATE_HZ) * answer[1:-1] + answer[:-2])
    assert bend.max() < 2e-4 * np.abs(answer).max()


@pytest.mark.parametrize(
    ("voice", "says"),
    [
        (Voice("surf", "water", (0, 0, 9), np.full(200, np.nan, np.float32)), "surf.*finite"),
        (Voice("surf", "water", (0, np.inf, 9), np.zeros(200, np.float32)), "surf.*finite"),
        (Voice("surf", "watr", (0, 0, 9), np.zeros(200, np.float32)), "surf.*watr"),
        (Voice("surf", "water", (0, 0, 9), np.zeros(100, np.float32)), "surf.*100"),
    ],
)
def test_what_is_no_sound_is_refused_by_name(voice, says):
    desk = Desk()
    with pytest.raises(ValueError, match=says):
        desk.mix(0, 200, [voice], ear(), ear(), **AIR)
    assert not any(stem.any() for stem in desk.mix(0, 200, [], ear(), ear(), **AIR).values())


def aims_of(azimuth_deg: float, far_m: float, detour_m: float = 0.0) -> np.ndarray:
    log = per_metre(257, RATE_HZ, 20.0, 50.0)[0]
    where = np.array([[toward(azimuth_deg, far_m)]])
    return aim(where, np.array([[detour_m]]), np.array([0.5]), np.array([False]), np.array([True]), np.eye(3)[None], log)[0]


@pytest.mark.parametrize(
    ("moved", "heard"),
    [((30.4, 20.0), False), ((31.0, 20.0), True), ((30.0, 20.2), False), ((30.0, 21.0), True), ((30.0, 20.0, 3e-5), False),
     ((30.0, 20.0, 1e-3), True)],
)  # fmt: skip
def test_a_filter_stays_while_one_cannot_hear_that_it_should_not(moved, heard):
    """Half a degree, a per cent of the late field's share, 0.09 dB and 2 % of the air at 12 kHz, 0.05 mm of detour."""
    assert differ(aims_of(*moved)[0], aims_of(30.0, 20.0)[0]) == heard
    assert differ(aims_of(*moved)[0], np.full(7, np.nan))
    if not heard:
        log = per_metre(257, RATE_HZ, 20.0, 50.0)[0]
        one, other = (np.abs(between(aims_of(*where), log, RATE_HZ)[0, :2, :512]) for where in ((30.0, 20.0), moved))
        assert np.abs(20 * np.log10(one / other)).max() < 0.5  # up to 16 kHz


def test_a_slowly_turning_head_hears_what_a_head_in_that_pose_hears():
    """Two degrees a second: filters are renewed now and then, and never stray by more than they may."""
    dry = np.tile(NOISE, 2)
    turning = roll(Desk(), dry, lambda _: toward(40, 7.0), listener=lambda t: ear(yaw_deg=2 * t))
    still = roll(Desk(), dry, lambda _: toward(39.0, 7.0))
    beside = roll(Desk(), dry, lambda _: toward(38.5, 7.0))
    middle = slice(23_000, 25_000)  # half a second on
    assert np.abs(turning - still)[middle].max() < 1.2 * np.abs(beside - still)[middle].max()
    begin = slice(3000, 5000)
    assert np.abs(turning - still)[begin].max() > 1.2 * np.abs(beside - still)[begin].max()
