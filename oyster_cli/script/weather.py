"""Weather as numbers, and the names the trade has for it. Pure data and one frozen model."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field


class Weather(BaseModel):
    """The air of a scene. All fields are continuous, so that any weather can turn into any other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cloud: float = Field(0.35, ge=0, le=1, description="share of the sky that is covered")
    rain_mm_h: float = Field(0.0, ge=0, le=150, description="rain rate, mm per hour")
    snow_mm_h: float = Field(0.0, ge=0, le=50, description="snowfall as water, mm per hour")
    visibility_m: float = Field(23_000.0, ge=10, le=100_000, description="meteorological visibility; fog is below 1000")
    wind_m_s: float = Field(2.5, ge=0, le=45, description="mean wind at 10 m")
    lightning_per_min: float = Field(0.0, ge=0, le=60, description="strikes per minute within earshot")
    wet: float = Field(0.0, ge=0, le=1, description="how wet the ground is when the shot begins")
    snow_cover: float = Field(0.0, ge=0, le=1, description="how much of the ground lies under snow")
    shimmer: float = Field(0.0, ge=0, le=1, description="how hot the ground is by day: the air shimmers over it")


# What each word changes; what it does not name stays as it was. `clear` undoes all falling and fog.
WEATHERS: dict[str, dict[str, float]] = {
    "clear": {"cloud": 0.08, "rain_mm_h": 0, "snow_mm_h": 0, "visibility_m": 30_000, "lightning_per_min": 0},
    "clouds": {"cloud": 0.6},
    "overcast": {"cloud": 1.0},
    "rain": {"cloud": 0.95, "rain_mm_h": 12, "visibility_m": 5_000, "wet": 0.8},
    "light rain": {"cloud": 0.85, "rain_mm_h": 3, "visibility_m": 9_000, "wet": 0.6},
    "heavy rain": {"cloud": 1.0, "rain_mm_h": 45, "visibility_m": 2_000, "wet": 1.0},
    "storm": {"cloud": 1.0, "rain_mm_h": 25, "visibility_m": 4_000, "wind_m_s": 17, "lightning_per_min": 9, "wet": 0.9},
    "snow": {"cloud": 0.9, "snow_mm_h": 3, "visibility_m": 2_500, "snow_cover": 0.8},
    "heavy snow": {"cloud": 1.0, "snow_mm_h": 9, "visibility_m": 600, "snow_cover": 1.0},
    "mist": {"visibility_m": 1_500},
    "fog": {"cloud": 0.8, "visibility_m": 250},
    "haze": {"visibility_m": 6_000},
    "heat haze": {"shimmer": 1.0, "cloud": 0.0, "visibility_m": 12_000},
    "calm": {"wind_m_s": 0.3},
    "breeze": {"wind_m_s": 4.5},
    "wind": {"wind_m_s": 10},
    "strong wind": {"wind_m_s": 17},
    "lightning": {"lightning_per_min": 9},
    "wet": {"wet": 0.8},
    "dry": {"wet": 0},
    "light snow": {"cloud": 0.85, "snow_mm_h": 1, "visibility_m": 6_000, "snow_cover": 0.6},
    "blizzard": {"cloud": 1.0, "snow_mm_h": 9, "visibility_m": 300, "snow_cover": 1.0, "wind_m_s": 18},
    "blowing snow": {"snow_mm_h": 1, "visibility_m": 1_500, "snow_cover": 0.9, "wind_m_s": 12},
    "snow on the ground": {"snow_cover": 0.9},
    "thick fog": {"cloud": 0.9, "visibility_m": 90},
    "light cloud": {"cloud": 0.3},
}


def combine(names: Iterable[str]) -> dict[str, float]:
    """The fields of several weathers at once: each takes the stronger, visibility the shorter."""
    fields: dict[str, float] = {}
    for name in names:
        for field, value in WEATHERS[name].items():
            stronger = min if field == "visibility_m" else max
            fields[field] = stronger(fields.get(field, value), value)
    return fields


# Turning one of these off takes its fields back to fair weather.
CALM = Weather()

HOURS: dict[str, float] = {
    "dawn": 5.9,
    "sunrise": 6.3,
    "morning": 8.5,
    "day": 10.5,
    "noon": 12.5,
    "afternoon": 15.0,
    "golden hour": 17.6,
    "sunset": 18.1,
    "dusk": 18.45,
    "evening": 19.2,
    "blue hour": 18.9,
    "night": 22.5,
    "midnight": 0.0,
}
