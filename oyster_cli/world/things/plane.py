"""An aeroplane far up. Its sound has been under way for seconds: it is heard where the plane was when it sent it."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh, Splats
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.absorption import absorption_db_m
from oyster_cli.sound.speed import speed_m_s
from oyster_cli.sound.synth.jet import Jet
from oyster_cli.sound.synth.noise import OCTAVES_HZ
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.places.frame import project
from oyster_cli.world.shapes.plane import BELLY, WING_TIPS, plane
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import view_axes

FAR_M = 1500.0  # off, where it crosses the middle of the view
LOWEST_M = 350.0
UP_DEG = tuple(range(38, 5, -2))  # how high it may stand over the horizon, best first
INSIDE = 0.14  # of the picture from its upper edge
SPEED_M_S = 115.0
BEGINS_M = -450.0  # before the middle of the view, when the shot begins
REACH_M = 12_000.0  # so far beyond the middle there is another
FADES_M = 4_000.0
MIXED = 0.3  # of nature's pressure, so that the place is heard under it
LAMP_M, STROBE_S, STROBE_PART = 2.3, 1.15, 0.07
LIGHTS = np.array([[1.6, 0.08, 0.05], [0.06, 1.3, 0.25], [2.6, 2.5, 2.3]])  # left, right, belly
DUSK = 0.15  # of night, when they are lit


class Plane(Thing):
    """It crosses the view, straight and level. gone_m: beyond the middle of the view; blink: seconds of its strobe."""

    kind: ClassVar[str] = "plane"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("roar", "gone_m", "blink", "heard_at", "lit")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        ahead, right = view_axes(site.stand)
        self.way = right * (-1.0 if spec.side == "right" else 1.0)
        self.middle = self._high(ahead)
        self.gone_m, self.blink, self.lit = BEGINS_M, 0.0, False
        self.roar = Jet()
        self.heard_at = np.zeros(3)  # from the ear, where it was when it sent what is heard at the end of the frame
        self._dry = np.zeros(0, np.float32)

    def _high(self, ahead: np.ndarray) -> np.ndarray:
        """(3,) where it crosses the middle of the view: as high as the picture shows."""
        eye = np.array(self.site.stand.eye)
        for up in UP_DEG:
            at = eye + FAR_M * (ahead * math.cos(math.radians(up)) + [0.0, math.sin(math.radians(up)), 0.0])
            if float(project(self.site.stand, at)[0, 1]) > INSIDE:
                break
        at[1] = max(at[1], eye[1] + LOWEST_M)
        return at

    def parts(self) -> list[Mesh]:
        return [plane()]

    def _at(self) -> np.ndarray:
        return self.middle + self.way * self.gone_m

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        if tick.frame >= 0:  # before the shot it waits on its mark
            self.gone_m += SPEED_M_S * tick.dt_s
        if self.gone_m > REACH_M:
            self.gone_m -= 2 * REACH_M
        self.blink, self.lit = (self.blink + tick.dt_s) % STROBE_S, tick.night > DUSK
        self.heard_at = self._sent_from(tick.eye, speed_m_s(air.temperature_c)) - tick.eye
        far_m = float(np.linalg.norm(self.heard_at))
        lost_db = 20 * math.log10(far_m) + far_m * absorption_db_m(
            OCTAVES_HZ, air.temperature_c, air.humidity_pct, air.mist_db_m
        )
        outside = np.clip((abs(self.gone_m) - (REACH_M - FADES_M)) / FADES_M, 0.0, 1.0)
        self._dry = self.roar.step(draw(self.seed, self.name, "air", tick.frame), tick.samples, lost_db + 40.0 * outside)
        return []

    def _sent_from(self, eye: np.ndarray, sound_m_s: float) -> np.ndarray:
        """(3,) where it was s seconds ago, with |there - eye| = s times the speed of sound."""
        away, v = self._at() - eye, self.way * SPEED_M_S
        a, b, c = sound_m_s**2 - float(v @ v), float(away @ v), float(away @ away)
        ago_s = (-b + math.sqrt(b * b + a * c)) / a
        return np.asarray(self._at() - v * ago_s)

    def look(self) -> Look:
        pose = np.concatenate([_level(self.way), self._at()[:, None]], axis=1)
        if not self.lit:
            return Look(pose[None].astype(np.float32))
        spots = np.concatenate([WING_TIPS, [BELLY]]) @ pose[:, :3].T + pose[:, 3]
        shines = np.array([True, True, self.blink < STROBE_PART])
        n = int(shines.sum())
        dots = Splats("dot", spots[shines], np.zeros((n, 3)), np.full(n, LAMP_M), LIGHTS[shines], np.ones(n), lit=False)
        return Look(pose[None].astype(np.float32), (dots,))

    def voices(self) -> list[Voice]:
        x, y, z = (self.heard_at / np.linalg.norm(self.heard_at)).tolist()
        return [Voice(self.name, "vehicles", (x, y, z), np.float32(MIXED) * self._dry, bed=True)]

    def where(self) -> np.ndarray:
        return self._at()

    def act(self, what: str) -> bool:
        if what not in ("pass", "fly", "go", "start", "cross"):
            return False
        self.gone_m = BEGINS_M
        return True


def _level(way: np.ndarray) -> np.ndarray:
    """(3, 3) the front along a level way."""
    return np.stack([np.array([way[2], 0.0, -way[0]]), np.array([0.0, 1.0, 0.0]), way], 1)
