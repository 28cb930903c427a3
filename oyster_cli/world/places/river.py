"""A wide valley: a river between pebble banks, a gravel path beside it, meadows, woods, hills and a far range."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.script.models import Scene
from oyster_cli.state import draw
from oyster_cli.world import noise
from oyster_cli.world.ground import DRY_M, Ground
from oyster_cli.world.places.erosion import carve_valleys, even_grid, lay
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise
from oyster_cli.world.places.planting import Garden, Where
from oyster_cli.world.site import Scatter, Site

ALONG = (-0.86, 0.51)  # upstream, from the right near by to the left far off
ACROSS = (0.51, 0.86)
FALL = 0.006
WIDE_M = 8.5  # half the river
REACH_M, CENTRE, CELLS = 3000.0, (0.0, 1700.0), 256


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The valley, seen over the path to the river and the hills."""
    land = Land.spread(seed, 2600.0, 450.0, 4200.0)
    ground = _ground(land)
    s = np.linspace(-45.0, 45.0, 181)
    x, z = _at(s, _path(s))
    path = polyline(x, ground.height_at(x, z), z)
    s = np.linspace(420.0, -260.0, 160)
    x, z = _at(s, _axis(s))
    river = polyline(x, FALL * s - 0.75, z)
    middle = path[np.argmin(np.abs(path[:, 0]))]
    eye = np.array([0.0, float(ground.height_at(0.0, 0.0)) + 1.5, 0.0])
    stand = aim(eye, middle, 0.5, 0.42, 35.0)
    sights = tuple((p[0], p[1] + 1.0, p[2]) for p in path[70:111:5].tolist())
    scatters = _plants(Garden(seed, ground, stand, sights, ((path, 0.9),)))
    spots = {"path": path, "river": river}
    return Site("river", ground, stand, spots, scatters, 75.0, None, haze_scale_m=350.0)


def _at(s: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return s * ALONG[0] + n * ACROSS[0], s * ALONG[1] + n * ACROSS[1]


def _axis(s: np.ndarray) -> np.ndarray:
    """Where the river's middle lies across the valley, s metres upstream."""
    return 30.0 + 5.0 * np.sin(s / 41.0 + 0.4) + 26.0 * np.sin(s / 170.0) * np.clip((np.abs(s) - 20) / 120, 0, 1)


def _path(s: np.ndarray) -> np.ndarray:
    """Where the path lies, beside the river."""
    return 10.0 + 0.9 * np.sin(s / 14.0 + 2.0)


def _line(s: Tensor, curve: np.ndarray, low: float, high: float) -> Tensor:
    """A curve known at even steps from low to high, at every s."""
    place = ((s - low) / (high - low) * (len(curve) - 1)).clamp(0, len(curve) - 1.001)
    first = place.long()
    values = torch.from_numpy(curve.astype(np.float32))
    return values[first] + (values[first + 1] - values[first]) * (place - first)


def _hills(land: Land) -> Tensor:
    """Hills beside the valley and a range across its head, cut by water."""
    x, z = even_grid(REACH_M, CELLS, CENTRE)
    away = (0.35 * x + z * 0.10).abs() + 0.25 * (z - 200.0).clamp(min=0.0)
    low = 85.0 * rise(away, 70.0, 620.0) * (1.0 + 1.5 * noise.fbm(x, z, 700.0, land.key("hills"), 4))
    span = rise(z, 1300.0, 2700.0) * (1.0 + 1.1 * noise.fbm(x, z, 800.0, land.key("range"), 4))
    plan = 0.62 * low + 105.0 * span + 14.0 * noise.fbm(x, z, 160.0, land.key("knolls"), 3)
    cell_m = 2 * REACH_M / (CELLS - 1)
    cut = carve_valleys(plan, 4.5 * rise(plan, 20.0, 240.0), cell_m, 20, 0.04, 1.0)
    return lay(land, cut, REACH_M, CENTRE)


def _ground(land: Land) -> Ground:
    s = land.x * ALONG[0] + land.z * ALONG[1]
    n = land.x * ACROSS[0] + land.z * ACROSS[1]
    span = np.arange(-6000.0, 6001.0, 2.0)
    beside = (n - _line(s, _axis(span), -6000.0, 6000.0)) + 2.2 * land.fbm("bank", 19.0, 3)
    out = beside.abs() - WIDE_M
    path = torch.exp(-(((n - _line(s, _path(span), -6000.0, 6000.0)) / 0.95) ** 2)) * rise(60.0 - s.abs(), 0.0, 20.0)
    away = torch.hypot(land.x, land.z)
    meadow = FALL * s + 0.9 * land.fbm("meadow", 26.0, 4) * rise(out, 6.0, 20.0) * rise(away, 5.0, 20.0)
    meadow = meadow + 0.07 * land.fbm("sod", 2.2, 3) * (1.0 - path)
    meadow = meadow + 0.75 * (1.0 - rise(n, 1.0, 8.0))  # the terrace the camera stands on
    valley = meadow + 2.4 * rise(out, 30.0, 90.0)
    height = blend(valley, _hills(land) - 6.0, rise(out + 60.0 * land.fbm("skirt", 200.0, 3), 90.0, 330.0))
    height = height + _rock_forms(land, land.slope(height), away)
    level = FALL * s - 0.75
    bed = level + 0.115 * out.clamp(-6.0, 9.0) + 0.10 * land.fbm("bars", 6.0, 4)
    height = blend(bed, height.maximum(level + 0.5), rise(out, 3.0, 9.5))
    height = height + path * (0.04 - 0.10 * land.fbm("rut", 3.0, 2))
    water = torch.where((out < 4.5) & (s.abs() < 900.0), level, land.full(DRY_M))
    return _surface(land, height, water, out, path)


def _rock_forms(land: Land, slope: Tensor, away: Tensor) -> Tensor:
    far = rise(away, 150.0, 500.0)
    ribs = 34.0 * (land.ridged("rib", 190.0, 5, 0.52, at=land.bent("ribs", 300.0, 25.0)) - 0.35)
    return far * (ribs * rise(slope, 0.3, 0.8) + 5.0 * land.fbm("lump", 50.0, 4))


def _surface(land: Land, height: Tensor, water: Tensor, out: Tensor, path: Tensor) -> Ground:
    slope = land.slope(height)
    lush = blend(land.paint(0.050, 0.070, 0.024), land.paint(0.096, 0.104, 0.038), rise(land.fbm("lush", 9.0, 5), -0.25, 0.28))
    dry = land.paint(0.15, 0.128, 0.062)
    grass = blend(lush, dry, 0.55 * rise(land.fbm("hay", 33.0, 4), 0.05, 0.35))
    grass = grass * (1.0 + 0.9 * land.fbm("clover", 1.7, 4))[..., None]
    worn = rise(land.fbm("worn", 5.0, 5) + 0.3 * path, 0.22, 0.4)
    grass = blend(grass, land.paint(0.15, 0.115, 0.075), 0.65 * worn)
    woods = blend(land.paint(0.035, 0.055, 0.022), land.paint(0.06, 0.085, 0.03), rise(land.fbm("leaf", 17.0, 4), -0.3, 0.3))
    patches = land.fbm("wood", 240.0, 4) + 0.5 * land.fbm("copse", 60.0, 4)
    wooded = rise(patches + 0.30 * rise(height, 12.0, 60.0), 0.04, 0.12) * rise(out, 110.0, 220.0)
    wooded = wooded * (1.0 - rise(height + 90.0 * land.fbm("line", 90.0, 3), 150.0, 210.0))
    rock = blend(land.paint(0.11, 0.105, 0.10), land.paint(0.20, 0.185, 0.17), rise(land.fbm("rock", 60.0, 5), -0.3, 0.3))
    bare = rise(slope + 0.4 * land.fbm("bare", 40.0, 4), 0.62, 0.95)
    bare = bare.maximum(rise(height + 110.0 * land.fbm("alp", 60.0, 4), 215.0, 255.0))
    albedo = blend(blend(grass, woods, wooded), rock, bare)
    snow = rise(height + 150.0 * land.fbm("snow", 90.0, 5), 330.0, 365.0) * (1.0 - rise(slope, 0.6, 0.9))
    albedo = blend(albedo, land.paint(0.8, 0.82, 0.86), snow)
    stones = blend(land.paint(0.15, 0.138, 0.122), land.paint(0.30, 0.28, 0.25), rise(land.fbm("pebble", 1.5, 3), -0.35, 0.35))
    shingle = 1.0 - rise(out + 3.0 * land.fbm("edge", 7.0, 3), 3.5, 6.5)
    albedo = blend(albedo, stones, shingle)
    gravel = rise(path + 0.5 * land.fbm("verge", 2.0, 3), 0.35, 0.6)
    albedo = blend(albedo, land.paint(0.27, 0.235, 0.19) * (1.0 + 0.6 * land.fbm("grit", 1.2, 2))[..., None], gravel)
    stony = shingle.maximum(gravel).maximum(bare)
    flow = torch.tensor([-ALONG[0], -ALONG[1]]) * (1.5 * (1.0 - rise(out, -6.0, 1.0)) + 0.25)[..., None]
    return land.ground(
        height, albedo, rough=land.full(0.95) - 0.15 * stony, porous=land.full(0.7) - 0.35 * bare,
        bumpy=(0.53 + 0.17 * gravel + 0.4 * shingle.maximum(bare)) * (1.0 - wooded) - wooded * (1.0 - bare),
        water=water, flow=flow,
    )  # fmt: skip


def _plants(garden: Garden) -> tuple[Scatter, ...]:
    ground = garden.ground

    def bank(low: float, high: float, chance: float = 1.0) -> Where:
        """Chance within low to high metres of the water's edge."""

        def at(x: np.ndarray, z: np.ndarray) -> np.ndarray:
            out = _beside(x, z)
            return chance * ((out > low) & (out < high) & (ground.normal_at(x, z)[:, 1] > 0.72))

        return at

    return (
        garden.sow("willow", 90, (40.0, 340.0), (6.0, 11.0), 5.0, bank(5.5, 15.0), thin=0.6),
        garden.sow("broadleaf", 420, (70.0, 900.0), (6.0, 13.0), 6.0, bank(22.0, 900.0, 0.6), thin=0.5),
        garden.sow("conifer", 360, (170.0, 1700.0), (9.0, 18.0), 6.0, bank(120.0, 3000.0), thin=0.5),
        garden.sow("bush", 420, (18.0, 300.0), (0.4, 2.0), 1.0,
                   lambda x, z: bank(4.5, 60.0)(x, z) * _thickets(garden.seed, x, z), thin=0.8, few=1.5),
        garden.lay("turf", 2900, (3.2, 70.0), (0.15, 0.28), 0.23, bank(4.4, 200.0), thin=1.25, greens=0.08, green=True),
        garden.sow("sward", 900, (1.5, 40.0), (0.22, 0.5), 0.2, lambda x, z: _fringe(x, z) * bank(3.5, 60.0)(x, z), thin=0.8),
        garden.sow("grass", 700, (1.5, 50.0), (0.12, 0.42), 0.3, bank(4.0, 200.0, 0.5), thin=1.0),
        garden.sow("buttercup", 160, (2.5, 40.0), (0.16, 0.34), 0.5, bank(5.5, 80.0, 0.5), thin=1.0),
        garden.sow("daisy", 160, (2.5, 40.0), (0.12, 0.28), 0.5, bank(5.5, 80.0, 0.5), thin=1.0),
        garden.sow("reed", 420, (10.0, 110.0), (0.7, 1.6), 0.3, bank(-0.6, 1.4, 0.7), thin=0.9, dry=False),
        garden.sow("boulder", 60, (12.0, 160.0), (0.4, 1.7), 1.5, bank(-4.0, 6.0), thin=0.8, few=3.0, sink=0.3, dry=False),
        garden.sow("pebbles", 70, (8.0, 40.0), (0.8, 1.4), 0.7, bank(-0.5, 6.5), thin=1.0, dry=False),
        garden.sow("rock", 900, (8.0, 90.0), (0.06, 0.4), 0.25, bank(-3.0, 7.0), thin=1.0, few=3.0, sink=0.3, dry=False,
                   greens=0.06),
    )  # fmt: skip


def _thickets(seed: int, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Where bushes stand together, 0 … 1; a few stand alone."""
    key = int(draw(seed, "thickets").integers(1 << 30))
    across, along = (torch.from_numpy(np.asarray(line, np.float32)) for line in (x, z))
    return np.asarray((0.06 + 0.94 * rise(noise.fbm(across, along, 16.0, key, 3), 0.05, 0.25)).numpy())


def _fringe(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Where grass stands long: along the path and at the brink of the bank, 0 … 1."""
    s, n = x * ALONG[0] + z * ALONG[1], x * ACROSS[0] + z * ACROSS[1]
    by_path = np.exp(-(((np.abs(n - _path(s)) - 1.35) / 0.35) ** 2))
    by_water = np.exp(-(((_beside(x, z) - 6.0) / 1.3) ** 2))
    return np.maximum(by_path, 0.8 * by_water)


def _beside(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Metres from the water's edge (negative in the water), across the valley."""
    n = x * ACROSS[0] + z * ACROSS[1]
    return np.abs(n - _axis(x * ALONG[0] + z * ALONG[1])) - WIDE_M
