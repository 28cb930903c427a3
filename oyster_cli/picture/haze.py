"""Heat haze: near the horizon what is far off wavers, as if seen through rising hot air."""

from __future__ import annotations

import numpy as np
import quadrants as qd
import torch

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.grain import grain
from oyster_cli.picture.params import eye_ray
from oyster_cli.picture.post import bytes2
from oyster_cli.picture.raster import floats1, vec4s

BAND = 0.065  # sine of the elevation, up and down, within which the light is bent
BENDS_RAD = 0.0026  # at most
HALF_M = 500.0  # from where it is bent half as much as from the horizon


@qd.func
def bend(p: qd.template(), tile: qd.template(), x, y, texel):
    """How the air bends light at a point of the canvas: aside and up, -1 to 1, and the sine of the elevation there.

    Its cells stand over the ground, so that they pass the frame when the camera turns; they rise, and are wider than high.
    """
    ray = eye_ray(p, x, y).normalized()
    side = ray[0] - 0.83 * ray[2]
    a = grain(tile, side * 460.0 + 3.0 * p[23], ray[1] * 1000.0 - 11.0 * p[23], texel)
    b = grain(tile, side * 900.0 - 5.0 * p[23] + 91.0, ray[1] * 1900.0 - 31.0 * p[23], 1.9 * texel)
    aside, up = 0.5 * a[2] + 0.4 * b[2], a[3] + 0.8 * b[3]
    return qd.Vector([qd.min(qd.max(aside, -0.5), 0.5), qd.min(qd.max(up, -1.0), 1.0), ray[1]])


@qd.kernel(fastcache=True)
def waver(
    still: bytes2, light: vec4s, canvas_width: qd.i32, canvas_height: qd.i32, tile: vec4s, p: floats1, most_px: qd.f32,
    band: qd.f32, half_m: qd.f32, width: qd.i32, height: qd.i32, first: qd.i32, rows: qd.i32, out: bytes2,
):  # fmt: skip
    """Rows from `first` on of a picture, each pixel fetched up to most_px away from where it is.

    still (rows * width): those rows as they were. light: the canvas, for its depths. The bend is known every fourth pixel.
    Nothing that is nearer is dragged over what is far, and open sky, where nothing would show, is left alone.
    """
    scale = qd.cast(canvas_width, qd.f32) / qd.cast(width, qd.f32)
    texel = 1000.0 * scale / p[3]
    below = qd.cast(most_px, qd.i32) + 1
    for s in range(turns(width, rows)):
        y, x0, x1 = row_and_columns(s, width, rows)
        line = (qd.cast(y + first, qd.f32) + 0.5) * scale
        deep = ((y + first) * canvas_height // height) * canvas_width
        under = (qd.min(y + first + below, height - 1) * canvas_height // height) * canvas_width
        right = bend(p, tile, qd.cast(x0, qd.f32) * scale, line, texel)
        for block in range(8):
            left = right
            right = bend(p, tile, qd.cast(x0 + block * 4 + 4, qd.f32) * scale, line, texel)
            for q in range(4):
                x = x0 + block * 4 + q
                if x < x1:
                    column = x * canvas_width // width
                    depth = qd.abs(light[deep + column][3])
                    here = left + (right - left) * (0.25 * qd.cast(q, qd.f32) + 0.125)
                    low = here[2] / band
                    weight = qd.max(1.0 - low * low, 0.0)
                    weight = weight * weight * most_px * depth / (depth + half_m)
                    if depth > 1e8 and qd.abs(light[under + column][3]) > 1e8:
                        weight = 0.0
                    if weight > 0.1:
                        fx = qd.min(qd.max(qd.cast(x, qd.f32) + here[0] * weight, 0.0), qd.cast(width, qd.f32) - 1.001)
                        fy = qd.min(qd.max(qd.cast(y, qd.f32) + here[1] * weight, 0.0), qd.cast(rows, qd.f32) - 1.001)
                        i, j = qd.cast(fx, qd.i32), qd.cast(fy, qd.i32)
                        u, v = fx - qd.cast(i, qd.f32), fy - qd.cast(j, qd.f32)
                        seen = qd.Vector([0.5, 0.5, 0.5])
                        for corner in qd.static(range(4)):
                            ci, cj = i + corner % 2, j + corner // 2
                            there = light[((cj + first) * canvas_height // height) * canvas_width + ci * canvas_width // width]
                            k = cj * width + ci
                            if qd.abs(there[3]) < 0.4 * depth:
                                k = y * width + x
                            share = (u if corner % 2 == 1 else 1.0 - u) * (v if corner // 2 == 1 else 1.0 - v)
                            seen += share * qd.Vector(
                                [qd.cast(still[k, 0], qd.f32), qd.cast(still[k, 1], qd.f32), qd.cast(still[k, 2], qd.f32)]
                            )
                        for c in qd.static(range(3)):
                            out[(y + first) * width + x, c] = qd.cast(seen[c], qd.u8)


def shimmer(
    printed: torch.Tensor, size: tuple[int, int], light: torch.Tensor, canvas: tuple[int, int], tile: torch.Tensor,
    p: torch.Tensor, amount: float,
) -> None:  # fmt: skip
    """Bend what is seen in a printed picture (pixels, 3) uint8 of this size, in place; amount 0..1.

    light: (canvas pixels, 4) what it was printed from, p: the numbers of that view. It comes last, or what is gathered over
    time would smooth it away. Without heat, or a horizon, it costs nothing.
    """
    first, end = _rows(p.numpy(), canvas, size[1]) if amount > 0.0 else (0, 0)
    if end - first > 1:
        still = printed[first * size[0] : end * size[0]].clone()
        most = amount * BENDS_RAD * float(p[3]) * size[0] / canvas[0]
        waver(still, light, *canvas, tile, p, most, BAND, HALF_M, *size, first, end - first, printed)


def _rows(p: np.ndarray, canvas: tuple[int, int], height: int) -> tuple[int, int]:
    """[first, end) of a picture's rows that come near the horizon."""
    x = (np.array([0.0, canvas[0]]) - p[7]) / p[3]
    y = (p[11] - (np.arange(height) + 0.5) * canvas[1] / height) / p[3]
    up = p[13] + x[:, None] * p[5] + y * p[9]  # (2, height)
    reach = BAND * np.sqrt(1.0 + np.abs(x).max() ** 2 + y**2)
    near = np.flatnonzero((up.min(0) < reach) & (up.max(0) > -reach))
    return (int(near[0]), int(near[-1]) + 1) if len(near) else (0, 0)
