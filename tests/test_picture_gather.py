"""The picture gathered over time against the scene it was drawn from, which here is a formula."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from oyster_cli.picture import device
from oyster_cli.picture.gather import Gather, aside
from oyster_cli.picture.motion import PER_PX
from oyster_cli.picture.painter import BOTH
from oyster_cli.picture.params import Light, Surroundings, pack
from oyster_cli.picture.view import View

SIZE, CANVAS = (160, 90), (112, 63)
DEPTH_M = 10.0
CLEAR = Light(*(np.array([0.0, 1.0, 0.0]),) + (np.zeros(3),) * 6, 0.0, 300.0, 0.0)
AROUND = Surroundings(0.0, 0.0, 0.0, 0.0, (1.0, 0.0), 0.0, 0.0)


@pytest.fixture(scope="module", autouse=True)
def _device():
    device.start("cpu")


def wall(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Brightness of a wall at metres x, y: slanted bars with hard edges, and fine stripes."""
    return 0.25 + 0.4 * (((0.9 * x + 0.35 * y) % 1.7) < 0.8) + 0.1 * np.sin(9.0 * x - 5.0 * y)


def camera(truck_m: float = 0.0) -> View:
    axes = np.eye(3)
    return View(np.array([truck_m, 0.0, 0.0]), *axes, 30.0, (36.0, 20.25), 4.0, DEPTH_M, 0.02, 0.5, CANVAS)


def seen(view: View, size: tuple[int, int], parts: int = 1) -> np.ndarray:
    """The wall through a view, at the middle of every pixel, or the mean of parts * parts points in it."""
    scale = view.size[0] / size[0]
    spots = (np.arange(parts) + 0.5) / parts
    u, v = ((np.arange(n)[:, None] + spots).reshape(-1) * scale for n in size)
    x = (u - CANVAS[0] / 2 - view.shift_px[0]) / view.focal_px * DEPTH_M + view.eye[0]
    y = (CANVAS[1] / 2 + view.shift_px[1] - v) / view.focal_px * DEPTH_M
    fine = wall(x[None], y[:, None])
    return fine.reshape(size[1], parts, size[0], parts).mean((1, 3))


def add(
    gather: Gather, frame: int, truck_m: float = 0.0, before_m: float | None = None, floating: np.ndarray | None = None,
    way_px: float = 0.0, thing: slice | None = None,
) -> np.ndarray:  # fmt: skip
    """Draw the wall on the canvas, a hair aside, and gather it.

    before_m: where the camera was. floating (rows, columns): brightness of what flies by. way_px: what moved by itself: all,
    or the thing, columns of grey 0.3 before the wall.
    """
    view = replace(camera(truck_m), shift_px=aside(frame))
    grey = seen(view, CANVAS)
    depth = np.full_like(grey, DEPTH_M)
    if floating is not None:
        grey, depth = np.where(floating > 0, floating, grey), np.where(floating > 0, -depth, depth)
    moved = np.full_like(grey, round(way_px * PER_PX), dtype=np.int32) << 16
    if thing is not None:
        grey[:, thing], depth[:, thing] = 0.3, 0.5 * DEPTH_M
        moved[:, : thing.start], moved[:, thing.stop :] = 0, 0
    shown = torch.from_numpy(np.dstack([grey] * 3 + [depth]).reshape(-1, 4).astype(np.float32))
    before = None if before_m is None else camera(before_m)
    p = torch.from_numpy(pack(view, CLEAR, AROUND, (), np.zeros(15), before))
    ways = torch.from_numpy(moved.reshape(-1))
    return gather.add(shown, ways, CANVAS, p, BOTH, frame, 0.0).numpy().reshape(SIZE[1], SIZE[0], 3)[..., 0] / 255


def off(picture: np.ndarray, truth: np.ndarray) -> float:
    return float(np.sqrt(np.mean((picture - truth)[4:-4, 4:-4] ** 2)))


def test_a_still_wall_becomes_sharper_and_smoother_than_any_one_frame():
    truth, gather = seen(camera(), SIZE, 8), Gather(SIZE)
    errors = [off(add(gather, frame), truth) for frame in range(17)]
    assert errors[16] < 0.55 * errors[0]


def test_a_moving_camera_keeps_what_it_has_gathered():
    assert np.mean(panned(0.031, 0.031)[9:]) < 0.8 * panned(0.031, 0.031)[0]


def test_a_wall_that_moves_by_itself_is_followed_as_well():
    """The same picture, and instead of the camera's pose before every pixel's way is told."""
    assert np.mean(panned(0.031, 0.0, -0.031 * camera().focal_px / DEPTH_M)[9:]) < 0.8 * panned(0.031, 0.0)[0]


def panned(step_m: float, told_m: float, way_px: float = 0.0) -> list[float]:
    """Errors of a pan by step_m a frame, of which the gatherer is told told_m as the camera's."""
    gather, errors = Gather(SIZE), []
    for frame in range(17):
        at = step_m * frame
        errors.append(off(add(gather, frame, at, at - told_m, way_px=way_px), seen(camera(at), SIZE, 8)))
    return errors


def test_with_the_wrong_camera_it_would_be_worse():
    """The control of the test before: the same frames believed to come from a camera that stands."""
    assert np.mean(panned(0.031, 0.031)[9:]) < 0.85 * np.mean(panned(0.031, 0.0)[9:])


def test_what_flies_by_is_there_at_once_and_gone_at_once():
    gather = Gather(SIZE)
    for frame in range(8):
        add(gather, frame)
    before = add(gather, 8)
    flake = np.zeros(CANVAS[::-1])
    flake[30:33, 50:54] = 1.0
    there = add(gather, 9, floating=flake)
    gone = add(gather, 10)
    rows, columns = slice(44, 46), slice(73, 75)
    assert there[rows, columns].min() > 0.9
    assert np.abs(gone - before)[rows, columns].max() < 0.12


def test_a_picture_gone_on_with_is_the_same_to_the_bit():
    whole, first = Gather(SIZE), Gather(SIZE)
    for frame in range(4):
        for each in (whole, first):
            add(each, frame, 0.02 * frame, 0.02 * (frame - 1))
    second = Gather(SIZE)
    second.load(first.save())
    for frame in range(4, 7):
        one, other = (add(each, frame, 0.02 * frame, 0.02 * (frame - 1)) for each in (whole, second))
        assert np.array_equal(one, other)


def test_after_a_gap_nothing_old_is_believed():
    gather, fresh = Gather(SIZE), Gather(SIZE)
    add(gather, 0)
    assert np.array_equal(add(gather, 5, 1.0), add(fresh, 5, 1.0))


def test_nothing_is_left_of_a_fast_thing_where_it_has_been():
    """Its grey is none that the wall's own colours would rule out. The control: the same thing, whose haste is not told."""
    haunted = []
    for told_px in (6.0, 1.0):
        gather = Gather(SIZE)
        for frame in range(12):
            picture = add(gather, frame, way_px=told_px, thing=slice(20 + 6 * frame, 44 + 6 * frame))
        haunted.append(np.abs(picture - seen(camera(), SIZE, 8))[4:-4, 60:110].mean())  # what it has bared in six frames
    assert haunted[0] < 0.6 * haunted[1]
