"""oyster doctor: what this machine can do, and what is missing."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

from oyster_cli import __version__
from oyster_cli.commands import say
from oyster_cli.fault import Exit

ENCODERS = ("libx264", "magicyuv", "aac", "pcm_s24le", "png", "gif")
PACKAGES = (
    "torch",
    "quadrants",
    "numba",
    "numpy",
    "scipy",
    "av",
    "moviepy",
    "pedalboard",
    "miniaudio",
    "pillow",
    "typer",
    "rich",
)
ROOM_MB = 500  # a few takes of some seconds


@dataclass(frozen=True)
class Check:
    """state: ok, warn (it goes, with less) or missing (a shot cannot be made)."""

    state: str
    detail: str


def doctor(json: say.Json = False) -> None:
    """Look at the machine: device, kernels, encoders, sound card, disk, versions, terminal."""
    found = {name: _looked(check) for name, check in CHECKS.items()}
    if json:
        say.as_json({"checks": {name: asdict(check) for name, check in found.items()}})
    else:
        say.table(("what", "state", ""), [(name, check.state, check.detail) for name, check in found.items()])
    if any(check.state == "missing" for check in found.values()):
        raise typer.Exit(Exit.MISSING)


def _looked(check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:  # whatever is broken here is what the doctor is there to tell
        return Check("missing", f"{type(error).__name__}: {error}".splitlines()[0])


def device() -> Check:
    """What computes."""
    from oyster_cli.picture.device import start

    where = start()
    import torch

    name = torch.cuda.get_device_name(0) if where == "cuda" else platform.machine()
    return Check("ok", f"{where}, {name}, {os.cpu_count()} CPU cores")


def kernels() -> Check:
    """Compile and run one of the world's kernels."""
    import torch

    from oyster_cli.picture.device import start
    from oyster_cli.world.noise import fbm

    start()
    points = torch.arange(64, dtype=torch.float32)
    begun = time.perf_counter()
    found = fbm(points, points, wave_m=10.0, octaves=2, seed=1)
    right = bool(torch.isfinite(found).all()) and float(found.std()) > 0
    return Check("ok" if right else "missing", f"run in {time.perf_counter() - begun:.1f} s" if right else "wrong numbers")


def encoders() -> Check:
    """What writes pictures and sound."""
    import av

    lacking = [name for name in ENCODERS if name not in av.codecs_available]
    return Check("missing" if lacking else "ok", f"no {', '.join(lacking)}" if lacking else ", ".join(ENCODERS))


def sound_card() -> Check:
    """Whether preview can be heard."""
    from oyster_cli.preview.speaker import open_speaker

    speaker = open_speaker()
    speaker.close()
    return Check("ok", f"through {speaker.name}") if speaker.name else Check("warn", "none: preview shows level meters")


def disk() -> Check:
    """Whether takes can be written here."""
    free_mb = shutil.disk_usage(Path.cwd()).free / 1e6
    with tempfile.TemporaryFile(dir=Path.cwd()):
        pass
    return Check("ok" if free_mb > ROOM_MB else "warn", f"{free_mb:,.0f} MB free in {Path.cwd()}")


def terminal() -> Check:
    """What preview can show here."""
    from oyster_cli.preview.terminal import probe, size

    able = probe()
    cols, rows = size()
    return Check("ok", f"{able.via}, {'16 million' if able.truecolor else '256'} colours, {cols}x{rows}")


def versions() -> Check:
    """What is installed."""
    found, lacking = [f"oyster {__version__}", f"python {platform.python_version()}"], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lacking.append(name)
    if lacking:
        return Check("missing", f"not installed: {', '.join(lacking)}")
    return Check("ok", ", ".join(found))


CHECKS: dict[str, Callable[[], Check]] = {
    "device": device,
    "kernels": kernels,
    "encoders": encoders,
    "sound card": sound_card,
    "disk": disk,
    "versions": versions,
    "terminal": terminal,
}
