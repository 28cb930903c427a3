"""Birds: a flapping one in three parts, and an owl that sits on a branch. They look along +z."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import BARK, GLASS, PLAIN, Mesh, join
from oyster_cli.picture.mesh import facets, icosphere, loft, placed, pose, tube, turn

PLUMAGE = {  # back, belly, wing tip, bill
    "bird": ((0.045, 0.04, 0.035), (0.12, 0.10, 0.075), (0.02, 0.02, 0.02), (0.1, 0.08, 0.03)),
    "gull": ((0.38, 0.40, 0.43), (0.72, 0.72, 0.71), (0.03, 0.03, 0.035), (0.55, 0.33, 0.03)),
    "crow": ((0.012, 0.012, 0.014), (0.014, 0.014, 0.016), (0.01, 0.01, 0.012), (0.015, 0.015, 0.015)),
}


def bird(kind: str = "bird", span_m: float = 1.0) -> list[Mesh]:
    """[body, left wing, right wing], wings spread `span_m`; each wing's root is its origin. About 230 triangles."""
    back, belly, tip, bill = (np.array(c) for c in PLUMAGE[kind])
    rows = [
        (-0.2, 0.004, 0.0),
        (-0.15, 0.022, 0.0),
        (-0.05, 0.048, -0.006),
        (0.06, 0.05, -0.004),
        (0.125, 0.03, 0.012),
        (0.16, 0.032, 0.02),
        (0.19, 0.022, 0.018),
        (0.2, 0.006, 0.014),
    ]
    angle = np.arange(10) * (math.tau / 10)
    rings = np.array([[(r * math.cos(a), y + r * 0.95 * math.sin(a), z) for a in angle] for z, r, y in rows])
    under = (np.sin(angle) < 0.1)[None, :, None]
    body = loft(rings, np.where(under, belly, back) * np.ones((len(rows), 1, 1)), PLAIN)
    tail = facets(
        np.array([[[-0.012, 0.004, -0.15], [-0.05, 0.002, -0.29], [0.05, 0.002, -0.29], [0.012, 0.004, -0.15]]]), back * 0.9
    )
    beak = placed(icosphere(0, bill), (0, 0.012, 0.21), scale=(0.007, 0.007, 0.028))
    wings = [placed(_wing(back, belly, tip), scale=(s, 1.0, 1.0)) for s in (-1.0, 1.0)]
    return [placed(mesh, scale=span_m) for mesh in (join([body, tail, beak]), *wings)]


def _wing(back: np.ndarray, belly: np.ndarray, tip: np.ndarray) -> Mesh:
    """A right wing out along +x with a bent wrist and a pointed tip; its upper and its lower side."""
    rows = np.array(
        [
            [0.0, 0.07, -0.09],
            [0.12, 0.085, -0.085],
            [0.22, 0.08, -0.075],
            [0.32, 0.035, -0.075],
            [0.42, -0.02, -0.085],
            [0.5, -0.085, -0.1],
        ]
    )
    points = np.array(
        [
            [
                (x, 0.012 + 0.03 * math.sin(6 * x), lead),
                (x, 0.018 + 0.03 * math.sin(6 * x), lead * 0.4 + trail * 0.6),
                (x, 0.004, trail),
            ]
            for x, lead, trail in rows
        ]
    )
    dark = np.clip((rows[:, 0] - 0.36) / 0.08, 0, 1)[:, None, None]
    top = loft(points, back * (1 - dark) + tip * dark, PLAIN, caps=False, closed=False)
    low = loft((points - [0, 0.012, 0])[::-1], (belly * (1 - dark) + tip * dark)[::-1], PLAIN, caps=False, closed=False)
    return join([top, low])


def flap(phase: float, strength: float = 1.0) -> np.ndarray:
    """(3, 3, 4) poses of body and wings in the bird's frame; phase counts wing beats. Down is quicker than up."""
    beat = math.sin(math.tau * phase + 0.35 * math.sin(math.tau * phase))
    lift = math.radians(12 + 38 * strength * beat)
    twist = -12 * strength * math.cos(math.tau * phase)
    body = pose(np.eye(3), (0, -0.02 * strength * beat, 0))
    wings = [turn("z", side * math.degrees(lift)) @ turn("x", twist) for side in (-1, 1)]
    return np.stack(
        [body] + [pose(wing, (side * 0.03, 0.02 + body[1, 3], 0.02)) for wing, side in zip(wings, (-1, 1), strict=True)]
    ).astype(np.float32)


def owl(height_m: float = 0.42) -> list[Mesh]:
    """[body on a bit of branch, head]; the head turns about its origin at 0.68 of the height. The feet are at y = 0."""
    brown, pale = np.array([0.10, 0.075, 0.05]), np.array([0.24, 0.19, 0.13])
    ball = icosphere(2)
    front = np.clip(ball.points[:, 2:] * 1.4, 0, 1)
    spots = 1 + 0.3 * np.sin(ball.points[:, :1] * 23) * np.sin(ball.points[:, 1:2] * 29)
    body = placed(icosphere(2, (brown * (1 - front) + pale * front) * spots), (0, 0.37, 0), turn("x", -8), (0.23, 0.40, 0.21))
    wings = [placed(icosphere(1, brown * 0.8), (s * 0.19, 0.36, -0.05), turn("z", -6 * s), (0.07, 0.34, 0.15)) for s in (-1, 1)]
    tail = placed(icosphere(1, brown * 0.7), (0, -0.02, -0.14), turn("x", 18), (0.1, 0.22, 0.03))
    branch = tube(
        np.array([[-0.9, -0.09, 0.0], [-0.3, -0.04, 0.02], [0.3, -0.05, 0.0], [0.9, 0.0, -0.05]]),
        np.array([0.06, 0.055, 0.05, 0.03]),
        6,
        brown,
        BARK,
    )
    sitting = join([body, *wings, tail, branch])
    return [placed(sitting, scale=height_m), placed(_owl_head(brown, pale), scale=height_m)]


def _owl_head(brown: np.ndarray, pale: np.ndarray) -> Mesh:
    skull = placed(icosphere(2, brown), (0, 0.12, 0), scale=(0.2, 0.18, 0.17))
    discs = [placed(icosphere(1, pale), (s * 0.08, 0.125, 0.11), turn("y", 18 * s), (0.085, 0.095, 0.06)) for s in (-1, 1)]
    eyes = [placed(icosphere(1, (0.5, 0.27, 0.02), GLASS), (s * 0.085, 0.135, 0.165), scale=0.027) for s in (-1, 1)]
    pupils = [placed(icosphere(0, (0.004, 0.004, 0.004), GLASS), (s * 0.087, 0.135, 0.184), scale=0.014) for s in (-1, 1)]
    ears = [placed(icosphere(0, brown * 0.8), (s * 0.12, 0.27, 0.02), turn("z", -18 * s), (0.03, 0.09, 0.03)) for s in (-1, 1)]
    bill = placed(icosphere(0, (0.05, 0.045, 0.04)), (0, 0.095, 0.175), scale=(0.018, 0.04, 0.03))
    return join([skull, *discs, *eyes, *pupils, *ears, bill])
