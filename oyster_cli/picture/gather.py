"""A picture gathered over time: every frame is drawn small and a hair aside, and each adds what the others did not see.

So edges are smooth, fine detail is there that no single frame has, and nothing crawls. What was seen before is brought
along by its depth, and is believed only as far as it lies among the colours around its place now (Karis 2014, "High
quality temporal supersampling"). What no depth tells the way of, such as rain, spray and mirrored light, is mostly new.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import quadrants as qd
import torch

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.motion import point_at, was_seen, way_of
from oyster_cli.picture.post import bytes2, film_grain
from oyster_cli.picture.raster import floats1, ints1, vec4s
from oyster_cli.picture.surface import map4

ASIDE = ((0.0, -0.167), (-0.25, 0.167), (0.25, -0.389), (-0.375, -0.056), (0.125, 0.278), (-0.125, -0.278), (0.375, 0.056),
         (-0.438, 0.389))  # fmt: skip
STEP = np.float32(1 / 65535)  # the picture is kept in whole steps of this, so that it can be saved as whole numbers


def aside(frame: int) -> tuple[float, float]:
    """How far a frame is drawn beside its place, in pixels: points spread evenly over one (Halton 2, 3)."""
    return ASIDE[frame % len(ASIDE)]


class Gather:
    """The picture so far, of the film's size."""

    def __init__(self, size: tuple[int, int], sharp: bool = True) -> None:
        """size: of the film. sharp: whether a moving camera's picture is fetched by a cubic or, at half the cost, a line."""
        self.size, self._sharp = size, int(sharp)
        self._seen, self._next = (torch.zeros(size[0] * size[1], 4) for _ in range(2))  # red, green, blue, frames in it
        self._frame = -2

    def add(
        self, shown: torch.Tensor, ways: torch.Tensor, canvas: tuple[int, int], p: torch.Tensor, tile: torch.Tensor,
        frame: int, grain: float,
    ) -> torch.Tensor:  # fmt: skip
        """Add a frame drawn on a canvas and print the picture: (pixels, 3) uint8.

        p: the frame's numbers. ways: motion.track()'s, of what moved by itself.
        """
        out = torch.empty((self.size[0] * self.size[1], 3), dtype=torch.uint8)
        first = int(frame != self._frame + 1)
        gather(
            shown, *canvas, ways, self._seen, p, first, self._sharp, float(STEP), tile, frame, grain, *self.size,
            self._next, out,
        )  # fmt: skip
        self._seen, self._next = self._next, self._seen
        self._frame = frame
        return out

    def save(self) -> dict[str, Any]:
        """The picture as whole numbers, and the frame it was last added to."""
        seen = self._seen.numpy() / np.array([STEP, STEP, STEP, 1.0], np.float32) + 0.5
        return {"frame": self._frame, "seen": seen.astype(np.uint16)}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a saved picture."""
        self._frame = int(state["frame"])
        self._seen = torch.from_numpy(state["seen"].astype(np.float32) * np.array([STEP, STEP, STEP, 1.0], np.float32))


@qd.func
def sharp4(image: qd.template(), width, height, x, y):
    """A picture between its pixels by Catmull and Rom's cubic, which moved again and again stays sharp."""
    fx, fy = qd.floor(x), qd.floor(y)
    a, b = x - fx, y - fy
    i, j = qd.cast(fx, qd.i32) - 1, qd.cast(fy, qd.i32) - 1
    total = qd.Vector([0.0, 0.0, 0.0, 0.0])
    for r in qd.static(range(4)):
        row = qd.min(qd.max(j + r, 0), height - 1) * width
        line = qd.Vector([0.0, 0.0, 0.0, 0.0])
        for c in qd.static(range(4)):
            line += image[row + qd.min(qd.max(i + c, 0), width - 1)] * cubic(c, a)
        total += line * cubic(r, b)
    return total


@qd.func
def cubic(k: qd.template(), t):
    """Catmull and Rom's weight of the k-th of four points, t of the way from the second to the third."""
    w = 0.0
    if qd.static(k == 0):
        w = t * (-0.5 + t * (1.0 - 0.5 * t))
    elif qd.static(k == 1):
        w = 1.0 + t * t * (1.5 * t - 2.5)
    elif qd.static(k == 2):
        w = t * (0.5 + t * (2.0 - 1.5 * t))
    else:
        w = t * t * (0.5 * t - 0.5)
    return w


@qd.func
def between_five(c, n, so, w, e, a, b):
    """A frame's colour a, b beside a pixel's middle: a parabola through the neighbours on both axes."""
    now = c + (e - w) * (0.5 * a) + (e + w - c * 2.0) * (0.5 * a * a)
    return now + (so - n) * (0.5 * b) + (so + n - c * 2.0) * (0.5 * b * b)


@qd.func
def foremost(ways: qd.template(), at, depths):
    """The way of what is in front of five neighbouring pixels, since an edge goes with that, and its depth."""
    front, near = at[0], depths[0]
    for k in qd.static(range(1, 5)):
        if depths[k] < near:
            front, near = at[k], depths[k]
    return ways[front], near


@qd.func
def blended(p: qd.template(), now, old, low, high, floats, beside, off):
    """This frame and what was seen before, and how many frames are in it. off: how far beside its sample it is, squared."""
    room = (high - low) * 0.12 + 0.004
    kept = qd.min(qd.max(old, low - room), high + room)
    strange = qd.abs(old[0] - kept[0]) + qd.abs(old[1] - kept[1]) + qd.abs(old[2] - kept[2])
    frames = qd.min(qd.max(old[3], 0.0) * qd.max(1.0 - 6.0 * strange, 0.0), 20.0) + 1.0
    # a sample that lies here tells more than one beside
    new = qd.min(qd.max(1.0 / frames, 0.10) * qd.max(1.0 - 1.6 * off, 0.3) * 1.3, 1.0)
    if p[208] > 0.0:  # under water all light dances
        new = qd.max(new, 0.4)
    if floats:  # it flies by: of what was there before nothing is left
        new, frames = 0.95, 1.0
    elif frames < 3.0:  # what has just come into sight has only its neighbours to be smoothed with
        now += (beside - now) * 0.4
    colour = kept * (1.0 - new) + now * new
    return qd.Vector([colour[0], colour[1], colour[2], frames])


@qd.kernel(fastcache=True)
def gather(
    shown: vec4s, canvas_width: qd.i32, canvas_height: qd.i32, ways: ints1, seen: vec4s, p: floats1, first: qd.i32,
    sharp: qd.i32, step: qd.f32, tile: vec4s, frame: qd.i32, grain: qd.f32, width: qd.i32, height: qd.i32, out: vec4s,
    printed: bytes2,
):  # fmt: skip
    """shown: encoded picture and depth (negative where things fly by) of the canvas. out: the picture with this frame in it."""
    wide, high_px = qd.cast(canvas_width, qd.f32), qd.cast(canvas_height, qd.f32)
    across, along = wide / qd.cast(width, qd.f32), high_px / qd.cast(height, qd.f32)
    back_u, back_v = 1.0 / across, 1.0 / along
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        v = (qd.cast(y, qd.f32) + 0.5) * along + p[231]
        j = qd.min(qd.max(qd.cast(v, qd.i32), 0), canvas_height - 1)
        up, row, down = qd.max(j - 1, 0) * canvas_width, j * canvas_width, qd.min(j + 1, canvas_height - 1) * canvas_width
        b = v - qd.cast(j, qd.f32) - 0.5
        for x in range(x0, x1):
            pixel = y * width + x
            u = (qd.cast(x, qd.f32) + 0.5) * across + p[230]
            i = qd.min(qd.max(qd.cast(u, qd.i32), 0), canvas_width - 1)
            left, right = row + qd.max(i - 1, 0), row + qd.min(i + 1, canvas_width - 1)
            a = u - qd.cast(i, qd.f32) - 0.5
            c, n, so, w, e = shown[row + i], shown[up + i], shown[down + i], shown[left], shown[right]
            low = qd.min(c, qd.min(qd.min(n, so), qd.min(w, e)))
            high = qd.max(c, qd.max(qd.max(n, so), qd.max(w, e)))
            colour = qd.min(qd.max(between_five(c, n, so, w, e, a, b), low), high)
            colour[3] = 1.0
            if first == 0:
                old = seen[pixel]
                known = 1
                way = ways[row + i] | ways[up + i] | ways[down + i] | ways[left] | ways[right]
                if way != 0 or p[228] < 0.5:
                    depths = qd.abs(qd.Vector([c[3], n[3], so[3], w[3], e[3]]))
                    way, near = foremost(ways, qd.Vector([row + i, up + i, down + i, left, right]), depths)
                    moved = way_of(way)
                    pu, pv = u - p[230] - moved[0], v - p[231] - moved[1]
                    if way == 0 and p[228] < 0.5:
                        pu, pv = was_seen(p, point_at(p, u, v, near))
                    known = pu >= 0.0 and pv >= 0.0 and pu < wide and pv < high_px
                    if known and (way != 0 or p[228] < 0.5):
                        if sharp == 1:
                            old = sharp4(seen, width, height, pu * back_u - 0.5, pv * back_v - 0.5)
                        else:
                            old = map4(seen, height, width, pv * back_v - 0.5, pu * back_u - 0.5)
                if known:
                    colour = blended(p, colour, old, low, high, c[3] < 0.0, (n + so + w + e) * 0.25, a * a + b * b)
            noise = film_grain(tile, frame, x, y, colour, grain)
            for k in qd.static(range(3)):
                colour[k] = qd.cast(qd.cast(qd.min(qd.max(colour[k], 0.0), 1.0) * 65535.0 + 0.5, qd.i32), qd.f32) * step
                printed[pixel, k] = qd.cast(qd.min(qd.max((colour[k] + noise) * 255.0 + 0.5, 0.0), 255.0), qd.u8)
            out[pixel] = qd.Vector([colour[0], colour[1], colour[2], qd.floor(colour[3] + 0.5)])
