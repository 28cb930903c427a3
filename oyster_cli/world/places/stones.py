"""Where a cave has its dripstone: some set by hand for the picture, most where chance and the roof have it."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from oyster_cli.state import draw
from oyster_cli.world.ground import Ground
from oyster_cli.world.shapes.cavern import Tube
from oyster_cli.world.shapes.dripstone import Stone

Lines = tuple[tuple[np.ndarray, np.ndarray, float], ...]  # from, to (x, z), metres
# x, z, radius, height (0: up to the roof)
SET = (
    (3.75, 6.9, 0.40, 0.0), (-4.3, 11.4, 0.42, 0.0), (5.4, 11.2, 0.30, 0.0), (-2.05, 3.2, 0.36, 0.92), (-3.5, 7.3, 0.42, 1.75),
    (3.1, 9.7, 0.36, 1.15), (2.3, 10.6, 0.26, 0.62), (-2.9, 11.3, 0.34, 1.3), (4.6, 9.0, 0.42, 1.9), (0.7, 12.6, 0.34, 0.9),
)  # fmt: skip
HANGING, STANDING, CURTAINS = 330, 60, 10


def grow(seed: int, ground: Ground, tube: Tube, nearest: cKDTree, roof_m: np.ndarray, apart: Lines) -> list[Stone]:
    """Every stone of the cave. nearest: the roof's points in plan; roof_m: their heights. apart: what must stay clear."""

    def roof(x: float, z: float) -> float:
        return float(roof_m[nearest.query((x, z), k=3)[1]].mean())

    rng = draw(seed, "dripstone", "where")
    stones = [_standing(x, z, r, tall or roof(x, z), not tall, ground, k) for k, (x, z, r, tall) in enumerate(SET)]
    stones += _hang(rng, tube, roof, ground, apart)
    stones += _stand(rng, tube, ground, apart, stones)
    for k in range(CURTAINS):
        z = rng.uniform(3.5, 17.0)
        middle, wide, _ = (float(value) for value in tube.at(np.array(z)))
        side = 1 if k % 2 else -1
        x, way = middle + side * wide * rng.uniform(0.55, 0.8), rng.uniform(0.8, 2.0)
        ends = [(x, z), (x - side * 0.5 * way, z + 0.86 * way)]
        foot, head = (np.array([px, roof(px, pz), pz]) for px, pz in ends)
        stones.append(Stone("curtain", foot, head, rng.uniform(0.45, 1.1), 900 + k))
    return stones


def _standing(x: float, z: float, radius: float, top: float, column: bool, ground: Ground, number: int) -> Stone:
    foot = np.array([x, float(ground.height_at(x, z)) - 0.12, z])
    head = np.array([x, top + 0.25, z]) if column else foot + [0.0, top + 0.12, 0.0]
    return Stone("column" if column else "stalagmite", foot, head, radius, number)


def _clear(x: float, z: float, apart: Lines) -> bool:
    at = np.array([x, z])
    for a, b, far in apart:
        t = np.clip((at - a) @ (b - a) / ((b - a) @ (b - a)), 0.0, 1.0)
        if np.hypot(*(at - a - t * (b - a))) < far:
            return False
    return True


def _hang(rng: np.random.Generator, tube: Tube, roof, ground: Ground, apart: Lines) -> list[Stone]:  # type: ignore[no-untyped-def]
    """Stalactites in flocks along the joints of the roof: many straws, few spears."""
    flocks = np.stack([rng.uniform(-0.65, 0.65, 40), rng.uniform(2.0, 19.0, 40)], 1)
    stones: list[Stone] = []
    for k in range(HANGING):
        share, z = flocks[rng.integers(len(flocks))] + rng.normal(0, 1, 2) * [0.07, 0.75]
        middle, wide, _ = (float(value) for value in tube.at(np.array(z)))
        x = middle + float(np.clip(share, -0.75, 0.75)) * wide
        top = roof(x, z)
        long = min(0.14 + 0.34 * rng.exponential() ** 1.5, 0.52 * (top - float(ground.height_at(x, z))))
        if z < 1.2 or (long > 0.5 and top - long < 2.2 and not _clear(x, z, apart)):
            continue
        radius = (0.045 + 0.085 * long) * rng.uniform(0.7, 1.35)
        stones.append(Stone("stalactite", np.array([x, top - long, z]), np.array([x, top + 0.22, z]), radius, 100 + k))
    return stones


def _stand(rng: np.random.Generator, tube: Tube, ground: Ground, apart: Lines, hanging: list[Stone]) -> list[Stone]:
    """Stalagmites, mostly under long stalactites and towards the walls, none in the pool's middle."""
    stones = []
    for k in range(STANDING):
        z = rng.uniform(2.5, 27.0)
        middle, wide, _ = (float(value) for value in tube.at(np.array(z)))
        x = middle + wide * rng.choice((-1.0, 1.0)) * rng.uniform(0.35, 0.92)
        if k % 3 == 0:
            over = hanging[int(rng.integers(len(hanging)))]
            x, z = float(over.foot[0]), float(over.foot[2])
        if float(ground.height_at(x, z)) > 0.12 and _clear(x, z, apart):
            tall = min(0.22 + 0.34 * rng.exponential(), 1.6)
            stones.append(_standing(x, z, (0.13 + 0.17 * tall) * rng.uniform(0.8, 1.3), tall, False, ground, 500 + k))
    return stones
