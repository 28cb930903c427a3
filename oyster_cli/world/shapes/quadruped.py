"""A four-legged animal: a body of jointed parts, gaits whose hooves stay where they are put, and the shapes of two animals.

The body's frame: x right, y up, z ahead, the origin on the ground under its middle; lengths are shares of the height at the
withers. Phase counts strides. Order and share of the stride on the ground after Hildebrand (1965, 1989): a walk has four
beats, a trot two (the diagonal legs together), a gallop four in a row and a pause in the air.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import GLASS, PLAIN, Mesh, join
from oyster_cli.picture.mesh import icosphere, loft, placed, pose, tube, turn, unit

LEGS = ("left hind", "left fore", "right hind", "right fore")
SIDES, FORE = np.array([-1.0, -1.0, 1.0, 1.0]), np.array([False, True, False, True])
PARTS = ("trunk", "neck", "head", "tail", *(f"{piece} {leg}" for leg in LEGS for piece in ("thigh", "shank", "foot")))
Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Gait:
    """offsets: phase by which each leg is ahead of the left hind one, in the order of LEGS. stance: share of a stride on the
    ground. lift, bounce: how high feet and trunk rise, rock_deg: how far the trunk tilts to and fro, nod_deg: the neck."""

    speed_m_s: float
    stride_m: float
    offsets: tuple[float, float, float, float]
    stance: float
    lift: float
    bounce: float
    bounces: int
    rock_deg: float
    nod_deg: float


GAITS = {
    "walk": Gait(1.6, 1.75, (0.0, 0.75, 0.5, 0.25), 0.62, 0.06, 0.008, 2, 0.8, 4.0),
    "trot": Gait(3.4, 2.5, (0.0, 0.5, 0.5, 0.0), 0.42, 0.11, 0.025, 2, 0.4, 1.0),
    "gallop": Gait(9.0, 4.4, (0.0, 0.72, 0.86, 0.58), 0.26, 0.17, 0.04, 1, 4.5, 6.0),
}


@dataclass(frozen=True)
class Build:
    """Where the joints of an animal are, (height, ahead), shares of its height; its neck's length and how it stands."""

    hip: tuple[float, float]
    elbow: tuple[float, float]
    pieces: tuple[tuple[float, float, float], tuple[float, float, float]]  # thigh, shank, foot: of hind and of fore legs
    apart: float  # half of the track's width
    neck: tuple[float, float]  # its root
    neck_long: float
    neck_deg: float  # from straight ahead, up
    tail: tuple[float, float]


HORSE = Build(
    (0.72, -0.40), (0.66, 0.34), ((0.33, 0.31, 0.16), (0.27, 0.27, 0.17)), 0.10, (0.84, 0.44), 0.50, 42.0, (0.90, -0.58)
)
WOLF = Build(
    (0.72, -0.44), (0.62, 0.36), ((0.33, 0.32, 0.13), (0.28, 0.27, 0.10)), 0.09, (0.88, 0.42), 0.28, 30.0, (0.86, -0.58)
)


def lands(build: Build, gait: Gait, height_m: float, leg: int, stride_m: float) -> np.ndarray:
    """(2,) x and z in the body's frame where a foot of the leg meets the ground."""
    root = build.elbow if FORE[leg] else build.hip
    return np.array([SIDES[leg] * build.apart * height_m, root[1] * height_m + gait.stance * stride_m / 2])


def stood(build: Build, height_m: float) -> np.ndarray:
    """(4, 2) where the feet are of one that stands square."""
    ahead = np.where(FORE, build.elbow[1], build.hip[1])
    return np.stack([SIDES * build.apart, ahead], 1) * height_m


def posed(
    build: Build, height_m: float, feet: np.ndarray, lifted: np.ndarray, rise: float = 0.0, pitch_deg: float = 0.0,
    neck_deg: float = 0.0, head_deg: float = -62.0, tail_deg: float = 0.0,
) -> np.ndarray:  # fmt: skip
    """Poses (len(PARTS), 3, 4) in the body's frame. feet: (4, 3) metres, on the ground or over it; lifted: (4,) 0 … 1, how far
    each foot is bent up. rise: of the trunk, share of the height; pitch_deg: its head up. neck_deg: on top of how it is built.
    head_deg: of the head to the neck, up."""
    trunk = turn("x", -pitch_deg)
    middle = np.array([0.0, (0.72 + rise) * height_m, 0.0])

    def at(height: float, ahead: float, aside: float = 0.0) -> np.ndarray:
        return middle + trunk @ (np.array([aside, height - 0.72, ahead]) * height_m)

    neck = trunk @ turn("x", -(build.neck_deg + neck_deg))
    root = at(*build.neck)
    head = neck @ turn("x", -head_deg)
    crown = root + neck @ np.array([0.0, 0.0, build.neck_long * height_m])
    frames = [pose(trunk, middle), pose(neck, root), pose(head, crown), pose(trunk @ turn("x", tail_deg), at(*build.tail))]
    for leg in range(4):
        root = build.elbow if FORE[leg] else build.hip
        reach = float(np.clip(0.4 * (feet[leg, 2] / height_m - root[1]), -0.13, 0.13))  # shoulder blade and haunch swing too
        joint = at(root[0], root[1] + reach, SIDES[leg] * 0.8 * build.apart)
        frames += _leg(joint, feet[leg], float(lifted[leg]), build.pieces[int(FORE[leg])], height_m, bool(FORE[leg]))
    return np.stack(frames)


def _leg(
    joint: np.ndarray, foot: np.ndarray, lifted: float, pieces: tuple[float, float, float], height_m: float, fore: bool
) -> list[np.ndarray]:
    """Frames of thigh, shank and foot; each hangs from its origin along -y. A knee bends ahead, a hock behind."""
    thigh, shank, last = (piece * height_m for piece in pieces)
    slope = math.radians(24.0 - 95.0 * lifted)  # the pastern leans ahead as it stands and folds back as it is lifted
    fetlock = foot + last * np.array([0.0, math.cos(slope), -math.sin(slope)])
    away = fetlock - joint
    far = min(max(float(np.linalg.norm(away)), abs(thigh - shank) + 1e-3), 0.999 * (thigh + shank))
    axis = unit(away)
    along = (far**2 + thigh**2 - shank**2) / (2 * far)
    bend = np.array([0.0, 0.0, 1.0 if fore else -1.0])
    bend = unit(bend - axis * (axis @ bend))
    knee = joint + axis * along + bend * math.sqrt(max(thigh**2 - along**2, 0.0))
    fetlock = joint + axis * far
    return [pose(_hanging(knee - joint), joint), pose(_hanging(fetlock - knee), knee), pose(_hanging(foot - fetlock), fetlock)]


def _hanging(along: np.ndarray) -> np.ndarray:
    """(3, 3) of a piece that hangs along `along`: its -y goes there, its z ahead as well as it can."""
    y = -unit(along)
    x = unit(np.cross(y, np.array([0.0, 0.0, 1.0])))
    return np.stack([x, y, np.cross(x, y)], axis=1)


def _rings(rows: list[tuple[float, float, float, float]], sides: int) -> np.ndarray:
    """(k, sides, 3) rings around the z axis out of rows of (ahead, height of its middle, half width, half height)."""
    angle = np.arange(sides) * (math.tau / sides)
    return np.array([[(w * math.cos(a), y + h * math.sin(a), z) for a in angle] for z, y, w, h in rows])


def _piece(rows: list[tuple[float, float, float]], colour: np.ndarray, sides: int = 8) -> Mesh:
    """A piece of a leg down from its joint, out of rows of (down, half width, half depth); colour (k, 1, 3) or one."""
    angle = np.arange(sides) * (-math.tau / sides)
    rings = np.array([[(w * math.cos(a), -y, d * math.sin(a)) for a in angle] for y, w, d in rows])
    return loft(rings[::-1], colour[::-1] if colour.ndim == 3 else colour, PLAIN)


def horse(coat: Rgb = (0.13, 0.062, 0.03), height_m: float = 1.55) -> list[Mesh]:
    """Meshes of PARTS of a bay horse: black mane, tail and lower legs."""
    bay, black = np.array(coat), np.array((0.016, 0.013, 0.012))
    trunk = [(-0.62, 0.10, 0.02, 0.03), (-0.58, 0.07, 0.11, 0.13), (-0.46, 0.05, 0.17, 0.20), (-0.28, 0.03, 0.175, 0.21),
             (-0.05, 0.0, 0.18, 0.215), (0.15, 0.005, 0.175, 0.22), (0.32, 0.03, 0.15, 0.235), (0.44, 0.05, 0.11, 0.19),
             (0.52, 0.07, 0.05, 0.10)]  # fmt: skip
    neck = [(-0.10, -0.06, 0.09, 0.17), (0.06, -0.02, 0.075, 0.135), (0.22, 0.0, 0.06, 0.105), (0.38, 0.005, 0.052, 0.085),
            (0.50, 0.0, 0.05, 0.078), (0.55, -0.01, 0.02, 0.04)]  # fmt: skip
    head = [(-0.05, 0.0, 0.03, 0.05), (0.02, 0.0, 0.063, 0.088), (0.12, -0.012, 0.062, 0.088), (0.24, -0.012, 0.046, 0.062),
            (0.34, -0.01, 0.04, 0.047), (0.40, -0.012, 0.036, 0.042), (0.425, -0.015, 0.015, 0.02)]  # fmt: skip
    crest = [np.array([s * 0.012, 0.12 - 0.045 * t + 0.02, -0.02 + 0.54 * t]) for s in (0.0,) for t in np.linspace(0, 1, 6)]
    mane = tube(np.array(crest), np.array([0.03, 0.045, 0.045, 0.04, 0.04, 0.02]), 6, tuple(black))
    fallen = placed(
        loft(_rings([(-0.02, 0.06, 0.07, 0.10), (0.2, 0.06, 0.062, 0.075), (0.46, 0.04, 0.048, 0.055)], 8), black),
        (0.022, 0.0, 0.0),
    )
    ears = [placed(icosphere(1, bay * 0.7), (s * 0.042, 0.10, -0.015), turn("x", -20), (0.016, 0.055, 0.012)) for s in (-1, 1)]
    eyes = [placed(icosphere(1, (0.01, 0.008, 0.006), GLASS), (s * 0.055, 0.035, 0.10), scale=0.016) for s in (-1, 1)]
    forelock = placed(icosphere(1, black), (0.0, 0.085, 0.035), scale=(0.03, 0.022, 0.065))
    skull = loft(_rings(head, 10), np.concatenate([np.tile(bay, (5, 1, 1)), np.tile(bay * 0.35, (2, 1, 1))]), PLAIN)
    tail = tube(np.array([(0, 0, 0), (0, 0.01, -0.06), (0, -0.10, -0.13), (0, -0.35, -0.15), (0, -0.60, -0.13)]),
                np.array([0.02, 0.035, 0.05, 0.055, 0.012]), 7, tuple(black))  # fmt: skip
    body = [
        loft(_rings(trunk, 14), bay),
        join([loft(_rings(neck, 12), bay), mane, fallen]),
        join([skull, *ears, *eyes, forelock]),
        tail,
    ]
    return [placed(mesh, scale=height_m) for mesh in (*body, *_legs(HORSE, bay, black, 1.0, hoof=True))]


def wolf(height_m: float = 0.8) -> list[Mesh]:
    """Meshes of PARTS of a grey wolf: thick neck, bushy tail, pale belly and legs."""
    grey, pale = np.array((0.085, 0.078, 0.068)), np.array((0.21, 0.185, 0.15))
    trunk = [(-0.62, 0.06, 0.02, 0.03), (-0.55, 0.03, 0.10, 0.13), (-0.40, 0.02, 0.13, 0.17), (-0.15, 0.02, 0.13, 0.18),
             (0.10, 0.0, 0.15, 0.22), (0.30, 0.03, 0.15, 0.24), (0.44, 0.08, 0.12, 0.20), (0.52, 0.10, 0.05, 0.10)]  # fmt: skip
    neck = [(-0.12, -0.01, 0.09, 0.10), (-0.05, -0.01, 0.125, 0.16), (0.06, 0.0, 0.12, 0.155), (0.18, 0.0, 0.105, 0.13),
            (0.28, 0.0, 0.085, 0.10),
            (0.33, 0.0, 0.04, 0.05)]  # fmt: skip
    head = [(-0.06, 0.0, 0.05, 0.05), (0.0, 0.0, 0.095, 0.09), (0.08, -0.005, 0.09, 0.085), (0.15, -0.025, 0.05, 0.05),
            (0.24, -0.035, 0.036, 0.037), (0.30, -0.036, 0.03, 0.03), (0.315, -0.034, 0.012, 0.014)]  # fmt: skip
    under = np.where(np.sin(np.arange(12) * math.tau / 12) < -0.2, 1.0, 0.0)[None, :, None]
    furs = [
        loft(_rings(rows, 12), grey * (1 - under) + pale * under + np.zeros((len(rows), 1, 1)), PLAIN)
        for rows in (trunk, neck, head)
    ]
    ears = [
        placed(icosphere(1, grey * 0.8), (s * 0.06, 0.105, -0.01), turn("z", -12 * s), (0.026, 0.062, 0.016)) for s in (-1, 1)
    ]
    eyes = [placed(icosphere(1, (0.35, 0.22, 0.03), GLASS), (s * 0.05, 0.025, 0.125), scale=0.012) for s in (-1, 1)]
    nose = placed(icosphere(1, (0.01, 0.01, 0.01), GLASS), (0.0, -0.02, 0.315), scale=0.018)
    tail = tube(np.array([(0, 0, 0), (0, -0.06, -0.09), (0, -0.2, -0.15), (0, -0.36, -0.17), (0, -0.47, -0.15)]),
                np.array([0.025, 0.05, 0.075, 0.07, 0.01]), 8, tuple(grey * 0.8))  # fmt: skip
    body = [furs[0], furs[1], join([furs[2], *ears, *eyes, nose]), tail]
    return [placed(mesh, scale=height_m) for mesh in (*body, *_legs(WOLF, grey * 1.2, pale * 0.8, 1.15, hoof=False))]


def _legs(build: Build, upper: np.ndarray, lower: np.ndarray, thick: float, hoof: bool) -> list[Mesh]:
    """Thigh, shank and foot of the four legs; the hind ones heavier at the top."""
    made = []
    for leg in range(4):
        (thigh, shank, last), top = build.pieces[int(FORE[leg])], 0.075 if FORE[leg] else 0.115
        deep = 0.11 if FORE[leg] else 0.16
        made.append(_piece([(-0.10, 0.5 * top, 0.6 * deep), (0.0, top, deep), (0.45 * thigh, 0.7 * top, 0.62 * deep),
                            (0.85 * thigh, 0.042 * thick, 0.052 * thick), (thigh, 0.036 * thick, 0.046 * thick),
                            (1.05 * thigh, 0.02, 0.03)], upper))  # fmt: skip
        shade = np.linspace(0.0, 1.0, 5)[:, None, None] ** 0.5
        made.append(_piece([(-0.02, 0.03 * thick, 0.04 * thick), (0.04, 0.036 * thick, 0.046 * thick),
                            (0.4 * shank, 0.025 * thick, 0.031 * thick), (0.9 * shank, 0.025 * thick, 0.03 * thick),
                            (shank, 0.028 * thick, 0.036 * thick)], upper * (1 - shade) + lower * shade))  # fmt: skip
        ends = [(-0.01, 0.027 * thick, 0.034 * thick), (0.45 * last, 0.026 * thick, 0.03 * thick)]
        tips = [(0.55 * last, 0.036, 0.042), (last, 0.046, 0.056)] if hoof else [(0.7 * last, 0.04, 0.045), (last, 0.042, 0.06)]
        made.append(_piece([*ends, *tips], lower))
    return made
