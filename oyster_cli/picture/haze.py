"""Heat haze: near the horizon what is far off wavers, as if seen through rising hot air."""

from __future__ import annotations

import numpy as np
import quadrants as qd
import torch

from oyster_cli.picture.grain import grain
from oyster_cli.picture.params import eye_ray
from oyster_cli.picture.raster import floats1, vec4s
from oyster_cli.picture.view import View

BAND = 0.065  # sine of the elevation, up and down, within which the light is bent
BENDS_RAD = 0.0021  # at most
HALF_M = 260.0  # from where it is bent half as much as from the horizon


@qd.func
def bend(p: qd.template(), tile: qd.template(), x, y):
    """How the air bends light at a pixel's corner: aside and up, -1 to 1, and the sine of the elevation there.

    Its cells stand over the ground, so that they pass the frame when the camera turns; they rise, and are wider than high.
    """
    ray = eye_ray(p, qd.cast(x, qd.f32), qd.cast(y, qd.f32) + 0.5).normalized()
    side = ray[0] - 0.83 * ray[2]
    texel = 1000.0 / p[3]
    a = grain(tile, side * 460.0 + 3.0 * p[23], ray[1] * 1000.0 - 11.0 * p[23], texel)
    b = grain(tile, side * 900.0 - 5.0 * p[23] + 91.0, ray[1] * 1900.0 - 31.0 * p[23], 1.9 * texel)
    aside, up = 0.5 * a[2] + 0.4 * b[2], a[3] + 0.8 * b[3]
    return qd.Vector([qd.min(qd.max(aside, -0.5), 0.5), qd.min(qd.max(up, -1.0), 1.0), ray[1]])


@qd.kernel(fastcache=True)
def waver(
    still: vec4s, tile: vec4s, p: floats1, most_px: qd.f32, band: qd.f32, half_m: qd.f32, width: qd.i32, first: qd.i32,
    rows: qd.i32, out: vec4s,
):  # fmt: skip
    """Rows from `first` on of a picture, each pixel fetched up to most_px away from where it is; depth (the fourth) stays.

    still (rows * width): those rows as they were. The bend is known every fourth pixel. Nothing that is nearer is dragged over
    what is far, and open sky, where nothing would show, is left alone.
    """
    segments = (width + 31) // 32
    below = qd.cast(most_px, qd.i32) + 1
    for s in range(segments * rows):
        y, x0 = s // segments, (s % segments) * 32
        right = bend(p, tile, x0, y + first)
        for block in range(8):
            left = right
            right = bend(p, tile, x0 + block * 4 + 4, y + first)
            for q in range(4):
                x = x0 + block * 4 + q
                if x < width:
                    own = still[y * width + x]
                    here = left + (right - left) * (0.25 * qd.cast(q, qd.f32) + 0.125)
                    low = here[2] / band
                    weight = qd.max(1.0 - low * low, 0.0)
                    weight = weight * weight * most_px * own[3] / (own[3] + half_m)
                    if own[3] > 1e8 and still[qd.min(y + below, rows - 1) * width + x][3] > 1e8:
                        weight = 0.0
                    if weight > 0.1:
                        fx = qd.min(qd.max(qd.cast(x, qd.f32) + here[0] * weight, 0.0), qd.cast(width, qd.f32) - 1.001)
                        fy = qd.min(qd.max(qd.cast(y, qd.f32) + here[1] * weight, 0.0), qd.cast(rows, qd.f32) - 1.001)
                        i, j = qd.cast(fx, qd.i32), qd.cast(fy, qd.i32)
                        u, v = fx - qd.cast(i, qd.f32), fy - qd.cast(j, qd.f32)
                        k = j * width + i
                        seen = own * 0.0
                        for corner in qd.static(range(4)):
                            there = still[k + corner % 2 + (corner // 2) * width]
                            if there[3] < 0.4 * own[3]:
                                there = own
                            seen += there * ((u if corner % 2 == 1 else 1.0 - u) * (v if corner // 2 == 1 else 1.0 - v))
                        out[(y + first) * width + x] = qd.Vector([seen[0], seen[1], seen[2], own[3]])


def shimmer(light: torch.Tensor, tile: torch.Tensor, p: torch.Tensor, view: View, amount: float) -> None:
    """Bend exposed light (pixels, 4) of this view in place; amount 0..1. Costs nothing without heat or horizon."""
    width = view.size[0]
    first, end = _rows(view) if amount > 0.0 else (0, 0)
    if end - first > 1:
        still = light[first * width : end * width].clone()
        most = amount * BENDS_RAD * view.focal_px
        waver(still, tile, p, most, BAND, HALF_M, width, first, end - first, light)


def _rows(view: View) -> tuple[int, int]:
    """[first, end) of the rows that come near the horizon."""
    width, height = view.size
    x = (np.array([0.0, width]) - width / 2) / view.focal_px
    y = (height / 2 - np.arange(height) - 0.5) / view.focal_px
    up = view.ahead[1] + x[:, None] * view.right[1] + y * view.up[1]  # (2, height)
    reach = BAND * np.sqrt(1.0 + x[1] ** 2 + y**2)
    near = np.flatnonzero((up.min(0) < reach) & (up.max(0) > -reach))
    return (int(near[0]), int(near[-1]) + 1) if len(near) else (0, 0)
