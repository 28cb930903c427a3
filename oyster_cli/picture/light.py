"""Light on a surface: sun with its shadow, sky, bounce, lamps. Everything in klux in, kcd/m2 out."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.params import vec
from oyster_cli.picture.underwater import light_net


@qd.func
def shadow_at(depth: qd.template(), size, x, y, z, bias):
    """Share of light at a point of a shadow map (pixels x, y; metres z toward the sun), four taps between texels."""
    lit = 1.0
    fx, fy = qd.floor(x - 0.5), qd.floor(y - 0.5)
    i, j = qd.cast(fx, qd.i32), qd.cast(fy, qd.i32)
    if i >= 0 and j >= 0 and i < size - 1 and j < size - 1:
        a, b = x - 0.5 - fx, y - 0.5 - fy
        level = qd.cast((z + bias) * 100.0, qd.i32)
        k = j * size + i
        l00 = 1.0 if depth[k] <= level else 0.0
        l10 = 1.0 if depth[k + 1] <= level else 0.0
        l01 = 1.0 if depth[k + size] <= level else 0.0
        l11 = 1.0 if depth[k + size + 1] <= level else 0.0
        lit = (l00 * (1.0 - a) + l10 * a) * (1.0 - b) + (l01 * (1.0 - a) + l11 * a) * b
    return lit


@qd.func
def sun_reaches(p: qd.template(), far: qd.template(), near: qd.template(), moving: qd.template(), size, moving_size, pos, n):
    """Share of the sun's beam that arrives: the far, the near and the moving things' shadow maps."""
    q = pos + n * 0.06
    u, v = q.dot(vec(p, 192)), q.dot(vec(p, 195))
    toward = vec(p, 192).cross(vec(p, 195))  # the sun as the maps saw it
    z = q.dot(toward)
    fine_x, fine_y = u * p[201] + p[202], v * p[201] + p[203]
    edge = qd.cast(size, qd.f32) - 2.0
    lit = 1.0
    if fine_x > 2.0 and fine_y > 2.0 and fine_x < edge and fine_y < edge:
        lit = shadow_at(near, size, fine_x, fine_y, z, 0.12)
    else:
        q = pos + n * 0.5
        u2, v2 = q.dot(vec(p, 192)), q.dot(vec(p, 195))
        lit = shadow_at(far, size, u2 * p[198] + p[199], v2 * p[198] + p[200], q.dot(toward), 0.9)
    if p[204] > 0.0 and lit > 0.0:
        lit = lit * shadow_at(moving, moving_size, u * p[204] + p[205], v * p[204] + p[206], z, 0.05)
    return lit


@qd.func
def cloud_shade(p: qd.template(), tile: qd.template(), pos):
    """Shadows of drifting clouds on the ground, while the sky is broken: 0.35 under a cloud, 1 between."""
    shade = 1.0
    cover = p[47]
    if cover > 0.15 and cover < 0.85:
        u = (pos[0] - p[44] * p[46] * 3.0) * 0.018
        v = (pos[2] - p[45] * p[46] * 3.0) * 0.018
        i, j = qd.cast(qd.floor(u), qd.i32), qd.cast(qd.floor(v), qd.i32)
        a, b = u - qd.floor(u), v - qd.floor(v)
        start = 86016  # level 3 of the tile: broad shapes only
        size = 32
        k00 = tile[start + (j & 31) * size + (i & 31)][0]
        k10 = tile[start + (j & 31) * size + ((i + 1) & 31)][0]
        k01 = tile[start + ((j + 1) & 31) * size + (i & 31)][0]
        k11 = tile[start + ((j + 1) & 31) * size + ((i + 1) & 31)][0]
        n = (k00 * (1.0 - a) + k10 * a) * (1.0 - b) + (k01 * (1.0 - a) + k11 * a) * b
        shade = 1.0 - 0.62 * qd.min(qd.max((n + (cover - 0.62) * 1.6) * 2.2 + 0.15, 0.0), 1.0)
    return shade


@qd.func
def gloss_power(rough):
    """Blinn's exponent for a roughness, and 0.03 (power + 8), which normalises the lobe below."""
    r2 = qd.max(rough * rough, 0.004)
    power = qd.min(qd.max(2.0 / (r2 * r2 + 1e-5) - 2.0, 1.0), 4000.0)
    return qd.Vector([power * 0.25, (power + 8.0) * 0.02985])


@qd.func
def gloss(n, way, view, power):
    """Normalised lobe about the mirrored way: Blinn-Phong's, with 1 / (1 + x / 4)^4 for e^-x, whose skirt is GGX's."""
    half_way = way + view
    c = n.dot(half_way) / qd.sqrt(half_way.dot(half_way) + 1e-9)
    share = 1.0 / (1.0 + power[0] * (1.0 - c))
    share = share * share
    return share * share * power[1]


@qd.func
def lamp_tap(near: qd.template(), side, face, x, y, least):
    """Share of a lamp's light at a point (pixels) of one of its six pictures, four taps between pixels; least: 1 / metres."""
    last = qd.cast(side, qd.f32) - 1.001
    u, v = qd.min(qd.max(x - 0.5, 0.0), last), qd.min(qd.max(y - 0.5, 0.0), last)
    i, j = qd.cast(u, qd.i32), qd.cast(v, qd.i32)
    a, b = u - qd.cast(i, qd.f32), v - qd.cast(j, qd.f32)
    k = (face * side + j) * side + i
    l00 = 1.0 if near[k] <= least else 0.0
    l10 = 1.0 if near[k + 1] <= least else 0.0
    l01 = 1.0 if near[k + side] <= least else 0.0
    l11 = 1.0 if near[k + side + 1] <= least else 0.0
    return (l00 * (1.0 - a) + l10 * a) * (1.0 - b) + (l01 * (1.0 - a) + l11 * a) * b


@qd.func
def lamp_reaches(p: qd.template(), still: qd.template(), moving: qd.template(), lamp, pos, n):
    """Share of the light of the lamp that throws shadows. lamp: where it is now.

    The maps are seen from where it rests. Things 6 m off are taken to throw the shadow, so it sways as the lamp does.
    """
    d = pos - vec(p, 236)
    away = qd.max(qd.max(qd.abs(d[0]), qd.abs(d[1])), qd.abs(d[2]))
    d += n * (0.015 + 0.007 * away) + (lamp - vec(p, 236)) * qd.max(away * 0.1667 - 1.0, 0.0)
    ax, ay, az = qd.abs(d[0]), qd.abs(d[1]), qd.abs(d[2])
    face, z, u, v = 0, ax, d[2], d[1]
    ahead = d[0]
    if ay >= ax and ay >= az:
        face, z, u, v = 2, ay, d[0], d[2]
        ahead = d[1]
    elif az >= ax:
        face, z, u, v = 4, az, d[0], d[1]
        ahead = d[2]
    if ahead < 0.0:
        face += 1
    near = 1.0 / qd.max(z, 1e-3)
    least = near * (1.01 + 0.02 * near)  # what stands 1 % and 2 cm before the point
    x, y = 0.5 + 0.5 * u * near, 0.5 - 0.5 * v * near
    lit = lamp_tap(still, 384, face, x * 384.0, y * 384.0, least)
    if p[240] > 0.5 and lit > 0.0:
        lit *= lamp_tap(moving, 192, face, x * 192.0, y * 192.0, least)
    return lit


@qd.func
def lamps(p: qd.template(), by_lamp: qd.template(), by_lamp_moving: qd.template(), pos, n, view, albedo, through, rough, shine):
    """All lamps on a point: diffuse (with `through` of it from behind, as through leaves) and a glossy lobe."""
    total = qd.Vector([0.0, 0.0, 0.0])
    count = qd.cast(p[54], qd.i32)
    shadowed = qd.cast(p[239], qd.i32) - 1
    power = gloss_power(rough)
    for k in range(count):
        at = 64 + 8 * k
        to = vec(p, at) - pos
        d2 = to.dot(to)
        near = d2 * p[at + 3]
        if near < 1.0:
            to = to * (1.0 / qd.sqrt(d2 + 1e-8))
            edge = 1.0 - near * near
            level = edge * edge / (d2 + 0.6)  # no lamp is a point
            facing = n.dot(to)
            soft = qd.max(facing, 0.0) + through * qd.max(-facing, 0.0)
            if shadowed == k and soft > 0.0:
                level *= lamp_reaches(p, by_lamp, by_lamp_moving, vec(p, at), pos, n)
            lobe = 0.0
            if shine > 0.002 and facing > 0.0:
                lobe = shine * gloss(n, to, view, power) * facing
            total += vec(p, at + 4) * level * (albedo * (0.3183 * soft) + lobe)
    return total


@qd.func
def sky_on(p: qd.template(), n, seen):
    """Light of the sky and of the lit ground on a surface that sees `seen` of the sky."""
    up = 0.5 + 0.5 * n[1]
    dome = vec(p, 28) + (vec(p, 24) - vec(p, 28)) * (up * up)
    return dome * (up * (0.06 + 0.94 * seen)) + vec(p, 32) * ((1.0 - up) * (0.25 + 0.6 * seen) + 0.12 * (1.0 - seen))


@qd.func
def from_above(p: qd.template(), y):
    """What the water over a point leaves of the light that came in through the surface."""
    deep = qd.max(p[211] - y, 0.0) * 0.6  # daylight is lost more slowly than an image: scattered light still comes down
    return qd.Vector([qd.exp(-p[208] * deep), qd.exp(-p[209] * deep), qd.exp(-p[210] * deep)])


@qd.func
def lit(
    p: qd.template(), tile: qd.template(), far: qd.template(), near: qd.template(), moving: qd.template(), size, moving_size,
    by_lamp: qd.template(), by_lamp_moving: qd.template(), waves: qd.template(), pos, n, view, albedo, through, rough, shine,
    seen, footprint,
):  # fmt: skip
    """A surface in all the light there is, radiance in kcd/m2."""
    out = albedo * sky_on(p, n, seen) * 0.3183
    facing = n.dot(vec(p, 16))
    if p[19] > 0.5 and (facing > 0.0 or through > 0.0):
        beam = sun_reaches(p, far, near, moving, size, moving_size, pos, n)
        if beam > 0.0:
            soft = qd.max(facing, 0.0) + through * qd.max(-facing, 0.0)
            lobe = 0.0
            if shine > 0.002 and facing > 0.0:
                lobe = shine * gloss(n, vec(p, 16), view, gloss_power(rough)) * facing
            passed = 1.0
            if p[208] == 0.0:
                passed = cloud_shade(p, tile, pos)
            if p[208] > 0.0:
                passed = light_net(p, waves, pos, footprint)
            out += vec(p, 20) * (albedo * (0.3183 * soft) + lobe) * (beam * passed)
    if p[208] > 0.0:
        out *= from_above(p, pos[1])
    if p[48] > 1e-7:
        around = 0.10 * (0.5 + 0.5 * n[1]) * (0.2 + 0.8 * seen)
        out += albedo * vec(p, 48) * (0.3183 * (around + 0.9 * qd.max(n.dot(vec(p, 51)), 0.0)))
    if p[54] > 0.5:
        out += lamps(p, by_lamp, by_lamp_moving, pos, n, view, albedo, through, rough, shine)
    return out
