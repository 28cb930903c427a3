"""The tone curve: exposed light to what a screen shows. A table by the bits of a float, so that a pixel costs two fetches."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import quadrants as qd
import torch

LEAST = -14  # the table reaches from 2**LEAST …
OCTAVES = 20  # … over so many doublings
STEPS = 64  # of the table in each


@lru_cache(maxsize=4)
def curve(night: float) -> torch.Tensor:
    """AgX's base curve and the film look on it, for every brightness of the table: (OCTAVES * STEPS + 1,) float32.

    The sixth-order fit of the curve is Wrensch's, of Sobotka's AgX. Above it the contrast of film, to the power of 1.5 by
    day and of 1.25 by night, and by day a print's shoulder and toe.
    """
    step = np.arange(OCTAVES * STEPS + 1)
    light = (1 + step % STEPS / STEPS) * 2.0 ** (LEAST + step // STEPS)
    e = np.clip((np.log2(light) + 12.47393) / 16.5, 0, 1)
    v = 15.5 * e**6 - 40.14 * e**5 + 31.96 * e**4 - 6.868 * e**3 + 0.4298 * e**2 + 0.1191 * e - 0.00232
    v = np.maximum(v - 0.012, 0) * 1.012
    v = v * (v**0.5 + (v**0.25 - v**0.5) * night)
    w = np.minimum(v, 1)
    v = v + (w * w * (3 - 2 * w) - w) * (0.65 * (1 - night))
    return torch.from_numpy(v.astype(np.float32))


@qd.func
def shown(table: qd.template(), light):
    """The curve at a brightness: exponent and first bits find the place, the other bits lie between."""
    bits = qd.bit_cast(qd.min(qd.max(light, 6.2e-5), 62.0), qd.i32)
    k = (bits >> 17) - 7232  # (127 + LEAST) * STEPS
    t = qd.cast(bits & 0x1FFFF, qd.f32) * 7.62939453125e-6
    return table[k] + (table[k + 1] - table[k]) * t


@qd.func
def agx(table: qd.template(), c):
    """AgX (Sobotka, matrices of Wrensch's minimal form): display-linear light in, sRGB-encoded 0..1 out."""
    r = shown(table, 0.842479062253094 * c[0] + 0.0784335999999992 * c[1] + 0.0792237451477643 * c[2])
    g = shown(table, 0.0423282422610123 * c[0] + 0.878468636469772 * c[1] + 0.0791661274605434 * c[2])
    b = shown(table, 0.0423756549057051 * c[0] + 0.0784336 * c[1] + 0.879142973793104 * c[2])
    grey = 0.2126 * r + 0.7152 * g + 0.0722 * b
    r, g, b = grey + (r - grey) * 1.16, grey + (g - grey) * 1.16, grey + (b - grey) * 1.16
    return qd.Vector(
        [
            qd.min(qd.max(1.19687900512017 * r - 0.0980208811401368 * g - 0.0990297440797205 * b, 0.0), 1.0),
            qd.min(qd.max(-0.0528968517574562 * r + 1.15190312990417 * g - 0.0989611768448433 * b, 0.0), 1.0),
            qd.min(qd.max(-0.0529716355144438 * r - 0.0980434501171241 * g + 1.15107367264116 * b, 0.0), 1.0),
        ]
    )
