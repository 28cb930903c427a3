"""Lightning and its thunder: one bolt, drawn, lighting the world, and sounding from every piece of its channel."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Splats
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.thunder import strike
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

STROKES = ((0.0, 1.0), (0.052, 0.6), (0.11, 0.45))  # seconds after the strike, strength
STROKE_S = 0.045  # how long a stroke shines before it has sunk to a third
AFTERGLOW, AFTERGLOW_S = 0.06, 0.16  # the channel's hot air
GROUPS = 20
MIXED = 0.25  # of nature's pressure: thunder as films mix it, or nothing else in the storm could be heard beside it
PEAK_CD = 4.0e8
CHANNEL = 14.0  # of the drawn channel at the first stroke, on film
FAR_OFF_PER_MIN = 12.0  # strikes of a storm that passes by; with 60 it is overhead, and bolts come down 140 to 320 m away
FIRST_CHARGE = 0.82  # the first strike of a storm comes soon


class Lightning(Thing):
    """Strikes at the weather's rate, or when told. A strike's flash is on its frame; its thunder comes when it comes."""

    kind: ClassVar[str] = "lightning"
    kept: ClassVar[tuple[str, ...]] = ("charge", "told", "age_s", "bolt", "count", "speaking", "rest")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.charge, self.told = FIRST_CHARGE, False
        self.age_s = 1e3  # since the last strike
        self.bolt = np.zeros((0, 3))
        self.count = 0
        self.speaking: list[list] = []  # channel pieces still sounding: name, x, y, z, metres to the nearest
        self.rest: dict[str, np.ndarray] = {}  # what each has yet to say
        self._voices: list[Voice] = []

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.age_s += tick.dt_s
        self.charge += air.weather.lightning_per_min / 60.0 * tick.dt_s
        happened: list[Happening] = []
        if self.told or self.charge >= 1.0:
            happened = [self._strike(air.weather.lightning_per_min, tick)]
        self._voices = [self._say(entry, tick.samples) for entry in self.speaking]
        self.speaking = [entry for entry in self.speaking if len(self.rest[entry[0]])]
        self.rest = {entry[0]: self.rest[entry[0]] for entry in self.speaking}
        self._eye = tick.eye
        return happened

    def _strike(self, per_min: float, tick: Tick) -> Happening:
        rng = draw(self.seed, self.name, "strike", tick.frame)
        self.told, self.charge = False, 0.25 * float(rng.random())
        self.age_s = 0.0
        self.count += 1
        self.bolt = self._channel(rng, per_min, tick)
        pieces = strike(self.bolt, tick.eye, rng, strokes=STROKES, groups=GROUPS)
        channel = np.array([piece.at for piece in pieces[:-1]])  # the last is the hills' answer
        away = np.linalg.norm(channel - tick.eye, axis=1)
        for k, piece in enumerate(pieces):
            key = f"{self.name} {self.count} {k}"
            self.rest[key] = MIXED * piece.dry
            self.speaking.append([key, *piece.at, float(away.min())])
        # the flash fills its frame: the strike is at the frame's first sample, and told where it is heard first
        return Happening(
            tick.first_sample, "strike", tuple(float(v) for v in channel[np.argmin(away)]),
            {"nearest_m": round(float(away.min()), 1), "strokes": len(STROKES)}, bang=True,
        )  # fmt: skip

    def _channel(self, rng: np.random.Generator, per_min: float, tick: Tick) -> np.ndarray:
        """A crooked line from cloud to ground (k, 3): midpoints moved by a fifth of each piece, six times over.

        A storm that strikes more often than most is overhead: its bolts are the nearer.
        """
        ahead = math.atan2(tick.ahead[0], tick.ahead[2]) + (rng.random() - 0.5) * 0.62
        far = (700.0 + 900.0 * rng.random() ** 2) * min(FAR_OFF_PER_MIN / max(per_min, 1e-9), 1.0)
        foot_x, foot_z = tick.eye[0] + far * math.sin(ahead), tick.eye[2] + far * math.cos(ahead)
        sea_m = -math.inf if self.site.sea_level_m is None else self.site.sea_level_m
        foot_y = max(float(self.site.ground.height_at(foot_x, foot_z)), sea_m)
        top = np.array([foot_x + rng.normal() * 130, foot_y + 750.0, foot_z + rng.normal() * 130])
        line = np.array([[foot_x, foot_y, foot_z], top])
        for _ in range(6):
            length = np.linalg.norm(np.diff(line, axis=0), axis=1)[:, None]
            middle = (line[1:] + line[:-1]) / 2 + rng.normal(size=(len(line) - 1, 3)) * length * [0.17, 0.05, 0.17]
            both = np.empty((2 * len(line) - 1, 3))
            both[::2], both[1::2] = line, middle
            line = both
        return line

    def _say(self, entry: list, n: int) -> Voice:
        rest = self.rest[entry[0]]
        self.rest[entry[0]] = rest[n:]
        dry = np.zeros(n, np.float32)
        dry[: len(rest[:n])] = rest[:n]
        return Voice(entry[0], "weather", (entry[1], entry[2], entry[3]), dry, size_m=2.0, bang_m=entry[4])

    def brightness(self) -> float:
        """How bright the flash is now: strokes that sink, brightest while the shutter was open. 0 when dark."""
        strokes = sum(power * math.exp(-(self.age_s - after) / STROKE_S) for after, power in STROKES if self.age_s >= after)
        return strokes + AFTERGLOW * math.exp(-self.age_s / AFTERGLOW_S)

    def flash(self) -> tuple[np.ndarray, np.ndarray]:
        """Light of the flash at the camera: (3,) klux, and the direction toward it."""
        power = self.brightness()
        if power < 1e-3 or not len(self.bolt):
            return np.zeros(3), np.array([0.0, 1.0, 0.0])
        to = self.bolt.mean(0) - self._eye
        far = float(np.linalg.norm(to))
        return np.array([0.82, 0.90, 1.0]) * (power * PEAK_CD / far**2 / 1000), to / far

    def look(self) -> Look:
        power = self.brightness()
        if power < 0.02 or not len(self.bolt):
            return Look()
        fine = np.concatenate([self.bolt[:-1] + (self.bolt[1:] - self.bolt[:-1]) * t for t in np.linspace(0, 0.9, 10)])
        n = len(fine)
        colour = np.full((n, 3), CHANNEL * power) * [0.9, 0.94, 1.0]
        marks = Splats("dot", fine, np.zeros((n, 3)), np.full(n, 0.7), colour,
                       np.full(n, 0.9), lit=False)  # fmt: skip
        return Look(splats=(marks,))

    def voices(self) -> list[Voice]:
        return self._voices

    def act(self, what: str) -> bool:
        if what in ("strike", "on"):
            self.told = True
            return True
        return False
