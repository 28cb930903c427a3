"""What is seen under water: the surface from below with its window to the sky, light nets on the ground, shafts of sun.

All three read one picture of the waves above (ripples.py), so that the net that dances on the sand belongs to the shaft over
it. The table, in the place of a sea's: slopes x, z, light gathered (mean 1), height over 256 x 256 texels of TILE_M; then
64 x 64 texels of that light, softened.
"""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.params import deep_water, eye_ray, murky, vec
from oyster_cli.picture.raster import floats1, ints2, vec4s
from oyster_cli.picture.sky_table import fetch_sky
from oyster_cli.picture.splats import drop_light, sixteenth
from oyster_cli.picture.water import swell_at


@qd.func
def above(p: qd.template(), pos):
    """Where the sunlight that comes to a point passed the surface: x, z, and metres of water it came through."""
    up = qd.max(p[211] - pos[1], 0.0)
    down = qd.max(p[17], 0.2)
    return qd.Vector([pos[0] + p[16] * up / down, pos[2] + p[18] * up / down, up / down])


@qd.func
def light_net(p: qd.template(), waves: qd.template(), pos, footprint):
    """Factor on the sun's light: the bright net that the waves above gather it into, softer the deeper and the farther."""
    at = above(p, pos)
    sharp = swell_at(waves, 0, at[0], at[1], 24.0)[2]
    soft = softened(waves, at[0], at[1])
    blur = qd.min(at[2] * 0.003 + footprint * 4.0, 1.0)
    return sharp + (soft - sharp) * blur


@qd.func
def softened(waves: qd.template(), x, z):
    """The softened light of the table at a point of the surface."""
    u, v = x / 24.0 * 64.0, z / 24.0 * 64.0
    fu, fv = qd.floor(u), qd.floor(v)
    a, b = u - fu, v - fv
    i, j = qd.cast(fu, qd.i32) & 63, qd.cast(fv, qd.i32) & 63
    i1, near, far = (i + 1) & 63, 65536 + j * 64, 65536 + ((j + 1) & 63) * 64
    low = waves[near + i][0] * (1.0 - a) + waves[near + i1][0] * a
    high = waves[far + i][0] * (1.0 - a) + waves[far + i1][0] * a
    return low * (1.0 - b) + high * b


@qd.func
def ceiling(p: qd.template(), waves: qd.template(), sky: qd.template(), sky_size, ray, length):
    """What is seen where nothing is in the way: deep water, or the surface from below.

    Steeper than 48.6 degrees from the vertical one looks out, the whole sky pressed into a round window (Snell); outside of
    it the surface mirrors the deep. Waves tear the window's rim into flakes, softer the finer they are to the pixel.
    """
    d = ray / length
    out = deep_water(p, d)
    if d[1] > 0.04:
        far = (p[211] - p[1]) / d[1]
        at = vec(p, 0) + d * far
        wave = swell_at(waves, 0, at[0], at[2], 24.0)
        fine = swell_at(waves, 0, at[2] * 2.7 + 3.1, -at[0] * 2.7, 24.0)
        calm = 1.0 / (1.0 + 0.006 * far / d[1])  # far waves are finer than a pixel
        n = qd.Vector([(wave[0] + 0.8 * fine[1]) * calm, -1.0, (wave[1] + 0.8 * fine[0]) * calm]).normalized()
        facing = qd.max(-d.dot(n), 0.02)
        glint = 0.80 + 0.20 * qd.min(wave[2], 3.0)
        light = deep_water(p, d + n * (2.0 * facing)) * (1.1 * glint)
        k = 1.0 - 1.777 * (1.0 - facing * facing)
        soft = 0.09 + 0.75 * far / (far + 14.0)
        open_ = qd.min(qd.max(0.5 + k / soft, 0.0), 1.0)
        if open_ > 0.01:
            leaving = qd.sqrt(qd.max(k, 0.03))
            t = d * 1.333 + n * (1.333 * facing - leaving)
            f = 1.0 - leaving
            share = open_ * open_ * (3.0 - 2.0 * open_) * (0.98 - 0.98 * f * f * f * f * f)
            seen = fetch_sky(sky, sky_size, t[0], qd.max(t[1], 0.0), t[2]) * 1.6
            light = light * (1.0 - share) + seen * share
        out = murky(p, light, ray, length, far)
    return out


@qd.kernel(fastcache=True)
def shafts(
    waves: vec4s, p: floats1, hdr: vec4s, width: qd.i32, height: qd.i32, small_width: qd.i32, small_height: qd.i32, acc: ints2
):  # fmt: skip
    """Sunlight that the water scatters on its way down, gathered by the waves into shafts. Added to the puffs, a quarter of
    the size: light without cover."""
    for m in range(small_width * small_height):
        sx, sy = m % small_width, m // small_width
        x, y = qd.min(sx * 4 + 2, width - 1), qd.min(sy * 4 + 2, height - 1)
        ray = eye_ray(p, qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5)
        length = ray.norm()
        d = ray / length
        reach = qd.min(hdr[y * width + x][3] * length, 34.0)
        if d[1] > 0.0:
            reach = qd.min(reach, (p[211] - p[1]) / qd.max(d[1], 1e-3))
        order = sixteenth(sx, sy)
        order = (order + qd.cast(p[23] * 120.0 + 0.5, qd.i32)) & 15  # another start on every frame: they are gathered over time
        step = reach / 28.0
        pos = vec(p, 0) + d * (step * (qd.cast(order, qd.f32) + 0.5) / 16.0)
        here = qd.exp(-p[209] * (step * 0.5 + 0.8 * above(p, pos)[2]))
        further = qd.exp(-p[209] * step * (1.0 - 0.8 * d[1] / qd.max(p[17], 0.2)))
        total = 0.0
        for _ in range(28):
            at = above(p, pos)
            total += qd.max(softened(waves, at[0], at[1]) - 0.9, 0.0) * here
            pos += d * step
            here *= further
        toward = qd.max(d.dot(vec(p, 16)), 0.0)
        bright = total * step * (0.35 + toward * toward * toward) * p[19]
        light = vec(p, 40) * (bright * p[209] * 7.0 * p[57])
        if bright > 0.0:
            drop_light(acc, m, light, 1.0, 0.002)
