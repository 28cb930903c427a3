"""Boats, in metres: bow to +z, waterline at y = 0, keel below. A fishing boat, a sailing boat, a dinghy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import GLASS, METAL, PLAIN, PLANKS, Mesh, join
from oyster_cli.picture.mesh import blocks, box, boxes, facets, flat, icosphere, lathe, loft, placed, tube, tubes, turn
from oyster_cli.picture.room import BY_DAY
from oyster_cli.world.shapes.facade import lit_rooms

Colour = tuple[float, float, float]
WHITE: Colour = (0.62, 0.61, 0.57)
DECK: Colour = (0.23, 0.17, 0.105)
BLACK: Colour = (0.018, 0.018, 0.02)
RUST: Colour = (0.21, 0.085, 0.035)
ROPE: Colour = (0.31, 0.25, 0.15)
IRON: Colour = (0.05, 0.05, 0.052)
ORANGE: Colour = (0.55, 0.14, 0.03)
CANVAS: Colour = (0.045, 0.07, 0.13)
OPEN_ROOM = 282  # a number of a room without curtains


@dataclass(frozen=True)
class Hull:
    """The lines of a hull. Shares of the length run from the stern (0) to the stem (1)."""

    length_m: float
    beam_m: float
    draught_m: float
    freeboard_m: float  # amidships
    sheer_m: float  # how much higher the stem is
    full: float  # width amidships at the waterline: the smaller, the fuller
    transom: float  # width of the stern as a share of the beam
    rake_m: float  # how far the stem leans forward

    def half_beam(self, t: np.ndarray) -> np.ndarray:
        """Of the deck at shares of the length."""
        fore = 1 - np.clip((t - 0.42) / 0.58, 0, 1) ** 2.4
        aft = self.transom + (1 - self.transom) * np.sin(np.clip(t / 0.42, 0, 1) * np.pi / 2)
        return self.beam_m / 2 * np.minimum(fore, aft).clip(0.012)

    def rail_m(self, t: np.ndarray) -> np.ndarray:
        """Height of the gunwale."""
        return self.freeboard_m + self.sheer_m * np.clip((t - 0.35) / 0.65, 0, 1) ** 2 + 0.25 * self.sheer_m * (1 - t) ** 3

    def at(self, t: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(…, 3) points of the starboard side at shares of the length and heights."""
        deep = self.draught_m * (0.55 + 0.45 * np.sin(np.clip(t * 1.15, 0, 1) * np.pi))
        v = np.clip((y + deep) / (self.rail_m(t) + deep), 0, 1)
        flare = self.full + 0.75 * np.clip((t - 0.35) / 0.65, 0, 1) ** 2
        z = self.length_m * (t - 0.5) + self.rake_m * (v - 0.5) * np.clip((t - 0.6) / 0.4, 0, 1) ** 2
        return np.stack(np.broadcast_arrays(self.half_beam(t) * v**flare, np.maximum(y, -deep), z), -1)


TRAWLER = Hull(11.5, 4.0, 1.3, 1.15, 1.0, 0.22, 0.72, 1.1)
YACHT = Hull(9.2, 2.9, 0.7, 0.85, 0.35, 0.34, 0.62, 1.2)
DINGHY = Hull(3.4, 1.4, 0.22, 0.38, 0.22, 0.4, 0.8, 0.3)


def _shell(hull: Hull, paint: Colour, below: Colour, stations: int) -> Mesh:
    """The outside from keel to gunwale, with the waterline's stripe, and a flat transom."""
    t = np.linspace(0, 1, stations) ** 0.9
    rail = hull.rail_m(t)
    share = np.array([-1.0, -0.5, -0.06, 0.0, 0.001, 0.09, 0.091, 0.45, 0.74, 0.741, 1.0])
    y = np.where(share < 0, share * hull.draught_m, share * rail[:, None])
    side = hull.at(t[:, None] + 0 * y, y)
    band = np.array([below] * 4 + [WHITE] * 2 + [paint] * 3 + [WHITE] * 2, float)
    worn = 1 + 0.07 * np.sin(np.arange(stations) * 5.1)[:, None, None]
    ring = np.concatenate([side[:, ::-1] * [-1, 1, 1], side[:, 1:]], 1)
    colour = np.concatenate([band[::-1], band[1:]])[None] * worn
    skin = loft(ring, colour, PLANKS, caps=False, closed=False)
    rub = np.array([hull.at(t, 0.74 * rail) * [side, 1, 1] + [side * 0.02, 0, 0] for side in (-1, 1)])
    strakes = tubes(rub, np.full((2, stations), 0.05), 5, BLACK)
    s = ring[0]
    stern = np.stack([s[:10], s[1:11], s[19:9:-1], s[20:10:-1]], 1)
    return join([skin, strakes, facets(stern, colour[0, :10] * 0.9, PLANKS)])


def _inside(hull: Hull, below_m: float, deck: Colour, paint: Colour, stations: int) -> Mesh:
    """The deck, so far below the rail, the inner side of the bulwark and the rail on it."""
    t = np.linspace(0.0, 0.985, stations)
    rail = hull.rail_m(t)
    edge, floor = hull.at(t, rail), hull.at(t, rail - below_m) * [0.96, 1, 1]
    inner = edge * [0.95, 1, 1] - [0, 0.01, 0]
    deck_mesh = loft(np.stack([floor * [-1, 1, 1], floor], 1), deck, PLANKS, caps=False, closed=False, shade=0.7)
    lining = [
        loft(np.stack([inner * [s, 1, 1], floor * [s, 1, 1]], 1), tuple(0.8 * c for c in paint), PLAIN, caps=False,
             closed=False, shade=0.55)
        for s in (-1, 1)
    ]  # fmt: skip
    whole = np.concatenate([edge, edge[::-1] * [-1, 1, 1]])
    cap = tube(np.concatenate([whole, whole[:1]]) + [0, 0.02, 0], 0.05, 5, tuple(0.45 * c for c in DECK))
    return join([deck_mesh, *lining, cap])


def _wires(lines: list[tuple[Colour, float, list[list[float]]]]) -> Mesh:
    """Stays and ropes: colour, radius, points."""
    return join([tube(np.array(points, float), radius, 3, colour) for colour, radius, points in lines])


def _wheelhouse(paint: Colour) -> tuple[Mesh, Mesh]:
    """A cabin 2.1 m wide whose front of windows leans forward, standing on y = 0; and its lit panes."""
    heights, lean = np.array([0.0, 1.05, 2.15]), np.array([0.0, 0.06, 0.30])
    half = 1.05 - 0.02 * heights
    rings = np.stack([np.stack([s * half, heights, f * 1.05 + (f > 0) * lean], 1) for s, f in
                      ((-1, -1), (1, -1), (1, 1), (-1, 1))], 1)  # fmt: skip
    walls = flat(loft(rings, WHITE, caps=False))
    roof = placed(box((2.5, 0.11, 2.75), 0.03, paint), (0, 2.2, 0.14))
    trim = placed(box((2.2, 0.09, 2.3), 0.0, paint), (0, 0.92, 0.02))
    funnel = placed(lathe([[0.11, 0.0], [0.11, 0.8], [0.09, 0.8]], 7, IRON, METAL), (0.6, 2.2, -0.7))
    panes, lit = _cabin_windows(0.0)
    return join([walls, roof, trim, funnel, *panes]), lit


def _cabin_windows(low: float) -> tuple[list[Mesh], Mesh]:
    """Dark panes all round, and the lit ones: the front and the sides, seen when someone is on board."""
    y0, y1 = low + 1.1, low + 1.7
    front = [np.array([[x, y0, 1.165], [x + 0.58, y0, 1.165], [x + 0.58, y1, 1.295], [x, y1, 1.295]])
             for x in (-0.93, -0.29, 0.35)]  # fmt: skip
    side = [np.array([[s * 1.055, y0, z], [s * 1.055, y0, z + 0.7], [s * 1.045, y1, z + 0.7], [s * 1.045, y1, z]])
            for s in (-1, 1) for z in (-0.85, 0.05)]  # fmt: skip
    frames = [placed(box((0.66, 0.70, 0.03), 0.0, BLACK), (x + 0.29, (y0 + y1) / 2, 1.208), turn("x", 12.2)) for x in
              (-0.93, -0.29, 0.35)]  # fmt: skip
    panes = np.stack([*front, *side[:2], *(pane[::-1] for pane in side[2:])])
    glass = facets(panes, (0.02, 0.025, 0.03), GLASS)
    out = np.array([[0, 0, 0.012]] * 3 + [[0.012 * s, 0, 0] for s in (-1, -1, 1, 1)])
    return [*frames, glass], lit_rooms(panes + out[:, None], np.full(len(panes), BY_DAY + OPEN_ROOM), 1.1)


def trawler(paint: Colour, near: bool = True) -> tuple[Mesh, Mesh]:
    """An inshore fishing boat and its lit cabin windows. About 3 000 triangles near, 1 300 far."""
    hull, n = TRAWLER, 17 if near else 10
    cabin, lit = _wheelhouse(paint)
    place = (0.0, 0.62, 0.9)
    parts = [
        _shell(hull, paint, RUST, n), _inside(hull, 0.6, DECK, WHITE, n), placed(cabin, place), _mast(near),
        _wires([(BLACK, 0.022, [[0, 6.9, 0.5], [0, 2.35, 6.0]]), (BLACK, 0.02, [[0, 6.6, 0.5], [1.9, 1.2, -1.3]]),
                (BLACK, 0.02, [[0, 6.6, 0.5], [-1.9, 1.2, -1.3]]), (BLACK, 0.02, [[0, 6.8, 0.4], [0, 3.6, -5.4]])]),
    ]  # fmt: skip
    if near:
        parts += [_gallows(), _deck_gear(), _fenders(hull), _bow_rail(hull)]
    return join(parts), placed(lit, place)


def _mast(near: bool) -> Mesh:
    """The mast behind the cabin with its boom, lamp and radar."""
    pole = lathe([[0.085, 0.6], [0.07, 4.5], [0.04, 7.0]], 6 if near else 4, (0.42, 0.33, 0.19))
    boom = tube(np.array([[0, 2.9, 0.3], [0, 4.4, -4.2]]), 0.05, 5, (0.42, 0.33, 0.19))
    yard = tube(np.array([[-0.8, 5.6, 0.45], [0.8, 5.6, 0.45]]), 0.025, 4, WHITE)
    radar = placed(box((1.1, 0.12, 0.16), 0.02, WHITE), (0, 4.3, 1.0), turn("y", 25))
    stand = boxes([-0.12, 2.85, 0.85], [0.12, 4.22, 1.1], WHITE)
    return join([placed(pole, (0, 0, 0.45)), boom, yard, radar, stand])


def _gallows() -> Mesh:
    """The frame over the stern with its net drum."""
    frame = np.array([[-1.35, 0.6, -4.5], [-1.2, 3.2, -4.7], [1.2, 3.2, -4.7], [1.35, 0.6, -4.5]])
    bars = [tube(frame, 0.075, 6, IRON, METAL), tube(frame[[0, 3]] + [0, 0.9, 0.0], 0.05, 5, IRON, METAL)]
    drum = placed(lathe([[0.16, -0.9], [0.5, -0.88], [0.5, -0.8], [0.36, -0.78], [0.4, 0.0], [0.36, 0.78], [0.5, 0.8],
                         [0.5, 0.88], [0.16, 0.9]], 12, (0.07, 0.13, 0.10)), (0, 1.35, -3.6), turn("z", 90))  # fmt: skip
    return join([*bars, drum])


def _deck_gear() -> Mesh:
    """What lies about on deck: boxes of fish, a coil, floats, a life ring on the cabin."""
    low = np.array([[-1.15, 0.62, -2.6], [-1.15, 0.62, -1.95], [-1.15, 0.9, -2.45], [0.55, 0.62, -1.6], [0.55, 0.62, -2.25]])
    hue = np.array([[0.05, 0.16, 0.30], [0.40, 0.25, 0.04], [0.05, 0.16, 0.30], [0.34, 0.06, 0.03], [0.05, 0.16, 0.30]])
    crates = join([blocks(a[None], [0.7, 0.27, 0.55], c) for a, c in zip(low, hue, strict=True)])
    floats = [placed(icosphere(1, ORANGE), (x, yy, z), scale=0.2) for x, yy, z in
              ((1.2, 0.8, -3.0), (0.95, 0.8, -2.85), (1.1, 1.05, -2.9), (-1.35, 0.8, 3.2))]  # fmt: skip
    ring = placed(_torus(0.3, 0.065, ORANGE), (1.1, 1.35, 0.55), turn("z", 90))
    hatch = placed(box((1.3, 0.25, 1.2), 0.03, (0.2, 0.22, 0.2)), (0, 0.95, 3.4))
    winch = placed(lathe([[0.12, -0.5], [0.3, -0.48], [0.16, -0.4], [0.16, 0.4], [0.3, 0.48], [0.12, 0.5]], 9, IRON, METAL),
                   (0, 1.0, 2.45), turn("z", 90))  # fmt: skip
    return join([crates, *floats, ring, hatch, winch])


def _torus(radius: float, thick: float, colour: Colour, sides: int = 12) -> Mesh:
    """A ring about the y axis."""
    turns = np.linspace(0, 2 * np.pi, sides + 1)
    return tube(radius * np.stack([np.cos(turns), 0 * turns, np.sin(turns)], 1), thick, 6, colour)


def _fenders(hull: Hull) -> Mesh:
    """Old tyres along both sides."""
    tyres = []
    for t in (0.18, 0.36, 0.54, 0.7):
        foot = hull.at(np.array(t), np.array(0.62))
        for s in (-1, 1):
            at = foot * [s, 1, 1] + [s * 0.1, 0, 0]
            tyres.append(placed(_torus(0.27, 0.1, BLACK), at, turn("z", 90)))
            top = hull.at(np.array(t), hull.rail_m(np.array(t))) * [s, 1, 1]
            tyres.append(tube(np.array([at + [0, 0.27, 0], top]), 0.018, 3, ROPE))
    return join(tyres)


def _bow_rail(hull: Hull) -> Mesh:
    """A pulpit of pipe around the bow."""
    t = np.linspace(0.72, 0.995, 6)
    foot = hull.at(t, hull.rail_m(t))
    top = foot + [0, 0.62, 0]
    whole = np.concatenate([top, top[::-1] * [-1, 1, 1]])
    posts = np.stack([foot[::2], top[::2]], 1)
    posts = np.concatenate([posts, posts * [-1, 1, 1]])
    return join([tube(whole, 0.022, 4, WHITE, METAL), tubes(posts, np.full((len(posts), 2), 0.02), 4, WHITE, METAL)])


def yacht(paint: Colour, near: bool = True) -> Mesh:
    """A sloop with its mainsail furled under a cover. About 1 500 triangles near, 700 far."""
    hull, n = YACHT, 15 if near else 9
    shell, deck = _shell(hull, paint, CANVAS, n), _inside(hull, 0.08, WHITE, WHITE, n)
    coach = placed(box((1.5, 0.42, 3.0), 0.12, WHITE), (0, 1.05, 0.6))
    ports = boxes([[s * 0.755 - 0.01, 1.02, z] for s in (-1, 1) for z in (-0.4, 0.5, 1.2)],
                  [[s * 0.755 + 0.01, 1.17, z + 0.5] for s in (-1, 1) for z in (-0.4, 0.5, 1.2)], BLACK, GLASS)  # fmt: skip
    mast = placed(lathe([[0.095, 0.9], [0.09, 8.0], [0.06, 12.4]], 6 if near else 4, (0.40, 0.41, 0.42)), (0, 0, 1.0))
    furled = np.array([[0, 2.0, 0.9], [0, 2.02, 0.3], [0, 1.97, -1.2], [0, 1.9, -2.7]])
    sail = tube(furled, np.array([0.10, 0.19, 0.15, 0.06]), 6, CANVAS)
    boom = tube(furled[[0, 3]] - [0, 0.14, 0], 0.05, 4, (0.40, 0.41, 0.42))
    spreader = tube(np.array([[-0.85, 7.0, 0.9], [0.85, 7.0, 0.9]]), 0.025, 4, WHITE)
    steel = (0.16, 0.16, 0.17)
    shrouds = [(steel, 0.02, [[0, 12.1, 1.0], [s * 0.85, 7.0, 0.9], [s * 1.38, 0.95, 0.8]]) for s in (-1.0, 1.0)]
    stays = _wires([(steel, 0.02, [[0, 12.2, 1.0], [0, 1.3, 5.0]]), (steel, 0.02, [[0, 12.3, 1.0], [0, 1.0, -4.5]]), *shrouds])
    return join([shell, deck, coach, ports, mast, sail, boom, spreader, stays])


def dinghy(paint: Colour) -> Mesh:
    """An open rowing boat with three thwarts and its oars shipped. About 500 triangles."""
    hull = DINGHY
    thwarts = boxes([[-0.6, 0.2, z] for z in (-1.1, -0.1, 0.8)], [[0.6, 0.24, z + 0.22] for z in (-1.1, -0.1, 0.8)], DECK)
    oars = [tube(np.array([[s * 0.3, 0.32, -1.3], [s * 0.25, 0.34, 1.0]]), 0.025, 4, (0.40, 0.30, 0.17)) for s in (-1, 1)]
    return join([_shell(hull, paint, RUST, 9), _inside(hull, 0.42, DECK, DECK, 9), thwarts, *oars])
