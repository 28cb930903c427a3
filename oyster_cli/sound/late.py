"""What a place gives back after the direct sound: a feedback delay network for each bus that was ever heard in it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.sound.ambisonics import DIFFUSE
from oyster_cli.state import Stateful

# Prime lengths, spread evenly on a log scale; the shortest sets how many samples can be done at once.
DELAYS = (1031, 1117, 1213, 1319, 1433, 1553, 1693, 1831, 1993, 2161, 2347, 2549, 2767, 3001, 3259, 3539)
LONGEST_PRE_DELAY_S = 0.5
SILENCE = 1e-12  # pascal; a network that holds less is put away
AIR_HZ = 4000.0  # the air's share of the decay is exact here and grows with the square of frequency, as it does in air
_LINES = len(DELAYS)
_RING = 4608  # holds the longest delay and a block
_BLOCK = 1001  # fewer than the shortest delay, and few enough that the product with _MIX keeps to one thread; half a film frame
_SIGNS = np.array([[0.25 if 0x35C9 >> line & 1 else -0.25] for line in range(_LINES)], np.float32)  # how sound enters each line
# Hadamard's: each line becomes a sum of all with equal weight and its own signs; energy stays the same
_MIX = np.array([[0.25 if (row & column).bit_count() % 2 == 0 else -0.25 for column in range(_LINES)] for row in range(_LINES)],
                np.float32)  # fmt: skip
_EARS = [5, 10]  # rows of the mix: sums of all lines, unlike each other


class Late(Stateful):
    """The late field of all buses. rings (fed buses, lines, _RING) and before (fed buses, longest pre-delay) are its memory."""

    kept: ClassVar[tuple[str, ...]] = ("fed", "rings", "before", "setting")

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._fall = 2.0 - 2.0 * np.cos(2.0 * np.pi * AIR_HZ / rate_hz)  # a filter dull, 1 - 2 dull, dull loses fall × dull
        self.fed: list[int] = []
        self.rings = np.zeros((0, _LINES, _RING), np.float32)
        self.before = np.zeros((0, int(LONGEST_PRE_DELAY_S * rate_hz)), np.float32)
        self.setting: list[float] = []  # level, pre-delay in samples, then two taps for each line: those of the last span's end

    def reverb(
        self,
        first: int,
        send: np.ndarray,
        rt60_s: float,
        level_db: float,
        pre_delay_s: float,
        air_db_s: float,
        beds: dict[int, np.ndarray] | None = None,
    ) -> np.ndarray:
        """(buses, 2, samples) float32 for send (buses, samples), the sound at the level it has 10 m away.

        level_db: steady level at each ear relative to send. air_db_s: what a second's travel through air takes at AIR_HZ.
        beds: bus -> (16, samples) of ambisonics; the same field from all around is added there, a mix of the lines for each
        channel, the first as loud as an ear. Settings glide from what they were at the end of the call before.
        """
        samples, out = send.shape[1], np.zeros((send.shape[0], 2, send.shape[1]), np.float32)
        self._open([int(bus) for bus in np.flatnonzero(send.any(axis=1)) if bus not in self.fed])
        setting = self._setting(rt60_s, level_db, pre_delay_s, air_db_s)
        if self.fed:
            glide = np.arange(samples, dtype=np.float32) / np.float32(samples)
            was, is_ = np.array(self.setting or setting, np.float32), np.array(setting, np.float32)
            course = np.broadcast_to(was[:, None], (len(was), samples))
            if (was != is_).any():
                course = course + (is_ - was)[:, None] * glide
            entering = self._pre_delayed(send[self.fed], int(was[1]), int(is_[1]), glide)
            field = np.empty((len(self.fed), _LINES, samples), np.float32)
            for part in (slice(at, at + _BLOCK) for at in range(0, samples, _BLOCK)):
                self._block(first + part.start, entering[:, part], course[2:, part], field[:, :, part])
            field *= course[0]
            out[self.fed] = field[:, _EARS]
            if beds is not None:
                for bus, around in zip(self.fed, field, strict=True):
                    around *= DIFFUSE[:, None]
                    around += beds.get(bus, 0.0)
                    beds[bus] = around
            self._close(send)
        self.setting = setting
        return out

    def _setting(self, rt60_s: float, level_db: float, pre_delay_s: float, air_db_s: float) -> list[float]:
        delays = np.array(DELAYS)
        gain = 10.0 ** (-3.0 * delays / (max(rt60_s, 0.05) * self.rate_hz))
        bright = 10.0 ** (-air_db_s * delays / (20.0 * self.rate_hz))
        dull = np.minimum((1.0 - bright) / self._fall, 0.45)
        energy = float(np.mean(gain**2) / (1.0 - np.mean(gain**2))) / _LINES  # of the answer to an impulse
        level = 10.0 ** (level_db / 20.0) / np.sqrt(energy)
        pre_delay = round(min(max(pre_delay_s, 0.0), LONGEST_PRE_DELAY_S) * self.rate_hz)
        return [float(level), float(pre_delay), *(gain * (1.0 - 2.0 * dull)).tolist(), *(gain * dull).tolist()]

    def _pre_delayed(self, send: np.ndarray, was: int, is_: int, glide: np.ndarray) -> np.ndarray:
        longest, samples = self.before.shape[1], send.shape[1]
        known = np.concatenate([self.before, send], axis=1)
        self.before = known[:, samples:]
        late = known[:, longest - is_ : longest - is_ + samples]
        return late if was == is_ else late * glide + known[:, longest - was : longest - was + samples] * (1.0 - glide)

    def _block(self, first: int, entering: np.ndarray, taps: np.ndarray, field: np.ndarray) -> None:
        """Fill field, (fed, lines, n) of up to _BLOCK samples, with the mixed lines; put them into the rings as well."""
        fed, samples = entering.shape
        past = np.empty((fed, _LINES, samples + 2), np.float32)
        for line, delay in enumerate(DELAYS):
            _read(self.rings[:, line], first - delay - 1, past[:, line])
        leaving = past[..., 1:-1] * taps[:_LINES]
        leaving += (past[..., 2:] + past[..., :-2]) * taps[_LINES:]
        mixed = _MIX @ leaving
        field[:] = mixed
        mixed += _SIGNS * entering[:, None]
        _write(self.rings, first, mixed)

    def _open(self, buses: list[int]) -> None:
        if buses:
            self.fed = [*self.fed, *buses]
            self.rings = np.concatenate([self.rings, np.zeros((len(buses), _LINES, _RING), np.float32)])
            self.before = np.concatenate([self.before, np.zeros((len(buses), self.before.shape[1]), np.float32)])

    def _close(self, send: np.ndarray) -> None:
        """Put away the networks of buses that have died away."""
        held = zip(self.fed, self.before, self.rings, strict=True)
        alive = [bool(send[bus].any() or before.any() or np.abs(ring).max() > SILENCE) for bus, before, ring in held]
        if not all(alive):
            self.fed = [bus for bus, lives in zip(self.fed, alive, strict=True) if lives]
            self.rings, self.before = self.rings[alive], self.before[alive]


def _read(ring: np.ndarray, first: int, into: np.ndarray) -> None:
    at, samples = first % _RING, into.shape[-1]
    whole = min(samples, _RING - at)
    into[..., :whole] = ring[..., at : at + whole]
    into[..., whole:] = ring[..., : samples - whole]


def _write(ring: np.ndarray, first: int, block: np.ndarray) -> None:
    at, samples = first % _RING, block.shape[-1]
    whole = min(samples, _RING - at)
    ring[..., at : at + whole] = block[..., :whole]
    ring[..., : samples - whole] = block[..., whole:]
