"""Town houses. The front faces -z with its middle on the origin, its foot on y = 0; the house runs back to z = depth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from oyster_cli.picture.kinds import BLOCKS, BRICK, Mesh, join
from oyster_cli.picture.mesh import boxes, facets, placed, turn
from oyster_cli.state import draw
from oyster_cli.world.shapes.facade import Openings, evenly, frames, ledges, panes, pierced, quads
from oyster_cli.world.shapes.rooftop import air_boxes, fire_escape, pipes, rooftop
from oyster_cli.world.shapes.shopfront import shop_windows

GROUND_M = 4.2
PAINT = ((0.03, 0.06, 0.05), (0.10, 0.02, 0.02), (0.02, 0.03, 0.07), (0.05, 0.05, 0.05), (0.16, 0.12, 0.05))  # shop fronts
Rgb = tuple[float, float, float]


@dataclass(frozen=True)
class Style:
    """What sets one street's houses apart."""

    wall: Rgb
    trim: Rgb
    frame: Rgb
    floor_m: float
    wide: float
    high: float
    spacing: float
    bars: tuple[float, ...]
    rail: float
    cornice_m: float
    sill_m: float = 0.85
    masonry: int = BLOCKS


STYLES = {
    "brick": Style(
        (0.215, 0.108, 0.082), (0.33, 0.30, 0.25), (0.10, 0.10, 0.09), 3.2, 1.1, 1.6, 2.3, (), 0.5, 0.55, 0.85, BRICK
    ),
    "stone": Style((0.34, 0.31, 0.26), (0.42, 0.39, 0.33), (0.30, 0.29, 0.27), 3.4, 1.15, 2.0, 2.6, (0.5,), 0.68, 0.7, 0.7),
    "glass": Style((0.28, 0.28, 0.27), (0.22, 0.22, 0.22), (0.06, 0.065, 0.07), 3.4, 1.75, 2.35, 1.9, (0.5,), 0.0, 0.12, 0.6),
}


def building(
    seed: int, width_m: float = 9.0, depth_m: float = 11.0, floors: int = 4, style: str = "brick", lit: float = 0.3
) -> list[Mesh]:
    """A house as [near, far] meshes; near has about 1000 to 3000 triangles, far some 150.

    floors: all of them, the shop on the ground included. style: brick, stone or glass. lit: share of the windows with
    light behind them (GLOW; the others are GLASS). The lit windows are the same in both.
    """
    kind = STYLES[style]
    height = GROUND_M + (floors - 1) * kind.floor_m
    tone = draw(seed, "building", "tone").uniform([0.6, -0.08, -0.12], [1.2, 0.08, 0.12])
    wall = np.asarray(kind.wall) * tone[0] * (1.0 + tone * [0, 1, 1])
    front = _upper(width_m, floors, kind)
    parts = [
        pierced(width_m, GROUND_M, height, front, wall, kind.masonry),
        panes(front, draw(seed, "building", "lit"), lit, rooms=True),
        frames(front, kind.frame, kind.bars, kind.rail),
        ledges(front, kind.trim, lintel=style != "glass"),
        _shop(seed, width_m, kind, wall, lit),
        _cornice(width_m, height, kind),
        *_other_sides(seed, width_m, depth_m, height, floors, kind, wall, lit),
        rooftop(draw(seed, "building", "roof"), width_m, depth_m, height, wall * 0.9, tank=style == "brick"),
        *_hung(seed, style, width_m, front, floors),
    ]
    return [join(parts), _far(seed, width_m, depth_m, height, front, kind, wall, lit)]


def _upper(width: float, floors: int, kind: Style) -> Openings:
    bottoms = GROUND_M + kind.sill_m + kind.floor_m * np.arange(floors - 1)
    return Openings(evenly(width - 0.4, kind.spacing), bottoms, kind.wide, kind.high)


def _hung(seed: int, style: str, width: float, front: Openings, floors: int) -> list[Mesh]:
    """What is fixed to the front: a fire escape, window air conditioners, a drain pipe."""
    rng = draw(seed, "building", "hung")
    parts = [pipes(rng, width, float(front.floors[-1]) + 2.4)] if floors > 1 else []
    if style == "brick" and floors > 2 and rng.random() < 0.6:
        parts.append(fire_escape(float(front.bays[len(front.bays) // 2]), front.floors - 0.25))
    if style != "glass":
        parts.append(air_boxes(rng, front, 0.16))
    return parts


def shop_light(seed: int, width_m: float, lit: float = 0.3) -> Mesh:
    """What shines behind the shop windows of the building() of this seed, when it is dark; empty where it is shut."""
    _, _, glass, _ = _shop_bays(seed, width_m)
    return shop_windows(glass, draw(seed, "building", "goods"), min(1.0, 2.2 * lit))


def shop_door(seed: int, width_m: float) -> float:
    """x of the middle of the shop's door in the building() of this seed."""
    return float(evenly(width_m - 0.5, 2.7)[_shop_bays(seed, width_m)[3]])


def _shop_bays(seed: int, width: float) -> tuple[np.random.Generator, np.ndarray, Openings, int]:
    """The shop's further luck, its paint, its windows, and which bay is the door."""
    rng = draw(seed, "building", "shop")
    paint = np.array(PAINT[rng.integers(len(PAINT))])
    bays = evenly(width - 0.5, 2.7)
    door = int(rng.integers(len(bays)))
    return rng, paint, Openings(np.delete(bays, door), np.array([0.55]), 2.2, 2.35, 0.12), door


def _shop(seed: int, width: float, kind: Style, wall: np.ndarray, lit: float) -> Mesh:
    """The ground floor: shop windows over a plinth, a door, a fascia board, and sometimes an awning."""
    rng, paint, glass, door = _shop_bays(seed, width)
    bays = evenly(width - 0.5, 2.7)
    all_bays = replace(glass, bays=bays)
    entry = Openings(bays[door : door + 1], np.array([0.7]), 0.75, 1.9, 0.01)
    parts = [
        pierced(width, 0.0, GROUND_M, all_bays, wall * 0.8, kind.masonry),
        panes(glass, rng, 0.0),
        frames(glass, tuple(paint), (0.5,), 0.8),
        boxes([bays[door] - 1.1, 0, 0.02], [bays[door] + 1.1, 2.9, 0.12], paint),
        panes(entry, rng, min(1.0, 1.5 * lit), rooms=True),
        boxes([-width / 2 + 0.15, 3.05, -0.14], [width / 2 - 0.15, 3.75, 0.0], paint, without=("z+",)),
        boxes([-width / 2, 3.85, -0.2], [width / 2, GROUND_M, 0.0], kind.trim, without=("z+",)),
        boxes([-width / 2, 0.0, -0.05], [width / 2, 0.4, 0.02], wall * 0.5, without=("z+", "y-"), shade=0.6),
    ]
    if rng.random() < 0.5:
        parts.append(awning(width - 1.0, paint * 1.6))
    return join(parts)


def awning(width: float, colour: np.ndarray, out_m: float = 1.3) -> Mesh:
    """A striped canvas over a shop window, sloping out from y = 3.1 to 2.6, with a hanging edge."""
    x = np.linspace(-width / 2, width / 2, max(5, int(width / 0.45)) | 1)
    edges = ((3.1, -0.15), (2.62, -out_m), (2.4, -out_m))
    top = np.stack([np.stack([x, np.full_like(x, y), np.full_like(x, z)], -1) for y, z in edges])
    strips = np.concatenate([
        np.stack([top[k, :-1], top[k, 1:], top[k + 1, 1:], top[k + 1, :-1]], axis=1)[:, ::-1] for k in range(2)
    ])  # fmt: skip
    stripe = np.tile(np.arange(len(x) - 1) % 2 == 0, 2)[:, None]
    cloth = facets(strips, np.where(stripe, colour, np.array([0.5, 0.48, 0.43])))
    under = facets(strips[: len(x) - 1, ::-1] - [0, 0.01, 0], colour * 0.6, shade=0.4)
    return join([cloth, under])


def _cornice(width: float, height: float, kind: Style) -> Mesh:
    """The moulding under the roof, in three steps, with brackets."""
    deep = kind.cornice_m
    steps = np.array([[0.95, 0.35], [0.55, 0.65], [0.2, 1.0]])  # how far below the roof it begins, how far it stands out
    low = np.array([[-width / 2 - 0.04, height - deep * a, -0.75 * deep * out] for a, out in steps])
    high = np.array([[width / 2 + 0.04, height - deep * (a - 0.4), 0.0] for a, _ in steps])
    parts = [boxes(low, high, kind.trim, without=("z+",), shade=0.85)]
    if deep > 0.3:
        x = evenly(width - 0.3, 0.8)
        foot = np.stack([x - 0.07, np.full_like(x, height - 1.3 * deep), np.full_like(x, -0.42 * deep)], axis=1)
        parts.append(boxes(foot, foot + np.array([0.14, 0.8 * deep, 0.42 * deep]), kind.trim, without=("z+", "y+"), shade=0.6))
    return join(parts)


def _other_sides(
    seed: int, width: float, depth: float, height: float, floors: int, kind: Style, wall: np.ndarray, lit: float
) -> list[Mesh]:
    """Two side walls and the back: plainer, with fewer windows set flat."""
    x, z, sides = width / 2, depth / 2, []
    for name, run, way, at in (
        ("left", depth, 90, (-x, 0, z)),
        ("right", depth, -90, (x, 0, z)),
        ("back", width, 180, (0, 0, depth)),
    ):
        bays = evenly(run - 1.5, kind.spacing * 1.5)
        holes = Openings(bays, _upper(width, floors, kind).floors, kind.wide, kind.high, -0.02)
        face = facets(quads(np.array([-run / 2]), run / 2, 0.0, height, 0.0), wall * 0.85, kind.masonry)
        rng = draw(seed, "building", name)
        side = join([face, panes(holes, rng, lit, rooms=True)])
        sides.append(placed(side, at, turn("y", way)))
    return sides


def _far(
    seed: int, width: float, depth: float, height: float, front: Openings, kind: Style, wall: np.ndarray, lit: float
) -> Mesh:  # fmt: skip
    """A box behind its window panes, which are where those of the near house are; a shop front, a cornice."""
    body = boxes([-width / 2, 0, 0.17], [width / 2, height + 0.5, depth], wall * 0.9, kind.masonry, without=("y-",))
    _, paint, glass, _ = _shop_bays(seed, width)
    bands = boxes([[-width / 2, 3.05, 0.0], [-width / 2, 3.85, 0.0], [-width / 2, height - kind.cornice_m, -0.3]],
                  [[width / 2, 3.75, 0.17], [width / 2, GROUND_M, 0.17], [width / 2, height, 0.17]],
                  np.array([paint, kind.trim, kind.trim]), without=("z+",))  # fmt: skip
    shop = panes(glass, draw(seed, "building", "shop"), min(1.0, 2 * lit), 1.4)
    return join([body, bands, panes(front, draw(seed, "building", "lit"), lit), shop])
