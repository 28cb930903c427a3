"""Walls with windows. A wall is made facing -z with its foot on y = 0 and its middle on x = 0; z runs into the house."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from oyster_cli.picture.kinds import GLASS, GLOW, PLAIN, ROOM, Mesh, join
from oyster_cli.picture.mesh import boxes, facets, unit
from oyster_cli.picture.room import HALF_PART_M, SHOP_PART_M, SHOPS, WIDE_M

DARK_GLASS = (0.018, 0.022, 0.026)
_KELVIN = np.array([1900.0, 2700.0, 3000.0, 4000.0, 5000.0, 6500.0])
_TINT = np.array([[1, 0.22, 0.01], [1, 0.386, 0.095], [1, 0.44, 0.156], [1, 0.617, 0.381], [1, 0.775, 0.617], [1, 0.98, 1]])


def warm(kelvin: float | np.ndarray) -> np.ndarray:
    """Linear sRGB of a black body, largest component 1, for 1900 to 6500 K."""
    return np.stack([np.interp(kelvin, _KELVIN, _TINT[:, k]) for k in range(3)], axis=-1)


@dataclass(frozen=True)
class Openings:
    """A grid of equal windows: bottoms at `floors` (m,), columns at `bays` (n,), each wide x high, set `inset` deep."""

    bays: np.ndarray
    floors: np.ndarray
    wide: float
    high: float
    inset: float = 0.15

    def low(self) -> np.ndarray:
        """(n m, 3) lower left front corners, floor by floor."""
        x, y = np.meshgrid(self.bays - self.wide / 2, self.floors)
        return np.stack([x, y, np.zeros_like(x)], axis=-1).reshape(-1, 3)


def quads(x0: ArrayLike, x1: ArrayLike, y0: ArrayLike, y1: ArrayLike, z: ArrayLike) -> np.ndarray:
    """(n, 4, 3) corners of upright rectangles facing -z."""
    left, right, low, high, deep = np.broadcast_arrays(x0, x1, y0, y1, z)
    corners = ((left, low, deep), (left, high, deep), (right, high, deep), (right, low, deep))
    return np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1)


def pierced(
    width: float, low: float, high: float, openings: Openings, colour: np.ndarray, material: int = PLAIN
) -> Mesh:  # fmt: skip
    """The masonry from y = low to high with its openings left free, and the reveals of the openings."""
    bottoms, tops = openings.floors, openings.floors + openings.high
    bands = quads(
        np.full(len(bottoms) + 1, -width / 2), width / 2, np.concatenate([[low], tops]), np.concatenate([bottoms, [high]]), 0.0
    )
    left = np.concatenate([[-width / 2], openings.bays + openings.wide / 2])
    right = np.concatenate([openings.bays - openings.wide / 2, [width / 2]])
    pier_left, pier_low = np.meshgrid(left, bottoms)
    pier_right, pier_high = np.meshgrid(right, tops)
    piers = quads(pier_left.ravel(), pier_right.ravel(), pier_low.ravel(), pier_high.ravel(), 0.0)
    return join([facets(np.concatenate([bands, piers]), colour, material), _reveals(openings, colour * 0.85)])


def _reveals(openings: Openings, colour: np.ndarray) -> Mesh:
    low = openings.low()
    high = low + np.array([openings.wide, openings.high, openings.inset])
    sides = boxes(low, high, colour, without=("z-", "z+"), shade=0.6)
    return Mesh(sides.points, -sides.normals, sides.colours, sides.triangles[:, ::-1], sides.material, sides.sway, sides.shade)


def panes(openings: Openings, rng: np.random.Generator, lit: float, luminance: float = 0.8, rooms: bool = False) -> Mesh:
    """Window panes: dark glass, some with a blind behind it, or for a share `lit` of them lamplight of 2700 to 4000 K.

    luminance: of a usual lit window, in 100 cd/m2. rooms: lit ones show the room behind them, instead of one light.
    """
    low = openings.low()
    n = len(low)
    corners = quads(low[:, 0], low[:, 0] + openings.wide, low[:, 1], low[:, 1] + openings.high, openings.inset)
    on = rng.random(n) < lit
    lamp = warm(rng.uniform(2700, 4000, n)) * (luminance * rng.lognormal(0, 0.5, n) * rng.uniform(0.4, 0.9, n))[:, None]
    numbers = rng.integers(SHOPS, size=n)
    drawn, hue = rng.uniform(-0.9, 0.8, n)[~on], rng.uniform(0.6, 1.6, (n, 1))[~on]
    dark = [facets(corners[~on], np.asarray(DARK_GLASS) * hue, GLASS, shade=0.7), _blinds(corners[~on], drawn, hue)]
    if not rooms:
        return join([*dark, facets(corners[on], lamp[on], GLOW)])
    return join([*dark, lit_rooms(corners[on], numbers[on])])


def _blinds(corners: np.ndarray, drawn: np.ndarray, hue: np.ndarray) -> Mesh:
    """Pale blinds just behind the glass, so that they show as through it: drawn down by shares of the height, if over 0."""
    some = corners[drawn > 0.08].copy()
    foot = some[:, 1, 1] + (some[:, 0, 1] - some[:, 1, 1]) * drawn[drawn > 0.08]
    some[:, 0, 1] = some[:, 3, 1] = foot
    some[..., 2] -= 0.004
    return facets(some, np.array([0.17, 0.155, 0.125]) * hue[drawn > 0.08], GLASS, shade=0.7)


def lit_rooms(corners: np.ndarray, numbers: np.ndarray, sill_m: float = 0.85, middle: float | None = None) -> Mesh:
    """Panes (n, 4, 3), counter-clockwise, that show the rooms of these numbers; with a middle, x: all panes of one shop.

    sill_m: the panes' feet over the floor. See picture/room.py for what their colours say.
    """
    out = unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    along = np.stack([out[:, 2], 0 * out[:, 0], -out[:, 0]], -1)
    at = np.einsum("nkj,nj->nk", corners, along)
    half = np.ptp(at, axis=1) / 2
    if middle is None:
        centre, wide, code = at.mean(axis=1), WIDE_M, numbers + half / HALF_PART_M
    else:
        wide = np.ptp(at) + 0.3
        centre, code = along[:, 0] * middle, numbers + SHOPS + wide / SHOP_PART_M
    across, over = at - centre[:, None] + wide / 2, corners[..., 1] - corners[..., 1].min(axis=1, keepdims=True) + sill_m
    return facets(corners, np.stack([across, over, np.broadcast_to(code[:, None], over.shape)], -1), ROOM)


def frames(openings: Openings, colour: tuple[float, float, float], bars: tuple[float, ...] = (), rail: float = 0.5) -> Mesh:
    """Sash frames just before the panes: a border, a rail across at share `rail` of the height, bars at shares of the width."""
    low, w, h, thick = openings.low(), openings.wide, openings.high, 0.055
    strips = [(0, thick, 0, h), (w - thick, w, 0, h), (thick, w - thick, 0, thick), (thick, w - thick, h - thick, h)]
    strips += [(thick, w - thick, rail * h - 0.03, rail * h + 0.03)] if rail else []
    strips += [(share * w - 0.025, share * w + 0.025, thick, h - thick) for share in bars]
    x, y = low[:, 0], low[:, 1]
    corners = [quads(x + a, x + b, y + c, y + d, openings.inset - 0.035) for a, b, c, d in strips]
    return facets(np.concatenate(corners), colour, PLAIN, shade=0.75)


def ledges(openings: Openings, colour: tuple[float, float, float], lintel: bool) -> Mesh:
    """A sill under every window, and a lintel above when asked for."""
    low, w = openings.low(), openings.wide
    sill = boxes(low - [0.1, 0.13, 0.1], np.add(low, [w + 0.1, 0.0, 0.02]), colour, without=("z+",), shade=0.9)
    if not lintel:
        return sill
    top = np.add(low, [0.0, openings.high, 0.0])
    return join([sill, boxes(top - [0.12, 0.0, 0.05], np.add(top, [w + 0.12, 0.22, 0.02]), colour, without=("z+",), shade=0.8)])


def evenly(width: float, spacing: float) -> np.ndarray:
    """Middles of as many bays of about `spacing` as go into a width, around 0."""
    n = max(1, round(width / spacing))
    return (np.arange(n) - (n - 1) / 2) * (width / n)
