"""A humpback that cruises through the open water, singing: its song comes from where it is drawn, and others sing far off."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.stage import Stage
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.note import Note
from oyster_cli.sound.synth.whale import Song, phrase
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.shapes.sealife import whale
from oyster_cli.world.shoal import Shoal, turned
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick

ROUND_S = 260.0  # once around its way
HALF_M = (46.0, 16.0)  # half axes of that way, across the view and along it
SLANT = 0.60  # radians by which it goes away from the eye as it passes
BEAT_S = 5.2  # between two strokes of the flukes
PHRASE_S, FIRST_S = 16.5, 0.5
FAR_M = ((150.0, -6.0, 90.0), (-120.0, -9.0, 170.0))  # from where it passes to the others, whom nobody sees
FAR_PHRASE_S = (14.0, 19.0)
DISTANCE = {"near": 0.62, "mid": 0.85, "far": 1.0}


class Whale(Thing):
    """One whale. Where it is and how it is bent follow from the time since it set out."""

    kind: ClassVar[str] = "whale"
    kept: ClassVar[tuple[str, ...]] = ("since_s", "song", "others")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.since_s = 0.0 if spec.action != "enter" else -0.09 * ROUND_S
        self.song, self.others = Song(), [Song() for _ in FAR_M]
        self.shoal = Shoal(whale(), 1, 9.0)
        eye = np.array(site.stand.eye)
        far = DISTANCE[spec.distance or "far"]
        self.passing = eye + (np.asarray(site.spots["open"], float) - eye) * far  # where it is as the shot begins
        self._voices: list[Voice] = []

    def build(self, stage: Stage) -> None:
        self.shoal.build(stage)

    def advance(self, air: Air, tick: Tick) -> list[Happening]:  # noqa: ARG002
        self.since_s += tick.dt_s
        units = self._due("phrase", self.since_s, PHRASE_S, tick)
        at = tuple(self.where().tolist())
        dry = self.song.step(draw(self.seed, self.name, "voice", tick.frame), tick.samples, units)
        self._voices = [Voice(self.name, "creatures", at, dry, size_m=3.0)]
        for k, (other, far, every_s) in enumerate(zip(self.others, FAR_M, FAR_PHRASE_S, strict=True)):
            sung = self._due(f"far {k}", tick.time_s + tick.dt_s + 5.0 * (k + 1), every_s, tick)
            dry = other.step(draw(self.seed, self.name, "far", k, tick.frame), tick.samples, sung)
            self._voices.append(
                Voice(f"{self.name} far {k}", "creatures", tuple((self.passing + far).tolist()), dry, size_m=3.0)
            )
        return [Happening(tick.first_sample + offset, "song", at, {"hz": round(unit.pitch_hz[0])}) for offset, unit in units]

    def _due(self, whose: str, until_s: float, every_s: float, tick: Tick) -> list[tuple[int, Note]]:
        """Units of a song that begin in this frame, which ends at until_s of the singer's own time: (sample, unit)."""
        begun, units = until_s - tick.dt_s, []
        last = math.floor((until_s - FIRST_S) / every_s)
        for number in (last - 1, last):
            for unit in phrase(draw(self.seed, self.name, whose, number)):
                start_s = number * every_s + FIRST_S + unit.start_s
                if begun <= start_s < until_s:
                    units.append((min(int((start_s - begun) * tick.rate_hz), tick.samples - 1), unit))
        return units

    def where(self) -> np.ndarray:
        return self._at(self.since_s)

    def _at(self, since_s: float) -> np.ndarray:
        """A long loop that begins at the point of passing and goes to the left, rising and sinking a little."""
        turn = math.tau * since_s / ROUND_S
        return self.passing + np.array(
            [-HALF_M[0] * math.sin(turn), 0.8 * math.sin(3 * turn), HALF_M[1] * (1 - math.cos(turn))]
        )

    def move(self, stage: Stage) -> None:
        points = self.shoal.mesh.points.astype(float)
        back = (6.6 - points[:, 2]) / 13.0  # 0 at the snout, 1 at the flukes
        phase = math.tau * (self.since_s / BEAT_S + 0.30) - 2.4 * back
        lift = 1.25 * back**2.6 * np.sin(phase) - 0.10 * np.sin(math.tau * self.since_s / BEAT_S)
        behind = np.clip(-5.7 - points[:, 2], 0.0, None)  # the flukes feather: they tilt against the stroke
        lift = lift - behind * (0.35 + 0.75 * math.cos(phase[np.argmin(points[:, 2])]))
        wide = np.clip((np.abs(points[:, 0]) - 1.0) / 4.0, 0, 1) * (np.abs(points[:, 2] - 2.0) < 1.6)
        points[:, 1] += lift + 0.5 * wide * np.sin(math.tau * self.since_s / (2.3 * BEAT_S))
        way = self._at(self.since_s + 0.5) - self.where()
        ahead = (way / np.linalg.norm(way))[None]
        roll = np.array([0.30 + 0.08 * math.sin(math.tau * self.since_s / 17.0)])
        mesh = self.shoal.mesh
        shown = self.where() + turned(points[None], ahead, roll)
        self.shoal.set(stage, shown, turned(mesh.normals[None].astype(float), ahead, roll), self.where())

    def voices(self) -> list[Voice]:
        return self._voices

    def act(self, what: str) -> bool:
        if what in ("pass", "enter", "fly"):
            self.since_s = -0.09 * ROUND_S
        return what in ("pass", "enter", "fly", "sing", "call")
