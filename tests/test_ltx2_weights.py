"""A folder of weights: what is read of a sound one agrees with the models it came from; every kind of damage is one line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_ltx2
import torch
from safetensors.torch import load_file, save_file

from oyster_cli.fault import Exit, Fault
from oyster_cli.runner.ltx2 import shelf
from oyster_cli.runner.ltx2.weights import find_weights, read_weights

MODELS = ("transformer", "vae", "audio_vae", "vocoder", "connectors", "text_encoder")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_ltx2.save(tmp_path_factory.mktemp("weights") / "tiny")


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(sound, tmp_path / "tiny"))


@pytest.fixture(autouse=True)
def own_shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def refused(path: Path) -> str:
    with pytest.raises(Fault) as fault:
        read_weights(path)
    assert fault.value.code == Exit.MISSING
    assert "\n" not in str(fault.value)
    assert fault.value.remedy
    return str(fault.value)


def shard(part: Path, pieces: int) -> list[Path]:
    """Split a part's weights as large ones are, with an index."""
    whole = part / "diffusion_pytorch_model.safetensors"
    tensors = load_file(whole)
    whole.unlink()
    names = [f"diffusion_pytorch_model-{place + 1:05}-of-{pieces:05}.safetensors" for place in range(pieces)]
    index = {key: names[place % pieces] for place, key in enumerate(sorted(tensors))}
    for name in names:
        save_file({key: tensors[key] for key in index if index[key] == name}, part / name)
    (part / f"{whole.name}.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))
    return [part / name for name in names]


@pytest.mark.parametrize("kind", ["text", "image", "condition"])
def test_what_is_read_agrees_with_the_models(kind: str, tmp_path: Path):
    pipe = tiny_ltx2.make_pipe(kind, text_encoder=True)
    weights = read_weights(tiny_ltx2.save(tmp_path / "tiny", kind))
    assert weights.pipeline == type(pipe).__name__
    for name in MODELS:
        model, found = getattr(pipe, name), weights.components[name]
        tensors = model.state_dict()
        if name == "text_encoder":  # its head is its embedding, kept once
            tensors = {key: tensor for key, tensor in tensors.items() if not key.startswith("lm_head")}
        assert found.class_name == type(model).__name__
        assert found.tensors.parameters == sum(tensor.numel() for tensor in tensors.values())
        assert found.tensors.size_bytes == sum(tensor.nbytes for tensor in tensors.values())
        assert found.tensors.largest == max(tensor.numel() for tensor in tensors.values())
        assert found.tensors.dtype == "F32"
    assert weights.config("vae")["latent_channels"] == 4
    assert weights.config("scheduler")["_class_name"] == "FlowMatchEulerDiscreteScheduler"
    assert weights.size_bytes == sum(weights.components[name].tensors.size_bytes for name in MODELS)


def test_shards_come_to_the_same(folder: Path):
    before = read_weights(folder)
    shards = shard(folder / "transformer", 3)
    after = read_weights(folder)
    assert after.components["transformer"].tensors == before.components["transformer"].tensors
    assert set(shards) < set(after.components["transformer"].files)


def test_bfloat16_is_told(folder: Path):
    path = folder / "vae" / "diffusion_pytorch_model.safetensors"
    save_file({key: tensor.to(torch.bfloat16) for key, tensor in load_file(path).items()}, path)
    assert read_weights(folder).components["vae"].tensors.dtype == "BF16"


def test_releases_are_told_apart(folder: Path):
    index = folder / "model_index.json"
    assert read_weights(folder).version == "LTX-2"
    edit(folder / "transformer" / "config.json", cross_attn_mod=True)
    assert (read_weights(folder).version, read_weights(folder).distilled) == ("LTX-2.3", False)
    edit(index, text_encoder=["transformers", "Gemma4UnifiedForConditionalGeneration"])
    assert (read_weights(folder).version, read_weights(folder).distilled) == ("LTX-2.5", True)


def test_distilled_weights_are_known_by_their_folder(sound: Path, tmp_path: Path):
    cached = tmp_path / "models--owner--LTX-2-19b-distilled" / "snapshots" / "0123abc"
    shutil.copytree(sound, cached)
    assert read_weights(cached).distilled
    assert not read_weights(sound).distilled


def test_what_lies_beside_is_noticed_and_what_is_not_used_is_not(folder: Path):
    assert not read_weights(folder).beside
    shutil.copytree(folder / "transformer", folder / "transformer_full")
    edit(folder / "model_index.json", prompt_enhancer=["transformers", "Gemma4ForConditionalGeneration"])
    weights = read_weights(folder)
    assert weights.beside["transformer_full"].class_name == "LTX2VideoTransformer3DModel"
    assert "prompt_enhancer" not in weights.components


@pytest.mark.parametrize(
    ("files", "licence"),
    [
        ({}, "not stated"),
        ({"README.md": "---\nlicense: other\nlicense_name: ltx-2-community\ntags: [a]\n---\nlicense: no"}, "ltx-2-community"),
        ({"README.md": "---\nlicense: 'mit'\n---\n"}, "mit"),
        ({"LICENSE.txt": "\n# LTX-2 Community License\n\nGranted."}, "LTX-2 Community License"),
    ],
)  # fmt: skip
def test_the_licence_is_one_line(folder: Path, files: dict[str, str], licence: str):
    for name, text in files.items():
        (folder / name).write_text(text)
    assert read_weights(folder).licence == licence


def test_a_digest_tells_weights_apart_and_not_where_they_lie(folder: Path, sound: Path):
    digest = read_weights(folder).digest
    assert digest == read_weights(sound).digest
    path = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(path)
    first = next(iter(tensors))
    save_file({**tensors, first: tensors[first] + 1}, path)
    assert read_weights(folder).digest != digest
    shutil.copy(sound / "transformer" / path.name, path)
    edit(folder / "scheduler" / "scheduler_config.json", shift=3.0)
    assert read_weights(folder).digest != digest


def test_a_large_file_is_sampled_from_end_to_end(folder: Path):
    path = folder / "vae" / "diffusion_pytorch_model.safetensors"
    tensors = {**load_file(path), "zz": torch.zeros(2_000_000)}
    digests = set()
    for place in (None, 0, 1_999_999):
        if place is not None:
            tensors["zz"][place] = 1
        save_file(tensors, path)
        digests.add(read_weights(folder).digest)
    assert len(digests) == 3


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def vanish(path: Path) -> None:
    path.unlink()


def pickled(path: Path) -> None:
    path.rename(path.with_suffix(".bin"))


def writes(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode())


@pytest.mark.parametrize(
    ("part", "damage", "cause"),
    [
        ("transformer", cut, "cut short"),
        ("transformer", vanish, "no weights in it"),
        ("transformer", pickled, "pickled weights are never opened"),
        ("vae", writes("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 4"), "a Git LFS pointer"),
        ("vae", writes("Access to model Lightricks/LTX-2.5 is restricted and you are not in the list."), "refuses access"),
        ("vocoder", writes("<!doctype html><title>504</title>"), "not a safetensors file"),
        ("vocoder", writes(""), "not a safetensors file"),
        ("vocoder", writes("\x08\0\0\0\0\0\0\0not json"), "header cannot be read"),
        ("vocoder", writes("\x02\0\0\0\0\0\0\0[]"), "header cannot be read"),
        ("vocoder", writes('\x0c\0\0\0\0\0\0\0{"a": {"b"}}'), "header cannot be read"),
    ],
)
def test_damaged_weights_are_refused(folder: Path, part: str, damage: Callable[[Path], None], cause: str):
    damage(folder / part / "diffusion_pytorch_model.safetensors")
    said = refused(folder)
    assert cause in said
    assert str(folder / part) in said


def test_damaged_shards_are_refused(folder: Path):
    shards = shard(folder / "transformer", 2)
    cut(shards[1])
    assert f"{shards[1]}: cut short" in refused(folder)
    shards[1].unlink()
    assert str(shards[1]) in refused(folder)


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"_class_name": "Cosmos3OmniPipeline"}, "another family, for Cosmos3OmniPipeline"),
        ({"_class_name": None}, "another family"),
        ({"text_encoder": [None, None]}, "no text_encoder"),
        ({"vocoder": None}, "no vocoder"),
    ],
)
def test_other_pipelines_are_refused(folder: Path, changes: dict[str, object], cause: str):
    edit(folder / "model_index.json", **changes)
    assert cause in refused(folder)


def test_what_is_no_folder_of_weights_is_refused(folder: Path, tmp_path: Path):
    assert "there is no such folder" in refused(tmp_path / "nowhere")
    assert "no model_index.json" in refused(tmp_path)
    (tmp_path / "ltx.ckpt").write_bytes(b"\x80\x04")
    assert "only pickled weights (ltx.ckpt)" in refused(tmp_path)
    (folder / "connectors" / "config.json").unlink()
    assert "connectors/config.json" in refused(folder)
    shutil.rmtree(folder / "connectors")
    assert "connectors: this part of the weights is not there" in refused(folder)
    (folder / "model_index.json").write_text("{")
    assert "not readable as JSON" in refused(folder)


def test_weights_are_found_by_name_by_path_and_alone(sound: Path, tmp_path: Path):
    with pytest.raises(Fault, match="no weights are known here"):
        find_weights()
    shelf.add("tiny", sound)
    assert find_weights() == find_weights("tiny") == find_weights(str(sound))
    with pytest.raises(Fault, match="did you mean 'tiny'") as fault:
        find_weights("tinny")
    assert fault.value.code == Exit.MISSING
    shelf.add("other", tmp_path)
    with pytest.raises(Fault, match="--weights one of: tiny, other"):
        find_weights()


def test_a_shelf_is_kept_whole(sound: Path, tmp_path: Path):
    shelf.add("tiny", sound)
    shelf.add("tiny", sound)  # the same again is no fault
    with pytest.raises(Fault, match="taken"):
        shelf.add("tiny", tmp_path)
    with pytest.raises(Fault, match="no slash"):
        shelf.add("a/b", sound)
    assert shelf.read() == {"tiny": sound}
    assert shelf.remove("tiny") == sound
    assert shelf.read() == {}
    with pytest.raises(Fault):
        shelf.remove("tiny")
    shelf.file().write_text("[")
    with pytest.raises(Fault, match="damaged"):
        shelf.read()
    assert [path.name for path in shelf.file().parent.iterdir()] == ["weights.json"]


def test_a_name_that_says_distilled_is_believed(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    shelf.add("mine", folder)
    shelf.add("mine-distilled", folder)
    assert not find_weights("mine").distilled
    assert find_weights("mine-distilled").distilled
    assert find_weights("mine").digest == find_weights("mine-distilled").digest
