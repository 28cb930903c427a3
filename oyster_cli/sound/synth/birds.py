"""Birds: notes that glide, tremble and breathe, strung into calls. When one calls is told; how it sings is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth import songs, wolf
from oyster_cli.sound.synth.noise import P0_PA
from oyster_cli.sound.synth.note import Note, note
from oyster_cli.sound.synth.tape import Tape
from oyster_cli.state import Stateful


def tawny_owl(rng: np.random.Generator) -> list[Note]:
    """hooo … hu, huhuhuhooooo."""
    f = 830.0 * rng.uniform(0.97, 1.03)
    soft = (1.0, 0.06, 0.02)
    rest = rng.uniform(1.6, 2.4)
    return [
        Note(0.0, 0.75, (0.93 * f, 1.08 * f, 0.96 * f), 0.0, soft, breath=0.06),
        Note(0.75 + rest, 0.13, (0.92 * f, 0.98 * f, 0.92 * f), -8.0, soft, breath=0.06),
        Note(1.35 + rest, 0.55, (0.9 * f, 0.97 * f, 1.0 * f), -4.0, soft, 0.8, 13.0, 0.06),
        Note(1.90 + rest, 1.0, (1.0 * f, 1.09 * f, 0.97 * f), 0.0, soft, 0.2, 6.0, 0.06),
    ]


def great_tit(rng: np.random.Generator) -> list[Note]:
    """teacher, teacher, teacher: two pitches by turns."""
    high, low = rng.uniform(4600, 5600), rng.uniform(3100, 3700)
    beat = rng.uniform(0.28, 0.34)
    notes = []
    for k in range(int(rng.integers(4, 8))):
        notes.append(Note(k * beat, 0.09, (high * 1.03, high, high * 0.98), -2.0))
        notes.append(Note(k * beat + 0.13, 0.12, (low * 1.04, low, low * 0.98)))
    return notes


def blackbird(rng: np.random.Generator) -> list[Note]:
    """A slow fluted phrase, and a thin twitter at its end."""
    notes, at = [], 0.0
    for _ in range(int(rng.integers(3, 6))):
        f, length = rng.uniform(1700, 2900), rng.uniform(0.14, 0.34)
        notes.append(Note(at, length, (f, f * rng.uniform(0.85, 1.25), f * rng.uniform(0.8, 1.2)), 0.0, (1.0, 0.12, 0.03)))
        at += length + rng.uniform(0.03, 0.12)
    for _ in range(int(rng.integers(4, 9))):
        f = rng.uniform(4200, 7000)
        notes.append(Note(at, 0.045, (f, f * 1.2, f * 0.8), -10.0))
        at += rng.uniform(0.05, 0.08)
    return notes


def chaffinch(rng: np.random.Generator) -> list[Note]:
    """A rattle that falls and speeds up, with a flourish."""
    notes, at, f = [], 0.0, rng.uniform(5200, 6200)
    for k in range(int(rng.integers(9, 14))):
        length = 0.095 - 0.003 * k
        notes.append(Note(at, length, (f * 1.18, f * 0.95, f * 0.72), -3.0 + 0.25 * k))
        at, f = at + length + 0.035, f * 0.955
    return [*notes, Note(at + 0.02, 0.14, (f * 0.8, f * 1.5, f * 1.1)), Note(at + 0.19, 0.1, (f * 1.4, f * 1.2, f * 0.6))]


def wren(rng: np.random.Generator) -> list[Note]:
    """Fast and loud: a run of ticks and a trill."""
    f, notes = rng.uniform(4200, 5200), []
    for k in range(8):
        p = f * rng.uniform(0.85, 1.4)
        notes.append(Note(0.085 * k, 0.06, (p, p * rng.uniform(0.8, 1.25), p * 0.9), -2.0))
    trill = [Note(0.72 + k / 22.0, 0.036, (f * 1.1, f * 0.95, f * 0.8)) for k in range(22)]
    return notes + trill


def gull(rng: np.random.Generator) -> list[Note]:
    """kyow, kyow, kyow: harsh and falling, the first the longest."""
    f = rng.uniform(780, 1350)
    rich = (0.8, 1.0, 0.6, 0.3, 0.1, 0.03)
    count, notes, at = int(rng.integers(3, 8)), [], 0.0
    for k in range(count):
        p, length = f * rng.uniform(0.95, 1.05), 0.6 if k == 0 else rng.uniform(0.24, 0.42)
        notes.append(Note(at, length, (0.78 * p, 1.15 * p, 0.72 * p), rng.uniform(-4, 0) - 0.5 * k, rich, 0.35, 38.0, 0.5))
        at += length + rng.uniform(0.1, 0.3)
    return notes


def gull_alarm(rng: np.random.Generator) -> list[Note]:
    """gag-ag-ag: short and low, in threes and fours, and a mew after."""
    f, beat = rng.uniform(640, 860), rng.uniform(0.16, 0.22)
    rich, at = (0.6, 1.0, 0.8, 0.4, 0.15), 0.0
    count = int(rng.integers(3, 5))
    notes = [Note(k * beat, 0.11, (0.9 * f, 1.1 * f, 0.8 * f), -3.0, rich, 0.4, 44.0, 0.7) for k in range(count)]
    at = count * beat + rng.uniform(0.25, 0.6)
    return [
        *notes,
        Note(at, rng.uniform(0.6, 0.9), (1.1 * f, 1.9 * f, 1.25 * f), -2.0, (1.0, 0.7, 0.25, 0.08), 0.15, 27.0, 0.25),
    ]


def crow(rng: np.random.Generator) -> list[Note]:
    """kraa, kraa, kraa: hoarse, loudest where the throat resonates, about 1.4 and 4 kHz."""
    f, beat = rng.uniform(430, 560), rng.uniform(0.36, 0.5)
    throat = np.arange(1, 13) * f
    strengths = np.exp(-(((throat - 1400) / 330) ** 2)) + 0.55 * np.exp(-(((throat - 4000) / 800) ** 2)) + 0.02
    hoarse, notes = tuple(strengths.tolist()), []
    for k in range(int(rng.integers(2, 6))):
        p, length = f * rng.uniform(0.96, 1.04), rng.uniform(0.22, 0.3)
        notes.append(Note(k * beat, length, (0.86 * p, 1.06 * p, 0.84 * p), rng.uniform(-3, 0), hoarse, 0.5, 71.0, 0.5))
    return notes


def raven(rng: np.random.Generator) -> list[Note]:
    """prruk, prruk: deeper, and rattling."""
    f, beat = rng.uniform(250, 310), rng.uniform(0.5, 0.8)
    throat = np.arange(1, 11) * f
    rattle = tuple((np.exp(-(((throat - 1150) / 350) ** 2)) + 0.02).tolist())
    return [Note(k * beat, 0.3, (0.95 * f, 1.1 * f, 0.9 * f), -2.0 * (k % 2), rattle, 0.8, 48.0, 0.6)
            for k in range(int(rng.integers(2, 4)))]  # fmt: skip


def piha(rng: np.random.Generator) -> list[Note]:
    """pi, pi, YO: the loudest whistle under the canopy."""
    f = rng.uniform(2300, 2600)
    pure = (1.0, 0.12, 0.03)
    return [
        Note(0.0, 0.09, (0.82 * f, 0.85 * f, 0.84 * f), -13.0, pure),
        Note(0.30, 0.10, (0.84 * f, 0.88 * f, 0.86 * f), -9.0, pure),
        Note(0.52, 0.34, (0.75 * f, 1.32 * f, 0.72 * f), 0.0, pure),
        Note(0.92, 0.26, (1.15 * f, 0.98 * f, 0.74 * f), -4.0, pure),
    ]


def toucan(rng: np.random.Generator) -> list[Note]:
    """A row of yelps, a croak in each."""
    f, beat = rng.uniform(1250, 1500), rng.uniform(0.42, 0.55)
    yelp = (0.8, 1.0, 0.35, 0.12)
    return [Note(k * beat, 0.24, (0.78 * f, 1.08 * f, 0.8 * f), -1.5 * (k == 0), yelp, 0.45, 46.0, 0.25)
            for k in range(int(rng.integers(4, 8)))]  # fmt: skip


def tinamou(rng: np.random.Generator) -> list[Note]:
    """Slow pure whistles that tremble and rise."""
    f = rng.uniform(1150, 1350)
    return [
        Note(0.0, 1.15, (0.96 * f, f, 1.01 * f), 0.0, (1.0, 0.03)),
        Note(1.35, 0.9, (1.02 * f, 1.10 * f, 1.16 * f), -1.0, (1.0, 0.03), 0.35, 11.0),
    ]


def macaw(rng: np.random.Generator) -> list[Note]:
    """Hoarse squawks in flight."""
    f = rng.uniform(620, 780)
    rough = (0.5, 0.9, 1.0, 0.9, 0.7, 0.5, 0.3, 0.2)
    return [Note(0.62 * k + rng.uniform(0, 0.1), 0.38, (0.9 * f, 1.12 * f, 0.82 * f), -2.0 * (k % 2), rough, 0.5, 62.0, 0.9)
            for k in range(int(rng.integers(2, 5)))]  # fmt: skip


def tree_frog(rng: np.random.Generator) -> list[Note]:
    """krrrek, from the reeds: a vocal sac that pulses two dozen times a second, loudest at twice its tone."""
    f, pulse_hz, long_s = rng.uniform(950, 1150), rng.uniform(20.0, 27.0), rng.uniform(0.3, 0.55)
    creak = (0.3, 1.0, 0.06, 0.06)
    return [Note(0.0, long_s, (0.95 * f, f, 1.05 * f), rng.uniform(-2, 0), creak, 1.0, pulse_hz, 0.08)]


CALLS: dict[str, tuple[Callable[[np.random.Generator], list[Note]], float]] = {
    "owl": (tawny_owl, 84.0),  # level at 1 m, dB SPL
    "great tit": (great_tit, 86.0),
    "blackbird": (blackbird, 80.0),
    "chaffinch": (chaffinch, 85.0),
    "wren": (wren, 88.0),
    "gull": (gull, 94.0),
    "gull alarm": (gull_alarm, 92.0),
    "crow": (crow, 95.0),
    "raven": (raven, 88.0),
    "skylark": (songs.skylark, 86.0),
    "song thrush": (songs.song_thrush, 80.0),
    "robin": (songs.robin, 85.0),
    "yellowhammer": (songs.yellowhammer, 86.0),
    "wood pigeon": (songs.wood_pigeon, 62.0),
    "swallow": (songs.swallow, 78.0),
    "piha": (piha, 96.0),
    "toucan": (toucan, 88.0),
    "tinamou": (tinamou, 84.0),
    "macaw": (macaw, 92.0),
    "wolf": (wolf.howl, 100.0),
    "tree frog": (tree_frog, 88.0),
}


def repertoire(rng: np.random.Generator, species: str, size: int) -> list[list[Note]]:
    """So many songs of one bird's own."""
    return [CALLS[species][0](rng) for _ in range(size)]


class Singer(Stateful):
    """One bird. own: its repertoire; without one every song is made up anew."""

    kept: ClassVar[tuple[str, ...]] = ("tape",)

    def __init__(self, own: Sequence[list[Note]] = (), rate_hz: int = RATE_HZ) -> None:
        self.own, self.rate_hz = own, rate_hz
        self.tape = Tape()

    def step(self, rng: np.random.Generator, n: int, calls: Iterable[tuple[int, str]] = ()) -> np.ndarray:
        """(n,) float32 pascal at 1 m. calls: (sample in this frame, a name of CALLS) each call that begins now."""
        for offset, species in calls:
            make, level_db = CALLS[species]
            for one in self.own[int(rng.integers(len(self.own)))] if self.own else make(rng):
                signal = note(rng, one, self.rate_hz) * (P0_PA * 10 ** (level_db / 20))
                self.tape.lay(offset + int(one.start_s * self.rate_hz), signal)
        return self.tape.play(n).astype(np.float32)
