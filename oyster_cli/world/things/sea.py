"""The sea: waves under the wind, surf where it is shallow. What whitens a rock is what crashes there."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
import torch

from oyster_cli.picture.kinds import Look, Mesh, Splats
from oyster_cli.picture.stage import Stage
from oyster_cli.picture.swell import SIZE, Swell, froth, heave
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.surf import Sea as SeaSound
from oyster_cli.sound.synth.surf import Surf
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.drawn import IDENTITY, STRIDE, TILE, grid_mesh
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

ONSHORE = (-0.42, -0.91)  # which way the waves run
PERIOD_S = 8.0
COARSE_FROM_M = 450.0  # where it is drawn from every fourth node
GROW_S = 5.0  # how fast the sea follows the wind (film time; nature takes hours)
STREAMS = 4
HEARD = 6  # rocks that sound by themselves, the nearest
PLUME = 34  # puffs a burst of spray
DROPS = 200


def wave_height_m(wind_m_s: float) -> float:
    """Significant wave height off this coast: a breeze 0.5, fresh 1.8, a gale 4.7, a storm 8 m."""
    return 0.25 + 0.0155 * wind_m_s**2


class Sea(Thing):
    """The open sea and its surf about the site's rocks."""

    kind: ClassVar[str] = "sea"
    going: ClassVar[bool] = True
    stride: ClassVar[int] = STRIDE  # nodes of the ground's grid to a cell of the water
    kept: ClassVar[tuple[str, ...]] = ("height_m", "rough", "time_s", "level", "burst_s", "burst", "white", "open_sea", "surf")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.swell = Swell(draw(seed, name, "waves"), ONSHORE, PERIOD_S)
        rocks = np.asarray(site.spots["rocks"], float)
        order = np.argsort(np.linalg.norm(rocks - np.array(site.stand.eye), axis=1), kind="stable")
        self.rocks = rocks[order]
        self.height_m = 0.0
        self.rough = 1.0  # what cues have made of the waves that the wind raises
        self.time_s = 0.0
        self.level = np.zeros(len(rocks))  # of the water at each rock
        self.burst_s = np.full(len(rocks), 1e3)  # since it last broke there
        self.burst = np.zeros(len(rocks))  # how hard
        self.white = np.zeros(2 * SIZE * SIZE, np.float32)  # foam that lasts
        self.open_sea = SeaSound(STREAMS)
        self.surf = Surf(min(HEARD, len(rocks)))
        self._luck = draw(seed, name, "spray").random((len(rocks), PLUME + DROPS, 5))
        self._voices: list[Voice] = []
        self._combed: tuple[tuple[float, float], np.ndarray] = ((0.0, 0.0), np.zeros(SIZE * SIZE, np.float32))

    def build(self, stage: Stage) -> None:
        """Put the sea's tiles on the stage: the nodes of the ground's grid that lie under water, but for those between."""
        shape = self.site.ground.height.shape
        rest, self._first = [], stage.points_so_far
        for r in range(0, shape[0] - 1, TILE * self.stride):
            for c in range(0, shape[1] - 1, TILE * self.stride):
                tile = self._tile(r, c)
                if tile is not None:
                    mesh, depth = tile
                    low, high = mesh.points.min(0), mesh.points.max(0)
                    bounds = ((low + high) / 2, float(np.linalg.norm(high - low)) / 2 + 9.0)
                    stage.mark(stage.add(stage.prototype([mesh]), IDENTITY, bounds, casts=False), 3.0)
                    rest.append(np.column_stack([mesh.points[:, 0], mesh.points[:, 2], depth.reshape(-1)]))
        table = np.concatenate(rest)
        far = np.hypot(table[:, 0], table[:, 1])
        calm = np.clip(1.6 - far / 1900.0, 0.15, 1.0)  # the grid is too coarse for waves far out; shading carries them
        self._rest = torch.from_numpy(np.column_stack([table, calm]).astype(np.float32))

    def _tile(self, r: int, c: int) -> tuple[Mesh, np.ndarray] | None:
        """The water from row r and column c on, and its depth at the nodes; None where all is land.

        Far tiles have every second node only, and lie a cell over their neighbours so that no gap opens.
        """
        ground = self.site.ground
        xs, zs, side = ground.warp.x.nodes(), ground.warp.z.nodes(), TILE * self.stride
        middle = min(r + side // 2, len(zs) - 1), min(c + side // 2, len(xs) - 1)
        coarse = np.hypot(xs[middle[1]], zs[middle[0]]) > COARSE_FROM_M
        step, over = (2 * self.stride, 2 * self.stride) if coarse else (self.stride, 0)
        i, j = (
            np.arange(max(first - over, 0), min(first + side + over + 1, count), step)
            for first, count in ((r, len(zs)), (c, len(xs)))
        )
        depth = -ground.height.numpy()[np.ix_(i, j)]
        wet = depth > -2.5
        keep = wet[:-1, :-1] | wet[1:, :-1] | wet[:-1, 1:] | wet[1:, 1:]
        if len(i) < 2 or len(j) < 2 or not keep.any():
            return None
        return grid_mesh(i, j, xs[j], zs[i], 0 * depth, keep=keep), depth

    def move(self, stage: Stage) -> None:
        """Bring the tiles to where the water is now."""
        if self._surface is not None:
            heave(self._rest, self._first, len(self._rest), self._moved, self.height_m, stage.points, stage.colours)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        goal = wave_height_m(air.weather.wind_m_s) * self.rough
        self.height_m = (
            goal if self.height_m == 0.0 else self.height_m + (goal - self.height_m) * (1 - math.exp(-tick.dt_s / GROW_S))
        )
        self.time_s = tick.time_s + tick.dt_s
        self._wind = np.array(air.wind_to) * air.weather.wind_m_s
        self._surface, self._moved = self.swell.at(self.time_s + 40.0, self.height_m)
        gale = min(max((air.weather.wind_m_s - 7.0) / 10.0, 0.0), 1.0)
        froth(self._surface, torch.from_numpy(self.white), torch.from_numpy(self._lines(air.wind_to)),
              math.exp(-tick.dt_s / 2.2), 0.42 - 0.10 * gale, 0.75 * gale * gale)  # fmt: skip
        happened = self._break(tick)
        self._sound(air, tick)
        return happened

    def _lines(self, wind_to: tuple[float, float]) -> np.ndarray:
        """(SIZE²,) lines of old foam along the wind on the long tile, 0..1: a gale combs them out of what has broken."""
        if self._combed[0] != wind_to:
            k = np.fft.fftfreq(SIZE) * SIZE
            kx, kz = np.meshgrid(k, k)
            along, across = kx * wind_to[0] + kz * wind_to[1], kx * wind_to[1] - kz * wind_to[0]
            shape = np.exp(-((along / 5.0) ** 2) - (across / 34.0) ** 2) * (1 - np.exp(-((across / 7.0) ** 2)))
            noise = np.fft.fft2(draw(self.seed, self.name, "lines").standard_normal((SIZE, SIZE)))
            lines = np.fft.ifft2(noise * shape).real
            self._combed = wind_to, ((lines / lines.std() - 0.6) * 0.5).clip(0.0, 1.0).astype(np.float32).reshape(-1)
        return self._combed[1]

    def _break(self, tick: Tick) -> list[Happening]:
        """Where the water rises fast against a rock, it breaks."""
        level = self._level_at(self.rocks[:, 0], self.rocks[:, 2])
        rising = (level - self.level) / tick.dt_s if self.level.any() else np.zeros(len(level))
        self.level = level
        self.burst_s += tick.dt_s
        hard = rising / (0.9 * self.height_m / PERIOD_S * 2 * math.pi * 0.5 + 0.05)
        breaks = (hard > 0.62) & (self.burst_s > 0.55 * PERIOD_S) & (level > -0.12 * self.height_m)
        self.burst = np.where(breaks, hard * self.height_m, self.burst)
        self.burst_s = np.where(breaks, 0.0, self.burst_s)
        return [
            Happening(
                tick.first_sample, "break", tuple(float(v) for v in self.rocks[k]), {"force": round(float(self.burst[k]), 2)}
            )
            for k in np.flatnonzero(breaks)
        ]

    def _level_at(self, x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Height of the long waves at points, from the cascade the picture uses."""
        u, v = (np.floor(at / 250.0 * SIZE).astype(int) % SIZE for at in (x, z))
        return self._moved[:, 1].numpy()[v * SIZE + u].astype(float)

    def _sound(self, air: Air, tick: Tick) -> None:
        rng = draw(self.seed, self.name, "open", tick.frame)
        bed = self.open_sea.step(rng, tick.samples, max(air.weather.wind_m_s, 4.0))
        self._voices = []
        for k in range(STREAMS):
            angle = (k - 1.5) * 0.7
            way = (math.sin(angle), -0.1, math.cos(angle))
            self._voices.append(
                Voice(f"{self.name} {k}", "water", tuple(np.array(way) / np.linalg.norm(way)), bed[k], bed=True)
            )
        burst_s, burst, level = self.burst_s[:HEARD], self.burst[:HEARD], self.level[:HEARD]
        now = np.exp(-burst_s / 1.1) * np.minimum(burst_s / 0.25, 1.0)
        wash = 0.10 + 0.20 * np.maximum(level, 0.0) / (self.height_m + 0.1)
        power_w = 1.0 + 300_000.0 * (burst**2 * now + wash * self.height_m**2 * 0.02)
        foam = 110.0 * (burst * np.exp(-burst_s / 1.5) + wash * self.height_m * 0.06)
        heard = self.surf.step(draw(self.seed, self.name, "surf", tick.frame), tick.samples, power_w, foam)
        for k, (x, y, z) in enumerate(self.rocks[:HEARD].tolist()):
            self._voices.append(Voice(f"{self.name} rock {k}", "water", (x, y + 0.8, z), heard[k], size_m=4.0))

    def look(self) -> Look:
        white = np.flatnonzero(self.burst_s < 3.5)
        marks = tuple(mark for k in white.tolist() for mark in (self._plume(k), self._drops(k)))
        return Look(splats=marks, swell=self._surface.numpy())

    def _thrown(self, k: int, luck: np.ndarray, up: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where spray of a burst is: place, velocity, age."""
        force = min(self.burst[k], 7.0)
        age = np.clip(self.burst_s[k] - 0.25 * luck[:, 4], 0.0, None)
        rise = up * (0.35 + 0.65 * luck[:, 0]) * math.sqrt(force) * (3.1 + 0.35 * force)
        side = (luck[:, 1] - 0.5) * 2.2 * (force + 1.0)
        velocity = np.stack(
            [side * 0.5 + 0.2 * self._wind[0], rise - 9.81 * age, (luck[:, 2] - 0.2) * -2.5 + 0.2 * self._wind[1]], 1
        )
        at = self.rocks[k] + np.stack([(luck[:, 3] - 0.5) * 5.0, 0 * age, (luck[:, 2] - 0.5) * 2.0], 1)
        at = at + np.stack([velocity[:, 0] * age, rise * age - 4.9 * age**2, velocity[:, 2] * age], 1)
        return at, velocity, age

    def _plume(self, k: int) -> Splats:
        luck = self._luck[k, :PLUME]
        at, _, age = self._thrown(k, luck, 1.0)
        alpha = 1.1 * np.exp(-age / 0.95) * (age > 0) * (at[:, 1] > -1.0)
        return Splats("puff", at, np.zeros_like(at), (0.6 + 1.7 * age) * (0.5 + luck[:, 3]), np.full((PLUME, 3), 0.92), alpha)

    def _drops(self, k: int) -> Splats:
        luck = self._luck[k, PLUME:]
        at, velocity, age = self._thrown(k, luck, 1.25)
        alpha = 0.7 * np.exp(-age / 1.0) * (age > 0) * (at[:, 1] > -0.5)
        return Splats("streak", at, velocity, 0.02 + 0.05 * luck[:, 3] ** 2, np.full((DROPS, 3), 0.92), alpha)

    def voices(self) -> list[Voice]:
        return self._voices

    def where(self) -> np.ndarray:
        return self.rocks[2] if len(self.rocks) > 2 else self.rocks[0]

    def act(self, what: str) -> bool:
        self.rough = min(self.rough * {"more": 1.6, "less": 0.6}.get(what, 1.0), 4.0)
        return what in ("more", "less")
