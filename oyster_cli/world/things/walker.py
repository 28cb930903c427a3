"""A walking figure. One phase moves the body, puts its feet down and sounds them: a footfall is the gait's own contact."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.steps import Tread
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world import kicked
from oyster_cli.world.air import Air
from oyster_cli.world.figure import STEPS, WALK_M_S, Figure, Touch
from oyster_cli.world.footing import colour, height_m, surface, water_m
from oyster_cli.world.kicked import Kick
from oyster_cli.world.paint import PAINT
from oyster_cli.world.places.frame import project
from oyster_cli.world.shapes.gait import PARTS, SIDES, gait
from oyster_cli.world.shapes.walker import dressed, in_levels
from oyster_cli.world.site import Site
from oyster_cli.world.splash import DROPS, LASTS_S, Splash, drops
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.track import Track, line_across, line_wading, view_axes

CRUISE_M_S = {"run": 2.1, "wade": 0.9, "stand": 0.0, "stop": 0.0}
MIDWAY_S = 2.5  # half of a usual shot: then he is in the middle of the frame
MOST = 8
CLOSE = 2.4  # footsteps are recorded nearer than the camera stands, as in films
KICKS_SEEN_M = 30.0  # from farther off, what a foot throws up is less than a pixel
ANKLES = tuple(PARTS.index(f"foot_{side}") for side in SIDES)


class Walker(Thing):
    """One figure, or some, on the site's path."""

    kind: ClassVar[str] = "walker"
    kept: ClassVar[tuple[str, ...]] = ("figures", "splashes", "kicks")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.track = _way(site, spec)
        count = min(spec.count, MOST)
        cruise = CRUISE_M_S.get(spec.action or "walk", WALK_M_S)
        first = _first(site, self.track, spec, cruise)
        luck = draw(seed, name, "figures").random((MOST, 3))
        self.figures = [
            Figure(self.track, first - 1.7 * k - 0.8 * k * luck[k, 0], 0.55 * ((k + 1) // 2) * (-1) ** k, cruise,
                   1.75 if k == 0 else 1.62 + 0.24 * float(luck[k, 1]), 0.1 if k == 0 else float(luck[k, 2]),
                   draw(seed, name, "steps", k).standard_normal((STEPS, 2)))
            for k in range(count)
        ]  # fmt: skip
        self.splashes: list[Splash] = []  # those of which drops are still in the air
        self.kicks: list[Kick] = []  # and those of which grains are
        self._luck, self._now_s = draw(seed, name, "drops").random((DROPS, 4)), 0.0
        self._voices: list[Voice] = []
        self._poses = [self._posed(figure) for figure in self.figures]

    def parts(self) -> list[tuple[Mesh, ...]]:
        own = PAINT.get(self.spec.colour or "")
        return [
            part
            for k, each in enumerate(self.figures)
            for part in in_levels(each.height_m, dressed(k, own if k == 0 else None))
        ]

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        happened: list[Happening] = []
        self._voices, self._now_s = [], tick.time_s + tick.dt_s
        self.splashes = [each for each in self.splashes if each[0] > tick.time_s - LASTS_S]
        self.kicks = [each for each in self.kicks if each[0] > tick.time_s - kicked.LASTS_S]
        for k, figure in enumerate(self.figures):
            touches = [(touch, surface(self.site, air, *touch.at)) for touch in figure.advance(tick.dt_s)]
            self._poses[k] = self._posed(figure)
            for touch, ground in touches:
                at = (touch.at[0], height_m(self.site, *touch.at), touch.at[1])
                if ground in kicked.LOOSE and math.dist(at, tick.eye) < KICKS_SEEN_M:
                    begins_s, dry = tick.time_s + touch.share * tick.dt_s, max(1.0 - 1.5 * air.wet, 0.0)
                    tint = kicked.OWN.get(ground) or colour(self.site, *touch.at)
                    self.kicks.append((begins_s, at, touch.part, ground, touch.force, dry, figure.heading, tint))
                if touch.part != "push":
                    detail = {"foot": touch.foot, "part": touch.part, "surface": ground, "walker": k}
                    happened.append(Happening(tick.first_sample + touch.sample(tick.samples), "footfall", at, detail))
                if ground == "water" and touch.part != "push":
                    x, z = touch.at
                    self.splashes.append(
                        (tick.time_s + touch.share * tick.dt_s, x, water_m(self.site, x, z), z, figure.speed_m_s)
                    )
            self._voices += self._sounding(k, figure, touches, tick)
        return happened

    def _sounding(self, k: int, figure: Figure, touches: list[tuple[Touch, str]], tick: Tick) -> list[Voice]:
        """A voice at either foot."""
        poses = self._poses[k]
        voices = []
        for side, steps, ankle in zip(SIDES, figure.feet, ANKLES, strict=True):
            mine = [(touch, ground) for touch, ground in touches if touch.foot == side]
            laid = [Tread(touch.sample(tick.samples), touch.part, touch.force, ground) for touch, ground in mine]
            dry = steps.step(draw(self.seed, self.name, "step", k, side, tick.frame), tick.samples, laid)
            x, _, z = poses[ankle, :, 3].tolist()
            at = (x, height_m(self.site, x, z) + 0.03, z)
            voices.append(Voice(f"{self.name} {k} {side}", "foley", at, CLOSE * dry, size_m=0.3))
        return voices

    def _posed(self, figure: Figure) -> np.ndarray:
        def ground(points: np.ndarray) -> np.ndarray:
            return np.array([height_m(self.site, x, z) for x, z in points.tolist()])

        return gait(figure.phase, figure.speed_m_s, figure.height_m, figure.at(), figure.heading, ground)

    def look(self) -> Look:
        splats = (drops(self.splashes, self._now_s, self._luck),) if self.splashes else ()
        grains = kicked.flying(self.kicks, self._now_s, self._luck[: kicked.MARKS])
        return Look(poses=np.concatenate(self._poses), splats=splats + grains)

    def voices(self) -> list[Voice]:
        return self._voices

    def where(self) -> np.ndarray:
        x, z = self.figures[0].at()
        return np.array([x, height_m(self.site, x, z) + 0.62 * self.figures[0].height_m, z])

    def views(self) -> dict[str, np.ndarray]:
        x, z = self.figures[0].at()
        return {**super().views(), "feet": np.array([x, height_m(self.site, x, z) + 0.1, z])}

    def act(self, what: str) -> bool:
        for figure in self.figures:
            if what in ("stop", "stand", "halt", "off"):
                figure.stop()
            elif what in ("turn", "turn around", "back"):
                figure.stop("turn")
            elif what in ("walk", "run", "cross", "pass", "go", "start", "on"):
                figure.go(CRUISE_M_S.get(what, WALK_M_S))
            else:
                return False
        return True


def _way(site: Site, spec: ThingSpec) -> Track:
    """The line he walks, the way he walks it."""
    if "pavement_right" in site.spots and spec.action != "cross":
        side = "left" if spec.side == "left" else "right"
        return Track(_away(site, site.spots[f"pavement_{side}"]))
    line = line_wading(site) if spec.action == "wade" else None
    if line is None:
        line = site.spots["path"] if "path" in site.spots else line_across(site)
    ahead, right = view_axes(site.stand)
    place = np.asarray(line, float) - np.array(site.stand.eye)
    near = place[(place @ ahead > 4.0) & (place @ ahead < 26.0)]
    if len(near) and np.ptp(near @ ahead) > 1.5 * np.ptp(near @ right):  # it runs into the picture, not across
        return Track(_away(site, line))
    rightward = float((place[-1] - place[0]) @ right) > 0
    return Track(line if rightward != (spec.side == "right") else line[::-1])


def _away(site: Site, line: np.ndarray) -> np.ndarray:
    """The line so turned that it leads away from the camera."""
    return line if (np.asarray(line[-1], float) - line[0]) @ view_axes(site.stand)[0] > 0 else line[::-1]


def _first(site: Site, track: Track, spec: ThingSpec, cruise_m_s: float) -> float:
    """Metres along the track at which he begins: half a shot before the middle of the frame, or outside of it."""
    metres = np.arange(0.0, track.length_m, 0.25)
    points = np.array([track.at(m) for m in metres])
    across, _, depth = project(site.stand, points).T
    far = {"near": 6.0, "mid": 20.0, "far": 45.0}.get(spec.distance or "", 11.0)
    off = np.where(depth > 2.5, np.abs(across - 0.5) * 40.0 + 0.35 * np.abs(depth - far), 1e6)
    own = any(name in site.spots for name in ("path", "pavement_right"))
    middle = float(metres[np.argmin(off)]) if own else track.length_m / 2
    if spec.action == "enter":
        out = metres[(metres < middle) & ((depth < 1.0) | (np.abs(across - 0.5) > 0.56))]
        return float(out.max()) if len(out) else middle - 8.0
    return middle - cruise_m_s * MIDWAY_S
