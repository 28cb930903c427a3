"""The ground at a pixel: soil, rock faces with their layers, snow, wet and puddles."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.grain import grain
from oyster_cli.picture.surface import banded_colour, coral, drop_rings, map4, rock_face, snowed, wetted


@qd.func
def fresnel(facing):
    """Schlick's share of mirrored light for water or glass."""
    f = 1.0 - facing
    f2 = f * f
    return 0.02 + 0.98 * f2 * f2 * f


@qd.func
def cliff(tile: qd.template(), ramp: qd.template(), ramp_base, pos, n, albedo, bumpy, banded, broad, footprint):
    """Steep ground: layers by height, streaks down the face, bumps. Returns colour and normal."""
    face = rock_face(tile, pos, n, footprint)
    steep = qd.min((0.80 - n[1]) * 4.0, 1.0)
    colour = albedo
    if banded > 0.01:
        layer = banded_colour(ramp, ramp.shape[0], ramp_base, pos[1] + 6.0 * broad + 1.2 * face[0])
        colour += (layer - colour) * (banded * steep)
    colour *= qd.max(1.0 + steep * bumpy * (0.42 * face[0] + 0.30 * face[1]), 0.25)
    side = qd.Vector([n[2], 0.0, -n[0]])
    bent = (n + (side * face[2] + qd.Vector([0.0, face[3], 0.0])) * (steep * bumpy * 0.8)).normalized()
    return colour, bent


@qd.func
def floor(tile: qd.template(), pos, n, albedo, bumpy, broad, footprint):
    """Level ground: patches, clods and grit. Returns colour and normal."""
    flat = qd.min((n[1] - 0.62) * 5.0, 1.0)
    mid = grain(tile, pos[0] * 11.0, pos[2] * 11.0, footprint * 11.0)
    fine = grain(tile, pos[0] * 83.0, pos[2] * 83.0, footprint * 83.0)
    stony = qd.min(qd.max((bumpy - 0.6) * 6.0, 0.0), 1.0)  # pebbles: pale and dark ones, gaps between them
    gap = qd.min(qd.max((fine[1] - 0.52) * 4.0, 0.0), 1.0)
    rough = (0.24 * mid[0] + 0.36 * fine[0] + 0.25 * (fine[1] - 0.5)) * bumpy
    tone = 1.0 + flat * (0.22 * broad + rough + stony * (0.22 - 0.80 * gap + 0.25 * (mid[2] + mid[3])))
    push = qd.Vector([-0.35 * mid[2] - 0.45 * fine[2], 0.0, -0.35 * mid[3] - 0.45 * fine[3]])
    return albedo * qd.max(tone, 0.2), (n + push * (flat * bumpy * 0.8)).normalized()


@qd.func
def brink(b, c):
    """Normal where two surfaces meet sharply (maps of ground with `faces`): the one that this pixel lies on.

    b: slopes of the first; c: the second's slope z, -2 about a brink, metres over it, its slope x.
    """
    n = qd.Vector([-b[0], 1.0, -b[1]])
    if c[1] < -1.99 and c[2] > 0.0:
        n = qd.Vector([-c[3], 1.0, -c[0]])
    return n.normalized()


@qd.func
def ripple(along, wave_m):
    """Slope of wind ripples along the wind: a long gentle back and a short steep front, mean 0."""
    part = along / wave_m
    part -= qd.floor(part)
    t = part / 0.64
    slope = t * (1.0 - t)
    if part > 0.64:
        t = (part - 0.64) / 0.36
        slope = -1.78 * t * (1.0 - t)
    return slope


@qd.func
def sand(p: qd.template(), tile: qd.template(), pos, n, view, albedo, loose, footprint):
    """Loose sand: ripples across the wind on what is not too steep, streaks where it has slid. Returns colour and normal."""
    seen = footprint / qd.max(n.dot(view), 0.07)  # of the ground, metres a pixel
    bend = grain(tile, pos[0] * 19.0, pos[2] * 19.0, qd.max(footprint * 19.0, 5.0))
    fine = grain(tile, pos[0] * 170.0, pos[2] * 170.0, footprint * 170.0)
    along = pos[0] * p[44] + pos[2] * p[45]
    flat = qd.min(qd.max((n[1] - 0.87) * 14.0, 0.0), 1.0) * loose
    near = qd.min(qd.max((0.13 - seen) * 14.0, 0.0), 1.0)
    mid = qd.min(qd.max((0.5 - seen) * 4.0, 0.0), 1.0)
    slope = 0.0
    if near > 0.0:
        slope += 1.4 * near * (0.75 + 0.5 * bend[1]) * ripple(along + 0.36 * bend[0], 0.19)
    if mid > 0.0:
        slope += 0.55 * mid * qd.max(0.35 + bend[3] * 1.5, 0.0) * ripple(along + 1.1 * bend[0], 0.92)
    slope *= flat
    grit = qd.min(qd.max(1.5 - 25.0 * seen, 0.0), 1.0)  # gone before the tile's repeats show
    tone = 1.0 + 0.09 * bend[0] + 0.16 * grit * fine[0] - 0.20 * slope
    tilt = qd.Vector([-slope * p[44] - 0.05 * grit * fine[2], 0.0, -slope * p[45] - 0.05 * grit * fine[3]])
    return albedo * qd.max(tone, 0.3), (n + tilt).normalized()


@qd.func
def earth(
    p: qd.template(), tile: qd.template(), map_a: qd.template(), map_b: qd.template(), map_c: qd.template(), rows, columns,
    ramp: qd.template(), ramp_base, pos, view, c4, footprint,
):  # fmt: skip
    """Ground under a pixel. map_a: colour, rough. map_b: slopes x, z, sky seen, bumpy. map_c: porous, banded (loose sand
    where it is negative), dip, depth of water; or what brink() reads.

    c4: column and row in the maps. Returns albedo, normal, (rough, shine, through, sky seen), share of mirrored light.
    """
    a = map4(map_a, rows, columns, c4[1], c4[0])
    b = map4(map_b, rows, columns, c4[1], c4[0])
    c = map4(map_c, rows, columns, c4[1], c4[0])
    n = brink(b, c)
    albedo = qd.Vector([a[0], a[1], a[2]])
    lumps = grain(tile, pos[0] * 1.1, pos[2] * 1.1, footprint * 1.1)
    broad = lumps[0]
    far_wood = qd.min(qd.max(footprint * 2.0 - 0.5, 0.0), 1.0) * qd.min(qd.max((a[1] - 1.06 * a[0]) * 40.0, 0.0), 1.0)
    if far_wood > 0.0:  # far off, what is green is crowns of trees and bushes
        albedo *= qd.max(1.0 + far_wood * (0.6 * broad + 0.5 * (lumps[2] + lumps[3])), 0.3)
        n = (n - qd.Vector([lumps[2], 0.0, lumps[3]]) * (0.8 * far_wood)).normalized()
    up = n[1]
    loose = qd.min(-c[1], 1.0)
    porous = c[0]
    if loose > 0.02:
        porous = 0.6
        albedo, n = sand(p, tile, pos, n, view, albedo * (1.0 + 0.07 * broad), loose, footprint)
    if p[208] > 0.0 and b[3] > 0.5:  # rock under water is grown over
        side, high = 0.8 * (pos[0] - pos[2] if n[0] * n[2] > 0.0 else pos[0] + pos[2]), pos[1]
        if up > 0.62:
            side, high = pos[0], pos[2]
        cup = grain(tile, side * 140.0, high * 140.0, footprint * 140.0)
        albedo, n = coral(tile, albedo * (1.0 + 0.3 * broad), n, cup, side, high, footprint)
    else:
        if up < 0.80:
            albedo, n = cliff(tile, ramp, ramp_base, pos, n, albedo, b[3], c[1], broad, footprint)
        if up > 0.62 and loose < 0.95:
            albedo, n = floor(tile, pos, n, albedo, b[3], broad, footprint)
    albedo = snowed(p, n[1], broad, albedo)
    wet = wetted(p, albedo, a[3], porous, n[1] * (1.0 - b[3]))
    rough = wet[3]
    share = 0.0
    dry = qd.Vector([wet[0], wet[1], wet[2]])
    if p[27] > 0.15 and up > 0.9:
        n = (n + (qd.Vector([0.0, 1.0, 0.0]) - n) * (0.65 * p[27])).normalized()  # the film of water lies smoother than grit
        rough = qd.max(rough, 0.24)
        puddle = 0.0
        if a[3] < 0.8:
            puddle = qd.min(qd.max((c[2] + 0.22 * broad + p[27] * 0.55 - 0.52) * 5.0, 0.0), 1.0)
        if puddle > 0.0:
            ring = drop_rings(p, pos[0], pos[2], footprint)
            n = (n + (qd.Vector([ring[0], 1.0, ring[1]]) - n) * puddle).normalized()
            rough += (0.10 + 0.12 * qd.min(p[55] * 0.2, 1.0) - rough) * puddle
            dry *= 1.0 - 0.45 * puddle
        if rough < 0.55:
            share = fresnel(qd.max(n.dot(view), 0.02)) * (1.0 - rough * 1.5) * p[27]
    return dry, n, qd.Vector([rough, 0.015 + 0.05 * p[27], 0.0, b[2]]), qd.max(share, 0.0)
