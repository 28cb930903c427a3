"""Sunlight that misty air scatters where it is not in shadow: the shafts between trees, under clouds of leaves, past cliffs."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.params import eye_ray, vec
from oyster_cli.picture.raster import floats1, ints1, ints2, vec4s
from oyster_cli.picture.sky_table import lobe
from oyster_cli.picture.splats import drop_light, sixteenth


@qd.func
def open_to_sun(p: qd.template(), far: qd.template(), near: qd.template(), size, pos):
    """1 where the sun shines on a point of the air, 0 in shadow: one texel of the near map, or of the far one."""
    u, v = pos.dot(vec(p, 192)), pos.dot(vec(p, 195))
    level = qd.cast(pos.dot(vec(p, 192).cross(vec(p, 195))) * 100.0, qd.i32) + 50
    i, j = qd.cast(u * p[201] + p[202], qd.i32), qd.cast(v * p[201] + p[203], qd.i32)
    lit = 1.0
    if i >= 0 and j >= 0 and i < size and j < size:
        lit = 1.0 if near[j * size + i] <= level else 0.0
    else:
        i, j = qd.cast(u * p[198] + p[199], qd.i32), qd.cast(v * p[198] + p[200], qd.i32)
        if i >= 0 and j >= 0 and i < size and j < size:
            lit = 1.0 if far[j * size + i] <= level else 0.0
    return lit


@qd.kernel(fastcache=True)
def beams(
    far: ints1, near: ints1, size: qd.i32, p: floats1, hdr: vec4s, width: qd.i32, height: qd.i32, small_width: qd.i32,
    small_height: qd.i32, acc: ints2,
):  # fmt: skip
    """Light without cover, added to the puffs at a quarter of the size. p[235]: scattering of the misty air, 1/m."""
    for m in range(small_width * small_height):
        sx, sy = m % small_width, m // small_width
        x, y = qd.min(sx * 4 + 2, width - 1), qd.min(sy * 4 + 2, height - 1)
        ray = eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)
        length = ray.norm()
        d = ray / length
        step = qd.min(hdr[y * width + x][3] * length, 140.0) / 12.0
        order = sixteenth(sx, sy)
        order = (order * 5 + qd.cast(p[23] * 120.0 + 0.5, qd.i32)) & 15  # another start on every frame: gathered over time
        pos = vec(p, 0) + d * (step * (qd.cast(order, qd.f32) + 0.5) / 16.0)
        total, seen = 0.0, 1.0
        for _ in range(12):
            dense = p[235] * qd.exp(-qd.min(qd.max((pos[1] - p[43]) / 40.0, 0.0), 20.0)) * step
            total += open_to_sun(p, far, near, size, pos) * dense * seen
            seen *= qd.max(1.0 - dense, 0.0)
            pos += d * step
        if total > 0.0:
            light = vec(p, 20) * (total * (lobe(0.65, d.dot(vec(p, 16))) + 0.02) * p[57])
            drop_light(acc, m, light, 1.0, 0.002)
