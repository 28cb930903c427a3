"""The grids of a learned model, held against what the pipeline itself does."""

from fractions import Fraction

import pytest
import tiny_ltx2
import torch

from oyster_cli.clock import parse_fps
from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.ltx2.rules import read_rules, snapped


@pytest.fixture(scope="module")
def pipe():
    return tiny_ltx2.make_pipe()


@pytest.fixture(scope="module")
def rules(pipe):
    return read_rules(pipe)


def made(pipe, frames, fps, side=32):
    call = tiny_ltx2.neutral(num_frames=frames, frame_rate=float(fps), height=side, width=side, num_inference_steps=1)
    generator = torch.Generator().manual_seed(1)
    return pipe(prompt="rain", generator=generator, **{**call, "output_type": "latent", "return_dict": False})


@pytest.mark.parametrize("frames", [1, 2, 4, 5, 6, 24, 25, 26])
@torch.no_grad()
def test_the_lengths_it_names_are_those_that_come_out(pipe, rules, frames):
    length = rules.frames_covering(frames)
    video, _ = made(pipe, length, 25)
    decoded = pipe.vae.decode(video, return_dict=False)[0].shape[2]
    assert decoded == length >= frames
    assert length - frames < tiny_ltx2.FRAMES_PER_LATENT
    assert rules.frames_within(length) == length
    assert rules.frames_within(length + tiny_ltx2.FRAMES_PER_LATENT - 1) == length
    assert rules.frames_within(0) == 0


@pytest.mark.parametrize(("frames", "fps"), [(1, "24"), (25, "23.976"), (49, "24"), (25, "25"), (61, "29.97"), (33, "50")])
@torch.no_grad()
def test_the_sound_is_as_long_as_it_says(pipe, rules, frames, fps):
    _, audio = made(pipe, frames, parse_fps(fps))
    latents = rules.audio_latents(frames, parse_fps(fps))
    assert audio.shape[2] == latents
    wave = pipe.vocoder(pipe.audio_vae.decode(audio, return_dict=False)[0])
    assert rules.sound_s(latents) == Fraction(wave.shape[-1], rules.rate_hz)


def test_no_sound_is_no_time(rules):
    assert rules.sound_s(0) == 0
    assert rules.rate_hz == tiny_ltx2.SAMPLE_RATE_HZ
    assert rules.latents_per_s == 25


def test_sizes_are_the_smallest_the_pipeline_takes(pipe, rules):
    width, height = rules.size_covering(1280, 90)
    assert (width, height) == (1280, 96)
    made(pipe, 1, 25, side=96)
    for side in range(height - tiny_ltx2.PIXELS_PER_LATENT, height):
        with pytest.raises(ValueError, match="divisible"):
            made(pipe, 1, 25, side=side)


def test_what_is_done_about_a_size_is_said(rules):
    assert snapped(rules, (64, 96)) == ""
    assert snapped(rules, (160, 90)) == "made at 160x96, the nearest the model makes, and cropped to 160x90"


def test_the_longest_comes_from_the_transformer(pipe, rules):
    assert rules.longest_s == pipe.transformer.config.pos_embed_max_pos


def test_another_cut_of_time_is_refused():
    pipe = tiny_ltx2.make_pipe()
    pipe.transformer.register_to_config(patch_size_t=2)
    with pytest.raises(Fault, match="cut time") as caught:
        read_rules(pipe)
    assert caught.value.code == Exit.MISSING
