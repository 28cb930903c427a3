"""Things at a pixel: rock, bark, glass, metal, paint. The numbers of kinds.py decide."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.earth import fresnel
from oyster_cli.picture.grain import grain, sheet
from oyster_cli.picture.masonry import paving, planks, wall
from oyster_cli.picture.params import vec
from oyster_cli.picture.sky_table import fetch_sky
from oyster_cli.picture.surface import coral, snowed, wetted


@qd.func
def stone(tile: qd.template(), albedo, n, grit, side, high, footprint):
    """Rock: grains, chipped blocks, cracks, lichen in spots. Returns colour and normal."""
    rock = sheet(tile, 1, side * 36.0, high * 36.0, footprint * 36.0)
    spot = qd.min(qd.max((0.30 + 0.10 * grit[0] - grit[1]) * 9.0, 0.0), 1.0) * qd.min(qd.max(rock[0] * 9.0, 0.0), 1.0)
    tone = (1.0 + 0.7 * rock[0] + 0.16 * grit[0] + 0.20 * (grit[2] + grit[3])) * (1.0 - 0.6 * (1.0 - rock[1]))
    colour = albedo * qd.max(tone, 0.25)
    grey = (albedo[0] + albedo[1] + albedo[2]) * 0.3333
    pale = qd.Vector([1.35, 1.36, 1.05]) * (grey * (1.0 + 0.3 * grit[2]))
    bump = qd.Vector([rock[2], rock[3], rock[2]]) * -0.26 + qd.Vector([grit[2], grit[3], grit[2]]) * 0.20
    return colour + (pale - colour) * (0.75 * spot), (n + bump).normalized()


@qd.func
def bark(albedo, n, g):
    """Bark: long plates between dark furrows. Returns colour and normal."""
    furrow = qd.min(qd.max((g[1] - 0.45) * 4.0, 0.0), 1.0)
    colour = albedo * (qd.max(1.0 + 0.30 * g[0] + 0.3 * g[3], 0.3) * (1.0 - 0.6 * furrow))
    return colour, (n + qd.Vector([g[2], 0.5 * g[3], g[2]]) * (0.35 + 0.45 * furrow)).normalized()


@qd.func
def cloth(p: qd.template(), tile: qd.template(), albedo, n, q, footprint):
    """Cloth: creases that run with its hang, and its weave. Wet it is darker, no shinier. Returns colour and normal."""
    crease = grain(tile, (q[0] + q[2]) * 60.0 + q[1] * 24.0, q[1] * 42.0, footprint * 50.0)
    weave = grain(tile, (q[0] - q[2]) * 240.0, q[1] * 240.0, footprint * 240.0)
    tone = (1.0 + 0.05 * crease[0] + 0.10 * weave[0]) * (1.0 - 0.42 * p[27] * (0.6 + 0.4 * crease[1]))
    bump = qd.Vector([crease[2], 0.8 * crease[3], crease[2]]) * 0.34 + qd.Vector([weave[2], weave[3], weave[2]]) * 0.05
    return albedo * qd.max(tone, 0.2), (n + bump).normalized()


@qd.func
def coal(p: qd.template(), tile: qd.template(), tint, q):
    """Charred wood: (its black, ash and glow): the cracks between its cubes glow, and breathe. tint[0]: how hot, 0..1."""
    at = q[1] + 0.6 * q[2]
    net = grain(tile, (q[0] + 0.5 * q[2]) * 300.0, at * 300.0, 0.5)
    slow = grain(tile, q[0] * 60.0 + p[23] * 1.7, at * 60.0 - p[23] * 2.9, 0.5)
    heat = tint[0] * (0.55 + 0.7 * slow[0] + 0.15 * net[0])
    crack = qd.min(qd.max((net[1] - 0.62 + 0.35 * heat) * 4.0, 0.0), 1.0)
    hot = qd.min(qd.max(heat * (0.25 + 0.95 * crack), 0.0), 1.2)
    glow = qd.Vector([1.0, 0.10 + 0.24 * hot, 0.008 + 0.05 * hot * hot]) * (5.0 * hot * hot)
    ash = qd.min(qd.max(slow[1] * 1.4 - 0.5, 0.0), 1.0) * tint[1]
    return qd.Vector([0.016, 0.0145, 0.0135]) * (1.0 + 0.4 * net[0]) + ash * 0.10, glow


@qd.func
def metal(tile: qd.template(), albedo, q, footprint):
    """Paint and metal, dirty from below where it stands on a street: colour, and share of dirt."""
    low, dirt = qd.min(0.62 - q[1], 0.45), 0.0
    if low > 0.0 and q[1] > -0.2:
        spots = grain(tile, (q[0] + q[2]) * 25.0, q[1] * 18.0, footprint * 25.0)[0]
        dirt = qd.min(low * qd.max(1.1 + 0.8 * spots, 0.0), 0.5)
    return albedo + (qd.Vector([0.05, 0.045, 0.038]) - albedo) * dirt, dirt


@qd.func
def slabs(p: qd.template(), tile: qd.template(), albedo, normal, q, footprint):
    """A pavement, dry to streaming wet: colour, normal, rough; water stands where it is worn hollow."""
    colour, n, hollow = paving(tile, albedo, normal, q, footprint)
    wet = wetted(p, snowed(p, n[1], hollow, colour), 0.85, 0.7, n[1])
    rough = qd.max(wet[3] + 0.20 * p[27] - 0.22 * p[27] * qd.max(-hollow, 0.0), 0.06)
    return qd.Vector([wet[0], wet[1], wet[2]]), n, rough


@qd.func
def built(p: qd.template(), tile: qd.template(), material, albedo, normal, q, own_n, footprint):
    """Masonry and boards: colour, normal, rough."""
    colour, n = albedo, normal
    if material == 14:
        colour, n = planks(tile, albedo, normal, q, own_n, footprint)
    else:
        colour, n = wall(tile, 1 if material == 8 else 0, albedo, normal, q, own_n, footprint)
    wet = wetted(p, snowed(p, n[1], 0.0, colour), 0.85, 0.5, n[1])
    return qd.Vector([wet[0], wet[1], wet[2]]), n, qd.max(wet[3], 0.34)


@qd.func
def laid_on(material, pos, normal):
    """Where a point of rock, bark, coral or anything else lies in the tiles of noise, metres across and up."""
    stretch = 0.18 if material == 3 else 1.0
    side, high = pos[0] + pos[2] * 0.7, pos[1] * stretch + pos[2] * 0.3
    if material == 3 or material == 17:  # what is round turns to all sides
        side = 0.8 * (pos[0] - pos[2] if normal[0] * normal[2] > 0.0 else pos[0] + pos[2])
        high = pos[1] * stretch
    if material == 17 and qd.abs(normal[1]) > 0.62:
        side, high = pos[0], pos[2]
    if material == 2:  # along the axis that it faces most
        ax, ay, az = qd.abs(normal[0]), qd.abs(normal[1]), qd.abs(normal[2])
        side, high = pos[0] + 0.2 * pos[2], pos[1] + 0.1 * pos[2]
        if ay > qd.max(ax, az):
            side, high = pos[0] + 0.2 * pos[1], pos[2] + 0.2 * pos[1]
        elif ax > az:
            side, high = pos[2] + 0.2 * pos[0], pos[1] + 0.1 * pos[0]
    return side, high


@qd.func
def grained(p: qd.template(), tile: qd.template(), material, tint, normal, pos, footprint):
    """Rock, bark, coral, and what has no better: colour, normal, rough."""
    albedo, n = tint, normal
    side, high = laid_on(material, pos, normal)
    scale = 140.0 if material == 2 or material == 3 or material == 17 else 70.0
    g = grain(tile, side * scale, high * scale, footprint * scale)
    if material == 2:
        albedo, n = stone(tile, albedo, n, g, side, high, footprint)
    elif material == 3:
        albedo, n = bark(albedo, n, g)
    elif material == 17:
        albedo, n = coral(tile, albedo, n, g, side, high, footprint)
    else:
        albedo *= qd.max(1.0 + 0.14 * g[0], 0.2)
        n = (n + qd.Vector([g[2], g[3], g[2]]) * 0.056).normalized()
    wet = wetted(p, snowed(p, n[1], g[0], albedo), 0.9, 0.6, n[1])
    return qd.Vector([wet[0], wet[1], wet[2]]), n, wet[3]


@qd.func
def solid(p: qd.template(), tile: qd.template(), material, tint, normal, pos, q, own_n, seen, footprint):
    """Colour, normal and (rough, shine, through, sky seen) of a thing. q, own_n: place and normal in its own frame."""
    albedo, n = tint, normal
    m = qd.Vector([0.9, 0.0, 0.0, seen])
    if material == 4 or material == 15:
        m[0], m[1] = 0.06, 0.06
    elif material == 5:
        dirt = 0.0
        albedo, dirt = metal(tile, albedo, q, footprint)
        m[0], m[1] = 0.22 + 0.6 * dirt, 0.08 * (1.0 - 1.5 * dirt)
    elif material == 11:
        albedo, n = cloth(p, tile, albedo, n, q, footprint)
        albedo = snowed(p, n[1], 0.0, albedo)
        m[0], m[1] = 0.75, 0.006
    elif material == 13:
        albedo, n, m[0] = slabs(p, tile, albedo, n, q, footprint)
        m[1] = 0.015 + 0.04 * p[27]
    elif material == 8 or material == 9 or material == 14:
        albedo, n, m[0] = built(p, tile, material, albedo, n, q, own_n, footprint)
        m[1] = 0.025 * p[27]
    elif material != 6 and material != 10 and material != 12:
        albedo, n, m[0] = grained(p, tile, material, tint, normal, pos, footprint)
        m[1] = 0.035 * p[27]
    return albedo, n, m


@qd.func
def pane(p: qd.template(), sky: qd.template(), sky_size, material, n, view, seen):
    """What glass and car paint mirror: the sky, or the lit ground when they face down."""
    back = n * (2.0 * n.dot(view)) - view
    scene = fetch_sky(sky, sky_size, back[0], qd.max(back[1], 0.02), back[2])
    if back[1] < 0.0:
        scene = vec(p, 32) * 0.3183
    share = 0.03 + fresnel(qd.max(n.dot(view), 0.02))
    return scene * (share * (0.25 + 0.75 * seen) * (0.6 if material == 5 else 0.9))
