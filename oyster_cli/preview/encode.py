"""A picture as the bytes a terminal shows: half blocks, kitty graphics, iTerm2 images. Knows nothing of films or of time."""

from __future__ import annotations

import base64
import io

import numpy as np

KITTY_CHUNK = 4096  # the protocol's limit for one escape
KITTY_IMAGE = 77  # one image id, replaced by every frame
_DIGITS = np.array([list(f"{n:03}".encode()) for n in range(256)], dtype=np.uint8)  # (256, 3): terminals read 007 as 7
_TRUE = b"\x1b[38;2;000;000;000;48;2;000;000;000m\xe2\x96\x80"
_TABLE = b"\x1b[38;5;000;48;5;000m\xe2\x96\x80"


def blocks(picture: np.ndarray, truecolor: bool = True) -> list[bytes]:
    """One line of bytes per two rows of pixels, each cell an upper half block. picture: (even height, width, 3) uint8."""
    top, bottom = picture[0::2], picture[1::2]  # (rows, cols, 3)
    if truecolor:
        numbers = np.concatenate([top, bottom], axis=2)
        cell, offsets = _TRUE, [7, 11, 15, 24, 28, 32]
    else:
        numbers = np.stack([table_colour(top), table_colour(bottom)], axis=2)
        cell, offsets = _TABLE, [7, 16]
    grid = np.tile(np.frombuffer(cell, np.uint8), (*top.shape[:2], 1))  # (rows, cols, bytes)
    for place, number in zip(offsets, np.moveaxis(numbers, 2, 0), strict=True):
        grid[:, :, place : place + 3] = _DIGITS[number]
    return [row.tobytes() + b"\x1b[0m" for row in grid]


def table_colour(picture: np.ndarray) -> np.ndarray:
    """The nearest of the 6x6x6 cube and the 24 greys of a 256-colour terminal; (…, 3) uint8 -> (…) uint8."""
    rgb = picture.astype(np.int32)
    steps = np.array([0, 95, 135, 175, 215, 255])
    index = (rgb[..., None] >= (steps[:-1] + steps[1:]) / 2).sum(axis=-1)
    cube = 16 + index @ np.array([36, 6, 1])
    level = np.clip((rgb.mean(axis=-1) - 3) // 10, 0, 23).astype(np.int32)
    grey_off = ((rgb - (8 + 10 * level)[..., None]) ** 2).sum(axis=-1)
    cube_off = ((rgb - steps[index]) ** 2).sum(axis=-1)
    return np.where(grey_off < cube_off, 232 + level, cube).astype(np.uint8)


def kitty(picture: np.ndarray, cols: int, rows: int) -> bytes:
    """The kitty graphics protocol: a palette PNG drawn over cols x rows cells, taking the place of the frame before."""
    data = base64.b64encode(_compressed(picture, "PNG"))
    chunks = [data[i : i + KITTY_CHUNK] for i in range(0, len(data), KITTY_CHUNK)]
    head = f"a=T,f=100,i={KITTY_IMAGE},p=1,q=2,C=1,c={cols},r={rows},".encode()
    more = [b"1"] * (len(chunks) - 1) + [b"0"]
    return b"".join(
        b"\x1b_G" + (head if i == 0 else b"") + b"m=" + flag + b";" + chunk + b"\x1b\\"
        for i, (flag, chunk) in enumerate(zip(more, chunks, strict=True))
    )


def kitty_clear() -> bytes:
    """Takes the image away again and frees it in the terminal."""
    return f"\x1b_Ga=d,d=I,i={KITTY_IMAGE},q=2\x1b\\".encode()


def iterm(picture: np.ndarray, cols: int, rows: int) -> bytes:
    """An iTerm2 inline image: a JPEG drawn over cols x rows cells."""
    data = _compressed(picture, "JPEG")
    head = f"\x1b]1337;File=inline=1;size={len(data)};width={cols};height={rows};preserveAspectRatio=0:"
    return head.encode() + base64.b64encode(data) + b"\x07"


def _compressed(picture: np.ndarray, form: str) -> bytes:
    from PIL import Image

    image = Image.fromarray(picture)
    out = io.BytesIO()
    if form == "PNG":  # 128 colours: a twentieth of the bytes of raw pixels, and faster than half blocks
        image.quantize(128, Image.Quantize.FASTOCTREE).save(out, "PNG", compress_level=1)
    else:
        image.save(out, "JPEG", quality=70)
    return out.getvalue()
