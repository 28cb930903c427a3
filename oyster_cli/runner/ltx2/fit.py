"""Whether weights and a chunk fit on a machine, and how, before anything is loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.ltx2.memory import Chunk, activations
from oyster_cli.runner.ltx2.weights import UPSAMPLER, Component, Weights

GIB = 2**30
SPARE_BYTES = GIB  # of the device: the driver's own, workspaces of its libraries, gaps between arrays
RAM_SPARE_BYTES = 2 * GIB  # of the machine: Python, torch, frames on their way to disk
FLOATS = ("F32", "F16", "BF16", "F64", "F8_E4M3", "F8_E5M2")  # loading turns these into the type that computes
SMALLER = "a smaller --size or a shorter shot needs less; --model sim runs everywhere"

# Ways to hold a model, the fastest first that does not change a number of it; the last two round its weights.
WAYS = {
    "gpu": "all of it on the device",
    "model-offload": "one part at a time on the device",
    "group-offload": "one layer at a time on the device, the rest streamed from memory",
    "layerwise": "the transformer kept in 8 bits, one part at a time on the device",
    "quantised": "transformer and text encoder in 8 bits, one part at a time on the device",
}
IN_8_BITS = {"layerwise": ("transformer",), "quantised": ("transformer", "text_encoder")}


@dataclass(frozen=True)
class Room:
    """What a machine has free. device: "cpu", "cuda", "mps"; device_bytes: its own, 0 for a CPU; ram_bytes: the machine's."""

    device: str
    device_bytes: int
    ram_bytes: int


@dataclass(frozen=True)
class Fit:
    """How weights are held. way: a key of WAYS or "cpu"; tiled: the picture is decoded in tiles.

    need_bytes: of the device (of RAM for "cpu") at the fullest instant; ram_bytes: of the machine's memory. line: one sentence.
    """

    way: str
    tiled: bool
    need_bytes: int
    ram_bytes: int
    line: str


def look(device: str) -> Room:
    """What is free on this machine now, for a torch device."""
    import psutil

    ram_bytes = psutil.virtual_memory().available
    if device == "cpu":
        return Room(device, 0, ram_bytes)
    import torch

    if device == "mps":
        return Room(device, torch.mps.recommended_max_memory(), ram_bytes)
    return Room(device, torch.cuda.mem_get_info(device)[0], ram_bytes)


def plan(weights: Weights, width: int, height: int, frames: int, fps: float, room: Room, segments: int = 1) -> Fit:
    """The first way of WAYS that fits a chunk of this size, in tiles only when it must be. Raises Fault when none does.

    segments: how many texts are routed in time within the chunk.
    """
    chunk = Chunk(width, height, frames, float(fps), 4 if room.device == "cpu" else 2, segments)
    fits = list(ways(weights, chunk, room.device))
    for fit in fits:
        if _holds(room, fit):
            return _possible(fit, weights)
    least = min(fits, key=lambda fit: fit.need_bytes + fit.ram_bytes if room.device == "cpu" else fit.need_bytes)
    raise Fault(f"{weights.version} does not fit: {least.line}; free are {_free(room)}", remedy=SMALLER, code=Exit.FAILED)


def _possible(fit: Fit, weights: Weights) -> Fit:
    if fit.way == "quantised" and not find_spec("bitsandbytes"):
        cause = f"{weights.version} fits on this machine only in 8 bits, and bitsandbytes is not installed"
        raise Fault(cause, remedy="pip install bitsandbytes", code=Exit.MISSING)
    return fit


def _holds(room: Room, fit: Fit) -> bool:
    device = room.device == "cpu" or fit.need_bytes + SPARE_BYTES <= room.device_bytes
    return device and fit.ram_bytes + RAM_SPARE_BYTES <= room.ram_bytes


def ways(weights: Weights, chunk: Chunk, device: str) -> Iterator[Fit]:
    """Every way to hold a model on a device with what it needs, the best first."""
    known = {"cpu": ["cpu"], "mps": ["gpu"]}  # Apple's shares the machine's memory: moving parts out of it frees nothing
    for way in known.get(device, list(WAYS)):
        for tiled in (False, True):
            yield _fit(weights, way, activations(weights, chunk, tiled), tiled, chunk.item)


def _fit(weights: Weights, way: str, work: Mapping[str, int], tiled: bool, item: int) -> Fit:
    held = {name: _held(each, item, name in IN_8_BITS.get(way, ())) for name, each in weights.components.items()}
    full = {name: held.get(name, 0) + work.get(name, 0) for name in held}
    if way in ("gpu", "cpu"):
        need = sum(held.values()) + max(work.values())
    elif way == "group-offload":  # the layer that computes, and the next one on its way
        layers = {name: 2 * item * each.tensors.largest for name, each in weights.components.items()}
        layers |= {name: held[name] for name in layers if name == UPSAMPLER}  # it is small, and moved as a whole
        need = max(layer + work.get(name, 0) for name, layer in layers.items())
    else:  # accelerate moves a part off when the one after it begins: while conditions are encoded, and after, two are there
        unpacked = item * weights.components["transformer"].tensors.largest if way in IN_8_BITS else 0
        need = max(*full.values(), full["vae"] + held["connectors"], full["transformer"] + held["vae"] + unpacked)
    ram = need if way == "cpu" else _cast(weights, item) if way == "gpu" else sum(held.values())
    return Fit(way, tiled, need, ram, _line(way, tiled, need, ram))


def _held(component: Component, item: int, in_8_bits: bool) -> int:
    """Bytes of a component's weights once loaded."""
    tensors = component.tensors
    if tensors.dtype not in FLOATS:
        return tensors.size_bytes  # packed already
    return tensors.parameters * (1 if in_8_bits else item)


def _cast(weights: Weights, item: int) -> int:
    """Bytes of RAM that loading takes: weights of the right type are mapped from the disk, others are turned into it."""
    right = "BF16" if item == 2 else "F32"
    return sum(_held(each, item, False) for each in weights.components.values() if each.tensors.dtype != right)


def _line(way: str, tiled: bool, need: int, ram: int) -> str:
    tiles = ", the picture decoded in tiles" if tiled else ""
    if way == "cpu":
        return f"on the CPU in float32{tiles}: {gib(need)} of memory"
    memory = f" and {gib(ram)} of memory" if ram else ""
    return f"{way}, {WAYS[way]}{tiles}: {gib(need)} of the device{memory}"


def _free(room: Room) -> str:
    memory = f"{gib(room.ram_bytes)} of memory"
    return memory if room.device == "cpu" else f"{gib(room.device_bytes)} of the device and {memory}"


def gib(size: int) -> str:
    """A size as people read it of memory."""
    return f"{size / GIB:.1f} GiB" if size >= GIB / 10 else f"{size / 2**20:.1f} MiB"
