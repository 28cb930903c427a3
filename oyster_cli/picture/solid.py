"""Things at a pixel: leaf, rock, bark, glass, metal, paint. The numbers of kinds.py decide."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.earth import fresnel
from oyster_cli.picture.grain import grain, sheet
from oyster_cli.picture.params import vec
from oyster_cli.picture.sky_table import fetch_sky
from oyster_cli.picture.surface import snowed, wetted


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
def solid(p: qd.template(), tile: qd.template(), material, tint, normal, pos, seen, footprint):
    """Colour, normal and (rough, shine, through, sky seen) of a made or grown thing."""
    albedo = tint
    n = normal
    m = qd.Vector([0.9, 0.0, 0.0, seen])
    if material == 1:
        m[0], m[1], m[2] = 0.5, 0.012 + 0.02 * p[27], 0.38
        albedo *= qd.Vector([0.80, 0.72, 0.72])
        albedo = snowed(p, n[1] * 0.6 + 0.25, 0.0, albedo)
    elif material == 4:
        m[0], m[1] = 0.06, 0.06
    elif material == 5:
        m[0], m[1] = 0.22, 0.08
    elif material != 6:
        stretch = 0.18 if material == 3 else 1.0
        side, high = pos[0] + pos[2] * 0.7, pos[1] * stretch + pos[2] * 0.3
        if material == 3:  # what is round turns to all sides
            side = 0.8 * (pos[0] - pos[2] if normal[0] * normal[2] > 0.0 else pos[0] + pos[2])
            high = pos[1] * stretch
        if material == 2:  # laid on along the axis that it faces most
            ax, ay, az = qd.abs(normal[0]), qd.abs(normal[1]), qd.abs(normal[2])
            side, high = pos[0] + 0.2 * pos[2], pos[1] + 0.1 * pos[2]
            if ay > qd.max(ax, az):
                side, high = pos[0] + 0.2 * pos[1], pos[2] + 0.2 * pos[1]
            elif ax > az:
                side, high = pos[2] + 0.2 * pos[0], pos[1] + 0.1 * pos[0]
        scale = 70.0 if material != 2 and material != 3 else 140.0
        g = grain(tile, side * scale, high * scale, footprint * scale)
        if material == 2:
            albedo, n = stone(tile, albedo, n, g, side, high, footprint)
        elif material == 3:
            albedo, n = bark(albedo, n, g)
        else:
            albedo *= qd.max(1.0 + 0.14 * g[0], 0.2)
            n = (n + qd.Vector([g[2], g[3], g[2]]) * 0.056).normalized()
        albedo = snowed(p, n[1], g[0], albedo)
        wet = wetted(p, albedo, 0.9, 0.6, n[1])
        albedo = qd.Vector([wet[0], wet[1], wet[2]])
        m[0], m[1] = wet[3], 0.035 * p[27]
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
