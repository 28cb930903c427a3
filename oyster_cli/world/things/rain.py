"""Rain: the rate that draws the streaks is the rate that patters, on what it falls on. It comes and goes with the weather."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Splats
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.drops import ON
from oyster_cli.sound.synth.rain import Rain as RainSound
from oyster_cli.sound.synth.tape import Tape
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.boxed import boxed
from oyster_cli.world.rained import Rained
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

BOX_M = np.array([26.0, 14.0, 30.0], np.float32)  # the drawn drops wrap around in a box that goes with the camera
MOST = 7000
SPLASHES = 700
NEAREST_M = 2.0
STREAMS = 4
DIAMETER_MM = (1.0, 3.2)  # of drops that are heard singly
NEAR_DROPS_PER_S = 5.0  # single drops near the camera that are told and heard one by one, in heavy rain


class Rain(Thing):
    """Drops in a box about the camera, rings and splashes on the ground, and the sound around."""

    kind: ClassVar[str] = "rain"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("sound", "near", "fallen_m", "blown_m", "rate")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.rained = Rained(site)
        self.sound = RainSound(self.rained.shares, STREAMS)
        self.near = Tape()
        self.fallen_m = 0.0
        self.blown_m = np.zeros(2)
        self.rate = 0.0
        self._luck = draw(seed, name, "drops").random((MOST, 4)).astype(np.float32)
        self._voices: list[Voice] = []
        self._eye = np.array(site.stand.eye, float)
        self._dots: np.ndarray = np.zeros((0, 3))
        self._speed_m_s, self._wind = 6.5, np.zeros(2)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        before, self.rate = self.rate, air.weather.rain_mm_h
        self._eye, self._ahead = tick.eye, tick.ahead
        self._speed_m_s = 4.0 + 1.1 * math.log(1 + self.rate)  # the mean drop grows with the rate (Gunn & Kinzer)
        self._wind = np.array(air.wind_to) * air.gust_at(tuple(tick.eye)) * 0.7
        self.fallen_m += self._speed_m_s * tick.dt_s
        self.blown_m = self.blown_m + self._wind * tick.dt_s
        rng = draw(self.seed, self.name, "patter", tick.frame)
        self._voices, happened = [], []
        if max(before, self.rate) > 0.02:  # a rain that ends fades within its last frame
            heard = self.sound.step(rng, tick.samples, self.rate)
            self._voices = [self._from(k, heard[k]) for k in range(STREAMS)]
            happened = self._single_drops(tick)
        self._splash_points(tick)
        return happened

    def _from(self, k: int, dry: np.ndarray) -> Voice:
        angle = math.tau * (k + 0.5) / STREAMS
        return Voice(f"{self.name} {k}", "weather", (math.sin(angle) * 0.95, -0.31, math.cos(angle) * 0.95), dry, bed=True)

    def _single_drops(self, tick: Tick) -> list[Happening]:
        """Drops near the lens, each seen as a splash and heard at its sample, as what it falls on sounds."""
        rng = draw(self.seed, self.name, "single", tick.frame)
        count = rng.poisson(NEAR_DROPS_PER_S * min(self.rate / 25.0, 1.5) * tick.dt_s)
        happened = []
        for _ in range(count):
            offset = int(rng.integers(tick.samples))
            angle, far = rng.random() * math.tau, 1.0 + 2.0 * rng.random()
            x, z = tick.eye[0] + far * math.sin(angle), tick.eye[2] + far * math.cos(angle)
            at, on = self.rained.struck(float(x), float(z), float(rng.random()))
            mm, speed = DIAMETER_MM[0] + (DIAMETER_MM[1] - DIAMETER_MM[0]) * float(rng.random()), self._speed_m_s
            detail = {"metres": round(far, 2), "on": on, "mm": round(mm, 1)}
            happened.append(Happening(tick.first_sample + offset, "drop", at, detail))
            self.near.lay(offset, ON[on](rng, mm, speed, tick.rate_hz) / far)
        dry = self.near.play(tick.samples).astype(np.float32)
        self._voices.append(Voice(f"{self.name} near", "weather", (0.0, -0.8, 0.6), dry, bed=True))
        return happened

    def _splash_points(self, tick: Tick) -> None:
        """Where drops have just struck the ground in front of the lens."""
        count = int(SPLASHES * min(self.rate / 30.0, 1.0))
        if not count:
            self._dots = np.zeros((0, 3))
            return
        rng = draw(self.seed, self.name, "splash", tick.frame)
        far = 1.2 + 16.0 * rng.random(count) ** 1.6
        angle = math.atan2(tick.ahead[0], tick.ahead[2]) + (rng.random(count) - 0.5) * 1.6
        x, z = tick.eye[0] + far * np.sin(angle), tick.eye[2] + far * np.cos(angle)
        y = self.site.ground.height_at(x, z)
        water = self.site.ground.water_at(x, z)
        self._dots = np.stack([x, np.maximum(y, water) + 0.02 + 0.05 * rng.random(count), z], 1)

    def look(self) -> Look:
        if self.rate < 0.05:
            return Look()
        count = int(MOST * min((self.rate / 40.0) ** 0.6, 1.0))
        luck = self._luck[:count]
        drift = np.array([self.blown_m[0], -self.fallen_m, self.blown_m[1]], np.float32)
        centre = self._eye + self._ahead * (BOX_M[2] * 0.42)
        at = boxed(luck[:, :3] * BOX_M + drift * (1 + 0.12 * luck[:, 3:4]), centre, BOX_M)
        away = at - self._eye.astype(np.float32)
        far = np.einsum("ij,ij->i", away, away) > NEAREST_M**2  # a nearer drop would be a bar across the picture
        at, size = at[far], luck[far, 3] ** 2  # most drops are small
        count = len(at)
        velocity = np.broadcast_to(np.array([self._wind[0], -self._speed_m_s, self._wind[1]], np.float32), at.shape)
        velocity = velocity * (0.55 + 0.7 * size[:, None])
        gale = min(max((float(np.hypot(*self._wind)) - 5.0) / 6.0, 0.0), 1.0)  # it drives drops together
        drops = Splats("streak", at, velocity, (0.0006 + 0.0006 * size) * (1.0 + 0.8 * gale),
                       np.full((count, 3), 0.75 + 0.25 * gale, np.float32), 0.22 + 0.38 * size + 0.2 * gale)  # fmt: skip
        splash = Splats("dot", self._dots, np.zeros_like(self._dots), np.full(len(self._dots), 0.010),
                        np.full((len(self._dots), 3), 0.5), np.full(len(self._dots), 0.35))  # fmt: skip
        return Look(splats=(drops, splash))

    def voices(self) -> list[Voice]:
        return self._voices
