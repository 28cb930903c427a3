"""First echoes through the desk: when, how loud and from where a wall answers, and that nothing jumps or depends on cuts."""

import numpy as np
import pytest
from listening import AIR, RATE_HZ, db, ear, impulse, roll, toward

from oyster_cli.sound.desk import Desk
from oyster_cli.sound.early import Patch
from oyster_cli.sound.voice import Voice

BEHIND = Patch("back", (0.0, 0.0, -10.0), (0.0, 0.0, 1.0), returns=0.7, seen_sr=3.0, reach_m=20.0, mirror=True)
NOISE = np.random.default_rng(5).standard_normal(36_000).astype(np.float32)


def echo(patch: Patch, at: tuple[float, float, float], samples: int = 9000) -> np.ndarray:
    """(samples, 2) what a click at a place gets back of a patch alone."""
    bare = impulse(Desk(pinna=False), at, samples)
    return impulse(Desk(pinna=False), at, samples, patches=[patch]) - bare


def when(sound: np.ndarray) -> float:
    """The sample around which a click is heard, without the 32 by which all heads are late... of both ears."""
    both = sound.sum(axis=1)
    return float(both @ np.arange(len(both)) / both.sum())


def test_a_wall_behind_answers_after_twenty_metres():
    """T10: 58.275 ms, -26.02 dB and what the wall takes, from behind."""
    heard = echo(BEHIND, (0.0, 0.0, 0.0))
    assert when(heard) / RATE_HZ * 1000 == pytest.approx(58.275, abs=0.03)
    assert db(heard[:, 0].sum()) == pytest.approx(-26.02 + 10 * np.log10(0.7), abs=0.05)
    assert np.abs(heard[:2700]).max() < 1e-6


def test_a_mirror_has_an_image_and_ends_at_its_edge():
    """A source 8 m to the right and 4 m behind: its image lies 16 m behind the ears, so sqrt(8² + 16²) m away."""
    heard = echo(BEHIND, (8.0, 0.0, -4.0))
    far_m = np.hypot(8.0, 16.0)
    assert when(heard) == pytest.approx(far_m / 343.2 * RATE_HZ, abs=9.0)  # a head is late by some samples, off the middle
    assert db(heard.sum() / 2) == pytest.approx(db(np.sqrt(0.7) / far_m), abs=0.2)
    assert db(heard[:, 1] @ heard[:, 1] / (heard[:, 0] @ heard[:, 0])) > 2.0  # from the right
    small = Patch(**{**BEHIND.__dict__, "reach_m": 3.0})
    assert not echo(small, (8.0, 0.0, -4.0)).any()  # it would be thrown back 5 m beside the middle
    assert not echo(BEHIND, (0.0, 0.0, -12.0)).any()  # behind the wall


def test_a_rough_patch_sends_to_all_sides_by_lambert():
    rough = Patch("left", (-12.0, 0.0, 5.0), (1.0, 0.0, 0.0), returns=0.8, seen_sr=0.4, reach_m=2.0, mirror=False)
    source = (0.0, 0.0, 14.0)
    off_m, back_m = np.hypot(12.0, 9.0), np.hypot(12.0, 5.0)
    heard = echo(rough, source)
    want = 0.8 * 0.4 / np.pi * (12.0 / off_m) / (off_m**2 + 1.0)  # of its energy; a patch is no point
    assert db(heard.sum() / 2) == pytest.approx(10 * np.log10(want), abs=0.2)
    assert when(heard) == pytest.approx((off_m + back_m) / 343.2 * RATE_HZ, abs=9.0)


@pytest.mark.parametrize("cuts", [[480, 960, 9000, 9001, 20_000], [1024, 2048], list(range(1601, 36_000, 1601))])
def test_echoes_do_not_depend_on_cuts_nor_click(cuts):
    """A source that moves and a listener that moves, rests, moves: the span of 480 is where all begin to."""

    def place(seconds: float) -> tuple[float, float, float]:
        return 5.0 + 12.0 * max(seconds - 0.01, 0.0), 0.0, 8.0

    def walk(seconds: float):
        return ear((0.0, 0.0, 3.0 * max(seconds - 0.01, 0.0)))

    tone = np.sin(2 * np.pi * 600 * np.arange(36_000) / RATE_HZ).astype(np.float32)
    whole, cut = (roll(Desk(), tone, place, [480, *some], walk, patches=[BEHIND]) for some in ([], cuts[1:]))
    bare = roll(Desk(), tone, place, [480], walk)
    heard = whole - bare
    assert np.abs(whole - cut).max() < 1e-6
    assert np.abs(heard).max() > 0.01
    bend = np.abs(np.diff(heard[6000:, 0], 2)).max() / np.abs(heard[6000:]).max()
    assert bend < 1.2 * (2 * np.pi * 600 / RATE_HZ) ** 2


def test_a_film_lets_a_bang_be_heard_when_it_is_seen():
    """Its nearest part at once, another that is 200 m farther as much later as it is, both as loud as they were."""
    for far_m, late_m in ((700.0, 0.0), (900.0, 200.0)):
        told = impulse(Desk(pinna=False), (0.0, 0.0, far_m), 60_000, {"bang_m": 700.0})
        nature = impulse(Desk(pinna=False), (0.0, 0.0, far_m), 150_000)
        begins = [int(np.abs(sound[:, 0]).argmax()) for sound in (told, nature)]
        assert begins[0] == pytest.approx(late_m / 343.2 * RATE_HZ + 128, abs=20)  # 2.7 ms
        assert begins[1] - begins[0] == round(700.0 / 343.2 * RATE_HZ) - 128
        assert told.sum() == pytest.approx(nature.sum(), rel=1e-3)


def test_a_bang_is_still_heard_by_who_comes_nearer():
    """A tone seen 200 m off, for which one runs: it is lost nowhere, and as early as it was."""
    tone = np.sin(2 * np.pi * 300 * np.arange(96_000) / RATE_HZ).astype(np.float32)
    run = {"listener": lambda t: ear((0.0, 0.0, 20.0 * t)), "voice": {"bang_m": 200.0}}
    heard = roll(Desk(), tone, lambda _: (0.0, 0.0, 200.0), **run)[:, 0]
    level = np.sqrt((heard.reshape(-1, 4000) ** 2).mean(axis=1))
    assert (np.diff(level[1:]) > 0.0).all()
    assert level[-1] == pytest.approx(level[1] * 200.0 / 162.0, rel=0.05)
    assert (roll(Desk(), tone, lambda _: (0.0, 0.0, 200.0), **run, patches=[BEHIND])[48_000:, 0] - heard[48_000:]).any()


def frames(desk: Desk, begin: int, end: int) -> np.ndarray:
    """Frames of two sources between patches that come and go."""
    heard = []
    for frame in range(begin, end):
        dry = NOISE[2000 * (frame % 18) :][:2000]
        patches = [BEHIND] if frame < 9 else [Patch(**{**BEHIND.__dict__, "key": "other", "mirror": False})]
        voices = [Voice("one", "fire", toward(40, 9.0), dry), Voice("two", "water", toward(-70, 30.0 - frame), dry)]
        stems = desk.mix(2000 * frame, 2000, voices, ear(), ear(), **AIR, patches=patches)
        heard.append(np.concatenate([stems["fire"], stems["water"]], axis=1))
    return np.concatenate(heard)


def test_echoes_are_saved_with_the_desk():
    desk = Desk()
    frames(desk, 0, 8)
    state = desk.save()
    wanted = frames(desk, 8, 14)
    again = Desk()
    again.load(state)
    assert np.array_equal(frames(again, 8, 14), wanted)


def test_without_patches_nothing_is_left():
    desk = Desk()
    frames(desk, 0, 4)
    for frame in range(4, 40):
        out = desk.mix(2000 * frame, 2000, [], ear(), ear(), **AIR)
    assert desk.sources == []
    assert np.abs(out["fire"]).max() < 1e-12  # of a late field that is 200 dB down
