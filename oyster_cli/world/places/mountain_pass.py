"""A high pass: a saddle between ridges, a glacier's trough beyond, a great peak over it, snow where it can lie."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.picture.kinds import Prop
from oyster_cli.script.models import Scene
from oyster_cli.world import noise
from oyster_cli.world.ground import Ground
from oyster_cli.world.places.erosion import carve_valleys, even_grid, lay
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise, soft_max
from oyster_cli.world.places.planting import Garden
from oyster_cli.world.shapes.stake import pennant, stake
from oyster_cli.world.site import Scatter, Site

PEAK = (540.0, 2250.0)  # x, z of the summit
PEAK_M = 920.0
BED_M = 52.0  # thickness of a bed of rock
REACH_M, CENTRE, CELLS = 2700.0, (0.0, 1750.0), 288


def build(seed: int, scene: Scene) -> Site:
    """The pass, seen from the saddle to the peak."""
    land = Land.spread(seed, 2600.0, 600.0, 4200.0)
    path_z = np.linspace(-40.0, 150.0, 60)
    ground = _ground(land)
    path = polyline(_track(path_z), ground.height_at(_track(path_z), path_z), path_z)
    eye = np.array([-1.5, float(ground.height_at(-1.5, 0.0)) + 2.0, 0.0])
    summit = np.array([PEAK[0], float(ground.height_at(*PEAK)), PEAK[1]])
    stand = aim(eye, summit, 0.655, 0.68, 24.0)
    spots = {"path": path, "summit": summit.astype(np.float32)}
    scatters = _plants(Garden(seed, ground, stand, (tuple(summit),), ((path, 0.9),)))
    stakes = _stakes(ground, np.arange(9.0, 140.0, 17.0))
    against = 322.0 if scene.weather.snow_mm_h > 0 else 250.0  # snow that falls is filmed against the light
    return Site("pass", ground, stand, spots, scatters, against, None, haze_scale_m=900.0, fixtures=stakes)


def _stakes(ground: Ground, z: np.ndarray) -> tuple[Prop, Prop]:
    """Snow stakes along the track, every other leaning, and a torn pennant on the first."""
    x = _track(z) + 1.4
    at = np.tile(np.eye(3, 4, dtype=np.float32), (len(z), 1, 1))
    at[:, :, 3] = polyline(x, ground.height_at(x, z) - 0.2, z)
    at[:, 0, 1], at[:, 2, 1] = 0.05 + 0.05 * np.sin(7.0 * z), 0.04 * np.cos(5.0 * z)  # the wind has bent them
    return Prop((stake(),), at), Prop((pennant(),), at[:2], sway_m=0.5, casts=False)


def _track(z: np.ndarray | float) -> np.ndarray:
    """x of the track over the pass."""
    return 1.2 + 2.6 * np.sin(np.asarray(z, float) / 17.0) + 0.03 * np.asarray(z, float)


def _trough(z: Tensor) -> Tensor:
    """x of the valley's axis: it swings past the foot of the peak."""
    swing = 0.2 * z.clamp(0.0, 1350.0) - 520.0 * rise(z, 1100.0, 2600.0)
    return swing + 40.0 * torch.sin(z / 420.0) * rise(z.abs(), 40.0, 300.0)


def _plan(x: Tensor, z: Tensor, seed: int) -> Tensor:
    """The mountains before water cut them: a trough between two chains, the great peak, lesser ones behind."""
    away = (x - _trough(z)).abs()
    chain = 780.0 * (1.0 - torch.exp(-((away / (700.0 + 260.0 * rise(z, 0.0, 700.0))) ** 2.0)))
    chain = chain * (0.8 + 1.3 * noise.fbm(x, z, 900.0, seed, 3))
    far = torch.hypot(x - PEAK[0], z - PEAK[1])
    peak = (PEAK_M + 80.0) * (1.0 - far / 1350.0).clamp(min=0.0) ** 1.25
    floor = -210.0 * rise(z, 70.0, 900.0) - 190.0 * rise(-z, 60.0, 500.0)
    return floor + soft_max(chain, peak + 60.0, 120.0) + 60.0 * noise.fbm(x, z, 300.0, seed + 9, 4)


def _mountains(land: Land) -> Tensor:
    x, z = even_grid(REACH_M, CELLS, CENTRE)
    plan = _plan(x, z, land.key("plan"))
    raised = plan.clamp(min=0.0) / PEAK_M
    cell_m = 2 * REACH_M / (CELLS - 1)
    cut = carve_valleys(plan, 26.0 * raised, cell_m, 22, 0.055, 1.35)
    return lay(land, cut, REACH_M, CENTRE)


def _ground(land: Land) -> Ground:
    height = _mountains(land)
    away = torch.hypot(land.x, land.z)
    saddle = 0.0009 * land.x.abs() ** 1.9 - 0.012 * land.z.clamp(min=0.0) - 0.00035 * land.z**2
    saddle = saddle + 3.2 * land.fbm("hummock", 34.0, 4) * rise(away, 2.0, 30.0) + 14.0 * rise(land.x.abs(), 18.0, 90.0)
    height = blend(saddle.clamp(min=-80.0), height + 20.0, rise(away + 60.0 * land.fbm("skirt", 120.0, 3), 60.0, 300.0))
    height = height + _bands(land, height, away) + _crags(land, land.slope(height), away) + _crust(land, away)
    track = torch.exp(-(((land.x - torch.from_numpy(_track(land.warp.z.nodes()).astype(np.float32))[:, None]) / 0.7) ** 2))
    track = track * rise(150.0 - land.z, 0.0, 30.0) * rise(land.z, -60.0, -40.0)
    height = height - 0.12 * track
    return _surface(land, height, track)


def _bands(land: Land, height: Tensor, away: Tensor) -> Tensor:
    """Beds of hard rock across the flanks: cliffs with ledges over them where snow lies, here bold and there buried."""
    bed = (height + 90.0 * land.fbm("dip", 420.0, 3) + 0.10 * land.x) / BED_M
    within = bed - torch.floor(bed)
    bold = rise(land.fbm("bold", 190.0, 3), -0.22, 0.12) * rise(away, 110.0, 300.0)
    slope = land.slope(height)
    bold = bold * rise(slope, 0.22, 0.5) * (1.0 - rise(slope, 1.1, 1.7))
    return BED_M * 0.62 * (rise(within, 0.52, 0.80) - within) * bold


def _crust(land: Land, away: Tensor) -> Tensor:
    """What the wind has left in the foreground: long low drifts with sharp ribs, all along its way."""
    along, across = (0.8 * land.x + 0.6 * land.z) / 5.0, 0.6 * land.x - 0.8 * land.z
    ribs = 0.30 * land.ridged("sastrugi", 2.6, 2, at=(along, across)) + 0.9 * land.fbm("drifts", 11.0, 2, at=(along, across))
    return ribs * rise(away, 1.5, 9.0) * (1.0 - rise(away, 50.0, 130.0))


def _crags(land: Land, slope: Tensor, away: Tensor) -> Tensor:
    """Arêtes, couloirs and ribs on what is steep; lumps and stones on what is not."""
    steep = rise(slope, 0.35, 0.9)
    bent = land.bent("crag", 260.0, 26.0)
    sharp = 32.0 * (1.0 - 0.7 * rise(away, 900.0, 2000.0))
    ribs = 58.0 * (land.ridged("rib", 230.0, 5, 0.55, at=bent) - 0.35) + sharp * (land.ridged("edge", 52.0, 4) - 0.35)
    near = 2.2 * land.fbm("block", 9.0, 4) * rise(away, 12.0, 60.0) + 0.14 * land.fbm("stone", 2.6, 3)
    return ribs * steep * rise(away, 60.0, 300.0) + near * (0.25 + 0.75 * steep) + 1.1 * land.fbm("heave", 18.0, 3) * rise(
        away, 6.0, 40.0)  # fmt: skip


def _surface(land: Land, height: Tensor, track: Tensor) -> Ground:
    slope = land.slope(height)
    patch = land.fbm("patch", 60.0, 5) + 0.7 * land.fbm("drift", 9.0, 4)
    high = rise(height + 130.0 * patch, -60.0, 330.0)
    even = torch.nn.functional.avg_pool2d(height[None, None], 11, 1, 5, count_include_pad=False)[0, 0]
    hollow = ((even - height) / (4.0 * land.step_m)).clamp(-0.6, 0.9)  # couloirs fill, arêtes are blown bare
    lies = 1.0 - rise(slope + 0.45 * patch - 0.35 * high - 0.8 * hollow, 0.5, 0.95)
    near = torch.hypot(land.x, land.z)
    snow = lies * (0.25 + 0.75 * high) + lies * 0.5 * rise(patch, 0.02, 0.2)
    snow = (snow * rise(near + 30.0 * patch, 4.0, 40.0)).clamp(0.0, 1.0) * (1.0 - 0.8 * track)
    snow = rise(snow, 0.35, 0.6)
    rock = blend(land.paint(0.115, 0.108, 0.105), land.paint(0.235, 0.215, 0.195), rise(land.fbm("vein", 48.0, 5), -0.3, 0.35))
    rust = rise(land.fbm("rust", 150.0, 4), 0.08, 0.35)
    rock = blend(rock, land.paint(0.21, 0.145, 0.10), 0.5 * rust)
    turf = blend(land.paint(0.105, 0.10, 0.05), land.paint(0.155, 0.13, 0.075), rise(land.fbm("turf", 5.0, 4), -0.3, 0.3))
    soil = blend(turf, land.paint(0.21, 0.195, 0.175), rise(land.fbm("gravel", 11.0, 5), -0.08, 0.16))
    bare = blend(soil, rock, rise(slope, 0.32, 0.62).maximum(rise(near, 200.0, 500.0)))
    bare = blend(bare, land.paint(0.25, 0.225, 0.19), 0.8 * track)
    albedo = blend(bare, land.paint(0.83, 0.85, 0.89), snow)
    return land.ground(
        height, albedo, rough=land.full(0.92) - 0.25 * snow, porous=(0.65 - 0.3 * rise(slope, 0.4, 0.8)) * (1.0 - snow),
        bumpy=(0.5 + 0.5 * rise(slope, 0.4, 1.0)) * (1.0 - 0.8 * snow), banded=-snow * (1.0 - rise(slope, 0.55, 0.9)),
    )  # fmt: skip


def _plants(garden: Garden) -> tuple[Scatter, ...]:
    ground = garden.ground

    def level(x: np.ndarray, z: np.ndarray, steep: float, top: float = 1e4) -> np.ndarray:
        return ((ground.normal_at(x, z)[:, 1] > steep) & (ground.height_at(x, z) < top)).astype(float)

    def fallen(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Stones lie where they came to rest: in trails down from the crags, with bare snow between."""
        across, along = (torch.from_numpy(line.astype(np.float32)) for line in (x, z))
        return np.asarray(rise(noise.fbm(across, along, 26.0, garden.seed + 31, 3), -0.02, 0.3).numpy())

    return (
        garden.sow("dwarf", 70, (22.0, 260.0), (0.8, 3.2), 2.6, lambda x, z: level(x, z, 0.82, 30.0) * 0.6, thin=0.6, few=1.6),
        garden.sow("conifer", 500, (300.0, 1500.0), (6.0, 12.0), 7.0, lambda x, z: level(x, z, 0.78, -110.0), thin=0.3),
        garden.sow("boulder", 170, (13.0, 240.0), (0.4, 3.4), 1.3, lambda x, z: level(x, z, 0.6) * fallen(x, z), thin=0.8,
                   few=5.0, sink=0.35, greens=0.05),
        garden.sow("rock", 1700, (2.4, 150.0), (0.07, 0.6), 0.16, lambda x, z: level(x, z, 0.5) * fallen(x, z), thin=1.1,
                   few=4.0, sink=0.35, greens=0.05),
        garden.sow("grass", 2600, (1.8, 45.0), (0.12, 0.38), 0.16, lambda x, z: level(x, z, 0.85) * 0.7, thin=1.2),
    )  # fmt: skip
