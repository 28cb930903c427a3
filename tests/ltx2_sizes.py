"""LTX-2 weights of the real size that no disk holds: the real classes on torch's meta device, and a count of what is alive."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKLLTX2Audio, AutoencoderKLLTX2Video, LTX2VideoTransformer3DModel
from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder, LTX2VocoderWithBWE
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter
from transformers import Gemma3Config, Gemma3ForConditionalGeneration

from oyster_cli.runner.ltx2.tensors import Tensors
from oyster_cli.runner.ltx2.weights import Component, Weights

NEWER = {"gated_attn": True, "cross_attn_mod": True, "audio_gated_attn": True, "audio_cross_attn_mod": True}
NEWER |= {"perturbed_attn": True, "use_prompt_embeddings": False, "rope_type": "split"}  # what sets 2.3 apart
WIDER = {f"{stream}_connector_{what}": size for stream, sizes in {"video": (32, 128, 8), "audio": (32, 64, 8)}.items()
         for what, size in zip(("num_attention_heads", "attention_head_dim", "num_layers"), sizes, strict=True)}  # fmt: skip
WIDER |= {"per_modality_projections": True, "rope_type": "split"}
RATIOS = {"spatial_compression_ratio": 32, "temporal_compression_ratio": 8}
TWELVE_B = {"hidden_size": 3840, "intermediate_size": 15360, "num_hidden_layers": 48, "vocab_size": 262208}
TWELVE_B |= {"num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 256}
EYE = {"hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16}


def on_meta(make: Callable[..., Any], *args: Any, **config: Any) -> Any:
    """A model of its real size in bfloat16 that takes no memory."""
    kept = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device("meta"):
            return make(*args, **config)
    finally:
        torch.set_default_dtype(kept)


def real_weights(version: str = "LTX-2", distilled: bool = True) -> Weights:
    """LTX-2 (19B) as the class defaults of diffusers are, or LTX-2.3 (22B) as far as its size is known."""
    newer = version != "LTX-2"
    models = {
        "transformer": on_meta(LTX2VideoTransformer3DModel, **(NEWER if newer else {})),
        "connectors": on_meta(LTX2TextConnectors, **(WIDER if newer else {})),
        "vae": on_meta(AutoencoderKLLTX2Video, **RATIOS),
        "audio_vae": on_meta(AutoencoderKLLTX2Audio),
        "vocoder": on_meta(LTX2VocoderWithBWE if newer else LTX2Vocoder),
        "text_encoder": on_meta(Gemma3ForConditionalGeneration, Gemma3Config(text_config=TWELVE_B, vision_config=EYE)),
    }
    parts = {name: _component(name, model) for name, model in models.items()}
    return Weights(Path("nowhere"), "LTX2Pipeline", version, distilled, parts, {}, "not stated")


def _component(name: str, model: Any) -> Component:
    sizes = [tensor.numel() for tensor in model.parameters()]
    config = model.config.to_dict() if name == "text_encoder" else dict(model.config)
    return Component(name, type(model).__name__, "", config, Tensors(2 * sum(sizes), sum(sizes), max(sizes), "BF16"), ())


class Alive(TorchDispatchMode):
    """Counts the bytes of the tensors that are made while it is on and still alive; `peak` is their most."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.peak = 0
        self._known: dict[int, int] = {}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self._count((args, kwargs), made=False)
        out = func(*args, **(kwargs or {}))
        self._count(out, made=True)
        self.peak = max(self.peak, self.now)
        return out

    def _count(self, tree: Any, made: bool) -> None:
        for tensor in tree_iter(tree):
            if isinstance(tensor, torch.Tensor) and (key := tensor.untyped_storage()._cdata) not in self._known:
                self._known[key] = tensor.untyped_storage().nbytes() if made else 0
                self.now += self._known[key]
                weakref.finalize(tensor.untyped_storage(), self._gone, key)

    def _gone(self, key: int) -> None:
        self.now -= self._known.pop(key)


def peak_bytes(call: Callable[[], Any]) -> int:
    """The most that a call holds at once beside what there was before; attention as the fused kernels of a GPU do it."""

    def fused(query: torch.Tensor, key: Any, value: torch.Tensor, **_: Any) -> torch.Tensor:  # noqa: ARG001
        return query.new_empty((*query.shape[:-1], value.shape[-1]))

    with pytest.MonkeyPatch.context() as patch, torch.no_grad(), Alive() as alive:
        patch.setattr(torch.nn.functional, "scaled_dot_product_attention", fused)
        call()
    return alive.peak
