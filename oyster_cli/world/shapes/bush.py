"""Low plants of height 1: bushes, ferns, heather and flowers, in three levels of detail."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.kinds import BARK, LEAF, Mesh, join
from oyster_cli.picture.mesh import facets, tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, jittered, leaves, unit_height

LEVELS = 3
PETALS = ((0.72, 0.66, 0.10), (0.70, 0.68, 0.64), (0.36, 0.12, 0.42), (0.62, 0.08, 0.06))


def bush(seed: int, level: int = 0) -> Mesh:
    """A bush 1 m high and about 1.2 m wide: stems fanning into lumps of leaves; about 1250, 280 or 60 triangles."""
    rng = draw(seed, "bush")
    lumps, size = 11, 0.082 * (1.0, 2.1, 4.6)[level]
    away, high = rng.uniform(0.1, 0.42, (lumps, 1)), rng.uniform(0.12, 0.72, (lumps, 1))
    heart = around(GOLDEN_ANGLE * np.arange(lumps)) * away + UP * high
    n = (1100, 250, 52)[level]
    which = rng.integers(0, lumps, n)
    out = unit(rng.normal(0, 1, (n, 3)) + UP * 0.3)
    depth = rng.random(n) ** 0.4
    root = heart[which] + out * (depth * rng.uniform(0.22, 0.34, lumps)[which])[:, None]
    root[:, 1] = np.abs(root[:, 1]).clip(size * 0.5)
    along = unit(out * 0.7 + rng.normal(0, 0.5, (n, 3)) + UP * 0.4) * size * rng.uniform(0.7, 1.3, (n, 1))
    across = unit(np.cross(along, rng.normal(0, 1, (n, 3)) + out)) * size * 0.6
    soft = unit(out * 0.7 + unit(root - UP * 0.3) * 0.6 + UP * 0.2)
    shade = np.clip((0.15 + 0.7 * depth) * (0.45 + 0.7 * root[:, 1]), 0.08, 1)
    colour = jittered((0.06, 0.105, 0.035), lumps, rng, 0.12)[which] * jittered((1, 1, 1), n, rng, 0.15)
    crown = leaves(root, along, across, soft, colour, shade, 0.1 * root[:, 1] + 0.02, 3)
    stems = np.stack([heart * [0.08, 0, 0.08], heart * [0.6, 0.5, 0.6], heart], axis=1)
    wood = tubes(stems, np.broadcast_to([0.022, 0.015, 0.004], (lumps, 3)), 3, (0.11, 0.085, 0.06), BARK, shade=0.35)
    return unit_height(join([crown, wood] if level < 2 else [crown]))


def fern(seed: int, level: int = 0) -> Mesh:
    """A fern: fronds arching from one foot, each with pairs of leaflets; about 500, 170 or 40 triangles."""
    rng = draw(seed, "fern")
    fronds, pairs = ((15, 16), (12, 7), (9, 2))[level]
    angle = GOLDEN_ANGLE * np.arange(fronds) + rng.normal(0, 0.2, fronds)
    arch, length = rng.uniform(0.9, 1.5, (fronds, 1)), rng.uniform(0.75, 1.2, (fronds, 1))
    t = np.broadcast_to((np.arange(pairs) + 0.6) / pairs, (fronds, pairs))

    def spine(t: np.ndarray) -> np.ndarray:
        bend = arch * t
        level = around(angle)[:, None] * ((1 - np.cos(bend)) + 0.25 * t)[..., None]
        return (level + UP * np.sin(bend)[..., None]) * length[..., None]

    root = spine(t)
    ahead = unit(spine(t + 0.03) - root)
    beside = unit(np.cross(ahead, UP))
    reach = 0.34 * (np.sin(math.pi * np.clip(0.12 + 0.88 * t, 0, 1)) ** 0.8 + 0.06) * length
    both = [_leaflets(rng, root, ahead, beside * hand, reach, 1.25 / pairs, t) for hand in (1, -1)]
    return unit_height(join(both))


def _leaflets(
    rng: np.random.Generator,
    root: np.ndarray,
    ahead: np.ndarray,
    beside: np.ndarray,
    reach: np.ndarray,
    width: float,
    t: np.ndarray,
) -> Mesh:
    n = t.size
    along = (beside + ahead * 0.45 - UP * 0.12) * reach[..., None]
    across = ahead * width * 0.9
    soft = unit(np.cross(ahead, beside) * np.sign(np.cross(ahead, beside)[..., 1:2]) + UP * 0.4)
    colour = jittered((0.062, 0.115, 0.030), n, rng, 0.12)
    shade, sway = np.clip(0.25 + 0.9 * t, 0, 1).ravel(), (0.05 * t).ravel()
    root, along, across, soft = (array.reshape(n, 3) for array in (root, along, across, soft))
    return leaves(root, along, across, soft, colour, shade, sway, 3)


def heather(seed: int, level: int = 0) -> Mesh:
    """A cushion of heather, wider than high: upright sprigs, purple at the tips; about 420, 130 or 36 triangles."""
    rng = draw(seed, "heather")
    n = (210, 65, 18)[level]
    spread = np.sqrt(rng.random(n))
    foot = around(GOLDEN_ANGLE * np.arange(n)) * (spread * 1.1)[:, None]
    lean = unit(foot * 0.5 + UP + rng.normal(0, 0.25, (n, 3)))
    tall = (1.0 - 0.55 * spread**2) * rng.uniform(0.75, 1.1, n)
    width = 0.065 * (1.0, 1.9, 3.6)[level]
    side = unit(np.cross(lean, rng.normal(0, 1, (n, 3)))) * width
    low, middle, tip = foot * 0.75, foot + lean * (tall * 0.6)[:, None], foot + lean * tall[:, None]
    left, right = middle - side, middle + side
    corners = np.concatenate([np.stack([low, left, right], 1), np.stack([right, left, tip], 1)])
    green, bloom = jittered((0.055, 0.075, 0.035), n, rng), jittered((0.24, 0.085, 0.20), n, rng)
    colours = np.concatenate([np.stack([green * 0.6, green, green], 1), np.stack([green, green, bloom], 1)])
    colours[n:, :2] = colours[n:, :2] * 0.45 + bloom[:, None] * 0.55
    soft = np.repeat(np.tile(unit(foot * 0.6 + UP), (2, 1)), 3, axis=0)
    height = corners[..., 1].ravel()
    return unit_height(facets(corners, colours, LEAF, normals=soft, shade=np.clip(0.2 + height, 0, 1), sway=0.03 * height))


def flower(seed: int, level: int = 0) -> Mesh:
    """A few flowers on stems with basal leaves; about 130, 60 or 20 triangles. The seed picks the colour of the petals."""
    rng = draw(seed, "flower")
    stems, petals = ((9, 6), (7, 4), (5, 2))[level]
    heading = around(rng.uniform(0, math.tau, stems))
    tall, lean = rng.uniform(0.55, 1.0, (stems, 1)), rng.uniform(0.1, 0.5, (stems, 1))
    head = heading * lean + UP * tall
    foot = heading * 0.04
    thin = np.cross(heading, UP) * 0.009
    bend = np.tile([0.0, 0.0, 0.06], stems)
    stalks = facets(np.stack([foot - thin, foot + thin, head], 1), (0.06, 0.11, 0.035), LEAF, sway=bend)
    petal = jittered(PETALS[seed % len(PETALS)], stems, rng, 0.1)
    turn = np.arange(petals) * math.tau / petals
    face = unit(heading * 0.35 + UP)
    right = unit(np.cross(face, heading + 0.1))
    out = right[:, None] * np.cos(turn)[:, None] + np.cross(face, right)[:, None] * np.sin(turn)[:, None] + face[:, None] * 0.25
    rim, n = np.cross(face[:, None], out), stems * petals
    root, soft, paint = (np.repeat(array, petals, axis=0) for array in (head, face, petal))
    out, rim = out.reshape(n, 3) * 0.075, rim.reshape(n, 3) * (0.4 / petals)
    bloom = leaves(root, out, rim, soft, paint, np.ones(n), np.full(n, 0.06))
    low = around(GOLDEN_ANGLE * np.arange(stems))
    blades = leaves(
        low * 0.02, (low + UP * 0.6) * 0.3, np.cross(low, UP) * 0.07, unit(low + UP * 2),
        jittered((0.05, 0.10, 0.03), stems, rng), np.full(stems, 0.6), np.full(stems, 0.01), 3,
    )  # fmt: skip
    return unit_height(join([stalks, bloom, blades]))
