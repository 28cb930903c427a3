"""Things at a pixel: leaf, rock, bark, glass, metal, paint. The numbers of kinds.py decide."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.earth import fresnel
from oyster_cli.picture.grain import grain
from oyster_cli.picture.params import vec
from oyster_cli.picture.sky_table import fetch_sky
from oyster_cli.picture.surface import snowed, wetted


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
        amount = 0.14
        if material == 2:
            amount = 0.34
        elif material == 3:
            amount = 0.6
        side, high = pos[0] + pos[2] * 0.7, pos[1] * stretch + pos[2] * 0.3
        if material == 2 and qd.abs(normal[1]) > 0.62:  # roofs and tops are seen from below and above
            side, high = pos[0], pos[2]
        g = grain(tile, side * 70.0, high * 70.0, footprint * 70.0)
        if material == 2:
            g += grain(tile, side * 13.0, high * 13.0, footprint * 13.0)
        albedo *= qd.max(1.0 + amount * g[0], 0.2)
        n = (n + qd.Vector([g[2], g[3], g[2]]) * (amount * 0.4)).normalized()
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
