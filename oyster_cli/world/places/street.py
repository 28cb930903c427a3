"""A city street: road, kerbs, pavements, a crossing, lots for buildings, lamps and signs; dips where puddles stand."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.script.models import Scene
from oyster_cli.state import draw
from oyster_cli.world.ground import Ground
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise
from oyster_cli.world.site import Site

ROAD_M = 4.0  # half the road
LANE_M = 1.12  # where cars drive, off the middle: others are parked along the kerbs
FRONT_M = 7.5  # where facades stand, off the middle of the road
CROSSING = (60.0, 72.0)  # the street that crosses, from z to z
KERB_M = 0.12
NEAR_END, FAR_END = -70.0, 420.0


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The street, seen along it from the edge of the right-hand pavement."""
    land = Land.spread(seed, 1200.0, 400.0, 2600.0, 1025, 0.35)
    ground = _ground(land)
    eye = np.array([4.3, float(ground.height_at(4.3, 0.0)) + 1.5, 0.0])
    stand = aim(eye, np.array([1.0, 1.5, 180.0]), 0.60, 0.58, 28.0)
    return Site("street", ground, stand, _spots(seed, ground), (), 240.0, None, haze_scale_m=60.0, town=1.7e-4)


def _on(ground: Ground, x: np.ndarray | float, z: np.ndarray | float) -> np.ndarray:
    return polyline(np.asarray(x), ground.height_at(*np.broadcast_arrays(x, z)), np.asarray(z))


def _spots(seed: int, ground: Ground) -> dict[str, np.ndarray]:
    z = np.linspace(NEAR_END - 60.0, FAR_END, 160)
    x = np.linspace(-160.0, 160.0, 80)
    lamps = np.array([(side * (ROAD_M + 0.5), at) for at in np.arange(-48.0, 300.0, 24.0) for side in (-1, 1)
                      if not CROSSING[0] - 5 < at < CROSSING[1] + 5])  # fmt: skip
    middle = sum(CROSSING) / 2
    lots = _lots(seed)
    signs = _signs(seed, lots)
    return {
        "lane_right": _on(ground, LANE_M, z), "lane_left": _on(ground, -LANE_M, z[::-1]),
        "lane_cross": _on(ground, x, middle - 1.3), "lane_cross_back": _on(ground, x[::-1], middle + 1.3),
        "kerb_right": _on(ground, ROAD_M, z), "kerb_left": _on(ground, -ROAD_M, z),
        "pavement_right": _on(ground, ROAD_M + 1.8, z), "pavement_left": _on(ground, -ROAD_M - 1.8, z),
        "lamps": _on(ground, lamps[:, 0], lamps[:, 1]), "lots": lots, "signs": signs,
        "crossing": np.array([0.0, 0.0, middle], np.float32),
    }  # fmt: skip


def _lots(seed: int) -> np.ndarray:
    """(n, 6) float32: x, z of the middle of the front, width, depth, floors, and the yaw the front looks to.

    yaw 90° looks to +x, −90° to −x, 180° to −z. Widths 7 to 15 m along both sides; two rows close the view beyond.
    """
    rng = draw(seed, "street", "lots")
    rows = []
    for side in (-1.0, 1.0):
        for low, high in ((NEAR_END, CROSSING[0] - 3.5), (CROSSING[1] + 3.5, FAR_END)):
            z = low
            while z < high - 5.0:
                width = float(min(rng.uniform(7.0, 15.0), high - z))
                width = high - z if high - z - width < 6.0 else width
                rows.append((side * FRONT_M, z + width / 2, width, 16.0, rng.integers(3, 9), -side * 90.0))
                z += width
        for corner, yaw in ((CROSSING[0] - 3.5, 0.0), (CROSSING[1] + 3.5, 180.0)):
            first = FRONT_M + 22.0
            rows += [(side * (first + 12.0 * k), corner, 12.0, 14.0, rng.integers(3, 8), yaw) for k in range(6)]
    rows += [(12.0 * k, FAR_END + 20.0, 12.0, 20.0, rng.integers(7, 14), 180.0) for k in range(-2, 3)]
    lots = np.array(rows, np.float32)
    lots[:, 5] = np.radians(lots[:, 5])
    return lots


def _signs(seed: int, lots: np.ndarray) -> np.ndarray:
    """(n, 4) float32: x, y, z of a sign's middle on a facade, and the yaw of that facade; most lie ahead and near."""
    rng = draw(seed, "street", "signs")
    street = lots[(np.abs(np.abs(lots[:, 0]) - FRONT_M) < 0.1) & (lots[:, 1] > 4.0) & (lots[:, 1] < 180.0)]
    chosen = street[rng.random(len(street)) < 0.75]
    along = chosen[:, 1] + (rng.random(len(chosen)) - 0.5) * 0.6 * chosen[:, 2]
    out = np.sign(chosen[:, 0]) * (FRONT_M - 0.5)
    return np.stack([out, rng.uniform(3.3, 6.5, len(chosen)), along, chosen[:, 5]], -1).astype(np.float32)


def _ground(land: Land) -> Ground:
    crossing = (land.z - sum(CROSSING) / 2).abs()
    half = (CROSSING[1] - CROSSING[0]) / 2
    off_main, off_cross = land.x.abs() - ROAD_M, crossing - half + 3.0
    off = torch.minimum(off_main, off_cross)  # metres beside the nearer road
    road = 1.0 - rise(off, -0.06, 0.12)
    crown = 0.09 * (1.0 - (land.x.abs().minimum(land.full(ROAD_M)) / ROAD_M) ** 2) * rise(off_cross, -0.5, 2.5)
    sunk = 0.030 * land.fbm("settle", 5.0, 4) + 0.022 * land.fbm("patch", 1.6, 3)
    pavement = KERB_M + 0.018 * off.clamp(0.0, 3.5)
    height = blend(pavement, crown + sunk, road)
    away = rise(torch.hypot(land.x, land.z - 100.0), 500.0, 1400.0)
    height = height + away * (12.0 + 70.0 * land.fbm("hills", 900.0, 3))
    return _surface(land, height, sunk, road, off, off_main, off_cross)


def _paint(land: Land, off_main: Tensor, off_cross: Tensor) -> Tensor:
    """Road markings as far as the grid can carry them: middle line, zebra crossings, stop lines."""
    clear = rise(off_cross, 5.2, 5.6)
    dash = rise(torch.sin(land.z * (2 * np.pi / 6.0)), -0.15, 0.15)
    middle = (1.0 - land.x.abs() / 0.36).clamp(min=0.0) * 0.75 * dash * clear
    bars = rise(torch.cos(land.x * (2 * np.pi / 1.0)), -0.2, 0.2)
    zebra = bars * rise(off_cross, 1.0, 1.3) * (1.0 - rise(off_cross, 4.0, 4.3)) * (1.0 - rise(off_main, -0.5, -0.3))
    worn = 0.55 + 0.45 * rise(land.fbm("worn", 1.1, 3), -0.3, 0.1)
    return torch.maximum(middle, zebra) * worn


def _surface(
    land: Land, height: Tensor, sunk: Tensor, road: Tensor, off: Tensor, off_main: Tensor, off_cross: Tensor
) -> Ground:
    grit = 1.0 + 0.5 * land.fbm("grit", 0.9, 2) + 0.5 * land.fbm("stain", 4.0, 4)
    patched = rise(land.fbm("patched", 9.0, 2), 0.22, 0.24)
    wheel = torch.exp(-((((land.x.abs() - LANE_M).abs() - 0.75) / 0.35) ** 2))
    asphalt = land.paint(0.062, 0.062, 0.065) * (grit * (1.0 - 0.3 * patched) * (1.0 - 0.12 * wheel))[..., None]
    flags = land.paint(0.185, 0.178, 0.168) * grit[..., None]
    kerb = torch.exp(-(((off - 0.12) / 0.16) ** 2))
    albedo = blend(blend(flags, land.paint(0.27, 0.265, 0.255), kerb), asphalt, road)
    albedo = blend(albedo, land.paint(0.50, 0.49, 0.46), _paint(land, off_main, off_cross) * road)
    dip = rise(-sunk + 0.010 * (off.clamp(-4.0, 0.0) / 4.0 + 1.0), 0.004, 0.016) * road  # gutters fill first
    far = rise(torch.hypot(land.x, land.z - 100.0), 420.0, 900.0)
    albedo = blend(albedo, land.paint(0.06, 0.07, 0.05), far)
    rough = blend(land.full(0.85), land.full(0.6), road) * (1.0 - 0.75 * dip)
    return land.ground(height, albedo, rough=rough.clamp(min=0.08), porous=land.full(0.75) - 0.35 * dip,
                       bumpy=0.10 + 0.12 * road * (1.0 - dip))  # fmt: skip
