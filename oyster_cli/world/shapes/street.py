"""Street furniture, in metres, standing on y = 0: lamp, kerb, traffic light, bench, hydrant, bin, manhole, cables."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from oyster_cli.picture.kinds import GLOW, METAL, PAVING, PLAIN, Mesh, join
from oyster_cli.picture.mesh import (
    blocks,
    boxes,
    facets,
    icosphere,
    lathe,
    lattice,
    loft,
    placed,
    surface,
    tube,
    tubes,
    turn,
)  # fmt: skip
from oyster_cli.world.shapes.facade import warm

IRON = (0.035, 0.036, 0.038)
CONCRETE = (0.30, 0.29, 0.27)
WOOD = (0.16, 0.095, 0.055)


@dataclass(frozen=True)
class Fixture:
    """Something with a light: its body, what glows, and where the light is."""

    body: Mesh
    glow: Mesh
    at: tuple[float, float, float]


def lamp_post(height_m: float = 7.5, arm_m: float = 1.8, kelvin: float = 2200.0, near: bool = True) -> Fixture:
    """A street lamp whose arm reaches out along +z; the head shines down. 150 triangles, or 50 to be seen from afar."""
    profile = np.array([[0.17, 0.0], [0.17, 0.5], [0.13, 0.6], [0.095, 0.75], [0.06, height_m]])
    shaft = lathe(profile if near else profile[[0, -1]], 8 if near else 4, IRON, METAL, caps=False)
    t = np.linspace(0, np.pi / 2, 7 if near else 4)
    bow = np.stack([0 * t, height_m - 0.1 + 0.6 * np.sin(t), arm_m * (1 - np.cos(t))], axis=1)
    head = boxes([-0.13, height_m + 0.45, arm_m - 0.1], [0.13, height_m + 0.58, arm_m + 0.6], IRON, METAL)
    light = warm(kelvin) * 180.0
    pane = boxes([-0.1, height_m + 0.425, arm_m], [0.1, height_m + 0.45, arm_m + 0.5], light, GLOW, without=("y+",))
    body = join([shaft, tube(bow, 0.045, 6 if near else 4, IRON, METAL), head])
    return Fixture(body, pane, (0.0, height_m + 0.4, arm_m + 0.25))


def lantern(height_m: float = 3.6, kelvin: float = 2400.0) -> Fixture:
    """An old post with a glass lantern on top."""
    profile = np.array(
        [
            [0.16, 0],
            [0.16, 0.25],
            [0.09, 0.4],
            [0.055, 0.9],
            [0.045, height_m - 0.6],
            [0.1, height_m - 0.52],
            [0.12, height_m - 0.5],
        ]
    )
    roof = placed(lathe([[0.24, 0.0], [0.13, 0.14], [0.03, 0.2], [0.01, 0.3]], 6, IRON, METAL), (0, height_m - 0.08, 0))
    glass = lathe([[0.11, height_m - 0.5], [0.19, height_m - 0.08]], 6, warm(kelvin) * 60.0, GLOW, caps=False)
    return Fixture(join([lathe(profile, 8, IRON, METAL, caps=False), roof]), glass, (0.0, height_m - 0.3, 0.0))


def traffic_light(shows: str = "red", height_m: float = 3.4) -> Fixture:
    """A signal on a post, facing -z; shows red, amber or green. The lenses that are off stay dark."""
    post = lathe([[0.09, 0], [0.09, 0.3], [0.055, 0.35], [0.05, height_m]], 8, IRON, METAL)
    case = boxes([-0.17, height_m - 0.95, -0.32], [0.17, height_m + 0.05, -0.06], (0.03, 0.035, 0.03))
    parts, lit = [post, case], join([])
    colours = {"red": (60.0, 2.5, 1.0), "amber": (55.0, 24.0, 1.5), "green": (3.0, 50.0, 26.0)}
    at = (0.0, height_m - 0.45, -0.4)
    for k, (name, colour) in enumerate(colours.items()):
        y = height_m - 0.14 - 0.31 * k
        lens = placed(lathe([[0.11, 0.0], [0.08, 0.025], [0.01, 0.035]], 12, colour, GLOW), (0, y, -0.33), turn("x", -90))
        if name == shows:
            lit, at = lens, (0.0, y, -0.4)
        else:
            parts.append(placed(lathe([[0.11, 0.0], [0.01, 0.03]], 12, (0.02, 0.02, 0.02)), (0, y, -0.33), turn("x", -90)))
        angle = np.linspace(-0.15, 1.15, 7) * np.pi
        rim = np.stack([0.125 * np.cos(angle), y + 0.125 * np.sin(angle), np.full(7, -0.32)], axis=1)
        parts.append(surface(np.concatenate([rim, rim - [0, 0.03, 0.18]]), lattice(2, 7), IRON))
    return Fixture(join(parts), lit, at)


def kerb(path: np.ndarray, height_m: float = 0.12, width_m: float = 0.3) -> Mesh:
    """A kerb along a polyline (n, 3); its upper edge is the line, it drops to the road on the right of the way along it."""
    along = np.gradient(path, axis=0)
    right = np.stack([along[:, 2], np.zeros(len(path)), -along[:, 0]], axis=1)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    up = np.array([0.0, 1.0, 0.0])
    section = [path + right * 0.02 - up * height_m, path + right * 0.0 - up * 0.02, path - right * 0.02, path - right * width_m]
    strips = []
    for low, high in pairwise(section):
        strips.append(np.stack([low[:-1], low[1:], high[1:], high[:-1]], axis=1))
    tone = 1 + 0.08 * np.sin(np.arange(3 * (len(path) - 1)) * 7.3)[:, None]
    mesh = facets(np.concatenate(strips)[:, ::-1], np.asarray(CONCRETE) * tone)
    return mesh if mesh.normals[-1, 1] > 0 else facets(np.concatenate(strips), np.asarray(CONCRETE) * tone)


def bench(length_m: float = 1.8) -> Mesh:
    """A park bench of slats on iron legs, its seat facing -z."""
    h = length_m / 2
    seat = np.array([[-h, 0.43, z] for z in (-0.22, -0.1, 0.02, 0.14)])
    back = np.array([[-h, y, 0.24 + 0.12 * (y - 0.5)] for y in (0.56, 0.70, 0.84)])
    planks = [blocks(seat, [length_m, 0.035, 0.1], WOOD), blocks(back, [length_m, 0.1, 0.03], WOOD)]
    legs = np.array([[s * (h - 0.2) - 0.025, 0.0, z] for s in (-1, 1) for z in (-0.2, 0.2)])
    bars = np.array([[s * (h - 0.2) - 0.025, 0.39, -0.22] for s in (-1, 1)])
    rests = np.array([[s * (h - 0.2) - 0.02, 0.43, 0.25] for s in (-1, 1)])
    iron = [
        blocks(legs, [0.05, 0.42, 0.05], IRON, METAL),
        blocks(bars, [0.05, 0.04, 0.5], IRON, METAL),
        blocks(rests, [0.04, 0.5, 0.04], IRON, METAL),
    ]
    return join([*planks, *iron])


def hydrant() -> Mesh:
    """A fire hydrant, 0.8 m high."""
    red = (0.32, 0.035, 0.02)
    profile = np.array(
        [
            [0.16, 0],
            [0.16, 0.05],
            [0.105, 0.06],
            [0.1, 0.5],
            [0.14, 0.52],
            [0.14, 0.56],
            [0.1, 0.58],
            [0.085, 0.68],
            [0.04, 0.75],
            [0.03, 0.8],
        ]
    )
    caps = [
        placed(
            lathe([[0.055, 0.0], [0.055, 0.1], [0.03, 0.11], [0.025, 0.14]], 8, red, PLAIN),
            (s * 0.08, 0.42, 0),
            turn("z", -90 * s),
        )
        for s in (-1, 1)
    ]
    return join([lathe(profile, 10, red), *caps])


def litter_bin() -> Mesh:
    """A wire-green street bin, 0.95 m high."""
    green = (0.025, 0.06, 0.04)
    shell = lathe(
        [[0.24, 0.0], [0.27, 0.1], [0.29, 0.85], [0.31, 0.87], [0.31, 0.92], [0.25, 0.93], [0.24, 0.7]],
        12,
        green,
        PLAIN,
        caps=False,
    )
    turn_by = np.arange(12) * np.pi / 6
    out = np.stack([np.cos(turn_by), 0 * turn_by, np.sin(turn_by)], axis=1)
    bars = np.stack([out * 0.27 + [0, 0.1, 0], out * 0.3 + [0, 0.86, 0]], axis=1)
    ribs = tubes(bars, np.full((12, 2), 0.012), 3, (0.05, 0.1, 0.07), METAL)
    return join([shell, ribs, placed(icosphere(1, (0.02, 0.02, 0.02)), (0, 0.66, 0), scale=(0.24, 0.08, 0.24))])


def manhole(radius_m: float = 0.34) -> tuple[Mesh, Mesh]:
    """An iron cover, flush with the road, with raised bars; and without them, to be seen from afar."""
    plate = lathe(
        [[radius_m, 0.0], [radius_m, 0.008], [radius_m * 0.9, 0.008], [radius_m * 0.88, 0.004], [0.01, 0.004]],
        18,
        (0.06, 0.055, 0.05),
        METAL,
        caps=False,
    )
    spots = np.array(
        [[x, 0.004, z] for x in np.arange(-4, 5) * 0.065 for z in np.arange(-4, 5) * 0.065 if np.hypot(x, z) < 0.8 * radius_m]
    )
    bars = boxes(spots - [0.02, 0, 0.012], np.add(spots, [0.02, 0.006, 0.012]), (0.09, 0.085, 0.08), METAL, without=("y-",))
    return join([plate, bars]), plate


def drain() -> Mesh:
    """An iron grating in a gutter, flush with the road: 0.62 m along z, 0.34 m across."""
    bed = boxes([-0.17, -0.02, -0.31], [0.17, 0.002, 0.31], (0.006, 0.006, 0.007), without=("y-",))
    rim = boxes([[-0.19, -0.02, s * 0.32 - 0.015] for s in (-1, 1)] + [[s * 0.18 - 0.012, -0.02, -0.32] for s in (-1, 1)],
                [[0.19, 0.012, s * 0.32 + 0.015] for s in (-1, 1)] + [[s * 0.18 + 0.012, 0.012, 0.32] for s in (-1, 1)],
                IRON, METAL, without=("y-",))  # fmt: skip
    z = np.linspace(-0.27, 0.27, 9)
    low = np.stack([np.full(9, -0.17), np.zeros(9), z - 0.014], -1)
    return join([bed, rim, boxes(low, low + [0.34, 0.010, 0.028], IRON, METAL, without=("y-", "x-", "x+"))])


def pavement(length_m: float, wide_m: float, rise_m: float, fall: float) -> Mesh:
    """Kerb stones and slabs along +z: the kerb's face at x = 0 stands rise_m over y = 0, the slabs reach to x = wide_m and
    rise by `fall` of their width."""
    z = np.linspace(0.0, length_m, max(2, int(length_m / 6.0)))
    x = np.array([0.0, 0.0, 0.025, 0.3, wide_m])
    y = np.array([-0.06, rise_m - 0.025, rise_m, rise_m + 0.3 * fall, rise_m + wide_m * fall])
    rings = np.stack([np.broadcast_to(x, (len(z), 5)), np.broadcast_to(y, (len(z), 5)), np.repeat(z[:, None], 5, 1)], -1)
    tone = np.array([0.5, 0.8, 1.15, 1.1, 1.0])[None, :, None] * np.array([0.185, 0.180, 0.172])
    return loft(rings[::-1], tone, PAVING, caps=False, closed=False)


def cable(start: np.ndarray, end: np.ndarray, sag_m: float = 0.5, radius_m: float = 0.012) -> Mesh:
    """A cable hung between two points, a parabola with `sag_m` in its middle; it sways there."""
    t = np.linspace(0, 1, 13)
    drop = 4 * sag_m * t * (1 - t)
    path = np.asarray(start) + (np.asarray(end) - np.asarray(start)) * t[:, None] - drop[:, None] * np.array([0.0, 1.0, 0.0])
    return tubes(path[None], np.full((1, 13), radius_m), 3, (0.02, 0.02, 0.02), PLAIN, sway=(0.15 * drop)[None])
