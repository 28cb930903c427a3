"""Heat haze: it bends the light of what is far and low, by no more than it says, and of nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from filming import make_view, numbers

from oyster_cli.picture.grain import make_grain
from oyster_cli.picture.haze import BAND, BENDS_RAD, shimmer
from oyster_cli.picture.view import View

SIZE = (320, 180)
FILM = (640, 360)
TILE = make_grain()


def bent(depth: float | np.ndarray, shown: np.ndarray, view: View, amount: float = 1.0, time_s: float = 0.0) -> np.ndarray:
    """(height, width, 3) what is seen of a picture, printed twice as large as the canvas that has these depths."""
    light = torch.zeros(SIZE[0] * SIZE[1], 4)
    light[:, 3] = torch.from_numpy(np.broadcast_to(depth, SIZE[::-1]).astype(np.float32).copy()).reshape(-1)
    p, out = numbers(view), torch.from_numpy(shown.reshape(-1, 3).copy())
    p[23] = time_s
    shimmer(out, FILM, light, SIZE, TILE, p, amount)
    return out.numpy().reshape(*FILM[::-1], 3)


def moved(depth: float | np.ndarray, view: View, amount: float = 1.0, time_s: float = 0.0) -> np.ndarray:
    """(height, width, 2) film pixels by which the haze has moved what is seen, right and down, to about 0.05.

    From pictures whose levels climb by 20 a pixel, again and again: what level comes tells where from.
    """
    climb = np.arange(FILM[0])[None, :] + 0 * np.arange(FILM[1])[:, None], np.arange(FILM[1])[:, None] + 0 * np.arange(FILM[0])
    off = []
    for place in climb:
        phases = []
        for start in (0, 6):  # where one of the two wraps the other does not
            shown = np.repeat((((place + start) % 12) * 20)[..., None], 3, -1).astype(np.uint8)
            phases.append((bent(depth, shown, view, amount, time_s)[..., 0].astype(float) - shown[..., 0]) / 20)
        edge = (place % 12 < 3) | (place % 12 > 8)
        off.append(np.where(edge, phases[1], phases[0]))
    return np.stack(off, -1)


def low() -> View:
    return make_view(eye=(0, 10, 0), size=SIZE, pitch=-0.05)


def sines(view: View) -> np.ndarray:
    """(height, width) sine of the elevation through every film pixel, by angles rather than by the frame's numbers."""
    x, y = (np.arange(n) + 0.5 - n / 2 for n in FILM)
    focal = view.focal_px * FILM[0] / SIZE[0]
    tilt = np.arcsin(view.ahead[1]) - np.arctan2(y, focal)[:, None]
    return np.sin(tilt) * np.hypot(y, focal)[:, None] / np.hypot(np.hypot(y, focal)[:, None], x)


def test_no_heat_no_change() -> None:
    assert not moved(5000.0, low(), 0.0).any()


def test_it_wavers_near_the_horizon_by_no_more_than_it_says() -> None:
    view = low()
    off = moved(1e5, view)
    most = BENDS_RAD * view.focal_px * FILM[0] / SIZE[0]
    assert np.abs(off[..., 1]).max() <= most + 0.05
    assert np.abs(off[..., 0]).max() <= most / 2 + 0.05
    at_horizon = np.abs(sines(view)) < 0.3 * BAND
    assert off[at_horizon, 1].std() > 0.25 * most
    assert not off[np.abs(sines(view)) > BAND * 1.02].any()


def test_what_is_near_stands_still_and_what_is_far_wavers_more() -> None:
    spread = [moved(depth, low())[..., 1].std() for depth in (8.0, 80.0, 800.0, 8000.0)]
    assert spread[0] == 0.0
    assert (np.diff(spread) > 0.0).all()


def test_nothing_near_is_dragged_over_what_is_far() -> None:
    depth = np.full(SIZE[::-1], 3000.0)
    depth[:, 150:170] = 6.0
    shown = np.repeat(np.repeat((depth < 10.0)[..., None] * np.uint8(200), 2, 0), 2, 1).repeat(3, -1).astype(np.uint8)
    assert np.array_equal(bent(depth, shown, low()), shown)


def test_open_sky_is_left_alone_but_not_where_land_stands_before_it() -> None:
    assert not moved(1e9, low()).any()
    land = np.where(np.arange(SIZE[1])[:, None] < 75, 1e9, 4000.0)  # the horizon lies about row 65
    assert moved(land, low())[148:150].any()


def test_the_same_frame_has_the_same_bytes_and_the_next_one_has_not() -> None:
    first, again, later = (moved(4000.0, low(), time_s=t) for t in (3.0, 3.0, 3.0 + 1 / 24))
    assert first.tobytes() == again.tobytes()
    assert 0.05 < np.corrcoef(first[..., 1].ravel(), later[..., 1].ravel())[0, 1] < 0.98


@pytest.mark.parametrize("pitch", [0.9, -0.9])
def test_a_camera_that_sees_no_horizon_has_none(pitch: float) -> None:
    assert not moved(4000.0, make_view(size=SIZE, pitch=pitch)).any()
