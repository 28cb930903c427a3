"""Sand that the wind drives: plumes off the brinks, streamers over the ground, and the hiss and the moan of both.

One flux of sand, from the gusts where it blows, throws what is seen and hisses in what is heard.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Splats
from oyster_cli.picture.sun import sun_elevation_deg
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.control import Flutter
from oyster_cli.sound.synth.noise import BandNoise, at_level, shots
from oyster_cli.sound.synth.wind import Howl
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.boxed import boxed
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

THRESHOLD_M_S = 6.0  # slower wind moves no sand
GALE_M_S = 12.0  # at which the flux is called 1, or 0.75 with what the threshold takes of it
COLOUR = (1.80, 1.06, 0.48)  # over 1: flying grains are seen lit from all sides, not as a surface is
PLUMES, DRIFTS, GRAINS = 2200, 800, 1100
THIN = 0.0003  # half the width of a filament over its distance: as thin as a film shows
WISP = 0.22  # length of a filament as a share of how far it flies
STREAKS_PER_S = 48.0  # a streak is as long as what is its velocity goes in this part of a second: the usual shutter's
PLUME_M = 20.0  # how far sand flies off a brink 100 m away
DRIFT_BOX_M = np.array([70.0, 80.0])
GRAIN_BOX_M = np.array([17.0, 20.0])
AROUND = np.array([[0.71, 0.71], [0.71, -0.71], [-0.71, -0.71], [-0.71, 0.71]])  # directions (x, z) the hiss comes from
EARSHOT_M = 14.0
HISS_DB = [-40, -36, -30, -24, -17, -11, -6, -2, -1, -7]
HISS_DBA = 40.0  # of all directions together, at flux 1
GRAINS_PER_S = 9000.0
MOANS_M = (0.017, 0.026)  # as thick as what sings at the moan's 60 to 170 Hz


def flux(air: Air, points: np.ndarray) -> np.ndarray:
    """Sand that blows past points (n, 3): speed times what its square has over the threshold's, 1 or so in a gale [Lettau].

    None is lifted off wet or snowy ground.
    """
    return _blown(air, air.gust(points.astype(np.float32)))


def _blown(air: Air, speed: np.ndarray) -> np.ndarray:
    over = np.maximum(speed**2 - THRESHOLD_M_S**2, 0.0) * speed / GALE_M_S**3
    return np.asarray(over * max(1.0 - 1.5 * air.wet, 0.0) * (1.0 - min(1.2 * air.snow_cover, 1.0)))


class Sand(Thing):
    """Blown sand, seen and heard."""

    kind: ClassVar[str] = "sand"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("hiss", "eddies", "moan")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.hiss, self.eddies = BandNoise(len(AROUND)), Flutter(5.0, len(AROUND))
        self.moan = Howl(MOANS_M)
        rng = draw(seed, name, "plumes")
        brinks = site.spots["brinks"].astype(float)
        self._root = brinks[rng.integers(0, len(brinks), PLUMES)]
        self._root = self._root + rng.normal(0.0, 0.6, self._root.shape) * [1.0, 0.0, 1.0]
        self._luck = rng.random((PLUMES, 3))
        self._drifts = draw(seed, name, "drifts").random((DRIFTS, 4))
        self._grains = draw(seed, name, "grains").random((GRAINS, 4))
        self._marks: tuple[Splats, ...] = ()
        self._voices: list[Voice] = []

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self._marks = ()
        if air.weather.wind_m_s > THRESHOLD_M_S / 2 and air.wet < 0.66:
            self._marks = (*self._plumes(air, tick), self._streamers(air, tick), self._saltation(air, tick))
        self._voices = [*self._hissing(air, tick), self._moaning(air, tick)]
        return []

    def look(self) -> Look:
        return Look(splats=self._marks)

    def voices(self) -> list[Voice]:
        return self._voices

    def _plumes(self, air: Air, tick: Tick) -> tuple[Splats, Splats]:
        """Filaments that leave the brinks and sink behind them, and a soft cloud; as thick as the gust they go with."""
        luck = self._luck
        away = np.linalg.norm(self._root - tick.eye, axis=1)
        size = 0.4 + away / 200.0
        reach = PLUME_M * size * (0.4 + 1.2 * luck[:, 0] ** 2)
        part = (0.8 * air.drift_m / reach + luck[:, 1]) % 1.0
        way = np.array([air.wind_to[0], 0.0, air.wind_to[1]]) * reach[:, None]
        at = self._root + way * part[:, None]
        at[:, 1] += size * (0.1 + 0.8 * luck[:, 2] + 1.5 * part - 2.4 * part**2)
        way[:, 1] = size * (1.5 - 4.8 * part)
        thick = _veiling(air) * np.minimum(flux(air, at), 1.2) * (1.0 - part) ** 1.3 * np.minimum(9.0 * part, 1.0)
        wisps = _sand("streak", at, THIN * away, 0.5 * thick, way * (WISP * STREAKS_PER_S))
        soft = slice(None, None, 6)
        cloud = _sand("puff", at[soft], (size * (0.6 + 2.2 * part))[soft], 0.5 * thick[soft])
        return wisps, cloud

    def _streamers(self, air: Air, tick: Tick) -> Splats:
        """Snakes of sand that run over the ground before the camera."""
        luck = self._drifts
        at = self._wrapped(luck, DRIFT_BOX_M, 0.7 * air.drift_m, air, tick)
        at[:, 1] += 0.06 + 0.12 * luck[:, 2]
        alpha = 0.26 * _veiling(air) * np.minimum(flux(air, at), 1.2) * luck[:, 3]
        way = np.array([air.wind_to[0], 0.0, air.wind_to[1]]) * (STREAKS_PER_S * (1.5 + 4.0 * luck[:, 3:]))
        return _sand("streak", at, THIN * np.linalg.norm(at - tick.eye, axis=1), alpha, way)

    def _saltation(self, air: Air, tick: Tick) -> Splats:
        """Single grains that leap along near the camera."""
        luck = self._grains
        at = self._wrapped(luck, GRAIN_BOX_M, 0.8 * air.drift_m, air, tick)
        leap = (1.3 * air.drift_m * (0.7 + 0.6 * luck[:, 2]) + luck[:, 3] * 7.0) % 1.0
        at[:, 1] += 0.02 + 0.30 * luck[:, 3] ** 2 * 4.0 * leap * (1.0 - leap)
        gust = air.gust(at.astype(np.float32))
        speed = 0.8 * gust[:, None] * np.array([air.wind_to[0], 0.0, air.wind_to[1]])
        alpha = 0.4 * np.minimum(_blown(air, gust), 1.0)
        return _sand("streak", at, np.full(len(at), 0.0016), alpha, speed)

    def _wrapped(self, luck: np.ndarray, box: np.ndarray, gone_m: float, air: Air, tick: Tick) -> np.ndarray:
        """Points (n, 3) on the ground of a box that goes with the camera, through which the wind carries them."""
        centre = (tick.eye + tick.ahead * (0.46 * box[1]))[[0, 2]]
        place = luck[:, :2] * box + np.array(air.wind_to) * gone_m * (0.8 + 0.4 * luck[:, 3:])
        x, z = boxed(place, centre, box).T
        return np.stack([x, self.site.ground.height_at(x, z), z], 1)

    def _hissing(self, air: Air, tick: Tick) -> list[Voice]:
        """Grains that strike the ground: single ones in a breeze that hardly lifts them, a rush in a gust."""
        points = tick.eye + EARSHOT_M * np.insert(AROUND, 1, 0.0, axis=1)
        blown = flux(air, points)
        rng = draw(self.seed, self.name, "hiss", tick.frame)
        level = HISS_DBA - 10 * np.log10(len(AROUND)) + 10 * np.log10(np.maximum(blown, 1e-9))
        per_s = GRAINS_PER_S * min(max(float(blown.mean()), 0.01), 1.5)
        grains = shots(rng, len(AROUND), tick.samples, per_s, 0.9) * np.exp(0.28 * self.eddies.step(rng, tick.samples))
        dry = self.hiss.shape(grains, at_level(HISS_DB, 0.0) + level[:, None])
        return [
            Voice(f"{self.name} {k}", "weather", (float(x) * 0.96, -0.28, float(z) * 0.96), dry[k], bed=True)
            for k, (x, z) in enumerate(AROUND)
        ]  # fmt: skip

    def _moaning(self, air: Air, tick: Tick) -> Voice:
        """The great brink moans when a gust goes over it."""
        summit = self.site.spots["summit"]
        gust = air.gust_at(tuple(summit))
        swell = min(max(1.6 * gust / max(air.weather.wind_m_s, 0.1) - 1.4, 0.0), 1.0)
        dry = self.moan.step(draw(self.seed, self.name, "moan", tick.frame), tick.samples, gust * (0.45 + 0.55 * swell))
        way = summit - tick.eye
        return Voice(f"{self.name} moan", "weather", tuple(way / np.linalg.norm(way)), dry * 0.7, bed=True)


def _veiling(air: Air) -> float:
    """How thick flying sand is drawn: against a low sun it shines, and less of it does."""
    return float(np.clip(sun_elevation_deg(air.hour) / 40.0, 0.3, 1.0))


def _sand(kind: str, at: np.ndarray, radius_m: np.ndarray, alpha: np.ndarray, velocity: np.ndarray | None = None) -> Splats:
    still = np.zeros_like(at) if velocity is None else velocity
    return Splats(kind, at, still, radius_m, np.tile(COLOUR, (len(at), 1)), alpha)
