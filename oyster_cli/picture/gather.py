"""A picture gathered over time: every frame is drawn small and a hair aside, and each adds what the others did not see.

So edges are smooth, fine detail is there that no single frame has, and nothing crawls. What was seen before is brought
along by its depth, and is believed only as far as it lies among the colours around its place now (Karis 2014, "High
quality temporal supersampling"). What no depth tells the way of, such as rain, spray and mirrored light, is mostly new.
"""

from __future__ import annotations

from typing import Any

import quadrants as qd
import torch

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.motion import point_at, was_seen, way_of
from oyster_cli.picture.pick import greater, lesser
from oyster_cli.picture.post import bytes2, film_grain
from oyster_cli.picture.raster import floats1, ints1, vec4s

ASIDE = (-0.125, -0.375), (0.125, 0.375), (0.375, -0.125), (-0.375, 0.125)
# red, green, blue of 65535, and how many frames are in it, with 32768 more where something goes by fast
shorts4 = qd.types.ndarray(dtype=qd.types.vector(4, qd.u16), ndim=1)


def aside(frame: int) -> tuple[float, float]:
    """How far a frame is drawn beside its place, in pixels: four points, no two in a row or a column, opposite ones in turn.

    Two frames at each, one for either half of the chessboard that is lit: else the halves are lit at other places, and edges
    get teeth.
    """
    return ASIDE[frame // 2 % len(ASIDE)]


def spared_half(frame: int) -> int:
    """Which half of the chessboard is not lit: 0, 1, 1, 0 and so on, so that what goes by at a pixel a frame has its turn."""
    return (frame + 1) // 2 % 2


class Gather:
    """The picture so far, of the film's size."""

    def __init__(self, size: tuple[int, int], sharp: bool = True) -> None:
        """size: of the film. sharp: whether a moving camera's picture is fetched by a cubic or, at half the cost, a line."""
        self.size, self._sharp = size, int(sharp)
        self._seen, self._next = (torch.zeros(size[0] * size[1], 4, dtype=torch.uint16) for _ in range(2))
        self._frame = -2

    def is_new(self, frame: int) -> bool:
        """Whether nothing has been gathered up to the frame before this one."""
        return frame != self._frame + 1

    def add(
        self, shown: torch.Tensor, ways: torch.Tensor, canvas: tuple[int, int], p: torch.Tensor, half: int, frame: int,
        grain: float,
    ) -> torch.Tensor:  # fmt: skip
        """Add a frame drawn on a canvas and print the picture: (pixels, 3) uint8.

        p: the frame's numbers. ways: motion.track()'s, of what moved by itself. half: of the canvas that Painter.draw() spared.
        """
        out = torch.empty((self.size[0] * self.size[1], 3), dtype=torch.uint8)
        first = int(self.is_new(frame))
        gather(
            shown, *canvas, ways, self._seen, p, first, self._sharp, half, frame, grain, *self.size, self._next, out
        )  # fmt: skip
        self._seen, self._next = self._next, self._seen
        self._frame = frame
        return out

    def save(self) -> dict[str, Any]:
        """The picture as whole numbers, and the frame it was last added to."""
        return {"frame": self._frame, "seen": self._seen.numpy().copy()}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a saved picture."""
        self._frame = int(state["frame"])
        self._seen = torch.from_numpy(state["seen"].copy())


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
            line += qd.cast(image[row + qd.min(qd.max(i + c, 0), width - 1)], qd.f32) * cubic(c, a)
        total += line * cubic(r, b)
    return total


@qd.func
def smooth4(image: qd.template(), width, height, x, y):
    """A picture between its pixels by a line."""
    u = qd.min(qd.max(x, 0.0), qd.cast(width, qd.f32) - 1.001)
    v = qd.min(qd.max(y, 0.0), qd.cast(height, qd.f32) - 1.001)
    i, j = qd.cast(u, qd.i32), qd.cast(v, qd.i32)
    a, b = u - qd.cast(i, qd.f32), v - qd.cast(j, qd.f32)
    k = j * width + i
    low = qd.cast(image[k], qd.f32) * (1.0 - a) + qd.cast(image[k + 1], qd.f32) * a
    high = qd.cast(image[k + width], qd.f32) * (1.0 - a) + qd.cast(image[k + width + 1], qd.f32) * a
    return low * (1.0 - b) + high * b


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
def rgb(v):
    return qd.Vector([v[0], v[1], v[2]])


@qd.func
def foremost(ways: qd.template(), at, depths):
    """The way of what is in front of five neighbouring pixels, since an edge goes with that, and its depth."""
    front, near = at[0], depths[0]
    for k in qd.static(range(1, 5)):
        if depths[k] < near:
            front, near = at[k], depths[k]
    return ways[front], near


@qd.func
def share_of_new(p: qd.template(), frames, off, spare):
    """How much of a pixel this frame makes, the so manieth that is in it. off: how far beside its sample it is, squared.

    A sample that lies here tells more than one beside, or than the mean of its neighbours, and under water all light dances.
    """
    new = qd.min(qd.max(1.0 / frames, 0.10) * qd.max(1.3 - 2.08 * off, 0.39), 1.0)
    if spare and frames > 2.0:
        new *= 0.3
    if p[208] > 0.0:
        new = qd.max(new, 0.4)
    return new


@qd.func
def moved_by(p: qd.template(), ways: qd.template(), at, depths, u, v):
    """How far a point of the canvas moved in a frame, with what is in front of five pixels or because the camera did; and
    whether it is a thing that goes fast, more than a pixel and a half."""
    front, near = foremost(ways, at, depths)
    moved = way_of(front)
    fast = front != 0 and moved.dot(moved) > 2.25
    if front == 0 and p[228] < 0.5:
        pu, pv = was_seen(p, point_at(p, u, v, near))
        moved = qd.Vector([u - p[230] - pu, v - p[231] - pv])
    return moved, fast


@qd.func
def brought(seen: qd.template(), sharp, width, height, x, y):
    """What was seen before at a point of the film (pixels), of 65535, and the count of the pixel it lies in."""
    old = qd.Vector([0.0, 0.0, 0.0, 0.0])
    if sharp == 1:  # noqa: SIM108 the other would be worked out, too
        old = sharp4(seen, width, height, x - 0.5, y - 0.5)
    else:
        old = smooth4(seen, width, height, x - 0.5, y - 0.5)
    here = qd.min(qd.cast(y, qd.i32), height - 1) * width + qd.min(qd.cast(x, qd.i32), width - 1)
    return rgb(old), qd.cast(seen[here][3], qd.i32)


@qd.func
def blended(p: qd.template(), now, was, count, least, most, beside, off, spare, flies):
    """This frame and what was seen before as far as it lies among the colours around it, and how many frames are in it."""
    kept = lesser(greater(was, least), most)
    strange = qd.abs(was[0] - kept[0]) + qd.abs(was[1] - kept[1]) + qd.abs(was[2] - kept[2])
    frames = 1.0 + qd.min(qd.cast(count, qd.f32) * qd.max(1.0 - 6.0 * strange, 0.0), 20.0)
    new, colour = share_of_new(p, frames, off, spare), now
    if flies:  # of what was there before it nothing is left
        new, frames = 0.95, 1.0
    elif frames < 3.0:  # what has just come into sight has only its neighbours to be smoothed with
        colour += (beside - now) * 0.4
    return kept + (colour - kept) * new, frames


@qd.kernel(fastcache=True)
def gather(
    shown: vec4s, canvas_width: qd.i32, canvas_height: qd.i32, ways: ints1, seen: shorts4, p: floats1, first: qd.i32,
    sharp: qd.i32, half: qd.i32, frame: qd.i32, grain: qd.f32, width: qd.i32, height: qd.i32, out: shorts4, printed: bytes2,
):  # fmt: skip
    """shown: encoded picture and depth (negative where things fly by) of the canvas. out: the picture with this frame in it.

    What is known of a pixel of the canvas serves all pixels of the film that lie in it.
    """
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        wide, high_px = qd.cast(canvas_width, qd.f32), qd.cast(canvas_height, qd.f32)
        across, along = wide / qd.cast(width, qd.f32), high_px / qd.cast(height, qd.f32)
        back_u, back_v, aside, still = 1.0 / across, 1.0 / along, p[230], p[228] > 0.5
        v = (qd.cast(y, qd.f32) + 0.5) * along + p[231]
        j = qd.min(qd.max(qd.cast(v, qd.i32), 0), canvas_height - 1)
        up, row, down = qd.max(j - 1, 0) * canvas_width, j * canvas_width, qd.min(j + 1, canvas_height - 1) * canvas_width
        b = v - qd.cast(j, qd.f32) - 0.5
        last, left, right, moves, spare = -1, row, row, False, False
        none = qd.Vector([0.0, 0.0, 0.0])
        middle, tilt, bow, low, high, least, most, beside = none, none, none, none, none, none, none, none
        moved, fast, flies = qd.Vector([0.0, 0.0]), False, False
        for x in range(x0, x1):
            pixel = y * width + x
            u = (qd.cast(x, qd.f32) + 0.5) * across + aside
            i = qd.min(qd.max(qd.cast(u, qd.i32), 0), canvas_width - 1)
            if i != last:
                last, left, right = i, row + qd.max(i - 1, 0), row + qd.min(i + 1, canvas_width - 1)
                c4, n4, s4, w4, e4 = shown[row + i], shown[up + i], shown[down + i], shown[left], shown[right]
                c, n, so, w, e = rgb(c4), rgb(n4), rgb(s4), rgb(w4), rgb(e4)
                flies, fast, spare = c4[3] < 0.0, False, (i + j) & 1 == 1 - half
                moves = not still or (ways[row + i] | ways[up + i] | ways[down + i] | ways[left] | ways[right]) != 0
                if moves and first == 0:
                    depths = qd.abs(qd.Vector([c4[3], n4[3], s4[3], w4[3], e4[3]]))
                    at = qd.Vector([row + i, up + i, down + i, left, right])
                    moved, fast = moved_by(p, ways, at, depths, qd.cast(i, qd.f32) + 0.5, v)
                # a parabola through the neighbours, on either axis
                middle = c + (so - n) * (0.5 * b) + (so + n - c * 2.0) * (0.5 * b * b)
                tilt, bow = (e - w) * 0.5, (e + w) * 0.5 - c
                low = lesser(c, lesser(lesser(n, so), lesser(w, e)))
                high = greater(c, greater(greater(n, so), greater(w, e)))
                room = (high - low) * 0.12 + 0.004
                least, most = low - room, high + room
                beside = (n + so + w + e) * 0.25
            a = u - qd.cast(i, qd.f32) - 0.5
            colour = lesser(greater(middle + (tilt + bow * a) * a, low), high)
            frames = 1.0
            if first == 0:
                pu, pv = u - aside - moved[0], v - p[231] - moved[1]
                if pu >= 0.0 and pv >= 0.0 and pu < wide and pv < high_px:
                    was, count = colour, 0
                    if moves:
                        was, count = brought(seen, sharp, width, height, pu * back_u, pv * back_v)
                    else:
                        was, count = rgb(qd.cast(seen[pixel], qd.f32)), qd.cast(seen[pixel][3], qd.i32)
                    was *= 1.5259022e-5
                    if count > 32767 and not fast:  # what a fast thing has bared was not seen before
                        was, count = colour, 0
                    colour, frames = blended(p, colour, was, count & 32767, least, most, beside, a * a + b * b, spare, flies)
            noise = film_grain(frame, x, y, colour, grain) * 255.0 + 0.5
            for k in qd.static(range(3)):
                colour[k] = qd.min(qd.max(colour[k], 0.0), 1.0)
                printed[pixel, k] = qd.cast(qd.min(qd.max(colour[k] * 255.0 + noise, 0.0), 255.0), qd.u8)
            colour = colour * 65535.0 + 0.5
            out[pixel] = qd.cast(qd.Vector([colour[0], colour[1], colour[2], frames + (32768.5 if fast else 0.5)]), qd.u16)
