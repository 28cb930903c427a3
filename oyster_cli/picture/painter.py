"""One frame from light, lens and what stands before it. Owns the buffers and the order of the passes, and nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from oyster_cli.picture import haze, post, splats, veil
from oyster_cli.picture.beams import beams
from oyster_cli.picture.defocus import LEAST_PX, TAPS, soften, spiral, spread_px, widest
from oyster_cli.picture.gather import Gather
from oyster_cli.picture.grade import grade, table
from oyster_cli.picture.grain import make_grain
from oyster_cli.picture.kinds import Flame, Lamp, Splats
from oyster_cli.picture.mirror import reflect
from oyster_cli.picture.motion import TILE, fastest, smear, track
from oyster_cli.picture.params import MAX_LAMPS, Light, Surroundings, nearest_lamps, pack
from oyster_cli.picture.shade import shade
from oyster_cli.picture.shadow import MOVING_SIZE, SIZE, Shadows
from oyster_cli.picture.sight import Sight
from oyster_cli.picture.stage import Stage
from oyster_cli.picture.tone import curve
from oyster_cli.picture.underwater import shafts
from oyster_cli.picture.view import View
from oyster_cli.script.looks import FilmLook

GRAIN = 0.011
BLOOM = 0.07
BOTH = 2
FEW_LAMPS = 10  # that a draft is lit by


@dataclass(frozen=True)
class Relief:
    """The ground as the kernels read it: maps over a grid, each (rows * columns, 4) float32.

    map_a: colour, roughness. map_b: slopes dy/dx, dy/dz, share of sky seen, bumpiness. map_c: porous, banded, dip,
    water depth m.
    """

    map_a: torch.Tensor
    map_b: torch.Tensor
    map_c: torch.Tensor
    rows: int
    columns: int
    ramp: torch.Tensor  # (steps, 4) colour of rock layers every 0.25 m of height
    ramp_base_m: float


@dataclass(frozen=True)
class Scenery:
    """What is in front of the lens in this frame, besides the stage."""

    light: Light
    around: Surroundings
    sky: torch.Tensor  # (size * size, 4) radiance table
    sky_size: int
    lamps: Sequence[Lamp] = ()
    splats: Sequence[Splats] = ()
    flames: Sequence[Flame] = ()
    swell: torch.Tensor | None = None  # (512 * 256, 4) two cascades of the sea
    moving: torch.Tensor | None = None  # shadow work of what moves
    focus: np.ndarray = field(default_factory=lambda: np.zeros(3))  # where moving things cast shadows
    veil_flow: float = 1.0
    night: float = 0.0  # 0 by day, 1 when the eye sees no colour


class Painter:
    """Draws on a canvas of one size. draw() gives light, develop() gives the picture."""

    def __init__(self, size: tuple[int, int], stage: Stage, veils: Stage, relief: Relief, far_reach_m: float) -> None:
        self.size = size
        self.stage, self.veils, self.relief = stage, veils, relief
        self.shadows = Shadows(far_reach_m)
        width, height = size
        self.small = (-(-width // 4), -(-height // 4))
        pixels = width * height
        self._sight, self._before_all = Sight(stage, size), Sight(veils, size)
        self._hdr, self._mirror, self._light, self._shown = (torch.zeros(pixels, 4) for _ in range(4))
        self._marks = torch.zeros(pixels, 4, dtype=torch.int32)
        self._puffs = torch.zeros(self.small[0] * self.small[1], 4, dtype=torch.int32)
        self._smeared = torch.zeros(pixels, 4)
        self._ways = torch.zeros(pixels, dtype=torch.int32)
        self._tiled = -(-width // TILE), -(-height // TILE)
        self._tiles = torch.zeros(self._tiled[0] * self._tiled[1], 4)
        self._spiral = spiral()
        self._bloom = post.Bloom(width, height)
        self._tile = make_grain()
        self._calm = torch.zeros(512 * 256, 4)
        self.look = FilmLook(about="")

    def draw(self, view: View, scenery: Scenery, detail: float, half: int = BOTH, before: View | None = None) -> None:
        """Light of one instant into the buffers.

        half: the half of the mirroring pixels that is traced, 0 or 1, or BOTH. before: the camera of the frame before, when
        what moves is to be followed.
        """
        width, height = self.size
        if scenery.light.sun.max() > 1e-7:
            self.shadows.update(self.stage, scenery.moving, scenery.focus, scenery.light.sun_dir)
        lamps = nearest_lamps(scenery.lamps, view, MAX_LAMPS if detail >= 1.0 else FEW_LAMPS)
        thrown = self.shadows.lamp
        thrown.update(self.stage, lamps, scenery.moving, view.eye)
        self._p = torch.from_numpy(
            pack(view, scenery.light, scenery.around, lamps, self.shadows.numbers, before, thrown.numbers)
        )
        self._half = half
        sight = self._sight
        visible = sight.look(view, self._p, detail)
        stage, relief, shadows = self.stage, self.relief, self.shadows
        swell = self._calm if scenery.swell is None else scenery.swell
        shade(
            sight.vis, sight.verts, visible.slots, sight.shown, stage.triangles, stage.instances, stage.normals,
            stage.colours,
            relief.map_a, relief.map_b, relief.map_c, relief.rows, relief.columns, relief.ramp, relief.ramp_base_m,
            swell, self._tile, scenery.sky, scenery.sky_size,
            shadows.far, shadows.near, shadows.moving, SIZE, MOVING_SIZE, thrown.still, thrown.moving, self._p,
            half, width, height, self._hdr, self._mirror,
        )  # fmt: skip
        reflect(self._hdr, self._mirror, scenery.sky, scenery.sky_size, self._p, half, width, height)
        if before is not None:
            track(sight.vis, sight.verts, visible.slots, stage.triangles, stage.instances, stage.points, self._p, *self.size,
                  self._ways)  # fmt: skip
        if self.veils.count:
            self._draw_veils(view, scenery.veil_flow, detail)

    def _draw_veils(self, view: View, flow: float, detail: float) -> None:
        sight, veils, shadows = self._before_all, self.veils, self.shadows
        visible = sight.look(view, self._p, detail)
        veil.draw_veil(
            sight.vis, sight.verts, visible.slots, veils.triangles, veils.normals, veils.colours, flow, self._tile,
            shadows.far, shadows.near, shadows.moving, SIZE, MOVING_SIZE, self._p, *self.size, self._hdr,
        )  # fmt: skip

    def _draw_flame(self, view: View, flame: Flame) -> None:
        reach = max(flame.height_m * 1.3, flame.width_m * 1.2)
        x, y, depth = view.project(np.array(flame.at) + [0, flame.height_m * 0.5, 0])[0]
        if depth < 0.3 or flame.heat <= 0.01:
            return
        half = reach * view.focal_px / depth
        x0, x1 = (int(np.clip(v, 0, self.size[0])) for v in (x - half, x + half))
        y0, y1 = (int(np.clip(v, 0, self.size[1])) for v in (y - half, y + half))
        numbers = [*flame.at, flame.height_m, flame.width_m, flame.heat, *flame.lean, 0.37 * flame.at[0]]
        veil.draw_flame(
            torch.tensor(numbers, dtype=torch.float32), self._tile, self._p, x0, y0, x1, y1, self.size[0], self._hdr
        )

    def meter(self) -> float:
        """Mean luminance of what was drawn, kcd/m2."""
        return post.metered(self._hdr, self._mirror, *self.size)

    def expose(self, scenery: Scenery, view: View, exposure: float) -> torch.Tensor:
        """What was drawn, with all that floats in the air, in exposed light: (pixels, 4), kept until the next call."""
        width, height = self.size
        self._p[57] = exposure
        for flame in scenery.flames:
            self._draw_flame(view, flame)
        self._marks.zero_()
        self._puffs.zero_()
        if scenery.light.water is not None and scenery.swell is not None:
            shafts(scenery.swell, self._p, self._hdr, width, height, *self.small, self._puffs)
        if scenery.light.shafts_per_m > 0.0:
            beams(self.shadows.far, self.shadows.near, SIZE, self._p, self._hdr, width, height, *self.small, self._puffs)
        self._float(scenery.splats, view)
        post.compose(
            self._hdr, self._mirror, self._marks, self._puffs, self._p, width, height, *self.small, self._light
        )  # fmt: skip
        return self._light

    def _float(self, groups: Sequence[Splats], view: View) -> None:
        small = splats.table([each for each in groups if each.kind != "puff"])
        soft = splats.table([each for each in groups if each.kind == "puff"])
        if len(small):
            splats.splat(small, view.shutter_s, self._p, self._hdr, *self.size, self._marks)
        if len(soft):
            splats.puff(soft, self._tile, self._p, self._hdr, *self.size, *self.small, self._puffs)

    def focus(self, light: torch.Tensor, view: View) -> torch.Tensor:
        """Exposed light as sharp as lens and f-stop make it; kept until the next develop()."""
        spread = spread_px(view)
        if spread < LEAST_PX:
            return light
        width, height = self.size
        columns, rows = self._tiled
        widest(light, view.focus_m, spread, width, height, columns, rows, self._tiles)
        soften(light, self._tiles, self._spiral, TAPS, view.focus_m, spread, width, height, columns, rows, self._shown)
        return self._shown

    def smear(self, light: torch.Tensor, frame: int) -> torch.Tensor:
        """Exposed light with the blur of what moved while the shutter was open; kept until the next call."""
        width, height = self.size
        columns, rows = self._tiled
        fastest(light, self._ways, self._p, width, height, columns, rows, self._tiles)
        smear(light, self._ways, self._tiles, self._tile, self._p, width, height, columns, rows, frame, self._smeared)
        return self._smeared

    def develop(self, light: torch.Tensor, scenery: Scenery, frame: int, gather: Gather | None = None) -> np.ndarray:
        """Exposed light to a picture, (height, width, 3) uint8: of the canvas's size, or gathered over time to a larger one."""
        width, height = self.size
        bloom = self._bloom
        bloom.spread(light, width, height)
        post.develop(
            light, bloom.glow, width, height, *bloom.small, min(BLOOM * self.look.bloom, 0.4), scenery.night,
            curve(scenery.night), self._shown,
        )  # fmt: skip
        if self.look != FilmLook(about=self.look.about):
            grade(self._shown, table(self.look), self.look.vignette, width, height)
        grain = GRAIN * self.look.grain
        size = self.size if gather is None else gather.size
        if gather is None:
            out = torch.empty((width * height, 3), dtype=torch.uint8)
            post.print_film(self._shown, frame, grain, width, height, out)
        else:
            out = gather.add(self._shown, self._ways, self.size, self._p, self._half, frame, grain)
        haze.shimmer(out, size, light, self.size, self._tile, self._p, scenery.around.shimmer)
        return out.view(size[1], size[0], 3).numpy()


def exposure_for(luminance: float, stops: float = 0.0) -> float:
    """Exposure that puts a mean luminance (kcd/m2) where a film camera would: darker scenes stay darker.

    The key falls from 0.40 in daylight (the tone curve wants almost a stop over middle grey) to a few hundredths by
    night, so that night is not lifted to grey.
    """
    darkness = np.clip((math.log10(max(luminance, 1e-7)) + 0.3) / -4.2, 0, 1)
    key = 0.40 * (1 - darkness) + 0.055 * darkness
    return key / max(luminance, 3e-6) * 2**stops
