"""Where something flies for the camera: a closed course in front of a stand, over the ground and in plain sight."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d, maximum_filter1d
from scipy.spatial import cKDTree

from oyster_cli.world.places.frame import FILM_BACK_MM, project
from oyster_cli.world.site import Site, Stand
from oyster_cli.world.track import view_axes

# Closed courses of (right, ahead) as multiples of how far off the nearest point is, coming from the right: one towards the
# lens, off to the left and away around the view; one across the view, a turn away and a wide way round.
TOWARDS = np.array([
    (-0.02, 2.5), (-0.06, 1.95), (-0.08, 1.5), (-0.19, 1.02), (-0.62, 0.70), (-1.2, 1.0), (-1.35, 1.75), (-1.0, 2.6),
    (-0.3, 3.4), (0.35, 3.8), (0.72, 3.6), (0.50, 3.1),
])  # fmt: skip
ACROSS = np.array([
    (0.50, 1.55), (-0.12, 1.06), (-0.60, 1.16), (-0.88, 1.66), (-0.68, 2.36), (0.0, 3.0), (0.83, 3.3), (1.55, 2.95),
    (1.68, 2.3), (1.2, 1.86),
])  # fmt: skip
FAR_M = (57.0, 62.0, 78.0, 98.0, 125.0, 170.0, 240.0, 340.0)  # how far off that may be, best first
DOWN = (0.30, 0.45, 0.15)  # and how far down the sky, as a share of the way from the picture's upper edge to the horizon
STEP_M = 2.0
CLEAR_M = 6.0  # over ground, and what stands on it
PASS = 0.15  # of the course, from its begin: what is meant to be seen
SMOOTH_M, LOOK_OUT_M, WIDE_M = 18.0, 24.0, 11.0


class Course:
    """A closed line (n, 3) at even steps, by metres along it. It begins where the pass does, in the picture."""

    def __init__(self, points: np.ndarray, out_m: float) -> None:
        self.points, self.out_m = points, out_m  # out_m: so far before its begin one is out of the picture
        around = np.concatenate([points[-1:], points, points[:1]])
        way = around[2:] - around[:-2]
        self.heading = np.unwrap(np.arctan2(way[:, 0], way[:, 2]))
        whole = np.linalg.norm(np.diff(around[1:], axis=0), axis=1)
        self.length_m = float(whole.sum())
        self.step_m = self.length_m / len(points)
        turned = np.diff(
            np.append(self.heading, self.heading[0] + round((self.heading[-1] - self.heading[0]) / 6.283) * 6.2832)
        )
        self.bend = gaussian_filter1d(turned / self.step_m, SMOOTH_M / self.step_m, mode="wrap")  # 1/m, to the right

    def at(self, metres: float) -> tuple[np.ndarray, float, float]:
        """The point (3,) so many metres along, the heading there (0 is +z, towards +x) and the curvature, 1/m to the right."""
        place = metres / self.step_m % len(self.points)
        k, share = int(place), place % 1.0
        after = (k + 1) % len(self.points)
        point = self.points[k] * (1 - share) + self.points[after] * share
        turned = (self.heading[after] - self.heading[k] + np.pi) % (2 * np.pi) - np.pi
        return point, float(self.heading[k] + turned * share), float(self.bend[k] * (1 - share) + self.bend[after] * share)


def course(site: Site, side: str, across: bool) -> Course:
    """The best course for the site's stand, coming from `side` (left or right), across the view or towards the lens."""
    plan = (ACROSS if across else TOWARDS) * [-1.0 if side == "left" else 1.0, 1.0]
    rises = [max((1.0 - down) * _horizon(site.stand), 0.12) * FILM_BACK_MM[1] / site.stand.lens_mm for down in DOWN]
    choices = [_laid(site, plan * far_m, rise * far_m) for far_m in FAR_M for rise in rises]
    costs = [_hidden(site, points) + 0.025 * k for k, points in enumerate(choices)]
    points = choices[int(np.argmin(costs))]
    seen = project(site.stand, points[::-1])
    out = (np.abs(seen[:, 0] - 0.5) > 0.62) | (seen[:, 2] < 0.0)
    return Course(points, STEP_M * float(np.argmax(out)))


def _horizon(stand: Stand) -> float:
    """How far down the picture the horizon is, 0 … 1."""
    ahead, _ = view_axes(stand)
    return float(project(stand, np.array(stand.eye) + 1e4 * ahead)[0, 1])


def _laid(site: Site, plan: np.ndarray, high_m: float) -> np.ndarray:
    """(n, 3) a course over the plan (k, 2) of metres right and ahead, at this height; higher where the ground is."""
    ahead, right = view_axes(site.stand)
    corners = np.concatenate([plan, plan[:1]])
    way = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    curve = CubicSpline(way, corners, bc_type="periodic")
    fine = curve(np.linspace(0, way[-1], 4000))
    run = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(fine, axis=0), axis=1))])
    n = max(int(run[-1] / STEP_M), 16)
    even = np.stack([np.interp(np.arange(n) * run[-1] / n, run, fine[:, k]) for k in (0, 1)], 1)
    points = np.array(site.stand.eye) + even[:, :1] * right + even[:, 1:] * ahead
    over = maximum_filter1d(_tops(site, points), int(LOOK_OUT_M / STEP_M), mode="wrap") + CLEAR_M
    points[:, 1] = gaussian_filter1d(np.maximum(site.stand.eye[1] + high_m, over), SMOOTH_M / STEP_M, mode="wrap")
    return points


def _tops(site: Site, points: np.ndarray) -> np.ndarray:
    """(n,) height of the ground under points, or of a tree that stands within WIDE_M beside them."""
    top = site.ground.height_at(points[:, 0], points[:, 2]) + 8.0
    for scatter in site.scatters:
        tall = scatter.height_m > 5.0
        if tall.any():
            away, nearest = cKDTree(scatter.at[tall][:, [0, 2]]).query(points[:, [0, 2]])
            tip = (scatter.at[tall, 1] + scatter.height_m[tall])[nearest]
            top = np.where(away < WIDE_M, np.maximum(top, tip), top)
    return top


def _hidden(site: Site, points: np.ndarray) -> float:
    """Share of the pass that is out of the picture or behind the ground."""
    shown = points[: int(PASS * len(points)) : 4]
    seen = project(site.stand, shown)
    out = (seen[:, 1] < 0.03) | (seen[:, 1] > 0.9)
    return float((out | (site.ground.detour_m(shown, np.array(site.stand.eye)) > 0.0)).mean())
