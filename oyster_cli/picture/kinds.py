"""What can be drawn: meshes, splats, lamps. Plain data in metres (x right, y up, z ahead) and linear light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# Materials: what a triangle's surface does with light. The shading kernel switches on these numbers.
PLAIN = 0  # painted, dull: walls, cloth, wood
LEAF = 1  # two-sided, lets light through
ROCK = 2  # grain and bumps in several scales
BARK = 3
GLASS = 4  # smooth, mirrors the sky: windows, car panes
METAL = 5  # car paint, lamp posts
GLOW = 6  # shines by itself: signs, lit windows, lamp heads; colour is its luminance / 100 cd/m2
SKIN = 7
BRICK = 8  # walls that lie along their thing's axes
BLOCKS = 9  # and such of cut stone
ROOM = 10  # a pane with a lit room behind it; shines as GLOW does. Its colours are places, see room.py
CLOTH = 11  # creased and dull, wet or dry
COAL = 12  # charred wood that glows in its cracks; shines as GLOW does
PAVING = 13  # slabs behind a kerb, along z
PLANKS = 14  # painted boards along z
CABIN = 15  # a car's pane: seats and the panes beyond show behind it. Its colours are the cabin's measures, see room.py
SPRAY = 16  # a leaf that stands for many small ones
CORAL = 17  # pits and ridges in several scales


@dataclass(frozen=True)
class Mesh:
    """Triangles with a colour and a material each vertex. Counter-clockwise seen from outside is not required."""

    points: np.ndarray  # (n, 3) float32, metres
    normals: np.ndarray  # (n, 3) float32, unit
    colours: np.ndarray  # (n, 3) float32, linear sRGB albedo 0..1 (GLOW: luminance / 100 cd/m2)
    triangles: np.ndarray  # (m, 3) int32
    material: np.ndarray  # (n,) int32, one of the numbers above
    sway: np.ndarray  # (n,) float32, how far wind moves it: 0 fixed, 1 as the tip of a 10 m tree
    shade: np.ndarray  # (n,) float32, share of the sky this vertex sees, 0..1 (baked ambient occlusion)


@dataclass(frozen=True)
class Prop:
    """A shape that stands in many places and never moves but for sway. levels: from finest to coarsest."""

    levels: tuple[Mesh, ...]
    at: np.ndarray  # (n, 3, 4) float32 transforms
    tint: np.ndarray | float = 1.0  # (n, 3) factor on its colours
    sway_m: np.ndarray | float = 0.0  # (n,) how far a strong wind moves its tip
    phase: np.ndarray | float = 0.0  # (n,) radians, so that no two sway alike
    casts: bool = True  # a shadow


@dataclass(frozen=True)
class Lamp:
    """A small light."""

    at: tuple[float, float, float]
    colour: tuple[float, float, float]  # linear, largest component 1
    candela: float
    reach_m: float  # beyond this it lights nothing
    shadow_from: tuple[float, float, float] | None = None  # where it rests, if it throws shadows: they sway as it leaves that


@dataclass(frozen=True)
class Splats:
    """Many small soft marks, drawn with depth: streaks, flakes, embers, puffs."""

    kind: str  # "streak" (drawn along velocity during the shutter), "dot", "puff" (large and soft)
    at: np.ndarray  # (n, 3) float32
    velocity: np.ndarray  # (n, 3) float32, m/s
    radius_m: np.ndarray  # (n,) float32
    colour: np.ndarray  # (n, 3) float32 albedo (lit), or light as it shows on film, 1 is white (not lit)
    alpha: np.ndarray  # (n,) float32 0..1
    lit: bool = True  # lit by sun, sky and lamps; False: shines by itself and is added


@dataclass(frozen=True)
class Veil:
    """A see-through sheet of falling water, drawn over the solid picture; it stands where it is, only its water moves."""

    points: np.ndarray  # (n, 3) float32
    triangles: np.ndarray  # (m, 3) int32
    across: np.ndarray  # (n,) float32, metres across the sheet
    fall_s: np.ndarray  # (n,) float32, seconds since the lip
    edge: np.ndarray  # (n,) float32, 0 at the ragged edge, 1 inside


@dataclass(frozen=True)
class Flame:
    """A fire as seen: a body of flame over a bed."""

    at: tuple[float, float, float]
    height_m: float
    width_m: float
    heat: float  # 0..1.5, 1 is a good blaze
    lean: tuple[float, float]  # metres the tip is blown, x and z


@dataclass(frozen=True)
class Look:
    """How a thing looks now."""

    poses: np.ndarray | None = None  # (parts, 3, 4) float32, where its moving parts are, in the order of Thing.parts()
    splats: tuple[Splats, ...] = ()
    lamps: tuple[Lamp, ...] = ()
    flames: tuple[Flame, ...] = ()
    veil_flow: float | None = None  # how dense its falling water is, 0..2; 1 is normal
    swell: np.ndarray | None = None  # (512 * 256, 4) float32: the sea's two cascades, see water.py
    glow: float | np.ndarray = 1.0  # factor on the GLOW of its parts, one or (parts,): a lamp that is off has 0


def join(meshes: list[Mesh]) -> Mesh:
    """One mesh out of several."""
    if not meshes:
        three, one = np.zeros((0, 3), np.float32), np.zeros(0, np.float32)
        return Mesh(three, three, three, np.zeros((0, 3), np.int32), np.zeros(0, np.int32), one, one)
    starts = np.cumsum([0] + [len(mesh.points) for mesh in meshes])
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.colours for mesh in meshes]),
        np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=False)]).astype(np.int32),
        np.concatenate([mesh.material for mesh in meshes]),
        np.concatenate([mesh.sway for mesh in meshes]),
        np.concatenate([mesh.shade for mesh in meshes]),
    )
