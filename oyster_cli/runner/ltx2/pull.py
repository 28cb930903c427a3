"""Weights from the Hugging Face hub: what they are, then, when that was agreed to, the files. Nothing here runs unasked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from oyster_cli.fault import Exit, Fault
from oyster_cli.script.spelling import did_you_mean

REPOS = {
    "ltx-2": "Lightricks/LTX-2",
    "ltx-2-distilled": "rootonchair/LTX-2-19b-distilled",
    "ltx-2.3": "diffusers/LTX-2.3-Diffusers",
    "ltx-2.3-distilled": "diffusers/LTX-2.3-Distilled-Diffusers",
    "ltx-2.5": "Lightricks/LTX-2.5-Diffusers",
}
# Folders of safetensors and what describes them. The single files beside them hold the same again for other programs.
WANTED = ("*/*.safetensors", "*.json", "*/tokenizer.model", "*.jinja", "README.md", "LICENSE*")
UNWANTED = ("transformer_full/*", "diffusion_decoder/*", "prompt_enhancer/*", "*lora*")


@dataclass(frozen=True)
class Offer:
    """What a repository has for us, at one revision."""

    repo: str
    revision: str
    size_bytes: int
    licence: str


def repo_of(name: str) -> str:
    """The repository behind a name: one of REPOS, or itself when it is spelled OWNER/NAME. Raises Fault (exit code 4)."""
    if name.count("/") == 1 and all(name.split("/")):
        return name
    if name not in REPOS:
        raise Fault("no weights of this name can be fetched", name, did_you_mean(name, REPOS), Exit.MISSING)
    return REPOS[name]


def offer(repo: str) -> Offer:
    """Ask the hub what a repository has. Raises Fault (exit code 4) when it is not there, is gated, or no hub is in reach."""
    from huggingface_hub import HfApi

    with _hub_faults(repo):
        info = HfApi().model_info(repo, files_metadata=True)
    files = [file for file in info.siblings or [] if _wanted(file.rfilename)]
    if not any(file.rfilename == "model_index.json" for file in files):
        raise Fault("not a diffusers repository: no model_index.json", repo, did_you_mean(repo, REPOS.values()), Exit.MISSING)
    card = info.card_data
    licence = card and (card.get("license_name") or card.get("license"))
    return Offer(repo, info.sha or "main", sum(file.size or 0 for file in files), str(licence or "not stated"))


def fetch(offer: Offer, folder: Path) -> None:
    """Download what was offered, safetensors and text alone, into a folder; goes on where an earlier one broke off."""
    from huggingface_hub import snapshot_download

    with _hub_faults(offer.repo):
        snapshot_download(
            offer.repo, revision=offer.revision, local_dir=folder, allow_patterns=list(WANTED), ignore_patterns=list(UNWANTED)
        )


def _wanted(name: str) -> bool:
    return any(fnmatch(name, each) for each in WANTED) and not any(fnmatch(name, each) for each in UNWANTED)


@contextmanager
def _hub_faults(repo: str) -> Iterator[None]:
    """What can be wrong between here and the hub, as faults of one line."""
    from huggingface_hub import errors

    gated = f"accept its licence at https://huggingface.co/{repo}, then `hf auth login`"
    near = did_you_mean(repo, REPOS.values())
    try:
        yield
    except errors.GatedRepoError:
        raise Fault("these weights are gated", repo, gated, Exit.MISSING) from None
    except errors.RepositoryNotFoundError:
        raise Fault("there is no such repository, or it is private", repo, near, Exit.MISSING) from None
    except errors.HFValidationError:
        raise Fault("not the name of a repository", repo, "OWNER/NAME", Exit.MISSING) from None
    except (errors.LocalEntryNotFoundError, errors.HTTPError, ConnectionError) as error:
        cause = (str(error).splitlines() or [type(error).__name__])[0]
        remedy = "oyster models add NAME PATH needs no network"
        raise Fault(f"the hub is out of reach: {cause}", repo, remedy, Exit.MISSING) from None
