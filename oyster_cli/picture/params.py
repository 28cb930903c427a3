"""The numbers of a frame that every kernel reads, packed in one float tensor: fewer arguments, faster launches.

pack() writes them, the small functions below read them by the same place. Light is in klux and kcd/m2.

  0 eye xyz   3 focal px     4 right    7 centre x     8 up        11 centre y    12 ahead    15 near m
 16 sun dir  19 shadows on  20 sun beam 23 time s     24 sky above 27 wet         28 sky low  31 snow cover
 32 ground bounce 35 fog 1/m 36 fog     39 fog scale m 40 fog sunward 43 fog base y 44 wind x z 46 drift m  47 cloud
 48 flash    51 flash dir   54 lamps    55 rain mm/h  57 exposure
 64 + 8k lamp k: at xyz, 1 / reach^2, intensity rgb (candela / 1000)           (16 lamps)
192 shadow across, 195 shadow up, 198 far: px/m, x, y   201 near: px/m, x, y   204 moving: px/m, x, y
208 loss in water rgb 1/m (0 in air), 211 surface m
212 .. 227 the camera of the frame before, as in 0 .. 15   228 1 when it stood   229 share of the frame that the shutter is open
230 shift of the picture x, y   232 length of the frame s   233 fog at the eye 1/m, 1 / its scale
235 scattering of misty air that the sun throws shafts in, 1/m
236 .. 238 where the lamp's shadow map is seen from   239 number of that lamp + 1, or 0   240 1 when things move around it
241 .. 243 what a town's lights add to the sky at the horizon
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import quadrants as qd

from oyster_cli.picture.kinds import Lamp
from oyster_cli.picture.view import NEAR_M, View

SIZE = 244
MAX_LAMPS = 16


@dataclass(frozen=True)
class Water:
    """The water that the camera, and all it sees, is in."""

    surface_m: float
    loss_per_m: np.ndarray  # (3,) what it takes of light; red first


@dataclass(frozen=True)
class Light:
    """The light and the air of a frame."""

    sun_dir: np.ndarray  # (3,) toward the sun, or the moon by night
    sun: np.ndarray  # (3,) klux on a surface facing it
    sky_above: np.ndarray  # (3,) klux on a level surface from the upper sky
    sky_low: np.ndarray  # (3,) klux on an upright surface from the lower sky
    bounce: np.ndarray  # (3,) klux coming up from the lit ground
    fog: np.ndarray  # (3,) kcd/m2 of thick air away from the sun
    fog_sunward: np.ndarray  # (3,) kcd/m2 that it has more towards the sun
    fog_per_m: float
    fog_scale_m: float
    fog_base_m: float
    flash: np.ndarray = field(default_factory=lambda: np.zeros(3))  # (3,) klux of lightning
    flash_dir: np.ndarray = field(default_factory=lambda: np.array([0.0, 1.0, 0.0]))
    shafts_per_m: float = 0.0  # scattering of misty air that the sun throws shafts in
    town: np.ndarray = field(default_factory=lambda: np.zeros(3))  # (3,) kcd/m2 that a town's lights give the sky's foot
    water: Water | None = None  # then `fog` is the light of the deep, seen level, and the sun stands as seen through water


@dataclass(frozen=True)
class Surroundings:
    """What else the kernels ask about the world now."""

    time_s: float
    wet: float
    snow_cover: float
    rain_mm_h: float
    wind_to: tuple[float, float]
    drift_m: float
    cloud: float
    shimmer: float = 0.0  # how far hot air bends light, 0..1


def pack(
    view: View,
    light: Light,
    around: Surroundings,
    lamps: Sequence[Lamp],
    shadow: np.ndarray,
    before: View | None = None,
    lamp_shadow: Sequence[float] | np.ndarray = (),
) -> np.ndarray:
    """(SIZE,) float32. shadow: the 15 numbers of the shadow maps from 192 on. before: the camera a frame ago, if it moved.

    lamp_shadow: the 5 numbers from 236 on.
    """
    p = np.zeros(SIZE, np.float32)
    p[0:16], p[212:228] = camera(view), camera(before or view)
    p[228], p[229], p[230:232] = np.array_equal(p[0:16], p[212:228]), view.open_share, view.shift_px
    p[232] = view.shutter_s / view.open_share
    p[7], p[11] = p[7] + view.shift_px[0], p[11] + view.shift_px[1]
    p[16:19], p[19] = light.sun_dir, float(light.sun.max() > 1e-7)
    p[20:23], p[23] = light.sun, around.time_s
    p[24:27], p[27] = light.sky_above, around.wet
    p[28:31], p[31] = light.sky_low, around.snow_cover
    p[32:35], p[35] = light.bounce, light.fog_per_m
    p[36:39], p[39] = light.fog, light.fog_scale_m
    p[40:43], p[43] = light.fog_sunward, light.fog_base_m
    thins = max((view.eye[1] - light.fog_base_m) / light.fog_scale_m, -3.0)
    p[233], p[234] = light.fog_per_m * math.exp(-thins), 1 / light.fog_scale_m
    p[44:46], p[46], p[47] = around.wind_to, around.drift_m, around.cloud
    p[48:51], p[51:54] = light.flash, light.flash_dir
    p[241:244] = light.town
    p[54], p[55] = min(len(lamps), MAX_LAMPS), around.rain_mm_h
    for k, lamp in enumerate(lamps[:MAX_LAMPS]):
        at = 64 + 8 * k
        p[at : at + 3], p[at + 3] = lamp.at, lamp.reach_m**-2
        p[at + 4 : at + 7] = np.array(lamp.colour) * lamp.candela / 1000
    p[192:207] = shadow
    p[236 : 236 + len(lamp_shadow)] = lamp_shadow
    p[235] = light.shafts_per_m
    if light.water is not None:
        p[208:211], p[211] = light.water.loss_per_m, light.water.surface_m
    return p


def camera(view: View) -> np.ndarray:
    """(16,) float32: place, focal length, axes and the middle of the picture."""
    middle_x, middle_y = view.size[0] / 2, view.size[1] / 2
    return np.array([*view.eye, view.focal_px, *view.right, middle_x, *view.up, middle_y, *view.ahead, NEAR_M], np.float32)


def nearest_lamps(lamps: Sequence[Lamp], view: View, most: int = MAX_LAMPS) -> list[Lamp]:
    """The lamps that matter most to a view, at most so many: bright, near, and not far behind it."""
    if len(lamps) <= most:
        return list(lamps)
    rel = np.array([lamp.at for lamp in lamps]) - view.eye
    distance = np.linalg.norm(rel, axis=1)
    behind = np.maximum(-(rel @ view.ahead), 0)
    worth = np.array([lamp.candela for lamp in lamps]) / (9 + distance + 4 * behind) ** 1.5
    return [lamps[k] for k in sorted(np.argsort(-worth, kind="stable")[:most])]


@qd.func
def vec(p: qd.template(), k):
    """Three numbers from place k."""
    return qd.Vector([p[k], p[k + 1], p[k + 2]])


@qd.func
def eye_ray(p: qd.template(), x, y):
    """World direction through a pixel point, with length 1 along the lens axis."""
    dx = (x - p[7]) / p[3]
    dy = (p[11] - y) / p[3]
    return vec(p, 12) + vec(p, 4) * dx + vec(p, 8) * dy


@qd.func
def falloff(x):
    """e^-x to 1 part in 9 000, a third of the price of exp, 1 at 0: the whole power of two by its bits, the rest by a cubic."""
    y = qd.min(qd.max(-1.44269504 * x, -126.0), 126.0)
    whole = qd.floor(y)
    f = y - whole
    part = 1.0 + f * (0.69542435 + f * (0.22630769 + f * 0.07826796))
    return qd.bit_cast((qd.cast(whole, qd.i32) + 127) << 23, qd.f32) * part


@qd.func
def air_depth(p: qd.template(), ray, length, distance):
    """Optical depth of air along a ray from the eye (of `length` a unit): exponential height fog in closed form.

    b0 e^(-y0/h) (1 - e^(-k d)) / k with k = dy / h (Quilez, "Better fog"); near k d = 0 the first terms of its series.
    """
    k = ray[1] * p[234] / length
    kd = k * distance
    through = distance * (1.0 - kd * (0.5 - kd * (0.166667 - kd * (0.041667 - kd * 0.008333))))
    if qd.abs(kd) > 0.4:
        through = (1.0 - falloff(qd.max(kd, -40.0))) / k
    return p[233] * through


@qd.func
def clearness(p: qd.template(), ray, length, distance):
    """Share of green light that comes through the air, or the water, to the eye."""
    through = p[209] * distance
    if p[208] == 0.0:
        through = air_depth(p, ray, length, distance)
    return falloff(through)


@qd.func
def deep_water(p: qd.template(), d):
    """Light that endless water sends from a direction: brighter from above and around the sun, and dark from below."""
    toward = qd.max(d[0] * p[16] + d[1] * p[17] + d[2] * p[18], 0.0)
    return (vec(p, 36) + vec(p, 40) * (toward * toward * toward)) * qd.exp(1.9 * d[1])


@qd.func
def murky(p: qd.template(), colour, ray, length, distance):
    """Light that has come through water: red is lost first, and the water's own light is added."""
    t = qd.Vector([falloff(p[208] * distance), falloff(p[209] * distance), falloff(p[210] * distance)])
    return colour * t + (deep_water(p, ray / length) + vec(p, 48) * 0.02) * (1.0 - t)


@qd.func
def fogged(p: qd.template(), colour, ray, length, distance):
    """Light that has come to the eye through air: dimmed, blue most, and with the air's own light. Or through water."""
    out = colour
    if p[208] > 0.0:
        out = murky(p, colour, ray, length, distance)
    else:
        depth = air_depth(p, ray, length, distance)
        t = qd.Vector([falloff(0.92 * depth), falloff(depth), falloff(1.1 * depth)])
        toward = qd.max((ray[0] * p[16] + ray[1] * p[17] + ray[2] * p[18]) / length, 0.0)
        toward4 = toward * toward * toward * toward
        air = vec(p, 36) + vec(p, 40) * (toward4 * toward4) + vec(p, 48) * 0.06
        out = colour * t + air * (1.0 - t)
    return out
