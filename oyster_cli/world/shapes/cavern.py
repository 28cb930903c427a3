"""The rock of a cave: a tube along a crooked line, with lumps, ledges and flowstone, in patches with levels of detail."""

from __future__ import annotations

import numpy as np
import torch
from scipy.ndimage import uniform_filter

from oyster_cli.picture.curve import Curve
from oyster_cli.picture.kinds import ROCK, Mesh
from oyster_cli.picture.mesh import lattice, smooth_normals
from oyster_cli.state import draw
from oyster_cli.world import noise
from oyster_cli.world.ground import Axis

PATCH = 32  # cells along a side of a patch
LEVELS = 3  # of detail: every node, every second, every fourth
MIDDLE_M = 0.8  # height of the line about which the tube is drawn
BELOW_M = 2.4  # how far it reaches under that line, beneath the floor
SQUARE = 2.3  # of its section: 2 is an ellipse
COLUMNS = 289
# limestone, flowstone, ochre, mud, black
PAINT = np.array([(0.25, 0.225, 0.19), (0.50, 0.42, 0.31), (0.36, 0.21, 0.095), (0.15, 0.11, 0.075), (0.06, 0.05, 0.045)])


class Tube:
    """A cave before it is rough. plan rows: metres along z, middle x, half width, height of the roof."""

    def __init__(self, seed: int, plan: np.ndarray) -> None:
        self.seed, self.plan = seed, plan
        self._z = np.arange(plan[0, 0], plan[-1, 0] + 0.05, 0.1)
        self._curves = Curve(plan[:, 0], plan[:, 1:])(self._z).T

    def at(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Middle x, half width and height of the roof along z."""
        middle, wide, high = (np.interp(z, self._z, curve) for curve in self._curves)
        return middle, wide, high

    def depth(self, points: np.ndarray) -> np.ndarray:
        """0 on the middle line, 1 on the wall, for points (…, 3): how far out a point is, whatever the tube's size there."""
        middle, wide, high = self.at(points[..., 2])
        up = points[..., 1] - MIDDLE_M
        tall = np.where(up > 0, high - MIDDLE_M, BELOW_M)
        sum_ = (np.abs(points[..., 0] - middle) / wide) ** SQUARE + (np.abs(up) / tall) ** SQUARE
        beyond = np.maximum(self.plan[0, 0] - points[..., 2], points[..., 2] - self.plan[-1, 0])
        return np.asarray(sum_ ** (1 / SQUARE) + np.maximum(beyond, 0.0))

    def noise3(self, name: str, points: np.ndarray, wave_m: float, octaves: int = 3) -> np.ndarray:
        """Noise in space, standard deviation 0.25: the mean of three planes' noise."""
        x, y, z = (torch.from_numpy(np.ascontiguousarray(points[..., k], np.float32)) for k in range(3))
        key = int(draw(self.seed, "cavern", name).integers(1 << 30))
        planes = [noise.fbm(a, b, wave_m, key + 77 * k, octaves) for k, (a, b) in enumerate(((x, y), (y, z), (z, x)))]
        return np.asarray((planes[0] + planes[1] + planes[2]).numpy() / np.sqrt(3), np.float64)

    def ridge3(self, name: str, points: np.ndarray, wave_m: float) -> np.ndarray:
        """Round lumps that meet in creases, 0 in a crease and about 1 on a lump."""
        return np.minimum(np.abs(self.noise3(name, points, wave_m, 2)) * 3.2, 1.3) ** 0.7

    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        """(rows, COLUMNS, 3) points of the rough wall and their normals, which look inwards."""
        z = Axis.reaching(float(self.plan[0, 0]), float(self.plan[-1, 0]), 225, 0.11).nodes().astype(float)
        middle, wide, high = (value[:, None] for value in self.at(z))
        turn = self._turns()
        out, up = np.cos(turn), np.sin(turn)
        radius = (np.abs(out) ** SQUARE + np.abs(up) ** SQUARE) ** (-1 / SQUARE)
        tall = np.where(up > 0, high - MIDDLE_M, BELOW_M)
        points = np.stack(np.broadcast_arrays(middle + wide * out * radius, MIDDLE_M + tall * up * radius, z[:, None]), -1)
        triangles = lattice(*points.shape[:2])
        for rough in (self._broad, self._fine):
            normals = -smooth_normals(points.reshape(-1, 3), triangles).reshape(points.shape)
            points = points - normals * rough(points)[..., None]
        return points, -smooth_normals(points.reshape(-1, 3), triangles).reshape(points.shape)

    def _turns(self) -> np.ndarray:
        """Angles about the middle line, evenly apart along the wall: from right under the floor over the roof to the left."""
        fine = np.linspace(-0.42 * np.pi, 1.42 * np.pi, 4001)
        radius = (np.abs(np.cos(fine)) ** SQUARE + np.abs(np.sin(fine)) ** SQUARE) ** (-1 / SQUARE)
        step = np.hypot(np.diff(7.0 * np.cos(fine) * radius), np.diff(4.0 * np.sin(fine) * radius))
        along = np.concatenate([[0.0], np.cumsum(step)])
        return np.interp(np.linspace(0.0, along[-1], COLUMNS), along, fine)[None]

    def _broad(self, points: np.ndarray) -> np.ndarray:
        """Bays, buttresses and ledges, metres outwards."""
        squeezed = points * [1.0, 1.6, 1.0]
        bays = 1.5 * self.noise3("bays", points, 6.5) + 0.55 * self.noise3("lumps", squeezed, 2.4)
        bed = points[..., 1] + 0.9 * self.noise3("tilt", points, 7.0) + 0.10 * points[..., 0]
        shelf = np.abs((bed / 0.85) % 1.0 - 0.5) * 2.0  # beds of limestone: the softer ones have been eaten away
        wall = np.clip(1.2 - np.abs(points[..., 1] - 1.6) / 2.2, 0.0, 1.0)
        return bays + 0.22 * wall * (shelf - 0.5) * np.clip(1.0 + 3.0 * self.noise3("shelf", points, 3.0), 0.0, 1.6)

    def _fine(self, points: np.ndarray) -> np.ndarray:
        """Flowstone that hangs down the walls in folds, scallops, grit."""
        hung = points * [1.0, 0.28, 1.0]
        flow = self.flowstone(points)
        folds = 0.5 - self.ridge3("folds", hung, 0.9)
        scallops = self.ridge3("scallops", points, 0.75) - 0.5
        joint = np.exp(-((self.noise3("joints", points, 2.6, 2) / 0.02) ** 2)) * (1.0 - flow)
        stone = 0.17 * scallops + 0.16 * joint + 0.10 * self.noise3("chips", points, 0.6, 2)
        return 0.40 * flow * folds + (1.0 - flow) * stone + 0.04 * self.noise3("grit", points, 0.45)

    def flowstone(self, points: np.ndarray) -> np.ndarray:
        """How much of a place is covered with calcite that has run down it, 0 … 1."""
        return np.clip(0.35 + 2.4 * self.noise3("flowstone", points * [1.0, 0.45, 1.0], 4.5), 0.0, 1.0)

    def colours(self, points: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """(…, 3) albedo: grey limestone, cream flowstone, ochre stains, mud low down, black streaks from the roof."""
        hung = points * [1.0, 0.2, 1.0]
        colour = np.broadcast_to(PAINT[0], points.shape) * (1.0 + 0.9 * self.noise3("tone", points, 1.2))[..., None]
        mud = np.clip(1.1 - points[..., 1] / 0.9 + 2.0 * self.noise3("mud", points, 1.5), 0.0, 1.0)
        stain = np.clip(3.0 * self.noise3("stain", hung, 1.6) - 0.15, 0.0, 0.8)
        streak = np.clip(4.0 * self.noise3("streak", points * [1.0, 0.10, 1.0], 0.8, 4) - 0.8, 0.0, 0.8)
        for share, tint in ((self.flowstone(points), 1), (stain, 2), (0.8 * mud, 3), (streak * (normals[..., 1] < 0.2), 4)):
            colour = colour + (PAINT[tint] - colour) * share[..., None]
        return np.clip(colour, 0.02, 0.8)


def openness(points: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """(rows, columns) how open a wall lies: little in hollows, 1 where it bulges. By its distance from its own mean."""
    open_ = np.ones(points.shape[:2])
    for nodes, depth_m in ((5, 0.10), (17, 0.40)):
        inwards = ((points - uniform_filter(points, (nodes, nodes, 0), mode="nearest")) * normals).sum(-1)
        open_ *= np.clip(0.92 + inwards / depth_m * 0.6, 0.35, 1.12)
    return np.clip(open_, 0.15, 1.15)


def patches(points: np.ndarray, normals: np.ndarray, colours: np.ndarray, seen: np.ndarray) -> list[list[Mesh]]:
    """The wall cut into patches, each in LEVELS levels, finest first. Borders run straight from every fourth node to the
    next in all levels, so that no gap opens between neighbours. seen: (rows, columns) share of the surroundings."""
    whole = np.concatenate([points, normals, colours, seen[..., None]], axis=-1)
    rows, columns = points.shape[:2]
    out = []
    for r in range(0, rows - 1, PATCH):
        for c in range(0, columns - 1, PATCH):
            block = _hemmed(whole[r : r + PATCH + 1, c : c + PATCH + 1].copy())
            out.append([_patch(block[:: 1 << level, :: 1 << level]) for level in range(LEVELS)])
    return out


def _hemmed(block: np.ndarray) -> np.ndarray:
    for line in (block[0], block[-1], block[:, 0], block[:, -1]):
        index, whole = np.arange(len(line)), np.arange(0, len(line), 1 << (LEVELS - 1))
        for k in range(3):
            line[:, k] = np.interp(index, whole, line[whole, k])
    return block


def _patch(block: np.ndarray) -> Mesh:
    flat = block.reshape(-1, 10).astype(np.float32)
    n = len(flat)
    return Mesh(flat[:, :3], flat[:, 3:6], flat[:, 6:9], lattice(*block.shape[:2]).astype(np.int32), np.full(n, ROCK, np.int32),
                np.zeros(n, np.float32), flat[:, 9])  # fmt: skip
