"""THE joint step. What is seen and what is heard in a frame come from one motion of one state."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from oyster_cli.clock import Clock
from oyster_cli.picture.gather import Gather, aside
from oyster_cli.picture.painter import Painter, Scenery
from oyster_cli.picture.sky import Sky, Soon, sun_direction
from oyster_cli.picture.view import View
from oyster_cli.script.models import Cue, Shot, ThingSpec
from oyster_cli.script.score import Beat
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.ear import Ear
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.atmosphere import Atmosphere
from oyster_cli.world.cast import SAME, STAY, WHOLE, belongs, make_cast, make_thing, subjects
from oyster_cli.world.exposure import Exposure
from oyster_cli.world.faders import Faders
from oyster_cli.world.lighting import frame_light, gloom, high_visibility_m, night_share, storminess, surroundings
from oyster_cli.world.places import build_site
from oyster_cli.world.rig import Rig
from oyster_cli.world.roof import Darkness, sheltered
from oyster_cli.world.set import Set
from oyster_cli.world.thing import Happening, Thing, Tick

AIR_TO_WATER = 0.034  # of a sound's pressure as it is heard: -29.5 dB of its power pass the surface (4 Z1 Z2 / (Z1 + Z2)²)
LEAD_IN_S = 0.75  # reaches sources some 250 m off
COARSE_FROM_M = {"draft": 25.0, "standard": 1e9, "final": 1e9}  # where the ground is drawn from every fourth node
CANVAS = {"draft": 0.6, "standard": 0.67, "final": 1.0}  # of the picture's width and height that a frame is drawn in
DETAIL = {"draft": 0.6, "standard": 1.0, "final": 1.4}
SKY_FLASH = 0.35  # kcd/m2 of lit cloud for a klux of lightning at the camera
SHUTTER_PARTS = {"draft": 1, "standard": 1, "final": 8}  # pictures averaged over the open shutter and the lens


class World:
    """One shot's world: what is there, and the one step that moves it on by a frame."""

    def __init__(self, shot: Shot, clock: Clock) -> None:
        self.shot, self.clock = shot, clock
        self.seed = shot.place_seed
        self.site = build_site(shot.scene, self.seed)
        self.cast = make_cast(shot.scene, self.site, self.seed)
        self.atmosphere = Atmosphere(shot.scene, clock, self.site.surface_m is not None)
        width, height = (max(2, round(pixels * CANVAS[shot.quality])) for pixels in shot.size)
        self.canvas = width, height
        self.rig = Rig(shot.camera, self.site, self._subject(), shot.frames, clock, self.canvas)
        self.set = Set(self.site, self.cast, self.canvas, COARSE_FROM_M[shot.quality])
        roof = self.site.roof
        self.sky = Darkness(roof) if roof else Sky(self.seed, 512 if shot.quality == "draft" else 768)
        self.gather = Gather(shot.size, shot.quality != "draft") if SHUTTER_PARTS[shot.quality] == 1 else None
        self.desk = Desk(clock.rate_hz)
        self.faders, self.exposure = Faders(), Exposure()
        self.frame = 0
        self._flash, self._flash_dir = np.zeros(3), np.array([0.0, 1.0, 0.0])
        self.view = self.rig.view(-1, subjects(self.cast))
        self.entered: list[dict[str, Any]] = []  # things that cues added or removed, in order
        self.ground_albedo = self.site.ground.albedo.mean((0, 1)).numpy().astype(float)

    def _subject(self) -> np.ndarray | None:
        name = self.shot.camera.subject
        return self.cast[name].where() if name in self.cast else None

    def step(
        self, beats: Sequence[Beat], picture: bool
    ) -> tuple[np.ndarray, dict[str, np.ndarray], list[tuple[Happening, str, int]]]:
        """Advance one frame: cues, then air, then things, and out of what they have become the sound and the picture.

        Returns picture (0 or 1, height, width, 3) uint8, stems, and what happened with the thing's name and the sample at
        which it is heard.
        """
        if self.frame == 0:
            self._lead_in()
        deaf = [self._unheeded(beat) for beat in beats if not self._begin(beat)]
        air = self._here(self.atmosphere.advance(self.frame))
        before, self.view = self.view, self.rig.view(self.frame, subjects(self.cast))
        tick = self._tick(air, self.frame)
        happened = deaf + [(what, name) for name, thing in self.cast.items() for what in thing.advance(air, tick)]
        stems = self.faders.ride(self._sound(self.cast.values(), air, tick, before), self.frame)
        events = [
            (what, name, self.desk.heard(what.sample, what.at, self.view.eye, air.temperature_c, air.submerged))
            for what, name in happened
        ]
        self._sky(air)
        nothing = np.zeros((0, *self.shot.size[::-1], 3), np.uint8)
        first = self.exposure.share is None  # drawn in any case: the shot's exposure is metered on it
        frame = self._picture(air, tick, before) if picture or first else nothing
        self.frame += 1
        return frame if picture else nothing, stems, events

    def _here(self, air: Air) -> Air:
        """The air of the weather outside as it is at this place."""
        return sheltered(air, self.site.roof) if self.site.roof else air

    def _tick(self, air: Air, frame: int) -> Tick:
        first, end = self.clock.span(frame)
        sun_height = float(sun_direction(air.hour, self.site.sun_azimuth_deg)[1]) if self.site.roof is None else -1.0
        return Tick(frame, self.clock.time_s(frame), 1 / float(self.clock.fps), first, end - first,
                    self.clock.rate_hz, self.view.eye, self.view.ahead, night_share(sun_height))  # fmt: skip

    # cues

    def _unheeded(self, beat: Beat) -> tuple[Happening, str]:
        """A cue that nothing here can follow is told as an event, never swallowed."""
        at = tuple(float(v) for v in self.view.eye)
        detail = {"change": beat.cue.change, "to": beat.cue.to, "text": beat.cue.text}
        return Happening(self.clock.sample(beat.frame), "unheeded", at, detail), beat.cue.target or ""

    def _begin(self, beat: Beat) -> bool:
        """Start what a cue asks for; False when there is nothing that can do it."""
        cue = beat.cue
        if cue.change in ("weather", "hour"):
            if cue.change == "weather" and self.site.roof:
                return False
            self.atmosphere.begin(beat)
        elif cue.change == "move" and cue.move is not None:
            rest = self.shot.frames - beat.frame
            self.rig.begin(cue.move, beat.frame, beat.over_frames or rest)
        elif cue.change == "lens" and cue.to is not None:
            self.rig.begin_lens(float(cue.to), beat.frame, max(beat.over_frames, 1))  # type: ignore[arg-type]
        elif cue.change == "level":
            self.faders.begin(beat)
        elif cue.change == "lightning":
            return "lightning" in self.cast and self.cast["lightning"].act("strike")
        elif cue.change == "add":
            return self._add(cue, beat.frame)
        elif cue.change == "remove":
            names = [name for name in self._named(cue.target) if name not in STAY]
            for name in names:
                self._enter({"name": name, "spec": None})
            return bool(names)
        elif cue.change in ("light", "act"):
            heeded = [self.cast[name].act(str(cue.to)) for name in self._named(cue.target)]  # all of them act
            return any(heeded)
        else:
            return False
        return True

    def _add(self, cue: Cue, frame: int) -> bool:
        """A thing comes in, if this place has room for it and it is not one that is there already."""
        kind = SAME.get(cue.target or "", cue.target or "")
        name = kind if kind in WHOLE else f"{kind}-{frame}-{len(self.entered)}"
        if name in self.cast or not belongs(kind, self.shot.scene.place):
            return False
        spec = ThingSpec(kind=kind, count=cue.count, side=cue.side, action="enter")
        self._enter({"name": name, "spec": spec.model_dump(mode="json")})
        return True

    def _named(self, kind: str | None) -> list[str]:
        """Names of the things of a kind that are here."""
        return [name for name in self.cast if name.split("-")[0] == SAME.get(kind or "", kind)]

    def _enter(self, entry: dict[str, Any]) -> None:
        """A thing comes in, or goes when it has no spec; kept, so that a restored world has the same cast."""
        self.entered.append(entry)
        name = entry["name"]
        if entry["spec"] is None:
            self.set.leave(name)
            self.cast.pop(name, None)
            return
        thing = make_thing(name, ThingSpec(**entry["spec"]), self.site, self.seed)
        self.cast[name] = thing
        self.set.join(name, thing)

    # sound

    def _lead_in(self) -> None:
        """What sounds on and on is heard from the first sample, however far it is: it has sounded before."""
        going = [thing for thing in self.cast.values() if thing.going]
        for frame in range(-self.clock.frame_at(LEAD_IN_S), 0):
            air = self._here(self.atmosphere.before(frame))
            tick = self._tick(air, frame)
            for thing in going:
                thing.advance(air, tick)
            self._sound(going, air, tick, self.view)

    def _sound(self, things: Iterable[Thing], air: Air, tick: Tick, before: View) -> dict[str, np.ndarray]:
        """Stems of what the things say now, in the place's room."""
        voices = self._behind_ground(self._through_surface([voice for thing in things for voice in thing.voices()]))
        room = self.site.room
        return self.desk.mix(tick.first_sample, tick.samples, voices, _ear(before), _ear(self.view), air.temperature_c,
                             air.humidity_pct, room.rt60_s, room.level_db, room.pre_delay_s, air.mist_db_m,
                             air.submerged)  # fmt: skip

    def _through_surface(self, voices: list[Voice]) -> list[Voice]:
        """Voices, and those over a surface that the listener is under as faint as water takes them in."""
        top = self.site.surface_m
        if top is None:
            return voices
        return [voice if voice.bed or voice.at[1] < top else replace(voice, dry=voice.dry * AIR_TO_WATER) for voice in voices]

    def _behind_ground(self, voices: list[Voice]) -> list[Voice]:
        """Voices with the way that their sound has to go around the ground."""
        points = [k for k, voice in enumerate(voices) if not voice.bed]
        if points:
            detours = self.site.ground.detour_m(np.array([voices[k].at for k in points]), self.view.eye)
            for k, detour in zip(points, detours, strict=True):
                if detour > 0.0:
                    old = voices[k]
                    voices[k] = Voice(old.name, old.bus, old.at, old.dry, False, old.size_m, float(detour))
        return voices

    # picture

    def _sky(self, air: Air) -> None:
        flash = self.cast["lightning"].flash() if "lightning" in self.cast else None  # type: ignore[attr-defined]
        self._flash, self._flash_dir = (np.zeros(3), np.array([0.0, 1.0, 0.0])) if flash is None else flash
        self._flash = self._flash / (1 + float(self._flash[1]) / self.exposure.most_flash_klux())
        weather = air.weather
        flash_deg = math.degrees(math.atan2(self._flash_dir[0], self._flash_dir[2]))
        self.sky.update(air.hour, self.site.sun_azimuth_deg, weather.cloud, storminess(air), air.drift_m, air.wind_to,
                        high_visibility_m(air), float(self._flash[1]) * SKY_FLASH, flash_deg, self._soon())  # fmt: skip
        state = self.sky.light
        self.exposure.follow(_level(state.key, state.key_dir, state.sky_above), 1 / float(self.clock.fps))

    def _soon(self) -> Soon | None:
        """Where hour or weather lead while they change."""
        change = self.atmosphere.changing(self.frame)
        if change is None:
            return None
        air, frames = change
        return Soon(air.hour, air.weather.cloud, storminess(air), high_visibility_m(air), air.drift_m, frames)

    def _picture(self, air: Air, tick: Tick, before: View) -> np.ndarray:
        painter, quality = self.set.painter, self.shot.quality
        looks = {name: thing.look() for name, thing in self.cast.items()}
        scenery = self._scenery(air, tick, looks)
        self.set.blow(air, self.cast)
        exposure = self._expose(painter, scenery, air, before)
        parts = SHUTTER_PARTS[quality]
        if parts == 1:
            light = painter.expose(scenery, self.view, exposure)
            if quality != "draft":
                light = painter.smear(painter.focus(light, self.view), self.frame)
            return painter.develop(light, scenery, self.frame, self.gather)[None]
        total = torch.zeros(self.canvas[0] * self.canvas[1], 4)
        for part, luck in enumerate(draw(self.seed, "shutter", self.frame).random((parts, 4))):
            view = self.view.at_part(before, (part + 0.5) / parts, luck)
            painter.draw(view, scenery, DETAIL[quality])
            total += painter.expose(scenery, view, exposure)
        return painter.develop(total / parts, scenery, self.frame)[None]

    def _expose(self, painter: Painter, scenery: Scenery, air: Air, before: View) -> float:
        """Draw the frame and set the shot's exposure from it if it is the first."""
        detail = DETAIL[self.shot.quality]
        if self.gather is None:
            painter.draw(self.view, scenery, detail)
        else:
            view = replace(self.view, shift_px=aside(self.frame))
            painter.draw(view, scenery, detail, self.frame % 2, before)
        if self.exposure.share is None:
            state = self.sky.light
            self.exposure.meter(painter.meter(), _level(state.key, state.key_dir, state.sky_above))
        return self.exposure.value(self.site.roof.gloom if self.site.roof else gloom(air))

    def _scenery(self, air: Air, tick: Tick, looks: dict[str, Any]) -> Scenery:
        moving = self.set.pose(looks)
        light = frame_light(self.sky, air, self.site, self._flash, self._flash_dir, self.ground_albedo)
        every = list(looks.values())
        swell = next((look.swell for look in every if look.swell is not None), None)
        focus = next(
            (at for name, at in subjects(self.cast).items() if name.split("-")[0] in ("walker", "car")), self.rig.target
        )
        return Scenery(
            light, surroundings(air), self.sky.table, self.sky.size,
            lamps=[lamp for look in every for lamp in look.lamps],
            splats=[marks for look in every for marks in look.splats],
            flames=[flame for look in every for flame in look.flames],
            swell=None if swell is None else torch.from_numpy(swell), moving=moving, focus=focus,
            veil_flow=next((look.veil_flow for look in every if look.veil_flow is not None), 1.0),
            night=tick.night * (0.4 if self.site.roof else 0.8),  # lamplight stays warm
        )  # fmt: skip

    # state

    def save(self) -> dict[str, Any]:
        """Everything needed to go on from here."""
        return {
            "frame": self.frame, "entered": list(self.entered), **{name: room.save() for name, room in self._rooms().items()},
            "cast": {name: thing.save() for name, thing in self.cast.items()},
        }  # fmt: skip

    def _rooms(self) -> dict[str, Any]:
        """What has a state of its own besides the cast."""
        rooms = {"atmosphere": self.atmosphere, "rig": self.rig, "desk": self.desk, "faders": self.faders,
                 "exposure": self.exposure, "set": self.set}  # fmt: skip
        return rooms if self.gather is None else {**rooms, "gather": self.gather}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from a saved state of a world of the same shot."""
        for entry in state["entered"][len(self.entered) :]:
            self._enter(entry)
        self.frame = int(state["frame"])
        for name, room in self._rooms().items():
            room.load(state[name])
        for name, kept in state["cast"].items():
            self.cast[name].load(kept)
        self.view = self.rig.view(self.frame - 1, {})  # as it was: things have moved on since


def _ear(view: View) -> Ear:
    return Ear(view.eye, view.right, view.up, view.ahead)


def _level(sun: np.ndarray, sun_dir: np.ndarray, above: np.ndarray) -> float:
    """Light on level ground, klux of green."""
    return float(sun[1] * max(float(sun_dir[1]), 0.0) + above[1])
