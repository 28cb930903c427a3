"""Leaves at a pixel: two-sided, lit from behind too; a triangle that stands for a spray of them shows them one by one."""

from __future__ import annotations

import quadrants as qd

from oyster_cli.picture.grain import grain
from oyster_cli.picture.params import vec
from oyster_cli.picture.surface import snowed


@qd.func
def spray_px(verts: qd.template(), base, i0, i1, i2, footprint):
    """How many pixels a triangle is long."""
    a, b, c = verts[base + i0], verts[base + i1], verts[base + i2]
    ab, ac = b - a, c - a
    return qd.sqrt(qd.max(ab.dot(ab), ac.dot(ac))) / footprint


@qd.func
def sprayed(tile: qd.template(), albedo, n, u, v, luck, long_px):
    """Leaves within a spray, some three along it: each with its tone and tilt, dark gaps between; gone where finer than pixels.

    u, v: place in the triangle. luck: whole number, its own. Returns colour and normal.
    """
    close = qd.min(qd.max(0.16 * long_px - 0.80, 0.0), 1.0)
    colour, bent = albedo, n
    if close > 0.0:
        at = qd.cast(luck & 3, qd.f32)
        g = grain(tile, u * 34.0 + at * 17.3, v * 34.0 + at * 29.7, 34.0 / long_px)
        gap = qd.min(qd.max((g[1] - 0.50) * 3.2, 0.0), 1.0)
        colour *= qd.max(1.0 + close * (0.30 * g[0] + 0.16 - 0.66 * gap), 0.15)
        bent = (n + qd.Vector([g[2], 0.6 * g[0], g[3]]) * (0.75 * close)).normalized()
    return colour, bent


@qd.func
def leaf(p: qd.template(), tile: qd.template(), material, tint, normal, view, seen, u, v, luck, long_px):
    """Colour, normal and (rough, shine, through, sky seen) of a leaf, or of a spray of leaves (material 16).

    Deep in a crown it is darker. Towards the light more comes through, and that is yellower.
    """
    albedo, n = tint * qd.Vector([0.84, 0.71, 0.92]), normal
    if material == 16:
        albedo, n = sprayed(tile, albedo, n, u, v, luck, long_px)
    against = qd.max(-view.dot(vec(p, 16)), 0.0)
    behind = qd.min(qd.max(0.15 - n.dot(vec(p, 16)), 0.0), 1.0) * p[19] * (0.35 + 0.65 * against)
    albedo *= (0.58 + 0.46 * seen) * (1.0 + behind * qd.Vector([0.30, 0.16, -0.35]))
    if p[31] > 0.0:
        albedo = snowed(p, n[1] * 0.6 + 0.25, 0.0, albedo)
    through = (0.30 + 0.45 * against * against) * (0.3 + 0.7 * seen)
    return albedo, n, qd.Vector([0.52, 0.016 + 0.02 * p[27], through, seen])
