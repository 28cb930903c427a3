"""People who talk, without words: near ones syllable by syllable, far ones as a babble with the spectrum of speech."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.signal import lfilter, sosfilt

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.control import Held, gliding, part_of
from oyster_cli.sound.synth.noise import P0_PA, BandNoise, at_level, split, white
from oyster_cli.sound.synth.tape import Tape, fade_tail
from oyster_cli.state import Stateful

# The first three formants of vowels in Hz, men's (Peterson and Barney 1952); the fourth hardly moves.
VOWELS = np.array([(270, 2290, 3010), (530, 1840, 2480), (660, 1720, 2410), (730, 1090, 2440), (570, 840, 2410),
                   (300, 870, 2240), (490, 1350, 1690), (500, 1500, 2500)], float)  # fmt: skip
OPEN = 3  # the one that people cheer
FOURTH_HZ, WIDE_HZ = 3500.0, (65.0, 90.0, 130.0, 200.0)  # and bandwidths
TALK_DBA, CHEER_DB = 62.0, 12.0
SYLLABLES_HZ = 4.2
SPEECH_DB = (-40, -30, -13, -3, 0, -8, -15, -22, -31, -42)  # long-term average of speech in octaves (Byrne 1994)
CHEER_TILT_DB = np.array([0, 0, 0, 0, 0, 4, 7, 6, 3, 0])
EDGES_HZ = [500.0, 1000.0, 2200.0]
BANDS = len(EDGES_HZ) + 1
KNOTS = 16
HURRY_S = 0.25


@dataclass(frozen=True)
class Speaker:
    """One person's voice. tract: formants against a man's, who has the longest."""

    pitch_hz: float
    tract: float
    loud_db: float


@dataclass(frozen=True)
class Syllable:
    """One syllable. tone: pitch against the speaker's own. effort: 0 talk, 1 a cheer, an octave higher and bright."""

    offset: int  # sample in this frame
    length_s: float
    tone: float
    effort: float = 0.0


def speaker(rng: np.random.Generator) -> Speaker:
    """A man or a woman."""
    high = rng.random() < 0.5
    pitch = 200.0 if high else 115.0
    tract = (1.16 if high else 1.0) * np.exp(0.04 * rng.standard_normal())
    return Speaker(pitch * float(np.exp(0.12 * rng.standard_normal())), float(tract), float(2.0 * rng.standard_normal()))


def spoken(rng: np.random.Generator, who: Speaker, what: Syllable, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m: perhaps a consonant, and a vowel that glides into another.

    Worked out at half the rate, for voices have hardly anything above 12 kHz.
    """
    rate_hz //= 2
    m = int(what.length_s * rate_hz)
    x = np.linspace(0.0, 1.0, m)
    first, second = rng.integers(0, len(VOWELS), 2) if what.effort < 0.5 else (OPEN, OPEN)
    source = _glottis(rng, who.pitch_hz * what.tone * 2**what.effort, x, what, rate_hz)
    heard = (1 - x) * sosfilt(_tract(first, who.tract, rate_hz), source) + x * sosfilt(
        _tract(second, who.tract, rate_hz), source
    )
    heard *= np.interp(x, [0.0, 0.15, 0.7, 1.0], [0.0, 1.0, 0.95, 0.0])
    level_db = TALK_DBA + 2.0 + who.loud_db + CHEER_DB * what.effort + 2.5 * rng.standard_normal()
    heard *= P0_PA * 10 ** (level_db / 20) / (np.sqrt(np.mean(heard**2)) + 1e-12)
    if what.effort < 0.5 and rng.random() < 0.6:
        heard += _consonant(rng, m, float(heard.std()), rate_hz)
    out = np.repeat(heard, 2)
    out[1:-1:2] = 0.5 * (heard[:-1] + heard[1:])
    return fade_tail(out)


def _glottis(rng: np.random.Generator, pitch_hz: float, x: np.ndarray, what: Syllable, rate_hz: int) -> np.ndarray:
    """(m,) the air that the vocal folds let through, as its change: a jump at every closure, soft or pressed."""
    bend = 0.10 * rng.standard_normal() * x + 0.02 * np.sin(2 * np.pi * (6.0 * what.length_s * x + rng.random()))
    phase = part_of(np.cumsum(pitch_hz * (1 + bend)) / rate_hz).astype(np.float32)
    pulse = np.exp(phase * np.float32(-1 / (0.16 - 0.09 * what.effort)))
    breath = 0.05 * white(rng, 1, len(x))[0] * (phase < 0.5)
    return np.asarray(pulse - pulse.mean() + breath)


def _tract(vowel: int, tract: float, rate_hz: int) -> np.ndarray:
    """(4, 6) the mouth and throat: a resonance for every formant, each of which lets what is far below it pass."""
    hz = np.append(VOWELS[vowel], FOURTH_HZ) * tract
    radius = np.exp(-np.pi * np.array(WIDE_HZ) / rate_hz)
    a1, a2 = -2 * radius * np.cos(2 * np.pi * hz / rate_hz), radius**2
    zero, one = np.zeros(4), np.ones(4)
    return np.stack([1 + a1 + a2, zero, zero, one, a1, a2], 1)


def _consonant(rng: np.random.Generator, m: int, loud: float, rate_hz: int) -> np.ndarray:
    """(m,) a hiss or a burst before the vowel."""
    n = min(int(rng.uniform(0.015, 0.09) * rate_hz), m)
    hz, radius = rng.uniform(2200.0, 6500.0), 0.9
    poles = [1.0, -2 * radius * np.cos(2 * np.pi * hz / rate_hz), radius**2]
    noise = lfilter([1.0, -1.0], poles, rng.standard_normal(n)) * np.sin(np.pi * np.linspace(0, 1, n))
    out = np.zeros(m)
    out[:n] = noise * (loud * rng.uniform(0.08, 0.3) / (noise.std() + 1e-12))
    return out


class Talk(Stateful):
    """What is said at one place, by whomever."""

    kept: ClassVar[tuple[str, ...]] = ("tape",)

    def __init__(self, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz = rate_hz
        self.tape = Tape()

    def step(self, rng: np.random.Generator, n: int, said: list[tuple[Speaker, Syllable]]) -> np.ndarray:
        """(n,) float32 pascal at 1 m."""
        for who, what in said:
            self.tape.lay(what.offset, spoken(rng, who, what, self.rate_hz))
        return self.tape.play(n).astype(np.float32)


class Babble(Stateful):
    """Many who talk at once, in several places: noise with the spectrum of speech, whose parts rise and fall with syllables.

    The more they are, the less one hears of each: depth goes with one over the root of their number.
    """

    kept: ClassVar[tuple[str, ...]] = ("noise", "turn", "wander", "gain")
    levels: ClassVar[np.ndarray] = split(at_level(SPEECH_DB, 0.0), EDGES_HZ)

    def __init__(self, places: int = 3, rate_hz: int = RATE_HZ) -> None:
        self.rate_hz, rows = rate_hz, places * BANDS
        self.noise = BandNoise(places, BANDS, rate_hz)
        self.turn = 0.618 * np.arange(rows)[:, None]  # how far each is in its syllable, in syllables
        self.wander = np.zeros((rows, 1))  # how much faster than usual each speaks now
        self.gain = Held()

    def step(self, rng: np.random.Generator, n: int, talkers: float, effort: float = 0.0) -> np.ndarray:
        """(places, n) float32 pascal at 1 m of each place; talkers: at all places together. effort: 0 talk, 1 a cheer."""
        places = self.noise.streams
        depth = min(1.1 / np.sqrt(max(talkers / places, 1.0)), 0.9)
        stays = np.exp(-n / self.rate_hz / HURRY_S)
        self.wander = stays * self.wander + np.sqrt(1 - stays**2) * rng.standard_normal(self.wander.shape)
        turns = self.turn + SYLLABLES_HZ * np.exp(0.35 * self.wander) * np.linspace(0.0, 1.0, KNOTS + 1) * n / self.rate_hz
        self.turn = part_of(turns[:, -1:])
        rise = gliding(np.exp(depth * np.cos(2 * np.pi * turns) - depth**2 / 4), n)
        loud_db = TALK_DBA + 10 * np.log10(max(talkers, 0.1) / places) + CHEER_DB * effort
        gain = self.gain.step(10 ** (loud_db / 20), n)
        levels = np.tile(self.levels + CHEER_TILT_DB * effort, (places, 1))
        return self.noise.shape(white(rng, places * BANDS, n) * (rise * gain), levels)
