"""What is filmed of the world in a frame: the sky over it, the cast before the lens, its exposure, and the picture so far."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from oyster_cli.picture.gather import Gather, aside, spared_half
from oyster_cli.picture.kinds import Look
from oyster_cli.picture.painter import BOTH, Scenery
from oyster_cli.picture.sky import Sky, Soon
from oyster_cli.picture.view import View
from oyster_cli.script.models import Shot
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.cast import subjects
from oyster_cli.world.exposure import Exposure
from oyster_cli.world.lighting import frame_light, gloom, high_visibility_m, storminess, surroundings
from oyster_cli.world.roof import Darkness
from oyster_cli.world.set import Set
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Thing, Tick

COARSE_FROM_M = {"draft": 25.0, "standard": 1e9, "final": 1e9}  # where the ground is drawn from every fourth node
CANVAS = {"draft": 0.6, "standard": 0.67, "final": 1.0}  # of the picture's width and height that a frame is drawn in
DETAIL = {"draft": 0.6, "standard": 1.0, "final": 1.4}
SKY_FLASH = 0.35  # kcd/m2 of lit cloud for a klux of lightning at the camera
SHUTTER_PARTS = {"draft": 1, "standard": 1, "final": 8}  # pictures averaged over the open shutter and the lens
NO_FLASH = np.zeros(3), np.array([0.0, 1.0, 0.0])


def canvas_of(shot: Shot) -> tuple[int, int]:
    """Width and height of what a frame is drawn on."""
    width, height = (max(2, round(pixels * CANVAS[shot.quality])) for pixels in shot.size)
    return width, height


class Film:
    """The camera department of one shot: light() every frame, picture() where one is wanted."""

    def __init__(self, shot: Shot, site: Site, cast: Mapping[str, Thing]) -> None:
        self.shot, self.site = shot, site
        self.set = Set(site, cast, canvas_of(shot), COARSE_FROM_M[shot.quality])
        self.sky = Darkness(site.roof) if site.roof else Sky(shot.place_seed, 512 if shot.quality == "draft" else 768)
        self.gather = Gather(shot.size, shot.quality != "draft") if SHUTTER_PARTS[shot.quality] == 1 else None
        self.exposure = Exposure()
        self._flash, self._flash_dir = NO_FLASH
        self._ground_albedo = site.ground.albedo.mean((0, 1)).numpy().astype(float)

    def light(self, air: Air, soon: Soon | None, cast: Mapping[str, Thing], dt_s: float) -> None:
        """The sky of this frame, lightning in it, and the eye that gets used to it. soon: where hour and weather lead."""
        flash = cast["lightning"].flash() if "lightning" in cast else None  # type: ignore[attr-defined]
        self._flash, self._flash_dir = flash or NO_FLASH
        self._flash = self._flash / (1 + float(self._flash[1]) / self.exposure.most_flash_klux())
        flash_deg = math.degrees(math.atan2(self._flash_dir[0], self._flash_dir[2]))
        self.sky.update(air.hour, self.site.sun_azimuth_deg, air.weather.cloud, storminess(air), air.drift_m, air.wind_to,
                        high_visibility_m(air), float(self._flash[1]) * SKY_FLASH, flash_deg, soon)  # fmt: skip
        self.exposure.follow(self._level_klux(), dt_s)

    def picture(
        self, air: Air, tick: Tick, cast: Mapping[str, Thing], view: View, before: View, target: np.ndarray
    ) -> np.ndarray:
        """(1, height, width, 3) uint8 of what the cast has become. target: what the camera looks at."""
        painter, quality = self.set.painter, self.shot.quality
        scenery = self.scenery(air, tick, cast, target)
        self.set.blow(air, cast)
        self._draw(scenery, tick.frame, view, before)
        exposure = self.exposure.value(self.site.roof.gloom if self.site.roof else gloom(air))
        if SHUTTER_PARTS[quality] > 1:
            return painter.develop(self._shutter(scenery, tick.frame, view, before, exposure), scenery, tick.frame)[None]
        light = painter.expose(scenery, view, exposure)
        if quality != "draft":
            light = painter.smear(painter.focus(light, view), tick.frame)
        return painter.develop(light, scenery, tick.frame, self.gather)[None]

    def _draw(self, scenery: Scenery, frame: int, view: View, before: View) -> None:
        """Draw the frame, and meter the shot's exposure from it if it is the first."""
        painter, detail = self.set.painter, DETAIL[self.shot.quality]
        if self.gather is None:
            painter.draw(view, scenery, detail)
        else:
            half = BOTH if self.gather.is_new(frame) else spared_half(frame)
            painter.draw(replace(view, shift_px=aside(frame)), scenery, detail, half, before)
        if self.exposure.share is None:
            self.exposure.meter(painter.meter(), self._level_klux())

    def _shutter(self, scenery: Scenery, frame: int, view: View, before: View, exposure: float) -> torch.Tensor:
        """Exposed light, the mean of pictures spread over the open shutter and the lens."""
        painter, quality = self.set.painter, self.shot.quality
        parts = SHUTTER_PARTS[quality]
        total = torch.zeros(painter.size[0] * painter.size[1], 4)
        for part, luck in enumerate(draw(self.shot.place_seed, "shutter", frame).random((parts, 4))):
            at = view.at_part(before, (part + 0.5) / parts, luck)
            painter.draw(at, scenery, DETAIL[quality])
            total += painter.expose(scenery, at, exposure)
        return total / parts

    def scenery(self, air: Air, tick: Tick, cast: Mapping[str, Thing], target: np.ndarray) -> Scenery:
        """What stands, shines and floats before the lens."""
        looks: dict[str, Look] = {name: thing.look() for name, thing in cast.items()}
        moving = self.set.pose(looks)
        light = frame_light(self.sky, air, self.site, self._flash, self._flash_dir, self._ground_albedo)
        every = list(looks.values())
        swell = next((look.swell for look in every if look.swell is not None), None)
        focus = next((at for name, at in subjects(cast).items() if name.split("-")[0] in ("walker", "car")), target)
        return Scenery(
            light, surroundings(air), self.sky.table, self.sky.size,
            lamps=[lamp for look in every for lamp in look.lamps],
            splats=[marks for look in every for marks in look.splats],
            flames=[flame for look in every for flame in look.flames],
            swell=None if swell is None else torch.from_numpy(swell), moving=moving, focus=focus,
            veil_flow=next((look.veil_flow for look in every if look.veil_flow is not None), 1.0),
            night=tick.night * (0.4 if self.site.roof else 0.8),  # lamplight stays warm
        )  # fmt: skip

    def _level_klux(self) -> float:
        """Light of the sky and the sun on level ground, of green."""
        state = self.sky.light
        return float(state.key[1] * max(float(state.key_dir[1]), 0.0) + state.sky_above[1])

    def rooms(self) -> dict[str, Any]:
        """What has a state of its own."""
        rooms = {"exposure": self.exposure, "set": self.set}
        return rooms if self.gather is None else {**rooms, "gather": self.gather}
