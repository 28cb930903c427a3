"""From pascal at the camera to sound that can be delivered: one gain to the wanted loudness, and a limiter for the peaks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from pedalboard import BrickwallLimiter

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.layout import Layout, layouts
from oyster_cli.sound.loudness import Loudness, TruePeak

TARGET_LKFS = -24.0
# The exposure of sound, of a take that has no loudness to reach: 1 Pa is full scale where it is as loud as talk is, about 65 dB
# SPL; a place that is 10 dB louder comes out 4 dB louder.
TALK_LKFS, ADAPTS = -27.0, 0.6
CEILING_DBTP = -2.0
HEADROOM_DB = 0.5  # the limiter's own estimate of a true peak is this coarse
TOLERANCE_LU = 0.2
GAINS_DB = (-90.0, 60.0)  # 1 Pa is full scale at 0 dB; what would need more than this is silence
BLOCK = 4096  # more than the limiter looks ahead
_ROUNDS = 8

Read = Callable[[], Iterable[np.ndarray]]  # gives the sound from its beginning, each time it is called


class Master:
    """Masters one take that is read in chunks (samples, channels) of float32 pascal, in memory that does not grow with it.
    One gain and one limiter for all channels, so that no direction bends.

    measure() finds gain_db unless it was given; process() yields the mastered chunks, as many samples as came in and at the
    same times, and leaves behind loudness_lkfs and true_peak_dbtp.
    """

    def __init__(
        self,
        gain_db: float | None = None,
        target_lkfs: float | None = TARGET_LKFS,
        ceiling_dbtp: float = CEILING_DBTP,
        rate_hz: int = RATE_HZ,
        layout: Layout | None = None,
    ) -> None:
        """target_lkfs: None for what a recordist would set, in whole dB: loud places stay louder than quiet ones.
        layout: None for two ears."""
        self.gain_db, self.target_lkfs, self.ceiling_dbtp, self.rate_hz = gain_db, target_lkfs, ceiling_dbtp, rate_hz
        self.layout = layout or layouts()["binaural"]
        self.loudness_lkfs = self.true_peak_dbtp = -math.inf

    def measure(self, read: Read) -> float:
        """Find the gain in dB with which the take, limited, is as loud as wanted. Reads it twice, and more often
        only where the limiter has much to do; once for the exposure."""
        loudness = Loudness(self.rate_hz, self.layout.weights)
        for chunk in read():
            loudness.add(self._judged(chunk))
        if self.target_lkfs is None:
            self.gain_db = float(round(_sane(ADAPTS * loudness.gain_db(TALK_LKFS))))
            return self.gain_db
        self.gain_db = _sane(loudness.gain_db(self.target_lkfs))
        known: dict[bool, tuple[float, float]] = {}  # a gain that is too low, one that is too high, each with what it misses by
        for _ in range(_ROUNDS):
            missing = self.target_lkfs - self._loudness(read)
            if not TOLERANCE_LU < abs(missing) < math.inf:
                break
            known[missing < 0.0] = self.gain_db, missing
            self.gain_db = _sane(_between(*known[False], *known[True]) if len(known) == 2 else self.gain_db + 1.4 * missing)
        return self.gain_db

    def _loudness(self, read: Read) -> float:
        loudness = Loudness(self.rate_hz, self.layout.weights)
        for chunk in self._limited(read()):
            loudness.add(self._judged(chunk))
        return loudness.lkfs()

    def process(self, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Yield the mastered sound, (samples, channels) float32 at full scale 1."""
        loudness, peak = Loudness(self.rate_hz, self.layout.weights), TruePeak(self.layout.channels)
        for chunk in self._limited(chunks):
            loudness.add(self._judged(chunk))
            peak.add(chunk)
            yield chunk
        self.loudness_lkfs, self.true_peak_dbtp = loudness.lkfs(), peak.dbtp()

    def _judged(self, chunk: np.ndarray) -> np.ndarray:
        """What of it counts for loudness: itself, or ambisonics as they are heard from loudspeakers."""
        return chunk if self.layout.judged is None else chunk @ self.layout.judged

    def _limited(self, chunks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """Gain and limiter. The limiter holds back as much as it looks ahead; silence at the end pushes it out."""
        if self.gain_db is None:
            raise ValueError("the gain is not known: measure first")
        limiter = BrickwallLimiter(ceiling_db=self.ceiling_dbtp - HEADROOM_DB, true_peak=True)
        gain, owed = np.float32(10.0 ** (self.gain_db / 20.0)), 0
        for block, samples in blocks(chunks, (self.layout.channels,)):
            heard = limiter.process(np.ascontiguousarray(block.T) * gain, self.rate_hz, reset=False)
            owed += samples
            ready = heard.T[:owed]
            owed -= len(ready)
            yield np.ascontiguousarray(ready)


def master(
    stems_sum: np.ndarray,
    gain_db: float | None = None,
    target_lkfs: float | None = TARGET_LKFS,
    ceiling_dbtp: float = CEILING_DBTP,
) -> tuple[np.ndarray, float, float, float]:
    """Master (samples, 2) float32 pascal at 48 kHz: sound at full scale 1, gain in dB, loudness in LKFS, true peak in dBTP.

    gain_db: None to find it. Loudness is -inf when all of it is silence.
    """
    desk = Master(gain_db, target_lkfs, ceiling_dbtp)
    found_db = desk.measure(lambda: [stems_sum]) if gain_db is None else gain_db
    sound = np.concatenate([np.zeros((0, 2), np.float32), *desk.process([stems_sum])])
    return sound, found_db, desk.loudness_lkfs, desk.true_peak_dbtp


def _between(low_db: float, missing: float, high_db: float, excess: float) -> float:
    return low_db + (high_db - low_db) * missing / (missing - excess)


def _sane(gain_db: float) -> float:
    return min(max(gain_db, GAINS_DB[0]), GAINS_DB[1])


def blocks(chunks: Iterable[np.ndarray], shape: tuple[int, ...] = (2,)) -> Iterator[tuple[np.ndarray, int]]:
    """The same sound (samples, *shape) in blocks of BLOCK samples, each with how many are sound: the last two end silent.

    The limiter takes the shorter side of what it is given for the channels, so that it must not be given a few samples.
    """
    rest = np.zeros((0, *shape), np.float32)
    for chunk in chunks:
        rest = np.concatenate([rest, chunk])
        while len(rest) >= BLOCK:
            yield rest[:BLOCK], BLOCK
            rest = rest[BLOCK:]
    yield np.concatenate([rest, np.zeros((BLOCK - len(rest), *shape), np.float32)]), len(rest)
    yield np.zeros((BLOCK, *shape), np.float32), 0
