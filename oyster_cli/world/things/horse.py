"""A horse that walks, trots or gallops along. A hoof that lands in the picture is a hoof that is heard, to the sample."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.hooves import Hooves
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.footing import surface
from oyster_cli.world.hoofed import Fall, Hoofed
from oyster_cli.world.places.frame import project
from oyster_cli.world.shapes.quadruped import FORE, GAITS, LEGS, horse
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import Track, line_across, view_axes

MOST = 5
PACES = {"walk": "walk", "cross": "walk", "trot": "trot", "pass": "trot", "enter": "trot", "run": "gallop", "gallop": "gallop"}
CLOSE = 1.6  # hooves are recorded nearer than the camera stands, as in films
MIDWAY_S = 2.5  # half of a usual shot: then it is in the middle of the frame
COATS = ((0.13, 0.062, 0.03), (0.055, 0.032, 0.022), (0.21, 0.12, 0.06), (0.30, 0.28, 0.26), (0.085, 0.04, 0.02))


class Horse(Thing):
    """One horse, or some, on the site's path, or across the view."""

    kind: ClassVar[str] = "horse"
    kept: ClassVar[tuple[str, ...]] = ("horses", "hooves")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        track = _way(site, spec)
        pace = PACES.get(spec.action or "walk", "walk")
        speed_m_s = 0.0 if spec.action == "stand" else GAITS[pace].speed_m_s
        first, luck = _middle_m(site, track) - speed_m_s * MIDWAY_S, draw(seed, name, "horses").random((MOST, 3))
        self.horses = [
            Hoofed(track, first - 3.4 * k - 1.2 * k * luck[k, 0], 1.1 * ((k + 1) // 2) * (-1) ** k,
                   speed_m_s * (0.97 + 0.06 * luck[k, 1]), 1.5 + 0.14 * luck[k, 1], 4.0 * luck[k, 2])
            for k in range(min(spec.count, MOST))
        ]  # fmt: skip
        self.hooves = [Hooves() for _ in range(2 * len(self.horses))]  # hind and fore of each
        self._voices: list[Voice] = []

    def parts(self) -> list[Mesh]:
        return [part for k, each in enumerate(self.horses) for part in horse(COATS[k % len(COATS)], each.height_m)]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        happened: list[Happening] = []
        self._voices = []
        for k, each in enumerate(self.horses):
            falls = [(fall, surface(self.site, air, *fall.at)) for fall in each.advance(tick.dt_s)]
            for fall, ground in falls:
                at = (fall.at[0], float(self.site.ground.height_at(*fall.at)), fall.at[1])
                detail = {"foot": LEGS[fall.leg], "surface": ground, "horse": k}
                happened.append(Happening(tick.first_sample + _sample(fall, tick), "hoof", at, detail))
            self._voices += [self._sounding(k, fore, falls, tick) for fore in (0, 1)]
        return happened

    def _sounding(self, k: int, fore: int, falls: list[tuple[Fall, str]], tick: Tick) -> Voice:
        """What the fore or the hind hooves of one do, from between them."""
        each, mine = self.horses[k], FORE if fore else ~FORE
        force = (each.speed_m_s / GAITS["trot"].speed_m_s) ** 0.5
        laid = [(_sample(fall, tick), force, ground) for fall, ground in falls if mine[fall.leg]]
        dry = self.hooves[2 * k + fore].step(draw(self.seed, self.name, "hoof", k, fore, tick.frame), tick.samples, laid)
        x, z = each.planted[mine].mean(axis=0).tolist()
        at = (x, float(self.site.ground.height_at(x, z)) + 0.05, z)
        return Voice(f"{self.name} {k} {'fore' if fore else 'hind'}", "foley", at, CLOSE * dry, size_m=0.6)

    def look(self) -> Look:
        return Look(poses=np.concatenate([each.poses(self.site.ground) for each in self.horses]))

    def voices(self) -> list[Voice]:
        return self._voices

    def where(self) -> np.ndarray:
        x, z = self.horses[0].at().tolist()
        return np.array([x, float(self.site.ground.height_at(x, z)) + 0.7 * self.horses[0].height_m, z])

    def act(self, what: str) -> bool:
        if what in ("turn", "turn around", "back"):
            for each in self.horses:
                each.turning = True
            return True
        pace = PACES.get({"go": "walk", "start": "walk", "on": "walk"}.get(what, what))
        if pace is None and what not in ("stop", "stand", "halt", "off"):
            return False
        for each in self.horses:
            each.cruise_m_s = GAITS[pace].speed_m_s if pace else 0.0
        return True


def _sample(fall: Fall, tick: Tick) -> int:
    """The sample of the frame at which a hoof falls."""
    return min(int(fall.share * tick.samples), tick.samples - 1)


def _way(site: Site, spec: ThingSpec) -> Track:
    """The line it goes along: a street's lane, else a path, else across the view; away from the camera, or from its side."""
    spots = site.spots
    line = np.asarray(
        spots["lane_near"] if "lane_near" in spots else spots["path"] if "path" in spots else line_across(site), float
    )
    ahead, right = view_axes(site.stand)
    way = line[-1] - line[0]
    across = abs(way @ right) > abs(way @ ahead)
    wanted = (way @ right > 0) != (spec.side == "right") if across else way @ ahead > 0
    return Track(line if wanted else line[::-1])


def _middle_m(site: Site, track: Track) -> float:
    """Metres along the track at which it is in the middle of the picture, a dozen metres off or as near to that as can be."""
    metres = np.arange(0.0, track.length_m, 0.5)
    across, _, depth = project(site.stand, np.array([track.at(m) for m in metres])).T
    return float(metres[np.argmin(np.where(depth > 4.0, 40.0 * np.abs(across - 0.5) + 0.5 * np.abs(depth - 12.0), 1e6))])
