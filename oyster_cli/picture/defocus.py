"""What is out of focus is as soft as the lens makes it: light gathered over its circle of confusion."""

from __future__ import annotations

import math

import quadrants as qd
import torch

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.raster import vec4s
from oyster_cli.picture.view import View

LEAST_PX = 0.6  # a radius that nobody sees
MOST_PX = 14.0
TAPS = 24
GOLDEN = math.pi * (3 - math.sqrt(5))


def spread_px(view: View) -> float:
    """Radius in pixels of a point at infinity out of focus: f^2 / (N (s - f)) on the film, half of it across.

    At a distance z it is as much times |1 - s / z|.
    """
    focal_m = view.lens_mm / 1000
    across_m = focal_m**2 / (view.f_stop * max(view.focus_m - focal_m, 0.01))
    return across_m / 2 * view.size[0] / (view.sensor_mm[0] / 1000)


def spiral() -> torch.Tensor:
    """(TAPS, 4) x, y and radius of points evenly over a disc of radius 1."""
    step = torch.arange(TAPS) + 0.5
    radius, turn = torch.sqrt(step / TAPS), step * GOLDEN
    return torch.stack([radius * torch.cos(turn), radius * torch.sin(turn), radius, 0 * radius], 1).float()


@qd.func
def soft_px(depth, focus, spread):
    """Radius of the circle of confusion at a depth."""
    return qd.min(spread * qd.abs(1.0 - focus / depth), 14.0)


@qd.kernel(fastcache=True)
def widest(
    light: vec4s, focus: qd.f32, spread: qd.f32, width: qd.i32, height: qd.i32, columns: qd.i32, rows: qd.i32, tiles: vec4s
):
    """The widest circle in every tile of 16 x 16 pixels (every other one is asked)."""
    for t in range(columns * rows):
        most = 0.0
        for k in range(64):
            x = qd.min(t % columns * 16 + k % 8 * 2, width - 1)
            y = qd.min(t // columns * 16 + k // 8 * 2, height - 1)
            most = qd.max(most, soft_px(qd.abs(light[y * width + x][3]), focus, spread))
        tiles[t] = qd.Vector([most, 0.0, 0.0, 0.0])


@qd.kernel(fastcache=True)
def soften(
    light: vec4s, tiles: vec4s, spiral: vec4s, taps: qd.i32, focus: qd.f32, spread: qd.f32, width: qd.i32, height: qd.i32,
    columns: qd.i32, rows: qd.i32, out: vec4s,
):  # fmt: skip
    """Each neighbour gives its light as far as its own circle reaches; what lies behind gives no farther than this pixel's."""
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            here = light[y * width + x]
            reach = 0.0
            for k in range(9):
                row = qd.min(qd.max(y // 16 + k // 3 - 1, 0), rows - 1)
                column = qd.min(qd.max(x // 16 + k % 3 - 1, 0), columns - 1)
                reach = qd.max(reach, tiles[row * columns + column][0])
            if reach > 0.6:
                depth = qd.abs(here[3])
                own = soft_px(depth, focus, spread)
                weight = 1.0 / (1.0 + own * own)
                total = here * weight
                for k in range(taps):
                    sx = x + qd.cast(qd.floor(spiral[k][0] * reach + 0.5), qd.i32)
                    sy = y + qd.cast(qd.floor(spiral[k][1] * reach + 0.5), qd.i32)
                    if sx >= 0 and sy >= 0 and sx < width and sy < height:
                        there = light[sy * width + sx]
                        circle = soft_px(qd.abs(there[3]), focus, spread)
                        if qd.abs(there[3]) > depth * 1.02:
                            circle = qd.min(circle, own)
                        share = qd.min(qd.max(circle - spiral[k][2] * reach + 1.0, 0.0), 1.0)
                        w = share * reach * reach / (qd.cast(taps, qd.f32) * (0.4 + circle * circle))
                        total += there * w
                        weight += w
                total /= weight
                here = qd.Vector([total[0], total[1], total[2], here[3]])
            out[y * width + x] = here
