"""What grows on a reef, 1 m high: corals that branch, bulge or spread a table, sponges, sea fans, in levels of detail."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from oyster_cli.picture.kinds import CORAL, LEAF, PLAIN, Mesh, join
from oyster_cli.picture.mesh import facets, icosphere, loft, placed, surface, tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, unit_height

LEVELS = 4
BONE = np.array([0.52, 0.46, 0.38])  # palest; a reef's colours come as tints


def staghorn(seed: int, level: int = 0) -> Mesh:
    """A thicket of antlers with pale tips: about 1100, 420, 160 or 42 triangles."""
    rng = draw(seed, "staghorn")
    stems, twigs, sides = ((22, 3, 5), (14, 2, 4), (9, 1, 3), (7, 0, 3))[level]
    out = around(np.arange(stems) * GOLDEN_ANGLE) * np.sqrt(np.linspace(0.02, 1, stems))[:, None]
    way = unit(out * rng.uniform(0.7, 1.3, (stems, 1)) + UP * rng.uniform(0.55, 1.1, (stems, 1)))
    long = rng.uniform(0.7, 1.05, (stems, 1))
    foot = out * 0.22
    tip = foot + way * long
    bend = foot + (tip - foot) * 0.5 + out * 0.06
    path = np.stack([foot, bend, tip] if level < 3 else [foot, tip], 1)
    meshes = [_antlers(path, 0.052 * (1, 1.1, 1.4, 1.9)[level], sides)]
    if twigs:
        root = (bend[:, None] + (tip - bend)[:, None] * rng.uniform(-0.5, 0.6, (stems, twigs, 1))).reshape(-1, 3)
        turned = unit(np.repeat(way, twigs, 0) + 0.9 * unit(rng.normal(0, 1, (stems * twigs, 3))) + 0.35 * UP)
        end = root + turned * rng.uniform(0.16, 0.42, (len(root), 1))
        meshes.append(_antlers(np.stack([root, end], 1), 0.036 * (1, 1.2, 1.6, 1)[level], sides))
    return unit_height(join(meshes))


def _antlers(paths: np.ndarray, radius: float, sides: int) -> Mesh:
    s = paths.shape[1]
    share = np.linspace(0, 1, s)
    radii = np.broadcast_to(radius * (1.0 - 0.72 * share), paths.shape[:2])
    pale = (0.62 + 0.38 * np.clip(paths[..., 1:2], 0, 1)) * (1 + 0.55 * share[:, None] ** 3)
    shade = np.clip(0.25 + 0.8 * paths[..., 1], 0.2, 1.0)
    return tubes(paths, radii, sides, BONE * pale, PLAIN, shade=shade)


def brain(seed: int, level: int = 0) -> Mesh:
    """A dome with winding grooves: some 1000, 250 or 65 triangles."""
    rng = draw(seed, "brain coral")
    ball = icosphere((3, 2, 1, 1)[level])
    p = ball.points.astype(float)
    bent = p * 9.0 + 1.6 * np.sin(p[:, [1, 2, 0]] * 6.0 + rng.uniform(0, 6, 3))
    groove = np.sin(bent[:, 0] + 1.3 * np.sin(bent[:, 2])) * np.sin(bent[:, 1] + 1.3 * np.sin(bent[:, 0]))
    swell = 1 + 0.10 * np.sin(p @ rng.normal(0, 2.2, 3) + 1.0) + 0.07 * np.sin(p @ rng.normal(0, 3.4, 3))
    points = p * (swell + 0.018 * groove)[:, None] * [1.12, 0.92, 1.05]
    points[:, 1] += 0.30
    colour = BONE * (0.74 + 0.26 * np.clip(groove * 1.6, -1, 1))[:, None]
    return unit_height(_over(surface(points, ball.triangles, colour, CORAL, shade=0.35 + 0.65 * np.clip(points[:, 1], 0, 1))))


def boulder_coral(seed: int, level: int = 0) -> Mesh:
    """A heap of lobes grown together: some 900, 380, 130 or 40 triangles."""
    rng = draw(seed, "boulder coral")
    count, fine = ((12, 1), (5, 1), (7, 0), (2, 0))[level]
    at = around(np.arange(count) * GOLDEN_ANGLE) * (0.42 * np.sqrt(np.arange(count) / count))[:, None]
    lumps = []
    for k in range(count):
        size = rng.uniform(0.24, 0.40) * (1.0 + 0.5 * (count < 6))
        high = 0.5 * (1 - (at[k, 0] ** 2 + at[k, 2] ** 2) * 3.0) + 0.1 * rng.random()
        lumps.append(placed(icosphere(fine, BONE, CORAL), at[k] + UP * high, scale=(size, size * rng.uniform(0.8, 1.25), size)))
    mesh = join(lumps)
    shade = np.clip(0.35 + 0.7 * mesh.points[:, 1], 0.25, 1).astype(np.float32)
    return unit_height(_over(replace(mesh, shade=shade)))


def _over(mesh: Mesh) -> Mesh:
    """The mesh without the triangles that lie wholly in the ground."""
    return replace(mesh, triangles=mesh.triangles[mesh.points[mesh.triangles, 1].max(1) > -0.12])


# of a table from its foot over its underside to the middle of its top: radius, height, tone, share of the sky seen
_TABLE = np.array([
    (0.34, 0.0, 0.4, 0.2), (0.26, 0.35, 0.4, 0.2), (0.55, 0.62, 0.4, 0.22), (1.15, 0.76, 0.45, 0.28), (1.82, 0.87, 0.8, 0.5),
    (1.90, 0.95, 1.25, 1.0), (1.66, 0.965, 0.9, 1.0), (1.15, 0.945, 0.65, 1.0), (0.62, 0.915, 0.7, 1.0), (0.02, 0.88, 0.8, 1.0),
])  # fmt: skip


def table(seed: int, level: int = 0) -> Mesh:
    """A flat plate on a stalk, its top rough and its rim ragged; some 4 m wide for its height of 1 m. 1600 to 48 triangles."""
    rng = draw(seed, "table coral")
    sides, nubs = ((40, 170), (28, 0), (14, 0), (8, 0))[level]
    rows = _TABLE if level < 2 else _TABLE[[0, 1, 3, 5, 9]] if level == 2 else _TABLE[[0, 1, 5, 9]]
    angle = np.arange(sides) * math.tau / sides
    ragged = 1.0 + 0.13 * np.sin(angle * 3 + rng.uniform(0, 6)) + 0.09 * np.sin(angle * 7 + rng.uniform(0, 6))
    tilt = rng.normal(0, 0.05, 2)
    r, y, tone, shade = (column[:, None] for column in rows.T)
    wide = r * np.where(r > 0.3, ragged, 1.0)
    lean = np.where(r > 0.3, r * (tilt[0] * np.cos(angle) + tilt[1] * np.sin(angle)), 0.0)
    rings = np.stack([wide * np.cos(angle), y + lean, wide * np.sin(angle)], 2)
    grooved = tone * (1 + 0.10 * np.sin(angle * 19) + 0.16 * rng.normal(size=(len(rows), sides)).clip(-2, 2))
    plate = loft(rings[:, ::-1], BONE * grooved[..., None], CORAL, caps=False, shade=np.broadcast_to(shade, wide.shape).ravel())
    return unit_height(join([plate, _nubs(rng, nubs, tilt)] if nubs else [plate]))


def _nubs(rng: np.random.Generator, n: int, tilt: np.ndarray) -> Mesh:
    """Little fingers that stand on a table."""
    r, a = 1.75 * np.sqrt(rng.random(n)), rng.uniform(0, math.tau, n)
    root = np.stack([r * np.cos(a), 0.90 + 0.03 * r + r * (tilt[0] * np.cos(a) + tilt[1] * np.sin(a)), r * np.sin(a)], 1)
    top = root + np.stack([0.04 * rng.normal(size=n), rng.uniform(0.03, 0.08, n), 0.04 * rng.normal(size=n)], 1)
    return tubes(np.stack([root, top], 1), np.tile([0.05, 0.015], (n, 1)), 3, BONE, PLAIN)


def tube_sponge(seed: int, level: int = 0) -> Mesh:
    """A stand of open tubes: 770, 450, 144 or 48 triangles."""
    rng = draw(seed, "tube sponge")
    count, sides = ((7, 11), (5, 9), (4, 6), (3, 4))[level]
    meshes = []
    for k in range(count):
        a, tall = k * GOLDEN_ANGLE, rng.uniform(0.5, 1.0)
        lean = np.array([math.cos(a), 0, math.sin(a)]) * rng.uniform(0.1, 0.34)
        t = np.array([0.0, 0.4, 0.85, 1.0, 0.97, 0.6])
        path = lean * (0.35 + t[:, None]) * [1, 0, 1] + UP * (t * tall)[:, None]
        radii = np.array([0.05, 0.085, 0.105, 0.098, 0.07, 0.05]) * rng.uniform(0.85, 1.15)
        turn = np.arange(sides) * math.tau / sides
        rings = path[:, None] + np.stack([np.cos(turn), 0 * turn, np.sin(turn)], 1)[None] * radii[:, None, None]
        tone = np.array([0.55, 0.8, 1.0, 1.2, 0.3, 0.06])[:, None, None] * np.ones((1, sides, 1))
        shade = np.repeat(np.array([0.4, 0.7, 1.0, 1.0, 0.5, 0.1]), sides)
        keep = [0, 1, 2, 3, 4, 5] if level < 2 else [0, 2, 3, 5] if level == 2 else [0, 3, 5]
        meshes.append(loft(rings[keep][:, ::-1], (BONE * tone)[keep], PLAIN, caps=False,
                           shade=shade.reshape(6, sides)[keep].ravel()))  # fmt: skip
    return unit_height(join(meshes))


def sea_fan(seed: int, level: int = 0) -> Mesh:
    """A lace of twigs spread in one plane, across the surge: about 570, 310 or 150 triangles; from afar thin leaves, 26."""
    rng = draw(seed, "sea fan")
    if level > 2:
        return _lace(rng, 13)
    ribs, twigs, width = ((15, 17, 0.016), (13, 10, 0.026), (11, 5, 0.042))[level]
    spread = np.linspace(-1.15, 1.15, ribs) + rng.normal(0, 0.04, ribs)
    reach = rng.uniform(0.85, 1.0, ribs) * (1 - 0.2 * np.abs(spread))
    way = np.stack([np.sin(spread), np.cos(spread), 0 * spread], 1)
    foot, knee = np.zeros((ribs, 3)) + [0, 0.02, 0], way * (0.35 * reach[:, None]) + UP * 0.06
    tip = way * reach[:, None] + UP * 0.05
    lines = [_strips(foot, knee, width * 1.6), _strips(knee, tip, width * 1.3)]
    t = np.tile(np.linspace(0.2, 0.98, twigs), ribs)
    rib = np.repeat(np.arange(ribs), twigs)
    side = np.where(np.arange(len(t)) % 2 == 0, 1.0, -1.0)
    root = way[rib] * (reach[rib] * t)[:, None] + UP * 0.05
    turned = spread[rib] + side * rng.uniform(0.7, 1.3, len(t))
    twig = np.stack([np.sin(turned), np.cos(turned), 0.1 * rng.normal(size=len(t))], 1)
    lines.append(_strips(root, root + twig * (0.06 + 0.11 * t * rng.uniform(0.7, 1.3, len(t)))[:, None], width * 0.9))
    return unit_height(join(lines))


def _lace(rng: np.random.Generator, petals: int) -> Mesh:
    """A fan seen from afar: thin leaves side by side, so that light shows between them."""
    middle = np.linspace(-1.15, 1.15, petals)
    half = 0.62 / petals
    reach = rng.uniform(0.75, 1.0, petals) * (1 - 0.2 * np.abs(middle))

    def out(angle: np.ndarray, far: np.ndarray) -> np.ndarray:
        return np.stack([np.sin(angle) * far, np.cos(angle) * far + 0.05, 0 * far], 1)

    foot = np.zeros((petals, 3)) + [0, 0.02, 0]
    corners = np.stack([foot, out(middle - half, reach * 0.85), out(middle, reach), out(middle + half, reach * 0.85)], 1)
    return unit_height(_twigs(corners))


def _strips(a: np.ndarray, b: np.ndarray, width: float) -> Mesh:
    """Flat strips in the plane of a fan."""
    across = unit(np.cross(b - a, [0.0, 0.0, 1.0])) * (width / 2)
    return _twigs(np.stack([a - across, a + across, b + across * 0.7, b - across * 0.7], 1))


def _twigs(corners: np.ndarray) -> Mesh:
    """Flat pieces (n, 4, 3) of a fan, lighter and looser outwards."""
    out = np.linalg.norm(corners, axis=2)
    across = np.tile([0.0, 0.35, 0.94], (corners.size // 3, 1))
    return facets(corners, BONE * (0.75 + 0.45 * out)[..., None], LEAF, normals=across, sway=(0.12 * out**1.5).ravel())


def weed(seed: int, level: int = 0) -> Mesh:
    """A tuft of broad blades that stand up in the water: 84, 36, 12 or 6 triangles."""
    rng = draw(seed, "sea grass")
    n, joints = ((14, 3), (9, 2), (6, 1), (6, 0))[level]
    foot = around(rng.uniform(0, math.tau, n)) * (0.3 * np.sqrt(rng.random((n, 1))))
    tall, lean = rng.uniform(0.55, 1.0, n), around(rng.uniform(0, math.tau, n)) * rng.uniform(0.05, 0.35, (n, 1))
    side = around(rng.uniform(0, math.tau, n)) * (0.022 * (1 + 0.5 * level))
    t = np.linspace(0, 1, joints + 2)[:, None, None]
    spine = foot + (UP * tall[:, None]) * t + lean * t**2
    left, right = spine - side * (1 - 0.6 * t), spine + side * (1 - 0.6 * t)
    corners = np.stack([left[:-1], right[:-1], right[1:], left[1:]], 2).reshape(-1, 4, 3)
    up = np.clip(corners[..., 1], 0, 1)
    colour = np.array([0.10, 0.17, 0.05]) * (0.5 + 0.7 * up)[..., None]
    return unit_height(facets(corners, colour, LEAF, normals=np.tile([0.2, 0.9, 0.2], (corners.size // 3, 1)),
                              sway=(0.12 * up**1.3).ravel(), shade=(0.35 + 0.65 * up).ravel()))  # fmt: skip
