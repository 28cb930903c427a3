"""What stands before the lens into a visibility buffer, without drawing what other things hide.

First goes what was seen a frame ago; what that leaves open in every 4 x 4 pixels is known then, and of all else only what may
show there is drawn. A piece that is left out could not have changed a pixel, so the buffer is the same whatever was seen
before, bit for bit.
"""

from __future__ import annotations

import numpy as np
import quadrants as qd
import torch

from oyster_cli.picture.raster import floats1, floats2, ints1, ints2, longs1, place, raster
from oyster_cli.picture.stage import Stage, Visible
from oyster_cli.picture.view import View

EMPTY = 0x7FFFFFFFFFFFFFFF
TILE = 4


@qd.func
def room_to_sway(inst: qd.template(), k):
    """How far, at most, the wind takes a point of an instance from where it stands; see raster.blown."""
    gust = inst[k, 17]
    return inst[k, 15] * (0.0011 * gust * gust + 0.0113 * gust) + 0.008 * gust * qd.min(inst[k, 15] * 1e3, 1.0)


@qd.kernel(fastcache=True)
def open_to_view(
    vis: longs1, width: qd.i32, height: qd.i32, slots: ints2, asked: ints1, count: qd.i32, boxes: floats2, inst: floats2,
    p: floats1, columns: qd.i32, rows: qd.i32, tiles: ints1, answer: ints1,
):  # fmt: skip
    """Which of the slots asked for may show: 1 unless every tile before the piece's box is nearer than all of the box.

    tiles: the high word (small is near) of the farthest of every 4 x 4 pixels.
    """
    for t in range(columns * rows):
        x0, y0 = t % columns * 4, t // columns * 4
        most = qd.i64(0)
        for y in range(y0, qd.min(y0 + 4, height)):
            for x in range(x0, qd.min(x0 + 4, width)):
                most = qd.max(most, vis[y * width + x])
        tiles[t] = qd.cast(most >> qd.i64(32), qd.i32)
    for turn in range(count):
        k, piece = slots[asked[turn], 2], slots[asked[turn], 5]
        left, right, top, bottom, near = 1e9, -1e9, 1e9, -1e9, 1e9
        for corner in range(8):
            q = place(inst, k, boxes[piece, corner & 1], boxes[piece, 2 + ((corner >> 1) & 1)], boxes[piece, 4 + (corner >> 2)])
            q -= qd.Vector([p[0], p[1], p[2]])
            z = q[0] * p[12] + q[1] * p[13] + q[2] * p[14]
            x = p[7] + p[3] * (q[0] * p[4] + q[1] * p[5] + q[2] * p[6]) / qd.max(z, 1e-3)
            y = p[11] - p[3] * (q[0] * p[8] + q[1] * p[9] + q[2] * p[10]) / qd.max(z, 1e-3)
            left, right, top, bottom = qd.min(left, x), qd.max(right, x), qd.min(top, y), qd.max(bottom, y)
            near = qd.min(near, z)
        margin = room_to_sway(inst, k)
        near -= margin
        shows = 1
        if near > p[15]:
            edge = 1.0 + margin * p[3] / near
            nearest = 2147483647 - qd.bit_cast(1.001 / near, qd.i32)
            x0, x1 = qd.max(left - edge, 0.0), qd.min(right + edge, qd.cast(columns, qd.f32) * 4.0 - 1.0)
            y0, y1 = qd.max(top - edge, 0.0), qd.min(bottom + edge, qd.cast(rows, qd.f32) * 4.0 - 1.0)
            shows = 0
            if x0 <= x1 and y0 <= y1:
                i0, i1 = qd.cast(x0, qd.i32) // 4, qd.cast(x1, qd.i32) // 4
                j = qd.cast(y0, qd.i32) // 4
                while shows == 0 and j <= qd.cast(y1, qd.i32) // 4:
                    for i in range(i0, i1 + 1):
                        if tiles[j * columns + i] >= nearest:
                            shows = 1
                    j += 1
        answer[turn] = shows


def draw(
    stage: Stage, visible: Visible, chosen: np.ndarray, instances: torch.Tensor, p: torch.Tensor, size: tuple[int, int],
    verts: torch.Tensor, vis: torch.Tensor,
) -> None:  # fmt: skip
    """Add the chosen slots of what is visible to a buffer. verts: (visible.vertices, 4) their corners before the camera."""
    vertex_work, triangle_work = visible.work(chosen)
    if len(chosen):
        raster(
            stage.points, instances, stage.triangles, visible.slots, p, vertex_work, len(vertex_work), triangle_work,
            len(triangle_work), *size, verts, vis,
        )  # fmt: skip


class Sight:
    """The visibility buffer of a stage."""

    def __init__(self, stage: Stage, size: tuple[int, int]) -> None:
        self.stage, self.size = stage, size
        self.vis = torch.empty(size[0] * size[1], dtype=torch.int64)
        self.verts = torch.zeros(1 << 16, 4)
        self.shown = torch.zeros(1 << 12, dtype=torch.int32)  # slots that own a pixel, to be marked by who reads the buffer
        self._tiled = -(-size[0] // TILE), -(-size[1] // TILE)
        self._tiles = torch.zeros(self._tiled[0] * self._tiled[1], dtype=torch.int32)
        self._visible: Visible | None = None

    def look(self, view: View, p: torch.Tensor, detail: float) -> Visible:
        """Draw what a view sees. p: the numbers of the frame."""
        before = self._seen_last()
        self._visible = visible = self.stage.visible(view, detail)
        count = len(visible.keys)
        if visible.vertices > len(self.verts):
            self.verts = torch.zeros(visible.vertices * 5 // 4, 4)
        if count > len(self.shown):
            self.shown = torch.zeros(count * 5 // 4, dtype=torch.int32)
        self.shown.zero_()
        self.vis.fill_(EMPTY)
        first = np.isin(visible.keys, before) if len(before) else np.ones(count, bool)
        self._draw(visible, np.flatnonzero(first), p)
        rest = np.flatnonzero(~first)
        if len(rest):
            self._draw(visible, rest[self._open(visible, rest, p)], p)
        return visible

    def _draw(self, visible: Visible, chosen: np.ndarray, p: torch.Tensor) -> None:
        draw(self.stage, visible, chosen, self.stage.instances, p, self.size, self.verts, self.vis)

    def _open(self, visible: Visible, rest: np.ndarray, p: torch.Tensor) -> np.ndarray:
        """Which slots are not hidden behind what has been drawn."""
        asked, answer = torch.from_numpy(rest.astype(np.int32)), torch.empty(len(rest), dtype=torch.int32)
        open_to_view(
            self.vis, *self.size, visible.slots, asked, len(rest), self.stage.boxes, self.stage.instances, p, *self._tiled,
            self._tiles, answer,
        )  # fmt: skip
        return answer.numpy() > 0

    def _seen_last(self) -> np.ndarray:
        """Keys of the pieces that owned a pixel when the buffer was last read; none if nobody has marked them."""
        if self._visible is None:
            return np.empty(0, np.int64)
        keys = self._visible.keys
        return keys[self.shown.numpy()[: len(keys)] > 0]
