"""Triangles to pixels: a visibility buffer. Knows instances and triangles, not what they are.

A pixel of the buffer is an int64: nearness of the surface in the high word (so that atomic_min keeps the nearest), slot and
triangle in the low word. Nothing is shaded here. Loops run over blocks of 64 vertices or triangles, because a parallel loop
of fewer than about a thousand turns would stay on one thread.
"""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.pick import greater, lesser

vec4s = qd.types.ndarray(dtype=qd.types.vector(4, qd.f32), ndim=1)
ints1 = qd.types.ndarray(dtype=qd.i32, ndim=1)
ints2 = qd.types.ndarray(dtype=qd.i32, ndim=2)
longs1 = qd.types.ndarray(dtype=qd.i64, ndim=1)
floats1 = qd.types.ndarray(dtype=qd.f32, ndim=1)
floats2 = qd.types.ndarray(dtype=qd.f32, ndim=2)


@qd.func
def place(inst: qd.template(), k, x, y, z):
    """A prototype's point in the world: the instance's 3x4 transform, columns 0..11."""
    return qd.Vector(
        [
            inst[k, 0] * x + inst[k, 1] * y + inst[k, 2] * z + inst[k, 3],
            inst[k, 4] * x + inst[k, 5] * y + inst[k, 6] * z + inst[k, 7],
            inst[k, 8] * x + inst[k, 9] * y + inst[k, 10] * z + inst[k, 11],
        ]
    )


@qd.func
def wave(turns):
    """A smooth wave between -1 and 1, one a turn; a sine's shape without its cost."""
    x = qd.abs((turns - qd.floor(turns)) * 2.0 - 1.0)
    return 2.0 * x * x * (3.0 - 2.0 * x) - 1.0


@qd.func
def blown(inst: qd.template(), p: qd.template(), k, q, sway, time_s):
    """Where the wind puts a point: a lean that grows with gust squared and a swing about it, more the freer the point.

    Columns 15..17 of the instance: sway gain (metres at the tip), phase, gust m/s. p[44], p[45] wind direction.
    """
    gust = inst[k, 17]
    reach = sway * sway * inst[k, 15]
    swing = wave(time_s * 0.366 + inst[k, 16] + q[1] * 0.056) + 0.5 * wave(
        time_s * 0.812 + inst[k, 16] * 2.0 + q[0] * 0.27 + q[2] * 0.16
    )
    push = reach * (0.0011 * gust * gust + 0.0075 * gust * swing)
    flutter = sway * 0.004 * gust * wave(time_s * 2.7 + q[0] * 1.43 + q[2] * 1.11)
    return qd.Vector([q[0] + p[44] * push + flutter, q[1] - 0.12 * push + flutter, q[2] + p[45] * push])


@qd.func
def between(a, b, near):
    """The point where an edge meets the near plane."""
    t = (near - a[2]) / (b[2] - a[2])
    return a + (b - a) * t


@qd.func
def fill(vis: qd.template(), width, height, x0, y0, w0, x1, y1, w1, x2, y2, w2, low):
    """One triangle in pixels, w = 1/z linear over it. Rows are cut by the three edges, a hair wide so that no seam opens."""
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    if qd.abs(area) > 1e-9:
        wx = ((w1 - w0) * (y2 - y0) - (w2 - w0) * (y1 - y0)) / area
        wy = ((w2 - w0) * (x1 - x0) - (w1 - w0) * (x2 - x0)) / area
        xr, yr, wr = x0, y0, w0  # reckoned from the farthest corner, where w is small and an error would be large
        if w1 < wr:
            xr, yr, wr = x1, y1, w1
        if w2 < wr:
            xr, yr, wr = x2, y2, w2
        top = qd.max(lesser(y0, lesser(y1, y2)), 0.0)
        bottom = lesser(greater(y0, greater(y1, y2)), qd.cast(height, qd.f32))
        for y in range(qd.cast(qd.ceil(top - 0.5), qd.i32), qd.cast(qd.floor(bottom - 0.5), qd.i32) + 1):
            yc = qd.cast(y, qd.f32) + 0.5
            left, right = 1e9, -1e9
            # where the row's line meets each edge it crosses
            if (y0 <= yc) != (y1 <= yc):
                x = x0 + (yc - y0) * (x1 - x0) / (y1 - y0)
                left, right = lesser(left, x), greater(right, x)
            if (y1 <= yc) != (y2 <= yc):
                x = x1 + (yc - y1) * (x2 - x1) / (y2 - y1)
                left, right = lesser(left, x), greater(right, x)
            if (y2 <= yc) != (y0 <= yc):
                x = x2 + (yc - y2) * (x0 - x2) / (y0 - y2)
                left, right = lesser(left, x), greater(right, x)
            first = qd.max(qd.cast(qd.ceil(qd.max(left, -1.0) - 0.503), qd.i32), 0)
            last = qd.min(qd.cast(qd.floor(qd.min(right, 1e6) - 0.497), qd.i32), width - 1)
            w = wr + wy * (yc - yr) + wx * (qd.cast(first, qd.f32) + 0.5 - xr)
            for x in range(first, last + 1):
                key = (qd.cast(2147483647 - qd.bit_cast(w, qd.i32), qd.i64) << qd.i64(32)) | low
                if w > 0.0 and key < vis[y * width + x]:
                    qd.atomic_min(vis[y * width + x], key)
                w += wx


@qd.kernel(fastcache=True)
def raster(
    points: vec4s, inst: floats2, triangles: ints2, slots: ints2, p: floats1, vertex_work: ints2, vertex_works: qd.i32,
    work: ints2, works: qd.i32, width: qd.i32, height: qd.i32, verts: vec4s, vis: longs1,
):  # fmt: skip
    """Prototype points to camera space, then their triangles into the visibility buffer. points: x y z sway.

    vertex_work rows: instance, first point, count, first vert. slots rows: first vert, triangle. work rows: slot, first, count.
    """
    for w in range(vertex_works):
        k = vertex_work[w, 0]
        for i in range(vertex_work[w, 2]):
            v = points[vertex_work[w, 1] + i]
            q = place(inst, k, v[0], v[1], v[2])
            if v[3] > 0.0:
                q = blown(inst, p, k, q, v[3], p[23])
            q -= qd.Vector([p[0], p[1], p[2]])
            x = q[0] * p[4] + q[1] * p[5] + q[2] * p[6]
            y = q[0] * p[8] + q[1] * p[9] + q[2] * p[10]
            z = q[0] * p[12] + q[1] * p[13] + q[2] * p[14]
            verts[vertex_work[w, 3] + i] = qd.Vector([x, y, z, 0.0])
    for g in range(works):
        slot = work[g, 0]
        base = slots[slot, 0]
        near = p[15]
        for t in range(work[g, 1], work[g, 1] + work[g, 2]):
            tri = slots[slot, 1] + t
            a = verts[base + triangles[tri, 0]]
            b = verts[base + triangles[tri, 1]]
            c = verts[base + triangles[tri, 2]]
            fa, fb, fc = a[2] > near, b[2] > near, c[2] > near
            front = qd.cast(fa, qd.i32) + qd.cast(fb, qd.i32) + qd.cast(fc, qd.i32)
            pieces = 0
            a2, b2, c2 = a, b, c  # second piece, when the near plane leaves a quad
            if front == 3:
                pieces = 1
            elif front == 1:
                pieces = 1
                if fb:
                    a, b, c = b, c, a
                elif fc:
                    a, b, c = c, a, b
                b = between(a, b, near)
                c = between(a, c, near)
            elif front == 2:
                pieces = 2
                if not fb:
                    a, b, c = b, c, a
                elif not fc:
                    a, b, c = c, a, b
                ab, ac = between(a, b, near), between(a, c, near)
                a2, b2, c2 = ab, c, ac
                a, b, c = ab, b, c
            low = qd.cast(slot, qd.i64) * qd.i64(4096) + qd.cast(t, qd.i64)
            for piece in range(pieces):
                if piece == 1:
                    a, b, c = a2, b2, c2
                wa, wb, wc = 1.0 / a[2], 1.0 / b[2], 1.0 / c[2]
                f = p[3]
                xa, xb, xc = p[7] + f * a[0] * wa, p[7] + f * b[0] * wb, p[7] + f * c[0] * wc
                ya, yb, yc = p[11] - f * a[1] * wa, p[11] - f * b[1] * wb, p[11] - f * c[1] * wc
                lo, hi = lesser(xa, lesser(xb, xc)), greater(xa, greater(xb, xc))
                top, bottom = lesser(ya, lesser(yb, yc)), greater(ya, greater(yb, yc))
                seen = hi > 0.0 and lo < qd.cast(width, qd.f32) and bottom > 0.0 and top < qd.cast(height, qd.f32)
                if seen and qd.floor(hi - 0.497) >= qd.ceil(lo - 0.503) and qd.floor(bottom - 0.5) >= qd.ceil(top - 0.5):
                    fill(vis, width, height, xa, ya, wa, xb, yb, wb, xc, yc, wc, low)


@qd.kernel(fastcache=True)
def raster_shadow(
    points: vec4s, triangles: ints2, inst: floats2, work: ints2, works: qd.i32, light: floats1, size: qd.i32, depth: ints1
):
    """Triangles seen from the sun, orthographic: the height toward the sun, in centimetres, greatest wins.

    light: 0..2 across, 3..5 up, 6..8 toward the sun, 9 pixels a metre, 10, 11 offset in pixels. work rows: instance, first
    point, first triangle, count.
    """
    for g in range(works):
        k, v0 = work[g, 0], work[g, 1]
        for t in range(work[g, 2], work[g, 2] + work[g, 3]):
            sx = qd.Vector([0.0, 0.0, 0.0])
            sy = qd.Vector([0.0, 0.0, 0.0])
            sz = qd.Vector([0.0, 0.0, 0.0])
            for j in qd.static(range(3)):
                v = points[v0 + triangles[t, j]]
                q = place(inst, k, v[0], v[1], v[2])
                sx[j] = (q[0] * light[0] + q[1] * light[1] + q[2] * light[2]) * light[9] + light[10]
                sy[j] = (q[0] * light[3] + q[1] * light[4] + q[2] * light[5]) * light[9] + light[11]
                sz[j] = q[0] * light[6] + q[1] * light[7] + q[2] * light[8]
            area = (sx[1] - sx[0]) * (sy[2] - sy[0]) - (sx[2] - sx[0]) * (sy[1] - sy[0])
            if qd.abs(area) > 1e-6:
                zx = ((sz[1] - sz[0]) * (sy[2] - sy[0]) - (sz[2] - sz[0]) * (sy[1] - sy[0])) / area
                zy = ((sz[2] - sz[0]) * (sx[1] - sx[0]) - (sz[1] - sz[0]) * (sx[2] - sx[0])) / area
                top = qd.max(qd.min(sy[0], qd.min(sy[1], sy[2])), 0.0)
                bottom = qd.min(qd.max(sy[0], qd.max(sy[1], sy[2])), qd.cast(size, qd.f32))
                for y in range(qd.cast(qd.ceil(top - 0.5), qd.i32), qd.cast(qd.floor(bottom - 0.5), qd.i32) + 1):
                    yc = qd.cast(y, qd.f32) + 0.5
                    left, right = 1e9, -1e9
                    for j in qd.static(range(3)):
                        n = qd.static((j + 1) % 3)
                        if (sy[j] <= yc) != (sy[n] <= yc):
                            x = sx[j] + (yc - sy[j]) * (sx[n] - sx[j]) / (sy[n] - sy[j])
                            left, right = qd.min(left, x), qd.max(right, x)
                    first = qd.max(qd.cast(qd.ceil(qd.max(left, -1.0) - 0.55), qd.i32), 0)
                    last = qd.min(qd.cast(qd.floor(qd.min(right, 1e6) - 0.45), qd.i32), size - 1)
                    for x in range(first, last + 1):
                        z = sz[0] + zx * (qd.cast(x, qd.f32) + 0.5 - sx[0]) + zy * (yc - sy[0])
                        qd.atomic_max(depth[y * size + x], qd.cast(qd.floor(z * 100.0), qd.i32))
