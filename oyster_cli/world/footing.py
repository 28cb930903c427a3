"""What is under a foot: what the picture shows there, by the names that sound/synth/steps.py has for it."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.world.air import Air
from oyster_cli.world.places.harbour import DECK_M, JETTY_WIDE_M
from oyster_cli.world.site import Site

# What the ground of a place is off its path, and what its path is.
FLOORS = {"canyon": "gravel", "cave": "stone", "coast": "stone", "desert": "sand", "forest": "leaves", "harbour": "stone",
          "jungle": "leaves", "street": "street"}  # fmt: skip
PATHS = {"river": "gravel", "pass": "gravel"}
PATH_M = 1.1  # half its width
WETTED = {"street": "wet street", "soil": "mud", "leaves": "mud"}
WET = 0.4  # from here on ground that soaks is soft
WADED_M = 0.012  # less water than this is a wet stone


def height_m(site: Site, x: float, z: float) -> float:
    """What one stands on there: the ground, or the planks of a jetty over the water."""
    ground = float(site.ground.height_at(x, z))
    return max(ground, float(site.spots["jetty"][0, 1]) - DECK_M) if _on_jetty(site, x, z) else ground


def surface(site: Site, air: Air, x: float, z: float) -> str:
    """A name of steps.GROUNDS: planks, water, snow as deep as it lies now, or the place's own ground, soaked or dry."""
    if _on_jetty(site, x, z):
        return "snow" if air.snow_cover > 0.4 else "wood"
    if water_m(site, x, z) > float(site.ground.height_at(x, z)) + WADED_M:
        return "water"
    if site.roof is None and _snowed(site, air.snow_cover, x, z) > 0.5:
        return "snow"
    if site.place in PATHS and _off_path_m(site, x, z) < PATH_M:
        return PATHS[site.place]
    lies = _loose(site, x, z) or FLOORS.get(site.place, "soil")
    return WETTED.get(lies, lies) if air.wet > WET else lies


def colour(site: Site, x: float, z: float) -> list[float]:
    """Linear albedo of the bare ground there."""
    i, j, _, _ = site.ground.warp.cell(np.array([x]), np.array([z]))
    painted: list[float] = site.ground.albedo[int(i[0]), int(j[0])].tolist()
    return painted


def _on_jetty(site: Site, x: float, z: float) -> bool:
    if "jetty" not in site.spots:
        return False
    foot, head = np.asarray(site.spots["jetty"], float)[:, [0, 2]]
    way = head - foot
    share = float((np.array([x, z]) - foot) @ way / (way @ way))
    beside = np.array([x, z]) - foot - share * way
    return 0.0 <= share <= 1.0 and math.hypot(*beside) < JETTY_WIDE_M / 2


def water_m(site: Site, x: float, z: float) -> float:
    """Height of the water there, far down where there is none."""
    river = float(site.ground.water_at(x, z))
    return river if site.sea_level_m is None else max(river, site.sea_level_m)


def _snowed(site: Site, cover: float, x: float, z: float) -> float:
    """How much of the spot lies under snow, as picture/surface.py draws it."""
    cover *= 1.25
    up = float(np.ravel(site.ground.normal_at(x, z))[1])
    return min(max((up - 0.92 + 0.42 * cover) * 5.0, 0.0), 1.0) * min(cover * 3.0, 1.0)


def _loose(site: Site, x: float, z: float) -> str:
    """What lies loose there as part of the land: snow of a high pass, sand; nothing elsewhere."""
    i, j, _, _ = site.ground.warp.cell(np.array([x]), np.array([z]))
    if float(site.ground.banded[int(i[0]), int(j[0])]) > -0.5:
        return ""
    red, _, blue = site.ground.albedo[int(i[0]), int(j[0])].tolist()
    return "snow" if blue > red else "sand"


def _off_path_m(site: Site, x: float, z: float) -> float:
    """Metres to the nearest of the straight ways from point to point of the path."""
    path = np.asarray(site.spots["path"], float)[:, [0, 2]]
    from_m, way = np.array([x, z]) - path[:-1], np.diff(path, axis=0)
    share = np.clip((from_m * way).sum(1) / (way**2).sum(1), 0.0, 1.0)
    return float(np.hypot(*(from_m - share[:, None] * way).T).min())
