"""A pine forest by night or day: a clearing with a fire, needles and moss, ferns, fallen wood."""

from __future__ import annotations

import numpy as np
import torch

from oyster_cli.script.models import Scene
from oyster_cli.world.ground import Ground
from oyster_cli.world.places.frame import aim
from oyster_cli.world.places.land import Land, Tensor, blend, rise
from oyster_cli.world.places.planting import Garden, distance_to
from oyster_cli.world.site import Scatter, Site

FIRE = (-0.9, 5.6)  # x, z
CLEARING_M = 6.6
GLADE = (0.30, 0.954)  # the way an opening in the wood goes from the fire
MIST_PER_M = 0.004


def build(seed: int, scene: Scene) -> Site:  # noqa: ARG001 every place is built alike
    """The clearing, seen across the fire by someone who sits at its edge."""
    land = Land.spread(seed, 1500.0, 500.0, 2200.0, 960, 0.3)
    ground = _ground(land)
    fire = np.array([FIRE[0], float(ground.height_at(*FIRE)), FIRE[1]], np.float32)
    eye = np.array([0.0, float(ground.height_at(0.0, 0.0)) + 1.4, 0.0])
    stand = aim(eye, fire, 0.40, 0.41, 24.0)
    log = np.array([[FIRE[0] - 1.9, 0.0, FIRE[1] + 0.7], [FIRE[0] + 0.6, 0.0, FIRE[1] + 2.3]], np.float32)
    log[:, 1] = ground.height_at(log[:, 0], log[:, 2])
    flames = (FIRE[0], float(fire[1]) + 0.8, FIRE[1])
    scatters, perch = _plants(Garden(seed, ground, stand, (flames,), ((fire, 1.3), (log, 0.5))))
    spots = {"campfire": fire, "log": log, "clearing": np.array([*fire, CLEARING_M], np.float32), "perches": perch}
    return Site("forest", ground, stand, spots, scatters, 38.0, None, haze_scale_m=60.0, dew_haze_per_m=MIST_PER_M,
                cover=0.65)  # fmt: skip


def _ground(land: Land) -> Ground:
    away = torch.hypot(land.x - FIRE[0], land.z - FIRE[1])
    wood = rise(away, CLEARING_M - 1.0, CLEARING_M + 5.0)
    swell = 2.2 * land.fbm("swell", 48.0, 3) * rise(away, 4.0, 30.0) + 0.5 * land.fbm("hump", 9.0, 4) * (0.2 + 0.8 * wood)
    roots = 0.22 * land.ridged("root", 3.4, 3) * wood + 0.05 * land.fbm("litter", 1.3, 2)
    hills = rise(away, 120.0, 900.0) * (30.0 + 190.0 * land.fbm("hill", 800.0, 5, damp=0.6))
    height = swell + roots + hills.clamp(min=-20.0) - 0.10 * torch.exp(-((away / 0.6) ** 2))
    return _surface(land, height, away, wood)


def _surface(land: Land, height: Tensor, away: Tensor, wood: Tensor) -> Ground:
    needles = blend(land.paint(0.085, 0.052, 0.03), land.paint(0.15, 0.092, 0.05), rise(land.fbm("needle", 1.7, 4), -0.3, 0.3))
    moss = rise(land.fbm("moss", 6.5, 5) + 0.25 * (wood - 0.5), 0.05, 0.24)
    albedo = blend(needles, blend(land.paint(0.055, 0.085, 0.022), land.paint(0.085, 0.115, 0.03),
                                  rise(land.fbm("shade", 2.2, 3), -0.3, 0.3)), moss * 0.85)  # fmt: skip
    trodden = (1.0 - rise(away + 2.0 * land.fbm("tread", 2.5, 3), 1.2, 3.6)) * 0.8
    albedo = blend(albedo, land.paint(0.048, 0.037, 0.028) * (1.0 + 1.2 * land.fbm("tread", 0.9, 3))[..., None], trodden)
    albedo = blend(albedo, land.paint(0.035, 0.032, 0.03), 0.9 - 0.9 * rise(away + 1.2 * land.fbm("ash", 0.9, 3), 0.5, 1.9))
    crowns = blend(land.paint(0.03, 0.05, 0.022), land.paint(0.05, 0.075, 0.03), rise(land.fbm("crown", 22.0, 4), -0.3, 0.3))
    albedo = blend(albedo, crowns, rise(away, 110.0, 260.0))
    canopy = 0.72 * rise(away, CLEARING_M - 2.5, CLEARING_M + 9.0) * (1.0 - rise(away, 110.0, 260.0))
    return land.ground(
        height, albedo, rough=land.full(0.95), porous=land.full(0.75) - 0.2 * moss, bumpy=land.full(0.54), cover=canopy
    )


def _plants(garden: Garden) -> tuple[tuple[Scatter, ...], np.ndarray]:
    """Everything that grows, and (n, 3) places high in near trees where birds sit."""
    fire, ground = np.array([[FIRE[0], 0.0, FIRE[1]]]), garden.ground

    def open_air(x: np.ndarray, z: np.ndarray, inner: float, outer: float) -> np.ndarray:
        """Chance 0 within inner metres of the fire, 1 beyond outer."""
        return ((distance_to(fire, x, z) - inner) / (outer - inner)).clip(0.0, 1.0)

    def shut(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Chance 0 in the opening through which moonlit mist and hills are seen, 1 beside it."""
        along = (x - FIRE[0]) * GLADE[0] + (z - FIRE[1]) * GLADE[1]
        aside = np.abs((x - FIRE[0]) * GLADE[1] - (z - FIRE[1]) * GLADE[0])
        return ((aside - 0.8 - 0.075 * along) / 1.5).clip(0.0, 1.0) + (along < 0)

    def fit(x: np.ndarray, z: np.ndarray) -> np.ndarray:
        return (ground.normal_at(x, z)[:, 1] > 0.75) * shut(x, z)

    pines = garden.sow("pine", 1300, (4.5, 85.0), (13.0, 24.0), 2.3,
                       lambda x, z: open_air(x, z, CLEARING_M - 0.4, 9.5) * shut(x, z),
                       thin=0.55, fan_deg=50.0, greens=0.1)  # fmt: skip
    tall = np.flatnonzero(distance_to(fire, pines.at[:, 0], pines.at[:, 2]) < 26.0)[:12]
    perch = pines.at[tall] + np.stack([0 * tall, 0.6 * pines.height_m[tall], 0 * tall], -1).astype(np.float32)
    return (
        pines,
        garden.sow("conifer", 620, (85.0, 900.0), (14.0, 24.0), 4.5, fit, thin=0.7, greens=0.1),
        garden.sow("conifer", 90, (7.0, 60.0), (1.0, 5.0), 2.2,
                   lambda x, z: open_air(x, z, 6.5, 12.0) * 0.7 * shut(x, z), thin=0.8),
        garden.sow("fern", 1300, (3.6, 40.0), (0.25, 0.95), 0.46, lambda x, z: open_air(x, z, 3.4, 8.0), thin=1.0),
        garden.sow("grass", 900, (1.0, 22.0), (0.1, 0.34), 0.2, lambda x, z: open_air(x, z, 1.6, 5.0) * 0.8, thin=1.1),
        garden.sow("bush", 170, (9.5, 50.0), (0.4, 1.3), 1.1, lambda x, z: open_air(x, z, 6.0, 10.0), thin=0.9),
        garden.lay("litter", 150, (1.2, 18.0), (0.08, 0.13), 0.62, lambda x, z: open_air(x, z, 0.9, 1.7), thin=1.2, sink=0.0),
        garden.sow("deadwood", 70, (6.0, 45.0), (0.25, 0.6), 1.6, lambda x, z: open_air(x, z, 2.2, 5.5), thin=0.9),
        garden.sow("rock", 240, (1.5, 40.0), (0.06, 0.6), 0.5, lambda x, z: open_air(x, z, 1.4, 3.0), thin=1.0, few=3.0,
                   sink=0.25, greens=0.06),
    ), perch  # fmt: skip
