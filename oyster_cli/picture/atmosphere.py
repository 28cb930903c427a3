"""The clear air: what it takes from sunlight and what it scatters to the eye, for any elevation of the light.

Rayleigh, haze and ozone after Hillaire, "A Scalable and Production Ready Sky and Atmosphere Rendering Technique" (2020), with
its closed sum for multiple scattering; red taken at 650 nm for scattering and 620 nm for ozone, so that dusk is blue above and
not purple. Lengths in km. Constants stand inside the functions: the kernels are cached by source.
"""

from __future__ import annotations

import math

import quadrants as qd
import torch

vec4s = qd.types.ndarray(dtype=qd.types.vector(4, qd.f32), ndim=2)

ABOVE_AIR_KLUX = 128.0
MIST = 14.0  # haze up to which the high air is thicker too; what is thicker lies below the clouds
ROWS, COLUMNS = 72, 64  # of the clear sky: root of the sine of elevation; sine of half the azimuth from the light


class Atmosphere:
    """Tables of the clear air for one amount of haze (1 is purest air, 6 a fair day, 14 haze)."""

    def __init__(self, haze: float, device: str) -> None:
        self.haze = haze
        self.device = device
        haze = min(haze, MIST)
        self._through = torch.zeros(24, 96, 4, device=device)
        self._again = torch.zeros(12, 28, 4, device=device)
        fill_through(haze, self._through)
        fill_again(haze, self._through, self._again)

    def beam(self, height_km: float, mu: float) -> torch.Tensor:
        """(3,) share of light from outer space that reaches a height, mu the sine of its elevation."""
        found = torch.zeros(1, 1, 4, device=self.device)
        look_through(self._through, height_km, mu, found)
        return found[0, 0, :3].cpu()

    def clear_sky(self, mu: float) -> torch.Tensor:
        """(2 * ROWS, COLUMNS, 4) radiance per unit light above the air; below it the haze's part, not yet times its phase."""
        sky = torch.zeros(2 * ROWS, COLUMNS, 4, device=self.device)
        fill_sky(min(self.haze, MIST), mu, self._through, self._again, sky)
        return sky


def haze_of(visibility_m: float) -> float:
    """Amount of haze for a visibility below the clouds, in steps of a sixth of an octave."""
    haze = min(max(6.0 * (23_000.0 / visibility_m) ** 1.3, 3.0), 180.0)
    return float(2.0 ** (round(6 * math.log2(haze)) / 6))


@qd.func
def thickness(h, haze):
    """Rayleigh scattering, haze scattering (the same for all colours) and whole extinction, per km, at a height."""
    rayleigh = qd.Vector([6.8e-3, 13.4e-3, 32.0e-3]) * qd.exp(-h / 8.0)
    mie = haze * qd.exp(-h / 1.2)
    ozone = qd.Vector([2.1e-3, 2.15e-3, 0.12e-3]) * qd.max(1.0 - qd.abs(h - 25.0) / 15.0, 0.0)
    return rayleigh, 3.996e-3 * mie, rayleigh + ozone + 4.440e-3 * mie


@qd.func
def horizon(h):
    """Sine of the elevation at which the earth begins, seen from a height."""
    ratio = 6360.0 / (6360.0 + h)
    return -qd.sqrt(qd.max(1.0 - ratio * ratio, 0.0))


@qd.func
def to_top(h, mu):
    """Way out of the air, 80 km up."""
    r = 6360.0 + h
    return qd.sqrt(qd.max(r * r * (mu * mu - 1.0) + 6440.0 * 6440.0, 0.0)) - r * mu


@qd.func
def to_ground(h, mu):
    r = 6360.0 + h
    return qd.max(-r * mu - qd.sqrt(qd.max(r * r * (mu * mu - 1.0) + 6360.0 * 6360.0, 0.0)), 0.0)


@qd.func
def climbed(h, mu, t):
    """Height after a way t; the difference of squares keeps the metres that kilometres of earth would swallow."""
    more = h * (12720.0 + h) + t * (2.0 * (6360.0 + h) * mu + t)
    return qd.max(more / (qd.sqrt(6360.0 * 6360.0 + more) + 6360.0), 0.0)


@qd.func
def fetch(table: qd.template(), row, column):
    """Bilinear, held at the edges."""
    y = qd.min(qd.max(row, 0.0), qd.cast(table.shape[0], qd.f32) - 1.001)
    x = qd.min(qd.max(column, 0.0), qd.cast(table.shape[1], qd.f32) - 1.001)
    i, j = qd.cast(y, qd.i32), qd.cast(x, qd.i32)
    u, v = y - qd.cast(i, qd.f32), x - qd.cast(j, qd.f32)
    near = table[i, j] * (1.0 - v) + table[i, j + 1] * v
    far = table[i + 1, j] * (1.0 - v) + table[i + 1, j + 1] * v
    return near * (1.0 - u) + far * u


@qd.func
def through(table: qd.template(), h, mu):
    """Share of light from outer space that comes down to a height; the sun's disc sets over half a degree."""
    dip = horizon(h)
    found = fetch(table, qd.sqrt(h / 80.0) * 23.0, qd.sqrt(qd.max((mu - dip) / (1.0 - dip), 0.0)) * 95.0)
    risen = qd.min(qd.max((mu - dip) / 0.0093 + 0.5, 0.0), 1.0)
    return qd.Vector([found[0], found[1], found[2]]) * (risen * risen * (3.0 - 2.0 * risen))


@qd.func
def fades(v):
    return qd.Vector([qd.exp(-v[0]), qd.exp(-v[1]), qd.exp(-v[2])])


@qd.func
def four(v):
    return qd.Vector([v[0], v[1], v[2], 0.0])


@qd.kernel(fastcache=True)
def fill_through(haze: qd.f32, out: vec4s):
    """Transmittance; rows: root of height / 80 km; columns: root of the elevation's sine above the horizon's."""
    for k in range(24 * 96):
        a, b = qd.cast(k // 96, qd.f32) / 23.0, qd.cast(k % 96, qd.f32) / 95.0
        h = a * a * 80.0
        mu = horizon(h) + (1.0 - horizon(h)) * b * b
        length = to_top(h, mu)
        depth = qd.Vector([0.0, 0.0, 0.0])
        for s in range(48):
            e = (qd.cast(s, qd.f32) + 0.5) / 48.0
            _, _, extinct = thickness(climbed(h, mu, length * e * e), haze)
            depth += extinct * (length * e * 2.0 / 48.0)
        out[k // 96, k % 96] = four(fades(depth))


@qd.kernel(fastcache=True)
def fill_again(haze: qd.f32, down: vec4s, out: vec4s):
    """Light of all later bounces, per unit light and unit scattering (equation 10); rows: height, columns: the light's sine."""
    for k in range(12 * 28):
        a = qd.cast(k // 28, qd.f32) / 11.0
        h, m = 0.01 + a * a * 59.0, qd.cast(k % 28, qd.f32) / 27.0 * 1.3 - 0.3
        second, carried = qd.Vector([0.0, 0.0, 0.0]), qd.Vector([0.0, 0.0, 0.0])
        for d in range(60):
            z = (qd.cast(d // 6, qd.f32) + 0.5) / 5.0 - 1.0
            to_light = z * m + qd.sqrt((1.0 - z * z) * (1.0 - m * m)) * qd.cos((qd.cast(d % 6, qd.f32) + 0.5) * 0.5236)
            grounded = z < horizon(h)
            length = to_top(h, z)
            if grounded:
                length = to_ground(h, z)
            depth = qd.Vector([0.0, 0.0, 0.0])
            for s in range(16):
                e = (qd.cast(s, qd.f32) + 0.5) / 16.0
                t, dt = length * e * e, length * e / 8.0
                here = climbed(h, z, t)
                rayleigh, mie, extinct = thickness(here, haze)
                part = fades(depth + extinct * (0.5 * dt)) * (rayleigh + mie) * dt
                depth += extinct * dt
                mu = ((6360.0 + h) * m + t * to_light) / (6360.0 + here)
                second += part * through(down, here, mu) * (0.0795775 / 60.0)
                carried += part / 60.0
            if grounded:  # an albedo of 0.4: light ground, and clouds over it
                second += fades(depth) * through(down, 0.0, m) * (qd.max(m, 0.0) * 0.127 / 60.0)
        out[k // 28, k % 28] = four(second / (1.0 - carried))


@qd.kernel(fastcache=True)
def fill_sky(haze: qd.f32, mu: qd.f32, down: vec4s, again: vec4s, out: vec4s):
    """Rays from 200 m up; see Atmosphere.clear_sky."""
    for k in range(72 * 64):
        v, half = qd.cast(k // 64, qd.f32) / 71.0, qd.cast(k % 64, qd.f32) / 63.0
        y, h = v * v, 0.2
        to_light = y * mu + qd.sqrt((1.0 - y * y) * (1.0 - mu * mu)) * (1.0 - 2.0 * half * half)
        phase = 0.0596831 * (1.0 + to_light * to_light)
        length = to_top(h, y)
        depth, soft, hazy = qd.Vector([0.0, 0.0, 0.0]), qd.Vector([0.0, 0.0, 0.0]), qd.Vector([0.0, 0.0, 0.0])
        for s in range(24):
            e = (qd.cast(s, qd.f32) + 0.5) / 24.0
            t, dt = length * e * e, length * e / 12.0
            here = climbed(h, y, t)
            rayleigh, mie, extinct = thickness(here, haze)
            seen = fades(depth + extinct * (0.5 * dt)) * dt
            depth += extinct * dt
            mu_here = ((6360.0 + h) * mu + t * to_light) / (6360.0 + here)
            sun = through(down, here, mu_here)
            later = fetch(again, qd.sqrt(qd.max(here - 0.01, 0.0) / 59.0) * 11.0, (mu_here + 0.3) / 1.3 * 27.0)
            more = (rayleigh + mie) * qd.Vector([later[0], later[1], later[2]])
            soft += seen * (rayleigh * sun * phase + more)
            hazy += seen * sun * mie
        out[k // 64, k % 64] = four(soft)
        out[72 + k // 64, k % 64] = four(hazy)


@qd.kernel(fastcache=True)
def look_through(down: vec4s, h: qd.f32, mu: qd.f32, out: vec4s):
    for _ in range(1):
        out[0, 0] = four(through(down, h, mu))
