"""Small and soft things in the air: streaks, dots and puffs, added in whole numbers so that the order of threads is no matter.

Colour is accumulated in exposed light (p[57] is the exposure), 1/4096 a step; the fourth number is coverage or optical depth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import quadrants as qd
import torch

from oyster_cli.picture.grain import grain
from oyster_cli.picture.kinds import Splats
from oyster_cli.picture.params import clearness, vec
from oyster_cli.picture.raster import floats1, floats2, ints2, vec4s


def table(groups: Sequence[Splats]) -> torch.Tensor:
    """(n, 14) float32 of all their marks: place, velocity, colour, alpha, radius m, streak, lit, number in its group."""
    rows = np.empty((sum(len(each.at) for each in groups), 14), np.float32)
    first = 0
    for each in groups:
        part = rows[first : first + len(each.at)]
        part[:, 0:3], part[:, 3:6], part[:, 6:9] = each.at, each.velocity, each.colour
        part[:, 9], part[:, 10] = each.alpha, each.radius_m
        part[:, 11], part[:, 12], part[:, 13] = each.kind == "streak", each.lit, np.arange(len(part))
        first += len(part)
    return torch.from_numpy(rows)


@qd.func
def air_light(p: qd.template(), at, albedo):
    """Light that a small drop or grain sends to the eye: sky, sun (more with the sun behind it), lightning, lamps."""
    to_eye = (vec(p, 0) - at).normalized()
    toward = qd.max(-to_eye.dot(vec(p, 16)), 0.0)
    toward2 = toward * toward
    total = (vec(p, 24) + vec(p, 28)) * 0.16 + vec(p, 48) * 0.10
    total += vec(p, 20) * (0.05 + 0.35 * toward2 * toward2 * toward2)
    for k in range(qd.cast(p[54], qd.i32)):
        way = vec(p, 64 + 8 * k) - at
        d2 = way.dot(way)
        if d2 * p[67 + 8 * k] < 1.0:
            behind = qd.max(-way.dot(to_eye) / qd.sqrt(d2 + 1e-4), 0.0)
            total += vec(p, 68 + 8 * k) * ((0.08 + 0.5 * behind * behind) / (d2 + 0.3))
    return albedo * total


@qd.func
def drop_light(acc: qd.template(), pixel, colour, alpha, cover):
    """Add one mark's light to a pixel, and how much it hides of what is behind."""
    for j in qd.static(range(3)):
        qd.atomic_add(acc[pixel, j], qd.cast(qd.min(colour[j] * alpha, 60.0) * 4096.0 + 0.5, qd.i32))
    if cover > 0.0:
        qd.atomic_add(acc[pixel, 3], qd.cast(cover * 4096.0 + 0.5, qd.i32))


@qd.func
def sixteenth(x, y):
    """0 … 15, evenly spread over any four by four pixels (Bayer's matrix): where each starts on a way that few steps go."""
    return ((x & 1) * 2 + ((x ^ y) & 1)) * 4 + ((x >> 1) & 1) * 2 + (((x ^ y) >> 1) & 1)


@qd.func
def line(
    sx, sy, ex, ey, half, z, light, alpha, cover, hdr: qd.template(), width, height, acc: qd.template()
):  # fmt: skip
    """A line with round ends, soft across; along its longer way pixel by pixel, each pixel once. At most 260 pixels long."""
    gx, gy = ex - sx, ey - sy
    long = qd.sqrt(gx * gx + gy * gy)
    short = qd.min(260.0 / qd.max(long, 1.0), 1.0)
    gx, gy, long = gx * short, gy * short, long * short
    # softness spreads it over more pixels than it covers: they get so much less (integrals of `soft` over line and ends)
    rim = half + 0.5
    less = qd.min(half * (2.0 * long + 4.0 * half) / (rim * (1.375 * long + 1.587 * rim)), 1.0)
    flat = qd.abs(gx) >= qd.abs(gy)
    main, aside, at, beside = gx, gy, sx, sy
    most, across = width, height
    if not flat:
        main, aside, at, beside = gy, gx, sy, sx
        most, across = height, width
    slope = aside / main if qd.abs(main) > 1e-3 else 0.0
    wide = half * qd.sqrt(1.0 + slope * slope) + 0.5
    first = qd.max(qd.cast(qd.floor(qd.min(at, at + main) - half), qd.i32), 0)
    last = qd.min(qd.cast(qd.floor(qd.max(at, at + main) + half), qd.i32), most - 1)
    for m in range(first, last + 1):
        u = qd.cast(m, qd.f32) + 0.5 - at
        t = qd.min(qd.max(u / main, 0.0), 1.0) if qd.abs(main) > 1e-3 else 0.0
        centre = beside + aside * t
        low = qd.max(qd.cast(qd.floor(centre - wide), qd.i32), 0)
        high = qd.min(qd.cast(qd.floor(centre + wide), qd.i32), across - 1)
        for k in range(low, high + 1):
            v = qd.cast(k, qd.f32) + 0.5 - beside
            on = qd.min(qd.max((u * main + v * aside) / qd.max(long * long, 1e-6), 0.0), 1.0)
            du, dv = u - main * on, v - aside * on
            far = qd.sqrt(du * du + dv * dv) / rim
            soft = qd.min(qd.max((1.0 - far) * 1.6, 0.0), 1.0) * less
            pixel = k * width + m if flat else m * width + k
            if soft > 0.0 and hdr[pixel][3] > z:
                drop_light(acc, pixel, light, alpha * soft, cover * soft)


@qd.kernel(fastcache=True)
def splat(
    marks: floats2, shutter_s: qd.f32, p: floats1, hdr: vec4s, width: qd.i32, height: qd.i32, acc: ints2
):  # fmt: skip
    """Small marks: a dot, or a line along the way it went while the shutter was open. marks: of table()."""
    for i in range(marks.shape[0]):
        pos = qd.Vector([marks[i, 0], marks[i, 1], marks[i, 2]])
        q = pos - vec(p, 0)
        z = q.dot(vec(p, 12))
        if z > 0.25:
            go = qd.Vector([marks[i, 3], marks[i, 4], marks[i, 5]]) * shutter_s
            q2 = q - go
            z2 = qd.max(q2.dot(vec(p, 12)), 0.2)
            sx, sy = p[7] + p[3] * q.dot(vec(p, 4)) / z, p[11] - p[3] * q.dot(vec(p, 8)) / z
            ex, ey = p[7] + p[3] * q2.dot(vec(p, 4)) / z2, p[11] - p[3] * q2.dot(vec(p, 8)) / z2
            wide = 2.0 * marks[i, 10] * p[3] / z
            light = qd.Vector([marks[i, 6], marks[i, 7], marks[i, 8]])  # what shines by itself is given as it shows on film
            if marks[i, 12] > 0.5:
                light = air_light(p, pos, light) * p[57]
            light *= clearness(p, q, z + 1e-3, z)
            half = qd.min(qd.max(wide * 0.5, 0.5), 24.0)
            thin = qd.min(wide, 1.0)
            alpha = marks[i, 9] * (thin if marks[i, 11] > 0.5 else thin * thin)
            if marks[i, 11] < 0.5:
                ex, ey = sx, sy
            if alpha * 4096.0 > 1.0 and qd.abs(sx) < 1e5 and qd.abs(sy) < 1e5:
                line(sx, sy, ex, ey, half, z, light, alpha, alpha * marks[i, 12], hdr, width, height, acc)


@qd.kernel(fastcache=True)
def puff(
    marks: floats2, tile: vec4s, p: floats1, hdr: vec4s, width: qd.i32, height: qd.i32, small_width: qd.i32,
    small_height: qd.i32, acc: ints2,
):  # fmt: skip
    """Big soft clumps of mist or smoke, at a quarter of the picture's size, thinned where something solid stands in them."""
    for w in range(marks.shape[0] * 24):
        i, strip = w // 24, w % 24
        pos = qd.Vector([marks[i, 0], marks[i, 1], marks[i, 2]])
        q = pos - vec(p, 0)
        z = q.dot(vec(p, 12))
        r, thick = marks[i, 10], marks[i, 9]
        if z > 0.3:
            cx = (p[7] + p[3] * q.dot(vec(p, 4)) / z) * 0.25
            cy = (p[11] - p[3] * q.dot(vec(p, 8)) / z) * 0.25
            rp = qd.min(r * p[3] / z * 0.25, 4e3)
            light = air_light(p, pos, qd.Vector([marks[i, 6], marks[i, 7], marks[i, 8]]))
            light *= p[57] * clearness(p, q, z + 1e-3, z)
            near = qd.min(qd.max((z - 0.4 * r) / (r + 0.5), 0.0), 1.0)
            y0, y1 = qd.max(qd.cast(cy - rp, qd.i32), 0), qd.min(qd.cast(cy + rp, qd.i32) + 1, small_height)
            x0, x1 = qd.max(qd.cast(cx - rp, qd.i32), 0), qd.min(qd.cast(cx + rp, qd.i32) + 1, small_width)
            first = y0 + (y1 - y0) * strip // 24
            last = y0 + (y1 - y0) * (strip + 1) // 24
            if rp > 0.4 and near > 0.0:
                for y in range(first, last):
                    for x in range(x0, x1):
                        u, v = (qd.cast(x, qd.f32) + 0.5 - cx) / rp, (qd.cast(y, qd.f32) + 0.5 - cy) / rp
                        d2 = u * u + v * v
                        if d2 < 1.0:
                            depth = hdr[qd.min(y * 4 + 2, height - 1) * width + qd.min(x * 4 + 2, width - 1)][3]
                            open_ = qd.min(qd.max((depth - z + r * 0.8) / (1.6 * r), 0.0), 1.0)
                            g = grain(tile, (u + marks[i, 13] * 0.7) * 38.0, (v + thick) * 38.0 + p[23] * 3.0, 76.0 / rp)
                            body = (1.0 - d2) * (1.0 - d2) * qd.max(0.55 + 0.65 * g[0], 0.0)
                            tau = thick * body * open_ * near
                            if tau > 0.0005:
                                drop_light(acc, y * small_width + x, light, tau, tau)
