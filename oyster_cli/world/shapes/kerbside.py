"""What stands along a kerb, in metres, on y = 0: parked cars, a mail box, a newspaper box."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from oyster_cli.picture.kinds import GLASS, GLOW, METAL, PLAIN, Mesh, join
from oyster_cli.picture.mesh import blocks, boxes, lathe, loft, placed, turn
from oyster_cli.world.shapes.car import FORMS, RUBBER, car

Rgb = tuple[float, ...]
TAXI = (0.62, 0.36, 0.02)
DARK_LENS = {"head": (0.16, 0.165, 0.17), "tail": (0.10, 0.008, 0.006)}


def parked(kind: str, paint: Rgb | None) -> tuple[Mesh, Mesh]:
    """A car that stands with its lamps out, as (near, far): some 2500 and 150 triangles."""
    made = car(kind, paint if paint is None else (paint[0], paint[1], paint[2]))
    lamps = [_out(made.head, DARK_LENS["head"]), _out(made.tail, DARK_LENS["tail"])]
    wheels = [placed(made.wheel, hub) for hub in made.axles]
    sign = [_out(made.sign, (0.25, 0.2, 0.1))] if len(made.sign.points) else []
    return join([made.body, *lamps, *wheels, *sign]), far_car(kind, paint)


def _out(lamp: Mesh, colour: Rgb) -> Mesh:
    dark = np.broadcast_to(np.asarray(colour, np.float32), lamp.colours.shape).copy()
    return replace(lamp, colours=dark, material=np.where(lamp.material == GLOW, METAL, lamp.material).astype(np.int32))


def far_car(kind: str, paint: Rgb | None) -> Mesh:
    """A car without its detail, of some 150 triangles."""
    colour = np.asarray(paint or TAXI)
    form = FORMS[kind]
    deck = np.array(form.deck)[::2]
    taper = np.where((deck[:, 0] == deck[0, 0]) | (deck[:, 0] == deck[-1, 0]), 0.88, 1.0) * form.half_width
    rings = [[(-w, 0.24, z), (-w, 0.8 * y, z), (-0.9 * w, y, z), (0.9 * w, y, z), (w, 0.8 * y, z), (w, 0.24, z)]
             for (z, y), w in zip(deck, taper, strict=True)]  # fmt: skip
    belt, roof = (
        np.array([(x, y, z) for z, x in half]) for half, y in ((form.belt, form.belt_m - 0.03), (form.roof, form.roof_m))
    )
    mirrored = [np.concatenate([half, half[-2:0:-1] * [-1.0, 1.0, 1.0]]) for half in (belt, roof)]
    glass = loft(np.stack(mirrored), (0.015, 0.018, 0.02), GLASS, caps=False)
    top = loft(np.stack([mirrored[1] - [0, 0.05, 0], mirrored[1] * [0.9, 1.0, 0.94] + [0, 0.02, 0]]), colour, METAL)
    spots = np.array(
        [(s * (form.half_width - 0.1) - 0.1, 0.0, z - 0.3) for s in (-1, 1) for z in (form.front_axle, form.rear_axle)]
    )
    return join([loft(np.array(rings), colour, METAL), glass, top, blocks(spots, [0.2, 0.62, 0.6], RUBBER)])


def mail_box(colour: Rgb = (0.02, 0.05, 0.20)) -> Mesh:
    """A letter box on four legs with a rounded top, 1.3 m high, its flap facing -z."""
    angle = np.linspace(0, np.pi, 9)
    arch = np.stack([0 * angle, 1.0 + 0.28 * np.sin(angle), -0.27 * np.cos(angle)], -1)
    outline = np.concatenate([[(0, 0.2, -0.27)], arch, [(0, 0.2, 0.27)]])
    body = loft(np.stack([outline - [0.26, 0, 0], outline + [0.26, 0, 0]]), colour, METAL)
    legs = np.array([(x, 0.0, z) for x in (-0.25, 0.20) for z in (-0.26, 0.21)])
    flap = boxes([-0.2, 0.98, -0.295], [0.2, 1.06, -0.25], (0.10, 0.12, 0.16), METAL)
    label = boxes([-0.16, 0.62, -0.278], [0.16, 0.80, -0.26], (0.5, 0.5, 0.48))
    return join([body, blocks(legs, [0.05, 0.22, 0.05], colour, METAL), flap, label])


def newspaper_box(colour: Rgb = (0.04, 0.09, 0.075)) -> Mesh:
    """A coin box for newspapers on a pedestal, 1.2 m high, its window facing -z."""
    case = boxes([-0.25, 0.45, -0.2], [0.25, 1.12, 0.2], colour, METAL)
    window = boxes([-0.19, 0.68, -0.212], [0.19, 1.02, -0.19], (0.02, 0.022, 0.025), GLASS, without=("z+",))
    paper = boxes([-0.15, 0.70, -0.216], [0.15, 0.93, -0.20], (0.42, 0.41, 0.38), PLAIN, without=("z+",))
    foot = placed(
        lathe([[0.2, 0.0], [0.2, 0.03], [0.05, 0.05], [0.05, 0.46]], 8, (0.05, 0.05, 0.05), METAL), rotation=turn("y", 0)
    )
    return join([case, window, paper, foot])
