"""oyster models: what is listed, and that nothing is fetched unless size and licence were agreed to."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import huggingface_hub
import pytest
import tiny_ltx2
from cli import Cli
from huggingface_hub import errors

from oyster_cli.commands import models
from oyster_cli.fault import Exit
from oyster_cli.runner.ltx2 import shelf
from oyster_cli.runner.ltx2.fit import GIB, Room
from oyster_cli.runner.ltx2.weights import read_weights

FILES = {
    "model_index.json": 1_000,
    "transformer/config.json": 1_000,
    "transformer/part.safetensors": 38_000_000_000,
    "text_encoder/part.safetensors": 24_000_000_000,
    "tokenizer/tokenizer.model": 5_000_000,
    "ltx-2-19b-dev.safetensors": 43_000_000_000,  # the same again, for other programs
    "transformer_full/part.safetensors": 38_000_000_000,
    "transformer/part.bin": 38_000_000_000,
    "loras/camera_lora.safetensors": 400_000_000,
}
WANTED_BYTES = 62_005_002_000


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tiny_ltx2.save(tmp_path_factory.mktemp("weights") / "tiny-distilled")
    (folder / "README.md").write_text("---\nlicense_name: ltx-2-community-license\n---\n")
    return folder


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """A command line on a machine without weights, with 16 GiB of memory and no GPU."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(models, "_room", lambda: Room("cpu", 0, 16 * GIB))
    return Cli(capfd)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, sound: Path) -> list[dict[str, Any]]:
    """A hub with one repository; what was downloaded from it."""
    fetched: list[dict[str, Any]] = []

    def model_info(_api: Any, _repo: str, files_metadata: bool = False) -> SimpleNamespace:
        assert files_metadata
        files = [SimpleNamespace(rfilename=name, size=size) for name, size in FILES.items()]
        card = {"license": "other", "license_name": "ltx-2-community-license"}
        return SimpleNamespace(siblings=files, sha="abc123", card_data=card)

    def snapshot_download(repo: str, **asked: Any) -> None:
        fetched.append({"repo": repo, **asked})
        shutil.copytree(sound, asked["local_dir"])

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)
    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot_download)
    return fetched


def test_sim_is_always_listed_and_no_weights_are_said_to_be_there(cli: Cli):
    said = cli("models", "--json").json
    assert said["models"][0]["name"] == "sim"
    assert said["weights"] == []
    assert "sim\tsimulation" in cli("models").out


def test_weights_are_listed_with_size_licence_and_fit(cli: Cli, sound: Path):
    assert cli("models", "add", "small", sound).out.strip() == str(sound)
    (told,) = cli("models", "--json").json["weights"]
    weights = read_weights(sound)
    assert (told["name"], told["path"], told["version"]) == ("small", str(sound), "LTX-2 distilled")
    assert told["size_bytes"] == weights.size_bytes
    assert told["licence"] == "ltx-2-community-license"
    assert (told["fits"], told["way"]) == (True, "cpu")
    line = next(line for line in cli("models").out.splitlines() if line.startswith("small\t"))
    assert line.split("\t")[1:5] == ["LTX-2 distilled", "0.9 MB", "ltx-2-community-license", "yes"]
    assert "of memory" in line


def test_what_does_not_fit_or_is_damaged_is_listed_too(cli: Cli, sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = Path(shutil.copytree(sound, tmp_path / "copy"))
    cli("models", "add", "whole", sound)
    cli("models", "add", "broken", folder)
    shutil.rmtree(folder / "vae")
    monkeypatch.setattr(models, "_room", lambda: Room("cpu", 0, GIB))
    said = cli("models", "--json")
    assert said.code == Exit.OK
    whole, broken = said.json["weights"]
    assert not whole["fits"]
    assert "does not fit" in whole["how"]
    assert not broken["fits"]
    assert "copy/vae" in broken["how"]


def test_a_name_is_forgotten_and_its_folder_stays(cli: Cli, sound: Path):
    cli("models", "add", "small", sound)
    assert cli("models", "remove", "small", "--json").json["path"] == str(sound)
    assert cli("models", "--json").json["weights"] == []
    assert sound.is_dir()
    said = cli("models", "remove", "small")
    assert said.code == Exit.MISSING


def test_only_weights_can_be_added(cli: Cli, tmp_path: Path):
    for path, cause in ((tmp_path / "nowhere", "no such folder"), (tmp_path, "not a diffusers folder")):
        said = cli("models", "add", "small", path)
        assert said.code == Exit.MISSING
        assert cause in said.err
    assert shelf.read() == {}


def test_pull_shows_size_and_licence_and_fetches_what_is_needed(cli: Cli, hub: list[dict[str, Any]], tmp_path: Path):
    said = cli("models", "pull", "ltx-2", tmp_path / "mine", "--yes")
    assert said.code == Exit.OK, said.err
    assert "Lightricks/LTX-2: 62.0 GB, licence ltx-2-community-license" in said.err
    (asked,) = hub
    assert (asked["repo"], asked["revision"], asked["local_dir"]) == ("Lightricks/LTX-2", "abc123", tmp_path / "mine")
    kept = huggingface_hub.utils.filter_repo_objects(
        FILES, allow_patterns=asked["allow_patterns"], ignore_patterns=asked["ignore_patterns"]
    )
    assert sum(FILES[name] for name in kept) == WANTED_BYTES
    assert shelf.read() == {"ltx-2": tmp_path / "mine"}
    assert read_weights(tmp_path / "mine").version == "LTX-2"


def test_pull_has_a_folder_of_its_own(cli: Cli, hub: list[dict[str, Any]], tmp_path: Path):
    said = cli("models", "pull", "owner/Some-LTX", "--yes", "--json")
    assert said.json["path"] == str(tmp_path / "data" / "oyster" / "weights" / "Some-LTX")
    assert hub[0]["repo"] == "owner/Some-LTX"


def test_pull_asks_no_one_and_fetches_nothing(cli: Cli, hub: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: False))
    said = cli("models", "pull", "ltx-2")
    assert said.code == Exit.USAGE
    assert "--yes" in said.err
    assert "62.0 GB" in said.err
    assert not hub


@pytest.mark.parametrize(("answer", "count"), [(True, 1), (False, 0)])
def test_pull_does_as_it_is_answered(cli: Cli, hub: list, monkeypatch: pytest.MonkeyPatch, answer: bool, count: int):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(models.typer, "confirm", lambda *_, **__: answer)
    said = cli("models", "pull", "ltx-2")
    assert said.code == Exit.OK
    assert (len(hub), len(shelf.read())) == (count, count)


def answered(kind: type[errors.HfHubHTTPError], status: int) -> Exception:
    return kind("no\nmore", response=SimpleNamespace(status_code=status, headers={}, request=None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (answered(errors.GatedRepoError, 403), "gated"),
        (answered(errors.RepositoryNotFoundError, 404), "no such repository"),
        (answered(errors.HfHubHTTPError, 500), "out of reach"),
        (errors.HTTPError("no route to host"), "out of reach: no route to host"),
        (errors.OfflineModeIsEnabled("offline mode is enabled"), "out of reach"),
        (errors.LocalEntryNotFoundError("not cached"), "out of reach"),
    ],
)
def test_a_hub_that_does_not_give_is_one_line(cli: Cli, monkeypatch: pytest.MonkeyPatch, error: Exception, cause: str):
    def model_info(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)
    said = cli("models", "pull", "ltx-2.5", "--yes", "--json")
    assert said.code == Exit.MISSING
    assert cause in json.loads(said.out)["error"]["message"]
    assert len(said.err.strip().splitlines()) <= 2
    assert shelf.read() == {}


@pytest.mark.parametrize(("name", "cause"), [("ltx-9", "did you mean 'ltx-2'"), ("a/b/c", "one of: ltx-2")])
def test_only_what_is_known_can_be_pulled(cli: Cli, hub: list, name: str, cause: str):
    said = cli("models", "pull", name, "--yes")
    assert said.code == Exit.MISSING
    assert cause in said.err
    assert not hub
