"""Noise at any points of the ground: gradient noise on an integer-hashed lattice, summed in octaves. Knows no grid.

Lattice noise with quintic fade [Perlin 2002]; octaves double in frequency and turn by the 3-4-5 angle, so that no axis
shows; an octave finer than the spacing of the points fades out, so that nothing aliases far away.
"""

# mypy: disable-error-code="valid-type,index,attr-defined,no-untyped-def"
# Kernel arguments have types of Quadrants' own.
from __future__ import annotations

import quadrants as qd
import torch

Flat = qd.types.ndarray(dtype=qd.f32, ndim=1)
STD = 0.25  # standard deviation of fbm, whatever its octaves
_ONE_OCTAVE_STD = 0.1475  # of the lattice noise below, measured over 4 million points


@qd.func
def _mix(ix: qd.i32, iz: qd.i32, seed: qd.i32) -> qd.i32:
    """A well stirred 32-bit number for a lattice point; wrap-around is meant."""
    h = ix * 374761393 + iz * 668265263 + seed * 974634777
    h = (h ^ (h >> 13)) * 1274126177
    h = (h ^ (h >> 15)) * 1103515245
    return h ^ (h >> 16)


@qd.func
def _corner(ix: qd.i32, iz: qd.i32, fx: qd.f32, fz: qd.f32, seed: qd.i32) -> qd.math.vec3:
    """Height at (fx, fz) of the slope that belongs to a lattice point, and the slope itself."""
    h = _mix(ix, iz, seed)
    gx = qd.cast(h & 65535, qd.f32) / 32768.0 - 1.0
    gz = qd.cast((h >> 16) & 65535, qd.f32) / 32768.0 - 1.0
    return qd.math.vec3(gx * fx + gz * fz, gx, gz)


@qd.func
def _lattice(x: qd.f32, z: qd.f32, seed: qd.i32) -> qd.math.vec3:
    """One octave: value and its derivatives by x and z."""
    cx, cz = qd.floor(x), qd.floor(z)
    ix, iz = qd.cast(cx, qd.i32), qd.cast(cz, qd.i32)
    fx, fz = x - cx, z - cz
    a = _corner(ix, iz, fx, fz, seed)
    b = _corner(ix + 1, iz, fx - 1.0, fz, seed)
    c = _corner(ix, iz + 1, fx, fz - 1.0, seed)
    d = _corner(ix + 1, iz + 1, fx - 1.0, fz - 1.0, seed)
    u = fx * fx * fx * (fx * (fx * 6.0 - 15.0) + 10.0)
    v = fz * fz * fz * (fz * (fz * 6.0 - 15.0) + 10.0)
    du = 30.0 * fx * fx * (fx * (fx - 2.0) + 1.0)
    dv = 30.0 * fz * fz * (fz * (fz - 2.0) + 1.0)
    low, high = a + (b - a) * u, c + (d - c) * u
    both = low + (high - low) * v
    both.y += du * ((b.x - a.x) * (1.0 - v) + (d.x - c.x) * v)
    both.z += dv * (high.x - low.x)
    return both


@qd.func
def _fade(wave_m: qd.f32, step_m: qd.f32) -> qd.f32:
    """How much of an octave points `step_m` apart can carry: none under 2 points a wave, all from 4."""
    return qd.min(1.0, qd.max(0.0, wave_m / (2.0 * step_m) - 1.0))


@qd.kernel
def _sum_fbm(
    x: Flat, z: Flat, step_m: Flat, out: Flat, wave_m: qd.f32, octaves: qd.i32, gain: qd.f32, damp: qd.f32, seed: qd.i32
):
    for i in range(out.shape[0]):
        px, pz = x[i] / wave_m, z[i] / wave_m
        total, weight, wave, gx, gz = 0.0, 1.0, wave_m, 0.0, 0.0
        for octave in range(octaves):
            fade = _fade(wave, step_m[i])
            if fade > 0.0:
                n = _lattice(px, pz, seed + octave)
                gx, gz = 0.8 * gx + 0.6 * gz + n.y, 0.8 * gz - 0.6 * gx + n.z
                total += weight * fade * n.x / (1.0 + damp * (gx * gx + gz * gz))
            px, pz = 1.6 * px + 1.2 * pz, 1.6 * pz - 1.2 * px
            weight *= gain
            wave *= 0.5
        out[i] = total


@qd.kernel
def _sum_ridges(x: Flat, z: Flat, step_m: Flat, out: Flat, wave_m: qd.f32, octaves: qd.i32, gain: qd.f32, seed: qd.i32):
    for i in range(out.shape[0]):
        px, pz = x[i] / wave_m, z[i] / wave_m
        total, weight, wave, before = 0.0, 1.0, wave_m, 1.0
        for octave in range(octaves):
            fade = _fade(wave, step_m[i])
            if fade > 0.0:
                crest = qd.max(0.0, 1.0 - 2.4 * qd.abs(_lattice(px, pz, seed + octave).x))
                before *= crest * crest
                total += weight * fade * before
            px, pz = 1.6 * px + 1.2 * pz, 1.6 * pz - 1.2 * px
            weight *= gain
            wave *= 0.5
        out[i] = total


@qd.kernel
def _find_cells(x: Flat, z: Flat, luck: Flat, border: Flat, wave_m: qd.f32, seed: qd.i32):
    for i in range(luck.shape[0]):
        px, pz = x[i] / wave_m, z[i] / wave_m
        cx, cz = qd.cast(qd.floor(px), qd.i32), qd.cast(qd.floor(pz), qd.i32)
        first, second, own = 9.0, 9.0, 0.0
        for turn in range(9):
            ix, iz = cx + turn % 3 - 1, cz + turn // 3 - 1
            h = _mix(ix, iz, seed)
            dx = qd.cast(ix, qd.f32) + 0.12 + 0.76 * qd.cast(h & 1023, qd.f32) / 1023.0 - px
            dz = qd.cast(iz, qd.f32) + 0.12 + 0.76 * qd.cast((h >> 10) & 1023, qd.f32) / 1023.0 - pz
            away = qd.sqrt(dx * dx + dz * dz)
            if away < first:
                second, first, own = first, away, qd.cast((h >> 20) & 1023, qd.f32) / 1023.0
            else:
                second = qd.min(second, away)
        luck[i], border[i] = own, 0.5 * (second - first) * wave_m


def fbm(
    x: torch.Tensor, z: torch.Tensor, wave_m: float, seed: int, octaves: int = 5, gain: float = 0.5,
    damp: float = 0.0, step_m: torch.Tensor | None = None,
) -> torch.Tensor:  # fmt: skip
    """Fractal noise at the points (x, z), same shape: mean 0, standard deviation 0.25 where every octave is carried.

    wave_m: longest wavelength. damp > 0 weakens octaves where the sum so far is steep (eroded-looking flats) [Quilez].
    step_m: spacing of the points; octaves finer than that are left out.
    """
    out, step = _room(x, step_m)
    _sum_fbm(x.reshape(-1), z.reshape(-1), step, out, wave_m, octaves, gain, damp, seed & 0x3FFFFFFF)
    power = sum(gain ** (2 * octave) for octave in range(octaves))
    return (out * (STD / _ONE_OCTAVE_STD / power**0.5)).reshape(x.shape)


def ridged(
    x: torch.Tensor, z: torch.Tensor, wave_m: float, seed: int, octaves: int = 5, gain: float = 0.5,
    step_m: torch.Tensor | None = None,
) -> torch.Tensor:  # fmt: skip
    """Ridged multifractal at the points (x, z), same shape: 0 in the hollows, 1 on the sharpest crests [Musgrave]."""
    out, step = _room(x, step_m)
    _sum_ridges(x.reshape(-1), z.reshape(-1), step, out, wave_m, octaves, gain, seed & 0x3FFFFFFF)
    return (out * ((1.0 - gain) / (1.0 - gain**octaves))).reshape(x.shape)


def cells(x: torch.Tensor, z: torch.Tensor, wave_m: float, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Cells around jittered points wave_m apart [Worley 1996], same shape as x: a number 0 … 1 that is the same all over a
    cell, and metres to its nearest border."""
    luck, border = torch.empty(x.numel(), dtype=torch.float32), torch.empty(x.numel(), dtype=torch.float32)
    _find_cells(x.reshape(-1), z.reshape(-1), luck, border, wave_m, seed & 0x3FFFFFFF)
    return luck.reshape(x.shape), border.reshape(x.shape)


def _room(x: torch.Tensor, step_m: torch.Tensor | None) -> tuple[torch.Tensor, torch.Tensor]:
    """Where the kernel writes, and the spacing of every point."""
    out = torch.empty(x.numel(), dtype=torch.float32)
    return out, torch.zeros_like(out).add_(1e-3) if step_m is None else step_m.reshape(-1)
