"""Trees of the rain forest, of height 1: a bole that carries lumps of leaves, in four levels of detail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import BARK, LEAF, Mesh, join
from oyster_cli.picture.mesh import icosphere, surface, tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, jittered, leaves, unit_height

LEVELS = 4


@dataclass(frozen=True)
class Crown:
    """How a kind of tree is built, in shares of its height."""

    bole: float  # where the crown's middle is
    wide: float  # half its width
    deep: float  # half its depth
    lumps: int
    thick: float  # radius of the bole
    buttress: float  # how much wider it stands at its foot
    bark: tuple[float, float, float]
    leaf: tuple[float, float, float]
    leaf_m: float


CROWNS = {
    "emergent": Crown(0.80, 0.40, 0.13, 13, 0.017, 2.6, (0.27, 0.25, 0.21), (0.052, 0.092, 0.026), 0.020),
    "canopy": Crown(0.68, 0.36, 0.27, 14, 0.020, 1.2, (0.15, 0.13, 0.10), (0.047, 0.095, 0.023), 0.028),
    "understorey": Crown(0.60, 0.26, 0.36, 12, 0.016, 0.5, (0.12, 0.105, 0.08), (0.070, 0.125, 0.030), 0.050),
}
# level: leaves, how much larger each is, sides of the bole, lumps that have a body, leaves' share of the shell
_DETAIL = ((3200, 1.0, 8, 0), (760, 2.05, 5, 0), (280, 3.4, 4, 6), (60, 5.4, 3, 4))


def tree(seed: int, level: int = 0, kind: str = "canopy") -> Mesh:
    """A tree 1 m high on the origin: about 3300, 900, 250 or 100 triangles at level 0 to 3. kind: see CROWNS."""
    form, (count, coarse, sides, bodies) = CROWNS[kind], _DETAIL[level]
    heart, reach = _lumps(draw(seed, "rainforest", kind, "lumps"), form)
    rng = draw(seed, "rainforest", kind, "leaves", level)
    parts = [_leaves(rng, form, heart, reach, count, coarse)]
    if bodies:
        parts.append(_bodies(draw(seed, "rainforest", kind, "bodies"), form, heart, reach, bodies))
    return unit_height(join([*parts, _wood(draw(seed, "rainforest", kind, "bole"), form, heart, sides, level)]))


def crown(seed: int, level: int = 0, kind: str = "canopy") -> Mesh:
    """A tree to be seen far off: about 900, 250, 100 or 24 triangles."""
    if level < 3:
        return tree(seed, level + 1, kind)
    form = CROWNS[kind]
    heart, reach = _lumps(draw(seed, "rainforest", kind, "lumps"), form)
    body = _bodies(draw(seed, "rainforest", kind, "bodies"), form, heart, reach, 1)
    fringe = _leaves(draw(seed, "rainforest", kind, "leaves", level), form, heart, reach, 9, 8.0)
    return unit_height(join([body, fringe]))


def _lumps(rng: np.random.Generator, form: Crown) -> tuple[np.ndarray, np.ndarray]:
    """Middles (k, 3) and radii (k, 3) of the clusters a crown is made of: one on top, the others around and under it."""
    k = form.lumps
    t = np.arange(k) / max(k - 1, 1)
    out = np.sqrt(t) * rng.uniform(0.8, 1.05, k)
    high = np.cos(out * 1.75) * rng.uniform(0.8, 1.1, k)
    heart = around(GOLDEN_ANGLE * np.arange(k) + rng.uniform(0, 6.3)) * (0.70 * form.wide * out)[:, None]
    heart += UP * (form.bole + 0.62 * form.deep * high)[:, None]
    size = rng.uniform(0.36, 0.5, k) * (1.12 - 0.25 * out)
    return heart, size[:, None] * np.array([form.wide, 0.55 * form.wide + 0.3 * form.deep, form.wide])


def _soft(form: Crown, at: np.ndarray, out: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normals (n, 3) of leaves as parts of cluster and crown, and how open to the sky they are (n,)."""
    whole = (at - UP * (form.bole - 0.35 * form.deep)) / [form.wide, form.deep, form.wide]
    shade = np.clip((0.42 + 0.62 * out[:, 1]) * (0.50 + 0.62 * whole[:, 1]), 0.06, 1.0)
    return unit(0.8 * out + 0.55 * unit(whole) + 0.25 * UP), shade


def _leaves(rng: np.random.Generator, form: Crown, heart: np.ndarray, reach: np.ndarray, n: int, coarse: float) -> Mesh:
    """Sprays of leaves on the shells of the clusters, more of them on top."""
    which = rng.integers(0, len(heart), n)
    out = unit(rng.normal(0, 1, (n, 3)) + 0.45 * UP)
    at = heart[which] + out * reach[which] * rng.uniform(0.72, 1.06, (n, 1))
    soft, shade = _soft(form, at, out)
    size = form.leaf_m * coarse * rng.uniform(0.65, 1.35, (n, 1))
    along = unit(out * 0.5 + rng.normal(0, 0.6, (n, 3)) - 0.25 * UP) * size
    across = unit(np.cross(along, rng.normal(0, 0.5, (n, 3)) + out)) * size * 0.75
    own = jittered((1.0, 1.0, 1.0), len(heart), rng, 0.16)[which]
    colour = jittered(form.leaf, n, rng, 0.2) * own * (0.75 + 0.4 * shade[:, None])
    return leaves(at, along, across, soft, colour, shade, 0.12 * at[:, 1] ** 2, 3)


def _bodies(rng: np.random.Generator, form: Crown, heart: np.ndarray, reach: np.ndarray, count: int) -> Mesh:
    """Solid clusters for what is too far off to count leaves: lumpy balls open below; one stands for the whole crown."""
    ball = icosphere(0)
    if count == 1:
        heart, reach = heart.mean(0, keepdims=True), np.array([[form.wide, 1.1 * form.deep, form.wide]])
    else:
        heart, reach = heart[:count], 0.72 * reach[:count] * (1.0 + 0.40 * (len(heart) / count - 1.0) ** 0.5)
    seen = ball.triangles[ball.points[ball.triangles, 1].mean(1) > -0.45]
    parts = []
    for middle, radii in zip(heart, reach, strict=True):
        out = ball.points * rng.uniform(0.78, 1.1, (len(ball.points), 1))
        at = middle + out * radii
        soft, shade = _soft(form, at, ball.points)
        colour = jittered(form.leaf, len(at), rng, 0.16) * rng.uniform(0.85, 1.15) * (0.6 + 0.5 * shade[:, None])
        parts.append(surface(at, seen, colour, LEAF, soft, 0.12 * at[:, 1] ** 2, 0.85 * shade))
    return join(parts)


def _wood(rng: np.random.Generator, form: Crown, heart: np.ndarray, sides: int, level: int) -> Mesh:
    """The bole with its flared foot, and near by a limb to every cluster."""
    t = np.array([0.0, 0.05, 0.14, 0.5, 1.0] if level < 2 else [0.0, 0.08, 1.0])
    top = heart[0] * [0.6, 0.92, 0.6]
    wander = rng.normal(0, 0.010, (len(t), 3)) * [1, 0, 1] * t[:, None]
    path = top * t[:, None] + wander
    radius = form.thick * (1.0 - 0.45 * t) * (1.0 + form.buttress * np.exp(-t / 0.045))
    shade = np.interp(t, [0.0, 0.1, 0.6, 1.0], [0.35, 0.5, 0.5, 0.35])
    bole = tubes(path[None], radius[None], sides, form.bark, BARK, shade=shade[None], sway=(0.1 * path[:, 1] ** 2)[None])
    if level > 1:
        return bole
    fork = path[3] + (path[4] - path[3]) * rng.uniform(0.2, 0.9, (len(heart), 1))
    limbs = np.stack([fork, 0.5 * (fork + heart) - 0.02 * UP, heart], 1)
    thick = form.thick * np.array([0.42, 0.3, 0.12]) * np.ones((len(heart), 1))
    return join([bole, tubes(limbs, thick, 3, form.bark, BARK, shade=0.4, sway=0.1 * limbs[..., 1] ** 2)])
