"""Clouds as seen from the ground: rays through a layer of heaped cloud into a round table of the sky, without any colour yet.

A texel says how the cloud there is lit: by light scattered once, by light scattered often, by the sky (a share of each), and
how much of the clear sky shines through. sky.py gives these their colours, so that a sunset needs no new clouds.

The table is a disc: a direction's place is c h / (c + y), h its level part, y its upward part, c = 0.7. The horizon is the rim.
"""

from __future__ import annotations

from dataclasses import dataclass

import quadrants as qd
import torch

from oyster_cli.picture.atmosphere import vec4s
from oyster_cli.picture.cloud_shape import billow_block, cloud_map, floats1, floats2

RIM = 3.0  # texels between the horizon and the edge of the table


HEAP_BASE_M = 1350.0


@dataclass(frozen=True)
class Layer:
    """A layer of cloud. Lengths in metres, extinction per metre."""

    cover: float  # of the map of clouds; above 1 no gap is left
    base_m: float
    deep_m: float
    extinction: float


STORM = Layer(cover=1.15, base_m=700.0, deep_m=2600.0, extinction=0.05)


def heaps(cloud: float) -> Layer:
    """Cumulus for a share of the sky covered: their sides cover more than their bases, and many grow tall and join."""
    return Layer(1.17 * cloud**1.45, HEAP_BASE_M, 650.0 + 700.0 * cloud, 0.045)


class Clouds:
    """The clouds of one seed."""

    def __init__(self, seed: int, device: str) -> None:
        self.device = device
        self._map = cloud_map(seed).to(device)
        self.block = billow_block(seed).to(device)

    def empty(self, size: int) -> torch.Tensor:
        """(size, size, 4) of a sky without clouds."""
        table = torch.zeros(size, size, 4, device=self.device)
        table[..., 3] = 1.0
        return table

    def draw(self, table: torch.Tensor, layer: Layer, light: tuple[float, float, float], moved: tuple[float, float],
             first: int, rows: int) -> None:  # fmt: skip
        """Rows of a table: light is the unit vector to sun or moon, moved how far the layer has drifted (x, z) in metres."""
        numbers = (layer.cover, layer.base_m, layer.deep_m, layer.extinction, *light, *moved)
        march(self._map, self.block, torch.tensor(numbers, dtype=torch.float32, device=self.device), first, rows, table)


@qd.func
def direction(x, z):
    """Unit vector of a place in the disc of radius 1 (the root of its quadratic in y); beyond the rim the horizon."""
    rr = x * x + z * z
    y, stretch = 0.0, 1.0 / qd.sqrt(qd.max(rr, 1.0))
    if rr < 1.0:
        y = 0.7 * (qd.sqrt(0.51 * rr + 0.49) - rr) / (rr + 0.49)
        stretch = (0.7 + y) / 0.7
    return qd.Vector([x * stretch, y, z * stretch])


@qd.func
def billow(block: qd.template(), x, y, z):
    """The block of billows at a place in blocks, repeating, trilinear."""
    u, v, w = (x - qd.floor(x)) * 64.0, (y - qd.floor(y)) * 64.0, (z - qd.floor(z)) * 64.0
    i, j, k = qd.cast(u, qd.i32), qd.cast(v, qd.i32), qd.cast(w, qd.i32)
    u, v, w = u - qd.cast(i, qd.f32), v - qd.cast(j, qd.f32), w - qd.cast(k, qd.f32)
    a, b = (i & 63) * 4096, ((i + 1) & 63) * 4096
    c, d = (j & 63) * 64, ((j + 1) & 63) * 64
    e, f = k & 63, (k + 1) & 63
    ac, ad = block[a + c + e] * (1.0 - w) + block[a + c + f] * w, block[a + d + e] * (1.0 - w) + block[a + d + f] * w
    bc, bd = block[b + c + e] * (1.0 - w) + block[b + c + f] * w, block[b + d + e] * (1.0 - w) + block[b + d + f] * w
    return (ac * (1.0 - v) + ad * v) * (1.0 - u) + (bc * (1.0 - v) + bd * v) * u


@qd.func
def stand(chart: qd.template(), x, z):
    """The map of clouds at a place in metres, repeating, bilinear."""
    u, v = x * 0.01, z * 0.01
    fu, fv = qd.floor(u), qd.floor(v)
    i, j = qd.cast(fu, qd.i32) & 511, qd.cast(fv, qd.i32) & 511
    u, v = u - fu, v - fv
    k, l = (i + 1) & 511, (j + 1) & 511  # noqa: E741
    return (chart[i, j] * (1.0 - v) + chart[i, l] * v) * (1.0 - u) + (chart[k, j] * (1.0 - v) + chart[k, l] * v) * u


@qd.func
def crown(e):
    """Height of a cloud's top in the layer, 0..1, by how far the map stands above its threshold."""
    return qd.sqrt(qd.min(qd.max(e + 0.02, 0.0) * 2.6, 1.0))


@qd.func
def depth_in(chart: qd.template(), block: qd.template(), c: qd.template(), x, h, z, fine):
    """How deep inside a cloud a place is, in some 360 m, its surface at 0; and the map over its threshold there. h: 0..1.

    Heaps taller where the map is higher, over one level base; billows in two blocks make round heads of their upper parts and
    rags of what hangs below, deeper cut the larger they are. The block is looked up along tilted axes, because level cuts
    through it would show it repeating.
    """
    px, pz = x - c[7], z - c[8]
    e = stand(chart, px, pz) - 1.0 + c[0]
    inside = -1.0
    if e > -0.14:
        y = h * c[2]
        qx, qy, qz = 0.80 * px + 0.36 * y - 0.48 * pz, 0.93 * y - 0.22 * px + 0.29 * pz, 0.60 * pz + 0.80 * px - 0.1 * y
        head = qd.min(0.35 + 3.0 * qd.max(h, 0.0), 1.0)
        carve = 1.15 * (billow(block, qx * 0.00041, qy * 0.00041, qz * 0.00041) - 0.5) * head
        if fine > 0.0:
            carve += fine * (1.1 * head - 0.62) * (billow(block, qz * 0.0019, qx * 0.0019, qy * 0.0019) - 0.5)
        floor = 0.05 * qd.max(1.0 - e * 4.0, 0.0) - 0.10 * carve
        heap = qd.min(e * 5.0 + 0.05, (crown(e) - h) * 2.4)
        inside = qd.min(heap + carve, (h - floor) * 4.0)
    return qd.Vector([inside, e])


@qd.func
def dense(inside, soft):
    """Share of the full extinction so deep inside; soft: over which depth it is reached."""
    t = qd.min(qd.max(inside / soft, 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@qd.func
def shaded(chart: qd.template(), block: qd.template(), c: qd.template(), x, h, z, fine):
    """Optical depth from a place in the layer towards the light: six looks, further and further."""
    depth, gone = 0.0, 0.0
    for k in range(6):
        span = 22.0 * 2.1**k
        t = gone + 0.5 * span
        gone += span
        up = h + c[5] * t / c[2]
        if up > -0.05 and up < 1.0:
            small = fine if k < 2 else 0.0
            depth += dense(depth_in(chart, block, c, x + c[4] * t, up, z + c[6] * t, small)[0], 0.9) * span
    return depth * c[3]


@qd.func
def way_up(dy, height):
    """Way to a height above the ground, over the round earth."""
    up = 6.36e6 * dy
    return 2.0 * 6.36e6 * height / (qd.sqrt(up * up + 2.0 * 6.36e6 * height) + up)


@qd.func
def cloud_on(chart: qd.template(), block: qd.template(), c: qd.template(), dx, dy, dz):
    """What a ray from the ground meets: shares lit once, often, by the sky; and what shines through."""
    t, end = way_up(dy, c[1] - 60.0), qd.min(way_up(dy, c[1] + c[2]), 70000.0)
    lit, shares = qd.Vector([0.0, 0.0, 0.0]), qd.Vector([0.0, 0.0, 0.0])
    left, known, before, stride = 1.0, 2.0, -1.0, 0.0
    open_ = 1.0 if c[0] < 1.0 else 0.0  # a layer without a gap shows no edges
    while t < end and left > 0.015:
        h = (t * dy + t * t * (1.0 - dy * dy) / 1.272e7 - c[1]) / c[2]
        fine = qd.min(qd.max(1.3 - t * 0.00009, -0.5), open_)
        found = depth_in(chart, block, c, dx * t, h, dz * t, fine)
        inside = found[0]
        if inside > 0.0 and before < 0.0 and stride > 0.0:  # step back to the surface
            t -= stride * inside / (inside - before)
            before = 0.0
            stride = qd.max(14.0, t * 0.0030) * (2.0 - open_)
        elif inside >= 0.0 and before >= 0.0:
            step = 1.0 - qd.exp(-(dense(inside, 0.34 + t * 0.000016) + 0.01) * c[3] * stride)
            if known - left * (1.0 - 0.5 * step) > 0.18 - 0.11 * open_:  # between, light changes little
                od = shaded(chart, block, c, dx * t, h, dz * t, fine)
                e = found[1]
                over = qd.max(crown(e) + 1.3 * qd.max(e - 0.3, 0.0) - h, 0.0)  # cloud overhead, in layers …
                if open_ > 0.0:  # … and less under its creases
                    over *= 0.35 + qd.min(qd.max(depth_in(chart, block, c, dx * t, h + 0.3, dz * t, 0.0)[0], 0.0), 1.0)
                often = 0.4 * qd.exp(-0.30 * od) + 0.6 * qd.exp(-0.045 * od - 0.35 * over)
                shares, known = qd.Vector([qd.exp(-od), often, qd.exp(-1.1 * over)]), left * (1.0 - 0.5 * step)
            lit += left * step * shares
            left *= 1.0 - step
            before = inside
            stride *= 1.25
            t += stride
        else:
            before = qd.min(inside, -0.001)
            stride = qd.max(35.0, t * 0.011) * (1.0 - 0.5 * inside)
            t += stride
    return qd.Vector([lit[0], lit[1], lit[2], qd.max(left - 0.015, 0.0) / 0.985])


@qd.kernel(fastcache=True)
def march(chart: floats2, block: floats1, c: floats1, first: qd.i32, rows: qd.i32, out: vec4s):
    size = out.shape[0]
    spans = size // 8
    middle, scale = 0.5 * qd.cast(size, qd.f32), 0.5 * qd.cast(size, qd.f32) - 3.0
    for s in range(rows * spans):
        i = first + s // spans
        for j in range(s % spans * 8, s % spans * 8 + 8):
            x, z = (qd.cast(j, qd.f32) + 0.5 - middle) / scale, (qd.cast(i, qd.f32) + 0.5 - middle) / scale
            d = direction(x, z)
            out[i, j] = cloud_on(chart, block, c, d[0], d[1], d[2])
