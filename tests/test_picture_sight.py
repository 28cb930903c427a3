"""What is left out because it is hidden: never anything that shows."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from filming import EMPTY, box, draw, make_view, numbers

from oyster_cli.picture.sight import Sight
from oyster_cli.picture.stage import Stage, bounds_of
from oyster_cli.picture.view import View

SIZE = (96, 64)


def crowd(seed: int, sway_m: float) -> Stage:
    """Four hundred boxes of all sizes, many of them behind others, some in the wind."""
    rng = np.random.default_rng(seed)
    mesh = box(0.5, 2.0)
    at = np.tile(np.eye(3, 4), (400, 1, 1)) * rng.uniform(0.3, 6, 400)[:, None, None]
    at[:, :, 3] = rng.uniform((-40, -6, 2), (40, 2, 90), (400, 3))
    stage = Stage()
    mesh.sway[:] = mesh.points[:, 1] / 2
    stage.add(stage.prototype([mesh]), at, bounds_of(mesh), sway_m=rng.uniform(0, sway_m, 400))
    stage.freeze()
    stage.instances[:, 17] = 18.0
    return stage


def views(count: int) -> list[View]:
    """A camera that walks, turns, and once jumps."""
    way = [((0.3 * k, 1.0, 0.2 * k), 0.03 * k) for k in range(count - 2)]
    way += [((-25.0, 4.0, 60.0), 2.0), ((-25.2, 4.0, 60.0), 2.0)]
    return [make_view(eye, yaw=yaw, size=SIZE) for eye, yaw in way]


def whole(stage: Stage, view: View, p: torch.Tensor) -> np.ndarray:
    """The buffer with everything drawn."""
    visible = stage.visible(view, 1.0)
    vis = torch.full((SIZE[0] * SIZE[1],), EMPTY, dtype=torch.int64)
    draw(stage, visible, np.arange(len(visible.keys)), stage.instances, p, SIZE, torch.zeros(visible.vertices, 4), vis)
    return vis.numpy()


def mark(sight: Sight) -> None:
    """What the shading does: say which slots own a pixel."""
    keys = sight.vis.numpy()
    sight.shown[torch.from_numpy(np.unique((keys[keys != EMPTY] & 0x7FFFFFFF) // 4096))] = 1


@pytest.mark.parametrize("sway_m", [0.0, 3.0])
def test_what_is_hidden_is_left_out_and_no_pixel_is_another(sway_m: float, monkeypatch: pytest.MonkeyPatch):
    stage = crowd(4, sway_m)
    sight, drawn, there = Sight(stage, SIZE), 0, 0
    counted = Sight._draw

    def count(self, visible, chosen, p):
        nonlocal drawn
        drawn += len(chosen)
        counted(self, visible, chosen, p)

    monkeypatch.setattr(Sight, "_draw", count)
    for view in views(8):
        p = numbers(view)
        p[23] = 3.7 * view.eye[0]  # the wind goes on
        there += len(sight.look(view, p, 1.0).keys)
        assert np.array_equal(sight.vis.numpy(), whole(stage, view, p))
        mark(sight)
    assert drawn < (0.75 if sway_m == 0.0 else 0.95) * there


def test_a_thing_that_steps_out_of_hiding_is_seen_in_that_frame():
    wall, post = box(1.0, 6.0), box(0.3, 1.0)
    stage = Stage()
    at = np.eye(3, 4)[None].copy()
    at[0, :, 3] = (0.0, -3.0, 10.0)
    stage.add(stage.prototype([wall]), at, bounds_of(wall))
    behind = np.eye(3, 4)[None].copy()
    behind[0, :, 3] = (0.0, -0.5, 20.0)
    number = stage.add(stage.prototype([post]), behind, bounds_of(post))
    stage.freeze()
    view = make_view(size=SIZE)
    sight, p = Sight(stage, SIZE), numbers(view)
    for aside_m, seen in ((0.0, 1), (0.0, 1), (4.5, 2), (0.0, 1)):
        behind[0, 0, 3] = aside_m
        stage.set_poses(number, behind, [bounds_of(post)], 1.0)
        sight.look(view, p, 1.0)
        mark(sight)
        assert int(sight.shown.sum()) == seen
