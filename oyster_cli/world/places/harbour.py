"""A small harbour: a stone quay with houses, a jetty, boats at their berths, and a breakwater with a lighthouse at its end."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch

from oyster_cli.script.models import Scene
from oyster_cli.state import draw
from oyster_cli.world.ground import Ground
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, polyline, rise
from oyster_cli.world.site import Scatter, Site

QUAY_M = 2.1  # how high the quay stands above the water
DEEP_M = 13.0
EDGE = np.array([1.3, 0.0])  # x, z of a point of the quay's edge
YAW_DEG = -17.0  # which way the edge runs from there
QUAY_ENDS = (-24.0, 84.0)  # along the edge
JETTY_U, JETTY_M, JETTY_WIDE_M = 31.0, 25.0, 2.4
DECK_M = 0.25  # how far its planks lie under the quay
MOLE = np.array([[-15.0, 92.0], [6.0, 99.0], [34.0, 101.0], [66.0, 88.0], [100.0, 58.0], [140.0, 10.0], [190.0, -60.0]])
MOLE_TOP_M = 2.3
LIGHTHOUSE = MOLE[0] + [1.5, 0.8]
TRAWLER, YACHT, DINGHY = 0, 1, 2
# of every boat: kind, metres along the quay, metres off its edge, heading against the quay's run
BERTHS = (
    (TRAWLER, 17.5, 2.75, 180.0), (DINGHY, 13.0, 6.9, 152.0), (YACHT, 27.7, 10.6, 91.0), (YACHT, 27.5, 21.0, 89.0),
    (TRAWLER, 34.6, 11.0, 90.0), (TRAWLER, 45.0, 2.9, 180.0), (YACHT, 34.8, 23.0, 271.0), (YACHT, 56.0, 21.0, 120.0),
    (TRAWLER, 60.0, 3.0, 0.0), (YACHT, 70.0, 34.0, 110.0), (YACHT, 62.0, 44.0, 130.0), (TRAWLER, 82.0, 22.0, 100.0),
)  # fmt: skip
BOLLARDS = ((6.4, -0.62), (12.0, -0.62), (24.5, -0.62), (39.0, -0.62), (51.5, -0.62), (66.5, -0.62))


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The harbour, seen along the quay and out over the basin to its mouth."""
    land = Land.spread(seed, 2200.0, 500.0, 2600.0)
    ground = _ground(land)
    eye = np.array([0.0, QUAY_M + 1.65, 0.0])
    boat = at_quay(*BERTHS[0][1:3], 1.6)
    stand = aim(eye, boat, 0.60, 0.42, 28.0)
    return Site("harbour", ground, stand, _spots(), _stones(ground, seed), 81.0, 0.0, haze_scale_m=400.0, fog_scale_m=15.0)


def along_jetty(site: Site) -> Site:
    """The same harbour, seen from the foot of its jetty along the planks; they are its path then."""
    eye, end = at_quay(JETTY_U - 0.5, -4.0, QUAY_M + 1.65), at_quay(JETTY_U, JETTY_M, 1.2)
    path = np.array([at_quay(JETTY_U, v, QUAY_M - DECK_M) for v in np.linspace(0.4, JETTY_M, 12)], np.float32)
    return replace(site, stand=aim(eye, end, 0.56, 0.52, 28.0), spots={**site.spots, "path": path})


def at_quay(along_m: float, off_m: float, y: float = QUAY_M) -> np.ndarray:
    """(3,) a point so far along the quay and off its edge."""
    yaw = np.radians(YAW_DEG)
    x, z = EDGE + along_m * np.array([np.sin(yaw), np.cos(yaw)]) + off_m * np.array([np.cos(yaw), -np.sin(yaw)])
    return np.array([x, y, z])


def _spots() -> dict[str, np.ndarray]:
    berths = [(kind, *at_quay(u, v, 0.0)[[0, 2]], YAW_DEG + heading) for kind, u, v, heading in BERTHS]
    walls = [at_quay(u, 0.1, 0.0) for u in (6.0, 15.0, 27.0)] + [at_quay(JETTY_U, v, 0.0) for v in (8.0, 18.0)]
    return {
        "berths": np.array(berths, np.float32), "bollards": np.array([at_quay(u, v) for u, v in BOLLARDS], np.float32),
        "rocks": np.array(walls, np.float32), "quay": np.array([at_quay(u, 0.0) for u in QUAY_ENDS], np.float32),
        "jetty": np.array([at_quay(JETTY_U, 0.0), at_quay(JETTY_U, JETTY_M)], np.float32),
        "mole": polyline(MOLE[:, 0], MOLE_TOP_M, MOLE[:, 1]),
        "lighthouse": np.array([LIGHTHOUSE[0], MOLE_TOP_M, LIGHTHOUSE[1]], np.float32),
        "buoy": np.array([4.3, 0.0, 20.5], np.float32),
        "path": np.array([at_quay(u, -6.3) for u in np.linspace(12.0, 80.0, 12)], np.float32),
    }  # fmt: skip


def _beside(land: Land) -> tuple[Tensor, Tensor]:
    """Metres along the quay and off its edge, at every node."""
    yaw = np.radians(YAW_DEG)
    x, z = land.x - EDGE[0], land.z - EDGE[1]
    return x * np.sin(yaw) + z * np.cos(yaw), x * np.cos(yaw) - z * np.sin(yaw)


def _off_mole(land: Land) -> Tensor:
    """Metres in plan from the middle of the breakwater."""
    best = land.full(1e9)
    for a, b in pairwise(MOLE):
        way = b - a
        t = (((land.x - a[0]) * way[0] + (land.z - a[1]) * way[1]) / float(way @ way)).clamp(0.0, 1.0)
        best = torch.minimum(best, torch.hypot(land.x - a[0] - t * way[0], land.z - a[1] - t * way[1]))
    return best


def _ground(land: Land) -> Ground:
    along, off = _beside(land)
    inland = -off - 0.2 - 0.9 * land.step_m  # the coarser the grid, the farther in: the fall must not show before the wall
    beyond = (along - QUAY_ENDS[1] + 4.0).clamp(min=0.0)  # the shore after the quay draws back
    inland = inland - beyond * 1.3 + 14.0 * rise(beyond, 4.0, 40.0) * land.fbm("shore", 60.0, 4)
    bed = -DEEP_M - 14.0 * rise(land.z, 130.0, 700.0) + 0.6 * land.fbm("bed", 25.0, 3)
    hill = 70.0 * rise(inland, 22.0, 420.0) * (1.0 + 1.2 * land.fbm("hill", 300.0, 5, damp=0.4))
    quay = QUAY_M - 0.06 + 0.03 * land.fbm("settle", 4.0, 3) + hill
    height = blend(bed, quay, rise(inland, -0.35, 0.35))
    off_mole = _off_mole(land)
    rough = 0.5 * land.fbm("rubble", 2.6, 3) + 0.5 * (land.ridged("blocks", 4.0, 2) - 0.4)
    mole = MOLE_TOP_M - (off_mole - 2.6).clamp(min=0.0) * 0.62 + rough * rise(off_mole, 2.2, 3.2)
    return _surface(land, torch.maximum(height, mole.clamp(min=-DEEP_M - 20.0)), inland, off_mole)


def _surface(land: Land, height: Tensor, inland: Tensor, off_mole: Tensor) -> Ground:
    grit = 1.0 + 0.5 * land.fbm("grit", 0.8, 3) + 0.5 * land.fbm("stain", 5.0, 4)
    setts = land.paint(0.125, 0.118, 0.108) * grit[..., None]
    turf = blend(land.paint(0.06, 0.075, 0.03), land.paint(0.12, 0.11, 0.05), rise(land.fbm("turf", 14.0, 4), -0.2, 0.3))
    albedo = blend(setts, turf, rise(inland + 5.0 * land.fbm("verge", 8.0, 3), 22.0, 30.0))
    stone = land.paint(0.14, 0.13, 0.12) * (1.0 + 0.9 * land.fbm("stone", 3.0, 3))[..., None]
    albedo = blend(albedo, stone, 1.0 - rise(off_mole, 9.0, 11.0))
    tide = height + 0.25 * land.fbm("tide", 3.0, 3)
    albedo = blend(albedo, land.paint(0.03, 0.034, 0.02), 1.0 - rise(tide, 0.2, 0.7))
    damp = rise(land.fbm("damp", 3.5, 4), 0.02, 0.25) * (1.0 - rise(inland, 20.0, 26.0))
    rough = land.full(0.85) - 0.45 * damp
    return land.ground(height, albedo, rough=rough, porous=land.full(0.6), bumpy=land.full(0.35))


def _stones(ground: Ground, seed: int) -> tuple[Scatter, ...]:
    """The blocks of the breakwater, along both its flanks."""
    rng = draw(seed, "harbour", "mole")
    steps = np.linalg.norm(np.diff(MOLE, axis=0), axis=1)
    s = rng.random(260) ** 1.4 * steps.sum() * 0.75
    k = np.minimum(np.searchsorted(np.cumsum(steps), s), len(steps) - 1)
    share = (s - np.concatenate([[0.0], np.cumsum(steps)])[k]) / steps[k]
    way = (MOLE[1:] - MOLE[:-1])[k]
    side = np.stack([way[:, 1], -way[:, 0]], 1) / steps[k, None]
    out = rng.uniform(2.9, 7.2, len(s)) * np.where(rng.random(len(s)) < 0.7, 1.0, -1.0)
    at = MOLE[k] + way * share[:, None] + side * out[:, None]
    y = ground.height_at(at[:, 0], at[:, 1])
    tall = rng.uniform(0.7, 1.9, len(s))
    dark = np.clip(0.35 + 0.5 * (y + 0.4), 0.3, 1.0)[:, None] * rng.uniform(0.6, 0.95, (len(s), 1))
    return (Scatter("boulder", np.stack([at[:, 0], y - 0.35 * tall, at[:, 1]], 1).astype(np.float32), tall.astype(np.float32),
                    (rng.random(len(s)) * 6.28).astype(np.float32), np.repeat(dark, 3, 1).astype(np.float32)),)  # fmt: skip
