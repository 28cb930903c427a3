"""What the sky and the air of a moment do to everything else: the light of a frame."""

from __future__ import annotations

import math

import numpy as np

from oyster_cli.picture.params import Light, Surroundings, Water
from oyster_cli.picture.sky import Sky, SkyState
from oyster_cli.picture.sun import sun_elevation_deg
from oyster_cli.world.air import Air
from oyster_cli.world.roof import Darkness
from oyster_cli.world.site import Site

INDEX = 1.333  # of refraction of water
LOSS_PER_M = np.array([0.070, 0.024, 0.018])  # clear water over a reef, as film balanced for it shows it: red goes first
DEEP = np.array([0.0007, 0.0052, 0.0135])  # of the level light, that deep water sends back, 1/sr
DEEP_SUNWARD = np.array([0.0026, 0.0112, 0.0165])  # of the sun's, that it has more around the sun
AIR_TO_WATER = 0.5  # of a flash of lightning gets through a rough surface
MIE_PER_VISIBILITY = 3.912  # Koschmieder: contrast falls to 2 % at the visibility
ABOVE_FOG_M = 9000.0  # that one sees up from low fog
LOW_FOG_M, THICK_M, STILL_M_S = 1500.0, 250.0, 4.0  # fog lies low from here on, is thick from there, while the wind is less
FOG_TINT = np.array([0.87, 1.0, 1.16])  # of light that has gone from droplet to droplet
SUNLIT_FOG = np.array([1.75, 0.88, 0.40])  # of the light of a low sun that it has passed on once
GLARE = 0.6  # of an exposure step as gloom() counts them: over hot ground, a third more over snow
FOG_SHADE = 0.5  # of the sky's light that thick fog throws back up
DAMP = 0.3  # of the night's haze stays under trees by day
SHAFTS, LEAST_SHAFTS_PER_M, MOST_SHAFTS_PER_M, HIGH_SUN = 3.0, 4e-4, 0.03, 0.85
TOWN_TINT = np.array([1.0, 0.66, 0.44])  # of street lamps, on clouds
LUMA = np.array([0.2126, 0.7152, 0.0722])


def night_share(sun_height: float) -> float:
    """0 while the sun is up, 1 when it is 9 degrees below the horizon. sun_height: sine of its elevation."""
    return float(np.clip((0.02 - sun_height) / 0.16, 0.0, 1.0))


def storminess(air: Air) -> float:
    """0 in any quiet weather, 1 when it rains hard in a gale: dark clouds, dark exposure."""
    return min(air.weather.rain_mm_h / 20, 1.0) * min(max(air.weather.wind_m_s - 6.0, 0.0) / 8, 1.0)


def frame_light(
    sky: Sky | Darkness, air: Air, site: Site, flash: np.ndarray, flash_dir: np.ndarray, ground: np.ndarray
) -> Light:
    """Sun, sky, bounce and air light, from the sky's table and the visibility. ground: mean albedo of the place, rgb."""
    state, thick = sky.light, low_fog(air)
    if air.submerged and site.surface_m is not None:
        return _under_water(state, site.surface_m, site.stand.eye[1], flash, flash_dir, ground)
    above, sky_low, horizon = (_in_fog(light, thick) for light in (state.sky_above, state.sky_low, state.horizon))
    above, sky_low = above * (1 - FOG_SHADE * thick), sky_low * (1 - FOG_SHADE * thick)
    level = state.key * max(float(state.key_dir[1]), 0.0) + above
    falling = air.weather.rain_mm_h * 2.5e-5 + air.weather.snow_mm_h * 1.2e-4
    clear = site.haze * MIE_PER_VISIBILITY / air.weather.visibility_m
    per_m = clear + falling + site.dew_haze_per_m * _dew(air)
    shade = site.cover * float(np.clip(state.sun_dir[1] / 0.05, 0.0, 1.0))  # shafts give back what the air has less by it
    town = _town(air, site)
    above, sky_low, horizon = above + 1.2 * town, sky_low + 1.5 * town, horizon + town
    # the kernels mix `above` and `low` by the normal; this `low` gives an upright surface exactly sky_low
    low = np.maximum((2 * sky_low - 0.25 * above) / 0.75, 0.0)
    return Light(
        sun_dir=state.key_dir, sun=state.key, sky_above=above, sky_low=low,
        bounce=level * ground * (0.55 + 0.35 * air.snow_cover), fog=horizon * (1 - shade),
        fog_sunward=_in_fog(state.horizon_sunward, thick, SUNLIT_FOG)
        * ((1 - 0.75 * storminess(air)) * (1 - 0.15 * thick) * (1 - shade)),
        fog_per_m=per_m, fog_scale_m=_scale(air, site), fog_base_m=site.stand.eye[1] - 1.5,
        flash=flash, flash_dir=flash_dir, shafts_per_m=_shafts_per_m(state, site, per_m), town=town,
    )  # fmt: skip


def _shafts_per_m(state: SkyState, site: Site, per_m: float) -> float:
    """Scattering of the mist between trees and rocks, as film shows it, while the sun is up and not too high for shafts."""
    high = float(state.sun_dir[1])
    low = float(np.clip((HIGH_SUN - high) / 0.25, 0.0, 1.0) * np.clip((high - 0.02) / 0.08, 0.0, 1.0))
    damp = max(per_m, DAMP * site.dew_haze_per_m)
    return min(SHAFTS * damp, MOST_SHAFTS_PER_M) * low if site.cover > 0 and damp > LEAST_SHAFTS_PER_M else 0.0


def _town(air: Air, site: Site) -> np.ndarray:
    """(3,) kcd/m2 of a town's lights on the sky over it: most on low clouds, by night."""
    night = night_share(math.sin(math.radians(sun_elevation_deg(air.hour))))
    return site.town * night * (0.25 + 0.75 * air.weather.cloud) * TOWN_TINT


def _dew(air: Air) -> float:
    """How much of a night's haze there is: from after sunset until the sun is high, in no more than a breeze."""
    hour = max(float(np.clip((10.5 - air.hour) / 3.0, 0.0, 1.0)), float(np.clip((air.hour - 19.5) / 2.0, 0.0, 1.0)))
    return hour * float(np.clip((9.0 - air.weather.wind_m_s) / 4.0, 0.0, 1.0))


def _under_water(
    state: SkyState, surface_m: float, eye_m: float, flash: np.ndarray, flash_dir: np.ndarray, ground: np.ndarray
) -> Light:
    """Daylight below the surface: the sun as refraction turns it (Snell), the light that the deep sends back, and its murk."""
    flat = state.key_dir * [1, 0, 1] / INDEX
    sun_dir = np.array([flat[0], np.sqrt(1.0 - flat @ flat), flat[2]])
    down = np.exp(-0.6 * LOSS_PER_M * max(surface_m - eye_m, 0.0))  # as light.from_above()
    level = state.key * max(float(state.key_dir[1]), 0.0) + state.sky_above
    deep = level * DEEP * down
    side = np.pi * deep + 0.2 * state.sky_above
    low = np.maximum((2 * side - 0.25 * state.sky_above) / 0.75, 0.0)
    return Light(
        sun_dir=sun_dir, sun=0.95 * state.key, sky_above=0.95 * state.sky_above, sky_low=low, bounce=0.6 * level * ground,
        fog=deep, fog_sunward=state.key * DEEP_SUNWARD * down, fog_per_m=0.0, fog_scale_m=1.0, fog_base_m=0.0,
        flash=flash * AIR_TO_WATER, flash_dir=flash_dir, water=Water(surface_m, LOSS_PER_M),
    )  # fmt: skip


def gloom(air: Air) -> float:
    """How much darker than it could be a picture is wanted: 1 in a storm, 0.8 in thick still fog, 0.65 in the deep.

    Below 0 where it is wanted brighter: in the glare of noon over hot ground, and where snow should be white.
    """
    dark = max(storminess(air), 0.65 if air.submerged else 0.8 * low_fog(air))
    return dark - GLARE * (1 - dark) * max(_shimmer(air), 1.3 * air.snow_cover)


def high_visibility_m(air: Air) -> float:
    """How far one sees on the way up to the clouds: thick fog that lies still ends below them."""
    seen, thick = air.weather.visibility_m, low_fog(air)
    return float(seen ** (1 - thick) * max(seen, ABOVE_FOG_M) ** thick)


def low_fog(air: Air) -> float:
    """0 in air that is clear or stirred, 1 when thick fog lies still."""
    if air.weather.wind_m_s >= STILL_M_S:
        return 0.0
    return float(np.clip(np.log(LOW_FOG_M / air.weather.visibility_m) / np.log(LOW_FOG_M / THICK_M), 0.0, 1.0))


def _in_fog(light: np.ndarray, thick: float, tint: np.ndarray = FOG_TINT) -> np.ndarray:
    """Light (3,) after it was scattered many times: droplets turn all colours alike, so that they mix."""
    return np.asarray(light + (float(LUMA @ light) * tint - light) * 0.9 * thick)


def _scale(air: Air, site: Site) -> float:
    """Fog lies low when it is thick and calm; rain and wind mix it up."""
    if low_fog(air) > 0:
        return site.fog_scale_m
    return site.haze_scale_m if air.weather.rain_mm_h + air.weather.snow_mm_h < 0.5 else max(site.haze_scale_m, 600.0)


def surroundings(air: Air) -> Surroundings:
    """The numbers of the air that the kernels read."""
    weather = air.weather
    if air.submerged:
        return Surroundings(air.time_s, 0.0, 0.0, 0.0, air.sways_to, air.drift_m, weather.cloud)
    return Surroundings(air.time_s, air.wet, air.snow_cover, weather.rain_mm_h, air.wind_to, air.drift_m, weather.cloud,
                        _shimmer(air))  # fmt: skip


def _shimmer(air: Air) -> float:
    """Hot air rises off dry ground under a high sun; rain and thick cloud cool it."""
    hot = float(np.clip((sun_elevation_deg(air.hour) - 12.0) / 25.0, 0.0, 1.0))
    cool = air.wet + air.snow_cover + air.weather.rain_mm_h + max(2.5 * air.weather.cloud - 1.5, 0.0)
    return air.weather.shimmer * hot * max(1.0 - cool, 0.0)
