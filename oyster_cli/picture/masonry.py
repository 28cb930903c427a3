"""What is laid in rows, at a pixel: bricks, cut stone, paving, planks. Each piece has a tone of its own, joints are dark.

Places are in the frame of the thing, in metres, so that what moves takes its pattern along.
"""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.grain import grain


@qd.func
def luck(i, j):
    """Two numbers 0..1 that belong to a cell."""
    h = i * 374761393 + j * 668265263
    h = (h ^ (h >> 13)) * 1274126177
    h = h ^ (h >> 16)
    return qd.Vector([qd.cast((h >> 4) & 1023, qd.f32), qd.cast((h >> 14) & 1023, qd.f32)]) * 0.0009775


@qd.func
def laid(u, v, long, tall, joint, shift, footprint):
    """Rows of pieces long x tall, each row shifted: (share of joint here, tone and hue of the piece -1..1, nearness)."""
    row = qd.floor(v / tall)
    along = u / long + shift * (row - 2.0 * qd.floor(row * 0.5)) + 0.37 * luck(qd.cast(row, qd.i32), 7)[0]
    column = qd.floor(along)
    own = luck(qd.cast(column, qd.i32), qd.cast(row, qd.i32)) * 2.0 - 1.0
    across, up = along - column, v / tall - row
    edge = qd.min(qd.min(across, 1.0 - across) * long, qd.min(up, 1.0 - up) * tall)
    gap = qd.min(qd.max((joint - edge) / qd.max(footprint, 0.002) + 0.5, 0.0), 1.0)
    near = qd.min(qd.max(1.5 - footprint / tall * 1.6, 0.0), 1.0)
    return qd.Vector([gap * near, own[0] * near, own[1] * near, near])


@qd.func
def upright(q, n):
    """Metres along and up a wall that lies along the thing's axes."""
    return qd.Vector([q[2] if qd.abs(n[0]) > qd.abs(n[2]) else q[0], q[1]])


@qd.func
def wall(tile: qd.template(), brick, albedo, n, q, own_n, footprint):
    """A wall of bricks, or of cut stone: colour and normal. Rain has streaked it, soot and damp have darkened its foot."""
    at = upright(q, own_n)
    piece = qd.Vector([0.0, 0.0, 0.0, 0.0])
    if brick == 1:
        piece = laid(at[0], at[1], 0.235, 0.078, 0.006, 0.5, footprint)
    else:
        piece = laid(at[0], at[1], 0.74, 0.36, 0.007, 0.5, footprint)
    soot = grain(tile, at[0] * 5.0, at[1] * 3.4, footprint * 5.0)
    streak = grain(tile, at[0] * 21.0, at[1] * 1.3, footprint * 12.0)
    fine = grain(tile, at[0] * 90.0, at[1] * 90.0, footprint * 90.0)
    damp = qd.min(qd.max(1.0 - at[1] * 0.7, 0.0), 1.0)
    tone = 1.0 + 0.20 * soot[0] + 0.17 * streak[0] + 0.13 * fine[0] + 0.22 * piece[1] - 0.28 * damp
    colour = albedo * qd.max(tone, 0.25)
    colour *= qd.Vector([1.0, 1.0 + 0.10 * piece[2], 1.0 + 0.15 * piece[2]])
    grey = (albedo[0] + albedo[1] + albedo[2]) * 0.3333
    mortar = qd.Vector([1.08, 1.0, 0.9]) * (0.55 * grey + 0.022)
    colour += (mortar - colour) * (piece[0] * 0.8)
    side = qd.Vector([n[2], 0.0, -n[0]])
    bump = side * (0.10 * fine[2]) + qd.Vector([0.0, 0.10 * fine[3] - 0.25 * piece[0], 0.0])
    return colour, (n + bump * piece[3]).normalized()


@qd.func
def paving(tile: qd.template(), albedo, n, q, footprint):
    """Slabs along z behind a kerb whose face is at x = 0: colour, normal and how worn hollow it is here (-1..1)."""
    piece = qd.Vector([0.0, 0.0, 0.0, 0.0])
    seen = footprint * 2.5  # it is looked at along the ground
    if q[0] < 0.30:
        piece = laid(q[2], 0.15, 0.92, 0.30, 0.006, 0.0, seen)
    else:
        piece = laid(q[2], q[0] - 0.30, 0.88, 0.64, 0.006, 0.5, seen)
    worn = grain(tile, q[0] * 6.0, q[2] * 6.0, footprint * 6.0)
    fine = grain(tile, q[0] * 70.0, q[2] * 70.0, footprint * 70.0)
    spot = qd.min(qd.max((fine[1] - 0.86) * 9.0, 0.0), 1.0) * qd.min(qd.max(worn[2] * 4.0 - 0.4, 0.0), 1.0)  # old gum
    tone = 1.0 + 0.17 * piece[1] + 0.16 * worn[0] + 0.16 * fine[0] - 0.4 * spot
    colour = albedo * (qd.max(tone, 0.3) * (1.0 - 0.62 * piece[0]))
    tilt = qd.Vector([0.012 * piece[2] - 0.05 * fine[2], 0.0, 0.012 * piece[1] - 0.05 * fine[3]])
    return colour, (n + tilt).normalized(), worn[0] + 0.5 * piece[1]


@qd.func
def planks(tile: qd.template(), albedo, n, q, own_n, footprint):
    """A hull's painted boards along z, y from its waterline: seams, worn paint, rust that runs down, slime. Colour, normal."""
    flat = qd.abs(own_n[1]) > 0.7
    rows = q[0] if flat else q[1] + 0.018 * q[2]
    piece = laid(q[2], rows, 3.1, 0.145, 0.004, 0.5, footprint)
    wear = grain(tile, q[2] * 9.0, rows * 22.0, footprint * 16.0)
    run = grain(tile, q[2] * 26.0, q[1] * 2.2, footprint * 14.0)
    tone = 1.0 + 0.10 * piece[1] + 0.14 * wear[0] + 0.05 * piece[2]
    colour = albedo * (qd.max(tone, 0.3) * (1.0 - 0.55 * piece[0]))
    rust = 0.0 if flat else qd.min(qd.max((run[0] - 0.48) * 1.6, 0.0), 0.7)
    colour += (qd.Vector([0.13, 0.055, 0.022]) - colour) * rust
    slime = qd.min(qd.max(1.2 - (q[1] + 0.06 * run[0]) * 7.0, 0.0), 0.8) * (0.0 if flat else 1.0)
    colour += (qd.Vector([0.020, 0.026, 0.014]) - colour) * slime
    return colour, (n + qd.Vector([0.0, -0.30 * piece[0], 0.0])).normalized()
