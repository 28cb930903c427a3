"""A sea surface from a wave spectrum: two periodic cascades, long waves and short ones. Knows no shore and no weather.

Tessendorf 2001 with the JONSWAP shape (Hasselmann 1973), scaled to a wanted significant wave height.
"""

from __future__ import annotations

import math

import numpy as np
import quadrants as qd
import torch
from scipy import fft

from oyster_cli.picture.raster import floats1, vec4s
from oyster_cli.picture.water import swell_at

SIZE = 256
LENGTHS_M = (250.0, 37.0)
SPLIT_RAD_M = 2 * math.pi / 11.0  # waves longer than 11 m live in the first cascade, shorter ones in the second
CHOP = 1.15
G_M_S2 = 9.81
THREADS = 2  # for the transforms: each line is one thread's, so that the sum is the same


class Swell:
    """Waves that run toward `way` (x, z). at() gives the surface of any instant, a pure function of time."""

    def __init__(self, rng: np.random.Generator, way: tuple[float, float], period_s: float) -> None:
        self._cascades = [
            Cascade(rng, way, period_s, length, first) for first, length in zip((True, False), LENGTHS_M, strict=True)
        ]
        self._raised_m = 4 * math.sqrt(sum(cascade.variance for cascade in self._cascades))

    def at(self, time_s: float, height_m: float) -> tuple[torch.Tensor, torch.Tensor]:
        """For a significant wave height: (2 * SIZE * SIZE, 4) slopes x, z, whiteness, height; displacement x, y, z, whiteness.

        Whiteness is how far the surface has folded: 1 - Jacobian of the choppy displacement, from about 0.3 on it breaks.
        """
        surface, moved = (torch.empty(len(LENGTHS_M) * SIZE * SIZE, 4) for _ in range(2))
        for k, cascade in enumerate(self._cascades):
            fields = torch.from_numpy(cascade.at(time_s, height_m / self._raised_m).reshape(-1))
            fold(fields, CHOP, SIZE / cascade.length_m / 2, k * SIZE * SIZE, surface, moved)
        return surface, moved


class Cascade:
    """One periodic tile of waves: the long ones of the spectrum or the short ones."""

    def __init__(
        self, rng: np.random.Generator, way: tuple[float, float], period_s: float, length_m: float, long: bool,
        smooth_m: float = 0.10,
    ) -> None:  # fmt: skip
        self.length_m = length_m
        k1 = 2 * np.pi * np.fft.fftfreq(SIZE, length_m / SIZE)
        kx, kz = np.meshgrid(k1, k1)
        k = np.hypot(kx, kz)
        safe = np.maximum(k, 1e-6)
        omega = np.sqrt(G_M_S2 * safe)
        spread = np.maximum((kx * way[0] + kz * way[1]) / safe, 0.0) ** 4 + 0.04 * np.maximum(
            1 - np.abs(kx * way[1] - kz * way[0]) / safe, 0.0
        )
        power = jonswap(omega, 2 * np.pi / period_s) * omega / (2 * safe**2) * spread * np.exp(-((safe * smooth_m) ** 2))
        power *= (k > 1e-6) & ((k < SPLIT_RAD_M) if long else (k >= SPLIT_RAD_M))
        noise = rng.standard_normal((SIZE, SIZE)) + 1j * rng.standard_normal((SIZE, SIZE))
        drawn = noise * np.sqrt(power / 2) * (2 * np.pi / length_m)
        self.variance = 2 * float((np.abs(drawn) ** 2).sum())  # of the height over space and time, m2
        back = (-np.arange(SIZE)) % SIZE
        # transforms are of the waves that there are: the long ones stand in a few rows and columns
        there = power + power[back][:, back] > power.max() * 1e-12
        self._columns = int(np.flatnonzero(there.any(0)[: SIZE // 2 + 1]).max()) + 1
        self._rows = np.flatnonzero(there.any(1))
        part = np.s_[self._rows, : self._columns]
        self._h0, self._h0_back = (a[part].astype(np.complex64) for a in (drawn, drawn[back][:, back].conj()))
        self._omega = omega[part]
        self._ik = np.stack([1j * kx[part], 1j * kz[part]]).astype(np.complex64)
        self._pull = (-self._ik / safe[part]).astype(np.complex64)

    def _spectrum(self, time_s: float) -> np.ndarray:
        """The waves as they stand, where there are any: (rows, columns) complex64."""
        angle = (self._omega * time_s % math.tau).astype(np.float32)
        turn = np.cos(angle) + np.complex64(1j) * np.sin(angle)
        return np.asarray(self._h0 * turn.conj() + self._h0_back * turn)

    def _fields(self, spectra: np.ndarray) -> np.ndarray:
        """(n, SIZE, SIZE) float32 of n spectra."""
        rows = np.zeros((len(spectra), SIZE, self._columns), np.complex64)
        rows[:, self._rows] = spectra
        along = fft.ifft(rows, axis=1, norm="forward", overwrite_x=True, workers=THREADS)
        return np.asarray(fft.irfft(along, SIZE, axis=2, norm="forward", workers=THREADS))

    def slopes(self, time_s: float) -> torch.Tensor:
        """(2, SIZE, SIZE) slopes along x and z, of the waves as high as they were drawn."""
        return torch.from_numpy(self._fields(self._ik * self._spectrum(time_s)))

    def at(self, time_s: float, scale: float) -> np.ndarray:
        """(3, SIZE, SIZE) height, and the pull along x and z that makes crests sharp."""
        spectrum = self._spectrum(time_s) * np.float32(scale)
        return self._fields(np.concatenate([spectrum[None], self._pull * spectrum]))


def jonswap(omega: np.ndarray, peak: float) -> np.ndarray:
    """JONSWAP shape over angular frequency, normalised so that 4 sqrt(integral) is 1 m of significant height."""

    def shape(w: np.ndarray) -> np.ndarray:
        w = np.maximum(w, 1e-3)
        width = np.where(w <= peak, 0.07, 0.09)
        bump = np.exp(-((w - peak) ** 2) / (2 * width**2 * peak**2))
        return w**-5 * np.exp(-1.25 * (peak / w) ** 4) * 3.3**bump

    grid = np.linspace(0.05 * peak, 12 * peak, 20_000)
    return shape(omega) / (16 * np.trapezoid(shape(grid), grid))


@qd.kernel(fastcache=True)
def fold(fields: floats1, chop: qd.f32, per_m: qd.f32, first: qd.i32, surface: vec4s, moved: vec4s):
    """A cascade's three fields as the other kernels read them: slopes x, z, fold, height; and displacement x, y, z, fold.

    fold is 1 less the Jacobian of the displacement. per_m: half the cells in a metre, for differences over two.
    """
    for m in range(256 * 256):
        row, j = m & 65280, m & 255
        up, down = ((row + 65280) & 65280) + j, ((row + 256) & 65280) + j
        left, right = row + ((j + 255) & 255), row + ((j + 1) & 255)
        along, across = 65536, 2 * 65536
        xx = (fields[along + left] - fields[along + right]) * (chop * per_m)
        zz = (fields[across + up] - fields[across + down]) * (chop * per_m)
        xz = (fields[along + up] - fields[along + down]) * (chop * per_m)
        white = 1.0 - ((1.0 + xx) * (1.0 + zz) - xz * xz)
        h = fields[m]
        surface[first + m] = qd.Vector([(fields[right] - fields[left]) * per_m, (fields[down] - fields[up]) * per_m, white, h])
        moved[first + m] = qd.Vector([-chop * fields[along + m], h, -chop * fields[across + m], white])


@qd.kernel(fastcache=True)
def froth(surface: vec4s, white: floats1, lines: floats1, keep: qd.f32, calm: qd.f32, combed: qd.f32):
    """Put in place of how far the sea has folded how white it is: what folds beyond calm now, what is kept of the white before
    (in white, brought up to date), and on the long tile lines of old foam as strong as they are combed.
    """
    for m in range(2 * 256 * 256):
        s = surface[m]
        foam = qd.max(white[m] * keep, 1.5 * qd.min(qd.max(s[2] - calm, 0.0), 1.0))
        white[m] = foam
        if m < 256 * 256:
            foam = qd.max(foam, lines[m] * combed)
        surface[m] = qd.Vector([s[0], s[1], foam, s[3]])


@qd.kernel(fastcache=True)
def heave(rest: vec4s, first: qd.i32, count: qd.i32, moved: vec4s, height_m: qd.f32, points: vec4s, colours: vec4s):
    """Move a sea's vertices with the waves. rest: x, z, depth of the water, share of the waves that reach here.

    points get their place; colours x, z at rest, how broken the water is, depth. In shallow water waves break and fade. Far
    out a cell is wider than the short waves are long: only the long ones move it.
    """
    for i in range(count):
        r = rest[i]
        a = swell_at(moved, 0, r[0], r[1], 250.0)
        white = a[3]
        near = qd.min(2.0 - qd.sqrt(r[0] * r[0] + r[1] * r[1]) * 0.005, 1.0)
        if near > 0.0:
            a += swell_at(moved, 256, r[0], r[1], 37.0) * near
        depth = qd.max(r[2], 0.0)
        carried = r[3] * qd.min(0.25 + depth / (1.2 * height_m + 0.2), 1.0)
        crest = qd.max(a[1] / (height_m * 0.5 + 0.05), 0.0)
        shoal = qd.min(height_m * 0.9 / (depth + 0.35) - 0.55, 1.0)
        broken = qd.min(qd.max(shoal * (0.22 + 0.78 * crest), 0.0), 1.0) * r[3]
        points[first + i] = qd.Vector([r[0] + a[0] * carried, a[1] * carried, r[1] + a[2] * carried, 0.0])
        colours[first + i] = qd.Vector([r[0], r[1], qd.max(broken, qd.max(white - 0.75, 0.0)), r[2]])
