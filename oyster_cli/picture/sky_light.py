"""How bright and of what colour: the lights above, what they give the clouds, and what the whole sky gives the ground.

Illuminance in klux, radiance in kcd/m2, colours linear sRGB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from oyster_cli.picture.atmosphere import ABOVE_AIR_KLUX, COLUMNS, ROWS, Atmosphere

MOON = np.array([0.62, 0.8, 1.12]) * 2e-3  # klux above the air: eight real full moons, and bluer, as films have it
NIGHT = np.array([1.0, 1.5, 2.6]) * 1.2e-6  # kcd/m2 of a sky without a moon, brightened as much
MILKY_WAY = 2.5e-5
LUMA = np.array([0.2126, 0.7152, 0.0722])
GROUND_ALBEDO = 0.18
STORM_LIGHT = np.array([0.222, 0.24, 0.236])  # what a thunderhead leaves of the light: dark and a little green
CLOUD_KM = 2.0


@dataclass(frozen=True)
class SkyState:
    """The light of the sky now. Directions are unit vectors; everything else (3,) linear sRGB but the last two."""

    sun_dir: np.ndarray
    moon_dir: np.ndarray
    key_dir: np.ndarray  # toward the light that casts shadows: the sun, by night the moon
    key: np.ndarray  # klux on a surface facing it
    sky_above: np.ndarray  # klux on a level surface from the whole sky
    sky_low: np.ndarray  # klux on an upright surface from its half of the sky, mean of all headings
    horizon: np.ndarray  # kcd/m2 just above the horizon, away from the sun
    horizon_sunward: np.ndarray  # kcd/m2 that it has more towards the sun
    ev: float  # a good exposure value (ISO 100) for land in this light
    night: float  # 0 by day, 1 by deep night


@dataclass(frozen=True)
class Lights:
    """Sun and moon for one instant, before the clouds take their share."""

    sun_dir: np.ndarray
    moon_dir: np.ndarray
    sun: np.ndarray  # klux on the ground, facing it
    moon: np.ndarray
    key_dir: np.ndarray
    key_high: np.ndarray  # klux of the key light at the clouds
    moon_above: np.ndarray  # klux of the moon above the air
    clear: np.ndarray  # klux on a level surface from the clear sky
    night: float

    @property
    def key(self) -> np.ndarray:
        """klux of the key light on the ground."""
        return self.moon if self.key_dir is self.moon_dir else self.sun


def ramp(low: float, high: float, x: float) -> float:
    """0 at low, 1 at high, smooth between and held outside (low may be the greater)."""
    t = min(max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3 - 2 * t)


def lights(air: Atmosphere, sun_dir: np.ndarray, moon_dir: np.ndarray, sun_sky: torch.Tensor, moon_sky: torch.Tensor) -> Lights:
    """What sun and moon give; the two skies are the air's clear skies for them. The moon counts when the sun is well down."""
    high, moon_high = (math.degrees(math.asin(d[1])) for d in (sun_dir, moon_dir))
    night = ramp(-3.0, -9.0, high)
    moon_above = MOON * night * ramp(-2.0, 6.0, moon_high)
    by_moon = high < -5.0
    return Lights(
        sun_dir, moon_dir,
        sun=ABOVE_AIR_KLUX * _beam(air, 0.0, sun_dir),
        moon=moon_above * _beam(air, 0.0, moon_dir),
        key_dir=moon_dir if by_moon else sun_dir,
        key_high=moon_above * _beam(air, CLOUD_KM, moon_dir) if by_moon else _on_clouds(air, sun_dir),
        moon_above=moon_above,
        clear=ABOVE_AIR_KLUX * _level(sun_sky) + moon_above * _level(moon_sky) + math.pi * NIGHT,
        night=night,
    )  # fmt: skip


def closed(cloud: float, storm: float) -> float:
    """How much the clouds keep the sun's beam from the ground: nothing while they are scattered, all under overcast."""
    return max(ramp(0.55, 0.95, cloud), ramp(0.2, 0.8, storm))


def thin(cloud: float, storm: float) -> float:
    """How much of the sun comes through a closed but thin layer: a pale disc's worth, until the cover is whole."""
    return 0.34 * ramp(0.7, 0.9, cloud) * ramp(1.0, 0.84, cloud) * (1 - storm)


def paint(now: Lights, cloud: float, storm: float, haze: float, base_m: float, moved: tuple[float, float]) -> np.ndarray:
    """(40,) float32: the numbers sky_table.colour() reads. moved: how far the clouds have drifted (x, z), metres."""
    shut = closed(cloud, storm)
    fallen = now.key_high * max(now.key_dir[1], 0.05) + now.clear
    ground = GROUND_ALBEDO / math.pi * (now.key * max(now.key_dir[1], 0.0) * (1 - 0.9 * shut) + now.clear * (1 - 0.6 * shut))
    dark = (1 + 1.2 * shut) * (1 - storm * (1 - STORM_LIGHT))  # a closed layer and the ground throw light to and fro
    q = np.zeros(40, np.float32)
    q[0:3], q[3], q[4:7], q[7:10], q[10:13] = now.sun_dir, ABOVE_AIR_KLUX, now.moon_dir, now.moon_above, now.key_dir
    q[13:16] = now.key_high * dark
    q[33] = max(shut, 0.97 * storm) * ramp(0.65, 0.1, float(now.key_dir[1]))  # far clouds that stand before a low sun
    q[16:19] = (now.clear / math.pi * 0.8 + 0.012 * now.key_high) * dark
    q[19:22] = (1.15 * ground + 0.18 * now.clear / math.pi * (1 - 0.6 * shut) + 0.006 * fallen * shut) * dark
    q[22:25], q[25] = _paler(0.04 * fallen * dark, 0.7), min(0.85 * shut + 0.11 * storm, 0.97)
    q[26], q[27] = 1.6e-5 * (1 + 0.14 * haze), base_m
    q[28:31], q[31] = NIGHT, MILKY_WAY * now.night
    q[32], q[34:37], q[37:39] = storm, 2.8 * thin(cloud, storm) * now.key_high, moved
    return q


class Hemisphere:
    """Sums over a picture of the sky: every eighth texel, weighted by the solid angle it stands for."""

    def __init__(self, size: int, rim: float = 3.0, step: int = 4) -> None:
        self._step = step
        axis = (np.arange(step // 2, size, step) + 0.5 - size / 2) / (size / 2 - rim)
        x, z = np.meshgrid(axis, axis)
        rr = x * x + z * z
        inside = rr < 1
        root = np.sqrt(0.51 * rr + 0.49)
        y = np.where(inside, 0.7 * (root - rr) / (rr + 0.49), 0.0)
        fall = 0.7 * ((1 - 0.255 / root) * (rr + 0.49) + (root - rr)) / (rr + 0.49) ** 2  # -dy / d(rr); solid angle = 2 of it
        solid = np.where(inside, 2 * fall, 0.0)
        solid *= 2 * math.pi / solid.sum()
        stretch = np.where(inside, (0.7 + y) / 0.7, 0.0)
        self._headings = np.arctan2(x, z)
        self._level = (solid * y).ravel()
        self._upright = (solid * stretch * np.sqrt(rr) / math.pi).ravel()
        self._low = ((y > 0.02) & (y < 0.12)).ravel()

    def gather(self, picture: torch.Tensor, sun_dir: np.ndarray) -> np.ndarray:
        """(4, 3): light on a level surface, on an upright one, horizon away from the sun, what it has more towards the sun."""
        half = self._step // 2
        light = picture[half :: self._step, half :: self._step, :3].cpu().numpy().astype(np.float64).reshape(-1, 3)
        toward = np.cos(self._headings - math.atan2(sun_dir[0], sun_dir[2])).ravel()
        away, near = self._low & (toward < 0.2), self._low & (toward > 0.9)
        horizon = light[away].mean(0)
        return np.stack([self._level @ light, self._upright @ light, horizon, np.maximum(light[near].mean(0) - horizon, 0)])


def state_of(now: Lights, gathered: np.ndarray, cloud: float, storm: float) -> SkyState:
    """The light of the world: the beam that comes through, the sky that was gathered, and how to expose for both."""
    key = now.key * max(1 - closed(cloud, storm), thin(cloud, storm))
    above, low, horizon, sunward = gathered
    land = _ev(key * max(now.key_dir[1], 0.15) + above) - 1.1
    air = _ev(math.pi / GROUND_ALBEDO * (horizon + (0.5 - 0.3 * now.night) * sunward)) - 1.0
    low_sun = ramp(0.07, -0.05, now.sun_dir[1])  # then the sky outshines the land, and a film exposes between them
    between = (0.75 - 0.4 * now.night) * low_sun * max(air - land, 0.0)
    grim = 1.5 * now.night + 2.3 * storm + 0.4 * closed(cloud, 0.0) * (1 - storm)  # what should look dark is kept dark
    ev = land + between + grim
    return SkyState(now.sun_dir, now.moon_dir, now.key_dir, key, above, low, horizon, sunward, ev, now.night)


def _paler(light: np.ndarray, share: float) -> np.ndarray:
    """Light (3,) with that share of its colour gone, and as bright."""
    return np.asarray(light + (float(LUMA @ light) - light) * share)


def _ev(klux: np.ndarray) -> float:
    """EV for land under that light: its luminance in cd/m2, and EV = log2(L 100 / 12.5)."""
    return math.log2(max(float(LUMA @ klux), 1e-8) * 1000 * GROUND_ALBEDO / math.pi * 8)


def _on_clouds(air: Atmosphere, sun_dir: np.ndarray) -> np.ndarray:
    """Sunlight at the clouds. It lasts a little longer than it should and is a little paler: afterglow, as on higher clouds."""
    after = ramp(0.0, -0.03, float(sun_dir[1]))
    light = (1 - 0.5 * after) * ABOVE_AIR_KLUX * _beam(air, CLOUD_KM + 3.0 * after, sun_dir)
    return 0.88 * light + 0.12 * float(LUMA @ light)


def _beam(air: Atmosphere, height_km: float, direction: np.ndarray) -> np.ndarray:
    return air.beam(height_km, float(direction[1])).numpy().astype(np.float64)


def _level(sky: torch.Tensor) -> np.ndarray:
    """Light on a level surface per unit light, from a clear sky (see Atmosphere.clear_sky); the haze's phase taken as even."""
    both = sky.cpu().numpy().astype(np.float64)[..., :3]
    v = np.linspace(0, 1, ROWS)[:, None]
    half = np.arange(COLUMNS + 1) / COLUMNS
    angle = np.diff(np.arccos(1 - 2 * half**2)) / math.pi
    light = both[:ROWS] + both[ROWS:] * 0.0796 * 1.6
    return ((light * angle[None, :, None]).sum(1) * (2 * v**3)).mean(0) * 2 * math.pi
