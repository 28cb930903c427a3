"""What a pipeline asks of sizes and lengths, read off the pipeline itself. No number of any model stands here."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any

from oyster_cli.fault import Exit, Fault


@dataclass(frozen=True)
class Rules:
    """The grids of a model: pixels, frames, and the latents of its sound.

    The first latent frame stands for one frame, each other for `frame_step`: lengths are 1 + n * frame_step. The first audio
    latent stands for one mel frame, each other for `mel_per_latent` (both decoders are causal).
    """

    side_step: int  # sides of a picture are multiples of this, in pixels
    frame_step: int
    mel_per_s: Fraction
    mel_per_latent: int
    longest_s: float  # what the positional embedding was made for
    rate_hz: int  # of the vocoder
    upsampled: Fraction = Fraction(1)  # by so much each side grows between two stages; 1 where there is only one

    @property
    def latents_per_s(self) -> Fraction:
        """Audio latents a second."""
        return self.mel_per_s / self.mel_per_latent

    def frames_covering(self, frames: int) -> int:
        """The shortest length the model makes that is at least so long."""
        return -(-(frames - 1) // self.frame_step) * self.frame_step + 1

    def frames_within(self, frames: int) -> int:
        """The longest length the model makes that is at most so long; 0 below one frame."""
        return (frames - 1) // self.frame_step * self.frame_step + 1 if frames > 0 else 0

    def size_covering(self, width: int, height: int) -> tuple[int, int]:
        """The smallest picture the model makes that covers this one."""
        return -(-width // self.side_step) * self.side_step, -(-height // self.side_step) * self.side_step

    def first_size(self, width: int, height: int) -> tuple[int, int]:
        """The picture of the first stage for one that the model makes."""
        return int(width / self.upsampled), int(height / self.upsampled)

    def audio_latents(self, frames: int, fps: Fraction) -> int:
        """Audio latents that are made with so many frames: as the pipeline counts them, in floating point."""
        return round(frames / float(fps) * float(self.latents_per_s))

    def sound_s(self, audio_latents: int) -> Fraction:
        """How long the sound of so many latents is."""
        return ((audio_latents - 1) * self.mel_per_latent + 1) / self.mel_per_s if audio_latents else Fraction(0)


def read_rules(pipe: Any) -> Rules:
    """The rules of an LTX2 pipeline. Fault (exit code 4) when it is built in a way that is not understood."""
    transformer, vae = pipe.transformer.config, pipe.audio_vae
    patches = transformer.patch_size_t, transformer.audio_patch_size_t, transformer.audio_patch_size
    if set(patches) != {1} or not vae.config.is_causal:
        raise Fault("these weights cut time in a way this version of oyster does not know", code=Exit.MISSING)
    upsampled = _upsampled(pipe)
    return Rules(
        side_step=_side_step(pipe, upsampled),
        frame_step=pipe.vae_temporal_compression_ratio,
        mel_per_s=Fraction(pipe.audio_sampling_rate, pipe.audio_hop_length),
        mel_per_latent=pipe.audio_vae_temporal_compression_ratio,
        longest_s=float(min(transformer.pos_embed_max_pos, transformer.audio_pos_embed_max_pos)),
        rate_hz=pipe.vocoder.config.output_sampling_rate,
        upsampled=upsampled,
    )


def _upsampled(pipe: Any) -> Fraction:
    """How much larger the upsampler of a pipeline makes the sides of a picture; 1 without one."""
    upsampler = getattr(pipe, "latent_upsampler", None)
    if upsampler is None:
        return Fraction(1)
    if upsampler.config.use_rational_resampler:
        return Fraction(upsampler.config.rational_spatial_scale)
    return Fraction(upsampler.upsampler[-1].upscale_factors[0])


def _side_step(pipe: Any, upsampled: Fraction) -> int:
    """The first side that is whole latents and patches and that the pipeline itself lets through, in either stage."""
    step = pipe.vae_spatial_compression_ratio * pipe.transformer_spatial_patch_size
    return next(side for side in count(step, step) if _takes(pipe, side, step) and _takes(pipe, side / upsampled, step))


def _takes(pipe: Any, side: int | Fraction, step: int) -> bool:
    if side % step:
        return False
    try:
        pipe.check_inputs(prompt="", height=int(side), width=int(side), stg_scale=0.0, audio_stg_scale=0.0)
    except ValueError:
        return False
    return True


def snapped(rules: Rules, size: tuple[int, int]) -> str:
    """What is done about a picture size the model does not make, in words; "" when it makes it."""
    made = rules.size_covering(*size)
    if made == size:
        return ""
    return f"made at {made[0]}x{made[1]}, the nearest the model makes, and cropped to {size[0]}x{size[1]}"
