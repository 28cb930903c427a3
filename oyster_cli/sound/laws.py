"""The laws of sound, measured: test sources rendered through the desk, against figures from standards and papers.

What is expected stands here in numbers, and nothing of what is under test is used to work it out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from oyster_cli.clock import RATE_HZ
from oyster_cli.sound.early import Patch
from oyster_cli.sound.layout import layouts
from oyster_cli.sound.loudness import Loudness, TruePeak
from oyster_cli.sound.master import master
from oyster_cli.sound.probe import (
    HERE,
    answer,
    around,
    arrival,
    at,
    db,
    dba,
    gain,
    heard,
    itd_us,
    onset_us,
    pitch_hz,
    ringing,
    rolled,
    t30_s,
)
from oyster_cli.sound.speed import AIR_TO_WATER
from oyster_cli.sound.synth.bubbles import BubbleBank
from oyster_cli.sound.synth.rain import Rain
from oyster_cli.sound.synth.street import Cars
from oyster_cli.state import draw

# ISO 9613-1, table 1: temperature, humidity, then dB/km at the exact mid-bands of 1, 4 and 8 kHz
BANDS_HZ = np.array([1000.0, 3981.07, 7943.28])
ISO_9613_1 = (
    (20, 50, (4.665, 29.42, 103.91)),
    (10, 70, (3.658, 32.77, 116.88)),
    (15, 20, (8.166, 88.79, 201.8)),
    (30, 70, (7.407, 23.06, 59.26)),
    (0, 50, (6.827, 71.01, 146.9)),
    (-10, 70, (9.189, 58.48, 86.18)),
)
# The rigid sphere of 8.75 cm at 343 m/s: azimuth, then ITD in microseconds at low notes (3 a / c sin, Kuhn 1977) and of the
# onset, ILD in dB at 1, 4 and 8 kHz (Duda & Martens 1998).
SPHERE = (
    (30, 382.7, 267.0, (4.86, 5.94, 7.90)),
    (60, 662.8, 514.0, (4.28, 9.65, 12.86)),
    (90, 765.3, 668.0, (2.85, 4.69, 6.08)),
)

# Ambisonics as AmbiX has it (Nachbar et al. 2011): direction, right, up, ahead; channel from 0 on; its gain.
AMBIX = (
    ("ahead", (0.0, 0.0, 1.0), ((0, 1.0), (1, 0.0), (3, 1.0), (6, -0.5), (8, 0.86603), (13, -0.61237), (15, 0.79057))),
    ("left", (-1.0, 0.0, 0.0), ((1, 1.0), (3, 0.0), (8, -0.86603), (9, -0.79057), (11, -0.61237))),
    ("above", (0.0, 1.0, 0.0), ((2, 1.0), (6, 1.0), (12, 1.0))),
    ("left, above, ahead", (-0.57735, 0.57735, 0.57735), ((1, 0.57735), (4, 0.57735), (5, 0.57735), (6, 0.0), (10, 0.74536))),
)


@dataclass(frozen=True)
class Row:
    """What one law says of one case, and what was measured."""

    law: str
    case: str
    unit: str
    expected: float
    measured: float
    tolerance: float

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return bool(abs(self.measured - self.expected) <= self.tolerance)


def measured() -> Iterator[Row]:
    """Every law, case by case."""
    for law in LAWS:
        yield from law()


def distance() -> Iterator[Row]:
    """A point source loses 6.02 dB with every doubling of distance; at 0 Hz the air takes nothing."""
    yield Row("distance", "at 1 m", "dB", 0.0, db(answer(at(1.0), 1.0)[:, 0].sum()), 0.01)
    for near_m in (1.0, 16.0, 256.0):
        near, far = (answer(at(far_m), far_m).sum() for far_m in (near_m, 2 * near_m))
        yield Row("distance", f"{near_m:g} to {2 * near_m:g} m", "dB", -6.0206, db(far / near), 0.01)


def air() -> Iterator[Row]:
    """200 m of air dull by ISO 9613-1."""
    near = gain(answer(at(1.0), 1.0)[:, 0], BANDS_HZ)
    for celsius, humidity, expected in ISO_9613_1:
        far = gain(answer(at(201.0), 230.0, temperature_c=celsius, humidity_pct=humidity)[:, 0], BANDS_HZ)
        lost_db_km = (db(near / far) - db(201.0)) * 5.0
        for band_hz, want, got in zip(BANDS_HZ, expected, lost_db_km, strict=True):
            case = f"{celsius} °C, {humidity} %, {band_hz:.0f} Hz"
            yield Row("air", case, "dB/km", want, float(got), 0.005 * want)


def travel() -> Iterator[Row]:
    """A click is late by distance over 343.2 m/s at 20 °C, 331.3 at 0 °C (ISO 9613-1), 1500 in the sea."""
    for far_m, celsius, samples in ((10.0, 20.0, 1398.6), (100.0, 20.0, 13_986.0), (100.0, 0.0, 14_489.0)):
        yield Row("travel", f"{far_m:g} m at {celsius:g} °C", "samples", samples, arrival(far_m, temperature_c=celsius), 1.0)
    near, far = (arrival(far_m, under_water=True) for far_m in (100.0, 200.0))
    yield Row("travel", "100 m more under water", "samples", 3200.0, far - near, 1.0)


def doppler() -> Iterator[Row]:
    """A source at v sounds c / (c - v) as high, from where it was when it sent; to a listener at v it is (c + v) / c."""
    tone = np.sin(2 * np.pi * 1000.0 * np.arange(72_000) / RATE_HZ)
    for speed, ratio in ((20.0, 1.0619), (-20.0, 0.9449), (50.0, 1.1705), (-50.0, 0.8728)):
        flown = heard(tone, at(70.0 + abs(speed), away_m_s=-speed))[RATE_HZ:, 0]
        yield Row("doppler", f"source at {speed:g} m/s", "", ratio, pitch_hz(flown) / 1000.0, 0.001 * ratio)
    ridden = heard(tone, at(100.0), at(0.0, away_m_s=30.0))[RATE_HZ:, 0]
    yield Row("doppler", "listener at 30 m/s", "", 1.0874, pitch_hz(ridden) / 1000.0, 0.001)


def ears() -> Iterator[Row]:
    """Both ears hear what is heard on a rigid sphere; under water the difference in time shrinks as sound is faster."""
    yield Row("ITD", "ahead", "µs", 0.0, itd_us(answer(at(5.0), 5.0)), 1.0)
    hertz = np.array([1000.0, 4000.0, 8000.0])
    for azimuth, low_us, first_us, levels_db in SPHERE:
        both = answer(at(5.0, azimuth), 5.0)
        yield Row("ITD", f"{azimuth}°, 150 Hz", "µs", low_us, itd_us(both), 0.03 * low_us)
        yield Row("ITD", f"{azimuth}°, onset", "µs", first_us, onset_us(both[:, 0]) - onset_us(both[:, 1]), 20.0)
        got_db = db(gain(both[:, 1], hertz) / gain(both[:, 0], hertz))
        for band_hz, want, got in zip(hertz, levels_db, got_db, strict=True):
            yield Row("ILD", f"{azimuth}°, {band_hz:.0f} Hz", "dB", want, float(got), 1.5)
    yield Row("ITD", "90° under water", "µs", 175.0, itd_us(answer(at(5.0, 90), 5.0, under_water=True)), 5.2)


def near_field() -> Iterator[Row]:
    """A source 25 cm off the right ear is much louder there, at low notes too (rigid sphere, Duda & Martens 1998)."""
    hertz = np.array([100.0, 500.0, 1000.0, 2000.0, 8000.0])
    both = answer(at(0.25, 90), 0.25, voice={"size_m": 0.1})
    got_db = db(gain(both[:, 1], hertz) / gain(both[:, 0], hertz))
    for band_hz, want, got in zip(hertz, (9.43, 10.21, 10.95, 11.93, 15.5), got_db, strict=True):
        yield Row("near field", f"0.25 m, 90°, {band_hz:.0f} Hz", "dB", want, float(got), 1.5)


def cues() -> Iterator[Row]:
    """The flaps of the ears dull what comes from behind by 7.9 dB at 16 kHz, heads dip what comes from above by 5.4 dB at
    650 Hz (after Schwark 2020): against a head without them."""
    for case, place, hertz, want in (
        ("behind, 16 kHz", at(5.0, 180), 16_000.0, -7.9),
        ("above, 650 Hz", lambda _: (0.0, 5.0, 0.0), 650.0, -5.4),
        ("ahead, 4 kHz", at(5.0), 4000.0, 0.0),
    ):
        flaps, bare = (gain(answer(place, 5.0, pinna=pinna)[:, 0], np.array([hertz]))[0] for pinna in (True, False))
        yield Row("pinna", case, "dB", want, float(db(flaps / bare)), 1.0)


def echo() -> Iterator[Row]:
    """A wall 10 m behind a listener who speaks answers 20 m / 343.2 m/s later, 1/20 as loud, less what it swallows."""
    wall = Patch("wall", (0.0, 0.0, -10.0), (0.0, 0.0, 1.0), returns=0.7, seen_sr=3.0, reach_m=20.0, mirror=True)
    back = (answer(HERE, 20.0, patches=[wall]) - answer(HERE, 20.0))[:, 0]
    yield Row("echo", "wall at 10 m", "ms", 58.275, float(back @ np.arange(len(back)) / back.sum()) / RATE_HZ * 1000, 0.03)
    yield Row("echo", "wall at 10 m, 30 % swallowed", "dB", -26.02 - 1.549, db(back.sum()), 0.1)


def surface() -> Iterator[Row]:
    """Of a sound's power in air 4 Z1 Z2 / (Z1 + Z2)² enter water, 413 against 1.48e6 rayl."""
    yield Row("air to water", "normal incidence", "dB", -29.5, float(db(AIR_TO_WATER)), 0.2)


def turning() -> Iterator[Row]:
    """A head that turns 90° in half a second past a steady tone: no zipper beside the tone, and each ear where it should be."""
    seconds = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = np.sin(2 * np.pi * 500.0 * seconds)
    both = heard(tone, at(10.0), yaw_deg=lambda now: 90.0 * min(max((now - 0.75) / 0.5, 0.0), 1.0))[RATE_HZ // 2 :]
    spectrum = abs(np.fft.rfft(both[:, 0] * np.hanning(len(both)))) ** 2
    hertz = np.fft.rfftfreq(len(both), 1 / RATE_HZ)
    beside = spectrum[abs(hertz - 500.0) > 150.0].sum() / spectrum.sum()
    yield Row("turning", "beside the tone", "dB", -90.0, float(10 * np.log10(beside)), 30.0)
    ended = both[-RATE_HZ // 4 :]
    left, right = (gain(side, np.array([500.0]))[0] for side in ended.T)
    itd = float(np.angle(left / right)) / (2 * np.pi * 500.0) * 1e6
    yield Row("turning", "ITD at its end, 500 Hz", "µs", 765.3, itd, 60.0)


def reverberation() -> Iterator[Row]:
    """A room of 10 x 7.5 x 3.5 m with 10 % absorption rings for 1.552 s (Sabine), less what ISO 9613-1 takes on the way."""
    with_room, without = (answer(at(2.0), 700.0, rt60_s=1.552, late_db=level_db)[:, 0] for level_db in (0.0, -200.0))
    for hertz, db_km in ((250.0, 1.318), (500.0, 2.733), (1000.0, 4.665), (2000.0, 9.855), (4000.0, 29.42)):
        want = 60.0 / (60.0 / 1.552 + 0.3432 * db_km)
        yield Row("reverberation", f"{hertz:g} Hz", "s", want, t30_s(with_room - without, hertz), 0.05 * want)


def barrier() -> Iterator[Row]:
    """A wall of 4 m between two at 1.5 m, 10 m away on either side: 0.6155 m of detour (Maekawa; ISO 9613-2)."""
    hertz = np.array([125.0, 500.0, 2000.0, 8000.0])
    clear, hidden = (gain(answer(at(20.0), 20.0, voice={"detour_m": detour_m})[:, 0], hertz) for detour_m in (0.0, 0.6155))
    for band_hz, want, got in zip(hertz, (10.8, 15.9, 21.7, 24.0), db(clear / hidden), strict=True):
        yield Row("barrier", f"{band_hz:.0f} Hz", "dB", want, float(got), 1.0)


def ambisonics() -> Iterator[Row]:
    """Sound from a direction has in each channel the gain that AmbiX gives it, and turning the listener turns the sound."""
    for case, place, gains in AMBIX:
        got = around(np.eye(1, 4096)[0], lambda _, place=place: place).sum(axis=0)  # type: ignore[misc]
        for channel, want in gains:
            yield Row("ambisonics", f"{case}, channel {channel}", "", want, float(got[channel]), 1e-3)
    got = around(np.eye(1, 4096)[0], lambda _: (0.85, -0.42, 0.32)).sum(axis=0)
    for degree in (1, 2, 3):
        power = np.sum((got[degree**2 : (degree + 1) ** 2] / got[0]) ** 2)
        yield Row("ambisonics", f"power of degree {degree}", "", 1.0, float(power), 1e-5)
    turned, moved = (around(np.eye(1, 6144)[0], at(9.0, azimuth), turned_deg=turn) for azimuth, turn in ((70, 50), (20, 0)))
    yield Row("ambisonics", "listener turned by 50°", "of peak", 0.0, float(abs(turned - moved).max() / abs(moved).max()), 1e-5)
    noise = draw(1, "ambisonics").standard_normal(RATE_HZ // 4)
    for azimuth in (63.0, 170.0):
        w, y, _, x = around(noise, at(5.0, azimuth), late_db=-12.0)[RATE_HZ // 16 :, :4].T
        off = (np.degrees(np.arctan2(-w @ y, w @ x)) - azimuth + 180.0) % 360.0 - 180.0  # intensity is pressure times velocity
        yield Row("ambisonics", f"intensity from {azimuth:g}°, in a room", "°", 0.0, float(off), 2.0)


def bubbles() -> Iterator[Row]:
    """An air bubble rings at 3.287 / r (Minnaert 1933) and dies away by 0.13 / r + 0.0072 r^-1.5 (van den Doel 2005)."""
    for mm, hertz, per_s in ((1.0, 3286.0, 358.0), (2.0, 1643.0, 145.5), (5.0, 657.3, 46.4), (10.0, 328.7, 20.2)):
        tone = BubbleBank(mm * 1e-3, mm * 1e-3, 1.0, 0.5, sizes=1).tones
        dry = tone.ring(np.array([0]), np.array([0]), np.array([1.0]), 4000)[0]
        got_hz, got_per_s = ringing(heard(dry, at(1.0))[700:1500, 0])  # when the head has answered
        yield Row("bubble", f"{mm:g} mm, tone", "Hz", hertz, got_hz, 0.005 * hertz)
        yield Row("bubble", f"{mm:g} mm, decay", "1/s", per_s, got_per_s, 0.01 * per_s)


def rain() -> Iterator[Row]:
    """Rain is as much louder as its drops bring more energy: Marshall-Palmer drops bring 3.4, 25.9 and 372 mW/m2."""
    levels = []
    for mm_h in (1.0, 5.0, 50.0):
        dry = rolled(partial(Rain(streams=1).step, rate_mm_h=mm_h), 3.0)
        levels.append(dba(heard(dry, at(1.0), voice={"bed": True})[:, 0]))
    yield Row("rain", "1 to 5 mm/h", "dB(A)", 10 * np.log10(25.9 / 3.4), levels[1] - levels[0], 1.0)
    yield Row("rain", "5 to 50 mm/h", "dB(A)", 10 * np.log10(372 / 25.9), levels[2] - levels[1], 1.0)


def car() -> Iterator[Row]:
    """A car has 92.5, 98.4 and 109.6 dB(A) of sound power at 30, 50 and 110 km/h (CNOSSOS-EU 2021/1226)."""
    levels = []
    for km_h in (30.0, 50.0, 110.0):
        dry = rolled(partial(Cars().step, speed_m_s=km_h / 3.6), 3.0)
        levels.append(dba(heard(dry, at(7.5))[RATE_HZ:, 0]))
    yield Row("car", "30 to 50 km/h", "dB(A)", 98.4 - 92.5, levels[1] - levels[0], 1.0)
    yield Row("car", "50 to 110 km/h", "dB(A)", 109.6 - 98.4, levels[2] - levels[1], 1.0)


def loudness() -> Iterator[Row]:
    """ITU-R BS.1770-5: a full-scale tone of 997 Hz on one side is -3.01 LKFS; EBU Tech 3341, case 3, a quarter as long: -23."""
    seconds = np.arange(20 * RATE_HZ) / RATE_HZ
    tone = np.sin(2 * np.pi * 997.0 * seconds)[:, None]
    loud = np.where((seconds > 2.5) & (seconds < 17.5), 10 ** (-23 / 20), 10 ** (-36 / 20))[:, None]
    for case, sound, want in (("one side", tone * (1.0, 0.0), -3.01), ("gated", tone * loud * (1.0, 1.0), -23.0)):
        meter = Loudness(RATE_HZ)
        meter.add(sound)
        yield Row("loudness", case, "LKFS", want, meter.lkfs(), 0.1)
    meter = Loudness(RATE_HZ, layouts()["5.1"].weights)  # EBU Tech 3341, case 6; the fourth channel must not count
    meter.add(
        np.sin(2 * np.pi * 1000.0 * seconds[: 3 * RATE_HZ])[:, None] * 10 ** (np.array([-28, -28, -24, 0, -30, -30]) / 20)
    )
    yield Row("loudness", "5.1", "LKFS", -23.0, meter.lkfs(), 0.1)


def peaks() -> Iterator[Row]:
    """The meter of BS.1770-5, annex 2, finds the -6.02 dB of a tone that is sampled beside its peaks, at -9.03 dB."""
    tone = np.sin(np.pi / 2 * np.arange(4800) + np.pi / 4) * np.hanning(4800) ** 0.2
    meter = TruePeak()
    meter.add(0.5 * tone[:, None] * (1.0, 1.0))
    yield Row("true peak", "12 kHz between samples", "dBTP", -6.02, meter.dbtp(), 0.2)


def mastering() -> Iterator[Row]:
    """Sound out of the desk is mastered to -24 LKFS, by another meter (pyloudnorm)."""
    import pyloudnorm

    noise = draw(1, "master").standard_normal(5 * RATE_HZ)
    sound = master(heard(noise, at(3.0)).astype(np.float32))[0].astype(np.float64)
    yield Row("loudness", "mastered", "LKFS", -24.0, float(pyloudnorm.Meter(RATE_HZ).integrated_loudness(sound)), 0.3)


def cuts() -> Iterator[Row]:
    """A mix is the same however it is cut into spans."""
    noise = draw(1, "cuts").standard_normal(12_000)
    whole, *others = (
        heard(noise, at(7.0, 40), piece=piece, late_db=-12.0, voice={"detour_m": 0.3}) for piece in (12_000, 480, 512, 1601)
    )
    for samples, other in zip((480, 512, 1601), others, strict=True):
        yield Row("cuts", f"{samples} samples", "of peak", 0.0, float(abs(whole - other).max() / abs(whole).max()), 1e-6)


LAWS = (
    distance, air, travel, doppler, ears, near_field, cues, turning, echo, reverberation, barrier, surface, ambisonics, bubbles,
    rain, car, loudness, peaks, mastering, cuts,
)  # fmt: skip
