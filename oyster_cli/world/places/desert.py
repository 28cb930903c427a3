"""A sea of dunes: a great one whose brink winds from the camera to its top, gravel flats, smaller dunes, far sand and mesas."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.picture.curve import Curve
from oyster_cli.script.models import Scene
from oyster_cli.state import draw
from oyster_cli.world.ground import Ground
from oyster_cli.world.places.beds import bands, stained, stepped
from oyster_cli.world.places.dunes import REPOSE_TAN, Dunes, fused, heap, phase_of, ranks, slumped
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise, soft_max
from oyster_cli.world.places.planting import Garden, Where
from oyster_cli.world.site import Scatter, Site

# The great dune's brink: x and its height over the flats, by z.
BRINK = ((-420.0, 60.0, 4.0), (-120.0, 20.0, 7.0), (-40.0, 7.0, 8.2), (0.0, 1.1, 8.6), (14.0, -1.0, 8.3), (40.0, -8.0, 7.4),
         (75.0, -19.0, 8.6), (120.0, -25.0, 14.0), (172.0, -12.0, 28.0), (235.0, -30.0, 44.0), (300.0, -74.0, 38.0),
         (400.0, -112.0, 20.0), (540.0, -130.0, 7.0), (700.0, -150.0, 1.0))  # fmt: skip
FLAT = ((92.0, 150.0), (85.0, 175.0))  # middle and half axes of the gravel flat beside it
MESAS = ((1000.0, 3050.0, 300.0, 235.0), (1560.0, 3300.0, 300.0, 270.0), (480.0, 3500.0, 130.0, 190.0),
         (640.0, 3300.0, 46.0, 150.0), (1330.0, 2700.0, 60.0, 170.0), (230.0, 3600.0, 210.0, 150.0),
         (-700.0, 3500.0, 330.0, 210.0), (-1500.0, 3200.0, 300.0, 250.0))  # fmt: skip  # x z r top
HARD = ((16.0, 44.0, 70.0), (58.0, 84.0, 70.0), (96.0, 168.0, 140.0), (178.0, 232.0, 140.0))
ROCKS = ((0.36, 0.175, 0.10), (0.44, 0.25, 0.145), (0.30, 0.135, 0.085), (0.50, 0.33, 0.21), (0.40, 0.20, 0.115))
BRINKS = 900  # places that sand is blown off


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The dunes, seen from the back of the great one along its brink."""
    land = Land.spread(seed, 2500.0, 420.0, 3800.0)
    ground = _ground(land)
    eye = np.array([0.0, float(ground.height_at(0.0, 0.0)) + 1.5, 0.0])
    x, top = _brink(np.array(235.0))
    summit = np.array([float(x), float(top), 235.0])
    stand = aim(eye, summit, 0.36, 0.57, 28.0)
    spots = {"summit": summit.astype(np.float32), "brinks": _brinks(ground, seed)}
    scatters = tuple(_rusty(each) for each in _plants(Garden(seed, ground, stand, (tuple(summit),))))
    return Site("desert", ground, stand, spots, scatters, -158.0, None, haze_scale_m=420.0)


def _brink(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """x of the great dune's brink and its height."""
    at, x, tall = np.array(BRINK).T
    z = np.clip(z, at[0], at[-1])
    return Curve(at, x)(z), Curve(at, tall)(z)


def _great(land: Land) -> Dunes:
    """The dune in front of the camera."""
    z = land.z[:, 0].numpy().astype(float)
    x, tall = (torch.from_numpy(line.astype(np.float32))[:, None] for line in _brink(z))
    lean = torch.from_numpy(np.gradient(_brink(z)[0], z).astype(np.float32))[:, None]
    wander = 0.5 * land.fbm("wander", 30.0, 2) + 2.0 * land.fbm("sway", 60.0, 2) * rise(land.z, 30.0, 90.0)
    tall = tall * rise(torch.hypot(land.x, land.z), 700.0, 500.0)
    return heap((land.x - x + wander) / torch.sqrt(1.0 + lean * lean), tall)


def _far(land: Land, clear: Tensor) -> Dunes:
    """The erg: great dunes in ranks to the horizon."""
    away = rise(torch.hypot(land.x - 20.0, land.z - 120.0), 300.0, 540.0) * clear
    size = rise(land.fbm("erg", 700.0, 2), -0.42, 0.34)
    tall = 46.0 * (0.25 + 0.75 * size) * away * (1.0 - 0.6 * rise(land.z, 2300.0, 3200.0))
    return ranks(land, phase_of(land, "erg bend", 390.0, (0.97, -0.24), 0.34, 0.45 * size), 390.0, tall)


def _middle(land: Land, clear: Tensor) -> Dunes:
    """Crescents on the flats and on the backs of the great ones."""
    (x, z), (wide, deep) = FLAT
    bare = torch.hypot((land.x - x) / wide, (land.z - z) / deep) + 0.7 * land.fbm("shore", 60.0, 3)
    size = rise(land.fbm("crescent", 150.0, 2), -0.16, 0.34)
    tall = 9.5 * size * clear * rise(bare, 0.85, 1.25)
    return ranks(land, phase_of(land, "crescents", 96.0, (0.94, 0.34), 0.22, 0.55 * size), 96.0, tall)


def _small(land: Land, clear: Tensor) -> Dunes:
    """Dunes as high as a man, riding on the backs of the others near the camera."""
    size = rise(land.fbm("riders", 90.0, 2), -0.35, 0.30)
    away = torch.hypot(land.x, land.z)
    tall = 2.1 * size * clear * rise(away, 14.0, 60.0)
    return ranks(land, phase_of(land, "ride", 40.0, (0.86, 0.51), 0.12, 0.3 * size), 40.0, tall)


def _ground(land: Land) -> Ground:
    great = _great(land)
    far = _far(land, great.away(0.0, 150.0))
    middle = _middle(land, great.away(-4.0, 60.0) * far.open(70.0))
    small = _small(land, great.open(14.0) * middle.open(12.0) * far.open(20.0))
    swell = 1.6 * land.fbm("swell", 170.0, 3) * rise(torch.hypot(land.x, land.z), 20.0, 120.0)
    sand, faces = fused(swell + 0.22 * land.fbm("lump", 11.0, 2), [small, middle, far, great])
    slid = slumped(land, sand) - sand
    sand, faces = sand + slid, (faces[0] + slid, faces[1] + slid)
    rock = stepped(land, _mesas(land), HARD)
    height = soft_max(sand, rock, 3.0)
    bare = rock > sand - 6.0
    faces = torch.where(bare, height, faces[0]), torch.where(bare, height, faces[1])
    blown = small.height + middle.height + far.height + great.height
    return _surface(land, height, faces, blown, rise(rock - sand, -3.0, 4.0), _tongues(land, great))


def _mesas(land: Land) -> Tensor:
    """Tables of rock on the horizon with scree about their feet."""
    rock = land.full(-40.0)
    bent_x, bent_z = land.bent("mesa", 420.0, 55.0)
    buttress = 40.0 * land.blocks("buttress", 130.0, (bent_x, bent_z))[0]
    for x, z, radius, top in MESAS:
        away = torch.hypot(bent_x - x, (bent_z - z) * 0.8) - buttress
        foot = 0.40 * top * (1.0 - ((away - 0.8 * radius) / (0.9 * top)).clamp(0.0, 1.0)) ** 1.4
        cliff = 0.64 * top * (1.0 - rise(away, 0.70 * radius, 0.80 * radius))
        rock = rock.maximum(foot + cliff - 14.0)
    return rock


def _tongues(land: Land, dune: Dunes) -> Tensor:
    """Avalanches on a slip face, from the brink down, each a tongue that widens: -1 … 1, 0 elsewhere."""
    on = rise(dune.lee, 0.0, 0.5) * (1.0 - rise(dune.lee * REPOSE_TAN - dune.tall, -1.5, 0.0))
    down = (dune.lee.clamp(min=0.0) + 2.0) ** 0.7
    slid = land.fbm("tongue", 2.6, 3, at=(land.z, 0.9 * down)) + 0.6 * land.fbm("slide", 9.0, 2, at=(land.z, 1.6 * down))
    return on * (3.0 * slid).clamp(-1.0, 1.0)


def _surface(land: Land, height: Tensor, faces: tuple[Tensor, Tensor], blown: Tensor, stone: Tensor, tongues: Tensor) -> Ground:
    slope = land.slope(height)
    tone = rise(land.fbm("tone", 240.0, 4), -0.35, 0.35)
    sand = blend(land.paint(0.52, 0.305, 0.14), land.paint(0.58, 0.37, 0.185), tone)
    sand = blend(sand, land.paint(0.48, 0.28, 0.125), 0.7 * rise(slope, 0.45, 0.62))  # what slides here are the finer, redder
    sand = sand * (1.0 + 0.13 * tongues)[..., None]
    patch = land.fbm("lag", 38.0, 5)
    (x, z), (wide, deep) = FLAT
    flat = 1.0 - rise(torch.hypot((land.x - x) / wide, (land.z - z) / deep) + 0.5 * patch, 0.85, 1.25)
    flat = (0.45 + 0.55 * flat) * (1.0 - rise(blown + 0.5 * patch, 0.1, 0.55))
    gravel = flat * rise(patch + 0.5 * flat, 0.0, 0.3)
    pebble = rise(land.fbm("pebble", 3.0, 4), -0.3, 0.3)
    pebbles = blend(land.paint(0.36, 0.245, 0.15), land.paint(0.47, 0.335, 0.21), pebble)
    albedo = blend(sand, pebbles, gravel)
    albedo = blend(albedo, land.paint(0.36, 0.21, 0.125), stone)
    loose = (1.0 - gravel) * (1.0 - stone)
    return land.ground(
        height, albedo, rough=land.full(0.95), porous=land.full(0.7), bumpy=0.10 + 0.75 * gravel + 0.7 * stone,
        banded=torch.where(stone > 0.5, 0.8 * stone, -loose), faces=faces,
        strata=bands(land, "desert", ROCKS, (3.0, 16.0), -20.0, 330.0, 1.2),
    )  # fmt: skip


def _brinks(ground: Ground, seed: int) -> np.ndarray:
    """(n, 3) places on brinks before the camera that the wind takes sand off, the nearer the denser."""
    back, slip = (face.numpy() for face in ground.faces or ())
    over = back - slip
    row, column = np.nonzero(over[:, :-1] * over[:, 1:] < 0.0)
    part = over[row, column] / (over[row, column] - over[row, column + 1])
    x, z = ground.warp.x.to_world(column + part), ground.warp.z.to_world(row)
    away = np.hypot(x, z)
    rng = draw(seed, "desert", "brinks")
    great = np.abs(x - _brink(z)[0]) < 5.0
    seen = (away > 9.0) & (away < 700.0) & (np.abs(np.arctan2(x, z)) < 0.6)
    worth = seen * np.diff(ground.warp.z.nodes())[np.minimum(row, len(over) - 2)] * np.where(great, 6.0, 1.0)
    chosen = np.sort(rng.choice(len(x), BRINKS, replace=False, p=worth / worth.sum()))
    return polyline(x[chosen], ground.height_at(x[chosen], z[chosen]) + 0.15, z[chosen])


def _plants(garden: Garden) -> tuple[Scatter, ...]:
    ground = garden.ground

    def stony(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        i, j, _, _ = ground.warp.cell(x, z)
        return np.asarray(1.0 + ground.banded.numpy()[i, j])

    def gentle(share: float, low: float = 0.0) -> Where:
        return lambda x, z: (ground.normal_at(x, z)[:, 1] > 0.93) * (share * stony(x, z) + low)

    return (
        garden.sow("bush", 70, (30.0, 420.0), (0.35, 1.3), 4.0, gentle(0.7, 0.004), thin=0.6, few=1.6),
        garden.sow("dry grass", 900, (3.5, 60.0), (0.22, 0.75), 0.4, lambda x, z: gentle(0.2, 0.35)(x, z) * _clumps(x, z),
                   thin=1.2, few=1.5, sink=0.05),
        garden.sow("rock", 700, (8.0, 260.0), (0.05, 0.5), 0.5, gentle(0.9), thin=0.8, few=4.0, sink=0.35, greens=0.06),
        garden.sow("boulder", 40, (40.0, 420.0), (0.4, 1.5), 3.0, gentle(0.6), thin=0.6, few=3.0, sink=0.35, greens=0.05),
    )  # fmt: skip


def _rusty(each: Scatter) -> Scatter:
    """Stones of the desert's colour, leaves grey with dust."""
    tint = {"rock": (1.5, 0.95, 0.62), "boulder": (1.5, 0.95, 0.62), "bush": (1.5, 1.15, 1.5), "dry grass": (1.25, 1.1, 0.9)}
    return stained(each, tint[each.kind])


def _clumps(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Tufts stand together, left of the brink."""
    close = np.exp(-(((x + 3.4) / 1.6) ** 2) - ((z - 9.0) / 3.2) ** 2)
    behind = 0.5 * np.exp(-(((x + 9.0) / 3.0) ** 2) - ((z - 24.0) / 5.0) ** 2)
    return np.asarray(np.minimum(close + behind + 0.02, 1.0))
