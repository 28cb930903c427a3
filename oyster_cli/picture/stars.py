"""Stars, sun and moon as points and discs, drawn for the pixel that sees them and so as sharp as the picture is.

Angles in radians, radiance in kcd/m2. Night is a film's: stars and moonlight are eight to ten times what they are.
"""

from __future__ import annotations

import quadrants as qd


@qd.func
def scrambled(a, b, c):
    """Three whole numbers to one in 0..2^24, evenly and without pattern."""
    h = a * 739982445 ^ b * 695872825 ^ c * 1540483477
    h = (h ^ ((h >> 15) & 131071)) * 739982445
    h = (h ^ ((h >> 12) & 1048575)) * 695872825
    return (h ^ ((h >> 15) & 131071)) & 16777215


@qd.func
def unit(h, shift):
    """Twelve bits of a hash as a number in 0..1."""
    return (qd.cast((h >> shift) & 4095, qd.f32) + 0.5) / 4096.0


@qd.func
def star_in(cells, salt, a, u, v, size):
    """The one star of a cell on a cube's side: seen from (1, u, v). Numbers of stars grow as 10^(0.5 m) (flux u^-0.8)."""
    light = qd.Vector([0.0, 0.0, 0.0])
    i, j = qd.cast(qd.floor((u * 0.5 + 0.5) * cells), qd.i32), qd.cast(qd.floor((v * 0.5 + 0.5) * cells), qd.i32)
    h = scrambled(i + 4096 * a, j, salt)
    g = scrambled(j + 4096 * a, i, salt + 77)
    if unit(h, 0) < 0.72:
        su = ((qd.cast(i, qd.f32) + 0.12 + 0.76 * unit(h, 12)) / cells - 0.5) * 2.0
        sv = ((qd.cast(j, qd.f32) + 0.12 + 0.76 * unit(g, 0)) / cells - 0.5) * 2.0
        # distance on the sphere, near enough for a point: the chord foreshortened on the cube's side
        far = 1.0 + u * u + v * v
        du, dv = u - su, v - sv
        across = u * dv - v * du
        away = (du * du + dv * dv + across * across) / (far * far)
        if away < 9.0 * size * size:
            flux = 2.2e-10 * qd.pow(unit(g, 12) * 0.9997 + 0.0003, -0.8)
            hue = unit(scrambled(i, a, j + 13), 4)
            tint = qd.Vector([0.75 + 0.35 * hue, 0.9, 1.25 - 0.5 * hue])
            light = tint * (flux * qd.exp(-away / (size * size)) / (3.1416 * size * size))
    return light


@qd.func
def stars(dx, dy, dz, pixel):
    """Radiance of the stars towards a unit vector; each is a soft dot a pixel wide that keeps its light at any size."""
    ax, ay, az = qd.abs(dx), qd.abs(dy), qd.abs(dz)
    side, u, v = 0, dy / qd.max(ax, 1e-6), dz / qd.max(ax, 1e-6)
    if dx < 0.0:
        side = 1
    if ay >= ax and ay >= az:
        side, u, v = 2, dx / ay, dz / ay
    elif az >= ax and az > ay:
        side, u, v = 4, dx / az, dy / az
        if dz < 0.0:
            side = 5
    size = qd.max(0.8 * pixel, 0.0004)
    light = star_in(52.0, 1, side, u, v, size) + star_in(33.0, 2, side, u, v, size) + star_in(85.0, 3, side, u, v, size) * 0.5
    low = qd.min(qd.max(dy * 6.0, 0.0), 1.0)
    return light * low


@qd.func
def disc(dx, dy, dz, sx, sy, sz, radius, pixel):
    """Share of a pixel that a disc about the unit vector s covers, and the distance to its middle in radii."""
    away = qd.sqrt((dx - sx) * (dx - sx) + (dy - sy) * (dy - sy) + (dz - sz) * (dz - sz))
    return qd.min(qd.max((radius - away) / pixel + 0.5, 0.0), 1.0), away / radius


@qd.func
def spot(x, y, at_x, at_y, width):
    return qd.exp(-((x - at_x) * (x - at_x) + (y - at_y) * (y - at_y)) / (width * width))


@qd.func
def moon_face(dx, dy, dz, mx, my, mz, radius):
    """Brightness of the moon's face, 0..1: seas as soft dark spots, darker to the rim, one limb in shade."""
    flat = qd.sqrt(qd.max(mx * mx + mz * mz, 1e-6))
    x = ((dx - mx) * mz - (dz - mz) * mx) / flat / radius
    y = (dy - my) / flat / radius
    seas = spot(x, y, -0.35, 0.35, 0.38) + spot(x, y, 0.22, 0.38, 0.2) + spot(x, y, 0.38, 0.12, 0.2)
    seas += (
        spot(x, y, -0.5, -0.1, 0.33)
        + spot(x, y, 0.62, 0.0, 0.14)
        + spot(x, y, -0.12, -0.32, 0.2)
        + spot(x, y, 0.55, 0.32, 0.12)
    )
    z = qd.sqrt(qd.max(1.0 - x * x - y * y, 0.0))
    day = qd.min(qd.max((z * 0.86 + x * 0.5) * 2.2, 0.02), 1.0)
    return day * (1.0 - 0.42 * qd.min(seas, 1.0)) * (0.8 + 0.2 * z)
