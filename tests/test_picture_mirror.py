"""Reflections: still water mirrors what stands behind it as far down as it stands up, rough water smears it upright."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from filming import make_view  # first: it starts the device

from oyster_cli.picture.mirror import reflect
from oyster_cli.picture.params import camera

WIDTH, HEIGHT, EYE_M, FAR_M = 96, 128, 2.0, 30.0
SKY = 64


def pool(rough: float, half: int, lamp_m: float = 5.0) -> tuple[np.ndarray, float]:
    """(HEIGHT, WIDTH) light mirrored by level water before a wall with a lamp so high on it, and the row it should be in."""
    view = make_view((0.0, EYE_M, 0.0), 0.0, 0.0, size=(WIDTH, HEIGHT), lens_mm=24.0)
    p = np.zeros(244, np.float32)
    p[:16] = camera(view)
    rows = np.arange(HEIGHT) + 0.5
    down = (rows - HEIGHT / 2) / view.focal_px
    wet = down > EYE_M / FAR_M
    depth = np.where(wet, EYE_M / np.maximum(down, 1e-6), FAR_M)
    hdr = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    hdr[..., 3] = depth[:, None]
    lamp = HEIGHT / 2 - (lamp_m - EYE_M) / FAR_M * view.focal_px
    hdr[(np.abs(rows - lamp) < 4.0) & ~wet, WIDTH // 2 - 4 : WIDTH // 2 + 4, 0] = 100.0
    mirror = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    mirror[wet, :, 2], mirror[wet, :, 3] = 0.5, rough
    light, share = (torch.from_numpy(a.reshape(-1, 4)) for a in (hdr, mirror))
    reflect(light, share, torch.zeros(2 * SKY * SKY + 8, 4), SKY, torch.from_numpy(p), half, WIDTH, HEIGHT)
    assert share[~torch.from_numpy(np.repeat(wet, WIDTH))].abs().max() == 0.0  # what is dry mirrors nothing
    return share.numpy().reshape(HEIGHT, WIDTH, 4)[..., 0], HEIGHT / 2 + (lamp_m + EYE_M) / FAR_M * view.focal_px


@pytest.mark.parametrize("half", [0, 1, 2])
def test_still_water_shows_a_lamp_as_far_under_its_edge_as_the_lamp_stands_over_it(half: int):
    seen, row = pool(0.02, half)
    rows = np.arange(HEIGHT) + 0.5
    down = seen.sum(1)
    assert (down * rows).sum() / down.sum() == pytest.approx(row, abs=1.5)
    across = seen.sum(0)
    assert (across * (np.arange(WIDTH) + 0.5)).sum() / across.sum() == pytest.approx(WIDTH / 2, abs=0.5)
    assert seen.max() <= 50.0 * 1.01  # its share of the lamp's 100


def test_rough_water_smears_it_up_and_down_and_not_aside():
    tall = [(pool(rough, 2)[0].max(1) > 0.5).sum() for rough in (0.02, 0.5)]
    wide = [(pool(rough, 2)[0].max(0) > 0.5).sum() for rough in (0.02, 0.5)]
    assert tall[1] > 1.4 * tall[0]
    assert wide[1] <= wide[0] + 2


@pytest.mark.parametrize("half", [0, 1, 2])
def test_columns_beside_each_other_see_alike_although_each_is_traced_on_its_own_rows(half: int):
    seen, _ = pool(0.25, half)
    inside = seen[:, WIDTH // 2 - 3 : WIDTH // 2 + 3]
    assert inside.max() > 1.0
    assert np.abs(np.diff(inside, axis=1)).max() < 0.35 * inside.max()
