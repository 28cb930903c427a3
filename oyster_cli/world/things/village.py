"""A village far off in the vale: a church and some farmhouses among trees. It only stands there."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Mesh, Prop, Veil
from oyster_cli.picture.mesh import turn
from oyster_cli.state import draw
from oyster_cli.world.shapes.village import BRICK, LIME, SLATE, STONE, TILE, church, house
from oyster_cli.world.thing import Thing

HOUSES = 9


class Village(Thing):
    """The church at the site's village spot, its long side to the camera; houses around it."""

    kind: ClassVar[str] = "village"

    def stage(self) -> list[Prop | Veil]:
        at = self.where()
        rng = draw(self.seed, self.name, "houses")
        to_eye = np.array(self.site.stand.eye) - at
        facing = math.degrees(math.atan2(to_eye[0], to_eye[2]))
        props: list[Prop | Veil] = [self._put(church(), at, facing + 20.0)]
        for k in range(HOUSES):
            angle, away = k * 2.4 + rng.uniform(-0.4, 0.4), rng.uniform(24.0, 75.0)
            foot = at + np.array([math.sin(angle), 0.0, 0.6 * math.cos(angle)]) * away
            wall, roof = ((LIME, TILE), (BRICK, TILE), (STONE, SLATE))[int(rng.integers(3))]
            shape = house(rng.uniform(9.0, 17.0), rng.uniform(6.0, 8.0), rng.uniform(3.4, 5.8), wall, roof)
            props.append(self._put(shape, foot, facing + rng.uniform(-60.0, 60.0)))
        return props

    def _put(self, shape: Mesh, at: np.ndarray, yaw_deg: float) -> Prop:
        at = np.array([at[0], float(self.site.ground.height_at(at[0], at[2])), at[2]])
        return Prop((shape,), np.concatenate([turn("y", yaw_deg), at[:, None]], 1)[None].astype(np.float32))

    def where(self) -> np.ndarray:
        return np.asarray(self.site.spots["village"], float)
