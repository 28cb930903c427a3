"""Water at a pixel: rivers and pools with their bed, and the sea."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.earth import fresnel
from oyster_cli.picture.grain import grain
from oyster_cli.picture.surface import drop_rings, map4, ripples


@qd.func
def seen_through(body, bed, depth_m, facing):
    """Colour of water over a bed: what the water itself scatters, and the bed dimmed by the way down and up."""
    path = depth_m * (1.0 + 0.75 / qd.max(0.35, facing))
    clear = qd.Vector([qd.exp(-0.50 * path), qd.exp(-0.16 * path), qd.exp(-0.15 * path)])
    return body * (1.0 - clear) + bed * clear


@qd.func
def inland(
    p: qd.template(), tile: qd.template(), map_a: qd.template(), map_b: qd.template(), map_c: qd.template(), rows, columns,
    pos, view, c4, footprint,
):  # fmt: skip
    """A river or pool. c4: column, row, and the water's speed along x and z in m/s."""
    a = map4(map_a, rows, columns, c4[1], c4[0])
    b = map4(map_b, rows, columns, c4[1], c4[0])
    c = map4(map_c, rows, columns, c4[1], c4[0])
    speed = qd.sqrt(c4[2] * c4[2] + c4[3] * c4[3])
    wave = ripples(p, tile, pos[0], pos[2], c4[2], c4[3], footprint)
    rings = drop_rings(p, pos[0], pos[2])
    steep = 0.03 + 0.035 * qd.min(speed, 3.0)
    far = qd.min(footprint * 4.0, 1.0)
    n = qd.Vector([-wave[0] * steep * (1.0 - 0.6 * far) + rings[0], 1.0, -wave[1] * steep * (1.0 - 0.6 * far) + rings[1]])
    n = n.normalized()
    facing = qd.max(n.dot(view), 0.02)
    share = fresnel(facing) * (1.0 - 0.25 * far)
    deep = qd.max(c[3], 0.0)
    broad = grain(tile, pos[0] * 3.1 - c4[2] * p[23] * 3.1, pos[2] * 3.1 - c4[3] * p[23] * 3.1, footprint * 3.1)[0]
    foam = qd.min(qd.max((wave[2] + 0.9 * broad - 1.75 + 0.42 * speed) * 1.2, 0.0), 1.0) * qd.min(speed * 0.5, 1.0)
    foam = qd.max(foam, qd.min(qd.max((0.08 - deep) * 9.0 + 0.45 * wave[2] - 0.25, 0.0), 0.45) * qd.min(speed, 1.0))
    bed = qd.Vector([a[0], a[1], a[2]]) * 0.6
    albedo = seen_through(qd.Vector([0.018, 0.062, 0.055]), bed, deep, facing) * ((1.0 - share) * (1.0 - foam))
    albedo += qd.Vector([0.80, 0.83, 0.84]) * foam
    return albedo, n, qd.Vector([0.08 + 0.2 * far, share * (1.0 - foam), 0.0, b[2]]), share * (1.0 - foam)


@qd.func
def swell_at(swell: qd.template(), first, x, z, length_m):
    """One cascade of the sea at a point: slopes along x and z, whiteness, height. The tile repeats without a seam."""
    u, v = x / length_m * 256.0, z / length_m * 256.0
    fu, fv = qd.floor(u), qd.floor(v)
    a, b = u - fu, v - fv
    i, j = qd.cast(fu, qd.i32) & 255, qd.cast(fv, qd.i32) & 255
    near, far = (first + j) * 256, (first + ((j + 1) & 255)) * 256
    i1 = (i + 1) & 255
    low = swell[near + i] * (1.0 - a) + swell[near + i1] * a
    high = swell[far + i] * (1.0 - a) + swell[far + i1] * a
    return low * (1.0 - b) + high * b


@qd.func
def sea(p: qd.template(), tile: qd.template(), swell: qd.template(), pos, view, c4, footprint):
    """The open sea. c4: where the surface was before the waves moved it (x, z), broken water 0..1 (-1 and less: water so still
    that nothing ripples or clouds it), and depth in metres.

    swell: two cascades of 256 x 256, 250 m and 37 m wide.
    """
    broad = swell_at(swell, 0, c4[0], c4[1], 250.0)
    short = swell_at(swell, 256, c4[0], c4[1], 37.0)
    fade = qd.min(1.0, 0.35 / footprint)
    tiny = grain(tile, pos[0] * 40.0 + p[23] * 20.0, pos[2] * 40.0 - p[23] * 13.0, footprint * 40.0)
    stir = qd.max(1.0 + qd.min(c4[2], 0.0), 0.0)
    ripple = 0.002 + 0.048 * stir
    n = qd.Vector([-broad[0] - short[0] * fade - ripple * tiny[2], 1.0, -broad[1] - short[1] * fade - ripple * tiny[3]])
    n = n.normalized()
    far = qd.min(footprint * 0.5, 0.45)
    facing = qd.max(n.dot(view), 0.02)
    share = fresnel(qd.min(facing + far * 0.35, 1.0))
    crackle = grain(tile, c4[0] * 9.0, c4[1] * 9.0, footprint * 9.0)
    lace = grain(tile, c4[0] * 47.0, c4[1] * 47.0, footprint * 47.0)
    white = broad[2] + 0.7 * short[2] * fade + 1.6 * c4[2]
    foam = qd.min(qd.max((white + 0.30 * crackle[0] + 0.38 * lace[0] - 0.45 * (lace[1] - 0.4) - 0.45) * 1.5, 0.0), 1.0)
    crest = qd.max(broad[3], 0.0) * qd.max(1.0 - facing, 0.0)
    body = qd.Vector([0.008, 0.036, 0.040]) + qd.Vector([0.004, 0.030, 0.026]) * qd.min(crest, 1.5)
    body *= 0.12 + 0.88 * stir  # nothing hangs in water that is never stirred
    bed = qd.Vector([0.16, 0.13, 0.09])
    albedo = seen_through(body, bed, qd.max(c4[3], 0.05), facing) * ((1.0 - share) * (1.0 - foam))
    albedo += qd.Vector([0.78, 0.81, 0.82]) * foam
    return albedo, n, qd.Vector([0.10 + far * 0.6, share * (1.0 - foam), 0.12 * foam, 1.0]), share * (1.0 - foam)
