"""Stone quays, timber jetties and what boats are made fast with, in metres."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import BARK, METAL, PLAIN, ROCK, Mesh, join
from oyster_cli.picture.mesh import box, boxes, facets, lathe, loft, placed, tube, tubes
from oyster_cli.state import draw
from oyster_cli.world.shapes.boat import ROPE

RUST = (0.085, 0.045, 0.028)
STONE = np.array([0.175, 0.165, 0.150])
WEED = np.array([0.035, 0.042, 0.022])
TIMBER = np.array([0.115, 0.095, 0.072])


def quay_wall(length_m: float, height_m: float) -> Mesh:
    """Courses of cut stone along +z with their face to +x and their top at y = 0, down to below the water that is height_m
    under it; weed below the tide; a coping on top."""
    rng = draw(1, "quay wall")
    low, high, hue = [], [], []
    y, tall, deep_m = -0.42, 0.55, height_m + 0.7
    while y > -deep_m:
        z = -rng.uniform(0.0, 1.0)
        while z < length_m:
            long = rng.uniform(1.0, 2.2)
            out = rng.uniform(-0.025, 0.025)
            low.append([-0.6, y - tall + 0.02, max(z, 0.0) + 0.012])
            high.append([out - 0.05, y, min(z + long, length_m) - 0.012])
            wet = np.clip((-(y - tall / 2) - height_m + 0.75) / 0.7, 0, 1)
            hue.append((STONE * (1 - wet) + WEED * wet) * rng.uniform(0.8, 1.15))
            z += long
        y -= tall
    face = boxes(np.array(low), np.array(high), np.array(hue), ROCK, without=("x-", "y-", "z-"))
    back = facets(np.array([[[-0.1, -0.4, 0], [-0.1, -0.4, length_m], [-0.1, -deep_m, length_m], [-0.1, -deep_m, 0]]]), WEED)
    return join([face, back, coping(length_m)])


def coping(length_m: float, wide_m: float = 1.1) -> Mesh:
    """The edge stones of a quay, with worn corners."""
    rng = draw(2, "coping")
    stones, z = [], 0.0
    while z < length_m - 0.3:
        long = min(rng.uniform(1.2, 1.9), length_m - z)
        stone = box((wide_m, 0.42, long - 0.02), 0.045, STONE * rng.uniform(1.05, 1.35), ROCK)
        stones.append(placed(stone, (0.08 - wide_m / 2 + rng.uniform(-0.01, 0.01), -0.205, z + long / 2)))
        z += long
    return join(stones)


def flags(length_m: float, wide_m: float) -> Mesh:
    """Paving of stone along +z, from x = 0 to x = -wide_m, its top at y = 0."""
    rng = draw(5, "flags")
    corners, hue, x = [], [], 0.0
    while x > -wide_m + 0.2:
        row, z = rng.uniform(0.55, 0.85), -rng.uniform(0.0, 1.0)
        while z < length_m:
            long = rng.uniform(0.7, 1.5)
            y = rng.uniform(-0.012, 0.004)
            near, far = x - 0.012, x - row + 0.012
            corners.append([[near, y, z + 0.012], [far, y, z + 0.012], [far, y, z + long - 0.012], [near, y, z + long - 0.012]])
            hue.append(STONE * rng.uniform(0.72, 1.12))
            z += long
        x -= row
    bed = boxes([-wide_m, -0.05, 0.0], [0.0, -0.02, length_m], STONE * 0.35)
    return join([facets(np.array(corners), np.array(hue), ROCK), bed])


def bollard(height_m: float = 0.52) -> Mesh:
    """A cast-iron mooring post with a cap."""
    r = height_m / 0.62
    profile = [[0.26, 0.0], [0.26, 0.04], [0.18, 0.07], [0.165, 0.12], [0.16, 0.38], [0.18, 0.43], [0.235, 0.46], [0.245, 0.50],
               [0.23, 0.55], [0.16, 0.60], [0.01, 0.62]]  # fmt: skip
    return placed(lathe(profile, 20, (0.03, 0.03, 0.032), METAL), scale=r)


def turns(radius_m: float, count: int, thick_m: float, rise_m: float) -> Mesh:
    """A rope laid in turns about the y axis, from y = 0 upwards."""
    angle = np.linspace(0, 2 * np.pi * count, 14 * count + 1)
    path = np.stack([radius_m * np.cos(angle), thick_m + rise_m * angle / angle[-1], radius_m * np.sin(angle)], 1)
    return tube(path, thick_m, 5, ROPE, BARK)


def coil() -> Mesh:
    """A coil of rope lying on the quay."""
    return join([turns(r, 1, 0.022, 0.0) if k else turns(r, 3, 0.022, 0.11) for k, r in enumerate((0.34, 0.29, 0.24, 0.19))])


def line(thick_m: float = 0.022, sag_m: float = 1.0) -> Mesh:
    """A rope from the origin to (0, 0, 1) that hangs by sag_m in its middle; stretched to its length by the pose it gets."""
    t, around = np.linspace(0, 1, 12), np.arange(5) * (2 * np.pi / 5)
    ring = thick_m * np.stack([np.cos(around), np.sin(around), 0 * around], 1)
    rings = np.stack([ring + [0.0, -4 * sag_m * s * (1 - s), s] for s in t])
    return loft(rings, ROPE, BARK)


def jetty(length_m: float, wide_m: float, height_m: float, deep_m: float) -> Mesh:
    """A timber jetty along +z: planks with their top at y = 0, beams, and pairs of piles that go down into the water."""
    rng = draw(3, "jetty")
    count = int(length_m / 0.24)
    z = np.arange(count) * 0.24
    wide = wide_m / 2 + rng.uniform(-0.04, 0.05, (count, 2))
    tone = rng.uniform(0.75, 1.25, (count, 1)) * TIMBER
    low = np.stack([-wide[:, 0], np.full(count, -0.06) + rng.uniform(-0.012, 0.0, count), z], 1)
    high = np.stack([wide[:, 1], rng.uniform(-0.012, 0.0, count), z + 0.215], 1)
    planks = boxes(low, high, tone, PLAIN, without=("y-",))
    x = np.array([-0.5, 0.5]) * (wide_m - 0.4)
    beams = boxes(np.stack([x - 0.1, [-0.32] * 2, [0.0] * 2], 1), np.stack([x + 0.1, [-0.06] * 2, [length_m] * 2], 1),
                  TIMBER * 0.7, PLAIN, shade=0.5)  # fmt: skip
    return join([planks, beams, *_piles(rng, length_m, wide_m, height_m, deep_m)])


def _piles(rng: np.random.Generator, length_m: float, wide_m: float, height_m: float, deep_m: float) -> list[Mesh]:
    """Pairs of piles, dark and weedy where the water wets them, with cross beams and braces."""
    parts = []
    for k, z in enumerate(np.arange(1.2, length_m, 3.6)):
        for s in (-1, 1):
            top = rng.uniform(0.55, 1.0) if k % 2 == 0 else -0.1
            x, lean = s * (wide_m / 2 + 0.05), rng.uniform(-0.05, 0.05, 2)
            y = np.array([top, -height_m + 0.9, -height_m + 0.35, -height_m - 0.3, -height_m - deep_m])
            path = np.stack([x + lean[0] * y, y, z + lean[1] * y], 1)
            hue = np.array([TIMBER * 1.2, TIMBER, WEED, WEED, WEED * 0.7])
            parts.append(tubes(path[None], np.array([[0.15, 0.155, 0.16, 0.16, 0.17]]), 8, hue[None], BARK))
            parts.append(placed(lathe([[0.15, 0.0], [0.02, 0.03]], 8, TIMBER * 1.3, BARK), path[0]))
        parts.append(boxes([-wide_m / 2 - 0.1, -0.55, z - 0.1], [wide_m / 2 + 0.1, -0.32, z + 0.1], TIMBER * 0.7, shade=0.5))
        ends = np.array([[-wide_m / 2, -0.5, z], [wide_m / 2, -height_m + 0.5, z]])
        parts.append(tube(ends, 0.07, 4, TIMBER * 0.6, BARK))
    return parts


def ladder(height_m: float) -> Mesh:
    """An iron ladder down a wall whose face looks to +x, from y = 0."""
    rails = np.array([[[0.1, 0.5, z], [0.12, -height_m - 0.6, z]] for z in (-0.2, 0.2)])
    rungs = np.array([[[0.11, y, -0.2], [0.11, y, 0.2]] for y in np.arange(-0.25, -height_m - 0.5, -0.3)])
    steps = tubes(rungs, np.full((len(rungs), 2), 0.016), 4, RUST)
    return join([tubes(rails, np.full((2, 2), 0.028), 5, RUST, METAL), steps])
