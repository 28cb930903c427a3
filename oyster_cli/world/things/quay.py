"""A quay and what stands and lies on it: walls, bollards, a jetty, houses with lit windows, lamps, pots and nets."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Lamp, Look, Mesh, Prop, Splats, Veil, join
from oyster_cli.picture.mesh import placed, turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.places.harbour import DECK_M, JETTY_WIDE_M
from oyster_cli.world.shapes import harbour as gear
from oyster_cli.world.shapes import quay as stone
from oyster_cli.world.shapes.facade import warm
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.lamps import dim_enough
from oyster_cli.world.things.lighthouse import shown

WALLS = ((0.42, 0.40, 0.36), (0.36, 0.22, 0.17), (0.24, 0.29, 0.31), (0.45, 0.37, 0.24), (0.30, 0.30, 0.29))
# of every house: metres along the quay, width, depth, height of the eaves
HOUSES = ((29.0, 8.0, 7.0, 5.4), (37.6, 7.0, 6.5, 3.6), (46.0, 9.0, 7.5, 5.8), (55.6, 7.5, 6.5, 5.2), (64.0, 8.0, 7.0, 3.6),
          (73.5, 9.5, 8.0, 6.0), (20.0, 7.5, 7.0, 3.4))  # fmt: skip
FRONT_M = -8.2  # where their fronts stand, off the edge
LAMPS_U, LAMP_OFF_M = (14.5, 33.0, 52.0, 71.0), -4.6
KELVIN, CANDELA, REACH_M = 2500.0, 210.0, 24.0
WARM_UP_S = 0.4
HALO = ((0.2, 1.2), (0.5, 0.5), (1.0, 0.25), (2.0, 0.12))  # radius in metres and strength of the lit air around a lamp
GLOW_SHARE = 0.30  # of what the bare lamp would show


class Quay(Thing):
    """Everything of the harbour that stands still. switch: auto, on or off for its lamps and windows."""

    kind: ClassVar[str] = "quay"
    kept: ClassVar[tuple[str, ...]] = ("power", "switch", "fog")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.power, self.switch = -1.0, "auto"  # power: 0..1, below 0 when not yet known
        self.fog = 0.0  # how much of the lamps' light the air shows
        near, far = np.asarray(site.spots["quay"], float)
        self.length_m = float(np.linalg.norm(far - near))
        self.yaw_deg = math.degrees(math.atan2(far[0] - near[0], far[2] - near[2]))
        self.start = near
        self.first_u = -24.0
        houses = [gear.house(w, d, eaves, WALLS[k % len(WALLS)], k) for k, (_, w, d, eaves) in enumerate(HOUSES)]
        feet = [self._pose(u, FRONT_M - d / 2, -90.0) for u, _, d, _ in HOUSES]
        self._houses = [(mesh, foot) for (mesh, _), foot in zip(houses, feet, strict=True)]
        post, bulb, head = gear.lamp_iron()
        self._posts = (post, np.stack([self._pose(u, LAMP_OFF_M, 0.0) for u in LAMPS_U]))
        lit = [placed(pane, at[:, 3], at[:, :3]) for (_, pane), (_, at) in zip(houses, self._houses, strict=True)]
        bulbs = [placed(bulb, at[:, 3], at[:, :3]) for at in self._posts[1]]
        self._lit = join(lit + bulbs)
        self.heads = self._posts[1][:, :, :3] @ np.array(head) + self._posts[1][:, :, 3]

    def _pose(self, along_m: float, off_m: float, yaw_deg: float, lift_m: float = 0.0) -> np.ndarray:
        """(3, 4) at so many metres along the quay and off its edge, turned against its run."""
        ahead = turn("y", self.yaw_deg)
        at = self.start + ahead @ np.array([off_m, lift_m, along_m - self.first_u])
        return np.concatenate([turn("y", self.yaw_deg + yaw_deg), at[:, None]], 1)

    def stage(self) -> list[Prop | Veil]:
        top = float(self.start[1])
        wall = Prop((stone.quay_wall(self.length_m, top),), self._pose(self.first_u, 0.0, 0.0)[None])
        flags = Prop((stone.flags(self.length_m, 5.2),), self._pose(self.first_u, -1.0, 0.0)[None])
        bollards = np.asarray(self.site.spots["bollards"], float)
        posts = np.stack([np.concatenate([np.eye(3), at[:, None]], 1) for at in bollards])
        out: list[Prop | Veil] = [wall, flags, Prop((join([stone.bollard(), stone.turns(0.16, 4, 0.024, 0.16)]),), posts),
                                  self._jetty()]  # fmt: skip
        out += [Prop((mesh,), at[None].astype(np.float32)) for mesh, at in self._houses]
        out.append(Prop((self._posts[0],), self._posts[1].astype(np.float32)))
        ladders = np.stack([self._pose(u, 0.0, 0.0) for u in (10.4, 31.0 - 2.6, 47.0)])
        out.append(Prop((stone.ladder(top),), ladders))
        return [*out, *self._gear()]

    def _jetty(self) -> Prop:
        foot, head = np.asarray(self.site.spots["jetty"], float)
        yaw = math.degrees(math.atan2(head[0] - foot[0], head[2] - foot[2]))
        mesh = stone.jetty(float(np.linalg.norm(head - foot)), JETTY_WIDE_M, foot[1] - DECK_M, 4.5)
        return Prop((mesh,), np.concatenate([turn("y", yaw), (foot - [0, DECK_M, 0])[:, None]], 1)[None])

    def _gear(self) -> list[Prop | Veil]:
        """Pots, boxes, nets and coils, in heaps along the quay."""
        rng = draw(self.seed, self.name, "gear")
        pots, boxes, coils, heaps = [], [], [], []
        for u, off in ((9.6, -2.7), (23.0, -3.2), (36.0, -2.6), (44.0, -3.6), (61.0, -3.0)):
            for k in range(7):
                row, lift = divmod(k, 4)
                place = (u + 0.78 * (lift + 0.5 * row) + rng.normal(0, 0.04), off + rng.normal(0, 0.05))
                pots.append(self._pose(*place, rng.uniform(-8, 8), 0.36 * row))
        for u, off in ((7.9, -1.9), (19.0, -2.8), (29.0, -1.6), (56.0, -2.4)):
            for k in range(5):
                place = (u + 0.5 * (k % 2) + rng.normal(0, 0.02), off + 0.7 * (k // 2 % 2) + 0.1 * (k // 4))
                boxes.append(self._pose(*place, rng.uniform(-4, 4), 0.34 * (k // 4)))
        coils = [self._pose(u, off, float(rng.uniform(0, 360))) for u, off in ((6.9, -1.3), (12.7, -1.2), (25.0, -1.4))]
        heaps = [self._pose(u, off, float(rng.uniform(0, 360))) for u, off in ((12.8, -2.4), (26.5, -3.2), (40.5, -2.2))]
        hues = np.array([[1.0, 1.0, 1.0], [0.25, 0.75, 1.9], [0.9, 0.9, 0.9], [2.0, 1.1, 0.3]])[rng.integers(0, 4, len(boxes))]
        nets = gear.net_heap(0), gear.net_heap(1)
        (pot, plain_pot), (crate, plain_crate) = gear.lobster_pot(), gear.crate()
        kinds = (((pot, pot, pot, plain_pot), pots, 1.0), ((crate, crate, crate, plain_crate), boxes, hues),
                 ((stone.coil(),), coils, 1.0), (nets, heaps, 1.0))  # fmt: skip
        return [Prop(levels, np.stack(at).astype(np.float32), tint) for levels, at, tint in kinds]

    def parts(self) -> list[Mesh]:
        return [self._lit]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        goal = float(dim_enough(air, tick)) if self.switch == "auto" else float(self.switch == "on")
        rate = 1.0 if self.power < 0 else 1 - math.exp(-tick.dt_s / WARM_UP_S)
        self.power = max(self.power, 0.0) + (goal - max(self.power, 0.0)) * rate
        self.fog = shown(air)
        return []

    def look(self) -> Look:
        r, g, b = warm(KELVIN).tolist()
        lamps = tuple(Lamp((float(x), float(y), float(z)), (r, g, b), CANDELA * self.power, REACH_M) for x, y, z in self.heads)
        poses, glow = np.eye(3, 4, dtype=np.float32)[None], GLOW_SHARE * max(self.power, 0.01)
        if self.power < 0.01:
            return Look(poses=poses, glow=glow)
        return Look(poses=poses, lamps=lamps, splats=(self._halos(),), glow=glow)

    def _halos(self) -> Splats:
        """The air that a lamp lights around itself: nothing when it is clear."""
        at = np.repeat(self.heads, len(HALO), axis=0)
        radius, strength = np.tile(np.array(HALO).T, len(self.heads))
        colour = warm(KELVIN) * (strength * self.power)[:, None]
        return Splats("dot", at, 0 * at, radius, colour, np.full(len(at), 0.5 * self.fog), lit=False)

    def where(self) -> np.ndarray:
        return self._pose(30.0, -1.0, 0.0)[:, 3]

    def act(self, what: str) -> bool:
        switches = {"on": "on", "off": "off", "out": "off", "light": "on"}
        self.switch = switches.get(what, self.switch)
        return what in switches
