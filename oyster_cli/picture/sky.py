"""The sky of one frame: clear air, clouds, sun, moon and stars, and the light they give the world.

What the table holds follows from the arguments of update() alone, whatever was asked before: a picture of the clouds is a
function of its key (cover, place of the light, station of the drift), and pictures are kept only to be used again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from oyster_cli.picture.atmosphere import Atmosphere, haze_of
from oyster_cli.picture.clouds import HEAP_BASE_M, STORM, Clouds, Layer, heaps
from oyster_cli.picture.sky_light import Hemisphere, Lights, SkyState, closed, lights, paint, ramp, state_of
from oyster_cli.picture.sky_table import colour, fetch_sky, view_sky
from oyster_cli.picture.sun import moon_direction, sun_direction, sun_elevation_deg, toward

__all__ = ["Sky", "SkyState", "fetch_sky", "moon_direction", "sun_direction", "view_sky"]

TAIL = 8  # vec4 of numbers after the pictures
STATION_M = 200.0  # drift of the clouds between two pictures of them
WANTED = 0.4  # of the way between two, from where on the next picture is mixed in
HIGH_WIND = 2.0  # clouds travel this much faster than the wind below
COVERS = (0.0, 0.08, 0.2, 0.35, 0.48, 0.6, 0.72, 0.85, 0.95)  # covers that have pictures; between them two are mixed
SUN_SR = 6.8e-5
DISC_LIMIT = 30_000.0  # kcd/m2: enough to burn out, little enough for a bloom

FLASH_LIMIT = 16.0  # lightning is no brighter than so many times the sky before it, or a night's exposure drowns


@dataclass(frozen=True)
class Now:
    """What is asked for, rounded to what the eye can tell."""

    hour: float
    azimuth0_deg: float
    cloud: float
    storm: float
    haze: float
    heading: float  # where the clouds go, radians from +z to +x


@dataclass(frozen=True)
class Key:
    """What a picture of the clouds follows from."""

    layer: Layer
    light: tuple[float, float, float]
    heading: float
    station: int


class Sky:
    """After update(): table, (2 size² + TAIL, 4) float32, for fetch_sky() and view_sky(); light, what it gives the world."""

    light: SkyState

    def __init__(self, seed: int, size: int, device: str = "cpu") -> None:
        """size: texels across the sky, a multiple of 8; 640 is a fifth of a degree at the horizon. device: device.start()'s."""
        self.size = size
        self.table = torch.zeros(2 * size * size + TAIL, 4, device=device)
        self._device = device
        self._clouds = Clouds(seed, size, device)
        self._hemisphere = Hemisphere(size)
        self._pictures: dict[Key, torch.Tensor] = {}
        self._drawn: dict[Key, int] = {}  # rows that a picture has; the next one is drawn ahead, some rows a frame
        self._shown: list[tuple[Now, int] | None] = [None, None]
        self._gathered = np.zeros((2, 4, 3))
        self._air = Atmosphere(haze_of(23_000.0), device)
        self._lit: tuple[Now, Lights, torch.Tensor, torch.Tensor] | None = None

    def update(
        self, hour: float, azimuth0_deg: float, cloud: float, storm: float = 0.0, drift_m: float = 0.0,
        wind_to: tuple[float, float] = (0.0, 1.0), visibility_m: float = 23_000.0,
        flash: float = 0.0, flash_azimuth_deg: float = 0.0,
    ) -> None:  # fmt: skip
        """cloud, storm: 0..1. drift_m: how far wind below has blown along wind_to (unit x, z). flash: kcd/m2 in the clouds."""
        heading = round(math.atan2(wind_to[0], wind_to[1]), 2)
        now = Now(round(hour * 200) / 200, azimuth0_deg, round(cloud, 2), round(storm, 2), haze_of(visibility_m), heading)
        station, between = divmod(drift_m * HIGH_WIND / STATION_M, 1.0)
        share = ramp(WANTED, 0.95, between)
        here = int(station)
        steady = self._shown[0] == (now, here)
        self._show(0, now, here)
        if share > 0:
            self._show(1, now, here + 1)
        if steady:  # the picture that is wanted next has the time of a whole station to be drawn in
            later = between - WANTED
            self._draw_ahead(now, here + 1 + int(later >= 0), later % 1.0)
        lit = self._light_of(now)[0]
        gathered = self._gathered[0] * (1 - share) + self._gathered[1] * share
        self.light = state_of(lit, gathered, now.cloud, now.storm)
        self._write_tail(lit, now, share, between, flash, flash_azimuth_deg)
        self._forget(now, here)

    def _show(self, place: int, now: Now, station: int) -> None:
        """One of the two pictures in colour, unless it is there already or stands in the other place."""
        if self._shown[place] == (now, station):
            return
        area = self.size * self.size
        if self._shown[1 - place] == (now, station):
            self.table[place * area : (place + 1) * area] = self.table[(1 - place) * area : (2 - place) * area]
            self._gathered[place] = self._gathered[1 - place]
        else:
            lit, sun_sky, moon_sky = self._light_of(now)
            moved = _moved(now.heading, station)
            numbers = torch.from_numpy(paint(lit, now.cloud, now.storm, now.haze, _base_m(now), moved)).to(self._device)
            clouds = self._mixed(now, station)
            colour(clouds, sun_sky, moon_sky, self._clouds.block, numbers, place * area, self.table)
            picture = self.table[place * area : (place + 1) * area].view(self.size, self.size, 4)
            self._gathered[place] = self._hemisphere.gather(picture, lit.sun_dir)
        self._shown[place] = (now, station)

    def _light_of(self, now: Now) -> tuple[Lights, torch.Tensor, torch.Tensor]:
        if self._lit is None or self._lit[0] != now:
            if self._air.haze != now.haze:
                self._air = Atmosphere(now.haze, self._device)
            sun, moon = sun_direction(now.hour, now.azimuth0_deg), moon_direction(now.hour, now.azimuth0_deg)
            by_sun = self._air.clear_sky(float(sun[1]))
            by_moon = self._air.clear_sky(max(float(moon[1]), 0.0)) if sun[1] < 0 else by_sun  # by day it counts for nothing
            self._lit = (now, lights(self._air, sun, moon, by_sun, by_moon), by_sun, by_moon)
        return self._lit[1:]

    def _mixed(self, now: Now, station: int) -> torch.Tensor:
        """(size, size, 4) clouds, uncoloured, out of the pictures on both sides of what is asked."""
        parts = keys(now, station)
        mixed = self._picture(parts[0][0])
        if len(parts) > 1:
            mixed = mixed * parts[0][1]
            for key, share in parts[1:]:
                mixed += self._picture(key) * share
        return mixed

    def _picture(self, key: Key, rows: int | None = None) -> torch.Tensor:
        """A picture of the clouds, drawn as far as `rows` (all of it) if it is not yet."""
        if key not in self._pictures:
            self._pictures[key] = self._clouds.empty()
        table = self._pictures[key]
        done, until = self._drawn.get(key, 0), self.size if rows is None else rows
        if until > done and key.layer.cover > 0:
            self._clouds.draw(table, key.layer, key.light, _moved(key.heading, key.station), done, until - done)
        self._drawn[key] = max(until, done)
        return table

    def _draw_ahead(self, now: Now, station: int, share: float) -> None:
        """Some rows of the pictures that will be wanted next, so that no frame waits for a whole one."""
        parts = keys(now, station)
        for k, (key, _) in enumerate(parts):
            until = int(min(max(share * len(parts) - k, 0.0), 1.0) * self.size)
            if until - self._drawn.get(key, 0) >= 16:
                self._picture(key, until)

    def _forget(self, now: Now, station: int) -> None:
        """Keep only the pictures of this place and the next two."""
        wanted = {key for near in range(station, station + 3) for key, _ in keys(now, near)}
        self._pictures = {key: picture for key, picture in self._pictures.items() if key in wanted}
        self._drawn = {key: rows for key, rows in self._drawn.items() if key in wanted}

    def _write_tail(self, lit: Lights, now: Now, share: float, between: float, flash: float, flash_azimuth_deg: float) -> None:
        high = _base_m(now) + 500.0
        way = np.array([math.sin(now.heading), math.cos(now.heading)]) * STATION_M / high
        tail = np.zeros((TAIL, 4), np.float32)
        usual = max(float(self.light.sky_above[1]) / math.pi, 1e-9)
        tail[0] = share, flash / (1 + flash / (FLASH_LIMIT * usual)), lit.night, 1 / usual
        tail[1] = *(way * between), *(way * (between - 1))
        tail[2, :3] = toward(flash_azimuth_deg, 12.0)
        tail[3, :3], tail[4, :3] = lit.sun_dir, _disc(lit.sun / SUN_SR) * (1 - closed(now.cloud, now.storm))
        tail[5, :3], tail[6, :3] = lit.moon_dir, lit.moon * 1.7
        tail[7, :3] = lit.night
        self.table[-TAIL:] = torch.from_numpy(tail).to(self._device)


def keys(now: Now, station: int) -> list[tuple[Key, float]]:
    """The pictures of clouds that make up the sky of a station, with their shares, which sum to 1."""
    covers = float(np.interp(now.cloud, COVERS, range(len(COVERS))))
    layers = [(heaps(COVERS[k]), share * (1 - now.storm)) for k, share in _mixed_steps(covers)] + [(STORM, now.storm)]
    found: dict[Key, float] = {}
    for step, share in _mixed_steps(now.hour * 2):
        light = _cloud_light(step / 2, now.azimuth0_deg)
        for layer, part in layers:
            if part > 0:
                key = Key(layer, light if layer.cover > 0 else (0.0, 1.0, 0.0), now.heading, station)
                found[key] = found.get(key, 0.0) + share * part
    return list(found.items())


def _cloud_light(hour: float, azimuth0_deg: float) -> tuple[float, float, float]:
    """Where the light stands that shapes the clouds at a half hour: the sun, and when it is well down the moon at eleven."""
    x, y, z = sun_direction(hour, azimuth0_deg) if sun_elevation_deg(hour) > -5.0 else moon_direction(23.0, azimuth0_deg)
    return round(float(x), 4), round(float(y), 4), round(float(z), 4)


def _mixed_steps(place: float) -> list[tuple[int, float]]:
    """Two neighbouring whole numbers and their shares; near a whole number that one alone."""
    low = math.floor(place)
    high = ramp(0.25, 0.75, place - low)
    return [(step, share) for step, share in ((low, 1 - high), (low + 1, high)) if share > 0]


def _moved(heading: float, station: int) -> tuple[float, float]:
    """How far the clouds have drifted (x, z) at a station, metres."""
    return math.sin(heading) * station * STATION_M, math.cos(heading) * station * STATION_M


def _base_m(now: Now) -> float:
    """Height of the clouds' bases: a storm hangs low."""
    return HEAP_BASE_M * (1 - now.storm) + STORM.base_m * now.storm


def _disc(radiance: np.ndarray) -> np.ndarray:
    """The sun's disc, no brighter than is of use, in its colour."""
    return radiance * min(1.0, DISC_LIMIT / max(float(radiance.max()), 1e-9))
