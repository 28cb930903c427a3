"""One chunk out of the pipeline: its frames, the latents of its sound, and its sound at our rate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import signature
from math import gcd
from typing import Any

import numpy as np
import torch
from diffusers import LTX2ConditionPipeline
from diffusers.pipelines.ltx2.utils import DEFAULT_NEGATIVE_PROMPT, DISTILLED_SIGMA_VALUES
from scipy.signal import resample_poly

from oyster_cli.clock import Clock
from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.ltx2 import relay, twostage
from oyster_cli.runner.ltx2.chunks import Chunk
from oyster_cli.runner.ltx2.pinned import pinned
from oyster_cli.runner.ltx2.rules import Rules
from oyster_cli.state import draw

FULL_SCALE_PA = 2.0  # the model's full scale: 100 dB SPL, as loud as a scene gets without harm
# Distilled weights have guidance in them. Any switch that is left on costs a pass and spoils the picture.
NEUTRAL = {
    "guidance_scale": 1.0, "audio_guidance_scale": 1.0, "stg_scale": 0.0, "audio_stg_scale": 0.0, "modality_scale": 1.0,
    "audio_modality_scale": 1.0, "guidance_rescale": 0.0, "audio_guidance_rescale": 0.0,
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A chunk as it was made, tail included."""

    chunk: Chunk
    picture: np.ndarray  # (frames, made height, made width, 3) uint8
    latents: np.ndarray  # (channels, audio latents, mel bins) float32, as the pipeline returns them
    sound: np.ndarray  # (samples, 2) float32 in pascal at the clock's rate, from the chunk's first audio latent on


def make(
    pipe: Any,
    chunk: Chunk,
    rules: Rules,
    clock: Clock,
    *,
    size: tuple[int, int],
    seed: int,
    distilled: bool,
    conditions: Sequence[Any],
    prefix: np.ndarray,
) -> Made:
    """Make a chunk. The same arguments give the same bytes on the same device.

    size: width and height the model makes. prefix: (channels, chunk.pinned, mel bins) float32. Faults (exit code 1) when memory
    runs out, or when what comes out is not finite.
    """
    later = [relay.Segment(clock.time_s(segment.frame - chunk.video_at), segment.text) for segment in chunk.segments[1:]]
    known = torch.from_numpy(prefix)[None].to(pipe._execution_device) if chunk.pinned else None
    with _said_plainly(chunk), torch.no_grad():
        with pinned(pipe, known), relay.relayed(pipe, later, float(clock.fps)):
            stages = pipe if rules.upsampled == 1 else twostage.stages(pipe, rules)
            latents, audio_latents = stages(
                prompt=chunk.segments[0].text,
                conditions=list(conditions),
                width=size[0],
                height=size[1],
                num_frames=chunk.frames,
                frame_rate=float(clock.fps),
                generator=torch.Generator("cpu").manual_seed(_seed(seed, chunk)),
                output_type="latent",
                return_dict=False,
                **how(distilled),
            )
        picture = _picture(pipe, latents, chunk)
        sound = _sound(pipe, audio_latents, rules, clock.rate_hz, chunk)
        pipe.maybe_free_model_hooks()
        return Made(chunk, picture, audio_latents[0].float().cpu().numpy(), sound)


def how(distilled: bool) -> dict[str, Any]:
    """Steps and guidance, as the pipeline takes them; what is not in it is left as the pipeline has it."""
    if distilled:
        return {**NEUTRAL, "sigmas": DISTILLED_SIGMA_VALUES, "num_inference_steps": len(DISTILLED_SIGMA_VALUES)}
    return {"negative_prompt": DEFAULT_NEGATIVE_PROMPT}


def told(distilled: bool, two_stages: bool) -> dict[str, str]:
    """Steps and guidance in full, for the slate."""
    usual = {name: each.default for name, each in signature(LTX2ConditionPipeline.__call__).parameters.items()}
    call = usual | how(distilled)
    guidance = ", ".join(f"{name} {call[name]:g}" for name in NEUTRAL)
    sigmas = "the scheduler's" if call["sigmas"] is None else _listed(call["sigmas"])
    stages = {"stages": f"two stages, the second from sigmas {_listed(twostage.how()['sigmas'])}"} if two_stages else {}
    return {"steps": str(call["num_inference_steps"]), "sigmas": sigmas, "guidance": guidance, **stages}


def _listed(sigmas: Sequence[float]) -> str:
    return " ".join(f"{sigma:g}" for sigma in sigmas)


def _seed(seed: int, chunk: Chunk) -> int:
    return int(draw(seed, "ltx2", chunk.number).integers(2**63))


@contextmanager
def _said_plainly(chunk: Chunk) -> Iterator[None]:
    """Out of memory, on the device or beside it, as a Fault."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError) as error:
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        remedy = "close what else uses the device, or ask for a smaller --size"
        raise Fault(f"memory ran out over {_named(chunk)}", remedy=remedy, code=Exit.FAILED) from error


def _named(chunk: Chunk) -> str:
    return f"frames {chunk.first} to {chunk.end - 1}"


def _finite(value: torch.Tensor, what: str, chunk: Chunk) -> torch.Tensor:
    if not torch.isfinite(value).all():
        remedy = "the weights may be damaged, or too coarsely quantised; another seed may help"
        raise Fault(f"the model made {what} that is not finite in {_named(chunk)}", remedy=remedy, code=Exit.FAILED)
    return value


def _picture(pipe: Any, latents: torch.Tensor, chunk: Chunk) -> np.ndarray:
    """Latents (1, channels, frames, height, width) -> frames (n, height, width, 3) uint8."""
    vae = pipe.vae
    noise_level = torch.zeros(1, device=latents.device, dtype=vae.dtype) if vae.config.timestep_conditioning else None
    video = vae.decode(latents.to(vae.dtype), noise_level, return_dict=False)[0][0]  # (3, frames, height, width) in -1 to 1
    _finite(video, "a picture", chunk)
    frames = [((frame.float() + 1) * 127.5).round().clamp(0, 255).byte().cpu() for frame in video.unbind(1)]
    return torch.stack(frames).permute(0, 2, 3, 1).contiguous().numpy()


def _sound(pipe: Any, latents: torch.Tensor, rules: Rules, rate_hz: int, chunk: Chunk) -> np.ndarray:
    """Audio latents (1, channels, n, mel bins) -> (samples, 2) float32 in pascal at our rate."""
    mel = pipe.audio_vae.decode(latents.to(pipe.audio_vae.dtype), return_dict=False)[0]
    wave = _finite(pipe.vocoder(mel)[0].float(), "sound", chunk).cpu().numpy()  # (2, samples)
    common = gcd(rate_hz, rules.rate_hz)
    ours = resample_poly(wave.astype(np.float64), rate_hz // common, rules.rate_hz // common, axis=1)
    return np.ascontiguousarray(ours.T * FULL_SCALE_PA, np.float32)
