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
    clear = qd.Vector([qd.exp(-0.48 * path), qd.exp(-0.17 * path), qd.exp(-0.30 * path)])
    return body * (1.0 - clear) + bed * clear


@qd.func
def long_print(footprint, view):
    """A pixel's breadth on level water, metres: the mean of across and along, which is longer the flatter one looks."""
    return footprint / qd.sqrt(qd.max(view[1], 0.05))


@qd.func
def inland(
    p: qd.template(), tile: qd.template(), map_a: qd.template(), map_b: qd.template(), map_c: qd.template(), rows, columns,
    pos, view, c4, footprint,
):  # fmt: skip
    """A river or pool. c4: column, row, and the water's speed along x and z in m/s."""
    a = map4(map_a, rows, columns, c4[1], c4[0])
    b = map4(map_b, rows, columns, c4[1], c4[0])
    c = map4(map_c, rows, columns, c4[1], c4[0])
    speed = qd.min(qd.sqrt(c4[2] * c4[2] + c4[3] * c4[3]), 3.0)
    wide = long_print(footprint, view)
    deep = qd.max(c[3], 0.0)
    wave = ripples(p, tile, pos[0], pos[2], c4[2], c4[3], wide)
    rings = drop_rings(p, pos[0], pos[2], wide)
    run = qd.min(speed, 1.0)
    shoal = qd.min(qd.max(1.0 - deep * 2.5, 0.0), 1.0) * run
    steep = (0.026 + 0.030 * speed) * qd.max(0.75 + 0.55 * wave[3] * run, 0.25) * (1.0 + 0.8 * shoal)
    far = qd.min(wide * 4.0, 1.0)
    n = qd.Vector([rings[0] - wave[0] * steep, 1.0, rings[1] - wave[1] * steep]).normalized()
    facing = qd.max(n.dot(view), 0.02)
    thin = qd.min(deep * 25.0, 1.0)  # where it runs out no edge of glass stands on the sand
    share = fresnel(facing) * (1.0 - 0.25 * far) * thin
    streaks = 0.8 * wave[2] + 0.7 * wave[3] + 0.36 * speed - 1.75 + 0.75 * shoal
    foam = qd.min(qd.max(streaks * 0.9, 0.0), 0.75) * qd.min(speed * 0.5, 1.0)
    foam = qd.max(foam, qd.min(qd.max((0.07 - deep) * 9.0 + 0.5 * wave[2] - 0.3, 0.0), 0.4) * run) * thin
    bed = qd.Vector([a[0], a[1], a[2]]) * 0.62
    if deep < 1.2:
        sunk = deep * 0.35
        stones = grain(tile, (pos[0] - n[0] * sunk) * 31.0, (pos[2] - n[2] * sunk) * 31.0, wide * 31.0)
        bed *= qd.max(1.0 + (0.35 * stones[0] - 0.9 * (stones[1] - 0.42)) * (1.0 - deep * 0.8333), 0.3)
    albedo = seen_through(qd.Vector([0.012, 0.040, 0.028]), bed, deep, facing) * ((1.0 - share) * (1.0 - foam))
    albedo += qd.Vector([0.72, 0.75, 0.76]) * foam
    rough = qd.min(0.22 + 2.2 * steep * qd.min(wide * 6.0, 1.0), 0.5)
    return albedo, n, qd.Vector([rough, share * (1.0 - foam), 0.0, b[2]]), share * (1.0 - foam)


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
def lace(tile: qd.template(), x, z, footprint):
    """How foam lies: films between bubbles that have run together, of several sizes; mean 0.5."""
    warp = grain(tile, x * 6.0, z * 6.0, footprint * 6.0)
    u, v = x + 0.35 * warp[2], z + 0.35 * warp[3]
    large = grain(tile, u * 10.0, v * 10.0, footprint * 10.0)
    small = grain(tile, u * 31.0, v * 31.0, footprint * 31.0)
    return 0.5 + 0.24 * warp[0] + 0.55 * (large[1] - 0.42) + 0.55 * (small[1] - 0.42) + 0.12 * small[0]


@qd.func
def sea(p: qd.template(), tile: qd.template(), swell: qd.template(), pos, view, c4, footprint):
    """The open sea. c4: where the surface was before the waves moved it (x, z), broken water 0..1 (-1 and less: water so still
    that nothing ripples or clouds it), and depth in metres below where it rests, negative over what rises out of it.

    swell: two cascades of 256 x 256, 250 m and 37 m wide.
    """
    wide = long_print(footprint, view)
    broad = swell_at(swell, 0, c4[0], c4[1], 250.0)
    short = swell_at(swell, 256, c4[0], c4[1], 37.0)
    fade, keep = qd.min(1.0, 0.22 / wide), qd.min(1.0, 6.0 / wide)
    tiny = grain(tile, pos[0] * 40.0 + p[23] * 20.0, pos[2] * 40.0 - p[23] * 13.0, wide * 40.0)
    stir = qd.max(1.0 + qd.min(c4[2], 0.0), 0.0)
    ripple = 0.002 + 0.046 * stir
    sx, sz = broad[0] * keep + short[0] * fade, broad[1] * keep + short[1] * fade
    n = qd.Vector([-sx - ripple * tiny[2], 1.0, -sz - ripple * tiny[3]]).normalized()
    far = qd.min(wide * 0.12, 0.45)
    facing = qd.max(n.dot(view), 0.02)
    share = fresnel(qd.min(facing + far * 0.35, 1.0))
    here = qd.max(c4[3] + pos[1] * stir, 0.0)  # metres of water now
    edge = qd.min(here * 7.0, 1.0)
    foam, thick = 0.0, 0.0
    if stir > 0.5:
        white = broad[2] + 0.6 * short[2] * fade + 1.25 * c4[2]
        white += 0.45 * qd.max(1.0 - qd.abs(here - 0.25) * 3.5, 0.0) * qd.min(c4[2] * 3.0, 1.0)
        film = lace(tile, c4[0], c4[1], wide)
        thick = white + film - 0.70
        foam = qd.min(qd.max(thick * 2.4, 0.0), 1.0) * edge * qd.min(qd.max(white * 5.0, 0.0), 1.0)
        n = (n + qd.Vector([tiny[2], 0.0, tiny[3]]) * (0.22 * foam)).normalized()
    share *= edge * (1.0 - foam)
    lip = qd.min(qd.max(broad[3] * 0.35, 0.0), 1.4) * qd.min(qd.sqrt(sx * sx + sz * sz) * 1.8, 1.0)
    body = qd.Vector([0.008, 0.034, 0.036]) + qd.Vector([0.010, 0.075, 0.058]) * (lip * (1.0 - 0.7 * facing))
    body *= 0.12 + 0.88 * stir  # nothing hangs in water that is never stirred
    bed = qd.Vector([0.075, 0.066, 0.052])
    albedo = seen_through(body, bed, here, facing) * ((1.0 - share) * (1.0 - foam))
    albedo += qd.Vector([0.74, 0.77, 0.78]) * (foam * (0.55 + 0.45 * qd.min(qd.max(thick * 1.2, 0.0), 1.0)))
    rough = 0.10 + stir * (0.06 + far * 0.22)
    return albedo, n, qd.Vector([rough, share, 0.12 * foam, 1.0]), share
