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
TILE = make_grain()


def places(depth: float | np.ndarray) -> torch.Tensor:
    """A picture whose red is the column, whose green is the row: what is fetched tells where from. Depth as given."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]].astype(np.float32)
    return torch.from_numpy(np.stack([x, y, x + y, np.broadcast_to(depth, x.shape)], -1).astype(np.float32).reshape(-1, 4))


def moved(light: torch.Tensor, view: View, amount: float = 1.0, time_s: float = 0.0) -> np.ndarray:
    """(height, width, 2) pixels by which the haze has moved what is seen, right and down."""
    p, after = numbers(view), light.clone()
    p[23] = time_s
    shimmer(after, TILE, p, view, amount)
    return (after - light)[:, :2].numpy().reshape(*SIZE[::-1], 2)


def low() -> View:
    return make_view(eye=(0, 10, 0), size=SIZE, pitch=-0.05)


def sines(view: View) -> np.ndarray:
    """(height, width) sine of the elevation through every pixel's middle, by angles rather than by the frame's numbers."""
    x, y = (np.arange(n) + 0.5 - n / 2 for n in SIZE)
    tilt = np.arcsin(view.ahead[1]) - np.arctan2(y, view.focal_px)[:, None]
    return np.sin(tilt) * np.hypot(y, view.focal_px)[:, None] / np.hypot(np.hypot(y, view.focal_px)[:, None], x)


def test_no_heat_no_change() -> None:
    assert not moved(places(5000.0), low(), 0.0).any()


def test_it_wavers_near_the_horizon_by_no_more_than_it_says() -> None:
    view = low()
    off = moved(places(1e5), view)
    most = BENDS_RAD * view.focal_px
    assert np.abs(off[..., 1]).max() <= most
    assert np.abs(off[..., 0]).max() <= most / 2
    at_horizon = np.abs(sines(view)) < 0.3 * BAND
    assert off[at_horizon, 1].std() > 0.25 * most
    assert not off[np.abs(sines(view)) > BAND * 1.02].any()


def test_what_is_near_stands_still_and_what_is_far_wavers_more() -> None:
    spread = [moved(places(depth), low())[..., 1].std() for depth in (8.0, 80.0, 800.0, 8000.0)]
    assert spread[0] == 0.0
    assert (np.diff(spread) > 0.0).all()


def test_nothing_near_is_dragged_over_what_is_far() -> None:
    post = np.full(SIZE[::-1], 3000.0)
    post[:, 150:170] = 6.0
    light = places(post)
    light[:, :3] = torch.from_numpy((post < 10.0).reshape(-1, 1).astype(np.float32))
    after = light.clone()
    shimmer(after, TILE, numbers(low()), low(), 1.0)
    assert torch.equal(after, light)


def test_open_sky_is_left_alone_but_not_where_land_stands_before_it() -> None:
    off = moved(places(1e9), low())
    assert not off.any()
    land = np.where(np.arange(SIZE[1])[:, None] < 75, 1e9, 4000.0)  # the horizon lies about row 65
    assert moved(places(land), low())[73:75].any()


def test_the_same_frame_has_the_same_bytes_and_the_next_one_has_not() -> None:
    light = places(4000.0)
    first, again, later = (moved(light, low(), time_s=t) for t in (3.0, 3.0, 3.0 + 1 / 24))
    assert first.tobytes() == again.tobytes()
    assert 0.05 < np.corrcoef(first[..., 1].ravel(), later[..., 1].ravel())[0, 1] < 0.98


@pytest.mark.parametrize("pitch", [0.9, -0.9])
def test_a_camera_that_sees_no_horizon_has_none(pitch: float) -> None:
    assert not moved(places(4000.0), make_view(size=SIZE, pitch=pitch)).any()
