"""The set: the cast's shapes brought before the lens. Knows how things look, not how they live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from oyster_cli.picture.kinds import Look, Mesh, Prop, Veil
from oyster_cli.picture.painter import Painter
from oyster_cli.picture.stage import Stage, bounds_of
from oyster_cli.world.air import Air
from oyster_cli.world.drawn import IDENTITY, add_ground, add_water, relief
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Thing

FAR_SHADOW_M = {"street": 220.0, "forest": 260.0, "river": 700.0, "reef": 70.0}


class Set:
    """Stage, veils and painter of one site and one cast."""

    def __init__(self, site: Site, cast: Mapping[str, Thing], size: tuple[int, int], coarse_from_m: float) -> None:
        self.stage, self.veils = Stage(), Stage()
        self.parts: dict[str, np.ndarray] = {}  # thing -> numbers of its moving instances
        self.bounds: dict[str, list[tuple[np.ndarray, float]]] = {}
        self.fixed: dict[str, list[np.ndarray]] = {}  # thing -> numbers of its still instances
        self.sheets: dict[str, list[np.ndarray]] = {}  # and of its falling water
        add_ground(self.stage, site, coarse_from_m)
        add_water(self.stage, site)
        for fixture in site.fixtures:
            self._put(fixture)
        for name, thing in cast.items():
            self._build(name, thing)
        self._freeze()
        self.painter = Painter(size, self.stage, self.veils, relief(site.ground),
                               FAR_SHADOW_M.get(site.place, 1200.0))  # fmt: skip
        self._stand = np.array(site.stand.eye)
        self.painter.shadows.forget(self._stand)

    def join(self, name: str, thing: Thing) -> None:
        """A thing that enters while the shot runs."""
        self._build(name, thing)
        self._freeze()
        self.painter.shadows.forget(self._stand)

    def leave(self, name: str) -> None:
        """A thing that goes: what it looks like is put out of sight."""
        if name in self.parts:
            away = np.zeros((len(self.parts[name]), 3, 4), np.float32)
            away[:, 1, 3] = -1e5
            self.stage.set_poses(self.parts[name], away, self.bounds[name], 0.0)
        for numbers in self.fixed.pop(name, []):
            self.stage.hide(numbers)
        for numbers in self.sheets.pop(name, []):
            self.veils.hide(numbers)
        self.painter.shadows.forget(self._stand)

    def _freeze(self) -> None:
        self.stage.freeze()
        if self.veils.count:
            self.veils.freeze()

    def _build(self, name: str, thing: Thing) -> None:
        fixed, sheets = self.fixed.setdefault(name, []), self.sheets.setdefault(name, [])
        thing.build(self.stage)
        for piece in thing.stage():
            if isinstance(piece, Veil):
                mesh = _veil_mesh(piece)
                sheets.append(self.veils.add(self.veils.prototype([mesh]), IDENTITY, bounds_of(mesh), casts=False))
            else:
                fixed.append(self._put(piece))
        parts = [(part,) if isinstance(part, Mesh) else part for part in thing.parts()]
        if parts:
            self.bounds[name] = [bounds_of(levels[0]) for levels in parts]
            away = np.tile(np.eye(3, 4), (1, 1, 1))
            away[:, 1, 3] = -1e5
            self.parts[name] = np.concatenate(
                [self.stage.add(self.stage.prototype(levels), away, bounds, casts=False)
                 for levels, bounds in zip(parts, self.bounds[name], strict=True)]
            )  # fmt: skip

    def _put(self, prop: Prop) -> np.ndarray:
        """Numbers of the instances of a prop."""
        return self.stage.add(
            self.stage.prototype(prop.levels, sliced=True), prop.at, bounds_of(prop.levels[0]), prop.tint, prop.sway_m,
            prop.phase, casts=prop.casts,
        )  # fmt: skip

    def pose(self, looks: Mapping[str, Look]) -> torch.Tensor | None:
        """Put moving parts where they are; returns their shadow work."""
        moving = []
        for name, look in looks.items():
            if look.poses is not None and name in self.parts:
                self.stage.set_poses(self.parts[name], look.poses, self.bounds[name], look.glow)
                moving.append(self.parts[name])
        return self.stage.work_of(np.concatenate(moving)) if moving else None

    def save(self) -> dict[str, Any]:
        """Where the parts of things were last: what moves is followed from there."""
        table = self.stage.instances.numpy()
        return {name: table[numbers, :12].copy() for name, numbers in self.parts.items()}

    def load(self, state: dict[str, Any]) -> None:
        """Put the parts back where they were."""
        for name, poses in state.items():
            self.stage.set_poses(self.parts[name], poses.reshape(-1, 3, 4), self.bounds[name], 1.0)

    def blow(self, air: Air, cast: Mapping[str, Thing]) -> None:
        """Give every instance the gust at its place, and every surface that moves its shape."""
        points = self.stage.shape[:, :3].astype(np.float32)  # of which sines are quick
        gust = air.gust(points)
        for thing in cast.values():
            thing.move(self.stage)
            gust += thing.stirs(points)
        self.stage.instances.numpy()[:, 17] = gust


def _veil_mesh(veil: Veil) -> Mesh:
    n = len(veil.points)
    colours = np.stack([veil.across, veil.fall_s, veil.edge], 1)
    a, b, c = (veil.points[veil.triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    normals = np.zeros_like(veil.points)
    for k in range(3):
        np.add.at(normals, veil.triangles[:, k], face)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    return Mesh(veil.points, normals, colours, veil.triangles, np.zeros(n, np.int32), np.zeros(n, np.float32),
                np.full(n, 0.7, np.float32))  # fmt: skip
