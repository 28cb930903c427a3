"""From light to film: what floats in the air is laid over, then bloom, exposure, tone curve, edges, grain."""

from __future__ import annotations

import math

import numpy as np
import quadrants as qd
import torch

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.raster import floats1, ints2, vec4s
from oyster_cli.picture.surface import map4
from oyster_cli.picture.tone import agx

HIGHLIGHT_SHARE = 0.14  # a pool of light in the dark is exposed for itself rather than for the dark around it
bytes2 = qd.types.ndarray(dtype=qd.u8, ndim=2)


@qd.func
def scattered(mirror: qd.template(), x, y, width, height):
    """Mirrored light of a pixel; one beside which nothing was traced (below 0) has the mean of its neighbours'."""
    pixel = y * width + x
    back = mirror[pixel]
    if back[0] < 0.0:
        left, right = pixel - (1 if x > 0 else 0), pixel + (1 if x < width - 1 else 0)
        up, down = pixel - (width if y > 0 else 0), pixel + (width if y < height - 1 else 0)
        total, weight = qd.Vector([0.0, 0.0, 0.0, 0.0]), 1e-6
        for side in qd.static(range(4)):
            other = left if side == 0 else (right if side == 1 else (up if side == 2 else down))
            if mirror[other][1] > 0.0:
                total += mirror[other]
                weight += 1.0
        back = total / weight
    return qd.Vector([back[0], back[1], back[2]])


@qd.func
def fixed4(sums: qd.template(), k):
    """Light and cover that were summed up in 1/4096."""
    total = qd.Vector([0.0, 0.0, 0.0, 0.0])
    for j in qd.static(range(4)):
        total[j] = qd.cast(sums[k, j], qd.f32)
    return total * (1.0 / 4096.0)


@qd.func
def puffed(hdr: qd.template(), puffs: qd.template(), x, y, depth, width, height, small_width, small_height):
    """Mist at a pixel, read between four small pixels, each weighed by how near its depth is to this pixel's.

    So no block of mist sticks out over an edge.
    """
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
        w = w / (0.05 + qd.abs(there - depth) / (qd.min(there, depth) + 1.0))
        haze += w * fixed4(puffs, sy * small_width + sx)
        total += w
    return haze / total


@qd.func
def laid_over(colour, over):
    """A picture behind something of this light and cover; what shines and hides nothing is added."""
    cover = 1.0 - qd.exp(-over[3])
    share = 1.0
    if over[3] > 1e-4:
        share = cover / over[3]
    return colour * (1.0 - cover) + qd.Vector([over[0], over[1], over[2]]) * share


@qd.kernel(fastcache=True)
def compose(
    hdr: vec4s, mirror: vec4s, marks: ints2, puffs: ints2, p: floats1, width: qd.i32, height: qd.i32, small_width: qd.i32,
    small_height: qd.i32, out: vec4s,
):  # fmt: skip
    """Picture plus reflections, puffs and marks, in exposed light (display-linear, about 0.18 is middle grey).

    The fourth number is depth, negative where something flies by.
    """
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            pixel = y * width + x
            base = hdr[pixel]
            colour = (qd.Vector([base[0], base[1], base[2]]) + scattered(mirror, x, y, width, height)) * p[57]
            haze = puffed(hdr, puffs, x, y, base[3], width, height, small_width, small_height)
            if haze[3] > 1e-4:
                colour = laid_over(colour, haze)
            mark = fixed4(marks, pixel)
            if mark[0] + mark[1] + mark[2] > 0.0:
                colour = laid_over(colour, mark)
            out[pixel] = qd.Vector([colour[0], colour[1], colour[2], -base[3] if mark[3] > 0.004 else base[3]])


@qd.func
def shrunk(full: qd.template(), k, width, height, small_width):
    """The mean of sixteen pixels, brightness clamped so that a spark does not flood the frame."""
    x0, y0 = k % small_width * 4, k // small_width * 4
    total = qd.Vector([0.0, 0.0, 0.0, 0.0])
    for j in range(16):
        x, y = qd.min(x0 + j % 4, width - 1), qd.min(y0 + j // 4, height - 1)
        total += qd.min(full[y * width + x], 40.0)
    return total / 16.0


@qd.func
def blurred(source: qd.template(), k, weights: qd.template(), along, width, height):
    """A pixel of a blur (along 1: across the rows, 0: down the columns); weights from the middle outwards."""
    x, y = k % width, k // width
    total = source[k] * weights[0]
    for j in range(1, weights.shape[0]):
        x0, x1 = qd.max(x - j * along, 0), qd.min(x + j * along, width - 1)
        y0, y1 = qd.max(y - j * (1 - along), 0), qd.min(y + j * (1 - along), height - 1)
        total += (source[y0 * width + x0] + source[y1 * width + x1]) * weights[j]
    return total


@qd.kernel(fastcache=True)
def bloom(
    light: vec4s, width: qd.i32, height: qd.i32, tight: floats1, wide: floats1, small_width: qd.i32, small_height: qd.i32,
    tiny_width: qd.i32, tiny_height: qd.i32, glow: vec4s, swap: vec4s, far: vec4s, far_swap: vec4s,
):  # fmt: skip
    """Two glows, each shrunk and blurred across and down: a tight one, and a wide one that is laid over 0.6 of it."""
    small, tiny = small_width * small_height, tiny_width * tiny_height
    for k in range(small):
        swap[k] = shrunk(light, k, width, height, small_width)
    for k in range(tiny):
        far_swap[k] = shrunk(swap, k, small_width, small_height, tiny_width)
    for k in range(small):
        glow[k] = blurred(swap, k, tight, 1, small_width, small_height)
    for k in range(tiny):
        far[k] = blurred(far_swap, k, wide, 1, tiny_width, tiny_height)
    for k in range(small):
        swap[k] = blurred(glow, k, tight, 0, small_width, small_height)
    for k in range(tiny):
        far_swap[k] = blurred(far, k, wide, 0, tiny_width, tiny_height)
    for k in range(small):
        x, y = qd.cast(k % small_width, qd.f32) + 0.5, qd.cast(k // small_width, qd.f32) + 0.5
        glow[k] = swap[k] * 0.6 + map4(far_swap, tiny_height, tiny_width, y * 0.25 - 0.5, x * 0.25 - 0.5) * 0.4


class Bloom:
    """The glow of bright places at a quarter of the picture's size: a tight one, and a wide one made at a sixteenth."""

    def __init__(self, width: int, height: int) -> None:
        self.small, self.tiny = ((max(2, -(-width // n)), max(2, -(-height // n))) for n in (4, 16))
        self.glow, self._swap = (torch.zeros(self.small[0] * self.small[1], 4) for _ in range(2))
        self._wide, self._wide_swap = (torch.zeros(self.tiny[0] * self.tiny[1], 4) for _ in range(2))
        self._weights = _gauss(1.8), _gauss(2.6)

    def spread(self, light: torch.Tensor, width: int, height: int) -> None:
        """Fill `glow` from a full-size picture."""
        bloom(
            light, width, height, *self._weights, *self.small, *self.tiny, self.glow, self._swap, self._wide, self._wide_swap
        )  # fmt: skip


def _gauss(sigma: float) -> torch.Tensor:
    """Half a normalised bell, middle first."""
    half = torch.exp(-0.5 * (torch.arange(math.ceil(2.5 * sigma) + 1) / sigma) ** 2)
    return (half / (2 * half.sum() - half[0])).float()


@qd.kernel(fastcache=True)
def develop(
    light: vec4s, glow: vec4s, width: qd.i32, height: qd.i32, small_width: qd.i32, small_height: qd.i32, bloom_share: qd.f32,
    night: qd.f32, curve: floats1, out: vec4s,
):  # fmt: skip
    """Exposed light to encoded picture: bloom, the eye's blue at night, vignette, tone curve. The fourth number is depth.

    curve: of tone.curve().
    """
    per_width, per_height = 1.0 / qd.cast(width, qd.f32), 1.0 / qd.cast(height, qd.f32)
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            pixel = y * width + x
            c4 = light[pixel]
            px, py = qd.cast(x, qd.f32) + 0.5, qd.cast(y, qd.f32) + 0.5
            halo = map4(glow, small_height, small_width, py * 0.25 - 0.5, px * 0.25 - 0.5)
            c = qd.Vector([c4[0], c4[1], c4[2]]) * (1.0 - bloom_share) + qd.Vector([halo[0], halo[1], halo[2]]) * bloom_share
            if night > 0.0:
                rods = 0.20 * c[0] + 0.45 * c[1] + 0.35 * c[2]
                dim = night / (1.0 + 14.0 * rods)  # bright lamps keep their colour
                c += (qd.Vector([0.52, 0.78, 1.20]) * rods - c) * dim
            u, v = px * per_width - 0.5, py * per_height - 0.5
            shown = agx(curve, c * (1.0 - 0.5 * (u * u + v * v)))
            out[pixel] = qd.Vector([shown[0], shown[1], shown[2], c4[3]])


@qd.func
def luma(c):
    return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]


@qd.func
def film_grain(frame, x, y, colour, strength):
    """Grain of a pixel, new on every frame, stronger in the darks: a hash of place and time, spread like a tent of width 2."""
    h = x * 374761393 + y * 668265263 + frame * 974634777
    h = (h ^ (h >> 13)) * 1274126177
    h = h ^ (h >> 16)
    g = qd.cast((h & 255) + ((h >> 8) & 255) - 255, qd.f32) * 0.00392157
    return g * strength * (1.25 - 0.62 * luma(colour))


@qd.kernel(fastcache=True)
def print_film(shown: vec4s, frame: qd.i32, grain: qd.f32, width: qd.i32, height: qd.i32, out: bytes2):
    """Encoded picture to bytes, with grain."""
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            pixel = y * width + x
            c = shown[pixel]
            noise = film_grain(frame, x, y, c, grain)
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
