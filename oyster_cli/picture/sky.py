"""The sky of one frame, and the light it gives the world. While hour or weather change it is drawn coarser.

What is drawn follows from the arguments of update() alone; what will be wanted is drawn ahead, a part a frame, and only to
save time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from oyster_cli.picture.clouds import Clouds
from oyster_cli.picture.sky_dome import STATION_M, Airs, Dome, at, blank
from oyster_cli.picture.sky_light import SkyState
from oyster_cli.picture.sky_table import fetch_sky, view_sky
from oyster_cli.picture.sun import moon_direction, sun_direction

__all__ = ["STATION_M", "Sky", "SkyState", "Soon", "blank", "fetch_sky", "moon_direction", "sun_direction", "view_sky"]

AHEAD = 8  # frames over which a picture of a changing sky is drawn
COARSE = 5  # sixteenths of the fine table's texels along a side


@dataclass(frozen=True)
class Soon:
    """Where a change leads that is under way."""

    hour: float
    cloud: float
    storm: float
    visibility_m: float
    drift_m: float
    frames: int  # until it is there


class Sky:
    """After update(): table and size, for fetch_sky() and view_sky(); light, what it gives the world."""

    def __init__(self, seed: int, size: int, device: str = "cpu") -> None:
        """size: texels across the sky, a multiple of 128; 640 is a fifth of a degree at the horizon."""
        clouds, airs = Clouds(seed, device), Airs(device)
        self._fine, self._coarse = Dome(clouds, airs, size, 4, device), Dome(clouds, airs, size * COARSE // 16, 2, device)
        self._shown = self._fine

    @property
    def table(self) -> torch.Tensor:
        return self._shown.table

    @property
    def size(self) -> int:
        return self._shown.size

    @property
    def light(self) -> SkyState:
        return self._shown.light

    def update(
        self, hour: float, azimuth0_deg: float, cloud: float, storm: float = 0.0, drift_m: float = 0.0,
        wind_to: tuple[float, float] = (0.0, 1.0), visibility_m: float = 23_000.0,
        flash: float = 0.0, flash_azimuth_deg: float = 0.0, soon: Soon | None = None,
    ) -> None:  # fmt: skip
        """cloud, storm: 0..1. drift_m: how far wind below has blown along wind_to (unit x, z). flash: kcd/m2 in the clouds.
        soon: given while hour or weather change."""
        now = at(hour, azimuth0_deg, cloud, storm, wind_to, visibility_m)
        self._shown = self._coarse if soon else self._fine
        self._shown.show(now, drift_m, flash, flash_azimuth_deg)
        if soon is None:
            self._coarse.prepare(now, drift_m, 3 * AHEAD)
        else:
            end = at(soon.hour, azimuth0_deg, soon.cloud, soon.storm, wind_to, soon.visibility_m)
            self._fine.prepare(end, soon.drift_m, max(soon.frames - 4, 1))
            if soon.frames in (2, 4):
                self._fine.colour_ahead(end, soon.drift_m, soon.frames // 2 - 1)
            for frames in range(1, min(AHEAD, soon.frames) + 1):
                part = frames / soon.frames
                then = replace(
                    now, hour=(now.hour + ((soon.hour - now.hour + 12.0) % 24.0 - 12.0) * part) % 24.0,
                    cloud=now.cloud + (end.cloud - now.cloud) * part, storm=now.storm + (end.storm - now.storm) * part,
                )  # fmt: skip
                self._coarse.prepare(then, drift_m + (soon.drift_m - drift_m) * part, frames)
        self._fine.forget()
        self._coarse.forget()
