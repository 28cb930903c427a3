"""A chunk that begins with known sound: it is shown clean, comes back unchanged, and what follows hears it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tiny_ltx2
import torch
from diffusers import LTX2ImageToVideoPipeline
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

from oyster_cli.runner.ltx2.pinned import pinned

KNOWN = 9  # audio latents that are pinned
FULL = {  # what the pipelines do by default with weights that are not distilled: four passes a step, guidance rescaled
    "guidance_scale": 3.0,
    "audio_guidance_scale": 7.0,
    "stg_scale": 1.0,
    "audio_stg_scale": 1.0,
    "modality_scale": 3.0,
    "audio_modality_scale": 3.0,
    "guidance_rescale": 0.7,
    "audio_guidance_rescale": 0.7,
    "spatio_temporal_guidance_blocks": [1],
}


def roll(pipe: Any, seed: int = 1, **more: Any) -> Any:
    call = tiny_ltx2.neutral(prompt="rain on a tin roof", generator=torch.Generator().manual_seed(seed), output_type="latent")
    image = {"image": torch.zeros(1, 3, 32, 32), "image_crf": 0} if isinstance(pipe, LTX2ImageToVideoPipeline) else {}
    return pipe(**{**call, **image, **more})


@pytest.fixture(params=tiny_ltx2.CLASSES)
def pipe(request: pytest.FixtureRequest) -> Any:
    return tiny_ltx2.make_pipe(request.param)


@pytest.fixture
def known() -> torch.Tensor:
    """The end of an earlier chunk."""
    return roll(tiny_ltx2.make_pipe(), seed=7).audio[:, :, -KNOWN:]


def shown(pipe: Any) -> list[dict[str, Any]]:
    """Fills with what the transformer is called with; watch only after the block has been entered."""
    calls: list[dict[str, Any]] = []
    pipe.transformer.register_forward_pre_hook(lambda _module, _args, call: calls.append(call), with_kwargs=True)
    return calls


@pytest.mark.parametrize("guidance", [{}, FULL], ids=["distilled", "full"])
def test_known_sound_comes_back_unchanged(pipe: Any, known: torch.Tensor, guidance: dict[str, Any]):
    free = roll(pipe, **guidance).audio
    with pinned(pipe, known):
        audio = roll(pipe, **guidance).audio
    assert audio.shape == free.shape
    torch.testing.assert_close(audio[:, :, :KNOWN], known, rtol=0, atol=2e-6)
    assert (free[:, :, :KNOWN] - known).abs().max() > 0.1
    assert (free[:, :, KNOWN:] - audio[:, :, KNOWN:]).abs().max() > 1e-3


@pytest.mark.parametrize(("guidance", "passes"), [({}, 1), (FULL, 3)], ids=["distilled", "full"])
def test_known_sound_is_shown_clean_with_timestep_0_at_every_step(pipe: Any, known: torch.Tensor, guidance: Any, passes: int):
    vae = pipe.audio_vae
    clean = torch.stack(  # token t is channel 0's mel bins at t, then channel 1's, less the mean and over the deviation
        [(torch.cat([known[0, 0, t], known[0, 1, t]]) - vae.latents_mean) / vae.latents_std for t in range(KNOWN)]
    )
    with pinned(pipe, known):
        calls = shown(pipe)
        roll(pipe, **guidance)
    assert len(calls) == 2 * passes
    for call in calls:
        tokens, timestep, now = call["audio_hidden_states"], call["audio_timestep"], call["sigma"]
        assert timestep.shape == tokens.shape[:2] == (len(now), 25)
        for row, at, sigma in zip(tokens, timestep, now, strict=True):
            torch.testing.assert_close(row[:KNOWN], clean)
            assert not at[:KNOWN].any()
            assert at[KNOWN:].unique().tolist() == [sigma.item()] != [0.0]


def test_what_follows_hears_it_and_the_picture_too(pipe: Any, known: torch.Tensor):
    results = []
    for sound in (known, known + 0.5):
        with pinned(pipe, sound):
            results.append(roll(pipe))
    one, other = results
    assert (one.audio[:, :, KNOWN:] - other.audio[:, :, KNOWN:]).abs().max() > 1e-3
    assert (one.frames - other.frames).abs().max() > 1e-3


def test_the_waveform_before_the_seam_is_the_earlier_chunks(known: torch.Tensor):
    pipe = tiny_ltx2.make_pipe()
    with torch.no_grad():
        alone = pipe.vocoder(pipe.audio_vae.decode(known, return_dict=False)[0])
    with pinned(pipe, known):
        wave = roll(pipe, output_type="pt").audio
    seam = (4 * KNOWN - 3) * tiny_ltx2.HOP_SAMPLES  # the decoder is causal: n latents give 4 n - 3 spectra
    assert alone.shape[-1] == seam < wave.shape[-1]
    until = seam - vocoder_reach(pipe.vocoder.config)
    assert until > seam / 2
    torch.testing.assert_close(wave[..., :until], alone[..., :until], rtol=0, atol=1e-4)
    assert (wave[..., until:seam] - alone[..., until:]).abs().max() > 1e-3


def vocoder_reach(config: Any) -> int:
    """How many samples ahead the vocoder listens, layer by layer: half a kernel times its dilation, at the layer's rate."""
    step = int(np.prod(config.upsample_factors))
    reach = 3 * step  # first layer: seven wide
    for kernel, factor in zip(config.upsample_kernel_sizes, config.upsample_factors, strict=True):
        reach += -(-kernel // factor) * step
        step //= factor
        reach += sum(max(size // 2 * (dilation + 1) for size in config.resnet_kernel_sizes) for dilation in (1, 3, 5)) * step
    return reach + 3


def test_goes_together_with_a_given_beginning_of_the_picture(known: torch.Tensor):
    pipe = tiny_ltx2.make_pipe()
    tail = np.random.default_rng(3).integers(0, 255, (9, 32, 32, 3), np.uint8)
    condition = {"conditions": [LTX2VideoCondition(frames=tail, index=0)]}
    given = roll(pipe, **condition).frames
    with pinned(pipe, known):
        both = roll(pipe, **condition)
    latents = 1 + 8 // tiny_ltx2.FRAMES_PER_LATENT
    torch.testing.assert_close(both.frames[:, :, :latents], given[:, :, :latents], rtol=0, atol=2e-6)
    torch.testing.assert_close(both.audio[:, :, :KNOWN], known, rtol=0, atol=2e-6)


def test_nothing_is_pinned_without_a_prefix(pipe: Any):
    before = roll(pipe)
    with pinned(pipe, None):
        after = roll(pipe)
    assert torch.equal(before.audio, after.audio)


def test_the_pipe_is_as_it_was_also_after_an_error(pipe: Any, known: torch.Tensor):
    before, own = roll(pipe), set(vars(pipe))
    with pytest.raises(KeyboardInterrupt), pinned(pipe, known):
        raise KeyboardInterrupt
    after = roll(pipe)
    assert set(vars(pipe)) == own
    assert not pipe.transformer._forward_pre_hooks
    assert torch.equal(before.audio, after.audio)
    assert torch.equal(before.frames, after.frames)
