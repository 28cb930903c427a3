"""A valley in the rain forest: a brown river on a wooded floor, fluted green ridges cut by water, mist in their hollows."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch

from oyster_cli.script.models import Scene
from oyster_cli.state import draw
from oyster_cli.world import noise
from oyster_cli.world.ground import DRY_M, Ground
from oyster_cli.world.places.canopy import Crowns, crowns
from oyster_cli.world.places.erosion import carve_valleys, even_grid, lay
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise
from oyster_cli.world.places.rainforest import plants
from oyster_cli.world.site import Site

FALL = 0.0015  # of the river
WIDE_M = 17.0  # half of it, across the view
BANK_M = 0.45  # over the water
REACH_M, CENTRE, CELLS = 1950.0, (0.0, 1900.0), 330
CREST_FALL = 1.25  # how steeply the land falls away from a crest before water cuts it
# Crests as polylines of (x, z, height): a spur and its ridge to the right, one to the left, the range across the head.
CRESTS = (
    ((118.0, 395.0, 38.0), (178.0, 540.0, 150.0), (262.0, 690.0, 236.0), (372.0, 900.0, 268.0), (640.0, 1500.0, 420.0),
     (900.0, 2400.0, 520.0)),
    ((262.0, 690.0, 236.0), (190.0, 860.0, 120.0), (160.0, 980.0, 40.0)),
    ((-205.0, 640.0, 30.0), (-300.0, 800.0, 128.0), (-415.0, 1010.0, 196.0), (-640.0, 1500.0, 330.0), (-900.0, 2200.0, 430.0)),
    ((-415.0, 1010.0, 196.0), (-300.0, 1190.0, 130.0), (-200.0, 1330.0, 40.0)),
    ((900.0, 2400.0, 520.0), (430.0, 2300.0, 430.0), (180.0, 2050.0, 330.0), (20.0, 1800.0, 150.0)),
    ((180.0, 2050.0, 330.0), (-60.0, 2900.0, 440.0), (-420.0, 3150.0, 610.0), (-900.0, 2200.0, 430.0)),
    ((-420.0, 3150.0, 610.0), (-900.0, 3500.0, 640.0), (-1500.0, 3300.0, 560.0)),
)  # fmt: skip
MIST_AT = (
    (-24.0, 225.0, 15.0), (-50.0, 330.0, 26.0), (-150.0, 640.0, 60.0), (70.0, 700.0, 48.0), (-250.0, 960.0, 70.0),
    (40.0, 1010.0, 75.0), (-60.0, 1300.0, 105.0), (220.0, 1180.0, 75.0), (-330.0, 1450.0, 90.0), (-90.0, 1750.0, 130.0),
    (300.0, 1700.0, 110.0), (-60.0, 430.0, 34.0), (110.0, 500.0, 34.0),
)  # fmt: skip


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The valley, seen from a bar of the near bank, up the river and between the ridges."""
    land = Land.spread(seed, 2600.0, 450.0, 4300.0, 928)
    ground, wood = _ground(land)
    eye = np.array([0.0, float(ground.height_at(0.0, 0.0)) + 1.6, 0.0])
    notch = np.array([-95.0, 0.0, 700.0])
    stand = aim(eye, notch, 0.36, 0.70, 28.0)
    z = np.linspace(-200.0, 520.0, 240)
    river = polyline(_axis(z), FALL * z, z)
    spots = {"river": river, "mist": _hollows(ground, seed)}
    scatters = plants(seed, ground, stand, wood, lambda x, z: np.abs(x - _axis(z)) - WIDE_M)
    return Site("jungle", ground, stand, spots, scatters, 292.0, None, haze_scale_m=190.0, haze=1.7)


def _axis(z: np.ndarray | float) -> np.ndarray:
    """x of the river's middle: it comes by on the right, leads the eye up the valley and bends away behind the trees."""
    z = np.asarray(z, float)
    reach = 20.0 - 26.0 * _smooth(z, 0.0, 120.0) - 34.0 * _smooth(z, 110.0, 270.0) + 75.0 * _smooth(z, 290.0, 470.0)
    return reach + 40.0 * _smooth(z, 480.0, 700.0) * np.sin(z / 150.0)


def _smooth(z: np.ndarray, low: float, high: float) -> np.ndarray:
    t = ((z - low) / (high - low)).clip(0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def _tents(x: Tensor, z: Tensor) -> Tensor:
    """Height under the crests, falling away evenly on both sides; 0 on the valley's floor."""
    top = torch.zeros_like(x)
    for crest in CRESTS:
        for (ax, az, ah), (bx, bz, bh) in pairwise(crest):
            wx, wz = bx - ax, bz - az
            t = (((x - ax) * wx + (z - az) * wz) / (wx * wx + wz * wz)).clamp(0.0, 1.0)
            away = torch.hypot(x - ax - t * wx, z - az - t * wz)
            top = top.maximum(ah + (bh - ah) * t - CREST_FALL * away)
    return top


def _ridges(land: Land) -> Tensor:
    """The ridges, fluted by the water that runs off them."""
    x, z = even_grid(REACH_M, CELLS, CENTRE)
    bent_x = x + 190.0 * noise.fbm(x, z, 420.0, land.key("bend x"), 3)
    bent_z = z + 190.0 * noise.fbm(x, z, 420.0, land.key("bend z"), 3)
    plan = _tents(bent_x, bent_z) * (1.0 + 0.5 * noise.fbm(x, z, 300.0, land.key("crest"), 4))
    plan = plan + 5.0 * rise(plan, 0.0, 30.0) * noise.fbm(x, z, 90.0, land.key("rill"), 3)
    cell_m = 2 * REACH_M / (CELLS - 1)
    cut = carve_valleys(plan, 0.035 * plan.clamp(min=0.0), cell_m, 18, 0.035, 1.9)
    return lay(land, cut, REACH_M, CENTRE)


def _ground(land: Land) -> tuple[Ground, Tensor]:
    """The ground with the forest's roof on it beyond the trees that stand for themselves, and (N, M) that roof's height."""
    axis = torch.from_numpy(_axis(land.warp.z.nodes()).astype(np.float32))[:, None]
    out = (land.x - axis).abs() - WIDE_M + 2.4 * land.fbm("bank", 24.0, 3)
    away = torch.hypot(land.x, land.z)
    level = FALL * land.z
    floor = level + BANK_M + 2.2 * rise(out, 4.0, 40.0) + 1.8 * land.fbm("floor", 60.0, 3) * rise(out, 10.0, 60.0)
    floor = floor + (0.10 * land.fbm("soil", 3.5, 4) + 0.5 * land.fbm("hump", 17.0, 3) * rise(away, 4.0, 20.0)) * rise(
        out, 0, 5
    )
    rock = _ridges(land)
    ribs = 24.0 * (land.ridged("rib", 150.0, 4, 0.5, at=land.bent("ribs", 240.0, 18.0)) - 0.4) * rise(rock, 25.0, 110.0)
    soil = floor + rock * rise(out, 20.0, 90.0) + ribs
    bed = level + 0.07 * out.clamp(-8.0, 9.0) + 0.07 * land.fbm("bars", 7.0, 4)
    soil = blend(bed, soil.maximum(level + 0.25), rise(out, -0.5, 6.0))
    water = torch.where((out < 2.5) & (land.z < 900.0), level, land.full(DRY_M))
    slope = land.slope(soil)
    bare = rise(slope + 0.9 * land.fbm("bare", 70.0, 4) - 0.5 * (1.0 - rise(rock, 30.0, 120.0)), 1.9, 2.5)
    wood = rise(out, 20.0, 34.0) * rise(away, 95.0, 150.0) * (1.0 - 0.85 * bare)
    crown = crowns(land)
    roof = wood * (11.0 + 26.0 * land.fbm("roof", 120.0, 3).clamp(-0.3, 0.3) + crown.rise_m)
    return _surface(land, soil, roof, water, out, crown, wood, bare), roof


def _surface(
    land: Land, soil: Tensor, roof: Tensor, water: Tensor, out: Tensor, crown: Crowns, wood: Tensor, bare: Tensor
) -> Ground:
    slope = land.slope(roof) * rise(torch.hypot(land.x, land.z), 40.0, 80.0)
    deep = blend(land.paint(0.020, 0.044, 0.014), land.paint(0.038, 0.070, 0.018), rise(land.fbm("deep", 130.0, 4), -0.3, 0.3))
    fresh = blend(land.paint(0.070, 0.112, 0.026), land.paint(0.125, 0.140, 0.036), rise(land.fbm("fresh", 60.0, 3), -0.2, 0.3))
    leaves = blend(deep, fresh, (1.4 * crown.luck - 0.2 + 0.7 * land.fbm("grove", 110.0, 3)).clamp(0.0, 1.0))
    leaves = leaves * ((0.12 + 0.88 * crown.open) * (1.0 - 0.62 * rise(slope, 0.9, 1.9)))[..., None]
    litter = blend(land.paint(0.075, 0.052, 0.028), land.paint(0.12, 0.086, 0.046), rise(land.fbm("litter", 1.6, 4), -0.3, 0.3))
    moss = blend(land.paint(0.05, 0.085, 0.022), land.paint(0.085, 0.12, 0.034), rise(land.fbm("sprout", 2.6, 4), -0.25, 0.25))
    earth = blend(litter, moss, rise(land.fbm("moss", 7.0, 4) + 0.012 * out.clamp(0.0, 20.0), -0.05, 0.2))
    silt = blend(land.paint(0.20, 0.145, 0.085), land.paint(0.29, 0.22, 0.135), rise(land.fbm("silt", 4.0, 4), -0.3, 0.3))
    albedo = blend(earth, silt, 1.0 - rise(out + 2.0 * land.fbm("shore", 4.0, 3), 1.6, 4.2))
    leafy = wood.maximum(rise(torch.hypot(land.x, land.z), 50.0, 90.0) * rise(out, 4.0, 9.0)) * (1.0 - bare)
    albedo = blend(albedo, leaves, leafy)
    stone = blend(land.paint(0.10, 0.105, 0.075), land.paint(0.28, 0.27, 0.22), rise(land.fbm("streak", 26.0, 5), -0.3, 0.3))
    albedo = blend(albedo, stone, 0.8 * bare)
    flow = torch.stack(torch.broadcast_tensors(land.full(0.0), -0.9 * (1.0 - rise(out, -7.0, 2.0)) - 0.15), -1)
    return land.ground(
        soil + roof, albedo, rough=land.full(0.95), porous=land.full(0.6),
        bumpy=blend(0.5 + 0.4 * bare, land.full(-1.0), leafy), water=water, flow=flow,
        cover=(wood * (0.62 * (1.0 - crown.open) + 0.5 * rise(slope, 1.3, 2.2))).clamp(0.0, 0.8),
    )  # fmt: skip


def _hollows(ground: Ground, seed: int) -> np.ndarray:
    """(n, 4) where mist lies: x, y, z and how far it reaches, over the canopy in the side valleys."""
    rng = draw(seed, "mist")
    rows = []
    for x, z, reach in MIST_AT:
        n = 7
        at_x, at_z = x + reach * rng.normal(0, 1.0, n), z + 0.7 * reach * rng.normal(0, 1.0, n)
        radius = reach * rng.uniform(0.35, 0.8, n)
        y = ground.height_at(at_x, at_z) + 0.25 * radius + 4.0
        rows.append(np.stack([at_x, y.clip(None, 130.0), at_z, radius], 1))
    return np.concatenate(rows).astype(np.float32)
