"""Shots in two stages: the real LTX2 pipeline and upsampler with tiny random weights, small first and then at full size."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import tiny_ltx2
import torch
from diffusers import LTX2LatentUpsamplePipeline
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from diffusers.pipelines.ltx2.utils import STAGE_2_DISTILLED_SIGMA_VALUES
from fake_runner import cue
from ltx2_sizes import on_meta, peak_bytes, real_weights
from test_ltx2_session import Failing, FakeGuide, picture, rolled, runner_of, same, shot_of, sound, steps_of

from oyster_cli.runner.ltx2 import Ltx2Runner, fit, make, memory, twostage
from oyster_cli.runner.ltx2.chunks import plan_chunks
from oyster_cli.runner.ltx2.fit import GIB
from oyster_cli.runner.ltx2.rules import read_rules
from oyster_cli.runner.ltx2.session import Ltx2Session
from oyster_cli.runner.ltx2.tensors import Tensors
from oyster_cli.runner.ltx2.weights import UPSAMPLER, Component, read_weights, staged
from oyster_cli.script.models import Learned
from oyster_cli.script.score import make_score
from oyster_cli.take.roll import resume, roll

FIRST, SECOND = [1.0, 0.5], [0.9, 0.4]
MADE = 64  # pixels a side: of 48x30 the smallest square whose half the pipeline takes
UP = "latent_upsampler"


@pytest.fixture(scope="module", autouse=True)
def few_steps():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "DISTILLED_SIGMA_VALUES", FIRST)
        patch.setattr(twostage, "STAGE_2_DISTILLED_SIGMA_VALUES", SECOND)
        yield
    torch.set_num_threads(threads)


def with_upsampler(pipe, **config):
    pipe.latent_upsampler = tiny_ltx2.make_upsampler(**config)
    return pipe


@pytest.fixture(scope="module")
def pipe():
    return with_upsampler(tiny_ltx2.make_pipe())


@pytest.fixture(scope="module")
def plain(pipe):
    return rolled(pipe, shot_of(60))


@pytest.fixture(scope="module")
def directed(pipe):
    return rolled(pipe, shot_of(60, cue("1s")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tiny_ltx2.save(tmp_path_factory.mktemp("distilled"))
    tiny_ltx2.make_upsampler().save_pretrained(folder / UP, safe_serialization=True)
    return folder


@pytest.fixture
def calls(pipe, monkeypatch):
    """What the pipeline is called with, and what it gives back, call by call."""
    made = []
    call = type(pipe).__call__

    def record(self, **kwargs):
        made.append((kwargs, call(self, **kwargs)))
        return made[-1][1]

    monkeypatch.setattr(type(pipe), "__call__", record)
    return made


def passes(pipe, run):
    """What the transformer is shown in each of its passes while something runs, by whatever stands before it."""
    seen = []
    hook = pipe.transformer.register_forward_hook(lambda _model, _args, call, _made: seen.append(call), with_kwargs=True)
    run()
    hook.remove()
    return seen


# --- what is made ------------------------------------------------------------------------------------------------------------


def test_a_shot_has_its_size_and_the_first_stage_is_half_of_what_is_made(pipe):
    score = make_score(shot_of(5))
    session = Ltx2Session(score, pipe, True)
    steps = []
    seen = passes(pipe, lambda: steps.extend(steps_of(session, score, 5)))
    assert picture(steps).shape == (5, 30, 48, 3)
    assert picture(steps).std() > 3
    assert session._made.picture.shape[1:] == (MADE, MADE, 3)
    latents = (session._made.chunk.frames - 1) // tiny_ltx2.FRAMES_PER_LATENT + 1
    whole = latents * (MADE // tiny_ltx2.PIXELS_PER_LATENT) ** 2
    assert [call["hidden_states"].shape[1] for call in seen] == [whole // 4] * len(FIRST) + [whole] * len(SECOND)
    assert [call["audio_hidden_states"].shape[1] for call in seen] == [session._made.latents.shape[1]] * 4
    assert steps[0].events[0].detail["made"] == [MADE, MADE]


def test_the_second_stage_goes_on_from_the_first_as_the_pipeline_of_the_upsampler_would(pipe, calls):
    rolled(pipe, shot_of(5), end=1)
    (first, (latents, audio)), (second, _) = calls
    larger = LTX2LatentUpsamplePipeline(pipe.vae, pipe.latent_upsampler)(
        latents=latents, height=32, width=32, num_frames=5, output_type="latent", return_dict=False
    )[0]
    assert torch.equal(second["latents"], larger)
    assert torch.equal(second["audio_latents"], audio)
    assert (first["width"], first["height"], second["width"], second["height"]) == (32, 32, MADE, MADE)
    assert (second["sigmas"], second["num_inference_steps"], second["noise_scale"]) == (SECOND, 2, 0.9)
    assert {second[name] for name in make.NEUTRAL} == {0, 1}
    assert all(second[name] == first[name] for name in make.NEUTRAL)


def test_the_picture_of_the_second_stage_shows_that_of_the_first(pipe, monkeypatch):
    """Other latents out of the upsampler, another picture."""

    def end_of(shift):
        monkeypatch.setattr(twostage, "_upsampled", lambda _model, z: torch.ones(1, 4, z.shape[2], 4, 4) * shift)
        return picture(rolled(pipe, shot_of(5), end=1))

    assert not np.array_equal(end_of(0.0), end_of(2.0))


def test_what_is_made_is_made_again_and_differs_from_one_stage(pipe, plain):
    assert same(plain[:30], rolled(pipe, shot_of(60), end=30))
    alone = tiny_ltx2.make_pipe()
    assert not np.array_equal(picture(plain[:1]), picture(rolled(alone, shot_of(60), end=1)))


# --- what goes on across a seam ----------------------------------------------------------------------------------------------


def test_everything_before_a_cut_cue_is_as_it_was_and_both_streams_change_at_it(plain, directed):
    assert same(plain[:25], directed[:25])
    assert not np.array_equal(plain[25].picture, directed[25].picture)
    assert (sound(plain)[25 * 2000 + 480 :] != sound(directed)[25 * 2000 + 480 :]).any()


def test_the_tail_is_kept_in_both_stages_at_the_size_of_each(pipe, calls, directed):
    rolled(pipe, shot_of(60, cue("1s")), end=26)
    *_, (first, (small, _)), (second, (large, _)) = calls
    (tail,) = first["conditions"]
    assert second["conditions"] == [tail]
    assert np.array_equal(tail.frames[:, 17:47, 8:56], picture(directed)[:25])
    for made, size in ((small, 32), (large, MADE)):
        ((film,), _, _, _) = pipe.preprocess_conditions([tail], size, size, first["num_frames"], torch.device("cpu"))
        with torch.no_grad():
            wanted = pipe.vae.encode(film).latent_dist.mode()
        assert torch.allclose(made[:, :, : wanted.shape[2]], wanted, atol=1e-4)
        assert made.shape[3:] == (size // tiny_ltx2.PIXELS_PER_LATENT,) * 2


def test_sound_is_pinned_in_both_stages(pipe):
    score = make_score(shot_of(120, cue("2s")))
    session = Ltx2Session(score, pipe, True)
    steps_of(session, score, 49)
    old = session._made
    seen = passes(pipe, lambda: steps_of(session, score, 50))
    new = session._made
    first = new.chunk.sound_at - old.chunk.sound_at
    kept = old.latents[:, first : first + new.chunk.pinned]
    assert new.chunk.pinned == 27
    assert np.allclose(new.latents[:, :27], kept, atol=1e-4)
    clean = pipe._normalize_audio_latents(
        pipe._pack_audio_latents(torch.from_numpy(kept)[None]), pipe.audio_vae.latents_mean, pipe.audio_vae.latents_std
    )
    assert len(seen) == len(FIRST) + len(SECOND)
    for call in seen:
        assert torch.equal(call["audio_hidden_states"][:, :27], clean)
        assert not call["audio_timestep"][:, :27].any()
        assert call["audio_timestep"][:, 27:].all()


def test_what_is_only_followed_leads_the_first_stage(pipe, calls):
    """At the beginning of a chunk a condition takes the place of latents: those of the first stage would be lost."""
    shot = shot_of(60, cue("1s"), learned=Learned(guide="x", follow=0.4))
    rolled(pipe, shot, FakeGuide(60), end=26)
    assert [[each.strength for each in call["conditions"]] for call, _ in calls] == [[0.4], [], [0.4, 1.0], [1.0]]


def test_relay_holds_in_both_stages(pipe):
    score = make_score(shot_of(48, cue("1s"), learned=Learned(cues="relay")))
    seen = passes(pipe, Ltx2Session(score, pipe, True).step)
    for call in seen:
        tokens = call["hidden_states"].shape[1]
        assert call["encoder_attention_mask"].shape[1] == tokens
    assert len({call["encoder_attention_mask"].shape[1] for call in seen}) == 2


@pytest.mark.parametrize("at", [0, 10, 25, 40])
def test_going_on_from_a_saved_state_gives_the_same_bytes(pipe, directed, at):
    score = make_score(shot_of(60, cue("1s")))
    session = Ltx2Session(score, pipe, True)
    steps_of(session, score, at)
    again = Ltx2Session(score, pipe, True)
    again.load(session.save())
    assert same(steps_of(again, score, 60), directed[at:])


@pytest.mark.parametrize("nth", [3, 4])
def test_a_take_goes_on_with_the_same_bytes_whichever_stage_was_cut_short(pipe, folder, nth, tmp_path):
    shot = shot_of(60, cue("2s"), quality="final", learned=Learned(weights=str(folder)))
    whole = roll(shot, runner_of(pipe), tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        roll(shot, runner_of(Failing(pipe, nth, KeyboardInterrupt())), tmp_path)
    take = resume(tmp_path / shot.id / "v001", lambda *_: runner_of(pipe))
    assert {file: note.blake2b for file, note in take.slate.files.items()} == {
        file: note.blake2b for file, note in whole.slate.files.items()
    }


# --- when there are two stages -----------------------------------------------------------------------------------------------


def score_of(folder, quality="final", frames=8):
    return make_score(shot_of(frames, quality=quality, learned=Learned(weights=str(folder))))


def test_weights_on_disk_make_what_the_same_weights_in_memory_make(folder):
    score = score_of(folder)
    loaded = steps_of(Ltx2Runner("cpu").open(score), score, 8)
    assert same(loaded, rolled(with_upsampler(tiny_ltx2.make_pipe(text_encoder=True)), score.shot))


@pytest.mark.parametrize("quality", ["draft", "standard"])
def test_below_final_an_upsampler_changes_nothing(folder, quality, tmp_path):
    bare = shutil.copytree(folder, tmp_path / "distilled", ignore=shutil.ignore_patterns(UP))
    runner, alone = Ltx2Runner("cpu"), Ltx2Runner("cpu")
    one, other = score_of(folder, quality), score_of(bare, quality)
    assert runner.versions(one) == alone.versions(other)
    assert same(steps_of(runner.open(one), one, 8), steps_of(alone.open(other), other, 8))
    assert runner.holds(one) == alone.holds(other)


def test_without_an_upsampler_final_is_as_standard(folder, tmp_path):
    bare = shutil.copytree(folder, tmp_path / "distilled", ignore=shutil.ignore_patterns(UP))
    runner = Ltx2Runner("cpu")
    assert runner.versions(score_of(bare)) == runner.versions(score_of(bare, "standard"))
    assert "stages" not in runner.versions(score_of(bare))


def test_the_slate_has_both_stages_and_tells_upsamplers_apart(folder, tmp_path):
    runner = Ltx2Runner("cpu")
    one, two = runner.versions(score_of(folder, "standard")), runner.versions(score_of(folder))
    assert two["stages"] == "two stages, the second from sigmas 0.9 0.4"
    assert one.keys() == two.keys() - {"stages"}
    assert {name for name in one if one[name] != two[name]} == {"weights"}
    mine = shutil.copytree(folder, tmp_path / "distilled")
    weights = next((mine / UP).glob("*.safetensors"))
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x3f")
    assert runner.versions(score_of(mine, "standard")) == one
    assert runner.versions(score_of(mine))["weights"] != two["weights"]


def test_full_weights_and_upsamplers_of_time_are_left_alone(folder, tmp_path):
    weights = read_weights(folder)
    assert UPSAMPLER in staged(weights, "final").components
    full = dataclasses.replace(weights, distilled=False)
    assert staged(full, "final") is full
    timely = shutil.copytree(folder, tmp_path / "distilled")
    config = json.loads((timely / UP / "config.json").read_text())
    (timely / UP / "config.json").write_text(json.dumps(config | {"temporal_upsample": True}))
    assert UPSAMPLER not in staged(read_weights(timely), "final").components


class Moved:
    """An upsampler in memory that notes where it is."""

    device, dtype = "memory", torch.bfloat16

    def __init__(self):
        self.path = []

    def to(self, device):
        self.path.append(device)
        return self

    def __call__(self, latents):
        self.path.append(latents.dtype)
        return latents


def test_an_upsampler_is_on_the_device_for_its_pass_only_and_the_pipeline_goes_on_in_float32():
    upsampler, latents = Moved(), torch.zeros(1, 4, 2, 2, 2)
    assert twostage._upsampled(upsampler, latents).dtype == torch.float32
    assert upsampler.path == [latents.device, torch.bfloat16, "memory"]


# --- sizes and memory --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "step"), [({}, 64), ({"use_rational_resampler": False}, 64), ({"rational_spatial_scale": 1.5}, 96)]
)
def test_both_stages_are_sizes_the_pipeline_takes(config, step):
    pipe = with_upsampler(tiny_ltx2.make_pipe(), **config)
    rules = read_rules(pipe)
    assert rules.side_step == step
    small = rules.first_size(*rules.size_covering(100, 60))
    rows, columns = (side // tiny_ltx2.PIXELS_PER_LATENT for side in small[::-1])
    with torch.no_grad():
        larger = pipe.latent_upsampler(torch.zeros(1, 4, 2, rows, columns))
    assert tuple(side * tiny_ltx2.PIXELS_PER_LATENT for side in larger.shape[:2:-1]) == rules.size_covering(100, 60)
    for width, height in (small, rules.size_covering(100, 60)):
        pipe.check_inputs(prompt="", height=height, width=width, stg_scale=0.0, audio_stg_scale=0.0)


def test_one_stage_has_the_sizes_it_had():
    assert read_rules(tiny_ltx2.make_pipe()).side_step == 32


@pytest.mark.parametrize("config", [{}, {"use_rational_resampler": False}, {"rational_spatial_scale": 1.5}, {"dims": 2}])
def test_enlarging_takes_what_the_formula_says(config):
    model = on_meta(LTX2LatentUpsamplerModel, **config)
    larger = []
    z = torch.empty(1, 128, 16, 16, 24, dtype=torch.bfloat16, device="meta")
    counted = peak_bytes(lambda: larger.append(model(z)))
    assert memory.upsampler_bytes(model.config, tuple(larger[0].shape[2:]), 2) == pytest.approx(counted, rel=0.01)


def test_the_plan_counts_the_upsampler():
    model = on_meta(LTX2LatentUpsamplerModel)
    sizes = [tensor.numel() for tensor in model.parameters()]
    tensors = Tensors(2 * sum(sizes), sum(sizes), max(sizes), "BF16")
    part = Component(UP, type(model).__name__, "", dict(model.config), tensors, ())
    weights = dataclasses.replace(real_weights(), beside={UP: part})
    chunk = memory.Chunk(768, 512, 121, 24.0, 2)
    one, two = ({each.way: each for each in fit.ways(which, chunk, "cuda") if not each.tiled}
                for which in (weights, staged(weights, "final")))  # fmt: skip
    assert two["gpu"].need_bytes - one["gpu"].need_bytes == 2 * sum(sizes)
    assert two["model-offload"].need_bytes == one["model-offload"].need_bytes  # less than the transformer, and never beside it
    assert two["model-offload"].ram_bytes - one["model-offload"].ram_bytes == 2 * sum(sizes)
    assert 0.5 * GIB < 2 * sum(sizes) < 2 * GIB
    wide = dataclasses.replace(part, config={**part.config, "mid_channels": 2**20})  # as large as to be what needs most
    wider = dataclasses.replace(weights, beside={UP: wide})
    found = next(each for each in fit.ways(staged(wider, "final"), chunk, "cuda") if each.way == "group-offload")
    assert found.need_bytes == 2 * sum(sizes) + 2 * 4 * 2**20 * 16 * 16 * 24


def test_a_real_shot_stays_within_the_plan(folder, monkeypatch):
    monkeypatch.setattr(make, "_finite", lambda value, *_: value)  # attention is only counted, what it gives is anything
    weights = staged(read_weights(folder), "final")
    pipe = with_upsampler(tiny_ltx2.make_pipe(text_encoder=True))
    score = make_score(shot_of(97, size=(192, 128)))
    (chunk,) = plan_chunks(score, read_rules(pipe))
    counted = peak_bytes(lambda: Ltx2Session(score, pipe, True).step())
    found = fit.plan(weights, 192, 128, chunk.frames, 24.0, fit.Room("cpu", 0, 512 * GIB))
    held = sum(4 * each.tensors.parameters for each in weights.components.values())
    assert counted < 1.02 * (found.need_bytes - held)


def test_the_steps_are_those_of_diffusers(monkeypatch):
    monkeypatch.setattr(twostage, "STAGE_2_DISTILLED_SIGMA_VALUES", STAGE_2_DISTILLED_SIGMA_VALUES)
    assert twostage.how()["noise_scale"] == max(twostage.how()["sigmas"]) == 0.909375
