"""Shots out of the real LTX2 pipeline with tiny random weights: what is promised of picture, sound, cues and going on."""

import itertools
import json
import shutil

import diffusers
import numpy as np
import pytest
import tiny_ltx2
import torch
from diffusers.pipelines.ltx2.utils import DISTILLED_SIGMA_VALUES
from fake_runner import FakeRunner, cue, make_shot
from PIL import Image

from oyster_cli.clock import Clock
from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.ltx2 import Ltx2Runner, fit, make, start
from oyster_cli.runner.ltx2.chunks import plan_chunks
from oyster_cli.runner.ltx2.load import load
from oyster_cli.runner.ltx2.rules import read_rules
from oyster_cli.runner.ltx2.session import MIX, Ltx2Session
from oyster_cli.runner.ltx2.weights import read_weights
from oyster_cli.runner.protocol import BUSES
from oyster_cli.script.models import Cue, Learned
from oyster_cli.script.score import make_score
from oyster_cli.take.reel import check_step, find_reels
from oyster_cli.take.roll import direct, resume, roll
from oyster_cli.take.states import read_state, write_state

STEPS = [1.0, 0.5]
SIZE = (48, 30)  # the pipeline makes 64x32


@pytest.fixture(scope="module", autouse=True)
def few_steps():
    """Two steps do for random weights; for tensors this small, threads only get in each other's way."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "DISTILLED_SIGMA_VALUES", STEPS)
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def pipe():
    return tiny_ltx2.make_pipe()


def shot_of(frames, *cues, learned=None, **changes):
    return make_shot(frames, **{"size": SIZE, "model": "ltx2", "cues": cues, "learned": learned, **changes})


def steps_of(session, score, end):
    """The steps up to a frame, each held to the contract."""
    steps = []
    for frame in range(session._frame, end):
        steps.append(session.step(score.beats_at(frame)))
        check_step(steps[-1], score, frame)
    return steps


def rolled(pipe, shot, guide=None, end=None):
    score = make_score(shot)
    return steps_of(Ltx2Session(score, pipe, True, guide), score, end or shot.frames)


def picture(steps):
    return np.concatenate([step.picture for step in steps])


def sound(steps):
    return np.concatenate([step.stems[MIX] for step in steps])


def same(steps, others):
    pairs = zip(steps, others, strict=True)
    return all(np.array_equal(a.picture, b.picture) and np.array_equal(a.stems[MIX], b.stems[MIX]) for a, b in pairs)


@pytest.fixture(scope="module")
def plain(pipe):
    return rolled(pipe, shot_of(60, fps="23.976"))


@pytest.fixture(scope="module")
def directed(pipe):
    return rolled(pipe, shot_of(60, cue("1s"), fps="23.976"))


def test_a_shot_has_its_size_its_length_and_its_sound_to_the_sample(plain):
    assert picture(plain).shape == (60, 30, 48, 3)
    assert len(sound(plain)) == 60 * 1001 * 48000 // 24000 == 120120
    assert all(not step.stems[bus].any() for step in plain for bus in BUSES if bus != MIX)
    assert picture(plain).std() > 3
    assert sound(plain).std() > 0.01


def test_the_pipeline_is_told_the_true_rate_and_a_length_it_can_make(pipe, monkeypatch):
    told = []
    monkeypatch.setattr(type(pipe), "__call__", recorded(told, type(pipe).__call__))
    rolled(pipe, shot_of(30, fps="23.976"), end=1)
    (call,) = told
    assert call["frame_rate"] == 24000 / 1001
    assert (call["width"], call["height"]) == (64, 32)
    assert call["num_frames"] == 33  # the sound of 29 frames is too short for 30


def recorded(told, call):
    def record(self, **kwargs):
        told.append(kwargs)
        return call(self, **kwargs)

    return record


def test_distilled_weights_run_without_guidance_and_full_ones_with_their_own(pipe, monkeypatch):
    told, passes = [], []
    monkeypatch.setattr(type(pipe), "__call__", recorded(told, type(pipe).__call__))
    hook = pipe.transformer.register_forward_pre_hook(lambda *_: passes.append(1))
    score = make_score(shot_of(5))
    Ltx2Session(score, pipe, True).step()
    assert len(passes) == told[0]["num_inference_steps"] == len(told[0]["sigmas"]) == len(STEPS)
    assert {told[0][name] for name in make.NEUTRAL if name.endswith(("guidance_scale", "modality_scale"))} == {1}
    assert {told[0][name] for name in make.NEUTRAL if name.endswith(("stg_scale", "rescale"))} == {0}
    Ltx2Session(score, pipe, False).step()
    assert not set(make.NEUTRAL) & set(told[1])
    assert len(passes) == len(STEPS) + 3 * 30  # with the negative prompt in one batch, and once each without two more
    hook.remove()


def test_the_same_shot_is_the_same_bytes_and_another_seed_is_not(pipe, plain):
    assert same(plain, rolled(pipe, shot_of(60, fps="23.976")))
    assert not same(plain[:1], rolled(pipe, shot_of(60, fps="23.976", seed=8), end=1))


def test_everything_before_a_cut_cue_is_as_it_was_and_both_streams_change_at_it(plain, directed):
    assert same(plain[:25], directed[:25])
    assert not np.array_equal(plain[25].picture, directed[25].picture)
    assert not np.array_equal(plain[25].stems[MIX], directed[25].stems[MIX])


def test_another_cue_changes_both_streams_from_the_seam_on(pipe, directed):
    other = rolled(pipe, shot_of(60, cue("1s", "hour", to="night"), fps="23.976"))
    assert same(directed[:25], other[:25])
    assert (picture(directed)[25:] != picture(other)[25:]).mean() > 0.01
    late = 25 * 2002 + 480  # the old sound has been faded out
    assert np.abs(sound(directed)[late:] - sound(other)[late:]).max() > 1e-4


def test_the_snapped_instant_of_a_cue_is_told(directed):
    (event,) = [event for step in directed for event in step.events if event.kind == "cue"]
    assert (event.frame, event.sample) == (25, 25 * 2002)
    assert event.detail == {"text": "weather rain on", "asked": 24, "snapped": 25}
    assert [event.frame for step in directed for event in step.events if event.kind == "seam"] == [25]
    assert directed[0].events[0].detail["made"] == [64, 32]


def test_sound_goes_on_through_a_seam(pipe):
    score = make_score(shot_of(120, cue("2s")))
    session = Ltx2Session(score, pipe, True)
    steps_of(session, score, 49)
    old = session._made
    steps_of(session, score, 50)
    new = session._made
    first = new.chunk.sound_at - old.chunk.sound_at
    kept = old.latents[:, first : first + new.chunk.pinned]
    assert new.chunk.pinned == 27
    assert np.allclose(new.latents[:, : new.chunk.pinned], kept, atol=1e-4)
    # The same moment out of both chunks: late enough that the decoder has forgotten where the second began, and early enough
    # that the vocoder does not see yet what comes after the seam.
    moment = score.clock.sample(49) - 14400, score.clock.sample(49) - 4800
    ours, theirs = session._heard(old, *moment), session._heard(new, *moment)
    assert np.abs(ours).max() > 0.1
    assert np.abs(ours - theirs).max() < 1e-3


def test_no_click_at_a_seam(pipe):
    steps = rolled(pipe, shot_of(72, cue("1s"), cue("2s", "hour", to="night")))
    jumps = np.abs(np.diff(sound(steps), axis=0)).max(axis=1)
    for seam in (25 * 2000, 49 * 2000):
        around = np.concatenate([jumps[seam - 4800 : seam - 10], jumps[seam + 490 : seam + 5000]])
        assert jumps[seam - 10 : seam + 490].max() < 1.5 * around.max()


def test_the_old_sound_goes_out_under_the_new_one(pipe):
    score = make_score(shot_of(60, cue("1s")))
    session = Ltx2Session(score, pipe, True)
    steps_of(session, score, 25)
    old = session._made
    (step,) = steps_of(session, score, 26)
    seam = score.clock.sample(25)
    before, after = (session._heard(made, seam, seam + 2000) for made in (old, session._made))
    share = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, 481) / 481)[:, None]
    assert np.allclose(step.stems[MIX][:480], (1 - share) * before[:480] + share * after[:480], atol=1e-5)
    assert np.array_equal(step.stems[MIX][480:], after[480:])
    assert np.abs(before[:480] - after[:480]).max() > 1e-3


def test_each_chunk_has_its_own_noise_and_is_alone_in_memory(pipe, monkeypatch):
    told = []
    monkeypatch.setattr(type(pipe), "__call__", recorded(told, type(pipe).__call__))
    score = make_score(shot_of(72, cue("1s"), cue("2s")))
    session, held = Ltx2Session(score, pipe, True), []
    hook = pipe.transformer.register_forward_pre_hook(lambda *_: held.append(session._made))
    steps_of(session, score, 72)
    hook.remove()
    assert len({call["generator"].initial_seed() for call in told}) == len(told) == 3
    assert held == [None] * len(STEPS) * 3


def test_black_bars_lie_over_the_picture(pipe, plain):
    score = make_score(shot_of(60, fps="23.976", frame=4.8))
    session = Ltx2Session(score, pipe, True)
    barred = session.step().picture
    assert session._made.picture[0, 2:8, 8:56].any()  # what the model goes on from has none
    assert not barred[0, :10].any()
    assert not barred[0, 20:].any()
    assert np.array_equal(barred[0, 10:20], plain[0].picture[0, 10:20])


def test_the_next_chunk_starts_from_the_last_frames_that_were_made(pipe, monkeypatch):
    told = []
    monkeypatch.setattr(type(pipe), "__call__", recorded(told, type(pipe).__call__))
    steps = rolled(pipe, shot_of(60, cue("1s")), end=26)
    (tail,) = told[1]["conditions"]
    assert (tail.index, tail.strength, tail.crf) == (0, 1.0, 0)
    assert len(tail.frames) == 25
    assert np.array_equal(tail.frames[:, 1:31, 8:56], picture(steps)[:25])


@pytest.mark.parametrize("at", [0, 10, 25, 26, 40, 59])
def test_going_on_from_a_saved_state_gives_the_same_bytes(pipe, directed, at, tmp_path):
    score = make_score(shot_of(60, cue("1s"), fps="23.976"))
    session = Ltx2Session(score, pipe, True)
    steps_of(session, score, at)
    write_state(tmp_path / "state.npz", session.save())
    again = Ltx2Session(score, pipe, True)
    again.load(read_state(tmp_path / "state.npz"))
    assert same(steps_of(again, score, 60), directed[at:])


def test_a_state_saved_before_anything_is_made_leads_on(pipe, directed):
    score = make_score(shot_of(60, cue("1s"), fps="23.976"))
    session = Ltx2Session(score, pipe, True)
    steps_of(session, score, 25)
    again = Ltx2Session(score, pipe, True)
    again.load(session.save())
    third = Ltx2Session(score, pipe, True)
    third.load(again.save())
    assert same(steps_of(third, score, 30), directed[25:30])


def test_relay_changes_both_streams_within_one_chunk(pipe):
    plain, rain, night = (
        rolled(pipe, shot_of(48, *cues, learned=Learned(cues="relay")))
        for cues in ((), (cue("1s"),), (cue("1s", "hour", to="night"),))
    )
    assert not [event for step in rain for event in step.events if event.kind == "seam"]
    for one, other in itertools.combinations((plain, rain, night), 2):
        assert not np.array_equal(picture(one), picture(other))
        assert not np.array_equal(sound(one), sound(other))


def test_a_cue_that_is_not_in_the_score_is_refused(pipe):
    session = Ltx2Session(make_score(shot_of(10)), pipe, True)
    with pytest.raises(Fault, match="must know its cues"):
        session.step(make_score(shot_of(10, cue("0s"))).beats)


def test_a_step_that_is_not_drawn_sounds_all_the_same(pipe, plain):
    step = Ltx2Session(make_score(shot_of(60, fps="23.976")), pipe, True).step(draw=False)
    assert step.picture.shape == (0, 30, 48, 3)
    assert np.array_equal(step.stems[MIX], plain[0].stems[MIX])


def test_resampled_sound_is_the_same_tone(pipe, monkeypatch):
    tone = torch.sin(2 * torch.pi * 440 * torch.arange(16000) / 16000).expand(1, 2, -1)
    monkeypatch.setattr(pipe.vocoder, "forward", lambda _mel: tone)
    (chunk,) = plan_chunks(make_score(shot_of(10)), read_rules(pipe))
    found = make._sound(pipe, torch.zeros(1, 2, 10, 2), read_rules(pipe), 48000, chunk)
    wanted = make.FULL_SCALE_PA * np.sin(2 * np.pi * 440 * np.arange(48000) / 48000)
    assert found.shape == (48000, 2)
    assert np.abs(found[480:-480, 0] - wanted[480:-480]).max() < 0.01


# --- what a shot starts from -------------------------------------------------------------------------------------------------


class FakeGuide:
    """A take of gray frames that get lighter, with a constant on each bus."""

    def __init__(self, frames=40, fps="24"):
        self.shot = make_shot(frames, size=SIZE, fps=fps)
        self.clock = Clock(make_score(self.shot).clock.fps)

    def frames(self, first=0, end=None):
        for frame in range(first, end):
            yield np.full((SIZE[1], SIZE[0], 3), frame, np.uint8)

    def stem(self, bus):
        self.level = 0.01 * (1 + BUSES.index(bus))
        return self

    def read(self, first, end):
        return np.full((end - first, 2), self.level, np.float32)


def conditions_of(shot, number=0, guide=None, pipe=None):
    rules = read_rules(pipe or tiny_ltx2.make_pipe())
    chunk = list(plan_chunks(make_score(shot), rules))[number]
    return chunk, start.conditions(chunk, np.zeros((chunk.tail, 32, 64, 3), np.uint8), shot, rules, guide)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "ref.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (60, 96, 3), np.uint8)).save(path)
    return str(path)


def test_a_picture_is_the_first_frame_and_another_where_the_shot_ends(pipe, plain, image):
    learned = Learned(image=image, end_image=image)
    _, (first, last) = conditions_of(shot_of(60, learned=learned))
    assert (first.index, first.strength, first.crf) == (0, 1.0, 0)
    assert first.frames.shape == (1, 32, 64, 3)
    assert last.index == 1 + round((59 - 1) / 4)
    steps = rolled(pipe, shot_of(60, fps="23.976", learned=learned), end=1)
    assert not np.array_equal(steps[0].picture, plain[0].picture)


def test_only_a_chunk_that_reaches_the_end_is_led_to_it(image):
    shot = shot_of(300, cue("1s"), cue("5s"), learned=Learned(image=image, end_image=image))
    chunks = [conditions_of(shot, number)[1] for number in range(3)]
    assert [len(chunk) for chunk in chunks] == [1, 1, 2]
    assert chunks[2][-1].index > 0


def test_the_middle_of_a_picture_is_what_is_shown(image):
    exact = np.asarray(Image.open(image).resize(SIZE))
    wide = start._fitted(exact, SIZE, (64, 32))
    assert wide.shape == (32, 64, 3)
    assert np.array_equal(wide[1:31, 8:56], exact)
    assert np.array_equal(wide[:, 0], wide[:, 7])


@pytest.mark.parametrize("name", ["image", "end_image"])
def test_a_picture_that_is_not_there_is_a_fault(pipe, name, tmp_path):
    shot = shot_of(10, learned=Learned(**{name: str(tmp_path / "none.png")}))
    with pytest.raises(Fault, match="cannot be read"):
        Ltx2Session(make_score(shot), pipe, True)


def test_a_guide_is_followed_as_a_clip():
    shot = shot_of(60, cue("1s"), learned=Learned(guide="x", follow=0.4))
    _, (clip,) = conditions_of(shot, 0, FakeGuide())
    assert (clip.index, clip.strength) == (0, 0.4)
    assert clip.frames[:, 0, 0, 0].tolist() == list(range(37))  # the guide has 40 frames, 37 of them are a legal length
    chunk, (clip, tail) = conditions_of(shot, 1, FakeGuide(60))
    assert clip.frames[:, 0, 0, 0].tolist() == list(range(chunk.video_at, chunk.video_at + 57))
    assert (tail.index, tail.strength, len(tail.frames)) == (0, 1.0, 25)


def test_a_guide_is_followed_at_its_cues():
    learned = Learned(guide="x", guide_as="keyframes")
    shot = shot_of(60, cue("1s", over="0.5s"), learned=learned)
    _, (first,) = conditions_of(shot, 0, FakeGuide(60))
    assert first.frames[0, 0, 0, 0] == 0
    chunk, (key, _tail) = conditions_of(shot, 1, FakeGuide(60))
    assert key.frames[:, 0, 0, 0].tolist() == [25 + 12]
    assert key.index == 1 + round((37 - chunk.video_at - 1) / 4)


def test_of_a_guide_only_the_first_frame_or_nothing():
    shot = shot_of(60, cue("1s"), learned=Learned(guide="x", guide_as="first-frame"))
    assert [len(conditions_of(shot, number, FakeGuide())[1]) for number in (0, 1)] == [1, 1]
    shot = shot_of(60, learned=Learned(guide="x", follow=0))
    assert conditions_of(shot, 0, FakeGuide())[1] == []


def test_following_changes_the_shot_and_more_so_when_it_follows_closely(pipe):
    loose, close = (
        rolled(pipe, shot_of(20, learned=Learned(guide="x", follow=follow)), FakeGuide(), end=1) for follow in (0.1, 1.0)
    )
    assert not np.array_equal(picture(loose), picture(close))


def test_the_sound_of_a_guide_is_kept_or_mixed(pipe):
    drop, keep, mix = (
        rolled(pipe, shot_of(20, learned=Learned(guide="x", guide_sound=way)), FakeGuide(10)) for way in ("drop", "keep", "mix")
    )
    water = np.concatenate([step.stems["water"] for step in keep])
    assert np.all(water[:20000] == np.float32(0.01))
    assert not water[20000:].any()  # ten frames of 2000 samples
    assert np.all(sound(keep)[:20000] == np.float32(0.08))
    assert np.allclose(sound(mix), sound(drop) + sound(keep), atol=1e-6)


def test_a_guide_of_another_rate_is_refused(pipe):
    with pytest.raises(Fault, match="25 frames a second"):
        Ltx2Session(make_score(shot_of(10, learned=Learned(guide="x"))), pipe, True, FakeGuide(fps="25"))


# --- what goes wrong ---------------------------------------------------------------------------------------------------------


class Failing:
    """The pipeline, but its nth call goes wrong."""

    def __init__(self, pipe, nth, wrong):
        self._pipe, self._left, self._wrong = pipe, nth, wrong

    def __getattr__(self, name):
        return getattr(self._pipe, name)

    def __setattr__(self, name, value):
        own = name in ("_pipe", "_left", "_wrong")
        object.__setattr__(self, name, value) if own else setattr(self._pipe, name, value)

    def __delattr__(self, name):
        delattr(self._pipe, name)

    def __call__(self, **kwargs):
        self._left -= 1
        if self._left:
            return self._pipe(**kwargs)
        if isinstance(self._wrong, BaseException):
            raise self._wrong
        video, audio = self._pipe(**kwargs)
        return video * self._wrong, audio


WRONGS = {
    "memory": (MemoryError(), "memory ran out over frames 49 to 59"),
    "device memory": (torch.OutOfMemoryError("CUDA out of memory"), "memory ran out over frames 49 to 59"),
    "nan": (float("nan"), "not finite in frames 49 to 59"),
    "inf": (float("inf"), "not finite in frames 49 to 59"),
    "killed": (KeyboardInterrupt(), ""),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_ltx2.save(tmp_path_factory.mktemp("distilled"))


def runner_of(pipe):
    return Ltx2Runner("cpu", load=lambda *_: pipe)


@pytest.fixture(scope="module")
def shot(folder):
    return shot_of(60, cue("2s"), learned=Learned(weights=str(folder)))


@pytest.fixture(scope="module")
def whole(pipe, shot, tmp_path_factory):
    return roll(shot, runner_of(pipe), tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("name", WRONGS)
def test_a_take_goes_on_from_its_last_whole_reel_with_the_same_bytes(pipe, shot, whole, name, tmp_path):
    wrong, line = WRONGS[name]
    with pytest.raises((Fault, KeyboardInterrupt)) as caught:
        roll(shot, runner_of(Failing(pipe, 2, wrong)), tmp_path)
    if line:
        assert line in str(caught.value)
        assert "\n" not in str(caught.value)
        assert caught.value.code == Exit.FAILED
    folder = tmp_path / shot.id / "v001"
    assert [(reel.first, reel.end) for reel in find_reels(folder)] == [(0, 48)]
    take = resume(folder, lambda *_: runner_of(pipe))
    assert {file: note.blake2b for file, note in take.slate.files.items()} == {
        file: note.blake2b for file, note in whole.slate.files.items()
    }


def test_a_relayed_take_is_directed_whole_so_that_there_is_no_seam(pipe, folder, tmp_path):
    shot = shot_of(40, learned=Learned(weights=str(folder), cues="relay"))
    take = direct(roll(shot, runner_of(pipe), tmp_path), [cue("1s")], runner_of(pipe))
    steps = rolled(pipe, shot.model_copy(update={"cues": (cue("1s"),)}))
    assert all(np.array_equal(frame, step.picture[0]) for frame, step in zip(take.frames(), steps, strict=True))
    assert np.array_equal(take.stem(MIX).read(), np.concatenate([step.stems[MIX] for step in steps]))


def test_the_slate_has_what_decides_the_bytes(whole, folder):
    """Weights, steps and guidance: for distilled weights all of it neutral."""
    said = whole.slate.versions
    assert said["weights"] == f"LTX-2 distilled {read_weights(folder).digest}"
    assert [float(sigma) for sigma in said["sigmas"].split()] == STEPS
    levels = dict(each.rsplit(" ", 1) for each in said["guidance"].split(", "))
    assert {name: float(level) for name, level in levels.items()} == {
        "guidance_scale": 1, "audio_guidance_scale": 1, "stg_scale": 0, "audio_stg_scale": 0, "modality_scale": 1,
        "audio_modality_scale": 1, "guidance_rescale": 0, "audio_guidance_rescale": 0,
    }  # fmt: skip
    assert said["diffusers"] == diffusers.__version__


def test_other_weights_do_not_go_on_with_a_take(pipe, folder, tmp_path):
    mine = shutil.copytree(folder, tmp_path / "distilled")
    shot = shot_of(60, cue("2s"), learned=Learned(weights=str(mine)))
    with pytest.raises(KeyboardInterrupt):
        roll(shot, runner_of(Failing(pipe, 2, KeyboardInterrupt())), tmp_path / "takes")
    weights = next((mine / "transformer").glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x3f")
    with pytest.raises(Fault, match="begun with weights LTX-2 distilled"):
        resume(tmp_path / "takes" / shot.id / "v001", lambda *_: runner_of(pipe))


def test_nothing_of_the_pipeline_stays_changed_after_a_fault(pipe, shot):
    score = make_score(shot)
    session = Ltx2Session(score, Failing(pipe, 2, MemoryError()), True)
    steps = steps_of(session, score, 49)
    with pytest.raises(Fault):
        session.step(score.beats_at(49))
    steps += steps_of(session, score, 60)  # the same session goes on as well
    assert same(steps, rolled(pipe, shot))


def test_a_take_can_be_directed(pipe, whole):
    take = direct(whole, [Cue(at="52f", change="hour", to="night")], runner_of(pipe))
    for frame, (old, new) in enumerate(zip(whole.frames(), take.frames(), strict=True)):
        assert np.array_equal(old, new) == (frame < 53)
    old, new = whole.stem(MIX).read(), take.stem(MIX).read()
    assert np.array_equal(old[: 53 * 2000], new[: 53 * 2000])
    assert not np.array_equal(old[53 * 2000 :], new[53 * 2000 :])


def test_a_take_of_the_simulation_leads_a_learned_one(pipe, folder, tmp_path):
    guide = roll(make_shot(20, size=SIZE), FakeRunner(), tmp_path)
    learned = Learned(weights=str(folder), guide=str(guide.folder), guide_sound="keep")
    take = roll(shot_of(20, id="look", learned=learned), runner_of(pipe), tmp_path)
    alone = roll(shot_of(20, id="alone", learned=Learned(weights=str(folder))), runner_of(pipe), tmp_path)
    assert not np.array_equal(take.frame(0), alone.frame(0))
    for bus in BUSES:
        assert np.array_equal(take.stem(bus).read(), guide.stem(bus).read())


def test_a_guide_that_is_not_there_is_a_fault_and_leaves_nothing(pipe, folder, tmp_path):
    learned = Learned(weights=str(folder), guide=str(tmp_path / "none"))
    with pytest.raises(Fault, match="no such take"):
        roll(shot_of(20, learned=learned), runner_of(pipe), tmp_path / "takes")
    assert not list((tmp_path / "takes").iterdir())


# --- weights from the disk ---------------------------------------------------------------------------------------------------


def test_weights_on_disk_make_what_the_same_weights_in_memory_make(folder):
    runner, score = Ltx2Runner("cpu"), make_score(shot_of(12, learned=Learned(weights=str(folder))))
    loaded = steps_of(runner.open(score), score, 12)
    assert "on the CPU" in runner.holds(score)
    assert same(loaded, rolled(tiny_ltx2.make_pipe(text_encoder=True), score.shot))


@pytest.mark.parametrize("distilled", [True, False])
def test_the_scheduler_does_not_bend_sigmas_that_are_given(folder, tmp_path, distilled):
    mine = shutil.copytree(folder, tmp_path / ("distilled" if distilled else "full"))
    path = mine / "scheduler" / "scheduler_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"use_dynamic_shifting": True, "shift_terminal": 0.1}))
    weights = read_weights(mine)
    pipe = load(weights, fit.plan(weights, 64, 64, 9, 24.0, fit.look("cpu")), "cpu")
    assert weights.distilled == distilled
    pipe.scheduler.set_timesteps(sigmas=DISTILLED_SIGMA_VALUES, mu=1.0)
    assert (pipe.scheduler.sigmas[:-1].tolist() == pytest.approx(DISTILLED_SIGMA_VALUES)) == distilled


def test_weights_stay_loaded_for_the_next_shot(pipe, folder):
    loads = []
    runner = Ltx2Runner("cpu", load=lambda *given: loads.append(given) or pipe)
    for frames in (10, 20):
        runner.open(make_score(shot_of(frames, learned=Learned(weights=str(folder)))))
    ((weights, fit, device),) = loads
    assert (weights.path, fit.way, device) == (folder, "cpu", "cpu")


def test_what_cannot_fit_is_refused_before_it_is_loaded(folder, monkeypatch):
    monkeypatch.setattr(fit, "look", lambda device: fit.Room(device, 0, 2**20))
    runner = Ltx2Runner("cpu", load=lambda *_: pytest.fail("it was loaded"))
    with pytest.raises(Fault, match="does not fit"):
        runner.open(make_score(shot_of(10, learned=Learned(weights=str(folder)))))


def test_weights_that_are_not_what_they_say_are_a_fault(folder, tmp_path):
    broken = shutil.copytree(folder, tmp_path / "broken")
    config = json.loads((broken / "transformer" / "config.json").read_text())
    (broken / "transformer" / "config.json").write_text(json.dumps(config | {"num_attention_heads": 4}))
    with pytest.raises(Fault, match="cannot be loaded") as caught:
        Ltx2Runner("cpu").open(make_score(shot_of(10, learned=Learned(weights=str(broken)))))
    assert caught.value.code == Exit.MISSING
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("device", ["metal", "tpu"])
def test_a_device_it_cannot_run_on_is_refused(device):
    with pytest.raises(Fault, match="learned model"):
        Ltx2Runner(device)
