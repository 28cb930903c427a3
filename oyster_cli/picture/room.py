"""The room behind a lit pane: its walls are found by the ray through the glass, so that they shift as the camera moves.

A pane carries in its colours: metres across the room, metres over its floor, and a number whose whole part names the room.
Its fraction is a quarter of half the pane's width in metres; or, of numbers from 4096 on, which are shops, a 32nd of the
room's width. Across grows to the right as seen from inside.
"""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.masonry import luck

WIDE_M, SHOPS, SHOP_PART_M, HALF_PART_M = 4.0, 4096, 32.0, 4.0  # a home's width; as said above, for who makes panes


@qd.func
def goods(u, v, own, footprint):
    """Shelves full of things in all colours, seen from the front."""
    row, column = qd.floor(v / 0.42), qd.floor(u / 0.17)
    one = luck(qd.cast(column, qd.i32) + own, qd.cast(row, qd.i32) * 5 + own)
    two = luck(qd.cast(row, qd.i32) + 17 * own, qd.cast(column, qd.i32))
    x, y = u / 0.17 - column, v / 0.42 - row
    colour = qd.Vector([0.10, 0.075, 0.05])
    if y > 0.09 and y < 0.30 + 0.6 * one[0] and x > 0.08:
        colour = qd.Vector([0.15 + 0.7 * one[1], 0.12 + 0.6 * two[0], 0.1 + 0.6 * two[1]]) * (0.35 + 0.65 * one[0])
    mixed = qd.min(qd.max(footprint * 9.0 - 0.4, 0.0), 1.0)
    return colour + (qd.Vector([0.30, 0.25, 0.21]) - colour) * mixed


@qd.func
def curtain(u, half, v, own, colour):
    """What hangs at a window before the room: curtains on both sides, or a blind drawn some way down."""
    one, two = luck(own, 11), luck(own, 23)
    off = qd.abs(u - 2.0) / qd.max(half, 0.05)
    out = colour
    cloth = qd.Vector([0.72, 0.50 + 0.15 * two[0], 0.28 + 0.25 * two[1]]) * (0.34 + 0.3 * one[1])
    fold = 0.75 + 0.25 * qd.sin(u * 46.0 + 3.0 * qd.sin(u * 9.0 + v))
    if one[0] < 0.55:
        if off > 0.45 + 0.35 * two[0]:
            out = cloth * fold
    elif one[0] < 0.80:
        if v > 1.15 + 1.2 * two[0]:
            out = cloth * (0.95 + 0.1 * qd.sin(v * 90.0))
    elif one[0] < 0.92:
        out = 0.45 * colour + 0.5 * cloth * fold  # a net
    return out


@qd.func
def room(c4, n, view, footprint):
    """(3,) how bright the room behind the pane is where the ray ends, 1: a usual wall under its lamp."""
    own = qd.cast(qd.floor(c4[2]), qd.i32)
    half = (c4[2] - qd.floor(c4[2])) * 4.0
    shop = own >= 4096
    high = 3.3 if shop else 2.75
    wide = half * 8.0 if shop else 4.0
    one, two = luck(own, 3), luck(own, 5)
    deep = 4.2 if shop else 2.6 + 1.8 * one[0]
    u, v = c4[0], c4[1]
    side = qd.Vector([n[2], 0.0, -n[0]])
    du, dv, dw = -view.dot(side), -view[1], qd.max(view.dot(n), 0.02)
    t = deep / dw
    wall = 0
    across = ((wide - u) if du > 0.0 else u) / qd.max(qd.abs(du), 1e-4)
    rise = ((high - v) if dv > 0.0 else v) / qd.max(qd.abs(dv), 1e-4)
    if across < t:
        t, wall = across, 1
    if rise < t:
        t = rise
        wall = 2 if dv > 0.0 else 3
    x, y, z = u + du * t, v + dv * t, dw * t
    paint = qd.Vector([0.80, 0.72 - 0.12 * two[0], 0.60 - 0.22 * two[1]])
    if one[1] > 0.72:
        paint = qd.Vector([0.42 + 0.2 * two[0], 0.56, 0.52 + 0.2 * two[1]])
    colour = paint
    if wall == 2:
        colour = qd.Vector([0.85, 0.83, 0.78])
    elif wall == 3:
        colour = qd.Vector([0.22, 0.13, 0.08])
    elif shop and y < 2.3:
        colour = goods(x if wall == 0 else z, y, own, footprint)
    elif wall == 0 and y < 1.0 + one[1] and qd.abs(x - 0.8 - 2.4 * two[0]) < 0.55:
        colour = qd.Vector([0.16, 0.10, 0.07])  # a cupboard or a door
    elif wall == 0 and qd.abs(y - 1.6) < 0.30 and qd.abs(x - 0.8 - 2.4 * two[1]) < 0.38:
        colour = qd.Vector([0.10, 0.14, 0.17])  # a picture
    lx, ly, lz = x - 0.5 * wide, y - high + 0.45, z - 0.5 * deep
    away = lx * lx + ly * ly + lz * lz
    level = 1.5 / (0.55 + 0.55 * away)
    if shop:
        lx -= 3.0 * qd.floor(lx / 3.0 + 0.5)
    if wall == 2 and away < 0.32:
        level = 5.0
    if shop:
        level = 0.55 + 0.5 * level
        if wall == 2 and qd.abs(lx - qd.floor(lx + 0.5)) < 0.10:  # rows of tubes
            level = 4.5
    out = colour * level
    if not shop:
        out = curtain(u, half, v, own, out)
    tint = qd.Vector([1.0, 0.56 + 0.22 * two[0], 0.24 + 0.36 * two[0]])
    if shop:
        tint = qd.Vector([1.0, 0.74 + 0.2 * two[1], 0.48 + 0.42 * two[1]])
    elif one[0] * 7.0 - qd.floor(one[0] * 7.0) < 0.10:
        tint = qd.Vector([0.45, 0.65, 1.0])  # someone watches television
    return out * tint * (0.5 + 0.8 * one[1])
