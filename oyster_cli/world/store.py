"""Built places kept on disk, so that the second take of a world starts at once. A damaged or absent one is built anew."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import torch

from oyster_cli.cache import shelf
from oyster_cli.packed import pack, unpack
from oyster_cli.picture.kinds import Mesh, Prop
from oyster_cli.world.ground import Axis, Ground, Warp
from oyster_cli.world.site import Roof, Room, Scatter, Site, Stand

CLASSES = {cls.__name__: cls for cls in (Site, Stand, Room, Roof, Scatter, Ground, Warp, Axis, Prop, Mesh)}


def stored(place: str, seed: int, build: Callable[[], Site]) -> Site:
    """The place from disk, or built and put there."""
    path = shelf("worlds") / f"{place}-{seed}.npz"
    with suppress(Exception):  # a damaged file can raise nearly anything
        site = _whole(unpack(path))
        if isinstance(site, Site):
            return site
    site = build()
    beside = path.with_name(f".{os.getpid()}-{path.name}")
    with suppress(OSError):  # no room or no right to write: it is only slower next time
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            pack(beside, _plain(site))
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    return site


def _plain(value: Any) -> Any:
    """Dataclasses as mappings with their name, tensors and tuples marked as such."""
    if dataclasses.is_dataclass(value):
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"class": type(value).__name__, "fields": fields}
    if isinstance(value, torch.Tensor):
        return {"tensor": value.numpy()}
    if isinstance(value, tuple):
        return {"tuple": [_plain(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": {key: _plain(item) for key, item in value.items()}}
    return value


def _whole(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "class" in value:
        return CLASSES[value["class"]](**{name: _whole(item) for name, item in value["fields"].items()})
    if "tensor" in value:
        return torch.from_numpy(value["tensor"])
    if "tuple" in value:
        return tuple(_whole(item) for item in value["tuple"])
    return {key: _whole(item) for key, item in value["dict"].items()}
