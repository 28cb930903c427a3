"""From light to film: what floats in the air is laid over, then bloom, exposure, tone curve, edges, grain."""

from __future__ import annotations

import math

import numpy as np
import quadrants as qd
import torch

from oyster_cli.picture.raster import floats1, ints2, vec4s
from oyster_cli.picture.surface import map4

HIGHLIGHT_SHARE = 0.14  # a pool of light in the dark is exposed for itself rather than for the dark around it
bytes2 = qd.types.ndarray(dtype=qd.u8, ndim=2)


@qd.kernel(fastcache=True)
def compose(
    hdr: vec4s, mirror: vec4s, marks: ints2, puffs: ints2, p: floats1, width: qd.i32, height: qd.i32, small_width: qd.i32,
    small_height: qd.i32, out: vec4s,
):  # fmt: skip
    """Picture plus reflections, puffs and marks, in exposed light (display-linear, about 0.18 is middle grey).

    The fourth number is depth, negative where what is seen moves by itself.

    Puffs are read between four small pixels, each weighed by how near its depth is to this pixel's, so that no block of mist
    sticks out over an edge.
    """
    segments = (width + 31) // 32
    for s in range(segments * height):
        y, x0 = s // segments, (s % segments) * 32
        for x in range(x0, qd.min(x0 + 32, width)):
            pixel = y * width + x
            base, back = hdr[pixel], mirror[pixel]
            if back[1] > 0.0:  # ripples finer than a pixel scatter what they mirror: the mean of the cross about it
                left, right = pixel - (1 if x > 0 else 0), pixel + (1 if x < width - 1 else 0)
                up, down = pixel - (width if y > 0 else 0), pixel + (width if y < height - 1 else 0)
                total_back = back * 2.0
                weight = 2.0
                for side in qd.static(range(4)):
                    other = left if side == 0 else (right if side == 1 else (up if side == 2 else down))
                    if mirror[other][1] > 0.0:
                        total_back += mirror[other]
                        weight += 1.0
                back = total_back / weight
            colour = qd.Vector([base[0] + back[0], base[1] + back[1], base[2] + back[2]]) * p[57]
            fx, fy = (qd.cast(x, qd.f32) + 0.5) * 0.25 - 0.5, (qd.cast(y, qd.f32) + 0.5) * 0.25 - 0.5
            i, j = qd.cast(qd.floor(fx), qd.i32), qd.cast(qd.floor(fy), qd.i32)
            a, b = fx - qd.floor(fx), fy - qd.floor(fy)
            haze = qd.Vector([0.0, 0.0, 0.0, 0.0])
            total = 0.0
            for k in qd.static(range(4)):
                sx = qd.min(qd.max(i + k % 2, 0), small_width - 1)
                sy = qd.min(qd.max(j + k // 2, 0), small_height - 1)
                there = hdr[qd.min(sy * 4 + 2, height - 1) * width + qd.min(sx * 4 + 2, width - 1)][3]
                w = (a if k % 2 == 1 else 1.0 - a) * (b if k // 2 == 1 else 1.0 - b) + 0.02
                w = w / (0.05 + qd.abs(there - base[3]) / (qd.min(there, base[3]) + 1.0))
                m = sy * small_width + sx
                haze += w * qd.Vector(
                    [
                        qd.cast(puffs[m, 0], qd.f32),
                        qd.cast(puffs[m, 1], qd.f32),
                        qd.cast(puffs[m, 2], qd.f32),
                        qd.cast(puffs[m, 3], qd.f32),
                    ]
                )
                total += w
            haze /= total * 4096.0
            if haze[3] > 1e-4:
                cover = 1.0 - qd.exp(-haze[3])
                colour = colour * (1.0 - cover) + qd.Vector([haze[0], haze[1], haze[2]]) * (cover / haze[3])
            over = qd.cast(marks[pixel, 3], qd.f32) / 4096.0
            if marks[pixel, 0] + marks[pixel, 1] + marks[pixel, 2] > 0:
                cover = 1.0 - qd.exp(-over)
                mark = qd.Vector(
                    [qd.cast(marks[pixel, 0], qd.f32), qd.cast(marks[pixel, 1], qd.f32), qd.cast(marks[pixel, 2], qd.f32)]
                ) * (1.0 / 4096.0)
                share = 1.0  # of marks that shine and hide nothing
                if over > 1e-4:
                    share = cover / over
                colour = colour * (1.0 - cover) + mark * share
            flows = haze[3] > 0.05 or over > 0.004
            out[pixel] = qd.Vector([colour[0], colour[1], colour[2], -base[3] if flows else base[3]])


@qd.kernel(fastcache=True)
def shrink(full: vec4s, width: qd.i32, height: qd.i32, small_width: qd.i32, small_height: qd.i32, out: vec4s):
    """A quarter of the size, each pixel the mean of sixteen, brightness clamped so that a spark does not flood the frame."""
    for m in range(small_width * small_height):
        sx, sy = m % small_width, m // small_width
        total = qd.Vector([0.0, 0.0, 0.0, 0.0])
        for k in range(16):
            x, y = qd.min(sx * 4 + k % 4, width - 1), qd.min(sy * 4 + k // 4, height - 1)
            total += qd.min(full[y * width + x], 40.0)
        out[m] = total / 16.0


@qd.kernel(fastcache=True)
def blur(source: vec4s, weights: floats1, taps: qd.i32, along: qd.i32, width: qd.i32, height: qd.i32, out: vec4s):
    """One direction of a blur (along 1: across the rows, 0: down the columns); weights (taps + 1,) from the middle outwards."""
    for m in range(width * height):
        x, y = m % width, m // width
        total = source[m] * weights[0]
        for k in range(1, taps + 1):
            x0, x1 = qd.max(x - k * along, 0), qd.min(x + k * along, width - 1)
            y0, y1 = qd.max(y - k * (1 - along), 0), qd.min(y + k * (1 - along), height - 1)
            total += (source[y0 * width + x0] + source[y1 * width + x1]) * weights[k]
        out[m] = total


class Bloom:
    """The glow of bright places: a tight one at a quarter of the picture's size and a wide one at a sixteenth."""

    def __init__(self, width: int, height: int) -> None:
        self.small, self.tiny = ((max(2, -(-width // n)), max(2, -(-height // n))) for n in (4, 16))
        self.near, self._swap = (torch.zeros(self.small[0] * self.small[1], 4) for _ in range(2))
        self.far, self._tiny_swap = (torch.zeros(self.tiny[0] * self.tiny[1], 4) for _ in range(2))
        self._weights = {sigma: _gauss(sigma) for sigma in (1.8, 2.6)}

    def spread(self, light: torch.Tensor, width: int, height: int) -> None:
        """Fill `near` and `far` from a full-size picture."""
        shrink(light, width, height, *self.small, self.near)
        shrink(self.near, *self.small, *self.tiny, self.far)
        for image, swap, size, sigma in ((self.near, self._swap, self.small, 1.8), (self.far, self._tiny_swap, self.tiny, 2.6)):
            weights = self._weights[sigma]
            blur(image, weights, len(weights) - 1, 1, *size, swap)
            blur(swap, weights, len(weights) - 1, 0, *size, image)


def _gauss(sigma: float) -> torch.Tensor:
    """Half a normalised bell, middle first."""
    half = torch.exp(-0.5 * (torch.arange(math.ceil(2.5 * sigma) + 1) / sigma) ** 2)
    return (half / (2 * half.sum() - half[0])).float()


@qd.func
def log2(x):
    """Logarithm from the bits of a float: the exponent, and a fourth-order fit of the mantissa with an error below 2e-4."""
    bits = qd.bit_cast(x, qd.i32)
    m = qd.bit_cast((bits & 0x7FFFFF) | 0x3F800000, qd.f32)
    e = qd.cast(((bits >> 23) & 255) - 127, qd.f32)
    return e + (((-0.08072883 * m + 0.64111309) * m - 2.11475061) * m + 4.06732185) * m - 2.51291505


@qd.func
def agx(c, night):
    """AgX tone curve (Sobotka; minimal polynomial form by Wrensch): display-linear light in, sRGB-encoded 0..1 out.

    The polynomial's constants are the published fit of the base curve; power and saturation are the film look on top.
    """
    r = 0.842479062253094 * c[0] + 0.0784335999999992 * c[1] + 0.0792237451477643 * c[2]
    g = 0.0423282422610123 * c[0] + 0.878468636469772 * c[1] + 0.0791661274605434 * c[2]
    b = 0.0423756549057051 * c[0] + 0.0784336 * c[1] + 0.879142973793104 * c[2]
    v = qd.Vector([r, g, b])
    for j in qd.static(range(3)):
        e = (log2(qd.max(v[j], 1e-7)) + 12.47393) / 16.5
        e = qd.min(qd.max(e, 0.0), 1.0)
        e2 = e * e
        e4 = e2 * e2
        v[j] = 15.5 * e4 * e2 - 40.14 * e4 * e + 31.96 * e4 - 6.868 * e2 * e + 0.4298 * e2 + 0.1191 * e - 0.00232
        v[j] = qd.max(v[j] - 0.012, 0.0) * 1.012
        root = qd.sqrt(v[j])
        v[j] = v[j] * (root + (qd.sqrt(root) - root) * night)  # film contrast: to the power of 1.5, by night of 1.25
        w = qd.min(v[j], 1.0)
        v[j] += (w * w * (3.0 - 2.0 * w) - w) * (0.65 * (1.0 - night))  # and a print's shoulder and toe by day
    grey = 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]
    v = grey + (v - grey) * 1.16
    r = 1.19687900512017 * v[0] - 0.0980208811401368 * v[1] - 0.0990297440797205 * v[2]
    g = -0.0528968517574562 * v[0] + 1.15190312990417 * v[1] - 0.0989611768448433 * v[2]
    b = -0.0529716355144438 * v[0] - 0.0980434501171241 * v[1] + 1.15107367264116 * v[2]
    return qd.Vector([qd.min(qd.max(r, 0.0), 1.0), qd.min(qd.max(g, 0.0), 1.0), qd.min(qd.max(b, 0.0), 1.0)])


@qd.kernel(fastcache=True)
def develop(
    light: vec4s, near: vec4s, far: vec4s, width: qd.i32, height: qd.i32, small_width: qd.i32, small_height: qd.i32,
    tiny_width: qd.i32, tiny_height: qd.i32, bloom_share: qd.f32, night: qd.f32, out: vec4s,
):  # fmt: skip
    """Exposed light to encoded picture: bloom, the eye's blue at night, vignette, tone curve. The fourth number is depth."""
    segments = (width + 31) // 32
    for s in range(segments * height):
        y, x0 = s // segments, (s % segments) * 32
        for x in range(x0, qd.min(x0 + 32, width)):
            pixel = y * width + x
            c4 = light[pixel]
            px, py = qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5
            halo = map4(near, small_height, small_width, py * 0.25 - 0.5, px * 0.25 - 0.5) * 0.6
            halo += map4(far, tiny_height, tiny_width, py * 0.0625 - 0.5, px * 0.0625 - 0.5) * 0.4
            c = qd.Vector([c4[0], c4[1], c4[2]]) * (1.0 - bloom_share) + qd.Vector([halo[0], halo[1], halo[2]]) * bloom_share
            if night > 0.0:
                rods = 0.20 * c[0] + 0.45 * c[1] + 0.35 * c[2]
                dim = night / (1.0 + 14.0 * rods)  # bright lamps keep their colour
                c += (qd.Vector([0.52, 0.78, 1.20]) * rods - c) * dim
            u = (qd.cast(x, qd.f32) + 0.5) / qd.cast(width, qd.f32) - 0.5
            v = (qd.cast(y, qd.f32) + 0.5) / qd.cast(height, qd.f32) - 0.5
            shown = agx(c * (1.0 - 0.5 * (u * u + v * v)), night)
            out[pixel] = qd.Vector([shown[0], shown[1], shown[2], c4[3]])


@qd.func
def luma(c):
    return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]


@qd.kernel(fastcache=True)
def print_film(shown: vec4s, tile: vec4s, frame: qd.i32, grain: qd.f32, width: qd.i32, height: qd.i32, out: bytes2):
    """Encoded picture to bytes, with grain that is new on every frame."""
    segments = (width + 31) // 32
    shift = frame * 97
    for s in range(segments * height):
        y, x0 = s // segments, (s % segments) * 32
        for x in range(x0, qd.min(x0 + 32, width)):
            pixel = y * width + x
            c = shown[pixel]
            g = tile[((y + (shift * 31) % 256) & 255) * 256 + ((x + shift) & 255)][0]
            noise = g * grain * (1.0 - 0.5 * luma(c))
            for k in qd.static(range(3)):
                out[pixel, k] = qd.cast(qd.min(qd.max((c[k] + noise) * 255.0 + 0.5, 0.0), 255.0), qd.u8)


def metered(hdr: torch.Tensor, mirror: torch.Tensor, width: int, height: int) -> float:
    """Mean luminance that a camera would expose for, kcd/m2: the log mean of a coarse grid, the centre counting more."""
    step = max(1, height // 45)
    both = (hdr.view(height, width, 4)[::step, ::step, :3] + mirror.view(height, width, 4)[::step, ::step, :3]).numpy()
    grey = both @ np.array([0.2126, 0.7152, 0.0722])
    rows, columns = np.linspace(-1, 1, grey.shape[0])[:, None], np.linspace(-1, 1, grey.shape[1])[None]
    weight = 1.2 - 0.7 * np.clip(rows**2 + columns**2, 0, 1)
    kept = np.log(np.maximum(grey, 1e-7))
    low, high = np.quantile(kept, [0.10, 0.97])
    mean = float(np.exp((np.clip(kept, low, high) * weight).sum() / weight.sum()))
    return max(mean, HIGHLIGHT_SHARE * math.exp(high))
