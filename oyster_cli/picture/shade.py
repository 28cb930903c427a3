"""Pixels of the visibility buffer to light: every visible surface is shaded once. Knows materials, not what wears them.

Two buffers come out, (pixels, 4) each: `hdr` radiance in kcd/m2 and depth in metres (1e9 for sky); `mirror` for pixels that
reflect: the normal's x and z, how much they reflect (after fog) and their roughness. mirror.py turns the second into light.
"""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.earth import earth
from oyster_cli.picture.light import lit
from oyster_cli.picture.params import clearness, eye_ray, fogged, vec
from oyster_cli.picture.raster import floats1, floats2, ints1, ints2, longs1, vec4s
from oyster_cli.picture.sky_table import view_sky
from oyster_cli.picture.solid import pane, solid
from oyster_cli.picture.surface import hit
from oyster_cli.picture.underwater import ceiling
from oyster_cli.picture.water import inland, sea


@qd.func
def corner(table: qd.template(), v0, i0, i1, i2, u, v):
    """A vertex attribute under the pixel."""
    return table[v0 + i0] * (1.0 - u - v) + table[v0 + i1] * u + table[v0 + i2] * v


@qd.func
def turned(inst: qd.template(), k, n):
    """A normal of a prototype in the world."""
    return qd.Vector(
        [
            inst[k, 0] * n[0] + inst[k, 1] * n[1] + inst[k, 2] * n[2],
            inst[k, 4] * n[0] + inst[k, 5] * n[1] + inst[k, 6] * n[2],
            inst[k, 8] * n[0] + inst[k, 9] * n[1] + inst[k, 10] * n[2],
        ]
    ).normalized()


@qd.func
def beyond(p: qd.template(), swell: qd.template(), sky: qd.template(), sky_size, ray, length):
    """Light where nothing solid is: the sky, or under water what comes through its surface and the murk."""
    colour = qd.Vector([0.0, 0.0, 0.0])
    if p[208] > 0.0:
        colour = ceiling(p, swell, sky, sky_size, ray, length)
    else:
        colour = view_sky(sky, sky_size, ray[0] / length, ray[1] / length, ray[2] / length, 1.0 / (p[3] * length))
        if p[39] < 60.0 and p[35] > 0.002:  # low thick fog lies before the sky; other air is in its table
            colour = fogged(p, colour, p[1], ray, length, 2e4)
    return colour


@qd.func
def made(
    p: qd.template(), tile: qd.template(), inst: qd.template(), sky: qd.template(), sky_size, k, material, n4, c4, pos, view,
    footprint,
):  # fmt: skip
    """A thing of materials at a pixel: albedo, normal, (rough, shine, through, sky seen), light of its own, glow."""
    n = turned(inst, k, n4)
    facing = n.dot(view)
    if facing < 0.0 and material != 1:
        n = -n
        if material == 2 or material == 3:  # what is round shows its rim, not its back
            n = (-n - view * (1.02 * facing)).normalized()
    tint = qd.Vector([c4[0] * inst[k, 12], c4[1] * inst[k, 13], c4[2] * inst[k, 14]])
    albedo, bent, m = solid(p, tile, material, tint, n, pos, n4[3], footprint)
    own = qd.Vector([0.0, 0.0, 0.0])
    glow = 0.0
    if material == 4 or material == 5:
        own = pane(p, sky, sky_size, material, bent, view, n4[3])
    elif material == 6:
        glow = 0.014 * inst[k, 18]  # film could not hold a lamp's true 0.1
    return albedo, bent, m, own, glow


@qd.kernel(fastcache=True)
def shade(
    vis: longs1, verts: vec4s, slots: ints2, triangles: ints2, inst: floats2, normals: vec4s, colours: vec4s,
    map_a: vec4s, map_b: vec4s, map_c: vec4s, rows: qd.i32, columns: qd.i32, ramp: vec4s, ramp_base: qd.f32,
    swell: vec4s, tile: vec4s, sky: vec4s, sky_size: qd.i32,
    far: ints1, near: ints1, moving: ints1, shadow_size: qd.i32, moving_size: qd.i32, by_lamp: floats1, by_lamp_moving: floats1,
    p: floats1, width: qd.i32, height: qd.i32, hdr: vec4s, mirror: vec4s,
):  # fmt: skip
    """Kinds of a slot: 0 made of materials, 1 ground, 2 inland water, 3 sea."""
    segments = (width + 31) // 32
    for s in range(segments * height):
        y, x0 = s // segments, (s % segments) * 32
        for x in range(x0, qd.min(x0 + 32, width)):
            pixel = y * width + x
            key = vis[pixel]
            ray = eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)
            length = ray.norm()
            view = -ray / length
            colour = qd.Vector([0.0, 0.0, 0.0])
            depth = 1e9
            reflect = qd.Vector([0.0, 0.0, 0.0, 1.0])
            if key == qd.i64(0x7FFFFFFFFFFFFFFF):
                colour = beyond(p, swell, sky, sky_size, ray, length)
            else:
                low = qd.cast(key & qd.i64(0x7FFFFFFF), qd.i32)
                slot = low // 4096
                tri = slots[slot, 1] + low % 4096
                k = slots[slot, 2]
                v0 = slots[slot, 3]
                kind = slots[slot, 4]
                i0, i1, i2 = triangles[tri, 0], triangles[tri, 1], triangles[tri, 2]
                rx = (qd.cast(x, qd.f32) + 0.5 - p[7]) / p[3]
                ry = (p[11] - qd.cast(y, qd.f32) - 0.5) / p[3]
                bary = hit(verts, slots[slot, 0], i0, i1, i2, rx, ry)
                depth = bary[2]
                pos = vec(p, 0) + ray * depth
                footprint = depth * length / p[3]
                c4 = corner(colours, v0, i0, i1, i2, bary[0], bary[1])
                n = qd.Vector([0.0, 1.0, 0.0])
                albedo = qd.Vector([0.0, 0.0, 0.0])
                m = qd.Vector([0.9, 0.0, 0.0, 1.0])  # rough, shine, through, sky seen
                share = 0.0  # of mirrored light
                glow = 0.0
                if kind == 1:
                    albedo, n, m, share = earth(
                        p, tile, map_a, map_b, map_c, rows, columns, ramp, ramp_base, pos, view, c4, footprint
                    )
                elif kind == 2:
                    albedo, n, m, share = inland(p, tile, map_a, map_b, map_c, rows, columns, pos, view, c4, footprint)
                elif kind == 3:
                    albedo, n, m, share = sea(p, tile, swell, pos, view, c4, footprint)
                else:
                    n4 = corner(normals, v0, i0, i1, i2, bary[0], bary[1])
                    material = qd.cast(colours[v0 + i0][3] + 0.5, qd.i32)
                    albedo, n, m, colour, glow = made(p, tile, inst, sky, sky_size, k, material, n4, c4, pos, view, footprint)
                if glow > 0.0:
                    colour = albedo * glow
                else:
                    colour += lit(
                        p, tile, far, near, moving, shadow_size, moving_size, by_lamp, by_lamp_moving, swell, pos, n, view,
                        albedo, m[2], m[0], m[1], m[3], footprint,
                    )  # fmt: skip
                far_off = depth * length
                reflect = qd.Vector([n[0], n[2], share * clearness(p, p[1], ray, length, far_off), m[0]])
                colour = fogged(p, colour, p[1], ray, length, far_off)
            hdr[pixel] = qd.Vector([colour[0], colour[1], colour[2], depth])
            mirror[pixel] = reflect
