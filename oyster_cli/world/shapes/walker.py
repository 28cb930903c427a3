"""A walking figure: one mesh a body part, each in the frame that gait.py gives it. Lengths are shares of body height."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oyster_cli.picture.kinds import CLOTH, METAL, Mesh, join
from oyster_cli.picture.mesh import boxes, lattice, loft, placed, surface, tube, turn
from oyster_cli.world.shapes.gait import (
    ANKLE,
    BALL,
    FOREARM,
    HEEL,
    HIP,
    PARTS,
    SHANK,
    SHOULDER,
    THIGH,
    TOE,
    UPPER_ARM,
)
from oyster_cli.world.shapes.hand import hand
from oyster_cli.world.shapes.head import head

Rgb = tuple[float, ...]
# Limbs from the joint down: rows of (height, radius). Sleeves and trouser legs are wider than what is in them.
LEG = {
    "thigh": [(0.03, 0.050), (0.0, 0.056), (-0.1, 0.051), (-0.2, 0.0435), (-THIGH, 0.0405), (-THIGH - 0.022, 0.034),
              (-THIGH - 0.036, 0.018)],
    "shank": [(0.036, 0.018), (0.022, 0.034), (0.0, 0.0405), (-0.05, 0.0405), (-0.13, 0.0365), (-SHANK + 0.045, 0.0345),
              (-SHANK + 0.020, 0.0375), (-SHANK + 0.004, 0.0365), (-SHANK + 0.008, 0.026)],
}  # fmt: skip
ARM = {
    "upper_arm": [(-0.001, 0.010), (-0.005, 0.020), (-0.015, 0.0285), (-0.033, 0.0335), (-0.06, 0.0340), (-0.11, 0.0325),
                  (-UPPER_ARM, 0.0305), (-UPPER_ARM - 0.018, 0.025), (-UPPER_ARM - 0.028, 0.012)],
    "forearm": [(0.028, 0.012), (0.018, 0.025), (0.0, 0.0305), (-0.05, 0.0300), (-0.10, 0.0275), (0.010 - FOREARM, 0.0265),
                (0.002 - FOREARM, 0.0262), (0.004 - FOREARM, 0.019)],
}  # fmt: skip
CUFF = [(0.030 - FOREARM, 0.0262), (0.032 - FOREARM, 0.0290), (0.003 - FOREARM, 0.0290), (0.001 - FOREARM, 0.0262)]
TRUNK = [(0.015, 0.090, 0.066, 0.0), (0.06, 0.085, 0.064, 0.003), (0.12, 0.089, 0.068, 0.006),
         (0.180, 0.101, 0.073, 0.005), (0.222, 0.110, 0.072, 0.001), (0.252, 0.116, 0.066, -0.005),
         (0.274, 0.113, 0.057, -0.010), (0.288, 0.100, 0.052, -0.011), (0.299, 0.080, 0.047, -0.010),
         (0.311, 0.058, 0.043, -0.008), (0.328, 0.042, 0.038, -0.004)]  # fmt: skip
HEMS = {
    "coat": (-0.255, 0.128, 0.102),
    "jacket": (-0.070, 0.117, 0.090),
    "skirt": (-0.215, 0.128, 0.112),
}  # height, width, depth


@dataclass(frozen=True)
class Dress:
    """What a figure wears. Colours are linear albedo. cut: coat, jacket or skirt; worn: see head.head()."""

    coat: Rgb = (0.055, 0.060, 0.075)
    trousers: Rgb = (0.035, 0.035, 0.04)
    shoes: Rgb = (0.045, 0.03, 0.022)
    skin: Rgb = (0.36, 0.22, 0.155)
    hair: Rgb = (0.045, 0.03, 0.02)
    scarf: Rgb | None = (0.32, 0.045, 0.035)
    skirt: Rgb = (0.10, 0.02, 0.03)
    cut: str = "coat"
    worn: str = "hair"
    rucksack: Rgb | None = None


LOOKS = (
    Dress(),
    Dress(coat=(0.20, 0.045, 0.03), scarf=None, cut="jacket", worn="long", skin=(0.42, 0.27, 0.20), hair=(0.05, 0.022, 0.010),
          trousers=(0.03, 0.04, 0.07)),
    Dress(coat=(0.17, 0.12, 0.07), worn="hat", scarf=(0.09, 0.09, 0.10), skin=(0.30, 0.17, 0.11)),
    Dress(coat=(0.03, 0.07, 0.06), cut="jacket", worn="hood", scarf=None, rucksack=(0.16, 0.07, 0.02),
          trousers=(0.07, 0.065, 0.05), skin=(0.16, 0.085, 0.05)),
    Dress(coat=(0.16, 0.16, 0.165), cut="skirt", worn="long", scarf=(0.20, 0.10, 0.02), skirt=(0.06, 0.03, 0.05),
          hair=(0.02, 0.015, 0.012), skin=(0.38, 0.24, 0.16)),
    Dress(coat=(0.035, 0.033, 0.03), worn="beanie", scarf=None, trousers=(0.06, 0.055, 0.05), skin=(0.24, 0.13, 0.08)),
    Dress(coat=(0.30, 0.22, 0.10), worn="long", scarf=(0.05, 0.06, 0.10), skin=(0.44, 0.29, 0.22), hair=(0.28, 0.16, 0.06)),
)  # fmt: skip


def dressed(k: int, coat: Rgb | None = None) -> Dress:
    """One of the looks that people have; the first is that of a man alone. coat: in this colour."""
    look = LOOKS[k % len(LOOKS)]
    return look if coat is None else replace(look, coat=coat)


def in_levels(height_m: float, dress: Dress) -> list[tuple[Mesh, ...]]:
    """The parts of walker() in levels of detail: parts are small, so that they stay fine until they are a few pixels."""
    fine, coarse = walker(height_m, dress), walker(height_m, dress, fine=False)
    return [(near, near, near, far) for near, far in zip(fine, coarse, strict=True)]


def walker(height_m: float = 1.75, dress: Dress = Dress(), fine: bool = True) -> list[Mesh]:
    """The body's parts in the order of gait.PARTS: some 4000 triangles, or 600 to be seen from afar. No joint gapes."""
    legs = dress.skin if dress.cut == "skirt" else dress.trousers
    slim = 0.80 if dress.cut == "skirt" else 1.0
    made = {name: _limb(rows, legs, fine, 1.08, slim) for name, rows in LEG.items()}
    made |= {name: _limb(rows, dress.coat, fine) for name, rows in ARM.items()}
    if fine:
        made["forearm"] = join([made["forearm"], _limb(CUFF, tuple(0.85 * c for c in dress.coat), fine)])
    made |= {"pelvis": _pelvis(dress, fine), "torso": _torso(dress, fine)}
    made |= {"head": head(dress.skin, dress.hair, dress.coat, dress.worn, fine)}
    made |= {"foot": _foot(dress, fine), "toe": _toe(dress, fine), "hand": hand(dress.skin, fine)}
    made |= {"skirt_front": _skirt(dress, 1, fine), "skirt_back": _skirt(dress, -1, fine)}
    return [placed(made.get(part) or _sided(made, part), scale=height_m) for part in PARTS]


def _sided(made: dict[str, Mesh], part: str) -> Mesh:
    name, _, side = part.rpartition("_")
    return placed(made[name], scale=(-1.0, 1.0, 1.0)) if side == "left" else made[name]


def _turned(rows: list[tuple[float, float, float, float]], colour: Rgb, sides: int, square: float = 1.0) -> Mesh:
    """A body of level rings out of rows of (height, half width, half depth, ahead); square below 1: boxier than ellipses."""
    angle = np.arange(sides) * (-2 * np.pi / sides)
    cos, sin = (np.sign(f) * np.abs(f) ** square for f in (np.cos(angle), np.sin(angle)))
    rings = np.array([np.stack([w * cos, np.full(sides, y), ahead + d * sin], -1) for y, w, d, ahead in rows])
    return loft(rings if rows[0][0] < rows[-1][0] else rings[::-1], colour, CLOTH)


def _limb(rows: list[tuple[float, float]], colour: Rgb, fine: bool, deep: float = 1.0, slim: float = 1.0) -> Mesh:
    """A limb from its joint down; cloth creases where it bends."""
    kept = rows if fine else rows[1::2]
    return _turned([(y, slim * r, slim * r * deep, 0.0) for y, r in kept], colour, 7 if fine else 5)


def _pelvis(dress: Dress, fine: bool) -> Mesh:
    rows = [(-0.06, 0.045, 0.045, -0.004), (-0.035, 0.088, 0.066, -0.004), (0.0, 0.097, 0.073, -0.006), (0.09, 0.07, 0.05, 0.0)]
    return _turned(rows, dress.skirt if dress.cut == "skirt" else dress.trousers, 12 if fine else 6)


def _torso(dress: Dress, fine: bool) -> Mesh:
    """Waist, chest and shoulders, measured from the hips; collar, lapels, buttons, belt, scarf and rucksack."""
    trunk = _turned(TRUNK if fine else TRUNK[::3] + TRUNK[-1:], dress.coat, 16 if fine else 8, 0.85)
    top, dark = SHOULDER - HIP, tuple(0.6 * c for c in dress.coat)
    if not fine:
        return join([trunk, *_rucksack(dress)])
    parts = [trunk, _collar(dress.coat, top), *_lapels(dress, top), *_rucksack(dress)]
    if dress.cut != "jacket":
        belt_rows = [(0.058, 0.088, 0.066), (0.061, 0.0915, 0.070), (0.079, 0.0905, 0.070), (0.082, 0.085, 0.064)]
        parts.append(_turned([(y, w, d, 0.002) for y, w, d in belt_rows], dark, 14, 0.85))
        parts.append(boxes([-0.012, 0.057, 0.068], [0.012, 0.083, 0.0765], (0.25, 0.2, 0.12), METAL, without=("z-",)))
    if dress.scarf:
        rows = [
            (0.020, 0.047, 0.045),
            (0.030, 0.054, 0.052),
            (0.046, 0.052, 0.050),
            (0.060, 0.043, 0.043),
            (0.064, 0.032, 0.032),
        ]
        parts.append(_turned([(top + y, w, d, 0.002) for y, w, d in rows], dress.scarf, 10))
        end = [(-0.030, top + 0.035, 0.046), (-0.034, top, 0.060), (-0.036, top - 0.06, 0.074), (-0.038, top - 0.125, 0.080)]
        parts.append(_strip(np.array(end), 0.036, dress.scarf))
    return join(parts)


def _strip(path: np.ndarray, wide: float, colour: Rgb) -> Mesh:
    """A flat band of cloth along a path, lying on what is behind it."""
    edges = np.stack([path - [wide / 2, 0, 0.004], path + [0, 0, 0.004], path + [wide / 2, 0, -0.004]])
    return surface(edges.reshape(-1, 3), lattice(3, len(path)), np.asarray(colour), CLOTH)


def _collar(coat: Rgb, top: float) -> Mesh:
    """A collar that stands up at the neck and is open in front."""
    angle = np.linspace(0.20, 1.80, 11) * np.pi  # 0 is ahead
    ways = np.stack([np.sin(angle), np.zeros(11), np.cos(angle)], -1)
    rows = [(0.020, 0.050, 0.046), (0.044, 0.052, 0.050), (0.060, 0.048, 0.047), (0.058, 0.044, 0.043), (0.030, 0.040, 0.038)]
    rings = np.stack([ways * [w, 0, d] + [0, top + y - 0.010 * max(0, k - 3), -0.006] for k, (y, w, d) in enumerate(rows)])
    return loft(rings, tuple(0.85 * c for c in coat), CLOTH, caps=False, closed=False)


def _lapels(dress: Dress, top: float) -> list[Mesh]:
    """Two lapels down to the closing, its edge and its buttons."""
    light, dark = tuple(1.25 * c for c in dress.coat), tuple(0.45 * c for c in dress.coat)
    parts = []
    for side in (-1, 1):
        outline = np.array([(0.018, 0.030, 0.036), (0.054, -0.012, 0.056), (0.040, -0.020, 0.064), (0.052, -0.030, 0.065),
                            (0.004, -0.125, 0.0795), (0.004, -0.02, 0.066)])  # fmt: skip
        points = outline * [side, 1, 1] + [0, top, 0.0]
        fan = np.array([(5, k, k + 1) for k in range(4)])
        parts.append(surface(points, fan, light, CLOTH))
    y = np.array([0.0, 0.045, 0.09, 0.135])
    deep = np.interp(y, [row[0] for row in TRUNK], [row[2] + row[3] for row in TRUNK])
    low = np.stack([np.full(4, 0.012), y, deep - 0.002], -1)
    parts.append(boxes(low, low + [0.008, 0.008, 0.006], dark, without=("z-",)))
    edge = np.array([[0.0, y, np.interp(y, [r[0] for r in TRUNK], [r[2] + r[3] for r in TRUNK]) + 0.001]
                     for y in np.linspace(0.02, top - 0.12, 5)])  # fmt: skip
    return [*parts, _strip(edge, 0.004, dark)]


def _rucksack(dress: Dress) -> list[Mesh]:
    """A rucksack on the back, with its straps over the shoulders."""
    if dress.rucksack is None:
        return []
    rows = [(0.045, 0.060, 0.020, -0.088), (0.055, 0.078, 0.042, -0.100), (0.16, 0.080, 0.048, -0.104),
            (0.24, 0.072, 0.040, -0.098), (0.265, 0.045, 0.022, -0.088)]  # fmt: skip
    parts = [_turned(rows, dress.rucksack, 10, 0.6)]
    parts.append(boxes([-0.05, 0.075, -0.172], [0.05, 0.145, -0.14], tuple(0.8 * c for c in dress.rucksack), without=("z+",)))
    path = np.array([(0.066, 0.26, -0.062), (0.066, 0.294, -0.02), (0.066, 0.288, 0.03), (0.070, 0.25, 0.064),
                     (0.076, 0.17, 0.070), (0.090, 0.09, 0.03)])  # fmt: skip
    return parts + [tube(path * [side, 1, 1], 0.009, 5, tuple(0.6 * c for c in dress.rucksack)) for side in (-1, 1)]


def _skirt(dress: Dress, way: int, fine: bool) -> Mesh:
    """The front (way 1) or the back of what hangs from the belt; below, each reaches round to the other's side."""
    columns = 11 if fine else 6
    hem, wide, deep = HEMS[dress.cut]
    share = np.array([0.0, 0.10, 0.32, 0.56, 0.80, 1.0])[:: 1 if fine else 5]
    high = 0.072 + share * (hem - 0.072)
    across = np.interp(share, [0.0, 0.10, 0.3, 1.0], [0.083, 0.099, 0.113, wide]) * (1.0 if way > 0 else 0.975)
    along = np.interp(share, [0.0, 0.10, 0.3, 1.0], [0.059, 0.072, 0.084, deep])
    angle = np.linspace(-0.5, 0.5, columns)[None] * np.pi * (1.24 + 0.36 * share[:, None])  # 0 is ahead
    turned = np.linspace(-1, 1, columns)[None]
    fall = 0.055 * share[:, None] ** 1.3 * np.cos(turned * 9.0 + way) + 0.03 * share[:, None] * np.cos(turned * 17.0 + 2.0)
    outer = np.stack([across[:, None] * np.sin(angle) * (1 + fall), np.broadcast_to(high[:, None], fall.shape),
                      way * along[:, None] * np.cos(angle) * (1 + fall)], -1)  # fmt: skip
    inner = outer[[-1, 0]] * np.array([0.94, 1.0, 0.94])
    shell = np.concatenate([outer, inner])
    colour = dress.skirt if dress.cut == "skirt" else dress.coat
    tone = np.concatenate([1 + 2.0 * fall, 0.5 + 0 * fall[:2]])[..., None] * np.asarray(colour)
    if way < 0:
        shell, tone = shell[:, ::-1], tone[:, ::-1]
    cloth = loft(shell[:, ::-1], tone[:, ::-1], CLOTH, caps=False, closed=False)
    if not fine or dress.cut == "skirt" or way < 0:
        return cloth
    flap = boxes([-0.028, 0.004, -0.002], [0.028, 0.022, 0.006], tuple(0.75 * c for c in dress.coat), CLOTH)
    return join([cloth, *(placed(flap, (s * 0.078, 0.0, 0.063), turn("y", 50.0 * s) @ turn("x", -8)) for s in (-1, 1))])


def _foot(dress: Dress, fine: bool) -> Mesh:
    """A shoe from heel to ball around the ankle, with a sole."""
    rows = [(HEEL - 0.004, 0.013, 0.022), (HEEL + 0.006, 0.0215, 0.044), (-0.012, 0.023, 0.056), (0.018, 0.022, 0.053),
            (0.045, 0.0255, 0.036), (BALL + 0.006, 0.027, 0.027)]  # fmt: skip
    return _shoe(rows if fine else rows[1::2], -ANKLE, dress)


def _toe(dress: Dress, fine: bool) -> Mesh:
    """The tip of the shoe, from the ball on; its origin is the ball on the ground."""
    long = TOE - BALL
    rows = [(-0.012, 0.0262, 0.0262), (0.012, 0.0265, 0.024), (0.8 * long, 0.020, 0.018), (long, 0.007, 0.011)]
    return _shoe(rows if fine else rows[::3], 0.0, dress)


def _shoe(rows: list[tuple[float, float, float]], sole: float, dress: Dress) -> Mesh:
    """Rings across the foot at (ahead, half width, height): flat below, arched above."""
    arch = [(-1.0, 0.0), (-1.0, 0.3), (-0.82, 0.72), (-0.4, 0.97), (0.4, 0.97), (0.82, 0.72), (1.0, 0.3), (1.0, 0.0)]
    rings = np.array([[(x * w, sole + y * h, z) for x, y in arch] for z, w, h in rows])
    tone = np.array([0.35, 0.35, 1, 1, 1, 1, 0.35, 0.35])[None, :, None] * np.asarray(dress.shoes)
    return loft(rings[:, ::-1], tone)
