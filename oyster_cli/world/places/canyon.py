"""A river canyon with a waterfall at its head: strata in cliffs and benches, scree, boulders, a pool."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.script.models import Scene
from oyster_cli.world.ground import DRY_M, Ground
from oyster_cli.world.places.beds import bands, stained, stepped
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise, soft_max
from oyster_cli.world.places.planting import Garden
from oyster_cli.world.site import Scatter, Site

HEAD_M = 196.0  # where the deep reach ends, ahead of the camera
LIP_M = 57.0  # the hanging valley above the river
RIM_M = 138.0
FALL = 0.004  # of the river
# Layers that stand as cliffs, and how far apart the joints are that break them.
HARD = ((4.0, 15.0, 7.0), (17.0, 36.0, 16.0), (38.5, 56.5, 12.0), (63.0, 72.0, 7.0), (74.0, 98.0, 16.0), (102.0, 110.0, 7.0),
        (112.0, 133.0, 12.0), (138.0, 147.0, 7.0), (150.0, 172.0, 16.0), (180.0, 216.0, 16.0))  # fmt: skip
RUST = (1.42, 1.06, 0.80)  # of fallen rock, over that of grey stone
BASES = ((0.42, 0.20, 0.11), (0.50, 0.28, 0.15), (0.34, 0.145, 0.085), (0.54, 0.34, 0.19), (0.47, 0.24, 0.13),
         (0.29, 0.13, 0.08), (0.49, 0.29, 0.16))  # fmt: skip


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The canyon, seen upstream from low over the river."""
    land = Land.spread(seed, 2200.0, 420.0, 3200.0)
    ground, lip_z = _ground(land)
    foot = np.array([_axis(lip_z - 5.0), 0.004 * lip_z, lip_z - 5.0], np.float32)
    lip = polyline(_axis(lip_z) + np.array([-5.5, 5.5]), LIP_M + 0.3, lip_z)
    eye = (float(_axis(0.0)) - 3.5, 2.1, 0.0)
    stand = aim(np.array(eye), foot, 0.36, 0.70, 24.0)
    river_z = np.linspace(lip_z - 8.0, -300.0, 120)
    river = polyline(_axis(river_z), FALL * river_z, river_z)
    spots = {
        "waterfall_lip": lip, "waterfall_direction": np.array([0.0, 0.0, -1.0], np.float32), "waterfall_foot": foot,
        "pool": np.array([_axis(lip_z - 18.0), FALL * lip_z, lip_z - 18.0], np.float32), "river": river,
    }  # fmt: skip
    scatters = _plants(Garden(seed, ground, stand, ((*foot[:2], foot[2]), tuple(lip.mean(0)))))
    scatters = tuple(stained(each, RUST) if each.kind in ("rock", "boulder") else each for each in scatters)
    return Site("canyon", ground, stand, spots, scatters, 232.0, None, haze_scale_m=220.0, cover=0.3)


def _axis(z: np.ndarray | float) -> np.ndarray:
    """x of the river's middle."""
    z = np.asarray(z, float)
    bends = 13.0 * np.sin(z / 34.0) + 4.0 * np.sin(z / 15.0 + 0.6)
    return bends * np.clip((205.0 - z) / 70.0, 0.0, 1.0) + 60.0 * np.sin(np.maximum(z - 190.0, 0.0) / 420.0)


def _half_width(z: Tensor) -> Tensor:
    """Half the width of the water: narrow riffles, wide pools, the plunge pool at the head."""
    return 9.0 + 2.2 * torch.sin(z / 33.0) + 13.0 * torch.exp(-(((z - HEAD_M + 14.0) / 17.0) ** 2))


def _ground(land: Land) -> tuple[Ground, float]:
    axis = torch.from_numpy(_axis(land.warp.z.nodes()).astype(np.float32))[:, None]
    off = land.x - axis
    beside = off.abs()
    away = torch.hypot(off, (land.z - HEAD_M + 24.0).clamp(min=0.0))  # the reach ends in a round head
    warped = away + _ragged(land) * rise(away, 10.0, 70.0) * (1.0 - 0.85 * torch.exp(-((off / 16.0) ** 2)))
    rim = RIM_M + 26.0 * land.fbm("rim", 520.0, 3) + _mesas(land)
    deep = _wall(land, warped, rim, _floor_m(land), 128.0)
    hanging = LIP_M + FALL * (land.z - HEAD_M) + _wall(land, beside + 0.6 * _ragged(land) * rise(beside, 8.0, 60.0),
                                                       rim - LIP_M, land.full(7.0), 95.0)  # fmt: skip
    bend_m = 2.5 * rise((land.z - HEAD_M).abs() + land.x.abs(), 20.0, 90.0)
    rock = stepped(land, torch.minimum(deep, hanging), HARD, bend_m)
    level = FALL * land.z
    scree = _scree(land, warped, level)
    height = soft_max(rock, level - 0.4 + scree, 1.5)
    lip_z = _lip(land, height)
    height, water = _carve(land, height, beside, lip_z)
    slope = land.slope(height)
    height = height + _detail(land, slope, beside)
    return _surface(land, height, water, beside, lip_z), lip_z


def _ragged(land: Land) -> Tensor:
    """Metres by which walls stand forward or back: buttresses, alcoves, blocks between joints."""
    big = 58.0 * 1.6 * land.fbm("buttress", 190.0, 2) + 30.0 * (land.ridged("alcove", 74.0, 2) - 0.4)
    bent = land.bent("joint", 30.0, 2.0, 2)
    return big + 7.5 * land.blocks("joint", 34.0, bent)[0] + 3.2 * land.blocks("pillar", 12.0, bent)[0]


def _floor_m(land: Land) -> Tensor:
    """Half the width of the canyon floor: meadows in the bends, none at the head."""
    return 13.0 + 17.0 * rise(HEAD_M - land.z, 20.0, 90.0) + 16.0 * land.fbm("floor", 140.0, 2)


def _mesas(land: Land) -> Tensor:
    """Country above the rim, far off: tables standing on the plateau."""
    far = rise(torch.hypot(land.x, land.z), 420.0, 1100.0)
    return far * 240.0 * rise(land.fbm("mesa", 900.0, 4, at=land.bent("mesa", 400.0, 60.0)), 0.0, 0.32)


def _wall(land: Land, away: Tensor, rim: Tensor, floor_m: Tensor, run_m: float) -> Tensor:  # noqa: ARG001
    t = ((away - floor_m) / run_m).clamp(0.0, 1.0)
    return rim * (1.0 - (1.0 - t) ** 1.3)


def _scree(land: Land, warped: Tensor, level: Tensor) -> Tensor:
    """Aprons of fallen rock under the walls at the angle of repose, gullied."""
    back = warped - _floor_m(land) * 0.62 + 8.0 * land.fbm("apron", 46.0, 3)
    cap = 19.0 + 22.0 * land.fbm("cap", 90.0, 2)
    gully = 1.6 * land.ridged("gully", 17.0, 2)
    return level + (0.62 * back - gully * rise(back, 4.0, 16.0)).clamp(min=0.0).minimum(cap.clamp(min=5.0))


def _lip(land: Land, height: Tensor) -> float:
    """z where the hanging valley breaks off, on the river's axis."""
    z = np.arange(150.0, 260.0, 0.5)
    i, j, _, _ = land.warp.cell(_axis(z), z)
    profile = height.numpy()[i, j]
    return float(z[np.argmax(profile > LIP_M - 1.5)])


def _carve(land: Land, height: Tensor, beside: Tensor, lip_z: float) -> tuple[Tensor, Tensor]:
    """Beds for the river below and the stream above the fall, and their water."""
    lower = land.z < lip_z - 2.0
    half = torch.where(lower, _half_width(land.z), land.full(5.2)) + 2.4 * land.fbm("bank", 24.0, 3)
    level = torch.where(lower, FALL * land.z, LIP_M + FALL * (land.z - lip_z))
    depth = torch.where(lower, 1.1 + 1.3 * torch.exp(-(((land.z - lip_z + 14.0) / 16.0) ** 2)), land.full(0.6))
    out = beside - half
    bed = level - depth * (1.0 - rise(out, -6.0, 0.4)) + 0.22 * out.clamp(min=0.0) + 0.5 * out.clamp(min=2.0) - 1.0
    carved = torch.where(bed < height, blend(height, torch.minimum(height, bed), 1.0 - rise(out, 4.0, 26.0)), height)
    water = torch.where(out < 5.0, level, land.full(DRY_M))
    return carved, torch.where(lower | (land.z > lip_z), water, land.full(DRY_M))


def _detail(land: Land, slope: Tensor, beside: Tensor) -> Tensor:
    """Ledges, blocks and lumps down to the grid; little of it on the river bed."""
    rough = 0.12 + rise(slope, 0.25, 1.2)
    blocks = 1.1 * land.fbm("blocks", 13.0, 3) + 0.6 * land.fbm("lumps", 4.5, 3)
    return rough * blocks * rise(beside, 7.0, 17.0) + 0.25 * land.fbm("bed", 6.0, 3) * (1.0 - rise(beside, 7.0, 17.0))


def _surface(land: Land, height: Tensor, water: Tensor, beside: Tensor, lip_z: float) -> Ground:
    slope = land.slope(height)
    over = height - FALL * land.z
    shore = 1.0 - rise(over, 0.2, 1.4)
    green = (1.0 - rise(slope + 0.5 * land.fbm("green", 22.0, 4), 0.35, 0.62)) * rise(over, 0.5, 1.6)
    green = green * (0.35 + 0.65 * (1.0 - rise(over, 10.0, 40.0)))
    scrub = blend(land.paint(0.17, 0.15, 0.065), land.paint(0.10, 0.125, 0.04), rise(land.fbm("grass", 14.0, 4), -0.2, 0.3))
    earth = blend(land.paint(0.33, 0.20, 0.12), land.paint(0.44, 0.30, 0.19), rise(land.fbm("earth", 30.0, 5), -0.3, 0.3))
    albedo = blend(earth, scrub, green * 0.85)
    albedo = blend(albedo, land.paint(0.25, 0.205, 0.16) * (1.0 + 0.8 * land.fbm("gravel", 3.0, 3))[..., None], shore)
    fallen = rise(slope, 0.32, 0.5) * (1.0 - rise(slope, 0.85, 1.1)) * rise(over, 1.0, 4.0) * (1.0 - 0.7 * green)
    albedo = blend(albedo, land.paint(0.36, 0.235, 0.155) * (1.0 + 0.7 * land.fbm("scree", 5.0, 4))[..., None], 0.75 * fallen)
    varnish = 0.75 * rise(land.fbm("varnish", 9.0, 4) + 0.5 * land.fbm("wall", 60.0, 2), 0.0, 0.32) * rise(slope, 0.9, 1.8)
    albedo = blend(albedo, land.paint(0.13, 0.078, 0.055), varnish)
    damp = (1.0 - rise(beside + 6.0 * land.fbm("damp", 14.0, 3), 7.0, 17.0)) * (1.0 - rise((land.z - lip_z).abs(), 5.0, 16.0))
    damp = damp * rise(slope, 0.4, 0.9)  # the wall behind the fall
    albedo = blend(albedo, land.paint(0.095, 0.066, 0.048), damp)
    banded = rise(slope, 0.78, 1.2) * (1.0 - 0.6 * green) * (1.0 - shore) * (1.0 - 0.62 * varnish) * (1.0 - 0.8 * damp)
    speed = torch.where(land.z < lip_z, 0.5 + 9.0 / _half_width(land.z), land.full(2.2))
    drift = torch.from_numpy(np.gradient(_axis(land.warp.z.nodes()), land.warp.z.nodes()).astype(np.float32))[:, None]
    norm = torch.hypot(drift, torch.ones_like(drift))
    flow = torch.stack([-drift / norm * speed, -speed / norm], -1) * (1.0 - 0.7 * rise(beside, 3.0, 10.0))[..., None]
    return land.ground(
        height, albedo, rough=land.full(0.9) - 0.2 * shore - 0.45 * damp, porous=land.full(0.7) - 0.35 * banded,
        bumpy=(0.35 + 0.65 * rise(slope, 0.3, 0.6)).maximum(0.9 * shore).maximum(0.9 * fallen) * (1.0 - 0.5 * green),
        banded=banded, strata=bands(land, "canyon", BASES, (0.5, 3.5), -12.0, 420.0),
        water=water, flow=flow,
    )  # fmt: skip


def _plants(garden: Garden) -> tuple[Scatter, ...]:
    ground = garden.ground

    def near(x: np.ndarray, z: np.ndarray, low: float, high: float, steep: float) -> np.ndarray:
        over = ground.height_at(x, z) - FALL * z
        return ((over > low) & (over < high) & (ground.normal_at(x, z)[:, 1] > steep)).astype(float)

    def scree(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        up = ground.normal_at(x, z)[:, 1]
        return near(x, z, 1.5, 45.0, 0.7) * (up < 0.93)

    return (
        garden.sow("conifer", 330, (30.0, 420.0), (7.0, 19.0), 3.4, lambda x, z: near(x, z, 1.3, 60.0, 0.78), thin=0.7),
        garden.sow("conifer", 260, (160.0, 1500.0), (6.0, 14.0), 8.0, lambda x, z: near(x, z, 70.0, 400.0, 0.86), thin=0.6),
        garden.sow("broadleaf", 110, (26.0, 260.0), (4.0, 8.5), 5.0, lambda x, z: near(x, z, 0.7, 9.0, 0.85), thin=0.7),
        garden.sow("bush", 700, (7.0, 260.0), (0.4, 1.7), 1.3, lambda x, z: near(x, z, 0.8, 45.0, 0.72), thin=1.0),
        garden.sow("grass", 3600, (2.0, 60.0), (0.25, 0.7), 0.16, lambda x, z: near(x, z, 0.55, 8.0, 0.85), thin=1.3),
        garden.sow("reed", 380, (5.0, 70.0), (0.7, 1.5), 0.3, lambda x, z: near(x, z, -0.15, 0.4, 0.8), thin=1.1, dry=False),
        garden.sow("boulder", 220, (22.0, 260.0), (0.8, 4.2), 2.2, lambda x, z: near(x, z, -0.5, 12.0, 0.7), thin=0.9,
                   few=3.5, sink=0.2, dry=False, greens=0.06),
        garden.sow("rock", 500, (30.0, 240.0), (0.3, 2.2), 0.6, lambda x, z: scree(x, z), thin=0.6, few=3.5, sink=0.25,
                   dry=False, greens=0.08),
        garden.sow("rock", 1100, (2.0, 120.0), (0.15, 0.9), 0.5, lambda x, z: near(x, z, -0.4, 30.0, 0.5), thin=1.2,
                   few=3.0, sink=0.2, dry=False, greens=0.06),
        garden.sow("deadwood", 24, (5.0, 90.0), (0.5, 1.4), 5.0, lambda x, z: near(x, z, 0.2, 2.5, 0.85), thin=1.0),
    )  # fmt: skip
