"""Neon signs. One of them has a bad tube: it stutters, is seen dark and falls silent at the same samples."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import METAL, Lamp, Look, Mesh, Prop, Veil
from oyster_cli.picture.mesh import boxes, turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.street import Hum
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.sign import INK, Sign, neon
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import spot_ahead, view_axes

WORDS = ("HOTEL", "OYSTER BAR", "JAZZ", "NOODLES", "OPEN", "CAFE", "CLUB 9", "PHO", "LIQUOR", "ARCADE", "BAR", "DINER")
INKS = ("pink", "cyan", "amber", "green", "red", "violet")
LAMPS = 5  # signs that light the street: street lamps and cars need lamps too, and there are 16 in all
CANDELA, REACH_M = 420.0, 16.0
GLOW = 0.16  # of the tubes at full strength, so that film keeps their colour
HUM_DBA, STEADY_DBA = 52.0, 38.0  # the bad tube and a good one, at 1 m
STUTTERS_PER_S = 0.55
EDGE_S = 0.0015  # how fast a tube goes dark or lights
DARK = 0.004


class Neon(Thing):
    """Signs on the fronts of a street; anywhere else one on posts. switch: on or off. dips: (k, 2) samples, dark from to."""

    kind: ClassVar[str] = "neon"
    kept: ClassVar[tuple[str, ...]] = ("hums", "on", "dips", "lit", "dark")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        spots = np.asarray(site.spots.get("signs", _posted(site)), float)
        away = np.linalg.norm(spots[:, :3] - np.array(site.stand.eye), axis=1)
        self.posted = "signs" not in site.spots
        self.spots = spots[np.argsort(away, kind="stable")]
        ink = spec.colour if spec.colour in INK else None
        self.signs, self.poses = [], np.zeros((len(self.spots), 3, 4), np.float32)
        for k, spot in enumerate(self.spots):
            sign, self.poses[k] = self._hang(k, spot, ink)
            self.signs.append(sign)
        self.bad = 1 if len(self.signs) > 1 else 0  # the second nearest stutters
        self.hums = [Hum(), Hum()]
        self.on = True
        self.dips = np.zeros((0, 2))
        self.lit, self.dark = 1.0, False  # share of the frame for which the bad tube shone; whether it went dark in it
        self._dry: list[np.ndarray] = []

    def _hang(self, k: int, spot: np.ndarray, ink: str | None) -> tuple[Sign, np.ndarray]:
        """A sign and its (3, 4) place: long words flat on the wall, others standing out, to be read along the street."""
        rng = draw(self.seed, self.name, "sign", k)
        word = WORDS[(k + self.seed) % len(WORDS)]
        colour, yaw = ink or INKS[(k + self.seed) % len(INKS)], float(np.degrees(spot[3]))
        border = INKS[(k + self.seed + 2) % len(INKS)] if rng.random() < 0.5 else None
        if self.posted or len(word) > 6:
            sign = neon(word, colour, 0.7, border=border)
            return sign, _place(turn("y", yaw + 180.0), spot[:3])
        sign = neon(word, colour, float(rng.uniform(0.5, 0.66)), upright=len(word) > 3, both_sides=True, border=border)
        out = np.array([np.sin(spot[3]), 0.0, np.cos(spot[3])])
        at = spot[:3] + out * (sign.size[0] / 2 - 0.35) + [0.0, sign.size[1] / 2 - 0.4, 0.0]
        return sign, _place(turn("y", yaw + 90.0), at)

    def stage(self) -> list[Prop | Veil]:
        props: list[Prop | Veil] = [Prop((sign.board,), pose[None]) for sign, pose in zip(self.signs, self.poses, strict=True)]
        if self.posted:
            width, high = self.signs[0].size
            legs = np.array([[s * width * 0.42 - 0.05, -2.6 - high / 2, 0.0] for s in (-1, 1)])
            props.append(Prop((boxes(legs, legs + [0.1, 2.6 + high / 2, 0.08], (0.05, 0.05, 0.05), METAL),), self.poses[:1]))
        return props

    def parts(self) -> list[tuple[Mesh, ...]]:
        return [(sign.glow, sign.glow, sign.far) for sign in self.signs]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002 signs shine in any weather
        end = tick.first_sample + tick.samples
        self.dips = self.dips[self.dips[:, 1] + EDGE_S * tick.rate_hz > tick.first_sample] if self.on else np.zeros((0, 2))
        fresh = self._stutter(tick) if self.on else np.zeros((0, 2))
        self.dips = np.concatenate([self.dips, fresh])
        bright = self._brightness(tick)
        self.lit, self.dark = float(bright.mean()), bool(bright.min() < 0.5)
        starts = [int(start) for start, _ in self.dips if tick.first_sample <= start < end]
        level = (HUM_DBA, STEADY_DBA) if self.on else (-np.inf, -np.inf)
        self._dry = [hum.step(tick.samples, dba) for hum, dba in zip(self.hums, level, strict=True)]
        self._dry[0] = (self._dry[0] * bright).astype(np.float32)
        at = self._middle(self.bad)
        return [Happening(start, "flicker", at, {"sign": self._word(self.bad)}) for start in starts]

    def _stutter(self, tick: Tick) -> np.ndarray:
        """(k, 2) samples of the dark spells that begin in this frame: now and then, two or three in a row."""
        rng = draw(self.seed, self.name, "stutter", tick.frame)
        if rng.random() > STUTTERS_PER_S * tick.dt_s:
            return np.zeros((0, 2))
        count = int(rng.integers(1, 4))
        dark, light = rng.uniform(0.03, 0.11, count) * tick.rate_hz, rng.uniform(0.03, 0.09, count) * tick.rate_hz
        first = tick.first_sample + int(rng.integers(tick.samples))
        starts = first + np.concatenate([[0], np.cumsum(dark + light)[:-1]])
        return np.floor(np.stack([starts, starts + dark], 1))

    def _brightness(self, tick: Tick) -> np.ndarray:
        """(samples,) how bright the bad tube is, 0..1."""
        sample = tick.first_sample + np.arange(tick.samples)
        bright, edge = np.ones(tick.samples), EDGE_S * tick.rate_hz
        for start, end in self.dips:
            bright = np.minimum(bright, np.clip(np.maximum((start - sample) / edge + 1.0, (sample - end) / edge), 0.0, 1.0))
        return bright

    def look(self) -> Look:
        lamps = tuple(self._lamp(k) for k in range(min(LAMPS, len(self.signs)))) if self.on else ()
        glow = np.full(len(self.signs), GLOW if self.on else DARK)
        glow[self.bad] = DARK if self.dark else glow[self.bad]
        return Look(poses=self.poses, lamps=lamps, glow=glow)

    def _lamp(self, k: int) -> Lamp:
        power = self.lit if k == self.bad else 1.0
        out = 0.5 * self.poses[k, :, 2]
        x, y, z = (self.poses[k, :, 3] - out).tolist()
        return Lamp((x, y, z), self.signs[k].colour, CANDELA * power, REACH_M)

    def _middle(self, k: int) -> tuple[float, float, float]:
        x, y, z = self.poses[k, :, 3].tolist()
        return x, y, z

    def _word(self, k: int) -> str:
        return WORDS[(k + self.seed) % len(WORDS)]

    def voices(self) -> list[Voice]:
        spots = (self.bad, 0)[: len(self.signs)]
        return [
            Voice(f"{self.name} {k}", "effects", self._middle(k), dry, size_m=0.6)
            for k, dry in zip(spots, self._dry, strict=False)
        ]  # fmt: skip

    def where(self) -> np.ndarray:
        return np.array(self._middle(0))

    def act(self, what: str) -> bool:
        switches = {"on": True, "off": False, "out": False, "light": True, "flicker": self.on}
        self.on = switches.get(what, self.on)
        return what in switches


def _place(rotation: np.ndarray, at: np.ndarray) -> np.ndarray:
    return np.concatenate([rotation, np.asarray(at, float)[:, None]], axis=1).astype(np.float32)


def _posted(site: Site) -> np.ndarray:
    """Where there is no street: one sign on posts, looking at the camera."""
    at = spot_ahead(site, 10.0, -2.0) + [0.0, 2.9, 0.0]
    ahead, _ = view_axes(site.stand)
    return np.array([[*at, np.arctan2(-ahead[0], -ahead[2])]])
