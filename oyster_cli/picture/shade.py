"""Pixels of the visibility buffer to light: every visible surface is shaded once. Knows materials, not what wears them.

Two buffers come out, (pixels, 4) each: `hdr` radiance in kcd/m2 and depth in metres (1e9 for sky); `mirror` for pixels that
reflect: the normal's x and z, how much they reflect (after fog) and their roughness. mirror.py turns the second into light.
"""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.earth import earth, fresnel
from oyster_cli.picture.leaf import leaf, spray_px
from oyster_cli.picture.light import lit
from oyster_cli.picture.params import clearness, eye_ray, fogged, vec
from oyster_cli.picture.raster import floats1, floats2, ints1, ints2, longs1, vec4s
from oyster_cli.picture.room import cabin, room
from oyster_cli.picture.sky_table import fetch_sky, view_sky
from oyster_cli.picture.solid import coal, pane, solid
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
def at_home(inst: qd.template(), k, pos):
    """A place in the frame of its prototype, in metres."""
    d = pos - qd.Vector([inst[k, 3], inst[k, 7], inst[k, 11]])
    x = qd.Vector([inst[k, 0], inst[k, 4], inst[k, 8]])
    y = qd.Vector([inst[k, 1], inst[k, 5], inst[k, 9]])
    z = qd.Vector([inst[k, 2], inst[k, 6], inst[k, 10]])
    return qd.Vector([d.dot(x) / x.norm(), d.dot(y) / y.norm(), d.dot(z) / z.norm()])


@qd.func
def beyond(p: qd.template(), swell: qd.template(), sky: qd.template(), sky_size, ray, length):
    """Light where nothing solid is: the sky, or under water what comes through its surface and the murk."""
    colour = qd.Vector([0.0, 0.0, 0.0])
    if p[208] > 0.0:
        colour = ceiling(p, swell, sky, sky_size, ray, length)
    else:
        colour = view_sky(sky, sky_size, ray[0] / length, ray[1] / length, ray[2] / length, 1.0 / (p[3] * length))
        low = 1.0 - qd.max(ray[1] / length, 0.0)
        colour += vec(p, 241) * (0.30 + 0.70 * low * low * low)
        if p[39] < 60.0 and p[35] > 0.002:  # low thick fog lies before the sky; other air is in its table
            colour = fogged(p, colour, ray, length, 2e4)
    return colour


@qd.func
def made(
    p: qd.template(), tile: qd.template(), inst: qd.template(), sky: qd.template(), sky_size, k, material, n4, c4, pos, view,
    footprint, bary, tri, long_px,
):  # fmt: skip
    """A thing of materials at a pixel: albedo, normal, (rough, shine, through, sky seen), light of its own, glow."""
    n = turned(inst, k, n4)
    tint = qd.Vector([c4[0] * inst[k, 12], c4[1] * inst[k, 13], c4[2] * inst[k, 14]])
    q = pos
    albedo, bent, m = tint, n, qd.Vector([0.9, 0.0, 0.0, n4[3]])
    if material == 1 or material == 16:
        albedo, bent, m = leaf(p, tile, material, tint, n, view, n4[3], bary[0], bary[1], tri, long_px)
    else:
        facing = n.dot(view)
        if facing < 0.0 and facing > -0.4 and (material == 2 or material == 3):  # what is round shows its rim, not its back
            n = (n - view * (1.02 * facing)).normalized()
        elif facing < 0.0:
            n = -n
        moves = inst[k, 20] != 0.0 or inst[k, 22] != 0.0
        if moves or material == 5 or (material > 7 and material < 16):  # the pattern goes along with the thing
            q = at_home(inst, k, pos)
        at = pos if material == 2 or material == 3 or material == 17 else q
        albedo, bent, m = solid(p, tile, material, tint, n, at, q, qd.Vector([n4[0], n4[1], n4[2]]), n4[3], footprint)
    own = qd.Vector([0.0, 0.0, 0.0])
    glow = 0.0
    if material == 4 or material == 5 or material == 15:
        own = pane(p, sky, sky_size, material, bent, view, n4[3])
        if material == 15:
            above = fetch_sky(sky, sky_size, -view[0], qd.max(-view[1], 0.05), -view[2])
            own += cabin(c4, q, -at_home(inst, k, view + qd.Vector([inst[k, 3], inst[k, 7], inst[k, 11]])), above, vec(p, 32))
            albedo = qd.Vector([0.004, 0.004, 0.004])
    elif material == 6 or material == 10:
        glow = 0.014 * inst[k, 18]  # film could not hold a lamp's true 0.1
        if material == 10:
            albedo = room(c4, n, view, footprint)
    elif material == 12:
        albedo, own = coal(p, tile, tint, q)
        own *= 0.014 * inst[k, 18]
    return albedo, bent, m, own, glow


@qd.func
def spared(vis: qd.template(), slots: qd.template(), x, y, half, width, height):
    """Whether a pixel may have the mean of those around it: on a field of this half, dry, and all about it the same piece."""
    pixel = y * width + x
    key = vis[pixel]
    may = (x + y) % 2 == 1 - half and x > 0 and y > 0 and x < width - 1 and y < height - 1
    may = may and key != qd.i64(0x7FFFFFFFFFFFFFFF)
    if may:
        piece = key & qd.i64(0x7FFFF000)
        may = slots[qd.cast(piece, qd.i32) // 4096, 4] < 2  # glints on water are no wider than a pixel
        for k in qd.static(range(4)):
            beside = pixel + (-1 if k == 0 else (1 if k == 1 else (-width if k == 2 else width)))
            may = may and vis[beside] & qd.i64(0x7FFFF000) == piece
    return may


@qd.func
def upright(hdr: qd.template(), pixel, width):
    """Whether what is over and under a pixel is more alike than what is beside it, as along an upright edge."""
    left, right, over, under = hdr[pixel - 1], hdr[pixel + 1], hdr[pixel - width], hdr[pixel + width]
    across, along = 0.0, 0.0
    for k in qd.static(range(3)):
        across += qd.abs(left[k] - right[k])
        along += qd.abs(over[k] - under[k])
    return along < across


@qd.kernel(fastcache=True)
def shade(
    vis: longs1, verts: vec4s, slots: ints2, shown: ints1, triangles: ints2, inst: floats2, normals: vec4s, colours: vec4s,
    map_a: vec4s, map_b: vec4s, map_c: vec4s, rows: qd.i32, columns: qd.i32, ramp: vec4s, ramp_base: qd.f32,
    swell: vec4s, tile: vec4s, sky: vec4s, sky_size: qd.i32,
    far: ints1, near: ints1, moving: ints1, shadow_size: qd.i32, moving_size: qd.i32, by_lamp: floats1, by_lamp_moving: floats1,
    p: floats1, half: qd.i32, width: qd.i32, height: qd.i32, hdr: vec4s, mirror: vec4s,
):  # fmt: skip
    """Kinds of a slot: 0 made of materials, 1 ground, 2 inland water, 3 sea. shown: 1 for every slot that owns a pixel.

    half: 0 or 1 to spare, within a piece, every second pixel, as on a chessboard: it gets the mean of the two on either side
    of it, across or along, that are more alike, so that edges drawn within a piece stay sharp. 2 for none.
    """
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            pixel = y * width + x
            key = vis[pixel]
            if spared(vis, slots, x, y, half, width, height):
                continue
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
                shown[slot] = 1
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
                    long_px = 0.0
                    if material == 16:
                        long_px = spray_px(verts, slots[slot, 0], i0, i1, i2, footprint)
                    albedo, n, m, colour, glow = made(
                        p, tile, inst, sky, sky_size, k, material, n4, c4, pos, view, footprint, bary, tri, long_px
                    )
                    if material == 13 and m[0] < 0.55:
                        share = fresnel(qd.max(n.dot(view), 0.02)) * (1.0 - m[0] * 1.5) * p[27]
                if glow > 0.0:
                    colour = albedo * glow
                else:
                    colour += lit(
                        p, tile, far, near, moving, shadow_size, moving_size, by_lamp, by_lamp_moving, swell, pos, n, view,
                        albedo, m[2], m[0], m[1], m[3], footprint,
                    )  # fmt: skip
                far_off = depth * length
                if share > 0.0:
                    share *= clearness(p, ray, length, far_off)
                reflect = qd.Vector([n[0], n[2], share, m[0]])
                colour = fogged(p, colour, ray, length, far_off)
            hdr[pixel] = qd.Vector([colour[0], colour[1], colour[2], depth])
            mirror[pixel] = reflect
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            pixel = y * width + x
            if spared(vis, slots, x, y, half, width, height):
                beside = width if upright(hdr, pixel, width) else 1
                hdr[pixel] = 0.5 * (hdr[pixel - beside] + hdr[pixel + beside])
                mirror[pixel] = 0.5 * (mirror[pixel - beside] + mirror[pixel + beside])
