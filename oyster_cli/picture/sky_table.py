"""The table of the sky: how it is coloured, how a direction finds its place in it, and what a pixel adds of its own.

One flat array of vec4: two round pictures of size x size (radiance in kcd/m2, clear share), then eight vec4 of numbers:
 0 share of the second picture, flash kcd/m2, night 0..1, 1 / usual radiance
 1 slope of the clouds' way since picture one (x, z), since picture two
 2 flash dir   3 sun dir   4 sun's disc kcd/m2   5 moon dir   6 moon's disc kcd/m2   7 starlight (rgb factor)
"""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.atmosphere import fetch, vec4s
from oyster_cli.picture.cloud_shape import floats1
from oyster_cli.picture.clouds import billow, direction, way_up
from oyster_cli.picture.stars import disc, moon_face, stars

vec4s1 = qd.types.ndarray(dtype=qd.types.vector(4, qd.f32), ndim=1)


@qd.func
def three(v):
    return qd.Vector([v[0], v[1], v[2]])


@qd.func
def picked(table: qd.template(), first, size, dx, dy, dz):
    """One picture at a direction of any length, dy >= 0: bilinear."""
    length = qd.sqrt(dx * dx + dy * dy + dz * dz)
    middle = 0.5 * qd.cast(size, qd.f32)
    scale = 0.7 * (middle - 3.0) / qd.max(0.7 * length + dy, 1e-6)
    x, z = middle - 0.5 + dx * scale, middle - 0.5 + dz * scale
    i, j = qd.cast(z, qd.i32), qd.cast(x, qd.i32)
    u, v = z - qd.cast(i, qd.f32), x - qd.cast(j, qd.f32)
    k = first + i * size + j
    return (table[k] * (1.0 - v) + table[k + 1] * v) * (1.0 - u) + (table[k + size] * (1.0 - v) + table[k + size + 1] * v) * u


@qd.func
def sky_at(table: qd.template(), size, dx, dy, dz):
    """Radiance and clear share towards a unit vector; below the horizon the horizon's. Clouds travel between two pictures."""
    up = qd.max(dy, 0.0)
    n = 2 * size * size
    head, way = table[n], table[n + 1]
    light = picked(table, 0, size, dx - way[0] * up, up, dz - way[1] * up)
    if head[0] > 0.0:
        light = light * (1.0 - head[0]) + picked(table, size * size, size, dx - way[2] * up, up, dz - way[3] * up) * head[0]
    if head[1] > 0.0:  # lightning inside the clouds: their own lights and darks, brightest where it struck
        at = table[n + 2]
        apart = 1.0 - (dx * at[0] + up * at[1] + dz * at[2])
        body = qd.min(light[1] * head[3], 3.0)
        glow = head[1] * (1.0 - light[3]) * body * (0.04 + 0.35 / (1.0 + 22.0 * apart) + 0.9 / (1.0 + 900.0 * apart * apart))
        light += qd.Vector([0.82, 0.9, 1.1, 0.0]) * glow
    return light


@qd.func
def fetch_sky(table: qd.template(), size, dx, dy, dz):
    """Radiance in kcd/m2 towards a unit vector: air and clouds, without sun's and moon's discs. For light and reflections."""
    return three(sky_at(table, size, dx, dy, dz))


@qd.func
def view_sky(table: qd.template(), size, dx, dy, dz, pixel):
    """What a pixel of that width in radians sees: fetch_sky with sun, moon and stars, where the clouds let them through."""
    light = sky_at(table, size, dx, dy, dz)
    out = three(light)
    n = 2 * size * size
    if dy > -0.01 and light[3] > 0.001:
        clear = light[3] * light[3] * light[3]
        s, m = table[n + 3], table[n + 5]
        share, _ = disc(dx, dy, dz, s[0], s[1], s[2], 0.00465, pixel)
        out += three(table[n + 4]) * (share * clear)
        if table[n][2] > 0.0:
            hidden, _ = disc(dx, dy, dz, m[0], m[1], m[2], 0.0085, pixel)
            halo = qd.exp(-qd.min((1.0 - dx * m[0] - dy * m[1] - dz * m[2]) * 900.0, 30.0)) * 0.03
            if hidden > 0.0:
                halo += hidden * moon_face(dx, dy, dz, m[0], m[1], m[2], 0.0085)
            out += three(table[n + 6]) * (halo * clear)
            out += three(table[n + 7]) * stars(dx, dy, dz, pixel) * (clear * (1.0 - hidden))
    return out


@qd.func
def lobe(g, cosine):
    """Henyey and Greenstein's phase, per steradian."""
    return (1.0 - g * g) * 0.0795775 / qd.pow(1.0 + g * g - 2.0 * g * cosine, 1.5)


@qd.func
def air(clear: qd.template(), q: qd.template(), k, dx, dy, dz):
    """Radiance of the clear air lit by the light whose direction stands at q[k], per unit light."""
    flat = qd.sqrt((dx * dx + dz * dz) * (q[k] * q[k] + q[k + 2] * q[k + 2]) + 1e-9)
    half = qd.sqrt(qd.max(0.5 - 0.5 * (dx * q[k] + dz * q[k + 2]) / flat, 0.0)) * 63.0
    row = qd.sqrt(dy) * 71.0
    cosine = dx * q[k] + dy * q[k + 1] + dz * q[k + 2]
    hazy = fetch(clear, 72.0 + row, half)
    return three(fetch(clear, qd.min(row, 70.99), half)) + three(hazy) * lobe(0.78, cosine)


@qd.func
def at(q: qd.template(), k):
    return qd.Vector([q[k], q[k + 1], q[k + 2]])


@qd.func
def milky(block: qd.template(), dx, dy, dz):
    """A faint band along a great circle, broken by dark lanes."""
    off = 0.50 * dx + 0.34 * dy - 0.796 * dz
    rough = billow(block, dx * 1.3 + 0.2, dy * 1.3, dz * 1.3) * 0.6 + billow(block, dx * 3.1, dy * 3.1 + 0.4, dz * 3.1) * 0.4
    lane = (off + 0.12 * (rough - 0.5)) * 16.0
    body = qd.exp(-off * off * 28.0) * (0.35 + 1.1 * rough) * (1.0 - 0.6 * qd.exp(-lane * lane))
    return body * qd.min(dy * 3.0, 1.0)


@qd.kernel(fastcache=True)
def colour(clouds: vec4s, sun: vec4s, moon: vec4s, block: floats1, q: floats1, first: qd.i32, out: vec4s1):
    """Light on air and clouds. q: 0 sun dir 3 sunlight above air 4 moon dir 7 moonlight (rgb, above air) 10 key dir
    13 beam at the clouds 16 sky from above 19 light from below 22 grey air 25 its share 26 loss of clouds per m by air
    27 base of the clouds m 28 dark of night (rgb) 31 milky way."""
    size = clouds.shape[0]
    spans = size // 8
    middle = 0.5 * qd.cast(size, qd.f32)
    scale = middle - 3.0
    for s in range(size * spans):
        i = s // spans
        for j in range(s % spans * 8, s % spans * 8 + 8):
            d = direction((qd.cast(j, qd.f32) + 0.5 - middle) / scale, (qd.cast(i, qd.f32) + 0.5 - middle) / scale)
            sky = air(sun, q, 0, d[0], d[1], d[2]) * q[3] + at(q, 28)
            if q[7] > 0.0:
                sky += air(moon, q, 4, d[0], d[1], d[2]) * at(q, 7)
            if q[31] > 0.0:
                sky += qd.Vector([0.95, 0.95, 1.1]) * (milky(block, d[0], d[1], d[2]) * q[31])
            c = clouds[i, j]
            cosine = d[0] * q[10] + d[1] * q[11] + d[2] * q[12]
            phase = 0.75 * lobe(0.62, cosine) + 0.25 * lobe(-0.25, cosine)
            body = at(q, 13) * (c[0] * phase * 1.25 + c[1] * 0.2) + at(q, 16) * c[2] + at(q, 19) * (1.0 - c[3] - c[2])
            far = way_up(d[1], q[27])
            seen = qd.exp(-q[26] * far) * qd.max(1.0 - far * far * 3.3e-10, 0.0)
            haze = sky * (1.0 - q[25]) + at(q, 22) * q[25]
            light = (sky * c[3] + body) * seen + haze * (1.0 - seen)
            out[first + i * size + j] = qd.Vector([light[0], light[1], light[2], c[3] * seen + (1.0 - q[25]) * (1.0 - seen)])
