"""Reflections: rays from mirroring pixels through the depth of the picture itself; what leaves it sees the sky.

Reads the shaded picture, writes only its own pixel of `mirror`, so the order of threads does not matter.
"""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.params import eye_ray, vec
from oyster_cli.picture.raster import floats1, vec4s
from oyster_cli.picture.sky_table import fetch_sky


@qd.func
def stands(p: qd.template(), x, y, depth):
    """Height of what a pixel shows."""
    return p[1] + eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)[1] * depth


@qd.func
def trace(hdr: qd.template(), p: qd.template(), pos, way, start, width, height):
    """March a ray over the picture: (radiance, 1) where it meets something, the last rock at the border, or (0, 0)."""
    found = qd.Vector([0.0, 0.0, 0.0, 0.0])
    reach = start
    last = 0.0
    going = 1
    for _ in range(26):
        if going == 1:
            q = pos + way * reach - vec(p, 0)
            z = q.dot(vec(p, 12))
            going = 0
            if z > 0.05:
                sx = p[7] + p[3] * q.dot(vec(p, 4)) / z
                sy = p[11] - p[3] * q.dot(vec(p, 8)) / z
                inside = sx >= 0.0 and sy >= 0.0 and sx < qd.cast(width, qd.f32) and sy < qd.cast(height, qd.f32)
                ix = qd.min(qd.max(qd.cast(sx, qd.i32), 0), width - 1)
                iy = qd.min(qd.max(qd.cast(sy, qd.i32), 0), height - 1)
                there = hdr[iy * width + ix]
                if inside:
                    going = 1
                    if there[3] < z and there[3] > z - (reach - last) * 1.6 - 0.4:
                        found = qd.Vector([there[0], there[1], there[2], 1.0])
                        going = 0
                elif there[3] < 1e8 and there[3] > z * 0.5 and stands(p, ix, iy, there[3]) > pos[1] + 0.6:
                    found = qd.Vector([there[0], there[1], there[2], 1.0])
            last = reach
            reach *= 1.32
    return found


@qd.kernel(fastcache=True)
def reflect(
    hdr: vec4s, mirror: vec4s, sky: vec4s, sky_size: qd.i32, p: floats1, half: qd.i32, width: qd.i32, height: qd.i32
):
    """Every mirroring pixel's (normal x, normal z, share, roughness) becomes the light it reflects.

    half: 0 or 1 to trace every second pixel only, as on a chessboard; the others become (-1, 0, 0, 0). 2 traces all.
    """
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            pixel = y * width + x
            m = mirror[pixel]
            light = qd.Vector([0.0, 0.0, 0.0])
            if m[2] > 0.004 and (x + y) % 2 == 1 - half:
                light[0] = -1.0
            elif m[2] > 0.004:
                ray = eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)
                depth = hdr[pixel][3]
                pos = vec(p, 0) + ray * depth
                calm = 1.0 / (1.0 + 0.05 * depth)  # far ripples are finer than a pixel: their mean reflects
                a, b = m[0] * calm, m[1] * calm
                n = qd.Vector([a, qd.sqrt(qd.max(1.0 - a * a - b * b, 0.01)), b])
                d = ray.normalized()
                way = d - n * (2.0 * d.dot(n))
                way[1] = qd.max(way[1], 0.015)
                way = way.normalized()
                clear = 2.5 / (p[3] * qd.max(way[1] - d[1], 0.01))  # far off a pixel is long, and must not meet itself
                seen = trace(hdr, p, pos, way, qd.max(0.012, clear) * depth + 0.05, width, height)
                light = fetch_sky(sky, sky_size, way[0], way[1], way[2])
                if seen[3] > 0.5:
                    light = qd.Vector([seen[0], seen[1], seen[2]])
                light *= m[2]
            mirror[pixel] = qd.Vector([light[0], light[1], light[2], 0.0])
