"""Low plants of height 1: bushes, ferns, heather and flowers, in three levels of detail."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from oyster_cli.picture.kinds import BARK, LEAF, SPRAY, Mesh, join
from oyster_cli.picture.mesh import facets, surface, tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, jittered, leaves, lumps, unit_height

LEVELS = 4
GREENS = ((0.082, 0.122, 0.038), (0.098, 0.124, 0.054), (0.066, 0.106, 0.034), (0.108, 0.138, 0.040))
_BUSH = ((2400, 1.0, 5), (800, 1.75, 5), (170, 3.2, 4), (18, 6.0, 2))  # leaves, how much larger each is, bodies behind them
PETALS = ((0.72, 0.66, 0.10), (0.70, 0.68, 0.64), (0.36, 0.12, 0.42), (0.62, 0.08, 0.06))


def bush(seed: int, level: int = 0) -> Mesh:
    """A bush 1 m high and about 1.3 m wide: lumps of leaves and longer shoots; about 2500, 1000, 240 or 50 triangles."""
    rng, (n, coarse, bodies) = draw(seed, "bush"), _BUSH[level]
    count = 12
    away, high = 0.46 * np.sqrt(rng.random((count, 1))), rng.uniform(0.10, 0.74, (count, 1))
    heart = around(GOLDEN_ANGLE * np.arange(count)) * (away * (1.25 - 0.65 * high)) + UP * high
    reach = rng.uniform(0.17, 0.30, count)
    colour = jittered(GREENS[seed % len(GREENS)], count, rng, 0.14)
    parts = [_bush_leaves(rng, heart, reach, colour, n, 0.042 * coarse)]
    parts.append(_bush_bodies(rng, heart[:: -(-count // bodies)], (0.85, 0.95, 1.12, 1.6)[level], colour[0]))
    if level < 2:
        stems = np.stack([heart * [0.08, 0, 0.08], heart * [0.6, 0.5, 0.6], heart], axis=1)
        thick = np.broadcast_to([0.018, 0.012, 0.004], (count, 3))
        parts.append(tubes(stems, thick, 3, (0.11, 0.085, 0.06), BARK, shade=0.3))
    return unit_height(join(parts))


def _bush_leaves(
    rng: np.random.Generator, heart: np.ndarray, reach: np.ndarray, colour: np.ndarray, n: int, size: float
) -> Mesh:
    """Sprays of leaves on the lumps, some on shoots that stand out of them."""
    which, shoot = rng.integers(0, len(heart), n), rng.random(n) < 0.16
    lines = unit(rng.normal(0, 0.7, (len(heart), 3)) + unit(heart * [1, 0.4, 1]) * 0.6 + UP * 0.9)
    out = np.where(shoot[:, None], lines[which] + rng.normal(0, 0.07, (n, 3)), unit(rng.normal(0, 1, (n, 3)) + UP * 0.25))
    depth = rng.random(n) ** 0.35
    root = heart[which] + out * (np.where(shoot, 0.7 + 0.9 * depth, depth) * reach[which])[:, None]
    root[:, 1] = np.abs(root[:, 1]).clip(size * 0.4)
    along = unit(out * 0.6 + rng.normal(0, 0.6, (n, 3)) + UP * 0.25) * size * rng.uniform(0.65, 1.35, (n, 1))
    across = unit(np.cross(along, rng.normal(0, 1, (n, 3)) + out)) * size * 0.7
    soft = unit(out * 0.7 + unit(root - UP * 0.3) * 0.6 + UP * 0.2)
    shade = np.clip((0.12 + 0.6 * depth + 0.15 * shoot) * (0.32 + 0.85 * root[:, 1]), 0.06, 1)
    tone = colour[which] * jittered((1, 1, 1), n, rng, 0.16)
    return leaves(root, along, across, soft, tone, shade, 0.1 * root[:, 1] + 0.02, 3)


def _bush_bodies(rng: np.random.Generator, heart: np.ndarray, share: float, colour: np.ndarray) -> Mesh:
    """What is behind the leaves, dark; of a far bush it is most that is seen."""
    heart = heart * [0.8, 0.85, 0.8] + UP * 0.04
    at, triangles, out = lumps(rng, heart, np.full((len(heart), 3), 0.22 * share))
    at[:, 1] = np.maximum(at[:, 1], 0.0)
    shade = np.clip(0.12 + 0.5 * at[:, 1] * (0.6 + 0.4 * out[:, 1]), 0.05, 1.0)
    soft = unit(out * 0.8 + unit(at - UP * 0.3) * 0.5 + UP * 0.1)
    return surface(at, triangles, colour * 0.8, SPRAY, soft, 0.08 * at[:, 1], shade)


def fern(seed: int, level: int = 0) -> Mesh:
    """A fern: fronds arching from one foot, old ones brown; near by with leaflets; about 470, 200, 40 or 12 triangles."""
    rng, (n, pairs) = draw(seed, "fern"), ((13, 18), (11, 9), (10, 0), (6, 0))[level]
    angle = GOLDEN_ANGLE * np.arange(n) + rng.normal(0, 0.55, n)
    old = rng.random((n, 1)) < 0.08
    arch, length = rng.uniform(0.7, 1.75, (n, 1)) + 0.9 * old, rng.uniform(0.5, 1.25, (n, 1))
    twist = rng.normal(0, 0.35, (n, 1))

    def spine(t: np.ndarray) -> np.ndarray:
        bend = arch * t
        level = around(angle[:, None] + twist * t**2) * ((1 - np.cos(bend)) + 0.3 * t)[..., None]
        return (level + UP * np.sin(bend)[..., None]) * length[..., None]

    colour = jittered((0.095, 0.145, 0.046), n, rng, 0.16) * (1 - old) + jittered((0.15, 0.105, 0.05), n, rng) * old
    if not pairs:
        return unit_height(_fronds(spine, length, colour, (0.0, 0.28, 0.64, 1.0) if level == 2 else (0.0, 0.45, 1.0)))
    t = np.broadcast_to((np.arange(pairs) + 0.6) / pairs, (n, pairs))
    root = spine(t)
    ahead = unit(spine(t + 0.03) - root)
    beside = unit(np.cross(ahead, UP))
    reach = 0.32 * (np.sin(math.pi * np.clip(0.12 + 0.88 * t, 0, 1)) ** 0.8 + 0.06) * length * rng.uniform(0.8, 1.15, t.shape)
    both = [_leaflets(rng, root, ahead, beside * hand, reach, 1.2 / pairs, t, colour) for hand in (1, -1)]
    return unit_height(join(both))


def _fronds(
    spine: Callable[[np.ndarray], np.ndarray], length: np.ndarray, colour: np.ndarray, stations: tuple[float, ...]
) -> Mesh:
    """Whole fronds as strips, pointed at both ends, through these shares of their spines."""
    n, inner = len(colour), len(stations) - 2
    t = np.broadcast_to(np.array(stations), (n, len(stations)))
    at = spine(t)
    ahead = unit(spine(t + 0.03) - at)
    side = unit(np.cross(ahead, UP)) * (0.27 * np.sin(math.pi * (0.1 + 0.85 * t)) * length)[..., None]
    left, right = at - side - UP * 0.02, at + side - UP * 0.02
    points = np.concatenate([at[:, :1], np.stack([left, right], 2)[:, 1:-1].reshape(n, 2 * inner, 3), at[:, -1:]], 1)
    last = 2 * inner + 1
    each = [[0, 1, 2], [last - 2, last, last - 1]] + [[k, k + 2, k + 1] for k in range(1, last - 2, 2)]
    each += [[k + 1, k + 2, k + 3] for k in range(1, last - 2, 2)]
    triangles = (np.arange(n)[:, None, None] * (last + 1) + np.array(each)).reshape(-1, 3)
    share = np.concatenate([t[:, :1], np.repeat(t[:, 1:-1], 2, 1), t[:, -1:]], 1)
    soft = np.repeat(unit(np.cross(side, ahead)[:, 1] + UP * 0.5), last + 1, 0)
    shade = np.clip(0.2 + 0.85 * share, 0, 1).ravel()
    colours = (colour[:, None] * (0.75 + 0.4 * share)[..., None]).reshape(-1, 3)
    return surface(points.reshape(-1, 3), triangles, colours, SPRAY, soft, 0.05 * share.ravel(), shade)


def _leaflets(
    rng: np.random.Generator,
    root: np.ndarray,
    ahead: np.ndarray,
    beside: np.ndarray,
    reach: np.ndarray,
    width: float,
    t: np.ndarray,
    frond: np.ndarray,
) -> Mesh:
    n = t.size
    along = (beside + ahead * 0.45 - UP * 0.12) * reach[..., None]
    across = ahead * width * 0.9
    soft = unit(np.cross(ahead, beside) * np.sign(np.cross(ahead, beside)[..., 1:2]) + UP * 0.4)
    colour = np.repeat(frond, t.shape[1], axis=0) * jittered((1, 1, 1), n, rng, 0.08)
    shade, sway = np.clip(0.25 + 0.9 * t, 0, 1).ravel(), (0.05 * t).ravel()
    root, along, across, soft = (array.reshape(n, 3) for array in (root, along, across, soft))
    return leaves(root, along, across, soft, colour, shade, sway, 3, LEAF)


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
