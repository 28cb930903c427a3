"""What a surface is at a pixel: its colour, its normal, how rough it is. Light comes in light.py."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.grain import any_scale, grain
from oyster_cli.picture.pick import lesser


@qd.func
def hit(verts: qd.template(), base, i0, i1, i2, rx, ry):
    """Weights of a triangle's second and third corner under a camera ray (rx, ry, 1), and the depth (Moller-Trumbore)."""
    a4, b4, c4 = verts[base + i0], verts[base + i1], verts[base + i2]
    a = qd.Vector([a4[0], a4[1], a4[2]])
    e1 = qd.Vector([b4[0] - a4[0], b4[1] - a4[1], b4[2] - a4[2]])
    e2 = qd.Vector([c4[0] - a4[0], c4[1] - a4[1], c4[2] - a4[2]])
    d = qd.Vector([rx, ry, 1.0])
    cross = d.cross(e2)
    det = e1.dot(cross)
    inv = 1.0 / (det + (1e-20 if det >= 0.0 else -1e-20))
    u = qd.min(qd.max(-a.dot(cross) * inv, 0.0), 1.0)
    v = qd.min(qd.max(-d.dot(a.cross(e1)) * inv, 0.0), 1.0 - u)
    return qd.Vector([u, v, a[2] + u * e1[2] + v * e2[2]])


@qd.func
def map4(grid: qd.template(), rows, columns, row, column):
    """A (rows * columns, 4) map between its nodes."""
    r = lesser(qd.max(row, 0.0), qd.cast(rows, qd.f32) - 1.001)
    c = lesser(qd.max(column, 0.0), qd.cast(columns, qd.f32) - 1.001)
    i, j = qd.cast(r, qd.i32), qd.cast(c, qd.i32)
    v, u = r - qd.cast(i, qd.f32), c - qd.cast(j, qd.f32)
    k = i * columns + j
    low = grid[k] * (1.0 - u) + grid[k + 1] * u
    high = grid[k + columns] * (1.0 - u) + grid[k + columns + 1] * u
    return low * (1.0 - v) + high * v


@qd.func
def banded_colour(ramp: qd.template(), steps, base_m, y):
    """Colour of a layer of rock by height, from a table every 0.25 m, and how steeply its face leans out going up."""
    at = qd.min(qd.max((y - base_m) * 4.0, 0.0), qd.cast(steps, qd.f32) - 1.001)
    k = qd.cast(at, qd.i32)
    t = at - qd.cast(k, qd.f32)
    colour = ramp[k] * (1.0 - t) + ramp[k + 1] * t
    return qd.Vector([colour[0], colour[1], colour[2], (ramp[k + 1][3] - ramp[k][3]) * 4.0])


@qd.func
def rock_face(tile: qd.template(), pos, n, broad, footprint):
    """A steep face, broken at all scales, laid on along the axis that it faces more.

    Returns (tone, open, and x, y of what its relief adds to the normal), and z of the latter.
    """
    sideways = qd.abs(n[0]) > qd.abs(n[2])
    along = pos[2] + 0.2 * pos[0] if sideways else pos[0] + 0.2 * pos[2]
    f = any_scale(tile, 1, along + 2.5 * broad, pos[1] + 0.4 * broad, footprint, 0.68, 90.0)
    return qd.Vector([f[0], f[1], 0.0 if sideways else -f[2], -f[3]]), -f[2] if sideways else 0.0


@qd.func
def coral(tile: qd.template(), albedo, n, cup, side, high, footprint):
    """Living coral: winding valleys a hand wide, cups of polyps in them, pale rims, here and there overgrown.

    cup: the tile there, at 140 a metre.
    """
    wide = grain(tile, side * 24.0, high * 24.0, footprint * 24.0)
    fold = grain(tile, side * 62.0, high * 62.0, footprint * 62.0)
    valley = 1.0 - qd.min(qd.abs(fold[0] + 0.3 * wide[0]) * 2.6, 1.0)
    pit = qd.min(qd.max((cup[1] - 0.42) * 1.8, -0.6), 0.8)
    grown = qd.min(qd.max((wide[0] - 0.55) * 2.5, 0.0), 0.8)
    colour = albedo * (qd.max(1.0 + 0.45 * pit - 0.45 * valley + 0.25 * wide[0], 0.2) * 1.05)
    colour += (qd.Vector([0.16, 0.10, 0.085]) - colour) * (grown * 0.7)
    bump = qd.Vector([fold[2], fold[3], fold[2]]) * 0.45 + qd.Vector([cup[2], cup[3], cup[2]]) * 0.30
    return colour, (n + bump).normalized()


@qd.func
def wetted(p: qd.template(), albedo, rough, porous, level):
    """Wet ground is darker and smoother (Lagarde 2013)."""
    wet = p[27]
    dark = 1.0 - (0.25 + 0.45 * porous) * wet
    out_rough = rough + (0.14 + 0.30 * (1.0 - level) - rough) * wet * 0.9
    return qd.Vector([albedo[0] * dark, albedo[1] * dark, albedo[2] * dark, qd.min(out_rough, rough)])


@qd.func
def snowed(p: qd.template(), up, noise, albedo):
    """How much of this spot lies under snow now: by slope, a little uneven."""
    cover = p[31] * 1.25
    lean = qd.min(qd.max((up + 0.16 * noise - 0.92 + 0.42 * cover) * 5.0, 0.0), 1.0) * qd.min(cover * 3.0, 1.0)
    return albedo + (qd.Vector([0.80, 0.83, 0.88]) - albedo) * lean


@qd.func
def ripples(p: qd.template(), tile: qd.template(), x, z, flow_x, flow_z, footprint):
    """Flowing water: slopes, froth, and current (about -1 .. 1), which lies in long lines down the stream and hardly moves.

    What the flow carries is noise in two phases, cross-faded so that it never smears; the finest ripples go their own ways.
    """
    t = p[23] * 0.5
    phase0 = t - qd.floor(t)
    phase1 = phase0 + 0.5 - qd.floor(phase0 + 0.5)
    fade = qd.abs(2.0 * phase0 - 1.0)
    slope = qd.Vector([0.0, 0.0])
    x0, z0 = x - flow_x * phase0 * 2.0, z - flow_z * phase0 * 2.0
    x1, z1 = x - flow_x * phase1 * 2.0 + 3.7, z - flow_z * phase1 * 2.0 + 9.1
    big0 = grain(tile, x0 * 27.0, z0 * 27.0, footprint * 34.0)
    big1 = grain(tile, x1 * 27.0, z1 * 27.0, footprint * 34.0)
    small = grain(tile, x * 71.0 + t * 14.0, z * 71.0 + t * 9.0, footprint * 90.0)
    wide = grain(tile, x * 7.0 + t * 4.0, z * 7.0 - t * 3.0, footprint * 7.0)
    slope[0] = big0[2] * (1.0 - fade) + big1[2] * fade + small[2] * 0.35 + wide[2] * 0.7
    slope[1] = big0[3] * (1.0 - fade) + big1[3] * fade + small[3] * 0.35 + wide[3] * 0.7
    froth = big0[0] * (1.0 - fade) + big1[0] * fade + 0.5 * small[0]
    long = 0.6 / (qd.sqrt(flow_x * flow_x + flow_z * flow_z) + 0.15)  # half a metre and more of the way it goes
    current = 0.0
    for side in qd.static(range(-1, 2, 2)):
        along_x, along_z = x + flow_x * long * side, z + flow_z * long * side
        current += grain(tile, along_x * 5.3, along_z * 5.3 + t, footprint * 8.0)[0]
    return qd.Vector([slope[0], slope[1], froth, current])


@qd.func
def drop_rings(p: qd.template(), x, z, footprint):
    """Slopes of the rings that raindrops leave on still water: one drop a cell, a new one every third of a second.

    Rings narrower than a pixel are drawn wider and flatter.
    """
    slope = qd.Vector([0.0, 0.0])
    if p[55] > 0.2:
        thin = 1.0 / (1.0 + 45.0 * footprint)
        for layer in qd.static(range(2)):
            scale = 4.0 + 2.3 * layer
            u, v = x * scale + 0.37 * layer, z * scale
            cx, cz = qd.floor(u), qd.floor(v)
            beat = p[23] * 3.1 + 0.5 * layer
            h = qd.cast(cx, qd.i32) * 374761393 + qd.cast(cz, qd.i32) * 668265263
            h = (h ^ (h >> 13)) * 1274126177
            own = qd.cast((h >> 9) & 1023, qd.f32) / 1024.0
            turn = qd.cast(qd.floor(beat + own), qd.i32)
            h2 = (h + turn * 974634777) * 1103515245
            age = beat + own - qd.floor(beat + own)
            dx = u - cx - 0.3 - 0.4 * qd.cast((h2 >> 8) & 255, qd.f32) / 255.0
            dz = v - cz - 0.3 - 0.4 * qd.cast((h2 >> 16) & 255, qd.f32) / 255.0
            r = qd.sqrt(dx * dx + dz * dz) + 1e-4
            share = qd.min(p[55] / 25.0, 1.0)
            if qd.cast((h2 >> 24) & 127, qd.f32) < 127.0 * (0.25 + 0.75 * share):
                ring = (r - age * 0.42) * 24.0 * thin
                wave = qd.exp(-ring * ring) * (1.0 - age) * ring * 0.55 * thin
                slope += qd.Vector([dx, dz]) * (wave / r)
    return slope
