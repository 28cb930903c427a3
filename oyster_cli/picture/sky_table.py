"""The table of the sky: how it is coloured, how a direction finds its place in it, and what a pixel adds of its own.

One flat array of vec4: two round pictures of size x size (radiance in kcd/m2, clear share), then eight vec4 of numbers, then
128 x 128 of how far the edges of clouds are torn aside (x, z), four a texel of the pictures. The numbers:
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
def picked(table: qd.template(), first, size, dx, dy, dz, frayed):
    """One picture at a direction of any length, dy >= 0: bilinear, looked up to some `frayed` texels aside of where it is."""
    length = qd.sqrt(dx * dx + dy * dy + dz * dz)
    middle = 0.5 * qd.cast(size, qd.f32)
    scale = 0.7 * (middle - 3.0) / qd.max(0.7 * length + dy, 1e-6)
    x, z = middle - 0.5 + dx * scale, middle - 0.5 + dz * scale
    if frayed > 0.0:
        aside = table[2 * size * size + 8 + (qd.cast(z * 4.0, qd.i32) & 127) * 128 + (qd.cast(x * 4.0, qd.i32) & 127)]
        limit = qd.cast(size, qd.f32) - 1.001
        x = qd.min(qd.max(x + aside[0] * frayed, 0.0), limit)
        z = qd.min(qd.max(z + aside[1] * frayed, 0.0), limit)
    i, j = qd.cast(z, qd.i32), qd.cast(x, qd.i32)
    u, v = z - qd.cast(i, qd.f32), x - qd.cast(j, qd.f32)
    k = first + i * size + j
    return (table[k] * (1.0 - v) + table[k + 1] * v) * (1.0 - u) + (table[k + size] * (1.0 - v) + table[k + size + 1] * v) * u


@qd.func
def sky_at(table: qd.template(), size, dx, dy, dz, frayed):
    """Radiance and clear share towards a unit vector; below the horizon the horizon's. Clouds travel between two pictures.

    frayed: by how many texels clouds are torn finer than the table is.
    """
    up = qd.max(dy, 0.0)
    n = 2 * size * size
    head, way = table[n], table[n + 1]
    light = picked(table, 0, size, dx - way[0] * up, up, dz - way[1] * up, frayed)
    if head[0] > 0.0:
        later = picked(table, size * size, size, dx - way[2] * up, up, dz - way[3] * up, frayed)
        light += (later - light) * head[0]
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
    return three(sky_at(table, size, dx, dy, dz, 0.0))


@qd.func
def view_sky(table: qd.template(), size, dx, dy, dz, pixel):
    """What a pixel of that width in radians sees: fetch_sky with sun, moon and stars, where the clouds let them through."""
    texel, up = 2.0 / qd.cast(size, qd.f32), qd.max(dy, 0.0)  # at the horizon there is nothing to be torn
    light = sky_at(table, size, dx, dy, dz, qd.min(qd.max(1.6 - 1.6 * pixel / texel, 0.0), qd.min(8.0 * up, 1.0)))
    out = three(light)
    n = 2 * size * size
    if dy > -0.01 and light[3] > 0.001:
        clear = light[3] * light[3] * light[3]
        s, m = table[n + 3], table[n + 5]
        if dx * s[0] + dy * s[1] + dz * s[2] > 0.999:
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
    return three(fetch(clear, qd.min(row, 70.99), half)) + three(hazy) * (0.62 * lobe(0.78, cosine) + 0.38 * lobe(0.1, cosine))


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


@qd.func
def grey(light, r, g, b):
    """That much light in another colour."""
    return qd.Vector([r, g, b]) * (0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2])


@qd.func
def ramp(low, high, x):
    t = qd.min(qd.max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@qd.func
def thick_above(block: qd.template(), q: qd.template(), dx, dy, dz, detail):
    """How thick a storm's clouds are towards a direction, mean 0.5. detail: 0 in broad shapes alone, 1 with all."""
    far = (q[27] + 500.0) / (dy + 0.11)
    x, z = (dx * far - q[37]) * 0.0001, (dz * far - q[38]) * 0.0001
    bend = billow(block, 1.7 * x + 0.3, 0.41, 1.7 * z)
    thick = 0.62 * billow(block, 0.8 * x + 0.12 * bend, 0.2, 1.1 * z - 0.12 * bend) + 0.38 * bend
    if detail > 0:
        fine = qd.exp(-far * 0.00012)  # what is near the horizon is finer than the table
        thick += 0.42 * fine * (billow(block, 4.3 * x + 0.3 * bend, 0.66, 5.9 * z) - 0.5)
        thick += 0.26 * fine * (billow(block, 13.0 * x, 0.1 + thick, 17.0 * z) - 0.5)
    return thick


@qd.func
def curtain(block: qd.template(), q: qd.template(), dx, dy, dz):
    """How much rain that falls far out hides: veils that hang from the thick clouds and lean with the wind."""
    lean = 0.7 * dy
    ax, az = dx + lean * dz, dz - lean * dx
    broad = thick_above(block, q, ax, 0.10, az, 0)
    ragged = billow(block, 1.9 * ax, 0.55 + 0.6 * dy, 1.9 * az)
    fall = ramp(0.36, 0.74, broad + 0.34 * (ragged - 0.5))
    strands = 0.6 * billow(block, 5.3 * ax, 0.35 + 0.8 * dy, 5.3 * az)
    strands += 0.4 * billow(block, 13.0 * ax, 0.8 + 0.5 * dy, 13.0 * az)
    return qd.min(0.95 * fall * (0.72 + 0.56 * strands), 0.92) * ramp(0.24, 0.09, dy + 0.1 * (ragged - 0.5))


@qd.func
def stormy(block: qd.template(), q: qd.template(), light, sky, dx, dy, dz):
    """A storm's sky: slate with dark torn bellies, a gap of light along the horizon under the key light, rain hanging far out.

    The bellies lie where the layer's middle is, so that they travel with the clouds of the picture.
    """
    belly = ramp(0.22, 0.70, thick_above(block, q, dx, dy, dz, 1))
    dull = grey(light, 0.74, 0.95, 1.16) * 0.8 + light * 0.2
    out = dull * ((1.30 - 0.95 * belly) * (1.0 + 0.5 * dy))
    flat = qd.sqrt((dx * dx + dz * dz) * (q[10] * q[10] + q[12] * q[12]) + 1e-9)
    toward = 0.5 + 0.5 * (dx * q[10] + dz * q[12]) / flat
    ragged = 0.7 * billow(block, 0.9 * dx + 0.1, 0.3 + 2.0 * dy, 0.9 * dz)
    ragged += 0.3 * billow(block, 4.0 * dx, 0.8 + 13.0 * dy, 4.0 * dz)
    edge = 0.034 + 0.07 * (ragged - 0.5) * (0.3 + 0.7 * toward)
    gap = ramp(edge + 0.022, edge - 0.012, dy) * (0.06 + 0.94 * toward * toward)
    bright = qd.min(1.0, 3.0 * (dull[0] + dull[1] + dull[2]) / (sky[0] + sky[1] + sky[2] + 1e-9))
    out = out * (1.0 - gap) + (grey(sky, 1.30, 0.95, 0.52) * 0.6 + sky * 0.4) * (bright * gap)
    rain = 0.0
    if dy < 0.3:
        rain = curtain(block, q, dx, dy, dz)
    return out * (1.0 - rain) + (dull * 0.58 + out * 0.12) * rain


@qd.kernel(fastcache=True)
def colour(clouds: vec4s, sun: vec4s, moon: vec4s, block: floats1, q: floats1, first: qd.i32, out: vec4s1):
    """Light on air and clouds. q: 0 sun dir 3 sunlight above air 4 moon dir 7 moonlight (rgb, above air) 10 key dir
    13 beam at the clouds 16 sky from above 19 light from below 22 grey air 25 its share 26 loss of clouds per m by air
    27 base of the clouds m 28 dark of night (rgb) 31 milky way 32 storm
    33 loss of the beam to far clouds 34 sun behind thin cloud (rgb) 37 clouds' way m."""
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
            flat = qd.sqrt((d[0] * d[0] + d[2] * d[2]) * (q[10] * q[10] + q[12] * q[12]) + 1e-9)
            toward = 0.5 + 0.5 * (d[0] * q[10] + d[2] * q[12]) / flat
            beam = at(q, 13) * (1.0 - q[33] * (1.0 - 0.8 * qd.pow(toward, 6.0)))  # past far clouds, on the sun's side
            body = beam * (c[0] * phase * 1.25 + c[1] * 0.2) + at(q, 16) * c[2] + at(q, 19) * (1.0 - c[3] - c[2])
            far = way_up(d[1], q[27])
            seen = qd.exp(-q[26] * far) * qd.max(1.0 - far * far * 3.3e-10, 0.0)
            haze = sky * (1.0 - q[25]) + at(q, 22) * q[25]
            body += at(q, 34) * ((1.0 - c[3]) * (0.35 * lobe(0.55, cosine) + 0.25 * lobe(0.85, cosine)))
            light = (sky * c[3] + body) * seen + haze * (1.0 - seen)
            if q[32] > 0.0:
                light = light * (1.0 - q[32]) + stormy(block, q, light, sky, d[0], d[1], d[2]) * q[32]
            out[first + i * size + j] = qd.Vector([light[0], light[1], light[2], c[3] * seen + (1.0 - q[25]) * (1.0 - seen)])
