"""A flower meadow with a great oak: long grass, a track to a gate, hedgerows, a vale of fields and woods, hills beyond."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch

from oyster_cli.script.models import Scene
from oyster_cli.state import draw
from oyster_cli.world import noise
from oyster_cli.world.ground import Ground
from oyster_cli.world.places.fields import fields
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise
from oyster_cli.world.places.planting import Garden, Where
from oyster_cli.world.site import Scatter, Site, Stand

OAK, OAK_M = (0.0, 44.0), 11.8  # x, z, height; the camera can go all around it
EYE_M = 1.6
TRACK = ((2.0, -60.0), (2.4, -20.0), (3.0, -4.0), (5.6, 10.0), (10.5, 27.0), (16.5, 48.0), (26.0, 74.0), (36.0, 104.0),
         (38.0, 150.0))  # fmt: skip
GATE_Z = 84.0
HEDGE_M = 88.0  # of the hedge around the meadow, off the oak
FIELD_M = 165.0
DRIFTS = {"buttercup": 13.0, "daisy": 10.0, "knapweed": 8.0}  # flowers and the width of their drifts


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The meadow, seen across the long grass to the oak."""
    land = Land.spread(seed, 2600.0, 900.0, 4200.0)
    ground = _ground(land)
    z = np.linspace(-60.0, 150.0, 141)
    track = polyline(_track(z), ground.height_at(_track(z), z), z)
    oak = np.array([OAK[0], float(ground.height_at(*OAK)), OAK[1]])
    stand = aim(np.array([0.0, float(ground.height_at(0.0, 0.0)) + EYE_M, 0.0]), oak, 0.355, 0.645, 28.0)
    fence = _fence(ground)
    spots = {
        "oak": np.append(oak, OAK_M).astype(np.float32), "path": track[40:100], "fence": fence,
        "gate": np.array([_track(GATE_Z), ground.height_at(_track(GATE_Z), GATE_Z), GATE_Z], np.float32),
    }  # fmt: skip
    spots["village"] = _village(ground, stand)
    scatters = _plants(land.seed, ground, stand, track)
    spots["perches"] = _perches(oak, fence, scatters)
    return Site("meadow", ground, stand, spots, scatters, -42.0, None, haze_scale_m=45.0, dew_haze_per_m=3.0e-4)


def _track(z: np.ndarray | float) -> np.ndarray:
    """x of the track."""
    x, along = np.array(TRACK).T
    z = np.asarray(z, float)
    return sum(np.interp(z + off, along, x) for off in (-9.0, -4.5, 0.0, 4.5, 9.0)) / 5.0


def _around_oak(x: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Metres off the oak, and off the hedge around the meadow (below 0 in the meadow)."""
    away = np.hypot(x - OAK[0], z - OAK[1])
    return away, away - _hedge_m(np.arctan2(x - OAK[0], z - OAK[1]))


def _hedge_m(angle: np.ndarray) -> np.ndarray:
    """How far off the oak the hedge runs, by the angle from +z towards +x."""
    return HEDGE_M * (1.0 + 0.14 * np.sin(2 * angle + 0.6) + 0.06 * np.sin(5 * angle))


def _ground(land: Land) -> Ground:
    x, z = land.x.numpy(), land.z.numpy()
    away, off_hedge = _tensors(*_around_oak(x, z))
    field, border = _tensors(*fields(x, z, land.key("fields"), FIELD_M))
    knoll = 1.1 * torch.exp(-((away / 24.0) ** 2))
    near = 0.05 * land.fbm("sod", 2.4, 3) + 0.22 * land.fbm("swell", 19.0, 3) * rise(away, 48.0, 70.0)
    vale = -15.0 * rise(away, 100.0, 340.0) + 2.2 * land.fbm("roll", 90.0, 3) * rise(away, 70.0, 150.0)
    downs = rise(away + 160.0 * land.fbm("foot", 420.0, 2), 330.0, 1250.0)
    downs = downs * (62.0 + 130.0 * land.fbm("downs", 820.0, 4, 0.42, damp=0.5))
    far = rise(away, 1500.0, 3200.0) * (70.0 + 260.0 * land.fbm("far", 1500.0, 4, damp=0.4)).clamp(min=0.0)
    beside = (land.x - torch.from_numpy(_track(land.warp.z.nodes()).astype(np.float32))[:, None]) * 0.93
    on = rise(land.z, -70.0, -55.0) * (1.0 - rise(land.z, 120.0, 150.0))
    ruts = torch.exp(-(((beside.abs() - 0.72) / 0.30) ** 2)) * on
    height = knoll + near + vale + downs.clamp(min=-6.0) + far - 0.10 * ruts
    return _surface(land, height, away, off_hedge, field, border, ruts)


def _surface(
    land: Land, height: Tensor, away: Tensor, off_hedge: Tensor, field: Tensor, border: Tensor, ruts: Tensor
) -> Ground:
    lush = blend(land.paint(0.072, 0.118, 0.026), land.paint(0.135, 0.158, 0.046), rise(land.fbm("lush", 8.0, 5), -0.25, 0.28))
    grass = blend(lush, land.paint(0.215, 0.185, 0.085), 0.55 * rise(land.fbm("hay", 21.0, 4), -0.05, 0.3))
    for name, rgb in (("buttercup", (0.42, 0.34, 0.02)), ("daisy", (0.42, 0.42, 0.36)), ("knapweed", (0.26, 0.09, 0.22))):
        grass = blend(grass, land.paint(*rgb), 0.22 * torch.from_numpy(_drift(land.seed, name, land.x, land.z)))
    crops = torch.tensor([(0.085, 0.13, 0.03), (0.12, 0.16, 0.045), (0.27, 0.22, 0.10), (0.10, 0.145, 0.05), (0.20, 0.19, 0.07),
                          (0.15, 0.115, 0.08), (0.075, 0.115, 0.028)])  # fmt: skip
    farmed = crops[(field * 6.99).long()] * (1.0 + 0.35 * land.fbm("crop", 60.0, 4))[..., None]
    hedged = 1.0 - rise(border + 2.0 * land.fbm("gap", 40.0, 2), 3.0, 8.0)
    farmed = blend(farmed, land.paint(0.035, 0.055, 0.02), hedged * 0.85)
    wood = torch.from_numpy(_wooded(land.seed, land.x, land.z))
    woods = blend(land.paint(0.032, 0.052, 0.02), land.paint(0.055, 0.08, 0.028), rise(land.fbm("leaf", 17.0, 4), -0.3, 0.3))
    outside = rise(off_hedge, -2.0, 4.0)
    albedo = blend(grass, blend(farmed, woods, wood), outside)
    albedo = blend(albedo, land.paint(0.05, 0.06, 0.025), 0.8 * torch.exp(-((off_hedge / 2.2) ** 2)))
    bare = (ruts * rise(land.fbm("rut", 3.0, 3), -0.45, 0.05)).maximum(0.75 * torch.exp(-((away / 1.9) ** 2)))
    earth = blend(land.paint(0.20, 0.145, 0.095), land.paint(0.29, 0.22, 0.15), rise(land.fbm("earth", 2.2, 3), -0.3, 0.3))
    albedo = blend(albedo, earth, bare)
    shade = 0.55 * torch.exp(-((away / 6.4) ** 4))
    bumpy = 0.54 - 1.5 * outside * hedged.maximum(wood)
    return land.ground(height, albedo, rough=land.full(0.95), porous=land.full(0.7), bumpy=bumpy, cover=shade)


def _drift(seed: int, flower: str, x: Tensor, z: Tensor) -> np.ndarray:
    """How thick a flower stands, 0 … 1: in drifts."""
    key = int(draw(seed, "drift", flower).integers(1 << 30))
    return np.asarray(rise(noise.fbm(x, z, DRIFTS[flower], key, 3), 0.04, 0.34).numpy())


def _wooded(seed: int, x: Tensor, z: Tensor) -> np.ndarray:
    """How much of a wood stands here, 0 … 1."""
    key = int(draw(seed, "wood").integers(1 << 30))
    return np.asarray(rise(noise.fbm(x, z, 420.0, key, 3), 0.13, 0.19).numpy())


def _fence(ground: Ground) -> np.ndarray:
    """(n, 3) feet of the posts of a fence beside the track and on either side of the gate."""
    z = np.arange(26.0, GATE_Z - 1.0, 2.4)
    left = polyline(_track(z) + 3.4, 0.0, z)
    return polyline(left[:, 0], ground.height_at(left[:, 0], left[:, 2]), left[:, 2])


def _village(ground: Ground, stand: Stand) -> np.ndarray:
    """(3,) where a church tower shows over the hedge, in the right third of the frame: the best seen ground that far off."""
    away, bearing = np.arange(460.0, 640.0, 10.0), math.radians(13.0)
    x, z = away * math.sin(bearing), away * math.cos(bearing)
    y = ground.height_at(x, z)
    k = int(np.argmax((y - stand.eye[1]) / away))
    return np.array([x[k], y[k], z[k]], np.float32)


def _circle(stand: Stand) -> np.ndarray:
    """(n, 3) where a camera goes that circles what the stand looks at."""
    eye, target = np.array(stand.eye), np.array(stand.target)
    rel, turn = eye - target, np.radians(np.arange(-90.0, 91.0, 3.0))
    x = target[0] + rel[0] * np.cos(turn) + rel[2] * np.sin(turn)
    return polyline(x, eye[1], target[2] + rel[2] * np.cos(turn) - rel[0] * np.sin(turn))


def _plants(seed: int, ground: Ground, stand: Stand, track: np.ndarray) -> tuple[Scatter, ...]:
    circle = _circle(stand)
    middle = Stand((OAK[0], float(ground.height_at(*OAK)), OAK[1]), stand.eye)  # seen from the oak the camera goes around it
    near = Garden(seed, ground, middle, (), ((circle, 0.75), (track, 1.75)))
    wide = Garden(seed, ground, middle, (), ((circle, 4.0), (track, 2.6)))

    def drift(flower: str, least: float = 0.03) -> Where:
        return lambda x, z: least + (1.0 - least) * _drift(seed, flower, *_tensors(x, z))

    def inside(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        return (_around_oak(x, z)[1] < -2.5).astype(float)

    def flowers(kind: str, count: int, height: tuple[float, float]) -> Scatter:
        return near.sow(kind, count, (6.0, 46.0), height, 0.3, drift(kind), thin=-0.6, fan_deg=50.0)

    return (
        near.sow("sward", 4600, (22.0, 45.5), (0.38, 0.82), 0.19, inside, thin=-1.6, fan_deg=46.0),
        near.sow("sward", 3400, (1.6, 72.0), (0.45, 0.8), 0.42, inside, thin=0.3, fan_deg=180.0),
        Garden(seed, ground, middle, (), ((circle, 0.75),)).lay(
            "turf", 1600, (14.0, 46.0), (0.12, 0.24), 0.3, _on_track, thin=0.0, fan_deg=36.0, greens=0.1, green=True
        ),
        flowers("buttercup", 900, (0.34, 0.62)), flowers("daisy", 900, (0.36, 0.66)), flowers("knapweed", 700, (0.4, 0.7)),
        _hedge(seed, ground),
        wide.sow("oak", 60, (60.0, 130.0), (6.0, 11.0), 8.0, _hedge_chance(4.0, 1.0), thin=0.0, fan_deg=180.0),
        wide.sow("broadleaf", 700, (105.0, 1100.0), (7.0, 14.0), 7.0, _vale(seed), thin=0.6, fan_deg=180.0),
        wide.sow("hedge", 420, (95.0, 420.0), (1.6, 3.4), 3.0, _vale(seed), thin=0.9, fan_deg=180.0),
    )  # fmt: skip


def _on_track(x: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Chance of short grass: on the track beside and between its ruts."""
    off = np.abs(x - _track(z))
    return np.where((off < 0.35) | ((off > 1.15) & (off < 2.3)), 1.0, 0.12 * (off < 2.3))


def _tensors(*lines: np.ndarray) -> Iterator[Tensor]:
    return (torch.from_numpy(np.asarray(line, np.float32)) for line in lines)


def _hedge_chance(wide_m: float, chance: float) -> Where:
    """Along the hedge, but not in the gateway."""

    def at(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        gate = np.hypot(x - _track(z), np.maximum(0.0, 30.0 - z)) < 5.0
        return chance * ((np.abs(_around_oak(x, z)[1]) < wide_m) & ~gate)

    return at


def _vale(seed: int) -> Where:
    """Along the borders of the fields outside the meadow, and all over the woods."""
    key = int(draw(seed, "ground", "fields").integers(1 << 30))

    def at(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        _, border = fields(x, z, key, FIELD_M)
        return np.maximum(0.75 * (border < 5.0), _wooded(seed, *_tensors(x, z))) * (_around_oak(x, z)[1] > 12.0)

    return at


def _hedge(seed: int, ground: Ground) -> Scatter:
    """Bushes shoulder to shoulder around the meadow."""
    rng = draw(seed, "meadow", "hedge")
    angle = np.linspace(0.0, math.tau, 620, endpoint=False) + rng.normal(0, 0.002, 620)
    out = _hedge_m(angle) + rng.normal(0, 0.35, 620)
    x, z = OAK[0] + out * np.sin(angle), OAK[1] + out * np.cos(angle)
    keep = _hedge_chance(9.0, 1.0)(x, z) > rng.random(620) * 0.97
    x, z = x[keep], z[keep]
    tall = rng.uniform(1.7, 2.9, len(x)) * (1.0 + 0.25 * np.sin(angle[keep] * 23.0))
    at = np.stack([x, ground.height_at(x, z) - 0.1, z], -1)
    tint = 1.0 + 0.14 * rng.standard_normal((len(x), 1)) + 0.07 * rng.standard_normal((len(x), 3))
    return Scatter("hedge", at.astype(np.float32), tall.astype(np.float32), (rng.random(len(x)) * math.tau).astype(np.float32),
                   tint.clip(0.5, 1.5).astype(np.float32))  # fmt: skip


def _perches(oak: np.ndarray, fence: np.ndarray, scatters: tuple[Scatter, ...]) -> np.ndarray:
    """(n, 3) where birds sit: in the oak, on the fence, in the hedge."""
    turn = np.arange(6) * math.tau / 6
    crown = oak + OAK_M * np.stack([0.42 * np.sin(turn), 0.55 + 0.25 * np.cos(2.6 * turn), 0.42 * np.cos(turn)], 1)
    hedge = next(each for each in scatters if each.kind == "hedge")
    low = hedge.at[::90] + np.stack([0 * hedge.height_m, hedge.height_m, 0 * hedge.height_m], -1)[::90]
    return np.concatenate([crown, fence[::4] + [0.0, 1.3, 0.0], low]).astype(np.float32)
