"""Reflections: rays from mirroring pixels through the depth of the picture itself; what leaves it sees the sky.

Some of the mirroring pixels are traced. Then every one of them gathers what those around it saw, along a line up and down
that is as long as its ripples would smear it: so lamps and masts stand in water as streaks, and no drop sparkles alone.
"""

from __future__ import annotations

import quadrants as qd
import torch

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.params import eye_ray, vec
from oyster_cli.picture.raster import floats1, vec4s
from oyster_cli.picture.sky_table import fetch_sky


def reflect(
    hdr: torch.Tensor, mirror: torch.Tensor, sky: torch.Tensor, sky_size: int, p: torch.Tensor, half: int, width: int,
    height: int,
) -> None:  # fmt: skip
    """Every mirroring pixel's (normal x, normal z, share, roughness) becomes the light it reflects.

    half: 0 or 1 to trace a quarter of the pixels only, others on the next frame; 2 traces every second. Under water nothing
    mirrors.
    """
    if p[208] > 0.0:
        mirror.zero_()
        return
    apart = 2 if half == 2 else 4
    rows = -(-height // apart)
    seen, smooth = (torch.empty(rows * width, 4) for _ in range(2))
    mirrored(hdr, mirror, sky, sky_size, p, apart, half, width, height, rows, seen, smooth)


@qd.func
def first_row(x, apart, half):
    """The first traced row of a column: neighbouring columns are traced on other rows. apart: 2 or 4."""
    return (x * (apart // 2 + apart // 4) + half) & (apart - 1)


@qd.func
def stands(p: qd.template(), x, y, depth):
    """Height of what a pixel shows."""
    return p[1] + eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)[1] * depth


@qd.func
def on_film(p: qd.template(), at, width, height):
    """Where a point is seen: column, row (kept inside the picture), depth, and whether it is inside and before the lens."""
    q = at - vec(p, 0)
    z = q.dot(vec(p, 12))
    near = qd.max(z, 0.05)
    x = p[7] + p[3] * q.dot(vec(p, 4)) / near
    y = p[11] - p[3] * q.dot(vec(p, 8)) / near
    wide, high = qd.cast(width, qd.f32), qd.cast(height, qd.f32)
    inside = z > 0.05 and x >= 0.0 and y >= 0.0 and x < wide and y < high
    column = qd.cast(qd.min(qd.max(x, 0.0), wide - 1.0), qd.i32)
    row = qd.cast(qd.min(qd.max(y, 0.0), high - 1.0), qd.i32)
    return column, row, z, inside


@qd.func
def narrowed(hdr: qd.template(), p: qd.template(), pos, way, low, high, width, height):
    """Between two places of a ray, the first before what the picture shows and the second behind: where it meets that.

    Its light and the distance, or 0 where the ray only passes behind something nearer.
    """
    for _ in range(4):
        middle = 0.5 * (low + high)
        x, y, z, _inside = on_film(p, pos + way * middle, width, height)
        if hdr[y * width + x][3] < z:
            high = middle
        else:
            low = middle
    x, y, z, _inside = on_film(p, pos + way * high, width, height)
    there = hdr[y * width + x]
    if there[3] < z - (high - low) * 1.6 - 0.25 - 0.02 * high:
        high = 0.0
    return qd.Vector([there[0], there[1], there[2], high])


@qd.func
def march(hdr: qd.template(), p: qd.template(), pos, way, start, width, height):
    """Follow a ray over the picture: light and distance of what it meets, the last rock at the border, or distance 0."""
    found = qd.Vector([0.0, 0.0, 0.0, 0.0])
    reach = start
    last = 0.0
    going = 1
    for _ in range(20):
        if going == 1:
            x, y, z, inside = on_film(p, pos + way * reach, width, height)
            there = hdr[y * width + x]
            if inside:
                if there[3] < z and there[3] > z - (reach - last) * 1.6 - 0.4:
                    found = narrowed(hdr, p, pos, way, last, reach, width, height)
                    if found[3] > 0.0:
                        going = 0
            else:
                going = 0
                if z > 0.05 and there[3] < 1e8 and there[3] > z * 0.2 and stands(p, x, y, there[3]) > pos[1] + 0.6:
                    found = qd.Vector([there[0], there[1], there[2], reach])
            last = reach
            reach *= 1.45
    return found


@qd.func
def tilt(mirror: qd.template(), x, y, width, height):
    """Normal's x and z of a mirroring pixel, the mean of it and those over and under it: finer ripples are not traced."""
    total = mirror[y * width + x]
    many = 1.0
    for side in qd.static(range(2)):
        other = mirror[qd.min(qd.max(y + 2 * side - 1, 0), height - 1) * width + x]
        if other[2] > 0.004:
            total += other
            many += 1.0
    return total / many


@qd.func
def traced(hdr: qd.template(), mirror: qd.template(), sky: qd.template(), sky_size, p: qd.template(), x, y, width, height):
    """What a mirroring pixel sees: light in kcd/m2, and how far off in metres (sky 1e5)."""
    m = tilt(mirror, x, y, width, height)
    ray = eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)
    depth = hdr[y * width + x][3]
    pos = vec(p, 0) + ray * depth
    # far ripples are finer than a pixel: their mean reflects; and streak() spreads what is rough
    calm = 1.0 / ((1.0 + 0.05 * depth) * (1.0 + 0.03 * m[3] * m[3] * p[3]))
    a, b = m[0] * calm, m[1] * calm
    n = qd.Vector([a, qd.sqrt(qd.max(1.0 - a * a - b * b, 0.01)), b])
    d = ray.normalized()
    way = d - n * (2.0 * d.dot(n))
    way[1] = qd.max(way[1], 0.015)
    way = way.normalized()
    clear = 2.5 / (p[3] * qd.max(way[1] - d[1], 0.01))  # far off a pixel is long, and must not meet itself
    light = march(hdr, p, pos, way, qd.max(0.012, clear) * depth + 0.05, width, height)
    if light[3] == 0.0:
        above = fetch_sky(sky, sky_size, way[0], way[1], way[2])
        light = qd.Vector([above[0], above[1], above[2], 1e5])
    return light


@qd.func
def streak(seen: qd.template(), apart, half, r, x, rows, width, turn, depth, most):
    """What was seen around a traced pixel, smeared as far as its roughness turns rays: up and down, less what is near by.

    One spark among nine counts no more than twice the others. turn: pixels that far things are smeared by.
    """
    first = first_row(x, apart, half)
    step = (qd.min(turn, most) + 2.0) * 0.25 / qd.cast(apart, qd.f32)
    weight, brightest, its = 0.0, 0.0, 0.0
    out, spark = qd.Vector([0.0, 0.0, 0.0, 0.0]), qd.Vector([0.0, 0.0, 0.0, 0.0])
    for k in range(9):
        sx = qd.min(qd.max(x + k % 3 - 1, 0), width - 1)
        row = r + qd.cast(qd.floor(qd.cast(k - 4, qd.f32) * step + 0.5), qd.i32)
        tap = seen[qd.min(qd.max(row, 0), rows - 1) * width + sx]
        if tap[3] > 0.0:
            wide = qd.min(turn * tap[3] / (tap[3] + depth), most) + 2.5
            off = qd.cast((row - r) * apart + first_row(sx, apart, half) - first, qd.f32) / wide
            w = qd.max(1.0 - off * off, 0.02) / wide
            bright = (tap[0] + tap[1] + tap[2]) * w
            out += tap * w
            weight += w
            if bright > brightest:
                brightest, its, spark = bright, w, tap
    if weight > its:
        rest = (out - spark * its) / (weight - its)
        level = 2.0 * (rest[0] + rest[1] + rest[2]) / qd.max(spark[0] + spark[1] + spark[2], 1e-9)
        out = (out - spark * (its * (1.0 - qd.min(level, 1.0)))) / weight
    else:
        out = spark
    return qd.Vector([out[0], out[1], out[2], 1.0])


@qd.func
def gathered(smooth: qd.template(), apart, half, x, y, width, rows, share):
    """A mirroring pixel's share of the light of the traced pixels over and under it and beside; (-1, 0, 0) beside none."""
    out = qd.Vector([0.0, 0.0, 0.0, 0.0])
    for side in qd.static(range(-1, 2)):
        sx = qd.min(qd.max(x + side, 0), width - 1)
        above = y - first_row(sx, apart, half) + apart
        row = above // apart - 1
        low = qd.cast(above & (apart - 1), qd.f32) / qd.cast(apart, qd.f32)
        both = smooth[qd.max(row, 0) * width + sx] * (1.001 - low)
        both += smooth[qd.min(row + 1, rows - 1) * width + sx] * (low + 0.001)
        out += both * (1.0 if side == 0 else 0.6)
    if out[3] > 0.0:
        out *= share / out[3]
    else:
        out[0] = -1.0
    return qd.Vector([out[0], out[1], out[2], 0.0])


@qd.kernel(fastcache=True)
def mirrored(
    hdr: vec4s, mirror: vec4s, sky: vec4s, sky_size: qd.i32, p: floats1, apart: qd.i32, half: qd.i32, width: qd.i32,
    height: qd.i32, rows: qd.i32, seen: vec4s, smooth: vec4s,
):  # fmt: skip
    """Trace one in `apart` mirroring pixels of a column, smear what they saw, and spread it over all. See reflect()."""
    none = qd.Vector([0.0, 0.0, 0.0, 0.0])
    for s in range(turns(width, rows)):
        r, x0, x1 = row_and_columns(s, width, rows)
        for x in range(x0, x1):
            y = r * apart + first_row(x, apart, half)
            light = none
            if y < height and mirror[qd.min(y, height - 1) * width + x][2] > 0.004:
                light = traced(hdr, mirror, sky, sky_size, p, x, y, width, height)
            seen[r * width + x] = light
    for s in range(turns(width, rows)):
        r, x0, x1 = row_and_columns(s, width, rows)
        for x in range(x0, x1):
            light = none
            if seen[r * width + x][3] > 0.0:
                pixel = qd.min(r * apart + first_row(x, apart, half), height - 1) * width + x
                turn = 0.45 * mirror[pixel][3] * mirror[pixel][3] * p[3]
                light = streak(seen, apart, half, r, x, rows, width, turn, hdr[pixel][3], 0.06 * qd.cast(height, qd.f32))
            smooth[r * width + x] = light
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            light = none
            if mirror[y * width + x][2] > 0.004:
                light = gathered(smooth, apart, half, x, y, width, rows, mirror[y * width + x][2])
            mirror[y * width + x] = light
