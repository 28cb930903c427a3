"""Where things move in the picture: a way for every pixel since the frame before, and the blur it leaves on film."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.params import vec
from oyster_cli.picture.raster import blown, floats1, floats2, ints1, ints2, longs1, place, vec4s
from oyster_cli.picture.shade import corner
from oyster_cli.picture.surface import hit

PER_PX = 64.0  # a way is kept in two halves of an int32, in so many parts of a pixel
TILE = 16


@qd.func
def was_seen(p: qd.template(), q):
    """Where a point of the world was in the picture of the frame before, in pixels, without that frame's shift."""
    rel = q - vec(p, 212)
    z = qd.max(rel.dot(vec(p, 224)), 1e-3)
    return p[219] + p[215] * rel.dot(vec(p, 216)) / z, p[223] - p[215] * rel.dot(vec(p, 220)) / z


@qd.func
def point_at(p: qd.template(), u, v, depth):
    """The point of the world under a point of the picture."""
    dx, dy = (u - p[7]) / p[3], (p[11] - v) / p[3]
    return vec(p, 0) + (vec(p, 12) + vec(p, 4) * dx + vec(p, 8) * dy) * depth


@qd.func
def way_of(kept):
    """A way in pixels, out of its int32."""
    x, y = kept >> 16, (kept << 16) >> 16
    return qd.Vector([qd.cast(x, qd.f32), qd.cast(y, qd.f32)]) * 0.015625


@qd.func
def short(pixels):
    """A number of pixels as 16 bits."""
    return qd.cast(qd.floor(qd.min(qd.max(pixels * 64.0, -32000.0), 32000.0) + 0.5), qd.i32) & 0xFFFF


@qd.kernel(fastcache=True)
def track(
    vis: longs1, verts: vec4s, slots: ints2, triangles: ints2, inst: floats2, points: vec4s, p: floats1, width: qd.i32,
    height: qd.i32, ways: ints1,
):  # fmt: skip
    """The way of every pixel of something that moved by itself: by its pose (columns 20..31 of the instance: the transform
    before), or because the wind bends it."""
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            key = vis[y * width + x]
            way = 0
            if key != qd.i64(0x7FFFFFFFFFFFFFFF):
                low = qd.cast(key & qd.i64(0x7FFFFFFF), qd.i32)
                slot = low // 4096
                k = slots[slot, 2]
                posed = inst[k, 20] != 0.0 or inst[k, 21] != 0.0 or inst[k, 22] != 0.0
                if posed or inst[k, 15] > 0.0:
                    tri = slots[slot, 1] + low % 4096
                    i0, i1, i2 = triangles[tri, 0], triangles[tri, 1], triangles[tri, 2]
                    u, v = qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5
                    bary = hit(verts, slots[slot, 0], i0, i1, i2, (u - p[7]) / p[3], (p[11] - v) / p[3])
                    q = corner(points, slots[slot, 3], i0, i1, i2, bary[0], bary[1])
                    was = qd.Vector([0.0, 0.0, 0.0])
                    if posed:
                        for r in qd.static(range(3)):
                            c = 20 + 4 * r
                            was[r] = inst[k, c] * q[0] + inst[k, c + 1] * q[1] + inst[k, c + 2] * q[2] + inst[k, c + 3]
                    else:
                        root = place(inst, k, q[0], q[1], q[2])
                        bent = blown(inst, p, k, root, q[3], p[23]) - blown(inst, p, k, root, q[3], p[23] - p[232])
                        was = point_at(p, u, v, bary[2]) - bent
                    bu, bv = was_seen(p, was)
                    mu, mv = u - p[230] - bu, v - p[231] - bv
                    far = qd.max(qd.abs(mu), qd.abs(mv))
                    if far > 0.03 and far < 400.0:  # less nobody sees, farther it has not moved but come from nowhere
                        way = (short(mu) << 16) | short(mv)
            ways[y * width + x] = way


@qd.func
def way_at(p: qd.template(), ways: qd.template(), pixel, x, y, depth):
    """How far a pixel's light has gone since the frame before: by itself, or because the camera moved."""
    way = way_of(ways[pixel])
    if ways[pixel] == 0 and p[228] < 0.5:
        u, v = qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5
        bu, bv = was_seen(p, point_at(p, u, v, depth))
        way = qd.Vector([u - p[230] - bu, v - p[231] - bv])
    return way * p[229]


@qd.kernel(fastcache=True)
def fastest(light: vec4s, ways: ints1, p: floats1, width: qd.i32, height: qd.i32, columns: qd.i32, rows: qd.i32, tiles: vec4s):
    """The longest way that light goes while the shutter is open, in every tile of 16 x 16 pixels (every other one is asked)."""
    for t in range(columns * rows):
        x0, y0 = t % columns * 16, t // columns * 16
        most = 0.0
        longest = qd.Vector([0.0, 0.0])
        for k in range(64):
            x, y = qd.min(x0 + k % 8 * 2, width - 1), qd.min(y0 + k // 8 * 2, height - 1)
            pixel = y * width + x
            way = way_at(p, ways, pixel, x, y, qd.abs(light[pixel][3]))
            if way.dot(way) > most:
                most, longest = way.dot(way), way
        tiles[t] = qd.Vector([longest[0], longest[1], most, 0.0])


@qd.func
def reaches(far, length):
    """How much of a blur of this length is left so far off: all within it, none a pixel beyond."""
    return qd.min(qd.max(length - far + 1.0, 0.0), 1.0)


@qd.kernel(fastcache=True)
def smear(
    light: vec4s, ways: ints1, tiles: vec4s, tile: vec4s, p: floats1, width: qd.i32, height: qd.i32, columns: qd.i32,
    rows: qd.i32, frame: qd.i32, out: vec4s,
):  # fmt: skip
    """Motion blur (McGuire 2012): light gathered along the longest way about, from what passes in front and what it bares."""
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            pixel = y * width + x
            here = light[pixel]
            cx, cy = x // 16, y // 16
            longest = qd.Vector([0.0, 0.0, 0.0, 0.0])
            for k in range(9):
                row, column = qd.min(qd.max(cy + k // 3 - 1, 0), rows - 1), qd.min(qd.max(cx + k % 3 - 1, 0), columns - 1)
                near = tiles[row * columns + column]
                if near[2] > longest[2]:
                    longest = near
            if longest[2] > 0.36:  # less than 0.6 px is no blur
                depth = qd.abs(here[3])
                own = way_at(p, ways, pixel, x, y, depth)
                own_half = qd.sqrt(own.dot(own)) * 0.5
                full = qd.sqrt(longest[2])
                shake = tile[((y + frame * 37) & 255) * 256 + ((x + frame * 61) & 255)][1] * 0.5 - 0.25
                weight = 1.0 / (1.0 + own_half)
                total = here * weight
                for k in range(8):
                    along = (qd.cast(k, qd.f32) + 0.5 + shake) / 8.0 - 0.5
                    sx = qd.cast(qd.floor(qd.cast(x, qd.f32) + 0.5 + longest[0] * along), qd.i32)
                    sy = qd.cast(qd.floor(qd.cast(y, qd.f32) + 0.5 + longest[1] * along), qd.i32)
                    if sx >= 0 and sy >= 0 and sx < width and sy < height:
                        other = sy * width + sx
                        there = light[other]
                        there_depth = qd.abs(there[3])
                        way = way_at(p, ways, other, sx, sy, there_depth)
                        half = qd.sqrt(way.dot(way)) * 0.5
                        far = qd.abs(along) * full
                        front = qd.min(qd.max(1.0 - (there_depth - depth) / (0.02 * depth + 0.05), 0.0), 1.0)
                        behind = qd.min(qd.max(1.0 - (depth - there_depth) / (0.02 * depth + 0.05), 0.0), 1.0)
                        w = front * reaches(far, half) + behind * reaches(far, own_half)
                        total += there * w
                        weight += w
                total /= weight
                here = qd.Vector([total[0], total[1], total[2], here[3]])
            out[pixel] = here
