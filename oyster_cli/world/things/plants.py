"""Everything that grows or lies about: trees, bushes, grass, stones. They sway in the wind that is heard in them."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh, Prop, Veil
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.wind import Foliage, Grass
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.shapes import (
    blossom,
    broadleaf,
    bush,
    conifer,
    coral,
    deadwood,
    fronds,
    grass,
    oak,
    rainforest,
    rock,
    turf,
)
from oyster_cli.world.site import Scatter, Site
from oyster_cli.world.thing import Happening, Thing, Tick

VARIANTS = 4
# kind -> (shape in its levels for a variant, how far a strong wind moves its tip as a share of its height, casts a shadow)
SHAPES = {
    "conifer": (lambda v: [conifer.conifer(v, level) for level in range(4)], 0.35, True),
    "dwarf": (lambda v: [conifer.conifer(v, level, "dwarf") for level in range(4)], 0.3, True),
    "pine": (lambda v: [conifer.conifer(v, level, "pine") for level in range(4)], 0.30, True),
    "broadleaf": (lambda v: [oak.oak(v, level, "linden" if v % 2 else "oak") for level in range(1, 5)], 0.35, True),
    "oak": (lambda v: [oak.oak(v + 9, level) for level in range(1, 5)], 0.30, True),
    "willow": (lambda v: [broadleaf.broadleaf(v, level, "willow") for level in range(4)], 0.6, True),
    "birch": (lambda v: [broadleaf.broadleaf(v, level, "birch") for level in range(4)], 0.5, True),
    "bush": (lambda v: [bush.bush(v, level) for level in range(4)], 0.5, True),
    "hedge": (lambda v: [bush.bush(v + 5, level) for level in range(4)], 0.4, True),
    "fern": (lambda v: [bush.fern(v, level) for level in range(4)], 0.6, False),
    "heather": (lambda v: [bush.heather(v, level) for level in range(3)], 0.4, False),
    "flower": (lambda v: [bush.flower(v, level) for level in range(3)], 0.8, False),
    "sward": (lambda v: [grass.sward(v, level) for level in range(4)], 2.2, False),
    "buttercup": (lambda v: [blossom.blossom(v, level, "buttercup") for level in range(4)], 2.2, False),
    "daisy": (lambda v: [blossom.blossom(v, level, "daisy") for level in range(4)], 2.2, False),
    "knapweed": (lambda v: [blossom.blossom(v, level, "knapweed") for level in range(4)], 2.2, False),
    "turf": (lambda v: [turf.turf(v, level) for level in range(4)], 1.6, False),
    "grass": (lambda v: [grass.grass(v, level) for level in range(4)], 0.9, False),
    "dry grass": (lambda v: [grass.grass(v, level, 0.92) for level in range(4)], 0.9, False),
    "reed": (lambda v: [grass.reed(v, level) for level in range(3)], 0.7, False),
    "rock": (lambda v: [rock.rock(v, level) for level in range(4)], 0.0, True),
    "boulder": (lambda v: [rock.rock(v, level, "boulder") for level in range(4)], 0.0, True),
    "slab": (lambda v: [rock.rock(v, level, "slab") for level in range(4)], 0.0, True),
    "pebbles": (lambda v: [rock.pebbles(v, level) for level in range(3)], 0.0, False),
    "deadwood": (lambda v: [deadwood.snag(v, level) for level in range(3)], 0.05, True),
    "log": (lambda v: [deadwood.log(v)], 0.0, True),
    "stump": (lambda v: [deadwood.stump(v)], 0.0, True),
    "canopy": (lambda v: [rainforest.tree(v, level) for level in range(4)], 0.3, True),
    "emergent": (lambda v: [rainforest.tree(v, level, "emergent") for level in range(4)], 0.2, True),
    "understorey": (lambda v: [rainforest.tree(v, level, "understorey") for level in range(4)], 0.4, True),
    "roof": (lambda v: [rainforest.crown(v, level) for level in range(4)], 0.2, True),
    "giant": (lambda v: [rainforest.crown(v, level, "emergent") for level in range(4)], 0.2, True),
    "palm": (lambda v: [fronds.palm(v, level) for level in range(4)], 0.5, True),
    "paddle": (lambda v: [fronds.paddle(v, level) for level in range(4)], 0.5, True),
    "staghorn": (lambda v: [coral.staghorn(v, level) for level in range(4)], 0.0, True),
    "brain": (lambda v: [coral.brain(v, level) for level in range(4)], 0.0, True),
    "boulder coral": (lambda v: [coral.boulder_coral(v, level) for level in range(4)], 0.0, True),
    "table": (lambda v: [coral.table(v, level) for level in range(4)], 0.0, True),
    "tube sponge": (lambda v: [coral.tube_sponge(v, level) for level in range(4)], 0.0, True),
    "sea fan": (lambda v: [coral.sea_fan(v, level) for level in range(4)], 60.0, True),
    "weed": (lambda v: [coral.weed(v, level) for level in range(4)], 90.0, False),
    "litter": (lambda v: [deadwood.litter(v, level) for level in range(4)], 0.0, False),
}
LEAVES = ("broadleaf", "oak", "willow", "birch", "bush", "canopy", "understorey")
NEEDLES = ("conifer", "dwarf", "pine")
LONG_GRASS = ("sward",)
WIND_TO, WAVE_M = (0.80, 0.60), 11.0  # which way waves run over long grass, and from crest to crest
AROUND = 4  # directions the leaves are heard from
EARSHOT_M, GRASS_EARSHOT_M = 70.0, 15.0
FOREST_M, HAYFIELD_M = 2500.0, 250.0  # summed heights of the trees, or the tufts, in earshot of a thick one


@lru_cache
def shape(kind: str, variant: int) -> tuple[Mesh, ...]:
    """A plant or stone in its levels of detail, height 1 m."""
    return tuple(SHAPES[kind][0](variant))


def props(scatter: Scatter) -> list[Prop]:
    """Instances of a scatter, shared out over the variants of its kind."""
    _, sway, casts = SHAPES[scatter.kind]
    which = np.arange(len(scatter.at)) % VARIANTS
    return [
        Prop(shape(scatter.kind, v), _stand(scatter, which == v), scatter.tint[which == v],
             sway * scatter.height_m[which == v], _phase(scatter, which == v), casts)
        for v in range(VARIANTS) if (which == v).any()
    ]  # fmt: skip


def _phase(scatter: Scatter, keep: np.ndarray) -> np.ndarray:
    """Turns by which each swings late: trees as they like, what is low in waves that run over the ground with the wind."""
    own = 2.4 * np.flatnonzero(keep)
    if SHAPES[scatter.kind][2]:
        return own
    at = scatter.at[keep]
    return 0.07 * (own % 5.0) - (at[:, 0] * WIND_TO[0] + at[:, 2] * WIND_TO[1]) / WAVE_M


def _stand(scatter: Scatter, keep: np.ndarray) -> np.ndarray:
    """(n, 3, 4) transforms: turned by yaw, scaled to height, foot on its point; mats sheared along the ground."""
    yaw, tall = scatter.yaw[keep], scatter.height_m[keep]
    out = np.zeros((len(yaw), 3, 4), np.float32)
    out[:, 0, 0] = out[:, 2, 2] = np.cos(yaw) * tall
    out[:, 0, 2], out[:, 2, 0] = np.sin(yaw) * tall, -np.sin(yaw) * tall
    out[:, 1, 1] = tall
    out[:, :, 3] = scatter.at[keep]
    if scatter.rise is not None:
        out[:, 1, [0, 2]] = np.einsum("nk,nkj->nj", scatter.rise[keep], out[:, ::2, ::2])
    return out


class Plants(Thing):
    """All scatters of a site, and the rustle of its trees from a few directions."""

    kind: ClassVar[str] = "plants"
    going: ClassVar[bool] = True
    kept: ClassVar[tuple[str, ...]] = ("needles", "leaves", "grass")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.needles, self.leaves = Foliage(True, AROUND), Foliage(False, AROUND)
        self.grass = Grass(False, AROUND)
        self._rows = (
            ("True", self.needles, self._dense(NEEDLES, EARSHOT_M, FOREST_M)),
            ("False", self.leaves, self._dense(LEAVES, EARSHOT_M, FOREST_M)),
            ("grass", self.grass, self._dense(LONG_GRASS, GRASS_EARSHOT_M, HAYFIELD_M)),
        )
        self._sound: list[Voice] = []

    def _dense(self, kinds: tuple[str, ...], within_m: float, full_m: float) -> float:
        """How many tall ones of these kinds stand in earshot, as a share of what a forest or a hayfield has."""
        eye = np.array(self.site.stand.eye)
        count = sum(
            float((scatter.height_m * (np.linalg.norm(scatter.at - eye, axis=1) < within_m)).sum())
            for scatter in self.site.scatters if scatter.kind in kinds
        )  # fmt: skip
        return min(count / full_m, 1.0)

    def stage(self) -> list[Prop | Veil]:
        return [prop for scatter in self.site.scatters if len(scatter.at) for prop in props(scatter)]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        angle = np.pi / 4 + np.arange(AROUND) * np.pi / 2
        ways = np.stack([np.sin(angle), np.full(AROUND, 0.25), np.cos(angle)], 1)
        gust = air.gust(tick.eye + 22.0 * ways)
        self._sound = []
        for what, foliage, thick in self._rows:
            if thick > 0.01:
                loud = thick**0.5 * (1.0 - 0.85 * air.snow_cover)  # snow lies on the twigs
                rng = draw(self.seed, self.name, f"rustle {what}", tick.frame)
                heard = foliage.step(rng, tick.samples, gust, air.weather.wind_m_s) * loud
                self._sound += [
                    Voice(f"{self.name} {what} {k}", "weather", tuple(way / np.linalg.norm(way)), heard[k], bed=True)
                    for k, way in enumerate(ways)
                ]  # fmt: skip
        return []

    def look(self) -> Look:
        return Look()

    def voices(self) -> list[Voice]:
        return self._sound
