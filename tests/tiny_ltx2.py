"""The real LTX2 pipelines of diffusers with tiny random weights: what stands in for the learned model where no weights are.

Everything is seeded, nothing is downloaded, and time is right: four frames and sixteen pixels a side go into a video latent
(not the eight and 32 of the real model, so that a number written into the code would show), forty milliseconds into an
audio latent, and the vocoder gives back as many samples as so many milliseconds have. A second of film takes 0.2 s.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import MethodType
from typing import Any

import torch
from diffusers import (
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    FlowMatchEulerDiscreteScheduler,
    LTX2ConditionPipeline,
    LTX2ImageToVideoPipeline,
    LTX2Pipeline,
    LTX2VideoTransformer3DModel,
)
from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
from transformers import Gemma3Config, Gemma3ForConditionalGeneration, GemmaTokenizer

CLASSES = {"text": LTX2Pipeline, "image": LTX2ImageToVideoPipeline, "condition": LTX2ConditionPipeline}
FRAMES_PER_LATENT, PIXELS_PER_LATENT = 4, 16
SAMPLE_RATE_HZ, HOP_SAMPLES = 16000, 160
TEXT_WIDTH, TEXT_LAYERS = 32, 2
LIVELY = 3**0.5  # torch draws the weights of a layer from +-1/sqrt(inputs): a third of the power gets through
REGISTERS = 8  # the connectors fill padding with these; the length of a prompt is a multiple of it
PROMPT_TOKENS = 16
NEUTRAL = {  # distilled weights: one pass of the transformer a step
    "guidance_scale": 1.0,
    "audio_guidance_scale": 1.0,
    "stg_scale": 0.0,
    "audio_stg_scale": 0.0,
    "modality_scale": 1.0,
    "audio_modality_scale": 1.0,
    "guidance_rescale": 0.0,
    "audio_guidance_rescale": 0.0,
    "spatio_temporal_guidance_blocks": [],
}


def make_pipe(kind: str = "condition", text_encoder: bool = False, seed: int = 0) -> Any:
    """A pipeline of CLASSES[kind] on the CPU. Without a text encoder prompts are told apart by `embed`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        parts = {
            "scheduler": FlowMatchEulerDiscreteScheduler(),
            "vae": scaled(lively(_video_vae())),
            "audio_vae": scaled(lively(_audio_vae())),
            "connectors": _connectors(),
            "transformer": lively(_transformer()),
            "vocoder": lively(_vocoder()),
            "text_encoder": _text_encoder() if text_encoder else None,
            "tokenizer": tokenizer() if text_encoder else None,
        }
    pipe = CLASSES[kind](**{name: part.eval() if isinstance(part, torch.nn.Module) else part for name, part in parts.items()})
    pipe.set_progress_bar_config(disable=True)
    if not text_encoder:
        pipe._get_gemma_prompt_embeds = MethodType(_hashed_embeds, pipe)
    return pipe


def save(folder: Path, kind: str = "condition", seed: int = 0) -> Path:
    """A complete diffusers folder (safetensors, with text encoder and tokenizer) for from_pretrained; 1.2 MB."""
    make_pipe(kind, text_encoder=True, seed=seed).save_pretrained(folder, safe_serialization=True)
    return folder


def make_upsampler(seed: int = 0, **config: Any) -> LTX2LatentUpsamplerModel:
    """An upsampler for latents of these pipelines, by two or what its config says."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return lively(LTX2LatentUpsamplerModel(in_channels=4, mid_channels=32, num_blocks_per_stage=1, **config)).eval()


def lively(part: torch.nn.Module) -> torch.nn.Module:
    """The part without biases, its weights keeping the level: as torch draws them, a signal fades from layer to layer."""
    for layer in part.modules():
        if getattr(layer, "bias", None) is not None and layer.weight.ndim > 1:
            layer.bias.data.zero_()
            layer.weight.data.mul_(LIVELY)
    return part


def scaled(vae: Any) -> Any:
    """The same, its latents off zero and of many levels: as the real ones are, so that a forgotten scaling would show."""
    vae.latents_mean.normal_(0, 0.2)
    vae.latents_std.uniform_(0.5, 1.5)
    return vae


def embed(prompt: str, tokens: int = PROMPT_TOKENS) -> tuple[torch.Tensor, torch.Tensor]:
    """What the text encoder would give for a prompt: embeddings (1, tokens, TEXT_WIDTH * layers) and mask (1, tokens).

    Each word becomes noise keyed by the word, set to the right as Gemma's tokens are; a changed word changes its token only.
    """
    words = prompt.split()[-tokens:] or [""]
    embeds = torch.zeros(1, tokens, TEXT_WIDTH * (TEXT_LAYERS + 1))
    mask = torch.zeros(1, tokens, dtype=torch.int64)
    for place, word in enumerate(words, tokens - len(words)):
        key = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=7).digest(), "big")
        embeds[0, place] = torch.randn(embeds.shape[-1], generator=torch.Generator().manual_seed(key))
        mask[0, place] = 1
    return embeds, mask


def neutral(**more: Any) -> dict[str, Any]:
    """Arguments of a short call without guidance: 32x32 pixels, 25 frames at 25 frames/s, two steps."""
    call = {"height": 32, "width": 32, "num_frames": 25, "frame_rate": 25.0, "num_inference_steps": 2}
    return {**NEUTRAL, **call, "max_sequence_length": PROMPT_TOKENS, "output_type": "pt", **more}


def _hashed_embeds(
    pipe: Any,
    prompt: str | list[str],
    num_videos_per_prompt: int = 1,
    max_sequence_length: int = PROMPT_TOKENS,
    **_unused: Any,
) -> tuple[torch.Tensor, torch.Tensor]:
    each = [embed(one, max_sequence_length) for one in ([prompt] if isinstance(prompt, str) else prompt)]
    embeds, mask = (torch.cat(part).repeat_interleave(num_videos_per_prompt, 0) for part in zip(*each, strict=True))
    return embeds.to(pipe.transformer.dtype), mask


def _transformer() -> LTX2VideoTransformer3DModel:
    return LTX2VideoTransformer3DModel(
        in_channels=4,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        vae_scale_factors=(FRAMES_PER_LATENT, PIXELS_PER_LATENT, PIXELS_PER_LATENT),
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=2,
        caption_channels=TEXT_WIDTH,
        rope_double_precision=False,
        rope_type="split",
        perturbed_attn=True,
    )


def _connectors() -> LTX2TextConnectors:
    heads = {"num_attention_heads": 4, "attention_head_dim": TEXT_WIDTH // 4, "num_layers": 1}
    heads["num_learnable_registers"] = REGISTERS
    return LTX2TextConnectors(
        caption_channels=TEXT_WIDTH,
        text_proj_in_factor=TEXT_LAYERS + 1,
        **{f"video_connector_{name}": value for name, value in heads.items()},
        **{f"audio_connector_{name}": value for name, value in heads.items()},
        connector_rope_base_seq_len=32,
        rope_double_precision=False,
        rope_type="split",
    )


def _video_vae() -> AutoencoderKLLTX2Video:
    return AutoencoderKLLTX2Video(
        latent_channels=4,
        block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        layers_per_block=(1, 1, 1),
        decoder_layers_per_block=(1, 1, 1),
        spatio_temporal_scaling=(True, True),
        decoder_spatio_temporal_scaling=(True, True),
        decoder_inject_noise=(False, False, False),
        down_block_types=("LTX2VideoDownBlock3D",) * 2,
        downsample_type=("spatiotemporal", "spatiotemporal"),
        upsample_residual=(False, False),
        upsample_factor=(1, 1),
        patch_size=4,
        patch_size_t=1,
        spatial_compression_ratio=PIXELS_PER_LATENT,
        temporal_compression_ratio=FRAMES_PER_LATENT,
    )


def _audio_vae() -> AutoencoderKLLTX2Audio:
    return AutoencoderKLLTX2Audio(
        base_channels=4,
        output_channels=2,
        ch_mult=(1, 2, 4),
        num_res_blocks=1,
        in_channels=2,
        resolution=32,
        latent_channels=2,
        mel_bins=8,
        sample_rate=SAMPLE_RATE_HZ,
        mel_hop_length=HOP_SAMPLES,
    )


def _vocoder() -> LTX2Vocoder:
    return LTX2Vocoder(
        in_channels=2 * 8,
        hidden_channels=32,
        upsample_kernel_sizes=[11, 8, 8, 4],
        upsample_factors=[5, 4, 4, 2],  # one frame of the mel spectrogram gives HOP_SAMPLES samples
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
        output_sampling_rate=SAMPLE_RATE_HZ,
    )


def _text_encoder() -> Gemma3ForConditionalGeneration:
    text = {"hidden_size": TEXT_WIDTH, "intermediate_size": 32, "num_hidden_layers": TEXT_LAYERS, "vocab_size": 300}
    text |= {"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16, "pad_token_id": 0}
    eye = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 1}
    eye |= {"image_size": 28, "patch_size": 14}
    tokens = {"image_token_index": 299, "boi_token_index": 298, "eoi_token_index": 297, "mm_tokens_per_image": 4}
    config = Gemma3Config(text_config=text, vision_config=eye, initializer_range=0.2, **tokens)
    return Gemma3ForConditionalGeneration(config)


def tokenizer() -> GemmaTokenizer:
    """One token a byte: every prompt has its own."""
    special = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>")
    letters = [f"<0x{byte:02X}>" for byte in range(256)]
    return GemmaTokenizer(vocab={token: place for place, token in enumerate([*special, *letters])}, merges=[])
