"""Cars by lofted cross-sections. A car's front looks along +z, its origin is on the ground in its middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from oyster_cli.picture.kinds import CABIN, GLOW, METAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import blocks, boxes, facets, icosphere, lathe, loft, placed, turn

RUBBER = (0.022, 0.022, 0.023)
CHROME = (0.55, 0.55, 0.56)
SILL_M, WHEEL_M, ARCH_M = 0.21, 0.33, 0.385


@dataclass(frozen=True)
class Car:
    """A car's parts. Wheels are of one shape, in a frame of their own: the axle is x; roll them by distance / wheel_m."""

    body: Mesh
    head: Mesh  # head lamps, GLOW: 25 000 cd/m2
    tail: Mesh  # tail lamps, GLOW: 1200 cd/m2
    sign: Mesh  # a taxi's roof sign, GLOW; empty for others
    wheel: Mesh
    axles: np.ndarray  # (4, 3) wheel centres: front left, front right, rear left, rear right
    head_at: np.ndarray  # (2, 3) where the head lamps are
    tail_at: np.ndarray  # (2, 3)
    length_m: float
    wheel_m: float = WHEEL_M


@dataclass(frozen=True)
class Form:
    """One kind of car in metres: z along it (front +), y up."""

    half_width: float
    front_axle: float
    rear_axle: float
    deck: tuple[tuple[float, float], ...]  # (z, y) of the upper edge of the lower body, rear to front
    belt: tuple[tuple[float, float], ...]  # (z, x) of the glasshouse's foot, front to rear: half of its outline
    roof: tuple[tuple[float, float], ...]  # (z, x) of the roof's edge, the same number of points
    belt_m: float
    roof_m: float
    blind: tuple[int, ...] = ()  # pieces of the glasshouse's side, from the front, that are sheet metal


_SEDAN = Form(
    0.91, 1.42, -1.38,
    ((-2.36, 0.60), (-2.33, 0.86), (-2.2, 0.965), (-1.5, 1.0), (-0.9, 0.97),
     (0.2, 0.94), (1.15, 0.92), (1.9, 0.80), (2.2, 0.70), (2.33, 0.56)),
    ((1.30, 0.0), (1.08, 0.70), (0.30, 0.775), (-0.62, 0.775), (-1.55, 0.68), (-1.78, 0.0)),
    ((0.46, 0.0), (0.36, 0.53), (0.05, 0.565), (-0.55, 0.565), (-0.95, 0.53), (-1.08, 0.0)),
    0.93, 1.40,
)  # fmt: skip
_VAN = Form(
    0.97, 1.55, -1.45,
    ((-2.46, 0.62), (-2.44, 1.0), (-2.36, 1.08), (-0.9, 1.08), (0.9, 1.06),
     (1.7, 1.0), (2.15, 0.9), (2.38, 0.74), (2.44, 0.58)),
    ((1.92, 0.0), (1.66, 0.78), (0.70, 0.86), (-0.70, 0.865), (-2.33, 0.85), (-2.42, 0.0)),
    ((1.06, 0.0), (0.94, 0.66), (0.55, 0.725), (-0.75, 0.735), (-2.18, 0.72), (-2.28, 0.0)),
    1.05, 1.98, (2, 3),
)  # fmt: skip
FORMS = {"sedan": _SEDAN, "taxi": _SEDAN, "van": _VAN}
PAINTS = (
    (0.30, 0.31, 0.32),
    (0.02, 0.021, 0.023),
    (0.24, 0.02, 0.018),
    (0.03, 0.06, 0.16),
    (0.55, 0.55, 0.54),
    (0.09, 0.10, 0.10),
)


def car(kind: str = "sedan", paint: tuple[float, float, float] | None = None) -> Car:
    """A sedan, taxi or van of about 2500 triangles with its wheels; a taxi is yellow unless painted otherwise."""
    form = FORMS[kind]
    colour = np.asarray(paint or ((0.62, 0.36, 0.02) if kind == "taxi" else PAINTS[0]))
    nose, stern = form.deck[-1][0], form.deck[0][0]
    axles = np.array([[s * (form.half_width - 0.115), WHEEL_M, z] for z in (form.front_axle, form.rear_axle) for s in (-1, 1)])
    body = join([_hull(form, colour), _arches(form), _glasshouse(form, colour), *_trim(form, colour)])
    head, tail = _lamps(form)
    x = form.half_width - 0.2
    at = [np.array([[s * x, y, z] for s in (-1, 1)]) for y, z in ((0.64, nose), (0.74, stern))]
    return Car(body, head, tail, _roof_sign(form) if kind == "taxi" else join([]), _wheel(), axles, at[0], at[1], nose - stern)


def _stations(form: Form) -> np.ndarray:
    """Where the hull is cut: close together around the wheel arches and the ends."""
    arch = np.cos(np.linspace(0, np.pi, 9)) * ARCH_M
    rims = np.array([-ARCH_M - 0.004, ARCH_M + 0.004])
    around = [axle + np.concatenate([arch, rims]) for axle in (form.front_axle, form.rear_axle)]
    ends = [np.array(form.deck)[:, 0], np.linspace(form.rear_axle + 0.6, form.front_axle - 0.6, 4)]
    return np.unique(np.round(np.concatenate(around + ends), 4))


def _hull(form: Form, colour: np.ndarray) -> Mesh:
    """The lower body: cross-sections from sill over flank and shoulder to the deck, cut open by the wheel arches."""
    z = _stations(form)
    deck_z, deck_y = np.array(form.deck).T
    top = np.interp(z, deck_z, deck_y)
    wide = form.half_width * _plan(z, deck_z[0], deck_z[-1])
    foot = np.full_like(z, SILL_M) + 0.12 * np.clip((np.abs(z) - np.abs(deck_z).max() + 0.35) / 0.35, 0, 1)
    for axle in (form.front_axle, form.rear_axle):
        rise = np.sqrt(np.clip(ARCH_M**2 - (z - axle) ** 2, 0, None))
        foot = np.where(rise > 0, np.maximum(foot, WHEEL_M + rise), foot)
    profile = [(0.93, SILL_M), (0.985, 0.34), (1.0, 0.55), (0.985, 0.70)]
    rows = [
        (share * wide, np.minimum(np.maximum(y, foot + 0.012 * k), top - 0.07 + 0.004 * k))
        for k, (share, y) in enumerate(profile)
    ]
    rows += [(0.965 * wide, top - 0.035), (0.90 * wide, top), (0.5 * wide, top + 0.022), (0.0 * wide, top + 0.03)]
    right = np.stack([np.stack([x, y, z], axis=-1) for x, y in rows], axis=1)  # (stations, 8, 3)
    ring = np.concatenate([right, right[:, -2::-1] * np.array([-1.0, 1.0, 1.0])], axis=1)
    shade = np.clip(0.45 + 0.9 * ring[..., 1], 0.4, 1.0)
    skin = loft(ring, colour, METAL, caps=False, closed=False, shade=shade.ravel())
    ends = [facets(ring[k][None, ::way], colour * 0.9, METAL) for k, way in ((0, -1), (-1, 1))]
    return join([skin, *ends])


def _plan(z: np.ndarray, rear: float, front: float) -> np.ndarray:
    """Share of the full width along the car: it draws in towards both ends."""
    nose, stern = np.clip((z - front + 0.75) / 0.75, 0, 1), np.clip((rear + 0.5 - z) / 0.5, 0, 1)
    return 1 - 0.14 * nose**2.2 - 0.09 * stern**2.2


def _arches(form: Form) -> Mesh:
    """The dark insides of the wheel arches and the floor."""
    angle = np.linspace(0, np.pi, 9)
    parts = []
    for axle in (form.front_axle, form.rear_axle):
        z, y = axle + ARCH_M * np.cos(angle), WHEEL_M + ARCH_M * np.sin(angle)
        for side in (-1, 1):
            rows = [
                np.stack([np.full_like(z, side * x), y, z], axis=1) for x in (form.half_width * 0.985, form.half_width - 0.32)
            ]
            parts.append(loft(np.stack(rows if side > 0 else rows[::-1]), RUBBER, PLAIN, caps=False, closed=False, shade=0.2))
    inner = form.half_width - 0.30
    floor = boxes(
        [-inner, 0.19, form.deck[0][0] + 0.15], [inner, 0.62, form.deck[-1][0] - 0.15], RUBBER, without=("y+",), shade=0.2
    )
    return join([*parts, floor])


def _glasshouse(form: Form, colour: np.ndarray) -> Mesh:
    """Pillars and roof in the car's colour, the windows as panes just outside them."""
    belt, roof = (_ring(half, y) for half, y in ((form.belt, form.belt_m - 0.03), (form.roof, form.roof_m - 0.055)))
    crown = roof * np.array([0.82, 1.0, 0.9]) + np.array([0.0, 0.045, -0.03])
    shell = loft(np.stack([belt, roof, crown]), colour, METAL)
    n, half = len(belt), len(form.belt)
    measures = (form.roof_m, form.belt[0][0] - 0.1, -form.belt[-1][0] - 0.1)
    parts = [shell]
    for k in range(n):
        left, right = k, (k + 1) % n
        side = k if k < half - 1 else n - 1 - k  # which piece it is, from the front
        if side in form.blind:
            continue
        across = {0: (0.0, 0.93), half - 2: (0.07, 1.0), 1: (0.07, 0.985), half - 3: (0.02, 0.74)}.get(side, (0.02, 0.98))
        across = across if k < half - 1 else (1 - across[1], 1 - across[0])
        parts.append(_pane(belt[left], belt[right], roof[left], roof[right], across, measures))
    return join(parts)


def _ring(half: tuple[tuple[float, float], ...], y: float) -> np.ndarray:
    """(n, 3) the whole outline from its right half, front to rear and back along the left."""
    right = np.array([(x, y, z) for z, x in half])
    return np.concatenate([right, right[-2:0:-1] * np.array([-1.0, 1.0, 1.0])])


def _pane(
    a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray, across: tuple[float, float], measures: tuple[float, ...]
) -> Mesh:  # fmt: skip
    """Glass over the patch a b (foot) c d (roof), within the shares `across` and a hand's breadth from its edges."""
    out = np.cross(c - a, b - a)
    out *= np.sign(out @ np.array([a[0] + b[0], 0.2, 0.0]) + out[2] * (a[2] + b[2]) * 0.5) / np.linalg.norm(out)

    def at(u: float, v: float, lift: float) -> np.ndarray:
        return (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v + out * lift

    (u0, u1), sheets = across, []
    for grow, lift, colour, material in ((0.02, 0.004, RUBBER, PLAIN), (0.0, 0.008, measures, CABIN)):
        left, right = u0 - (grow if u0 > 0 else 0), u1 + (grow if u1 < 1 else 0)
        low, high = 0.13 - grow, 0.9 + grow
        corners = np.stack([at(left, low, lift), at(left, high, lift), at(right, high, lift), at(right, low, lift)])
        bent = np.tile(out, (4, 1))
        bent[np.abs(corners[:, 0]) < 0.01, 0] = 0.0  # screens are bent about the middle, not broken
        sheets.append(facets(corners[None], colour, material, normals=bent / np.linalg.norm(bent, axis=1, keepdims=True)))
    return join(sheets)


def _trim(form: Form, colour: np.ndarray) -> list[Mesh]:
    """Bumpers, grille, plates, seams, handles, mirrors, wipers."""
    w, nose, stern = form.half_width, form.deck[-1][0], form.deck[0][0]
    low = [[-0.66 * w, 0.25, nose - 0.08], [-0.40 * w, 0.50, nose - 0.1], [-0.75 * w, 0.27, stern - 0.03]]
    high = [[0.66 * w, 0.36, nose + 0.02], [0.40 * w, 0.58, nose + 0.008], [0.75 * w, 0.38, stern + 0.1]]
    bars = np.array([[-0.40 * w, 0.512 + 0.022 * k, nose + 0.004] for k in range(3)])
    parts = [boxes(low, high, RUBBER), blocks(bars, [0.80 * w, 0.006, 0.012], CHROME, METAL)]
    return [*parts, *_seams(form), *_plates(nose, stern), *_mirrors(form, colour)]


def _seams(form: Form) -> list[Mesh]:
    """Gaps of the doors as narrow strips on the flank, from sill to belt, and the handles behind them."""
    w = form.half_width
    first, last = min(form.belt[1][0] - 0.12, form.front_axle - 0.43), max(form.belt[3][0] - 0.42, form.rear_axle + 0.43)
    gaps = (first, (form.belt[2][0] + form.belt[3][0]) / 2 - 0.1, last)
    y = np.array([0.30, 0.42, 0.55, 0.66, 0.76, form.belt_m - 0.11, form.belt_m - 0.055])
    out = w * np.array([0.968, 0.99, 1.0, 0.992, 0.982, 0.975, 0.962]) + 0.003
    rails = np.array([[[s * x, at, z] for x, at in zip(out, y, strict=True)] for s in (-1, 1) for z in gaps])
    strips = [loft(np.stack([rail - [0, 0, 0.004], rail + [0, 0, 0.004]]), RUBBER, caps=False, closed=False) for rail in rails]
    grips = np.array([[s * (w - 0.004) - 0.02, form.belt_m - 0.16, z + 0.09] for s in (-1, 1) for z in gaps[1:]])
    return [*strips, blocks(grips, [0.04, 0.026, 0.17], CHROME, METAL)]


def _plates(nose: float, stern: float) -> list[Mesh]:
    """Number plates with their signs."""
    low, high = [[-0.26, 0.375, nose + 0.012], [-0.26, 0.60, stern - 0.012]], [[0.26, 0.485, nose + 0.03], [0.26, 0.71, stern]]
    pale = boxes(low, high, (0.42, 0.42, 0.38))
    x = np.array([-0.21, -0.145, -0.08, 0.02, 0.085, 0.15])
    wide = np.array([0.045, 0.035, 0.045, 0.04, 0.03, 0.045])
    size = np.stack([wide, np.full(6, 0.07), np.full(6, 0.004)], -1)
    feet = [np.stack([x, np.full(6, y), np.full(6, z)], -1) for y, z in ((0.395, nose + 0.028), (0.62, stern - 0.014))]
    return [pale, *(blocks(foot, size, (0.02, 0.022, 0.05)) for foot in feet)]


def _mirrors(form: Form, colour: np.ndarray) -> list[Mesh]:
    """Mirrors on the foot of the front pillars, and the wipers before the screen."""
    (z0, _), (z, x) = form.belt[:2]
    found = []
    for s in (-1, 1):
        at = np.array([s * (x + 0.155), form.belt_m + 0.05, z - 0.24])
        arm = boxes(np.minimum(at, [s * (x - 0.02), at[1], at[2]]) - [0, 0.045, 0.03],
                    np.maximum(at, [s * (x - 0.02), at[1], at[2]]) + [0, -0.02, 0.03], RUBBER)  # fmt: skip
        found += [placed(icosphere(1, colour, METAL), at, scale=(0.085, 0.065, 0.055)), arm]
    foot = np.array([[-0.55, form.belt_m + 0.02, z0 - 0.10], [0.05, form.belt_m + 0.03, z0 - 0.04]])
    found.append(boxes(foot, foot + [0.5, 0.012, 0.02], RUBBER))
    return found


def _lamps(form: Form) -> tuple[Mesh, Mesh]:
    """Head and tail lamps as bent panes that lie over the corners."""
    head = [_corner_lamp(form, s, front=True) for s in (-1, 1)]
    tail = [_corner_lamp(form, s, front=False) for s in (-1, 1)]
    return join(head), join(tail)


def _corner_lamp(form: Form, side: int, front: bool) -> Mesh:
    deck = np.array(form.deck)
    end = deck[-1, 0] if front else deck[0, 0]
    low, high, run = (0.575, 0.685, 0.30) if front else (0.66, 0.83, 0.16)
    way = -1.0 if front else 1.0
    turnabout = np.array([[0.58, 0.012], [0.80, 0.012], [0.90, 0.05], [0.965, run]])  # share of the width, back from the end
    rows = []
    for y in (low, high):
        z = end + way * (turnabout[:, 1] - 0.03 - (0.06 if front else 0.02) * (y == high) * -1)
        wide = form.half_width * _plan(z, deck[0, 0], deck[-1, 0])
        rows.append(np.stack([side * (turnabout[:, 0] * wide + 0.028), np.full(4, y), z], axis=1))
    colour = (250.0, 220.0, 180.0) if front else (12.0, 0.45, 0.2)
    return loft(np.stack(rows), colour, GLOW, caps=False, closed=False)


def _roof_sign(form: Form) -> Mesh:
    at = np.array([0.0, form.roof_m, -0.25])
    glow = boxes(at - [0.30, 0.0, 0.09], np.add(at, [0.30, 0.15, 0.09]), (9.0, 6.5, 2.5), GLOW, without=("y-",))
    return join([glow, boxes(at - [0.33, 0.02, 0.11], np.add(at, [0.33, 0.02, 0.11]), RUBBER)])


def _wheel() -> Mesh:
    """Tyre, rim and five spokes; the axle is x, the outer side is +x and -x alike."""
    r = WHEEL_M
    tyre = np.array([[r * 0.66, 0.10], [r * 0.93, 0.11], [r, 0.075], [r, -0.075], [r * 0.93, -0.11], [r * 0.66, -0.10]])
    dish = np.array([[0.002, 0.07], [r * 0.6, 0.055], [r * 0.67, 0.1]])
    parts = [lathe(tyre[::-1], 14, RUBBER, PLAIN, caps=False)]
    for flip in (1.0, -1.0):
        bowl = lathe(dish[::-1], 14, np.array([CHROME, (0.05, 0.05, 0.05), (0.1, 0.1, 0.1)]), METAL, caps=False)
        bars = [
            boxes([-0.03, 0.062, 0.0], [0.03, 0.086, r * 0.64], CHROME, METAL, without=("y-", "z-", "z+")) for _ in range(5)
        ]
        spokes = [placed(bar, rotation=turn("y", 72 * k)) for k, bar in enumerate(bars)]
        parts.append(placed(join([bowl, *spokes]), scale=(1.0, flip, 1.0)))
    return placed(join(parts), rotation=turn("z", -90))
