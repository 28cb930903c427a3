"""The ground at a pixel: soil, rock faces with their layers, snow, wet and puddles."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.grain import any_scale, grain, sheet
from oyster_cli.picture.surface import banded_colour, coral, drop_rings, map4, rock_face, snowed, wetted


@qd.func
def fresnel(facing):
    """Schlick's share of mirrored light for water or glass."""
    f = 1.0 - facing
    f2 = f * f
    return 0.02 + 0.98 * f2 * f2 * f


@qd.func
def cliff(tile: qd.template(), ramp: qd.template(), ramp_base, pos, n, albedo, bumpy, banded, broad, footprint):
    """Steep ground: layers by height that stand out or lie back, blocks, ledges and cracks. Returns colour and normal."""
    rock, rock_z = rock_face(tile, pos, n, broad, footprint)
    steep = qd.min((0.79 - n[1]) * 6.0, 1.0)
    strength = steep * bumpy
    colour = albedo
    lean = 0.0
    if banded > 0.01:
        layer = banded_colour(ramp, ramp.shape[0], ramp_base, pos[1] + 0.6 * broad + 0.4 * rock[0])
        colour += (qd.Vector([layer[0], layer[1], layer[2]]) - colour) * (banded * steep)
        lean = layer[3] * banded * steep
    colour *= qd.max(1.0 + 1.4 * strength * rock[0], 0.3) * (1.0 - strength * 0.85 * (1.0 - rock[1]))
    bent = n + qd.Vector([rock[2], rock[3], rock_z]) * (0.85 * strength)
    bent[1] -= lean
    return colour, bent.normalized()


@qd.func
def floor(tile: qd.template(), pos, n, view, albedo, bumpy, porous, broad, footprint):
    """Level ground: soil in patches, clods and grit; stones of all sizes; or, where nothing soaks in, bare rock.

    Returns colour and normal.
    """
    flat = qd.min((n[1] - 0.68) * 8.0, 1.0)
    stony = qd.min(qd.max((bumpy - 0.56) * 12.0, 0.0), 1.0)
    tone = 0.22 * broad
    push = qd.Vector([0.0, 0.0, 0.0])
    shut = 0.0
    if stony < 1.0:
        mid = grain(tile, pos[0] * 11.0, pos[2] * 11.0, footprint * 11.0)
        clods = bumpy * (1.0 - stony)
        tone += 0.42 * mid[0] * clods
        push -= qd.Vector([mid[2], 0.0, mid[3]]) * (0.40 * clods)
        if footprint < 0.08:
            fine = grain(tile, pos[0] * 83.0, pos[2] * 83.0, footprint * 83.0)
            tone += (0.46 * fine[0] + 0.34 * (fine[1] - 0.5)) * clods
            push -= qd.Vector([fine[2], 0.0, fine[3]]) * (0.45 * clods)
    if stony > 0.0:
        solid = 1 if porous < 0.5 else 0
        stony *= qd.min(0.3 + 3.5 * qd.max(n.dot(view), 0.0), 1.0)  # seen at a glance stones hide the gaps between them
        bed = any_scale(tile, 2 - solid, pos[0] + 0.4 * broad, pos[2] + 0.3 * broad, footprint, 2.6 - 1.7 * solid, 500.0)
        tone += 0.85 * stony * bed[0]
        shut = 0.8 * stony * (1.0 - bed[1])
        push -= qd.Vector([bed[2], 0.0, bed[3]]) * (stony * (0.85 - 0.35 * solid))
    return albedo * (qd.max(1.0 + flat * tone, 0.2) * (1.0 - flat * shut)), (n + push * flat).normalized()


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
def sand(p: qd.template(), tile: qd.template(), pos, n, view, albedo, loose, broad, footprint):
    """Loose sand, or snow, which is blue: ripples across the wind on what is not too steep. Returns colour and normal."""
    seen = footprint / qd.max(n.dot(view), 0.07)  # of the ground, metres a pixel
    along, across = pos[0] * p[44] + pos[2] * p[45], pos[2] * p[44] - pos[0] * p[45]
    snowy = qd.min(qd.max((albedo[2] - albedo[0]) * 40.0, 0.0), 1.0)
    flat = qd.min(qd.max((n[1] - 0.85) * 12.0, 0.0), 1.0) * loose
    scale = 84.0 - 66.0 * snowy
    slope = qd.Vector([0.0, 0.0])
    tone = 0.0
    if seen * scale < 14.0 and flat > 0.0:
        bend = grain(tile, pos[0] * 19.0, pos[2] * 19.0, qd.max(footprint * 19.0, 4.0))
        near = flat * qd.min(qd.max(1.4 - seen * scale * 0.1, 0.0), 1.0) * qd.min(qd.max(0.75 + 0.9 * bend[0], 0.25), 1.0)
        wave = sheet(tile, 3, across * scale * (1.0 - 0.6 * snowy), along * scale + 9.0 * bend[0], seen * scale * 0.6)
        slope = qd.Vector([wave[2], wave[3]]) * (1.35 * near)
        tone += near * (0.08 * bend[0] + wave[0] + (0.34 - 0.22 * snowy) * (wave[1] - 0.39))
    if seen < 0.7 and seen * scale > 3.0 and flat > 0.0 and snowy < 0.5:
        far = flat * qd.min(1.4 - seen * 2.0, 1.0) * qd.min((seen * scale - 3.0) * 0.2, 1.0) * 0.35
        wide = sheet(tile, 3, across * 6.0 + 31.0, along * 9.5 + 9.0 * broad, seen * 9.5)
        slope += qd.Vector([0.4 * wide[2], wide[3]]) * far
    tilt = qd.Vector([slope[1] * p[44] - slope[0] * p[45], 0.0, slope[1] * p[45] + slope[0] * p[44]])
    return albedo * qd.max(1.0 + tone, 0.3), (n - tilt).normalized()


@qd.func
def crowns(tile: qd.template(), pos, n, albedo, wood, broad, footprint):
    """A wood from afar: crowns side by side, dark between them. Returns colour and normal."""
    u, v = pos[0] + 0.6 * pos[1] + 7.0 * broad, pos[2] + 0.6 * pos[1] - 5.0 * broad
    top = sheet(tile, 2, u * 2.3, v * 2.3, footprint * 2.3)
    if footprint < 0.3:
        top += 0.7 * sheet(tile, 2, u * 11.0, v * 11.0, footprint * 11.0)
        top[1] -= 0.6
    tone = 1.0 + wood * (0.8 * top[0] - 0.9 * (1.0 - top[1]) + 0.3 * broad)
    return albedo * qd.max(tone, 0.15), (n - qd.Vector([top[2], 0.0, top[3]]) * (0.75 * wood)).normalized()


@qd.func
def earth(
    p: qd.template(), tile: qd.template(), map_a: qd.template(), map_b: qd.template(), map_c: qd.template(), rows, columns,
    ramp: qd.template(), ramp_base, pos, view, c4, footprint,
):  # fmt: skip
    """Ground under a pixel. map_a: colour, rough. map_b: slopes x, z, sky seen, bumpy (crowns of trees where it is negative).
    map_c: porous, banded (loose sand or snow where it is negative), dip, depth of water; or what brink() reads.

    c4: column and row in the maps. Returns albedo, normal, (rough, shine, through, sky seen), share of mirrored light.
    """
    a = map4(map_a, rows, columns, c4[1], c4[0])
    b = map4(map_b, rows, columns, c4[1], c4[0])
    c = map4(map_c, rows, columns, c4[1], c4[0])
    n = brink(b, c)
    albedo = qd.Vector([a[0], a[1], a[2]])
    lumps = grain(tile, pos[0] * 1.1, pos[2] * 1.1, footprint * 1.1)
    broad = lumps[0]
    wood = qd.min(-b[3], 1.0)
    bumpy = qd.max(b[3], 0.0)
    if wood > 0.02:
        albedo, n = crowns(tile, pos, n, albedo, wood, broad, footprint)
    up = n[1]
    loose = qd.min(-c[1], 1.0)
    porous = c[0]
    if loose > 0.02:
        porous = 0.6
        albedo, n = sand(p, tile, pos, n, view, albedo * (1.0 + 0.12 * broad), loose, broad, footprint)
    if p[208] > 0.0 and bumpy > 0.5:  # rock under water is grown over
        side, high = 0.8 * (pos[0] - pos[2] if n[0] * n[2] > 0.0 else pos[0] + pos[2]), pos[1]
        if up > 0.62:
            side, high = pos[0], pos[2]
        cup = grain(tile, side * 140.0, high * 140.0, footprint * 140.0)
        albedo, n = coral(tile, albedo * (1.0 + 0.3 * broad), n, cup, side, high, footprint)
    else:
        if up < 0.79 and wood < 0.95:
            albedo, n = cliff(tile, ramp, ramp_base, pos, n, albedo, bumpy, c[1], broad, footprint)
        if up > 0.68 and loose < 0.95 and wood < 0.95:
            albedo, n = floor(tile, pos, n, view, albedo, bumpy, c[0], broad, footprint)
    if p[31] > 0.0:
        albedo = snowed(p, n[1], broad, albedo)
    wet = wetted(p, albedo, a[3], porous, n[1] * (1.0 - bumpy))
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
    film = qd.min(qd.max((0.6 - rough) * 2.5, 0.0), 1.0)
    if film > 0.0 and share <= 0.0:  # of water: it mirrors the sky at a glance
        dry += film * 0.4 * fresnel(qd.max(n.dot(view), 0.22))
    return dry, n, qd.Vector([rough, 0.06 * qd.max(p[27], film), 0.0, b[2]]), qd.max(share, 0.0)
