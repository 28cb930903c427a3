"""Houses in the way of sound: how far round, against paths worked out by hand, growing and without a step."""

from types import SimpleNamespace

import numpy as np
import pytest
from listening import RATE_HZ, impulse

from oyster_cli.sound.desk import Desk
from oyster_cli.world.houses import FLOOR_M, GROUND_FLOOR_M, Houses

EAR = np.array([0.0, 1.5, 0.0])
FLAT = SimpleNamespace(height_at=lambda x, _z: 0.0 * x)


def houses(*lots: tuple[float, ...]) -> Houses:
    """x, z of the front's middle, width, depth, floors, yaw in degrees: 180 looks to the listener."""
    rows = np.array(lots, float)
    rows[:, 5] = np.radians(rows[:, 5])
    return Houses(SimpleNamespace(spots={"lots": rows}, ground=FLAT))


def test_in_sight_nothing_is_in_the_way():
    house = houses((0.0, 10.0, 12.0, 8.0, 6, 180.0))
    seen = np.array(
        [(0.0, 1.5, 9.0), (30.0, 1.5, 12.0), (0.0, 60.0, 30.0), (0.0, 1.5, -5.0), (0.0, 2.0, 12.0)]
    )  # the last: within
    assert house.detour_m(seen, EAR).tolist() == [0.0] * 5


def test_the_way_round_is_the_shortest():
    """A tall house is gone round at its nearer end, by the corner that juts out more; a low one over its roof."""
    behind = np.array([[2.0, 1.5, 28.0]])
    tall = houses((0.0, 10.0, 12.0, 8.0, 20, 180.0)).detour_m(behind, EAR)[0]
    ways = [np.hypot(6.0, z) + np.hypot(6.0 - 2.0, 28.0 - z) for z in (10.0, 18.0)]
    assert tall == pytest.approx(max(ways) - np.hypot(2.0, 28.0), abs=1e-6)
    low = houses((0.0, 10.0, 200.0, 8.0, 1, 180.0)).detour_m(np.array([[0.0, 1.5, 28.0]]), EAR)[0]
    rise = GROUND_FLOOR_M - 1.5
    assert low == pytest.approx(np.hypot(10.0, rise) + np.hypot(18.0, rise) - 28.0, abs=1e-6)


def test_a_row_is_gone_round_as_a_whole():
    lots = [(12.0 * k, 10.0, 12.0, 8.0, 20, 180.0) for k in (-2, -1, 0, 1, 2)]
    behind = np.array([[0.0, 1.5, 40.0]])
    alone, row = houses(lots[2]).detour_m(behind, EAR)[0], houses(*lots).detour_m(behind, EAR)[0]
    over = 2 * (GROUND_FLOOR_M + 19 * FLOOR_M)
    assert alone < 3.0
    assert 25.0 < row < over
    assert row == pytest.approx(max(np.hypot(30.0, z) + np.hypot(30.0, 40.0 - z) for z in (10.0, 18.0)) - 40.0, abs=1e-6)


def test_going_behind_a_house_muffles_more_and_more():
    """T11: from plain sight to the middle of its back, the detour grows without a step, and so does what is lost at 2 kHz."""
    house = houses((0.0, 10.0, 12.0, 8.0, 20, 180.0))
    walk = np.array([(16.0 - 0.05 * k, 1.5, 24.0) for k in range(300)])
    detours = house.detour_m(walk, EAR)
    assert detours[0] == 0.0
    hidden = detours[: int(16.0 / 0.05)]
    assert (np.diff(hidden) >= -1e-9).all()
    assert np.abs(np.diff(hidden)).max() < 0.05
    clicks = [impulse(Desk(pinna=False), (0.0, 0.0, 20.0), 6000, {"detour_m": m})[:, 0] for m in hidden[::60]]
    lost = np.abs(np.fft.rfft(clicks))[:, int(2000 * 6000 / RATE_HZ)]
    assert (np.diff(lost) <= 1e-9).all()
    assert lost[0] > 8.0 * lost[-1]
