"""What a learned model takes in memory: formulas against the real classes, counted as they run, and the choice that follows."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tiny_ltx2
import torch
from diffusers import AutoencoderKLLTX2Video, LTX2VideoTransformer3DModel
from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder, LTX2VocoderWithBWE
from ltx2_sizes import NEWER, RATIOS, WIDER, on_meta, peak_bytes, real_weights

from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.ltx2 import fit, memory
from oyster_cli.runner.ltx2.fit import GIB, Room, plan
from oyster_cli.runner.ltx2.memory import Chunk
from oyster_cli.runner.ltx2.weights import read_weights

SMALL = Chunk(768, 512, 121, 24.0, 2)
LARGE = Chunk(1280, 736, 241, 24.0, 2)
PLENTY = 512 * GIB
weights_of = cache(real_weights)


def meta(*shape: int, dtype: torch.dtype = torch.bfloat16) -> torch.Tensor:
    return torch.empty(shape, dtype=dtype, device="meta")


def latents_of(chunk: Chunk) -> memory.Shape:
    return (chunk.frames - 1) // 8 + 1, chunk.height // 32, chunk.width // 32


def one_pass(model: Any, chunk: Chunk, text: int, audio_text: int) -> Any:
    """A pass of the transformer on a chunk whose tokens each have their own time, as with conditions."""
    shape = latents_of(chunk)
    tokens, audio = shape[0] * shape[1] * shape[2], round(chunk.frames / chunk.fps * 25)
    words = memory.TOKENS * chunk.segments
    masks = [meta(1, n, words) if chunk.segments > 1 else meta(1, words) for n in (tokens, audio)]
    return model(
        hidden_states=meta(1, tokens, 128), audio_hidden_states=meta(1, audio, 128),
        encoder_hidden_states=meta(1, words, text), audio_encoder_hidden_states=meta(1, words, audio_text),
        timestep=meta(1, tokens), audio_timestep=meta(1), sigma=meta(1), audio_sigma=meta(1),
        encoder_attention_mask=masks[0], audio_encoder_attention_mask=masks[1],
        num_frames=shape[0], height=shape[1], width=shape[2], fps=chunk.fps, audio_num_frames=audio, use_cross_timestep=True,
    )  # fmt: skip


@pytest.mark.parametrize("chunk", [SMALL, LARGE, dataclasses.replace(SMALL, segments=3)], ids=["small", "large", "routed"])
@pytest.mark.parametrize(
    ("config", "text", "audio_text"),
    [({}, 3840, 3840), ({"rope_type": "split"}, 3840, 3840), (NEWER, 4096, 2048)],
    ids=["LTX-2", "split", "LTX-2.3"],
)
def test_a_pass_of_the_transformer_takes_what_the_formula_says(chunk: Chunk, config: dict, text: int, audio_text: int):
    model = on_meta(LTX2VideoTransformer3DModel, num_layers=2, **config)  # each layer lets go of what it held
    counted = peak_bytes(lambda: one_pass(model, chunk, text, audio_text))
    said = memory.transformer_bytes(model.config, latents_of(chunk), chunk)
    assert said == pytest.approx(counted, rel=0.02 if chunk.segments == 1 else 0.3)
    assert said > 0.99 * counted


@pytest.mark.parametrize("mode", ["reflect", "zeros"])
@pytest.mark.parametrize("chunk", [SMALL, LARGE], ids=["small", "large"])
def test_decoding_a_picture_takes_what_the_formula_says(chunk: Chunk, mode: str):
    vae = on_meta(AutoencoderKLLTX2Video, **RATIOS, decoder_spatial_padding_mode=mode)
    latents = memory.latent_shape(vae.config, chunk)
    assert latents == latents_of(chunk)
    z = meta(1, 128, *latents)
    film = meta(1, 3, chunk.frames, chunk.height, chunk.width)
    whole = memory.decode_bytes(vae.config, latents, 2)
    assert whole == pytest.approx(peak_bytes(lambda: vae.decode(z)), rel=0.06)
    if mode == "reflect":
        assert peak_bytes(lambda: vae.encode(film)) < whole
    vae.enable_tiling()
    assert (vae.tile_sample_min_height, vae.tile_sample_stride_width) == (memory.TILE_PX, memory.STRIDE_PX)
    counted = peak_bytes(lambda: vae.decode(z))
    assert 0.97 * counted < memory.tiled_decode(vae.config, latents, 2) < 1.3 * counted


def test_a_vocoder_takes_no_more_than_the_formula_says():
    for version, make in (("LTX-2", LTX2Vocoder), ("LTX-2.3", LTX2VocoderWithBWE)):
        vocoder, mel = on_meta(make), meta(1, 2, 2000, 64)
        counted = peak_bytes(lambda vocoder=vocoder, mel=mel: vocoder(mel))
        said = memory.vocoder_bytes(weights_of(version), Chunk(64, 64, 480, 24.0, 2))
        assert counted <= 1.03 * said
        assert said < 1.5 * counted


def test_connectors_take_no_more_than_is_planned():
    for version, config in (("LTX-2", {}), ("LTX-2.3", WIDER)):
        connectors = on_meta(LTX2TextConnectors, **config)
        embeds, mask = meta(1, memory.TOKENS, 3840 * 49), meta(1, memory.TOKENS, dtype=torch.int64)
        counted = peak_bytes(lambda c=connectors, e=embeds, m=mask: c(e, m)) + embeds.nbytes
        assert counted < memory.activations(weights_of(version), SMALL, False)["connectors"] < 1.3 * counted


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_ltx2.save(tmp_path_factory.mktemp("weights") / "distilled")


def test_a_real_call_stays_within_the_plan(tiny: Path):
    weights = read_weights(tiny)
    pipe = tiny_ltx2.make_pipe(text_encoder=True)
    film = tiny_ltx2.neutral(width=160, height=96, num_frames=97, max_sequence_length=memory.TOKENS)
    counted = peak_bytes(lambda: pipe(prompt="rain", **film))
    found = plan(weights, 160, 96, 97, 25.0, Room("cpu", 0, PLENTY))
    held = sum(4 * each.tensors.parameters for each in weights.components.values())
    assert found.way == "cpu"
    assert 0.5 * (found.need_bytes - held) < counted < 1.02 * (found.need_bytes - held)


def test_known_sizes_come_out():
    old, new = weights_of("LTX-2"), weights_of("LTX-2.3")
    assert old.components["transformer"].tensors.parameters * 2 == pytest.approx(38e9, rel=0.02)  # published: about 38 GB
    streams = ("transformer", "connectors")
    assert sum(new.components[name].tensors.parameters for name in streams) == pytest.approx(22e9, rel=0.02)  # "22B"


@pytest.mark.parametrize(("chunk", "published_gib"), [(dataclasses.replace(SMALL, frames=25), 41.9), (LARGE, 43.4)])
def test_a_published_peak_comes_out_to_a_tenth(chunk: Chunk, published_gib: float):
    """The 22B on one GPU, part by part: 41.9 to 43.4 GiB over these sizes (NVIDIA/flashdreams#535, measured by others)."""
    found = next(each for each in fit.ways(weights_of("LTX-2.3"), chunk, "cuda") if each.way == "model-offload")
    assert found.need_bytes / GIB == pytest.approx(published_gib, rel=0.1)


@pytest.mark.parametrize(
    ("device_gib", "ram_gib", "way"),
    [(139, 128, "gpu"), (80, 16, "gpu"), (48, 96, "model-offload"), (24, 96, "group-offload"), (32, 60, "layerwise")],
)
def test_the_fastest_way_that_fits_is_taken(device_gib: int, ram_gib: int, way: str):
    found = plan(weights_of(), 768, 512, 121, 24.0, Room("cuda", device_gib * GIB, ram_gib * GIB))
    assert (found.way, found.tiled) == (way, False)
    assert found.line.startswith(f"{way}, {fit.WAYS[way]}: {found.need_bytes / GIB:.1f} GiB")
    assert found.need_bytes < device_gib * GIB


def test_the_ways_need_less_and_less_of_the_device():
    found = {each.way: each for each in fit.ways(weights_of(), SMALL, "cuda") if not each.tiled}
    needs = [found[way].need_bytes for way in ("gpu", "model-offload", "group-offload")]
    assert needs == sorted(needs, reverse=True)
    assert found["layerwise"].ram_bytes < found["model-offload"].ram_bytes


def test_what_is_not_of_the_right_type_is_cast_in_memory():
    weights = weights_of()
    part = weights.components["transformer"]
    single = dataclasses.replace(part, tensors=dataclasses.replace(part.tensors, dtype="F32"))
    cast = dataclasses.replace(weights, components={**weights.components, "transformer": single})
    assert next(fit.ways(weights, SMALL, "cuda")).ram_bytes == 0  # mapped from the disk
    assert next(fit.ways(cast, SMALL, "cuda")).ram_bytes == 2 * part.tensors.parameters


def test_tiles_are_taken_when_they_must_be_and_said():
    def at(device_gib: int) -> fit.Fit:
        return plan(weights_of(), 1920, 1088, 241, 24.0, Room("cuda", device_gib * GIB, PLENTY))

    large, middle = at(139), at(60)
    assert (large.way, large.tiled) == ("gpu", False)
    assert (middle.way, middle.tiled) == ("model-offload", False)
    assert [(each.way, each.tiled) for each in (at(28), at(100))] == [("group-offload", True), ("gpu", True)]
    assert "the picture decoded in tiles" in at(28).line


def test_guidance_takes_a_second_pass_at_once():
    full = dataclasses.replace(weights_of(), distilled=False)
    one, two = (memory.activations(each, SMALL, False)["transformer"] for each in (weights_of(), full))
    assert 1.9 < two / one < 2.1


def test_quantised_needs_its_package(monkeypatch: pytest.MonkeyPatch):
    room = Room("cuda", 24 * GIB, 40 * GIB)
    monkeypatch.setattr(fit, "find_spec", lambda _name: None)
    with pytest.raises(Fault, match="pip install bitsandbytes") as fault:
        plan(weights_of(), 768, 512, 121, 24.0, room)
    assert fault.value.code == Exit.MISSING
    monkeypatch.setattr(fit, "find_spec", lambda name: name)
    assert plan(weights_of(), 768, 512, 121, 24.0, room).way == "quantised"


@pytest.mark.parametrize(
    "room",
    [
        Room("cuda", 3 * GIB, PLENTY),
        Room("cuda", 24 * GIB, 20 * GIB),
        Room("cpu", 0, 24 * GIB),
        Room("mps", 24 * GIB, 24 * GIB),
    ],
)
def test_what_cannot_fit_is_refused_in_one_line(room: Room):
    with pytest.raises(Fault) as refused:
        plan(weights_of(), 768, 512, 121, 24.0, room)
    assert refused.value.code == Exit.FAILED
    assert f"{room.ram_bytes / GIB:.1f} GiB of memory" in refused.value.message
    assert "--size" in refused.value.remedy
    assert "\n" not in str(refused.value)


def test_a_machine_is_looked_at():
    room = fit.look("cpu")
    assert (room.device, room.device_bytes) == ("cpu", 0)
    assert 0 < room.ram_bytes < 2**50


def test_planning_imports_neither_torch_nor_diffusers():
    code = "import sys, oyster_cli.runner.ltx2.fit; print({'torch', 'diffusers', 'pydantic'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
