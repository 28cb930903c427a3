"""Insects: crickets, cicadas and bees.

A cricket draws a scraper over a file, some four thousand times a second, in chirps whose tempo is the warmth of the night.
A cicada has two drums that click a hundred times a second and ring, in swells. A bee's wings beat two hundred times a second.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from scipy.signal import butter, sosfilt

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import part_of, sine
from oyster_cli.sound.synth.noise import P0_PA, white
from oyster_cli.state import Stateful

TONE_HZ = 3850.0
PULSE_S = 0.0172
PULSES = 7
PULSE_DBA = 72.0  # at 1 m, while a pulse sounds
BUZZ = (1.0, 0.75, 0.5, 0.45, 0.3, 0.22, 0.15, 0.1)  # of the harmonics of a bee's wings
BUZZ_PA = P0_PA * 10 ** (61.0 / 20)  # of the first: 56 dB(A) all together
GOLDEN = 0.6180339887498949


def chirps_per_min(temperature_c: np.ndarray | float) -> np.ndarray:
    """Dolbear's law, in degrees Celsius; below 5 degrees hardly any."""
    return np.maximum(7.0 * np.asarray(temperature_c) - 30.0, 2.0)


class Crickets(Stateful):
    """So many field crickets, each with its own pitch and beat.

    After step(), `begun` has (cricket, sample in the frame) of each chirp that began.
    """

    kept: ClassVar[tuple[str, ...]] = ("beat", "phase")

    def __init__(self, count: int = 4, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        own = np.arange(1, count + 1) * GOLDEN % 1.0
        self.pitch = 1 + 0.16 * (own - 0.5)
        self.tempo = 1 + 0.16 * ((own * 7.3) % 1.0 - 0.5)
        self.beat = own.copy()  # chirps since the beginning
        self.phase = np.zeros(count)
        self.begun: list[tuple[int, int]] = []

    def step(self, n: int, temperature_c: np.ndarray | float) -> np.ndarray:
        """(count, n) float32 pascal at 1 m of each. temperature_c: where each sits, (count,) or one for all."""
        per_sample = self.tempo * (chirps_per_min(temperature_c) / 60 / self.rate_hz)
        beat = self.beat[:, None] + per_sample[:, None] * np.arange(n)
        pulse = part_of(beat) / (per_sample[:, None] * (self.rate_hz * PULSE_S))
        who, when = np.nonzero(pulse < PULSES)  # most of the time each is silent
        pulse = pulse[who, when].astype(np.float32)
        loud = np.sin(np.float32(np.pi) * np.minimum(part_of(pulse) / 0.72, 1.0)) * (0.55 + 0.45 * np.minimum(pulse / 3.0, 1.0))
        loud *= 0.8 + 0.2 * sine(0.377 * np.floor(beat[who, when]))  # no two chirps alike
        turn = self.phase[who] + (TONE_HZ / self.rate_hz) * self.pitch[who] * when
        song = np.zeros((len(self.pitch), n), np.float32)
        song[who, when] = P0_PA * 10 ** (PULSE_DBA / 20) * np.sqrt(2) * loud * (sine(turn) + sine(2 * turn) / 20)
        self._move_on(n, per_sample)
        return song

    def _move_on(self, n: int, per_sample: np.ndarray) -> None:
        whole = np.floor(self.beat)
        late = np.where(self.beat == whole, 0, np.ceil((whole + 1 - self.beat) / per_sample)).astype(int)
        self.begun = [(k, int(offset)) for k, offset in enumerate(late) if offset < n]
        self.beat = self.beat + per_sample * n
        self.phase = part_of(self.phase + (TONE_HZ / self.rate_hz) * self.pitch * n)  # turns of the tone


THRONG_HZ = (4150.0, 4950.0)
THRONG_DBA = 40.0  # at the listener: a field of crickets (40 to 50 dB) without its nearest


class Throng(Stateful):
    """Ground crickets by the hundred, each of which trills without end: too many to be told apart they are a band of noise."""

    kept: ClassVar[tuple[str, ...]] = ("memory",)

    def __init__(self, streams: int, rate_hz: int = RATE_HZ) -> None:
        self._band = butter(3, THRONG_HZ, "bandpass", fs=rate_hz, output="sos")
        self._gain = P0_PA * 10 ** (THRONG_DBA / 20) * np.sqrt(rate_hz / 2 / (THRONG_HZ[1] - THRONG_HZ[0]) / streams)
        self.memory = np.zeros((len(self._band), streams, 2))

    def step(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """(streams, n) float32 pascal at the listener, from as many directions."""
        trills, self.memory = sosfilt(self._band, white(rng, self.memory.shape[1], n), axis=1, zi=self.memory)
        return (self._gain * trills).astype(np.float32)


CICADA_HZ = (4300.0, 7200.0)  # between these a drum rings
CLICKS_HZ = 128.0
SWELL_S = 9.0
CICADA_DBA = 74.0  # at 1 m at the height of a swell


class Cicadas(Stateful):
    """So many cicadas, each with its own pitch, clicks and swells."""

    kept: ClassVar[tuple[str, ...]] = ("ring", "click", "swell")

    def __init__(self, count: int = 6, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        own = np.arange(1, count + 1) * GOLDEN % 1.0
        self.pitch_hz = CICADA_HZ[0] + (CICADA_HZ[1] - CICADA_HZ[0]) * own
        self.clicks_hz = CLICKS_HZ * (0.75 + 0.6 * (own * 5.7 % 1.0))
        self.swells_hz = (0.75 + 0.7 * (own * 3.3 % 1.0)) / SWELL_S
        self.ring, self.click, self.swell = np.zeros(count), own.copy(), own * 7.9 % 1.0

    def step(self, n: int) -> np.ndarray:
        """(count, n) float32 pascal at 1 m of each."""
        time_s = np.arange(n) / self.rate_hz
        click = self.click[:, None] + self.clicks_hz[:, None] * time_s
        swell = self.swell[:, None] + self.swells_hz[:, None] * time_s
        ring = self.ring[:, None] + self.pitch_hz[:, None] * time_s
        struck = np.exp(np.float32(-3.2) * _single(click)) + 0.5 * np.exp(np.float32(-4.0) * _single(click + 0.45))
        height = abs(sine(0.5 * swell))
        loud = 0.12 + 0.88 * height * height * height
        tone = sine(ring + (1.4 / (2 * np.pi)) * sine(2 * click)) + 0.25 * sine(1.31 * ring)
        self.ring = (self.ring + self.pitch_hz * n / self.rate_hz) % 100.0
        self.click = (self.click + self.clicks_hz * n / self.rate_hz) % 1.0
        self.swell = (self.swell + self.swells_hz * n / self.rate_hz) % 1.0
        return (P0_PA * 10 ** (CICADA_DBA / 20) * np.sqrt(2) * loud * struck * tone).astype(np.float32)


def _single(cycles: np.ndarray) -> np.ndarray:
    return part_of(cycles).astype(np.float32)


class Bees(Stateful):
    """So many bees in flight: the beat of their wings and its harmonics, higher the harder they work. 56 dB(A) at 1 m each."""

    kept: ClassVar[tuple[str, ...]] = ("phase", "before")

    def __init__(self, count: int, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.beat_hz = 175.0 + 60.0 * (np.arange(1, count + 1) * GOLDEN % 1.0)
        self.phase = np.arange(count) * 0.382 % 1.0  # turns of the wings
        self.before = np.zeros(count)

    def step(self, n: int, work: np.ndarray) -> np.ndarray:
        """(count, n) float32 pascal at 1 m. work: (count,) at the end of the span, 0 sits, 1 hovers, more climbs."""
        now = self.before[:, None] + (np.asarray(work) - self.before)[:, None] * (np.arange(1, n + 1) / n)
        turn = self.phase[:, None] + np.cumsum(self.beat_hz[:, None] / self.rate_hz * (0.8 + 0.2 * now), axis=1)
        self.phase, self.before = part_of(turn[:, -1]), np.array(work, float)
        angle = np.float32(2 * np.pi) * part_of(turn).astype(np.float32)
        wings = sum(strength * np.sin(k * angle + 0.7 * k) for k, strength in enumerate(BUZZ, 1))
        return (BUZZ_PA * np.minimum(now, 1.0) * wings).astype(np.float32)
