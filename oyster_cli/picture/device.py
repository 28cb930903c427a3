"""The device that draws: Quadrants is started once, quietly, and torch is told where its arrays live."""

from __future__ import annotations

import contextlib
import io

import quadrants as qd
import torch

from oyster_cli.cache import shelf
from oyster_cli.fault import Exit, Fault

# What may be asked for: the architecture of the kernels and the torch device their arrays live on.
DEVICES = {"cpu": (qd.cpu, "cpu"), "cuda": (qd.cuda, "cuda"), "metal": (qd.metal, "mps"), "amd": (qd.amdgpu, "cuda")}

_started: dict[str, str] = {}  # the name asked for -> torch device; at most one entry


def start(device: str = "auto") -> str:
    """Start the kernels' runtime if it does not run yet; returns the torch device ("cpu", "cuda", "mps").

    device: "auto" or a key of DEVICES. Raises Fault for an unknown or absent device, or when another one already runs.
    """
    name = _best() if device == "auto" and not _started else device
    if name in _started or (device == "auto" and _started):
        return next(iter(_started.values()))
    if name not in DEVICES:
        raise Fault(f"device {device!r} is not known", remedy=f"one of auto, {', '.join(DEVICES)}")
    if _started:
        raise Fault(f"device {device} asked for while {next(iter(_started))} is in use", code=Exit.FAILED)
    arch, where = DEVICES[name]
    if not _present(name):
        raise Fault(f"device {device} is not present on this machine", remedy="use --device cpu", code=Exit.MISSING)
    with contextlib.redirect_stdout(io.StringIO()):  # it greets with print()
        qd.init(
            arch=arch,
            enable_fallback=False,
            log_level="error",
            offline_cache=True,
            offline_cache_file_path=str(shelf("kernels", _has_kernels)),
            random_seed=0,
        )
    if where == "cpu":
        torch.set_num_threads(1)  # its idle threads would spin beside the kernels' own: a quarter of the time of a frame
    _started[name] = where
    return where


def started() -> str:
    """The name of the device that runs."""
    return next(iter(_started))


def _has_kernels(source: bytes) -> bool:
    return b"import quadrants" in source


def _best() -> str:
    return next((name for name in ("cuda", "metal", "amd") if _present(name)), "cpu")


def _present(name: str) -> bool:
    """Whether torch and Quadrants both can use it."""
    if name == "cpu":
        return True
    if name == "metal":
        return torch.backends.mps.is_available()
    return torch.cuda.is_available() and (torch.version.hip is not None) == (name == "amd")
