"""Songbirds in the trees by day, gulls over the sea, parrots over the canopy, frogs by the water. Heard from where they are.

Besides the few that are near, more of their kind sing farther off: several in each of some places, too far to be told apart.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.picture.mesh import pose, turn
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.birds import Singer, repertoire
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.bird import bird, flap
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

SILENT = ("stop", "off", "silent", "quiet", "out")
SOUNDING = ("on", "start", "sing", "call", "chirp", "take off", "take-off", "fly")


class Birds(Thing):
    """Some songbirds, each on its own perch with its own song and its own pauses. The last `far` singers are companies."""

    kind: ClassVar[str] = "bird"
    kept: ClassVar[tuple[str, ...]] = ("singers", "next_s", "quiet")
    songs: ClassVar[tuple[str, ...]] = ("great tit", "blackbird", "chaffinch", "wren")
    songs_at: ClassVar[dict[str, tuple[str, ...]]] = {
        "meadow": ("yellowhammer", "robin", "blackbird", "chaffinch", "great tit", "wren", "song thrush", "wood pigeon"),
    }
    size: ClassVar[int] = 4  # songs that each has of its own
    least: ClassVar[int] = 4
    pause_s: ClassVar[float] = 5.0
    by_day: ClassVar[bool] = True
    mixed: ClassVar[float] = 0.12  # of nature's pressure: birds are loud; here they sing behind the rest, as in films
    mixed_at: ClassVar[dict[str, float]] = {"meadow": 0.4}  # where they are the subject, and further off
    far: ClassVar[int] = 3  # companies
    far_m: ClassVar[tuple[float, float]] = (35.0, 90.0)
    far_high_m: ClassVar[float] = 6.0
    far_pause_s: ClassVar[float] = 0.65  # from one song of a company to the next, on the mean

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        rng = draw(seed, name, "perches")
        count = max(spec.count, self.least)
        self.places = self._perches(rng, count)
        self.known = self.songs_at.get(site.place, self.songs)
        self.song = [self.known[k % len(self.known)] for k in range(count)]
        own = [repertoire(draw(seed, name, "songs", k), song, self.size) for k, song in enumerate(self.song)]
        self.singers = [Singer(songs) for songs in [*own, *[()] * self.far]]
        self.next_s = [0.3 + self.pause_s * 0.8 * float(rng.random()) for _ in range(count)]
        self.next_s += [self.far_pause_s * float(rng.random()) for _ in range(self.far)]
        self.beyond = self._beyond(draw(seed, name, "beyond"))
        self.quiet = False
        self._dry: list[np.ndarray] = []

    def _beyond(self, rng: np.random.Generator) -> np.ndarray:
        """(far, 3) where the companies are."""
        angle = (np.arange(self.far) + rng.random(self.far)) * math.tau / max(self.far, 1)
        away = self.far_m[0] + (self.far_m[1] - self.far_m[0]) * rng.random(self.far)
        x, z = self.site.stand.eye[0] + away * np.sin(angle), self.site.stand.eye[2] + away * np.cos(angle)
        return np.stack([x, self.site.ground.height_at(x, z) + self.far_high_m, z], 1)

    def _perches(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """(count, 3) where the place has perches; else in crowns around, 10 to 30 m off."""
        if "perches" in self.site.spots:
            perches = np.asarray(self.site.spots["perches"], float)
            return perches[rng.choice(len(perches), count, replace=len(perches) < count)]
        angle, far = rng.random(count) * math.tau, 10.0 + 20.0 * rng.random(count)
        x, z = self.site.stand.eye[0] + far * np.sin(angle), self.site.stand.eye[2] + far * np.cos(angle)
        return np.stack([x, self.site.ground.height_at(x, z) + 3.0 + 4.0 * rng.random(count), z], 1)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        sings = self._sings(air, tick)
        happened = []
        self._dry = []
        for k, (singer, at) in enumerate(zip(self.singers, self._everywhere(), strict=True)):
            rng = draw(self.seed, self.name, k, tick.frame)
            calls = []
            if self.next_s[k] < tick.time_s + tick.dt_s:
                offset = int(np.clip((self.next_s[k] - tick.time_s) * tick.rate_hz, 0, tick.samples - 1))
                alone = k < len(self.song)
                self.next_s[k] = tick.time_s + (self._rest(rng) if alone else 2 * self.far_pause_s * float(rng.random()))
                if sings:
                    song = self.song[k] if alone else str(rng.choice(self.known))
                    calls = [(offset, song)]
                    happened.append(Happening(tick.first_sample + offset, "call", at, {"song": song}))
            self._dry.append(singer.step(rng, tick.samples, calls))
        return happened

    def _everywhere(self) -> list[tuple[float, ...]]:
        """Where each singer is, the companies last."""
        return [tuple(at) for at in np.concatenate([self.places, self.beyond]).tolist()]

    def _sings(self, air: Air, tick: Tick) -> bool:
        return not self.quiet and air.weather.rain_mm_h < 3.0 and not (self.by_day and tick.night > 0.5)

    def _rest(self, rng: np.random.Generator) -> float:
        """Seconds from the beginning of a song to the next."""
        return 1.5 + self.pause_s * float(rng.random())

    def voices(self) -> list[Voice]:
        share = self.mixed_at.get(self.site.place, self.mixed)
        return [
            Voice(f"{self.name} {k}", "creatures", at, dry * (share if k < len(self.song) else 1.0))
            for k, (at, dry) in enumerate(zip(self._everywhere(), self._dry, strict=True))
        ]

    def act(self, what: str) -> bool:
        if what in SILENT + SOUNDING:
            self.quiet = what in SILENT
        return what in SILENT + SOUNDING


class Gulls(Birds):
    """Gulls that circle over the water, now beating their wings, now gliding. places: where each is now."""

    kind: ClassVar[str] = "gull"
    songs: ClassVar[tuple[str, ...]] = ("gull", "gull alarm")
    songs_at: ClassVar[dict[str, tuple[str, ...]]] = {}
    mixed_at: ClassVar[dict[str, float]] = {}
    pause_s: ClassVar[float] = 7.0
    mixed: ClassVar[float] = 0.6
    far_m: ClassVar[tuple[float, float]] = (60.0, 160.0)
    far_high_m: ClassVar[float] = 12.0
    far_pause_s: ClassVar[float] = 2.0
    span_m: ClassVar[float] = 1.3
    climb: ClassVar[tuple[float, float]] = (0.05, 0.15)  # how high the middles of their circles are: tangents, from and by

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        count = len(self.places)
        luck = draw(seed, name, "flight").random((count, 5))
        self.middle = self.places  # of the circle each flies
        self.radius = 9.0 + 12.0 * luck[:, 0]
        self.turn_rad_s = np.where(luck[:, 1] < 0.6, 1.0, -1.0) * (6.0 + 2.5 * luck[:, 2]) / self.radius
        self.phase, self.beats_hz = math.tau * luck[:, 3], 2.4 + 0.8 * luck[:, 4]
        self._fly(0.0)

    def _perches(self, rng: np.random.Generator, count: int) -> np.ndarray:
        angle, far = rng.normal(size=count) * 0.7, 16.0 + 34.0 * rng.random(count)
        eye = np.array(self.site.stand.eye)
        yaw = math.atan2(self.site.stand.target[0] - eye[0], self.site.stand.target[2] - eye[2])
        x, z = eye[0] + far * np.sin(yaw + 0.5 * angle), eye[2] + far * np.cos(yaw + 0.5 * angle)
        return np.stack([x, eye[1] + far * (self.climb[0] + self.climb[1] * rng.random(count)), z], 1)

    def _fly(self, time_s: float) -> None:
        turn = self.phase + self.turn_rad_s * time_s
        bob = 0.6 * np.sin(0.9 * time_s + 3.0 * self.phase)
        way = np.sign(self.turn_rad_s)
        self.places = self.middle + np.stack([self.radius * np.sin(turn), bob, self.radius * np.cos(turn)], 1)
        self._heading = np.degrees(turn) + 90.0 * way
        self._bank = way * np.degrees(np.arctan(self.radius * self.turn_rad_s**2 / 9.81))
        self._effort = np.clip(1.3 * np.sin(0.7 * time_s + 5.0 * self.phase) - 0.35, 0.0, 0.8)  # it glides most of the time
        self._beat = self.beats_hz * time_s + self.phase

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self._fly(tick.time_s + tick.dt_s)
        return super().advance(air, tick)

    def parts(self) -> list[Mesh]:
        return bird("gull", self.span_m) * len(self.places)

    def look(self) -> Look:
        poses = []
        for k, at in enumerate(self.places):
            body = pose(turn("y", float(self._heading[k])) @ turn("z", float(self._bank[k])), at)
            for part in flap(float(self._beat[k]), 0.06 + 0.75 * float(self._effort[k])):
                poses.append(
                    np.concatenate([body[:, :3] @ part[:, :3], body[:, :3] @ part[:, 3:] * self.span_m + body[:, 3:]], 1)
                )
        return Look(poses=np.stack(poses).astype(np.float32))


class Parrots(Birds):
    """Birds of the rain forest, high in its crowns and far apart."""

    kind: ClassVar[str] = "parrot"
    songs: ClassVar[tuple[str, ...]] = ("piha", "toucan", "tinamou", "macaw")
    songs_at: ClassVar[dict[str, tuple[str, ...]]] = {}
    mixed_at: ClassVar[dict[str, float]] = {}
    pause_s: ClassVar[float] = 9.0
    mixed: ClassVar[float] = 0.35

    def _perches(self, rng: np.random.Generator, count: int) -> np.ndarray:
        angle, far = rng.random(count) * math.tau, 18.0 + 60.0 * rng.random(count)
        x, z = self.site.stand.eye[0] + far * np.sin(angle), self.site.stand.eye[2] + far * np.cos(angle)
        return np.stack([x, self.site.ground.height_at(x, z) + 9.0 + 10.0 * rng.random(count), z], 1)


class Frogs(Birds):
    """Frogs, as near to water as the place has it; by day and night, and gladly in the rain. Neighbours call by turns."""

    kind: ClassVar[str] = "frog"
    songs: ClassVar[tuple[str, ...]] = ("tree frog",)
    songs_at: ClassVar[dict[str, tuple[str, ...]]] = {}
    mixed_at: ClassVar[dict[str, float]] = {}
    pause_s: ClassVar[float] = 6.0
    by_day: ClassVar[bool] = False
    mixed: ClassVar[float] = 0.5
    far: ClassVar[int] = 1
    far_high_m: ClassVar[float] = 0.2
    far_pause_s: ClassVar[float] = 4.0
    turn_s: ClassVar[float] = 0.8  # after a call its neighbour waits as long

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        before = list(self.next_s)
        happened = super().advance(air, tick)
        for k, (was, now) in enumerate(zip(before, self.next_s, strict=True)):
            if was != now and k ^ 1 < len(self.song):
                self.next_s[k ^ 1] = max(self.next_s[k ^ 1], was + self.turn_s)
        return happened

    def _perches(self, rng: np.random.Generator, count: int) -> np.ndarray:
        eye = np.array(self.site.stand.eye)
        angle, far = rng.random(count * 12) * math.tau, 5.0 + 25.0 * rng.random(count * 12)
        x, z = eye[0] + far * np.sin(angle), eye[2] + far * np.cos(angle)
        over_m = self.site.ground.height_at(x, z) - self.site.ground.water_at(x, z)
        best = np.argsort(np.where(over_m > 0, over_m, 1e6), kind="stable")[:count]
        return np.stack([x, self.site.ground.height_at(x, z) + 0.2, z], 1)[best]
