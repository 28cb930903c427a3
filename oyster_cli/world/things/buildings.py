"""Houses along a street, and the lamplight in their windows."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import GLASS, GLOW, ROOM, Look, Mesh, Prop, Veil, join
from oyster_cli.picture.mesh import placed, turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.building import STYLES, building, shop_light
from oyster_cli.world.shapes.facade import DARK_GLASS
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import spot_ahead, view_axes

LIT = 0.32  # share of the windows with somebody at home
NEAR_M, SHOPS_M = 140.0, 75.0  # in windows, and in shops, further off no rooms are seen
GLOW_SHARE = 0.22  # of what a lamp-lit room would show: film sees rooms behind windows, not white
GROUPS = 4  # the lit panes of all houses, in so many parts, and those of the shops
PROUD_M = 0.012  # how far a lit pane stands before the glass it covers
SWITCH_S = 0.35
AWAY_M = -1e5


class Buildings(Thing):
    """One house a lot. By day all windows are glass; at night light comes up in some. switch: auto, on or off."""

    kind: ClassVar[str] = "building"
    kept: ClassVar[tuple[str, ...]] = ("power", "switch")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.power, self.switch = -1.0, "auto"  # power: 0..1, below 0 when not yet known
        self.lots = np.asarray(site.spots.get("lots", _lots(site, spec)), float)
        away = np.linalg.norm(self.lots[:, :2] - np.array(site.stand.eye)[[0, 2]], axis=1)
        self.order = np.argsort(away, kind="stable")
        made = [(self._house(k), self._place(self.lots[k])) for k in self.order]
        houses = [(pair[0 if away[k] < NEAR_M else 1], place) for k, (pair, place) in zip(self.order, made, strict=True)]
        shops = [placed(self._shop(k), place[:, 3], place[:, :3]) for k, (_, place) in zip(self.order, houses, strict=True)
                 if away[k] < SHOPS_M]  # fmt: skip
        self._houses = [((_unlit(near), _unlit(far)), place) for (near, far), place in made]
        self._parts = _grouped([_panes(mesh, place) for mesh, place in houses]) + _grouped(shops)

    def _house(self, k: int) -> list[Mesh]:
        _, _, width, depth, floors, _ = self.lots[k].tolist()
        style, seed = self._luck(k)
        return building(seed, width, depth, int(floors), style, LIT)

    def _luck(self, k: int) -> tuple[str, int]:
        return house_luck(self.seed, int(k), self.name)

    def _shop(self, k: int) -> Mesh:
        """The light of a house's shop, just before its glass."""
        light = shop_light(self._luck(k)[1], float(self.lots[k, 2]), LIT)
        return placed(light, (0.0, 0.0, -PROUD_M))

    def _place(self, lot: np.ndarray) -> np.ndarray:
        """(3, 4): the front, made facing -z, turned to where the lot looks."""
        x, z, yaw = float(lot[0]), float(lot[1]), float(lot[5])
        y = float(self.site.ground.height_at(x, z)) - 0.08
        return np.concatenate([turn("y", math.degrees(yaw) + 180.0), np.array([[x], [y], [z]])], axis=1)

    def stage(self) -> list[Prop | Veil]:
        return [Prop(levels, place[None].astype(np.float32)) for levels, place in self._houses]

    def parts(self) -> list[Mesh]:
        return self._parts

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        dim = float(np.clip((tick.night - 0.12) / 0.35, 0.0, 1.0))
        gloom = 0.6 * min(air.weather.rain_mm_h / 40.0, 1.0) * air.weather.cloud
        goal = max(dim, gloom) if self.switch == "auto" else float(self.switch == "on")
        rate = 1.0 if self.power < 0 else 1 - math.exp(-tick.dt_s / SWITCH_S)
        self.power = max(self.power, 0.0) + (goal - max(self.power, 0.0)) * rate
        return []

    def look(self) -> Look:
        poses = np.tile(np.eye(3, 4, dtype=np.float32), (len(self._parts), 1, 1))
        if self.power < 0.02:
            poses[:, 1, 3] = AWAY_M
        return Look(poses=poses, glow=GLOW_SHARE * max(self.power, 0.02))

    def where(self) -> np.ndarray:
        x, y, z = self._houses[0][1][:, 3].tolist()
        return np.array([x, y + 5.0, z])

    def act(self, what: str) -> bool:
        switches = {"on": "on", "off": "off", "out": "off", "light": "on"}
        self.switch = switches.get(what, self.switch)
        return what in switches


def house_luck(seed: int, k: int, name: str = "building") -> tuple[str, int]:
    """Style and seed of the house on the k-th lot."""
    rng = draw(seed, name, "house", k)
    return str(rng.choice(list(STYLES), p=[0.5, 0.3, 0.2])), int(rng.integers(1 << 30))


def _lots(site: Site, spec: ThingSpec) -> np.ndarray:
    """Where a place has none: houses side by side, well ahead, looking at the camera."""
    ahead, _ = view_axes(site.stand)
    count = min(spec.count, 12)
    feet = [spot_ahead(site, 60.0, -18.0 + 13.0 * (k - (count - 1) / 2)) for k in range(count)]
    yaw = math.atan2(-ahead[0], -ahead[2])
    return np.array([(foot[0], foot[2], 11.0, 11.0, 3, yaw) for foot in feet])


def _unlit(mesh: Mesh) -> Mesh:
    """The house by day: dark glass where light will be."""
    glow = _shines(mesh)
    colours = np.where(glow[:, None], np.array(DARK_GLASS, np.float32), mesh.colours).astype(np.float32)
    return replace(mesh, colours=colours, material=np.where(glow, GLASS, mesh.material).astype(np.int32))


def _panes(mesh: Mesh, place: np.ndarray) -> Mesh:
    """The lit panes of a house where it stands."""
    shines = _shines(mesh)
    keep = np.flatnonzero(shines)
    number = np.full(len(mesh.points), -1)
    number[keep] = np.arange(len(keep))
    triangles = number[mesh.triangles[shines[mesh.triangles[:, 0]]]].astype(np.int32)
    panes = Mesh(mesh.points[keep] + PROUD_M * mesh.normals[keep], mesh.normals[keep], mesh.colours[keep], triangles,
                 mesh.material[keep], mesh.sway[keep], mesh.shade[keep])  # fmt: skip
    return placed(panes, place[:, 3], place[:, :3])


def _shines(mesh: Mesh) -> np.ndarray:
    return np.isin(mesh.material, (GLOW, ROOM))


def _grouped(panes: list[Mesh]) -> list[Mesh]:
    """All panes in a few meshes, near ones together."""
    size = -(-len(panes) // GROUPS)
    groups = [join(panes[k : k + size]) for k in range(0, len(panes), size)]
    return [group for group in groups if len(group.points)]
