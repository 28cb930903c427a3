"""Test sources through the desk, and what can be read off the sound that comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.signal import butter, hilbert, sosfilt

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.ambisonics import CHANNELS
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.ear import Ear
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw

Place = Callable[[float], tuple[float, float, float]]  # metres (right, up, ahead), of the time in seconds
FRAME = 2000  # samples
STILL_AIR = {"temperature_c": 20.0, "humidity_pct": 50.0, "rt60_s": 1.0, "late_db": -200.0, "pre_delay_s": 0.0}


def at(far_m: float, azimuth_deg: float = 0.0, away_m_s: float = 0.0) -> Place:
    """A place at ear height, azimuth to the right, at rest or going away from there."""
    turn = np.radians(azimuth_deg)
    right, ahead = float(np.sin(turn)), float(np.cos(turn))
    return lambda seconds: ((far_m + away_m_s * seconds) * right, 0.0, (far_m + away_m_s * seconds) * ahead)


HERE = at(0.0)


def heard(
    dry: np.ndarray,
    place: Place,
    listener: Place = HERE,
    piece: int = FRAME,
    voice: Mapping[str, Any] = MappingProxyType({}),
    yaw_deg: Callable[[float], float] = lambda _: 0.0,
    pinna: bool = False,
    **air: Any,
) -> np.ndarray:
    """(samples, 2) float64 pascal at the ears of a rigid sphere that faces ahead, for (samples,) pascal at 1 m.

    yaw_deg: by which it is turned to the right at a time. pinna: whether it has flaps and shoulders.
    piece: samples mixed at once. voice: what else is known of it; air: of the air and the place.
    """
    mixed = _mixed(dry, place, listener, piece, voice, air, yaw_deg, pinna)
    return np.concatenate([ears for ears, _ in mixed]).astype(np.float64)


def around(
    dry: np.ndarray,
    place: Place,
    listener: Place = HERE,
    piece: int = FRAME,
    voice: Mapping[str, Any] = MappingProxyType({}),
    turned_deg: float = 0.0,
    **air: Any,
) -> np.ndarray:
    """The same as ambisonics, (samples, 16) float64, of a listener who is turned so far to the right."""
    mixed = _mixed(dry, place, listener, piece, voice, air, lambda _: turned_deg)
    return np.concatenate([bed for _, bed in mixed]).astype(np.float64)


def _mixed(
    dry: np.ndarray,
    place: Place,
    listener: Place,
    piece: int,
    voice: Mapping[str, Any],
    air: Mapping[str, Any],
    yaw_deg: Callable[[float], float],
    pinna: bool = False,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    desk = Desk(pinna=pinna)
    for begin in range(0, len(dry), piece):
        part = np.asarray(dry[begin : begin + piece], np.float32)
        now, then = begin / RATE_HZ, (begin + len(part)) / RATE_HZ
        one = Voice("one", "effects", place(then), part, **voice)
        was, is_ = (_ear(listener(when), yaw_deg(when)) for when in (now, then))
        stems = desk.mix(begin, len(part), [one], was, is_, **{**STILL_AIR, **air})
        yield stems["effects"], desk.beds.get("effects", np.zeros((len(part), CHANNELS), np.float32))


def _ear(where: tuple[float, float, float], yaw_deg: float) -> Ear:
    turn = np.radians(yaw_deg)
    right, ahead = np.array([np.cos(turn), 0.0, -np.sin(turn)]), np.array([np.sin(turn), 0.0, np.cos(turn)])
    return Ear(np.array(where), right, np.array([0.0, 1.0, 0.0]), ahead)


def rolled(step: Callable[[np.random.Generator, int], np.ndarray], seconds: float) -> np.ndarray:
    """What a synthesised voice says, (samples,), frame after frame."""
    frames = round(seconds * RATE_HZ / FRAME)
    return np.concatenate([np.ravel(step(draw(1, "probe", frame), FRAME)) for frame in range(frames)])


def answer(place: Place, reach_m: float, **settings: Any) -> np.ndarray:
    """What a click of 1 Pa becomes, (samples, 2), for as long as sound in cold air takes over reach_m and 85 ms more."""
    return heard(np.eye(1, int(reach_m / 320.0 * RATE_HZ) + 4096)[0], place, **settings)


def db(ratio: Any) -> Any:
    """Of a ratio of pressures."""
    return 20.0 * np.log10(np.abs(ratio))


def gain(sound: np.ndarray, hertz: np.ndarray) -> np.ndarray:
    """Spectrum of (samples,) at these frequencies, complex."""
    return np.asarray(np.exp(-2j * np.pi / RATE_HZ * np.outer(hertz, np.arange(len(sound)))) @ sound)


def arrival(far_m: float, **air: Any) -> float:
    """The sample, and part of it, around which a click from straight ahead is heard."""
    both = answer(at(far_m), far_m, **air)[:, 0]
    return float(both @ np.arange(len(both)) / both.sum())


def pitch_hz(tone: np.ndarray) -> float:
    """Of a steady tone: the slope of its phase, without its ends."""
    phase = np.unwrap(np.angle(hilbert(tone)))[2400:-2400]
    return float(np.polyfit(np.arange(len(phase)), phase, 1)[0]) * RATE_HZ / (2 * np.pi)


def itd_us(both: np.ndarray, hertz: float = 150.0) -> float:
    """By how much a low note is earlier at the right ear, microseconds."""
    left, right = (gain(side, np.array([hertz]))[0] for side in both.T)
    return float(np.angle(right / left)) / (2 * np.pi * hertz) * 1e6


def onset_us(side: np.ndarray) -> float:
    """When an answer first reaches half its peak, interpolated sixteenfold, microseconds."""
    fine = abs(np.fft.irfft(np.fft.rfft(side), 16 * len(side)))
    return float(np.argmax(fine > 0.5 * fine.max())) / (16 * RATE_HZ) * 1e6


def t30_s(decay: np.ndarray, hertz: float) -> float:
    """Reverberation time of an octave, by Schroeder's backward integral from -5 to -35 dB (ISO 3382-1)."""
    band = sosfilt(butter(3, [hertz / 2**0.5, hertz * 2**0.5], "bandpass", fs=RATE_HZ, output="sos"), decay)
    left_db = 10 * np.log10(np.cumsum(band[::-1] ** 2)[::-1] / np.sum(band**2) + 1e-30)
    part = np.flatnonzero((left_db < -5) & (left_db > -35))
    return float(-60.0 / (np.polyfit(part, left_db[part], 1)[0] * RATE_HZ))


def ringing(tone: np.ndarray) -> tuple[float, float]:
    """Frequency in Hz and decay in 1/s of a single damped tone, by what it turns and shrinks from sample to sample (Prony)."""
    before = np.stack([tone[1:-1], tone[:-2]], axis=1)
    root = np.roots([1.0, *-np.linalg.lstsq(before, tone[2:], rcond=None)[0]])[0]
    return float(abs(np.angle(root))) * RATE_HZ / (2 * np.pi), -float(np.log(abs(root))) * RATE_HZ


def dba(sound: np.ndarray) -> float:
    """A-weighted level of (samples,) pascal, dB re 20 micropascal (IEC 61672-1, annex E)."""
    square = np.fft.rfftfreq(len(sound), 1 / RATE_HZ) ** 2
    weight = 1.2589 * 12_194.0**2 * square**2 / ((square + 20.6**2) * (square + 12_194.0**2))
    weight /= np.sqrt((square + 107.7**2) * (square + 737.9**2))
    return float(10 * np.log10(2 * np.sum(abs(weight * np.fft.rfft(sound)) ** 2) / len(sound) ** 2 / 4e-10))
