"""One table of the sky: clear air, clouds, sun, moon and stars, and the light they give the world.

What the table holds follows from the arguments of update() alone, whatever was asked before: a picture of the clouds is a
function of its key (cover, place of the light, station of the drift), and pictures are kept only to be used again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch

from oyster_cli.picture.atmosphere import COLUMNS, ROWS, Atmosphere, haze_of
from oyster_cli.picture.cloud_shape import frays
from oyster_cli.picture.clouds import HEAP_BASE_M, STORM, Clouds, Layer, heaps
from oyster_cli.picture.sky_light import Hemisphere, Lights, SkyState, closed, lights, paint, ramp, state_of
from oyster_cli.picture.sky_table import colour
from oyster_cli.picture.sun import moon_direction, sun_direction, sun_elevation_deg, toward

TAIL = 8  # vec4 of numbers after the pictures
STATION_M = 200.0  # drift of the clouds between two pictures of them
WANTED = 0.4  # of the way between two, from where on the next picture is mixed in
HIGH_WIND = 2.0  # clouds travel this much faster than the wind below
COVERS = (0.0, 0.08, 0.2, 0.35, 0.48, 0.6, 0.72, 0.85, 0.95)  # covers that have pictures; between them two are mixed
HOURS = (0.0, 5.5, 6.0, 6.5, 7.5, 8.5, 10.5, 12.5, 15.0, 16.5, 17.5, 18.0, 18.5, 19.0, 24.0)  # whose light clouds are drawn in
AIRS = 4  # kept
DEEP = -0.36  # sine of the sun's elevation below which it lights no air that is seen
FAINT = -0.05  # below which the moon counts
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


class Airs:
    """The clear air for the amounts of haze asked for last."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._made: dict[float, Atmosphere] = {}

    def of(self, haze: float) -> Atmosphere:
        """The air with that haze."""
        made = self._made.pop(haze, None) or Atmosphere(haze, self._device)
        self._made = dict([*self._made.items(), (haze, made)][-AIRS:])
        return made


class Dome:
    """After update(): table, as blank() makes it, for fetch_sky() and view_sky(); light, what it gives the world."""

    light: SkyState

    def __init__(self, clouds: Clouds, airs: Airs, size: int, step: int, device: str) -> None:
        """size: texels across the sky. step: every how many of them are summed for the light."""
        self.size = size
        self.table = blank(size).to(device)
        self._device = device
        self._clouds = clouds
        self._hemisphere = Hemisphere(size, step=step)
        self._pictures: dict[Key, torch.Tensor] = {}
        self._drawn: dict[Key, int] = {}  # rows that a picture has; the next one is drawn ahead, some rows a frame
        self._needed: set[Key] = set()
        self._begun: set[Key] = set()  # by prepare(), in this frame
        self._shown: list[tuple[Now, int] | None] = [None, None]
        self._gathered = np.zeros((2, 4, 3))
        self._airs = airs
        self._lit: tuple[Now, Lights, torch.Tensor, torch.Tensor] | None = None

    def show(self, now: Now, drift_m: float, flash: float, flash_azimuth_deg: float) -> None:
        """Bring the table to a moment."""
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
        self._needed |= {key for near in range(here, here + 3) for key, _ in keys(now, near)}

    def prepare(self, now: Now, drift_m: float, frames: int) -> None:
        """A share of the pictures that will be wanted in so many frames: their cost is spread over those."""
        station, between = divmod(drift_m * HIGH_WIND / STATION_M, 1.0)
        for near in range(int(station), int(station) + 1 + int(between > WANTED - 0.1)):
            for key, _ in keys(now, near):
                done = self._drawn.get(key, 0)
                if done < self.size and key not in self._begun:
                    self._picture(key, min(done + max(-(-(self.size - done) // frames), 16), self.size))
                self._begun.add(key)

    def colour_ahead(self, now: Now, drift_m: float, place: int) -> None:
        """One of the two pictures of a moment that is about to come."""
        station, between = divmod(drift_m * HIGH_WIND / STATION_M, 1.0)
        if place == 0 or between > WANTED:
            self._show(place, now, int(station) + place)

    def forget(self) -> None:
        """Keep only the pictures that were spoken of since this was last called."""
        kept = self._needed | self._begun
        self._pictures = {key: picture for key, picture in self._pictures.items() if key in kept}
        self._drawn = {key: rows for key, rows in self._drawn.items() if key in kept}
        self._needed, self._begun = set(), set()

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
            air = self._airs.of(now.haze)
            sun, moon = sun_direction(now.hour, now.azimuth0_deg), moon_direction(now.hour, now.azimuth0_deg)
            by_sun = air.clear_sky(float(sun[1])) if sun[1] > DEEP else torch.zeros(2 * ROWS, COLUMNS, 4, device=self._device)
            by_moon = air.clear_sky(max(float(moon[1]), 0.0)) if sun[1] < FAINT else by_sun  # by day it counts for nothing
            self._lit = (now, lights(air, sun, moon, by_sun, by_moon), by_sun, by_moon)
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
            self._pictures[key] = self._clouds.empty(self.size)
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
            done = self._drawn.get(key, 0)
            if until - done >= 16:
                self._picture(key, min(until, done + self.size // 10))

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
        area = 2 * self.size * self.size
        self.table[area : area + TAIL] = torch.from_numpy(tail).to(self._device)


def blank(size: int) -> torch.Tensor:
    """(2 size² + TAIL + FRAYS², 4): the table of a black sky."""
    return torch.cat([torch.zeros(2 * size * size + TAIL, 4), frays()])


def at(hour: float, azimuth0_deg: float, cloud: float, storm: float, wind_to: tuple[float, float], visibility_m: float) -> Now:
    """A moment: cloud, storm 0..1; wind_to a unit vector (x, z)."""
    heading = round(math.atan2(wind_to[0], wind_to[1]), 2)
    return Now(round(hour * 200) / 200, azimuth0_deg, round(cloud, 2), round(storm, 2), haze_of(visibility_m), heading)


def keys(now: Now, station: int) -> list[tuple[Key, float]]:
    """The pictures of clouds that make up the sky of a station, with their shares, which sum to 1."""
    covers = float(np.interp(now.cloud, COVERS, range(len(COVERS))))
    layers = [(heaps(COVERS[k]), share * (1 - now.storm)) for k, share in _mixed_steps(covers)] + [(STORM, now.storm)]
    found: dict[Key, float] = {}
    for step, share in _mixed_steps(float(np.interp(now.hour, HOURS, range(len(HOURS))))):
        light = _cloud_light(HOURS[step], now.azimuth0_deg)
        for layer, part in layers:
            if part > 0:
                key = Key(layer, light if layer.cover > 0 else (0.0, 1.0, 0.0), now.heading, station)
                found[key] = found.get(key, 0.0) + share * part
    return list(found.items())


def _cloud_light(hour: float, azimuth0_deg: float) -> tuple[float, float, float]:
    """Where the light stands that shapes the clouds at an hour: the sun, and when it is well down the moon at eleven."""
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
