"""Passers-by: on a street along its pavements, elsewhere some way off. In the rain they walk under umbrellas.

Each walks a closed line at an even pace. A stride of each body is worked out once; in a frame it is only looked up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from oyster_cli.picture.kinds import Look, Mesh
from oyster_cli.script.models import ThingSpec
from oyster_cli.sound.synth.speech import speaker
from oyster_cli.sound.synth.steps import Steps, Tread
from oyster_cli.sound.voice import Voice
from oyster_cli.state import draw
from oyster_cli.world.air import Air
from oyster_cli.world.conversation import Conversation
from oyster_cli.world.figure import PRESSES, REST
from oyster_cli.world.footing import surface
from oyster_cli.world.shapes.gait import PARTS, SIDES, contacts, gait, heel_at, stride
from oyster_cli.world.shapes.umbrella import umbrella
from oyster_cli.world.shapes.walker import LOOKS, dressed, in_levels
from oyster_cli.world.site import Site
from oyster_cli.world.thing import Happening, Thing, Tick
from oyster_cli.world.things.walker import CLOSE
from oyster_cli.world.track import Track, view_axes
from oyster_cli.world.ways import loops

MOST = 12
PHASES = 64  # of a stride that are worked out
HEARD_M = 26.0  # whose steps are heard; there are more people than ears follow
VOICES = 4
OPEN_S, OPENS_MM_H = 0.5, 0.4
CLOTHS = (
    (0.012, 0.012, 0.014),
    (0.30, 0.02, 0.02),
    (0.02, 0.05, 0.12),
    (0.05, 0.10, 0.06),
    (0.42, 0.40, 0.36),
    (0.38, 0.20, 0.02),
)
# Where people of a street are at first: metres ahead of the camera, side, to their own right of the pavement's middle (there
# they keep, so that none walks through another), way (1 leads away).
ON_STREET = (
    (8.5, 1, 0.4, 1), (17.0, 1, 0.35, -1), (13.0, -1, 0.45, -1), (24.0, -1, 0.15, 1), (25.2, -1, 0.8, 1), (31.0, 1, 0.5, 1),
    (42.0, -1, 0.4, -1), (47.0, 1, 0.3, -1), (55.0, -1, 0.5, 1), (78.0, 1, 0.35, -1), (84.0, -1, 0.45, -1), (-14.0, 1, 0.3, 1),
)  # fmt: skip
PAIR = (3, 4)  # of them: two who walk together and talk
HAND, HEAD, ANKLES = PARTS.index("hand_right"), PARTS.index("head"), [PARTS.index(f"foot_{side}") for side in SIDES]
AWAY_M = -1e5


@dataclass(frozen=True)
class Passer:
    """One of them, and what never changes about him. strides: (2, PHASES, parts, 3, 4), arms swinging and with an umbrella."""

    track: Track
    first_m: float
    aside_m: float
    pace_m_s: float
    height_m: float
    phase: float
    look: int
    strides: np.ndarray


class People(Thing):
    """All passers-by of a place."""

    kind: ClassVar[str] = "people"
    kept: ClassVar[tuple[str, ...]] = ("gone_m", "shelter", "steps", "talk")

    def __init__(self, name: str, spec: ThingSpec, site: Site, seed: int) -> None:
        super().__init__(name, spec, site, seed)
        self.passers = self._passers(spec)
        n = len(self.passers)
        self.gone_m = np.zeros(n)
        self.shelter = -1.0  # how far umbrellas are up, 0..1; below 0 when not yet known
        self.stands = spec.action == "stand"
        self.steps = [Steps() for _ in range(n)]
        rng = draw(seed, name, "voices")
        self.talk = Conversation([speaker(rng) for _ in PAIR]) if max(PAIR) < n and "pavement_right" in site.spots else None
        self._voices: list[Voice] = []
        self._poses = np.zeros((0, 3, 4), np.float32)

    def _passers(self, spec: ThingSpec) -> list[Passer]:
        luck = draw(self.seed, self.name, "who").random((MOST, 5))
        street = "pavement_right" in self.site.spots
        ways = _pavements(self.site) if street else loops(self.site, draw(self.seed, self.name, "ways"), min(spec.count, MOST))
        found = []
        for k, (track, first_m, aside_m) in enumerate(ways):
            tall, pace = (1.78, 1.66, 1.84, 1.72)[k % 4], (1.30, 1.18, 1.42, 1.24)[k % 4]
            found.append(
                Passer(track, first_m, aside_m, pace, tall, float(luck[k, 0]), (k * 3 + 1) % len(LOOKS), _strides(pace, tall))
            )
        return found

    def parts(self) -> Sequence[Mesh | tuple[Mesh, ...]]:
        found: list[Mesh | tuple[Mesh, ...]] = []
        for k, each in enumerate(self.passers):
            found += [*in_levels(each.height_m, dressed(each.look)), umbrella(CLOTHS[(k * 5) % len(CLOTHS)])]
        return found

    # motion

    def advance(self, air: Air, tick: Tick) -> list[Happening]:
        self._voices = []
        if not self.passers:
            return []
        wants = float(air.weather.rain_mm_h > OPENS_MM_H)
        step = tick.dt_s / OPEN_S
        self.shelter = wants if self.shelter < 0 else float(np.clip(wants, self.shelter - step, self.shelter + step))
        before = self._phases()
        if tick.frame >= 0 and not self.stands:
            self.gone_m = self.gone_m + np.array([each.pace_m_s for each in self.passers]) * tick.dt_s
        after = self._phases()
        spots, headings = self._where()
        self._poses = self._posed(after, spots, headings)
        away = np.hypot(*(spots - tick.eye[[0, 2]]).T)
        near = [int(k) for k in np.argsort(away, kind="stable")[:VOICES] if away[k] < HEARD_M]
        happened, rng = [], draw(self.seed, self.name, "steps", tick.frame)
        for k in near:
            happened += self._walked(k, before[k], after[k], spots[k], float(headings[k]), air, tick, rng)
        if self.talk is not None:
            dry, _ = self.talk.step(draw(self.seed, self.name, "talk", tick.frame), tick)
            mouth = self._poses.reshape(len(self.passers), -1, 3, 4)[PAIR[self.talk.who], HEAD, :, 3]
            self._voices.append(Voice(f"{self.name} talk", "people", tuple(mouth.tolist()), dry, size_m=0.4))
        return sorted(happened, key=lambda what: what.sample)

    def _phases(self) -> np.ndarray:
        return np.array([
            REST if self.stands else each.phase + gone / stride(each.pace_m_s, each.height_m)[0]
            for each, gone in zip(self.passers, self.gone_m, strict=True)
        ])  # fmt: skip

    def _where(self) -> tuple[np.ndarray, np.ndarray]:
        """(n, 2) x and z under the bodies, and headings (n,)."""
        spots, headings = [], []
        for each, gone in zip(self.passers, self.gone_m.tolist(), strict=True):
            metres = (each.first_m + gone) % each.track.length_m
            x, _, z = each.track.at(metres).tolist()
            heading = each.track.heading(metres)
            spots.append((x + each.aside_m * math.cos(heading), z - each.aside_m * math.sin(heading)))
            headings.append(heading)
        return np.array(spots), np.array(headings)

    def _posed(self, phases: np.ndarray, spots: np.ndarray, headings: np.ndarray) -> np.ndarray:
        """(n (parts + 1), 3, 4): bodies on the ground as it slopes under them, and an umbrella each."""
        place = phases % 1.0 * PHASES
        first, share = place.astype(int) % PHASES, (place % 1.0)[:, None, None, None]
        strides = [each.strides for each in self.passers]
        frames = np.stack(
            [s[:, k] * (1 - t) + s[:, (k + 1) % PHASES] * t for s, k, t in zip(strides, first, share, strict=True)]
        )
        frames = frames[:, 0] * (1 - self.shelter) + frames[:, 1] * self.shelter
        ahead = np.stack([np.sin(headings), np.cos(headings)], -1)
        right = np.stack([ahead[:, 1], -ahead[:, 0]], -1)
        heights = [
            self.site.ground.height_at(*(spots + off).T)
            for off in (0.0, 0.4 * ahead, -0.4 * ahead, 0.15 * right, -0.15 * right)
        ]
        turned = np.zeros((len(spots), 3, 3))
        turned[:, 0, 0] = turned[:, 2, 2] = ahead[:, 1]
        turned[:, 0, 2], turned[:, 2, 0], turned[:, 1, 1] = ahead[:, 0], -ahead[:, 0], 1.0
        out = np.concatenate([turned[:, None] @ frames, np.zeros((len(spots), 1, 3, 4))], axis=1)
        slope = (heights[1] - heights[2]) / 0.8, (heights[3] - heights[4]) / 0.3
        out[:, :-1, 1, 3] += slope[0][:, None] * frames[:, :, 2, 3] + slope[1][:, None] * frames[:, :, 0, 3]
        out[:, :-1, [0, 1, 2], 3] += np.stack([spots[:, 0], heights[0], spots[:, 1]], -1)[:, None]
        lean = np.array([[1.0, 0.0, 0.0], [0.0, 0.985, -0.174], [0.0, 0.174, 0.985]])
        out[:, -1, :, :3] = turned @ lean * max(self.shelter, 0.01)
        out[:, -1, :, 3] = out[:, HAND, :, 3] + 0.05 * np.stack([ahead[:, 0], 0 * ahead[:, 0], ahead[:, 1]], -1)
        if self.shelter <= 0.0:
            out[:, -1, 1, 3] = AWAY_M
        return out.reshape(-1, 3, 4).astype(np.float32)

    def _walked(
        self, k: int, before: float, after: float, spot: np.ndarray, heading: float, air: Air, tick: Tick,
        rng: np.random.Generator,
    ) -> list[Happening]:  # fmt: skip
        """The footfalls of one of them in this frame, and a voice between both feet: nobody hears from here which one it is."""
        each = self.passers[k]
        happened, treads = [], []
        for part, late in PRESSES:
            for contact in contacts(before - late, after - late):
                if contact.kind == "heel strike":
                    share = (contact.phase + late - before) / (after - before)
                    offset = min(int(share * tick.samples), tick.samples - 1)
                    x, z = heel_at(contact, after, each.pace_m_s, each.height_m, spot, heading).tolist()
                    ground = surface(self.site, air, x, z)
                    treads.append(Tread(offset, part, 1.0, ground))
                    if part != "push":
                        detail = {"foot": contact.side, "part": part, "surface": ground, "walker": k}
                        at = (x, float(self.site.ground.height_at(x, z)), z)
                        happened.append(Happening(tick.first_sample + offset, "footfall", at, detail))
        dry = self.steps[k].step(rng, tick.samples, treads)
        x, y, z = self._poses.reshape(len(self.passers), -1, 3, 4)[k, ANKLES, :, 3].mean(axis=0).tolist()
        self._voices.append(Voice(f"{self.name} {k}", "foley", (x, y - 0.04, z), CLOSE * dry, size_m=0.3))
        return happened

    def look(self) -> Look:
        return Look(poses=self._poses if self.passers else None)

    def voices(self) -> list[Voice]:
        return self._voices

    def where(self) -> np.ndarray | None:
        if not self.passers:
            return None
        x, z = self._where()[0][0].tolist()
        return np.array([x, float(self.site.ground.height_at(x, z)) + 1.1, z])


def _pavements(site: Site) -> list[tuple[Track, float, float]]:
    """Track, first metres and metres aside of the people of a street."""
    ahead, _ = view_axes(site.stand)
    found = []
    for metres, side, aside, way in ON_STREET:
        line = np.asarray(site.spots["pavement_right" if side > 0 else "pavement_left"], float)
        leads = (line[-1] - line[0]) @ ahead > 0
        track = Track(line if leads == (way > 0) else line[::-1])
        first = float(track.nearest(np.array(site.stand.eye) + ahead * metres))
        found.append((track, first, aside))
    return found


@cache
def _strides(pace_m_s: float, height_m: float) -> np.ndarray:
    phases = np.arange(PHASES) / PHASES
    return np.stack([[gait(p, pace_m_s, height_m, holds=holds) for p in phases.tolist()] for holds in (False, True)])
