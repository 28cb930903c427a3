"""Neon signs: words written with bent glass tubes, in a stroke font of its own, before a board."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import GLOW, METAL, Mesh, join
from oyster_cli.picture.mesh import box, facets, placed, tubes, turn

# Strokes on a grid 4 wide and 6 high: each pair of digits is a point (x, y).
_GLYPHS = {
    "&": "40051636050110304143", "'": "2625", "-": "1333", "0": "160501103041453616", "1": "152620", "2": "05163645440040",
    "3": "0516364544332341301001", "4": "30360242", "5": "46060333423010", "6": "4536160501103041423303", "7": "064610",
    "8": "1304051636454433424130100102 1333", "9": "43130516364541301001", "A": "002640 1232",
    "B": "0006364544330333424130 3000", "C": "4536160501103041", "D": "000636454130 3000", "E": "46060040 0333",
    "F": "460600 0333", "G": "453616050110304143 4323", "H": "0006 4046 0343", "I": "2026", "J": "464130100102",
    "K": "0006 4603 0340", "L": "060040", "M": "0006234640", "N": "00064046", "O": "160501103041453616",
    "P": "00063645443303", "Q": "160501103041453616 2240", "R": "00063645443303 2340", "S": "453616050413334241301001",
    "T": "0646 2620", "U": "060110304146", "V": "062046", "W": "0610233046", "X": "0046 0640", "Y": "0623 4623 2320",
    "Z": "06460040",
}  # fmt: skip
INK = {
    "red": (20.0, 0.9, 0.35), "pink": (20.0, 1.4, 7.0), "blue": (0.7, 3.4, 22.0), "cyan": (0.8, 13.0, 17.0),
    "green": (0.9, 17.0, 3.0),
    "amber": (20.0, 7.5, 0.6), "white": (14.0, 12.5, 10.5), "violet": (8.0, 1.2, 22.0),
}  # fmt: skip


@dataclass(frozen=True)
class Sign:
    """A sign, facing -z with its middle on the origin: a board that stays and tubes that can be switched."""

    board: Mesh
    glow: Mesh
    far: Mesh  # its tubes as ribbons, to be seen from afar
    size: tuple[float, float]  # width and height in metres
    colour: tuple[float, float, float]  # the tubes' light, largest component 1


def neon(
    word: str,
    ink: str = "red",
    letter_m: float = 0.45,
    upright: bool = False,
    both_sides: bool = False,
    border: str | None = None,
) -> Sign:
    """A word in neon; upright: letters below each other. border: the ink of a tube around the edge. Unknown letters: gaps."""
    wide, high = letter_m * 4 / 6, letter_m
    step = np.array([0.0, -1.32 * high]) if upright else np.array([1.36 * wide, 0.0])
    first = -step * (len(word) - 1) / 2
    strokes = [line for k, letter in enumerate(word.upper()) for line in _strokes(letter, first + k * step, wide, high)]
    size = (wide, high) + np.abs(step) * (len(word) - 1) + 0.75 * letter_m
    thick = 0.03 * letter_m + 0.004
    lines = [(line, thick, INK[ink]) for line in strokes]
    if border:
        x, y = size / 2 - 0.13 * letter_m
        lines.append((np.array([(0, y), (x, y), (x, -y), (-x, -y), (-x, y), (0, y)]), 0.7 * thick, INK[border]))
    glow, far = (placed(join([shape(*line) for line in lines]), (0, 0, -0.11)) for shape in (_bent, _ribbon))
    board = box((size[0], size[1], 0.12), 0.02, (0.02, 0.021, 0.025), METAL)
    if both_sides:
        glow, far = (join([each, placed(each, rotation=turn("y", 180))]) for each in (glow, far))
    colour = np.array(INK[ink]) / max(INK[ink])
    return Sign(board, glow, far, (float(size[0]), float(size[1])), (float(colour[0]), float(colour[1]), float(colour[2])))


def _strokes(letter: str, middle: np.ndarray, wide: float, high: float) -> list[np.ndarray]:
    """Polylines (n, 2) of a letter about its middle."""
    found = []
    for stroke in _GLYPHS.get(letter, "").split():
        grid = np.array([int(digit) for digit in stroke], float).reshape(-1, 2)
        found.append(middle + (grid / [4, 6] - 0.5) * [wide, high])
    return found


def _bent(line: np.ndarray, radius: float, colour: tuple[float, float, float]) -> Mesh:
    """A glass tube along a polyline in the x-y plane, bent at the corners."""
    edge = np.diff(line, axis=0)
    length = np.linalg.norm(edge, axis=1, keepdims=True)
    cut = edge * np.minimum(0.35, 4 * radius / length)
    corner, before, after = line[1:-1], line[1:-1] - cut[:-1], line[1:-1] + cut[1:]
    bends = np.stack([before, (before + after) / 4 + corner / 2, after], axis=1).reshape(-1, 2)
    line = np.concatenate([line[:1], bends, line[-1:]])
    path = np.column_stack([line, np.zeros(len(line))])
    return tubes(path[None], np.full((1, len(path)), radius), 5, colour, GLOW, beside=np.array([0.0, 0.0, 1.0]))


def _ribbon(line: np.ndarray, radius: float, colour: tuple[float, float, float]) -> Mesh:
    """The same tube as flat strips, one a straight piece of it."""
    edge = np.diff(line, axis=0)
    out = np.stack([-edge[:, 1], edge[:, 0]], 1) * (radius / np.linalg.norm(edge, axis=1, keepdims=True))
    corners = np.stack([line[:-1] - out, line[:-1] + out, line[1:] + out, line[1:] - out], axis=1)
    return facets(np.concatenate([corners, np.zeros((*corners.shape[:2], 1))], axis=2), colour, GLOW)
