"""What grows in the jungle: a wall of trees along the river, giants over the roof of the forest, great leaves near the lens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from oyster_cli.state import draw
from oyster_cli.world.ground import Ground
from oyster_cli.world.places.frame import FILM_BACK_MM
from oyster_cli.world.places.planting import Garden
from oyster_cli.world.site import Scatter, Stand
from oyster_cli.world.track import view_axes

# Close to the lens, where it frames the picture: kind, share across the frame, metres ahead, height.
FRAME = (
    ("paddle", -0.13, 4.2, 1.15), ("paddle", -0.06, 6.4, 1.5), ("paddle", 0.03, 9.5, 1.6), ("paddle", 1.07, 5.6, 1.0),
    ("paddle", 1.0, 9.0, 1.1), ("fern", 0.10, 4.6, 0.42), ("fern", -0.02, 3.4, 0.4), ("fern", 0.95, 4.4, 0.36),
    ("fern", 0.19, 6.6, 0.4), ("fern", 0.88, 7.0, 0.4), ("fern", 1.02, 3.2, 0.34), ("palm", -0.17, 10.5, 5.4),
    ("palm", -0.02, 19.0, 8.5), ("palm", 1.10, 17.0, 7.0),
)  # fmt: skip
CLEAR_M = 110.0  # up to here tall trees leave the middle of the picture free


def plants(
    seed: int, ground: Ground, stand: Stand, roof: torch.Tensor, beside: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> tuple[Scatter, ...]:
    """All scatters. roof: (N, M) metres of forest the ground already carries. beside: metres from the water's edge."""
    garden = Garden(seed, ground, stand, ((-75.0, 60.0, 560.0), (-40.0, 6.0, 260.0), (8.0, 1.0, 40.0)))

    def covered(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        i, j, _, _ = ground.warp.cell(x, z)
        return np.asarray(roof.numpy()[i, j], float)

    def bank(low: float, high: float = 1e4, wide_m: float = 0.0) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """Whether it is bare ground from low to high metres beside the water, where crowns so wide leave the view open."""

        def at(x: np.ndarray, z: np.ndarray) -> np.ndarray:
            out = beside(x, z)
            return ((out > low) & (out < high) & (covered(x, z) < 3.0) & _aside(stand, x, z, wide_m)).astype(float)

        return at

    def top(level: float) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """Whether it is the forest's roof, and no steeper than that."""
        return lambda x, z: ((covered(x, z) > 8.0) & (ground.normal_at(x, z)[:, 1] > level)).astype(float)

    return (
        garden.sow("canopy", 2600, (20.0, 430.0), (15.0, 25.0), 5.5, bank(7.0, 40.0, 8.0), thin=0.5, fan_deg=36.0, greens=0.16),
        garden.sow("emergent", 160, (46.0, 430.0), (26.0, 36.0), 15.0, bank(9.0, 40.0, 11.0), thin=0.4,
                   fan_deg=34.0, greens=0.12),
        garden.sow("understorey", 3600, (16.0, 380.0), (3.5, 10.0), 2.8, bank(3.0, 30.0, 2.5), thin=0.6,
                   fan_deg=36.0, greens=0.18),
        garden.sow("palm", 400, (22.0, 260.0), (6.0, 15.0), 4.0, bank(3.5, 40.0, 3.5), thin=0.6, fan_deg=36.0, greens=0.14),
        garden.sow("roof", 1400, (165.0, 1000.0), (19.0, 30.0), 12.0, top(0.3),
                   thin=0.55, fan_deg=32.0, greens=0.13, sink=0.62),
        garden.sow("giant", 260, (150.0, 1300.0), (30.0, 42.0), 26.0, top(0.62), thin=0.6, fan_deg=32.0,
                   greens=0.16, sink=0.52),
        garden.sow("bush", 1500, (9.0, 190.0), (0.8, 2.8), 1.5, bank(3.0, 26.0, 1.5), thin=0.6, greens=0.2),
        garden.sow("paddle", 900, (9.0, 90.0), (0.9, 2.6), 1.6, bank(2.2, 16.0, 1.5), thin=0.8, greens=0.16),
        garden.sow("fern", 650, (3.0, 60.0), (0.25, 0.9), 0.5, bank(1.6, 14.0, 0.3), thin=1.0),
        garden.lay("turf", 560, (2.4, 24.0), (0.10, 0.24), 0.3, bank(1.4, 14.0, 0.0), thin=1.2, greens=0.2),
        garden.lay("litter", 90, (2.4, 16.0), (0.08, 0.13), 0.7, bank(0.6, 9.0), thin=1.2, sink=0.0),
        garden.sow("grass", 260, (1.4, 22.0), (0.10, 0.36), 0.3, bank(1.2, 9.0), thin=1.1),
        garden.sow("rock", 130, (4.0, 70.0), (0.06, 0.5), 0.5, bank(-2.0, 2.5), thin=0.9, few=3.0, sink=0.3,
                   dry=False, greens=0.05),
        garden.sow("log", 5, (11.0, 60.0), (0.5, 0.8), 9.0, bank(0.2, 3.0), thin=0.5, sink=0.2, dry=False),
        *_frame(seed, ground, stand),
    )  # fmt: skip


def _aside(stand: Stand, x: np.ndarray, z: np.ndarray, wide_m: float) -> np.ndarray:
    """Whether something so wide stands clear of the middle of the picture; the middle narrows with distance."""
    ahead, right = view_axes(stand)
    away = np.stack([x - stand.eye[0], 0 * x, z - stand.eye[2]], -1)
    depth, aside = away @ ahead, away @ right
    share = np.clip(depth / CLEAR_M, 0.0, 1.0)
    edge = np.where(aside < 0, 0.40 - 0.18 * share, 0.44 - 0.20 * share) * depth * FILM_BACK_MM[0] / stand.lens_mm
    return (wide_m == 0.0) | (np.abs(aside) - wide_m > edge) | (depth > CLEAR_M) | (depth < 0.0)


def _frame(seed: int, ground: Ground, stand: Stand) -> list[Scatter]:
    """Plants at the picture's edges, close to the camera."""
    ahead, right = view_axes(stand)
    rng, out = draw(seed, "frame"), []
    for kind in dict.fromkeys(row[0] for row in FRAME):
        rows = np.array([row[1:] for row in FRAME if row[0] == kind])
        across = (rows[:, 0] - 0.5) * rows[:, 1] * FILM_BACK_MM[0] / stand.lens_mm
        at = np.array(stand.eye) + ahead * rows[:, 1:2] + right * across[:, None]
        at[:, 1] = ground.height_at(at[:, 0], at[:, 2]) - 0.03
        n = len(rows)
        out.append(Scatter(kind, at.astype(np.float32), rows[:, 2].astype(np.float32),
                           (rng.random(n) * 2 * np.pi).astype(np.float32),
                           (1.0 + 0.1 * rng.standard_normal((n, 3))).astype(np.float32)))  # fmt: skip
    return out
