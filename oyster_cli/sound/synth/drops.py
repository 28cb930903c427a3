"""One drop that lands: on water the bubble that it drags under sings, on stone it slaps and spatters, a leaf pats, earth thuds,
sheet metal rings."""

from __future__ import annotations

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.synth.bubbles import damping_per_s, minnaert_hz
from oyster_cli.sound.synth.control import leaky
from oyster_cli.sound.synth.tape import fade_tail

PEAK_PA = 0.16  # at 1 m of a drop of 5 mm that falls at 7 m/s, as near as films record it
BUBBLE = 0.57  # radius of the bubble over the drop's diameter
CLOSES_S = 0.012  # after the blow, when the crater has shut over the bubble


def on_water(rng: np.random.Generator, mm: float, speed_m_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m. A faint slap; then a bubble at Minnaert's tone, which climbs as it rises to the surface; often a
    smaller one after it."""
    loud = PEAK_PA * (mm / 5.0) ** 1.5 * min(speed_m_s / 7.0, 1.3)
    out = np.zeros(int(0.35 * rate_hz))
    _lay(out, 0, 0.035 * loud * _burst(rng, 0.0006, 0.004, rate_hz))
    radius = BUBBLE * mm * 1e-3 * rng.uniform(0.94, 1.06)
    start = CLOSES_S * rng.uniform(0.7, 1.6)
    _lay(out, int(start * rate_hz), loud * _bubble(radius, rng.uniform(0.06, 0.14), rate_hz))
    for _ in range(int(rng.random() < 0.55)):
        again = start + rng.uniform(0.035, 0.14)
        _lay(out, int(again * rate_hz), 0.3 * loud * rng.random() * _bubble(radius * rng.uniform(0.5, 0.8), 0.1, rate_hz))
    return fade_tail(out)


def on_stone(rng: np.random.Generator, mm: float, speed_m_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m. A tick as the film of water breaks, the pat of the splash under it, spatter around."""
    loud = 0.28 * PEAK_PA * (mm / 5.0) * min(speed_m_s / 7.0, 1.3)
    out = np.zeros(int(0.16 * rate_hz))
    slap = _burst(rng, 0.0009, 0.006, rate_hz)
    _lay(out, 0, loud * (slap - _below(slap, 2500.0, rate_hz)))
    t = np.arange(int(0.03 * rate_hz)) / rate_hz
    tone_hz = rng.uniform(900.0, 1700.0) * 5.0 / mm
    _lay(out, 0, 0.2 * loud * np.exp(-t * 260.0) * np.sin(2 * np.pi * tone_hz * t))
    for after in np.sort(rng.exponential(0.03, 5)):
        if after < 0.14:
            _lay(out, int(after * rate_hz), 0.22 * loud * rng.random() * _burst(rng, 0.0004, 0.003, rate_hz))
    return fade_tail(out)


def on_leaf(rng: np.random.Generator, mm: float, speed_m_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m. The blade gives way and swings: 5 to 20 ms of noise between 1.5 and 6 kHz."""
    loud = 0.25 * PEAK_PA * (mm / 5.0) ** 1.5 * min(speed_m_s / 7.0, 1.3)
    burst = _burst(rng, rng.uniform(0.0015, 0.006), 0.025, rate_hz)
    burst = _below(_below(burst, 6000.0, rate_hz), 6000.0, rate_hz)
    return fade_tail(2.0 * loud * (burst - _below(burst, 1500.0, rate_hz)))


def on_soil(rng: np.random.Generator, mm: float, speed_m_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m. A dull pat on earth, grass or needles."""
    loud = 0.4 * PEAK_PA * (mm / 5.0) ** 1.5 * min(speed_m_s / 7.0, 1.3)
    return fade_tail(loud * _below(_burst(rng, 0.002, 0.02, rate_hz), rng.uniform(600.0, 1500.0), rate_hz))


def on_tin(rng: np.random.Generator, mm: float, speed_m_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """(m,) pascal at 1 m. A click, and the modes of the plate (its pitches lie about evenly) that ring after it."""
    loud = 0.5 * PEAK_PA * (mm / 5.0) ** 1.5 * min(speed_m_s / 7.0, 1.3)
    hz = rng.uniform(300.0, 700.0) * (np.arange(9) + rng.uniform(0.7, 1.3, 9))
    t = np.arange(int(0.12 * rate_hz)) / rate_hz
    decay = 40.0 + 8e-6 * hz[:, None] ** 2  # wet sheet on battens; what is high dies first
    modes = rng.standard_normal((9, 1)) * np.exp(-decay * t) * np.sin(2 * np.pi * hz[:, None] * t)
    out = 0.3 * loud * modes.sum(axis=0)
    _lay(out, 0, loud * _burst(rng, 0.0006, 0.004, rate_hz))
    return fade_tail(out)


ON = {"water": on_water, "hard": on_stone, "leaves": on_leaf, "soft": on_soil, "tin": on_tin}  # by what rain falls on


def _below(signal: np.ndarray, corner_hz: float, rate_hz: int) -> np.ndarray:
    """What one pole leaves of a signal (m,)."""
    pole = np.exp(-2 * np.pi * corner_hz / rate_hz)
    return (1 - pole) * leaky(signal, pole)


def _bubble(radius_m: float, climb: float, rate_hz: int) -> np.ndarray:
    """Minnaert's tone, its pitch climbing by `climb` a decay time (some 0.1, van den Doel 2005). It swells within its first
    cycle, as recorded bubbles do: without a click. It moves water to and fro, none away: nothing far below it is heard in the
    air."""
    damping = float(damping_per_s(radius_m))
    t = np.arange(int(7.0 / damping * rate_hz)) / rate_hz
    tone_hz = float(minnaert_hz(radius_m))
    cycles = tone_hz * t * (1 + 0.5 * climb * damping * t)
    tone = np.exp(-damping * t) * np.minimum(cycles, 1.0) * np.sin(2 * np.pi * cycles)
    for _ in range(2):
        tone = tone - _below(tone, 0.4 * tone_hz, rate_hz)
    return np.asarray(tone)


def _burst(rng: np.random.Generator, decay_s: float, length_s: float, rate_hz: int) -> np.ndarray:
    m = int(length_s * rate_hz)
    return rng.standard_normal(m) * np.exp(-np.arange(m) / (decay_s * rate_hz))


def _lay(out: np.ndarray, start: int, signal: np.ndarray) -> None:
    end = min(start + len(signal), len(out))
    if end > start:
        out[start:end] += signal[: end - start]
