"""Falling water and flame: seen through, drawn over the solid picture."""

from __future__ import annotations

import quadrants as qd

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
    segments = (width + 31) // 32
    for s in range(segments * height):
        y, x0 = s // segments, (s % segments) * 32
        for x in range(x0, qd.min(x0 + 32, width)):
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
                    colour = fogged(p, light * white, p[1], ray, length, depth * length)
                    hdr[pixel] = qd.Vector(
                        [
                            under[0] + (colour[0] - under[0]) * alpha,
                            under[1] + (colour[1] - under[1]) * alpha,
                            under[2] + (colour[2] - under[2]) * alpha,
                            under[3],
                        ]
                    )


@qd.kernel(fastcache=True)
def draw_flame(
    flame: floats1, tile: vec4s, p: floats1, x0: qd.i32, y0: qd.i32, x1: qd.i32, y1: qd.i32, width: qd.i32, hdr: vec4s
):
    """One fire inside its box of pixels: tongues of noise that rise, thin out and are hot inside.

    flame: foot xyz, height m, width m, heat, lean x, lean z, phase. Its light is given as it shows on
    film: a true 5 to 15 kcd/m2 would burn out by night; its lamp does the lighting.
    """
    for y in range(y0, y1):
        for x in range(x0, x1):
            pixel = y * width + x
            ray = eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)
            foot = qd.Vector([flame[0], flame[1], flame[2]])
            flat = qd.Vector([p[12], 0.0, p[14]]).normalized()
            z = (foot - vec(p, 0)).dot(flat) / qd.max(ray.dot(flat), 1e-3)
            under = hdr[pixel]
            if under[3] > z - flame[4] * 0.6:
                at = vec(p, 0) + ray * z - foot
                h = at[1] / flame[3]
                blown = flame[6] * p[4] + flame[7] * p[6]
                s = (at.dot(vec(p, 4)) - blown * h * h) / flame[4] * 2.0
                if h > -0.05 and h < 1.15 and qd.abs(s) < 1.6:
                    t = p[23] + flame[8]
                    warp = grain(tile, s * 9.0 + flame[8] * 37.0, (h * 1.1 - t * 1.15) * 22.0, 0.6)
                    curl = grain(tile, (s + 0.3 * warp[0]) * 17.0, (h * 1.2 - t * 1.9) * 30.0, 0.6)
                    lick = grain(tile, flame[8] * 91.0 + 0.5, t * 9.0, 0.6)
                    swing = s + (0.42 * warp[0] + 0.16 * curl[0]) * qd.min(h * 1.4, 1.0)
                    body = -9.0
                    for k in qd.static(range(3)):  # a middle tongue and one on each side, that rise and sink by turns
                        beat = lick[0] if k == 0 else (lick[2] if k == 1 else lick[3])
                        off = (0.0 if k == 0 else (0.46 if k == 1 else -0.46)) * (1.0 - 0.5 * h)
                        tall = qd.max((0.86 if k == 0 else 0.62) + 0.24 * beat, 0.3)
                        up = qd.min(qd.max(h / tall, 0.0), 1.0)
                        girth = (0.50 if k == 0 else 0.36) * (0.62 + 1.1 * up) * qd.sqrt(1.0 - up) * (1.0 - 0.25 * up) + 0.01
                        aside = (swing - off) / girth
                        body = qd.max(body, 1.0 - aside * aside - 0.35 * up + qd.min((tall - h) * 6.0, 0.0))
                    body += 0.40 * curl[0] * (0.25 + h)
                    dense = qd.min(qd.max(body * 1.5, 0.0), 1.0) * qd.min(qd.max((h + 0.05) * 7.0, 0.0), 1.0) * flame[5]
                    hot = qd.min(qd.max(body * 1.05 + 0.12 - 0.50 * h, 0.0), 1.0)
                    glow = qd.Vector([1.0, 0.13 + 0.42 * hot, 0.008 + 0.17 * hot * hot * hot]) * (
                        dense * (0.42 + 2.9 * hot * hot) / p[57]
                    )
                    keep = 1.0 - 0.75 * dense
                    hdr[pixel] = qd.Vector(
                        [under[0] * keep + glow[0], under[1] * keep + glow[1], under[2] * keep + glow[2], under[3]]
                    )
