"""What stands on a roof and hangs on a wall: parapets, tanks, aerials, fire escapes, air conditioners, pipes."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import METAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import blocks, boxes, facets, lathe, placed, tubes
from oyster_cli.world.shapes.facade import Openings

IRON = (0.035, 0.034, 0.033)
TAR = (0.06, 0.058, 0.055)
ZINC = (0.30, 0.31, 0.32)


def rooftop(rng: np.random.Generator, width: float, depth: float, height: float, wall: np.ndarray, tank: bool) -> Mesh:
    """The roof at y = height: tar, a parapet with coping, a stair head, boxes, an aerial, and a water tank if asked for."""
    parts = [_deck(width, depth, height, wall)]
    spot = np.array([rng.uniform(-0.25, 0.25) * width, height, depth * rng.uniform(0.55, 0.75)])
    parts.append(boxes(spot - [1.1, 0, 1.3], np.add(spot, [1.1, 2.4, 1.3]), wall, without=("y-",)))
    n = int(rng.integers(1, 4))
    at = np.stack([rng.uniform(-0.35, 0.35, n) * width, np.full(n, height), rng.uniform(0.2, 0.45, n) * depth], axis=1)
    size = rng.uniform(0.5, 1.0, (n, 3))
    parts.append(boxes(at - size * [1, 0, 1] / 2, at + size * [0.5, 1, 0.5], ZINC, METAL, without=("y-",), shade=0.9))
    parts.append(placed(aerial(), (-spot[0] * 0.8, height, depth * 0.35)))
    if tank and rng.random() < 0.6:
        parts.append(placed(water_tank(), (spot[0] * -0.9, height, depth * 0.5)))
    return join(parts)


def _deck(width: float, depth: float, height: float, wall: np.ndarray) -> Mesh:
    x, d, t, lift = width / 2, depth, 0.22, np.array([0, height, 0])
    low = np.array([[-x, 0, 0], [-x, 0, d - t], [-x, 0, t], [x - t, 0, t]]) + lift
    high = np.array([[x, 0.75, t], [x, 0.75, d], [t - x, 0.75, d - t], [x, 0.75, d - t]]) + lift
    cap = np.array([0.04, 0.0, 0.04])
    coping = boxes(np.c_[low[:, 0], high[:, 1], low[:, 2]] - cap, high + cap + [0, 0.07, 0], np.array([0.3, 0.28, 0.25]))
    tar = facets(np.array([[[-x, height, 0], [-x, height, d], [x, height, d], [x, height, 0]]]), TAR)
    return join([boxes(low, high, wall, without=("y-", "y+")), coping, tar])


def water_tank() -> Mesh:
    """A wooden tank on iron legs, 5.5 m high."""
    legs = np.array([[sx * 0.95, 0.0, sz * 0.95] for sx in (-1, 1) for sz in (-1, 1)])
    frame = boxes(legs - [0.06, 0, 0.06], np.add(legs, [0.06, 2.1, 0.06]), IRON, METAL, without=("y-", "y+"))
    deck = boxes([-1.2, 2.0, -1.2], [1.2, 2.15, 1.2], IRON, METAL)
    hoops = np.array(
        [[1.25, 2.15], [1.22, 3.0], [1.25, 3.02], [1.25, 3.06], [1.21, 3.08], [1.18, 4.3], [1.3, 4.32], [0.03, 5.4]]
    )
    wood = np.array([0.13, 0.085, 0.055])
    colour = np.array([wood, wood, IRON, IRON, wood, wood * 0.8, TAR, TAR])
    return join([frame, deck, lathe(hoops, 14, colour, PLAIN, caps=False)])


def aerial() -> Mesh:
    """A television aerial on a mast, 3 m high."""
    bars = np.array([[[-0.02 * k - 0.3, 2.2 + 0.0, 0.18 * k - 0.4], [0.3 + 0.02 * k, 2.2, 0.18 * k - 0.4]] for k in range(6)])
    paths = np.concatenate([bars, [[[0, 2.2, -0.5], [0, 2.2, 0.7]], [[0, 0, 0], [0, 3.0, 0]]]])
    return tubes(paths, np.full((len(paths), 2), 0.014), 3, ZINC, METAL)


def air_boxes(rng: np.random.Generator, windows: Openings, share: float) -> Mesh:
    """Air conditioners in the lower part of some windows."""
    low = windows.low()
    low = low[rng.random(len(low)) < share] + [windows.wide / 2 - 0.33, 0.02, -0.38]
    body = blocks(low, [0.66, 0.42, 0.5], ZINC, METAL, without=("z+",), shade=0.85)
    vents = low[:, None] + np.array([[0.05, 0.08 + 0.09 * k, -0.004] for k in range(4)])
    slots = blocks(vents.reshape(-1, 3), [0.56, 0.035, 0.004], IRON, without=("z+", "x-", "x+", "y-", "y+"))
    return join([body, slots])


def pipes(rng: np.random.Generator, width: float, height: float) -> Mesh:
    """A drain pipe down one edge of the front."""
    x = (width / 2 - 0.25) * (1 if rng.random() < 0.5 else -1)
    path = np.array([[x, height, 0.0], [x, height - 0.15, -0.14], [x, 0.3, -0.14], [x, 0.1, -0.3]])
    return tubes(path[None], np.full((1, 4), 0.055), 6, (0.09, 0.09, 0.085), METAL, beside=np.array([1.0, 0, 0]))


def fire_escape(x: float, floors: np.ndarray) -> Mesh:
    """Iron balconies at heights `floors` in front of the bay at x, joined by stairs, with a ladder below the lowest."""
    half, out, rail = 1.7, 1.0, 0.95
    parts = []
    for k, y in enumerate(floors):
        slats = np.linspace(-out, -0.1, 6)[:, None]
        low = np.c_[np.full(6, x - half), np.full(6, y - 0.04), slats[:, 0]]
        parts.append(blocks(low, [2 * half, 0.03, 0.11], IRON, METAL, without=("x-", "x+")))
        parts.append(_railing(x, y, half, out, rail))
        if k:
            parts.append(_stair(x + (0.5 if k % 2 else -0.5), floors[k - 1], y, 1.0 if k % 2 else -1.0))
    steps = floors[0] - 0.35 * np.arange(1, 6)
    rungs = np.c_[np.full(5, x + half - 0.5), steps, np.full(5, -out)]
    return join([*parts, blocks(rungs, [0.45, 0.03, 0.03], IRON, METAL)])


def _railing(x: float, y: float, half: float, out: float, rail: float) -> Mesh:
    posts = np.linspace(x - half, x + half, 13)
    bars = [[(px, y, -out), (px, y + rail, -out)] for px in posts]
    for height in (0.5 * rail, rail):
        bars.append([(x - half, y + height, -out), (x + half, y + height, -out)])
        bars += [[(x + side, y + height, -out), (x + side, y + height, 0)] for side in (-half, half)]
    return tubes(np.array(bars, float), np.full((len(bars), 2), 0.015), 3, IRON, METAL)


def _stair(x: float, low: float, high: float, way: float) -> Mesh:
    run = 0.85 * way
    foot, head = np.array([x - run, low, -0.55]), np.array([x + run, high, -0.55])
    share = (np.arange(10)[:, None] + 0.5) / 10
    steps = foot + (head - foot) * share
    treads = boxes(steps - [0.13, 0.012, 0.3], np.add(steps, [0.13, 0.012, 0.3]), IRON, METAL)
    sides = np.array(
        [[np.add(foot, [0, 0.03, z]), np.add(head, [0, 0.03, z])] for z in (-0.3, 0.3)]
        + [[np.add(foot, [0, 0.8, z]), np.add(head, [0, 0.8, z])] for z in (-0.3, 0.3)]
    )
    return join([treads, tubes(sides, np.full((4, 2), 0.025), 3, IRON, METAL)])
