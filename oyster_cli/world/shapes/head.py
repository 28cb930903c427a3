"""A human head: a skull with brow, nose, lips, chin and ears, and what is worn on it. From the base of the neck up.

Lengths are shares of body height. Around the head: 0 is the middle of the face (+z), growing to the right ear (+x).
"""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import PLAIN, SKIN, Mesh, join
from oyster_cli.picture.mesh import icosphere, lathe, lattice, loft, placed, surface, turn

Rgb = tuple[float, ...]
# The skull level by level: height, half width, half depth, how far its middle lies ahead.
SKULL = np.array([
    (0.012, 0.004, 0.006, 0.034), (0.016, 0.019, 0.021, 0.026), (0.026, 0.029, 0.035, 0.017), (0.040, 0.0355, 0.044, 0.010),
    (0.060, 0.0405, 0.0505, 0.005), (0.080, 0.0435, 0.0545, 0.002), (0.100, 0.0445, 0.0560, 0.000),
    (0.118, 0.0410, 0.0525, -0.002), (0.131, 0.0310, 0.0405, -0.004), (0.139, 0.0160, 0.0220, -0.005),
    (0.142, 0.0020, 0.0030, -0.006),
])  # fmt: skip
# Height, way around, reach along both, how far it stands out (or in): the face is the sum of these.
FEATURES = np.array([
    (0.0885, 0.30, 0.0050, 0.26, 0.0030), (0.0790, 0.36, 0.0060, 0.17, -0.0060), (0.0645, 0.66, 0.0080, 0.24, 0.0028),
    (0.0450, 0.00, 0.0050, 0.26, 0.0032), (0.0355, 0.00, 0.0032, 0.30, -0.0020), (0.0250, 0.00, 0.0075, 0.34, 0.0060),
    (0.0350, 1.25, 0.0090, 0.35, 0.0035), (0.0540, 0.45, 0.0090, 0.20, -0.0018),
])  # fmt: skip
NOSE = ((0.0500, 0.0), (0.0555, 0.003), (0.0595, 0.0155), (0.0645, 0.0150), (0.0760, 0.0085), (0.0860, 0.0040), (0.0930, 0.0))
LIPS_M = 0.0450
HAIRLINE = ((0.0, 0.1165), (0.6, 0.112), (0.95, 0.096), (1.25, 0.078), (1.45, 0.074), (1.75, 0.052), (2.4, 0.030), (3.2, 0.026))
LONG = ((0.0, 0.1165), (0.6, 0.112), (0.95, 0.096), (1.15, 0.060), (1.45, 0.020), (1.75, -0.020), (2.4, -0.035), (3.2, -0.038))


def head(skin: Rgb, hair: Rgb, coat: Rgb, worn: str = "hair", fine: bool = True) -> Mesh:
    """Neck, face and ears, and on it hair, long hair, a hat, a beanie or a hood (in the coat's colour)."""
    neck = _rings([(-0.03, 0.036, 0.036, -0.006), (0.0, 0.032, 0.034, -0.004), (0.036, 0.031, 0.034, 0.0)], 10 if fine else 5)
    parts = [loft(neck, skin, SKIN, caps=False), _face(skin, hair, fine)]
    if fine:
        parts += _ears_and_eyes(skin)
    tops = {"hair": _hair, "long": _long_hair, "hat": _hat, "beanie": _beanie, "hood": _hood}
    return join([*parts, tops[worn](coat if worn in ("hood", "beanie") else hair, fine)])


def _rings(rows: list[tuple[float, float, float, float]], sides: int) -> np.ndarray:
    angle = np.arange(sides) * (-math.tau / sides)
    return np.array([[(w * np.cos(a), y, z + d * np.sin(a)) for a in angle] for y, w, d, z in rows])


def _around(columns: int, crowd: float = 1.45) -> np.ndarray:
    """(columns,) ways around, close together in front."""
    u = np.arange(columns) / columns * 2 - 1
    return np.pi * np.sign(u) * np.abs(u) ** crowd


def _on_skull(around: np.ndarray, high: np.ndarray, out: float | np.ndarray = 0.0) -> np.ndarray:
    """(..., 3) points so far outside of the bare skull."""
    wide, deep, ahead = (np.interp(high, SKULL[:, 0], SKULL[:, k]) for k in (1, 2, 3))
    return np.stack([(wide + out) * np.sin(around), high + 0 * around, ahead + (deep + out) * np.cos(around)], -1)


def _face(skin: Rgb, hair: Rgb, fine: bool) -> Mesh:
    low = (0.012, 0.017, 0.025, 0.0345, 0.041, 0.0455, 0.051, 0.0555, 0.0595, 0.066, 0.073, 0.079, 0.0885, 0.095)
    levels = np.array([*low, 0.112, 0.130, 0.142]) if fine else SKULL[::2, 0]
    around = _around(22) if fine else _around(8, 1.0)
    way, high = np.meshgrid(around, levels)
    out = np.exp(-((way / 0.15) ** 2)) * np.interp(high, *np.array(NOSE).T)
    for y, a, tall, wide, amount in FEATURES:
        out = out + amount * np.exp(-(((high - y) / tall) ** 2) - ((np.abs(way) - a) / wide) ** 2)
    colours = np.broadcast_to(np.asarray(skin), (*way.shape, 3)).copy()
    lips = np.exp(-(((high - LIPS_M) / 0.0045) ** 2) - (way / 0.28) ** 4)[..., None]
    brow = np.exp(-(((high - 0.0885) / 0.0025) ** 2) - ((np.abs(way) - 0.36) / 0.2) ** 4)[..., None]
    cheek = np.exp(-(((high - 0.060) / 0.011) ** 2) - ((np.abs(way) - 0.62) / 0.3) ** 2)[..., None]
    colours += 0.22 * cheek * (np.asarray(skin) * [1.25, 0.75, 0.75] - colours)
    colours += 0.6 * lips * (np.asarray(skin) * [0.85, 0.45, 0.45] - colours) + 0.8 * brow * (np.asarray(hair) - colours)
    rings = _on_skull(way, high, out)
    return loft(rings, colours, SKIN)


def _ears_and_eyes(skin: Rgb) -> list[Mesh]:
    found = []
    for side in (-1, 1):
        ear = placed(
            icosphere(1, skin, SKIN), (side * 0.0455, 0.070, -0.005), turn("y", -24.0 * side), (0.0045, 0.0165, 0.0095)
        )
        lobe = placed(
            icosphere(0, tuple(0.55 * c for c in skin), SKIN), (side * 0.0495, 0.071, -0.003), scale=(0.0022, 0.008, 0.004)
        )
        white = placed(icosphere(0, (0.42, 0.40, 0.38)), (side * 0.0175, 0.0785, 0.0455), scale=(0.0072, 0.0034, 0.0045))
        iris = placed(icosphere(0, (0.02, 0.014, 0.01)), (side * 0.0172, 0.0787, 0.0486), scale=(0.0032, 0.0032, 0.0024))
        found += [ear, lobe, white, iris]
    return found


def _cap(
    colour: Rgb, line: tuple[tuple[float, float], ...], thick: float, fine: bool, locks: float, material: int = PLAIN
) -> Mesh:
    """What covers the skull from a line around it up to the crown, `thick` over the bone; locks: how unevenly."""
    around, rows = (_around(18, 1.0), 6) if fine else (_around(7, 1.0), 3)
    foot = np.interp(np.abs(around), *np.array(line).T)
    share = np.linspace(0.0, 1.0, rows)[:, None]
    high = foot + (0.1415 - foot) * share**0.8
    way = np.broadcast_to(around, high.shape)
    wave = locks * (np.sin(9.0 * way + 40.0 * high) + 0.7 * np.sin(17.0 * way + 1.0 - 55.0 * high))
    out = (thick + wave) * np.clip(share / 0.12, 0.15, 1.0)
    points = _on_skull(way, np.maximum(high, 0.05), out)
    points[..., 1] = high + 0.7 * out * share
    tone = 1 + 60.0 * wave[..., None]
    return loft(points, np.asarray(colour) * tone, material, caps=False)


def _hair(colour: Rgb, fine: bool) -> Mesh:
    return _cap(colour, HAIRLINE, 0.0065, fine, 0.0012)


def _long_hair(colour: Rgb, fine: bool) -> Mesh:
    return _cap(colour, LONG, 0.0095, fine, 0.0016)


def _beanie(colour: Rgb, fine: bool) -> Mesh:
    wool = _cap(colour, ((0.0, 0.103), (1.4, 0.088), (3.2, 0.075)), 0.0085, fine, 0.0005)
    line = np.interp(np.abs(_around(16, 1.0)), [0.0, 1.4, 3.2], [0.103, 0.088, 0.075])
    rows = [
        _on_skull(_around(16, 1.0), line + y, out)
        for y, out in ((-0.003, 0.004), (-0.002, 0.011), (0.011, 0.011), (0.013, 0.006))
    ]
    return join([wool, loft(np.stack(rows), tuple(0.8 * c for c in colour), caps=False)])


def _hat(colour: Rgb, fine: bool) -> Mesh:
    """A felt hat with a brim, over short hair."""
    felt = np.array(
        [
            (0.078, 0.104),
            (0.080, 0.107),
            (0.062, 0.112),
            (0.0505, 0.1135),
            (0.050, 0.130),
            (0.046, 0.158),
            (0.036, 0.165),
            (0.004, 0.158),
        ]
    )
    tones = np.array([0.9, 0.9, 1.0, 1.0, 0.35, 1.0, 1.1, 0.9])[:, None] * np.array([0.055, 0.047, 0.042])
    hat = placed(lathe(felt, 16 if fine else 6, tones, caps=False), (0, 0, -0.006), turn("x", 5), (0.92, 1.0, 1.12))
    return join([hat, _hair(colour, fine)])


def _hood(colour: Rgb, fine: bool) -> Mesh:
    """A hood drawn over the head, its edge standing about the face."""
    angle = np.linspace(-0.8, 0.8, 13 if fine else 7) * math.pi
    arches = ((0.050, 0.045, 0.069), (0.058, 0.056, 0.084), (0.020, 0.058, 0.086), (-0.03, 0.054, 0.080),
              (-0.062, 0.034, 0.058), (-0.074, 0.006, 0.02))  # fmt: skip
    shell = np.stack([np.stack([wide * np.sin(angle), 0.068 + tall * np.cos(angle), np.full_like(angle, ahead)], -1)
                      for ahead, wide, tall in arches])  # fmt: skip
    return surface(shell.reshape(-1, 3), lattice(*shell.shape[:2])[:, ::-1], colour)
