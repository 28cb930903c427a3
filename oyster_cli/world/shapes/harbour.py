"""What stands and lies about in a harbour, in metres, on y = 0: pots, boxes, nets, houses, a lamp, a lighthouse."""

from __future__ import annotations

import numpy as np

from oyster_cli.picture.kinds import BARK, BLOCKS, BRICK, GLASS, GLOW, METAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import (
    blocks,
    boxes,
    extrude,
    facets,
    flat,
    icosphere,
    lathe,
    loft,
    placed,
    surface,
    tube,
    tubes,
    turn,
)
from oyster_cli.picture.room import BY_DAY, SHOPS
from oyster_cli.state import draw
from oyster_cli.world.shapes.boat import IRON, WHITE
from oyster_cli.world.shapes.facade import lit_rooms
from oyster_cli.world.shapes.quay import STONE, TIMBER

SLATE = np.array([0.060, 0.063, 0.070])
PANE = (0.018, 0.022, 0.026)


def lobster_pot() -> tuple[Mesh, Mesh]:
    """A half-round creel of hoops, slats and net, 0.7 m long, near and far."""
    angle = np.linspace(0, np.pi, 7)
    bow = np.stack([0.26 * np.cos(angle), 0.05 + 0.30 * np.sin(angle), 0 * angle], 1)
    hoops = np.stack([bow + [0, 0, z] for z in (-0.34, 0.0, 0.34)])
    slats = np.array([[-0.27, 0.0, z] for z in (-0.36, -0.12, 0.12, 0.32)])
    along = np.stack([hoops[0, 1:-1], hoops[2, 1:-1]], 1)
    ring = np.stack([bow * [0.98, 0.98, 1] + [0, 0, z] for z in (-0.34, 0.34)])
    net = loft(ring, (0.035, 0.06, 0.05), BARK)
    wood = [tubes(hoops, np.full((3, 7), 0.018), 4, TIMBER * 1.5, BARK), tubes(along, np.full((5, 2), 0.012), 3, TIMBER, BARK)]
    plain = tubes(hoops, np.full((3, 7), 0.02), 3, TIMBER * 1.5, BARK)
    return join([*wood, blocks(slats, [0.54, 0.04, 0.05], TIMBER * 1.3), net]), join([plain, net])


def crate(colour: tuple[float, float, float] = (0.19, 0.14, 0.085)) -> tuple[Mesh, Mesh]:
    """A slatted box 0.6 m long, near and far."""
    slats = [
        blocks([[-0.3, y, s * 0.2 - 0.012] for y in (0.02, 0.13, 0.24) for s in (-1, 1)], [0.6, 0.085, 0.024], colour),
        blocks([[s * 0.3 - 0.012, y, -0.2] for y in (0.02, 0.13, 0.24) for s in (-1, 1)], [0.024, 0.085, 0.4], colour),
    ]
    floor = blocks([[-0.29, 0.02, -0.19]], [0.58, 0.02, 0.38], np.multiply(colour, 0.6), shade=0.5)
    posts = blocks([[s * 0.285 - 0.02, 0.0, c * 0.185 - 0.02] for s in (-1, 1) for c in (-1, 1)], [0.04, 0.33, 0.04], colour)
    return join([*slats, floor, posts]), boxes([-0.31, 0.02, -0.21], [0.31, 0.33, 0.21], colour)


def net_heap(level: int) -> Mesh:
    """A heap of net with corks on it, 1.8 m across: 1 500 triangles, or 340 at level 1."""
    rng = draw(4, "net")
    ball = icosphere(3 - level)
    lump = 1 + 0.16 * np.sin(5 * ball.points @ rng.normal(0, 1, (3, 3))).sum(1, keepdims=True) * 0.5
    points = ball.points * lump * np.array([0.95, 0.42, 0.75])
    tone = (1 + 0.3 * np.sin(31 * ball.points[:, :1]) * np.sin(37 * ball.points[:, 2:])) * np.array([0.03, 0.085, 0.075])
    heap = placed(flat(surface(points, ball.triangles, tone, BARK), 0.5), (0, 0.05, 0))
    cork = np.array([[0.9 * np.cos(a), 0.30 + 0.06 * np.sin(3 * a), 0.62 * np.sin(a)] for a in np.arange(0, 6.2, 0.45)])
    corks = [placed(icosphere(0, (0.42, 0.24, 0.06)), at * rng.uniform(0.5, 0.85) + [0, 0.12, 0], scale=0.075) for at in cork]
    return join([heap, *corks])


def house(width_m: float, depth_m: float, eaves_m: float, wall: tuple[float, float, float], seed: int) -> tuple[Mesh, Mesh]:
    """A gabled house whose front looks to -z, its middle on the origin; and the panes that are lit at night and in fog."""
    w, d, peak = width_m / 2, depth_m / 2, eaves_m + 0.62 * depth_m
    plaster = np.array(wall)
    gable = np.array([[-d, 0], [d, 0], [d, eaves_m], [0, peak], [-d, eaves_m]])
    body = placed(extrude(gable, width_m, plaster, BLOCKS), (-w, 0, 0), turn("y", 90))
    slope = np.array([0, peak - eaves_m, d]) / np.hypot(peak - eaves_m, d)
    roof = []
    for s in (-1, 1):
        eave, ridge = np.array([0, eaves_m, s * d]) - slope * [0, 0.4, -0.4 * s], np.array([0, peak, 0])
        rows = np.linspace(0, 1, 9)
        for k in range(8):
            a, b = (eave + (ridge - eave) * rows[k + j] for j in (0, 1))
            lift = np.array([0, 0.05 + 0.035, 0])
            corners = np.array([[-w - 0.25, *(a + lift)[1:]], [w + 0.25, *(a + lift)[1:]], [w + 0.25, *(b + lift * 0.5)[1:]],
                                [-w - 0.25, *(b + lift * 0.5)[1:]]])  # fmt: skip
            roof.append(facets(corners[None], SLATE * (0.85 + 0.3 * ((k * 7 + seed) % 5) / 4)))
    chimneys = boxes([[x - 0.35, peak - 0.7, -0.3] for x in (-w + 0.5, w - 0.5)],
                     [[x + 0.35, peak + 0.95, 0.3] for x in (-w + 0.5, w - 0.5)], (0.17, 0.085, 0.06), BRICK)  # fmt: skip
    pots = [placed(lathe([[0.12, 0], [0.1, 0.4]], 6, (0.2, 0.09, 0.05)), (x, peak + 0.95, 0)) for x in (-w + 0.5, w - 0.5)]
    openings, lit = _openings(width_m, d, eaves_m, seed)
    return join([body, *roof, chimneys, *pots, openings]), lit


def _openings(width_m: float, d: float, eaves_m: float, seed: int) -> tuple[Mesh, Mesh]:
    """Door and windows of the front, set in white frames; some are lit."""
    rng = draw(seed, "house")
    floors = [0.9] if eaves_m < 4 else [0.9, 3.5]
    x = np.linspace(-width_m / 2 + 1.1, width_m / 2 - 1.1, max(2, int(width_m / 2.4)))
    frames, panes, lit = [], [], []
    for k, (cx, y) in enumerate((cx, y) for y in floors for cx in x):
        door = y < 1 and k == len(x) // 2
        w, low, high = (0.5, 0.0, 2.1) if door else (0.46, y, y + 1.25)
        frames.append(boxes([cx - w - 0.09, low - 0.07, -d - 0.05], [cx + w + 0.09, high + 0.09, -d + 0.02], WHITE))
        pane = np.array([[cx + a * w, y, -d - 0.06] for a, y in ((-1, low), (-1, high), (1, high), (1, low))])
        bars = boxes([[cx - 0.025, low, -d - 0.08], [cx - w, (low + high) / 2 - 0.02, -d - 0.08]],
                     [[cx + 0.025, high, -d - 0.05], [cx + w, (low + high) / 2 + 0.02, -d - 0.05]], WHITE)  # fmt: skip
        frames += [] if door else [bars]
        panes.append(facets(pane[None], (0.05, 0.09, 0.10) if door else PANE, PLAIN if door else GLASS))
        if not door and rng.random() < 0.4:
            lit.append(lit_rooms(pane[None] - [0, 0, 0.012], BY_DAY + rng.integers(SHOPS, size=1)))
    return join([*frames, *panes]), join(lit)


def lighthouse(height_m: float = 13.0) -> tuple[Mesh, Mesh]:
    """A white tower with a red band, gallery, lantern room and dome, and the lamp behind its panes at 0.86 of the height."""
    h = height_m / 13.0
    red = (0.34, 0.05, 0.035)
    profile = [[2.1, 0.0], [2.1, 0.5], [1.75, 0.55], [1.6, 3.6], [1.6, 3.601], [1.4, 7.0], [1.4, 7.001], [1.28, 9.4],
               [1.28, 9.401], [1.9, 9.9], [1.9, 10.1], [1.0, 10.12]]  # fmt: skip
    hues = [STONE * 1.3, STONE * 1.3, WHITE, WHITE, red, red, WHITE, WHITE, IRON, IRON, IRON, IRON]
    tower = lathe(profile, 20, np.array([np.array(hue) for hue in hues]), BLOCKS)
    posts = np.arange(8) * np.pi / 4
    bars = np.stack([np.stack([np.cos(posts), 0 * posts + y, np.sin(posts)], 1) for y in (10.1, 12.0)], 1)
    gallery = np.stack([np.stack([1.8 * np.cos(posts), 0 * posts + y, 1.8 * np.sin(posts)], 1) for y in (10.1, 11.0)], 1)
    turns_at = np.linspace(0, 2 * np.pi, 17)
    rail = tube(np.stack([1.8 * np.cos(turns_at), 0 * turns_at + 11.0, 1.8 * np.sin(turns_at)], 1), 0.04, 4, IRON, METAL)
    dome = lathe([[1.2, 12.0], [1.2, 12.15], [0.85, 12.65], [0.2, 12.95], [0.08, 13.0], [0.03, 13.6]], 12, red)
    door = boxes([-0.45, 0.5, -1.85], [0.45, 2.4, -1.6], (0.05, 0.08, 0.09))
    slits = boxes([[-0.22, y, -1.66 + 0.035 * y] for y in (4.6, 7.8)], [[0.22, y + 0.9, -1.3] for y in (4.6, 7.8)], PANE, GLASS)
    lamp = lathe([[0.42, 10.35], [0.62, 10.8], [0.62, 11.3], [0.42, 11.75]], 12, np.array([40.0, 30.0, 16.0]), GLOW)
    body = join([tower, tubes(bars, np.full((8, 2), 0.04), 4, IRON, METAL),
                 tubes(gallery, np.full((8, 2), 0.025), 4, IRON, METAL), rail, dome, door, slits])  # fmt: skip
    return placed(body, scale=h), placed(lamp, scale=h)


def lamp_iron(height_m: float = 4.2) -> tuple[Mesh, Mesh, tuple[float, float, float]]:
    """A quay lamp: an iron post with a swan neck towards +x and a shade; its lamp, and where that is."""
    post = lathe([[0.11, 0], [0.11, 0.3], [0.06, 0.4], [0.045, height_m]], 8, IRON, METAL)
    t = np.linspace(0, np.pi, 8)
    neck = np.stack([0.4 - 0.4 * np.cos(t), height_m + 0.4 * np.sin(t), 0 * t], 1)
    cone = lathe([[0.05, 0.12], [0.12, 0.08], [0.3, -0.06], [0.29, -0.07]], 12, IRON, METAL, caps=False)
    bulb = placed(icosphere(1, np.array([46.0, 26.0, 9.0]), GLOW), (0.8, height_m - 0.07, 0), scale=0.1)
    return join([post, tube(neck, 0.028, 5, IRON, METAL), placed(cone, (0.8, height_m, 0))]), bulb, (0.8, height_m - 0.12, 0.0)
