"""What is sent to a terminal, read back the way a terminal reads it."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from oyster_cli.preview import encode


def cells(line: bytes, pattern: bytes) -> list[tuple[int, ...]]:
    return [tuple(int(n) for n in found) for found in re.findall(pattern, line)]


def test_each_cell_carries_the_pixel_above_and_the_pixel_below():
    picture = np.random.default_rng(1).integers(0, 256, (6, 5, 3), dtype=np.uint8)
    lines = encode.blocks(picture)
    assert len(lines) == 3
    pattern = rb"\x1b\[38;2;(\d+);(\d+);(\d+);48;2;(\d+);(\d+);(\d+)m\xe2\x96\x80"
    for row, line in enumerate(lines):
        expected = [(*picture[2 * row, x].tolist(), *picture[2 * row + 1, x].tolist()) for x in range(5)]
        assert cells(line, pattern) == expected
        assert line.endswith(b"\x1b[0m")


def table() -> dict[int, np.ndarray]:
    """The 240 fixed colours of a 256-colour terminal."""
    steps = [0, 95, 135, 175, 215, 255]
    cube = {
        16 + 36 * r + 6 * g + b: np.array([steps[r], steps[g], steps[b]]) for r in range(6) for g in range(6) for b in range(6)
    }
    return cube | {232 + n: np.full(3, 8 + 10 * n) for n in range(24)}


def test_256_colours_are_the_nearest_there_are():
    colours = np.random.default_rng(2).integers(0, 256, (300, 3), dtype=np.uint8)
    fixed = table()
    for colour, number in zip(colours.astype(int), encode.table_colour(colours), strict=True):
        nearest = min(np.sum((colour - other) ** 2) for other in fixed.values())
        assert np.sum((colour - fixed[int(number)]) ** 2) == nearest


def test_kitty_chunks_join_to_a_png_of_the_same_size():
    picture = np.random.default_rng(3).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    parts = re.findall(rb"\x1b_G([^;]*);([^\x1b]*)\x1b\\", encode.kitty(picture, 40, 12))
    assert all(len(data) <= encode.KITTY_CHUNK for _, data in parts)
    assert [keys.rpartition(b"m=")[2] for keys, _ in parts] == [b"1"] * (len(parts) - 1) + [b"0"]
    assert b"c=40,r=12," in parts[0][0]
    with Image.open(io.BytesIO(base64.b64decode(b"".join(data for _, data in parts)))) as image:
        assert (image.format, image.size) == ("PNG", (160, 90))


def test_iterm_image_says_its_size_and_is_a_jpeg():
    picture = np.full((40, 60, 3), (200, 30, 90), np.uint8)
    head, data = re.fullmatch(rb"\x1b\]1337;File=([^:]*):([^\x07]*)\x07", encode.iterm(picture, 30, 10)).groups()
    assert f"size={len(base64.b64decode(data))}".encode() in head.split(b";")
    with Image.open(io.BytesIO(base64.b64decode(data))) as image:
        assert np.array(image).mean(axis=(0, 1)) == pytest.approx([200, 30, 90], abs=4)
