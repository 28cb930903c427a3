"""Direction inside one chunk: each token of picture and sound reads the text of its own instant, and none other."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
import tiny_ltx2
import torch
from diffusers import LTX2ImageToVideoPipeline
from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

from oyster_cli.runner.ltx2.pinned import pinned
from oyster_cli.runner.ltx2.relay import Segment, relayed

CALM, STORM, NIGHT = "a calm lake", "a storm comes up", "night falls over the water"
FRAMES, LATENTS, ROOM = 25, 7, 4  # frames of a chunk, video latents in time, video tokens in each of them
GUIDED = {"guidance_scale": 3.0, "audio_guidance_scale": 3.0, "negative_prompt": "blurry hum"}


def roll(pipe: Any, prompt: str = CALM, **more: Any) -> Any:
    call = tiny_ltx2.neutral(prompt=prompt, generator=torch.Generator().manual_seed(1), output_type="latent")
    image = {"image": torch.zeros(1, 3, 32, 32), "image_crf": 0} if isinstance(pipe, LTX2ImageToVideoPipeline) else {}
    return pipe(**{**call, **image, **more})


def relay(pipe: Any, segments: list[Segment], fps: float = 25.0) -> Any:
    return relayed(pipe, segments, fps, tiny_ltx2.PROMPT_TOKENS)


def at(frame: int, text: str = STORM, fps: Fraction | int = 25) -> Segment:
    return Segment(float(Fraction(frame) / fps), text)


class Ear:
    """What the first block gets out of the text at the first step, in picture and sound: (rows, tokens, width) each.

    Its queries have heard nothing of any text yet, so that whatever differs comes from the text a token reads.
    """

    def __init__(self, pipe: Any) -> None:
        self.heard: dict[str, torch.Tensor] = {}
        self.block = pipe.transformer.transformer_blocks[0]

    def __call__(self, pipe: Any, *prompt: str, **more: Any) -> tuple[torch.Tensor, torch.Tensor]:
        self.heard.clear()
        hooks = [getattr(self.block, name).register_forward_hook(self._keep(name)) for name in ("attn2", "audio_attn2")]
        roll(pipe, *prompt, **more)
        for hook in hooks:
            hook.remove()
        return self.heard["attn2"], self.heard["audio_attn2"]

    def _keep(self, name: str) -> Any:
        def keep(_module: Any, _args: Any, out: torch.Tensor) -> None:
            self.heard.setdefault(name, out.clone())

        return keep


@pytest.fixture(params=tiny_ltx2.CLASSES)
def pipe(request: pytest.FixtureRequest) -> Any:
    return tiny_ltx2.make_pipe(request.param)


def masks(pipe: Any, segments: list[Segment], fps: float = 25.0, **more: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Which text each token reads, as a number, in picture and sound; fails when it reads of two, or not all of its own."""
    calls: list[dict[str, Any]] = []
    with relay(pipe, segments, fps):
        pipe.transformer.register_forward_pre_hook(lambda _module, _args, call: calls.append(call), with_kwargs=True)
        roll(pipe, frame_rate=fps, **more)
    both = []
    for name in ("encoder_attention_mask", "audio_encoder_attention_mask"):
        bias = calls[0][name]
        assert set(bias.unique().tolist()) == {0.0, -10000.0}
        read = (bias[-1] == 0).unflatten(-1, (-1, tiny_ltx2.PROMPT_TOKENS))  # (tokens, texts, tokens of a text)
        assert torch.equal(read.all(dim=-1), read.any(dim=-1))
        assert (read.any(dim=-1).sum(dim=-1) == 1).all()
        both.append(read.any(dim=-1).int().argmax(dim=-1))
    return both[0], both[1]


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(24000, 1001), Fraction(25), Fraction(60)])
@pytest.mark.parametrize("starts", [(9,), (5, 17), (1, 5, 9, 13), (0,), (24,)])
def test_every_token_reads_the_text_of_its_instant(fps: Fraction, starts: tuple[int, ...]):
    pipe = tiny_ltx2.make_pipe()
    picture, sound = masks(pipe, [at(start, STORM, fps) for start in starts], float(fps), num_frames=FRAMES)
    holds = [sum(frame >= start for start in starts) for frame in range(FRAMES)]  # which text holds at each frame of the film
    ratio = tiny_ltx2.FRAMES_PER_LATENT
    for latent, read in enumerate(picture.view(LATENTS, ROOM)):
        frames = range(max(0, (latent - 1) * ratio + 1), latent * ratio + 1)
        middle = Fraction(frames.start + frames.stop, 2)
        assert set(read.tolist()) == {sum(middle >= start for start in starts)}
        if not set(range(frames.start + 1, frames.stop)) & set(starts):  # no cue inside: all its frames agree
            assert {holds[frame] for frame in frames} == set(read.tolist())
    for latent, read in enumerate(sound.tolist()):  # the first has one spectrum of 10 ms, each other four
        first = max(0, 4 * latent - 3)
        middle_s = Fraction(first + 4 * latent + 1, 2) / 100
        assert read == sum(middle_s >= start / fps for start in starts)


def test_sound_and_picture_turn_within_a_sound_latent_of_each_other():
    picture, sound = masks(tiny_ltx2.make_pipe(), [at(13)])
    frame = 1 + (picture.view(LATENTS, ROOM)[:, 0].tolist().index(1) - 1) * tiny_ltx2.FRAMES_PER_LATENT
    spectrum = 4 * sound.tolist().index(1) - 3
    assert frame == 13
    assert abs(spectrum / 100 - frame / 25) <= 0.02


@pytest.mark.parametrize(("guidance", "shared"), [({}, True), (GUIDED, False)], ids=["distilled", "full"])
def test_one_mask_serves_all_heads_without_a_copy_when_there_is_one_row(guidance: dict[str, Any], shared: bool):
    pipe = tiny_ltx2.make_pipe()
    used: list[torch.Tensor] = []

    def take(attention: Any, _args: Any, call: dict[str, Any]) -> None:
        used.append(attention.prepare_attention_mask(call["attention_mask"], 2 * tiny_ltx2.PROMPT_TOKENS, 1 + bool(guidance)))

    pipe.transformer.transformer_blocks[0].attn2.register_forward_pre_hook(take, with_kwargs=True)
    with relay(pipe, [at(13)]):
        roll(pipe, **guidance)
    one_row = LATENTS * ROOM * 2 * tiny_ltx2.PROMPT_TOKENS * 4
    assert (used[0].untyped_storage().nbytes() == one_row) == shared


def test_motion_slower_than_the_film_does_not_shift_the_text():
    pipe = tiny_ltx2.make_pipe()
    usual, slow = masks(pipe, [at(13)]), masks(tiny_ltx2.make_pipe(), [at(13)], motion_speed=0.5)
    assert all(torch.equal(one, other) for one, other in zip(usual, slow, strict=True))


@pytest.mark.parametrize("guidance", [{}, GUIDED], ids=["distilled", "full"])
def test_each_part_hears_exactly_what_a_chunk_of_its_text_alone_would(pipe: Any, guidance: dict[str, Any]):
    listen = Ear(pipe)
    alone = [listen(pipe, text, **guidance) for text in (CALM, STORM, NIGHT)]
    with relay(pipe, [at(9), at(17, NIGHT)]):
        together = listen(pipe, CALM, **guidance)
    cuts = ((0, 3 * ROOM, 5 * ROOM, LATENTS * ROOM), (0, 10, 18, 25))  # by hand: sound latent n is about 40 n - 10 ms in
    for stream, cut in enumerate(cuts):
        for text, (first, end) in enumerate(pairwise(cut)):
            torch.testing.assert_close(together[stream][-1, first:end], alone[text][stream][-1, first:end], rtol=0, atol=1e-6)
        torch.testing.assert_close(together[stream][:-1], alone[0][stream][:-1], rtol=0, atol=1e-6)  # the negative prompt
        assert len(together[stream]) == (2 if guidance else 1)


def test_a_changed_text_leaves_the_part_before_it_alone_to_the_bit(pipe: Any):
    listen = Ear(pipe)
    heard = []
    for text in (STORM, NIGHT):
        with relay(pipe, [at(13, text)]):
            heard.append(listen(pipe))
    for one, other, first in zip(*heard, (4 * ROOM, 14), strict=True):
        assert torch.equal(one[:, : first - 1], other[:, : first - 1])
        assert ((one - other)[:, first:].abs().amax(dim=-1) > 1e-4).all()


def test_a_changed_text_changes_picture_and_sound(pipe: Any):
    results = []
    for text in (STORM, NIGHT):
        with relay(pipe, [at(13, text)]):
            results.append(roll(pipe))
    one, other = results
    assert (one.frames - other.frames)[:, :, 4:].abs().max() > 1e-3
    assert (one.audio - other.audio)[:, :, 14:].abs().max() > 1e-3


def test_keyframes_further_on_read_the_text_of_their_own_time():
    pipe = tiny_ltx2.make_pipe()
    goal = LTX2VideoCondition(frames=torch.zeros(3, 32, 32), index=5, crf=0)  # a picture to reach: four tokens at the end
    for start, text in ((9, 1), (21, 0)):
        picture, _ = masks(pipe, [at(start)], conditions=[goal])
        assert len(picture) == (LATENTS + 1) * ROOM
        assert set(picture[-ROOM:].tolist()) == {text}
        pipe = tiny_ltx2.make_pipe()


@pytest.mark.parametrize("guidance", [{}, GUIDED], ids=["distilled", "full"])
def test_goes_together_with_pinned_sound(pipe: Any, guidance: dict[str, Any]):
    known = roll(pipe, NIGHT).audio[:, :, -9:]
    with pinned(pipe, known), relay(pipe, [at(13)]):
        one = roll(pipe, **guidance)
    with relay(pipe, [at(13)]), pinned(pipe, known):
        other = roll(pipe, **guidance)
    with pinned(pipe, known):
        steady = roll(pipe, **guidance)
    torch.testing.assert_close(one.audio[:, :, :9], known, rtol=0, atol=2e-6)
    assert torch.equal(one.audio, other.audio)
    assert (one.audio - steady.audio).abs().max() > 1e-3


def test_works_in_the_type_that_devices_compute_in(pipe: Any):
    pipe.to(torch.bfloat16)
    known = roll(pipe, NIGHT).audio[:, :, -9:]
    results = []
    for text in (STORM, NIGHT):
        with pinned(pipe, known), relay(pipe, [at(13, text)]):
            results.append(roll(pipe))
    assert all(torch.allclose(result.audio[:, :, :9], known, atol=2e-6) for result in results)
    assert not torch.equal(results[0].audio, results[1].audio)


def test_nothing_is_relayed_without_segments(pipe: Any):
    before = roll(pipe)
    with relay(pipe, []):
        after = roll(pipe)
    assert torch.equal(before.audio, after.audio)


def test_the_pipe_is_as_it_was_also_after_an_error(pipe: Any):
    before, own = roll(pipe), set(vars(pipe))
    with pytest.raises(KeyboardInterrupt), relay(pipe, [at(13)]):
        raise KeyboardInterrupt
    after = roll(pipe)
    assert set(vars(pipe)) == own
    assert not pipe.transformer._forward_pre_hooks
    assert torch.equal(before.audio, after.audio)
    assert torch.equal(before.frames, after.frames)


def test_a_real_text_encoder_reads_the_segments():
    pipe = tiny_ltx2.make_pipe(text_encoder=True)
    listen = Ear(pipe)
    alone = listen(pipe, STORM)
    with relay(pipe, [at(0)]):
        together = listen(pipe, CALM)
    for one, other in zip(alone, together, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-6)
