"""A bell on a buoy: the water rolls the buoy, the clappers swing in it, and where one meets the bronze it rings."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.bell import BellTone
from oyster_cli.sound.voice import Voice
from oyster_cli.world.afloat import PITCH, ROLL, Afloat
from oyster_cli.world.air import Air
from oyster_cli.world.chop import chop
from oyster_cli.world.shapes.buoy import BELL_AT, bell, bell_buoy, clapper
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

PRIME_HZ = 640.0
PERIOD_S = (1.6, 2.3, 2.35)  # of the buoy: heave, roll, pitch; it is made to roll
DAMPING = (0.25, 0.25, 0.25)
KEEN = 7.5
SIZE_M = (1.7, 1.7)
CLAPPER_M = 0.40
FREE_RAD = 0.145  # how far a clapper swings before it meets the bell
LOSS = 0.9  # 1/s, of its swing
BOUNCE = 0.35
G_M_S2 = 9.81
STEPS = 16  # of a frame
PULL_M_S = 0.42  # what a hand at the rope gives a clapper
SOFT_M_S = 0.02  # slower touches are not heard


class Bell(Thing):
    """Two clappers, one across and one along: angle (2,) against the buoy in radians and how fast it changes."""

    kind: ClassVar[str] = "bell"
    kept: ClassVar[tuple[str, ...]] = ("afloat", "angle", "swing", "tone", "pulled")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        x, _, z = np.asarray(site.spots["buoy"], float)
        self.afloat = Afloat(np.array([[x, z, 24.0]]), np.array([SIZE_M]), np.array([PERIOD_S]), DAMPING, KEEN)
        self.chop = chop(seed)
        self.angle, self.swing = np.zeros(2), np.zeros(2)
        self.tone = BellTone(PRIME_HZ)
        self.pulled = False
        self._dry = np.zeros(0, np.float32)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        before = self._tilt()
        self.afloat.advance(self.chop.under(air.weather.wind_m_s), tick.time_s + tick.dt_s, tick.dt_s)
        strikes = self._swing(before, tick)
        if self.pulled:
            strikes, self.pulled = [(0, PULL_M_S), *strikes], False
            self.swing = self.swing - np.array([PULL_M_S * 0.5 / CLAPPER_M, 0.0])
        self._dry = self.tone.step(tick.samples, strikes)
        at = tuple(float(v) for v in self.where())
        return [Happening(tick.first_sample + offset, "bell", at, {"speed_m_s": round(speed, 3)}) for offset, speed in strikes]

    def _tilt(self) -> np.ndarray:
        """(2, 3) roll and pitch of the buoy, their speed and acceleration."""
        floats, axes = self.afloat, [ROLL, PITCH]
        now, speed, omega = floats.now[0, axes], floats.speed[0, axes], floats.omega[0, axes]
        return np.stack([now, speed, -(omega**2) * now - 2 * floats.damping[axes] * omega * speed], 1)

    def _swing(self, before: np.ndarray, tick: Tick) -> list[tuple[int, float]]:
        """Clappers as pendulums on a pivot that the buoy throws about; (sample, speed) of every blow."""
        after, dt = self._tilt(), tick.dt_s / STEPS
        blows = []
        for step in range(STEPS):
            tilt, _, thrown = (before + (after - before) * ((step + 0.5) / STEPS)).T
            pull = -(G_M_S2 / CLAPPER_M) * np.sin(self.angle + tilt) - (BELL_AT[1] / CLAPPER_M + 1) * thrown - LOSS * self.swing
            self.swing = self.swing + dt * pull
            self.angle = self.angle + dt * self.swing
            for k in np.flatnonzero((abs(self.angle) > FREE_RAD) & (self.angle * self.swing > 0)).tolist():
                speed = abs(float(self.swing[k])) * CLAPPER_M
                late = min((abs(float(self.angle[k])) - FREE_RAD) / abs(float(self.swing[k])), dt)
                if speed > SOFT_M_S:
                    sample = int((step + 1) * tick.samples / STEPS - late * tick.rate_hz)
                    blows.append((min(max(sample, 0), tick.samples - 1), speed))
                self.angle[k] = np.sign(self.angle[k]) * FREE_RAD
                self.swing[k] *= -BOUNCE
        return blows

    def parts(self) -> list[Mesh]:
        return [bell_buoy(), bell(), clapper(CLAPPER_M)]

    def look(self) -> Look:
        pose = self.afloat.poses()[0]
        hung = np.concatenate([pose[:, :3], (pose[:, :3] @ np.array(BELL_AT) + pose[:, 3])[:, None]], 1)
        roll, pitch = self.angle
        swung = hung.copy()
        swung[:, :3] = hung[:, :3] @ np.array([[1, -roll, 0], [roll, 1, -pitch], [0, pitch, 1.0]])
        return Look(poses=np.stack([pose, hung, swung]).astype(np.float32))

    def voices(self) -> list[Voice]:
        x, y, z = self.where().tolist()
        return [Voice(self.name, "effects", (x, y, z), self._dry, size_m=0.6)]

    def where(self) -> np.ndarray:
        pose = self.afloat.poses()[0]
        return np.asarray(pose[:, :3] @ np.array(BELL_AT) + pose[:, 3])

    def act(self, what: str) -> bool:
        self.pulled = self.pulled or what == "ring"
        return what == "ring"
