"""Shadows that a lamp throws: what stands around it, on six square pictures that it sees, as the lens sees the stage.

One lamp at a time: the one nearest to the camera of those that throw shadows. The maps hold 1 / metres along the axis of
their picture, 0 where nothing stands.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from oyster_cli.picture.kinds import Lamp
from oyster_cli.picture.params import SIZE, camera
from oyster_cli.picture.sight import EMPTY, draw
from oyster_cli.picture.stage import Stage
from oyster_cli.picture.view import View

STILL, MOVING = 384, 192  # pixels along a side of a picture, as light.lamp_reaches() reads them
NEAR_M = 0.3  # nearer than that things are in the flame and throw no shadow
FLAME_M = 1.2  # so are things that move with their middle nearer than that: coals
X, Y, Z = np.eye(3)
FACES = ((Z, Y, X), (Z, Y, -X), (X, Z, Y), (X, Z, -Y), (X, Y, Z), (X, Y, -Z))  # right, up, ahead; the order the kernel knows


class LampShadow:
    """Maps (6 * side * side,) float32 of what stands still and of what moves around the lamp.

    numbers: where the maps are seen from, number of the lamp + 1 or 0 for none, 1 when something moves.
    """

    def __init__(self) -> None:
        self.still, self.moving = torch.zeros(1), torch.zeros(1)
        self.numbers = np.zeros(5, np.float32)
        self._from: tuple[float, float, float] | None = None

    def forget(self) -> None:
        """Draw what stands still again next time."""
        self._from = None

    def update(self, stage: Stage, lamps: Sequence[Lamp], moving: torch.Tensor | None, eye: np.ndarray) -> None:
        """Bring the maps up to these lamps. moving: shadow work of what moves; eye: (3,) where the camera is."""
        self.numbers[:] = 0.0
        throws = [k for k, lamp in enumerate(lamps) if lamp.shadow_from is not None]
        if not throws:
            return
        k = min(throws, key=lambda k: float(np.linalg.norm(np.array(lamps[k].shadow_from) - eye)))
        lamp, at = lamps[k], np.array(lamps[k].shadow_from, float)
        if self._from != lamp.shadow_from:
            away = np.linalg.norm(stage.shape[:, :3] - at, axis=1)
            solid = (stage.shape[:, 7] > 0) & (stage.instances.numpy()[:, 19] == 0.0)
            self.still = _draw(stage, at, np.flatnonzero(solid & (away < lamp.reach_m + stage.shape[:, 3])), STILL)
            self._from = lamp.shadow_from
        self.numbers[0:3], self.numbers[3] = at, k + 1
        if moving is not None:
            among = np.unique(moving[:, 0].numpy())
            away = np.linalg.norm(stage.shape[among, :3] - at, axis=1)
            among = among[(away > FLAME_M) & (away < lamp.reach_m / 2)]
            if len(among):
                self.moving, self.numbers[4] = _draw(stage, at, among, MOVING), 1.0


def _draw(stage: Stage, at: np.ndarray, among: np.ndarray, side: int) -> torch.Tensor:
    """A map of some instances, by number, as they stand in still air, so that it does not matter when it is drawn."""
    out = torch.zeros(6, side * side)
    still = stage.instances.clone()
    still[:, 15:18] = 0.0
    for face, (right, up, ahead) in enumerate(FACES):
        view = View(at, right, up, ahead, 12.0, (24.0, 24.0), 8.0, 10.0, 0.02, 0.5, (side, side))
        visible = stage.visible(view, 1.0, among)
        if visible.vertices:
            p = torch.zeros(SIZE)
            p[0:16], p[15] = torch.from_numpy(camera(view)), NEAR_M
            verts = torch.empty(visible.vertices, 4)
            vis = torch.full((side * side,), EMPTY, dtype=torch.int64)
            draw(stage, visible, np.arange(len(visible.keys)), still, p, (side, side), verts, vis)
            out[face] = (2147483647 - (vis >> 32)).to(torch.int32).view(torch.float32)
    return out.view(-1)
