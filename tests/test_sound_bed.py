"""The ambisonic bed: what a direction gives, that it agrees with the ears, that it does not depend on how it is cut."""

from __future__ import annotations

import numpy as np
import pytest
from listening import AIR, RATE_HZ, ear, toward

from oyster_cli.sound.ambisonics import DEGREES, encode
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.late import Late
from oyster_cli.sound.probe import around, at, heard
from oyster_cli.sound.voice import Voice
from oyster_cli.world.faders import Faders

NOISE = np.random.default_rng(5).standard_normal(12_000).astype(np.float32)
MANY = np.random.default_rng(6).standard_normal((200, 3))
MANY /= np.linalg.norm(MANY, axis=1)[:, None]


def test_gains_are_those_of_ambix():
    """ACN order, SN3D; listed for ahead and for left and above at 45 and 35.264 degrees."""
    ahead = [1, 0, 0, 1, 0, 0, -0.5, 0, 0.86603, 0, 0, 0, 0, -0.61237, 0, 0.79057]
    assert encode(np.array([[0.0, 0.0, 1.0]]))[0] == pytest.approx(ahead, abs=1e-5)
    oblique = np.array([[-1.0, 1.0, 1.0]]) / 3**0.5
    assert encode(oblique)[0, :9] == pytest.approx([1, *[0.57735] * 5, 0, 0.57735, 0], abs=1e-5)


def test_squares_of_each_degree_sum_up_to_one_for_every_direction():
    squares = encode(MANY).astype(float) ** 2
    for degree in range(4):
        assert squares[:, degree == DEGREES].sum(axis=1) == pytest.approx(np.ones(200), abs=1e-6)


def test_channels_are_orthogonal_over_the_sphere():
    """By quadrature (Gauss and Legendre in height, even steps around): the mean of products is 1 / (2 l + 1) and 0."""
    heights, weights = np.polynomial.legendre.leggauss(8)
    turns = np.arange(16) * np.pi / 8
    height, turn = (part.ravel() for part in np.meshgrid(heights, turns, indexing="ij"))
    flat = np.sqrt(1 - height**2)
    gains = encode(np.stack([flat * np.sin(turn), height, flat * np.cos(turn)], axis=1)).astype(float)
    mean = (gains * np.repeat(weights / 32, 16)[:, None]).T @ gains
    assert np.abs(mean - np.diag(1 / (2 * DEGREES + 1))).max() < 1e-6


def test_turning_a_direction_is_turning_its_channels():
    """About the vertical by a: channels of order m and -m of a degree turn into each other by m a (T13)."""
    turn = 0.7
    turned = MANY @ np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])  # to the left
    index = np.arange(16)
    order = index - DEGREES * (DEGREES + 1)
    mirror = index - 2 * order
    gains = encode(MANY)
    wanted = gains * np.cos(order * turn) - gains[:, mirror] * np.sin(order * turn)
    assert np.abs(encode(turned) - wanted).max() < 1e-6


def test_the_place_of_the_head_hears_what_the_ears_hear_of_low_notes():
    """Below 100 Hz a head is no obstacle: both ears have the sound of the first channel, at the same time."""
    tone = np.sin(2 * np.pi * 60 * np.arange(12_000) / RATE_HZ)
    place = at(5.0, 35.0)
    ears, bed = heard(tone, place)[4000:], around(tone, place)[4000:, 0]
    assert np.abs(ears.mean(axis=1) - bed).max() < 0.01 * np.abs(bed).max()


def test_an_edge_muffles_the_bed_as_it_muffles_the_ears():
    clear, hidden = (around(np.eye(1, 6000)[0], at(10.0), voice={"detour_m": detour_m})[:, 0] for detour_m in (0.0, 0.6155))
    at_2k = np.exp(-2j * np.pi * 2000 / RATE_HZ * np.arange(6000))
    assert 20 * np.log10(abs(at_2k @ clear) / abs(at_2k @ hidden)) == pytest.approx(21.7, abs=1.0)


def test_a_bed_comes_from_its_direction_too():
    got = around(NOISE, lambda _: (-1.0, 0.0, 0.0), voice={"bed": True})
    assert np.array_equal(got[:, 0], got[:, 1])
    assert np.abs(got[:, 3]).max() < 1e-6


@pytest.mark.parametrize("piece", [500, 1000, 4000])
def test_the_bed_does_not_depend_on_how_it_is_cut(piece):
    """It begins to move at a sample that all cuts have in common: a voice rests in its first span."""

    def moving(seconds: float) -> tuple[float, float, float]:
        return 9.0 - 30.0 * max(seconds - 4000 / RATE_HZ, 0.0), 1.0, 8.0

    air = {"late_db": -12.0, "pre_delay_s": 0.01}
    one, other = around(NOISE, moving, piece=2000, **air), around(NOISE, moving, piece=piece, **air)
    assert np.abs(one - other).max() < 1e-6 * np.abs(one).max()


def test_a_fast_turn_leaves_no_steps():
    """A tone from aside while the listener turns by 180 degrees a second: no channel jumps by more than its motion allows."""
    tone = np.sin(2 * np.pi * 200 * np.arange(48_000) / RATE_HZ).astype(np.float32)
    desk, beds = Desk(), []
    for frame in range(24):
        voice = Voice("hum", "effects", toward(30, 3.0), tone[2000 * frame : 2000 * (frame + 1)])
        desk.mix(2000 * frame, 2000, [voice], ear(yaw_deg=7.5 * frame), ear(yaw_deg=7.5 * (frame + 1)), **AIR)
        beds.append(desk.beds["effects"])
    bed = np.concatenate(beds)[6000:].astype(float)
    bend = np.abs(np.diff(bed, 2, axis=0)).max(axis=0)
    smooth = (2 * np.pi * 200 / RATE_HZ) ** 2 * np.abs(bed).max(axis=0)
    assert (bend < 2.0 * smooth + 1e-6).all()


def test_saved_and_loaded_the_bed_goes_on_bit_for_bit():
    def rolled(desk: Desk, frames: range) -> np.ndarray:
        beds = []
        for frame in frames:
            voice = Voice("car", "vehicles", (20.0 - frame, 1.0, 9.0), NOISE[:2000])
            desk.mix(2000 * frame, 2000, [voice], ear(), ear(), **{**AIR, "late_db": -15.0})
            beds.append(desk.beds.get("vehicles", np.zeros((2000, 16), np.float32)))
        return np.concatenate(beds)

    desk = Desk()
    rolled(desk, range(5))
    again = Desk()
    again.load(desk.save())
    wanted = rolled(desk, range(5, 20))
    assert wanted.any()
    assert rolled(again, range(5, 20)).tobytes() == wanted.tobytes()


def test_only_what_sounds_has_a_bed():
    desk = Desk()
    silent = Voice("mute", "fire", toward(0, 3.0), np.zeros(2000, np.float32))
    desk.mix(0, 2000, [Voice("hiss", "water", toward(0, 3.0), NOISE[:2000]), silent], ear(), ear(), **AIR)
    assert list(desk.beds) == ["water"]
    assert (desk.beds["water"].shape, desk.beds["water"].dtype) == ((2000, 16), np.float32)


def test_the_late_field_is_diffuse_and_as_loud_as_at_an_ear():
    send = np.zeros((8, 4 * RATE_HZ), np.float32)
    send[2, : 2 * RATE_HZ] = np.random.default_rng(3).standard_normal(2 * RATE_HZ)
    beds = np.zeros((8, 16, 4 * RATE_HZ), np.float32)
    ears = Late(RATE_HZ).reverb(0, send, 2.0, -6.0, 0.0, 0.0, beds)[2].astype(float)
    field = beds[2].T.astype(float)
    power = np.square(field).mean(axis=0) / np.square(ears).mean()
    assert np.flatnonzero(beds.any(axis=(1, 2))).tolist() == [2]
    assert np.abs(10 * np.log10(power * (2 * DEGREES + 1))).max() < 1.0
    likeness = np.corrcoef(field.T) - np.eye(16)
    assert np.abs(likeness).max() < 0.2


def test_faders_move_the_beds_with_the_stems():
    faders = Faders()
    faders.now_db["water"] = -6.0
    stems, beds = faders.ride(0, {"water": np.ones((10, 2), np.float32)}, {"water": np.ones((10, 16), np.float32)})
    assert beds["water"].shape == (10, 16)
    assert np.allclose(stems["water"], 10 ** (-6 / 20))
    assert np.array_equal(beds["water"][:, 0], stems["water"][:, 0])
