"""A coral reef under water: a slope of limestone grown over on one side, sand that falls away into the blue on the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from oyster_cli.script.models import Scene
from oyster_cli.state import draw
from oyster_cli.world.ground import Ground
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, rise, soft_max
from oyster_cli.world.places.planting import Garden, Where
from oyster_cli.world.site import Room, Scatter, Site

SURFACE_M = 15.0
# heads of coral rock on the sand: x, z, radius, top
HEADS = ((3.6, 10.5, 1.9, 2.0), (8.4, 15.5, 2.6, 2.9), (1.2, 18.0, 1.7, 1.6), (-0.2, 6.4, 0.9, 0.75), (14.0, 24.0, 3.4, 3.3),
         (5.0, 27.0, 2.6, 2.2), (19.5, 17.0, 2.2, 1.6), (9.5, 7.2, 1.3, 0.9), (23.0, 33.0, 4.0, 3.4))  # fmt: skip
VENTS = ((0.05, 4.7), (6.2, 12.6), (2.2, 8.6))  # where gas seeps out of the sand
# what each kind may be tinted with: factors on a pale bone colour
HARD = ((1.0, 0.84, 0.62), (0.72, 0.50, 0.34), (1.0, 0.58, 0.66), (0.62, 0.66, 0.50), (0.56, 0.54, 1.0), (1.1, 1.02, 0.86))
SOFT = ((0.80, 0.18, 0.46), (1.0, 0.30, 0.12), (0.62, 0.30, 0.85), (0.95, 0.66, 0.22))


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The reef, seen along its slope from over the sand."""
    land = Land.spread(seed, 130.0, 40.0, 190.0, 488, 0.145)
    ground = _ground(land)
    eye = np.array([0.0, float(ground.height_at(0.0, 0.0)) + 1.75, 0.0])
    whale = np.array([13.0, 9.6, 30.0])
    stand = aim(eye, whale, 0.655, 0.76, 15.5)
    spots = {"vents": _on(ground, VENTS), "heads": _on(ground, [head[:2] for head in HEADS]), "open": whale.astype(np.float32)}
    scatters = _growth(Garden(seed, ground, stand, ((5.0, 4.5, 14.0),)))
    return Site("reef", ground, stand, spots, scatters, 62.0, None, Room(1.8, -15.0, 0.04), 300.0, surface_m=SURFACE_M)


def _on(ground: Ground, at: object) -> np.ndarray:
    x, z = np.array(at, float).T
    return np.stack([x, ground.height_at(x, z), z], 1).astype(np.float32)


def _edge(z: Tensor) -> Tensor:
    """x where the reef's slope meets the sand."""
    return -3.4 - 1.6 * torch.sin(z / 6.5 + 0.5) - 0.9 * torch.sin(z / 2.9) + 0.10 * z.clamp(max=40.0)


def _rock(land: Land, bed: Tensor) -> Tensor:
    """The slope and the heads: stepped limestone with ledges and hollows."""
    x, z = land.bent("reef", 7.0, 0.75)
    inland = _edge(z) - x
    wall = 6.6 * rise(inland, -0.6, 9.5) + 1.3 * rise(inland, -0.5, 1.6) - 0.6
    steps = 0.55 * torch.sin(wall * 2.6 + 3.0 * land.fbm("ledge", 9.0, 2))
    rock = wall + steps * rise(inland, 0.5, 2.5) + 1.1 * land.fbm("lump", 3.4, 4) * rise(inland, -0.5, 3.0)
    rock = torch.where(inland > -3.0, rock, land.full(-20.0)) + bed.clamp(max=0.0)
    for k, (hx, hz, radius, top) in enumerate(HEADS):
        away = torch.hypot(x - hx, z - hz) / radius
        head = bed + top * (1.0 - away.clamp(min=0.0) ** 3.2) + 0.30 * land.fbm(f"head {k}", radius * 0.55, 3)
        rock = torch.where(away < 1.5, torch.maximum(rock, head), rock)
    return rock + 0.22 * (land.ridged("hole", 0.9, 2) - 0.4)


def _ground(land: Land) -> Ground:
    out = land.x - 0.25 * land.z
    bed = 0.35 * land.fbm("sand", 14.0, 3) - 0.055 * (out - 6.0).clamp(min=0.0) - 5.0 * rise(land.z, 30.0, 75.0)
    bed = bed - 14.0 * rise(out + 4.0 * land.fbm("drop", 20.0, 2), 22.0, 60.0)
    along = 0.82 * land.x + 0.57 * land.z + 1.5 * land.fbm("bend", 4.0, 2)
    ripple = torch.sin(along * (2 * np.pi / 0.62)) * (0.7 + 1.2 * land.fbm("ripple", 5.0, 2)).clamp(0.2, 1.2)
    rock = _rock(land, bed)
    near = 1.0 - rise(torch.hypot(land.x, land.z), 12.0, 26.0)  # farther the grid cannot carry ripples
    sand = bed + 0.022 * ripple * near
    height = soft_max(sand, rock, 0.16)
    return _surface(land, height, rise(rock - bed, -0.05, 0.12))


def _surface(land: Land, height: Tensor, stony: Tensor) -> Ground:
    pale = blend(land.paint(0.13, 0.12, 0.108), land.paint(0.19, 0.18, 0.165), rise(land.fbm("shell", 1.4, 4), -0.3, 0.3))
    turf = blend(land.paint(0.085, 0.075, 0.045), land.paint(0.21, 0.165, 0.115), rise(land.fbm("turf", 0.6, 4), -0.25, 0.25))
    crust = blend(land.paint(0.25, 0.11, 0.13), land.paint(0.28, 0.21, 0.11), rise(land.fbm("crust", 1.1, 3), -0.1, 0.1))
    crust = blend(crust, land.paint(0.13, 0.17, 0.09), rise(land.fbm("green", 1.6, 3), 0.05, 0.2))
    rock = blend(turf, crust, 0.85 * rise(land.fbm("patch", 0.5, 3), 0.0, 0.12))
    rock = blend(rock, land.paint(0.40, 0.37, 0.32), 0.7 * rise(land.fbm("bone", 0.42, 2), 0.22, 0.34))
    slope = land.slope(height)
    rock = rock * (1.15 - 0.35 * rise(slope, 0.8, 2.5))[..., None]
    rock = blend(rock, pale * 0.8, 0.35 * (1.0 - rise(slope, 0.1, 0.4)))  # sand lies on ledges
    albedo = blend(pale, rock, stony)
    return land.ground(height, albedo, rough=land.full(0.95), porous=land.full(0.0), bumpy=0.2 + 0.75 * stony)


def _growth(garden: Garden) -> tuple[Scatter, ...]:
    ground = garden.ground

    def stony(x: np.ndarray, z: np.ndarray, least: float = 0.0) -> np.ndarray:
        """1 on rock that is not too steep."""
        i, j, _, _ = ground.warp.cell(x, z)
        return (ground.bumpy.numpy()[i, j] > 0.45) & (ground.normal_at(x, z)[:, 1] > least)

    def rock(chance: float, least: float = 0.25) -> Where:
        return lambda x, z: chance * stony(x, z, least)

    def sand(chance: float) -> Where:
        return lambda x, z: chance * ~stony(x, z)

    kinds = (
        (garden.sow("table", 80, (4.0, 42.0), (0.22, 0.62), 1.5, rock(0.8, 0.5), thin=0.8, greens=0.0), HARD[1:5]),
        (garden.sow("staghorn", 520, (2.6, 40.0), (0.22, 0.75), 0.45, rock(0.75), thin=0.9, greens=0.0), HARD),
        (garden.sow("brain", 200, (2.6, 40.0), (0.14, 0.62), 0.5, rock(0.7), thin=0.9, few=2.2, sink=0.1, greens=0.0), HARD),
        (garden.sow("boulder coral", 380, (2.6, 40.0), (0.15, 0.6), 0.4, rock(0.8), thin=0.9, sink=0.15, greens=0.0), HARD),
        (garden.sow("staghorn", 520, (2.3, 22.0), (0.07, 0.2), 0.14, rock(0.9), thin=1.0, greens=0.0), HARD + SOFT),
        (garden.sow("tube sponge", 130, (2.6, 40.0), (0.25, 0.8), 0.6, rock(0.6), thin=0.9, greens=0.0), SOFT[1:]),
        (garden.sow("sea fan", 110, (2.8, 40.0), (0.4, 1.25), 0.7, rock(0.6), thin=0.9, greens=0.0), SOFT),
        (garden.sow("staghorn", 26, (3.0, 30.0), (0.2, 0.5), 1.6, sand(0.5), thin=0.8, greens=0.0), HARD[:3]),
        (garden.sow("weed", 260, (3.5, 30.0), (0.12, 0.34), 0.16, sand(0.55), thin=1.2, greens=0.1), ()),
        (garden.sow("rock", 240, (2.0, 40.0), (0.03, 0.22), 0.2, sand(0.6), thin=1.1, few=2.5, sink=0.3, greens=0.05),
         ((1.5, 1.3, 1.1),)),
    )  # fmt: skip
    return tuple(_tinted(garden.seed, k, scatter, tints) for k, (scatter, tints) in enumerate(kinds))


def _tinted(seed: int, number: int, scatter: Scatter, tints: tuple[tuple[float, float, float], ...]) -> Scatter:
    """Each of a scatter in one of some colours, lighter or darker; neighbours are often of one colour."""
    if not tints or not len(scatter.at):
        return scatter
    rng = draw(seed, "reef", "tint", number)
    patch = np.sin(scatter.at[:, 0] * 0.9 + number) + np.sin(scatter.at[:, 2] * 0.8 + 2.0 * number)
    which = ((patch + 2.0) / 4.0 * len(tints) + rng.normal(0, 0.6, len(patch))).astype(int) % len(tints)
    tint = np.array(tints)[which] * (1.0 + 0.18 * rng.standard_normal((len(patch), 1)))
    return replace(scatter, tint=tint.clip(0.05, 1.7).astype(np.float32))
