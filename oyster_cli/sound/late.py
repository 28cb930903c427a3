"""What a place gives back after the direct sound: a feedback delay network for each bus that was ever heard in it."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

import numpy as np

from oyster_cli.compiled import compiled
from oyster_cli.sound.ambisonics import CHANNELS, DIFFUSE
from oyster_cli.state import Stateful

# Prime lengths, spread evenly on a log scale; the shortest sets how many samples can be done at once.
DELAYS = (1031, 1117, 1213, 1319, 1433, 1553, 1693, 1831, 1993, 2161, 2347, 2549, 2767, 3001, 3259, 3539)
LONGEST_PRE_DELAY_S = 0.5
SILENCE = 1e-12  # pascal; a network that holds less is put away
AIR_HZ = 4000.0  # the air's share of the decay is exact here and grows with the square of frequency, as it does in air
_LINES = len(DELAYS)
_RING = 4608  # holds the longest delay and a block
_BLOCK = 1001  # fewer than the shortest delay; half a film frame
_SIGNS = np.array([0.25 if 0x35C9 >> line & 1 else -0.25 for line in range(_LINES)], np.float32)  # how sound enters each line
_ONE = np.float32(1.0)
_EQUAL = np.float32(_LINES**-0.5)  # weight of each in the mix
_EARS = (5, 10)  # lines after the mix: sums of all, unlike each other


class Late(Stateful):
    """The late field of all buses. rings (fed buses, lines, _RING) and before (fed buses, longest
    pre-delay) are its memory, written at their places round and round."""

    kept: ClassVar[tuple[str, ...]] = ("fed", "rings", "before", "setting")

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.fed: list[int] = []
        self.rings = np.zeros((0, _LINES, _RING), np.float32)
        self.before = np.zeros((0, int(LONGEST_PRE_DELAY_S * rate_hz) + 1), np.float32)
        self.setting: list[float] = []  # level, pre-delay in samples, then two taps for each line: those of the last span's end

    def reverb(
        self,
        first: int,
        send: np.ndarray,
        rt60_s: float,
        level_db: float,
        pre_delay_s: float,
        air_db_s: float,
        beds: np.ndarray | None = None,
    ) -> np.ndarray:
        """(buses, 2, samples) float32 for send (buses, samples), the sound at the level it has 10 m away.

        level_db: steady level at each ear relative to send. air_db_s: what a second's travel through air takes at AIR_HZ.
        beds: (buses, 16, samples) of ambisonics; the same field from all around is added there, a mix of the lines for each
        channel, the first as loud as an ear. Settings glide from what they were at the end of the call before.
        """
        samples, out = send.shape[1], np.zeros((send.shape[0], 2, send.shape[1]), np.float32)
        self._open([int(bus) for bus in np.flatnonzero(send.any(axis=1)) if bus not in self.fed])
        setting = _setting(rt60_s, level_db, pre_delay_s, air_db_s, self.rate_hz)
        if self.fed:
            was, is_ = np.array(self.setting or setting, np.float32), np.array(setting, np.float32)
            glide = np.arange(samples, dtype=np.float32) / np.float32(samples)
            entering = np.empty((len(self.fed), samples), np.float32)
            _pre_delayed(self.before, send, np.array(self.fed), first, int(was[1]), int(is_[1]), glide, entering)
            around = np.zeros((*send.shape[:1], CHANNELS, samples), np.float32) if beds is None else beds
            _ring(self.rings, np.array(self.fed), first, entering, glide, was, is_, out, around, DIFFUSE)
            self._close(send)
        self.setting = setting
        return out

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


@lru_cache(maxsize=8)
def _setting(rt60_s: float, level_db: float, pre_delay_s: float, air_db_s: float, rate_hz: int) -> list[float]:
    delays = np.array(DELAYS)
    fall = 2.0 - 2.0 * np.cos(2.0 * np.pi * AIR_HZ / rate_hz)  # a filter dull, 1 - 2 dull, dull loses fall × dull
    gain = 10.0 ** (-3.0 * delays / (max(rt60_s, 0.05) * rate_hz))
    bright = 10.0 ** (-air_db_s * delays / (20.0 * rate_hz))
    dull = np.minimum((1.0 - bright) / fall, 0.45)
    energy = float(np.mean(gain**2) / (1.0 - np.mean(gain**2))) / _LINES  # of the answer to an impulse
    level = 10.0 ** (level_db / 20.0) / np.sqrt(energy)
    pre_delay = round(min(max(pre_delay_s, 0.0), LONGEST_PRE_DELAY_S) * rate_hz)
    return [float(level), float(pre_delay), *(gain * (1.0 - 2.0 * dull)).tolist(), *(gain * dull).tolist()]


@compiled
def _pre_delayed(
    before: np.ndarray, send: np.ndarray, fed: np.ndarray, first: int, was: int, is_: int, glide: np.ndarray, into: np.ndarray
) -> None:
    """Fill (fed, samples) with send (buses, samples) so many samples late, by way of the rings `before`."""
    longest = before.shape[1]
    for net, bus in enumerate(fed):
        ring, put = before[net], first % longest
        for k in range(len(glide)):
            ring[put] = send[bus, k]
            late = ring[put - is_ if put >= is_ else put - is_ + longest]
            if was != is_:
                late = late * glide[k] + ring[put - was if put >= was else put - was + longest] * (np.float32(1.0) - glide[k])
            into[net, k] = late
            put = put + 1 if put + 1 < longest else 0


@compiled
def _ring(
    rings: np.ndarray,
    fed: np.ndarray,
    first: int,
    entering: np.ndarray,
    glide: np.ndarray,
    was: np.ndarray,
    is_: np.ndarray,
    ears: np.ndarray,
    beds: np.ndarray,
    diffuse: np.ndarray,
) -> None:
    """Let the networks of the buses `fed` ring: (fed, samples) enters, and what the lines give to one another is added to ears
    (buses, 2, samples) and, as diffuse as each channel (16,), to beds. was, is_: settings, glided over. It goes block by block:
    each comes out of the rings before it is put in.
    """
    samples = entering.shape[1]
    lines, past = np.empty((_LINES, _BLOCK), np.float32), np.empty(_BLOCK + 2, np.float32)
    for net, bus in enumerate(fed):
        for begin in range(0, samples, _BLOCK):
            end = min(begin + _BLOCK, samples)
            n, part = end - begin, glide[begin:end]
            for line in range(_LINES):
                _take(rings[net, line], (first + begin - DELAYS[line] - 1) % _RING, past[: n + 2])
                middle, side = 2 + line, 2 + _LINES + line
                _left(past[: n + 2], part, was[middle], is_[middle], was[side], is_[side], lines[line, :n])
            _mix(lines, n)
            at = (first + begin) % _RING
            for ear, line in enumerate(_EARS):
                _add(lines[line, :n], _ONE, part, was[0], is_[0], ears[bus, ear, begin:end])
            for line in range(_LINES):
                out = lines[line, :n]
                _add(out, diffuse[line], part, was[0], is_[0], beds[bus, line, begin:end])
                _put(out, _SIGNS[line], entering[net, begin:end], rings[net, line], at)


@compiled
def _take(ring: np.ndarray, at: int, into: np.ndarray) -> None:
    whole = min(len(into), len(ring) - at)
    for k in range(whole):
        into[k] = ring[at + k]
    for k in range(len(into) - whole):
        into[whole + k] = ring[k]


@compiled
def _put(sound: np.ndarray, sign: np.float32, entering: np.ndarray, ring: np.ndarray, at: int) -> None:
    """What goes on in a line, with what enters."""
    whole = min(len(sound), len(ring) - at)
    for k in range(whole):
        ring[at + k] = sound[k] + sign * entering[k]
    for k in range(len(sound) - whole):
        ring[k] = sound[whole + k] + sign * entering[whole + k]


@compiled
def _left(
    past: np.ndarray, part: np.ndarray, was: float, is_: float, side_was: float, side_is: float, into: np.ndarray
) -> None:
    """What a line's sound has left at its end, weighed for the mix so that the energy of all stays the same."""
    n = len(into)
    before, now, after = past[:n], past[1 : n + 1], past[2:]
    for k in range(n):
        middle, side = was + (is_ - was) * part[k], side_was + (side_is - side_was) * part[k]
        into[k] = _EQUAL * (middle * now[k] + side * (before[k] + after[k]))


@compiled
def _mix(lines: np.ndarray, n: int) -> None:
    """Hadamard's product in place: each of the 16 lines becomes a sum of all with its own signs."""
    for row in range(0, 16, 4):
        _mix_four(lines[row, :n], lines[row + 1, :n], lines[row + 2, :n], lines[row + 3, :n])
    for row in range(4):
        _mix_four(lines[row, :n], lines[row + 4, :n], lines[row + 8, :n], lines[row + 12, :n])


@compiled
def _mix_four(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> None:
    for k in range(len(a)):
        ab, less_b, cd, less_d = a[k] + b[k], a[k] - b[k], c[k] + d[k], c[k] - d[k]
        a[k], b[k], c[k], d[k] = ab + cd, less_b + less_d, ab - cd, less_b - less_d


@compiled
def _add(sound: np.ndarray, gain: np.float32, part: np.ndarray, was: float, is_: float, into: np.ndarray) -> None:
    for k in range(len(sound)):
        into[k] += sound[k] * gain * (was + (is_ - was) * part[k])
