"""What is behind a pane, found by the ray through the glass, so that it shifts as the camera moves.

A lit window carries in its colours: metres across its room, metres over its floor, and a number whose whole part names the
room. Its fraction is a quarter of half the pane's width in metres; or, of numbers from 4096 on, which are shops, a 32nd of
the room's width. Rooms of numbers from 16384 on are lit so that they show by day. Across grows to the right as seen from
inside. A car's pane carries the height of the roof and how far the cabin reaches ahead and behind, in the car's frame.
"""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.masonry import luck

WIDE_M = 4.0  # a home's room
SHOPS, SHOP_PART_M, HALF_PART_M, BY_DAY = 4096, 32.0, 4.0, 16384  # as said above, for who makes panes


@qd.func
def goods(u, v, own, footprint):
    """Shelves full of things in all colours, seen from the front."""
    row, column = qd.floor(v / 0.42), qd.floor(u / 0.17)
    one = luck(qd.cast(column, qd.i32) + own, qd.cast(row, qd.i32) * 5 + own)
    two = luck(qd.cast(row, qd.i32) + 17 * own, qd.cast(column, qd.i32))
    x, y = u / 0.17 - column, v / 0.42 - row
    colour = qd.Vector([0.10, 0.075, 0.05])
    if y > 0.09 and y < 0.30 + 0.6 * one[0] and x > 0.08:
        hue = qd.Vector([0.10 + 0.5 * one[1], 0.09 + 0.34 * two[0] + 0.1 * one[1], 0.08 + 0.34 * two[1]])
        grey = 0.3333 * (hue[0] + hue[1] + hue[2])
        colour = (hue + (grey - hue) * (0.8 * two[0])) * (0.35 + 0.75 * one[0]) * qd.Vector([1.1, 1.0, 0.85])
    mixed = qd.min(qd.max(footprint * 9.0 - 0.4, 0.0), 1.0)
    return colour + (qd.Vector([0.24, 0.20, 0.16]) - colour) * mixed


@qd.func
def guest(u, v, own):
    """1 where somebody stands, or sits at a low table, in a plane across a shop; one place in three is taken."""
    place = qd.floor(u / 0.95)
    one = luck(qd.cast(place, qd.i32) + own, 41)
    x = u - (place + 0.3 + 0.4 * one[1]) * 0.95
    tall = 1.25 if one[0] > 0.8 else 1.55 + 0.25 * one[1]
    body = qd.min(qd.max((0.23 - 0.10 * qd.abs(v - 0.75 * tall) - qd.abs(x)) * 14.0, 0.0), 1.0)
    body *= qd.min(qd.max((0.87 * tall - v) * 14.0, 0.0), 1.0)
    y = (v - 0.93 * tall) * 0.8
    face = qd.min(qd.max((0.105 - qd.sqrt(x * x + y * y)) * 22.0, 0.0), 1.0)
    return qd.max(body, face) * (1.0 if one[0] > 0.64 else 0.0)


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
def barroom(u, y, paint, own):
    """A bar's wall: panels of dark wood, above them paint, pictures and a small lamp over each."""
    place = qd.floor(u / 1.3)
    one, x = luck(qd.cast(place, qd.i32) + own, 7), u - (place + 0.5) * 1.3
    lit = 0.06 + 0.9 / (1.0 + 14.0 * (x * x + 0.5 * (y - 2.3) * (y - 2.3)))
    colour = paint * qd.Vector([1.0, 0.62, 0.42]) * lit
    if y < 1.1:
        panel = u / 0.43 - qd.floor(u / 0.43)
        colour = qd.Vector([0.15, 0.075, 0.035]) * (0.9 if panel > 0.1 and y < 1.0 and y > 0.15 else 0.4)
    elif qd.abs(x) < 0.26 and qd.abs(y - 1.65) < 0.32:
        colour *= 0.2
        if qd.abs(x) < 0.21 and qd.abs(y - 1.65) < 0.27:
            hill = qd.sin(9.0 * x + 6.0 * one[0]) * 0.06 + 1.55 + 0.15 * one[1]
            colour = qd.Vector([0.36, 0.33, 0.25 + 0.1 * one[0]]) if y > hill else qd.Vector([0.16, 0.15 * one[1] + 0.06, 0.05])
            colour *= lit + 0.2
    return colour


@qd.func
def walls(x, y, z, wall, shop, own, footprint):
    """Colour of a room's walls where a ray ends at x across, y up, z in. wall: 0 back, 1 side, 2 ceiling, 3 floor."""
    one, two = luck(own, 3), luck(own, 5)
    paint = qd.Vector([0.80, 0.72 - 0.12 * two[0], 0.60 - 0.22 * two[1]])
    if one[1] > 0.72:
        paint = qd.Vector([0.42 + 0.2 * two[0], 0.56, 0.52 + 0.2 * two[1]])
    colour = paint
    if wall == 2:
        colour = qd.Vector([0.85, 0.83, 0.78])
    elif wall == 3:
        colour = qd.Vector([0.22, 0.13, 0.08])
    elif shop and one[0] > 0.62:
        colour = barroom(x if wall == 0 else z, y, paint, own)
        if wall == 0 and y > 1.25 and y < 2.0:
            colour = 0.8 * goods(x * 1.7, y * 1.4, own, footprint * 1.6)
    elif shop and y < 2.3:
        colour = goods(x if wall == 0 else z, y, own, footprint)
    elif wall == 0 and y < 1.0 + one[1] and qd.abs(x - 0.8 - 2.4 * two[0]) < 0.55:
        colour = qd.Vector([0.16, 0.10, 0.07])  # a cupboard or a door
    elif wall == 0 and qd.abs(y - 1.6) < 0.30 and qd.abs(x - 0.8 - 2.4 * two[1]) < 0.38:
        colour = qd.Vector([0.10, 0.14, 0.17])  # a picture
    return colour


@qd.func
def lamplight(lx, ly, lz, wall, shop):
    """How bright a wall is so far from the lamp under the middle of the ceiling, or under rows of tubes in a shop."""
    if shop:
        lx -= 3.0 * qd.floor(lx / 3.0 + 0.5)
    away = lx * lx + ly * ly + lz * lz
    level = 1.5 / (0.55 + 0.55 * away)
    if shop:
        level = 0.55 + 0.5 * level
        if wall == 2 and qd.abs(lx - qd.floor(lx + 0.5)) < 0.10:
            level = 4.5
    elif wall == 2 and away < 0.32:
        level = 5.0
    return level


@qd.func
def customers(out, x, y, bar, own):
    """What stands in a plane across a shop, in metres, before what is behind it: people, and in a bar lamps over tables."""
    dark = qd.Vector([0.05, 0.036, 0.03]) * (0.4 + luck(own, 5)[1])
    out += (dark - out) * guest(x, y, own)
    if bar:
        lx, ly = x - 1.1 * qd.floor(x / 1.1 + 0.5), y - 1.95
        out += qd.Vector([4.0, 2.6, 1.2]) * qd.min(qd.max((0.13 - qd.sqrt(lx * lx + ly * ly)) * 16.0, 0.0), 1.0)
    return out


@qd.func
def tinted(shop, own):
    """Colour and strength of a room's lamps."""
    one, two = luck(own, 3), luck(own, 5)
    tint = qd.Vector([1.0, 0.56 + 0.22 * two[0], 0.24 + 0.36 * two[0]])
    if shop:
        tint = qd.Vector([1.0, 0.74 + 0.2 * two[1], 0.48 + 0.42 * two[1]])
    elif one[0] * 7.0 - qd.floor(one[0] * 7.0) < 0.10:
        tint = qd.Vector([0.45, 0.65, 1.0])  # someone watches television
    return tint * (0.5 + 0.8 * one[1])


@qd.func
def room(c4, n, view, footprint):
    """(3,) how bright the room behind the pane is where the ray ends, 1: a usual wall under its lamp."""
    own = qd.cast(qd.floor(c4[2]), qd.i32)
    half = (c4[2] - qd.floor(c4[2])) * 4.0
    bright = 1.0
    if own >= 16384:
        own -= 16384
        bright = 45.0
    shop = own >= 4096
    one = luck(own, 3)
    high, wide, deep = 2.75, 4.0, 2.6 + 1.8 * one[0]
    if shop:
        high, wide, deep = 3.3, half * 8.0, 4.2
    side = qd.Vector([n[2], 0.0, -n[0]])
    du, dv, dw = -view.dot(side), -view[1], qd.max(view.dot(n), 0.02)
    t, wall = deep / dw, 0
    across = ((wide - c4[0]) if du > 0.0 else c4[0]) / qd.max(qd.abs(du), 1e-4)
    rise = ((high - c4[1]) if dv > 0.0 else c4[1]) / qd.max(qd.abs(dv), 1e-4)
    if across < t:
        t, wall = across, 1
    if rise < t:
        t, wall = rise, 2 if dv > 0.0 else 3
    x, y, z = c4[0] + du * t, c4[1] + dv * t, dw * t
    out = walls(x, y, z, wall, shop, own, footprint)
    out *= lamplight(x - 0.5 * wide, y - high + 0.45, z - 0.5 * deep, wall, shop)
    if shop:
        near = 1.0 + 1.6 * one[1]
        if near < z:
            out = customers(out, c4[0] + du * near / dw, c4[1] + dv * near / dw, one[0] > 0.62, own)
    else:
        out = curtain(c4[0], half, c4[1], own, out)
    return out * tinted(shop, own) * bright


@qd.func
def cabin(c4, q, d, out_up, out_low):
    """Light (3,) that comes out of a car's pane at q, for a ray that goes in along d (both in the car's frame, front +z).

    c4: roof m, how far it reaches ahead and behind. out_up, out_low: what is outside, above and below. Two rows of seats
    stand in it.
    """
    belt = c4[0] - 0.43
    tx = ((0.68 if d[0] > 0.0 else -0.68) - q[0]) / (d[0] + (1e-4 if d[0] > 0.0 else -1e-4))
    ty = ((c4[0] - 0.04 if d[1] > 0.0 else 0.45) - q[1]) / (d[1] + (1e-4 if d[1] > 0.0 else -1e-4))
    tz = ((c4[1] if d[2] > 0.0 else -c4[2]) - q[2]) / (d[2] + (1e-4 if d[2] > 0.0 else -1e-4))
    t = qd.max(qd.min(tx, qd.min(ty, tz)), 0.0)
    y, z = q[1] + d[1] * t, q[2] + d[2] * t
    colour = out_low * 0.020  # lining
    if ty > qd.min(tx, tz) and y > belt and y < c4[0] - 0.10:
        post = qd.abs(z - 0.5 * (c4[1] - c4[2])) < 0.05 and tx < tz
        if not post and (tz < tx or c4[1] + c4[2] < 3.5):  # a long one is a van, shut at its sides
            colour = 0.34 * (out_up if d[1] > -0.06 else out_low * 0.2)
    for row in qd.static(range(2)):
        plane = c4[1] - (1.35 if row == 0 else 2.15)
        near = (plane - q[2]) / (d[2] + (1e-4 if d[2] > 0.0 else -1e-4))
        if near > 0.0 and near < t:
            x, up = qd.abs(q[0] + d[0] * near) - 0.36, q[1] + d[1] * near - belt
            wide = 0.24 - 0.5 * qd.max(up + 0.02, 0.0)
            back = qd.abs(x) < wide and up < 0.08
            rest = (x * x * 1.1 + (up - 0.17) * (up - 0.17) * 2.2 < 0.012) or (qd.abs(x) < 0.05 and up < 0.17)
            if back or rest:
                colour = out_low * 0.012
                t = near
    return colour
