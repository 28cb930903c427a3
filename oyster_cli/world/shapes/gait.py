"""How a walker's body moves: feet that stay where they are put, and everything else that follows from it.

The body's frame: x right, y up, z ahead, the origin on the ground under the pelvis. Phase counts strides: the left heel
strikes at whole numbers, the right at halves. Proportions after Drillis and Contini; timing of normal walking (stance
62 % of a stride); knees by two-bone inverse kinematics from the hip to an ankle that the ground decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.curve import Curve
from oyster_cli.picture.mesh import pose, turn, unit

# All lengths are shares of body height.
HIP, SHOULDER, ANKLE = 0.53, 0.818, 0.039
THIGH, SHANK, UPPER_ARM, FOREARM = 0.245, 0.246, 0.186, 0.146
HIP_HALF, SHOULDER_HALF, TRACK_HALF = 0.052, 0.101, 0.03
HEEL, BALL, TOE = -0.040, 0.072, 0.112  # along the sole, ahead of the ankle
HEM_LATE_DEG = 4.0
STANCE = 0.62  # share of a stride a foot is on the ground
SIDES = ("left", "right")
LIMBS = ("thigh", "shank", "foot", "toe", "upper_arm", "forearm", "hand")
PARTS = ("pelvis", "torso", "head", "skirt_front", "skirt_back", *(f"{limb}_{side}" for side in SIDES for limb in LIMBS))
Ground = Callable[[np.ndarray], np.ndarray]  # (n, 2) points x, z -> (n,) heights

# A foot's pitch in degrees (toe up is positive) and its sole's clearance over a stride of full length.
_PITCH = Curve([0, 0.04, 0.08, 0.38, 0.45, 0.52, 0.62, 0.68, 0.8, 0.9, 1], [18, 9, 0, 0, -6, -22, -62, -66, -12, 13, 18])
_CLEAR = Curve([0.62, 0.67, 0.73, 0.81, 0.9, 0.97, 1], [0, 0.012, 0.026, 0.0095, 0.014, 0.006, 0])
_SWING = Curve([0.62, 0.70, 0.80, 0.90, 0.97, 1], [0, 0.13, 0.48, 0.845, 0.985, 1])


@dataclass(frozen=True)
class Contact:
    """A heel that strikes or toes that leave, at a phase."""

    side: str
    kind: str  # "heel strike" or "toe off"
    phase: float


def stride(speed_m_s: float, height_m: float = 1.75) -> tuple[float, float]:
    """(length_m, period_s) of a stride, two steps. Walk ratio (step length over cadence, Sekiya 1996): 0.0063 m min."""
    step = math.sqrt(60 * max(speed_m_s, 0.05) * 0.0063 * height_m / 1.75)
    length = min(2 * step, 0.95 * height_m)
    return length, length / max(speed_m_s, 0.05)


def contacts(after: float, until: float) -> list[Contact]:
    """Every contact with phase in (after, until], in order."""
    found = []
    for k in range(math.floor(after) - 1, math.ceil(until) + 1):
        for side, offset in (("left", 0.0), ("right", 0.5)):
            found += [Contact(side, "heel strike", k + offset), Contact(side, "toe off", k + offset + STANCE)]
    return sorted((c for c in found if after < c.phase <= until), key=lambda c: c.phase)


def heel_at(contact: Contact, phase: float, speed_m_s: float, height_m: float, at: np.ndarray, heading: float) -> np.ndarray:
    """(2,) x, z of the heel that strikes (or the toes that leave), for a body that is over `at` (2,) at `phase`."""
    length, _ = stride(speed_m_s, height_m)
    strike = contact.phase - (0.0 if contact.kind == "heel strike" else STANCE)
    ahead = _reach(length) + (strike - phase) * length + (HEEL if contact.kind == "heel strike" else TOE) * height_m
    side = TRACK_HALF * height_m * (1 if contact.side == "right" else -1)
    return np.asarray(at) + turn("y", math.degrees(heading))[[0, 2]] @ np.array([side, 0.0, ahead])


def gait(
    phase: float,
    speed_m_s: float,
    height_m: float = 1.75,
    at: tuple[float, float] = (0.0, 0.0),
    heading: float = 0.0,
    ground: Ground | None = None,
    holds: bool = False,
) -> np.ndarray:
    """Poses (len(PARTS), 3, 4) of a body over `at` (x, z) that walks towards `heading` (radians, 0 is +z, towards +x).

    While `at` moves by stride length a unit of phase, the foot on the ground does not move at all. ground: heights under
    it (default: flat at 0). holds: the right hand carries something upright before the chest.
    """
    length, _ = stride(speed_m_s, height_m)
    full = length / (0.8 * height_m)  # 1 for a stride of usual length
    world = turn("y", math.degrees(heading))
    heights = ground or (lambda points: np.zeros(len(points)))

    def height_of(z: float, x: float) -> float:
        spot = np.asarray(at) + world[[0, 2]] @ np.array([x, 0.0, z])
        return float(heights(spot[None])[0])

    feet = [
        _foot((phase + 0.5 * k) % 1.0, length, full, height_m, (2 * k - 1) * TRACK_HALF * height_m, height_of) for k in (0, 1)
    ]
    frames = _body(phase % 1.0, full, height_m, feet, height_of(0.0, 0.0), holds)
    placed = np.stack([np.concatenate([world @ frame[:, :3], world @ frame[:, 3:]], axis=1) for frame in frames])
    placed[:, [0, 2], 3] += np.asarray(at)
    return placed.astype(np.float32)


def _reach(length: float) -> float:
    """How far ahead of the pelvis the foot lies when its heel strikes, as if it were flat already."""
    return 0.258 * length


@dataclass(frozen=True)
class _Foot:
    ankle: np.ndarray  # (3,)
    pitch_deg: float
    toe_deg: float
    stands: bool


def _sole(pitch_deg: float, ahead: float, height_m: float) -> np.ndarray:
    """(z, y) from the ankle to a point of the sole."""
    angle, z, y = math.radians(pitch_deg), ahead * height_m, -ANKLE * height_m
    return np.array([z * math.cos(angle) - y * math.sin(angle), z * math.sin(angle) + y * math.cos(angle)])


def _planted(p: float, length: float, full: float, height_m: float) -> np.ndarray:
    """(z, y) of the ankle over its own ground while the foot stands: it rolls over the heel, lies flat, rolls over the ball."""
    flat = _reach(length) - p * length
    pitch = full * float(_PITCH(p))
    pivot = HEEL if p < 0.2 else BALL
    return np.array([flat + pivot * height_m, 0.0]) - _sole(pitch, pivot, height_m)


def _foot(p: float, length: float, full: float, height_m: float, x: float, height_of: Callable[[float, float], float]) -> _Foot:
    pitch = full * float(_PITCH(p))
    if p < STANCE:
        z, y = _planted(p, length, full, height_m)
        return _Foot(np.array([x, y + height_of(_reach(length) - p * length, x), z]), pitch, max(pitch, 0.0), True)
    share = float(_SWING(p))
    left, strikes = (
        _planted(STANCE, length, full, height_m)[0] - (p - STANCE) * length,
        _planted(0.0, length, full, height_m)[0],
    )
    z = left + share * (strikes + (1 - p) * length - left)
    toe = pitch * min(1.0, (p - STANCE) / 0.12)
    ball = _sole(pitch, BALL, height_m)
    toe_y = ball[1] + (TOE - BALL) * height_m * math.sin(math.radians(toe))
    lowest = min(_sole(pitch, HEEL, height_m)[1], ball[1], toe_y)
    behind, before = height_of(_reach(length) - p * length, x), height_of(_reach(length) + (1 - p) * length, x)
    base = max(behind + (before - behind) * share, height_of(z, x))
    return _Foot(np.array([x, base + full * height_m * float(_CLEAR(p)) - lowest, z]), pitch, toe, False)


def _body(p: float, full: float, height_m: float, feet: list[_Foot], ground_y: float, holds: bool) -> list[np.ndarray]:
    """Frames of all parts in the body's frame."""
    swing = math.cos(math.tau * p)  # 1 when the left heel strikes
    pelvis_turn = turn("y", 5 * full * swing) @ turn("z", 3.5 * full * math.sin(math.tau * (p - 0.04)))
    rise = (HIP - 0.017 + 0.013 * full * math.cos(2 * math.tau * (p - 0.31))) * height_m
    aside = -0.011 * full * height_m * math.cos(math.tau * (p - 0.31))
    pelvis = np.array([aside, ground_y + rise, 0.0])
    hips = [pelvis + pelvis_turn @ np.array([s * HIP_HALF * height_m, 0.0, 0.0]) for s in (-1, 1)]
    pelvis[1] -= _too_far(hips, feet, height_m)
    hips = [pelvis + pelvis_turn @ np.array([s * HIP_HALF * height_m, 0.0, 0.0]) for s in (-1, 1)]
    chest = turn("x", 3 + 2 * full) @ turn("y", -6 * full * swing)
    legs = [_leg(hip, foot, height_m) for hip, foot in zip(hips, feet, strict=True)]
    arms = [_arm(pelvis, chest, side, full * swing * side, height_m, holds and side > 0) for side in (-1, 1)]
    skirts = [pelvis_turn @ panel for panel in _panels(p, full, [leg[0][:, :3] for leg in legs])]
    neck = pelvis + chest @ np.array([0.0, (0.86 - HIP) * height_m, 0.0])
    trunk = [pose(pelvis_turn, pelvis), pose(chest, pelvis), pose(turn("x", 2) @ turn("y", -1.5 * swing), neck)]
    return [*trunk, *(pose(skirt, pelvis) for skirt in skirts), *legs[0], *arms[0], *legs[1], *arms[1]]


def _too_far(hips: list[np.ndarray], feet: list[_Foot], height_m: float) -> float:
    """How much the pelvis must sink so that no leg is longer than it is."""
    longest, sink = 0.997 * (THIGH + SHANK) * height_m, 0.0
    for hip, foot in zip(hips, feet, strict=True):
        away = foot.ankle - hip
        level = min(float(np.hypot(away[0], away[2])), 0.9 * longest)
        sink = max(sink, -float(away[1]) - math.sqrt(longest**2 - level**2))
    return sink


def _frame(along: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """(3, 3) of a limb that hangs along `along`: its y points back up the limb, its z ahead as well as it can."""
    y = -unit(along)
    x = unit(_cross(y, ahead))
    return np.stack([x, y, _cross(x, y)], axis=1)


def _leg(hip: np.ndarray, foot: _Foot, height_m: float) -> list[np.ndarray]:
    """Frames of thigh, shank, foot and toe; the knee bends ahead."""
    thigh, shank = THIGH * height_m, SHANK * height_m
    away = foot.ankle - hip
    far = min(float(np.linalg.norm(away)), 0.9995 * (thigh + shank))
    axis = unit(away)
    along = (far**2 + thigh**2 - shank**2) / (2 * far)
    ahead = np.array([0.0, 0.0, 1.0])
    bend = unit(ahead - axis * axis[2])
    knee = hip + axis * along + bend * math.sqrt(max(thigh**2 - along**2, 0.0))
    tilt = turn("x", -foot.pitch_deg)
    ball = foot.ankle + tilt @ np.array([0.0, -ANKLE, BALL]) * height_m
    return [
        pose(_frame(knee - hip, ahead), hip), pose(_frame(foot.ankle - knee, ahead), knee),
        pose(tilt, foot.ankle), pose(turn("x", -foot.toe_deg), ball),
    ]  # fmt: skip


def _arm(
    pelvis: np.ndarray, chest: np.ndarray, side: int, ahead: float, height_m: float, holds: bool = False
) -> list[np.ndarray]:  # fmt: skip
    """Frames of upper arm, forearm and hand, swinging against the leg of their side; `ahead` 1: fully forward."""
    shoulder = pelvis + chest @ np.array([side * SHOULDER_HALF, SHOULDER - HIP, 0.0]) * height_m
    upper = chest @ turn("z", 6.5 * side) @ turn("x", -12.0 - 2 * ahead if holds else 6 - 20 * ahead)
    elbow = shoulder + upper @ np.array([0.0, -UPPER_ARM * height_m, 0.0])
    lower = upper @ turn("y", (18.0 if holds else -24.0) * side) @ turn("x", -118.0 if holds else -(24 + 15 * ahead))
    wrist = elbow + lower @ np.array([0.0, -FOREARM * height_m, 0.0])
    return [pose(upper, shoulder), pose(lower, elbow), pose(lower @ turn("x", -8), wrist)]


def _panels(p: float, full: float, thighs: list[np.ndarray]) -> list[np.ndarray]:
    """How the front and the back of what hangs from the belt lie on the thighs: pushed out by the one that is foremost, or
    hindmost, and askew towards it. Free cloth swings a little late."""
    leans = [math.degrees(math.atan2(thigh[2, 1], thigh[1, 1])) for thigh in thighs]  # below 0: the knee is ahead
    late = HEM_LATE_DEG * full
    front = min(0.82 * min(leans), -1.0) + 0.5 * late * math.cos(2 * math.tau * p - 0.9)
    back = max(0.72 * max(leans), 1.0) + late * math.cos(2 * math.tau * p - 1.3)
    askew = 7.0 * full * math.cos(math.tau * p - 0.3)
    return [turn("y", askew) @ turn("x", front), turn("y", askew) @ turn("x", back)]


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of two vectors (3,): numpy's, which takes any shape, needs fifty times as long."""
    (ax, ay, az), (bx, by, bz) = a.tolist(), b.tolist()
    return np.array([ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx])
