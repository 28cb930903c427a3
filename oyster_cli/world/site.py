"""What a place is once it is built: ground, water, named spots, plants, and where a camera would stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from oyster_cli.world.ground import Ground


@dataclass(frozen=True)
class Scatter:
    """Many plants or stones of one kind, standing on the ground."""

    kind: str  # conifer, broadleaf, bush, grass, reed, rock, boulder, deadwood …
    at: np.ndarray  # (n, 3) float32 foot points
    height_m: np.ndarray  # (n,) float32
    yaw: np.ndarray  # (n,) float32 radians
    tint: np.ndarray  # (n, 3) float32 factor on its colours


@dataclass(frozen=True)
class Stand:
    """Where a camera stands and what it looks at, before any move."""

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    lens_mm: float = 28.0


@dataclass(frozen=True)
class Room:
    """How the place answers sound: decay time, how loud the answer is beside the direct sound, first echo."""

    rt60_s: float = 0.4
    level_db: float = -30.0  # late field against the direct sound of a source 10 m off
    pre_delay_s: float = 0.02


@dataclass(frozen=True)
class Site:
    """A built place.

    spots: named points (3,) or polylines (n, 3) in metres: "waterfall_lip", "waterfall_foot", "campfire", "river",
    "path", "lane_near" … what things stand on and move along.
    """

    place: str
    ground: Ground
    stand: Stand
    spots: dict[str, np.ndarray] = field(default_factory=dict)
    scatters: tuple[Scatter, ...] = ()
    sun_azimuth_deg: float = 60.0  # where the sun stands at 10:30, clockwise from the view's axis; it moves with the hour
    sea_level_m: float | None = None  # a sea with waves lies at this height
    room: Room = Room()
    haze_scale_m: float = 300.0  # height over which haze thins out
    dew_haze_per_m: float = 0.0  # extinction of the haze that lies here on still and clear mornings
    haze: float = 1.0  # of what the weather says: damp air is thicker
    surface_m: float | None = None  # all of the place lies under water whose surface is at this height
    fog_scale_m: float = 45.0  # and thick fog on a still day
