"""Falling water and flame: seen through, drawn over the solid picture."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.grain import grain
from oyster_cli.picture.light import sky_on, sun_reaches
from oyster_cli.picture.params import eye_ray, fogged, vec
from oyster_cli.picture.raster import floats1, ints1, ints2, longs1, vec4s
from oyster_cli.picture.shade import corner
from oyster_cli.picture.surface import hit


@qd.kernel(fastcache=True)
def draw_veil(
    vis: longs1, verts: vec4s, slots: ints2, triangles: ints2, normals: vec4s, colours: vec4s, flow: qd.f32, tile: vec4s,
    far: ints1, near: ints1, moving: ints1, shadow_size: qd.i32, moving_size: qd.i32,
    p: floats1, width: qd.i32, height: qd.i32, hdr: vec4s,
):  # fmt: skip
    """Sheets of falling water over the picture. colours: metres across, seconds since the lip, edge 0..1.

    Strands are noise that falls with the water: looked up at (across, time - fall time), they stretch and quicken by
    themselves as the water does.
    """
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            pixel = y * width + x
            key = vis[pixel]
            if key != qd.i64(0x7FFFFFFFFFFFFFFF):
                low = qd.cast(key & qd.i64(0x7FFFFFFF), qd.i32)
                slot = low // 4096
                tri, v0 = slots[slot, 1] + low % 4096, slots[slot, 3]
                i0, i1, i2 = triangles[tri, 0], triangles[tri, 1], triangles[tri, 2]
                rx = (qd.cast(x, qd.f32) + 0.5 - p[7]) / p[3]
                ry = (p[11] - qd.cast(y, qd.f32) - 0.5) / p[3]
                bary = hit(verts, slots[slot, 0], i0, i1, i2, rx, ry)
                depth = bary[2]
                under = hdr[pixel]
                if depth < under[3] + 0.3:
                    ray = eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)
                    length = ray.norm()
                    pos = vec(p, 0) + ray * depth
                    c = corner(colours, v0, i0, i1, i2, bary[0], bary[1])
                    n4 = corner(normals, v0, i0, i1, i2, bary[0], bary[1])
                    age = p[23] - c[1]
                    px = depth * length / p[3]
                    swing = grain(tile, c[0] * 2.6 + 91.0, age * 8.0, px * 4.0)
                    fallen = qd.min(c[1] * 0.4, 1.0)
                    u = c[0] + (1.6 * swing[0] + 2.2 * swing[2]) * fallen * 0.5  # strands part and run together
                    wide = grain(tile, u * 9.0, age * 26.0, px * 9.0)
                    strand = grain(tile, u * 38.0, age * 46.0 + 30.0 * wide[0], px * 34.0)
                    fine = grain(tile, u * 130.0, age * 150.0, px * 120.0)
                    body = 0.55 * wide[0] + 0.75 * strand[0] + (0.25 + 0.3 * fallen) * fine[0]
                    torn = c[2] * 1.9 - 0.30 + (0.4 + 0.4 * fallen) * body
                    torn += fallen * (0.7 * swing[0] - 0.30 * (1.0 - c[2]))
                    alpha = qd.min(qd.max((0.88 - 0.22 * fallen + 0.85 * body) * flow, 0.0), 1.0)
                    alpha *= qd.min(qd.max(torn * 1.4, 0.0), 1.0)
                    alpha = qd.min(alpha, 0.97)
                    n = qd.Vector([n4[0], n4[1], n4[2]]) + qd.Vector([strand[2], 0.25, 0.0]) * 0.5
                    n = n.normalized()
                    beam = sun_reaches(p, far, near, moving, shadow_size, moving_size, pos, n) * p[19]
                    facing = 0.35 + 0.65 * qd.abs(n.dot(vec(p, 16)))
                    white = 0.58 + 0.34 * qd.min(qd.max(body, -0.9), 0.9)
                    light = sky_on(p, n, n4[3]) * (0.3183 * 1.05) + vec(p, 20) * (beam * facing * 0.3183)
                    light += vec(p, 48) * 0.25
                    colour = fogged(p, light * white, ray, length, depth * length)
                    hdr[pixel] = qd.Vector(
                        [
                            under[0] + (colour[0] - under[0]) * alpha,
                            under[1] + (colour[1] - under[1]) * alpha,
                            under[2] + (colour[2] - under[2]) * alpha,
                            under[3],
                        ]
                    )


@qd.func
def silk(tile: qd.template(), u, v):
    """The tile at (u, v) in texels with soft joints: enlarged, it shows no texels."""
    fx, fy = qd.floor(u), qd.floor(v)
    i, j = qd.cast(fx, qd.i32) & 255, qd.cast(fy, qd.i32) & 255
    i1, j1 = (i + 1) & 255, (j + 1) & 255
    a, b = u - fx, v - fy
    a, b = a * a * (3.0 - 2.0 * a), b * b * (3.0 - 2.0 * b)
    low = tile[j * 256 + i][0] * (1.0 - a) + tile[j * 256 + i1][0] * a
    high = tile[j1 * 256 + i][0] * (1.0 - a) + tile[j1 * 256 + i1][0] * a
    return low * (1.0 - b) + high * b


@qd.func
def tongues(tile: qd.template(), x, y, height, width, t, own, pixel_m):
    """How deep inside a fire a point x aside and y over its foot is (0 at its edge, 1 in its heart), and its fine grain.

    Noise rises with the hot air, pushes the body aside and eats into it, the more the higher: so it tapers, licks and tears.
    """
    h = y / height
    k = qd.min(26.0 / width, 0.75 / pixel_m)  # texels a metre; a small picture of it shows no finer ones than it can
    up = (y - t * (0.7 + 1.3 * qd.sqrt(height))) * k  # hot air is the faster the taller the fire
    free = qd.min(qd.max(h * 1.8, 0.0), 1.0)
    bow = silk(tile, own * 71.0 + x * k * 0.30, own * 37.0 + up * 0.22)
    coil = silk(tile, own * 53.0 + (x + 0.2 * width * bow * free) * k * 0.8, own * 91.0 + up * 0.42)
    aside = x + width * free * (0.34 * bow + 0.17 * coil)
    bite = silk(tile, own * 29.0 + aside * k * 0.95, own * 13.0 + up * 0.25)
    fine = silk(tile, own * 17.0 + aside * k * 2.6, own * 61.0 + up * 0.6 + 9.0 * coil)
    fine *= qd.min(qd.max(1.6 - 2.6 * k * pixel_m, 0.0), 1.0)
    top = qd.max(1.0 - h, 0.0)
    low = qd.min(qd.max(h * 5.0 + 0.35, 0.0), 1.0)
    girth = width * (0.24 + 0.14 * low + 0.50 * qd.max(h, 0.0)) * top * qd.sqrt(top) + 0.10 * width
    deep = 1.0 - qd.abs(aside) / girth + bite * (0.36 + 0.66 * h) + 0.20 * fine - 0.45 * h - 2.2 * qd.max(h - 0.8, 0.0)
    round_ = aside / (0.3 * width)
    deep -= qd.max(0.10 - h, 0.0) * 6.0 * round_ * round_
    return qd.Vector([deep, fine, coil])


@qd.kernel(fastcache=True)
def draw_flame(
    flame: floats1, tile: vec4s, p: floats1, x0: qd.i32, y0: qd.i32, x1: qd.i32, y1: qd.i32, width: qd.i32, hdr: vec4s
):
    """One fire inside its box of pixels: a sheet of tongues, white-yellow in its heart, red at its edge, blue at its foot.

    flame: foot xyz, height m, width m, heat, lean x, lean z, phase. Its light is given as it shows on
    film: a true 5 to 15 kcd/m2 would burn out by night; its lamp does the lighting.
    """
    parts = (x1 - x0 + 15) // 16
    for s in range(parts * (y1 - y0)):
        y, first = y0 + s // parts, x0 + s % parts * 16
        foot = qd.Vector([flame[0], flame[1], flame[2]])
        flat = qd.Vector([p[12], 0.0, p[14]]).normalized()
        for x in range(first, qd.min(first + 16, x1)):
            pixel = y * width + x
            ray = eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)
            z = (foot - vec(p, 0)).dot(flat) / qd.max(ray.dot(flat), 1e-3)
            under = hdr[pixel]
            if under[3] > z - flame[4] * 0.6:
                at = vec(p, 0) + ray * z - foot
                h = at[1] / flame[3]
                blown = flame[6] * p[4] + flame[7] * p[6]
                aside = at.dot(vec(p, 4)) - blown * h * h
                if h > -0.06 and h < 1.2 and qd.abs(aside) < 0.9 * flame[4]:
                    own = flame[8] + 0.31 * flame[0] + 0.47 * flame[2]
                    fire = tongues(tile, aside, at[1], flame[3], flame[4], p[23], own, z / p[3])
                    if fire[0] > 0.0:
                        body = qd.min(fire[0] * 2.6, 1.0)
                        dense = body * body * (3.0 - 2.0 * body) * flame[5]
                        dense *= qd.min(qd.max((h + 0.05 + 0.05 * fire[1]) * 8.0, 0.0), 1.0)
                        hot = qd.min(qd.max(fire[0] * 0.75 + 0.20 - 0.40 * h + 0.22 * fire[1], 0.0), 1.0)
                        veins = 0.72 + 0.5 * qd.max(1.0 - qd.abs(fire[2]) * 2.2, 0.0)  # bright where the sheet folds
                        hot2 = hot * hot
                        glow = qd.Vector([1.0, 0.14 + 0.34 * hot, 0.006 + 0.10 * hot2]) * (dense * veins * (0.22 + 2.7 * hot2))
                        blue = dense * qd.max(1.0 - qd.max(h, 0.0) * 9.0, 0.0) * qd.max(1.0 - fire[0] * 1.6, 0.0)
                        glow += qd.Vector([0.05, 0.16, 0.60]) * (0.4 * blue)
                        glow *= 1.0 / p[57]
                        keep = 1.0 - 0.75 * qd.min(dense, 1.0) * (0.4 + 0.6 * hot)
                        hdr[pixel] = qd.Vector(
                            [under[0] * keep + glow[0], under[1] * keep + glow[1], under[2] * keep + glow[2], under[3]]
                        )
