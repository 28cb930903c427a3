"""Weights from the disk into a pipeline, put where the fit says. Safetensors only, nothing fetched, no code of theirs run."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import LTX2ConditionPipeline, PipelineQuantizationConfig
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from diffusers.utils import logging as diffusers_log
from transformers.utils import logging as transformers_log

from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.ltx2.fit import Fit
from oyster_cli.runner.ltx2.weights import UPSAMPLER, Weights


def load(weights: Weights, fit: Fit, device: str) -> Any:
    """The pipeline of these weights on a device, with `latent_upsampler` when it belongs to them (weights.staged).

    Fault (exit code 4) when they cannot be read after all.
    """
    safely: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
    quantised = {"quantization_config": _eight_bits()} if fit.way == "quantised" else {}
    diffusers_log.disable_progress_bar()
    transformers_log.disable_progress_bar()
    kind = torch.float32 if fit.way == "cpu" else torch.bfloat16
    try:
        pipe = LTX2ConditionPipeline.from_pretrained(
            weights.path, dtype=kind, prompt_enhancer=None, duration_head=None, **safely, **quantised
        )
        if UPSAMPLER in weights.components:
            pipe.latent_upsampler = LTX2LatentUpsamplerModel.from_pretrained(
                weights.path, subfolder=UPSAMPLER, dtype=kind, **safely
            )
    except (OSError, ValueError, RuntimeError) as error:
        cause = (str(error).splitlines() or ["no cause given"])[0]
        raise Fault(f"these weights cannot be loaded: {cause}", str(weights.path), code=Exit.MISSING) from error
    pipe.set_progress_bar_config(disable=True)
    if weights.distilled:  # its sigmas are taken as they are: the scheduler of the full weights would bend them
        plain = {"use_dynamic_shifting": False, "shift_terminal": None}
        pipe.scheduler = type(pipe.scheduler).from_config(pipe.scheduler.config, **plain)
    if fit.tiled:
        pipe.vae.enable_tiling()
    _place(pipe, fit.way, device)
    return pipe


def _eight_bits() -> PipelineQuantizationConfig:
    return PipelineQuantizationConfig(
        quant_backend="bitsandbytes_8bit",
        quant_kwargs={"load_in_8bit": True},
        components_to_quantize=["transformer", "text_encoder"],
    )


def _place(pipe: Any, way: str, device: str) -> None:
    if way == "layerwise":
        pipe.transformer.enable_layerwise_casting(storage_dtype=torch.float8_e4m3fn, compute_dtype=torch.bfloat16)
    if way == "group-offload":
        pipe.enable_group_offload(torch.device(device), offload_type="leaf_level", use_stream=device == "cuda")
    elif way in ("gpu", "cpu"):
        pipe.to(device)
        if hasattr(pipe, UPSAMPLER):  # no part of a pipeline of diffusers; otherwise it is moved there for its one pass
            pipe.latent_upsampler.to(device)
    else:
        pipe.enable_model_cpu_offload(device=device)
