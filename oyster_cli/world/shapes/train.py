"""A diesel engine, coaches and the line they run on. A car's front looks along +z; its origin is on the rails in its middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import GLASS, METAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import boxes, facets, flat, lathe, loft, placed, turn

GAUGE_M, WHEEL_M, RAIL_M = 1.435, 0.46, 0.16  # WHEEL_M: radius; RAIL_M: high
JOINT_M, SLEEPER_M = 18.0, 0.65
DARK, STEEL, RUST = (0.03, 0.03, 0.032), (0.16, 0.155, 0.15), (0.11, 0.075, 0.05)
BALLAST, EARTH, WOOD = (0.17, 0.16, 0.15), (0.075, 0.072, 0.04), (0.055, 0.042, 0.032)
CREAM, GREY = (0.50, 0.47, 0.38), (0.22, 0.22, 0.225)
TOP_M = 1.75  # half the bed's width


@dataclass(frozen=True)
class Car:
    """One car: its body, where its bogies turn and where its axles are along it, front to rear."""

    body: Mesh
    length_m: float
    bogies: tuple[float, float]  # z
    axles: tuple[float, float, float, float]  # z


def engine(paint: tuple[float, float, float]) -> Car:
    """A diesel with a cab at its front end."""
    hull = _hull(16.4, 1.45, 1.1, 3.75, paint, cut=0.55)
    nose, side = 8.2, 1.465
    front = facets(np.array([[[s * 0.12, 2.75, nose - 0.52], [s * 1.15, 2.75, nose - 0.52], [s * 1.1, 3.45, nose - 0.62],
                              [s * 0.12, 3.45, nose - 0.62]] for s in (-1, 1)]), (0.03, 0.035, 0.04), GLASS)  # fmt: skip
    doors = _panes([nose - 1.9], 0.8, 2.6, 3.3, side)
    slats = np.array([[s * (side + 0.01) - 0.02, 2.0 + 0.16 * k, -5.5] for s in (-1, 1) for k in range(8)])
    lines = boxes([[s * side - 0.006, 1.55, -8.0] for s in (-1, 1)], [[s * side + 0.006, 1.8, 7.5] for s in (-1, 1)], CREAM)
    lamps = boxes([[-0.9, 1.5, nose - 0.05], [0.65, 1.5, nose - 0.05]], [[-0.65, 1.7, nose + 0.03], [0.9, 1.7, nose + 0.03]],
                  (0.75, 0.74, 0.70), METAL)  # fmt: skip
    stacks = boxes([-0.35, 3.7, -1.6], [0.35, 4.15, 0.4], DARK)
    grill = boxes(slats, slats + [0.04, 0.09, 7.5], DARK)
    tank = boxes([-1.1, 0.35, -2.1], [1.1, 1.1, 2.1], DARK)
    return _on_bogies([hull, front, doors, grill, lines, lamps, stacks, tank], 16.4, 4.9)


def coach(paint: tuple[float, float, float]) -> Car:
    """A passenger coach with a row of windows."""
    hull = _hull(19.6, 1.42, 1.0, 3.85, paint)
    windows = _panes(list(np.arange(-7.8, 7.9, 1.95)), 1.25, 2.15, 2.95, 1.43)
    band = boxes([[s * 1.425 - 0.006, 2.02, -9.4] for s in (-1, 1)], [[s * 1.425 + 0.006, 3.08, 9.4] for s in (-1, 1)], CREAM)
    doors = boxes(
        [[s * 1.43 - 0.008, 1.15, z - 0.42] for s in (-1, 1) for z in (-8.85, 8.85)],
        [[s * 1.43 + 0.008, 3.05, z + 0.42] for s in (-1, 1) for z in (-8.85, 8.85)], DARK,
    )  # fmt: skip
    below = boxes([-0.9, 0.45, -3.5], [0.9, 1.0, 3.0], DARK)
    return _on_bogies([hull, band, windows, doors, below], 19.6, 6.9)


def _hull(
    long_m: float, half_m: float, floor_m: float, roof_m: float, paint: tuple[float, float, float], cut: float = 0.0
) -> Mesh:
    """Walls and an arched roof from end to end; cut: how far the upper front leans back."""
    side = np.array(
        [(half_m, floor_m), (half_m, roof_m - 0.75), (0.93 * half_m, roof_m - 0.38), (0.62 * half_m, roof_m - 0.10)]
    )
    ring = np.concatenate([side, [(0.0, roof_m)], side[::-1] * [-1, 1]])
    lean = cut * np.clip((ring[:, 1] - 2.4) / 1.2, 0.0, 1.0)
    ends = [np.column_stack([ring, np.full(len(ring), -long_m / 2)]), np.column_stack([ring, long_m / 2 - lean])]
    colour = np.where((ring[:, 1] > roof_m - 0.5)[:, None], GREY, paint)
    return flat(loft(np.stack(ends), np.tile(colour, (2, 1, 1)), METAL))


def _panes(middles: list[float], wide_m: float, low_m: float, high_m: float, out_m: float) -> Mesh:
    corners = [
        [[s * (out_m + 0.012), y, z + dz] for dz, y in ((-wide_m / 2, low_m), (wide_m / 2, low_m), (wide_m / 2, high_m),
                                                        (-wide_m / 2, high_m))]
        for s in (-1, 1) for z in middles
    ]  # fmt: skip
    return facets(np.array(corners), (0.03, 0.035, 0.04), GLASS)


def _on_bogies(body: list[Mesh], long_m: float, bogie_m: float) -> Car:
    frames = []
    for z in (-bogie_m, bogie_m):
        low = [[s * 1.0 - 0.06, 0.42, z - 1.75] for s in (-1, 1)] + [[-0.95, 0.5, z - 0.25]]
        high = [[s * 1.0 + 0.06, 0.75, z + 1.75] for s in (-1, 1)] + [[0.95, 0.85, z + 0.25]]
        frames.append(boxes(low, high, DARK))
    ends = [s * (long_m / 2 + 0.3) for s in (-1, 1)]
    couplers = boxes(
        [[-0.12, 0.85, min(z, z - np.sign(z) * 0.6)] for z in ends],
        [[0.12, 1.1, max(z, z - np.sign(z) * 0.6)] for z in ends],
        DARK,
    )
    axles = (bogie_m + 1.25, bogie_m - 1.25, -bogie_m + 1.25, -bogie_m - 1.25)
    return Car(join([*body, *frames, couplers]), long_m, (bogie_m, -bogie_m), axles)


def wheelset() -> Mesh:
    """Two wheels on an axle, which is x; its middle is the origin."""
    tread = np.array(
        [[0.001, 0.07], [0.35, 0.05], [0.40, 0.07], [WHEEL_M, 0.07], [WHEEL_M, -0.05], [WHEEL_M + 0.03, -0.07], [0.001, -0.07]]
    )
    one = placed(lathe(tread[::-1], 18, STEEL, METAL, caps=False), rotation=turn("z", -90))
    marks = boxes([-0.075, -0.30, -0.03], [0.08, 0.30, 0.03], DARK, METAL)  # so that one sees it roll
    wheel = join([one, marks])
    axle = boxes([-0.75, -0.07, -0.07], [0.75, 0.07, 0.07], DARK)
    return join([axle, *(placed(wheel, (s * GAUGE_M / 2, 0, 0), scale=(s, 1, s)) for s in (-1, 1))])


def bed(points: np.ndarray, left_m: np.ndarray, right_m: np.ndarray) -> Mesh:
    """Ballast on an embankment along points (n, 3) of its top; left_m, right_m (n,): how deep the ground lies at its sides."""
    way = points[-1] - points[0]
    beside = np.array([way[2], 0.0, -way[0]]) / np.hypot(way[0], way[2])
    rows = []
    for side, deep in ((-1.0, left_m), (1.0, right_m)):
        foot = points + beside * (side * (TOP_M + 1.4 * deep))[:, None] - np.outer(deep, [0.0, 1.0, 0.0])
        edge = points + beside * side * (TOP_M + 0.5) - [0.0, 0.45, 0.0]
        top = points + beside * side * TOP_M
        rows.append([foot, edge, top])
    across = [*rows[0], *rows[1][::-1]]
    colours = np.array([EARTH, BALLAST, BALLAST, BALLAST, BALLAST, EARTH])
    grid = np.stack(across, axis=1)[:, ::-1]
    return loft(grid, np.broadcast_to(colours, (len(points), 6, 3)), PLAIN, caps=False, closed=False)


def rails(points: np.ndarray, sleepers: np.ndarray, joints: np.ndarray) -> Mesh:
    """Two rails along points (n, 3) of the bed's top, sleepers and the plates at the joints (k, 3), (j, 3), which lie on it."""
    way = points[-1] - points[0]
    yaw = np.degrees(np.arctan2(way[0], way[2]))
    beside = np.array([way[2], 0.0, -way[0]]) / np.hypot(way[0], way[2])
    bars = []
    for side in (-1.0, 1.0):
        line = points + beside * side * (GAUGE_M / 2 + 0.03)
        ring = [(-0.035, 0.0), (-0.035, RAIL_M), (0.035, RAIL_M), (0.035, 0.0)]
        grid = np.stack([line + beside * x + [0.0, y, 0.0] for x, y in ring], axis=1)
        colour = np.array([RUST, STEEL, STEEL, RUST])
        bars.append(flat(loft(grid, np.broadcast_to(colour, (len(points), 4, 3)), METAL, caps=False, closed=False)))
    turned = turn("y", float(yaw))
    ties = [_laid(sleepers, turned, [-1.25, -0.06, -0.12], [1.25, 0.03, 0.12], WOOD)]
    plates = [_laid(joints, turned, [s * (GAUGE_M / 2 + 0.03) - 0.06, 0.03, -0.4], [s * (GAUGE_M / 2 + 0.03) + 0.06, 0.12, 0.4],
                    DARK) for s in (-1, 1)]  # fmt: skip
    return join([*bars, *ties, *plates])


def _laid(at: np.ndarray, turned: np.ndarray, low: list[float], high: list[float], colour: tuple[float, float, float]) -> Mesh:
    one = boxes(low, high, colour, without=("y-",))
    return join([placed(one, spot, turned) for spot in at])
