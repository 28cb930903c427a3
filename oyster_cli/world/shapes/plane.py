"""An airliner to be seen from afar. Its front looks along +z, its origin is in the middle of its fuselage."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import METAL, Mesh, join
from oyster_cli.picture.mesh import facets, loft, placed

LONG_M, SPAN_M = 38.0, 34.0
WHITE, GREY = (0.62, 0.63, 0.65), (0.28, 0.29, 0.31)
WING_TIPS = np.array([[-17.0, 0.4, -4.6], [17.0, 0.4, -4.6]])  # left, right
BELLY = np.array([0.0, -2.2, 1.0])


def plane() -> Mesh:
    """Fuselage, swept wings with two engines under them, and the tail."""
    z = np.array([-19.0, -15.0, -8.0, 10.0, 15.5, 18.0, 19.0])
    radius = np.array([0.25, 1.1, 1.95, 1.95, 1.6, 0.9, 0.15])
    lift = np.array([1.2, 0.75, 0.0, 0.0, -0.1, -0.3, -0.4])
    fuselage = _round(z, radius, lift, WHITE)
    wings = [
        _blade([(s * 1.5, -0.9, 4.5), (s * 17.0, 0.4, -3.6), (s * 17.0, 0.4, -5.2), (s * 1.5, -0.9, -3.5)], 0.5)
        for s in (-1, 1)
    ]
    tail = [
        _blade([(s * 0.4, 1.0, -14.2), (s * 6.4, 1.5, -17.6), (s * 6.4, 1.5, -18.9), (s * 0.4, 1.0, -18.0)], 0.25)
        for s in (-1, 1)
    ]
    fin = _blade([(0.0, 1.5, -12.8), (0.0, 7.6, -17.4), (0.0, 7.6, -19.2), (0.0, 1.5, -18.0)], 0.25, upright=True)
    pod = _round(np.array([-1.8, -1.0, 1.2, 2.0]), np.array([0.55, 0.9, 1.05, 0.95]), np.zeros(4), GREY)
    pods = [placed(pod, (s * 5.8, -2.0, 2.6)) for s in (-1, 1)]
    return join([fuselage, *wings, *tail, fin, *pods])


def _round(z: np.ndarray, radius: np.ndarray, lift: np.ndarray, colour: tuple[float, float, float]) -> Mesh:
    angle = np.arange(12) * (np.pi / 6)
    ring = np.stack([np.cos(angle), np.sin(angle)], 1)
    rings = np.concatenate([ring[None] * radius[:, None, None], np.zeros((len(z), 12, 1))], 2)
    rings[..., 1] += lift[:, None]
    rings[..., 2] += z[:, None]
    return loft(rings, colour, METAL)


def _blade(corners: list[tuple[float, float, float]], thick_m: float, upright: bool = False) -> Mesh:
    """A flat wing of four corners, seen from both sides."""
    face = np.array(corners)
    off = np.array([thick_m / 2, 0.0, 0.0] if upright else [0.0, thick_m / 2, 0.0])
    return facets(np.stack([face + off, (face - off)[::-1]]), WHITE, METAL)
