"""A limestone cave: a chamber with a black pool, stalactites and columns, and a passage back to where day comes in."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from scipy.spatial import cKDTree

from oyster_cli.picture.kinds import Mesh, Prop, join
from oyster_cli.script.models import Scene
from oyster_cli.world.ground import DRY_M, Ground
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.hollow import Hollow
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise
from oyster_cli.world.places.planting import distance_to
from oyster_cli.world.places.stones import grow
from oyster_cli.world.shapes import dripstone
from oyster_cli.world.shapes.cavern import Tube, openness, patches
from oyster_cli.world.site import Roof, Site

# metres along z, middle x, half width, height of the roof
PLAN = np.array([
    (-9.0, 0.2, 0.3, 1.2), (-6.0, 0.3, 3.4, 2.6), (-2.5, 0.4, 5.2, 3.1), (1.0, 0.5, 6.2, 3.5), (5.0, 0.6, 7.2, 4.1),
    (9.0, 0.7, 7.8, 4.5), (12.5, 1.0, 6.4, 4.4), (15.5, 1.7, 4.0, 3.8), (18.5, 2.4, 2.6, 3.1), (23.0, 2.9, 2.3, 2.8),
    (28.0, 3.4, 2.9, 3.5), (33.0, 5.0, 2.6, 3.1), (38.0, 8.2, 2.2, 2.8), (42.0, 12.0, 2.2, 2.6), (46.0, 16.0, 0.3, 1.2),
])  # fmt: skip
POOL, POOL_M = (0.3, 5.3), (4.4, 3.6)  # middle x, z and half lengths; its water lies at height 0
TORCH = (-1.55, 8.3)  # x, z
SEEN = (-0.9, 5.9)  # x, z of the water in which the flame is seen
PATH = ((-4.7, 0.5), (-5.0, 4.0), (-4.7, 7.6), (-3.0, 9.9), (-0.4, 10.7), (1.3, 12.4), (2.2, 16.0), (2.5, 19.0), (2.9, 24.0),
        (3.4, 29.0))  # fmt: skip
FIRE = (0.6, 10.2)  # where one would make a fire
OPENING = (6.6, 1.7, 35.0)  # where daylight comes round the last bend
WALLS = np.array([(-6.6, 1.6, 7.5), (7.4, 1.8, 6.0), (1.2, 4.2, 13.0)])  # that answer first: left, right, and over the passage
FAINT = (2.4e-5, 3.6e-5, 5.6e-5)
FLOCK_M = 1.2
SAMPLES = 9  # of a stone's light along its axis
EYE_M = 1.05  # above the floor: one kneels at the water


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The chamber, seen over the pool to the torch and the passage behind it."""
    tube = Tube(seed, PLAN)
    land = Land.spread(seed, 13.0, 10.0, 48.0, 257, 0.10)
    ground = _ground(land, tube)
    torch_at = np.array([TORCH[0], float(ground.height_at(*TORCH)), TORCH[1]], np.float32)
    eye = np.array([0.0, float(ground.height_at(0.0, 0.0)) + EYE_M, 0.0])
    points, normals = tube.grid()
    above = points[normals[..., 1] < -0.35]
    stones = grow(seed, ground, tube, cKDTree(above[:, [0, 2]]), above[:, 1], _apart(torch_at, eye))
    lights = (torch_at + [0.0, 0.9, 0.0], np.array(OPENING))
    hollow = Hollow(tube, points.reshape(-1, 3), stones, lights)
    fixtures = [*_wall(tube, points, normals, hollow), *_stones(stones, hollow)]
    spots = {"torch": torch_at, "path": _on(ground, PATH), "campfire": _on(ground, (FIRE,))[0], "opening": np.array(OPENING),
             "drips": _drips(stones, ground, eye), "pool": np.array([POOL[0], 0.0, POOL[1], *POOL_M]),
             "walls": WALLS}  # fmt: skip
    stand = aim(eye, torch_at, 0.34, 0.49, 20.0)
    roof = Roof(*hollow.room(), FAINT, wet=1.0, visibility_m=260.0, temperature_c=11.0)
    return Site("cave", _shaded(ground, hollow), stand, spots, haze_scale_m=400.0, roof=roof,
                fixtures=tuple(fixtures))  # fmt: skip


def _apart(torch_at: np.ndarray, eye: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray, float], ...]:
    """Lines in plan, and metres about them, that no stone may stand on: the views to the torch and into the passage."""
    here = eye[[0, 2]]
    path = tuple((np.array(a), np.array(b), 0.75) for a, b in pairwise(PATH))
    return (
        *path, (np.array(FIRE), np.array(FIRE) + 0.01, 1.0),
        (here, torch_at[[0, 2]] + [0.0, 0.6], 0.8), (here, np.array([2.4, 19.0]), 0.9),
        (here - [0.0, 3.0], here + [0.0, 2.0], 1.1), (np.array([2.4, 19.0]), np.array([3.4, 29.0]), 1.3),
    )  # fmt: skip


def _on(ground: Ground, line: tuple[tuple[float, float], ...]) -> np.ndarray:
    x, z = np.array(line).T
    return polyline(x, ground.height_at(x, z), z)


def _ground(land: Land, tube: Tube) -> Ground:
    middle, wide, _ = (torch.from_numpy(value).float()[:, None] for value in tube.at(land.warp.z.nodes().astype(float)))
    aside = ((land.x - middle) / wide).abs()
    away = torch.hypot((land.x - POOL[0]) / POOL_M[0], (land.z - POOL[1]) / POOL_M[1])
    edge = away - 1.0 + 1.0 * land.fbm("shore", 3.0, 3) + 0.22 * land.fbm("bay", 0.8, 3)
    bank = 0.26 * rise(edge, -0.02, 0.42) + 0.10 * torch.exp(-(((edge - 0.05) / 0.05) ** 2))  # rimstone, as calcite sets
    bed = -0.75 * rise(-edge, 0.0, 0.55) - 0.04
    height = blend(bed, bank, rise(edge, -0.05, 0.04))
    out = rise(edge, 0.0, 0.5)
    lumps = 0.55 * land.fbm("floor", 4.5, 4) + 0.13 * (land.ridged("block", 1.7, 3) - 0.3) + 0.10 * land.fbm("clod", 0.6, 3)
    height = height + lumps * (0.12 + 0.88 * out) * (0.45 + 0.55 * rise(torch.hypot(land.x, land.z), 1.0, 3.5))
    height = height + 1.2 * rise(aside, 0.62, 1.02) ** 2 * (1.0 + 0.8 * land.fbm("slope", 2.2, 2))
    height = height + 0.55 * rise(land.z, 13.0, 22.0)
    by_torch = torch.exp(-(((land.x - TORCH[0]) ** 2 + (land.z - TORCH[1]) ** 2) / 0.7**2))
    height = blend(height, land.full(0.22), by_torch)
    x, z = np.array(PATH).T
    beside = torch.from_numpy(distance_to(polyline(x, 0.0, z), land.x.numpy(), land.z.numpy())).float()
    height = blend(height, height.clamp(min=0.14), torch.exp(-((beside / 0.7) ** 2)))
    return _surface(land, height, edge)


def _surface(land: Land, height: Tensor, edge: Tensor) -> Ground:
    mud = blend(land.paint(0.10, 0.077, 0.055), land.paint(0.19, 0.145, 0.10), rise(land.fbm("mud", 2.6, 5), -0.3, 0.3))
    crust = blend(land.paint(0.40, 0.33, 0.24), land.paint(0.30, 0.20, 0.11), rise(land.fbm("crust", 0.9, 4), -0.3, 0.3))
    crusted = rise(land.fbm("calcite", 2.3, 4) + 0.30 * torch.exp(-((edge / 0.25) ** 2)), 0.08, 0.24)
    albedo = blend(mud, crust, crusted) * (1.0 + 0.5 * land.fbm("grit", 0.5, 3))[..., None]
    soot = torch.exp(-(((land.x - TORCH[0]) ** 2 + (land.z - TORCH[1]) ** 2) / 1.3**2))
    albedo = blend(albedo, land.paint(0.045, 0.038, 0.03), 0.85 * soot)
    albedo = blend(albedo, land.paint(0.08, 0.07, 0.05), rise(-edge, 0.0, 0.3))
    return land.ground(
        height, albedo, rough=land.full(0.62) + 0.12 * (1.0 - crusted) + 0.26 * soot, porous=land.full(0.25),
        bumpy=0.8 - 0.3 * crusted, water=torch.where(edge < 0.1, land.full(0.0), land.full(DRY_M)),
    )  # fmt: skip


def _shaded(ground: Ground, hollow: Hollow) -> Ground:
    """The ground with what reaches it of the place's lamps in its colour, and no sky."""
    x, z = np.meshgrid(ground.warp.x.nodes(), ground.warp.z.nodes())
    share = torch.from_numpy(hollow.lit_grid(np.stack([x, ground.height.numpy() + 0.04, z], -1))).float()
    return replace(ground, albedo=(ground.albedo * share[..., None]).contiguous(), sky_view=torch.full_like(ground.height, 0.6))


def _wall(tube: Tube, points: np.ndarray, normals: np.ndarray, hollow: Hollow) -> list[Prop]:
    here = np.eye(3, 4, dtype=np.float32)[None]
    seen = openness(points, normals)
    light = hollow.lit_grid(points + 0.08 * normals) * (0.45 + 0.55 * seen)
    colours = tube.colours(points, normals) * light[..., None]
    return [Prop(tuple(levels), here) for levels in patches(points, normals, colours, seen)]


def _stones(stones: list[dripstone.Stone], hollow: Hollow) -> list[Prop]:
    """Each in the light that its axis has at SAMPLES heights; that it shades itself follows from its normals."""
    t = np.linspace(0.05, 0.95, SAMPLES)[:, None]
    axes = np.stack([stone.foot + t * (stone.head - stone.foot) for stone in stones])
    light = hollow.lit(axes.reshape(-1, 3), np.repeat(np.arange(len(stones)), SAMPLES)).reshape(len(stones), SAMPLES)
    flocks: dict[tuple[int, ...], list[list[Mesh]]] = {}
    for k, (stone, share) in enumerate(zip(stones, light, strict=True)):
        way = (stone.head - stone.foot) / max(float((stone.head - stone.foot) @ (stone.head - stone.foot)), 1e-6)
        meshes = []
        for mesh in dripstone.levels(stone):
            here = np.interp((mesh.points - stone.foot) @ way, t[:, 0], share)[:, None]
            colours = (mesh.colours * here).astype(np.float32)
            meshes.append(replace(mesh, colours=colours, shade=np.full(len(here), 0.7, np.float32)))
        thin = stone.radius_m <= dripstone.THIN_M  # thin ones that hang together are drawn together
        near = np.floor(stone.head[[0, 2]] / FLOCK_M).astype(int).tolist()
        flocks.setdefault((len(meshes), *near) if thin else (-k - 1,), []).append(meshes)
    here = np.eye(3, 4, dtype=np.float32)[None]
    return [Prop(tuple(join(list(level)) for level in zip(*flock, strict=True)), here) for flock in flocks.values()]


def _drips(stones: list[dripstone.Stone], ground: Ground, eye: np.ndarray) -> np.ndarray:
    """(n, 4): tips of stalactites that drip, and the height of what lies under each; most over the pool, some all around."""
    tips = np.array([stone.foot for stone in stones if stone.kind == "stalactite"])
    floor, water = ground.height_at(tips[:, 0], tips[:, 2]), ground.water_at(tips[:, 0], tips[:, 2])
    wet, under = water > floor, np.maximum(floor, water)
    seen = np.hypot(tips[:, 0] - SEEN[0], tips[:, 2] - SEEN[1])
    order = np.lexsort((np.where(wet, seen, np.hypot(tips[:, 0] - eye[0], tips[:, 2] - eye[2])), ~wet))
    chosen: list[int] = []
    for k in order:
        if all(np.hypot(*(tips[k] - tips[other])[[0, 2]]) > (0.9 if wet[k] else 2.2) for other in chosen):
            chosen.append(int(k))
    pool, stone = [k for k in chosen if wet[k]][:6], [k for k in chosen if not wet[k]][:6]
    return np.column_stack([tips[pool + stone], under[pool + stone]])
