"""A fence beside the track, and the gate where the track leaves the meadow."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Prop, Veil
from oyster_cli.picture.mesh import turn
from oyster_cli.state import draw
from oyster_cli.world.shapes.fence import fence, gate
from oyster_cli.world.thing import Thing

GATE_M = 3.4


class Fence(Thing):
    """Posts and rails along the site's fence line; a gate across its track."""

    kind: ClassVar[str] = "fence"

    def stage(self) -> list[Prop | Veil]:
        feet = np.asarray(self.site.spots["fence"], float)
        fine, coarse = (fence(draw(self.seed, self.name), feet, sides) for sides in (6, 3))
        return [Prop((fine, fine, coarse), np.eye(3, 4, dtype=np.float32)[None]), Prop((gate(GATE_M),), self._hung()[None])]

    def _hung(self) -> np.ndarray:
        """(3, 4) the gate across the track."""
        at, path = np.asarray(self.site.spots["gate"], float), np.asarray(self.site.spots["path"], float)
        k = int(np.argmin(np.linalg.norm(path - at, axis=1)).clip(1, len(path) - 2))
        way = path[k + 1] - path[k - 1]
        rotation = turn("y", math.degrees(math.atan2(way[0], way[2])))
        return np.concatenate([rotation, (at - rotation @ [GATE_M / 2, 0.0, 0.0])[:, None]], 1).astype(np.float32)

    def where(self) -> np.ndarray:
        return np.asarray(self.site.spots["gate"], float)
