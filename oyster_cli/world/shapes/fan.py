"""A ventilator in its housing, as it hangs on walls: its front looks along +x, its origin is in the middle of its back."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import METAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import boxes, facets, lathe, placed, tubes, turn
from oyster_cli.sound.synth.fan import BLADES

WIDE_M, HIGH_M, DEEP_M = 0.92, 0.76, 0.34
RADIUS_M, HUB_M, CHORD_M = 0.29, 0.06, 0.13
HUB = np.array([DEEP_M - 0.045, 0.0, -0.10])  # where the blades turn, about x
PALE, DARK, STEEL = (0.56, 0.55, 0.51), (0.02, 0.02, 0.02), (0.20, 0.20, 0.20)


def housing(legs_m: float = 0.0) -> Mesh:
    """A sheet-metal box with a round mouth, slats beside it, brackets under it; on legs where there is no wall."""
    y, z = HIGH_M / 2, WIDE_M / 2
    case = boxes([0.03, -y, -z], [DEEP_M - 0.10, y, z], PALE, METAL)
    rim = boxes(
        [[0.0, -y, -z], [0.0, y - 0.03, -z], [0.0, -y, -z], [0.0, -y, z - 0.03]],
        [[DEEP_M, -y + 0.03, z], [DEEP_M, y, z], [DEEP_M, y, -z + 0.03], [DEEP_M, y, z]],
        PALE, METAL,
    )  # fmt: skip
    right = boxes([0.0, -y, HUB[2] + RADIUS_M + 0.03], [DEEP_M, y, z], PALE, METAL)
    slats = np.array([[DEEP_M + 0.002, -y + 0.08 + 0.05 * k, z - 0.22] for k in range(12)])
    mouth = lathe(
        np.array([[RADIUS_M - 0.01, -0.09], [RADIUS_M + 0.012, 0.0], [RADIUS_M + 0.03, 0.0]]), 24, PALE, METAL, caps=False
    )
    back = lathe(np.array([[RADIUS_M, 0.0], [0.001, 0.0]]), 24, DARK, PLAIN, caps=False)
    turned = turn("z", -90)
    at = [DEEP_M, 0.0, HUB[2]]
    foot = -y - legs_m if legs_m else -y - 0.10
    stand = boxes(
        [[0.0, foot, -z + 0.10], [0.0, foot, z - 0.14]], [[DEEP_M, -y, -z + 0.14], [DEEP_M, -y, z - 0.10]], STEEL, METAL
    )
    return join([
        case, rim, right, boxes(slats, slats + [0.004, 0.018, 0.17], DARK), _grille(at), stand,
        placed(mouth, at, turned), placed(back, np.array(at) - [0.10, 0, 0], turned),
    ])  # fmt: skip


def _grille(at: list[float]) -> Mesh:
    """Rings of wire before the mouth."""
    angle = np.linspace(0, 2 * np.pi, 25)
    rings = [
        np.stack([np.full(25, at[0] + 0.012), at[1] + r * np.sin(angle), at[2] + r * np.cos(angle)], 1)
        for r in np.linspace(0.08, RADIUS_M + 0.01, 5)
    ]
    return join([tubes(np.array(rings), np.full((len(rings), 25), 0.003), 3, STEEL, METAL)])


def blades() -> Mesh:
    """The rotor about x: a hub and twisted blades, the first along z."""
    hub = placed(lathe(np.array([[HUB_M, -0.03], [HUB_M, 0.03], [0.001, 0.035]]), 10, STEEL, METAL), rotation=turn("z", -90))
    one = np.array([
        [0.02, -0.3 * CHORD_M, HUB_M], [-0.02, 0.3 * CHORD_M, HUB_M],
        [-0.012, 0.5 * CHORD_M, RADIUS_M - 0.015], [0.012, -0.5 * CHORD_M, RADIUS_M - 0.02],
    ])  # fmt: skip
    both = facets(np.stack([one, one[::-1]]), (0.11, 0.11, 0.12))
    return join([hub, *(placed(both, rotation=turn("x", 360.0 / BLADES * k)) for k in range(BLADES))])
