"""A chunk in two stages: all of it small, then its latents made larger by an upsampler, then the last steps again at full size.

As the documentation of diffusers has it for distilled weights. Full weights would need the distilled LoRA for their second
stage, so they are never given an upsampler (weights.staged).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from diffusers.pipelines.ltx2.utils import STAGE_2_DISTILLED_SIGMA_VALUES

from oyster_cli.runner.ltx2.rules import Rules


def stages(pipe: Any, rules: Rules) -> Callable[..., tuple[torch.Tensor, torch.Tensor]]:
    """What is called as the pipe is, and gives latents of picture and sound as it does.

    pipe: LTX2ConditionPipeline with a `latent_upsampler`. Conditions are for the full size; the pipe itself makes them smaller.
    What holds around the pipe, such as sound that is pinned, holds for both stages.
    """

    def run(**call: Any) -> tuple[torch.Tensor, torch.Tensor]:
        width, height = rules.first_size(call["width"], call["height"])
        latents, audio_latents = pipe(**{**call, "width": width, "height": height})
        return pipe(**{
            **call,
            "conditions": [each for each in call["conditions"] if each.strength == 1],
            "latents": _upsampled(pipe.latent_upsampler, latents),
            "audio_latents": audio_latents,
            **how(),
        })  # fmt: skip

    return run


def how() -> dict[str, Any]:
    """Steps of the second stage, and how much noise it begins with: as much as its first step expects."""
    sigmas = STAGE_2_DISTILLED_SIGMA_VALUES
    return {"sigmas": sigmas, "num_inference_steps": len(sigmas), "noise_scale": sigmas[0]}


def _upsampled(upsampler: Any, latents: torch.Tensor) -> torch.Tensor:
    """Latents (1, channels, frames, height, width) as the pipeline returns them -> the same, larger, in float32.

    The pipe goes on in the type that it is given, and in half the bits what is kept of a tail would not come through.
    """
    home = upsampler.device
    larger = upsampler.to(latents.device)(latents.to(upsampler.dtype)).float()
    upsampler.to(home)  # makes room where the parts of the pipe take turns
    return larger
