"""An explosion: a charge on the ground. Its light, fireball and smoke, what it throws up and where that falls is one event."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Lamp, Look, Splats
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.speed import speed_m_s
from oyster_cli.sound.synth import fireworks as synth
from oyster_cli.sound.synth.tape import Tape
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.powder import dots, flown, lay
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import spot_ahead

AHEAD_M, ASIDE_M = 62.0, {"left": -14.0, "right": 14.0}
FUSE_S, WAIT_S = 0.03, 1.0  # from a cue; and in a shot that begins with one to come
PEAK_CD, FLASH_S, FIRE_S = 8.0e5, 0.06, 0.55
CLODS, CLOD_DRAG = 90, 0.25
BALL_M, BALL_S = 7.5, 0.16  # of the fireball, and how soon it is nearly so wide
FLAMES, PUFFS, SMOKE_S = 260, 64, 14.0
SOOT, DUST = np.array([0.030, 0.027, 0.025]), np.array([0.13, 0.115, 0.10])  # above, and near the ground
ORANGE, WHITE = np.array([1.0, 0.42, 0.10]), np.array([1.0, 0.9, 0.7])


class Explosion(Thing):
    """due_s: when it goes off (nan before the first frame, infinite afterwards); blown_s: when it did; drift: of its smoke."""

    kind: ClassVar[str] = "explosion"
    kept: ClassVar[tuple[str, ...]] = ("due_s", "blown_s", "count", "tape", "drift", "time_s", "way_m")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.at = spot_ahead(site, AHEAD_M, ASIDE_M.get(spec.side or "", 4.0))
        if site.sea_level_m is not None:
            self.at[1] = max(float(self.at[1]), site.sea_level_m)
        self.due_s, self.blown_s, self.count, self.time_s = math.nan, -math.inf, 0, 0.0
        self.tape, self.drift = Tape(), np.zeros(3)
        self.way_m = 0.0  # from where it is seen
        self._dry: np.ndarray = np.zeros(0, np.float32)
        self._dt_s = 1 / 24
        self._fallen: tuple[int, np.ndarray] = (0, np.zeros(CLODS))  # which blast, and when its clods fall

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.time_s, self._dt_s = tick.time_s + tick.dt_s, tick.dt_s
        if math.isnan(self.due_s):
            self.due_s = tick.time_s + (FUSE_S if self.spec.action == "enter" else WAIT_S)
        x, z = air.wind_to
        self.drift = self.drift + np.array([x, 0.0, z]) * (air.weather.wind_m_s * tick.dt_s)
        happened = [self._blow(air, tick)] if self.due_s < self.time_s else []
        self._dry = self.tape.play(tick.samples).astype(np.float32)
        return happened

    def _blow(self, air: Air, tick: Tick) -> Happening:
        sample = min(max(round(self.due_s * tick.rate_hz), tick.first_sample), tick.first_sample + tick.samples - 1)
        self.blown_s, self.due_s, self.drift = self.due_s, math.inf, np.zeros(3)
        self.count += 1
        # the one voice says from its middle what falls about it: as much sooner or later as it falls nearer or farther
        self.way_m = float(np.linalg.norm(self.at - tick.eye))
        off_m = np.linalg.norm(self._clods(self._falls_s()) - tick.eye, axis=1) - self.way_m
        rng = draw(self.seed, self.name, "sound", self.count)
        falls_s = np.maximum(self._falls_s() + off_m / speed_m_s(air.temperature_c, False), 0.0)
        lay(self.tape, sample - tick.first_sample, synth.explosion(rng, falls_s))
        rumble = synth.ECHO * synth.EXPLOSION_PA * synth.echo(rng)
        lay(self.tape, sample - tick.first_sample, rumble)
        return Happening(sample, "explosion", tuple(float(v) for v in self.at), {"clods": CLODS}, bang=True)

    def _throws(self) -> np.ndarray:
        """(CLODS, 3) velocities of what it throws up."""
        luck = draw(self.seed, self.name, "clods", self.count).random((CLODS, 3))
        turn, steep, speed = luck[:, 0] * math.tau, 0.7 + 0.8 * luck[:, 1], 9.0 + 26.0 * luck[:, 2]
        level = speed * np.cos(steep)
        return np.stack([level * np.cos(turn), speed * np.sin(steep), level * np.sin(turn)], 1)

    def _falls_s(self) -> np.ndarray:
        """(CLODS,) seconds after which each is back at the height it came from."""
        if self._fallen[0] != self.count:
            t = np.arange(0.05, 8.0, 0.01)
            up = self._throws()[:, 1:2]
            height = flown(np.stack([0 * up, up, 0 * up], 2), CLOD_DRAG, t[None, :, None])[..., 1]
            self._fallen = self.count, t[np.argmax(height < 0.0, axis=1)]
        return self._fallen[1]

    def _clods(self, t: np.ndarray) -> np.ndarray:
        return np.asarray(self.at + flown(self._throws(), CLOD_DRAG, t[:, None]))

    def look(self) -> Look:
        age_s = self.time_s - self.blown_s
        if not 0.0 < age_s < SMOKE_S:
            return Look()
        flash = FLASH_S / self._dt_s * (math.exp(-max(age_s - self._dt_s, 0.0) / FLASH_S) - math.exp(-age_s / FLASH_S))
        fire = math.exp(-age_s / FIRE_S)
        lamps: tuple[Lamp, ...] = ()
        if fire > 0.01:
            middle = self.at + [0.0, 2.0 + 5.0 * (1 - fire), 0.0]
            lamps = (Lamp(tuple(middle), (1.0, 0.6, 0.25), PEAK_CD * (flash + 0.06 * fire), 500.0),)
        return Look(splats=(self._smoke(age_s), self._flames(age_s, fire), self._flying(age_s)), lamps=lamps)

    def _flames(self, age_s: float, fire: float) -> Splats:
        """The fireball: it is there nearly at once, rolls up and goes dark from outside."""
        luck = draw(self.seed, self.name, "flames", self.count).normal(size=(FLAMES, 4))
        out = luck[:, :3] / np.linalg.norm(luck[:, :3], axis=1)[:, None]
        far = BALL_M * (1 - math.exp(-age_s / BALL_S)) * np.minimum(0.25 + 0.45 * abs(luck[:, 3]), 1.0)
        at = self.at + out * far[:, None] * [1.0, 0.8, 1.0] + [0.0, 2.0 + 6.0 * (1 - math.exp(-0.9 * age_s)), 0.0]
        at[:, 1] = np.maximum(at[:, 1], self.at[1] + 0.3)
        left = np.clip(1.5 * fire - 0.09 * far, 0.0, 1.0)
        hot = math.exp(-age_s / 0.12)
        return dots(at, 0.8, 2.2 * (hot * WHITE + (1 - hot) * ORANGE), left)

    def _flying(self, age_s: float) -> Splats:
        """What it throws up, until it falls."""
        still = age_s < self._falls_s()
        t = np.full(int(still.sum()), age_s)
        velocity = self._throws()[still]
        size_m = 0.03 + 0.11 * draw(self.seed, self.name, "sizes", self.count).random(CLODS) ** 2
        at = self.at + flown(velocity, CLOD_DRAG, t[:, None])
        n = len(at)
        return Splats(
            "streak", at, velocity * math.exp(-CLOD_DRAG * age_s), size_m[still], np.full((n, 3), 0.07), np.full(n, 0.95)
        )

    def _smoke(self, age_s: float) -> Splats:
        """Dust and smoke that boil up after the fire and drift with the wind."""
        luck = draw(self.seed, self.name, "smoke", self.count).normal(size=(PUFFS, 4))
        wide = 1 - math.exp(-age_s / 0.5)
        rise = (2.0 + 12.0 * abs(luck[:, 3])) * (1 - math.exp(-age_s / 1.8))
        at = self.at + self.drift * 0.5 + luck[:, :3] * [3.6, 1.2, 3.6] * wide
        at[:, 1] += 1.0 + rise
        alpha = 0.85 * wide * (1 - age_s / SMOKE_S)
        soot = SOOT + (DUST - SOOT) * np.clip(1.0 - (at[:, 1:2] - self.at[1]) / 6.0, 0.0, 1.0)
        return Splats(
            "puff", at, np.zeros_like(at), np.full(PUFFS, 1.5 + 3.2 * wide + 0.6 * age_s), soot, np.full(PUFFS, alpha)
        )

    def voices(self) -> list[Voice]:
        x, y, z = self.at.tolist()
        return [Voice(self.name, "effects", (x, y + 1.0, z), self._dry, size_m=2.0, bang_m=self.way_m)]

    def where(self) -> np.ndarray:
        return self.at + [0.0, 4.0, 0.0]

    def act(self, what: str) -> bool:
        if what in ("on", "start"):
            self.due_s = self.time_s + FUSE_S
            return True
        return False
