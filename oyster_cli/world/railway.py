"""Where a railway can run before the camera: a straight line over dry ground, on a bed that rises and falls gently."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from oyster_cli.world.ground import DRY_M
from oyster_cli.world.site import Site
from oyster_cli.world.track import view_axes

HALF_M, STEP_M = 640.0, 4.0
AHEAD_M = (34.0, 40.0, 50.0, 64.0, 82.0, 105.0)
TURNED = (0.0, 0.16, -0.16, 0.36, -0.36)  # radians from across the view
SEEN_M = 90.0  # along the line from its middle: what is looked at
OVER_M = 0.75  # the bed over the highest ground about
SMOOTH_M, RIDGE_M = 48.0, 32.0
CLEAR_M = 4.0


def railway(site: Site) -> np.ndarray:
    """(n, 3) the top of the bed, evenly from left to right: the line that needs the lowest bank and meets the fewest trees."""
    lines = [_line(site, ahead_m, turned) for ahead_m in AHEAD_M for turned in TURNED]
    return min(lines, key=lambda line: _cost(site, line))


def _line(site: Site, ahead_m: float, turned: float) -> np.ndarray:
    ahead, right = view_axes(site.stand)
    way = right * np.cos(turned) + ahead * np.sin(turned)
    along = np.arange(-HALF_M, HALF_M + STEP_M, STEP_M)
    line = np.array(site.stand.eye) + ahead * ahead_m + along[:, None] * way
    beds = [site.ground.height_at(line[:, 0] + ahead[0] * off, line[:, 2] + ahead[2] * off) for off in (-3.0, 0.0, 3.0)]
    ridge = maximum_filter1d(np.max(beds, axis=0), int(RIDGE_M / STEP_M), mode="nearest")
    line[:, 1] = gaussian_filter1d(ridge, SMOOTH_M / STEP_M, mode="nearest") + OVER_M
    return line


def _cost(site: Site, line: np.ndarray) -> float:
    """Metres of bank, earth in the way, water, trees, and rising ground before it, where it is looked at."""
    middle = len(line) // 2
    seen = line[middle - int(SEEN_M / STEP_M) : middle + int(SEEN_M / STEP_M) + 1]
    ground = site.ground.height_at(seen[:, 0], seen[:, 2])
    wet = site.ground.water_at(seen[:, 0], seen[:, 2]) > DRY_M / 2
    eye = np.array(site.stand.eye)
    hidden = site.ground.detour_m(seen[::4] + [0.0, 2.0, 0.0], eye) > 0.0
    high = np.abs(seen[:, 1] - eye[1]).mean()
    far = float(np.linalg.norm(seen[len(seen) // 2] - eye))
    bank, buried = (seen[:, 1] - ground).mean(), np.maximum(ground - seen[:, 1], 0.0).mean()
    return float(
        bank + 20.0 * buried + 66.0 * wet.mean() + 14.0 * hidden.mean() + 0.3 * high + 0.05 * far + 0.4 * _trees(site, seen)
    )


def _trees(site: Site, line: np.ndarray) -> int:
    """How many trees stand on the line."""
    way = (line[-1] - line[0])[[0, 2]]
    long_m = float(np.linalg.norm(way))
    way = way / long_m
    count = 0
    for scatter in site.scatters:
        off = scatter.at[scatter.height_m > 1.2][:, [0, 2]] - line[0, [0, 2]]
        along, beside = off @ way, off @ np.array([way[1], -way[0]])
        count += int(((along > 0) & (along < long_m) & (np.abs(beside) < CLEAR_M)).sum())
    return count
