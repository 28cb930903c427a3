"""Roads and towns: a car by the European noise model, the far hum of traffic, transformers and neon."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Flutter, Held, part_of, sine
from oyster_cli.sound.synth.noise import OCTAVES_HZ, P0_PA, BandNoise, a_weight_db, at_level, split, white
from oyster_cli.sound.synth.tape import Tape
from oyster_cli.state import Stateful

# CNOSSOS-EU 2021/1226, category 1, octaves 63 Hz to 8 kHz: sound power levels in dB at 70 km/h, and how they go with speed.
ROLL_A = np.array([83.1, 89.2, 87.7, 93.1, 100.1, 96.7, 86.8, 76.2])
ROLL_B = np.array([30.0, 41.5, 38.9, 25.7, 32.5, 37.2, 39.0, 40.0])
DRIVE_A = np.array([97.9, 92.5, 90.7, 87.2, 84.7, 88.0, 84.4, 77.1])
DRIVE_B = np.array([-1.3, 7.2, 7.7, 8.0, 8.0, 8.0, 8.0, 8.0])
WET_DB = np.array([0, 0, 0, 0, 1.0, 4.0, 8.0, 10.0])  # what a film of water adds to rolling
GEARS_KM_H = np.array([0.0, 16.0, 32.0, 50.0, 72.0, 95.0])  # where a driver shifts up
PULL_RPM, PULL_DB = 0.3, 5.5  # later shifts and more load of who gathers speed (CNOSSOS-EU: C_P of cars at a crossing)
HALF_SPACE_DB = 10 * np.log10(2 * np.pi)  # power level to level at 1 m over the road
CITY_DB = [-6, -3, -2, 0, -1.5, -4.0, -8.0, -13, -18.5, -24]  # traffic behind corners and roofs: they keep the high back
CITY_DBA = 52.0  # when it is busy
STIRS_PER_S, STIR_HZ, STIR_DB = 11.0, (330.0, 7200.0), (4.0, 5.0)  # what happens in a town: how often, where, over its noise
RPM_PER_KM_H = np.array([130.0, 75.0, 52.0, 39.0, 31.0, 26.0])  # gear by gear
HARMONICS = np.arange(1, 9)
TABLE = 1024  # places of a cycle of the engine


def _engine_cycle() -> np.ndarray:
    place = np.arange(TABLE + 1) / TABLE
    loud = HARMONICS**-0.8 / np.sqrt(np.sum(HARMONICS**-1.6) / 2)
    return np.asarray(loud @ np.sin(2 * np.pi * np.outer(HARMONICS, place) + HARMONICS[:, None] ** 2), np.float32)


def _between(cycle: np.ndarray, part: np.ndarray) -> np.ndarray:
    """The values of a cycle, whose last is its first again, at parts of it 0 … 1, float32."""
    place = part * np.float32(len(cycle) - 1)
    low = place.astype(np.intp)
    under = cycle.take(low)
    return np.asarray(under + (cycle.take(low + 1) - under) * (place - low).astype(np.float32))


def _decibel_sum(*levels_db: np.ndarray) -> np.ndarray:
    return np.asarray(10 * np.log10(sum(10 ** (level / 10) for level in levels_db)))


def rolling_db(speed_km_h: float, wet: float = 0.0) -> np.ndarray:
    """Power levels (8,) of the tyres, 63 Hz to 8 kHz; wet 0 to 1."""
    return ROLL_A + ROLL_B * np.log10(max(speed_km_h, 1.0) / 70.0) + WET_DB * wet


def driving_db(speed_km_h: float) -> np.ndarray:
    """Power levels (8,) of the engine."""
    return DRIVE_A + DRIVE_B * (speed_km_h - 70.0) / 70.0


def engine_rpm(speed_km_h: np.ndarray | float) -> np.ndarray:
    """What an engine turns at in the gear that goes with the speed."""
    gear = np.searchsorted(GEARS_KM_H, speed_km_h, side="right")
    return np.maximum(800.0, speed_km_h * RPM_PER_KM_H[gear - 1])


class Cars(Stateful):
    """Passenger cars: tyres, the water under them, and the beat of four cylinders."""

    kept: ClassVar[tuple[str, ...]] = ("road", "firing", "beat", "rough", "gain")
    cycle: ClassVar[np.ndarray] = _engine_cycle()

    def __init__(self, count: int = 1, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.road = BandNoise(count, 1, rate_hz)
        self.firing = Held()
        self.gain = Held()
        self.rough = Flutter(6.0, count, rate_hz)
        self.beat = np.zeros((count, 1), np.float32)

    def step(
        self, rng: np.random.Generator, n: int, speed_m_s: np.ndarray | float, wet: float = 0.0, pull: np.ndarray | float = 0.0
    ) -> np.ndarray:
        """(count, n) float32 pascal at 1 m, right from some metres on; speed and pull of all, or of each (count,);
        wet: 0 dry road to 1 standing water; pull: 0 when it cruises to 1 when it gathers speed as hard as in a town."""
        speed = np.full(len(self.beat), np.maximum(speed_m_s, 0.0) * 3.6)
        octaves, engine_db = zip(*(_car_db(km_h, wet) for km_h in speed.tolist()), strict=True)
        return self.road.step(rng, n, np.array(octaves)) + self._engines(rng, n, speed, np.array(engine_db), np.asarray(pull))

    def _engines(
        self, rng: np.random.Generator, n: int, speed_km_h: np.ndarray, level_db: np.ndarray, pull: np.ndarray
    ) -> np.ndarray:
        """Harmonics of the firing rate, two a turn of the shaft."""
        # the revs take a fifth of a second to follow a change of gear
        aim = engine_rpm(speed_km_h) * (1.0 + PULL_RPM * pull) / 30.0
        now = aim if self.firing.value is None else self.firing.value
        firing_hz = self.firing.step(now + (aim - now) * (1 - np.exp(-n / self.rate_hz / 0.2)), n)
        gone = np.cumsum(firing_hz * (1 + 0.006 * self.rough.step(rng, n)) / np.float32(self.rate_hz), axis=1)
        beat = part_of(self.beat + gone)
        self.beat = beat[:, -1:]
        return np.asarray(_between(self.cycle, beat) * self.gain.step(P0_PA * 10 ** ((level_db + PULL_DB * pull) / 20), n))


@lru_cache(maxsize=32)
def _car_db(speed_km_h: float, wet: float) -> tuple[np.ndarray, float]:
    """Octave levels (10,) of a car's noise at 1 m, and the level of its tone, as strong as the engine's three lowest octaves.
    Cars cruise: most have the speed that they had before."""
    drive = driving_db(speed_km_h) - HALF_SPACE_DB
    noise = _decibel_sum(rolling_db(speed_km_h, wet) - HALF_SPACE_DB, drive - np.array([9, 6, 3, 0, 0, 0, 0, 0]))
    return np.concatenate([[noise[0] - 4], noise, [noise[-1] - 7]]), float(_decibel_sum(*drive[:3])) - 1.5


class City(Stateful):
    """The town beyond the corner in decorrelated streams: traffic that swells and ebbs, lane by lane, and now and then what
    people do in it: a door, a call, a brake, each in a band of its own. 52 dB(A) when busy is 1, 10 dB less at 0.1."""

    kept: ClassVar[tuple[str, ...]] = ("traffic", "flow", "bustle", "stirs")
    bands: ClassVar[np.ndarray] = split(at_level(CITY_DB, 0.0), [350.0, 1500.0])

    def __init__(self, streams: int = 3, rate_hz: int = RATE_HZ) -> None:
        self.streams = streams
        self.traffic = BandNoise(streams, 3, rate_hz)
        self.flow = Flutter(0.3, 2 * streams, rate_hz)
        self.bustle = Flutter(1.1, 2 * streams, rate_hz)
        self.stirs = [Tape() for _ in range(streams)]
        self.rate_hz = rate_hz

    def step(self, rng: np.random.Generator, n: int, busy: float = 1.0) -> np.ndarray:
        """(streams, n) float32 pascal at the listener."""
        level = CITY_DBA + 10 * np.log10(max(busy, 1e-3)) - 10 * np.log10(self.streams)
        flow, bustle = (each.step(rng, n).reshape(self.streams, 2, n) for each in (self.flow, self.bustle))
        swell = np.concatenate([0.18 * flow[:, :1], 0.26 * flow[:, 1:] + 0.16 * bustle[:, :1], 0.34 * bustle[:, 1:]], axis=1)
        excitation = white(rng, self.traffic.rows, n) * np.exp(swell - 0.04, out=swell).reshape(-1, n)
        out = self.traffic.shape(excitation, np.tile(self.bands, (self.streams, 1)) + level)
        for _ in range(rng.poisson(STIRS_PER_S * min(busy, 1.5) * n / self.rate_hz)):
            self.stirs[int(rng.integers(self.streams))].lay(int(rng.integers(n)), self._stir(rng, level))
        return np.asarray(out + np.array([tape.play(n) for tape in self.stirs]), np.float32)

    def _stir(self, rng: np.random.Generator, level_dba: float) -> np.ndarray:
        """(m,) something that happens: a narrow band of noise that swells and is gone, the shorter the higher it lies."""
        low, high = np.log(STIR_HZ)
        tone_hz = float(np.exp(rng.uniform(low, high)))
        m = int(self.rate_hz * 0.16 * np.exp(0.55 * rng.standard_normal()) * (1000.0 / tone_hz) ** 0.25)
        here_db = np.interp(np.log(tone_hz), np.log(OCTAVES_HZ), at_level(CITY_DB, level_dba)) + 10 * np.log10(self.streams)
        peak = P0_PA * 10 ** ((here_db + STIR_DB[0] + STIR_DB[1] * rng.standard_normal()) / 20)
        place = np.linspace(0.0, 1.0, m)
        knots = np.linspace(0.0, 1.0, m // 24 + 2)  # between these its pitch holds
        wander = np.cumsum(rng.standard_normal(len(knots))) * math.sqrt(6.0 * tone_hz / self.rate_hz) / (2 * np.pi)
        turns = np.interp(place, knots, tone_hz * m / self.rate_hz * knots + wander)
        swell = np.interp(place, knots, peak * np.sin(np.pi * knots**0.6) ** 2)
        return np.asarray(swell * sine(turns))


class Hum(Stateful):
    """Transformers and neon: twice the mains and its multiples, buzzing; a tube that fails stutters by the caller's level."""

    kept: ClassVar[tuple[str, ...]] = ("turn", "level")

    def __init__(self, mains_hz: float = 50.0, rate_hz: int = RATE_HZ) -> None:
        self.per_sample = 2 * mains_hz / rate_hz
        self.turn = 0.0
        self.level = Held()
        order = np.arange(1, 25)[:, None]
        strength = order**-0.7
        tones = strength * np.sin(2 * np.pi * order * np.linspace(0, 1, 4097) + 0.7 * order**2)
        self.cycle = tones.sum(axis=0).astype(np.float32)
        self.heard_db = _heard_db(order * 2 * mains_hz, 10 * np.log10(strength**2 / 2))

    def step(self, n: int, level_dba: float = 45.0) -> np.ndarray:
        """(n,) float32 pascal at 1 m; level_dba may be -inf for a tube that is dark."""
        turn = part_of(self.turn + self.per_sample * np.arange(1, n + 1))
        self.turn = float(turn[-1])
        return (_between(self.cycle, turn) * self.level.step(P0_PA * 10 ** ((level_dba - self.heard_db) / 20), n)).astype(
            np.float32
        )


def _heard_db(frequency_hz: np.ndarray, level_db: np.ndarray) -> float:
    """A-weighted sum of tones."""
    return float(10 * np.log10(np.sum(10 ** ((level_db + a_weight_db(frequency_hz)) / 10))))
