"""Boats at their berths: they ride on the water that is drawn, and what they do there is what creaks, slaps and clinks."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.lap import HullLap
from oyster_cli.sound.synth.mooring import Creak, Halyards, Rigging
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.afloat import HEAVE, PITCH, ROLL, Afloat
from oyster_cli.world.air import Air
from oyster_cli.world.chop import chop
from oyster_cli.world.shapes import boat as shape
from oyster_cli.world.shapes.quay import line
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.lamps import dim_enough

HULLS = (shape.TRAWLER, shape.YACHT, shape.DINGHY)
PERIODS_S = np.array([[2.6, 3.4, 2.8], [2.2, 2.7, 2.4], [1.1, 1.5, 1.2]])  # heave, roll, pitch of each kind
DAMPING = (0.35, 0.09, 0.30)
KEEN = 1.5
PAINT = ((0.030, 0.085, 0.16), (0.55, 0.53, 0.48), (0.20, 0.035, 0.025), (0.025, 0.10, 0.075), (0.40, 0.31, 0.10))
NEAR_M = 36.0  # boats farther off are drawn with fewer triangles
LINE_M = 11.0  # no mooring line is longer
SLAPPED, CREAKING, CLINKING = 2, 2, 2  # the nearest of each are heard by themselves
MAST_M = 9.0
GLOW_SHARE = 0.22
AWAY_M = -1e5


class Boats(Thing):
    """The fleet of a harbour, nearest first. power: 0..1 of its lit cabin windows."""

    kind: ClassVar[str] = "boat"
    kept: ClassVar[tuple[str, ...]] = ("afloat", "power", "slap", "creaks", "halyards", "rigging")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        berths = np.asarray(site.spots["berths"], float)
        away = np.linalg.norm(berths[:, 1:3] - np.array(site.stand.eye)[[0, 2]], axis=1)
        order = np.argsort(away, kind="stable")
        self.berths, self.away = berths[order], away[order]
        self.hulls = self.berths[:, 0].astype(int)
        size = np.array([[HULLS[k].beam_m, HULLS[k].length_m] for k in self.hulls])
        luck = 1 + 0.06 * draw(seed, name, "hulls").standard_normal((len(berths), 3))
        self.afloat = Afloat(self.berths[:, 1:], size, PERIODS_S[self.hulls] * luck, DAMPING, KEEN)
        self.chop = chop(seed)
        self.power = 0.0
        self.lit_of = np.flatnonzero(self.hulls == 0)[::2]  # somebody is on board
        self.masts = np.flatnonzero(self.hulls == 1)[:CLINKING]
        self.large = np.flatnonzero(self.hulls != 2)[:CREAKING]
        self.slap, self.creaks = HullLap(SLAPPED), [Creak() for _ in self.large]
        self.halyards, self.rigging = Halyards(len(self.masts)), Rigging(len(self.masts))
        self._moor()
        self._voices: list[Voice] = []

    def _moor(self) -> None:
        """Lines from bow and stern to bollards ahead and astern: (m,) boat, (m, 3) cleat on the boat and bollard ashore."""
        bollards = np.asarray(self.site.spots["bollards"], float) + [0, 0.25, 0]
        lines = []
        for k in np.flatnonzero(self.hulls != 2).tolist():  # dinghies are made fast where it does not show
            hull, pose = HULLS[self.hulls[k]], self.afloat.poses()[k]
            for t, off, way in ((0.9, 0.45, 1.0), (0.1, 0.8, -1.0)):
                rail = float(hull.rail_m(np.array(t)))
                for s in (-1.0, 1.0):
                    cleat = np.array([s * off * float(hull.half_beam(np.array(t))), rail, hull.length_m * (t - 0.5)])
                    rel = bollards - (pose[:, :3] @ cleat + pose[:, 3])
                    long = np.linalg.norm(rel, axis=1)
                    right = (rel @ pose[:, 0:1] * s)[:, 0] > 0.2, (rel @ pose[:, 2:3] * way)[:, 0] > 1.5
                    long = np.where(right[0] & right[1], long, np.inf)
                    if long.min() < LINE_M:
                        lines.append((k, cleat, bollards[long.argmin()]))
        boats, cleats, posts = zip(*lines, strict=True)
        self.line_of, self.cleats, self.posts = np.array(boats, int), np.array(cleats), np.array(posts)

    def parts(self) -> list[Mesh]:
        """Every hull, then every boat's lit windows, then the lines."""
        hulls, lit = [], []
        for k, kind in enumerate(self.hulls):
            paint, near = PAINT[(k * 2 + kind) % len(PAINT)], bool(self.away[k] < NEAR_M)
            if kind == 0:
                body, panes = shape.trawler(paint, near)
                hulls.append(body)
                lit += [panes] if k in self.lit_of else []
            else:
                hulls.append(shape.yacht(paint, near) if kind == 1 else shape.dinghy(paint))
        return [*hulls, *lit, *[line()] * len(self.line_of)]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.afloat.advance(self.chop.under(air.weather.wind_m_s), tick.time_s + tick.dt_s, tick.dt_s)
        self.power = float(dim_enough(air, tick)) * (1 - 0.85 * tick.night)  # film opens up by night: less does as much
        self._sound(air, tick)
        return []

    def _sound(self, air: Air, tick: Tick) -> None:
        poses, speed = self.afloat.poses(), self.afloat.speed
        rng = draw(self.seed, self.name, "sound", tick.frame)
        self._voices = []
        wet = self.slap.step(rng, tick.samples, 2.2 * self.afloat.rise[:SLAPPED])
        for k, dry in enumerate(wet):
            self._voices.append(Voice(f"{self.name} slap {k}", "water", self._at(poses[k], (0, 0.2, 2.0)), dry, size_m=1.5))
        for creak, k in zip(self.creaks, self.large.tolist(), strict=True):
            slip = abs(speed[k, ROLL]) * 2.0 + abs(speed[k, PITCH]) * 4.0 + abs(speed[k, HEAVE])
            pull = abs(self.afloat.now[k, ROLL]) * 2.0 + abs(self.afloat.now[k, HEAVE])
            dry = creak.step(rng, tick.samples, slip, pull)
            self._voices.append(Voice(f"{self.name} creak {k}", "foley", self._at(poses[k], (0, 1.2, 3.5)), dry))
        wind_m_s = air.gust(poses[self.masts, :, 3])
        heard = self.halyards.step(rng, tick.samples, MAST_M * self._sway(), wind_m_s)
        heard = heard + self.rigging.step(rng, tick.samples, wind_m_s, air.weather.wind_m_s)
        for k, dry in zip(self.masts.tolist(), heard, strict=True):
            self._voices.append(Voice(f"{self.name} mast {k}", "foley", self._at(poses[k], (0, 5.0, 1.0)), dry))

    def _sway(self) -> np.ndarray:
        """rad/s2 of the masts' roll, from the springs that move them."""
        floats = self.afloat
        now, speed = floats.now[self.masts, ROLL], floats.speed[self.masts, ROLL]
        omega = floats.omega[self.masts, ROLL]
        return -(omega**2) * now - 2 * floats.damping[ROLL] * omega * speed

    def _at(self, pose: np.ndarray, local: tuple[float, float, float]) -> tuple[float, float, float]:
        x, y, z = (pose[:, :3] @ np.array(local) + pose[:, 3]).tolist()
        return x, y, z

    def voices(self) -> list[Voice]:
        return self._voices

    def look(self) -> Look:
        poses = self.afloat.poses()
        lit = poses[self.lit_of] + np.array([[0, 0, 0, 0], [0, 0, 0, 0.0 if self.power else AWAY_M], [0, 0, 0, 0]])
        return Look(poses=np.concatenate([poses, lit, self._lines(poses)]).astype(np.float32), glow=GLOW_SHARE * self.power)

    def _lines(self, poses: np.ndarray) -> np.ndarray:
        """Each line from its cleat to its bollard; the shorter the way, the deeper it hangs."""
        mine = poses[self.line_of]
        start = np.einsum("nij,nj->ni", mine[:, :, :3], self.cleats) + mine[:, :, 3]
        chord = self.posts - start
        long = np.linalg.norm(chord, axis=1, keepdims=True)
        side = np.cross([0.0, 1.0, 0.0], chord)
        side /= np.maximum(np.linalg.norm(side, axis=1, keepdims=True), 1e-6)
        rest = 1.0006 * np.linalg.norm(self.posts - self._still(), axis=1, keepdims=True) + 0.004
        sag = np.sqrt(np.maximum(3 / 8 * long * (rest - long), 0.0004))
        return np.stack([side, np.array([[0.0, 1.0, 0.0]]) * np.maximum(sag, 0.05), chord, start], 2)

    def _still(self) -> np.ndarray:
        """(m, 3) where the cleats are in still water."""
        turns = self.afloat.turns[self.line_of]
        at = np.einsum("nij,nj->ni", turns, self.cleats)
        return at + np.stack([self.berths[self.line_of, 1], 0 * at[:, 1], self.berths[self.line_of, 2]], 1)

    def where(self) -> np.ndarray:
        pose = self.afloat.poses()[int(self.large[0])]
        return np.array(self._at(pose, (0, 1.5, 0)))
