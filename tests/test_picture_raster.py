"""Camera, stage and rasteriser against rays cast in numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from filming import SIZE, cast, look, make_mesh, make_stage, make_view

from oyster_cli.picture.kinds import Mesh, join
from oyster_cli.picture.stage import LEVEL_PX, PIECE, Stage, bounds_of, split
from oyster_cli.picture.view import NEAR_M, View

EDGE_PX = 0.01  # nearer to an edge than this, either is right
OFFS = [(x, y) for x in (-EDGE_PX, EDGE_PX) for y in (-EDGE_PX, EDGE_PX)]
POSES = [((0, 0, 0), 0, 0, 0), ((3, -2, 7), 0.7, -0.4, 0.2), ((-40, 12, 90), -2.5, 0.9, -1.0)]


def in_camera(view: View, points: np.ndarray) -> np.ndarray:
    """(n, 3) right, up, ahead of the camera to the world."""
    return view.eye + points @ np.stack(view.axes)


def random_points(view: View, rng: np.random.Generator, count: int) -> np.ndarray:
    """Points that show in the picture and a little around it, 1 to 40 m off."""
    depth = np.exp(rng.uniform(0, math.log(40), count))
    x, y = (rng.uniform(-0.6, 0.6, count) * side / view.focal_px for side in view.size)
    return in_camera(view, np.stack([x * depth, y * depth, depth], 1))


def alone(points: np.ndarray, view: View) -> np.ndarray:
    return look(make_stage(make_mesh(points, np.arange(len(points)).reshape(-1, 3))), view).depth


def check(depth: np.ndarray, corners: np.ndarray, view: View) -> float:
    """A raster against cast rays, but for pixels whose middle lies on an edge. Returns the share that was compared."""
    nearest = np.stack([cast(view, corners, off).min(0) for off in OFFS])
    nearest[nearest < NEAR_M] = np.inf
    hit = np.isfinite(nearest)
    one = ~hit.any(0) | (hit.all(0) & (nearest.max(0) < nearest.min(0) + 0.05))
    assert np.array_equal(np.isfinite(depth)[one], hit[0][one])
    both = one & np.isfinite(depth)
    np.testing.assert_allclose(depth[both], nearest.mean(0)[both], rtol=2e-3)
    return float(one.mean())


@pytest.mark.parametrize("pose", POSES)
def test_a_triangle_covers_the_pixels_whose_rays_meet_it(pose: tuple):
    view, rng = make_view(*pose), np.random.default_rng(1)
    compared = []
    for _ in range(40):
        points = random_points(view, rng, 3)
        compared.append(check(alone(points, view), points[None], view))
    assert np.mean(compared) > 0.95


def test_a_triangle_that_reaches_behind_the_camera_is_cut_at_the_near_plane():
    view, rng = make_view((1, 2, 3), 0.4, -0.2), np.random.default_rng(2)
    covered = []
    for behind in (1, 2):
        for _ in range(40):
            points = rng.uniform([-4, -3, 1], [4, 3, 8], (3, 3))
            points[:behind, 2] = rng.uniform(-6, -0.2, behind)
            points = in_camera(view, points)
            depth = alone(points, view)
            check(depth, points[None], view)
            covered.append(np.isfinite(depth).mean())
    assert np.mean(covered) > 0.05
    assert not np.isfinite(alone(in_camera(view, np.array([[0, 1, -1], [1, -1, -2], [-1, -1, 0.0]])), view)).any()


def test_the_nearest_of_many_wins_and_is_named():
    view, rng = make_view(*POSES[1]), np.random.default_rng(3)
    corners = np.stack([random_points(view, rng, 3) for _ in range(60)])
    corners = corners.mean(1, keepdims=True) + 0.4 * (corners - corners.mean(1, keepdims=True))
    half = [make_mesh(part.reshape(-1, 3), np.arange(90).reshape(-1, 3)) for part in (corners[:30], corners[30:])]
    seen = look(make_stage(*half), view)
    assert check(seen.depth, corners, view) > 0.8
    every = cast(view, corners)
    first = np.sort(every, 0)
    clear = np.isfinite(seen.depth) & (first[1] > first[0] * 1.01) & np.isfinite(first[0])
    clear &= np.abs(seen.depth / np.where(clear, first[0], 1) - 1) < 2e-3
    assert clear.mean() > 0.3
    assert np.array_equal(seen.triangle[clear], every.argmin(0)[clear])
    assert np.array_equal(seen.instance[clear], every.argmin(0)[clear] // 30)


def test_no_hole_opens_along_a_shared_edge():
    view, rng = make_view(), np.random.default_rng(4)
    pairs = 0
    while pairs < 1000:
        quads = [_convex(rng) for _ in range(50)]
        depth = rng.uniform(2, 9, 4)
        for quad in quads:
            pairs += 1
            flat = np.column_stack([quad, np.ones(4)]) * depth[:, None]
            order = [(0, 1, 2), (2, 3, 0)] if pairs % 2 else [(1, 2, 0), (0, 2, 3)]
            covered = look(make_stage(make_mesh(flat[:3], [order[0]]), make_mesh(flat, [order[1]])), view).covered
            px = view.project(flat)[:, :2]
            assert covered[_inside(px, *view.size)].all(), f"hole in {px}"


def _convex(rng: np.random.Generator) -> np.ndarray:
    """A convex four-sided outline in tangents of the view, partly outside of the picture."""
    turn = np.sort(rng.uniform(0, math.tau, 4))
    return rng.uniform(-0.2, 0.2, 2) + rng.uniform(0.02, 0.5) * np.stack([np.cos(turn), np.sin(turn)], 1)


def _inside(outline: np.ndarray, width: int, height: int) -> np.ndarray:
    """Pixels whose middle lies well within a convex outline."""
    middle = np.stack(np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5), -1)
    sides = []
    for a, b in zip(outline, np.roll(outline, -1, 0), strict=True):
        along = (b - a) / max(np.linalg.norm(b - a), 1e-9)
        rel = middle - a
        sides.append(along[0] * rel[..., 1] - along[1] * rel[..., 0])
    signed = np.stack(sides)
    return (signed > EDGE_PX).all(0) | (signed < -EDGE_PX).all(0)


def test_ground_in_large_triangles_has_no_hole_from_the_feet_to_the_horizon():
    rng = np.random.default_rng(5)
    for _ in range(30):
        view = make_view((0, rng.uniform(0.4, 3), 0), rng.uniform(-3, 3), rng.uniform(-0.6, 0.1), rng.uniform(-0.2, 0.2))
        x, z = (np.sort(np.concatenate([[-300, 300], rng.uniform(-30, 30, 6)])) for _ in range(2))
        points = np.stack([np.repeat(x, 8), np.zeros(64), np.tile(z, 8)], 1)
        k = (np.arange(7)[:, None] * 8 + np.arange(7)[None]).reshape(-1)
        mesh = make_mesh(points, np.concatenate([np.stack([k, k + 1, k + 8], 1), np.stack([k + 9, k + 8, k + 1], 1)]))
        seen = look(make_stage(mesh), view)
        every = cast(view, points[mesh.triangles]).min(0)
        inner = (every > 2 * NEAR_M) & (every < 250)  # well within its borders
        assert seen.covered[inner].all()
        np.testing.assert_allclose(seen.depth[inner], every[inner], rtol=0.01)


@pytest.mark.parametrize("pose", POSES)
def test_a_projected_point_lands_on_its_pixel(pose: tuple):
    view, rng = make_view(*pose, lens_mm=24), np.random.default_rng(6)
    for point in random_points(view, rng, 60):
        x, y, depth = view.project(point)[0]
        around = np.array([[math.cos(a), math.sin(a), 0] for a in (0.1, 2.2, 4.3)]) @ np.stack(view.axes)
        covered = look(make_stage(make_mesh(point + around * (3 * depth / view.focal_px), [[0, 1, 2]])), view).covered
        if 1 < x < SIZE[0] - 1 and 1 < y < SIZE[1] - 1:
            assert covered[int(y), int(x)]
        rows, columns = np.nonzero(covered)
        assert (np.hypot(columns + 0.5 - x, rows + 0.5 - y) < 3.01).all()


def test_a_person_at_ten_metres_is_as_tall_as_the_lens_makes_him():
    view = make_view((0, 1.2, 0), size=(640, 480), lens_mm=35)
    post = make_mesh([[-0.2, 0, 10], [0.2, 0, 10], [0.2, 1.75, 10], [-0.2, 1.75, 10]], [[0, 1, 2], [2, 3, 0]])
    rows, columns = np.nonzero(look(make_stage(post), view).covered)
    on_film_mm = 35 * 1.75 / 10
    assert rows.max() - rows.min() + 1 == pytest.approx(on_film_mm / 24.89 * 640, abs=1)
    assert columns.max() - columns.min() + 1 == pytest.approx(35 * 0.4 / 10 / 24.89 * 640, abs=1)


@pytest.mark.parametrize("pitch_deg", [-9, -4, 0, 8])
def test_the_horizon_lies_where_the_tilt_puts_it(pitch_deg: float):
    view = make_view((0, 1.7, 0), 0.3, math.radians(pitch_deg), size=(320, 200))
    far = 200_000.0
    ground = make_mesh([[-far, 0, -far], [far, 0, -far], [far, 0, far], [-far, 0, far]], [[0, 1, 2], [2, 3, 0]])
    rows = np.nonzero(look(make_stage(ground), view).covered.any(1))[0]
    horizon = 100 + view.focal_px * math.tan(math.radians(pitch_deg))
    assert rows.min() == pytest.approx(horizon, abs=1)
    assert rows.max() == 199


def ball(triangles: int, radius: float = 1.0) -> Mesh:
    """Random triangles on a sphere."""
    corners = np.random.default_rng(triangles).normal(size=(3 * triangles, 3))
    corners /= np.linalg.norm(corners, axis=1, keepdims=True) / radius
    return make_mesh(corners, np.arange(3 * triangles).reshape(-1, 3))


def test_nothing_that_shows_is_left_out_and_near_things_come_first():
    rng = np.random.default_rng(7)
    levels = [ball(600), ball(300), ball(120), ball(40)]
    stage = Stage()
    at = np.tile(np.eye(3, 4), (400, 1, 1)) * rng.uniform(0.2, 5, 400)[:, None, None]
    at[:, :, 3] = rng.uniform(-80, 80, (400, 3))
    stage.add(stage.prototype(levels, sliced=True), at, bounds_of(levels[0]))
    stage.freeze()
    for _ in range(12):
        view = make_view(rng.uniform(-50, 50, 3), *rng.uniform(-1.2, 1.2, 3), lens_mm=rng.uniform(14, 135))
        slots = stage.visible(view, 1.0).slots.numpy()
        distance = np.linalg.norm(at[:, :, 3] - view.eye, axis=1) - at[:, 1, 1]
        assert (np.diff(np.maximum(distance, 0.3)[slots[:, 2]]) >= -1e-6).all()
        drawn = {tuple(row) for row in slots[:, [2, 3]]}
        for k in range(400):
            level = _level(at[k, 1, 1], distance[k], view)
            if level is None:
                assert not any(number == k for number, _ in drawn)
                continue
            first = stage.levels[level][0]
            for piece in range(first, first + stage.levels[level][1]):
                v0, count, _, _ = stage.pieces[piece]
                points = stage.points[v0 : v0 + count, :3].numpy() @ at[k, :, :3].T + at[k, :, 3]
                x, y, depth = view.project(points).T
                shows = (depth > NEAR_M) & (x > 0) & (x < SIZE[0]) & (y > 0) & (y < SIZE[1])
                assert (k, v0) in drawn or not shows.any()


def _level(radius: float, distance: float, view: View) -> int | None:
    """Which level of detail a ball of this radius is drawn in; None when it is too small to see."""
    tall_px = 2 * radius * view.focal_px / max(distance, 0.3)
    return None if tall_px <= 1.2 else sum(tall_px < limit for limit in LEVEL_PX)


def test_more_detail_means_more_triangles():
    levels = [ball(600), ball(300), ball(120), ball(40)]
    stage = Stage()
    stage.add(stage.prototype(levels), np.eye(3, 4)[None], bounds_of(levels[0]))
    stage.freeze()
    views = [make_view((0, 0, -far)) for far in (1.8, 3.0, 6.0, 15.0)]
    drawn = [[stage.visible(view, detail).vertices // 3 for view in views] for detail in (0.5, 1, 4)]
    assert drawn[1] == [600, 300, 120, 40]
    assert all(a <= b <= c for a, b, c in zip(*drawn, strict=True))


@pytest.mark.parametrize("most", [PIECE, 512])
def test_a_split_mesh_is_the_same_triangles_in_small_pieces(most: int):
    rng = np.random.default_rng(8)
    whole = make_mesh(rng.normal(size=(3000, 3)), rng.integers(0, 3000, (9000, 3)))
    parts = split(whole, most)
    assert max(len(part.triangles) for part in parts) <= most
    assert sum(len(part.points) for part in parts) < 3000 * len(parts)

    def corners(mesh: Mesh) -> np.ndarray:
        rows = mesh.points[mesh.triangles].reshape(-1, 9)
        return rows[np.lexsort(rows.T)]

    assert np.array_equal(corners(whole), corners(join(parts)))


def test_pixels_of_a_large_mesh_name_the_triangle_under_them():
    view = make_view((0, 0, -3))
    side = np.linspace(-3, 3, 80)
    x, y = np.meshgrid(side, side)
    k = (np.arange(79)[:, None] * 80 + np.arange(79)[None]).reshape(-1)
    mesh = make_mesh(
        np.stack([x, y, 0.3 * np.sin(2 * x)], -1).reshape(-1, 3),
        np.concatenate([np.stack([k, k + 1, k + 80], 1), np.stack([k + 81, k + 80, k + 1], 1)]),
    )
    stage = make_stage(mesh)
    assert len(split(mesh)) > 2
    seen = look(stage, view)
    assert seen.covered.all()
    pieces = np.searchsorted(stage.pieces[:, 2], seen.triangle, side="right") - 1
    corners = stage.points.numpy()[stage.triangles.numpy()[seen.triangle] + stage.pieces[pieces, 0][..., None], :3]
    px = view.project(corners.reshape(-1, 3))[:, :2].reshape(*seen.triangle.shape, 3, 2)
    middle = np.stack(np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5), -1)
    rel = middle[:, :, None] - px
    edge = np.roll(px, -1, 2) - px
    signed = (edge[..., 0] * rel[..., 1] - edge[..., 1] * rel[..., 0]) / np.linalg.norm(edge, axis=-1)
    assert ((signed > -EDGE_PX).all(-1) | (signed < EDGE_PX).all(-1)).all()


def test_a_hidden_thing_stays_hidden_when_another_comes():
    stage = make_stage(ball(50), ball(80))
    view = make_view((0, 0, -6))
    stage.hide(np.array([0]))
    assert set(np.unique(look(stage, view).instance)) == {-1, 1}
    aside = np.eye(3, 4)
    aside[0, 3] = 1.8
    stage.add(stage.prototype([ball(20, 0.5)]), aside[None], bounds_of(ball(20, 0.5)))
    stage.freeze()
    assert set(np.unique(look(stage, view).instance)) == {-1, 1, 2}


def test_a_moved_thing_is_seen_where_it_was_moved():
    thing = ball(200, 0.4)
    stage, view = make_stage(thing), make_view((0, 0, 1))
    assert not look(stage, view).covered.any()  # it is behind
    pose = np.eye(3, 4)[None].copy()
    pose[0, :, 3] = 1.5, -0.7, 9
    stage.set_poses(np.array([0]), pose, [bounds_of(thing)], 1.0)
    rows, columns = np.nonzero(look(stage, view).covered)
    x, y, _ = view.project(pose[:, :, 3])[0]
    assert (columns.mean() + 0.5, rows.mean() + 0.5) == pytest.approx((x, y), abs=0.5)


def test_parts_of_an_open_shutter_keep_the_focus_and_blur_what_is_off_it_by_its_circle():
    view = make_view((0, 1, 0), 0.3, size=(640, 480), lens_mm=50, f_stop=2.0, focus_m=5.0)
    rim = [[0.5, 0.5, turn, 1.0] for turn in np.linspace(0, 1, 12, endpoint=False)]

    def spread_px(depth: float) -> float:
        at = view.eye + depth * view.ahead
        return max(np.hypot(*(view.at_part(view, 1.0, np.array(luck)).project(at)[0, :2] - [320, 240])) for luck in rim)

    assert spread_px(5.0) < 1e-6
    for depth in (2.0, 8.0, 1e6):
        circle_m = (
            0.050 / 2.0 * abs(depth - 5) / depth * 0.050 / 5.0
        )  # on film, the lens thin and its distance about its length
        assert spread_px(depth) == pytest.approx(circle_m / 2 / 0.02489 * 640, rel=1e-3)
    middle = [
        view.at_part(view, 1.0, np.array([x, y, 0, 0])).project(view.eye + 9 * view.ahead)[0, :2] for x, y in [(0, 0), (1, 1)]
    ]
    np.testing.assert_allclose(middle, [[319.5, 239.5], [320.5, 240.5]], atol=1e-9)


def test_parts_of_an_open_shutter_go_from_its_opening_to_the_end_of_the_frame():
    before, now = make_view((0, 0, 0), 0.1), make_view((1, 0, 0), 0.2)
    eyes = [now.at_part(before, part, np.array([0.5, 0.5, 0, 0])).eye[0] for part in (0, 0.5, 1)]
    assert eyes == pytest.approx([0.5, 0.75, 1.0])
    half = now.at_part(before, 0.0, np.array([0.5, 0.5, 0, 0]))
    assert math.atan2(half.ahead[0], half.ahead[2]) == pytest.approx(0.15, abs=1e-4)
