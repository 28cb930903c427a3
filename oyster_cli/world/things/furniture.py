"""What stands about in a street: parked cars, hydrants, bins, boxes, cables overhead; and manholes that steam at night."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Prop, Splats, Veil
from oyster_cli.picture.mesh import turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.places.street import FRONT_M, KERB_M, ROAD_M
from oyster_cli.world.shapes.car import PAINTS
from oyster_cli.world.shapes.kerbside import mail_box, newspaper_box, parked
from oyster_cli.world.shapes.street import bench, cable, drain, hydrant, litter_bin, manhole, pavement
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

PARKED = ("sedan", "van", "sedan", "taxi", "sedan")
CAR_OUT_M, ROW_M = 3.02, 5.9  # off the middle of the road, and from one to the next
POST_M, WALL_M = 4.42, 7.1  # off the middle of the road: beside the kerb, against the fronts
# Metres along the street, side, kind: the foreground first, which it does not block.
STANDING = (
    (9.5, 1, "hydrant"), (16.5, 1, "newspaper"), (17.2, 1, "newspaper"), (21.5, 1, "bin"), (22.4, 1, "mail"),
    (33.0, 1, "bench"), (9.0, -1, "bin"), (15.5, -1, "mail"), (22.5, -1, "hydrant"), (27.5, -1, "newspaper"),
    (28.2, -1, "newspaper"), (40.0, -1, "bench"), (44.0, 1, "hydrant"), (51.0, -1, "bin"), (53.0, 1, "bin"),
    (80.0, 1, "mail"), (84.0, -1, "bin"), (96.0, 1, "hydrant"), (110.0, -1, "newspaper"),
)  # fmt: skip
HOLES = ((0.15, 15.0), (-0.9, 33.0), (0.6, 49.0), (-0.4, 86.0))  # x, z of manholes
STEAMING = (0, 1)
PAVED_M = (-70.0, 180.0)  # from z to z; beyond, the ground's own colour does
DRAINS_Z = (6.5, 26.0, 46.0, 80.0)
PUFFS, LIFE_S, RISE_M_S = 16, 3.6, 0.8
CABLES = ((27.0, 8.2), (52.0, 9.4), (88.0, 8.6), (118.0, 9.0))  # z and height


class Furniture(Thing):
    """All of it. The first manholes breathe steam, which drifts with the wind; nothing else here moves."""

    kind: ClassVar[str] = "furniture"
    kept: ClassVar[tuple[str, ...]] = ()

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self._luck = draw(seed, name, "steam").random((len(STEAMING), PUFFS, 4))
        self._splats: tuple[Splats, ...] = ()

    # what stands

    def stage(self) -> list[Prop | Veil]:
        shapes = {"newspaper": newspaper_box(), "hydrant": hydrant(), "bin": litter_bin(), "mail": mail_box(), "bench": bench()}
        props: list[Prop | Veil] = [Prop((shape,), self._standing(kind)) for kind, shape in shapes.items()]
        cover, plain = manhole()
        props.append(Prop((cover, plain, plain), np.stack([self._at(x, z, 0.0, 0.005) for x, z in HOLES])))
        for z, high in CABLES:
            ends = np.array([[-7.6, high, z - 2.0], [7.6, high + 0.7, z + 3.0]])
            props.append(Prop((cable(ends[0], ends[1], 0.8),), np.eye(3, 4, dtype=np.float32)[None], sway_m=0.4, casts=False))
        return props + self._pavements() + self._parked()

    def _at(self, x: float, z: float, yaw_deg: float, lift_m: float = 0.0) -> np.ndarray:
        y = float(self.site.ground.height_at(x, z)) + lift_m
        return np.concatenate([turn("y", yaw_deg), [[x], [y], [z]]], axis=1).astype(np.float32)

    def _standing(self, kind: str) -> np.ndarray:
        """(n, 3, 4): boxes look over the pavement, benches to the road."""
        rows = []
        for z, side, what in STANDING:
            if what == kind:
                x = side * (WALL_M - 0.5 if kind == "bench" else POST_M)
                rows.append(self._at(x, z, 90.0 * side * (1 if kind == "bench" else -1)))
        return np.stack(rows)

    def _pavements(self) -> list[Prop | Veil]:
        """Kerbs and slabs over the ground along both sides, up to the crossing and on after it; drains in the gutters."""
        near, far = float(self.site.spots["crossing"][2]) - 3.1, float(self.site.spots["crossing"][2]) + 3.1
        props: list[Prop | Veil] = []
        for first, last in ((PAVED_M[0], near), (far, PAVED_M[1])):
            mesh = pavement(last - first, FRONT_M - ROAD_M + 0.1, KERB_M + 0.012, 0.018)
            ends = ((ROAD_M, first, 0.0), (-ROAD_M, last, 180.0))
            poses = [np.concatenate([turn("y", yaw), [[x], [0.0], [z]]], axis=1).astype(np.float32) for x, z, yaw in ends]
            props.append(Prop((mesh,), np.stack(poses), casts=False))
        drains = [self._at(s * (ROAD_M - 0.27), z, 0.0, 0.004) for z in DRAINS_Z for s in (-1, 1)]
        props.append(Prop((drain(),), np.stack(drains), casts=False))
        return props

    def _parked(self) -> list[Prop | Veil]:
        """Cars along both kerbs, with gaps; the near right kerb stays free for the view."""
        low, high = self.site.spots["crossing"][2] - 15.0, self.site.spots["crossing"][2] + 15.0
        rng = draw(self.seed, self.name, "parked")
        rows: dict[tuple[str, int], list[np.ndarray]] = {}
        for side, first, last in ((-1, -20.0, 135.0), (1, 24.0, 130.0)):
            for z in np.arange(first, last, ROW_M):
                gap, kind, paint, turned = rng.random(4)
                if gap > 0.62 or low < z < high:
                    continue
                model = PARKED[int(kind * len(PARKED))]
                colour = -1 if model == "taxi" else int(paint * len(PAINTS))
                place = self._at(side * (CAR_OUT_M + 0.08 * (gap - 0.3)), float(z), 90.0 - 90.0 * side + 2.0 * (turned - 0.5))
                rows.setdefault((model, colour), []).append(place)
        found: list[Prop | Veil] = []
        for (model, colour), places in rows.items():
            near, far = parked(model, None if colour < 0 else PAINTS[colour])
            found.append(Prop((near, near, near, far), np.stack(places)))
        return found

    # steam

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        cold = float(np.clip((22.0 - air.temperature_c) / 14.0, 0.0, 1.0))
        self._splats = (self._steam(air, tick.time_s + tick.dt_s, cold),) if cold > 0.05 else ()
        return []

    def _steam(self, air: Air, time_s: float, cold: float) -> Splats:
        """Puffs that rise, widen and thin out, each again and again. More of them when the air is cold."""
        age = (time_s / LIFE_S + self._luck[..., 0] + np.arange(PUFFS) / PUFFS) % 1.0
        wind = np.array(air.wind_to) * min(air.weather.wind_m_s, 6.0) * 0.22
        sway = 0.22 * np.sin(math.tau * (age * 1.3 + self._luck[..., 1]))
        at = np.zeros((*age.shape, 3))
        for k, hole in enumerate(STEAMING):
            x, z = HOLES[hole]
            at[k] = x, float(self.site.ground.height_at(x, z)), z
        lived = age * LIFE_S
        at += np.stack(
            [wind[0] * lived + sway * age, 0.08 + RISE_M_S * lived * (1 - 0.25 * age), wind[1] * lived + sway * age], -1
        )
        radius = 0.24 + 0.85 * age**0.8
        alpha = 0.17 * cold * np.minimum(age / 0.08, 1.0) * (1 - age) ** 1.6 * (0.5 + 0.7 * self._luck[..., 2])
        n = age.size
        white, still = np.full((n, 3), 0.85, np.float32), np.zeros((n, 3), np.float32)
        points, wide, dense = at.reshape(n, 3), radius.reshape(n), alpha.reshape(n)
        return Splats("puff", points.astype(np.float32), still, wide.astype(np.float32), white, dense.astype(np.float32))

    def look(self) -> Look:
        return Look(splats=self._splats)
