"""A diffusers folder on disk, known before anything of it is loaded: whose it is, what it holds, whether it is whole."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.ltx2 import shelf
from oyster_cli.runner.ltx2.tensors import Tensors, add_up, damaged, read_header
from oyster_cli.script.spelling import did_you_mean

PARTS = ("transformer", "vae", "audio_vae", "vocoder", "connectors", "text_encoder", "tokenizer", "scheduler")
WEIGHTLESS = ("tokenizer", "scheduler", "audio_scheduler", "processor")
UNUSED = ("prompt_enhancer", "duration_head")  # prompt and length come from the shot: never loaded, so never looked at
UPSAMPLER = "latent_upsampler"
BESIDE = (UPSAMPLER, "transformer_full")  # folders some releases have that no pipeline names
STEMS = ("diffusion_pytorch_model", "model")  # what diffusers and transformers call a file of weights
PICKLED = (".bin", ".pt", ".pth", ".ckpt")
BLOCK, BLOCKS = 4096, 256  # a digest reads so many bytes at so many places of a file of weights
FETCH = "oyster models pull fetches one that is whole"


@dataclass(frozen=True)
class Component:
    """One part of a pipeline. config: its own JSON, {} when it has none; files: all that it is loaded from."""

    name: str
    class_name: str
    library: str
    config: Mapping[str, Any]
    tensors: Tensors
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Weights:
    """The weights of one pipeline of the LTX-2 family.

    pipeline: the class that model_index.json names. version: LTX-2, LTX-2.3 or LTX-2.5, as far as the configs tell.
    distilled: made for few steps without guidance. components: what is loaded to roll a shot, by name; beside: what else is
    there (latent_upsampler, transformer_full). licence: one line, as the folder states it.
    """

    path: Path
    pipeline: str
    version: str
    distilled: bool
    components: Mapping[str, Component]
    beside: Mapping[str, Component]
    licence: str

    @property
    def size_bytes(self) -> int:
        """What loading it reads from disk, tensors only."""
        return sum(each.tensors.size_bytes for each in self.components.values())

    def config(self, name: str) -> Mapping[str, Any]:
        """The config of a component."""
        return self.components[name].config

    @cached_property
    def digest(self) -> str:
        """What tells these weights from others, 32 hex digits, in a second: every config and header whole, and of the numbers
        256 blocks of 4 KiB spread over each file. Not a proof against a forger, who has 70 GB to hide in.
        """
        digest = hashlib.blake2b(digest_size=16)
        for file in sorted(file for each in self.components.values() for file in each.files):
            digest.update(f"{file.relative_to(self.path).as_posix()} {file.stat().st_size}\n".encode())
            _feed(digest, file)
        return digest.hexdigest()


def _feed(digest: hashlib.blake2b, path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        if path.suffix != ".safetensors" or size <= BLOCK * BLOCKS:
            return digest.update(file.read())
        digest.update(file.read(8 + int.from_bytes(file.read(8), "little")))
        for block in range(BLOCKS):
            file.seek((size - BLOCK) * block // (BLOCKS - 1))
            digest.update(file.read(BLOCK))


def staged(weights: Weights, quality: str) -> Weights:
    """The weights a shot of this quality is made with: for "final" with their upsampler, which makes it in two stages.

    Only distilled weights are: the second stage of full ones needs a LoRA. Nor with an upsampler that adds frames.
    """
    upsampler = weights.beside.get(UPSAMPLER)
    if quality != "final" or not weights.distilled or not upsampler or upsampler.config.get("temporal_upsample"):
        return weights
    return replace(weights, components={**weights.components, UPSAMPLER: upsampler})


def find_weights(name: str = "") -> Weights:
    """The weights of a name on the shelf or of a path; the only ones there are for "". Raises Fault (exit code 4).

    A name that says "distilled" is believed, as a path is: no config tells.
    """
    known = shelf.read()
    name = next(iter(known)) if not name and len(known) == 1 else name
    if not name:
        remedy = f"--weights one of: {', '.join(known)}" if known else "oyster models add NAME PATH, or oyster models pull NAME"
        raise Fault("which weights?" if known else "no weights are known here", remedy=remedy, code=Exit.MISSING)
    if name in known or Path(name).is_dir():
        weights = read_weights(known.get(name, Path(name)))
        return replace(weights, distilled=weights.distilled or "distilled" in name.lower())
    remedy = did_you_mean(name, known) or "oyster models add NAME PATH makes weights known"
    raise Fault("no weights of this name, and no such folder", name, remedy, Exit.MISSING)


def read_weights(path: Path | str) -> Weights:
    """What a folder of weights holds, from its configs and the headers of its files; checks that all of it is there.

    Raises Fault (exit code 4) for no such folder, not a diffusers folder, another family, a part that is not there, pickled,
    cut short, a Git LFS pointer or a page that refused access.
    """
    path = Path(path).expanduser().resolve()
    index = _index(path)
    named = {name: pair for name, pair in index.items() if isinstance(pair, list) and pair[-1] and name not in UNUSED}
    if lacking := [name for name in PARTS if name not in named]:
        raise damaged(path, f"these weights have no {lacking[0]}", FETCH)
    components = {name: _component(path, name, *pair) for name, pair in named.items()}
    beside = {name: _component(path, name, "diffusers", "") for name in BESIDE if (path / name / "config.json").is_file()}
    version = _version(components)
    distilled = version == "LTX-2.5" or "distilled" in "/".join(path.parts[-3:]).lower()
    return Weights(path, index["_class_name"], version, distilled, components, beside, _licence(path))


def _index(path: Path) -> dict[str, Any]:
    """model_index.json of a pipeline of this family."""
    if not path.is_dir():
        raise damaged(path, "there is no such folder", "oyster models lists what is known")
    if not (path / "model_index.json").is_file():
        pickled = next((file for file in path.iterdir() if file.suffix in PICKLED), None)
        what = f"only pickled weights ({pickled.name}), which are never opened" if pickled else "no model_index.json"
        raise damaged(path, f"not a diffusers folder: {what}", FETCH)
    index = _json(path / "model_index.json")
    family = str(index.get("_class_name", ""))
    if not family.startswith("LTX2"):
        raise damaged(path, f"weights of another family, for {family or 'no pipeline'}", "this model runs LTX-2, 2.3 and 2.5")
    return index


def _component(path: Path, name: str, library: str, class_name: str) -> Component:
    folder = path / name
    if not folder.is_dir():
        raise damaged(folder, "this part of the weights is not there", FETCH)
    jsons = tuple(sorted(folder.glob("*.json")))
    own = next((file for file in jsons if file.name in ("config.json", f"{name}_config.json")), None)
    config = _json(own) if own else {}
    if name in WEIGHTLESS:
        return Component(name, class_name, library, config, Tensors(), jsons)
    if not own:
        raise damaged(folder / "config.json", "this part of the weights is not there", FETCH)
    files = _weight_files(folder)
    tensors = add_up([read_header(file) for file in files])
    return Component(name, class_name or config.get("_class_name", ""), library, config, tensors, (*jsons, *files))


def _weight_files(folder: Path) -> list[Path]:
    """The safetensors files of a component: one, or the shards that its index names."""
    for stem in STEMS:
        index = folder / f"{stem}.safetensors.index.json"
        if index.is_file():
            shards = _json(index).get("weight_map", {}).values()
            return [folder / Path(name).name for name in sorted(set(shards))]
        if (folder / f"{stem}.safetensors").is_file():
            return [folder / f"{stem}.safetensors"]
    pickled = next((file.name for file in sorted(folder.iterdir()) if file.suffix in PICKLED), "")
    if pickled:
        raise damaged(folder / pickled, "pickled weights are never opened", "fetch the safetensors of this model")
    raise damaged(folder, "there are no weights in it", FETCH)


def _json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # not JSON, or not even text
        read = None
    if not isinstance(read, dict):
        raise damaged(path, "not readable as JSON")
    return read


def _version(components: Mapping[str, Component]) -> str:
    """The release, by what it brought: 2.5 the Gemma 4 text encoder, 2.3 modulated text attention or the wider vocoder."""
    if components["text_encoder"].class_name.startswith("Gemma4"):
        return "LTX-2.5"
    newer = components["transformer"].config.get("cross_attn_mod") or components["vocoder"].class_name.endswith("WithBWE")
    return "LTX-2.3" if newer else "LTX-2"


def _licence(path: Path) -> str:
    """The licence as the model card's front matter names it, else the first line of the licence file."""
    if (card := path / "README.md").is_file():
        front = card.read_text(encoding="utf-8", errors="replace").split("\n---", 1)[0]
        stated = dict(re.findall(r"^(license(?:_name)?):\s*[\"']?([^\"'\n]+)", front, re.MULTILINE))
        if stated:
            return str(stated.get("license_name") or stated["license"]).strip()
    for file in sorted(path.glob("LICENSE*")):
        lines = (line.strip(" #\t") for line in file.read_text(encoding="utf-8", errors="replace").splitlines())
        return next((line for line in lines if line), "not stated")
    return "not stated"
