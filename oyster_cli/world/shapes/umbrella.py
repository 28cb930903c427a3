"""An open umbrella, in metres: the origin is where the hand holds it, its canopy is over it."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import LEAF, METAL, Mesh, join
from oyster_cli.picture.mesh import lattice, surface, tubes

Rgb = tuple[float, ...]
SHAFT_M, RADIUS_M, RISE_M = 0.74, 0.56, 0.24
PANELS = 8


def umbrella(cloth: Rgb) -> Mesh:
    """About 140 triangles: cloth that sags between its ribs, seen from both sides, a shaft and a crook."""
    angle = np.linspace(0.0, 2 * np.pi, 2 * PANELS + 1)
    taut = np.where(np.arange(2 * PANELS + 1) % 2 == 0, 1.0, 0.93)[None]
    share = np.array([0.02, 0.4, 0.75, 1.0])[:, None]
    radius = RADIUS_M * share * np.where(share > 0.3, taut, 1.0)
    points = np.stack([radius * np.cos(angle), SHAFT_M - RISE_M * share**2 + 0 * radius, radius * np.sin(angle)], -1)
    tone = np.repeat(np.where(np.arange(2 * PANELS + 1) % 2 == 0, 1.15, 0.9)[None], 4, 0)[..., None] * np.asarray(cloth)
    canopy = surface(points.reshape(-1, 3), lattice(4, 2 * PANELS + 1)[:, ::-1], tone.reshape(-1, 3), LEAF)
    shaft = np.array([[0.0, -0.16, 0.0], [0.0, 0.2, 0.0], [0.0, SHAFT_M + 0.05, 0.0]])
    crook = np.array([[0.0, -0.16, 0.0], [0.0, -0.20, 0.02], [0.0, -0.17, 0.05]])
    radii = np.array([[0.007, 0.007, 0.004], [0.011, 0.011, 0.008]])
    return join([canopy, tubes(np.stack([shaft, crook]), radii, 5, (0.08, 0.06, 0.05), METAL)])
