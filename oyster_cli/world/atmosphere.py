"""Weather and hour as they change: ramps that cues begin, ground that gets wet, wind that has blown so far."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import ClassVar

from oyster_cli.clock import Clock
from oyster_cli.script.models import Cue, Scene
from oyster_cli.script.score import Beat
from oyster_cli.script.weather import CALM, HOURS, WEATHERS, Weather
from oyster_cli.state import Stateful
from oyster_cli.world.air import Air

WEATHER_OVER_S = 1.0  # weather turns within this time when a cue does not say
MORE = 1.8  # a cue's "more" multiplies by this, "less" divides
DRENCH_S = 6.0  # heavy rain soaks dry ground in about this time (film time: nature takes minutes)
LIMITS = {"cloud": (0, 1), "rain_mm_h": (0, 150), "snow_mm_h": (0, 50), "visibility_m": (10, 100_000),
          "wind_m_s": (0, 45), "lightning_per_min": (0, 60), "wet": (0, 1), "snow_cover": (0, 1),
          "shimmer": (0, 1)}  # fmt: skip
SKY = ("hour", "cloud", "rain_mm_h", "wind_m_s", "visibility_m")  # what the sky's look follows from
SETTLED = ("wet", "snow_cover")  # what the ground keeps: rain and snow that begin with a cue have to lay it down first


class Atmosphere(Stateful):
    """The air's state. `ramps` rows: field (or "hour"), from, to, first frame, frames."""

    kept: ClassVar[tuple[str, ...]] = ("now", "hour", "ramps", "drift_m")

    def __init__(self, scene: Scene, clock: Clock, submerged: bool = False) -> None:
        self.clock, self.submerged = clock, submerged
        self.now: dict[str, float] = scene.weather.model_dump()
        self.hour = scene.hour
        self.ramps: list[list[str | float]] = []
        self.drift_m = 0.0
        self.wind_to = (0.80, 0.60)

    def begin(self, beat: Beat) -> None:
        """Start what a weather or hour cue asks for."""
        if beat.cue.change == "hour":
            target = _hour(beat.cue.to)
            self._ramp("hour", self.hour, _nearest_turn(self.hour, target), beat.frame, beat.over_frames)
            return
        frames = beat.over_frames if beat.cue.over is not None else self.clock.frame_at(WEATHER_OVER_S)
        targets = _targets(beat.cue, self.now)
        falls = not isinstance(beat.cue.to, dict) and not targets.keys() <= set(SETTLED)  # rather than the ground is meant
        for name, value in targets.items():
            if not (falls and name in SETTLED):
                self._ramp(name, self.now[name], value, beat.frame, frames)
            elif beat.cue.over is not None:
                self._ramp(name, self.now[name], max(value, self.now[name]), beat.frame, frames)

    def _ramp(self, name: str, start: float, end: float, frame: int, frames: int) -> None:
        least, most = LIMITS.get(name, (-math.inf, math.inf))
        self.ramps = [row for row in self.ramps if row[0] != name]
        self.ramps.append([name, start, min(max(end, least), most), frame, frames])

    def advance(self, frame: int) -> Air:
        """The air of this frame. A ramp has moved by one share on its first frame and is complete on its last."""
        for name, start, end, first, frames in self.ramps:
            share = min(1.0, (frame - float(first) + 1) / max(float(frames), 1.0))
            value = _blend(str(name), float(start), float(end), share)
            if name == "hour":
                self.hour = value % 24.0
            else:
                self.now[str(name)] = value
        self.ramps = [row for row in self.ramps if frame + 1 - float(row[3]) < float(row[4])]
        self._settle(1.0 / float(self.clock.fps))
        return self._air(frame)

    def changing(self, frame: int) -> tuple[Air, int] | None:
        """Where a change of the sky leads that goes on after this frame, and in how many frames; None when there is none."""
        rows = [row for row in self.ramps if row[0] in SKY]
        if not rows:
            return None
        frames = max(math.ceil(float(row[3]) + float(row[4])) - 1 - frame for row in rows)
        ends = {str(row[0]): float(row[2]) for row in self.ramps}
        now = {**self.now, **{name: value for name, value in ends.items() if name != "hour"}}
        limited = {name: min(max(value, LIMITS[name][0]), LIMITS[name][1]) for name, value in now.items()}
        wind = (self.now["wind_m_s"] + limited["wind_m_s"]) / 2
        drift_m = self.drift_m + wind * frames / float(self.clock.fps)
        air = replace(self._air(frame), weather=Weather(**limited), hour=ends.get("hour", self.hour) % 24.0, drift_m=drift_m)
        return air, max(frames, 1)

    def before(self, frame: int) -> Air:
        """The air of a frame before the shot (below 0): the shot's first weather, and wind that will have blown nowhere yet."""
        return replace(self._air(frame), drift_m=self.now["wind_m_s"] * self.clock.time_s(frame + 1))

    def _settle(self, dt_s: float) -> None:
        rain, snow = self.now["rain_mm_h"], self.now["snow_mm_h"]
        self.drift_m += self.now["wind_m_s"] * dt_s
        if rain > 0:
            self.now["wet"] = min(1.0, self.now["wet"] + dt_s / DRENCH_S * min(rain / 20, 1.5))
        if snow > 0:
            self.now["snow_cover"] = min(1.0, self.now["snow_cover"] + dt_s * 0.012 * snow)

    def _air(self, frame: int) -> Air:
        limited = {name: min(max(value, LIMITS[name][0]), LIMITS[name][1]) for name, value in self.now.items()}
        weather = Weather(**limited)
        cold = weather.snow_mm_h > 0 or weather.snow_cover > 0.4
        day = max(0.0, math.sin((self.hour - 6.5) / 24 * math.tau))
        return Air(
            weather=weather,
            hour=self.hour,
            time_s=self.clock.time_s(frame + 1),
            drift_m=self.drift_m,
            wind_to=self.wind_to,
            temperature_c=-6.0 if cold else 11.0 + 9.0 * day,
            humidity_pct=95.0 if weather.rain_mm_h > 0 or weather.visibility_m < 1000 else 65.0,
            wet=weather.wet,
            snow_cover=weather.snow_cover,
            submerged=self.submerged,
        )


def _targets(cue: Cue, now: dict[str, float]) -> dict[str, float]:
    """Where a weather cue leads: field -> value."""
    if isinstance(cue.to, dict):
        return {name: float(value) for name, value in cue.to.items() if name in now}
    fields = WEATHERS.get(cue.target or "", {})
    calm = CALM.model_dump()
    if cue.to == "off":
        return {name: calm[name] if name != "wind_m_s" else 0.5 for name in fields if name not in SETTLED}
    if cue.to in ("more", "less"):
        factor = MORE if cue.to == "more" else 1 / MORE
        return {name: _scaled(name, now[name], fields[name], factor) for name in fields if name not in SETTLED}
    return dict(fields)


def _scaled(name: str, value: float, named: float, factor: float) -> float:
    """More of something that is not there yet starts from what its name means."""
    if name == "visibility_m":
        return value / factor
    return max(value, named / MORE if factor > 1 else 0.0) * factor


def _blend(name: str, start: float, end: float, share: float) -> float:
    if name == "visibility_m":  # the eye judges distance by ratio
        return float(start ** (1 - share) * end**share)
    return start + (end - start) * share


def _hour(to: object) -> float:
    return HOURS[to] if isinstance(to, str) and to in HOURS else float(to)  # type: ignore[arg-type]


def _nearest_turn(now: float, target: float) -> float:
    """The target hour on the side of `now` that is nearer around the clock; up to 14 hours go forward, as morning to night."""
    ahead = (target - now) % 24.0
    return now + ahead if ahead <= 14.0 else now + ahead - 24.0
