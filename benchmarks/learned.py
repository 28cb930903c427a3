"""How fast and how big the learned model is on this machine, as a table. Not a test: nothing here passes or fails.

    python benchmarks/learned.py            LTX-2 19B with random weights on a CUDA device: 768x512, 121 frames, 8 steps
    python benchmarks/learned.py --tiny     the same way through at tiny size on the CPU; its figures mean nothing

Weights change neither time nor memory, so nothing is fetched. Timed is what makes one chunk: text encoder, eight passes of the
transformer, both decoders and the vocoder, with and without compiled blocks. "met": 1.00 or more is as fast as the fastest
other code we know of.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import diffusers
import torch
from diffusers.pipelines.ltx2.connectors import LTX2TextConnectors
from diffusers.pipelines.ltx2.utils import DISTILLED_SIGMA_VALUES
from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
from rich.console import Console
from rich.table import Table
from transformers import Gemma3Config, Gemma3ForConditionalGeneration

from oyster_cli.fault import Fault
from oyster_cli.runner.ltx2.fit import gib, look, plan
from oyster_cli.runner.ltx2.tensors import Tensors
from oyster_cli.runner.ltx2.weights import Component, Weights

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
import tiny_ltx2

NEEDED = 0.53  # seconds of film a second: LTX-2 in bfloat16 on one H100, same size and steps (sgl-project/sglang#23137)
SIZE, FRAMES, FPS = (768, 512), 121, 24.0
TINY_SIZE, TINY_FRAMES = (64, 32), 25
CALLS = 3  # the middle one counts; one before them compiles and warms up
PROMPT = "a waterfall in a canyon, the camera cranes up, water roars and birds call"
GEMMA_12B = {
    "hidden_size": 3840,
    "intermediate_size": 15360,
    "num_hidden_layers": 48,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "head_dim": 256,
    "vocab_size": 262208,
}
EYE_OF_IT = {"hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27, "num_attention_heads": 16}


@contextmanager
def bfloat16_on(device: str) -> Iterator[None]:
    """What is built in here is built there, in bfloat16."""
    kept = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            yield
    finally:
        torch.set_default_dtype(kept)


def parts_19b(device: str) -> dict[str, Any]:
    """The models of LTX-2 19B, which diffusers' classes are by default but for the rotary tables, with random weights.

    On "meta" they take no memory.
    """
    gemma = Gemma3Config(text_config=GEMMA_12B, vision_config=EYE_OF_IT)
    with bfloat16_on(device):
        return {
            "transformer": diffusers.LTX2VideoTransformer3DModel(rope_type="split").eval(),
            "connectors": LTX2TextConnectors(rope_type="split").eval(),
            "vae": diffusers.AutoencoderKLLTX2Video(spatial_compression_ratio=32, temporal_compression_ratio=8).eval(),
            "audio_vae": diffusers.AutoencoderKLLTX2Audio().eval(),
            "vocoder": LTX2Vocoder().eval(),
            "text_encoder": Gemma3ForConditionalGeneration(gemma).eval(),
        }


def weights_of(parts: dict[str, Any]) -> Weights:
    """What the plan of memory needs to know of models, as though they had been read from a folder."""
    components = {name: component(name, part) for name, part in parts.items() if isinstance(part, torch.nn.Module)}
    return Weights(Path("random"), "LTX2ConditionPipeline", "LTX-2", True, components, {}, "")


def component(name: str, part: Any) -> Component:
    sizes = [numbers.numel() for numbers in part.parameters()]
    first = next(part.parameters())
    config = part.config.to_dict() if name == "text_encoder" else dict(part.config)
    dtype = "BF16" if first.dtype == torch.bfloat16 else "F32"
    tensors = Tensors(first.itemsize * sum(sizes), sum(sizes), max(sizes), dtype)
    return Component(name, type(part).__name__, "", config, tensors, ())


class Stopwatch:
    """Seconds spent within models, by name, since it was last read."""

    def __init__(self, parts: dict[str, Any]) -> None:
        self.spent = dict.fromkeys(parts, 0.0)
        for name, part in parts.items():
            part.register_forward_pre_hook(lambda *_, name=name: self._add(name, -1))
            part.register_forward_hook(lambda *_, name=name: self._add(name, 1))

    def _add(self, name: str, sign: int) -> None:
        self.spent[name] += sign * now_s()

    def read(self) -> dict[str, float]:
        spent, self.spent = self.spent, dict.fromkeys(self.spent, 0.0)
        return spent


def now_s() -> float:
    """The time at which the device is done with all it was given."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


def roll(pipe: Any, size: tuple[int, int], frames: int) -> float:
    """Make one chunk as distilled weights do; seconds."""
    began = now_s()
    made = pipe(
        prompt=PROMPT,
        width=size[0],
        height=size[1],
        num_frames=frames,
        frame_rate=FPS,
        sigmas=DISTILLED_SIGMA_VALUES,
        num_inference_steps=len(DISTILLED_SIGMA_VALUES),
        generator=torch.Generator("cpu").manual_seed(0),
        output_type="np",
        **tiny_ltx2.NEUTRAL,
    )
    wall_s = now_s() - began
    assert made.frames.shape == (1, frames, size[1], size[0], 3)
    return wall_s


def row(name: str, pipe: Any, watch: Stopwatch, size: tuple[int, int], frames: int, planned: int) -> list[str]:
    """One way of computing: seconds in each stage, seconds of film a second, and memory against the plan."""
    first_s = roll(pipe, size, frames)
    watch.read()
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    wall_s = statistics.median(roll(pipe, size, frames) for _ in range(CALLS))
    text_s, steps_s = (spent / CALLS for spent in watch.read().values())
    peak = torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0
    speed = frames / FPS / wall_s
    seconds = [f"{each:.2f}" for each in (first_s, text_s, steps_s, wall_s - text_s - steps_s, wall_s)]
    memory = [gib(peak), gib(planned), f"{peak / planned:.2f}"] if peak else ["-", gib(planned), "-"]
    return [name, *seconds, f"{speed:.2f}", f"{speed / NEEDED:.2f}", *memory]


def show(pipe: Any, planned: int, size: tuple[int, int], frames: int, where: str) -> None:
    """The table, as the model is and with its repeated blocks compiled."""
    pipe.set_progress_bar_config(disable=True)
    watch = Stopwatch({"text": pipe.text_encoder, "steps": pipe.transformer})
    rows = [row("as it is", pipe, watch, size, frames, planned)]
    pipe.transformer.compile_repeated_blocks()
    rows.append(row("compiled", pipe, watch, size, frames, planned))
    heads = ("blocks", "first s", "text s", "steps s", "rest s", "wall s", "film s/s", "met", "peak", "planned", "of it")
    table = Table(*heads, box=None, pad_edge=False)
    for each in rows:
        table.add_row(*each)
    steps = len(DISTILLED_SIGMA_VALUES)
    title = f"{where}: {size[0]}x{size[1]}, {frames} frames at {FPS:.0f} frames/s, {steps} steps; needed: {NEEDED} film s/s"
    Console(width=None if sys.stdout.isatty() else 130).print(title, table, "", sep="\n", highlight=False)


def tiny() -> None:
    """The same way through on the CPU, to see that it works."""
    pipe = tiny_ltx2.make_pipe(text_encoder=True)
    planned = plan(weights_of(pipe.components), *TINY_SIZE, TINY_FRAMES, FPS, look("cpu")).need_bytes
    show(pipe, planned, TINY_SIZE, TINY_FRAMES, "tiny on the CPU, which says nothing of the real model")


def real() -> None:
    """LTX-2 19B on a CUDA device that holds all of it."""
    planned = plan(weights_of(parts_19b("meta")), *SIZE, FRAMES, FPS, look("cuda"))
    if planned.way != "gpu":
        sys.exit(f"only a device that holds all of the model is timed; here it would be {planned.line}")
    scheduler = diffusers.FlowMatchEulerDiscreteScheduler()
    pipe = diffusers.LTX2ConditionPipeline(scheduler=scheduler, tokenizer=tiny_ltx2.tokenizer(), **parts_19b("cuda"))
    if planned.tiled:
        pipe.vae.enable_tiling()
    show(pipe, planned.need_bytes, SIZE, FRAMES, f"LTX-2 19B in bfloat16, random weights, {torch.cuda.get_device_name()}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tiny", action="store_true", help="at tiny size on the CPU")
    if options.parse_args().tiny:
        return tiny()
    if not torch.cuda.is_available():
        Console().print("There is no CUDA device here: tiny on the CPU instead.")
        return tiny()
    try:
        real()
    except Fault as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
