"""Sound that goes on across the seam of two chunks: the new chunk begins with audio latents that are already known.

The pipelines keep a given beginning of the picture (conditions) but not of the sound. The transformer can: it takes a timestep
for each audio token, and what has timestep 0 is read as finished. So the known tokens are shown clean and with timestep 0 at
every step, and what is guessed for them is put right before the scheduler moves on, as the pipelines do with the picture.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch


@contextmanager
def pinned(pipe: Any, prefix: torch.Tensor | None) -> Iterator[None]:
    """Every call of the pipe in here begins with this sound, and gives it back unchanged but for rounding.

    pipe: LTX2Pipeline, LTX2ImageToVideoPipeline or LTX2ConditionPipeline, with or without guidance.
    prefix: audio latents (1, channels, latents, mel bins) as a call with output_type="latent" returns them, fewer than the
    chunk has; None pins nothing. The pipe is as it was when the block ends, however it ends.
    """
    if prefix is None:
        yield
        return
    clean = _tokens(pipe, prefix)
    convert = pipe.convert_x0_to_velocity

    def show_clean(_transformer: Any, args: Any, call: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        audio = call["audio_hidden_states"]  # (batch, tokens, width)
        timestep = call.get("audio_timestep", call["timestep"])  # (batch,); LTX2Pipeline gives one for picture and sound
        timestep = timestep[:, None].repeat(1, audio.shape[1])
        timestep[:, : clean.shape[1]] = 0
        return args, {**call, "audio_hidden_states": _begun(audio, clean), "audio_timestep": timestep}

    def keep_clean(sample: torch.Tensor, guess: torch.Tensor, step: int, scheduler: Any = None) -> torch.Tensor:
        # Here, after guidance: rescaling it changes the level of all tokens, also of those that are right already.
        # The pipelines hand over their own scheduler for the picture and a copy of it for the sound.
        sound = scheduler is not None and scheduler is not pipe.scheduler
        return convert(sample, _begun(guess, clean) if sound else guess, step, scheduler)

    hook = pipe.transformer.register_forward_pre_hook(show_clean, with_kwargs=True)
    pipe.convert_x0_to_velocity = keep_clean
    try:
        yield
    finally:
        hook.remove()
        del pipe.convert_x0_to_velocity


def _tokens(pipe: Any, latents: torch.Tensor) -> torch.Tensor:
    """Audio latents (1, channels, latents, mel bins) as the transformer sees them: (1, latents, width), normalised."""
    packed = pipe._pack_audio_latents(latents)
    return pipe._normalize_audio_latents(packed, pipe.audio_vae.latents_mean, pipe.audio_vae.latents_std)


def _begun(tokens: torch.Tensor, clean: torch.Tensor) -> torch.Tensor:
    """The tokens (batch, n, width) with the first ones replaced, in each row by the same."""
    return torch.cat([clean.to(tokens).expand(len(tokens), -1, -1), tokens[:, clean.shape[1] :]], dim=1)
