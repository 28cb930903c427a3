"""What a place is once it is built: ground, water, named spots, plants, and where a camera would stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from oyster_cli.picture.kinds import Prop

if TYPE_CHECKING:
    from oyster_cli.world.ground import Ground


LOT_M = 30.0  # no lot reaches farther from the middle of its front
BEFORE_FRONT_M = 0.85  # awnings, signs and steps stand so far before a house


@dataclass(frozen=True)
class Scatter:
    """Many plants or stones of one kind, standing on the ground."""

    kind: str  # conifer, broadleaf, bush, grass, reed, rock, boulder, deadwood …
    at: np.ndarray  # (n, 3) float32 foot points
    height_m: np.ndarray  # (n,) float32
    yaw: np.ndarray  # (n,) float32 radians
    tint: np.ndarray  # (n, 3) float32 factor on its colours
    rise: np.ndarray | None = None  # (n, 2) of the ground along x and z, for mats that follow it


@dataclass(frozen=True)
class Stand:
    """Where a camera stands and what it looks at, before any move."""

    eye: tuple[float, float, float]
    target: tuple[float, float, float]
    lens_mm: float = 28.0


@dataclass(frozen=True)
class Room:
    """How a place answers sound: decay time, how loud the answer is beside the direct sound, when it begins, how it dulls."""

    rt60_s: float = 0.4
    level_db: float = -30.0  # late field against the direct sound of a source 10 m off
    pre_delay_s: float = 0.02
    dull_db_s: float = 0.0  # by which it falls faster at 4 kHz, besides what the air takes


@dataclass(frozen=True)
class Roof:
    """What a place is in that lies under a roof: no weather falls there, and no sky is seen.

    room: metres to the nearest wall, column or roof at nodes of space (along x, y, z), less than 0 in them; the ground does
    not count. first: the first node; step_m: how far they are apart.
    """

    room: np.ndarray
    first: tuple[float, float, float]
    step_m: float
    faint: tuple[float, float, float]  # klux on any surface, of light that has no source in sight
    wet: float  # of everything, always
    visibility_m: float
    temperature_c: float
    gloom: float = 0.35  # how dark pictures of it are left, 0 … 1, as those of a storm are

    def room_m(self, points: np.ndarray) -> np.ndarray:
        """(n,) metres from points (n, 3) to the nearest rock; what lies outside of all nodes has none."""
        from scipy.ndimage import map_coordinates  # few places have a roof

        node = (np.atleast_2d(points) - self.first) / self.step_m
        return np.asarray(map_coordinates(self.room, node.T, order=1, mode="constant", cval=-self.step_m))


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
    room: Room | None = None  # how it answers sound; None: as its geometry says
    haze_scale_m: float = 300.0  # height over which haze thins out
    cover: float = 0.0  # share of its light that the air has less by day, because trees or cliffs stand over it
    dew_haze_per_m: float = 0.0  # extinction of the haze that lies here on still and clear mornings
    haze: float = 1.0  # of what the weather says: damp air is thicker
    surface_m: float | None = None  # all of the place lies under water whose surface is at this height
    fog_scale_m: float = 45.0  # and thick fog on a still day
    town: float = 0.0  # kcd/m2 that its lights give low clouds at night
    roof: Roof | None = None  # None under the open sky
    fixtures: tuple[Prop, ...] = ()  # what belongs to the place and is no height field: walls, a roof

    def room_m(self, points: np.ndarray) -> np.ndarray:
        """(n,) metres that a camera at points (n, 3) is off the nearest rock under a roof, or house of a street."""
        points = np.atleast_2d(points)
        room = self.roof.room_m(points) if self.roof else np.full(len(points), np.inf)
        return np.minimum(room, _off_houses_m(points, self.spots["lots"])) if "lots" in self.spots else room


def _off_houses_m(points: np.ndarray, lots: np.ndarray) -> np.ndarray:
    """(n,) metres level from points (n, 3) to what stands before the houses on lots (m, 6): x, z, width, depth, floors, yaw."""
    middle = points[:, [0, 2]].mean(axis=0)
    reach = np.linalg.norm(points[:, [0, 2]] - middle, axis=1).max()
    near = np.linalg.norm(lots[:, :2] - middle, axis=1)
    lots = lots[near <= near.min() + 2 * reach + LOT_M]  # no other can be the nearest
    x, z, width, depth, _, yaw = lots.T.astype(float)
    right, back = points[:, :1] - x, points[:, 2:] - z
    along = np.abs(right * np.cos(yaw) - back * np.sin(yaw)) - width / 2
    behind = np.abs(right * np.sin(yaw) + back * np.cos(yaw) + depth / 2) - depth / 2  # yaw: where the front looks
    outside = np.hypot(np.maximum(along, 0.0), np.maximum(behind, 0.0)) + np.minimum(np.maximum(along, behind), 0.0)
    return np.asarray(outside.min(axis=1) - BEFORE_FRONT_M)
