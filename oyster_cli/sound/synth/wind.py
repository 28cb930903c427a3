"""Wind: at the ears, in leaves and needles, and over edges that whistle."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import KNOTS, Flutter, Held, gliding, leaky, part_of, sine
from oyster_cli.sound.synth.noise import P0_PA, BandNoise, at_level, shots, split, white
from oyster_cli.state import Stateful

EAR_DB = [-4, -1, -1, 0, -3, -4, -18, -29, -38, -41]
LEAVES_DB = [-12, -8, -11, -9, -7, -3, 0, -2, -2, -2]
GRASS_DB = [-40, -36, -32, -27, -22, -15, -7, -1, 0, -2]
NEEDLES_DB = [-14, -9, -9, -6, -3, 0, 0, -3, -6, -9]
STROUHAL = 0.2
EAR_GUST = np.array([0.2, 0.4, 0.1])  # how far low, middle and high follow the gust at the ear
EAR_EDDIES = np.array([0.06, 0.22, 0.04], np.float32)
LEAF_GUST = 0.25
CROWN_GUST = 0.8  # one tree is in one gust


def _power_law_dba(speed_m_s: np.ndarray | float, at_m_s: float, level_dba: float, per_decade_db: float) -> np.ndarray:
    """Level of a flow noise known at one speed."""
    return level_dba + per_decade_db * np.log10(np.maximum(speed_m_s, 0.1) / at_m_s)


class Wind(Stateful):
    """Wind about the head, at so many ears: rumble of eddies, howl of gusts, and the rush of all the air around, which gusts
    much less.

    60 dB(A) at 10 m/s, 12 dB a doubling.
    """

    kept: ClassVar[tuple[str, ...]] = ("rush", "eddies")
    bands: ClassVar[np.ndarray] = split(at_level(EAR_DB, 0.0), [500.0, 1700.0])

    def __init__(self, ears: int = 1, rate_hz: int = RATE_HZ) -> None:
        self.rush = BandNoise(ears, 3, rate_hz)
        self.eddies = Flutter(1.2, 3 * ears, rate_hz)

    def step(self, rng: np.random.Generator, n: int, speed_m_s: np.ndarray | float, mean_m_s: float) -> np.ndarray:
        """(ears, n) float32 pascal at the listener; wind speed at each ear now, and mean wind of the surroundings."""
        ears = self.rush.streams
        speed = np.full(ears, speed_m_s, np.float64)[:, None]
        felt = mean_m_s + EAR_GUST * (speed - mean_m_s)  # (ears, 3)
        levels = self.bands + _power_law_dba(felt, 10.0, 60.0, 40.0)[..., None]
        swell = np.exp(np.tile(EAR_EDDIES, ears)[:, None] * self.eddies.step(rng, n))
        return self.rush.shape(white(rng, 3 * ears, n) * swell, levels.reshape(-1, 10))


class Foliage(Stateful):
    """Leaves or needles about the listener, in several decorrelated streams that each have their own wind.

    50 dB(A) at 5 m/s for all streams together; power goes with speed to the 3.5 (leaves) or 4.5 (needles: Aeolian tones).
    """

    kept: ClassVar[tuple[str, ...]] = ("rustle",)

    def __init__(self, needles: bool = False, streams: int = 1, rate_hz: int = RATE_HZ) -> None:
        self.needles = needles
        self.rustle = BandNoise(streams, 1, rate_hz)

    def step(self, rng: np.random.Generator, n: int, speed_m_s: np.ndarray | float, mean_m_s: float) -> np.ndarray:
        """(streams, n) float32 pascal at the listener; wind speed now for all streams or (streams,), and the mean wind.

        One hears the crown in the gust against many that are not: a gust counts by a part of what it is.
        """
        streams = self.rustle.streams
        gust = np.full(streams, speed_m_s, np.float64) - mean_m_s
        speed = np.maximum(mean_m_s + LEAF_GUST * gust, 0.1)
        level = _power_law_dba(speed, 5.0, 50.0, 45.0 if self.needles else 35.0) - 10 * np.log10(streams)
        shape = at_level(self._shape_db(mean_m_s), 0.0)
        return self.rustle.step(rng, n, shape + level[:, None])

    def _shape_db(self, mean_m_s: float) -> np.ndarray:
        if not self.needles:
            return np.array(LEAVES_DB)
        # needles a millimetre thick sing at 0.2 U / d: the hump climbs with the wind
        return np.array(NEEDLES_DB) + 2.0 * np.log2(max(mean_m_s, 0.5) / 6.0) * np.linspace(-1.0, 1.0, 10)


class Crown(Stateful):
    """The leaves of one great tree, in several boughs that each have their own wind: they rustle in bursts, leaf upon leaf.

    72 dB(A) at 1 m for the whole crown at 5 m/s; power goes with speed to the 3.5.
    """

    kept: ClassVar[tuple[str, ...]] = ("rustle", "eddies")

    def __init__(self, boughs: int = 3, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.rustle = BandNoise(boughs, 1, rate_hz)
        self.eddies = Flutter(2.2, boughs, rate_hz)

    def step(self, rng: np.random.Generator, n: int, speed_m_s: np.ndarray, mean_m_s: float) -> np.ndarray:
        """(boughs, n) float32 pascal at 1 m; wind speed now at each bough (boughs,), and the mean wind."""
        boughs = self.rustle.streams
        speed = np.maximum(mean_m_s + CROWN_GUST * (np.asarray(speed_m_s, np.float64) - mean_m_s), 0.1)
        level = _power_law_dba(speed, 5.0, 72.0, 35.0) - 10 * np.log10(boughs)
        taps = shots(rng, boughs, n, 60.0 + 220.0 * float(speed.mean()), 0.9, self.rate_hz)  # leaf strikes leaf
        leaves = 0.8 * white(rng, boughs, n) + 0.6 * taps
        swell = np.exp(0.55 * self.eddies.step(rng, n) - 0.55**2)
        return self.rustle.shape(leaves * swell, at_level(LEAVES_DB, 0.0) + level[:, None])


class Grass(Foliage):
    """Long grass about the listener: a hiss, 28 dB(A) at 5 m/s for all streams together."""

    def _shape_db(self, mean_m_s: float) -> np.ndarray:  # noqa: ARG002 blades are too soft to sing
        return np.array(GRASS_DB)

    def step(self, rng: np.random.Generator, n: int, speed_m_s: np.ndarray | float, mean_m_s: float) -> np.ndarray:
        """(streams, n) float32 pascal at the listener."""
        return np.float32(10 ** (-22.0 / 20)) * super().step(rng, n, speed_m_s, mean_m_s)


class Howl(Stateful):
    """Aeolian tones: wind over edges and wires of given thickness whistles at 0.2 U / d, narrow, wandering, U^6 in power.

    Every tone is low-passed noise carried by a phase that never jumps, so the pitch may glide at will.
    """

    kept: ClassVar[tuple[str, ...]] = ("phase", "memory", "wander", "pitch", "level")

    def __init__(self, thickness_m: tuple[float, ...] = (0.0035, 0.005, 0.009), rate_hz: int = RATE_HZ) -> None:
        self.thickness_m = np.array(thickness_m)
        self.rate_hz = rate_hz
        k = len(thickness_m)
        self.phase = np.zeros((k, 1))  # in turns
        self.memory = np.zeros((2, 2 * k, 1))
        self.wander = Flutter(0.25, k, rate_hz)
        self.pitch = Held()
        self.level = Held()

    def step(self, rng: np.random.Generator, n: int, speed_m_s: float) -> np.ndarray:
        """(n,) float32 pascal at the listener; 60 dB(A) at 15 m/s."""
        drift = np.exp(0.08 * self.wander.step(rng, n))
        tone_hz = self.pitch.step(max(speed_m_s, 0.5), n) * drift * (STROUHAL / self.thickness_m)[:, None].astype(np.float32)
        turn = self.phase + np.cumsum(tone_hz, axis=1, dtype=np.float64) / self.rate_hz
        self.phase = part_of(turn[:, -1:])
        narrow = self._narrow(rng, n, tone_hz[:, -1:])
        k = len(self.phase)
        tones = narrow[:k] * sine(turn + 0.25) - narrow[k:] * sine(turn)
        gain = self.level.step(P0_PA * 10 ** (_power_law_dba(speed_m_s, 15.0, 60.0, 60.0) / 20), n)
        mean = drift.mean(axis=0)
        return np.asarray(tones.sum(axis=0) * gain * (mean * mean * mean / math.sqrt(k)))

    def _narrow(self, rng: np.random.Generator, n: int, tone_hz: np.ndarray) -> np.ndarray:
        """(2k, n) noise of unit variance, half a bandwidth f / 2Q wide, Q 18; worked out from knot to knot, for it is slow."""
        pole = np.exp(np.tile(-2 * np.pi * tone_hz.astype(np.float64) / 36.0 / self.rate_hz * n / KNOTS, (2, 1)))
        # two equal poles pass a share (1+p^2)/(1-p^2)^3 of the power
        fresh = np.sqrt((1 - pole**2) ** 3 / (1 + pole**2)) * rng.standard_normal((len(pole), KNOTS))
        once = leaky(fresh, pole, self.memory[0])
        twice = leaky(once, pole, self.memory[1])
        knots = np.concatenate([self.memory[1], twice], axis=1)
        self.memory = np.stack([once[:, -1:], twice[:, -1:]])
        return gliding(knots, n)
