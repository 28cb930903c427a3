"""What making one chunk takes in memory beside the weights, from the configs alone. Bytes, and no number of any one model.

Counted off the forward passes of diffusers 0.42: at the fullest instant of each part, how many copies of its largest arrays
are alive. Attention is taken as fused (it never holds its scores). A test counts the same a second way, by letting the real
classes run on torch's meta device at their real size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from oyster_cli.runner.ltx2.weights import UPSAMPLER, Weights

TOKENS = 1024  # the text of a prompt: what the pipelines of diffusers pad it to
TILE_PX, STRIDE_PX = 512, 448  # what AutoencoderKLLTX2Video tiles by when tiling is switched on
FLOAT32 = 4

Config = Mapping[str, Any]
Shape = tuple[int, int, int]  # frames, height, width


@dataclass(frozen=True)
class Chunk:
    """One call of a pipeline. item: bytes of a number (2 bfloat16, 4 float32); segments: texts that are routed in time."""

    width: int
    height: int
    frames: int
    fps: float
    item: int
    segments: int = 1


def activations(weights: Weights, chunk: Chunk, tiled: bool) -> dict[str, int]:
    """Bytes alive at the fullest instant of each part, by its name; what the pipeline holds from before included.

    The chunk is counted at the size of its last stage.
    """
    batch = 1 if weights.distilled else 2  # guidance runs with and without the prompt at once
    held = _embeds(weights.config("connectors"), chunk) * batch
    latents = latent_shape(weights.config("vae"), chunk)
    decode = tiled_decode if tiled else decode_bytes
    picture = _picture(weights.config("vae"), latents, chunk.item)
    enlarged = UPSAMPLER in weights.components
    enlarging = {UPSAMPLER: upsampler_bytes(weights.config(UPSAMPLER), latents, chunk.item)} if enlarged else {}
    return {
        **enlarging,
        "text_encoder": _text(weights.config("text_encoder"), chunk) + 2 * held,
        "connectors": held * (5 if weights.config("connectors").get("per_modality_projections") else 7),
        "transformer": batch * transformer_bytes(weights.config("transformer"), latents, chunk) + 2 * held,
        "vae": max(decode(weights.config("vae"), latents, chunk.item), 3 * picture) + held,  # three while it becomes 0 to 1
        "vocoder": vocoder_bytes(weights, chunk) + picture + held,
    }


def ratios(vae: Config) -> tuple[int, int]:
    """(frames a latent frame, pixels a latent pixel a side), as AutoencoderKLLTX2Video reads them off its config."""
    scaled = 2 ** sum(vae["spatio_temporal_scaling"])
    return (
        vae.get("temporal_compression_ratio") or vae["patch_size_t"] * scaled,
        vae.get("spatial_compression_ratio") or vae["patch_size"] * scaled,
    )


def latent_shape(vae: Config, chunk: Chunk) -> Shape:
    """Latent frames, rows and columns that cover a chunk; the first latent frame is one frame."""
    frames, pixels = ratios(vae)
    return -(-(chunk.frames - 1) // frames) + 1, -(-chunk.height // pixels), -(-chunk.width // pixels)


def transformer_bytes(config: Config, latents: Shape, chunk: Chunk) -> int:
    """One pass of LTX2VideoTransformer3DModel, fullest between the two halves of a feed-forward.

    Alive then, for each token: 8 widths of the feed-forward, 7 of the stream and what the block still holds, the modulation of
    its own instant twice and its embedding (each token of a conditioned chunk has a time of its own), and rotary tables in
    float32. Text routed in time needs a mask of each token against each word for every head.
    """
    video = math.prod(latents) // config["patch_size_t"] // config["patch_size"] ** 2
    audio = round(chunk.frames / chunk.fps * _audio_latents_per_s(config))
    heads = config["num_attention_heads"]
    width = heads * config["attention_head_dim"]
    audio_width = config["audio_num_attention_heads"] * config["audio_attention_head_dim"]
    table = FLOAT32 * (1 if config["rope_type"] == "split" else 2)
    modulation = 2 * (9 if config.get("cross_attn_mod") else 6) + 1
    each_video = chunk.item * width * (15 + modulation) + table * (width + config["audio_cross_attention_dim"])
    each_audio = chunk.item * audio_width * 15 + table * (audio_width + config["audio_cross_attention_dim"])
    words = TOKENS * chunk.segments
    routed = chunk.item * video * words * (heads + 1) if chunk.segments > 1 else 0
    return video * each_video + audio * each_audio + 2 * chunk.item * words * (width + audio_width) + routed


def _audio_latents_per_s(config: Config) -> float:
    return config["audio_sampling_rate"] / config["audio_hop_length"] / config["audio_scale_factor"]


def upsampler_bytes(config: Config, latents: Shape, item: int) -> int:
    """LTX2LatentUpsamplerModel that ends in these latents: four arrays where a block normalises what it has convolved.

    By a fraction p / q the sides are made p times as long and every q-th pixel is kept: then two arrays before that count.
    """
    scale = Fraction(config.get("rational_spatial_scale", 2) if config.get("use_rational_resampler", True) else 2)
    return int(item * config["mid_channels"] * math.prod(latents) * max(4, 2 * scale.denominator**2 + 1 / scale**2))


def decode_bytes(vae: Config, latents: Shape, item: int) -> int:
    """LTX2VideoDecoder3d, fullest in a convolution of its largest level.

    Alive then: what goes round the block, what goes in, the same padded in time, padded again in space when edges are
    reflected, what comes out; and below them what the level began with. Encoding the same span stays just under this.
    """
    copies = 5 if vae.get("decoder_spatial_padding_mode") == "reflect" else 4
    levels = list(_levels(vae, latents))
    return item * max(copies * level + below for below, level in zip([0, *levels], levels, strict=False))


def _levels(vae: Config, latents: Shape) -> Iterator[int]:
    """How many numbers one array of each level of the decoder has, from the latents up."""
    channels = list(reversed(vae["decoder_block_out_channels"]))
    factors = list(reversed(vae["upsample_factor"]))
    scaling = list(reversed(vae["decoder_spatio_temporal_scaling"]))
    frames, height, width = latents
    yield channels[0] * frames * height * width
    for place, (channel, factor, scaled) in enumerate(zip(channels, factors, scaling, strict=True)):
        kind = vae["upsample_type"][place] if scaled else ""
        frames = 2 * frames - 1 if "temporal" in kind else frames
        height, width = (2 * height, 2 * width) if kind.startswith("spati") else (height, width)
        yield channel // factor * frames * height * width


def _picture(vae: Config, latents: Shape, item: int) -> int:
    frames, pixels = ratios(vae)
    return item * vae["out_channels"] * ((latents[0] - 1) * frames + 1) * latents[1] * latents[2] * pixels**2


def tiled_decode(vae: Config, latents: Shape, item: int) -> int:
    """The same in tiles that overlap: one tile being made beside all that are done, or all of them being joined."""
    pixels = ratios(vae)[1]
    frames, height, width = latents
    if max(height, width) * pixels <= TILE_PX:
        return decode_bytes(vae, latents, item)
    tile = frames, min(height, TILE_PX // pixels), min(width, TILE_PX // pixels)
    done = _picture(vae, latents, item)
    return max(decode_bytes(vae, tile, item) + done, int(done * (2 + (TILE_PX / STRIDE_PX) ** 2)))


def vocoder_bytes(weights: Weights, chunk: Chunk) -> int:
    """LTX2Vocoder and, behind it when there is one, its bandwidth extension.

    Fullest where the blocks of its largest level are averaged: ten arrays; or, where an activation works at twice the rate to
    keep out aliases, seven of twice the size.
    """
    mel_per_s = weights.config("audio_vae")["sample_rate"] / weights.config("audio_vae")["mel_hop_length"]
    vocoder, length_s = weights.config("vocoder"), chunk.frames / chunk.fps
    sizes = [_largest(vocoder["hidden_channels"], vocoder["upsample_factors"], length_s * mel_per_s)]
    if "bwe_hidden_channels" in vocoder:
        mel = length_s * vocoder["input_sampling_rate"] / vocoder["hop_length"]
        sizes.append(_largest(vocoder["bwe_hidden_channels"], vocoder["bwe_upsample_factors"], mel))
    return int((14 if vocoder["antialias"] else 10) * chunk.item * max(sizes))


def _largest(channels: int, factors: list[int], length: float) -> float:
    """Numbers in the largest level of a vocoder: channels halve while samples multiply."""
    return max(channels / 2 ** (place + 1) * length * math.prod(factors[: place + 1]) for place in range(len(factors)))


def _embeds(connectors: Config, chunk: Chunk) -> int:
    """What all layers of the text encoder say of one prompt."""
    return chunk.item * TOKENS * connectors["caption_channels"] * connectors["text_proj_in_factor"] * chunk.segments


def _text(encoder: Config, chunk: Chunk) -> int:
    """The words that a language model would go on with: computed, and thrown away."""
    inner = encoder.get("text_config", encoder)
    return chunk.item * TOKENS * inner.get("vocab_size", 0)
