"""Water that drips. A drop swells on its tip, lets go, falls, and strikes pool or stone: the blow is seen and heard at once.

The size of a drop is the size of the bubble that it drags under, and so the pitch of its sound.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Splats
from oyster_cli.picture.stage import Stage
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.speed import speed_m_s
from oyster_cli.sound.synth.drops import on_stone, on_water
from oyster_cli.sound.synth.noise import BandNoise, at_level
from oyster_cli.sound.synth.tape import Tape
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.pool import Pool
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

G_M_S2 = 9.81
PERIOD_S = (1.2, 6.0)  # the quickest and the slowest place
LEAST = 0.02  # of its pace when it has all but stopped
UNEVEN = 0.22  # how much one wait differs from the next, natural units
DIAMETER_MM = (5.0, 5.9)  # what a wet tip can hold: they are nearly alike (Tate)
SWELL_S = 1.2  # a drop is seen on its tip for so long before it falls
CROWN_S, CROWN = 0.45, 34  # until all that one throws up has fallen back, and how many drops that is
RIM_M = 0.012  # radius of the crown that they leave, of a drop of 5 mm
ON_STONE, FLAT = 17, 1.25  # on stone there is no pool to throw up: fewer, and they fly flatter
FILM, FILM_M, SPREADS_S, DRAINS_S = 9, 0.018, 0.006, 0.10  # a drop on stone: how far and fast it spreads, and when it is thin
SEEN_S = 0.05  # so long after a blow its crown is widest
JET_S, JET, JET_M_S = 0.05, 7, 1.05  # when the crater shoots up again, in how many beads, and how fast
FULL_M_S = 7.0  # a drop that falls so fast throws its crown as high as that, and sounds as loud as synth/drops.py has it
RETURNED = 0.55  # of a blow's pressure that a wall sends back
MIST = 16
SEEP_DB, SEEP_DBA = (0, -5, -7, -2, 3, 2, -1, -2, -4, -8), 12.5  # of the film of water on all walls, at the ear
SEEP_FROM = ((0.7, 0.1, 0.7), (-0.7, 0.1, -0.7))


class Drip(Thing):
    """All dripping places of a site and the pool under some of them. kept drops rows: place, moment of letting go, mm."""

    kind: ClassVar[str] = "drip"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("due_s", "count", "drops", "struck", "pace", "goal", "tapes", "echoes", "seep",
                                       "time_s")  # fmt: skip

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        places = np.asarray(site.spots["drips"], float)[: spec.count if spec.count > 1 else None]  # those looked at first
        self.pool = Pool(site.spots["pool"], site.ground)
        self.tips, self.floor_m = self.pool.snapped(places[:, :3]), places[:, 3]
        self.fall_s = np.sqrt(2 * np.maximum(self.tips[:, 1] - self.floor_m, 0.05) / G_M_S2)
        n = len(places)
        rng = draw(seed, name, "places")
        self.period_s = np.geomspace(*PERIOD_S, n)  # the place that is looked at first is the quickest
        self.due_s = rng.uniform(-0.5, self.period_s - 0.5)  # some hang in the air as it begins
        self.count = np.zeros(n, np.int64)
        self.drops = np.zeros((0, 3))
        self.struck = np.zeros((0, 4))  # place, moment, mm, number
        self.pace = self.goal = 1.0
        self.tapes = [Tape() for _ in range(n)]
        self.walls = np.asarray(site.spots["walls"], float)
        self.echoes = [Tape() for _ in self.walls]
        self.seep = BandNoise(len(SEEP_FROM))
        self.time_s = 0.0
        self._samples = 0
        self._mist = draw(seed, name, "mist").random((MIST, 5))

    def build(self, stage: Stage) -> None:
        self.pool.build(stage)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        end_s = tick.time_s + tick.dt_s
        self.pace += (self.goal - self.pace) * (1 - math.exp(-tick.dt_s / 0.8))
        self._let_go(end_s)
        hit_s = self.drops[:, 1] + self.fall_s[self.drops[:, 0].astype(int)]
        due = hit_s < end_s
        happened = [self._strike(drop, float(at_s), air, tick) for drop, at_s in zip(self.drops[due], hit_s[due], strict=True)]
        self.drops = self.drops[~due]
        self.struck = self.struck[end_s - self.struck[:, 1] < self.pool.life_s]
        self.time_s, self._samples = end_s, tick.samples
        rng = draw(self.seed, self.name, "seep", tick.frame)
        self._seep = self.seep.step(rng, tick.samples, at_level(SEEP_DB, SEEP_DBA))
        return happened

    def _let_go(self, end_s: float) -> None:
        """Every place whose drop is heavy enough by now lets it go, and begins the next."""
        for k in np.flatnonzero(self.due_s < end_s):
            while self.due_s[k] < end_s:
                rng = draw(self.seed, self.name, "drop", int(k), int(self.count[k]))
                self.drops = np.concatenate([self.drops, [[k, self.due_s[k], rng.uniform(*DIAMETER_MM)]]])
                self.count[k] += 1
                self.due_s[k] += self.period_s[k] * math.exp(UNEVEN * rng.standard_normal()) / max(self.pace, LEAST)

    def _strike(self, drop: np.ndarray, at_s: float, air: Air, tick: Tick) -> Happening:
        """One drop lands: its blow on the tapes, its ring on the water, its crown in the air."""
        k, mm = int(drop[0]), float(drop[2])
        sample = min(max(int(at_s * tick.rate_hz), tick.first_sample), tick.first_sample + tick.samples - 1)
        place = np.array([self.tips[k, 0], self.floor_m[k], self.tips[k, 2]])
        rng = draw(self.seed, self.name, "strike", k, int(self.count[k]))
        wet = self.floor_m[k] == 0.0
        speed = G_M_S2 * float(self.fall_s[k])
        blow = (on_water if wet else on_stone)(rng, mm, speed, tick.rate_hz)
        offset = sample - tick.first_sample
        self.tapes[k].lay(offset, blow)
        for tape, wall in zip(self.echoes, self.walls, strict=True):
            there_m = float(np.linalg.norm(wall - place))
            back_m = float(np.linalg.norm(wall - np.array(self.site.stand.eye)))
            late = round(there_m / speed_m_s(air.temperature_c) * tick.rate_hz)
            tape.lay(offset + late, blow * (RETURNED * back_m / (there_m + back_m)))
        self.struck = np.concatenate([self.struck, [[k, at_s, mm, self.count[k]]]])
        wide_m = 2 * (RIM_M * mm / 5.0 + 0.31 * self._force(k) * (1.0 if wet else FLAT) * SEEN_S)
        detail = {"mm": round(mm, 1), "on": "water" if wet else "stone"}
        return Happening(sample, "drip", tuple(place.tolist()), detail, wide_m)

    def look(self) -> Look:
        marks = (self._hanging(), self._falling(), self._crowns(), self._vapour())
        on_pool = self.struck[self.floor_m[self.struck[:, 0].astype(int)] == 0.0]
        centres = self.tips[on_pool[:, 0].astype(int)]
        return Look(splats=marks, swell=self.pool.rings(centres, self.time_s - on_pool[:, 1], on_pool[:, 2]))

    def _hanging(self) -> Splats:
        """The drop that swells on every tip."""
        grown = np.clip(1.0 - (self.due_s - self.time_s) / SWELL_S, 0.0, 1.0)
        at = self.tips - np.outer(0.002 + 0.004 * grown, [0.0, 1.0, 0.0])
        n = len(at)
        return Splats("dot", at, np.zeros_like(at), 0.004 + 0.004 * grown, np.full((n, 3), 1.0), 0.5 + 0.45 * grown)

    def _falling(self) -> Splats:
        k, age = self.drops[:, 0].astype(int), self.time_s - self.drops[:, 1]
        at = self.tips[k] - np.outer(G_M_S2 / 2 * age**2, [0.0, 1.0, 0.0])
        velocity = np.outer(-G_M_S2 * age, [0.0, 1.0, 0.0])
        return Splats("streak", at, velocity, 0.0005 * self.drops[:, 2], np.full((len(k), 3), 1.0), np.full(len(k), 0.3))

    def _crowns(self) -> Splats:
        """All that the last blows have thrown up, and the film of water that glints on stone where it was hit."""
        fresh = self.struck[self.time_s - self.struck[:, 1] < CROWN_S]
        parts = [np.zeros((0, 8))]
        for place, since, mm, number in fresh.tolist():
            k, age = int(place), self.time_s - since
            force = self._force(k)
            luck = draw(self.seed, self.name, "crown", k, int(number)).random((CROWN, 4))
            if self.floor_m[k] == 0.0:
                thrown = np.concatenate([_crown(age, force, force, mm, luck), _jet(age - JET_S, force * JET_M_S, mm)])
            else:
                splash = _crown(age, FLAT * force, force / FLAT, mm, luck[:ON_STONE])
                thrown = np.concatenate([splash, _film(age, mm)])
            thrown = thrown[thrown[:, 1] >= 0.0]
            parts.append(thrown + [self.tips[k, 0], self.floor_m[k] + 0.008, self.tips[k, 2], 0.0, 0.0, 0.0, 0.0, 0.0])
        row = np.concatenate(parts)
        return Splats("streak", row[:, :3], row[:, 3:6], row[:, 6], np.full((len(row), 3), 1.0), row[:, 7])

    def _force(self, k: int) -> float:
        """Of a blow at a place, 1 at FULL_M_S."""
        return min(G_M_S2 * float(self.fall_s[k]) / FULL_M_S, 1.3)

    def _vapour(self) -> Splats:
        """Thin mist over the pool, where the air is dampest."""
        x, y, z, long, deep = np.asarray(self.site.spots["pool"], float)
        luck = self._mist
        slow = 0.05 * self.time_s
        at = np.stack([x + long * 1.1 * np.sin(6.3 * luck[:, 0] + slow * (0.5 + luck[:, 1])), y + 0.15 + 0.5 * luck[:, 2],
                       z + deep * 1.1 * np.cos(6.3 * luck[:, 3] + slow)], 1)  # fmt: skip
        return Splats("puff", at, np.zeros_like(at), 0.8 + 0.9 * luck[:, 4], np.full((MIST, 3), 0.9), np.full(MIST, 0.012))

    def voices(self) -> list[Voice]:
        n, places = self._samples, np.column_stack([self.tips[:, 0], self.floor_m + 0.02, self.tips[:, 2]])
        spoken = [(f"drip {k}", at, tape) for k, (at, tape) in enumerate(zip(places, self.tapes, strict=True))]
        spoken += [(f"echo {k}", at, tape) for k, (at, tape) in enumerate(zip(self.walls, self.echoes, strict=True))]
        seep = [Voice(f"{self.name} seep {k}", "water", way, dry, bed=True)
                for k, (way, dry) in enumerate(zip(SEEP_FROM, self._seep, strict=True))]  # fmt: skip
        return seep + [
            Voice(f"{self.name} {name}", "water", tuple(at.tolist()), tape.play(n).astype(np.float32))
            for name, at, tape in spoken if not tape.silent
        ]  # fmt: skip

    def where(self) -> np.ndarray:
        return np.array([self.tips[0, 0], self.floor_m[0], self.tips[0, 2]])

    def act(self, what: str) -> bool:
        goals = {"off": LEAST, "stop": LEAST, "on": 1.0, "start": 1.0, "more": self.goal * 1.8, "less": self.goal / 2}
        self.goal = goals.get(what, self.goal)
        return what in goals


def _crown(age_s: float, out: float, high: float, mm: float, luck: np.ndarray) -> np.ndarray:
    """(n, 8) way, velocity, radius and alpha of droplets from the rim of a crown, each on its own arc. luck: (n, 4)."""
    fine = luck[:, 3] ** 2  # the finest fly farthest
    turn = math.tau * (np.arange(len(luck)) + luck[:, 0]) / len(luck)
    x, z = np.cos(turn), np.sin(turn)
    away, up = out * (0.10 + 0.42 * luck[:, 1]), high * (0.35 + (0.3 + 0.8 * fine) * luck[:, 2])
    far = RIM_M * mm / 5.0 + away * age_s
    return np.stack([far * x, up * age_s - G_M_S2 / 2 * age_s**2, far * z, away * x, up - G_M_S2 * age_s, away * z,
                     mm * (0.0003 - 0.00022 * fine), np.full(len(luck), 0.9)], 1)  # fmt: skip


def _jet(age_s: float, up_m_s: float, mm: float) -> np.ndarray:
    """(JET or 0, 8) the beads of a jet, the slower the lower."""
    up = up_m_s * np.linspace(0.15, 1.0, JET if age_s > 0.0 else 0)
    still = np.zeros(len(up))
    return np.stack([still, up * age_s - G_M_S2 / 2 * age_s**2, still, still, up - G_M_S2 * age_s, still,
                     np.full(len(up), 0.0005 * mm), np.full(len(up), 0.9)], 1)  # fmt: skip


def _film(age_s: float, mm: float) -> np.ndarray:
    """(FILM, 8) a drop spread out on stone, bright for as long as its film is thick."""
    out_m = FILM_M * mm / 5.0 * (1.0 - math.exp(-age_s / SPREADS_S))
    turn = math.tau * np.arange(FILM) / FILM
    still = np.zeros(FILM)
    return np.stack([out_m * np.cos(turn), still, out_m * np.sin(turn), still, still, still, np.full(FILM, 0.0012 * mm),
                     np.full(FILM, 0.8 * math.exp(-age_s / DRAINS_S))], 1)  # fmt: skip
