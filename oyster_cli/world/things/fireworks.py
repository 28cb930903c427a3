"""Fireworks: shells that rise, burst into stars and light the land. Light and sound of a shell come out of one schedule."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
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
from oyster_cli.world.powder import G_M_S2, dots, flown, lay, thrown
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import view_axes

FAR_M = 260.0
WIDE_M = 26.0  # the row of mortars, to either side
UP_RAD = (0.03, 0.13)  # of bursts above the middle of the picture
HEIGHT_M = (34.0, 120.0)  # of bursts above the mortars
LIFT_DRAG, STAR_DRAG = 0.35, 1.7  # 1/s
GAP_S = (0.4, 1.3)  # from volley to volley
BEFORE_S = 6.0  # a display that was not begun by a cue has gone on for so long
FUSE_S = 0.3  # from the cue to the first mortar
PEAK_CD, FLASH_S = 2.0e5, 0.07  # of the burst, and how soon it has sunk to a third
STAR_CD = 380.0
SMOKE_S = 9.0
STAR_M, POP_M = 0.5, 0.65  # as wide as they shine
ECHOES = 4  # of them, taken in turn


@dataclass(frozen=True)
class Effect:
    """What a shell is filled with."""

    stars: int
    speed_m_s: float
    life_s: float
    trail_s: float
    strength: float  # of its report
    pops: int = 0  # crackling stars


EFFECTS = {
    "peony": Effect(84, 58.0, 1.5, 0.0, 1.0),
    "chrysanthemum": Effect(72, 62.0, 1.9, 0.34, 1.1),
    "willow": Effect(56, 46.0, 3.0, 0.75, 1.2),
    "crackle": Effect(70, 50.0, 1.3, 0.12, 0.9, 260),
    "salute": Effect(26, 30.0, 0.5, 0.0, 2.2),
}
OFTEN = ("peony", "peony", "chrysanthemum", "chrysanthemum", "crackle", "crackle", "willow", "salute")
# Strontium, barium, copper, sodium, iron, magnesium: light as it shows on film.
COLOURS = ((1.0, 0.10, 0.06), (0.16, 1.0, 0.22), (0.16, 0.30, 1.0), (1.0, 0.78, 0.12), (1.0, 0.52, 0.16), (0.9, 0.93, 1.0),
           (0.85, 0.16, 0.9))  # fmt: skip
GOLD, WHITE = (1.0, 0.52, 0.16), (1.0, 0.95, 0.85)
FIXED = {"willow": GOLD, "crackle": GOLD, "salute": WHITE}


@dataclass(frozen=True)
class Shell:
    """One shell, all of it settled when it is packed. Its times count from the lift."""

    effect: str
    colour: np.ndarray  # (3,)
    mortar: np.ndarray  # (3,)
    lift: np.ndarray  # (3,) velocity that brings it to
    centre: np.ndarray  # (3,) where it bursts
    fuse_s: float
    whistle_hz: float  # 0 for none
    ways: np.ndarray  # (stars, 3) velocity of each star at the burst
    lives_s: np.ndarray  # (stars,)
    pops: np.ndarray  # (pops, 2) star, seconds after the burst

    @property
    def gone_s(self) -> float:
        return self.fuse_s + SMOKE_S


class Fireworks(Thing):
    """Volleys of shells from a row of mortars. A shell is a row: its number, when it was lifted (s), its drift x and z (m),
    and how much of it has been told: 0 nothing, 1 its lift, 2 its burst."""

    kind: ClassVar[str] = "fireworks"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("next_s", "volleys", "on", "shells", "thumps", "echoes", "rest", "time_s", "eye")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        ahead, self._right = view_axes(site.stand)
        self.at = np.array(site.stand.eye) + ahead * FAR_M
        sea_m = -math.inf if site.sea_level_m is None else site.sea_level_m
        self.at[1] = max(float(site.ground.height_at(self.at[0], self.at[2])), sea_m)
        self.next_s = math.nan  # of the next volley; not known before the first frame
        self.volleys, self.on = 0, True
        self.shells: list[list[float]] = []
        self.thumps, self.echoes = Tape(), Tape()
        self.rest: dict[str, np.ndarray] = {}  # what each burst has yet to say, by number
        self.time_s = 0.0
        self.eye = np.zeros(3)  # where the camera is when it begins
        self._packed: dict[int, Shell] = {}
        self._speed_m_s = 0.0
        self._voices: list[Voice] = []
        self._dt_s, self._night = 1 / 24, 0.0

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self.time_s, self._dt_s, self._night = tick.time_s + tick.dt_s, tick.dt_s, tick.night
        if math.isnan(self.next_s):
            self.eye = np.array(tick.eye)
            self.next_s = tick.time_s + (FUSE_S if self.spec.action == "enter" else -BEFORE_S)
        while self.on and self.next_s < self.time_s:
            self._volley()
        self._speed_m_s = speed_m_s(air.temperature_c, False)
        wind = np.array(air.wind_to) * air.weather.wind_m_s
        happened = []
        for row in self.shells:
            shell = self._shell(row)
            if row[1] + shell.fuse_s < tick.time_s:
                row[2:4] = (np.array(row[2:4]) + wind * tick.dt_s).tolist()
            happened += self._told(row, shell, tick)
        self._voices = [*self._bursts(tick.samples), *self._whistles(tick),
                        self._voice("lift", self.at + [0, 1, 0], self.thumps.play(tick.samples)),
                        self._voice("echo", self.at + [0, 20, 0], self.echoes.play(tick.samples))]  # fmt: skip
        self.shells = [row for row in self.shells if self.time_s - row[1] < self._shell(row).gone_s]
        self._packed = {int(row[0]): self._shell(row) for row in self.shells}
        return happened

    @cached_property
    def _echo(self) -> list[np.ndarray]:
        """What comes back of a blast of 1 Pa, in several ways."""
        return [synth.echo(draw(self.seed, self.name, "echo", k)) for k in range(ECHOES)]

    # the schedule

    def _volley(self) -> None:
        """One to four shells, and when the next ones follow."""
        rng = draw(self.seed, self.name, "volley", self.volleys)
        for k in range(1 + int(3.4 * rng.random() ** 2)):
            late_s = 0.0 if k == 0 else 0.5 * float(rng.random())
            self.shells.append([4 * self.volleys + k, self.next_s + late_s, 0.0, 0.0, 0])
        self.volleys += 1
        self.next_s += float(rng.uniform(*GAP_S))

    def _shell(self, row: list[float]) -> Shell:
        number = int(row[0])
        if number not in self._packed:
            self._packed[number] = self._pack(draw(self.seed, self.name, "shell", number))
        return self._packed[number]

    def _pack(self, rng: np.random.Generator) -> Shell:
        name = OFTEN[int(rng.integers(len(OFTEN)))]
        effect = EFFECTS[name]
        mortar = self.at + self._right * WIDE_M * rng.uniform(-1, 1)
        eye, target = np.array(self.site.stand.eye), np.array(self.site.stand.target)
        level = math.atan2(target[1] - eye[1], math.hypot(target[0] - eye[0], target[2] - eye[2]))
        tall = eye[1] + FAR_M * math.tan(level + rng.uniform(*UP_RAD)) - mortar[1]
        way = np.array([0.0, min(max(tall, HEIGHT_M[0]), HEIGHT_M[1]), 0.0]) + self._right * 9.0 * rng.normal()
        fuse_s = 0.85 * math.sqrt(2 * way[1] / G_M_S2)
        out = rng.normal(size=(effect.stars, 3))
        out /= np.linalg.norm(out, axis=1)[:, None]
        lives_s = effect.life_s * rng.uniform(0.8, 1.1, effect.stars)
        pops = np.stack([rng.integers(effect.stars, size=effect.pops).astype(float), np.zeros(effect.pops)], 1)
        pops[:, 1] = effect.life_s * rng.uniform(0.75, 1.75, effect.pops)
        salts = FIXED.get(name) or COLOURS[int(rng.integers(len(COLOURS)))]
        return Shell(
            name, np.array(salts), mortar, thrown(way, LIFT_DRAG, fuse_s), mortar + way, fuse_s,
            rng.uniform(2300.0, 3400.0) if rng.random() < 0.25 else 0.0,
            out * effect.speed_m_s * rng.uniform(0.9, 1.05, (effect.stars, 1)), lives_s, pops,
        )  # fmt: skip

    # sound

    def _told(self, row: list[float], shell: Shell, tick: Tick) -> list[Happening]:
        """What of a shell happens in this frame, or has happened before the first: then only the rest of it is heard."""
        happened: list[Happening] = []
        if row[4] == 2:
            return happened
        for stage, (kind, after_s, at) in enumerate((("lift", 0.0, shell.mortar), ("burst", shell.fuse_s, shell.centre))):
            sample = round((row[1] + after_s) * tick.rate_hz)
            if row[4] != stage or sample >= tick.first_sample + tick.samples:
                continue
            row[4] = stage + 1
            self._sound(kind, row, shell, sample - tick.first_sample, tick)
            if sample >= tick.first_sample:
                happened.append(Happening(sample, kind, tuple(float(v) for v in at), {"shell": shell.effect}, bang=True))
        return happened

    def _sound(self, kind: str, row: list[float], shell: Shell, offset: int, tick: Tick) -> None:
        """Lay down what begins so many samples into the frame, or began before it."""
        rng, strength = draw(self.seed, self.name, kind, int(row[0])), EFFECTS[shell.effect].strength
        if kind == "lift":
            lay(self.thumps, offset, synth.lift(rng, strength))
            return
        said = Tape()
        lay(said, offset, synth.burst(rng, strength))
        if len(shell.pops):
            lay(said, offset, synth.crackle(rng, self._pops_s(shell, tick.eye)))
        self.rest[str(int(row[0]))] = said.ahead
        lay(self.echoes, offset, synth.ECHO * synth.SHELL_PA * strength * self._echo[int(row[0]) % ECHOES])

    def _pops_s(self, shell: Shell, eye: np.ndarray) -> np.ndarray:
        """(pops,) seconds after the burst, as its voice says them from its centre: as much sooner or later as their stars are
        nearer or farther."""
        off_m = np.linalg.norm(self._stars(shell, shell.pops) - eye, axis=1) - np.linalg.norm(shell.centre - eye)
        return np.asarray(shell.pops[:, 1] + off_m / self._speed_m_s)

    def _stars(self, shell: Shell, pops: np.ndarray) -> np.ndarray:
        """(n, 3) where the stars of pops (n, 2) are at their times."""
        return np.asarray(shell.centre + flown(shell.ways[pops[:, 0].astype(int)], STAR_DRAG, pops[:, 1:]))

    def _bursts(self, n: int) -> list[Voice]:
        voices = []
        for row in self.shells:
            key = str(int(row[0]))
            if key in self.rest:
                dry = np.zeros(n, np.float32)
                dry[: len(self.rest[key][:n])] = self.rest[key][:n]
                voices.append(self._voice(key, self._shell(row).centre, dry))
        self.rest = {key: left[n:] for key, left in self.rest.items() if len(left) > n}
        return voices

    def _whistles(self, tick: Tick) -> list[Voice]:
        voices = []
        for row in self.shells:
            shell = self._shell(row)
            begin = round(row[1] * tick.rate_hz) - tick.first_sample
            if shell.whistle_hz and begin < tick.samples and begin + shell.fuse_s * tick.rate_hz > 0:
                t = (np.arange(tick.samples) - begin) / tick.rate_hz
                at = shell.mortar + flown(shell.lift, LIFT_DRAG, min(max(self.time_s - row[1], 0.0), shell.fuse_s))
                tone = synth.whistle(t, shell.fuse_s, shell.whistle_hz)
                voices.append(self._voice(f"whistle {int(row[0])}", at, tone, shell.mortar))
        return voices

    def _voice(self, what: str, at: np.ndarray, dry: np.ndarray, heard_from: np.ndarray | None = None) -> Voice:
        """heard_from: what its bang is brought together with, where that is not where it is."""
        x, y, z = at.tolist()
        way_m = float(np.linalg.norm((at if heard_from is None else heard_from) - self.eye))
        return Voice(f"{self.name} {what}", "effects", (x, y, z), dry.astype(np.float32), size_m=1.0, bang_m=way_m)

    # picture

    def look(self) -> Look:
        splats, lamps = [], []
        bright = 2.6 * (0.45 + 0.55 * self._night)
        for row in self.shells:
            shell, age_s = self._shell(row), self.time_s - row[1]
            if age_s <= 0:
                continue
            if age_s <= shell.fuse_s:
                splats += [self._comet(shell, age_s, bright), self._muzzle(shell, age_s, bright)]
                continue
            age_s -= shell.fuse_s
            drift = np.array([row[2], 0.0, row[3]])
            splats += [self._smoke(row, shell, age_s, drift), *self._fire(shell, age_s, drift, bright)]
            candela = self._candela(shell, age_s)
            if candela > 400.0:
                colour = 0.5 * shell.colour + 0.5 * np.array(WHITE) * math.exp(-age_s / 0.1)
                lamps.append(Lamp(tuple(shell.centre + drift), tuple(colour / colour.max()), candela, 900.0))
        return Look(splats=tuple(splats), lamps=tuple(lamps))

    def _muzzle(self, shell: Shell, age_s: float, bright: float) -> Splats:
        """The flame at the mouth of its mortar, as long as a frame sees it."""
        up = np.linspace(0.0, 5.0, 8)[:, None] * shell.lift / np.linalg.norm(shell.lift)
        return dots(shell.mortar + up, 0.7, 1.6 * bright * np.array(GOLD), np.full(8, math.exp(-age_s / 0.04)))

    def _comet(self, shell: Shell, age_s: float, bright: float) -> Splats:
        """A rising shell and the sparks behind it."""
        back_s = np.arange(14)[:, None] * 0.028
        at = shell.mortar + flown(shell.lift, LIFT_DRAG, np.maximum(age_s - back_s, 0.0))
        fade = np.linspace(1.0, 0.0, 14) ** 1.5
        return dots(at, 0.16, np.array(GOLD) * 0.8 * bright, fade)

    def _fire(self, shell: Shell, age_s: float, drift: np.ndarray, bright: float) -> list[Splats]:
        """Its stars, their trails, and the pops of this frame."""
        effect = EFFECTS[shell.effect]
        splats = []
        burning = age_s < shell.lives_s
        if burning.any():
            ways, left = shell.ways[burning], 1 - age_s / shell.lives_s[burning]
            steps = 1 + round(effect.trail_s / 0.045)
            back_s = np.minimum(np.arange(steps) * 0.045, age_s)
            at = np.concatenate([flown(ways, STAR_DRAG, age_s - back) for back in back_s]) + shell.centre + drift
            glow = np.minimum(1.0, 2.2 * left) * (0.75 + 0.25 * np.sin(37.0 * age_s + 91.0 * left))
            fade = np.concatenate([glow * (1 - k / steps) ** 1.3 for k in range(steps)])
            hot = math.exp(-age_s / 0.12)
            splats.append(dots(at, STAR_M, bright * ((1 - hot) * shell.colour + hot * np.array(WHITE)), fade))
        now = shell.pops[(shell.pops[:, 1] <= age_s) & (shell.pops[:, 1] > age_s - self._dt_s)]
        if len(now):
            splats.append(dots(self._stars(shell, now) + drift, POP_M, bright * 1.5 * np.array(WHITE), np.ones(len(now))))
        return splats

    def _candela(self, shell: Shell, age_s: float) -> float:
        """What it gives while the shutter is open: the mean of its flash over the frame, and what is left of its stars."""
        effect, dt = EFFECTS[shell.effect], self._dt_s
        flash = FLASH_S / dt * (math.exp(-max(age_s - dt, 0.0) / FLASH_S) - math.exp(-age_s / FLASH_S))
        stars = effect.stars * STAR_CD * max(0.0, 1 - age_s / effect.life_s)
        return PEAK_CD * effect.strength * flash + stars

    def _smoke(self, row: list[float], shell: Shell, age_s: float, drift: np.ndarray) -> Splats:
        luck = draw(self.seed, self.name, "smoke", int(row[0])).normal(size=(7, 3))
        at = shell.centre + drift + luck * (3.0 + 5.0 * (1 - math.exp(-age_s)))
        alpha = 0.012 * (1 - age_s / SMOKE_S) * (1 - math.exp(-((age_s / 1.2) ** 2)))
        return Splats("puff", at, np.zeros_like(at), np.full(7, 5.0 + 6.0 * (1 - math.exp(-0.7 * age_s))),
                      np.full((7, 3), 0.6), np.full(7, max(alpha, 0.0)))  # fmt: skip

    def voices(self) -> list[Voice]:
        return self._voices

    def where(self) -> np.ndarray:
        return self.at + [0.0, 60.0, 0.0]

    def act(self, what: str) -> bool:
        if what in ("on", "start", "off", "stop", "out"):
            begins = not self.on and what in ("on", "start")
            self.on = what in ("on", "start")
            self.next_s = self.time_s if begins else self.next_s
            return True
        return False
