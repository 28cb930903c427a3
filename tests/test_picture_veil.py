"""Flames: where they are, how they taper, how hot they are, and that they rise."""

from __future__ import annotations

import numpy as np
import pytest
from filming import make_light, make_painter, make_set, make_view, scenery

from oyster_cli.picture.kinds import Flame

SIZE = (96, 128)
TIMES_S = np.arange(24) * 0.37
FIRE = Flame((0.0, 0.0, 0.0), 1.2, 0.66, 1.0, (0.0, 0.0))
EYE = np.array([0.0, 0.6, -4.0])


def burn(times_s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Light (times, rows, columns, 3) of a fire before black, metres up (rows,) and aside (columns,) of its pixels."""
    view, painter = make_view(eye=EYE, size=SIZE, lens_mm=50.0), make_painter(make_set(), SIZE)
    painter.draw(view, scenery(make_light()), 1.0)
    shown = []
    for time_s in times_s.tolist():
        painter._hdr[:, :3], painter._hdr[:, 3] = 0.0, 1e9
        painter._p[23], painter._p[57] = time_s, 1.0
        painter._draw_flame(view, FIRE)
        shown.append(painter._hdr.numpy()[:, :3].reshape(SIZE[1], SIZE[0], 3).copy())
    up = EYE[1] + (SIZE[1] / 2 - 0.5 - np.arange(SIZE[1])) * 4.0 / view.focal_px
    aside = (np.arange(SIZE[0]) + 0.5 - SIZE[0] / 2) * 4.0 / view.focal_px
    return np.stack(shown), up, aside


@pytest.fixture(scope="module")
def fire() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return burn(TIMES_S)


def test_it_burns_on_its_bed_and_no_higher_than_it_is_tall(fire):
    light, up, aside = fire
    lit = light[..., 0].mean(0)
    assert lit[(up > 1.25 * FIRE.height_m) | (up < -0.1)].max() == 0
    assert lit[:, np.abs(aside) > 0.95 * FIRE.width_m].max() == 0
    assert lit[np.abs(up - 0.2).argmin(), np.abs(aside).argmin()] > 0.5


def test_it_tapers_and_is_torn_above(fire):
    light, up, _ = fire
    covered = (light[..., 0] > 0.05).mean(axis=(0, 2))
    low, middle, high = (covered[np.abs(up - share * FIRE.height_m) < 0.06].mean() for share in (0.15, 0.5, 0.85))
    assert low > 1.3 * middle > 1.3 * 2 * high


def test_its_heart_is_yellow_and_its_edges_are_red(fire):
    light, _, _ = fire
    bright = light[..., 0]
    ratio = light[..., 1] / np.maximum(bright, 1e-6)
    heart, edge = ratio[bright > 1.2].mean(), ratio[(bright > 0.02) & (bright < 0.2)].mean()
    assert heart > 1.5 * edge


def test_it_rises():
    light, up, _ = burn(np.array([2.0, 2.04]))
    body = light[..., 0][:, np.abs(up - 0.55) < 0.35]
    step = float(up[0] - up[1])
    alike = {rows: np.corrcoef(body[1, : -rows or None].ravel(), body[0, rows:].ravel())[0, 1] for rows in range(8)}
    assert max(alike, key=alike.__getitem__) * step == pytest.approx(0.04 * (0.7 + 1.3 * FIRE.height_m**0.5), abs=1.5 * step)
