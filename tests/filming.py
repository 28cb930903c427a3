"""A view, some meshes and a plain light, and what the kernels make of them: what the picture tests share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from oyster_cli.picture.device import start

start("cpu")  # kernels are compiled on import: only once the device runs

from oyster_cli.picture.kinds import PLAIN, Mesh  # noqa: E402
from oyster_cli.picture.painter import Painter, Relief, Scenery  # noqa: E402
from oyster_cli.picture.params import Light, Surroundings, pack  # noqa: E402
from oyster_cli.picture.sight import EMPTY, draw  # noqa: E402
from oyster_cli.picture.stage import Stage, Visible, bounds_of  # noqa: E402
from oyster_cli.picture.view import View, basis  # noqa: E402

SIZE = (96, 64)
DARK = np.zeros(3)
CALM = Surroundings(time_s=0.0, wet=0.0, snow_cover=0.0, rain_mm_h=0.0, wind_to=(0.0, 1.0), drift_m=0.0, cloud=0.0)


def make_view(
    eye: Any = (0.0, 0.0, 0.0), yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0, size: tuple[int, int] = SIZE,
    lens_mm: float = 35.0, **optics: Any,
) -> View:  # fmt: skip
    """A camera with a Super 35 back; angles in radians."""
    right, up, ahead = basis(yaw, pitch, roll)
    optics = {"f_stop": 5.6, "focus_m": 10.0, "shutter_s": 1 / 48, "open_share": 0.5} | optics
    return View(np.array(eye, float), right, up, ahead, lens_mm, (24.89, 18.66), size=size, **optics)


def make_light(sun_dir: Any = (0.0, 1.0, 0.0), **light: Any) -> Light:
    """No light and no air but what is said."""
    plain = {"sun": DARK, "sky_above": DARK, "sky_low": DARK, "bounce": DARK, "fog": DARK, "fog_sunward": DARK}
    air = {"fog_per_m": 0.0, "fog_scale_m": 100.0, "fog_base_m": 0.0}
    return Light(np.asarray(sun_dir, float), **{**plain, **air, **light})


def numbers(view: View, light: Light | None = None, **more: Any) -> torch.Tensor:
    """The packed numbers of a frame."""
    lamps, shadow = more.get("lamps", []), more.get("shadow", np.zeros(15))
    return torch.from_numpy(pack(view, light or make_light(), CALM, lamps, shadow))


def make_mesh(points: Any, triangles: Any, colour: float = 0.5, material: int = PLAIN) -> Mesh:
    """Flat, one colour, nothing sways; normals up."""
    points = np.asarray(points, np.float32)
    n = len(points)
    return Mesh(
        points, np.tile(np.array([0, 1, 0], np.float32), (n, 1)), np.full((n, 3), colour, np.float32),
        np.asarray(triangles, np.int32), np.full(n, material, np.int32), np.zeros(n, np.float32), np.ones(n, np.float32),
    )  # fmt: skip


def make_stage(*meshes: Mesh) -> Stage:
    """Every mesh once, where its points say."""
    stage = Stage()
    for mesh in meshes:
        stage.add(stage.prototype([mesh]), np.eye(3, 4)[None], bounds_of(mesh))
    stage.freeze()
    return stage


def make_set() -> Stage:
    """A stage with one card on it, for who needs a painter and not what it draws."""
    return make_stage(make_mesh([[-1, -1, 9], [1, -1, 9], [1, 1, 9], [-1, 1, 9]], [[0, 1, 2], [0, 2, 3]]))


@dataclass(frozen=True)
class Seen:
    """What every pixel of a visibility buffer shows: (height, width) each; -1 and inf where there is nothing."""

    instance: np.ndarray
    triangle: np.ndarray  # of the stage
    depth: np.ndarray  # metres

    @property
    def covered(self) -> np.ndarray:
        return self.instance >= 0


def look(stage: Stage, view: View, detail: float = 1.0) -> Seen:
    """Rasterise a stage."""
    visible, p = stage.visible(view, detail), numbers(view)
    vis = torch.full((view.size[0] * view.size[1],), EMPTY, dtype=torch.int64)
    if visible.vertices:
        verts = torch.zeros(visible.vertices, 4)
        draw(stage, visible, np.arange(len(visible.keys)), stage.instances, p, view.size, verts, vis)
    return _read(vis.numpy().reshape(view.size[::-1]), visible)


def _read(keys: np.ndarray, visible: Visible) -> Seen:
    nothing = keys == EMPTY
    slots = visible.slots.numpy()
    low = np.where(nothing, 0, keys & 0x7FFFFFFF)
    slot = slots[low // 4096]
    with np.errstate(divide="ignore"):
        nearness = (2147483647 - (keys >> 32)).astype(np.int32).view(np.float32)
        depth = np.where(nothing, np.inf, 1.0 / nearness.astype(float))
    return Seen(np.where(nothing, -1, slot[..., 2]), np.where(nothing, -1, slot[..., 1] + low % 4096), depth)


def rays(view: View, off_px: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """(height, width, 3) directions through the pixels' middles, of length 1 along the lens axis."""
    width, height = view.size
    x = (np.arange(width) + 0.5 + off_px[0] - width / 2) / view.focal_px
    y = (height / 2 - np.arange(height) - 0.5 - off_px[1]) / view.focal_px
    return view.ahead + x[None, :, None] * view.right + y[:, None, None] * view.up


def cast(view: View, corners: np.ndarray, off_px: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """(n, height, width) depth at which every pixel's ray meets each of (n, 3, 3) triangles, inf where it does not.

    By linear algebra: weights of the corners that make the point on the ray; nothing is projected.
    """
    way = rays(view, off_px).reshape(-1, 3)
    found = []
    for corner in np.asarray(corners, float):
        e1, e2 = corner[1] - corner[0], corner[2] - corner[0]
        flat = np.cross(e1, e2)
        with np.errstate(divide="ignore", invalid="ignore"):
            depth = (corner[0] - view.eye) @ flat / (way @ flat)
            rel = view.eye + way * depth[:, None] - corner[0]
            u = np.cross(rel, e2) @ flat / (flat @ flat)
            v = np.cross(e1, rel) @ flat / (flat @ flat)
        inside = (u >= 0) & (v >= 0) & (u + v <= 1) & (depth > 0)
        found.append(np.where(inside, depth, np.inf))
    return np.stack(found).reshape(-1, *view.size[::-1])


def make_painter(stage: Stage, size: tuple[int, int] = SIZE, far_reach_m: float = 400.0) -> Painter:
    """A painter without ground maps."""
    maps = [torch.zeros(16, 4) for _ in range(3)]
    return Painter(size, stage, Stage(), Relief(*maps, 4, 4, torch.ones(8, 4), 0.0), far_reach_m)


def scenery(light: Light, **more: Any) -> Scenery:
    """Light and a black sky."""
    return Scenery(light, CALM, torch.zeros(2 * 32 * 32 + 8, 4), 32, **more)


def light_of(painter: Painter, view: View, light: Light, **more: Any) -> np.ndarray:
    """(height, width, 4) radiance in kcd/m2 and depth."""
    painter.draw(view, scenery(light, **more), 1.0)
    return painter._hdr.numpy().reshape(*view.size[::-1], 4).copy()


def box(half: float, height: float, aside: float = 0.0) -> Mesh:
    """A post on the ground."""
    low = np.array([[-half, 0, -half], [half, 0, -half], [half, 0, half], [-half, 0, half]]) + [aside, 0, aside]
    sides = [[k, (k + 1) % 4, 4 + k] for k in range(4)] + [[(k + 1) % 4, 4 + (k + 1) % 4, 4 + k] for k in range(4)]
    return make_mesh(np.concatenate([low, low + [0, height, 0]]), [*sides, [4, 5, 6], [6, 7, 4]])
