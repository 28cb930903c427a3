"""A rocky coast: a headland to stand on, a cliff along one side, stacks and skerries where the surf breaks."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.script.models import Scene
from oyster_cli.state import draw
from oyster_cli.world.ground import Ground
from oyster_cli.world.places.beds import bands, stepped
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise, soft_max
from oyster_cli.world.places.planting import Garden
from oyster_cli.world.site import Scatter, Site

STACKS = ((31.0, 128.0, 7.0, 21.0), (45.0, 150.0, 3.6, 9.0), (-2.0, 240.0, 10.0, 30.0), (120.0, 420.0, 12.0, 24.0))  # x z r top
SKERRIES = ((-8.0, 24.0, 4.6, 1.5), (2.5, 31.0, 3.4, 0.9), (13.0, 43.0, 4.6, 2.3), (-13.0, 47.0, 5.5, 3.2),
            (6.0, 60.0, 3.6, 1.2), (26.0, 58.0, 3.0, 0.7), (44.0, 92.0, 4.0, 1.4), (-20.0, 78.0, 5.0, 2.4))  # fmt: skip
LIGHT = 6  # the skerry far enough out for a lighthouse
CLIFF_M = 56.0
HARD = ((3.5, 9.0, 7.0), (11.0, 21.0, 13.0), (23.0, 29.0, 7.0), (31.0, 44.0, 13.0), (47.0, 53.0, 7.0), (56.0, 72.0, 13.0))
BASES = ((0.185, 0.165, 0.15), (0.25, 0.225, 0.195), (0.145, 0.125, 0.115), (0.22, 0.185, 0.15), (0.30, 0.27, 0.23))


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The coast, seen from a low headland along the shore and out to sea."""
    land = Land.spread(seed, 2500.0, 500.0, 3600.0)
    ground = _ground(land)
    eye = np.array([0.0, float(ground.height_at(0.0, 0.0)) + 2.4, 0.0])
    stack = np.array([STACKS[0][0], 6.0, STACKS[0][1]])
    stand = aim(eye, stack, 0.66, 0.36, 26.0)
    cliff_z = np.linspace(60.0, 700.0, 40)
    rocks = np.array([[x, 0.0, z - 0.8 * r] for x, z, r, _ in SKERRIES + STACKS], np.float32)
    spots = {
        "rocks": rocks, "shore": polyline(_shore(cliff_z), 0.0, cliff_z),
        "cliff": polyline(_shore(cliff_z) - 30.0, CLIFF_M, cliff_z),
        "stack": np.array([stack[0], STACKS[0][3], stack[2]], np.float32), "lighthouse": _rock(ground),
    }  # fmt: skip
    scatters = _plants(Garden(seed, ground, stand, (tuple(stack),)))
    return Site("coast", ground, stand, spots, scatters, -105.0, 0.0, haze_scale_m=500.0)


def _shore(z: np.ndarray | float) -> np.ndarray:
    """x of the main shore: bays and headlands going away to the left."""
    z = np.asarray(z, float)
    return -46.0 - 0.05 * z - 30.0 * np.sin(z / 88.0 + 0.7) + 38.0 * np.sin(z / 260.0 - 0.4)


def _rock(ground: Ground) -> np.ndarray:
    """(3,) the crown of the skerry on which a lighthouse can stand."""
    x, z = SKERRIES[LIGHT][:2]
    return np.array([x, float(ground.height_at(x, z)) - 0.4, z], np.float32)


def _inland(land: Land) -> Tensor:
    """Metres inland of the main shore (negative at sea), ragged."""
    shore = torch.from_numpy(_shore(land.warp.z.nodes()).astype(np.float32))[:, None]
    main = 0.86 * (shore - land.x)
    behind = -26.0 - land.z
    bent = land.bent("joint", 30.0, 2.5, 2)
    ragged = 40.0 * land.fbm("bay", 120.0, 3) + 7.0 * land.blocks("buttress", 42.0, bent)[0]
    ragged = ragged + 3.0 * land.blocks("geo", 14.0, bent)[0]
    return soft_max(main, behind, 14.0) + ragged * rise(torch.hypot(land.x, land.z), 12.0, 60.0)


def _headland(land: Land) -> Tensor:
    """Height of the low rock the camera stands on: a stepped whaleback that dips into the sea."""
    bent_x, bent_z = land.bent("headland", 22.0, 1.5)
    across = (bent_x + 6.0 + 0.3 * bent_z).abs()
    ahead = (bent_z - 1.5).clamp(min=0.0)
    out = torch.hypot((across - 9.0).clamp(min=0.0), ahead)
    steps = 1.1 * (land.ridged("step", 7.0, 3) - 0.4) + 1.3 * land.fbm("slab", 11.0, 3)
    return 6.6 - 0.42 * out - 0.012 * out**2 + steps * rise(out, 0.5, 6.0) + 0.05 * (-land.z).clamp(min=0.0)


def _islands(land: Land, height: Tensor) -> Tensor:
    """Stacks with sheer sides, skerries awash."""
    height = height.clone()
    for x, z, radius, top in STACKS + SKERRIES:
        at, near = land.window(x, z, 4.5 * radius)
        sheer = top > 5.0
        ragged = radius * (0.6 if sheer else 1.7) * near.fbm(f"rock {x}", radius * 1.4, 3)
        if sheer:
            ragged = ragged + 2.4 * near.blocks("pillar", 9.0)[0] + 1.0 * near.blocks("rib", 3.6)[0]
        away = (torch.hypot(near.x - x, (near.z - z) * 0.8) + ragged).clamp(min=0.0)
        crown = 2.0 * near.fbm(f"crown {x}", radius * 0.7, 3)
        if sheer:
            apron = 1.6 - 0.55 * (away - radius * 1.1).clamp(min=0.0)
            slant = 0.22 * ((near.x - x) * 0.8 - (near.z - z) * 0.6 + 0.4 * radius) / radius
            rock = top * (1.05 - slant.clamp(-0.3, 0.3)) * (1.0 - rise(away, radius * 0.42, radius * 1.3)) + crown - 1.0
            rock = soft_max(rock, apron, 1.0)
        else:
            rock = top - 0.1 * (away * 2.2 / radius) ** 2.6 + 0.35 * crown
        height[at] = torch.where(away < radius * 3.0, height[at].maximum(rock.clamp(min=-9.0)), height[at])
    return height


def _ground(land: Land) -> Ground:
    inland = _inland(land)
    bed = (0.075 * inland).clamp(min=-34.0) - 1.2 * (1.0 - rise(inland, -14.0, 2.0)) + 1.5 * land.fbm("bed", 28.0, 4)
    shelf = 0.22 * inland.clamp(0.0, 16.0) + 1.0 * land.fbm("shelf", 9.0, 4) * rise(inland, 0.0, 5.0)
    high = CLIFF_M * (1.0 + 1.1 * land.fbm("top", 330.0, 3)) * rise(torch.hypot(land.x + 10.0, land.z), 34.0, 110.0)
    t = (inland - 12.0 - 8.0 * land.fbm("foot", 40.0, 2)) / 34.0
    cliff = high * rise(t, 0.0, 0.9)
    moor = 26.0 * rise(inland, 60.0, 500.0) * (1.0 + 1.4 * land.fbm("moor", 420.0, 5, damp=0.5))
    main = torch.where(inland > 0.0, shelf + cliff + moor, bed)
    height = _islands(land, soft_max(main, _headland(land).clamp(min=-14.0), 1.2))
    height = blend(height, stepped(land, height, HARD, 5.0), rise(torch.hypot(land.x, land.z), 28.0, 60.0))
    slope = land.slope(height)
    broken = rise(slope, 0.2, 1.1) * (1.0 - rise(-height, 1.0, 6.0))
    broken = broken * (1.0 - 0.7 * rise(height, 8.0, 14.0))
    height = height + broken * (1.6 * land.fbm("break", 12.0, 4) + 0.5 * land.blocks("slab", 3.4)[0])
    return _surface(land, height, inland)


def _surface(land: Land, height: Tensor, inland: Tensor) -> Ground:
    slope = land.slope(height)
    near = 1.0 - rise(torch.hypot(land.x, land.z), 28.0, 60.0)
    spray = height + 3.0 * land.fbm("salt", 20.0, 3)  # nothing grows where it is salt
    turf = (1.0 - rise(slope + 0.6 * land.fbm("turf", 16.0, 4), 0.45, 0.75)) * rise(spray, 9.0, 15.0)
    turf = turf.maximum(near * rise(0.4 - slope + 1.2 * land.fbm("tuft", 4.0, 4), 0.35, 0.55) * rise(height, 6.2, 7.0) * 0.6)
    rock = blend(land.paint(0.10, 0.09, 0.083), land.paint(0.23, 0.20, 0.17), rise(land.fbm("rock", 19.0, 5), -0.3, 0.3))
    rock = blend(rock, land.paint(0.29, 0.25, 0.17), 0.5 * rise(land.fbm("lichen", 3.2, 4), 0.1, 0.3) * rise(height, 4.0, 9.0))
    tide = height + 0.8 * land.fbm("tide", 8.0, 3)
    rock = blend(rock, land.paint(0.062, 0.060, 0.058), 1.0 - rise(tide, 2.2, 3.4))  # black lichen where spray wets it
    barnacles = rise(tide, 0.7, 1.2) * (1.0 - rise(tide, 1.9, 2.5)) * rise(land.fbm("barnacle", 2.4, 4), -0.2, 0.15)
    rock = blend(rock, land.paint(0.21, 0.20, 0.175), 0.75 * barnacles)
    rock = blend(rock, land.paint(0.075, 0.082, 0.03), rise(tide, -1.5, 0.1) * (1.0 - rise(tide, 0.6, 1.3)))
    grass = blend(land.paint(0.085, 0.105, 0.035), land.paint(0.17, 0.155, 0.06), rise(land.fbm("grass", 12.0, 5), -0.25, 0.3))
    sand = rise(-inland, 2.0, 14.0) * rise(0.25 - slope, 0.0, 0.15) * rise(-height, 0.5, 3.0)
    albedo = blend(blend(rock, grass, turf), land.paint(0.24, 0.21, 0.16), 0.8 * sand)
    wet = 1.0 - rise(tide, 0.8, 2.4)
    return land.ground(
        height, albedo, rough=land.full(0.9) - 0.55 * wet, porous=land.full(0.4) + 0.35 * turf,
        bumpy=(0.7 + 0.3 * rise(slope, 0.25, 0.8)) * (1.0 - 0.6 * turf),
        banded=0.75 * rise(slope, 0.8, 1.3) * rise(tide, 2.6, 5.0) * (1.0 - turf),
        strata=bands(land, "coast", BASES, (0.5, 2.6), -5.0, 120.0),
    )  # fmt: skip


def _plants(garden: Garden) -> tuple[Scatter, ...]:
    ground = garden.ground

    def on_turf(x: np.ndarray, z: np.ndarray, low: float) -> np.ndarray:
        height, up = ground.height_at(x, z), ground.normal_at(x, z)[:, 1]
        return ((height > low) & (up > 0.84)).astype(float) * (draw(garden.seed, "coast", "tufts").random(len(x)) < 0.8)

    def shore(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        height = ground.height_at(x, z)
        return ((height > -0.8) & (height < 6.0)).astype(float)

    return (
        garden.sow("grass", 1800, (1.6, 60.0), (0.12, 0.45), 0.16, lambda x, z: on_turf(x, z, 6.3), thin=1.2),
        garden.sow("bush", 260, (20.0, 400.0), (0.4, 1.3), 1.5, lambda x, z: on_turf(x, z, 14.0), thin=0.8),
        garden.sow("boulder", 190, (6.0, 300.0), (0.6, 3.4), 1.6, shore, thin=0.9, few=3.0, sink=0.3, greens=0.05, dry=False),
        garden.sow("rock", 900, (2.0, 90.0), (0.08, 0.6), 0.4, shore, thin=1.1, few=3.0, sink=0.3, greens=0.05, dry=False),
    )  # fmt: skip
