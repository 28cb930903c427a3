"""Where sounds begin, to the millisecond."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

HOP_S = 0.001
SIDE_S = 0.005  # of sound compared before and after an instant
CHUNK = 4000  # instants at once, so that long films need little memory
BANDS = 17
QUIET_DB = -80.0  # of a band: what codecs leave in silence lies below
APART_S = 0.03  # two onsets nearer than this are one
NEAR_S = 0.04  # an onset farther from an event than this is not its own
ALONE_S = 2 * NEAR_S  # events nearer than this to each other cannot be told apart
LEAST_DB = 3.0  # what digital silence would call an onset otherwise
SIGMAS = 7.0  # of an onset above the middle of its film: a minute of steady noise has about one by chance
OPENING_S = 0.025  # an AAC encoder fades in over its first frame: what begins there may have been on before


@dataclass(frozen=True)
class Envelope:
    """How much louder it grows at each instant: times_s (n,) from the sound's beginning, rise_db (n,)."""

    times_s: np.ndarray
    rise_db: np.ndarray


def onset_envelope(sound: np.ndarray, rate_hz: int) -> Envelope:
    """(samples,) -> the mean rise over bands, in dB, from the sound just before each instant to that just after it.

    Spectral flux of log spectra with two windows that meet at the instant and are strongest there: it is largest exactly where
    a sound begins, where that of overlapping windows is up to half a window early.
    """
    side, hop = round(SIDE_S * rate_hz), round(HOP_S * rate_hz)
    if len(sound) < 2 * side:
        return Envelope(np.zeros(0), np.zeros(0))
    spans = sliding_window_view(sound, 2 * side)[::hop]
    times_s = (side + hop * np.arange(len(spans))) / rate_hz
    rise_db = np.concatenate([_rise(spans[at : at + CHUNK], side) for at in range(0, len(spans), CHUNK)])
    return Envelope(times_s, np.where(times_s < OPENING_S, 0.0, rise_db))


def _rise(spans: np.ndarray, side: int) -> np.ndarray:
    """(n, 2 * side) sound around n instants -> (n,) dB."""
    fading = np.linspace(1, 0, side, endpoint=False, dtype=np.float32)
    before, after = _bands_db(spans[:, :side] * fading[::-1]), _bands_db(spans[:, side:] * fading)
    rise: np.ndarray = np.maximum(after - before, 0).mean(1)
    return rise


def _bands_db(windowed: np.ndarray) -> np.ndarray:
    """(n, side) -> (n, bands) mean power of even steps of pitch, dB of a full-scale sine."""
    power = np.abs(np.fft.rfft(windowed) / (windowed.shape[1] / 4)) ** 2
    edges = np.unique(np.round(np.geomspace(1, power.shape[1], BANDS + 1)).astype(int))
    mean = np.add.reduceat(power, edges[:-1], axis=1) / np.diff(edges)
    return 10 * np.log10(mean + 10 ** (QUIET_DB / 10))


def onsets_s(envelope: Envelope) -> np.ndarray:
    """(n,) instants at which a sound begins, in seconds: maxima that stand out of the whole envelope."""
    found: np.ndarray = envelope.times_s[_onsets(envelope)]
    return found


def onsets_only(envelope: Envelope) -> Envelope:
    """An envelope that is 0 but at onsets, and there by how much they stand out of the middle of the whole."""
    only = np.zeros_like(envelope.rise_db)
    found = _onsets(envelope)
    only[found] = envelope.rise_db[found] - np.median(envelope.rise_db) if len(found) else 0.0
    return Envelope(envelope.times_s, only)


def _onsets(envelope: Envelope) -> np.ndarray:
    """Where onsets are. The envelope's spread is taken from the median deviation, so that they do not widen it."""
    from scipy.signal import find_peaks

    rise_db = envelope.rise_db
    if not len(rise_db):
        return np.zeros(0, int)
    middle = float(np.median(rise_db))
    spread = 1.4826 * float(np.median(np.abs(rise_db - middle)))  # the standard deviation, were it normal
    found, _ = find_peaks(rise_db, height=max(LEAST_DB, middle + SIGMAS * spread), distance=round(APART_S / HOP_S))
    return np.asarray(found)
