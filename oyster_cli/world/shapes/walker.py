"""A walking figure in a long coat: one mesh a body part, each in the frame that gait.py gives it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oyster_cli.picture.kinds import PLAIN, SKIN, Mesh, join
from oyster_cli.picture.mesh import icosphere, loft, placed, turn
from oyster_cli.world.shapes.gait import (
    ANKLE,
    BALL,
    FOREARM,
    HEEL,
    HIP,
    PARTS,
    SHANK,
    SHOULDER,
    SHOULDER_HALF,
    THIGH,
    TOE,
    UPPER_ARM,
)

Rgb = tuple[float, ...]
SIDES_OF_LIMB = 10
# Limbs from the joint down: rows of (height, radius), in body heights.
LEG = {
    "thigh": [(0.03, 0.05), (0.0, 0.056), (-0.1, 0.050), (-0.2, 0.041), (-THIGH, 0.036), (-THIGH - 0.02, 0.022)],
    "shank": [(0.022, 0.022), (0.0, 0.0375), (-0.07, 0.0375), (-0.16, 0.031), (-SHANK + 0.012, 0.031), (-SHANK, 0.024)],
}
ARM = {
    "upper_arm": [
        (0.014, 0.012),
        (0.004, 0.026),
        (-0.025, 0.0335),
        (-0.12, 0.030),
        (-UPPER_ARM, 0.028),
        (-UPPER_ARM - 0.018, 0.016),
    ],
    "forearm": [(0.016, 0.016), (0.0, 0.0285), (-0.05, 0.029), (-0.12, 0.026), (0.002 - FOREARM, 0.0255), (-FOREARM, 0.018)],
}


@dataclass(frozen=True)
class Dress:
    """Colours, linear albedo."""

    coat: Rgb = (0.055, 0.060, 0.075)
    trousers: Rgb = (0.035, 0.035, 0.04)
    shoes: Rgb = (0.045, 0.03, 0.022)
    skin: Rgb = (0.36, 0.22, 0.155)
    hair: Rgb = (0.045, 0.03, 0.02)
    scarf: Rgb = (0.32, 0.045, 0.035)
    hood: bool = False


def walker(height_m: float = 1.75, dress: Dress = Dress()) -> list[Mesh]:
    """The body's parts in the order of gait.PARTS, about 2000 triangles in all; rounded ends overlap, so no joint gapes."""
    made = {name: _limb(rows, dress.trousers, 1.08) for name, rows in LEG.items()}
    made |= {name: _limb(rows, dress.coat) for name, rows in ARM.items()}
    made |= {"pelvis": _pelvis(dress), "torso": _torso(dress), "head": _head(dress)}
    made |= {"foot": _foot(dress), "toe": _toe(dress), "hand": _hand(dress)}
    made |= {"skirt_left": _skirt(dress, -1), "skirt_right": _skirt(dress, 1)}
    return [placed(made.get(part) or _sided(made, part), scale=height_m) for part in PARTS]


def _sided(made: dict[str, Mesh], part: str) -> Mesh:
    name, _, side = part.rpartition("_")
    return placed(made[name], scale=(-1.0, 1.0, 1.0)) if side == "left" else made[name]


def _ellipses(rows: list[tuple[float, float, float, float]], sides: int) -> np.ndarray:
    """(k, sides, 3) level rings out of rows of (height, half width, half depth, ahead)."""
    angle = np.arange(sides) * (-2 * np.pi / sides)
    return np.array([[(w * np.cos(a), y, ahead + d * np.sin(a)) for a in angle] for y, w, d, ahead in rows])


def _turned(rows: list[tuple[float, float, float, float]], colour: Rgb, sides: int, material: int = PLAIN) -> Mesh:
    """A body of such rings, from the top down or the bottom up."""
    rings = _ellipses(rows, sides)
    return loft(rings if rows[0][0] < rows[-1][0] else rings[::-1], colour, material)


def _limb(rows: list[tuple[float, float]], colour: Rgb, deep: float = 1.0) -> Mesh:
    """A limb from its joint down: rows of (height, radius)."""
    return _turned([(y, r, r * deep, 0.0) for y, r in rows], colour, SIDES_OF_LIMB)


def _pelvis(dress: Dress) -> Mesh:
    return _turned(
        [(-0.06, 0.045, 0.045, -0.004), (-0.035, 0.088, 0.066, -0.004), (0.0, 0.099, 0.073, -0.006),
         (0.05, 0.084, 0.058, 0.0), (0.09, 0.07, 0.05, 0.0)],
        dress.coat, 14,
    )  # fmt: skip


def _torso(dress: Dress) -> Mesh:
    """Waist, chest, shoulders, collar, belt and scarf; measured from the hips."""
    top = SHOULDER - HIP
    coat = _turned(
        [
            (0.03, 0.089, 0.064, 0.0), (0.09, 0.086, 0.062, 0.002), (0.15, 0.094, 0.068, 0.004), (0.215, 0.104, 0.073, 0.002),
            (top - 0.035, SHOULDER_HALF + 0.012, 0.064, -0.006), (top - 0.004, SHOULDER_HALF + 0.006, 0.047, -0.009),
            (top + 0.02, 0.08, 0.043, -0.008), (top + 0.036, 0.046, 0.036, -0.003), (top + 0.05, 0.034, 0.034, 0.0),
        ],
        dress.coat, 16,
    )  # fmt: skip
    dark = tuple(0.6 * c for c in dress.coat)
    belt_rows = [(0.062, 0.09, 0.0665), (0.066, 0.0945, 0.071), (0.082, 0.0935, 0.070), (0.086, 0.086, 0.062)]
    belt = _turned([(y, w, d, 0.001) for y, w, d in belt_rows], dark, 16)
    scarf_rows = [(0.022, 0.046, 0.042), (0.036, 0.05, 0.046), (0.056, 0.044, 0.043), (0.062, 0.03, 0.03)]
    scarf = _turned([(top + y, w, d, 0.002) for y, w, d in scarf_rows], dress.scarf, 12)
    return join([coat, belt, scarf])


def _head(dress: Dress) -> Mesh:
    """Neck, skull with a jaw, nose, ears and hair or a hood; from the base of the neck."""
    neck = _turned(
        [(-0.03, 0.034, 0.034, -0.004), (0.0, 0.031, 0.032, -0.002), (0.04, 0.030, 0.032, 0.004)], dress.skin, 10, SKIN
    )
    face = _turned(
        [
            (0.016, 0.014, 0.014, 0.034), (0.022, 0.024, 0.03, 0.026), (0.04, 0.034, 0.044, 0.014), (0.065, 0.040, 0.051, 0.01),
            (0.09, 0.042, 0.054, 0.008), (0.115, 0.039, 0.051, 0.004), (0.133, 0.026, 0.036, 0.0), (0.14, 0.008, 0.01, -0.002),
        ],
        dress.skin, 14, SKIN,
    )  # fmt: skip
    nose = placed(icosphere(0, dress.skin, SKIN), (0, 0.064, 0.062), scale=(0.007, 0.014, 0.01))
    ears = [placed(icosphere(0, dress.skin, SKIN), (s * 0.041, 0.07, 0.004), scale=(0.006, 0.015, 0.009)) for s in (-1, 1)]
    eyes = [placed(icosphere(0, (0.03, 0.025, 0.02)), (s * 0.017, 0.076, 0.0525), scale=(0.006, 0.003, 0.004)) for s in (-1, 1)]
    return join([neck, face, nose, *ears, *eyes, _hood(dress) if dress.hood else _hair(dress)])


def _hair(dress: Dress) -> Mesh:
    """A cap over the back and top of the skull, its front edge at the brow."""
    ball = icosphere(2, dress.hair)
    points = ball.points * np.array([0.0465, 0.056, 0.061])
    low = np.clip(-0.08 - 1.1 * ball.points[:, 1] + 0.95 * ball.points[:, 2], 0, 1)  # low in front: tucked under the face
    points = points * (1 - 0.42 * np.clip(low * 2.4, 0, 1))[:, None] + np.array([0.0, 0.092, 0.0])
    return replace(ball, points=points.astype(np.float32))


def _hood(dress: Dress) -> Mesh:
    """A hood drawn over the head, open in front."""
    rows = [(0.0, 0.05, 0.05, -0.008), (0.03, 0.053, 0.058, -0.008), (0.075, 0.054, 0.062, -0.006),
            (0.115, 0.048, 0.06, -0.004), (0.142, 0.028, 0.04, -0.004), (0.15, 0.006, 0.01, -0.006)]  # fmt: skip
    rings = _ellipses(rows, 16)
    opening = np.clip((rings[..., 2] - 0.03) / 0.03, 0, 1)[..., None] * np.array([0.35, 0.0, 1.0])
    return loft(rings - opening * (rings - np.array([0, 0, 0.028])), dress.coat, caps=False)


def _skirt(dress: Dress, side: int) -> Mesh:
    """Half of the coat below the belt, from the middle of the front to the middle of the back; it follows its leg."""
    angle = np.linspace(-0.56, 0.56, 9) * np.pi
    rows = [
        (0.075, 0.080, 0.056),
        (0.055, 0.093, 0.070),
        (0.0, 0.103, 0.08),
        (-0.08, 0.107, 0.088),
        (-0.17, 0.112, 0.098),
        (-0.235, 0.116, 0.106),
    ]
    folds = 1 + 0.03 * np.sin(np.arange(9) * 2.4)[None, :] * np.linspace(0, 1.4, len(rows))[:, None]
    outer = np.array([[(side * w * np.cos(a), y, d * np.sin(a)) for a in angle] for y, w, d in rows])
    outer[..., [0, 2]] *= folds[..., None]
    inner = outer * np.array([0.94, 1.0, 0.94])
    shell = np.concatenate([outer, inner[::-1]])
    return loft(shell if side > 0 else shell[:, ::-1], dress.coat, caps=False, closed=False)


def _hand(dress: Dress) -> Mesh:
    """A relaxed hand: palm, curled fingers, thumb."""
    palm = _turned(
        [
            (0.008, 0.012, 0.015, 0.0),
            (-0.012, 0.013, 0.02, 0.002),
            (-0.045, 0.012, 0.022, 0.004),
            (-0.055, 0.009, 0.018, 0.005),
        ],
        dress.skin,
        8,
        SKIN,
    )
    fingers = _turned(
        [(-0.046, 0.010, 0.020, 0.004), (-0.07, 0.0095, 0.0185, 0.009), (-0.092, 0.006, 0.012, 0.015)], dress.skin, 8, SKIN
    )
    thumb = placed(icosphere(1, dress.skin, SKIN), (-0.004, -0.036, 0.024), turn("x", -25), (0.007, 0.022, 0.0075))
    return join([palm, fingers, thumb])


def _foot(dress: Dress) -> Mesh:
    """A shoe from heel to ball around the ankle, with a sole."""
    sole = -ANKLE
    rows = [
        (HEEL - 0.004, 0.013, 0.022),
        (HEEL + 0.006, 0.0215, 0.044),
        (-0.012, 0.023, 0.056),
        (0.018, 0.022, 0.053),
        (0.045, 0.0255, 0.036),
        (BALL + 0.006, 0.027, 0.027),
    ]
    return _shoe(rows, sole, dress)


def _toe(dress: Dress) -> Mesh:
    """The tip of the shoe, from the ball on; its origin is the ball on the ground."""
    long = TOE - BALL
    return _shoe(
        [(-0.012, 0.0262, 0.0262), (0.012, 0.0265, 0.024), (0.8 * long, 0.020, 0.018), (long, 0.007, 0.011)], 0.0, dress
    )


def _shoe(rows: list[tuple[float, float, float]], sole: float, dress: Dress) -> Mesh:
    """Rings across the foot at (ahead, half width, height): flat below, arched above."""
    arch = [(-1.0, 0.0), (-1.0, 0.3), (-0.82, 0.72), (-0.4, 0.97), (0.4, 0.97), (0.82, 0.72), (1.0, 0.3), (1.0, 0.0)]
    rings = np.array([[(x * w, sole + y * h, z) for x, y in arch] for z, w, h in rows])
    return loft(rings[:, ::-1], dress.shoes)
