"""Trees of the rain forest, of height 1: a bole that carries lumps of leaves, in four levels of detail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import BARK, SPRAY, Mesh, join
from oyster_cli.picture.mesh import surface, tubes, unit
from oyster_cli.state import draw
from oyster_cli.world.shapes.foliage import GOLDEN_ANGLE, UP, around, jittered, leaves, lumps, unit_height

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
    leaf_m: float


CROWNS = {
    "emergent": Crown(0.80, 0.40, 0.13, 13, 0.017, 2.6, (0.27, 0.25, 0.21), 0.016),
    "canopy": Crown(0.68, 0.36, 0.27, 14, 0.020, 1.2, (0.15, 0.13, 0.10), 0.021),
    "understorey": Crown(0.60, 0.26, 0.36, 12, 0.016, 0.5, (0.12, 0.105, 0.08), 0.036),
}
# of the species a seed may be: dark and glossy, olive, fresh, grey-green, in new leaf
LEAVES = ((0.046, 0.074, 0.030), (0.082, 0.096, 0.036), (0.088, 0.124, 0.036), (0.062, 0.084, 0.046), (0.102, 0.108, 0.046))
# level: leaves, how much larger each is, sides of the bole, lumps that have a body, leaves' share of the shell
_DETAIL = ((4200, 1.0, 8, 0), (900, 2.0, 5, 0), (230, 3.4, 4, 6), (24, 6.8, 3, 3))


def tree(seed: int, level: int = 0, kind: str = "canopy") -> Mesh:
    """A tree 1 m high on the origin: about 3300, 900, 250 or 100 triangles at level 0 to 3. kind: see CROWNS."""
    form, (count, coarse, sides, bodies) = CROWNS[kind], _DETAIL[level]
    heart, reach = _lumps(draw(seed, "rainforest", kind, "lumps"), form)
    rng, leaf = draw(seed, "rainforest", kind, "leaves", level), _species(seed, kind)
    parts = [_leaves(rng, form, heart, reach, count, coarse, leaf)]
    if bodies:
        parts.append(_bodies(draw(seed, "rainforest", kind, "bodies"), form, heart, reach, bodies, leaf))
    if level < 2:
        parts.append(_lianas(draw(seed, "rainforest", kind, "lianas"), heart, reach, (7, 3)[level], (26, 10)[level]))
    return unit_height(join([*parts, _wood(draw(seed, "rainforest", kind, "bole"), form, heart, sides, level)]))


def crown(seed: int, level: int = 0, kind: str = "canopy") -> Mesh:
    """A tree to be seen far off: about 900, 250, 100 or 24 triangles."""
    if level < 3:
        return tree(seed, level + 1, kind)
    form = CROWNS[kind]
    heart, reach = _lumps(draw(seed, "rainforest", kind, "lumps"), form)
    leaf = _species(seed, kind)
    body = _bodies(draw(seed, "rainforest", kind, "bodies"), form, heart, reach, 1, leaf)
    fringe = _leaves(draw(seed, "rainforest", kind, "leaves", level), form, heart, reach, 9, 8.0, leaf)
    return unit_height(join([body, fringe]))


def _species(seed: int, kind: str) -> tuple[float, float, float]:
    """Colour of the leaves."""
    return LEAVES[(seed + 2 * list(CROWNS).index(kind)) % len(LEAVES)]


def _lianas(rng: np.random.Generator, heart: np.ndarray, reach: np.ndarray, n: int, leafy: int) -> Mesh:
    """Ropes that hang out of the crown in slack curves, some to the ground, so many leaves along each."""
    which = rng.integers(1, len(heart), n)
    top = heart[which] + around(rng.uniform(0, 6.3, n)) * reach[which] * 0.6
    t = np.linspace(0, 1, 6)
    foot = top + rng.normal(0, 0.07, (n, 3)) * [1, 0, 1] - UP * (top[:, 1:2] * rng.uniform(0.35, 0.98, (n, 1)))
    path = top[:, None] + (foot - top)[:, None] * t[None, :, None]
    path += around(rng.uniform(0, 6.3, n))[:, None] * (0.05 * np.sin(np.pi * t))[None, :, None]
    sway = 0.10 * path[..., 1] ** 2
    rope = tubes(path, np.full((n, 6), 0.0022), 3, (0.10, 0.085, 0.06), BARK, shade=0.4, sway=sway)
    k = leafy * n
    at = np.repeat(path.reshape(-1, 3), 5, 0)[rng.permutation(30 * n)[:k]] + rng.normal(0, 0.012, (k, 3))
    size = rng.uniform(0.014, 0.032, (k, 1))
    along = unit(rng.normal(0, 0.5, (k, 3)) - UP * 0.7) * size
    across = unit(np.cross(along, rng.normal(0, 1, (k, 3)))) * size * 0.8
    soft = unit(rng.normal(0, 0.6, (k, 3)) + UP * 0.5)
    leaf = leaves(at, along, across, soft, jittered(LEAVES[0], k, rng, 0.25), np.full(k, 0.4), 0.10 * at[:, 1].clip(0) ** 2, 3)
    return join([rope, leaf])


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


def _leaves(
    rng: np.random.Generator,
    form: Crown,
    heart: np.ndarray,
    reach: np.ndarray,
    n: int,
    coarse: float,
    leaf: tuple[float, float, float],
) -> Mesh:
    """Sprays of leaves on the shells of the clusters, more of them on top."""
    which = rng.integers(0, len(heart), n)
    out = unit(rng.normal(0, 1, (n, 3)) + 0.45 * UP)
    at = heart[which] + out * reach[which] * rng.uniform(0.72, 1.06, (n, 1))
    soft, shade = _soft(form, at, out)
    size = form.leaf_m * coarse * rng.uniform(0.65, 1.35, (n, 1))
    along = unit(out * 0.5 + rng.normal(0, 0.6, (n, 3)) - 0.25 * UP) * size
    across = unit(np.cross(along, rng.normal(0, 0.5, (n, 3)) + out)) * size * 0.75
    own = jittered((1.0, 1.0, 1.0), len(heart), rng, 0.16)[which]
    colour = jittered(leaf, n, rng, 0.2) * own * (0.75 + 0.4 * shade[:, None])
    return leaves(at, along, across, soft, colour, shade, 0.12 * at[:, 1] ** 2, 3)


def _bodies(
    rng: np.random.Generator, form: Crown, heart: np.ndarray, reach: np.ndarray, count: int, leaf: tuple[float, float, float]
) -> Mesh:
    """Solid clusters for what is too far off to count leaves; one stands for the whole crown."""
    if count == 1:
        heart, reach = heart.mean(0, keepdims=True), np.array([[form.wide, 1.1 * form.deep, form.wide]])
    else:
        heart, reach = heart[:count], 0.72 * reach[:count] * (1.0 + 0.40 * (len(heart) / count - 1.0) ** 0.5)
    at, triangles, out = lumps(rng, heart, reach)
    soft, shade = _soft(form, at, out)
    colour = jittered(leaf, len(at), rng, 0.18) * jittered((1, 1, 1), len(heart), rng, 0.12).repeat(12, 0)
    return surface(at, triangles, colour * (0.55 + 0.5 * shade[:, None]), SPRAY, soft, 0.12 * at[:, 1] ** 2, 0.85 * shade)


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
