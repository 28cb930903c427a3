"""The laws behind the bodies, against closed forms and published tables."""

import numpy as np
import pytest
from scipy.signal import butter, hilbert, lfilter, sosfilt

from oyster_cli.sound.synth.bubbles import BubbleBank, damping_per_s, minnaert_hz
from oyster_cli.sound.synth.control import Flutter, gliding, leaky, ramp
from oyster_cli.sound.synth.fire import Fire
from oyster_cli.sound.synth.impacts import Impact, Impacts
from oyster_cli.sound.synth.insects import Crickets, chirps_per_min
from oyster_cli.sound.synth.noise import OCTAVES_HZ, BandNoise, a_weight_db, at_level, shots, split, white
from oyster_cli.sound.synth.rain import drop_flux, energy_flux_w_m2, level_dba
from oyster_cli.sound.synth.resonators import Resonators
from oyster_cli.sound.synth.surf import whitecap_share
from oyster_cli.sound.synth.tape import Tape
from oyster_cli.sound.synth.thunder import n_wave, n_wave_s, strike
from oyster_cli.sound.synth.water import Brook, Torrent, splash
from oyster_cli.sound.synth.wind import Howl, Wind
from oyster_cli.state import draw

N, RATE = 2000, 48_000


def rolled(step, seconds):
    return np.concatenate([step(draw(5, "law", k), N, k) for k in range(int(seconds * 24))])


def level_db(x):
    return 10 * np.log10(np.mean(np.square(x, dtype=np.float64)) / 4e-10)


def dba(x):
    """A-weighted level by the spectrum, dB re 20 micropascal."""
    weight = 10 ** (a_weight_db(np.maximum(np.fft.rfftfreq(len(x), 1 / RATE), 1.0)) / 10)
    return 10 * np.log10(np.sum(2 * np.abs(np.fft.rfft(x)) ** 2 * weight) / len(x) ** 2 / 4e-10 + 1e-9)


def kurtosis_of_band(x, low_hz, high_hz):
    """Of the compressed envelope (power 0.3) in one band."""
    envelope = np.abs(hilbert(sosfilt(butter(3, [low_hz, high_hz], "band", fs=RATE, output="sos"), x)))[2400:-2400] ** 0.3
    centred = envelope - envelope.mean()
    return np.mean(centred**4) / np.mean(centred**2) ** 2


# radius in mm: Minnaert's tone, damping in 1/s, T60 in ms
@pytest.mark.parametrize(
    ("mm", "hz", "per_s", "t60_ms"),
    [(0.5, 6573, 904, 7.6), (1, 3286, 358, 19.3), (2, 1643, 145.5, 47.5), (5, 657.3, 46.4, 149), (10, 328.7, 20.2, 342)],
)
def test_bubbles_ring_as_minnaert_says(mm, hz, per_s, t60_ms):
    assert minnaert_hz(mm * 1e-3) == pytest.approx(hz, rel=0.005)
    assert damping_per_s(mm * 1e-3) == pytest.approx(per_s, rel=0.005)
    assert np.log(1000) / damping_per_s(mm * 1e-3) * 1e3 == pytest.approx(t60_ms, rel=0.01)


def test_the_bank_rings_as_the_closed_form():
    hz, per_s = np.array([700.0, minnaert_hz(2e-3)]), np.array([50.0, damping_per_s(2e-3)])
    t = np.arange(4000) / RATE
    exact = np.exp(-per_s[:, None] * t) * np.sin(2 * np.pi * hz[:, None] * t)
    # in the second of two streams the second tone at once, and the first from sample 300 on, half as loud
    heard = Resonators(hz, per_s, 2).ring(np.array([3, 2]), np.array([0, 300]), np.array([1.0, 0.5]), 4000)
    exact[1, 300:] += 0.5 * exact[0, :-300]
    assert heard[1] == pytest.approx(exact[1], abs=1e-9)
    assert not heard[0].any()


def test_the_bank_has_unit_power_a_bubble_a_second():
    bank = BubbleBank(1e-3, 4e-3, 1.0, 0.5, sizes=12)
    x = rolled(lambda r, n, _k: bank.step(r, n, 3000.0)[0], 6)
    assert np.mean(x**2) == pytest.approx(3000.0, rel=0.1)


@pytest.mark.parametrize("cut", [1, 480, 512, 1601])
def test_chunks_make_no_difference(cut):
    """The same excitation through the carried filters, whole and in pieces."""
    rng = draw(1, "chunks")
    noise, blows = rng.standard_normal((2, 6000)), (rng.uniform(size=(8, 6000)) < 0.001) * 1.0
    levels = at_level([0, 0, 0, 0, 0, -3, -6, -9, -12, -15], 60.0)
    bed, tape, tones = BandNoise(2), Tape(), [Resonators(np.geomspace(300, 4000, 4), np.geomspace(20, 400, 4), 2) for _ in "ab"]
    cuts = list(range(cut, 6000, cut))[:8]
    parts = [bed.shape(w, levels) for w in np.split(noise, cuts, axis=1)]
    whole = BandNoise(2).shape(noise, levels)
    assert np.concatenate(parts, axis=1) == pytest.approx(whole, abs=1e-6 * float(abs(whole).max()))  # float32
    parts = [tones[0].ring(*np.nonzero(b), b[b > 0], b.shape[1]) for b in np.split(blows, cuts, axis=1)]
    whole = tones[1].ring(*np.nonzero(blows), blows[blows > 0], 6000)
    assert np.concatenate(parts, axis=1) == pytest.approx(whole, abs=1e-9)
    leaks, before = [], 0.0
    for part in np.split(noise, cuts, axis=1):
        leaks.append(leaky(part, 0.99, before))
        before = leaks[-1][:, -1:]
    assert np.concatenate(leaks, axis=1) == pytest.approx(lfilter([1.0], [1.0, -0.99], noise), abs=1e-9)
    tape.lay(17, noise[0])
    pieces = np.concatenate([tape.play(n) for n in np.diff([0, *cuts, 6100])])
    assert np.array_equal(pieces[17:6017], noise[0])


def test_noise_has_the_octaves_asked_for():
    want = np.array([40, 43, 50, 47, 55, 52, 60, 57, 50, 45.0])
    noise = BandNoise()
    x = rolled(lambda r, n, _k: noise.step(r, n, want)[0], 20)
    power, hz = np.abs(np.fft.rfft(x)) ** 2 * 2 / len(x) ** 2, np.fft.rfftfreq(len(x), 1 / RATE)
    got = [10 * np.log10(power[(hz > f / 2**0.5) & (hz < f * 2**0.5)].sum() / 4e-10) for f in OCTAVES_HZ[1:-1]]
    assert got == pytest.approx(want[1:-1], abs=1.6)  # the line between octave points rounds the corners


def test_split_bands_add_up_to_the_whole():
    levels = at_level([-22, -17, -17, -9, -6, -1, 0, -4, -10, -13], 70.0)
    together = 10 * np.log10(np.sum(10 ** (split(levels, [300.0, 3000.0]) / 10), axis=0))
    assert together == pytest.approx(levels, abs=1e-9)


def test_flutter_and_shots_have_unit_variance():
    slow = Flutter(20.0)
    x = rolled(lambda r, n, _k: slow.step(r, n)[0], 30)
    assert np.var(x) == pytest.approx(1.0, rel=0.15)
    y = np.concatenate([shots(draw(2, "shots", k), 2, N, np.array([900.0, 2000.0]), 0.7) for k in range(400)], axis=1)
    assert np.var(y, axis=1) == pytest.approx([1.0, 1.0], rel=0.1)
    assert (y != 0).mean(axis=1) * RATE == pytest.approx([900.0, 2000.0], rel=0.05)
    z = white(draw(2, "white"), 2, 50_000)
    assert np.cov(z) == pytest.approx(np.eye(2), abs=0.02)


def test_eddies_lose_their_memory_with_the_corner():
    """Low-passed by one pole, what is t later is the same by e^(-2 pi corner t)."""
    slow = Flutter(4.0, 2)
    x = np.concatenate([slow.step(draw(3, "eddies", k), 2002) for k in range(4000)], axis=1)[:, ::91].astype(float)
    after = int(0.04 * RATE / 91)
    alike = (x[:, after:] * x[:, :-after]).mean() / (x**2).mean()
    assert alike == pytest.approx(np.exp(-2 * np.pi * 4.0 * after * 91 / RATE), abs=0.06)


def test_a_glide_goes_straight_from_knot_to_knot():
    knots = draw(1, "knots").standard_normal((2, 9))
    got = gliding(knots, 1601)
    exact = [np.interp(np.arange(1, 1602), np.arange(9) * 1601 // 8, row) for row in knots]
    assert got == pytest.approx(np.array(exact), abs=1e-5)
    assert gliding(knots[:, :2], 7) == pytest.approx(ramp(knots[:, 0], knots[:, 1], 7), abs=1e-6)


@pytest.mark.parametrize(
    ("rate", "drops", "milliwatt"),
    [(1, 1444, 3.4), (5, 3155, 25.9), (10, 4327, 59.4), (25, 6460, 172), (50, 8648, 372), (100, 11470, 776)],
)
def test_rain_of_marshall_and_palmer(rate, drops, milliwatt):
    assert drop_flux(rate).sum() == pytest.approx(drops, rel=0.005)
    assert energy_flux_w_m2(rate) * 1e3 == pytest.approx(milliwatt, rel=0.015)


def test_heavier_rain_is_louder_by_9_db():
    assert level_dba(50) - level_dba(5) >= 9.0
    assert level_dba(0) < 0


def test_power_laws_of_wind_and_water():
    def at(speed):
        wind, howl = Wind(), Howl()
        return [
            level_db(rolled(lambda r, n, _k, b=b, a=a: b.step(r, n, *a), 5))
            for b, a in ((wind, (speed, speed)), (howl, (speed,)))
        ]

    slow, fast = at(8.0), at(16.0)
    assert fast[0] - slow[0] == pytest.approx(12.0, abs=1.0)
    assert fast[1] - slow[1] == pytest.approx(18.0, abs=3.0)
    small, large = Torrent(), Torrent()
    more = [level_db(rolled(lambda r, n, _k, t=t, q=q: t.step(r, n, q, 30.0), 3)) for t, q in ((small, 4.0), (large, 8.0))]
    assert more[1] - more[0] == pytest.approx(3.01, abs=0.5)


def test_howl_sings_at_the_strouhal_pitch():
    howl = Howl((0.005,))
    x = rolled(lambda r, n, _k: howl.step(r, n, 15.0), 12)
    spectrum = np.abs(np.fft.rfft(x)) ** 2
    centre = np.sum(spectrum * np.fft.rfftfreq(len(x), 1 / RATE)) / spectrum.sum()
    assert centre == pytest.approx(0.2 * 15.0 / 0.005, rel=0.12)


def test_a_deeper_fall_rumbles_more():
    def bass_share(height_m):
        fall = Torrent()
        x = rolled(lambda r, n, _k: fall.step(r, n, 5.0, height_m), 4)
        power, hz = np.abs(np.fft.rfft(x)) ** 2, np.fft.rfftfreq(len(x), 1 / RATE)
        return power[(hz > 30) & (hz < 300)].sum() / power.sum()

    assert bass_share(80.0) > 1.5 * bass_share(5.0)


def test_textures_are_as_rough_as_the_real_ones():
    """Waterfall near Gaussian; a brook spikier in single bands; crackle far spikier."""
    gauss = kurtosis_of_band(draw(1, "white").standard_normal(8 * RATE), 900, 1100)
    fall, brook, fire = Torrent(), Brook(), Fire()
    roar = rolled(lambda r, n, _k: fall.step(r, n, 10, 50), 8)
    gurgle = rolled(lambda r, n, _k: brook.step(r, n, 3, 1.2)[0], 8)
    crackle = rolled(lambda r, n, k: fire.step(r, n, 30, [(900, 0.3 if k % 12 == 0 else 0.03)] if k % 3 == 0 else []), 8)
    assert kurtosis_of_band(roar, 900, 1100) == pytest.approx(gauss, rel=0.1)
    assert kurtosis_of_band(gurgle, 2000, 6000) > kurtosis_of_band(roar, 2000, 6000) + 0.3
    assert kurtosis_of_band(crackle, 2000, 6000) > 6


def test_impact_is_the_damped_tone():
    x = np.concatenate([(player := Impacts()).step(draw(1, "i"), N, [Impact(1500, 440.0, 30.0, 0.2)]), player.step(draw(1), N)])
    t = np.arange(2500) / RATE
    assert x[1500:] == pytest.approx(0.2 * np.exp(-30 * t) * np.sin(2 * np.pi * 440 * t), abs=1e-6)
    assert not x[:1501].any()


@pytest.mark.parametrize("celsius", [15.0, 25.0])
def test_crickets_keep_the_tempo_of_the_warmth(celsius):
    assert chirps_per_min(25.0) == 145.0
    crickets = Crickets(3)
    begun = []
    for k in range(24 * 60):
        crickets.step(N, celsius) if k < 2 else crickets._move_on(N, crickets.tempo * chirps_per_min(celsius) / 60 / RATE)
        begun += [(who, k * N + offset) for who, offset in crickets.begun]
    for who in range(3):
        starts = [at for c, at in begun if c == who]
        assert len(starts) == pytest.approx(chirps_per_min(celsius) * crickets.tempo[who], abs=1.01)
        assert np.diff(starts) == pytest.approx(60 * RATE / chirps_per_min(celsius) / crickets.tempo[who], abs=2)


def test_cricket_pulses_beat_at_58_hz_in_chunks_as_whole():
    whole, pieces = Crickets(1), Crickets(1)
    x = whole.step(4 * RATE, 20.0)[0]
    y = np.concatenate([pieces.step(n, 20.0)[0] for n in (480, 1601, 2000, 4 * RATE - 4081)])
    assert x == pytest.approx(y, abs=1e-4)
    envelope = np.abs(hilbert(x))
    spectrum, hz = np.abs(np.fft.rfft(envelope - envelope.mean())), np.fft.rfftfreq(len(x), 1 / RATE)
    near = (hz > 30) & (hz < 90)
    assert hz[near][np.argmax(spectrum[near])] == pytest.approx(58.0, abs=5.0)


def test_n_wave_of_few_and_ribner():
    for energy, peak_hz in ((1e4, 688), (5e4, 308), (1e5, 218), (1e6, 69)):
        spectrum = np.abs(np.fft.rfft(n_wave(energy, 1.0, 0.0), 1 << 19))
        assert np.argmax(spectrum) * RATE / (1 << 19) == pytest.approx(peak_hz, rel=0.03)
    wave = n_wave(1e5, 20.0, 1.0)
    assert len(wave) / RATE == pytest.approx(n_wave_s(1e5) + 20.0 / 343.2, abs=4 / RATE)
    assert wave.sum() == pytest.approx(0.0, abs=0.01 * abs(wave).sum())
    assert abs(wave).max() < 0.1 * n_wave(1e5, 20.0, 0.0).max()  # end on, it mutters


def bolt(away_m):
    y = np.linspace(1400.0, 0.0, 40)
    bend = 60.0 * np.cumsum(draw(4, "bolt").standard_normal((40, 2)), axis=0)
    bend -= bend[-1]
    return np.stack([away_m + bend[:, 0], y, bend[:, 1]], axis=1)


def heard(emissions, ear, seconds=12):
    """The strike at the ear: late by distance, with 1/r; no air."""
    out = np.zeros(seconds * RATE)
    for part in emissions:
        distance = np.linalg.norm(np.array(part.at) - ear)
        start = int(distance / 343.2 * RATE)
        out[start : start + len(part.dry)] += part.dry[: len(out) - start] / distance
    return out


def test_thunder_comes_when_it_must_and_as_loud():
    ear, points = np.array([0.0, 1.7, 0.0]), bolt(1000.0)
    emissions = strike(points, ear, draw(4, "fine"))
    assert len(emissions) <= 40
    x = heard(emissions, ear)
    nearest = np.linalg.norm(points - ear, axis=1).min()
    assert np.argmax(abs(x) > 0) / RATE == pytest.approx(nearest / 343.2, abs=0.06)
    loudest = max(dba(x[i : i + 6000]) for i in range(2 * RATE, 8 * RATE, 3000))
    assert 95 <= loudest <= 107  # without the air, which takes two
    far = heard(strike(bolt(100.0), ear, draw(4, "fine")), ear)
    assert max(dba(far[i : i + 6000]) for i in range(0, 3 * RATE, 3000)) > loudest + 9


def test_whitecaps_of_monahan():
    assert whitecap_share(10.0) == pytest.approx(3.84e-6 * 10**3.41)
    assert whitecap_share(0.0) == 0.0


def test_a_heavier_splash_is_louder_and_deeper():
    def measured(energy_j):
        x = splash(draw(6, "splash"), energy_j)
        power, hz = np.abs(np.fft.rfft(x[1200:])) ** 2, np.fft.rfftfreq(len(x) - 1200, 1 / RATE)
        return np.sum(x**2), np.sum(power * hz) / power.sum()

    light, heavy = measured(0.01), measured(1.0)
    assert heavy[0] > 20 * light[0]
    assert heavy[1] < 0.6 * light[1]
