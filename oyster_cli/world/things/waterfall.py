"""A waterfall. One number, the flow, makes the sheet dense, the spray thick and the roar loud."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Prop, Splats, Veil
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.water import Torrent
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

G_M_S2 = 9.81
FLOW_M3_S = 22.0
PUFFS, DROPS = 90, 2600
PUFF_LIFE_S = (3.0, 15.0)  # spray that falls back, and mist that drifts away


class Waterfall(Thing):
    """Falls from the site's lip to its foot. Mist rises and drifts with the wind; drops are a function of time alone."""

    kind: ClassVar[str] = "waterfall"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("torrent", "flow", "goal", "time_s", "blown_m")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.lip = np.asarray(site.spots["waterfall_lip"], float)
        self.foot = np.asarray(site.spots["waterfall_foot"], float)
        out = np.asarray(site.spots["waterfall_direction"], float)
        self.out = out / np.linalg.norm(out)
        self.drop_m = float(self.lip[:, 1].mean() - self.foot[1])
        self.fall_s = math.sqrt(2 * self.drop_m / G_M_S2)
        self.width_m = float(np.linalg.norm(self.lip[-1] - self.lip[0]))
        self.torrent = Torrent()
        self.flow = self.goal = 1.0
        self.time_s = 0.0
        self.blown_m = np.zeros(2)
        self._dry = np.zeros(0, np.float32)
        rng = draw(seed, name, "spray")
        self._luck = rng.random((DROPS, 6)).astype(np.float32)
        self._puffs = rng.random((PUFFS, 6)).astype(np.float32)

    def stage(self) -> list[Prop | Veil]:
        return [self._sheet(0.0, 1.0, 0), self._sheet(1.4, 0.62, 1)]

    def _sheet(self, forward_m: float, share: float, layer: int, rows: int = 48, columns: int = 25) -> Veil:
        """A sheet along the ballistic curve of the water, widening and bulging as it falls, ragged at its sides."""
        t = np.linspace(0.0, 1.0, rows)[:, None] ** 0.7 * self.fall_s
        s = np.linspace(-1.0, 1.0, columns)[None]
        rng = draw(self.seed, self.name, "sheet", layer)
        lobes = sum(np.sin(s * k * 2.1 + rng.random() * 6.3) / k for k in (1, 2, 3, 5))
        along = (self.lip[-1] - self.lip[0]) / self.width_m
        spread = share * (0.5 + 0.085 * t) * self.width_m
        across = s * spread
        ahead = forward_m + (1.5 + 0.35 * lobes) * t + 0.4 * (1 - s**2)
        down = 0.5 * G_M_S2 * t**2
        down = np.minimum(down, self.drop_m + 0.4)
        centre = self.lip.mean(0)
        points = centre + across[..., None] * along + ahead[..., None] * self.out
        points[..., 1] -= down
        n = rows * columns
        a = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)[None]).reshape(-1)
        triangles = np.concatenate([np.stack([a, a + columns, a + 1], 1), np.stack([a + 1, a + columns, a + columns + 1], 1)])
        edge = np.clip((1 - np.abs(s)) * (2.2 + 0.8 * np.sin(t * 3.0 + layer)), 0, 1) + 0 * t
        return Veil(points.reshape(n, 3).astype(np.float32), triangles.astype(np.int32),
                    (across + 31.0 * layer + 0 * t).reshape(n).astype(np.float32), (t + 0 * s).reshape(n).astype(np.float32),
                    edge.reshape(n).astype(np.float32))  # fmt: skip

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.flow += (self.goal - self.flow) * (1 - math.exp(-tick.dt_s / 0.8))
        self.time_s = tick.time_s + tick.dt_s
        gust = air.gust_at(tuple(self.foot))
        self.blown_m = self.blown_m + np.array(air.wind_to) * gust * tick.dt_s
        self._wind = np.array(air.wind_to) * gust
        rng = draw(self.seed, self.name, "roar", tick.frame)
        self._dry = self.torrent.step(rng, tick.samples, FLOW_M3_S * max(self.flow, 1e-4), self.drop_m)
        return []

    def look(self) -> Look:
        return Look(splats=(self._mist(), self._spray(), self._boil()), veil_flow=float(self.flow))

    def _mist(self) -> Splats:
        """Spray that rolls about the foot, and what of it rises, grows, thins out and goes with the wind."""
        luck = self._puffs
        life = PUFF_LIFE_S[0] + (PUFF_LIFE_S[1] - PUFF_LIFE_S[0]) * luck[:, 5] ** 1.5
        age = (self.time_s / life + luck[:, 0]) % 1.0
        seconds = age * life
        out = 1.2 * seconds + 9.0 * luck[:, 3] * (0.4 + age)
        side = (luck[:, 1] - 0.5) * (1.2 * self.width_m + 2.6 * seconds)
        at = self.foot + np.stack([side, 0.3 + seconds * (0.3 + 1.5 * luck[:, 2]), -0.5 - out], 1)
        at[:, [0, 2]] += (0.05 * seconds**1.5)[:, None] * self._wind
        radius = 1.6 + (0.7 + 0.5 * luck[:, 4]) * seconds
        alpha = 0.48 * self.flow * np.sin(np.pi * age**0.6) * (0.35 + luck[:, 2]) * (4.0 / (3.0 + radius))
        return Splats("puff", at.astype(np.float32), np.zeros_like(at), radius, np.full((PUFFS, 3), 0.92), alpha)

    def _spray(self) -> Splats:
        """Drops torn from the sheet, falling beside it."""
        luck = self._luck
        age = (self.time_s / self.fall_s + luck[:, 0]) % 1.0 * self.fall_s
        side = (luck[:, 1] - 0.5) * self.width_m * (1.0 + 0.13 * age)
        ahead = 1.0 + luck[:, 2] * 2.2 * age
        along = (self.lip[-1] - self.lip[0]) / self.width_m
        at = self.lip.mean(0) + side[:, None] * along + ahead[:, None] * self.out
        at[:, 1] -= 0.5 * G_M_S2 * age**2
        at[:, 0] += 0.05 * self._wind[0] * age**2
        velocity = np.stack([0 * age, -G_M_S2 * age, 0 * age], 1)
        radius = 0.03 + 0.10 * luck[:, 3] ** 2
        return Splats("streak", at, velocity, radius, np.full((DROPS, 3), 0.9), (0.16 * self.flow * luck[:, 4]))

    def _boil(self) -> Splats:
        """White water thrown up where the fall meets the pool."""
        luck = self._luck[:900]
        life = 0.5 + 0.7 * luck[:, 5]
        age = (self.time_s / life + luck[:, 0]) % 1.0 * life
        rise = 3.0 + 6.5 * luck[:, 3]
        at = self.foot + np.stack([(luck[:, 1] - 0.5) * self.width_m * 1.15, 0 * age, -luck[:, 2] * 5.0 - age * 2.5], 1)
        at[:, 1] += np.maximum(rise * age - 0.5 * G_M_S2 * age**2, 0.0)
        at[:, 0] += (luck[:, 4] - 0.5) * 4.0 * age
        velocity = np.stack([0 * age, rise - G_M_S2 * age, 0 * age - 2.0], 1)
        return Splats("streak", at, velocity, 0.05 + 0.12 * luck[:, 4], np.full((900, 3), 0.92), 0.30 * self.flow * luck[:, 3])

    def voices(self) -> list[Voice]:
        return [Voice(self.name, "water", tuple(self.foot + [0, 2.0, 0]), self._dry, size_m=6.0)]

    def where(self) -> np.ndarray:
        return (self.foot + self.lip.mean(0)) / 2

    def act(self, what: str) -> bool:
        goals = {"off": 0.0, "stop": 0.0, "out": 0.0, "on": 1.0, "start": 1.0, "more": self.goal * 1.6, "less": self.goal * 0.5}
        if what in goals:
            self.goal = goals[what]
        return what in goals
