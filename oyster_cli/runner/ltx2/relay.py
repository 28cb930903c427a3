"""Direction inside one chunk: every moment of the picture and of the sound reads the text of its own instant and no other.

After Prompt Relay (arXiv 2604.10030), with hard edges and for both streams. The texts stand one behind the other where the
transformer reads its text; a mask for video tokens and another for audio tokens, which have a grid of their own, says who reads
what. A token's instant is the middle of its span of time: that is also where the transformer itself places it (RoPE).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch

UNSEEN = -10000.0  # what the transformer adds to scores of masked text; softmax makes exactly nothing of it
SLACK_S = 1e-4  # time stamps are float32; a token that is on the cue must not miss it by rounding


class Segment(NamedTuple):
    """From this instant of the chunk on, this text holds."""

    start_s: float
    text: str


class Texts(NamedTuple):
    """What the connectors make of several texts."""

    video: torch.Tensor  # (texts, tokens, width)
    audio: torch.Tensor  # (texts, tokens, width)
    counts: torch.Tensor  # (texts, tokens), 0 for padding


@contextmanager
def relayed(pipe: Any, segments: Sequence[Segment], fps: float, max_sequence_length: int = 1024) -> Iterator[None]:
    """In a call of the pipe in here its own prompt holds until the first segment, then the text of each until the next.

    pipe: LTX2Pipeline, LTX2ImageToVideoPipeline or LTX2ConditionPipeline; one video a call. The negative prompt, if there is
    one, holds throughout. segments: by rising start_s. fps: the frame_rate the pipe is called with. max_sequence_length: as
    in the call. The pipe is as it was when the block ends, however it ends.
    """
    if not segments:
        yield
        return
    later = _read(pipe, [segment.text for segment in segments], max_sequence_length)
    starts = torch.tensor([segment.start_s for segment in segments])

    def hand_on(transformer: Any, args: Any, call: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        # The transformer's seconds are frames by a frame rate of its own, which may be another than the film's.
        video_s = _middles_s(call["video_coords"]) * (call["fps"] / fps)
        audio_s = _middles_s(call["audio_coords"])
        own, dtype, config = call["encoder_attention_mask"], call["hidden_states"].dtype, transformer.config
        see, hear = (_bias(_reads(at_s, starts, own, later.counts), dtype) for at_s in (video_s, audio_s))
        return args, {
            **call,
            "encoder_hidden_states": _behind(call["encoder_hidden_states"], later.video),
            "audio_encoder_hidden_states": _behind(call["audio_encoder_hidden_states"], later.audio),
            "encoder_attention_mask": _for_heads(see, config.num_attention_heads),
            "audio_encoder_attention_mask": _for_heads(hear, config.audio_num_attention_heads),
        }

    hook = pipe.transformer.register_forward_pre_hook(hand_on, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()


@torch.no_grad()
def _read(pipe: Any, texts: Sequence[str], max_sequence_length: int) -> Texts:
    """The texts through text encoder and connectors, one after the other as the encoder is large."""
    each = []
    for text in texts:
        embeds, mask, _, _ = pipe.encode_prompt(
            text, do_classifier_free_guidance=False, max_sequence_length=max_sequence_length, device=pipe._execution_device
        )
        each.append(pipe.connectors(embeds, mask, padding_side=getattr(pipe.tokenizer, "padding_side", "left")))
    return Texts(*(torch.cat(part) for part in zip(*each, strict=True)))


def _middles_s(coords: torch.Tensor) -> torch.Tensor:
    """Coordinates (batch, axes, tokens, 2), the first axis time -> the middle of each token's span (batch, tokens)."""
    return coords[:, 0].mean(dim=-1)


def _behind(own: torch.Tensor, later: torch.Tensor) -> torch.Tensor:
    """Own text (batch, tokens, …), then the later texts (texts, tokens, …), the same in every row of the batch."""
    row = later.to(own).flatten(0, 1)
    return torch.cat([own, row.expand(len(own), *row.shape)], dim=1)


def _reads(at_s: torch.Tensor, starts: torch.Tensor, own: torch.Tensor, later: torch.Tensor) -> torch.Tensor:
    """Which text tokens, own and later, each token reads: (batch, tokens, text tokens) bool.

    at_s: (batch, tokens), the token's instant. starts: (texts,). own (batch, text tokens) and later (texts, text tokens): 1 for
    text, 0 for padding. All rows but the last are the negative prompt of guidance, which reads its own text at all times.
    """
    turn = (at_s[..., None] + SLACK_S >= starts.to(at_s)).sum(dim=-1)  # 0 is the own text
    turn[:-1] = 0
    of_later = torch.arange(1, len(starts) + 1, device=at_s.device)[:, None].expand(later.shape)
    of_text = _behind(torch.zeros_like(own[:1], dtype=torch.int64), of_later)  # (1, text tokens)
    return (turn[..., None] == of_text[:, None]) & _behind(own, later)[:, None].bool()


def _bias(reads: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    return torch.zeros(reads.shape, dtype=dtype, device=reads.device).masked_fill_(~reads, UNSEEN)


def _for_heads(bias: torch.Tensor, heads: int) -> torch.Tensor:
    """The bias for all heads. The transformer would copy it for each, gigabytes for a large picture; one row can be shared."""
    return bias.expand(heads, -1, -1) if len(bias) == 1 else bias
