"""THE joint step. What is seen and what is heard in a frame come from one motion of one state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from oyster_cli.clock import Clock
from oyster_cli.picture.sky import Soon, sun_direction
from oyster_cli.picture.view import View
from oyster_cli.script.models import PHYSICAL, Cue, Shot, ThingSpec
from oyster_cli.script.score import Beat
from oyster_cli.sound.desk import Desk
from oyster_cli.sound.ear import Ear
from oyster_cli.sound.speed import AIR_TO_WATER
from oyster_cli.sound.voice import Voice
from oyster_cli.world.acoustics import Acoustics
from oyster_cli.world.air import Air
from oyster_cli.world.atmosphere import Atmosphere
from oyster_cli.world.cast import SAME, WHOLE, make_cast, make_thing, subjects
from oyster_cli.world.faders import Faders
from oyster_cli.world.film import Film, canvas_of
from oyster_cli.world.heed import comes, may_come, may_go, named, unheeded
from oyster_cli.world.lighting import high_visibility_m, night_share, storminess
from oyster_cli.world.places import build_site
from oyster_cli.world.rig import Rig
from oyster_cli.world.roof import sheltered
from oyster_cli.world.thing import Happening, Thing, Tick

LEAD_IN_S = 0.75  # reaches sources some 250 m off
FADE_S = 0.02  # in which what a cue takes away falls silent, and what it brings begins: without a click


class World:
    """One shot's world: what is there, and the one step that moves it on by a frame."""

    def __init__(self, shot: Shot, clock: Clock) -> None:
        self.shot, self.clock = shot, clock
        self.seed = shot.place_seed
        self.site = build_site(shot.scene, self.seed)
        self.cast = make_cast(shot.scene, self.site, self.seed)
        self.atmosphere = Atmosphere(shot.scene, clock, self.site.surface_m is not None)
        self.rig = Rig(shot.camera, self.site, self._subject(), shot.frames, clock, canvas_of(shot))
        self.film = Film(shot, self.site, self.cast)
        self.desk, self.faders, self.acoustics = Desk(clock.rate_hz, fps=clock.fps), Faders(), Acoustics(self.site)
        self.beds: dict[str, np.ndarray] = {}  # of the last step: see runner.protocol
        self.brought = shot.sound_delay != PHYSICAL  # distant bangs and their light are brought together
        self.frame = 0
        self.view = self.rig.view(-1, subjects(self.cast))
        self.entered: list[dict[str, Any]] = []  # things that cues added or removed, in order

    def _subject(self) -> np.ndarray | None:
        return subjects(self.cast).get(self.shot.camera.subject or "")

    def step(
        self, beats: Sequence[Beat], picture: bool
    ) -> tuple[np.ndarray, dict[str, np.ndarray], list[tuple[Happening, str, int]]]:
        """Advance one frame: cues, then air, then things, and out of what they have become the sound and the picture.

        Returns picture (0 or 1, height, width, 3) uint8, stems, and what happened with the thing's name and the sample at
        which it is heard.
        """
        if self.frame == 0:
            self._lead_in()
        here = dict(self.cast)
        deaf = [self._unheeded(beat) for beat in beats if not self._begin(beat)]
        air = self._here(self.atmosphere.advance(self.frame))
        before, self.view = self.view, self.rig.view(self.frame, subjects(self.cast))
        tick = self._tick(air, self.frame)
        happened = deaf + [(what, name) for name, thing in self.cast.items() for what in thing.advance(air, tick)]
        stems = self._sound(self._voices(here, air, tick), air, tick, before)
        stems, self.beds = self.faders.ride(self.frame, stems, self.desk.beds)
        events = [
            (what, name, what.sample if what.bang and self.brought else self._heard(what, air)) for what, name in happened
        ]
        self.film.light(air, self._soon(), self.cast, tick.dt_s)
        nothing = np.zeros((0, *self.shot.size[::-1], 3), np.uint8)
        first = self.film.exposure.share is None  # drawn in any case: the shot's exposure is metered on it
        frame = nothing
        if picture or first:
            frame = self.film.picture(air, tick, self.cast, self.view, before, self.rig.target)
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

    def unheeded(self, beats: Sequence[Beat]) -> list[Cue]:
        """The cues that nothing here will follow. To be asked before the first step; changes nothing."""
        return unheeded(beats, self.cast, self.shot.scene, self.site)

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
            names = may_go(cue.target, self.cast)
            for name in names:
                self._enter({"name": name, "spec": None})
            return bool(names)
        elif cue.change in ("light", "act"):
            new = comes(cue, self.cast, self.shot.scene.place) and self._add(cue, beat.frame)
            heeded = [self.cast[name].act(str(cue.to)) for name in named(cue.target, self.cast)]  # all of them act
            return any(heeded) or new
        else:
            return False
        return True

    def _add(self, cue: Cue, frame: int) -> bool:
        """A thing comes in, if this place has room for it and it is not one that is there already."""
        if not may_come(cue.target, self.cast, self.shot.scene.place):
            return False
        kind = SAME.get(cue.target or "", cue.target or "")
        name = kind if kind in WHOLE else f"{kind}-{frame}-{len(self.entered)}"
        spec = ThingSpec(kind=kind, count=cue.count, side=cue.side, action="enter")
        self._enter({"name": name, "spec": spec.model_dump(mode="json")})
        return True

    def _enter(self, entry: dict[str, Any]) -> None:
        """A thing comes in, or goes when it has no spec; kept, so that a restored world has the same cast."""
        self.entered.append(entry)
        name = entry["name"]
        if entry["spec"] is None:
            self.film.set.leave(name)
            self.cast.pop(name, None)
            return
        thing = make_thing(name, ThingSpec(**entry["spec"]), self.site, self.seed)
        self.cast[name] = thing
        self.film.set.join(name, thing)

    # sound

    def _lead_in(self) -> None:
        """What sounds on and on is heard from the first sample, however far it is: it has sounded before."""
        going = [thing for thing in self.cast.values() if thing.going]
        for frame in range(-self.clock.frame_at(LEAD_IN_S), 0):
            air = self._here(self.atmosphere.before(frame))
            tick = self._tick(air, frame)
            for thing in going:
                thing.advance(air, tick)
            self._sound([voice for thing in going for voice in thing.voices()], air, tick, self.view)

    def _voices(self, here: Mapping[str, Thing], air: Air, tick: Tick) -> list[Voice]:
        """What the things say now. Of those that have come or gone since `here`, fading in and out."""
        part = np.minimum(np.arange(tick.samples) / (FADE_S * tick.rate_hz), 1.0)
        rise = (0.5 - 0.5 * np.cos(np.pi * part)).astype(np.float32)
        voices = []
        for name, thing in self.cast.items():
            new = here.get(name) is not thing
            voices += [replace(each, dry=each.dry * rise) if new else each for each in thing.voices()]
        for thing in [here[name] for name in here if name not in self.cast]:
            thing.advance(air, tick)
            voices += [replace(each, dry=each.dry * (1 - rise)) for each in thing.voices()]
        return voices

    def _sound(self, voices: list[Voice], air: Air, tick: Tick, before: View) -> dict[str, np.ndarray]:
        """Stems of what is said now, in the place's room."""
        voices = self._hidden(self._through_surface(voices))
        if not self.brought:
            voices = [replace(voice, bang_m=0.0) if voice.bang_m else voice for voice in voices]
        room, patches = self.acoustics.around(self.view.eye, air)
        return self.desk.mix(tick.first_sample, tick.samples, voices, _ear(before), _ear(self.view), air.temperature_c,
                             air.humidity_pct, room.rt60_s, room.level_db, room.pre_delay_s, air.mist_db_m,
                             air.submerged, patches, room.dull_db_s)  # fmt: skip

    def _heard(self, what: Happening, air: Air) -> int:
        """The sample at which it is heard."""
        return self.desk.heard(what.sample, what.at, self.view.eye, air.temperature_c, air.submerged)

    def _through_surface(self, voices: list[Voice]) -> list[Voice]:
        """Voices, and those over a surface that the listener is under as faint as water takes them in."""
        top = self.site.surface_m
        if top is None:
            return voices
        return [voice if voice.bed or voice.at[1] < top else replace(voice, dry=voice.dry * AIR_TO_WATER) for voice in voices]

    def _hidden(self, voices: list[Voice]) -> list[Voice]:
        """Voices with the way that their sound has to go around ground and houses."""
        points = [k for k, voice in enumerate(voices) if not voice.bed]
        if points:
            places = np.array([voices[k].at for k in points])
            for k, detour in zip(points, self.detours_m(places), strict=True):
                if detour > 0.0:
                    voices[k] = replace(voices[k], detour_m=float(detour))
        return voices

    def detours_m(self, places: np.ndarray) -> np.ndarray:
        """(n,) metres that sound from places (n, 3) goes farther around ground and houses to the camera; 0 in plain sight."""
        detours: np.ndarray = self.site.ground.detour_m(places, self.view.eye)
        if self.acoustics.houses:
            detours = np.maximum(detours, self.acoustics.houses.detour_m(places, self.view.eye))
        return detours

    # picture

    def _soon(self) -> Soon | None:
        """Where hour or weather lead while they change."""
        change = self.atmosphere.changing(self.frame)
        if change is None:
            return None
        air, frames = change
        return Soon(air.hour, air.weather.cloud, storminess(air), high_visibility_m(air), air.drift_m, frames)

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
                 "acoustics": self.acoustics}  # fmt: skip
        return {**rooms, **self.film.rooms()}

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
