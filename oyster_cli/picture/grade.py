"""A look laid over the encoded picture: a table of colours, looked up between its nodes, and the edges darkened."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import quadrants as qd
import torch

from oyster_cli.picture.deal import row_and_columns, turns
from oyster_cli.picture.raster import vec4s
from oyster_cli.script.looks import FilmLook

NODES = 17  # of the table along red, green and blue
MIDDLE = 0.4614  # middle grey, 18 %, as it is encoded (sRGB)
LUMA = np.array([0.2126, 0.7152, 0.0722])


def graded(look: FilmLook, colour: np.ndarray) -> np.ndarray:
    """What a look makes of encoded colours, (..., 3) of 0 to 1 each; see FilmLook for the order and the formulas."""
    lift, gamma, gain = (np.array(part) for part in (look.lift, look.gamma, look.gain))
    out = gain * np.maximum(colour + lift * (1 - colour), 0) ** (1 / gamma)
    if look.contrast != 1:
        out = np.clip(out, 0, 1)
        dark = MIDDLE * (out / MIDDLE) ** look.contrast
        bright = 1 - (1 - MIDDLE) * ((1 - out) / (1 - MIDDLE)) ** look.contrast
        out = np.where(out < MIDDLE, dark, bright)
    grey = (out @ LUMA)[..., None]
    out = grey + (out - grey) * look.saturation
    for tint, share in ((look.shadows, (1 - grey) ** 2 * np.minimum(4 * grey, 1)), (look.highlights, grey**2)):
        out = out + (np.array(tint) - LUMA @ np.array(tint)) * np.clip(share, 0, 1)
    return np.asarray(np.clip(out, 0, 1))


@lru_cache(maxsize=4)
def table(look: FilmLook) -> torch.Tensor:
    """The look at every node, (NODES**3, 4) float32, blue running fastest."""
    line = np.linspace(0, 1, NODES)
    nodes = np.stack(np.meshgrid(line, line, line, indexing="ij"), axis=-1).reshape(-1, 3)
    out = np.zeros((NODES**3, 4), np.float32)
    out[:, :3] = graded(look, nodes)
    return torch.from_numpy(out)


@qd.kernel(fastcache=True)
def grade(shown: vec4s, nodes: vec4s, vignette: qd.f32, width: qd.i32, height: qd.i32):
    """Lay a table of NODES**3 over an encoded picture, in place; the fourth number stays."""
    for s in range(turns(width, height)):
        y, x0, x1 = row_and_columns(s, width, height)
        for x in range(x0, x1):
            c = shown[y * width + x]
            u = (qd.cast(x, qd.f32) + 0.5) / qd.cast(width, qd.f32) - 0.5
            v = (qd.cast(y, qd.f32) + 0.5) / qd.cast(height, qd.f32) - 0.5
            kept = 1.0 - vignette * 2.0 * (u * u + v * v)  # vignette 1: nothing is left in the corners
            r, g, b = c[0] * 16.0, c[1] * 16.0, c[2] * 16.0
            i, j, k = qd.min(qd.cast(r, qd.i32), 15), qd.min(qd.cast(g, qd.i32), 15), qd.min(qd.cast(b, qd.i32), 15)
            r, g, b = r - qd.cast(i, qd.f32), g - qd.cast(j, qd.f32), b - qd.cast(k, qd.f32)
            m = (i * 17 + j) * 17 + k
            near = (nodes[m] * (1.0 - b) + nodes[m + 1] * b) * (1.0 - g) + (nodes[m + 17] * (1.0 - b) + nodes[m + 18] * b) * g
            n = m + 289
            far = (nodes[n] * (1.0 - b) + nodes[n + 1] * b) * (1.0 - g) + (nodes[n + 17] * (1.0 - b) + nodes[n + 18] * b) * g
            out = (near * (1.0 - r) + far * r) * kept
            shown[y * width + x] = qd.Vector([out[0], out[1], out[2], c[3]])
