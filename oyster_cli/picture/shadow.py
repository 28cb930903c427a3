"""Sun shadow maps: a far and a near one of what stands still, and a small one of what moves."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.picture.lamp_shadow import LampShadow
from oyster_cli.picture.raster import raster_shadow
from oyster_cli.picture.stage import Stage

SIZE = 2048
MOVING_SIZE = 512
NEAR_REACH_M = 90.0
MOVING_REACH_M = 16.0
SUN_STEP = 0.005  # the maps see the sun at steps of some 0.3 degrees and are drawn again when it has come to the next


class Shadows:
    """The three maps: height toward the sun in centimetres per texel, (SIZE * SIZE,) int32."""

    def __init__(self, far_reach_m: float) -> None:
        self.far_reach_m = far_reach_m
        self.far = torch.empty(SIZE * SIZE, dtype=torch.int32)
        self.near = torch.empty(SIZE * SIZE, dtype=torch.int32)
        self.moving = torch.empty(MOVING_SIZE * MOVING_SIZE, dtype=torch.int32)
        self.numbers = np.zeros(15, np.float32)
        self.lamp = LampShadow()
        self._sun: np.ndarray | None = None
        self._centre = np.zeros(3)

    def update(self, stage: Stage, moving: torch.Tensor | None, focus: np.ndarray, sun: np.ndarray) -> None:
        """Bring the maps up to this sun. focus: where the moving map is centred; sun: unit vector toward it."""
        sun = _stepped(sun)
        if self._sun is None or not np.array_equal(self._sun, sun):
            across, upward = _axes(sun)
            self._sun, self._axes = sun, (across, upward, sun)
            self.numbers[0:3], self.numbers[3:6] = across, upward
            self.numbers[6:9] = self._draw(self.far, SIZE, stage, 2, self._centre, self.far_reach_m, None)
            self.numbers[9:12] = self._draw(self.near, SIZE, stage, 1, self._centre, NEAR_REACH_M, None)
        self.numbers[12:15] = 0
        if moving is not None and len(moving):
            self.numbers[12:15] = self._draw(self.moving, MOVING_SIZE, stage, 0, focus, MOVING_REACH_M, moving)

    def forget(self, centre: np.ndarray) -> None:
        """Draw the still maps again next time, around this point."""
        self._sun, self._centre = None, centre
        self.lamp.forget()

    def _draw(
        self,
        depth: torch.Tensor,
        size: int,
        stage: Stage,
        level: int,
        centre: np.ndarray,
        reach_m: float,
        work: torch.Tensor | None,
    ) -> tuple[float, float, float]:
        across, upward, sun = self._axes
        scale = size / (2 * reach_m)
        # whole texels, so that edges do not crawl when the map moves along
        offset_x = size / 2 - round(float(centre @ across) * scale)
        offset_y = size / 2 - round(float(centre @ upward) * scale)
        light = torch.tensor([*across, *upward, *sun, scale, offset_x, offset_y], dtype=torch.float32)
        if work is None:
            work = stage.shadow_work(level, centre, reach_m * 1.5)
        depth.fill_(-(2**30))
        raster_shadow(stage.points, stage.triangles, stage.instances, work, len(work), light, size, depth)
        return scale, offset_x, offset_y


def _stepped(sun: np.ndarray) -> np.ndarray:
    """The nearest of the directions that maps are drawn for: it follows from the sun alone, not from which maps were drawn."""
    near = np.round(sun / SUN_STEP)
    return np.asarray(near / np.linalg.norm(near))


def _axes(sun: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two unit vectors across the sun's beam."""
    hint = np.array([0.0, 1.0, 0.0]) if abs(sun[1]) < 0.99 else np.array([0.0, 0.0, 1.0])
    across = np.cross(hint, sun)
    across /= np.linalg.norm(across)
    return across, np.cross(sun, across)
