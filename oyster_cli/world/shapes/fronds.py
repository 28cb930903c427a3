"""Plants of long arching leaves, of height 1: palms, and the great paddle leaves of the undergrowth."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import BARK, LEAF, Mesh, join
from oyster_cli.picture.mesh import lattice, surface, tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, jittered, leaves, unit_height

LEVELS = 4
GREEN = (0.078, 0.112, 0.036)


def palm(seed: int, level: int = 0) -> Mesh:
    """A palm 1 m high: a slim ringed trunk and a head of feathered fronds; about 1300, 600, 160 or 90 triangles."""
    rng = draw(seed, "palm")
    fronds, pairs = ((17, 22), (13, 10), (13, 5), (9, 0))[level]
    lean = rng.normal(0, 0.06, 2)
    t = np.linspace(0, 1, (8, 6, 4, 3)[level])
    trunk = np.stack([lean[0] * t**2, 0.74 * t, lean[1] * t**2], 1)
    radius = 0.014 * (1.0 - 0.35 * t) + 0.012 * np.exp(-t / 0.05)
    wood = tubes(
        trunk[None], radius[None], (8, 6, 4, 3)[level], (0.17, 0.145, 0.115), BARK, sway=(0.06 * t**2)[None], shade=0.6
    )
    angle = GOLDEN_ANGLE * np.arange(fronds) + rng.normal(0, 0.2, fronds)
    pitch = np.linspace(1.25, -0.35, fronds) + rng.normal(0, 0.1, fronds)
    spine = _arcs(trunk[-1], angle, pitch, rng.uniform(0.30, 0.40, fronds), 1.25, (9, 6, 4, 3)[level])
    colour = jittered(GREEN, fronds, rng, 0.14)
    if pairs == 0:
        return unit_height(join([wood, strips(spine, 0.038, colour, 0.55, 0.10)]))
    ribs = [strips(spine, 0.004, colour * 1.1, 0.7, 0.10)] if level < 2 else []
    return unit_height(join([wood, *ribs, _feathers(rng, spine, pairs, colour)]))


def paddle(seed: int, level: int = 0) -> Mesh:
    """A clump of great leaves on stalks, torn by the wind, as bananas have; about 480, 220, 70 or 30 triangles."""
    rng = draw(seed, "paddle")
    count, joints = ((9, 12), (8, 5), (6, 2), (4, 1))[level]
    angle = GOLDEN_ANGLE * np.arange(count) + rng.normal(0, 0.3, count)
    pitch = rng.uniform(0.95, 1.45, count)
    spine = _arcs(np.zeros(3), angle, pitch, rng.uniform(0.75, 1.25, count), 1.35, joints + 3)
    old = rng.random((count, 1)) < 0.14
    colour = jittered((0.066, 0.098, 0.032), count, rng, 0.25) * (1 - old) + jittered((0.16, 0.115, 0.055), count, rng) * old
    if level > 1:
        return unit_height(strips(spine[:, 1:], 0.105, colour, 0.62, 0.08))
    stalk = strips(spine[:, :4], 0.018, colour * 0.9, 0.35, 0.05)
    return unit_height(join([stalk, strips(spine[:, 3:], 0.105, colour, 0.62, 0.08, 0.34 if level == 0 else 0.2)]))


def _arcs(foot: np.ndarray, angle: np.ndarray, pitch: np.ndarray, length: np.ndarray, droop: float, joints: int) -> np.ndarray:
    """(n, joints, 3) lines that start at a pitch above the horizon and bow down under their weight."""
    t = np.linspace(0, 1, joints)
    steep = pitch[:, None] - droop * t**1.3
    step = around(angle)[:, None] * np.cos(steep)[..., None] + UP * np.sin(steep)[..., None]
    way = np.cumsum(step, axis=1) - step[:, :1]
    return foot + way * (length / (joints - 1))[:, None, None]


def strips(spine: np.ndarray, half: float, colour: np.ndarray, shade: float, sway: float, torn: float = 0.0) -> Mesh:
    """Leaves along spines (n, s, 3), `half` wide to either side where widest, folded up along the midrib; colour (n, 3).

    torn: share of their width by which the edges go in and out, the bands between veins light and dark with them.
    """
    n, s = spine.shape[:2]
    t = np.linspace(0, 1, s)
    ahead = unit(np.gradient(spine, axis=1))
    side = unit(np.cross(ahead, UP) + 1e-4)
    lift = np.cross(side, ahead)
    wide = half * (np.sin(np.pi * np.clip(0.06 + 0.92 * t, 0, 1)) ** 0.6)[None, :, None]
    k = np.arange(s)
    left, right = (1.0 - torn * (0.5 + 0.5 * np.sin(2.4 * k + at)) * (k % 2) for at in (0.0, 2.0))
    left, right = wide * left[:, None], wide * right[:, None]
    points = np.stack([spine - side * left + lift * left * 0.35, spine, spine + side * right + lift * right * 0.35], 2)
    each = lattice(s, 3)
    triangles = (np.arange(n)[:, None, None] * (3 * s) + each).reshape(-1, 3)
    bands = (0.8 + 0.3 * t) * (1.0 - 0.5 * torn * (k % 2))
    tone = np.array([0.92, 1.18, 0.92])[None, None, :, None] * bands[None, :, None, None]
    colours = (colour[:, None, None] * tone).reshape(-1, 3)
    normals = unit(np.stack([lift - 0.35 * side, lift, lift + 0.35 * side], 2) + 0.3 * UP).reshape(-1, 3)
    light = np.tile(np.repeat(shade + (1 - shade) * t, 3), n)
    return surface(points.reshape(-1, 3), triangles, colours, LEAF, normals, np.tile(np.repeat(sway * t**1.5, 3), n), light)


def _feathers(rng: np.random.Generator, spine: np.ndarray, pairs: int, colour: np.ndarray) -> Mesh:
    """Leaflets hanging to both sides of every frond."""
    fronds, s = spine.shape[:2]
    t = np.broadcast_to((np.arange(pairs) + 0.8) / pairs, (fronds, pairs))
    place = t * (s - 1)
    low = np.minimum(place.astype(int), s - 2)
    row, rest = np.arange(fronds)[:, None], (place - low)[..., None]
    root = spine[row, low] * (1 - rest) + spine[row, low + 1] * rest
    ahead = unit(spine[row, low + 1] - spine[row, low])
    side = unit(np.cross(ahead, UP) + 1e-4)
    reach = 0.105 * np.sin(np.pi * np.clip(0.12 + 0.86 * t, 0, 1))[..., None] ** 0.7
    parts = []
    for hand in (1.0, -1.0):
        along = unit(side * hand + 0.55 * ahead - UP * rng.uniform(0.25, 0.6, (*t.shape, 1))) * reach
        across = ahead * (0.36 / pairs)
        soft = unit(np.cross(ahead, side) * -1.0 + 0.5 * UP)
        at, along, across, soft = (array.reshape(-1, 3) for array in (root, along, across, soft))
        own = np.repeat(colour, pairs, axis=0) * jittered((1, 1, 1), t.size, rng, 0.08)
        parts.append(leaves(at, along, across, soft, own, np.clip(0.35 + 0.6 * t, 0, 1).ravel(), (0.03 + 0.09 * t).ravel(), 3))
    return join(parts)
